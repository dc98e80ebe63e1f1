import type { Pool } from 'pg';
import { derivedId, type Instant, type ProcessEvent, type RecordedEvent } from '#kernel';
import type { EventStore } from '#event-store';
import type { Logger } from '#platform';
import { subsPlace } from './checkpoint.js';
import type { RowConsumer } from './consumer.js';
import type { Reach } from './crash-points.js';
import { type Lease, leaseFields } from './lease.js';
import type { Shares } from './shares.js';
import {
  appendToProcess,
  asProcessEvent,
  isProcessStream,
  isRunning,
  processEventToAppend,
  processMetadata,
} from './process-stream.js';
import { inTransaction } from './transaction.js';

const timerTypes: readonly ProcessEvent['type'][] = [
  'DeadlineSet',
  'DeadlineCleared',
  'DeadlineFired',
  'ProcessEnded',
];

/** subs.timers: which deadlines run. Only a list of candidates: whether one still runs is read from its stream. */
export const timersConsumer: RowConsumer = {
  kind: 'rows',
  name: 'timers',
  place: subsPlace,
  handles: (event) =>
    isProcessStream(event.stream) && timerTypes.includes(event.type as ProcessEvent['type']),
  sequenceOf: (event) => event.stream,
  apply: async (recorded, transaction) => {
    const event = asProcessEvent(recorded);
    const { stream, revision } = recorded;
    if (event.type === 'DeadlineSet')
      await transaction.query(
        `insert into subs.timers (stream, name, set_at, due_at) values ($1, $2, $3, $4)
         on conflict (stream, name) do update set set_at = excluded.set_at, due_at = excluded.due_at`,
        [stream, event.data.name, revision, event.data.dueAt],
      );
    if (event.type === 'DeadlineCleared')
      await transaction.query(`delete from subs.timers where stream = $1 and name = $2`, [
        stream,
        event.data.name,
      ]);
    if (event.type === 'DeadlineFired')
      await transaction.query(`delete from subs.timers where stream = $1 and name = $2 and set_at = $3`, [
        stream,
        event.data.name,
        event.data.setAt,
      ]);
    if (event.type === 'ProcessEnded')
      await transaction.query(`delete from subs.timers where stream = $1`, [stream]);
  },
};

export interface Timer {
  readonly stream: string;
  readonly name: string;
  /** Revision of the DeadlineSet event. */
  readonly setAt: number;
}

/**
 * Appends DeadlineFired unless the deadline was cleared, replaced or fired meanwhile or the process has ended.
 * True when it was appended.
 */
export const fireDeadline = async (
  store: EventStore,
  timer: Timer,
  now: () => Date,
  reach: Reach,
  confirm: () => Promise<void>,
): Promise<boolean> => {
  const position = await appendToProcess(store, timer.stream, async (process) => {
    const set: RecordedEvent | undefined = process.events[timer.setAt];
    const deadline = set && asProcessEvent(set);
    if (!set || deadline?.type !== 'DeadlineSet' || !isRunning(process, timer.name, timer.setAt))
      return undefined;
    const fired: ProcessEvent = {
      type: 'DeadlineFired',
      data: { name: timer.name, dueAt: deadline.data.dueAt, setAt: timer.setAt },
    };
    const metadata = processMetadata(set.metadata.actor.replace(/^process:/, ''), set, {
      commandId: derivedId('deadline', timer.stream, timer.setAt),
      occurredAt: now().toISOString(),
    });
    await confirm();
    reach('deadline.before-fire');
    return [processEventToAppend(timer.stream, fired, 0, metadata)];
  });
  if (position !== undefined) reach('deadline.after-fire');
  return position !== undefined;
};

/** The earliest deadline after an instant, by the rows: where simulated time may jump to once all is settled. */
export const nextDueAfter = async (pool: Pool, after: Date): Promise<Instant | undefined> => {
  const { rows } = await inTransaction(pool, { role: 'subs_reader', idleLimitMs: 5_000 }, (transaction) =>
    transaction.query<{ due_at: Date | null }>(
      `select min(due_at) as due_at from subs.timers where due_at > $1`,
      [after],
    ),
  );
  return rows[0]?.due_at?.toISOString();
};

export interface Overdue {
  readonly count: number;
  /** How long the longest of them has been due; 0 when there is none. */
  readonly oldestSeconds: number;
}

/** What is due at an instant and has not fired, by the rows. */
export const overdueAt = async (pool: Pool, now: Date): Promise<Overdue> => {
  const { rows } = await inTransaction(pool, { role: 'subs_reader', idleLimitMs: 5_000 }, (transaction) =>
    transaction.query<{ count: number; oldest: Date | null }>(
      `select count(*)::int as count, min(due_at) as oldest from subs.timers where due_at <= $1`,
      [now],
    ),
  );
  const { count = 0, oldest = null } = rows[0] ?? {};
  return { count, oldestSeconds: oldest ? (now.getTime() - oldest.getTime()) / 1_000 : 0 };
};

/** Fires what is due by the injected clock. One at a time: overlapping calls wait for each other. */
export class DeadlineClock {
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly parts: {
      readonly store: EventStore;
      readonly pool: Pool;
      readonly lease: Lease;
      readonly shares: Shares;
      readonly now: () => Date;
      readonly reach: Reach;
      readonly leaseMs: number;
      readonly log: Logger;
    },
  ) {}

  /** Number of deadlines that were fired; 0 when another process has the task, undefined when at this moment nobody has. */
  tick(): Promise<number | undefined> {
    const tick = this.#last.then(() => this.#tick());
    this.#last = tick.catch(() => undefined);
    return tick;
  }

  async #tick(): Promise<number | undefined> {
    const { store, pool, lease, shares, now, reach, leaseMs, log } = this.parts;
    const allotted = shares.includes(lease.subscription);
    if (lease.held && !allotted) {
      const given = leaseFields(lease);
      await lease.release();
      log.info('lease given back to share the work', given);
    }
    if (lease.held) await lease.confirm();
    else if (!(await lease.acquire(allotted))) return (await lease.isFree()) ? undefined : 0;
    else log.info('lease taken', leaseFields(lease));
    const due = await inTransaction(pool, { role: 'subs_runner', idleLimitMs: leaseMs }, (transaction) =>
      transaction.query<Timer>(
        `select stream, name, set_at::float8 as "setAt" from subs.timers
         where due_at <= $1 order by due_at, stream, name limit 1000`,
        [now()],
      ),
    );
    let fired = 0;
    for (const timer of due.rows) {
      if (await fireDeadline(store, timer, now, reach, () => lease.confirm())) fired += 1;
    }
    return fired;
  }
}
