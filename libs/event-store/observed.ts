import type { EventStore } from './port.js';

export interface SeenAppend {
  readonly outcome: 'appended' | 'conflict' | 'failed';
  readonly events: number;
  /** From the call to the answer. */
  readonly seconds: number;
}

/** The same log, whatever its adapter, which tells of each append how it ended and how long that took. */
export const observed = (store: EventStore, onAppend: (append: SeenAppend) => void): EventStore => ({
  epoch: store.epoch,
  async append(request) {
    const began = performance.now();
    let outcome: SeenAppend['outcome'] = 'failed';
    try {
      const result = await store.append(request);
      outcome = result.outcome;
      return result;
    } finally {
      onAppend({ outcome, events: request.events.length, seconds: (performance.now() - began) / 1_000 });
    }
  },
  readStream: (...asked) => store.readStream(...asked),
  readAll: (...asked) => store.readAll(...asked),
  head: () => store.head(),
  ...(store.eventsAfter && { eventsAfter: store.eventsAfter.bind(store) }),
  subscribe: (...asked) => store.subscribe(...asked),
  close: () => store.close(),
});
