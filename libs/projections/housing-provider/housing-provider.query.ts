import type { Pool } from 'pg';
import {
  asReader,
  findWithSealed,
  type InboxRequest,
  listInbox,
  listRows,
  type Page,
  type PageRequest,
  type ReadBy,
  viewOf,
} from '../shared/read.js';
import { type InboxEntry, type WithSealed } from '../shared/read.js';
import {
  type Admission,
  admissionColumns,
  admissionTable,
  toldOfAdmission,
} from './housing-provider.projection.js';

const schema = 'housing_provider';
const admissions = viewOf<Admission, Parameters<typeof admissionTable.save>[1]>(
  admissionTable,
  admissionColumns,
  toldOfAdmission,
);

/** An admission that the provider's directors are asked for. */
export const findAdmission = (
  pool: Pool,
  by: ReadBy,
  proposalId: string,
): Promise<WithSealed<Admission> | undefined> => findWithSealed(pool, schema, admissions, by, proposalId);

export const listAdmissions = (pool: Pool, by: ReadBy, page: PageRequest): Promise<Page<Admission>> =>
  asReader(pool, schema, by, (client) => listRows(client, admissions, page));

export const listProviderInbox = (pool: Pool, by: ReadBy, page: InboxRequest): Promise<Page<InboxEntry>> =>
  listInbox(pool, schema, by, page);
