import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  canonicalJson,
  ForeignPosition,
  InvalidAppend,
  type AppendResult,
  type EventStore,
  type EventToAppend,
  type SubscriptionMessage,
} from '#event-store';
import { eventIdOf, type EventMetadata, type Position, type RecordedEvent } from '#kernel';

/**
 * What an adapter brings to be put under the suite. The log need not be empty and may be shared with other tests: each
 * test writes to streams of its own and looks only at those.
 */
export interface EventStoreHarness {
  start(): Promise<void>;
  /**
   * Another client of the same log each time; the suite closes it.
   * @param pollMs how often its subscriptions look by themselves, in milliseconds; as usual when absent
   */
  connect(pollMs?: number): Promise<EventStore>;
  stop(): Promise<void>;
  /** The number inside a position, where the store promises numbers without gaps and nobody else writes to the log. */
  readonly gaplessNumberOf?: (position: Position) => number;
  /** Whether an id that stands at another place of the log is refused; EventStoreDB looks only at the same place. */
  readonly refusesReusedIds: boolean;
}

export const metadata = (over: Partial<EventMetadata> = {}): EventMetadata => ({
  $correlationId: 'correlation-1',
  $causationId: 'cause-1',
  commandId: 'command-1',
  commandFingerprint: 'fingerprint-1',
  actor: 't1a-official',
  organisation: 't1a-board',
  agencyKind: 'SOCIAL_BOARD',
  legalBasis: 'SOL_12_2',
  purpose: 'RELOCATION',
  policyVersion: '2026-01',
  occurredAt: '2026-03-02T08:00:00.000Z',
  ...over,
});

export const newStream = (): string => `relocation-${randomUUID()}`;

/** The n-th event that this test writes to the stream. */
export const eventFor = (stream: string, n: number, over: Partial<EventToAppend> = {}): EventToAppend => ({
  id: eventIdOf(stream, 'command', n),
  type: 'CaseNoted',
  schemaVersion: 1,
  data: { n },
  metadata: metadata(),
  ...over,
});

export const eventsFor = (stream: string, count: number, from = 0): EventToAppend[] =>
  Array.from({ length: count }, (_, index) => eventFor(stream, from + index));

/** Appends `count` events, one append each, and expects each to be written. */
export const write = async (
  store: EventStore,
  stream: string,
  count: number,
  from = 0,
): Promise<Position> => {
  let position: Position = '';
  for (let n = from; n < from + count; n += 1)
    position = expectAppended(
      await store.append({
        stream,
        expectedRevision: n === 0 ? 'no-stream' : n - 1,
        events: [eventFor(stream, n)],
      }),
    ).position;
  return position;
};

export const expectAppended = (
  result: AppendResult,
): Extract<AppendResult, { readonly outcome: 'appended' }> => {
  if (result.outcome !== 'appended') throw new Error(`conflict at ${result.actualRevision}`);
  return result;
};

/** Reads the log page by page from a position to its end. */
export const readToEnd = async (
  store: EventStore,
  after: Position | undefined,
  pageSize = 7,
): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for (;;) {
    const page = await store.readAll(events.at(-1)?.position ?? after, pageSize);
    events.push(...page);
    if (page.length === 0) return events;
  }
};

/** Collects messages until `enough` says so, and then ends the subscription; fails after `ms` milliseconds. */
export const collect = async (
  store: EventStore,
  after: Position | undefined,
  enough: (messages: readonly SubscriptionMessage[]) => boolean,
  ms = 120_000,
): Promise<SubscriptionMessage[]> => {
  const controller = new AbortController();
  const messages: SubscriptionMessage[] = [];
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, ms);
  try {
    for await (const message of store.subscribe(after, controller.signal)) {
      messages.push(message);
      if (enough(messages)) controller.abort();
    }
  } finally {
    clearTimeout(timer);
  }
  if (late) throw new Error(`not within ${ms} ms; ${messages.length} messages came`);
  return messages;
};

export const eventsOf = (messages: readonly SubscriptionMessage[], ...streams: string[]): RecordedEvent[] =>
  messages
    .flatMap((message) => (message.kind === 'event' ? [message.event] : []))
    .filter(({ stream }) => streams.length === 0 || streams.includes(stream));

const ids = (events: readonly { readonly id: string }[]): string[] => events.map(({ id }) => id);

export const eventStoreConformance = (name: string, harness: EventStoreHarness): void => {
  describe(`the log, kept in ${name},`, () => {
    let store: EventStore;
    const others: EventStore[] = [];
    const another = async (pollMs?: number): Promise<EventStore> => {
      const client = await harness.connect(pollMs);
      others.push(client);
      return client;
    };

    beforeAll(async () => {
      await harness.start();
      store = await harness.connect();
    });
    afterEach(async () => {
      await Promise.all(others.splice(0).map((client) => client.close()));
    });
    afterAll(async () => {
      await store.close();
      await harness.stop();
    });

    describe('when something is appended', () => {
      it('gives back what was written, complete and unchanged', async () => {
        const stream = newStream();
        const event = eventFor(stream, 0, {
          data: {
            zeta: 1,
            alpha: ['å', '𝒳', "it's", 'back\\slash', '"quoted"', '$1 ::json', '\u2028'],
            nested: { b: null, a: true, ü: -0.5 },
            big: 9007199254740991,
            tiny: 1e-7,
          },
          metadata: metadata({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }),
        });
        const before = Date.now();
        const result = expectAppended(
          await store.append({ stream, expectedRevision: 'no-stream', events: [event] }),
        );
        const read = await store.readStream(stream);
        expect(read).toEqual({
          revision: 0,
          events: [
            { ...event, stream, revision: 0, position: result.position, recordedAt: expect.any(String) },
          ],
        });
        const recordedAt = read?.events[0]?.recordedAt ?? '';
        expect(recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        expect(Math.abs(Date.parse(recordedAt) - before)).toBeLessThan(60_000);
        expect(canonicalJson(read?.events[0]?.data ?? {})).toBe(canonicalJson(event.data));
        expect(canonicalJson(read?.events[0]?.metadata ?? {})).toBe(canonicalJson(event.metadata));
      });

      it('reads the same event in its stream and in the log', async () => {
        const after = await store.head();
        const stream = newStream();
        await write(store, stream, 3);
        const inLog = (await readToEnd(store, after)).filter((event) => event.stream === stream);
        expect(inLog).toEqual((await store.readStream(stream))?.events);
        expect(inLog).toHaveLength(3);
      });

      it('keeps no tie to what the caller holds', async () => {
        const stream = newStream();
        const data = { list: [1] };
        await store.append({
          stream,
          expectedRevision: 'no-stream',
          events: [eventFor(stream, 0, { data })],
        });
        data.list.push(2);
        expect((await store.readStream(stream))?.events[0]?.data).toEqual({ list: [1] });
      });

      it('leaves out a field that is undefined', async () => {
        const stream = newStream();
        const event = eventFor(stream, 0, {
          data: { there: 1, absent: undefined },
          metadata: metadata({ traceparent: undefined }),
        });
        await store.append({ stream, expectedRevision: 'no-stream', events: [event] });
        const read = (await store.readStream(stream))?.events[0];
        expect(Object.keys(read?.data ?? {})).toEqual(['there']);
        expect(Object.keys(read?.metadata ?? {})).not.toContain('traceparent');
      });

      it('counts revisions from 0 and gives later events later positions', async () => {
        const stream = newStream();
        const first = expectAppended(
          await store.append({ stream, expectedRevision: 'no-stream', events: eventsFor(stream, 2) }),
        );
        const second = expectAppended(
          await store.append({ stream, expectedRevision: 1, events: [eventFor(stream, 2)] }),
        );
        expect([first.revision, second.revision]).toEqual([1, 2]);
        expect(second.position > first.position).toBe(true);
        const read = await store.readStream(stream);
        expect(read?.events.map(({ revision }) => revision)).toEqual([0, 1, 2]);
        expect(read?.events.map(({ position }) => position)).toEqual([
          expect.any(String),
          first.position,
          second.position,
        ]);
      });

      it('refuses a writer who has not seen the last event, and says where the stream is', async () => {
        const stream = newStream();
        await write(store, stream, 3);
        const stale = await store.append({
          stream,
          expectedRevision: 1,
          events: [eventFor(stream, 99)],
        });
        expect(stale).toEqual({ outcome: 'conflict', actualRevision: 2 });
        expect((await store.readStream(stream))?.revision).toBe(2);
      });

      it('refuses to begin a stream that exists', async () => {
        const stream = newStream();
        await write(store, stream, 1);
        expect(
          await store.append({ stream, expectedRevision: 'no-stream', events: [eventFor(stream, 99)] }),
        ).toEqual({ outcome: 'conflict', actualRevision: 0 });
      });

      it('refuses to go on with a stream that does not exist, and does not make it', async () => {
        const stream = newStream();
        expect(await store.append({ stream, expectedRevision: 0, events: [eventFor(stream, 0)] })).toEqual({
          outcome: 'conflict',
          actualRevision: 'no-stream',
        });
        expect(await store.readStream(stream)).toBeUndefined();
      });

      it('refuses a writer who believes the stream to be longer than it is', async () => {
        const stream = newStream();
        await write(store, stream, 1);
        expect(await store.append({ stream, expectedRevision: 5, events: [eventFor(stream, 99)] })).toEqual({
          outcome: 'conflict',
          actualRevision: 0,
        });
      });
    });

    describe('when an append is sent again', () => {
      it('answers as it did the first time, and writes nothing', async () => {
        const stream = newStream();
        const request = { stream, expectedRevision: 'no-stream' as const, events: eventsFor(stream, 3) };
        const first = expectAppended(await store.append(request));
        expect(await store.append(request)).toEqual(first);
        expect((await store.readStream(stream))?.events).toHaveLength(3);
      });

      it('answers as it did the first time, after others have gone on with the stream', async () => {
        const stream = newStream();
        await write(store, stream, 2);
        const request = { stream, expectedRevision: 1, events: [eventFor(stream, 2), eventFor(stream, 3)] };
        const first = expectAppended(await store.append(request));
        await write(store, stream, 2, 4);
        expect(await (await another()).append(request)).toEqual(first);
        expect((await store.readStream(stream))?.revision).toBe(5);
      });

      it('sees a conflict when one event more is sent than before', async () => {
        const stream = newStream();
        await store.append({ stream, expectedRevision: 'no-stream', events: eventsFor(stream, 2) });
        expect(
          await store.append({ stream, expectedRevision: 'no-stream', events: eventsFor(stream, 3) }),
        ).toEqual({ outcome: 'conflict', actualRevision: 1 });
      });

      it('sees a conflict when only the latter part is sent', async () => {
        const stream = newStream();
        await store.append({ stream, expectedRevision: 'no-stream', events: eventsFor(stream, 2) });
        expect(
          await store.append({ stream, expectedRevision: 'no-stream', events: [eventFor(stream, 1)] }),
        ).toEqual({ outcome: 'conflict', actualRevision: 1 });
      });

      it('writes once when the same append arrives twice at the same time', async () => {
        const stream = newStream();
        const other = await another();
        const request = { stream, expectedRevision: 'no-stream' as const, events: eventsFor(stream, 2) };
        const results = await Promise.all(
          [store, other, store, other].map((client) => client.append(request)),
        );
        expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
        expect(expectAppended(results[0]!).revision).toBe(1);
        expect((await store.readStream(stream))?.events).toHaveLength(2);
      });

      it('does not take an event twice under one id where the store promises that', async () => {
        const stream = newStream();
        await write(store, stream, 1);
        const elsewhere = newStream();
        const attempts = [
          { stream, expectedRevision: 0, events: [eventFor(stream, 0)] },
          { stream: elsewhere, expectedRevision: 'no-stream' as const, events: [eventFor(stream, 0)] },
        ];
        for (const attempt of attempts) {
          const outcome = await store.append(attempt).then(
            (result) => result.outcome,
            (error: unknown) => error,
          );
          if (harness.refusesReusedIds) expect(outcome).toBeInstanceOf(InvalidAppend);
          else expect(outcome).toBe('appended');
        }
        // And the store goes on.
        const next = (await store.readStream(stream))!.revision;
        await store.append({ stream, expectedRevision: next, events: [eventFor(stream, 50)] });
        expect((await store.readStream(stream))?.revision).toBe(next + 1);
      });
    });

    describe('when an append is not complete', () => {
      const refused = async (over: {
        readonly stream?: string;
        readonly expectedRevision?: number;
        readonly events?: readonly EventToAppend[];
      }): Promise<string> => {
        const stream = over.stream ?? newStream();
        const attempt = store.append({
          stream,
          expectedRevision: over.expectedRevision ?? 'no-stream',
          events: over.events ?? [eventFor(stream, 0)],
        });
        const error: unknown = await attempt.then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error).toBeInstanceOf(InvalidAppend);
        expect(await store.readStream(stream)).toBeUndefined();
        return (error as InvalidAppend).message;
      };
      const one = (over: Partial<EventToAppend>): { events: EventToAppend[] } => ({
        events: [eventFor('relocation-x', 0, over)],
      });

      it('refuses one without events', async () => {
        expect(await refused({ events: [] })).toMatch(/no event/);
      });

      it('refuses one that holds the same id twice', async () => {
        const stream = newStream();
        expect(await refused({ stream, events: [eventFor(stream, 0), eventFor(stream, 0)] })).toMatch(
          /same id/,
        );
      });

      it.each(['actor', 'agencyKind', 'legalBasis', '$correlationId', 'commandId'] as const)(
        'refuses an event that does not say its %s',
        async (key) => {
          expect(await refused(one({ metadata: { ...metadata(), [key]: undefined } as never }))).toContain(
            key,
          );
          expect(await refused(one({ metadata: { ...metadata(), [key]: '' } as never }))).toContain(key);
        },
      );

      it('refuses metadata that are not text, and agencies that do not exist', async () => {
        expect(await refused(one({ metadata: { ...metadata(), purpose: 7 } as never }))).toContain('purpose');
        expect(await refused(one({ metadata: { ...metadata(), purpose: { a: 'b' } } as never }))).toContain(
          'purpose',
        );
        expect(await refused(one({ metadata: metadata({ agencyKind: 'CLUB' as never }) }))).toContain(
          'agencyKind',
        );
      });

      it('refuses data that would not come back as they went in, and does not repeat them in the message', async () => {
        expect(await refused(one({ data: { at: new Date(0) } }))).toContain('data.at');
        expect(await refused(one({ data: { list: [1, NaN] } }))).toContain('data.list[1]');
        expect(await refused(one({ data: { list: [, 1] } }))).toContain('data.list[0]');
        expect(await refused(one({ data: { big: 1n } }))).toContain('data.big');
        expect(await refused(one({ data: { text: 'canary\u0000' } }))).not.toContain('canary');
        expect(await refused(one({ data: { text: 'canary\ud800' } }))).not.toContain('canary');
        expect(await refused(one({ data: [1] }))).toContain('not an object');
      });

      it('refuses an event that is too large', async () => {
        expect(await refused(one({ data: { text: 'x'.repeat(300 * 1024) } }))).toMatch(/larger/);
      });

      it('refuses a large set of events before the server does', async () => {
        const stream = newStream();
        const data = { text: 'x'.repeat(250 * 1024) };
        const events = Array.from({ length: 4 }, (_, n) => eventFor(stream, n, { data }));
        expect(await refused({ stream, events })).toMatch(/larger/);
      });

      it('refuses names and ids that not every store could hold', async () => {
        await refused({ stream: '$settings', events: [eventFor('relocation-x', 0)] });
        await refused({ stream: 'relocation-Å', events: [eventFor('relocation-x', 0)] });
        await refused({ stream: '', events: [eventFor('relocation-x', 0)] });
        await refused(one({ id: 'not-a-uuid' }));
        await refused(one({ type: 'case noted' }));
        await refused(one({ schemaVersion: 0 }));
        await refused({ expectedRevision: -1 });
        await refused({ expectedRevision: 1.5 });
      });
    });

    describe('when it is read', () => {
      it('says that a stream does not exist', async () => {
        expect(await store.readStream(newStream())).toBeUndefined();
      });

      it('gives a part of a stream, and its head with it', async () => {
        const stream = newStream();
        await store.append({ stream, expectedRevision: 'no-stream', events: eventsFor(stream, 10) });
        const revisions = async (options: { from?: number; limit?: number }): Promise<[number[], number]> => {
          const read = (await store.readStream(stream, options))!;
          return [read.events.map(({ revision }) => revision), read.revision];
        };
        expect(await revisions({ from: 7 })).toEqual([[7, 8, 9], 9]);
        expect(await revisions({ limit: 2 })).toEqual([[0, 1], 9]);
        expect(await revisions({ from: 4, limit: 3 })).toEqual([[4, 5, 6], 9]);
        expect(await revisions({ from: 10 })).toEqual([[], 9]);
      });

      it('gives a long stream whole and in order', async () => {
        const stream = newStream();
        for (let from = 0; from < 1_200; from += 400)
          await store.append({
            stream,
            expectedRevision: from === 0 ? 'no-stream' : from - 1,
            events: eventsFor(stream, 400, from),
          });
        const read = await store.readStream(stream);
        expect(read?.revision).toBe(1_199);
        expect(read?.events.map(({ data }) => data)).toEqual(
          Array.from({ length: 1_200 }, (_, n) => ({ n })),
        );
      });

      it('gives the log in the order in which it was appended, whatever the size of the pages', async () => {
        const after = await store.head();
        const streams = [newStream(), newStream(), newStream()];
        const written: string[] = [];
        for (let n = 0; n < 5; n += 1)
          for (const stream of streams) {
            await write(store, stream, 1, n);
            written.push(eventIdOf(stream, 'command', n));
          }
        for (const pageSize of [1, 4, 1_000]) {
          const read = (await readToEnd(store, after, pageSize)).filter(({ stream }) =>
            streams.includes(stream),
          );
          expect(ids(read)).toEqual(written);
          const positions = read.map(({ position }) => position);
          expect(positions).toEqual([...positions].sort());
          expect(new Set(positions).size).toBe(positions.length);
        }
      });

      it('numbers the log without a gap where the store promises that, and in any case upwards', async () => {
        const after = await store.head();
        const streams = Array.from({ length: 10 }, newStream);
        await Promise.all(
          streams.flatMap((stream) => [
            write(store, stream, 5),
            store.append({ stream, expectedRevision: 400, events: [eventFor(stream, 400)] }),
          ]),
        );
        const positions = (await readToEnd(store, after)).map(({ position }) => position);
        expect(positions.length).toBeGreaterThanOrEqual(50);
        if (harness.gaplessNumberOf) {
          const first = after === undefined ? 1 : harness.gaplessNumberOf(after) + 1;
          expect(positions.map(harness.gaplessNumberOf)).toEqual(positions.map((_, index) => first + index));
        } else expect(positions).toEqual([...positions].sort());
      });

      it('has its head at the last event', async () => {
        const position = await write(store, newStream(), 2);
        expect(await store.head()).toBe(position);
        expect(await store.readAll(position, 10)).toEqual([]);
      });

      it('refuses a position of another log, and what is no position', async () => {
        await write(store, newStream(), 1);
        const foreign = ['another-0000000000000001', 'nonsense', '', (await store.head())!.slice(0, -1)];
        for (const position of foreign) {
          await expect(store.readAll(position, 1)).rejects.toBeInstanceOf(ForeignPosition);
          await expect(collect(store, position, () => true)).rejects.toBeInstanceOf(ForeignPosition);
        }
      });

      it('carries its epoch in every position, the same for all who are connected', async () => {
        expect((await another()).epoch).toBe(store.epoch);
        expect(await write(store, newStream(), 1)).toContain(store.epoch);
      });
    });

    describe('when someone subscribes', () => {
      const caughtUp = (messages: readonly SubscriptionMessage[]): boolean =>
        messages.some(({ kind }) => kind === 'caught-up');

      it('delivers from the start, and says when the end is reached', async () => {
        const stream = newStream();
        const last = await write(store, stream, 4);
        const messages = await collect(store, undefined, caughtUp);
        expect(ids(eventsOf(messages, stream))).toEqual(ids(eventsFor(stream, 4)));
        expect(messages.at(-1)).toEqual({ kind: 'caught-up', position: last });
      });

      it('delivers from the middle, and not the event at which one stood', async () => {
        const stream = newStream();
        const middle = await write(store, stream, 2);
        await write(store, stream, 2, 2);
        const messages = await collect(store, middle, caughtUp);
        expect(ids(eventsOf(messages, stream))).toEqual(ids(eventsFor(stream, 2, 2)));
      });

      it('delivers what is written later, by whomever, as soon as it is told of it', async () => {
        const stream = newStream();
        const other = await another();
        // By itself it would look far too late.
        const reader = await another(120_000);
        const after = await store.head();
        const live = collect(reader, after, (messages) => eventsOf(messages, stream).length === 3, 60_000);
        await sleep(50);
        await write(other, stream, 3);
        const messages = await live;
        expect(ids(eventsOf(messages, stream))).toEqual(ids(eventsFor(stream, 3)));
      });

      it('says "caught up" after the events before it, and again after later ones', async () => {
        const stream = newStream();
        const after = await store.head();
        const first = await write(store, stream, 2);
        let second = '';
        let writing: Promise<void> | undefined;
        const messages = await collect(store, after, (so) => {
          if (caughtUp(so))
            writing ??= write(store, stream, 1, 2).then((position) => {
              second = position;
            });
          return so.filter(({ kind }) => kind === 'caught-up').length === 2;
        });
        await writing;
        const told = messages.map((message) =>
          message.kind === 'event' ? message.event.position : `${message.kind} ${message.position}`,
        );
        expect(told.filter((line) => line.startsWith('caught-up'))).toEqual([
          `caught-up ${first}`,
          `caught-up ${second}`,
        ]);
        expect(told.indexOf(`caught-up ${first}`)).toBe(told.indexOf(first) + 1);
        expect(told.indexOf(second)).toBeGreaterThan(told.indexOf(`caught-up ${first}`));
      });

      it('waits for a slow reader and loses nothing', async () => {
        const stream = newStream();
        const after = await store.head();
        const controller = new AbortController();
        const received: RecordedEvent[] = [];
        const slow = (async () => {
          for await (const message of store.subscribe(after, controller.signal)) {
            if (message.kind !== 'event' || message.event.stream !== stream) continue;
            received.push(message.event);
            if (received.length % 100 === 1) await sleep(40);
            if (received.length === 1_300) controller.abort();
          }
        })();
        for (let from = 0; from < 1_300; from += 100)
          await store.append({
            stream,
            expectedRevision: from === 0 ? 'no-stream' : from - 1,
            events: eventsFor(stream, 100, from),
          });
        await slow;
        expect(received.map(({ revision }) => revision)).toEqual(Array.from({ length: 1_300 }, (_, n) => n));
      });

      it('ends when the signal is aborted: while it waits, and before it began', async () => {
        const controller = new AbortController();
        const kinds: string[] = [];
        const ended = (async () => {
          for await (const { kind } of store.subscribe(await store.head(), controller.signal)) {
            kinds.push(kind);
            setTimeout(() => controller.abort(), 30);
          }
        })();
        await ended;
        expect(kinds).toEqual(['caught-up']);
        for await (const message of store.subscribe(undefined, AbortSignal.abort()))
          throw new Error(`a ${message.kind} came`);
      });

      it('hands out nothing more after the abort, though events are at hand', async () => {
        const stream = newStream();
        const after = await store.head();
        await write(store, stream, 5);
        const messages = await collect(store, after, (so) => eventsOf(so, stream).length === 2);
        expect(eventsOf(messages, stream)).toHaveLength(2);
      });

      it('can be left in the middle', async () => {
        const stream = newStream();
        const after = await store.head();
        await write(store, stream, 3);
        const seen: string[] = [];
        for await (const message of store.subscribe(after, new AbortController().signal)) {
          if (message.kind === 'event') seen.push(message.event.id);
          break;
        }
        expect(seen).toEqual([eventIdOf(stream, 'command', 0)]);
      });

      it('ends when its client is closed', async () => {
        const client = await harness.connect();
        const messages: SubscriptionMessage[] = [];
        for await (const message of client.subscribe(await client.head(), new AbortController().signal)) {
          messages.push(message);
          void client.close();
        }
        expect(messages.map(({ kind }) => kind)).toEqual(['caught-up']);
      });
    });

    describe('when many write at the same time', () => {
      it('lets exactly one of those win who want the same place in a stream', async () => {
        const other = await another();
        for (let round = 0; round < 10; round += 1) {
          const stream = newStream();
          const results = await Promise.all(
            Array.from({ length: 12 }, (_, writer) =>
              (writer % 2 === 0 ? store : other).append({
                stream,
                expectedRevision: 'no-stream',
                events: [eventFor(stream, writer)],
              }),
            ),
          );
          expect(results.filter(({ outcome }) => outcome === 'appended')).toHaveLength(1);
          for (const result of results)
            if (result.outcome === 'conflict') expect(result.actualRevision).toBe(0);
          expect((await store.readStream(stream))?.events).toHaveLength(1);
        }
      });

      it('lets each of those through in turn who read again after a conflict', async () => {
        const stream = newStream();
        const other = await another();
        await write(store, stream, 1);
        const append = async (client: EventStore, n: number): Promise<void> => {
          for (;;) {
            const { revision } = (await client.readStream(stream))!;
            const request = { stream, expectedRevision: revision, events: [eventFor(stream, n)] };
            if ((await client.append(request)).outcome === 'appended') return;
          }
        };
        await Promise.all(
          Array.from({ length: 10 }, (_, index) => append(index % 2 === 0 ? store : other, index + 1)),
        );
        const numbers = (await store.readStream(stream))!.events.map(({ data }) => (data as { n: number }).n);
        expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 11 }, (_, n) => n));
      });

      it('loses nothing and repeats nothing for those who read meanwhile', async () => {
        const after = await store.head();
        const clients = [store, await another(), await another()];
        const streams = Array.from({ length: 24 }, newStream);
        const mine = (events: readonly RecordedEvent[]): RecordedEvent[] =>
          events.filter(({ stream }) => streams.includes(stream));
        const total = streams.length * 20;

        const following = collect(clients[2]!, after, (messages) => {
          const last = messages.at(-1);
          return last?.kind === 'event' && eventsOf(messages, ...streams).length === total;
        });
        const paging = (async () => {
          const events: RecordedEvent[] = [];
          for (let position = after; mine(events).length < total;) {
            const page = await clients[1]!.readAll(position, 13);
            events.push(...page);
            position = page.at(-1)?.position ?? position;
            if (page.length === 0) await sleep(2);
          }
          return events;
        })();
        await Promise.all(streams.map((stream, index) => write(clients[index % 2]!, stream, 20)));

        const log = mine(await readToEnd(store, after));
        expect(log).toHaveLength(total);
        expect(mine(await paging)).toEqual(log);
        expect(eventsOf(await following, ...streams)).toEqual(log);
        for (const stream of streams)
          expect(log.filter((event) => event.stream === stream)).toEqual(
            (await store.readStream(stream))?.events,
          );
      });
    });
  });
};
