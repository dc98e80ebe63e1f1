import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import { policyVersion } from '#access';
import { createVerbatimCodec, type EventStore } from '#event-store';
import { openEventStoreDB } from '#event-store/eventstoredb';
import { openPostgresEventStore } from '#event-store/postgres';
import type { EventMetadata } from '#kernel';
import { migrate } from '#platform';
import type { Part } from './part.js';
import { median, rounded } from './result.js';

/** About the size of an event of ours with one envelope in it. */
const data = { caseId: randomUUID(), note: 'x'.repeat(180) };
const metadata: EventMetadata = {
  $correlationId: randomUUID(),
  $causationId: randomUUID(),
  commandId: randomUUID(),
  actor: 't11-actor',
  organisation: 't11-organisation',
  agencyKind: 'SOCIAL_BOARD',
  legalBasis: 'SOLPUL_6',
  purpose: 'SUPPORT',
  policyVersion,
  occurredAt: '2026-11-25T12:00:00.000Z',
} as EventMetadata;

interface Competitor {
  readonly name: string;
  readonly writers: number;
  /** Appends once; @returns how many events were written */
  append(writer: number): Promise<number>;
}

/** (a) How many appends a second, each of one event to a stream of its own. */
export const appends: Part = {
  part: 'a',
  title: 'appends of one event to a new stream',
  async run({ system, quick, progress }) {
    const seconds = quick ? 0.3 : 2;
    const rounds = quick ? 1 : 5;
    const ends: (() => Promise<unknown>)[] = [];
    const administrator = new pg.Pool({ connectionString: system.adminUrl, max: 1 });
    ends.push(() => administrator.end());
    try {
      // A log of its own: what is written here is no event of this system, and a worker would stop at it.
      await administrator.query('CREATE DATABASE ours OWNER relocation');
      const logUrl = Object.assign(new URL(system.databaseUrl), { pathname: '/ours' }).href;
      await migrate(logUrl);
      await administrator.query('CREATE DATABASE beside');
      const beside = Object.assign(new URL(system.adminUrl), { pathname: '/beside' }).href;
      const ours = await openPostgresEventStore({
        connection: { connectionString: logUrl },
        codec: createVerbatimCodec(),
      });
      ends.push(() => ours.close());
      const url = process.env['ESDB_TEST_URL'];
      const esdb = url
        ? await openEventStoreDB({
            url,
            log: `bench${randomBytes(4).toString('hex')}`,
            codec: createVerbatimCodec(),
          })
        : undefined;
      ends.push(async () => esdb?.close());
      // Emmett's close() does not wait for its sessions; one that the end of the server ended would end this process.
      ends.push(() => goneFrom(administrator, 'beside'));
      const emmett = getPostgreSQLEventStore(beside);
      ends.push(() => emmett.close());
      const plain = new pg.Pool({ connectionString: beside, max: 16 });
      ends.push(() => plain.end());
      const one = await plain.connect();
      ends.push(async () => one.release());
      await plain.query(plainTable);

      const writers = quick ? [1, 32] : [1, 32, 256];
      const competitors: readonly Competitor[] = [
        ...writers.map((count) => ({ name: names.ours, writers: count, append: () => appendOurs(ours) })),
        ...writers.map((count) => ({
          name: names.emmett,
          writers: count,
          append: async () => {
            await emmett.appendToStream(`bench-${randomUUID()}`, [
              { type: 'Measured', data, metadata } as never,
            ]);
            return 1;
          },
        })),
        ...writers.map((count) => ({
          name: names.single,
          writers: count,
          append: async () => {
            await plain.query({ name: 'single', text: singleInsert, values: plainRow() });
            return 1;
          },
        })),
        ...(esdb
          ? writers.map((count) => ({
              name: names.eventStoreDB,
              writers: count,
              append: () => appendOurs(esdb),
            }))
          : []),
        { name: names.batch16, writers: 1, append: () => insertBatch(one, 16) },
        { name: names.batch50, writers: 1, append: () => insertBatch(one, 50) },
      ];
      // The first append makes Emmett's tables.
      for (const { append } of competitors) await append(0);
      const rates = new Map<Competitor, number[]>(competitors.map((competitor) => [competitor, []]));
      // In turns, so that whatever else the machine does falls on all alike.
      for (let round = 1; round <= rounds; round += 1)
        for (const competitor of competitors) {
          progress(`round ${round} of ${rounds}: ${competitor.name}, ${competitor.writers} writers`);
          rates.get(competitor)!.push(await rateOf(competitor, seconds));
        }
      const rate = (name: string, count: number): number => {
        const competitor = competitors.find((one) => one.name === name && one.writers === count);
        return competitor ? median(rates.get(competitor)!) : 0;
      };
      return {
        columns: ['writers', 'events per second', 'of the 16-row batch'],
        rows: competitors.map((competitor) => ({
          name: competitor.name,
          values: [
            competitor.writers,
            rounded(median(rates.get(competitor)!)),
            rounded(median(rates.get(competitor)!) / rate(names.batch16, 1), 2),
          ],
        })),
        aims: [
          {
            what: 'our log beside Emmett, 32 writers',
            measured: rate(names.ours, 32) / rate(names.emmett, 32),
            target: 5,
            direction: 'at least',
            unit: 'times',
          },
          {
            what: 'our log beside the 16-row batch, 32 writers',
            measured: rate(names.ours, 32) / rate(names.batch16, 1),
            target: 0.6,
            direction: 'at least',
            unit: 'of its rate',
          },
          ...(writers.includes(256)
            ? [
                {
                  what: 'our log beside Emmett, 256 writers',
                  measured: rate(names.ours, 256) / rate(names.emmett, 256),
                  target: 10,
                  direction: 'at least' as const,
                  unit: 'times',
                },
              ]
            : []),
        ],
        notes: [
          `Median of ${rounds} rounds of ${seconds} s in turns. Each writer waits for its answer before it appends again.`,
          'Ours checks revision and ids, numbers without gaps and answers each append; Emmett as it comes, with its own pool.',
          'INSERTs go to a table with the columns and unique indexes of the log, by prepared statements: single ones over 16 sessions, batches by unnest over one.',
        ],
      };
    } finally {
      for (const end of ends.reverse()) await end();
    }
  },
};

/** Until no session is left in a database, for at most ten seconds. */
const goneFrom = async (administrator: pg.Pool, database: string): Promise<void> => {
  for (const until = performance.now() + 10_000; performance.now() < until; await sleep(20)) {
    const { rowCount } = await administrator.query('SELECT FROM pg_stat_activity WHERE datname = $1', [
      database,
    ]);
    if (rowCount === 0) return;
  }
};

const names = {
  ours: 'this log',
  eventStoreDB: 'this log on EventStoreDB, real server',
  emmett: 'Emmett on PostgreSQL',
  single: 'single prepared INSERT',
  batch16: 'INSERT of 16 rows, one connection',
  batch50: 'INSERT of 50 rows, one connection',
} as const;

const rateOf = async ({ writers, append }: Competitor, seconds: number): Promise<number> => {
  const began = performance.now();
  const ends = began + seconds * 1_000;
  let written = 0;
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      while (performance.now() < ends) {
        // In two steps: what others have counted meanwhile must not be overwritten.
        const count = await append(writer);
        written += count;
      }
    }),
  );
  return (written / (performance.now() - began)) * 1_000;
};

const appendOurs = async (store: EventStore): Promise<number> => {
  const result = await store.append({
    stream: `bench-${randomUUID()}`,
    expectedRevision: 'no-stream',
    events: [{ id: randomUUID(), type: 'Measured', schemaVersion: 1, data, metadata }],
  });
  if (result.outcome !== 'appended') throw new Error('an append to a new stream was refused');
  return 1;
};

const plainTable = `CREATE TABLE plain_events (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream text COLLATE "C" NOT NULL, revision integer NOT NULL,
  id uuid NOT NULL UNIQUE, type text NOT NULL, schema_version integer NOT NULL, data json NOT NULL,
  metadata json NOT NULL, recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(), UNIQUE (stream, revision))`;
const columns = 'INSERT INTO plain_events (stream, revision, id, type, schema_version, data, metadata)';
const singleInsert = `${columns} VALUES ($1, 0, $2, 'Measured', 1, $3, $4)`;
const batchInsert = `${columns} SELECT s, 0, i, 'Measured', 1, d, m
  FROM unnest($1::text[], $2::uuid[], $3::json[], $4::json[]) AS u (s, i, d, m)`;

const plainRow = (): string[] => [
  `bench-${randomUUID()}`,
  randomUUID(),
  JSON.stringify(data),
  JSON.stringify(metadata),
];

const insertBatch = async (session: pg.PoolClient, size: number): Promise<number> => {
  const rows = Array.from({ length: size }, plainRow);
  const values = [0, 1, 2, 3].map((column) => rows.map((row) => row[column]));
  await session.query({ name: `batch-${size}`, text: batchInsert, values });
  return size;
};
