import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Position, RecordedEvent } from '#kernel';
import { allProjections } from '#projections';
import { digestLive, replay, type ReplayEnd } from '#subscriptions';
import { type CopiedDatabase, Country, foundedDatabase, type FoundedDatabase } from '../faults/country.js';
import { needSummary, playMainPath, type Played } from '../faults/main-path.js';
import { runOps } from '../support/child.js';

type Hashes = Readonly<Record<string, string>>;

/** What the live rows were when the log ended there. */
interface Mark {
  readonly position: Position;
  readonly hashes: Hashes;
}

const liveHashes = async ({ pool }: Country): Promise<Hashes> => {
  const hashes: Record<string, string> = {};
  for (const projection of allProjections)
    hashes[projection.name] = (await digestLive(pool, projection)).hash;
  return hashes;
};

describe('A log that is replayed', () => {
  let founded: FoundedDatabase;
  let played: Played;
  let database: CopiedDatabase;
  let country: Country;
  let home: string;
  const marks: Mark[] = [];

  beforeAll(async () => {
    founded = await foundedDatabase(async (template, settled) => {
      let looks = 0;
      played = await playMainPath(template, {
        settled: async () => {
          const next = await settled();
          looks += 1;
          if (looks % 6 === 0)
            marks.push({ position: (await template.store.head())!, hashes: await liveHashes(template) });
          return next;
        },
      });
    });
    database = await founded.copy();
    country = await Country.open(database.url);
    home = await mkdtemp(join(tmpdir(), 'replay-'));
  });
  afterAll(async () => {
    await rm(home, { recursive: true });
    await country.close();
    await database.drop();
    await founded.close();
  });

  const replayed = (to: ReplayEnd) =>
    replay(
      { store: country.store, databaseUrl: database.url, projections: allProjections, to, pageSize: 100 },
      async ({ readModels, ...rest }) => ({
        ...rest,
        hashes: Object.fromEntries(readModels.map(({ name, hash }) => [name, hash])),
      }),
    );
  const events = async (): Promise<readonly RecordedEvent[]> => country.store.readAll(undefined, 10_000);

  it('gives the same hash each time, and at its end that of the live rows', async () => {
    const first = await replayed('head');
    expect(first.hashes).toEqual(await liveHashes(country));
    expect((await replayed('head')).hashes).toEqual(first.hashes);
    expect(first.position).toBe(await country.store.head());
  });

  it('gives at any earlier position what the live rows were then', async () => {
    expect(marks.length).toBeGreaterThan(5);
    for (const { position, hashes } of marks) expect((await replayed({ position })).hashes).toEqual(hashes);
    expect(new Set(marks.map(({ hashes }) => JSON.stringify(hashes))).size).toBe(marks.length);
  });

  it('gives at a time what had been recorded by then', async () => {
    const all = await events();
    const at = all.at(-100)!.recordedAt;
    const last = all.findLast(({ recordedAt }) => recordedAt <= at)!;
    expect(await replayed({ recordedBy: at })).toEqual(await replayed({ position: last.position }));
    expect(await replayed({ recordedBy: '2020-01-01T00:00:00.000Z' })).toMatchObject({ events: 0 });
  });

  it('knows no position of another log, and none beyond its end', async () => {
    const head = (await country.store.head())!;
    await expect(replayed({ position: 'elsewhere-0000000000000001' })).rejects.toThrow('not one of the log');
    await expect(replayed({ position: `${head.slice(0, -1)}x` })).rejects.toThrow('not one of the log');
    await expect(replayed({ position: `${head.slice(0, -16)}9999999999999999` })).rejects.toThrow();
  });

  it('changes nothing: no row, no lease, no schema, no event', async () => {
    const state = async () => ({
      live: await liveHashes(country),
      head: await country.store.head(),
      leases: (await country.pool.query('SELECT * FROM subs.leases ORDER BY subscription')).rows,
      checkpoints: (await country.pool.query('SELECT * FROM home_board.checkpoints')).rows,
      schemas: (await country.pool.query('SELECT nspname FROM pg_namespace ORDER BY 1')).rows.filter(
        ({ nspname }) => !/^pg_(toast_)?temp_/.test(nspname as string),
      ),
      tables: (await country.pool.query(`SELECT count(*) FROM pg_class WHERE relpersistence = 't'`)).rows,
    });
    const before = await state();
    await replayed('head');
    expect(await state()).toEqual(before);
  });

  describe('by an analyst with no key file', () => {
    const ops = async (
      ...args: string[]
    ): Promise<{ code: number | null; answer: string; output: string }> => {
      const child = runOps(args, { DATA_DIR: home, DATABASE_URL: database.url });
      const code = await child.ended;
      return { code, answer: child.answer(), output: child.output() };
    };

    it('prints rows with coded values, tokens and the classes of what is sealed, and the same hashes', async () => {
      const { code, answer } = await ops('replay', '--to', 'head');
      expect(code).toBe(0);
      for (const [name, hash] of Object.entries(await liveHashes(country)))
        expect(answer).toMatch(new RegExp(`^${name}: \\d+ rows, hash ${hash}$`, 'm'));
      expect(answer).toContain(`"case_id":"${played.caseId}"`);
      expect(answer).toContain('"[sealed identity]"');
      // Neither what was sealed nor its ciphertext.
      const sealed = (await events()).flatMap(
        ({ data }) => JSON.stringify(data).match(/"ct":"[^"]+"/g) ?? [],
      );
      expect(sealed.length).toBeGreaterThan(20);
      for (const ciphertext of sealed) expect(answer).not.toContain(ciphertext.slice(6, -1));
      for (const name of ['Kim', 'Påhittad', '199009092397', needSummary]) expect(answer).not.toContain(name);
    });

    it('prints one agency alone, as JSON, at an earlier position', async () => {
      const { position, hashes } = marks[3]!;
      const { answer } = await ops('replay', '--to', position, '--agency', 'coordinator', '--json');
      const lines = answer
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines[0]).toMatchObject({ position });
      expect(lines[1]).toMatchObject({ readModel: 'coordinator', hash: hashes['coordinator'] });
      expect(lines.slice(2).every(({ readModel }) => readModel === 'coordinator')).toBe(true);
      expect(lines).toHaveLength(2 + (lines[1]!['rows'] as number));
    });

    it('compares the live rows with the log, and fails when they are not what it says', async () => {
      const same = await ops('replay', '--to', 'head', '--compare-live');
      expect(same.code).toBe(0);
      expect(same.answer.match(/the same$/gm)).toHaveLength(allProjections.length);
      const other = await founded.copy();
      const spoilt = await Country.open(other.url);
      await spoilt.pool.query(
        `SET ROLE project_police; UPDATE police.home_case_v1 SET level = 'LOW'; RESET ROLE`,
      );
      await spoilt.close();
      const child = runOps(['replay', '--to', 'head', '--compare-live', '--agency', 'police'], {
        DATA_DIR: home,
        DATABASE_URL: other.url,
      });
      expect(await child.ended).toBe(1);
      expect(child.output()).toContain('Not what the log says: police.');
      const rebuilt = runOps(['rebuild', 'police'], { DATA_DIR: home, DATABASE_URL: other.url });
      expect(await rebuilt.ended).toBe(0);
      expect(rebuilt.answer()).toMatch(
        /^police: serves what was rebuilt .* 1 rows were taken away, 1 put in$/m,
      );
      await other.drop();
    });

    it('is told in one sentence what is wrong with what was asked for', async () => {
      expect((await ops('replay', '--to', 'yesterday')).output).toContain('no such position');
      expect((await ops('replay', '--to', '2026-03-02T08:00')).output).toContain('a time with its offset');
      expect((await ops('replay', '--to', 'head', '--agency', 'nobody')).output).toContain('no read model');
      expect((await ops('rebuild', 'nobody')).output).toContain('no read model');
    });
  });
});
