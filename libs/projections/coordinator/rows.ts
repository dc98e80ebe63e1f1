import {
  type Competence,
  endOfDay,
  type HousingForm,
  type Instant,
  type PlainDate,
  type ThreatLevel,
  type Token,
} from '#kernel';
import type { CounterTerms, DeclineReason } from '#domain/consent';
import type { AdmissionRefusal, ClearanceRefusal, PlacementEndReason } from '#domain/placement';
import type { CloseCode } from '#domain/relocation';
import {
  allowedActions,
  type CaseStatus,
  type DeskStatus,
  type ShownWaiverState,
} from '../shared/allowed-actions.js';
import { personsAfter } from '../shared/contacts.js';
import { statusAfter } from '../shared/case-status.js';
import type { DataOf, DomainEvent } from '../shared/events.js';
import type { InboxItem } from '../shared/inbox.js';
import { type Positioned, Table } from '../shared/table.js';
import { notToldYet, ToldTable, type WaitsForTelling } from '../shared/told-facts.js';

/** What cannot go on by itself: which step, and the code of the refusal. */
export interface Attention {
  readonly step: string;
  readonly code: string;
}

/** A request on the coordinator's desk: a reference, counts and needs. */
export interface DeskRequest {
  readonly caseId: string;
  readonly status: CaseStatus;
  readonly adults: number | null;
  readonly children: number | null;
  readonly housingForm: HousingForm | null;
  readonly competences: readonly Competence[] | null;
  readonly desiredStart: PlainDate | null;
  readonly noGoPlaces: readonly Token[] | null;
  readonly level: ThreatLevel | null;
  readonly assessmentVersion: number | null;
  readonly validUntil: Instant | null;
  readonly waiver: ShownWaiverState;
  /** The person has another open case: only this desk may know. */
  readonly contested: boolean;
  readonly heldBy: string | null;
  /** A place of the person became known to somebody who must not know it; for good. */
  readonly compromised: boolean;
  readonly attention: readonly Attention[];
  readonly closeCode: CloseCode | null;
}

/** What others wrote: it stands in the row only while the case is told to the desk. */
export const toldOfRequest = [
  'adults',
  'children',
  'housingForm',
  'competences',
  'desiredStart',
  'noGoPlaces',
  'level',
  'assessmentVersion',
  'validUntil',
] as const satisfies readonly (keyof DeskRequest)[];

interface OfDesk extends Positioned {
  readonly organisation: Token;
  readonly persons: readonly Token[];
}

export interface DeskRequestRow extends DeskRequest, OfDesk, WaitsForTelling<(typeof toldOfRequest)[number]> {
  /** From the first telling on; or when two boards claim the same person, which must be settled without one. */
  readonly visible: boolean;
  /** When the waiver runs out by time: from then on it is shown as LAPSED. */
  readonly waiverUntil: Instant | null;
}

export const deskRequestColumns = {
  caseId: 'value',
  status: 'value',
  adults: 'value',
  children: 'value',
  housingForm: 'value',
  competences: 'value',
  desiredStart: 'date',
  noGoPlaces: 'value',
  level: 'value',
  assessmentVersion: 'value',
  validUntil: 'instant',
  waiver: 'value',
  contested: 'value',
  heldBy: 'value',
  compromised: 'value',
  attention: 'json',
  closeCode: 'value',
} as const satisfies Record<keyof DeskRequest, string>;

const ofDesk = { organisation: 'value', persons: 'value', lastPosition: 'value' } as const;

export const deskRequestTable = new ToldTable<DeskRequestRow>('coordinator.request_v1', 'caseId', {
  ...deskRequestColumns,
  ...ofDesk,
  visible: 'value',
  waiverUntil: 'instant',
});

/** The waiver as it stands when it is read. */
export const waiverAsOfNow = `CASE WHEN waiver = 'ACTIVE' AND waiver_until <= current_setting('app.now')::timestamptz
  THEN 'LAPSED' ELSE waiver END`;

export interface DeskCandidate {
  readonly candidateId: string;
  readonly caseId: string;
  readonly municipality: Token;
  readonly board: Token;
  readonly area: Token;
  readonly verdict: 'CLEAR' | 'REFER_TO_POLICE' | 'NOT_AVAILABLE';
  readonly checkedAt: Instant;
  readonly referralDueAt: Instant | null;
}

export type DeskCandidateRow = DeskCandidate & OfDesk;

export const deskCandidateColumns = {
  candidateId: 'value',
  caseId: 'value',
  municipality: 'value',
  board: 'value',
  area: 'value',
  verdict: 'value',
  checkedAt: 'instant',
  referralDueAt: 'instant',
} as const satisfies Record<keyof DeskCandidate, string>;

export const deskCandidateTable = new Table<DeskCandidateRow>('coordinator.candidate_v1', 'candidateId', {
  ...deskCandidateColumns,
  ...ofDesk,
});

export type DeskReason =
  | DeclineReason
  | AdmissionRefusal
  | ClearanceRefusal
  | PlacementEndReason
  | DataOf<'ProposalAbandoned'>['reason']
  | DataOf<'ProposalWithdrawn'>['reason']
  | 'SILENCE'
  | 'COUNTER_REJECTED';

export interface DeskProposal {
  readonly proposalId: string;
  readonly caseId: string;
  readonly candidateId: string;
  readonly municipality: Token;
  readonly board: Token;
  readonly referenceCode: string;
  readonly status: DeskStatus;
  /** The true reason of a "no". */
  readonly reason: DeskReason | null;
  readonly level: ThreatLevel | null;
  readonly startOn: PlainDate;
  readonly answerBy: Instant;
  readonly round: number;
  readonly counterTerms: CounterTerms | null;
  readonly plannedArrival: PlainDate | null;
  readonly arrivedAt: Instant | null;
  readonly departurePending: boolean;
  readonly conflictAlerted: boolean;
  /** The place became known: nothing in its area is for this person again. */
  readonly exposed: boolean;
}

/** What others wrote: it stands in the row only while the case is told to the desk. */
export const toldOfDeskProposal = ['level'] as const satisfies readonly (keyof DeskProposal)[];

export interface DeskProposalRow
  extends DeskProposal, OfDesk, WaitsForTelling<(typeof toldOfDeskProposal)[number]> {
  /** Shown as what the clearance waits for. */
  readonly clearanceDueAt: Instant | null;
}

export const deskProposalColumns = {
  proposalId: 'value',
  caseId: 'value',
  candidateId: 'value',
  municipality: 'value',
  board: 'value',
  referenceCode: 'value',
  status: 'value',
  reason: 'value',
  level: 'value',
  startOn: 'date',
  answerBy: 'instant',
  round: 'value',
  counterTerms: 'json',
  plannedArrival: 'date',
  arrivedAt: 'instant',
  departurePending: 'value',
  conflictAlerted: 'value',
  exposed: 'value',
} as const satisfies Record<keyof DeskProposal, string>;

export const deskProposalTable = new ToldTable<DeskProposalRow>('coordinator.proposal_v1', 'proposalId', {
  ...deskProposalColumns,
  ...ofDesk,
  clearanceDueAt: 'instant',
});

/** The request after one more event of its case. */
export const deskRequestAfter = (
  row: DeskRequestRow | undefined,
  event: DomainEvent,
): DeskRequestRow | undefined => {
  if (event.type === 'CaseOpened') return opened(event);
  return (
    row && {
      ...row,
      ...requestChanges(row, event),
      persons: personsAfter(row, event),
      status: statusAfter(row.status, event),
    }
  );
};

const opened = ({ data }: Extract<DomainEvent, { type: 'CaseOpened' }>): DeskRequestRow => ({
  caseId: data.caseId,
  status: 'DRAFT',
  adults: null,
  children: null,
  housingForm: null,
  competences: null,
  desiredStart: null,
  noGoPlaces: null,
  level: null,
  assessmentVersion: null,
  validUntil: null,
  waiver: 'NONE',
  contested: false,
  heldBy: null,
  compromised: false,
  attention: [],
  closeCode: null,
  organisation: data.coordinator,
  persons: data.coordinatorContacts,
  visible: false,
  waiverUntil: null,
  ...notToldYet,
  lastPosition: '',
});

const requestChanges = (row: DeskRequestRow, event: DomainEvent): Partial<DeskRequestRow> => {
  switch (event.type) {
    case 'SubjectClaimContested':
      return { visible: true, contested: true, heldBy: event.data.heldBy };
    case 'SubjectClaimed':
      return { contested: false, heldBy: null };
    case 'InformationDisclosed':
      return event.data.recipientKind === 'NATIONAL_COORDINATOR' ? { visible: true } : {};
    case 'WaiverSigned':
      return { waiver: 'ACTIVE', waiverUntil: endOfDay(event.data.validUntil) };
    case 'WaiverWithdrawn':
      return { waiver: 'WITHDRAWN' };
    case 'RelocationRequested': {
      const { adults, children, housingForm, competences, desiredStart, noGoPlaces } = event.data;
      return { adults, children, housingForm, competences, desiredStart, noGoPlaces };
    }
    case 'ThreatAssessed':
    case 'LoweringConfirmed': {
      const { level, version, validUntil } = event.data;
      return { level, assessmentVersion: version, validUntil };
    }
    case 'AttentionRequested': {
      const { step, code } = event.data;
      return { attention: [...row.attention, { step, code }] };
    }
    case 'AttentionSettled':
      return { attention: row.attention.filter(({ step }) => step !== event.data.step) };
    // It was late and has been given. That a case goes on settles nothing else.
    case 'PlacementCleared':
      return { attention: row.attention.filter(({ step }) => step !== 'ClearPlacement') };
    case 'LocationCompromised':
      return { compromised: true };
    case 'CaseClosed':
      return { closeCode: event.data.code, contested: false };
    default:
      return {};
  }
};

/** The candidate after one more event about it. */
export const deskCandidateAfter = (
  row: DeskCandidateRow | undefined,
  event: DomainEvent,
  desk: { organisation: Token; persons: readonly Token[] },
): DeskCandidateRow | undefined => {
  switch (event.type) {
    case 'CandidateChecked': {
      const { candidateId, caseId, municipality, board, area, verdict, checkedAt, referralDueAt } =
        event.data;
      return {
        candidateId,
        caseId,
        municipality,
        board,
        area,
        verdict,
        checkedAt,
        referralDueAt: referralDueAt ?? null,
        ...desk,
        lastPosition: '',
      };
    }
    case 'ReferralAnswered':
      return row && { ...row, verdict: event.data.answer, referralDueAt: null };
    // Police's silence and Police's "no" look the same.
    case 'ReferralExpired':
      return row && { ...row, verdict: 'NOT_AVAILABLE', referralDueAt: null };
    default:
      return row;
  }
};

/** The proposal after one more event about it. */
export const deskProposalAfter = (
  row: DeskProposalRow | undefined,
  event: DomainEvent,
  desk: { organisation: Token; persons: readonly Token[] },
): DeskProposalRow | undefined => {
  if (event.type === 'ProposalOrdered') {
    const { proposalId, caseId, candidateId, municipality, board, referenceCode, level } = event.data;
    const { startOn, answerBy, round } = event.data;
    return {
      proposalId,
      caseId,
      candidateId,
      municipality,
      board,
      referenceCode,
      status: 'ORDERED',
      reason: null,
      level,
      startOn,
      answerBy,
      round,
      counterTerms: null,
      plannedArrival: null,
      arrivedAt: null,
      departurePending: false,
      conflictAlerted: false,
      exposed: false,
      clearanceDueAt: null,
      ...notToldYet,
      ...desk,
      lastPosition: '',
    };
  }
  if (!row) return undefined;
  switch (event.type) {
    case 'PlacementProposed':
      return { ...row, status: 'ASKED', answerBy: event.data.answerBy };
    case 'ProposalAbandoned':
      return { ...row, status: 'ABANDONED', reason: event.data.reason };
    case 'PlacementAccepted':
      return { ...row, status: 'ACCEPTED' };
    case 'PlacementDeclined':
      return { ...row, status: 'DECLINED', reason: event.data.reason };
    case 'CounterProposed': {
      const { terms, round, answerBy } = event.data;
      return { ...row, status: 'COUNTERED', counterTerms: terms, round, answerBy };
    }
    case 'CounterProposalApproved':
      return { ...row, status: 'ASKED', startOn: event.data.startOn, answerBy: event.data.answerBy };
    case 'CounterProposalRejected':
      return { ...row, status: 'DECLINED', reason: 'COUNTER_REJECTED' };
    case 'ProposalExpired':
      return { ...row, status: 'EXPIRED', reason: 'SILENCE' };
    case 'ProposalWithdrawn':
      return { ...row, status: 'WITHDRAWN', reason: event.data.reason };
    case 'AdmissionGranted':
      return { ...row, status: 'ADMITTED', reason: null, clearanceDueAt: event.data.clearanceDueAt };
    case 'AdmissionRefused':
      return { ...row, reason: event.data.reason };
    case 'ClearanceRefused':
      return { ...row, reason: event.data.reason };
    case 'PlacementCleared':
      return { ...row, status: 'CLEARED', reason: null, plannedArrival: event.data.plannedArrival };
    case 'ClearanceTakenBack':
      return { ...row, status: 'ADMITTED', reason: event.data.reason, plannedArrival: null };
    case 'TransferRecorded':
      return { ...row, status: 'IN_TRANSFER' };
    case 'ArrivalConfirmed':
      return { ...row, status: 'PLACED', arrivedAt: event.data.arrivedAt };
    case 'ConflictAlerted':
      return { ...row, conflictAlerted: true };
    case 'LocationCompromised':
      return { ...row, exposed: true };
    case 'PlacementEnded': {
      const { reason, departurePending } = event.data;
      return { ...row, status: 'ENDED', reason, departurePending, conflictAlerted: false };
    }
    case 'DepartureConfirmed':
      return { ...row, departurePending: false };
    default:
      return row;
  }
};

const over: readonly DeskStatus[] = ['DECLINED', 'EXPIRED', 'ABANDONED', 'WITHDRAWN', 'ENDED'];
export const isOver = (proposal: DeskProposal): boolean => over.includes(proposal.status);

/**
 * What waits in one case, for the desk or for those whom the desk waits for (no actions then). A clearance is due when
 * its own clock runs out, or the assessment that it must rest on, whichever is earlier.
 */
export const deskInbox = (
  request: DeskRequestRow,
  candidates: readonly DeskCandidate[],
  proposals: readonly DeskProposalRow[],
): readonly InboxItem[] => {
  if (!request.visible) return [];
  // Also of a closed case: somebody may still be standing where rescuers were not told of.
  const items: InboxItem[] = request.attention.map(({ step }) => ({
    kind: 'ATTENTION',
    mark: step,
    dueAt: null,
    actions: ['SettleAttention'],
  }));
  if (request.status === 'CLOSED') return dedupe(items);
  if (request.contested) items.push({ kind: 'CLAIM_CONTESTED', dueAt: null, actions: [] });
  const live = proposals.find((proposal) => !isOver(proposal));
  const actions = allowedActions({
    role: 'NATIONAL_COORDINATOR',
    status: request.status,
    proposal: live?.status,
    attention: request.attention.length > 0,
  });
  for (const candidate of candidates)
    if (candidate.verdict === 'REFER_TO_POLICE')
      items.push({
        kind: 'AWAIT_REFERRAL',
        mark: candidate.candidateId,
        dueAt: candidate.referralDueAt,
        actions: [],
      });
  if (!live && request.status === 'MATCHING' && request.waiver === 'ACTIVE')
    items.push({
      kind: 'FIND_DESTINATION',
      dueAt: request.validUntil,
      told: { until: request.toldUntil, otherwise: null },
      actions,
    });
  if (live && (live.status === 'ASKED' || live.status === 'COUNTERED'))
    items.push({ kind: 'AWAIT_ANSWER', dueAt: live.answerBy, actions: [] });
  if (live?.status === 'ADMITTED')
    items.push({
      kind: 'CLEAR_PLACEMENT',
      dueAt: earlier(live.clearanceDueAt, request.validUntil),
      told: { until: request.toldUntil, otherwise: live.clearanceDueAt },
      actions,
    });
  for (const proposal of proposals)
    if (proposal.conflictAlerted)
      items.push({ kind: 'CONFLICT_ALERT', mark: proposal.proposalId, dueAt: null, actions: [] });
  return dedupe(items);
};

/** Instants are UTC text with milliseconds: text order is time order. */
const earlier = (one: Instant | null, other: Instant | null): Instant | null =>
  one === null || (other !== null && other < one) ? other : one;

/** The same step may ask for attention twice. */
const dedupe = (items: readonly InboxItem[]): readonly InboxItem[] => [
  ...new Map(items.map((item) => [`${item.kind}/${item.mark ?? ''}`, item])).values(),
];
