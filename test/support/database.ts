import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedDatabase } from '../../libs/platform/embedded-database.js';
import { findMigrations, migrate } from '../../libs/platform/migrations.js';
import { ensureRuntimeLogins, runtimeUrl } from '../../libs/platform/runtime-logins.js';
import { clearKilledRuns, openRunFolder } from './run-folder.js';

export interface TestDatabase {
  /** Logs in as the owner of the database, who is no superuser: whoever migrates. */
  readonly url: string;
  /** Log in as the programs do, who own nothing. */
  readonly apiUrl: string;
  readonly workerUrl: string;
  /** The same database as the server's superuser, for what only an administrator or an attacker can do. */
  readonly adminUrl: string;
  /** Sessions as the owner. */
  readonly pool: pg.Pool;
  /** Sessions as the programs; none is opened before it is used. */
  readonly apiPool: pg.Pool;
  readonly workerPool: pg.Pool;
  close(): Promise<void>;
}

/**
 * A migrated database of its own: one real PostgreSQL per jest run, started by the first test file that needs it; a
 * template is migrated once and cloned for each call. fsync is off, which matters only when the machine loses power.
 * @param options.libs run only the migrations of these folders of libs; all by default
 */
export const createTestDatabase = async (
  options: { libs?: readonly string[] } = {},
): Promise<TestDatabase> => {
  const server = await runningServer();
  const template = await ensureTemplate(server, options.libs);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(server, (admin) =>
    admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER relocation`),
  );
  const url = inDatabase(server.url, name);
  const [apiUrl, workerUrl] = [runtimeUrl(url, 'api'), runtimeUrl(url, 'worker')];
  const pools = [url, apiUrl, workerUrl].map((connectionString) => {
    const pool = new pg.Pool({ connectionString, max: 10 });
    // Tests kill sessions on purpose; an idle one that dies must not end the test process.
    pool.on('error', () => undefined);
    return pool;
  }) as [pg.Pool, pg.Pool, pg.Pool];
  const [pool, apiPool, workerPool] = pools;
  return {
    url,
    apiUrl,
    workerUrl,
    adminUrl: inDatabase(server.adminUrl, name),
    pool,
    apiPool,
    workerPool,
    close: async () => {
      await Promise.all(pools.map((one) => (one.ended ? undefined : one.end())));
      await asAdmin(server, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
};

interface Server {
  readonly url: string;
  readonly adminUrl: string;
}

/** Workers of one run share a server through a file; the one that makes the folder `starting` starts it. */
const runningServer = async (): Promise<Server> => {
  const folder = await openRunFolder();
  const file = join(folder, 'server.json');
  const known = async (): Promise<Server | undefined> => {
    const text = await fs.readFile(file, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as Server);
  };
  const mine = await fs.mkdir(join(folder, 'starting')).then(
    () => true,
    () => false,
  );
  if (mine) {
    try {
      await clearKilledRuns();
      const started = await startEmbeddedDatabase({
        home: folder,
        port: 0,
        settings: { fsync: 'off', full_page_writes: 'off', max_connections: '200', shared_buffers: '64MB' },
      });
      await fs.writeFile(`${file}.half`, JSON.stringify({ url: started.url, adminUrl: started.adminUrl }), {
        mode: 0o600,
      });
      await fs.rename(`${file}.half`, file);
    } catch (error) {
      // The next one that asks tries again.
      await fs.rmdir(join(folder, 'starting'));
      throw error;
    }
  }
  for (const until = performance.now() + 180_000; performance.now() < until; await sleep(100)) {
    const server = await known();
    if (server) return server;
    if (!(await fs.stat(join(folder, 'starting')).catch(() => undefined))) return runningServer();
  }
  throw new Error('the test database did not start within three minutes');
};

/** The name carries a hash of the migrations: an edited file gives another template. */
const ensureTemplate = async (server: Server, libs?: readonly string[]): Promise<string> => {
  const name = `template_${findMigrations(libs).hash.slice(0, 16)}`;
  await asAdmin(server, async (admin) => {
    await admin.query(`SELECT pg_advisory_lock(hashtext('templates'))`);
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount !== 0) return;
    await admin.query(`DROP DATABASE IF EXISTS half_${name} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE half_${name} OWNER relocation`);
    const half = inDatabase(server.url, `half_${name}`);
    await migrate(half, { libs });
    if (!libs || libs.includes('platform')) await ensureRuntimeLogins(half);
    await admin.query(`ALTER DATABASE half_${name} RENAME TO ${name}`);
  });
  return name;
};

const inDatabase = (url: string, name: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
};

const asAdmin = async (server: Server, work: (admin: pg.Client) => Promise<unknown>): Promise<void> => {
  const admin = new pg.Client({ connectionString: server.adminUrl });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
};
