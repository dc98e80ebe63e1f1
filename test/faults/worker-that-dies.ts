import { openPostgresEventStore } from '#event-store/postgres';
import { codec } from '#application';
import { createLogger, createPool, type CrashPoints, SettableClock } from '#platform';
import type { Projection } from '#kernel';
import { allProjections, policeProjection } from '#projections';
import type { RunnersSettings } from '#subscriptions';
import { createWorker } from '../../apps/worker/create-worker.js';

/**
 * A program for the fault tests: the real worker, with a clock that its parent sets, and with crash points that end the
 * process by SIGKILL. What is started in production has neither.
 */

/** Where a process dies: when it reaches this point for the `time`-th time, counted from 1. */
export interface CrashPlace {
  readonly point: string;
  readonly time: number;
  /** Counted from this instant (UTC) of the simulated time on; from the start of the process when absent. */
  readonly from?: string;
}

export interface WorkerOrders {
  readonly databaseUrl: string;
  /** What time it is, UTC. */
  readonly now: string;
  readonly dieAt?: CrashPlace;
  /** The read model of home Police fails at each event of this type until it has been set aside: then it goes through. */
  readonly failsAtFirst?: string;
  readonly settings?: Partial<RunnersSettings>;
}

/** Parent to worker: it is this instant (UTC); say when everything is worked off. */
export interface Settle {
  readonly now: string;
}

/** Worker to parent. */
export type WorkerSays =
  | {
      readonly settled: true;
      /** The next deadline that runs, UTC. */
      readonly nextDueAt: string | undefined;
      /** How often each crash point was reached since the start of this process. */
      readonly reached: Readonly<Record<string, number>>;
    }
  | { readonly settled: false; readonly why: string };

const orders = JSON.parse(process.argv[2] ?? '{}') as WorkerOrders;
const clock = new SettableClock(orders.now);
const log = createLogger({ component: 'worker-that-dies', level: 'warn' });

const reached: Record<string, number> = {};
const { dieAt } = orders;
let untilDeath = dieAt?.time ?? 0;
const crashPoints: CrashPoints = {
  reach(point) {
    reached[point] = (reached[point] ?? 0) + 1;
    if (dieAt?.point !== point || (dieAt.from && clock.now().toISOString() < dieAt.from)) return;
    untilDeath -= 1;
    if (untilDeath === 0) process.kill(process.pid, 'SIGKILL');
  },
};

const pool = createPool(orders.databaseUrl, { name: 'worker', logger: log, max: 16 });
const store = await openPostgresEventStore({
  connection: { connectionString: orders.databaseUrl },
  codec,
  name: 'worker',
});
/** The same projection, which one event after another meets badly once, as long as nothing says that it was set aside. */
const failing = (projection: Projection, type: string): Projection => ({
  ...projection,
  async apply(event, transaction) {
    if (event.type === type) {
      const { rowCount } = await pool.query(
        `SELECT FROM subs.parked WHERE subscription = $1 AND event_id = $2`,
        [projection.name, event.id],
      );
      if (rowCount === 0) throw new TypeError('not yet');
    }
    await projection.apply(event, transaction);
  },
});

const { failsAtFirst } = orders;
const worker = createWorker({
  store,
  pool,
  clock,
  log,
  crashPoints,
  ...(failsAtFirst && {
    projections: allProjections.map((one) => (one === policeProjection ? failing(one, failsAtFirst) : one)),
  }),
  // The same name after a restart: it takes its leases back at once and need not wait for their end.
  holder: 'worker-that-dies',
  settings: { pollMs: 250, deadlineTickMs: 250, ...orders.settings },
});
worker.start();

const settle = async ({ now }: Settle): Promise<WorkerSays> => {
  try {
    clock.set(now);
    await worker.settled(120_000);
    return { settled: true, nextDueAt: await worker.nextDueAt(), reached };
  } catch (error) {
    return { settled: false, why: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown' };
  }
};
process.on('message', (message: Settle) => void settle(message).then((says) => process.send?.(says)));
// The parent has ended or wants no more.
process.on('disconnect', () => {
  void worker
    .stop()
    .then(() => store.close())
    .then(() => pool.end())
    .then(() => process.exit(0));
});
