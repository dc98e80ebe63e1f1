import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createVerbatimCodec } from '#event-store';
import { openEventStoreDB } from '#event-store/eventstoredb';
import { openPostgresEventStore } from '#event-store/postgres';
import { ensureNotaryKey, notaryConsumer } from '#notary';
import { createLogger, systemClock } from '#platform';
import { Runners } from '#subscriptions';
import { metadata } from '../../libs/subscriptions/testing/sample.js';
import { runOps } from '../support/child.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { EventStoreDBTestServer } from '../support/eventstoredb-test-server.js';

const silent = createLogger({ component: 'test', level: 'error', destination: { write: () => undefined } });
const codec = createVerbatimCodec();
const real = process.env['ESDB_TEST_URL'];
const events = 900;

/** The compiled tool, a real PostgreSQL, and a server that the driver takes for EventStoreDB. */
describe('ops copy-log', () => {
  let database: TestDatabase;
  let home: string;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'copy-log-'));
    database = await createTestDatabase();
    environment = { DATA_DIR: home, DATABASE_URL: database.url };
    const store = await openPostgresEventStore({ connection: { connectionString: database.url }, codec });
    const revisions = new Map<string, number>();
    const at = '2026-03-02T08:00:00.000Z';
    const append = async (stream: string, count: number) => {
      const last = revisions.get(stream);
      revisions.set(stream, (last ?? -1) + count);
      await store.append({
        stream,
        expectedRevision: last ?? 'no-stream',
        events: Array.from({ length: count }, () => ({
          id: randomUUID(),
          type: 'ErrandRequested',
          schemaVersion: 1 + (count % 2),
          data: { errand: randomUUID(), ä: [1.5, null, { z: 1, a: 2 }] },
          metadata: metadata(at),
        })),
      });
    };
    for (let written = 0, turn = 0; written < events; turn += 1) {
      const count = Math.min(1 + (turn % 3), events - written);
      await append(`errand-${turn % 11}`, count);
      written += count;
    }
    const signer = await ensureNotaryKey(
      { path: join(home, 'keys', 'notary.json'), databaseFolder: join(home, 'postgres') },
      database.pool,
    );
    const notary = new Runners({
      store,
      pool: database.pool,
      clock: systemClock,
      log: silent,
      projections: [],
      processes: [],
      sender: { send: () => Promise.reject(new Error('nothing is sent')) },
      roles: ['notary'],
      notary: { store, consumer: notaryConsumer(signer, systemClock, { signEveryMs: 0 }) },
    });
    notary.start();
    await notary.settled();
    await notary.stop();
    await store.close();
  });
  afterAll(async () => {
    await database.close();
    await rm(home, { recursive: true });
  });

  const server = new EventStoreDBTestServer();
  beforeAll(() => server.start());
  afterAll(() => server.kill());

  const freshName = (): string => `copy${randomBytes(6).toString('hex')}`;
  const heads = (printed: string): (string | undefined)[] =>
    [...printed.matchAll(/^\w+ +(\d+ events, tree head \S+)$/gm)].map(([, head]) => head);

  const moves = async (url: string, hangNext?: () => void, heal?: () => void): Promise<void> => {
    const log = freshName();
    const arguments_ = ['copy-log', '--to', url, '--log', log];
    const killed = runOps(arguments_, environment);
    await killed.printed('Copying');
    hangNext?.();
    killed.kill('SIGKILL');
    expect(await killed.ended).toBeNull();
    heal?.();

    const resumed = runOps(arguments_, environment);
    expect([await resumed.ended, resumed.output()]).toEqual([
      0,
      expect.stringContaining('Both are the same.'),
    ]);
    const [, copied, found] = /Copied (\d+) events; (\d+) were there already/.exec(resumed.output())!;
    expect(Number(copied) + Number(found)).toBe(events);
    expect(Number(found)).toBeGreaterThanOrEqual(500);
    const [inPostgres, inTarget] = heads(resumed.answer());
    expect(inPostgres).toMatch(new RegExp(`^${events} events`));
    expect(inTarget).toBe(inPostgres);

    // The log is used from there: the notary is told, and what it has signed vouches for the copy.
    const moved = { ...environment, EVENTSTORE_URL: url, EVENTSTORE_LOG: log };
    const verified = runOps(['verify'], moved);
    expect([await verified.ended, verified.answer()]).toEqual([
      0,
      expect.stringMatching(/^The (log is as it was|first \d+ events are as they were) signed/m),
    ]);
    const target = await openEventStoreDB({ url, log, codec });
    await target
      .append({
        stream: 'errand-new',
        expectedRevision: 'no-stream',
        events: [
          {
            id: randomUUID(),
            type: 'ErrandRequested',
            schemaVersion: 1,
            data: {},
            metadata: metadata('2026-03-03T08:00:00.000Z'),
          },
        ],
      })
      .finally(() => target.close());
    // It goes its own way now: nothing more can be copied there.
    const refused = runOps(arguments_, environment);
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain('The target holds events of another log (errand-new revision 0)');
  };

  it('moves a log to EventStoreDB: killed in the middle and resumed, with the same tree head on both', () =>
    moves(
      server.url,
      () => (server.faults.append = { hang: true }),
      () => delete server.faults.append,
    ));

  it('lets the notary go on there, when it is told to', async () => {
    const log = freshName();
    const copied = runOps(['copy-log', '--to', server.url, '--log', log], environment);
    expect(await copied.ended).toBe(0);
    const adopted = runOps(['notary', 'adopt-log'], {
      ...environment,
      EVENTSTORE_URL: server.url,
      EVENTSTORE_LOG: log,
    });
    expect([await adopted.ended, adopted.answer()]).toEqual([
      0,
      expect.stringContaining('The notary goes on in this log.'),
    ]);
    const target = await openEventStoreDB({ url: server.url, log, codec });
    const head = await target.head().finally(() => target.close());
    const { rows } = await database.pool.query('SELECT epoch, position FROM notary.checkpoints');
    expect(rows).toEqual([{ epoch: target.epoch, position: head }]);
  });

  if (real) it('moves a log to a real EventStoreDB in the same way', () => moves(real));
  else it.skip('ops copy-log, real server: skipped (no ESDB_TEST_URL)', () => undefined);
});
