import { fork, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, open, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { Application, boardId, codec, coordinatorId, inventedOfficials, policeId, seed } from '#application';
import { rules2026 } from '#domain/coordination';
import { openLog, type EventStore } from '#event-store';
import { dataClasses, policeRegions } from '#kernel';
import {
  createKeyFile,
  createPool,
  ensureRuntimeLogins,
  isReadyMessage,
  migrate,
  programFlags,
  readKeyFile,
  startEmbeddedDatabase,
  systemClock,
} from '#platform';
import { startDevIssuer } from '../api/issuer/dev-issuer.js';
import { load, type Officer } from './load.js';

/** Boards whose officers send the commands; few, so that the country is loaded quickly. */
const boardCodes = ['1280', '1480', '0180', '2480', '0580', '1880', '0380', '1980'];

const organisations = [
  coordinatorId,
  ...boardCodes.map((code) => boardId(code)),
  ...policeRegions.map(policeId),
];
const settleLimitMs = 120_000;
const audience = 'relocation-coordination';

export interface Program {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** A PostgreSQL of its own with fsync on, the programs of this system as processes of their own, and an issuer. */
export interface BenchSystem {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly adminUrl: string;
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly application: Application;
  /** Officers of the home boards; `cases` as opened by openCases(). */
  officers(): Promise<readonly Officer[]>;
  startApis(count: number): Promise<readonly Program[]>;
  startWorker(): Promise<Program>;
  startBare(count: number): Promise<readonly Program[]>;
  /** Opens cases over HTTP, as many for each officer; call with a running api. */
  openCases(api: Program, perOfficer: number): Promise<readonly Officer[]>;
  /** Until every read model has reached the head of the log; needs a running worker. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** @param profiles folder for a CPU profile of every api; none is taken when absent */
export const startBenchSystem = async (profiles?: string): Promise<BenchSystem> => {
  const folder = await mkdtemp(join(tmpdir(), 'relocation-bench-'));
  // The server may have to run as another user, who must be able to pass through.
  await chmod(folder, 0o711);
  const ends: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const database = await startEmbeddedDatabase({
      home: folder,
      port: 0,
      settings: { max_connections: '200' },
    });
    ends.push(() => database.stop());
    await migrate(database.url);
    const urls = await ensureRuntimeLogins(database.url);
    const keyFile = join(folder, 'keys', 'keys.json');
    const keyOptions = { path: keyFile, databaseFolder: database.folder, dataClasses };
    await createKeyFile(keyOptions);
    const keys = await readKeyFile(keyOptions);
    const pool = createPool(database.url, { name: 'bench', max: 8 });
    ends.push(() => pool.end());
    const store = await openLog({ databaseUrl: database.url, eventStore: undefined, codec, name: 'bench' });
    ends.push(() => store.close());
    const proposals = { caseOf: async () => undefined, officialsHolding: async () => [] };
    const application = new Application({ store, pool, proposals }, keys);
    const { executor, handlings, directory } = application;
    await seed({ store, executor, handlings, directory, rules: rules2026.rules, organisations });
    const issuer = await startDevIssuer({
      officials: inventedOfficials,
      audience,
      keyFile: join(folder, 'keys', 'dev-issuer.json'),
      port: 0,
      clock: systemClock,
    });
    ends.push(() => issuer.close());

    const start = async (
      name: 'api' | 'worker' | 'bare',
      module: string,
      keysToo: boolean,
    ): Promise<Program> => {
      const port = await freePort();
      const environment = {
        ...process.env,
        DATA_DIR: folder,
        DATABASE_URL: name === 'bare' ? database.url : urls[name],
        PORT: String(port),
        OIDC_ISSUER: issuer.issuer,
        OIDC_AUDIENCE: audience,
        // What is measured is not the patience of the api with one official.
        RATE_LIMIT_REQUESTS: '1000000',
        RATE_LIMIT_REFUSALS: '1000000',
        ...(keysToo ? { KEY_FILE: keyFile } : {}),
      };
      const profile =
        profiles !== undefined && name === 'api' ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : [];
      const program = await startProgram(module, environment, join(folder, `${name}-${port}.log`), profile);
      const stop = (): Promise<void> => stopProgram(program);
      ends.push(stop);
      return { port, pid: program.pid ?? 0, stop };
    };
    const several = (count: number, name: 'api' | 'bare', module: string, keysToo: boolean) =>
      Promise.all(Array.from({ length: count }, () => start(name, module, keysToo)));
    const officers = (): Promise<Officer[]> =>
      Promise.all(
        boardCodes
          .flatMap((code) => [`board-${code}-officer-1`, `board-${code}-officer-2`])
          .map(async (sub) => ({ token: await issuer.tokenFor(sub), cases: [] })),
      );
    let runs = 1_000;
    return {
      folder,
      databaseUrl: database.url,
      adminUrl: database.adminUrl,
      pool,
      store,
      application,
      officers,
      startApis: (count) => several(count, 'api', '../api/main.js', true),
      startWorker: () => start('worker', '../worker/main.js', false),
      startBare: (count) => several(count, 'bare', './bare-route.js', false),
      async openCases(api, perOfficer) {
        const all = await officers();
        const count = all.length * perOfficer;
        const { ids } = await load({
          run: (runs += 1),
          kind: 'open-case',
          ports: [api.port],
          connections: 32,
          warmUpSeconds: 0,
          seconds: 300,
          count,
          keep: true,
          officers: all,
        });
        return all.map(({ token }, index) => ({
          token,
          cases: ids.filter((id, number) => id !== '' && number % all.length === index),
        }));
      },
      async settled() {
        const head = await store.head();
        const ends = performance.now() + settleLimitMs;
        for (;;) {
          const { rows } = await pool.query<{ behind: boolean }>(everyPosition, [head]);
          if (rows[0]?.behind === false) return;
          if (performance.now() > ends) throw new Error('the read models do not reach the head of the log');
          await sleep(100);
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** The owner of the database reads the checkpoints as they stand in the schemas. */
const everyPosition = `SELECT coalesce(min(position), '') < $1 AS behind FROM (
  SELECT position FROM home_board.checkpoints UNION ALL SELECT position FROM directory.checkpoints
  UNION ALL SELECT position FROM vault.checkpoints) AS p`;

export const startProgram = async (
  module: string,
  environment: NodeJS.ProcessEnv,
  logFile: string,
  nodeOptions: readonly string[] = [],
): Promise<ChildProcess> => {
  const log = await open(logFile, 'a', 0o600);
  const program = fork(fileURLToPath(new URL(module, import.meta.url)), {
    env: environment,
    execArgv: [...programFlags, ...nodeOptions],
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  await log.close();
  await new Promise<void>((resolve, reject) => {
    program.on('message', (message) => {
      if (isReadyMessage(message)) resolve();
    });
    program.once('exit', (code) => reject(new Error(`a program ended with ${code}: ${logFile}`)));
  });
  return program;
};

export const stopProgram = async (program: ChildProcess): Promise<void> => {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const ended = new Promise((resolve) => program.once('exit', resolve));
  program.kill('SIGTERM');
  await ended;
};

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
