import {
  type AgeBand,
  dataClasses,
  type Environment,
  type Instant,
  type PlainDate,
  type Sex,
  type ThreatLevel,
  type Token,
} from '#kernel';
import type { DeclineReason } from '#domain/consent';
import { type CloseCode, settledCodes } from '#domain/relocation';
import { judgements, type ReassessmentReason, type Restriction } from '#domain/threat-assessment';
import { allowedActions, type CaseStatus, type ReferralStatus } from '../shared/allowed-actions.js';
import { personsAfter } from '../shared/contacts.js';
import { statusAfter } from '../shared/case-status.js';
import { departuresAfter, isOfAnother } from '../shared/departures.js';
import { type DataOf, type DomainEvent, type FollowUp, followUpsAfter } from '../shared/events.js';
import type { InboxItem } from '../shared/inbox.js';
import { type Positioned, Table } from '../shared/table.js';
import { notToldYet, ToldTable, type WaitsForTelling } from '../shared/told-facts.js';

/** A lower level that a second assessor must agree to. */
export interface Lowering {
  readonly version: number;
  readonly level: ThreatLevel;
  readonly restrictions: readonly Restriction[];
  readonly assessedAt: Instant;
  readonly proposedBy: Token;
}

/** What the unit of the home region reads of a case. */
export interface PoliceHomeCase {
  readonly caseId: string;
  readonly status: CaseStatus;
  readonly sex: Sex | null;
  readonly ageBand: AgeBand | null;
  readonly environment: Environment | null;
  /** That the board has decided on support; not what. */
  readonly supportDecided: boolean | null;
  readonly adults: number | null;
  readonly children: number | null;
  readonly level: ThreatLevel | null;
  readonly assessmentVersion: number | null;
  /** Revision of the last judgement, proposed lowerings and answers to them included: what the next one must have seen. */
  readonly assessmentRevision: number | null;
  readonly assessedAt: Instant | null;
  readonly assessedBy: Token | null;
  readonly validUntil: Instant | null;
  readonly restrictions: readonly Restriction[] | null;
  readonly lowering: Lowering | null;
  readonly reassessDueAt: Instant | null;
  readonly reassessReason: ReassessmentReason | null;
  /** How the boards that were asked answered, in order; not which they were. */
  readonly answers: readonly (DeclineReason | 'SILENCE' | 'NOT_AVAILABLE')[] | null;
  readonly proposalId: string | null;
  readonly plannedArrival: PlainDate | null;
  readonly transferStartedAt: Instant | null;
  readonly arrivedAt: Instant | null;
  readonly followUps: readonly FollowUp[];
  readonly departurePending: boolean;
  readonly closeCode: CloseCode | null;
}

/**
 * What others wrote: it stands in the row only while the case is told to the unit, which afterwards keeps what Police
 * wrote themselves, how far the case has come, and what waits for them in it.
 */
export const toldOfPoliceHomeCase = [
  'sex',
  'ageBand',
  'environment',
  'supportDecided',
  'adults',
  'children',
  'answers',
  'plannedArrival',
  'arrivedAt',
  'closeCode',
] as const satisfies readonly (keyof PoliceHomeCase)[];

export interface PoliceHomeCaseRow
  extends PoliceHomeCase, WaitsForTelling<(typeof toldOfPoliceHomeCase)[number]>, Positioned {
  readonly organisation: Token;
  readonly persons: readonly Token[];
  /** From the first telling on. */
  readonly visible: boolean;
  /** Placements that have ended and that nobody has said to be left. */
  readonly awaitedDepartures: readonly string[];
  /** Where decisions say that a child stays and that became known. Police fetch the child, and are told of no other. */
  readonly exposedPlaces: readonly string[];
  /** Where decisions say that a child stays and that it is said to have left: nobody is fetched there. */
  readonly leftPlaces: readonly string[];
}

export const policeHomeCaseColumns = {
  caseId: 'value',
  status: 'value',
  sex: 'value',
  ageBand: 'value',
  environment: 'value',
  supportDecided: 'value',
  adults: 'value',
  children: 'value',
  level: 'value',
  assessmentVersion: 'value',
  assessmentRevision: 'value',
  assessedAt: 'instant',
  assessedBy: 'value',
  validUntil: 'instant',
  restrictions: 'value',
  lowering: 'json',
  reassessDueAt: 'instant',
  reassessReason: 'value',
  answers: 'json',
  proposalId: 'value',
  plannedArrival: 'date',
  transferStartedAt: 'instant',
  arrivedAt: 'instant',
  followUps: 'json',
  departurePending: 'value',
  closeCode: 'value',
} as const satisfies Record<keyof PoliceHomeCase, string>;

export const policeHomeCaseTable = new ToldTable<PoliceHomeCaseRow>('police.home_case_v1', 'caseId', {
  ...policeHomeCaseColumns,
  organisation: 'value',
  persons: 'value',
  visible: 'value',
  awaitedDepartures: 'value',
  exposedPlaces: 'value',
  leftPlaces: 'value',
  lastPosition: 'value',
});

/** Counts, level and the unit's own area: enough to look whether somebody there is a danger, and to whom is not said. */
export interface PoliceReferral {
  readonly candidateId: string;
  readonly status: ReferralStatus;
  readonly municipality: Token;
  readonly area: Token;
  readonly level: ThreatLevel | null;
  readonly adults: number | null;
  readonly children: number | null;
  readonly dueAt: Instant | null;
}

/** What others wrote: it stands in the row only while the case is told to the desk, which asks with what it was told. */
export const toldOfReferral = [
  'level',
  'adults',
  'children',
] as const satisfies readonly (keyof PoliceReferral)[];

export interface PoliceReferralRow
  extends PoliceReferral, WaitsForTelling<(typeof toldOfReferral)[number]>, Positioned {
  readonly organisation: Token;
  readonly persons: readonly Token[];
  readonly caseId: string;
}

export const policeReferralColumns = {
  candidateId: 'value',
  status: 'value',
  municipality: 'value',
  area: 'value',
  level: 'value',
  adults: 'value',
  children: 'value',
  dueAt: 'instant',
} as const satisfies Record<keyof PoliceReferral, string>;

export const policeReferralTable = new ToldTable<PoliceReferralRow>('police.referral_v1', 'candidateId', {
  ...policeReferralColumns,
  organisation: 'value',
  persons: 'value',
  caseId: 'value',
  lastPosition: 'value',
});

export const policePlacementStatuses = ['CLEARED', 'IN_TRANSFER', 'PLACED', 'ENDED'] as const;

/** What the unit of the receiving region reads from clearance until the person has left. */
export interface PolicePlacement {
  readonly proposalId: string;
  readonly status: (typeof policePlacementStatuses)[number];
  readonly level: ThreatLevel | null;
  readonly validUntil: Instant | null;
  readonly adults: number | null;
  readonly children: number | null;
  readonly plannedArrival: PlainDate | null;
  readonly transferStartedAt: Instant | null;
  readonly arrivedAt: Instant | null;
  readonly departurePending: boolean;
  readonly conflictAlerted: boolean;
}

/** What others wrote of the case: it stands in the row only while something is told to the unit. */
export const toldOfPlacement = [
  'level',
  'validUntil',
  'adults',
  'children',
  'plannedArrival',
  'transferStartedAt',
  'arrivedAt',
] as const satisfies readonly (keyof PolicePlacement)[];

export interface PolicePlacementRow
  extends PolicePlacement, WaitsForTelling<(typeof toldOfPlacement)[number]>, Positioned {
  readonly organisation: Token;
  readonly persons: readonly Token[];
  readonly caseId: string;
}

export const policePlacementColumns = {
  proposalId: 'value',
  status: 'value',
  level: 'value',
  validUntil: 'instant',
  adults: 'value',
  children: 'value',
  plannedArrival: 'date',
  transferStartedAt: 'instant',
  arrivedAt: 'instant',
  departurePending: 'value',
  conflictAlerted: 'value',
} as const satisfies Record<keyof PolicePlacement, string>;

export const policePlacementTable = new ToldTable<PolicePlacementRow>('police.placement_v1', 'proposalId', {
  ...policePlacementColumns,
  organisation: 'value',
  persons: 'value',
  caseId: 'value',
  lastPosition: 'value',
});

/** What an inquiry has told of the person: classes of data, or whether somebody stays in certain housing. */
export const toldByLetter = [...dataClasses, 'STAY'] as const;
export type ToldByLetter = (typeof toldByLetter)[number];

/** That somebody asked about the person of a case of the home region, or about who goes along, which is not said: what, on whose side, and when; not where. */
export interface InquiryNotice {
  readonly inquiryId: string;
  readonly caseId: string;
  readonly kind: 'INFORMATION_REQUEST' | 'STAY_INQUIRY';
  readonly requester: DataOf<'InformationRequestReceived'>['requester'];
  readonly receivedAt: Instant;
  /** Undecided while null. */
  readonly closedAt: Instant | null;
  /** What has left, in codes: whoever protects the person must know that. Empty where nothing was told. */
  readonly told: readonly ToldByLetter[];
  readonly seen: boolean;
}

export interface InquiryNoticeRow extends InquiryNotice, Positioned {
  /** Of case and inquiry: the claim on a person may pass to another case meanwhile. */
  readonly noticeId: string;
  readonly organisation: Token;
  readonly persons: readonly Token[];
}

export const inquiryNoticeColumns = {
  inquiryId: 'value',
  caseId: 'value',
  kind: 'value',
  requester: 'value',
  receivedAt: 'instant',
  closedAt: 'instant',
  told: 'value',
  seen: 'value',
} as const satisfies Record<keyof InquiryNotice, string>;

export const inquiryNoticeTable = new Table<InquiryNoticeRow>('police.inquiry_notice_v1', 'noticeId', {
  noticeId: 'value',
  ...inquiryNoticeColumns,
  organisation: 'value',
  persons: 'value',
  lastPosition: 'value',
});

/** The notice after one more event of its inquiry: nobody's while Police have not been told of the case. */
export const inquiryNoticeAfter = (
  row: InquiryNoticeRow | undefined,
  home: PoliceHomeCaseRow | undefined,
  event: DomainEvent,
  occurredAt: Instant,
): InquiryNoticeRow | undefined => {
  switch (event.type) {
    case 'InformationRequestReceived':
    case 'StayInquiryReceived':
      // One that is there knows more: its first event waited behind a parked one of another case.
      return row ?? noticeOf(event.data, event.type === 'StayInquiryReceived', home, occurredAt);
    case 'InformationRequestDecided':
    case 'StayInquiryAnswered': {
      const told = toldWith(event);
      // Asked before there was a case, answered now.
      const before = row ?? noticeOf(event.data, event.type === 'StayInquiryAnswered', home, occurredAt);
      // Who has seen that somebody asked has not seen that something left.
      return before && { ...before, closedAt: occurredAt, told, seen: before.seen && told.length === 0 };
    }
    case 'InquiryAlertSeen':
      return row && { ...row, seen: true };
    default:
      return row;
  }
};

export const noticeIdOf = (caseId: string, inquiryId: string): string => `${caseId}/${inquiryId}`;

const noticeOf = (
  { inquiryId, requester }: Pick<InquiryNotice, 'inquiryId' | 'requester'>,
  stay: boolean,
  home: PoliceHomeCaseRow | undefined,
  receivedAt: Instant,
): InquiryNoticeRow | undefined =>
  home && {
    noticeId: noticeIdOf(home.caseId, inquiryId),
    inquiryId,
    caseId: home.caseId,
    kind: stay ? 'STAY_INQUIRY' : 'INFORMATION_REQUEST',
    requester,
    receivedAt,
    closedAt: null,
    told: [],
    seen: false,
    organisation: home.organisation,
    persons: toldPersonsOf(home),
    lastPosition: '',
  };

/** Whose it is what lies beside the row of a case: nobody's before Police have been told. */
export const toldPersonsOf = ({ persons, visible }: PoliceHomeCaseRow): readonly Token[] =>
  visible ? persons : [];

const toldWith = (
  event: Extract<DomainEvent, { type: 'InformationRequestDecided' | 'StayInquiryAnswered' }>,
): readonly ToldByLetter[] => {
  if (event.type === 'InformationRequestDecided') return event.data.released;
  return event.data.outcome === 'ANSWERED' ? ['STAY'] : [];
};

const noPlacement = { plannedArrival: null, transferStartedAt: null, arrivedAt: null };
const settled = { reassessDueAt: null, reassessReason: null };

/** The home region's row after one more event of its case; `revision` is that of the event in its stream. */
export const policeHomeCaseAfter = (
  row: PoliceHomeCaseRow | undefined,
  event: DomainEvent,
  revision: number,
): PoliceHomeCaseRow | undefined => {
  if (event.type === 'CaseOpened') return opened(event);
  if (!row) return undefined;
  const awaitedDepartures = departuresAfter(row.awaitedDepartures, event);
  return {
    ...row,
    ...homeChanges(row, event),
    persons: personsAfter(row, event, 'HOME_POLICE'),
    ...(judgements.includes(event.type) ? { assessmentRevision: revision } : {}),
    status: statusAfter(row.status, event),
    awaitedDepartures,
    departurePending: awaitedDepartures.length > 0,
    exposedPlaces: exposedAfter(row.exposedPlaces, event),
    leftPlaces: leftAfter(row.leftPlaces, event),
  };
};

const opened = ({ data }: Extract<DomainEvent, { type: 'CaseOpened' }>): PoliceHomeCaseRow => ({
  caseId: data.caseId,
  status: 'DRAFT',
  sex: data.sex,
  ageBand: data.ageBand,
  environment: data.environment,
  supportDecided: false,
  adults: null,
  children: null,
  level: null,
  assessmentVersion: null,
  assessmentRevision: null,
  assessedAt: null,
  assessedBy: null,
  validUntil: null,
  restrictions: null,
  lowering: null,
  reassessDueAt: null,
  reassessReason: null,
  answers: [],
  proposalId: null,
  plannedArrival: null,
  transferStartedAt: null,
  arrivedAt: null,
  followUps: [],
  departurePending: false,
  closeCode: null,
  organisation: data.homePolice,
  persons: data.homePoliceContacts,
  visible: false,
  awaitedDepartures: [],
  exposedPlaces: [],
  leftPlaces: [],
  ...notToldYet,
  lastPosition: '',
});

const exposedAfter = (places: readonly string[], event: DomainEvent): readonly string[] => {
  switch (event.type) {
    case 'DecidedPlaceCompromised':
      return [...new Set([...places, event.data.placeDecisionId])];
    case 'CaseClosed':
      return [];
    default:
      return places;
  }
};

/** Apart from what is known: a report and a departure are of two streams, and either may come last. */
const leftAfter = (places: readonly string[], event: DomainEvent): readonly string[] => {
  switch (event.type) {
    case 'DecidedPlaceLeft': {
      const { placeDecisionId, departedAt } = event.data;
      const others = places.filter((one) => one !== placeDecisionId);
      return departedAt === null ? others : [...others, placeDecisionId];
    }
    case 'CaseClosed':
      return [];
    default:
      return places;
  }
};

const homeChanges = (row: PoliceHomeCaseRow, event: DomainEvent): Partial<PoliceHomeCaseRow> => {
  switch (event.type) {
    case 'InformationDisclosed':
      return event.data.recipientKind === 'HOME_POLICE' ? { visible: true } : {};
    case 'SupportDecisionRegistered':
      return { supportDecided: true };
    case 'RelocationRequested':
      return { adults: event.data.adults, children: event.data.children };
    case 'ThreatAssessed': {
      const { level, version, assessedAt, assessedBy, validUntil, restrictions } = event.data;
      return {
        level,
        assessmentVersion: version,
        assessedAt,
        assessedBy,
        validUntil,
        restrictions,
        lowering: null,
        ...settled,
      };
    }
    case 'LoweringProposed': {
      const { version, level, restrictions, assessedAt, proposedBy } = event.data;
      return { lowering: { version, level, restrictions, assessedAt, proposedBy } };
    }
    case 'LoweringConfirmed': {
      const { level, version, assessedAt, proposedBy, validUntil, restrictions } = event.data;
      return {
        level,
        assessmentVersion: version,
        assessedAt,
        assessedBy: proposedBy,
        validUntil,
        restrictions,
        lowering: null,
        ...settled,
      };
    }
    case 'LoweringRejected':
      return { lowering: null };
    case 'ReassessmentOrdered':
      return { reassessDueAt: event.data.dueAt, reassessReason: event.data.reason };
    case 'PlacementDeclined':
      return { answers: [...(row.answers ?? []), event.data.reason] };
    case 'ProposalExpired':
      return { answers: [...(row.answers ?? []), 'SILENCE'] };
    case 'ProposalWithdrawn':
      return event.data.reason === 'NOT_AVAILABLE'
        ? { answers: [...(row.answers ?? []), 'NOT_AVAILABLE'] }
        : {};
    case 'PlacementCleared':
      return { proposalId: event.data.proposalId, plannedArrival: event.data.plannedArrival };
    case 'ClearanceTakenBack':
      return isOfAnother(row, event.data.proposalId) ? {} : { proposalId: null, ...noPlacement };
    case 'TransferRecorded':
      return { transferStartedAt: event.data.startedAt };
    case 'ArrivalConfirmed':
      return { arrivedAt: event.data.arrivedAt };
    case 'FollowUpOrdered':
    case 'FollowUpRecorded':
    case 'FollowUpMissed':
      return { followUps: followUpsAfter(row.followUps, event) };
    case 'PlacementEnded': {
      const { departurePending, proposalId } = event.data;
      if (isOfAnother(row, proposalId)) return {};
      return { followUps: [], ...noPlacement, ...(departurePending ? {} : { proposalId: null }) };
    }
    case 'DepartureConfirmed':
      return isOfAnother(row, event.data.proposalId) ? {} : { proposalId: null };
    case 'CaseClosed':
      return { closeCode: event.data.code, lowering: null, ...settled };
    default:
      return {};
  }
};

/**
 * A question about a candidate after one more event of it, or of the case behind it.
 * @param counts of who is to be placed, and the level, from the row of the case
 */
export const policeReferralAfter = (
  row: PoliceReferralRow | undefined,
  event: DomainEvent,
  counts?: Pick<PoliceHomeCase, 'level' | 'adults' | 'children'>,
): PoliceReferralRow | undefined => {
  switch (event.type) {
    case 'CandidateChecked': {
      const { candidateId, municipality, area, caseId, referralDueAt } = event.data;
      // Nobody is asked about a candidate that is clear.
      if (event.data.verdict !== 'REFER_TO_POLICE') return row;
      return {
        candidateId,
        status: 'OPEN',
        municipality,
        area,
        level: counts?.level ?? null,
        adults: counts?.adults ?? null,
        children: counts?.children ?? null,
        dueAt: referralDueAt ?? null,
        organisation: event.data.receivingPolice,
        persons: event.data.receivingPoliceContacts,
        caseId,
        ...notToldYet,
        lastPosition: '',
      };
    }
    case 'ReferralAnswered':
      return row && { ...row, ...nothingAsked, status: event.data.answer };
    case 'ReferralExpired':
      return row && { ...row, ...nothingAsked, status: 'EXPIRED' };
    case 'DisqualificationDeclared':
      return row && { ...row, persons: personsAfter(row, event) };
    default:
      return row;
  }
};

const nothingAsked = { level: null, adults: null, children: null, dueAt: null };

/**
 * The receiving region's row after one more event of its placement, or of the case behind it. Undefined: there is none, or
 * none any more, since nobody stands there whom they could have to fetch.
 * @param counts of who is placed, from the row of the case
 */
export const policePlacementAfter = (
  row: PolicePlacementRow | undefined,
  event: DomainEvent,
  counts?: Pick<PoliceHomeCase, 'adults' | 'children'>,
): PolicePlacementRow | undefined => {
  if (event.type === 'PlacementCleared') {
    const { proposalId, level, assessmentValidUntil, plannedArrival, receivingPolice, caseId } = event.data;
    return {
      proposalId,
      status: 'CLEARED',
      level,
      validUntil: assessmentValidUntil,
      adults: counts?.adults ?? null,
      children: counts?.children ?? null,
      plannedArrival,
      transferStartedAt: null,
      arrivedAt: null,
      departurePending: false,
      conflictAlerted: false,
      organisation: receivingPolice,
      persons: event.data.receivingPoliceContacts,
      caseId,
      ...notToldYet,
      lastPosition: '',
    };
  }
  if (!row) return undefined;
  switch (event.type) {
    case 'ContactChanged':
    case 'DisqualificationDeclared':
      return { ...row, persons: personsAfter(row, event, 'RECEIVING_POLICE', row.proposalId) };
    case 'TransferRecorded':
      return { ...row, status: 'IN_TRANSFER', transferStartedAt: event.data.startedAt };
    case 'ArrivalConfirmed':
      return { ...row, status: 'PLACED', arrivedAt: event.data.arrivedAt };
    case 'ThreatAssessed':
    case 'LoweringConfirmed':
      return { ...row, level: event.data.level, validUntil: event.data.validUntil };
    case 'ConflictAlerted':
      return { ...row, conflictAlerted: true };
    case 'PlacementEnded':
      // Somebody may still stand there: the row stays, with the alarm plan, until the departure is confirmed.
      return event.data.departurePending ? { ...row, status: 'ENDED', departurePending: true } : undefined;
    case 'DepartureConfirmed':
    case 'ClearanceTakenBack':
      return undefined;
    case 'CaseClosed':
      // With any other code the placement ends, and its own stream says whether somebody may still stand there.
      return settledCodes.includes(event.data.code) && !row.departurePending ? undefined : row;
    default:
      return row;
  }
};

/** What waits for the unit of the home region. */
export const policeHomeInbox = (
  row: PoliceHomeCaseRow,
  notices: readonly InquiryNotice[] = [],
): readonly InboxItem[] => {
  if (!row.visible) return [];
  const unseen = notices.filter(({ seen }) => !seen);
  const due = row.followUps.filter((one) => one.state === 'DUE');
  const actions = allowedActions({
    role: 'HOME_POLICE',
    status: row.status,
    loweringPending: row.lowering !== null,
    followUpDue: due.length > 0,
    inquiryUnseen: unseen.length > 0,
  });
  // Somebody asks about the person or who goes along: whoever protects the person knows it at once, also of a case that is over. Who takes over
  // finds it before being named, and is told by it no more than that.
  const items: InboxItem[] = unseen.map(({ inquiryId, receivedAt }) => ({
    kind: 'INQUIRY_ALERT',
    mark: inquiryId,
    dueAt: receivedAt,
    actions: actions.filter((action) => action === 'AcknowledgeInquiry'),
  }));
  if (row.status === 'CLOSED') return items;
  for (const mark of row.exposedPlaces.filter((one) => !row.leftPlaces.includes(one)))
    items.push({ kind: 'LOCATION_EXPOSED', mark, dueAt: null, actions: [] });
  const asked = row.status === 'REQUESTED' || row.status === 'ASSESSING';
  if (row.level === null && (asked || row.reassessDueAt !== null))
    items.push({ kind: 'ASSESS_THREAT', dueAt: row.reassessDueAt, actions });
  else if (row.reassessDueAt !== null)
    items.push({ kind: 'REASSESS_THREAT', dueAt: row.reassessDueAt, actions });
  if (row.lowering !== null) items.push({ kind: 'CONFIRM_LOWERING', dueAt: row.validUntil, actions });
  if (row.status === 'CLEARED') items.push({ kind: 'RECORD_TRANSFER', dueAt: null, actions });
  for (const one of due)
    items.push({ kind: 'RECORD_FOLLOW_UP', mark: String(one.number), dueAt: one.dueAt, actions });
  return items;
};

export const referralInbox = (row: PoliceReferralRow): readonly InboxItem[] =>
  row.status === 'OPEN'
    ? [
        {
          kind: 'ANSWER_REFERRAL',
          dueAt: row.dueAt,
          actions: allowedActions({
            role: 'RECEIVING_POLICE',
            referral: row.status,
            departurePending: false,
          }),
        },
      ]
    : [];

export const policePlacementInbox = (row: PolicePlacementRow): readonly InboxItem[] => {
  const { departurePending } = row;
  const actions = allowedActions({ role: 'RECEIVING_POLICE', referral: undefined, departurePending });
  return [
    ...(departurePending ? [{ kind: 'CONFIRM_DEPARTURE', dueAt: null, actions } as const] : []),
    ...(row.conflictAlerted ? [{ kind: 'CONFLICT_ALERT', dueAt: null, actions } as const] : []),
  ];
};
