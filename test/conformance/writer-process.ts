import { createVerbatimCodec } from '#event-store';
import { openPostgresEventStore, type PostgresEventStoreLimits } from '#event-store/postgres';
import { eventIdOf, type EventMetadata } from '#kernel';

/**
 * A process of its own that writes to one stream as fast as it can, until it is told to end: a child of
 * postgres-event-store.int.spec.ts. Tells the parent how far it is.
 */
const [databaseUrl = '', stream = '', type = '', payload = '0', limits = '{}'] = process.argv.slice(2);
const store = await openPostgresEventStore({
  connection: { connectionString: databaseUrl },
  codec: createVerbatimCodec(),
  name: 'child',
  limits: JSON.parse(limits) as Partial<PostgresEventStoreLimits>,
});
const metadata: EventMetadata = {
  $correlationId: 'child',
  $causationId: 'child',
  commandId: 'child',
  commandFingerprint: 'child',
  actor: 'process:child',
  organisation: 't1a-board',
  agencyKind: 'POLICE',
  legalBasis: 'TEST',
  purpose: 'TEST',
  policyVersion: '1',
  occurredAt: '2026-03-02T08:00:00.000Z',
};
let ending = false;
process.on('message', () => (ending = true));
for (let n = 0; !ending; n += 1) {
  const result = await store.append({
    stream,
    expectedRevision: n === 0 ? 'no-stream' : n - 1,
    events: [
      {
        id: eventIdOf(stream, 'child', n),
        type,
        schemaVersion: 1,
        data: { n, payload: 'x'.repeat(Number(payload)) },
        metadata,
      },
    ],
  });
  process.send?.({ n, ...result });
}
await store.close();
process.disconnect();
