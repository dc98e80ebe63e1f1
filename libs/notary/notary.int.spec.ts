import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createVerbatimCodec, type EventStore } from '#event-store';
import { MemoryEventStore } from '#event-store/memory';
import { openPostgresEventStore } from '#event-store/postgres';
import { createLogger, SettableClock } from '#platform';
import { Runners } from '#subscriptions';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { write } from '../subscriptions/testing/sample.js';
import { hashOfEvent } from './leaf.js';
import { proofOf, provesInclusion, inclusionRanges, nodesOfRanges } from './merkle-proof.js';
import { GrowingTree } from './merkle-tree.js';
import { notaryConsumer } from './notary-consumer.js';
import {
  createNotaryKey,
  ensureNotaryKey,
  type NotarySigner,
  readNotaryKey,
  replaceNotaryKey,
} from './notary-key.js';
import { openCheckpoint } from './signed-checkpoint.js';
import { TreeTables } from './tree-tables.js';

const start = '2026-03-02T08:00:00.000Z';
const silent = createLogger({ component: 'test', level: 'error', destination: { write: () => undefined } });

describe('the notary', () => {
  let database: TestDatabase;
  let store: EventStore;
  let home: string;
  let signer: NotarySigner;
  let clock: SettableClock;
  const file = () => ({ path: join(home, 'keys', 'notary.json'), databaseFolder: join(home, 'postgres') });

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'notary-'));
    await createNotaryKey(file());
    signer = await readNotaryKey(file());
  });
  afterAll(() => rm(home, { recursive: true }));
  beforeEach(async () => {
    clock = new SettableClock(start);
    database = await createTestDatabase({ libs: ['platform', 'event-store', 'subscriptions', 'notary'] });
    store = await openPostgresEventStore({
      connection: { connectionString: database.url },
      codec: createVerbatimCodec(),
    });
  });
  afterEach(async () => {
    await store.close();
    await database.close();
  });

  const runners = (batchSize = 500, signEveryMs = 10_000): Runners =>
    new Runners({
      store,
      pool: database.pool,
      clock,
      log: silent,
      projections: [],
      processes: [],
      sender: { send: () => Promise.reject(new Error('nothing is sent')) },
      roles: ['notary'],
      notary: { store, consumer: notaryConsumer(signer, clock, { signEveryMs }) },
      settings: { batchSize, pollMs: 20 },
    });
  const worked = async (batchSize?: number): Promise<void> => {
    const all = runners(batchSize);
    all.start();
    await all.settled();
    await all.stop();
  };
  const events = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at += 1)
      await write(store, `errand-${at % 3}`, 'ErrandRequested', { errand: String(at), ö: [1, null] }, start);
  };

  it('takes every event into the tree once, over any number of starts and batches', async () => {
    await events(20);
    await worked(7);
    await events(9);
    await worked();
    await worked();
    const tables = new TreeTables(database.pool);
    const log = await store.readAll(undefined, 1000);
    const tree = new GrowingTree();
    for (const event of log) tree.add(hashOfEvent(event));
    const leaves = await tables.leavesFrom(0, 1000);
    expect(leaves.map(({ id, stream, revision, position }) => ({ id, stream, revision, position }))).toEqual(
      log.map(({ id, stream, revision, position }) => ({ id, stream, revision, position })),
    );
    expect(leaves.map(({ index, hash }) => [index, hash])).toEqual(
      log.map((event, index) => [index, hashOfEvent(event)]),
    );
    for (const [index, event] of log.entries()) {
      const ranges = inclusionRanges(index, log.length);
      const places = nodesOfRanges(ranges);
      const hashes = await tables.nodes(places);
      const at = new Map(places.map((place, which) => [JSON.stringify(place), hashes[which]!]));
      const proof = proofOf(ranges, (place) => at.get(JSON.stringify(place))!);
      expect(
        provesInclusion({ leaf: hashOfEvent(event), index, size: log.length, root: tree.root(), proof }),
      ).toBe(true);
    }
  });

  it('signs at the first batch, then when time or number of events has come, and what is left when nothing happens', async () => {
    const tables = new TreeTables(database.pool);
    const signed = async (): Promise<number[]> => (await tables.checkpoints()).map(({ size }) => size);
    await events(2);
    await worked();
    expect(await signed()).toEqual([2]);
    await events(2);
    await worked();
    expect(await signed()).toEqual([2]);
    clock.set('2026-03-02T08:00:10.000Z');
    // Nothing new: the idle look signs what was left.
    const all = runners();
    all.start();
    while ((await signed()).length < 2) await new Promise((done) => setTimeout(done, 20));
    await all.stop();
    expect(await signed()).toEqual([2, 4]);
    const tree = new GrowingTree();
    for (const event of await store.readAll(undefined, 10)) tree.add(hashOfEvent(event));
    const newest = await tables.newestCheckpoint();
    expect(openCheckpoint(newest!.note, [signer.key])).toMatchObject({ size: 4, root: tree.root() });
    expect(newest!.signedAt.toISOString()).toBe('2026-03-02T08:00:10.000Z');
  });

  it('has the same leaves from the log in memory as from PostgreSQL', async () => {
    await events(3);
    const read = await store.readAll(undefined, 10);
    let at = 0;
    const memory = new MemoryEventStore({ now: () => new Date(read[at]!.recordedAt) });
    for (; at < read.length; at += 1) {
      const { stream, revision, id, type, schemaVersion, data, metadata } = read[at]!;
      await memory.append({
        stream,
        expectedRevision: revision === 0 ? 'no-stream' : revision - 1,
        events: [{ id, type, schemaVersion, data, metadata }],
      });
    }
    expect((await memory.readAll(undefined, 10)).map(hashOfEvent)).toEqual(read.map(hashOfEvent));
  });

  it('has tables in which nobody changes a row, the owner neither', async () => {
    await events(2);
    await worked();
    await ensureNotaryKey(file(), database.pool);
    for (const table of ['leaves', 'nodes', 'signed_checkpoints', 'keys'])
      for (const statement of [`DELETE FROM notary.${table}`, `TRUNCATE notary.${table}`])
        await expect(database.pool.query(statement)).rejects.toThrow('what the notary has written stays');
    await expect(database.pool.query(`UPDATE notary.leaves SET stream = 'x'`)).rejects.toThrow('stays');
    await expect(
      database.pool.query(`SET ROLE notary_reader; INSERT INTO notary.keys VALUES (9, 'x')`),
    ).rejects.toThrow('permission denied');
  });

  it('is given its key at the very first start only, and refuses another one', async () => {
    const first = { ...file(), path: join(home, 'first', 'notary.json') };
    const said: string[] = [];
    const made = await ensureNotaryKey(first, database.pool, (line) => said.push(line));
    expect(said).toEqual([expect.stringContaining("The notary's key was made in")]);
    expect((await ensureNotaryKey(first, database.pool)).key.text).toBe(made.key.text);
    // Lost: a new one is not made silently.
    const lost = { ...file(), path: join(home, 'lost', 'notary.json') };
    await expect(ensureNotaryKey(lost, database.pool)).rejects.toThrow('is missing: put it back');
    // Another worker with a key of its own.
    await expect(ensureNotaryKey(file(), database.pool)).rejects.toThrow(
      'is not the one that signs this log',
    );
    await replaceNotaryKey(file(), database.pool);
    expect((await ensureNotaryKey(file(), database.pool)).key.text).toBe(signer.key.text);
    await expect(ensureNotaryKey(first, database.pool)).rejects.toThrow('is not the one that signs this log');
    await expect(replaceNotaryKey(first, database.pool)).rejects.toThrow('has signed here before');
  });
});
