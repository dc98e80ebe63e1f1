import { describe, expect, it } from '@jest/globals';
import { InvalidAppend, type ImportingEventStore } from '#event-store';
import { MemoryEventStore } from '#event-store/memory';
import type { RecordedEvent } from '#kernel';
import { eventFor, newStream, readToEnd, write } from './event-store.conformance.js';

/** The log as a copy would find it: no positions, since another log has others. */
const facts = (events: readonly RecordedEvent[]): readonly object[] =>
  events.map(({ position: _position, ...fact }) => fact);

/** Three streams, woven into each other, recorded long ago. */
const source = async (): Promise<readonly RecordedEvent[]> => {
  const log = new MemoryEventStore({ now: () => new Date('2025-01-02T03:04:05.678Z') });
  const streams = [newStream(), newStream(), newStream()];
  for (let n = 0; n < 4; n += 1) for (const stream of streams) await write(log, stream, 1, n);
  await log.append({
    stream: streams[0]!,
    expectedRevision: 3,
    events: [4, 5, 6].map((n) => eventFor(streams[0]!, n, { schemaVersion: 3 })),
  });
  return log.readAll(undefined, 100);
};

/** What every store that can take in another log must do. */
export const importConformance = (
  name: string,
  open: () => Promise<{ store: ImportingEventStore; close: () => Promise<void> }>,
): void => {
  describe(`another log, copied into ${name},`, () => {
    const into = async (work: (store: ImportingEventStore) => Promise<void>): Promise<void> => {
      const { store, close } = await open();
      try {
        await work(store);
      } finally {
        await close();
      }
    };

    it('keeps order, ids, revisions, versions, data, metadata and the times at which it was recorded', () =>
      into(async (store) => {
        const events = await source();
        const after = await store.head();
        await store.importEvents(events);
        expect(facts(await readToEnd(store, after))).toEqual(facts(events));
        const { stream } = events[0]!;
        expect(facts((await store.readStream(stream))!.events)).toEqual(
          facts(events.filter((event) => event.stream === stream)),
        );
      }));

    it('is taken up again where it stopped, however it was cut then', () =>
      into(async (store) => {
        const events = await source();
        const after = await store.head();
        await store.importEvents(events.slice(0, 5));
        await store.importEvents(events.slice(3, events.length - 1));
        await store.importEvents(events);
        await store.importEvents(events);
        expect(facts(await readToEnd(store, after))).toEqual(facts(events));
      }));

    it('is refused where a stream does not continue, and goes on with what is appended later', () =>
      into(async (store) => {
        const events = await source();
        const after = await store.head();
        await expect(store.importEvents([events[3]!])).rejects.toBeInstanceOf(InvalidAppend);
        await store.importEvents(events.slice(0, 3));
        const { stream } = events[0]!;
        await write(store, stream, 1, 1);
        const other = { ...events[3]!, id: eventFor(stream, 77).id };
        await expect(store.importEvents([other])).rejects.toBeInstanceOf(InvalidAppend);
        expect(await readToEnd(store, after)).toHaveLength(4);
        const last = (await store.readStream(stream))!.events.at(-1)!;
        expect(Math.abs(Date.parse(last.recordedAt) - Date.now())).toBeLessThan(60_000);
      }));
  });
};
