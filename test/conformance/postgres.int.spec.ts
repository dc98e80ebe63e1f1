import { createVerbatimCodec } from '#event-store';
import { openPostgresEventStore } from '#event-store/postgres';
import { numberOf } from '../../libs/event-store/position.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventStoreConformance } from './event-store.conformance.js';

let database: TestDatabase;

eventStoreConformance('PostgreSQL', {
  start: async () => {
    database = await createTestDatabase({ libs: ['platform', 'event-store'] });
  },
  connect: (pollMs) =>
    openPostgresEventStore({
      connection: { connectionString: database.url },
      codec: createVerbatimCodec(),
      ...(pollMs !== undefined && { limits: { pollMs } }),
    }),
  stop: () => database.close(),
  gaplessNumberOf: (position) => numberOf(position.split('-')[0] ?? '', position),
  refusesReusedIds: true,
});
