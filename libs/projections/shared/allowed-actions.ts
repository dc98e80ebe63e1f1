// Which commands a role may be offered at which stage. Pure, and advice only: a decider decides. Names of actions are
// names of commands. The same function fills the inboxes and the `allowedActions` of an answer 409.

import type { AgeBand } from '#kernel';

export const actionNames = [
  'SignWaiver',
  'WithdrawWaiver',
  'RegisterSupportDecision',
  'RequestRelocation',
  'ApproveCounterProposal',
  'RejectCounterProposal',
  'ConfirmArrival',
  'RecordFollowUp',
  'StartSupervisedClosing',
  'CloseCase',
  'ConfirmDeparture',
  'AssessThreat',
  'ConfirmLowering',
  'RejectLowering',
  'RecordConflictEntries',
  'AnswerReferral',
  'RecordTransfer',
  'CheckCandidate',
  'OrderProposal',
  'ClearPlacement',
  'SettleAttention',
  'PrepareAnswer',
  'DecideAnswer',
  'GrantAdmission',
  'RefuseAdmission',
  'AcknowledgeInquiry',
  'RegisterServedDecision',
  'RegisterPlaceDecision',
] as const;
export type ActionName = (typeof actionNames)[number];

/** States of a case as a reader sees them. None says that another case holds the person: that would tell who is known. */
export const caseStatuses = [
  'DRAFT',
  'REQUESTED',
  'ASSESSING',
  'MATCHING',
  'PROPOSED',
  'ACCEPTED',
  'CLEARANCE_PENDING',
  'CLEARED',
  'IN_TRANSFER',
  'PLACED',
  'FOLLOW_UP',
  'SUPERVISED_CLOSING',
  'CLOSED',
] as const;
export type CaseStatus = (typeof caseStatuses)[number];

export const waiverStates = ['NONE', 'ACTIVE', 'WITHDRAWN'] as const;
export type WaiverState = (typeof waiverStates)[number];

/** As it is shown: a waiver that has run out by time is not in force, though no event has said so. */
export const shownWaiverStates = [...waiverStates, 'LAPSED'] as const;
export type ShownWaiverState = (typeof shownWaiverStates)[number];

export const boardStatuses = [
  'ASKED',
  'PREPARED',
  'COUNTERED',
  'ACCEPTED',
  'ADMITTED',
  'CLEARED',
  'IN_TRANSFER',
  'PLACED',
  'DECLINED',
  'EXPIRED',
  'CANCELLED',
  'CLOSED',
] as const;
export type BoardStatus = (typeof boardStatuses)[number];

export const referralStatuses = ['OPEN', 'CLEAR', 'NOT_AVAILABLE', 'EXPIRED'] as const;
export type ReferralStatus = (typeof referralStatuses)[number];

export const deskStatuses = [
  'ORDERED',
  'ASKED',
  'COUNTERED',
  'ACCEPTED',
  'ADMITTED',
  'CLEARED',
  'IN_TRANSFER',
  'PLACED',
  'DECLINED',
  'EXPIRED',
  'ABANDONED',
  'WITHDRAWN',
  'ENDED',
] as const;
export type DeskStatus = (typeof deskStatuses)[number];

export const admissionStatuses = [
  'REQUESTED',
  'GRANTED',
  'REFUSED',
  'CLEARED',
  'IN_TRANSFER',
  'PLACED',
  'CANCELLED',
] as const;
export type AdmissionStatus = (typeof admissionStatuses)[number];

/** What a role stands before: its own view of the stage, and the few facts that change what it may do. */
export type Situation =
  | {
      readonly role: 'HOME_BOARD';
      readonly status: CaseStatus;
      readonly waiver: ShownWaiverState;
      readonly supportDecided: boolean;
      /** So young that there may be a decision by LVU or on shelter by one guardian. */
      readonly young: boolean;
      readonly counterPending: boolean;
      readonly followUpDue: boolean;
      readonly departurePending: boolean;
    }
  | {
      readonly role: 'HOME_POLICE';
      readonly status: CaseStatus;
      readonly loweringPending: boolean;
      readonly followUpDue: boolean;
      /** Somebody asked about the person, and no coordinator has seen it. */
      readonly inquiryUnseen: boolean;
    }
  /** Under a live delegation, for the alarm plan. */
  | { readonly role: 'HOME_DUTY'; readonly departurePending: boolean }
  /** Of a referral, or of a placement in the region. */
  | {
      readonly role: 'RECEIVING_POLICE';
      readonly referral: ReferralStatus | undefined;
      readonly departurePending: boolean;
    }
  | {
      readonly role: 'NATIONAL_COORDINATOR';
      readonly status: CaseStatus;
      readonly proposal?: DeskStatus;
      /** A step cannot go on by itself. */
      readonly attention: boolean;
    }
  | { readonly role: 'RECEIVING_BOARD'; readonly status: BoardStatus }
  | { readonly role: 'HOUSING_PROVIDER'; readonly status: AdmissionStatus };

/** Under 21, by the age when the case was opened: LVU and shelter by one guardian concern nobody older. */
export const isYoung = (ageBand: AgeBand): boolean =>
  ageBand === 'UNDER_15' || ageBand === '15_17' || ageBand === '18_20';

const underWay: readonly CaseStatus[] = ['CLEARED', 'IN_TRANSFER'];
const arrived: readonly CaseStatus[] = ['PLACED', 'FOLLOW_UP', 'SUPERVISED_CLOSING'];

/** In the order in which a caseworker would meet them. */
export const allowedActions = (situation: Situation): readonly ActionName[] => {
  const actions: ActionName[] = [];
  const offer = (when: boolean, ...names: ActionName[]): void => void (when && actions.push(...names));
  switch (situation.role) {
    case 'HOME_BOARD': {
      const { status, waiver } = situation;
      if (status === 'CLOSED') return situation.departurePending ? ['ConfirmDeparture'] : [];
      offer(waiver !== 'ACTIVE', 'SignWaiver');
      offer(waiver === 'ACTIVE', 'WithdrawWaiver');
      offer(status === 'DRAFT' && !situation.supportDecided, 'RegisterSupportDecision');
      offer(status === 'DRAFT' && waiver === 'ACTIVE' && situation.supportDecided, 'RequestRelocation');
      offer(situation.young, 'RegisterServedDecision', 'RegisterPlaceDecision');
      offer(situation.counterPending, 'ApproveCounterProposal', 'RejectCounterProposal');
      offer(underWay.includes(status), 'ConfirmArrival');
      offer(situation.followUpDue, 'RecordFollowUp');
      offer(situation.departurePending, 'ConfirmDeparture');
      offer(status === 'PLACED' || status === 'FOLLOW_UP', 'StartSupervisedClosing');
      offer(true, 'CloseCase');
      return actions;
    }
    case 'HOME_POLICE': {
      const { status } = situation;
      offer(situation.inquiryUnseen, 'AcknowledgeInquiry');
      if (status === 'CLOSED' || status === 'DRAFT') return actions;
      offer(true, 'AssessThreat');
      offer(situation.loweringPending, 'ConfirmLowering', 'RejectLowering');
      offer(true, 'RecordConflictEntries');
      offer(status === 'CLEARED', 'RecordTransfer');
      offer(situation.followUpDue, 'RecordFollowUp');
      return actions;
    }
    // Whoever holds the alarm plan fetches the person, and is the one who stands there.
    case 'HOME_DUTY':
      return situation.departurePending ? ['ConfirmDeparture'] : [];
    case 'RECEIVING_POLICE':
      offer(situation.referral === 'OPEN', 'AnswerReferral');
      offer(situation.departurePending, 'ConfirmDeparture');
      return actions;
    case 'NATIONAL_COORDINATOR':
      // Also of a closed case: somebody may still be standing where rescuers were not told of.
      offer(situation.attention, 'SettleAttention');
      offer(
        situation.status === 'MATCHING' && situation.proposal === undefined,
        'CheckCandidate',
        'OrderProposal',
      );
      offer(situation.proposal === 'ADMITTED', 'ClearPlacement');
      return actions;
    case 'RECEIVING_BOARD':
      offer(situation.status === 'ASKED' || situation.status === 'PREPARED', 'PrepareAnswer');
      offer(situation.status === 'PREPARED', 'DecideAnswer');
      return actions;
    case 'HOUSING_PROVIDER':
      return situation.status === 'REQUESTED' ? ['GrantAdmission', 'RefuseAdmission'] : [];
  }
};

/** Whether a person stands at the destination, or may. */
export const isThere = (status: CaseStatus): boolean => arrived.includes(status);
