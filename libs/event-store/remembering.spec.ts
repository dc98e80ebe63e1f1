import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventsFor } from '../../test/conformance/event-store.conformance.js';
import { MemoryEventStore } from './memory/index.js';
import type { EventStore } from './port.js';
import { remembering } from './remembering.js';

const appendTo = async (store: EventStore, stream: string, count = 1): Promise<void> => {
  const revision = (await store.readStream(stream))?.revision;
  const events = eventsFor(stream, count, (revision ?? -1) + 1);
  await store.append({ stream, expectedRevision: revision ?? 'no-stream', events });
};

/** Counts the events that the store is asked to give. */
const counted = (store: EventStore) => {
  let given = 0;
  const readStream: EventStore['readStream'] = async (...request) => {
    const read = await store.readStream(...request);
    given += read?.events.length ?? 0;
    return read;
  };
  return {
    store: {
      epoch: store.epoch,
      append: (request: Parameters<EventStore['append']>[0]) => store.append(request),
      readStream,
      readAll: (...request: Parameters<EventStore['readAll']>) => store.readAll(...request),
      head: () => store.head(),
      subscribe: (...request: Parameters<EventStore['subscribe']>) => store.subscribe(...request),
      close: () => store.close(),
    } satisfies EventStore,
    given: () => given,
  };
};

describe('a store that remembers streams', () => {
  it('gives at every moment what the store gives, whoever wrote, and however little it may remember', async () => {
    const step = fc.record({
      doing: fc.constantFrom('append', 'append elsewhere', 'read', 'read a part'),
      stream: fc.constantFrom('case-a', 'case-b', 'case-c'),
      count: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.integer({ min: 1, max: 40 }),
        async (steps, maxEvents) => {
          const log = new MemoryEventStore();
          const store = remembering(log, { maxEvents });
          for (const { doing, stream, count } of steps) {
            if (doing === 'append') await appendTo(store, stream, count);
            else if (doing === 'append elsewhere') await appendTo(log, stream, count);
            else if (doing === 'read')
              expect(await store.readStream(stream)).toEqual(await log.readStream(stream));
            else {
              const part = { from: count - 1, limit: count };
              expect(await store.readStream(stream, part)).toEqual(await log.readStream(stream, part));
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('sees an append of another process at the very next read', async () => {
    const log = new MemoryEventStore();
    const store = remembering(log);
    await appendTo(log, 'appointment-a', 2);
    expect((await store.readStream('appointment-a'))?.events).toHaveLength(2);
    await appendTo(log, 'appointment-a');
    expect((await store.readStream('appointment-a'))?.events).toHaveLength(3);
  });

  it('asks only for what is new, and for the last known event, which is compared', async () => {
    const log = counted(new MemoryEventStore());
    const store = remembering(log.store);
    await appendTo(log.store, 'case-a', 50);
    await store.readStream('case-a');
    const before = log.given();
    await store.readStream('case-a');
    await store.readStream('case-a');
    expect(log.given() - before).toBe(2);
  });

  it('forgets the streams that were read longest ago', async () => {
    const log = counted(new MemoryEventStore());
    const store = remembering(log.store, { maxEvents: 8 });
    for (const stream of ['case-a', 'case-b', 'case-c', 'case-d', 'case-e']) {
      await appendTo(log.store, stream, 2);
      await store.readStream(stream);
    }
    const givenFor = async (stream: string): Promise<number> => {
      const before = log.given();
      await store.readStream(stream);
      return log.given() - before;
    };
    expect(await givenFor('case-e')).toBe(1);
    expect(await givenFor('case-a')).toBe(2);
  });

  it('believes nothing that it remembers of a log that was set back and went on differently', async () => {
    let log = new MemoryEventStore();
    const switching = counted(log);
    switching.store.readStream = (...request) => log.readStream(...request);
    const store = remembering(switching.store);
    await appendTo(log, 'case-b');
    await appendTo(log, 'case-a', 3);
    await store.readStream('case-a');
    // The replica had not got the last events when it took over.
    log = new MemoryEventStore();
    await appendTo(log, 'case-a', 1);
    expect(await store.readStream('case-a')).toEqual(await log.readStream('case-a'));
    await appendTo(log, 'case-a', 5);
    expect(await store.readStream('case-a')).toEqual(await log.readStream('case-a'));
    log = new MemoryEventStore();
    expect(await store.readStream('case-a')).toBeUndefined();
  });
});
