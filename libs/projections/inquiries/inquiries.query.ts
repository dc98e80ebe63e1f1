import type { Pool } from 'pg';
import {
  asReader,
  findWithSealed,
  listRows,
  type Page,
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

export const listInquiries = (pool: Pool, by: ReadBy, page: PageRequest): Promise<Page<Inquiry>> =>
  asReader(pool, schema, by, (client) => listRows(client, inquiries, page));
