import type { ProjectionTransaction, RecordedEvent } from '#kernel';
import { delayAfter, type RetryPolicy } from './failure.js';

/**
 * The table subs.parked, inside a transaction of role subs_runner. Rows of a subscription are written only by the one
 * runner that holds its lease; a sequence with any row is blocked, and its events wait in order of position.
 */
export interface WaitingEvent {
  readonly eventId: string;
  readonly stream: string;
  readonly revision: number;
  readonly attempts: number;
}

export type BlockedState = 'retrying' | 'parked';

/** Blocked sequences and whether they are tried again by themselves. */
export const loadBlocked = async (
  transaction: ProjectionTransaction,
  subscription: string,
): Promise<Map<string, BlockedState>> => {
  const { rows } = await transaction.query<{ sequence: string; retrying: boolean }>(
    `select sequence, bool_or(state = 'retrying') as retrying from subs.parked
     where subscription = $1 group by sequence`,
    [subscription],
  );
  return new Map(rows.map((row) => [row.sequence, row.retrying ? 'retrying' : 'parked']));
};

/** Sequences whose next attempt is due by the database's clock. */
export const dueSequences = async (
  transaction: ProjectionTransaction,
  subscription: string,
): Promise<readonly string[]> => {
  const { rows } = await transaction.query<{ sequence: string }>(
    `select sequence from subs.parked
     where subscription = $1 and state = 'retrying' and next_attempt_at <= clock_timestamp() order by position collate "C"`,
    [subscription],
  );
  return rows.map((row) => row.sequence);
};

export const waitingEvents = async (
  transaction: ProjectionTransaction,
  subscription: string,
  sequence: string,
): Promise<readonly WaitingEvent[]> => {
  const { rows } = await transaction.query<WaitingEvent>(
    `select event_id as "eventId", stream, revision::float8 as revision, attempts from subs.parked
     where subscription = $1 and sequence = $2 order by position collate "C"`,
    [subscription, sequence],
  );
  return rows;
};

/** Puts an event behind those of its sequence that wait already. */
export const queueBehind = async (
  transaction: ProjectionTransaction,
  subscription: string,
  sequence: string,
  event: RecordedEvent,
): Promise<void> => {
  await transaction.query(
    `insert into subs.parked (subscription, sequence, event_id, position, stream, revision, state)
     values ($1, $2, $3, $4, $5, $6, 'queued') on conflict do nothing`,
    [subscription, sequence, event.id, event.position, event.stream, event.revision],
  );
};

/** Records a failed attempt, the first or a further one. Tells whether the event will be tried again by itself. */
export const recordFailure = async (
  transaction: ProjectionTransaction,
  subscription: string,
  sequence: string,
  event: RecordedEvent,
  failure: { readonly errorCode: string; readonly attempts: number; readonly policy: RetryPolicy },
): Promise<BlockedState> => {
  const delay = delayAfter(failure.attempts, failure.policy);
  const state: BlockedState = delay === undefined ? 'parked' : 'retrying';
  await transaction.query(
    `insert into subs.parked
       (subscription, sequence, event_id, position, stream, revision, error_code, attempts, state, next_attempt_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp() + $10::float8 * interval '1 millisecond')
     on conflict (subscription, sequence, event_id) do update
       set error_code = excluded.error_code, attempts = excluded.attempts, state = excluded.state,
           next_attempt_at = excluded.next_attempt_at, parked_at = clock_timestamp()`,
    [
      subscription,
      sequence,
      event.id,
      event.position,
      event.stream,
      event.revision,
      failure.errorCode,
      failure.attempts,
      state,
      delay ?? null,
    ],
  );
  return state;
};

/** Takes the first event out; the next one is due at once, so that a worker that dies here does not leave it lying. */
export const removeFirst = async (
  transaction: ProjectionTransaction,
  subscription: string,
  sequence: string,
  eventId: string,
): Promise<void> => {
  await transaction.query(
    `delete from subs.parked where subscription = $1 and sequence = $2 and event_id = $3`,
    [subscription, sequence, eventId],
  );
  await transaction.query(
    `update subs.parked set state = 'retrying', next_attempt_at = clock_timestamp()
     where subscription = $1 and sequence = $2 and event_id = (
       select event_id from subs.parked where subscription = $1 and sequence = $2
       order by position collate "C" limit 1)`,
    [subscription, sequence],
  );
};
