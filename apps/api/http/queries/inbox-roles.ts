import type { Pool } from 'pg';
import type { Projection } from '#kernel';
import {
  coordinatorProjection,
  homeBoardProjection,
  housingProviderProjection,
  type InboxEntry,
  type InboxKind,
  type InboxRequest,
  listDeskInbox,
  listHomeInbox,
  listPoliceInbox,
  listProviderInbox,
  listReceivingInbox,
  listReviewInbox,
  listTaxInbox,
  logReviewProjection,
  type Page,
  policeProjection,
  type ReadBy,
  receivingBoardProjection,
  taxAgencyProjection,
} from '#projections';
import type { RoutePolicies } from '../auth/policy.js';
import { logReviewers } from '../policies.js';
import {
  facilityDirectors,
  homeOfficers,
  homePolice,
  listing,
  listingForRescue,
  nationalCoordinators,
  protectionOfficers,
  receivingOfficers,
  referredPolice,
} from './readers.js';

// A duty officer stands by and is called; what he or she may have to do (a departure to confirm) stands with the alarm
// plan, so there is no inbox of that role.
export const inboxRoles = [
  'HOME_BOARD',
  'RECEIVING_BOARD',
  'POLICE',
  'NATIONAL_COORDINATOR',
  'HOUSING_PROVIDER',
  'TAX_AGENCY',
  'LOG_REVIEWER',
] as const;
export type InboxRole = (typeof inboxRoles)[number];

interface InboxOf {
  readonly policy: RoutePolicies;
  readonly projection: Projection;
  list(pool: Pool, by: ReadBy, page: InboxRequest): Promise<Page<InboxEntry>>;
  /** For what an item is looked at, where that is not what the whole inbox is for. */
  purposeOf?(kind: InboxKind): string | undefined;
}

/** Whose rows an inbox shows, and who may ask for it. */
export const inboxes: Readonly<Record<InboxRole, InboxOf>> = {
  HOME_BOARD: { policy: listing(homeOfficers), projection: homeBoardProjection, list: listHomeInbox },
  RECEIVING_BOARD: {
    policy: listing(receivingOfficers),
    projection: receivingBoardProjection,
    list: listReceivingInbox,
  },
  // One for the unit as home region and as receiving region.
  POLICE: {
    policy: listingForRescue(homePolice),
    projection: policeProjection,
    list: listPoliceInbox,
    // That Police were asked about a candidate is told to nobody by the record of it.
    purposeOf: (kind) => (kind === 'ANSWER_REFERRAL' ? referredPolice.purpose : undefined),
  },
  NATIONAL_COORDINATOR: {
    policy: listing(nationalCoordinators),
    projection: coordinatorProjection,
    list: listDeskInbox,
  },
  HOUSING_PROVIDER: {
    policy: listing(facilityDirectors),
    projection: housingProviderProjection,
    list: listProviderInbox,
  },
  TAX_AGENCY: { policy: listing(protectionOfficers), projection: taxAgencyProjection, list: listTaxInbox },
  // Of every kind of agency, each for its own records.
  LOG_REVIEWER: { policy: logReviewers, projection: logReviewProjection, list: listReviewInbox },
};

export const inboxPolicies = Object.fromEntries(
  inboxRoles.map((role) => [role, inboxes[role].policy]),
) as Readonly<Record<InboxRole, RoutePolicies>>;
