import { numberOf } from '../../libs/event-store/position.js';
import { MemoryEventStore } from '#event-store/memory';
import type { EventStore } from '#event-store';
import { eventStoreConformance } from './event-store.conformance.js';
import { importConformance } from './import.conformance.js';

// Memory has one client. What another client would be is a second handle that can be closed by itself.
const log = new MemoryEventStore();
const handle = (): EventStore => {
  const closing = new AbortController();
  return {
    epoch: log.epoch,
    append: (request) => log.append(request),
    readStream: (stream, options) => log.readStream(stream, options),
    readAll: (after, limit) => log.readAll(after, limit),
    head: () => log.head(),
    subscribe: (after, signal) => log.subscribe(after, AbortSignal.any([signal, closing.signal])),
    close: async () => closing.abort(),
  };
};

eventStoreConformance('memory', {
  start: async () => undefined,
  connect: async () => handle(),
  stop: () => log.close(),
  gaplessNumberOf: (position) => numberOf(log.epoch, position),
  refusesReusedIds: true,
});

importConformance('memory', async () => {
  const store = new MemoryEventStore();
  return { store, close: () => store.close() };
});
