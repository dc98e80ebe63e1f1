import type { Pool } from 'pg';
import {
  asReader,
  findWithSealed,
  type InboxEntry,
  type InboxRequest,
  listInbox,
  listRows,
  type Page,
  type PageRequest,
  type ReadBy,
  viewOf,
  type WithSealed,
} from '../shared/read.js';
import { type TaxProtection, taxProtectionColumns, taxProtectionTable } from './tax-agency.projection.js';

const schema = 'tax_agency';
const protections = viewOf<TaxProtection, Parameters<typeof taxProtectionTable.save>[1]>(
  taxProtectionTable,
  taxProtectionColumns,
);

/** What is asked of the reader at Skatteverket in one case. */
export const findTaxProtection = (
  pool: Pool,
  by: ReadBy,
  caseId: string,
): Promise<WithSealed<TaxProtection> | undefined> => findWithSealed(pool, schema, protections, by, caseId);

export const listTaxProtections = (pool: Pool, by: ReadBy, page: PageRequest): Promise<Page<TaxProtection>> =>
  asReader(pool, schema, by, (client) => listRows(client, protections, page));

export const listTaxInbox = (pool: Pool, by: ReadBy, page: InboxRequest): Promise<Page<InboxEntry>> =>
  listInbox(pool, schema, by, page);
