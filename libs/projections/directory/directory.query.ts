import type { Pool } from 'pg';
import type { Instant, Token } from '#kernel';
import type { OfficialFunction } from '#domain/appointment';
import { sessionsIn, Together } from '#platform';
import { assertServing } from '../shared/serving.js';

const role = 'read_directory';

/** Rows that somebody may be shown before the look-up table has their ids: each says itself in which case to look. */
const shown = [
  ['coordinator.candidate_v1', 'candidate_id'],
  ['coordinator.proposal_v1', 'proposal_id'],
  ['receiving_board.proposal_v1', 'proposal_id'],
  ['housing_provider.admission_v1', 'proposal_id'],
  ['police.referral_v1', 'candidate_id'],
  ['police.placement_v1', 'proposal_id'],
  ['home_board.alarm_v1', 'proposal_id'],
] as const;
const caseOfShown = shown
  .map(([table, key]) => `SELECT case_id AS "caseId" FROM ${table} WHERE ${key} = $1`)
  .join(' UNION ALL ');

/**
 * In which case's consent stream to look for a candidate or a proposal; undefined when none is known (yet). The table may
 * be behind, or a sequence of it parked: what somebody is shown is found all the same.
 */
export const caseOf = async (pool: Pool, id: string): Promise<string | undefined> => {
  const session = sessionsIn(pool, role);
  await assertServing(pool, session, 'directory');
  const { rows } = await session.query<{ caseId: string }>(
    `SELECT case_id AS "caseId" FROM directory.case_of_v1 WHERE id = $1`,
    [id],
  );
  if (rows[0]) return rows[0].caseId;
  const { rows: found } = await session.query<{ caseId: string }>(`${caseOfShown} LIMIT 1`, [id]);
  return found[0]?.caseId;
};

interface Held {
  readonly organisation: Token;
  readonly functions: readonly OfficialFunction[];
}
const together = new WeakMap<Pool, Together<Held, readonly Token[]>>();

/**
 * Officials who were ever appointed to one of the functions there, oldest appointment first; their streams decide. What
 * is asked for at the same moment is asked for in one statement.
 */
export const officialsHolding = (
  pool: Pool,
  organisation: Token,
  functions: readonly OfficialFunction[],
): Promise<readonly Token[]> => {
  const asking =
    together.get(pool) ?? new Together<Held, readonly Token[]>((asked) => officialsHoldingEach(pool, asked));
  together.set(pool, asking);
  return asking.add({ organisation, functions });
};

const officialsHoldingEach = async (pool: Pool, asked: readonly Held[]): Promise<readonly Token[][]> => {
  const session = sessionsIn(pool, role);
  await assertServing(pool, session, 'directory');
  const { rows } = await session.query<{ n: string; official: Token }>(
    `SELECT q.n, a.official
     FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS q (organisation, functions, n)
     CROSS JOIN LATERAL (
       SELECT official, min(from_at) AS first FROM directory.appointment_v1
       WHERE organisation = q.organisation AND function = ANY (string_to_array(q.functions, ','))
       GROUP BY official
     ) AS a
     ORDER BY q.n, a.first, a.official`,
    [asked.map(({ organisation }) => organisation), asked.map(({ functions }) => functions.join(','))],
  );
  const found = asked.map((): Token[] => []);
  for (const { n, official } of rows) found[Number(n) - 1]?.push(official);
  return found;
};

export interface AppointmentEntry {
  readonly organisation: Token;
  readonly agencyKind: string;
  readonly function: OfficialFunction;
}

/** Where an official holds a function at an instant, as a proposal; the appointment stream decides. */
export const appointmentsOf = async (
  pool: Pool,
  official: Token,
  at: Instant,
): Promise<readonly AppointmentEntry[]> => {
  const session = sessionsIn(pool, role);
  await assertServing(pool, session, 'directory');
  const { rows } = await session.query<AppointmentEntry>(
    `SELECT organisation, agency_kind AS "agencyKind", function FROM directory.appointment_v1
     WHERE official = $1 AND from_at <= $2 AND (until_at IS NULL OR until_at > $2) ORDER BY from_at, appointment_id`,
    [official, at],
  );
  return [...rows];
};
