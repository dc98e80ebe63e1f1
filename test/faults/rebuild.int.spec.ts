import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Position, Projection } from '#kernel';
import { createLogger, createPool } from '#platform';
import { boardId } from '#application';
import {
  allProjections,
  findHomeCase,
  grantsProjection,
  homeBoardProjection,
  listHomeCases,
} from '#projections';
import {
  AlreadyRebuilding,
  digestLive,
  rebuild,
  type RebuildOptions,
  RebuildStopped,
  replay,
  type Runners,
} from '#subscriptions';
import { createWorker } from '../../apps/worker/create-worker.js';
import { type CopiedDatabase, Country, foundedDatabase, type FoundedDatabase } from './country.js';
import { playMainPath, type Played } from './main-path.js';
import { startFromSource } from './worker-process.js';

describe('Read models that are made anew beside the live ones', () => {
  let founded: FoundedDatabase;
  let played: Played;
  let end: string;
  let database: CopiedDatabase;
  let country: Country;
  let pool: ReturnType<typeof createPool>;
  let worker: Runners;

  beforeAll(async () => {
    founded = await foundedDatabase(async (template, settled) => {
      played = await playMainPath(template, { settled });
      end = template.now;
    });
  });
  afterAll(() => founded.close());
  beforeEach(async () => {
    database = await founded.copy();
    country = await Country.open(database.url, end);
    pool = createPool(database.url, { name: 'rebuild', max: 12 });
    worker = createWorker({
      ...country,
      clock: country.clock,
      log: createLogger({ component: 'worker', level: 'fatal' }),
      settings: { pollMs: 50, retry: { attempts: 1, firstDelayMs: 10, longestDelayMs: 10 } },
    });
  });
  afterEach(async () => {
    await worker.stop();
    await pool.end();
    await country.close();
    await database.drop();
  });

  const run = (more: Partial<RebuildOptions> = {}) =>
    rebuild({ store: country.store, pool, projections: allProjections, pageSize: 50, ...more });
  const liveHashes = async (): Promise<Record<string, string>> => {
    const hashes: Record<string, string> = {};
    for (const projection of allProjections)
      hashes[projection.name] = (await digestLive(pool, projection)).hash;
    return hashes;
  };
  const replayedHashes = () =>
    replay(
      { store: country.store, databaseUrl: database.url, projections: allProjections, to: 'head' },
      async ({ readModels }) => Object.fromEntries(readModels.map(({ name, hash }) => [name, hash])),
    );
  const shadows = async (): Promise<readonly string[]> =>
    (
      await pool.query<{ name: string }>(
        `SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'rebuild%' ORDER BY 1`,
      )
    ).rows.map(({ name }) => name);
  /** As the superuser of a broken tool would. */
  const spoil = (sql: string) => pool.query(`SET ROLE project_home_board; ${sql}; RESET ROLE`);
  const declare = (key: string) =>
    country.act(
      'decider',
      'DeclareCapacity',
      { places: 3 + (key.length % 5), housingForms: ['APARTMENT'], competences: ['DEFECTOR_SUPPORT'] },
      key,
    );

  it('hold the same rows as those that were kept up, and leave nothing behind', async () => {
    const before = await liveHashes();
    const rebuilt = await run();
    expect(rebuilt.map(({ name, removed, added }) => [name, removed, added])).toEqual(
      allProjections.map(({ name }) => [name, 0, 0]),
    );
    expect(await liveHashes()).toEqual(before);
    expect(await shadows()).toEqual([]);
    // The worker takes its leases again and goes on behind the switch.
    worker.start();
    await declare('after the switch');
    await worker.settled();
    expect(await liveHashes()).not.toEqual(before);
    expect(await liveHashes()).toEqual(await replayedHashes());
  });

  it('put right what was wrong, whatever it was', async () => {
    const before = await liveHashes();
    await spoil(`DELETE FROM home_board.sealed_v1; UPDATE home_board.case_v1 SET status = 'DRAFT'`);
    await pool.query(`SET ROLE project_vault; DELETE FROM vault.grants WHERE foot = 'WAIVER'; RESET ROLE`);
    expect(await liveHashes()).not.toEqual(before);
    const rebuilt = await run();
    expect(rebuilt.find(({ name }) => name === 'home-board')).toMatchObject({ removed: 1 });
    expect(rebuilt.find(({ name }) => name === 'grants')!.added).toBeGreaterThan(0);
    expect(await liveHashes()).toEqual(before);
    // The guard of the openings is in force again.
    const { rows } = await pool.query(
      `SELECT tgenabled AS enabled FROM pg_trigger WHERE tgrelid = 'vault.grants'::regclass AND NOT tgisinternal`,
    );
    expect(rows).toEqual([{ enabled: 'O' }]);
  });

  it('go on where they were when their process is killed in the middle', async () => {
    const before = await liveHashes();
    const child = startFromSource(new URL('rebuild-that-dies.ts', import.meta.url), {
      arguments: [database.url, '6'],
    });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    expect(await shadows()).toHaveLength(allProjections.length);
    expect(await liveHashes()).toEqual(before);
    await spoil(`DELETE FROM home_board.case_v1`);

    let first: Position | undefined;
    let readAgain = 0;
    await run({
      pageSize: 10,
      onProgress: ({ events, position }) => {
        first ??= position;
        readAgain = Math.max(readAgain, events);
      },
    });
    const { events } = await replay(
      { store: country.store, databaseUrl: database.url, projections: [], to: 'head' },
      async (all) => all,
    );
    expect(readAgain).toBeGreaterThan(0);
    expect(readAgain).toBeLessThanOrEqual(events - 80);
    expect(await liveHashes()).toEqual(before);
    expect(await shadows()).toEqual([]);
  });

  it('lose and repeat nothing while the worker and the officials go on', async () => {
    worker.start();
    let busy = true;
    let written = 0;
    const officials = (async () => {
      while (busy) await declare(`during the rebuild ${(written += 1)}`);
    })();
    try {
      for (const pageSize of [7, 40, 500]) await run({ pageSize });
    } finally {
      busy = false;
      await officials;
    }
    await worker.settled();
    expect(written).toBeGreaterThan(20);
    expect(await liveHashes()).toEqual(await replayedHashes());
  });

  it('are open to nobody but their projection until they serve', async () => {
    const rights: unknown[] = [];
    await run({
      onProgress: () => {
        rights.push(
          pool.query(
            `SELECT r.rolname AS role, c.relname AS table FROM pg_roles r, pg_class c
             JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname LIKE 'rebuild%' AND c.relkind = 'r' AND (
               (r.rolname LIKE 'read%' OR r.rolname LIKE 'vault%')
                 AND (has_schema_privilege(r.oid, n.oid, 'USAGE') OR has_any_column_privilege(r.oid, c.oid, 'SELECT'))
               OR NOT (c.relrowsecurity AND c.relforcerowsecurity))`,
          ),
        );
      },
    });
    expect(rights.length).toBeGreaterThan(3);
    for (const { rows } of (await Promise.all(rights)) as { rows: unknown[] }[]) expect(rows).toEqual([]);
  });

  it('stop at an event that cannot be applied, say which, and leave the live ones as they are', async () => {
    const before = await liveHashes();
    const failing = (projection: Projection, type: string): Projection => ({
      ...projection,
      apply: async (event, transaction) => {
        if (event.type === type) throw new RangeError('a defect');
        await projection.apply(event, transaction);
      },
    });
    const stopped = await run({ projections: [failing(homeBoardProjection, 'TransferRecorded')] }).catch(
      (error: unknown) => error,
    );
    expect(stopped).toBeInstanceOf(RebuildStopped);
    expect((stopped as RebuildStopped).event.type).toBe('TransferRecorded');
    expect((stopped as Error).message).toContain((stopped as RebuildStopped).event.position);
    expect(await liveHashes()).toEqual(before);

    // With the defect corrected it goes on there.
    let events = 0;
    await run({ projections: [homeBoardProjection], onProgress: (progress) => (events = progress.events) });
    const { position } = (stopped as RebuildStopped).event;
    expect(events).toBeLessThan(Number(position.slice(-16)));
    expect(await liveHashes()).toEqual(before);
  });

  it('take in what was parked in the live ones: it no longer waits, and what follows is handled', async () => {
    const parked = async () =>
      (await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM subs.parked`)).rows[0]!.n;
    const before = await liveHashes();
    worker.start();
    await worker.settled();
    const { rows } = await pool.query<{ id: string; position: string }>(
      `SELECT id, position FROM log.events WHERE type = 'CaseClosed' OR type = 'DepartureConfirmed' LIMIT 1`,
    );
    await pool.query(
      `INSERT INTO subs.parked (subscription, sequence, event_id, position, stream, revision, attempts, state)
       VALUES ('grants', $1, $2, $3, $4, 0, 8, 'parked')`,
      [played.caseId, rows[0]!.id, rows[0]!.position, `placement-${played.proposalId}`],
    );
    expect(await parked()).toBe(1);
    const [rebuilt] = await run({ projections: [grantsProjection] });
    expect(rebuilt).toMatchObject({ name: 'grants', unparked: 1 });
    expect(await parked()).toBe(0);
    await country.act('officer', 'CloseCase', { caseId: played.caseId, code: 'WITHDRAWN' }, 'close it');
    await worker.settled();
    expect(worker.status().filter(({ parked, retrying }) => parked + retrying > 0)).toEqual([]);
    expect(await liveHashes()).not.toEqual(before);
    expect(await liveHashes()).toEqual(await replayedHashes());
  });

  it('are not switched when the switch fails, and are the next time', async () => {
    await spoil(`DELETE FROM home_board.case_v1`);
    const before = await liveHashes();
    let reads = 0;
    const store: RebuildOptions['store'] = {
      epoch: country.store.epoch,
      readAll: async (after, limit) => {
        const page = await country.store.readAll(after, limit);
        // The look of the switch itself is the one that finds nothing new for the second time.
        if (page.length === 0 && (reads += 1) === 2) throw new Error('the power went');
        return page;
      },
    };
    await expect(run({ store, projections: [homeBoardProjection] })).rejects.toThrow('the power went');
    expect(await liveHashes()).toEqual(before);
    expect(await shadows()).toEqual(['rebuild_home_board']);
    await run({ projections: [homeBoardProjection] });
    expect(await liveHashes()).toEqual(await replayedHashes());
  });

  it('are made by one process at a time', async () => {
    let second: Promise<unknown> | undefined;
    await run({
      onProgress: () => {
        second ??= run({ projections: [homeBoardProjection] }).catch((error: unknown) => error);
      },
    });
    expect(await second).toBeInstanceOf(AlreadyRebuilding);
  });

  it('of a new version answer nobody before they have caught up with the version before', async () => {
    // As after its migration: empty tables, no checkpoint of their own, and that of the version before.
    await pool.query(
      `SET ROLE project_home_board; DELETE FROM home_board.case_v1; DELETE FROM home_board.sealed_v1;
       UPDATE home_board.checkpoints SET subscription = 'home-board.v0'; RESET ROLE`,
    );
    const { directory } = country.application;
    const officer = {
      person: directory.person('officer'),
      organisation: directory.organisation(boardId('1280')),
    };
    const looks = () => findHomeCase(country.pool, officer, played.caseId);
    await expect(looks()).rejects.toThrow('has not caught up');
    await expect(listHomeCases(country.pool, officer, { limit: 5 })).rejects.toThrow('has not caught up');
    // Half way is not there.
    await pool.query(
      `SET ROLE project_home_board;
       INSERT INTO home_board.checkpoints SELECT 'home-board', epoch, left(position, -4) || '0001', 1
         FROM home_board.checkpoints; RESET ROLE`,
    );
    await expect(looks()).rejects.toThrow('has not caught up');
    const [rebuilt] = await run({ projections: [homeBoardProjection] });
    expect(rebuilt).toMatchObject({ removed: 0 });
    expect(await looks()).toMatchObject({ row: { caseId: played.caseId } });
  });
});
