import { fork, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { createVerbatimCodec, type AppendRequest, type AppendResult, type EventStore } from '#event-store';
import { MemoryEventStore } from '#event-store/memory';
import { eventIdOf, type RecordedEvent } from '#kernel';
import {
  collect,
  eventFor,
  eventsFor,
  eventsOf,
  expectAppended,
  newStream,
  readToEnd,
  write,
} from '../../../test/conformance/event-store.conformance.js';
import { TcpProxy } from '../../../test/conformance/tcp-proxy.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { InvalidAppend, StoreOverloaded, StoreUnavailable } from '../port.js';
import {
  openPostgresEventStore,
  type PostgresEventStore,
  type PostgresEventStoreLimits,
} from './postgres-event-store.js';

let database: TestDatabase;
/**
 * So long that only what hangs comes to an end by it. A session that has gone silent in a transaction is ended after
 * statementMs: whoever waits for its lock has long been told 55P03 by then.
 */
const patient = {
  appendMs: 180_000,
  batchMs: 80_000,
  write: { statementMs: 60_000, lockMs: 20_000, connectMs: 20_000 },
};
/** Codes of everything that went wrong under the stores of the running test. */
let troubles: string[] = [];
const closing: (() => Promise<unknown>)[] = [];

const open = async (
  over: { limits?: Partial<PostgresEventStoreLimits>; url?: string; name?: string; options?: string } = {},
): Promise<PostgresEventStore> => {
  const store = await openPostgresEventStore({
    connection: { connectionString: over.url ?? database.url, options: over.options },
    codec: createVerbatimCodec(),
    name: over.name,
    limits: { ...patient, ...over.limits },
    onTrouble: ({ doing, code }) => troubles.push(`${doing} ${code}`),
  });
  closing.push(() => store.close());
  return store;
};

const throughProxy = async (over: { limits?: Partial<PostgresEventStoreLimits> } = {}) => {
  const { proxy, url } = await TcpProxy.start(database.url);
  const store = await open({ ...over, url });
  closing.push(() => proxy.close());
  return { proxy, store };
};

const begin = async (store: EventStore, type = 'CaseNoted') => {
  const stream = newStream();
  const request: AppendRequest = {
    stream,
    expectedRevision: 'no-stream',
    events: [eventFor(stream, 0, { type })],
  };
  return { stream, request, answer: store.append(request) };
};

/** From now on a slow insert sleeps until it is let go: what is tried meanwhile may take its time. */
const holdSleepers = () => database.pool.query('UPDATE public.gate SET held = true');
const letSleepersGo = () => database.pool.query('UPDATE public.gate SET held = false');

/** Waits until this number of sessions are in the middle of an insert that sleeps. */
const sleeping = async (name = 'event-store', sessions = 1): Promise<void> => {
  for (const until = performance.now() + 60_000; performance.now() < until; await sleep(5)) {
    const { rowCount } = await database.pool.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1
         AND wait_event = 'PgSleep'`,
      [`${name} append`],
    );
    if (rowCount === sessions) return;
  }
  throw new Error('no insert sleeps');
};

const sessionsOf = async (name: string): Promise<number> => {
  const { rowCount } = await database.pool.query(
    'SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
    [`${name} append`],
  );
  return rowCount ?? 0;
};

/** Waits until a session waits for the lock that numbers the log. */
const lockedOut = async (name: string): Promise<void> => {
  for (const until = performance.now() + 60_000; performance.now() < until; await sleep(5)) {
    const { rowCount } = await database.pool.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1
         AND wait_event_type = 'Lock'`,
      [`${name} append`],
    );
    if (rowCount === 1) return;
  }
  throw new Error('no session waits for the lock');
};

const kill = (what: 'append' | 'read' | 'listen', name = 'event-store'): Promise<unknown> =>
  database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = $1`,
    [`${name} ${what}`],
  );

/** Runs one statement as a role of the database, and gives its SQLSTATE; 'done' when it was carried out. */
const attemptAs = async (role: string | undefined, sql: string, url = database.url): Promise<string> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    if (role) await client.query(`SET ROLE ${role}`);
    await client.query(sql);
    return 'done';
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await client.end();
  }
};

const numbersIn = (events: readonly RecordedEvent[]): number[] =>
  events.map(({ position }) => Number(position.split('-')[1]));
const count = (n: number): number[] => Array.from({ length: n }, (_, index) => index);

beforeAll(async () => {
  database = await createTestDatabase({ libs: ['platform', 'event-store'] });
  // Inserts that sleep under the lock that numbers the log, and inserts that fail there.
  await database.pool.query(`
    CREATE TABLE public.gate AS SELECT false AS held;
    CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      IF NEW.type = 'Slow' THEN
        PERFORM pg_sleep(0.2);
        WHILE (SELECT held FROM public.gate) LOOP PERFORM pg_sleep(0.01); END LOOP;
      END IF;
      IF NEW.type = 'Endless' THEN PERFORM pg_sleep(60); END IF;
      IF NEW.type = 'Refused' THEN RAISE EXCEPTION 'refused by the test'; END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER slow BEFORE INSERT ON log.events FOR EACH ROW EXECUTE FUNCTION public.slow()`);
});
afterEach(async () => {
  await letSleepersGo();
  for (const close of closing.splice(0).reverse()) await close();
  troubles = [];
});
afterAll(() => database.close());

describe('the order of the log in PostgreSQL', () => {
  it('shows a reader no later event before an earlier one whose commit is slow', async () => {
    const [slow, quick, reader] = [await open({ name: 'slow' }), await open(), await open()];
    const after = await reader.head();
    await holdSleepers();
    const first = await begin(slow, 'Slow');
    await sleeping('slow');
    const second = await begin(quick);
    // Both are under way. Neither may be seen until the first is there.
    expect(await reader.readAll(after, 10)).toEqual([]);
    const following = collect(reader, after, (messages) => eventsOf(messages).length === 2);
    await letSleepersGo();
    const results = [expectAppended(await first.answer), expectAppended(await second.answer)];
    expect(results[1]!.position > results[0]!.position).toBe(true);
    expect(eventsOf(await following).map(({ stream }) => stream)).toEqual([first.stream, second.stream]);
  });

  it('loses no event for a reader that is always at the end, while slow and quick commits cross', async () => {
    const writers = [await open({ name: 'slow' }), await open(), await open()];
    const reader = await open();
    const after = await reader.head();
    const streams = count(12).map(newStream);
    const seen: RecordedEvent[] = [];
    const total = 12 * 6;
    const reading = (async () => {
      while (seen.length < total) {
        const page = await reader.readAll(seen.at(-1)?.position ?? after, 100);
        seen.push(...page);
        if (page.length === 0) await sleep(1);
      }
    })();
    await Promise.all(
      streams.map(async (stream, index) => {
        for (let n = 0; n < 6; n += 1)
          await writers[index % 3]!.append({
            stream,
            expectedRevision: n === 0 ? 'no-stream' : n - 1,
            events: [eventFor(stream, n, { type: index === 0 && n % 3 === 0 ? 'Slow' : 'CaseNoted' })],
          });
      }),
    );
    await reading;
    expect(seen).toEqual(await readToEnd(reader, after, 1_000));
    expect(numbersIn(seen)).toEqual(count(total).map((n) => numbersIn(seen)[0]! + n));
  });

  it('goes on, and is read, while a transaction lies open elsewhere, here and in another database', async () => {
    const other = await createTestDatabase({ libs: ['platform'] });
    const sessions = [await database.pool.connect(), await other.pool.connect()];
    try {
      for (const session of sessions)
        await session.query('BEGIN; CREATE TABLE public.never (n int); INSERT INTO public.never VALUES (1)');
      const store = await open();
      const after = await store.head();
      const { stream, answer } = await begin(store);
      const { position } = expectAppended(await answer);
      expect((await store.readAll(after, 10)).map((event) => event.stream)).toEqual([stream]);
      const messages = await collect(store, after, (so) => so.at(-1)?.kind === 'caught-up');
      expect(messages.at(-1)).toEqual({ kind: 'caught-up', position });
    } finally {
      for (const session of sessions) {
        await session.query('ROLLBACK');
        session.release();
      }
      await other.close();
    }
  });

  it('has no gap after an append that was rolled back', async () => {
    const store = await open();
    const before = await write(store, newStream(), 1);
    const { stream, answer } = await begin(store, 'Refused');
    await expect(answer).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await store.readStream(stream)).toBeUndefined();
    await write(store, newStream(), 1);
    const [last] = numbersIn(await store.readAll(before, 10));
    expect(last).toBe(Number(before.split('-')[1]) + 1);
  });

  it('comes of the same rules as in memory, whatever is appended', async () => {
    const store = await open();
    const append = fc.record({
      stream: fc.nat({ max: 2 }),
      expected: fc.integer({ min: -1, max: 4 }),
      ids: fc.uniqueArray(fc.nat({ max: 6 }), { minLength: 1, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(append, { maxLength: 15 }), async (appends) => {
        const memory = new MemoryEventStore();
        const streams = [newStream(), newStream(), newStream()];
        for (const { stream, expected, ids } of appends) {
          const name = streams[stream]!;
          const request: AppendRequest = {
            stream: name,
            expectedRevision: expected === -1 ? 'no-stream' : expected,
            // Ids are shared by the streams of one run, so that some stand at another place.
            events: ids.map((n) => eventFor(streams[0]!, n)),
          };
          const [here, there] = await Promise.all([outcomeOf(store, request), outcomeOf(memory, request)]);
          expect(here).toEqual(there);
        }
      }),
      { numRuns: 60 },
    );
  });
});

const outcomeOf = async (store: EventStore, request: AppendRequest): Promise<unknown> =>
  store.append(request).then(
    (result) => (result.outcome === 'appended' ? { ...result, position: 'some' } : result),
    (error: unknown) => (error as Error).name,
  );

describe('an append whose answer does not come', () => {
  it('is found to be unwritten and written once, when its session was killed in the middle', async () => {
    const store = await open();
    await holdSleepers();
    const { stream, answer } = await begin(store, 'Slow');
    await sleeping();
    await kill('append');
    await letSleepersGo();
    expect(await answer).toMatchObject({ outcome: 'appended', revision: 0 });
    expect((await store.readStream(stream))?.events).toHaveLength(1);
    expect(troubles).toEqual(['append 57P01']);
  });

  it('is found to be written, when only the answer was lost, and no conflict though others went on', async () => {
    const { proxy, store } = await throughProxy();
    const other = await open();
    const stream = newStream();
    await write(store, stream, 1);
    const cut = proxy.cutAtNextAnswer();
    proxy.admitAfter(cut.then(() => write(other, stream, 2, 2)).then(() => undefined));
    const result = expectAppended(
      await store.append({ stream, expectedRevision: 0, events: [eventFor(stream, 1)] }),
    );
    const read = (await other.readStream(stream))!;
    expect(read.events.map(({ data }) => data)).toEqual(count(4).map((n) => ({ n })));
    expect(result).toEqual({ outcome: 'appended', revision: 1, position: read.events[1]!.position });
    expect(troubles).toHaveLength(1);
  });

  it('is waited for, when it is still at work after its connection was cut', async () => {
    const { proxy, store } = await throughProxy();
    const stream = newStream();
    await write(store, stream, 1);
    await holdSleepers();
    const answer = store.append({
      stream,
      expectedRevision: 0,
      events: [eventFor(stream, 1, { type: 'Slow' })],
    });
    await sleeping();
    proxy.cut();
    await lockedOut('event-store');
    await letSleepersGo();
    expect(await answer).toMatchObject({ outcome: 'appended', revision: 1 });
    expect((await store.readStream(stream))?.events).toHaveLength(2);
  });

  it('is a conflict only when somebody else took its place', async () => {
    const { proxy, store } = await throughProxy();
    const other = await open();
    await holdSleepers();
    const { stream, answer } = await begin(store, 'Slow');
    await sleeping();
    // Killed, so that it rolls back; the other one takes the place before the look-up can.
    proxy.admitAfter(
      other
        .append({ stream, expectedRevision: 'no-stream', events: [eventFor(stream, 7)] })
        .then(() => undefined),
    );
    await kill('append');
    await letSleepersGo();
    expect(await answer).toEqual({ outcome: 'conflict', actualRevision: 0 });
    expect((await other.readStream(stream))?.events.map(({ data }) => data)).toEqual([{ n: 7 }]);
  });

  it('is said to be unknown, when the database stays silent longer than the time limit', async () => {
    const { proxy, store } = await throughProxy({
      limits: { appendMs: 2_000, batchMs: 1_000, write: { statementMs: 900, lockMs: 900, connectMs: 900 } },
    });
    await write(store, newStream(), 1);
    proxy.holdAfter(0);
    const { stream, answer } = await begin(store);
    await expect(answer).rejects.toThrow(/may have been written or not/);
    await expect(answer).rejects.toBeInstanceOf(StoreUnavailable);
    // When the line is back, the same append clears it up.
    proxy.release();
    proxy.cut();
    expect(
      await store.append({ stream, expectedRevision: 'no-stream', events: [eventFor(stream, 0)] }),
    ).toMatchObject({
      outcome: 'appended',
      revision: 0,
    });
    expect((await store.readStream(stream))?.events).toHaveLength(1);
  });

  it.each([128, 3])(
    'is written once and never refused, while sessions are killed again and again under many writers in batches of %i',
    async (maxBatchAppends) => {
      const stores = [
        await open({ limits: { maxBatchAppends } }),
        await open({ limits: { maxBatchAppends } }),
      ];
      const streams = count(16).map(newStream);
      const after = await stores[0]!.head();
      const numbers = new Map(streams.map((stream) => [stream, 0]));
      let kills = 0;
      const killing = (async () => {
        for (; kills < 8; kills += 1) {
          await sleep(60 + Math.random() * 60);
          await kill('append');
        }
      })();
      // write() throws at a conflict: there is one writer per stream, so each would be a false one.
      await Promise.all(
        streams.map(async (stream, index) => {
          for (let n = 0; kills < 8; n += 1) {
            await write(stores[index % 2]!, stream, 1, n);
            numbers.set(stream, n + 1);
          }
        }),
      );
      await killing;
      expect(troubles).toContain('append 57P01');
      const log = await readToEnd(stores[0]!, after, 1_000);
      expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
      expect(numbersIn(log)).toEqual(log.map((_, n) => numbersIn(log)[0]! + n));
      for (const [stream, written] of numbers) {
        expect(written).toBeGreaterThan(0);
        expect(log.filter((event) => event.stream === stream)).toHaveLength(written);
      }
    },
  );
});

describe('a writer that stops in the middle', () => {
  const children: ChildProcess[] = [];
  const child = (stream: string, type: string, payload = 0): ChildProcess => {
    const folder = new URL('../../../test/conformance/', import.meta.url);
    const hooks = `data:text/javascript,import{register}from"node:module";register(${JSON.stringify(
      pathToFileURL(fileURLToPath(new URL('typescript-hooks.js', folder))).href,
    )})`;
    const started = fork(
      fileURLToPath(new URL('writer-process.ts', folder)),
      [database.url, stream, type, String(payload), JSON.stringify(patient)],
      { execArgv: ['--conditions=relocation-source', '--import', hooks] },
    );
    children.push(started);
    return started;
  };
  const appended = (started: ChildProcess, n: number): Promise<void> =>
    new Promise((resolve, reject) => {
      started.on('message', (message: { n: number }) => message.n >= n && resolve());
      started.on('exit', (code) => reject(new Error(`the child ended with ${code}`)));
    });
  const ended = (started: ChildProcess): Promise<number | null> =>
    new Promise((resolve) => started.on('exit', resolve));
  afterEach(() => {
    for (const started of children.splice(0)) if (started.exitCode === null) started.kill('SIGKILL');
  });

  it('does not stop the others, when the whole process is stopped under the lock', async () => {
    const store = await open();
    const stream = newStream();
    const writer = child(stream, 'Slow');
    await appended(writer, 0);
    await holdSleepers();
    await sleeping('child');
    writer.kill('SIGSTOP');
    await letSleepersGo();
    // They wait for the rest of the insert that sleeps. Were the lock held as long as the process is stopped, they would
    // be told so (55P03), and tell of it.
    for (let n = 0; n < 5; n += 1) await write(store, newStream(), 3);
    const { rows } = await database.pool.query(
      `SELECT state FROM pg_stat_activity WHERE application_name = 'child append' AND datname = current_database()`,
    );
    expect(rows).toEqual([{ state: 'idle' }]);
    expect(troubles).toEqual([]);
    const end = ended(writer);
    writer.kill('SIGCONT');
    await appended(writer, 2);
    writer.send('end');
    expect(await end).toBe(0);
    const events = (await store.readStream(stream))!.events;
    expect(events.map(({ id }) => id)).toEqual(events.map((_, n) => eventIdOf(stream, 'child', n)));
  });

  it('does not stop the others, wherever in its work the process is stopped', async () => {
    const store = await open();
    const stream = newStream();
    const writer = child(stream, 'CaseNoted', 100_000);
    await appended(writer, 3);
    for (let round = 0; round < 25; round += 1) {
      await sleep(Math.random() * 12);
      writer.kill('SIGSTOP');
      // It would be told 55P03, were the lock held as long as the process is stopped.
      await write(store, newStream(), 2);
      writer.kill('SIGCONT');
    }
    expect(troubles).toEqual([]);
    const end = ended(writer);
    writer.send('end');
    expect(await end).toBe(0);
    const events = (await store.readStream(stream))!.events;
    expect(events.length).toBeGreaterThan(4);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, n) => eventIdOf(stream, 'child', n)));
  });

  it('holds nothing while only a part of its append has left the machine', async () => {
    const { proxy, store } = await throughProxy();
    const other = await open();
    const stream = newStream();
    await write(store, stream, 1);
    proxy.holdAfter(5_000);
    const half = store.append({
      stream,
      expectedRevision: 0,
      events: [eventFor(stream, 1, { data: { text: 'x'.repeat(50_000) } })],
    });
    while (proxy.holds === 0) await sleep(5);
    // Not even the same stream is held: the others win, and the half one is told so when the rest arrives.
    await write(other, newStream(), 1);
    await write(other, stream, 1, 1);
    expect(troubles).toEqual([]);
    proxy.release();
    // The event of write() has the same id: what the half one wanted stands there already.
    expect(await half).toMatchObject({ outcome: 'appended', revision: 1 });
    expect((await other.readStream(stream))?.events).toHaveLength(2);
  });

  it('cannot hold the lock from a longer transaction, since the function refuses to run in one', async () => {
    const stream = newStream();
    const { id } = eventFor(stream, 0);
    const call = `SELECT * FROM log.append('{"${stream}"}', '{-1}', '{1}', '{${id}}', '{CaseNoted}', '{1}',
      ARRAY['{}']::json[], ARRAY['{}']::json[])`;
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query('SET ROLE log_appender');
      await client.query('BEGIN');
      await expect(client.query(call)).rejects.toMatchObject({ code: '25000' });
      await client.query('ROLLBACK');
      await client.query(`SET default_transaction_isolation = 'repeatable read'`);
      await expect(client.query(call)).rejects.toMatchObject({ code: '25000' });
      await client.query(`SET default_transaction_isolation = 'read committed'`);
      const { rows } = await client.query<{ outcome: string }>(call);
      expect(rows.map(({ outcome }) => outcome)).toEqual(['appended']);
    } finally {
      await client.end();
    }
  });
});

describe('the limits of the writer', () => {
  it('refuse what does not fit into the queue, and carry out the rest', async () => {
    const store = await open({ limits: { maxQueued: 5 } });
    await holdSleepers();
    const slow = await begin(store, 'Slow');
    await sleeping();
    const asked = Promise.all(
      count(8).map(async () => {
        const { answer } = await begin(store);
        return answer.then(
          ({ outcome }) => outcome,
          (error: unknown) => (error instanceof StoreOverloaded ? 'overloaded' : 'other'),
        );
      }),
    );
    await letSleepersGo();
    expect(await asked).toEqual([
      ...Array<string>(5).fill('appended'),
      ...Array<string>(3).fill('overloaded'),
    ]);
    expect((await slow.answer).outcome).toBe('appended');
    expect(store.queued).toBe(0);
  });

  it('end an append that takes too long, on the server too, and let the others through', async () => {
    const store = await open({
      limits: { appendMs: 3_000, batchMs: 1_000, write: { statementMs: 300, lockMs: 300, connectMs: 500 } },
    });
    const stream = newStream();
    const endless = store.append({
      stream,
      expectedRevision: 'no-stream',
      events: [eventFor(stream, 0, { type: 'Endless' })],
    });
    const failure = expect(endless).rejects.toBeInstanceOf(StoreUnavailable);
    await sleeping();
    await write(store, newStream(), 2);
    await failure;
    expect(troubles).toContain('append 57014');
    // By itself it would sleep for a minute.
    const asleep = async () =>
      (
        await database.pool.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
        )
      ).rowCount;
    for (const until = performance.now() + 30_000; (await asleep()) !== 0 && performance.now() < until;)
      await sleep(20);
    expect(await asleep()).toBe(0);
    expect(await store.readStream(stream)).toBeUndefined();
  });

  it('bound the wait for the lock of the log when somebody holds it, and nothing has happened twice', async () => {
    const store = await open({
      limits: { appendMs: 1_500, write: { statementMs: 400, lockMs: 200, connectMs: 500 } },
    });
    const stream = newStream();
    await write(store, stream, 1);
    const holder = await database.pool.connect();
    await holder.query('BEGIN; SELECT pg_advisory_xact_lock(7310, 1)');
    try {
      const held = store.append({ stream, expectedRevision: 0, events: [eventFor(stream, 1)] });
      await expect(held).rejects.toBeInstanceOf(StoreUnavailable);
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
    expect(troubles).toContain('append 55P03');
    // The caller repeats.
    await write(store, stream, 1, 1);
    expect((await store.readStream(stream))?.revision).toBe(1);
  });

  it.each([128, 2])(
    'answer what waits before the store is closed, and take nothing after, in batches of %i',
    async (maxBatchAppends) => {
      const store = await open({ limits: { maxBatchAppends } });
      await holdSleepers();
      const slow = await begin(store, 'Slow');
      await sleeping();
      const waiting = [slow, ...(await Promise.all(count(5).map(() => begin(store))))];
      const closed = store.close();
      await letSleepersGo();
      await closed;
      for (const { answer } of waiting) expect((await answer).outcome).toBe('appended');
      await expect((await begin(store)).answer).rejects.toBeInstanceOf(StoreUnavailable);
      expect(await sessionsOf('event-store')).toBe(0);
    },
  );

  it('keep away from a server that acknowledges before it has written', async () => {
    await expect(open({ options: '-c synchronous_commit=off' })).rejects.toThrow(/synchronous_commit is off/);
  });

  it('say so when there is no server', async () => {
    await expect(open({ url: 'postgres://nobody@127.0.0.1:1/none' })).rejects.toBeInstanceOf(
      StoreUnavailable,
    );
  });
});

describe('group commit', () => {
  it('writes in one transaction what waits together, and a conflict spoils only itself', async () => {
    const store = await open();
    const existing = newStream();
    await write(store, existing, 1);
    const streams = count(40).map(newStream);
    const answers = await Promise.all([
      ...streams.map((stream) =>
        store.append({ stream, expectedRevision: 'no-stream', events: eventsFor(stream, 2) }),
      ),
      store.append({ stream: existing, expectedRevision: 'no-stream', events: [eventFor(existing, 9)] }),
      store
        .append({ stream: newStream(), expectedRevision: 'no-stream', events: [eventFor(existing, 0)] })
        .catch((error: unknown) => error),
    ]);
    expect(answers.slice(0, 40).map((answer) => (answer as AppendResult).outcome)).toEqual(
      Array<string>(40).fill('appended'),
    );
    expect(answers[40]).toEqual({ outcome: 'conflict', actualRevision: 0 });
    expect(answers[41]).toBeInstanceOf(InvalidAppend);
    const { rows } = await database.pool.query(
      'SELECT count(DISTINCT xmin::text)::int AS transactions FROM log.events WHERE stream = ANY ($1)',
      [streams],
    );
    expect(rows).toEqual([{ transactions: 1 }]);
  });

  it.each([128, 3])('keeps the order of appends to each stream in batches of %i', async (maxBatchAppends) => {
    const store = await open({ limits: { maxBatchAppends } });
    const streams = count(7).map(newStream);
    const answers = await Promise.all(
      count(6).flatMap((n) =>
        streams.map((stream) =>
          store.append({
            stream,
            expectedRevision: n === 0 ? 'no-stream' : n - 1,
            events: [eventFor(stream, n)],
          }),
        ),
      ),
    );
    expect(answers.map(({ outcome }) => outcome)).toEqual(Array<string>(6 * 7).fill('appended'));
  });

  it('sends a second batch only when it is full, and never a stream of the first', async () => {
    const store = await open({ name: 'two', limits: { maxBatchAppends: 3 } });
    await holdSleepers();
    const slow = await begin(store, 'Slow');
    await sleeping('two');
    const next = store.append({
      stream: slow.stream,
      expectedRevision: 0,
      events: [eventFor(slow.stream, 1)],
    });
    const others = [await begin(store), await begin(store)];
    // Three wait, but one of them must see what the first batch writes.
    await sleep(100);
    expect(await sessionsOf('two')).toBe(1);
    expect(store.queued).toBe(3);
    others.push(await begin(store));
    await lockedOut('two');
    expect(store.queued).toBe(1);
    await letSleepersGo();
    expect(await slow.answer).toMatchObject({ outcome: 'appended', revision: 0 });
    for (const { answer } of others) expect(await answer).toMatchObject({ outcome: 'appended', revision: 0 });
    expect(await next).toMatchObject({ outcome: 'appended', revision: 1 });
    expect(troubles).toEqual([]);
  });

  it('goes on over one session, in whole batches, when a second one cannot be had', async () => {
    const store = await open({ name: 'two', limits: { maxBatchAppends: 2 } });
    await write(store, newStream(), 1);
    const limit = (connections: number) =>
      database.pool.query(
        `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT ${connections}', current_database()); END $$`,
      );
    await holdSleepers();
    await limit(0);
    try {
      const slow = await begin(store, 'Slow');
      await sleeping('two');
      const others = [await begin(store), await begin(store)];
      while (!troubles.includes('append 53300')) await sleep(5);
      await letSleepersGo();
      for (const { answer } of [slow, ...others])
        expect(await answer).toMatchObject({ outcome: 'appended', revision: 0 });
      const { rows } = await database.pool.query(
        'SELECT count(DISTINCT xmin::text)::int AS transactions FROM log.events WHERE stream = ANY ($1)',
        [others.map(({ stream }) => stream)],
      );
      expect(rows).toEqual([{ transactions: 1 }]);
    } finally {
      await limit(-1);
    }
  });

  it('writes both batches once and without a gap, when both sessions are killed', async () => {
    const store = await open({ name: 'two', limits: { maxBatchAppends: 2 } });
    const after = await store.head();
    await holdSleepers();
    const slow = await begin(store, 'Slow');
    await sleeping('two');
    const others = [await begin(store), await begin(store), await begin(store)];
    await lockedOut('two');
    await kill('append', 'two');
    await letSleepersGo();
    const begun = [slow, ...others];
    for (const { answer } of begun) expect(await answer).toMatchObject({ outcome: 'appended', revision: 0 });
    const log = await readToEnd(store, after, 100);
    expect(new Set(log.map(({ stream }) => stream))).toEqual(new Set(begun.map(({ stream }) => stream)));
    expect(numbersIn(log)).toEqual(count(4).map((n) => numbersIn(log)[0]! + n));
    expect(troubles).toEqual(['append 57P01', 'append 57P01']);
  });

  it('never locks itself out, though several processes write the same streams in every order', async () => {
    const stores = [await open(), await open(), await open()];
    const streams = count(30).map(newStream);
    for (let round = 0; round < 8; round += 1)
      await Promise.all(
        stores.flatMap((store, index) =>
          streams
            .map((_, place) => streams[(place * (index + 1) * 7 + round) % streams.length]!)
            .map((stream) =>
              store.append({
                stream,
                expectedRevision: round === 0 ? 'no-stream' : round - 1,
                events: [eventFor(stream, round * 3 + index)],
              }),
            ),
        ),
      );
    expect(troubles).toEqual([]);
    for (const stream of streams) expect((await stores[0]!.readStream(stream))?.revision).toBe(7);
  });
});

describe('a subscription in PostgreSQL', () => {
  it('loses nothing and repeats nothing, though its sessions are killed again and again', async () => {
    const store = await open({ limits: { pageSize: 20 } });
    const reader = await open({ name: 'reader', limits: { pageSize: 20, pollMs: 50 } });
    const after = await store.head();
    const streams = count(8).map(newStream);
    let writing = true;
    const killing = (async () => {
      // A little later each time, so that it gets somewhere between two deaths on any machine.
      for (let pause = 40; writing; pause += 10) {
        await sleep(pause);
        await Promise.all([kill('read', 'reader'), kill('listen', 'reader')]);
      }
    })();
    const following = collect(reader, after, (messages) => eventsOf(messages).length === 8 * 40);
    await Promise.all(streams.map((stream) => write(store, stream, 40)));
    const received = eventsOf(
      await following.finally(() => {
        writing = false;
      }),
    );
    await killing;
    expect(received).toEqual(await readToEnd(store, after, 1_000));
    expect(troubles.some((trouble) => trouble.startsWith('listen'))).toBe(true);
  });

  it('comes back after the server was out of reach for a while', async () => {
    const { proxy, store: reader } = await throughProxy({ limits: { pollMs: 30 } });
    const writer = await open();
    const after = await writer.head();
    let back = (): void => undefined;
    const stream = newStream();
    const following = collect(reader, after, (messages) => {
      if (messages.length === 1) {
        proxy.admitAfter(new Promise((resolve) => (back = resolve)));
        proxy.cut();
      }
      return eventsOf(messages, stream).length === 3;
    });
    await sleep(200);
    await write(writer, stream, 3);
    await sleep(200);
    back();
    expect(eventsOf(await following, stream).map(({ revision }) => revision)).toEqual([0, 1, 2]);
  });

  it('finds by itself what no notification told it', async () => {
    const reader = await open({ limits: { pollMs: 100 }, name: 'reader' });
    const writer = await open();
    const after = await writer.head();
    const stream = newStream();
    // Written past the function, as a restore would: nobody is notified.
    const following = collect(reader, after, (messages) => eventsOf(messages, stream).length === 1);
    await sleep(300);
    const { request } = await begin(new MemoryEventStore());
    await database.pool.query(
      `INSERT INTO log.events SELECT max(position) + 1, $1, 0, $2, 'CaseNoted', 1, '{}', $3, now() FROM log.events`,
      [stream, request.events[0]!.id, JSON.stringify(request.events[0]!.metadata)],
    );
    expect(eventsOf(await following, stream)).toHaveLength(1);
  });

  it('stops, and does not try for ever, when it may not read', async () => {
    const own = await createTestDatabase({ libs: ['platform', 'event-store'] });
    const reader = await open({ url: own.url });
    try {
      await own.pool.query('REVOKE SELECT ON log.events FROM log_reader');
      await expect(collect(reader, undefined, () => true)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await reader.close();
      await own.close();
    }
  });
});

describe('the log in PostgreSQL is append-only', () => {
  const changes = [`UPDATE log.events SET type = 'Other'`, 'DELETE FROM log.events', 'TRUNCATE log.events'];
  let before: readonly RecordedEvent[];
  beforeAll(async () => {
    const store = await open();
    await write(store, newStream(), 1);
    before = await readToEnd(store, undefined, 1_000);
    expect(before.length).toBeGreaterThan(0);
  });
  afterEach(async () => {
    expect(await readToEnd(await open(), undefined, 1_000)).toEqual(before);
  });

  it.each(changes)('for its owner: %s', async (sql) => {
    expect(await attemptAs(undefined, sql)).toBe('23001');
  });

  it.each(changes)('for an administrator whose session claims to be a replica: %s', async (sql) => {
    expect(
      await attemptAs(undefined, `SET session_replication_role = replica; ${sql}`, database.adminUrl),
    ).toBe('23001');
  });

  it.each([
    ...changes,
    `INSERT INTO log.events SELECT position + 1000000, stream, revision + 1000000, gen_random_uuid(), type,
       schema_version, data, metadata, recorded_at FROM log.events`,
    `UPDATE log.epoch SET epoch = 'other'`,
    'DELETE FROM log.epoch',
    'ALTER TABLE log.events DISABLE TRIGGER ALL',
    'DROP TRIGGER append_only ON log.events',
    'DROP TABLE log.events',
    `CREATE TABLE log.other (n int)`,
  ])('for those who append and those who read: %s', async (sql) => {
    expect(await attemptAs('log_appender', sql)).toBe('42501');
    expect(await attemptAs('log_reader', sql)).toBe('42501');
  });

  it('and those who read cannot append', async () => {
    expect(
      await attemptAs('log_reader', `SELECT log.append('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')`),
    ).toBe('42501');
  });

  it('and the owner has no right to append by function without entering the role', async () => {
    const { rows } = await database.pool.query<{ roles: string }>(
      `SELECT string_agg(DISTINCT grantee, ',' ORDER BY grantee) AS roles
         FROM information_schema.routine_privileges WHERE routine_schema = 'log' AND routine_name = 'append'`,
    );
    expect(rows[0]?.roles.split(',')).toEqual(['log_appender', 'relocation']);
  });
});

describe('a copy of the log', () => {
  it('made by COPY and restored in another database reads the same, and goes on', async () => {
    const store = await open();
    const stream = newStream();
    await store.append({
      stream,
      expectedRevision: 'no-stream',
      events: [eventFor(stream, 0, { data: { text: 'å\t\\N "quoted" \'single\' 𝒳', z: 1, a: 1e21 } })],
    });
    const original = await readToEnd(store, undefined, 1_000);
    const middle = original[Math.floor(original.length / 2)]!.position;

    const other = await createTestDatabase({ libs: ['platform', 'event-store'] });
    const folder = mkdtempSync(join(tmpdir(), 'log-copy-'));
    chmodSync(folder, 0o777);
    const [from, to] = [database.adminUrl, other.adminUrl].map(
      (url) => new pg.Client({ connectionString: url }),
    );
    try {
      await Promise.all([from!.connect(), to!.connect()]);
      await to!.query(`DELETE FROM log.epoch`);
      for (const table of ['epoch', 'events']) {
        await from!.query(`COPY log.${table} TO '${join(folder, table)}'`);
        await to!.query(`COPY log.${table} FROM '${join(folder, table)}'`);
      }
      const restored = await open({ url: other.url });
      expect(restored.epoch).toBe(store.epoch);
      expect(await readToEnd(restored, undefined, 1_000)).toEqual(original);
      const rest = await collect(restored, middle, (messages) => messages.at(-1)?.kind === 'caught-up');
      expect(eventsOf(rest)).toEqual(
        original.slice(original.findIndex(({ position }) => position === middle) + 1),
      );
      const next = await restored.append({ stream, expectedRevision: 0, events: [eventFor(stream, 1)] });
      expect(numbersIn([{ ...original[0]!, position: expectAppended(next).position }])).toEqual([
        numbersIn(original).at(-1)! + 1,
      ]);
      await restored.close();
    } finally {
      await Promise.all([from!.end(), to!.end()]);
      rmSync(folder, { recursive: true });
      await other.close();
    }
  });
});
