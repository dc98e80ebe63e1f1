import type { Pool } from 'pg';
import type { DataClass, Instant, Token } from '#kernel';
import {
  asReader,
  checkedLimit,
  decodeDue,
  type InboxEntry,
  type InboxRequest,
  listInbox,
  type Page,
  type PageRequest,
  pageOf,
  type ReadBy,
} from '../shared/read.js';
import { type ReviewItem, reviewItemColumns, reviewItemTable } from './log-review.projection.js';

export const reviewStates = ['OPEN', 'SETTLED'] as const;
export type ReviewState = (typeof reviewStates)[number];

/** A record as its reviewer sees it. Tokens and ids are for the api to turn into references; they do not go out. */
export interface ReviewedRecord extends ReviewItem {
  /** Which of the review's records it is, from 1: that of the vault counts everybody's reads, and stays inside. */
  readonly number: number;
  /** Review and number: where a list goes on. */
  readonly place: string;
  readonly action: 'READ' | 'NAME' | 'VIEW' | 'LIST' | 'INBOX' | 'CHECK' | 'REFUSED';
  readonly at: Instant;
  /** Null of a refusal that names nobody. */
  readonly person: Token | null;
  readonly unit: string | null;
  readonly caseId: string | null;
  readonly subject: string | null;
  readonly class: DataClass | null;
  readonly purpose: string | null;
  readonly foot: string | null;
  readonly legalBasis: string | null;
  /** Of a refusal. */
  readonly refusedBecause: string | null;
}

const columns = Object.keys(reviewItemColumns) as (keyof ReviewItem)[];

/**
 * What waits for this reviewer, or is settled, the next date first. Records of the reviewer's own reading are not there:
 * the vault does not show them.
 */
export const listReviews = (
  pool: Pool,
  by: ReadBy,
  { state, ...request }: PageRequest & { readonly state: ReviewState },
): Promise<Page<ReviewedRecord>> => {
  const limit = checkedLimit(request.limit);
  const [due, item] = decodeDue(request.cursor);
  return asReader(pool, 'log_review', by, async (client) => {
    const { rows } = await client.query(
      `SELECT i.*, r.action, r.person, r.unit, r.case_id AS "caseId", r.subject, r.class, r.purpose, r.foot,
         r.legal_basis AS "legalBasis", r.reason AS "refusedBecause",
         to_char(r.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "at"
       FROM (
         SELECT *, "reviewId" || '/' || lpad(number::text, 9, '0') AS place FROM (
           SELECT ${reviewItemTable.list(columns)}, settle_by AS sort_by,
             row_number() OVER (PARTITION BY review_id ORDER BY record) AS number
           FROM log_review.item_v1
         ) AS numbered
       ) AS i
       CROSS JOIN LATERAL vault.records_for_review(ARRAY[i.records], ARRAY[i.record]) AS r
       WHERE (i.outcome IS NULL) = ($1 = 'OPEN') AND (i.sort_by, i.place) > ($2::timestamptz, $3)
       ORDER BY i.sort_by, i.place LIMIT $4`,
      [state, due, item, limit + 1],
    );
    const records = rows.map(({ sort_by: _sort, ...row }) => ({
      ...row,
      // Numbers come as text: they may be larger than an integer of 32 bits.
      record: Number((row as { record: unknown }).record),
      number: Number((row as { number: unknown }).number),
    }));
    // A cursor goes out as well, and is made of what is shown.
    return pageOf(records as unknown as ReviewedRecord[], limit, (row) => [row.settleBy, row.place]);
  });
};

/** Reviews of which something is open, for the reviewers of the agency; not what is about the reviewer alone. */
export const listReviewInbox = (pool: Pool, by: ReadBy, page: InboxRequest): Promise<Page<InboxEntry>> =>
  listInbox(pool, 'log_review', by, page);

/** The first record of a review, with its case; undefined when it is not this agency's, or of the reviewer. */
export const findReviewed = (
  pool: Pool,
  by: ReadBy,
  reviewId: string,
): Promise<Pick<ReviewedRecord, 'origin' | 'record' | 'caseId'> | undefined> =>
  asReader(pool, 'log_review', by, async (client) => {
    const { rows } = await client.query<{
      origin: ReviewItem['origin'];
      record: string;
      caseId: string | null;
    }>(
      `SELECT i.origin, i.record, r.case_id AS "caseId" FROM log_review.item_v1 i
       CROSS JOIN LATERAL vault.records_for_review(ARRAY[i.records], ARRAY[i.record]) AS r
       WHERE i.review_id = $1 ORDER BY i.item LIMIT 1`,
      [reviewId],
    );
    return rows[0] && { ...rows[0], record: Number(rows[0].record) };
  });
