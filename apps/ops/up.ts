import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { codec } from '#application';
import { openLog } from '#event-store';
import { dataClasses } from '#kernel';
import { ensureNotaryKey } from '#notary';
import {
  OperatorError,
  createKeyFile,
  createPool,
  ensureRuntimeLogins,
  isMigrated,
  keyFileExists,
  loadConfig,
  migrate,
  readKeyFile,
  startEmbeddedDatabase,
  startProgram,
  systemClock,
  untilToldToStop,
  type Config,
  type EmbeddedDatabase,
  type Keys,
  type Program,
} from '#platform';
import { keepErased } from './erasures/before-start.js';
import { isOverdue, routingKeyLine } from './routing-key.js';
import { remark, say as print, type Verb } from './verb.js';

/** Loads the invented country. Called at every start after the migrations: it must change nothing the second time. */
export type Seed = (options: {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly say: (line: string) => void;
}) => Promise<void>;

export interface UpOptions {
  readonly config: Config;
  readonly seed?: Seed;
  readonly say: (line: string) => void;
  /** Settles when all should stop, for example at Ctrl-C. */
  readonly toldToStop: Promise<unknown>;
  /** Compiled programs in the order of their start; they stop in the opposite order. */
  readonly programs?: readonly {
    readonly name: string;
    readonly module: string;
    readonly readsKeys: boolean;
    /** Holds the notary's key; no by default. */
    readonly signs?: boolean;
  }[];
}

const compiled = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// The worker starts first and stops last, so that what the api accepts is worked off. It never learns where keys are.
const programsOfThisSystem = [
  { name: 'worker', module: compiled('../worker/main.js'), readsKeys: false, signs: true },
  { name: 'api', module: compiled('../api/main.js'), readsKeys: true, signs: false },
] as const;

/**
 * Starts everything and stays until it is told to stop.
 * @returns when all has ended in order
 * @throws OperatorError when something cannot start or ends by itself; all is stopped then, too
 */
export const up = async (options: UpOptions): Promise<void> => {
  const { config, say } = options;
  let stopping = false;
  const told = options.toldToStop.then(() => {
    stopping = true;
    return undefined;
  });
  const running: Program[] = [];
  let database: EmbeddedDatabase | undefined;
  try {
    await refuseTakenPorts(config, () => stopping);
    if (stopping) return;
    if (config.databaseUrl === undefined) {
      say('Starting the database ...');
      database = await startEmbeddedDatabase({ home: config.dataDir, port: config.databasePort, say });
      if (stopping) return;
    }
    const databaseUrl = config.databaseUrl ?? database?.url ?? '';
    await refuseLogOfAnotherDatabase(config, databaseUrl);
    const keys = await ensureKeys(config, databaseUrl, say);
    await migrate(databaseUrl);
    // First of all, and before anything could read it.
    await keepErased(databaseUrl, config, say);
    const urls = await ensureRuntimeLogins(databaseUrl);
    if (config.workerRoles.includes('notary')) await ensureKeyOfNotary(config, databaseUrl, say);
    if (stopping) return;
    await options.seed?.({ config, databaseUrl, say });
    for (const { name, module, readsKeys, signs } of options.programs ?? programsOfThisSystem) {
      if (stopping) return;
      say(`Starting the ${name} ...`);
      const environment = {
        ...process.env,
        DATA_DIR: config.dataDir,
        // A login that owns nothing: whoever takes the program over can switch no safeguard off.
        DATABASE_URL: readsKeys ? urls.api : urls.worker,
        DATABASE_URL_FILE: undefined,
        EVENTSTORE_URL: config.eventStore?.url,
        EVENTSTORE_URL_FILE: undefined,
        EVENTSTORE_LOG: config.eventStore?.log,
        KEY_FILE: readsKeys ? config.keyFile : undefined,
        NOTARY_KEY_FILE: signs ? config.notaryKeyFile : undefined,
      };
      const logFolder = join(config.dataDir, 'logs');
      running.push(await startProgram({ name, module, environment, logFolder, toldToStop: told }));
    }
    if (stopping) return;
    for (const line of greeting(config)) say(line);
    const now = systemClock.now();
    if (isOverdue(keys, now)) say(routingKeyLine(keys, now));
    const end = await Promise.race([
      told,
      ...running.map((program) => program.ended),
      ...(database
        ? [
            database.exited.then(
              () => `The database ended unexpectedly: read the end of ${config.dataDir}/postgres.log.`,
            ),
          ]
        : []),
    ]);
    if (end !== undefined && !stopping) throw new OperatorError(end);
  } catch (error) {
    // What fails because all is being stopped is no fault.
    if (!stopping) throw error;
  } finally {
    if (running.length > 0 || database) say('Stopping ...');
    for (const program of running.reverse()) await program.stop();
    await database?.stop();
    if (running.length > 0 || database) say('Stopped.');
  }
};

/**
 * A log on a server of its own outlives the database. Put on it, a new database would be given new keys: nothing that is
 * sealed in the log could be opened, and nobody in it would be known by a token.
 */
const refuseLogOfAnotherDatabase = async (config: Config, databaseUrl: string): Promise<void> => {
  const { eventStore } = config;
  if (!eventStore || (await isMigrated(databaseUrl).catch(unreachable))) return;
  const store = await openLog({ databaseUrl, eventStore, codec, name: 'up' });
  try {
    // Asked once more: another start may have made the database and filled the log meanwhile.
    if ((await store.head()) !== undefined && !(await isMigrated(databaseUrl)))
      throw new OperatorError(
        `The log ${eventStore.log} on the server of EVENTSTORE_URL has events, but the database is new and has none of their keys: put back the database and the key file that belong to this log, or set EVENTSTORE_LOG to a new name.`,
      );
  } finally {
    await store.close();
  }
};

/** A first start makes the keys. Later ones never do: new keys would hide that the old ones are lost. */
const ensureKeys = async (
  config: Config,
  databaseUrl: string,
  say: (line: string) => void,
): Promise<Keys> => {
  const options = { path: config.keyFile, databaseFolder: config.databaseFolder, dataClasses };
  if (!(await keyFileExists(config.keyFile))) {
    if (await isMigrated(databaseUrl).catch(unreachable))
      throw new OperatorError(
        `The key file ${config.keyFile} is missing, but the database is not new and what is sealed in it opens with those keys only: put the file back, or set KEY_FILE to where it is.`,
      );
    if (await createKeyFile(options))
      say(
        `Keys were made in ${config.keyFile}: keep a copy in a safe place, apart from copies of the database.`,
      );
  }
  return readKeyFile(options);
};

const ensureKeyOfNotary = async (
  config: Config,
  databaseUrl: string,
  say: (line: string) => void,
): Promise<void> => {
  const pool = createPool(databaseUrl, { name: 'up', max: 1 });
  try {
    await ensureNotaryKey({ path: config.notaryKeyFile, databaseFolder: config.databaseFolder }, pool, say);
  } finally {
    await pool.end();
  }
};

const unreachable = (error: unknown): never => {
  const code = (error as NodeJS.ErrnoException).code ?? 'no answer';
  throw new OperatorError(
    `The database of DATABASE_URL cannot be used (${code}): see that it runs and that user and password are right.`,
    {
      cause: error,
    },
  );
};

/** What ran before may need a moment to let go of its port. */
const refuseTakenPorts = async (config: Config, stopping: () => boolean): Promise<void> => {
  const wanted = [
    ['PORT', config.host, config.port],
    ...(config.oidcIssuer === undefined ? [['ISSUER_PORT', '127.0.0.1', config.issuerPort] as const] : []),
  ] as const;
  for (const [name, host, port] of wanted)
    for (let attempt = 0; !stopping() && (await isTaken(host, port)); attempt++) {
      if (attempt === 10)
        throw new OperatorError(
          `Port ${port} is in use: stop the program that uses it, or set ${name} to another port.`,
        );
      await sleep(300);
    }
};

const isTaken = (host: string, port: number): Promise<boolean> =>
  new Promise((done) => {
    const anywhere = host === '0.0.0.0' || host === '::';
    const socket = createConnection({ host: anywhere ? '127.0.0.1' : host, port, timeout: 1_000 });
    const end = (taken: boolean): void => {
      socket.destroy();
      done(taken);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });

const greeting = (config: Config): readonly string[] => {
  const host = ['0.0.0.0', '::', '127.0.0.1'].includes(config.host) ? 'localhost' : config.host;
  const api = `http://${host}:${config.port}`;
  return [
    '',
    'Relocation coordination is running, with an invented country in it.',
    `  API            ${api}   (health: /health/ready)`,
    `  Documentation  ${api}/docs   (OpenAPI: ${api}/openapi.json)`,
    config.oidcIssuer === undefined
      ? '  Tokens         npm run ops -- token --as <official>   (--list names the officials)'
      : `  Tokens         from ${config.oidcIssuer}`,
    `  Data and logs  ${config.dataDir}`,
    'Ctrl-C stops everything.',
    '',
  ];
};

/** npm passes a Ctrl-C on that the terminal has sent already; only one that comes later means "at once". */
const stopAtOnceAtSecondSignal = (told: Promise<unknown>): void => {
  void told.then(async () => {
    await sleep(2_000);
    const now = (): never => {
      remark('Stopped at once; the next start clears up.');
      // The programs notice that their supervisor is gone; the next start ends the database.
      process.exit(1);
    };
    process.on('SIGINT', now);
    process.on('SIGTERM', now);
  });
};

export const verb: Verb = {
  register: (program) => {
    program
      .command('up')
      .description(
        'Start everything: database, migrations, keys, invented country, worker and API (npm start).',
      )
      .action(async () => {
        const config = loadConfig();
        const toldToStop = untilToldToStop();
        stopAtOnceAtSecondSignal(toldToStop);
        const { seed } = await import('./seed.js');
        await up({ config, seed, say: print, toldToStop });
      });
  },
};
