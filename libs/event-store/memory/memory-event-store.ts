import type { Position, RecordedEvent } from '#kernel';
import { uncheckedCanonicalJson } from '../canonical-json.js';
import { createVerbatimCodec, type Codec, type EncodedAppend, type EncodedEvent } from '../codec.js';
import { Hint } from '../hint.js';
import { numberOf, positionOf } from '../position.js';
import {
  InvalidAppend,
  StoreUnavailable,
  type AppendRequest,
  type AppendResult,
  type ImportingEventStore,
  type SubscriptionMessage,
} from '../port.js';
import { follow } from '../follow.js';

export interface MemoryEventStoreOptions {
  /** The verbatim codec when absent. */
  readonly codec?: Codec;
  readonly epoch?: string;
  /** Gives `recordedAt`; the machine's clock when absent. */
  readonly now?: () => Date;
}

/** Events per page of a subscription. */
const pageSize = 500;

/**
 * The log in memory, for tests and simulation: same rules, same answers, same JSON as the other adapters, lost with the
 * process. Given the same calls and the same clock it holds the same events at the same positions. Events are frozen.
 */
export class MemoryEventStore implements ImportingEventStore {
  readonly epoch: string;
  readonly #codec: Codec;
  readonly #now: () => Date;
  readonly #log: RecordedEvent[] = [];
  readonly #streams = new Map<string, RecordedEvent[]>();
  readonly #ids = new Set<string>();
  readonly #hint = new Hint();
  readonly #closing = new AbortController();

  constructor({ codec, epoch, now }: MemoryEventStoreOptions = {}) {
    this.#codec = codec ?? createVerbatimCodec();
    this.epoch = epoch ?? 'memory';
    this.#now = now ?? (() => new Date());
  }

  // The port's methods reject, never throw: hence async although nothing is waited for.
  async append(request: AppendRequest): Promise<AppendResult> {
    this.#ensureOpen();
    const append = this.#codec.encode(request);
    const stream = this.#streams.get(append.stream) ?? [];
    if (append.expected !== stream.length - 1) return repeated(append, stream) ?? conflict(stream);
    if (append.events.some(({ id }) => this.#ids.has(id)))
      throw new InvalidAppend('the id of an event stands in the log already, at another place');
    const recordedAt = this.#now().toISOString();
    for (const event of append.events) this.#store(stream, event, append.stream, recordedAt);
    this.#hint.give();
    return appended(stream.at(-1));
  }

  async readStream(
    stream: string,
    { from = 0, limit = Infinity }: { readonly from?: number; readonly limit?: number } = {},
  ): Promise<{ readonly events: readonly RecordedEvent[]; readonly revision: number } | undefined> {
    this.#ensureOpen();
    const events = this.#streams.get(stream);
    if (!events) return undefined;
    return {
      events: events.slice(from, from + limit).map((event) => this.#codec.decode(event)),
      revision: events.length - 1,
    };
  }

  async readAll(after: Position | undefined, limit: number): Promise<readonly RecordedEvent[]> {
    this.#ensureOpen();
    const start = numberOf(this.epoch, after);
    return this.#log.slice(start, start + limit).map((event) => this.#codec.decode(event));
  }

  async head(): Promise<Position | undefined> {
    this.#ensureOpen();
    return this.#log.at(-1)?.position;
  }

  eventsAfter(after: Position | undefined, head: Position | undefined): number {
    return Math.max(0, numberOf(this.epoch, head) - numberOf(this.epoch, after));
  }

  subscribe(after: Position | undefined, signal: AbortSignal): AsyncIterable<SubscriptionMessage> {
    return follow({
      after,
      pageSize,
      signal: AbortSignal.any([signal, this.#closing.signal]),
      hint: this.#hint,
      pollMs: undefined,
      readPage: (position, limit) => this.readAll(position, limit),
    });
  }

  async importEvents(events: readonly RecordedEvent[]): Promise<void> {
    this.#ensureOpen();
    for (const event of events) {
      const stream = this.#streams.get(event.stream) ?? [];
      const there = stream[event.revision];
      if (there?.id === event.id) continue;
      if (there || event.revision !== stream.length || this.#ids.has(event.id))
        throw new InvalidAppend(`${event.stream} does not continue at revision ${event.revision}`);
      this.#store(
        stream,
        {
          ...event,
          data: uncheckedCanonicalJson(event.data),
          metadata: uncheckedCanonicalJson(event.metadata),
        },
        event.stream,
        event.recordedAt,
      );
    }
    this.#hint.give();
  }

  async close(): Promise<void> {
    this.#closing.abort();
  }

  #store(stream: RecordedEvent[], event: EncodedEvent, name: string, recordedAt: string): void {
    const stored: RecordedEvent = Object.freeze({
      id: event.id,
      stream: name,
      revision: stream.length,
      position: positionOf(this.epoch, this.#log.length + 1),
      type: event.type,
      schemaVersion: event.schemaVersion,
      // Through JSON, so that what is read is what any other store would give, and nobody holds a piece of the log.
      data: frozen(event.data) as RecordedEvent['data'],
      metadata: frozen(event.metadata) as RecordedEvent['metadata'],
      recordedAt,
    });
    this.#streams.set(name, stream);
    stream.push(stored);
    this.#log.push(stored);
    this.#ids.add(stored.id);
  }

  #ensureOpen(): void {
    if (this.#closing.signal.aborted) throw new StoreUnavailable('the store is closed');
  }
}

/** The events that the append would have written stand where it would have written them. */
const repeated = (append: EncodedAppend, stream: readonly RecordedEvent[]): AppendResult | undefined => {
  const written = stream.slice(append.expected + 1, append.expected + 1 + append.events.length);
  const same =
    written.length === append.events.length && written.every(({ id }, at) => id === append.events[at]?.id);
  return same ? appended(written.at(-1)) : undefined;
};

const conflict = (stream: readonly RecordedEvent[]): AppendResult => ({
  outcome: 'conflict',
  actualRevision: stream.at(-1)?.revision ?? 'no-stream',
});

const appended = (last: RecordedEvent | undefined): AppendResult => {
  if (!last) throw new Error('an append holds at least one event');
  return { outcome: 'appended', revision: last.revision, position: last.position };
};

const frozen = (json: string): unknown => JSON.parse(json, (_key, value: unknown) => Object.freeze(value));
