import type { Pool } from 'pg';
import {
  asReader,
  findWithSealed,
  listRows,
  type Page,
  pageOf,
  type PageRequest,
  type ReadBy,
  viewOf,
  type WithSealed,
} from '../shared/read.js';
import { type Inquiry, inquiryColumns, inquiryTable } from './inquiries.projection.js';

const schema = 'inquiry';
const inquiries = viewOf<Inquiry, Parameters<typeof inquiryTable.save>[1]>(inquiryTable, inquiryColumns);

/** An inquiry in which the reader is named. */
export const findInquiry = (
  pool: Pool,
  by: ReadBy,
  inquiryId: string,
): Promise<WithSealed<Inquiry> | undefined> => findWithSealed(pool, schema, inquiries, by, inquiryId);

/**
 * Inquiries in which the reader is named, but for those about somebody of whom the reader may know nothing.
 * @param hidden says which of these persons, by their random ids. What is hidden is no row: it shortens no page and
 *   leaves no cursor.
 * @throws DomainError for a bad limit or cursor
 */
export const listInquiries = async (
  pool: Pool,
  by: ReadBy,
  { limit, cursor }: PageRequest,
  hidden: (subjects: ReadonlySet<string>) => Promise<ReadonlySet<string>>,
): Promise<Page<Inquiry>> => {
  const shown: Inquiry[] = [];
  for (let from = cursor; ;) {
    const { page, subjects } = await pageWithSubjects(pool, by, { limit, cursor: from });
    // Not while the rows are held: it reads the log.
    const gone = await hidden(new Set(subjects.values()));
    shown.push(...page.items.filter(({ inquiryId }) => !gone.has(subjects.get(inquiryId) ?? '')));
    // One more than asked for says that there is another page.
    if (page.next === undefined || shown.length > limit) break;
    from = page.next;
  }
  return pageOf(shown, limit, ({ inquiryId }) => [inquiryId]);
};

/** With the persons whom each is about, as far as the reader may open who it is: random ids, which go no further. */
const pageWithSubjects = (pool: Pool, by: ReadBy, request: PageRequest) =>
  asReader(pool, schema, by, async (client) => {
    const page = await listRows(client, inquiries, request);
    const { rows } = await client.query<{ inquiryId: string; subject: string }>(
      `SELECT DISTINCT row_key AS "inquiryId", envelope->>'subject' AS subject FROM ${schema}.sealed_v1
       WHERE row_key = ANY ($1)`,
      [page.items.map(({ inquiryId }) => inquiryId)],
    );
    return { page, subjects: new Map(rows.map(({ inquiryId, subject }) => [inquiryId, subject])) };
  });
