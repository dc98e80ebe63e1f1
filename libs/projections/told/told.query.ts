import type { Pool } from 'pg';
import { type Instant, recordOf, type ToldKind, toldKinds } from '#kernel';
import {
  asReader,
  listGroups,
  type Page,
  type PageRequest,
  type ReadBy,
  rowsWhere,
  sealedOf,
  type SealedPart,
  type View,
  viewOf,
} from '../shared/read.js';
import { toldSchemaOf } from '../shared/serving.js';
import { type Telling, tellingColumns, type TellingRow, tellingTables } from './told.projection.js';

/** A case of which the reader was told something. */
export interface ToldCase {
  readonly caseId: string;
  /** How many tellings to this reader are open. */
  readonly tellings: number;
  readonly firstToldAt: Instant;
}

const views: Readonly<Record<ToldKind, View<Telling>>> = recordOf(toldKinds, (kind) =>
  viewOf<Telling, TellingRow>(tellingTables[kind], tellingColumns),
);

/** What the reader was told of one case, with its envelopes; undefined when there is nothing, or nothing for this reader. */
export const findToldCase = (
  pool: Pool,
  kind: ToldKind,
  by: ReadBy,
  caseId: string,
  now: Instant,
): Promise<{ readonly tellings: readonly Telling[]; readonly sealed: readonly SealedPart[] } | undefined> =>
  asReader(pool, toldSchemaOf(kind), by, async (client) => {
    const tellings = (await rowsWhere(client, views[kind], 'caseId', caseId)).filter(
      ({ expiresAt }) => expiresAt === null || expiresAt > now,
    );
    if (tellings.length === 0) return undefined;
    return { tellings, sealed: await sealedOf(client, toldSchemaOf(kind), caseId) };
  });

/** Cases of which the reader was told something. @throws DomainError for a bad limit or cursor */
export const listToldCases = (
  pool: Pool,
  kind: ToldKind,
  by: ReadBy,
  page: PageRequest,
  now: Instant,
): Promise<Page<ToldCase>> =>
  asReader(pool, toldSchemaOf(kind), by, (client) =>
    listGroups<ToldCase>(
      client,
      `SELECT case_id AS "caseId", count(*)::int AS tellings,
         to_char(min(told_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "firstToldAt"
       FROM ${toldSchemaOf(kind)}.telling_v1 WHERE expires_at IS NULL OR expires_at > $1 GROUP BY case_id`,
      [now],
      'caseId',
      page,
    ),
  );
