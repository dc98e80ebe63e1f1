import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { OperatorError } from './operator-error.js';

/** The folder `libs`: the sources under jest, `dist/libs` in a build (the build copies *.sql beside the code). */
const libsFolder = fileURLToPath(new URL('..', import.meta.url));

export interface MigrationFiles {
  /** Absolute paths in the order in which they run. */
  readonly files: readonly string[];
  /** Changes when a file is added, renamed or edited. */
  readonly hash: string;
  /** SHA-256 of each file, by its name without `.sql`. */
  readonly hashes: ReadonlyMap<string, string>;
}

/**
 * Finds the files NNNN-name.sql in the folders `migrations` under libs and orders them by NNNN over all libs.
 * @param libs only these folders of libs; all when absent
 * @throws OperatorError when a name is wrong or two files share a number
 */
export const findMigrations = (libs?: readonly string[], folder: string = libsFolder): MigrationFiles => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith('.sql') && basename(entry.parentPath) === 'migrations',
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !libs || libs.includes(relative(folder, file).split(sep)[0] ?? ''))
    .sort((a, b) => (basename(a) < basename(b) ? -1 : 1));
  const seen = new Map<string, string>();
  const hash = createHash('sha256');
  const hashes = new Map<string, string>();
  for (const file of files) {
    const name = basename(file);
    const number = /^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1];
    if (!number) throw new OperatorError(`The migration ${name} must be called NNNN-name.sql: rename it.`);
    const other = seen.get(number);
    if (other)
      throw new OperatorError(
        `The migrations ${other} and ${name} share the number ${number}: renumber one, or, if one was renamed, remove dist and build again.`,
      );
    seen.set(number, name);
    const text = readFileSync(file);
    hash.update(`${name}\n`).update(text);
    hashes.set(basename(name, '.sql'), createHash('sha256').update(text).digest('hex'));
  }
  return { files, hash: hash.digest('hex'), hashes };
};

/** The runner reads its folders as glob patterns; a path must stand for itself. */
const literally = (path: string): string => path.replace(/[?*()[\]{}!]/g, '\\$&');

/**
 * Brings the database to the newest schema, in one transaction: all files or none. Processes that start together wait
 * for one another on an advisory lock.
 * @returns the names of the files that were run, in order
 * @throws OperatorError that names the file and the database's reason, or a file that was edited after it had run
 */
export const migrate = async (
  databaseUrl: string,
  options: {
    readonly libs?: readonly string[];
    readonly folder?: string;
    readonly say?: (line: string) => void;
  } = {},
): Promise<readonly string[]> => {
  const { files, hashes } = findMigrations(options.libs, options.folder);
  if (files.length === 0) return [];
  let last = '';
  const note = (line: string): void => {
    last = /### MIGRATION (\S+) /.exec(line)?.[1] ?? last;
  };
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'migrations' });
  try {
    await client.connect();
    await refuseEdited(client, hashes);
    const run = await runner({
      dbClient: client,
      dir: files.map(literally),
      useGlob: true,
      direction: 'up',
      migrationsSchema: 'platform',
      createMigrationsSchema: true,
      migrationsTable: 'migrations',
      advisoryLockMode: 'wait',
      singleTransaction: true,
      // A database that was made by an older version may lack a number in between, of a lib that came later.
      checkOrder: false,
      logger: { info: note, warn: note, error: () => undefined },
    });
    await rememberHashes(client, hashes);
    await settleLogins(client);
    for (const { name } of run) options.say?.(name);
    return run.map(({ name }) => name);
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    const reason =
      error instanceof Error ? error.message || (error as NodeJS.ErrnoException).code : 'no reason given';
    throw new OperatorError(
      last === ''
        ? `The database could not be migrated (${reason}): see that it runs, and that its user may create schemas and roles.`
        : `The migration ${last} failed and nothing was changed (${reason}): correct the file and start again.`,
      { cause: error },
    );
  } finally {
    await client.end();
  }
};

const hashesTable = 'platform.migration_hashes';

/** @throws OperatorError */
const refuseEdited = async (client: pg.Client, hashes: ReadonlyMap<string, string>): Promise<void> => {
  const { rows: found } = await client.query<{ there: boolean }>(
    'SELECT to_regclass($1) IS NOT NULL AS there',
    [hashesTable],
  );
  if (!found[0]?.there) return;
  const { rows } = await client.query<{ name: string; hash: string }>(
    `SELECT name, hash FROM ${hashesTable}`,
  );
  const edited = rows.filter(({ name, hash }) => hashes.has(name) && hashes.get(name) !== hash);
  if (edited.length > 0)
    throw new OperatorError(
      `The migration ${edited.map(({ name }) => name).join(', ')} was edited after it had run here: put it back as it was, and write the change as a new migration.`,
    );
};

/** The logins of the programs, and what each of them may enter: what the newest migrations have made included. */
const settleLogins = async (client: pg.Client): Promise<void> => {
  const { rows } = await client.query<{ there: boolean }>(
    `SELECT to_regprocedure('platform.settle_logins()') IS NOT NULL AS there`,
  );
  if (rows[0]?.there) await client.query('SELECT platform.settle_logins()');
};

/** Also of those that ran before hashes were kept, or before a start that was cut off here. */
const rememberHashes = async (client: pg.Client, hashes: ReadonlyMap<string, string>): Promise<void> => {
  const { rows } = await client.query<{ name: string }>('SELECT name FROM platform.migrations');
  const applied = rows.flatMap(({ name }) => {
    const hash = hashes.get(name);
    return hash === undefined ? [] : [{ name, hash }];
  });
  await client.query(
    `INSERT INTO ${hashesTable} SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING`,
    [applied.map(({ name }) => name), applied.map(({ hash }) => hash)],
  );
};

/** True when the migrations have run here at least once: the database is not new. */
export const isMigrated = async (databaseUrl: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'migrations' });
  try {
    await client.connect();
    const { rows } = await client.query<{ found: boolean }>(
      `SELECT to_regclass('platform.migrations') IS NOT NULL AS found`,
    );
    return rows[0]?.found === true;
  } finally {
    await client.end();
  }
};
