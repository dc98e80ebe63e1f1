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
import {
  type DocumentRequest,
  documentRequestColumns,
  documentRequestTable,
} from './public-access.projection.js';

const schema = 'public_access';
const requests = viewOf<DocumentRequest, Parameters<typeof documentRequestTable.save>[1]>(
  documentRequestTable,
  documentRequestColumns,
);

/** A request for official documents of the reader's own authority. */
export const findDocumentRequest = (
  pool: Pool,
  by: ReadBy,
  requestId: string,
): Promise<WithSealed<DocumentRequest> | undefined> => findWithSealed(pool, schema, requests, by, requestId);

export const listDocumentRequests = (
  pool: Pool,
  by: ReadBy,
  page: PageRequest,
): Promise<Page<DocumentRequest>> => asReader(pool, schema, by, (client) => listRows(client, requests, page));
