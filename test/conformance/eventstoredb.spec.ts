import { createVerbatimCodec } from '#event-store';
import { openEventStoreDB } from '#event-store/eventstoredb';
import { EventStoreDBTestServer } from '../support/eventstoredb-test-server.js';
import { eventStoreConformance } from './event-store.conformance.js';
import { importConformance } from './import.conformance.js';

const server = new EventStoreDBTestServer();
const connect = (log: string) => openEventStoreDB({ url: server.url, log, codec: createVerbatimCodec() });

eventStoreConformance('EventStoreDB', {
  start: () => server.start(),
  connect: () => connect('conformance'),
  stop: async () => server.kill(),
  refusesReusedIds: false,
  liveWithinMs: 400,
});

importConformance('EventStoreDB', async () => {
  await server.start();
  const store = await connect('import');
  return {
    store,
    close: async () => {
      await store.close();
      server.kill();
    },
  };
});
