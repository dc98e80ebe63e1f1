import type { Pool } from 'pg';
import type { Instant, Token } from '#kernel';
import type { OfficialFunction } from '#domain/appointment';
import { withTransaction } from '#platform';
import { assertServing } from '../shared/serving.js';

const read = { role: 'read_directory', readOnly: true } as const;

/** In which case's consent stream to look for a candidate or a proposal; undefined when none is known (yet). */
export const caseOf = (pool: Pool, id: string): Promise<string | undefined> =>
  withTransaction(pool, read, async (client) => {
    await assertServing(pool, client, 'directory');
    const { rows } = await client.query<{ caseId: string }>(
      `SELECT case_id AS "caseId" FROM directory.case_of_v1 WHERE id = $1`,
      [id],
    );
    return rows[0]?.caseId;
  });

/** Officials who were ever appointed to one of the functions there, oldest appointment first; their streams decide. */
export const officialsHolding = (
  pool: Pool,
  organisation: Token,
  functions: readonly OfficialFunction[],
): Promise<readonly Token[]> =>
  withTransaction(pool, read, async (client) => {
    await assertServing(pool, client, 'directory');
    const { rows } = await client.query<{ official: Token }>(
      `SELECT official FROM directory.appointment_v1 WHERE organisation = $1 AND function = ANY ($2)
       GROUP BY official ORDER BY min(from_at), official`,
      [organisation, functions],
    );
    return rows.map(({ official }) => official);
  });

export interface AppointmentEntry {
  readonly organisation: Token;
  readonly agencyKind: string;
  readonly function: OfficialFunction;
}

/** Where an official holds a function at an instant, as a proposal; the appointment stream decides. */
export const appointmentsOf = (
  pool: Pool,
  official: Token,
  at: Instant,
): Promise<readonly AppointmentEntry[]> =>
  withTransaction(pool, read, async (client) => {
    await assertServing(pool, client, 'directory');
    const { rows } = await client.query<AppointmentEntry>(
      `SELECT organisation, agency_kind AS "agencyKind", function FROM directory.appointment_v1
       WHERE official = $1 AND from_at <= $2 AND (until_at IS NULL OR until_at > $2) ORDER BY from_at, appointment_id`,
      [official, at],
    );
    return [...rows];
  });
