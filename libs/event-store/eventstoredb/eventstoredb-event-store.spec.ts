import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createCodec,
  createVerbatimCodec,
  InvalidAppend,
  StoreOverloaded,
  StoreUnavailable,
  UnreadableEvent,
} from '#event-store';
import {
  openEventStoreDB,
  type EventStoreDBEventStore,
  type EventStoreDBEventStoreOptions,
} from '#event-store/eventstoredb';
import {
  collect,
  eventFor,
  eventsFor,
  eventsOf,
  expectAppended,
  metadata,
  newStream,
  readToEnd,
  write,
} from '../../../test/conformance/event-store.conformance.js';
import { EventStoreDBTestServer } from '../../../test/support/eventstoredb-test-server.js';
import { isAfter, positionOf, serverPositionOf } from './stored.js';

const server = new EventStoreDBTestServer();
const stores: EventStoreDBEventStore[] = [];
let troubles: string[] = [];

const open = async (over: Partial<EventStoreDBEventStoreOptions> = {}): Promise<EventStoreDBEventStore> => {
  const store = await openEventStoreDB({
    url: server.url,
    log: 'traps',
    codec: createVerbatimCodec(),
    onTrouble: ({ doing, code }) => void troubles.push(`${doing} ${code}`),
    ...over,
    limits: { attemptMs: 300, appendMs: 4_000, readMs: 2_000, watchMs: 150, ...over.limits },
  });
  stores.push(store);
  return store;
};

/** As a server does that is started again by its supervisor. */
const restartSoon = async (): Promise<void> => {
  await sleep(200);
  await server.start();
};

const until = async (holds: () => boolean, ms = 120_000): Promise<void> => {
  for (const end = performance.now() + ms; !holds(); await sleep(10))
    if (performance.now() > end) throw new Error(`not within ${ms} ms`);
};

describe('the log on EventStoreDB,', () => {
  let store: EventStoreDBEventStore;

  beforeAll(() => server.start());
  beforeEach(async () => {
    troubles = [];
    store = await open();
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((one) => one.close()));
  });
  afterAll(() => server.kill());

  describe('an append whose answer does not come', () => {
    const request = (stream: string) => ({
      stream,
      expectedRevision: 'no-stream' as const,
      events: eventsFor(stream, 2),
    });
    const writtenOnce = async (stream: string, position: string): Promise<void> => {
      const read = (await store.readStream(stream))!;
      expect(read.events.map(({ id }) => id)).toEqual(eventsFor(stream, 2).map(({ id }) => id));
      expect(read.events.at(-1)!.position).toBe(position);
    };

    it('is found to be written, when the server died after the commit', async () => {
      const stream = newStream();
      server.faults.append = { dropAfterCommit: true };
      const [result] = await Promise.all([store.append(request(stream)), restartSoon()]);
      await writtenOnce(stream, expectAppended(result).position);
      expect(troubles.length).toBeGreaterThan(0);
    });

    it('is found to be written, and no conflict, though others have gone on', async () => {
      const stream = newStream();
      server.faults.append = { dropAfterCommit: true };
      const appending = store.append(request(stream));
      await restartSoon();
      const other = await open({ limits: { pollMs: 50 } });
      await write(other, stream, 3, 2);
      expect(expectAppended(await appending).revision).toBe(1);
      expect((await store.readStream(stream))?.revision).toBe(4);
    });

    it('is written once by a server that was frozen and stores it after the time limit', async () => {
      const stream = newStream();
      server.faults.append = { storeLaterMs: 500 };
      const result = expectAppended(await store.append(request(stream)));
      await sleep(500);
      await writtenOnce(stream, result.position);
    });

    it('is sent again after the time limit of an attempt', async () => {
      const stream = newStream();
      server.faults.append = { hang: true };
      await writtenOnce(stream, expectAppended(await store.append(request(stream))).position);
      expect(troubles).toContain('append deadline-exceeded');
    });

    it.each([1, 2, 4, 10, 13, 14])('is sent again after an error of gRPC code %s', async (fail) => {
      const stream = newStream();
      const patient = await open({ limits: { attemptMs: 4_000, appendMs: 20_000 } });
      server.faults.append = { fail };
      await writtenOnce(stream, expectAppended(await patient.append(request(stream))).position);
      expect(troubles.length).toBe(1);
    });

    it('goes to the leader, when another node has taken over', async () => {
      const stream = newStream();
      const patient = await open({ limits: { attemptMs: 4_000, appendMs: 20_000 } });
      server.faults.append = { notLeader: { host: '127.0.0.1', port: server.port } };
      await writtenOnce(stream, expectAppended(await patient.append(request(stream))).position);
      expect(troubles).toEqual(['append not-leader']);
    });

    it('is said to be unknown, when the server stays away longer than the time limit', async () => {
      const hasty = await open({ limits: { appendMs: 600 } });
      const stream = newStream();
      server.kill();
      await expect(hasty.append(request(stream))).rejects.toBeInstanceOf(StoreUnavailable);
      await server.start();
      expect(expectAppended(await store.append(request(stream))).revision).toBe(1);
    });

    it('is refused at once, when user or password are wrong', async () => {
      server.faults.append = { fail: 16 };
      await expect(store.append(request(newStream()))).rejects.toThrow(
        /refused the append \(access-denied\)/,
      );
    });

    it('is looked up, when the server acknowledges without saying where it stands', async () => {
      const stream = newStream();
      server.faults.append = { withoutPosition: true };
      await writtenOnce(stream, expectAppended(await store.append(request(stream))).position);
    });
  });

  describe('many clients and many appends', () => {
    it('do not harm each other: no batches are used, and a client that closes takes no append of another with it', async () => {
      const [other, third] = await Promise.all([open(), open()]);
      const streams = Array.from({ length: 40 }, newStream);
      const appending = streams.map((stream, index) => {
        if (index === 5) server.faults.append = { delayMs: 100 };
        return (index % 2 === 0 ? store : other).append({
          stream,
          expectedRevision: 'no-stream',
          events: eventsFor(stream, 1),
        });
      });
      await third.close();
      const closing = other.close();
      for (const result of await Promise.all(appending)) expectAppended(result);
      await closing;
      expect(server.calls.batchAppend).toBe(0);
    });

    it('wait for their turn, and are refused when too many wait', async () => {
      const narrow = await open({ limits: { maxRunning: 1, maxQueued: 2 } });
      server.faults.append = { delayMs: 200 };
      const streams = Array.from({ length: 4 }, newStream);
      const results = await Promise.allSettled(
        streams.map((stream) =>
          narrow.append({ stream, expectedRevision: 'no-stream', events: eventsFor(stream, 1) }),
        ),
      );
      expect(results.map(({ status }) => status)).toEqual([
        'fulfilled',
        'fulfilled',
        'fulfilled',
        'rejected',
      ]);
      expect((results[3] as PromiseRejectedResult).reason).toBeInstanceOf(StoreOverloaded);
    });

    it('that were not sent in time were not written', async () => {
      const narrow = await open({ limits: { maxRunning: 1, appendMs: 400, attemptMs: 2_000 } });
      server.faults.append = { hang: true };
      const [first, second] = [newStream(), newStream()];
      const results = await Promise.allSettled(
        [first, second].map((stream) =>
          narrow.append({ stream, expectedRevision: 'no-stream', events: eventsFor(stream, 1) }),
        ),
      );
      expect(String((results[1] as PromiseRejectedResult).reason)).toContain('nothing was written');
      expect(await store.readStream(second)).toBeUndefined();
    });
  });

  describe('a read', () => {
    it.each([
      ['hangs', { hang: true }],
      ['fails', { fail: 14 }],
      ['is told of another leader', { notLeader: { host: '127.0.0.1', port: 0 } }],
      ['ends in order before its first answer', { endWithOk: true }],
    ] as const)('that %s is repeated, and nothing is missing', async (_what, fault) => {
      const stream = newStream();
      await write(store, stream, 3);
      server.faults.read =
        'notLeader' in fault ? { notLeader: { host: '127.0.0.1', port: server.port } } : fault;
      expect((await store.readStream(stream))?.events).toHaveLength(3);
    });

    it('is given up after its time limit, while the server is away', async () => {
      server.kill();
      await expect(store.readAll(undefined, 1)).rejects.toBeInstanceOf(StoreUnavailable);
      await server.start();
      await expect(store.head()).resolves.toBeDefined();
    });

    it('shows neither what the server writes itself nor other logs, and not the epoch', async () => {
      const own = await open({ log: 'own' });
      const neighbour = await open({ log: 'own2' });
      expect(await own.head()).toBeUndefined();
      const stream = newStream();
      server.write('$stats-127.0.0.1');
      const position = await write(own, stream, 2);
      server.write('$stats-127.0.0.1');
      await write(neighbour, stream, 4);
      expect((await readToEnd(own, undefined)).map(({ revision }) => revision)).toEqual([0, 1]);
      expect(await own.head()).toBe(position);
      expect(own.epoch).not.toBe(neighbour.epoch);
    });

    it('stops at an event that this build does not know', async () => {
      const stream = newStream();
      await write(store, stream, 1);
      const older = await open({ codec: createCodec([{ type: 'SomethingElse', schemaVersion: 1 }]) });
      await expect(older.readStream(stream)).rejects.toBeInstanceOf(UnreadableEvent);
    });
  });

  describe('a subscription', () => {
    /** Writes while `disturb` happens again and again; every event must come once and in order. */
    const undisturbed = async (disturb: () => void | Promise<void>): Promise<void> => {
      const stream = newStream();
      const after = await store.head();
      const other = await open();
      const following = collect(store, after, (messages) => eventsOf(messages, stream).length === 30);
      for (let n = 0; n < 30; n += 1) {
        if (n % 10 === 5) await disturb();
        await write(other, stream, 1, n);
      }
      const revisions = eventsOf(await following, stream).map(({ revision }) => revision);
      expect(revisions).toEqual(Array.from({ length: 30 }, (_, n) => n));
    };

    it('loses and repeats nothing, when the server drops it for being too slow, and is taken up again', async () => {
      const before = server.calls.subscribe;
      await undisturbed(async () => {
        await until(() => server.subscriptions > 0);
        server.dropSubscriptions('too slow');
      });
      expect(troubles).toContain('listen timeout');
      expect(server.calls.subscribe - before).toBeGreaterThanOrEqual(3);
    });

    it('takes an end without an error for a loss', async () => {
      const before = server.calls.subscribe;
      await undisturbed(async () => {
        await until(() => server.subscriptions > 0);
        server.dropSubscriptions('end with OK');
      });
      expect(troubles).toContain('listen ENDED');
      expect(server.calls.subscribe - before).toBeGreaterThanOrEqual(3);
    });

    it('survives a server that dies and comes back', async () => {
      await undisturbed(async () => {
        server.kill();
        await restartSoon();
      });
    });

    it('delivers an event once that the server sends twice', async () => {
      server.faults.subscribe = { duplicate: true };
      await undisturbed(() => undefined);
    });

    it.each([
      ['hangs', { hang: true }],
      ['fails', { fail: 14 }],
      ['ends at once', { endWithOk: true }],
    ] as const)('goes on without its live part, when that %s, and gets it back', async (_what, fault) => {
      server.faults.subscribe = fault;
      await undisturbed(() => undefined);
      // The watchdog needs something to miss.
      for (let n = 0; n < 5 && server.subscriptions === 0; n += 1) {
        await write(store, newStream(), 1);
        await sleep(300);
      }
      await until(() => server.subscriptions > 0);
    });

    it('notices a live part that has gone silent, and opens another', async () => {
      const stream = newStream();
      const after = await store.head();
      const following = collect(store, after, (messages) => eventsOf(messages, stream).length === 3);
      await until(() => server.subscriptions > 0);
      const before = server.calls.subscribe;
      server.silenceSubscriptions();
      await sleep(200);
      await write(store, stream, 2);
      // The clock finds what nobody told, and the watchdog that nobody told.
      await until(() => server.calls.subscribe > before);
      server.endSilence();
      await write(store, stream, 1, 2);
      expect(eventsOf(await following, stream)).toHaveLength(3);
      expect(troubles).toContain('listen SILENT');
    });

    it('does not take a quiet log for a dead connection', async () => {
      const ending = new AbortController();
      const following = (async () => {
        const messages = store.subscribe(await store.head(), ending.signal)[Symbol.asyncIterator]();
        while (!(await messages.next()).done) continue;
      })();
      await until(() => server.subscriptions > 0);
      const before = server.calls.subscribe;
      await write(store, newStream(), 1);
      await sleep(700);
      ending.abort();
      await following;
      expect(server.calls.subscribe).toBe(before);
      expect(troubles).toEqual([]);
    });
  });

  it('has one epoch, whoever opens it first', async () => {
    const opened = await Promise.all(Array.from({ length: 4 }, () => open({ log: 'fresh' })));
    expect(new Set(opened.map(({ epoch }) => epoch)).size).toBe(1);
  });

  it('is found through the members of a cluster, of which one is dead', async () => {
    const clustered = await open({ url: server.clusterUrl });
    expect(clustered.epoch).toBe(store.epoch);
  });

  it('is followed to the member that leads, as the others tell, and to the next one when that dies', async () => {
    const follower = new EventStoreDBTestServer();
    await follower.start();
    follower.follow(server);
    try {
      const clustered = await open({ url: follower.clusterUrl });
      const stream = newStream();
      await write(clustered, stream, 2);
      expect(follower.calls).toMatchObject({ append: 0, read: 0 });
      server.kill();
      follower.takeOver();
      await write(clustered, stream, 2, 2);
      expect(follower.calls.append).toBeGreaterThanOrEqual(2);
      expect((await clustered.readStream(stream))?.revision).toBe(3);
    } finally {
      follower.kill();
      await server.start();
    }
  });

  it('cannot be opened while the server is away, or by a wrong connection string, and tells no password', async () => {
    const refusal = (url: string) =>
      open({ url, limits: { readMs: 300 } }).then(
        () => 'opened',
        (error: unknown) => `${(error as Error).name} ${(error as Error).message}`,
      );
    expect(await refusal('esdb://127.0.0.1:1?tls=false')).toMatch(/^StoreUnavailable /);
    const wrong = await refusal('esdb://user:s3cret@127.0.0.1:1?tls');
    expect(wrong).toMatch(/^StoreUnavailable .*connection string/);
    expect(wrong).not.toContain('s3cret');
    await expect(open({ log: 'a-b' })).rejects.toBeInstanceOf(StoreUnavailable);
  });

  it('keeps some names of metadata for itself', async () => {
    const stream = newStream();
    const event = eventFor(stream, 0, {
      metadata: { ...metadata(), 'log.schemaVersion': '9' } as ReturnType<typeof metadata>,
    });
    await expect(
      store.append({ stream, expectedRevision: 'no-stream', events: [event] }),
    ).rejects.toBeInstanceOf(InvalidAppend);
  });

  it('has positions whose order as text is that of the server', () => {
    const places = [
      { commit: 9n, prepare: 9n },
      { commit: 10n, prepare: 9n },
      { commit: 10n, prepare: 10n },
      { commit: 9_223_372_036_854_775_807n, prepare: 0n },
    ];
    const texts = places.map((place) => positionOf('e1', place));
    expect([...texts].sort()).toEqual(texts);
    expect(texts.map((text) => serverPositionOf('e1', text))).toEqual(places);
    expect(new Set(texts.map(({ length }) => length)).size).toBe(1);
    for (let index = 1; index < places.length; index += 1)
      expect([
        isAfter(places[index]!, places[index - 1]!),
        isAfter(places[index - 1]!, places[index]!),
      ]).toEqual([true, false]);
  });
});
