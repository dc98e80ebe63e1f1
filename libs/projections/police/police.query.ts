import type { Pool } from 'pg';
import {
  asReader,
  findWithSealed,
  type InboxRequest,
  listInbox,
  listRows,
  rowsWhere,
  type Page,
  type PageRequest,
  type ReadBy,
  viewOf,
} from '../shared/read.js';
import { findRow, type InboxEntry, type WithSealed } from '../shared/read.js';
import {
  type InquiryNotice,
  inquiryNoticeColumns,
  inquiryNoticeTable,
  type PoliceHomeCase,
  policeHomeCaseColumns,
  policeHomeCaseTable,
  type PolicePlacement,
  policePlacementColumns,
  policePlacementTable,
  type PoliceReferral,
  policeReferralColumns,
  policeReferralTable,
  toldOfPlacement,
  toldOfPoliceHomeCase,
  toldOfReferral,
} from './rows.js';

const schema = 'police';
const homeCases = viewOf<PoliceHomeCase, Parameters<typeof policeHomeCaseTable.save>[1]>(
  policeHomeCaseTable,
  policeHomeCaseColumns,
  toldOfPoliceHomeCase,
);
const referrals = viewOf<PoliceReferral, Parameters<typeof policeReferralTable.save>[1]>(
  policeReferralTable,
  policeReferralColumns,
  toldOfReferral,
);
const placements = viewOf<PolicePlacement, Parameters<typeof policePlacementTable.save>[1]>(
  policePlacementTable,
  policePlacementColumns,
  toldOfPlacement,
);

/** A case of the home region, for the unit's named coordinators. */
export const findPoliceHomeCase = (
  pool: Pool,
  by: ReadBy,
  caseId: string,
): Promise<WithSealed<PoliceHomeCase> | undefined> => findWithSealed(pool, schema, homeCases, by, caseId);

export const listPoliceHomeCases = (
  pool: Pool,
  by: ReadBy,
  page: PageRequest,
): Promise<Page<PoliceHomeCase>> => asReader(pool, schema, by, (client) => listRows(client, homeCases, page));

const notices = viewOf<InquiryNotice, Parameters<typeof inquiryNoticeTable.save>[1]>(
  inquiryNoticeTable,
  inquiryNoticeColumns,
);

/** That others have asked about the person of a case, for the unit's named coordinators. */
export const listInquiryNotices = (
  pool: Pool,
  by: ReadBy,
  caseId: string,
): Promise<readonly InquiryNotice[]> =>
  asReader(pool, schema, by, (client) => rowsWhere(client, notices, 'caseId', caseId));

/** A candidate that the unit of the candidate's region is asked about. */
export const findReferral = (
  pool: Pool,
  by: ReadBy,
  candidateId: string,
): Promise<PoliceReferral | undefined> =>
  asReader(pool, schema, by, (client) => findRow(client, referrals, candidateId));

export const listReferrals = (pool: Pool, by: ReadBy, page: PageRequest): Promise<Page<PoliceReferral>> =>
  asReader(pool, schema, by, (client) => listRows(client, referrals, page));

/** A placement in the unit's region, from clearance until the person has left. */
export const findPolicePlacement = (
  pool: Pool,
  by: ReadBy,
  proposalId: string,
): Promise<WithSealed<PolicePlacement> | undefined> =>
  findWithSealed(pool, schema, placements, by, proposalId);

export const listPolicePlacements = (
  pool: Pool,
  by: ReadBy,
  page: PageRequest,
): Promise<Page<PolicePlacement>> =>
  asReader(pool, schema, by, (client) => listRows(client, placements, page));

/** The unit's inbox, as home region and as receiving region in one. */
export const listPoliceInbox = (pool: Pool, by: ReadBy, page: InboxRequest): Promise<Page<InboxEntry>> =>
  listInbox(pool, schema, by, page);
