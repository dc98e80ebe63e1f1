import type { Projection } from '#kernel';
import { coordinatorProjection } from './coordinator/coordinator.projection.js';
import { directoryProjection } from './directory/directory.projection.js';
import { grantsProjection } from './grants/grants.projection.js';
import { homeBoardProjection } from './home-board/home-board.projection.js';
import { homeProtectionProjection } from './home-protection/home-protection.projection.js';
import { housingProviderProjection } from './housing-provider/housing-provider.projection.js';
import { inquiriesProjection } from './inquiries/inquiries.projection.js';
import { logReviewProjection } from './log-review/log-review.projection.js';
import { policeProjection } from './police/police.projection.js';
import { publicAccessProjection } from './public-access/public-access.projection.js';
import { taxAgencyProjection } from './tax-agency/tax-agency.projection.js';
import { toldProjections } from './told/told.projection.js';
import { receivingBoardProjection } from './receiving-board/receiving-board.projection.js';

/** What the worker runs. The grants come first: nothing opens that they do not know. */
export const allProjections: readonly Projection[] = [
  grantsProjection,
  directoryProjection,
  homeBoardProjection,
  receivingBoardProjection,
  policeProjection,
  coordinatorProjection,
  housingProviderProjection,
  inquiriesProjection,
  publicAccessProjection,
  homeProtectionProjection,
  taxAgencyProjection,
  logReviewProjection,
  ...toldProjections,
];

export {
  coordinatorProjection,
  directoryProjection,
  grantsProjection,
  homeBoardProjection,
  homeProtectionProjection,
  housingProviderProjection,
  inquiriesProjection,
  logReviewProjection,
  policeProjection,
  publicAccessProjection,
  receivingBoardProjection,
  taxAgencyProjection,
  toldProjections,
};

export * from './coordinator/coordinator.query.js';
export * from './coordinator/ranking.js';
export {
  type Attention,
  type DeskCandidate,
  type DeskProposal,
  type DeskReason,
  type DeskRequest,
  isOver,
} from './coordinator/rows.js';
export * from './directory/directory.query.js';
export * from './home-board/home-board.query.js';
export type { HomeCase, DecisionOnPlace } from './home-board/case-row.js';
export * from './home-protection/home-protection.query.js';
export {
  type CheckedRegister,
  type HomeProtection,
  noticeStatuses,
} from './home-protection/home-protection.projection.js';
export * from './housing-provider/housing-provider.query.js';
export type { Admission } from './housing-provider/housing-provider.projection.js';
export * from './inquiries/inquiries.query.js';
export {
  type Inquiry,
  type InquiryKind,
  inquiryKinds,
  inquiryOutcomes,
  inquiryStatuses,
} from './inquiries/inquiries.projection.js';
export * from './log-review/log-review.query.js';
export * from './police/police.query.js';
export { policePlacementStatuses, type ToldByLetter, toldByLetter } from './police/rows.js';
export type {
  InquiryNotice,
  Lowering,
  PoliceHomeCase,
  PolicePlacement,
  PoliceReferral,
} from './police/rows.js';
export * from './public-access/public-access.query.js';
export {
  type DocumentRequest,
  documentRequestStatuses,
  type RefusalLetter,
} from './public-access/public-access.projection.js';
export * from './receiving-board/receiving-board.query.js';
export type { ReceivedProposal } from './receiving-board/proposal-row.js';
export * from './shared/allowed-actions.js';
export { type FollowUp } from './shared/events.js';
export { inboxKinds, type InboxKind } from './shared/inbox.js';
export { type ProtectionItem, protectionStatuses } from './shared/protections.js';
export * from './tax-agency/tax-agency.query.js';
export * from './told/told.query.js';
export type { Telling } from './told/told.projection.js';
export type { TaxProtection } from './tax-agency/tax-agency.projection.js';
export {
  inboxDigest,
  inboxItems,
  type InboxEntry,
  type InboxRequest,
  type Page,
  type PageRequest,
  positionOf,
  type ReadBy,
  type SealedPart,
  type WithSealed,
} from './shared/read.js';
