import { randomBytes } from 'node:crypto';
import { it } from '@jest/globals';
import { createVerbatimCodec } from '#event-store';
import { openEventStoreDB } from '#event-store/eventstoredb';
import { deletedStreamsConformance } from './deleted-streams.conformance.js';
import { eventStoreConformance } from './event-store.conformance.js';
import { importConformance } from './import.conformance.js';

const url = process.env['ESDB_TEST_URL'];

// A log of its own on the server, which may be shared.
const log = `test${randomBytes(6).toString('hex')}`;

if (url) {
  const connect = (pollMs?: number) =>
    openEventStoreDB({
      url,
      log,
      codec: createVerbatimCodec(),
      ...(pollMs !== undefined && { limits: { pollMs } }),
    });
  eventStoreConformance('EventStoreDB, real server', {
    start: async () => undefined,
    connect,
    stop: async () => undefined,
    refusesReusedIds: false,
  });
  deletedStreamsConformance('EventStoreDB, real server', () => ({ url, log }), connect);
  importConformance('EventStoreDB, real server', async () => {
    const store = await connect();
    return { store, close: () => store.close() };
  });
} else it.skip('EventStoreDB, real server: skipped (no ESDB_TEST_URL)', () => undefined);
