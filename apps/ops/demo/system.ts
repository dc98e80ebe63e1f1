import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Application, codec, inventedOfficials, seed } from '#application';
import { rules2026 } from '#domain/coordination';
import { type EventStore, openLog, StoreUnavailable } from '#event-store';
import { dataClasses, type Position } from '#kernel';
import {
  type Clock,
  createKeyFile,
  createLogger,
  createPool,
  ensureRuntimeLogins,
  loadConfig,
  type Logger,
  migrate,
  readKeyFile,
  SettableClock,
  startEmbeddedDatabase,
  type Tracer,
} from '#platform';
import { createApi } from '../../api/create-api.js';
import { startDevIssuer } from '../../api/issuer/dev-issuer.js';
import { wire } from '../../api/wire.js';
import { createWorker } from '../../worker/create-worker.js';
import { Official, type Send, sendTo } from './official.js';

const audience = 'relocation-coordination';

/** What a part of a story is played on. */
export interface Stage {
  readonly clock: Clock;
  /** An invented official at a desk. */
  official(sub: string): Official;
  /** Waits until everything that was done has reached every read model and process. */
  settled(): Promise<void>;
}

export interface System extends Stage {
  readonly clock: SettableClock;
  /** Where the database, the keys and the logs of this system lie. */
  readonly folder: string;
  readonly databaseUrl: string;
  readonly databaseFolder: string;
  readonly keyFile: string;
  /** As the server's superuser: for looking at every table. */
  readonly adminUrl: string;
  /** The log that the programs write. */
  readonly log: Logger;
  /** What was said to the api, and under which Idempotency-Key, as nobody but who said it knows it. */
  readonly said: readonly (readonly [key: string | null, body: unknown])[];
  /** Lets simulated time pass until an instant (UTC), stopping at every deadline on the way. */
  until(instant: string): Promise<void>;
  /** The whole log as text: it need not be in the database. */
  logText(): Promise<string>;
  /** Stops api and worker and leaves the database running, for looking into it. */
  stopPrograms(): Promise<void>;
  /** Stops the database; its files stay until close(). */
  stopDatabase(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The whole system in one process, on a fresh embedded PostgreSQL of its own and with a clock that can be set: api over
 * HTTP on loopback with real tokens, worker, issuer. Nothing is replaced but the clock. Where EVENTSTORE_URL is set, the
 * log is a new one on that server; it stays there.
 * @param startsAt the first instant of the simulated time, UTC
 * @param tracer traces what happens, when given
 */
export const startSystem = async (startsAt: string, tracer?: Tracer): Promise<System> => {
  const started = new Started();
  try {
    return await start(startsAt, started, tracer);
  } catch (error) {
    // A start that fails leaves nothing behind; why it failed is what counts.
    await started.endDownTo(0).catch(() => undefined);
    throw error;
  }
};

/** What runs, in the order of its start. */
class Started {
  readonly #ends: (() => Promise<unknown>)[] = [];

  /** @returns how many there are now */
  add(end: () => Promise<unknown>): number {
    return this.#ends.push(end);
  }

  /** Ends the last first, until only so many are left, also past one that fails. @throws what the first of these threw */
  async endDownTo(left: number): Promise<void> {
    const failures: unknown[] = [];
    while (this.#ends.length > left)
      await this.#ends.pop()!().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}

const start = async (startsAt: string, started: Started, tracer?: Tracer): Promise<System> => {
  const folder = await mkdtemp(join(tmpdir(), 'relocation-demo-'));
  const onlyFolder = started.add(() => rm(folder, { recursive: true, force: true }));
  // The server may have to run as another user, who must be able to pass through.
  await chmod(folder, 0o711);
  const clock = new SettableClock(startsAt);
  const logFile = join(folder, 'programs.log');
  const log = createLogger({ component: 'demo', level: 'debug', destination: createWriteStream(logFile) });
  const database = await startEmbeddedDatabase({ home: folder, port: 0 });
  const onlyDatabase = started.add(() => database.stop());
  await migrate(database.url);
  const urls = await ensureRuntimeLogins(database.url);
  const keyFile = join(folder, 'keys', 'keys.json');
  const keyOptions = { path: keyFile, databaseFolder: database.folder, dataClasses };
  await createKeyFile(keyOptions);
  const keys = await readKeyFile(keyOptions);

  const owner = createPool(database.url, { name: 'demo', max: 1 });
  // Said once, before the first key: this database believes the time that it is told.
  await owner.query('SELECT vault.declare_instance(true)');
  await owner.end();
  // As in a real system: api and worker each with a login of its own, that owns nothing.
  const pool = createPool(urls.api, { name: 'demo', logger: log, max: 10 });
  started.add(() => pool.end());
  const workersPool = createPool(urls.worker, { name: 'demo', logger: log, max: 16 });
  started.add(() => workersPool.end());
  const server = loadConfig().eventStore;
  const eventStore = server && { url: server.url, log: `demo${randomBytes(6).toString('hex')}` };
  const [store, workersStore] = await Promise.all(
    [urls.api, urls.worker].map((databaseUrl) =>
      openLog({
        databaseUrl,
        eventStore,
        codec,
        name: 'demo',
        onTrouble: ({ code }) => log.warn('the event store had trouble', { code }),
      }),
    ) as [Promise<EventStore>, Promise<EventStore>],
  );
  started.add(() => store.close());
  started.add(() => workersStore.close());
  const issuer = await startDevIssuer({
    officials: inventedOfficials,
    audience,
    keyFile: join(folder, 'keys', 'dev-issuer.json'),
    port: 0,
    clock,
  });
  started.add(() => issuer.close());
  const options = wire({
    store,
    pool,
    keys,
    clock,
    log,
    issuer: issuer.issuer,
    audience,
    ...(tracer && { tracer }),
  });
  await load(options.application!, store);
  const worker = createWorker({
    store: workersStore,
    pool: workersPool,
    clock,
    log,
    settings: { pollMs: 100, deadlineTickMs: 60_000 },
    ...(tracer && { tracer }),
  });
  started.add(() => worker.stop());
  worker.start();
  await worker.settled(120_000);
  const api = await createApi(options);
  started.add(() => api.close());
  await api.listen(0, '127.0.0.1');
  const address = await api.getUrl();

  const stopPrograms = once(() => started.endDownTo(onlyDatabase));
  const stopDatabase = once(async () => {
    await stopPrograms();
    await started.endDownTo(onlyFolder);
  });
  // A log that is away for a moment has nothing to settle.
  const settled = async (): Promise<void> => {
    for (const until = performance.now() + 60_000; ;)
      try {
        return await worker.settled(60_000);
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || performance.now() > until) throw error;
      }
  };
  const said: (readonly [string | null, unknown])[] = [];
  const send: Send = (path, init) => {
    if (typeof init.body === 'string')
      said.push([new Headers(init.headers).get('idempotency-key'), JSON.parse(init.body)]);
    return sendTo(address)(path, init);
  };
  return {
    clock,
    said,
    folder,
    databaseUrl: database.url,
    databaseFolder: database.folder,
    keyFile,
    adminUrl: Object.assign(new URL(database.adminUrl), { pathname: new URL(database.url).pathname }).href,
    log,
    official: (sub) => new Official(sub, send, (who) => issuer.tokenFor(who)),
    settled,
    async until(instant) {
      for (;;) {
        await settled();
        const due = await worker.nextDueAt();
        if (due === undefined || due > instant) break;
        clock.set(due);
      }
      clock.set(instant);
      await settled();
    },
    async logText() {
      const parts: string[] = [];
      for (let after: Position | undefined; ;) {
        const page = await store.readAll(after, 500);
        parts.push(...page.map((event) => JSON.stringify(event)));
        after = page.at(-1)?.position ?? after;
        if (page.length === 0) return parts.join('\n');
      }
    },
    stopPrograms,
    stopDatabase,
    async close() {
      await stopDatabase();
      await started.endDownTo(0);
    },
  };
};

const load = async ({ executor, handlings, directory }: Application, store: EventStore) => {
  await seed({ store, executor, handlings, directory, rules: rules2026.rules });
};

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
};
