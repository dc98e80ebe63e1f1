import type { AppendRequest, AppendResult, EventStore, SubscriptionMessage } from '#event-store';
import type { Position, RecordedEvent } from '#kernel';

/** A log in memory, just enough for the specs of this lib; the real adapter has its own conformance suite. */
export class MemoryLog implements EventStore {
  readonly #events: RecordedEvent[] = [];
  #wake: (() => void)[] = [];

  constructor(readonly epoch = 'a1') {}

  get events(): readonly RecordedEvent[] {
    return this.#events;
  }

  append({ stream, expectedRevision, events }: AppendRequest): Promise<AppendResult> {
    const own = this.#events.filter((event) => event.stream === stream);
    const actual = own.length === 0 ? 'no-stream' : own.length - 1;
    const from = expectedRevision === 'no-stream' ? 0 : expectedRevision + 1;
    const repeated = own.slice(from, from + events.length);
    if (
      repeated.length === events.length &&
      repeated.every((event, index) => event.id === events[index]!.id)
    ) {
      const last = repeated.at(-1)!;
      return Promise.resolve({ outcome: 'appended', revision: last.revision, position: last.position });
    }
    if (actual !== expectedRevision) return Promise.resolve({ outcome: 'conflict', actualRevision: actual });
    events.forEach((event, index) => {
      const recorded: RecordedEvent = {
        ...structuredClone(event),
        stream,
        revision: from + index,
        position: `${this.epoch}-${String(this.#events.length + 1).padStart(12, '0')}`,
        recordedAt: event.metadata.occurredAt,
      };
      this.#events.push(recorded);
    });
    for (const wake of this.#wake.splice(0)) wake();
    const last = this.#events.at(-1)!;
    return Promise.resolve({ outcome: 'appended', revision: last.revision, position: last.position });
  }

  readStream(stream: string, { from = 0, limit = Infinity }: { from?: number; limit?: number } = {}) {
    const own = this.#events.filter((event) => event.stream === stream);
    if (own.length === 0) return Promise.resolve(undefined);
    return Promise.resolve({ events: own.slice(from).slice(0, limit), revision: own.length - 1 });
  }

  readAll(after: Position | undefined, limit: number): Promise<readonly RecordedEvent[]> {
    const later = this.#events.filter((event) => after === undefined || event.position > after);
    return Promise.resolve(later.slice(0, limit));
  }

  head(): Promise<Position | undefined> {
    return Promise.resolve(this.#events.at(-1)?.position);
  }

  async *subscribe(after: Position | undefined, signal: AbortSignal): AsyncIterable<SubscriptionMessage> {
    let position = after;
    while (!signal.aborted) {
      for (const event of await this.readAll(position, 100)) {
        yield { kind: 'event', event };
        position = event.position;
      }
      await new Promise<void>((resolve) => {
        const done = () => {
          signal.removeEventListener('abort', done);
          resolve();
        };
        if (signal.aborted) return resolve();
        this.#wake.push(done);
        signal.addEventListener('abort', done);
      });
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
