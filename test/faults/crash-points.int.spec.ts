import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parkingCrashPoints, subscriptionCrashPoints } from '#subscriptions';
import { Country, foundedDatabase, type FoundedDatabase } from './country.js';
import { playMainPath } from './main-path.js';
import { type Left, whatWasLeft } from '../../apps/ops/drill/what-was-left.js';
import type { CrashPlace } from './worker-that-dies.js';
import { WorkerProcess } from './worker-process.js';

// One case from request to departure on a real PostgreSQL, officials in this process, the worker in one of its own.

interface Run {
  /** When the person lives at the new place, and many rows are there that the withdrawal will empty. */
  readonly placed: Left;
  readonly end: Left;
  readonly deaths: number;
  /** How often the worker that was running at the end had reached each crash point. */
  readonly reached: Readonly<Record<string, number>>;
  /** What time it was (UTC) when the person lived at the new place, and how often each had been reached by then. */
  readonly whenPlaced: { readonly at: string; readonly reached: Readonly<Record<string, number>> };
}

let founded: FoundedDatabase;
let undisturbed: Run;

const play = async (
  disturbance: {
    readonly deaths?: readonly CrashPlace[];
    readonly failsAtFirst?: string;
    readonly afterCommand?: (number: number, worker: WorkerProcess) => Promise<void>;
  } = {},
): Promise<Run> => {
  const database = await founded.copy();
  const country = await Country.open(database.url);
  const { deaths, failsAtFirst } = disturbance;
  const worker = new WorkerProcess({ databaseUrl: database.url, deaths, failsAtFirst });
  const look = () => whatWasLeft(country.store, database.adminUrl);
  let placed: Left | undefined;
  let reached: Run['reached'] = {};
  let whenPlaced: Run['whenPlaced'] | undefined;
  try {
    await playMainPath(country, {
      async settled() {
        const settled = await worker.settled(country.now);
        reached = settled.reached;
        return settled.nextDueAt;
      },
      afterCommand: async (number) => disturbance.afterCommand?.(number, worker),
      async placed() {
        placed = await look();
        whenPlaced = { at: country.now, reached: { ...reached } };
      },
    });
    return {
      placed: placed!,
      end: await look(),
      deaths: worker.deaths,
      reached,
      whenPlaced: whenPlaced!,
    };
  } finally {
    await worker.stop();
    await country.close();
    await database.drop();
  }
};

const hash = (lines: readonly string[]): string =>
  createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);

const hashes = ({ placed, end }: Run) => ({
  logWhenPlaced: hash(placed.log),
  rowsWhenPlaced: hash(placed.rows),
  log: hash(end.log),
  rows: hash(end.rows),
});

const expectTheSame = (run: Run): void => {
  // Line by line first: what differs is then told.
  expect(run.placed).toEqual(undisturbed.placed);
  expect(run.end).toEqual(undisturbed.end);
  expect(hashes(run)).toEqual(hashes(undisturbed));
};

const survived: string[] = [];

/** Several deaths in one story: each at another point, and each by the process that was started after the last one. */
const deathsPerStory = 7;
const turns = subscriptionCrashPoints.flatMap((_, index, all) => {
  if (index % deathsPerStory !== 0) return [];
  const points = all.slice(index, index + deathsPerStory);
  return [{ points, titled: points.join(', then ') }];
});

beforeAll(async () => {
  founded = await foundedDatabase();
  undisturbed = await play();
});
afterAll(async () => {
  await founded.close();
  // Seen in every run, also where jest tells no titles.
  process.stdout.write(`${['Killed by SIGKILL, and nothing was lost:', ...survived].join('\n  ')}\n`);
});

describe('A case on the main path', () => {
  it('is one that leads everywhere: refused once, expired once, placed, missed once, withdrawn', () => {
    const { placed, end, deaths, reached } = undisturbed;
    expect(deaths).toBe(0);
    const of = (lines: readonly string[], text: string) => lines.filter((line) => line.includes(text)).length;
    expect(of(end.log, 'area.moved_on')).toBeGreaterThan(0);
    for (const type of [
      'ProposalAbandoned',
      'ProposalExpired',
      'PlacementAccepted',
      'PlacementCleared',
      'ArrivalConfirmed',
      'FollowUpRecorded',
      'FollowUpMissed',
    ])
      expect([type, of(placed.log, `"type":"${type}","id"`)]).toEqual([type, 1]);
    for (const type of ['WaiverWithdrawn', 'PlacementEnded', 'DepartureConfirmed']) {
      expect([type, of(placed.log, `"type":"${type}","id"`)]).toEqual([type, 0]);
      expect([type, of(end.log, `"type":"${type}","id"`)]).toEqual([type, 1]);
    }
    // Every read model and the grants have something to lose.
    for (const schema of [
      'home_board',
      'receiving_board',
      'police',
      'coordinator',
      'housing_provider',
      'vault',
    ])
      expect([schema, of(placed.rows, `${schema}.`) > 0]).toEqual([schema, true]);
    expect([...placed.rows, ...end.rows].filter((row) => row.startsWith('subs.parked'))).toEqual([]);
    // The worker passed every crash point, so that it can die there.
    expect(Object.keys(reached).sort()).toEqual([...subscriptionCrashPoints].sort());
  });

  it.each(turns)('ends the same when the worker is killed at $titled', async ({ points }) => {
    // Over the first half of the story, so that all of them come about: how often a point is reached is no fixed number,
    // since what comes fast is taken in pages, and what comes slowly one by one.
    const deaths = points.map((point) => ({
      point,
      time: Math.max(1, Math.floor(undisturbed.reached[point]! / (2 * points.length))),
    }));
    const run = await play({ deaths });
    expect(run.deaths).toBe(points.length);
    expectTheSame(run);
    for (const { point, time } of deaths)
      survived.push(`${point} ok (at ${time} of ${undisturbed.reached[point]})`);
  });

  // Only an event that fails leads there: the read model of home Police fails once at each assessment. The last death comes
  // late, while the person is withdrawn: counted from then on, the first time, which comes in every run.
  const late = 'dispatcher.after-send';
  it(`ends the same when an event fails and the worker is killed at ${parkingCrashPoints.join(', then ')}, and late at ${late}`, async () => {
    const { reached, whenPlaced } = undisturbed;
    expect(reached[late]).toBeGreaterThan(whenPlaced.reached[late]!);
    const deaths = [
      ...parkingCrashPoints.map((point) => ({ point, time: 1 })),
      { point: late, time: 1, from: whenPlaced.at },
    ];
    const run = await play({ deaths, failsAtFirst: 'ThreatAssessed' });
    expect(run.deaths).toBe(deaths.length);
    expectTheSame(run);
    survived.push(...parkingCrashPoints.map((point) => `${point} ok`));
    survived.push(`${late} ok (late, when ${whenPlaced.reached[late]} of ${reached[late]} were over)`);
  });

  it('ends the same when the worker is killed from outside, whatever it is doing', async () => {
    const random = seeded(20_261_122);
    const commands = [1 + Math.floor(random() * 10), 11 + Math.floor(random() * 10)];
    const run = await play({
      async afterCommand(number, worker) {
        if (!commands.includes(number)) return;
        await sleep(random() * 120);
        await worker.kill();
      },
    });
    expect(run.deaths).toBe(2);
    expectTheSame(run);
    survived.push(`from outside, while it worked on commands ${commands.join(' and ')} ok`);
  });
});

/** Mulberry32: the same numbers in each run, evenly between 0 and 1. */
const seeded = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
};
