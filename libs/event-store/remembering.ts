import type { RecordedEvent } from '#kernel';
import type { EventStore } from './port.js';

type Read = Awaited<ReturnType<EventStore['readStream']>>;

export interface Remembering {
  /** Events that are remembered, over all streams; the streams that were read longest ago are forgotten first. */
  readonly maxEvents: number;
}

/**
 * A store that remembers the beginnings of the streams that were read lately. A stream is append-only, so its beginning
 * never becomes wrong, only short: **each read still asks the store** what stands after it, and gives what was committed
 * when it was asked, whoever wrote it. What is saved is sending and decoding again what is known.
 *
 * Nothing else is changed: appends, the log and subscriptions go straight through.
 */
export const remembering = (
  store: EventStore,
  { maxEvents }: Remembering = { maxEvents: 20_000 },
): EventStore => {
  const streams = new StreamBeginnings(maxEvents);
  return {
    epoch: store.epoch,
    append: (request) => store.append(request),
    readAll: (after, limit) => store.readAll(after, limit),
    head: () => store.head(),
    ...(store.eventsAfter ? { eventsAfter: (after, head) => store.eventsAfter!(after, head) } : {}),
    subscribe: (after, signal) => store.subscribe(after, signal),
    close: () => store.close(),
    async readStream(stream, options) {
      // A page out of the middle is for tools: it is neither asked of nor added to what is remembered.
      if (options?.from !== undefined || options?.limit !== undefined)
        return store.readStream(stream, options);
      const known = streams.find(stream);
      if (!known) return streams.keep(stream, await store.readStream(stream));
      // The last known event comes once more, to be compared: after a failover to a replica that was behind, other
      // events may stand in its place, and what is remembered is of no use.
      const last = known.at(-1)!;
      const later = await store.readStream(stream, { from: last.revision });
      const same = later?.events[0];
      if (!later || same?.id !== last.id || same.position !== last.position) {
        streams.forget(stream);
        return streams.keep(stream, await store.readStream(stream));
      }
      if (later.events.length === 1) return { events: known, revision: later.revision };
      return streams.keep(stream, { events: [...known, ...later.events.slice(1)], revision: later.revision });
    },
  };
};

class StreamBeginnings {
  // A Map keeps the order of insertion: the first is the one that was read longest ago.
  readonly #streams = new Map<string, readonly RecordedEvent[]>();
  #events = 0;

  constructor(private readonly maxEvents: number) {}

  find(stream: string): readonly RecordedEvent[] | undefined {
    const events = this.#streams.get(stream);
    if (events) {
      this.#streams.delete(stream);
      this.#streams.set(stream, events);
    }
    return events;
  }

  forget(stream: string): void {
    this.#events -= this.#streams.get(stream)?.length ?? 0;
    this.#streams.delete(stream);
  }

  keep(stream: string, read: Read): Read {
    const events = read?.events;
    // Two reads at the same time: the one that saw more is remembered.
    const known = this.#streams.get(stream)?.length ?? 0;
    if (!events || events.length === 0 || events.length <= known || events.length > this.maxEvents / 4)
      return read;
    this.forget(stream);
    this.#streams.set(stream, events);
    this.#events += events.length;
    for (const [longestAgo] of this.#streams) {
      if (this.#events <= this.maxEvents) break;
      this.forget(longestAgo);
    }
    return read;
  }
}
