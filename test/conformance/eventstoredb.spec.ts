import { createVerbatimCodec } from '#event-store';
import { openEventStoreDB } from '#event-store/eventstoredb';
import { EventStoreDBTestServer } from '../support/eventstoredb-test-server.js';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { deletedStreamsConformance } from './deleted-streams.conformance.js';
import { eventStoreConformance } from './event-store.conformance.js';
import { importConformance } from './import.conformance.js';

const server = new EventStoreDBTestServer();
const connect = (log: string, pollMs?: number) =>
  openEventStoreDB({
    url: server.url,
    log,
    codec: createVerbatimCodec(),
    ...(pollMs !== undefined && { limits: { pollMs } }),
  });

eventStoreConformance('EventStoreDB', {
  start: () => server.start(),
  connect: (pollMs) => connect('conformance', pollMs),
  stop: async () => server.kill(),
  refusesReusedIds: false,
});

describe('with an administrator at work:', () => {
  beforeAll(() => server.start());
  afterAll(() => server.kill());
  deletedStreamsConformance(
    'EventStoreDB',
    () => ({ url: server.url, log: 'deleted' }),
    () => connect('deleted'),
  );
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
