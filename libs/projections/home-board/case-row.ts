import type { AgeBand, Competence, EntryRoute, Environment, HousingForm, Instant, PlainDate } from '#kernel';
import type { Sex, ThreatLevel, Token } from '#kernel';
import { endOfDay, isEnvelope, timeZone } from '#kernel';
import type { CounterTerms } from '#domain/consent';
import { type ExposedRegister, registersOn } from '#domain/protected-data';
import type { CloseCode, SupportDecisionType } from '#domain/relocation';
import type { Restriction } from '#domain/threat-assessment';
import {
  allowedActions,
  isYoung,
  type CaseStatus,
  type ShownWaiverState,
} from '../shared/allowed-actions.js';
import { personsAfter } from '../shared/contacts.js';
import { statusAfter } from '../shared/case-status.js';
import { departuresAfter, isOfAnother } from '../shared/departures.js';
import { type DomainEvent, type FollowUp, followUpsAfter } from '../shared/events.js';
import type { InboxItem } from '../shared/inbox.js';
import { type ProtectionItem, protectionsOfBoard } from '../shared/protections.js';
import type { Positioned } from '../shared/table.js';
import { notToldYet, ToldTable, type WaitsForTelling } from '../shared/told-facts.js';

/** That a decision says where a child stays. Where, is opened with a pass alone. */
export interface DecisionOnPlace {
  readonly decisionId: string;
  readonly placeDecisionId: string;
  readonly decidedOn: PlainDate;
  /** It is known to somebody who must not know it: who fetches the child alone opens it. */
  readonly exposed: boolean;
  /** When it is said that the child left: then nothing opens it, until that is taken back. */
  readonly departedAt: Instant | null;
}

/** What a named officer of the home board reads of a case. */
export interface HomeCase {
  readonly caseId: string;
  readonly status: CaseStatus;
  readonly sex: Sex;
  readonly ageBand: AgeBand;
  readonly environment: Environment;
  readonly entryRoute: EntryRoute;
  readonly waiver: ShownWaiverState;
  readonly waiverVersion: number | null;
  readonly waiverValidUntil: PlainDate | null;
  readonly supportDecision: SupportDecisionType | null;
  readonly supportDecidedOn: PlainDate | null;
  /** Where decisions say that a child stays, in order, until the case is closed; also what the child is said to have left. */
  readonly decidedPlaces: readonly DecisionOnPlace[];
  /** Of the last of them that nobody has said to be left. */
  readonly placeDecidedOn: PlainDate | null;
  readonly adults: number | null;
  readonly children: number | null;
  readonly housingForm: HousingForm | null;
  readonly competences: readonly Competence[] | null;
  readonly desiredStart: PlainDate | null;
  readonly level: ThreatLevel | null;
  readonly assessmentVersion: number | null;
  readonly validUntil: Instant | null;
  readonly restrictions: readonly Restriction[] | null;
  /** Boards that were asked and could not: declined, silent, full or unsuitable, all the same. */
  readonly notAvailable: number;
  /** While a counter-proposal waits for this board, and from clearance; else null. */
  readonly proposalId: string | null;
  readonly counterTerms: CounterTerms | null;
  readonly counterAnswerBy: Instant | null;
  readonly plannedArrival: PlainDate | null;
  readonly transferStartedAt: Instant | null;
  readonly arrivedAt: Instant | null;
  readonly followUps: readonly FollowUp[];
  /** A placement has ended and nobody has said yet that the person has left it. */
  readonly departurePending: boolean;
  /** Which: there may be two, or another one that the person moves to. */
  readonly awaitedDepartures: readonly string[];
  readonly closingContactOn: PlainDate | null;
  readonly closeCode: CloseCode | null;
}

/** The waiver as it stands when it is read: its last day counts in full. */
export const waiverAsOfNow = `CASE WHEN waiver = 'ACTIVE'
    AND (waiver_valid_until + 1)::timestamp AT TIME ZONE '${timeZone}' <= current_setting('app.now')::timestamptz
  THEN 'LAPSED' ELSE waiver END`;

/** What Police wrote: it stands in the row only while their advice is told to the board. */
export const toldOfHomeCase = [
  'level',
  'assessmentVersion',
  'validUntil',
  'restrictions',
] as const satisfies readonly (keyof HomeCase)[];

export interface HomeCaseRow extends HomeCase, WaitsForTelling<(typeof toldOfHomeCase)[number]>, Positioned {
  readonly organisation: Token;
  readonly persons: readonly Token[];
  /** Proposals that were really put to a board. */
  readonly asked: readonly string[];
  /** Those of them that came to nothing for a reason that the person did not give. */
  readonly unavailable: readonly string[];
  /**
   * For what the officers are reminded of; what they read of protections is home_protection. No assumed identity: it
   * does not end, and what becomes of it is told to nobody.
   */
  readonly protections: readonly ProtectionItem[];
  /** For what the officers are reminded of: registers that may give the new place away and wait to be looked at. */
  readonly openRegisters: readonly ExposedRegister[];
}

export const homeCaseColumns = {
  caseId: 'value',
  status: 'value',
  sex: 'value',
  ageBand: 'value',
  environment: 'value',
  entryRoute: 'value',
  waiver: 'value',
  waiverVersion: 'value',
  waiverValidUntil: 'date',
  supportDecision: 'value',
  supportDecidedOn: 'date',
  decidedPlaces: 'json',
  placeDecidedOn: 'date',
  adults: 'value',
  children: 'value',
  housingForm: 'value',
  competences: 'value',
  desiredStart: 'date',
  level: 'value',
  assessmentVersion: 'value',
  validUntil: 'instant',
  restrictions: 'value',
  notAvailable: 'value',
  proposalId: 'value',
  counterTerms: 'json',
  counterAnswerBy: 'instant',
  plannedArrival: 'date',
  transferStartedAt: 'instant',
  arrivedAt: 'instant',
  followUps: 'json',
  departurePending: 'value',
  awaitedDepartures: 'value',
  closingContactOn: 'date',
  closeCode: 'value',
} as const satisfies Record<keyof HomeCase, string>;

export const homeCaseTable = new ToldTable<HomeCaseRow>('home_board.case_v1', 'caseId', {
  ...homeCaseColumns,
  organisation: 'value',
  persons: 'value',
  asked: 'value',
  unavailable: 'value',
  protections: 'json',
  openRegisters: 'value',
  lastPosition: 'value',
});

/** The row after one more event of its case. */
export const homeCaseAfter = (row: HomeCaseRow | undefined, event: DomainEvent): HomeCaseRow | undefined => {
  if (event.type === 'CaseOpened') return opened(event);
  if (!row) return undefined;
  const persons = personsAfter(row, event, 'HOME_BOARD');
  const changed = {
    ...row,
    ...changesOf(row, event),
    persons,
    status: statusAfter(row.status, event),
    protections: protectionsOfBoard(row.protections, event).filter(({ kind }) => kind !== 'ASSUMED_IDENTITY'),
    openRegisters: openRegistersAfter(row.openRegisters, event),
    awaitedDepartures: departuresAfter(row.awaitedDepartures, event),
    decidedPlaces: placesAfter(row, event),
  };
  return {
    ...changed,
    notAvailable: changed.unavailable.length,
    departurePending: changed.awaitedDepartures.length > 0,
    placeDecidedOn: changed.decidedPlaces.findLast(isNotLeft)?.decidedOn ?? null,
  };
};

const isNotLeft = ({ departedAt }: DecisionOnPlace): boolean => departedAt === null;

/** A later place does not say that the child has left the earlier: somebody says so, of each, and may have to take it back. */
const placesAfter = (
  { decidedPlaces: places, status }: HomeCaseRow,
  event: DomainEvent,
): readonly DecisionOnPlace[] => {
  switch (event.type) {
    case 'PlaceDecisionRegistered': {
      const { decisionId, placeDecisionId, decidedOn, address } = event.data;
      // What version 1 sealed is opened by nobody: the board registers that place again.
      return status === 'CLOSED' || !isEnvelope(address)
        ? places
        : [...places, { decisionId, placeDecisionId, decidedOn, exposed: false, departedAt: null }];
    }
    case 'DecidedPlaceCompromised': {
      const { placeDecisionId } = event.data;
      return places.map((one) => (one.placeDecisionId === placeDecisionId ? { ...one, exposed: true } : one));
    }
    case 'DecidedPlaceLeft': {
      const { placeDecisionId, departedAt } = event.data;
      return places.map((one) => (one.placeDecisionId === placeDecisionId ? { ...one, departedAt } : one));
    }
    case 'CaseClosed':
      return [];
    default:
      return places;
  }
};

const opened = ({ data }: Extract<DomainEvent, { type: 'CaseOpened' }>): HomeCaseRow => ({
  caseId: data.caseId,
  status: 'DRAFT',
  sex: data.sex,
  ageBand: data.ageBand,
  environment: data.environment,
  entryRoute: data.entryRoute,
  waiver: 'NONE',
  waiverVersion: null,
  waiverValidUntil: null,
  supportDecision: null,
  supportDecidedOn: null,
  decidedPlaces: [],
  placeDecidedOn: null,
  adults: null,
  children: null,
  housingForm: null,
  competences: null,
  desiredStart: null,
  level: null,
  assessmentVersion: null,
  validUntil: null,
  restrictions: null,
  notAvailable: 0,
  proposalId: null,
  counterTerms: null,
  counterAnswerBy: null,
  plannedArrival: null,
  transferStartedAt: null,
  arrivedAt: null,
  followUps: [],
  departurePending: false,
  awaitedDepartures: [],
  closingContactOn: null,
  closeCode: null,
  organisation: data.board,
  persons: data.officers,
  asked: [],
  unavailable: [],
  protections: [],
  openRegisters: [],
  ...notToldYet,
  lastPosition: '',
});

/** All of the list from the day on which it was opened anew; less what was looked at since. */
const openRegistersAfter = (
  open: readonly ExposedRegister[],
  { type, data }: DomainEvent,
): readonly ExposedRegister[] => {
  switch (type) {
    case 'ExposedRegistersReopened':
      return registersOn(data.openedOn).map(({ register }) => register);
    case 'ExposedRegisterChecked': {
      const others = open.filter((register) => register !== data.register);
      return data.status === 'OPEN' ? [...others, data.register] : others;
    }
    default:
      return open;
  }
};

const noCounter = { counterTerms: null, counterAnswerBy: null, proposalId: null };
const noPlacement = { plannedArrival: null, transferStartedAt: null, arrivedAt: null };

const changesOf = (row: HomeCaseRow, event: DomainEvent): Partial<HomeCaseRow> => {
  /** Counted once, and only when a board was asked: a candidate that was never asked is nobody's "no". */
  const unavailable = (proposalId: string): Partial<HomeCaseRow> =>
    row.asked.includes(proposalId) && !row.unavailable.includes(proposalId)
      ? { unavailable: [...row.unavailable, proposalId] }
      : {};
  switch (event.type) {
    case 'WaiverSigned':
      return {
        waiver: 'ACTIVE',
        waiverVersion: event.data.version,
        waiverValidUntil: event.data.validUntil,
      };
    case 'WaiverWithdrawn':
      return { waiver: 'WITHDRAWN' };
    case 'SupportDecisionRegistered':
      return { supportDecision: event.data.decisionType, supportDecidedOn: event.data.decidedOn };
    case 'RelocationRequested': {
      const { adults, children, housingForm, competences, desiredStart } = event.data;
      return { adults, children, housingForm, competences, desiredStart };
    }
    case 'ThreatAssessed':
    case 'LoweringConfirmed': {
      const { level, version, validUntil, restrictions } = event.data;
      return { level, assessmentVersion: version, validUntil, restrictions };
    }
    case 'PlacementProposed':
      return { asked: [...row.asked, event.data.proposalId] };
    case 'CounterProposed': {
      const { proposalId, terms, answerBy } = event.data;
      return { proposalId, counterTerms: terms, counterAnswerBy: answerBy };
    }
    case 'CounterProposalApproved':
    case 'CounterProposalRejected':
      return noCounter;
    case 'PlacementDeclined':
    case 'ProposalExpired':
      return { ...noCounter, ...unavailable(event.data.proposalId) };
    case 'ProposalWithdrawn':
      return {
        ...noCounter,
        // With the yes the placement is over: that it has ended is said next, and may come when there is another.
        ...noPlacement,
        followUps: [],
        ...(event.data.reason === 'NOT_AVAILABLE' ? unavailable(event.data.proposalId) : {}),
      };
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
      const { departurePending, reason, proposalId } = event.data;
      return {
        ...(isOfAnother(row, proposalId) ? {} : { ...noPlacement, followUps: [] }),
        ...(isOfAnother(row, proposalId) || departurePending ? {} : { proposalId: null }),
        ...(reason === 'NOT_AVAILABLE' || reason === 'ADMISSION_REFUSED' ? unavailable(proposalId) : {}),
      };
    }
    case 'DepartureConfirmed':
      return isOfAnother(row, event.data.proposalId) ? {} : { proposalId: null };
    case 'SupervisedClosingStarted':
      return { closingContactOn: event.data.contactOn };
    case 'CaseClosed':
      return { closeCode: event.data.code };
    default:
      return {};
  }
};

/** What waits for the home board in this case. */
export const homeInbox = (row: HomeCaseRow): readonly InboxItem[] => {
  const due = row.followUps.filter((one) => one.state === 'DUE');
  const actions = allowedActions({
    role: 'HOME_BOARD',
    status: row.status,
    waiver: row.waiver,
    supportDecided: row.supportDecision !== null,
    young: isYoung(row.ageBand),
    counterPending: row.counterTerms !== null,
    followUpDue: due.length > 0,
    departurePending: row.departurePending,
  });
  const items: InboxItem[] = [];
  if (row.status === 'CLOSED' && !row.departurePending) return items;
  for (const mark of row.awaitedDepartures)
    items.push({ kind: 'CONFIRM_DEPARTURE', mark, dueAt: null, actions: ['ConfirmDeparture'] });
  if (row.status === 'CLOSED') return items;
  for (const { placeDecisionId: mark, exposed } of row.decidedPlaces.filter(isNotLeft))
    if (exposed) items.push({ kind: 'LOCATION_EXPOSED', mark, dueAt: null, actions: [] });
  // While any register that may give a new place away waits to be looked at; by when the person is to be there.
  if (row.openRegisters.length > 0)
    items.push({
      kind: 'CHECK_EXPOSED_REGISTERS',
      dueAt: row.plannedArrival === null ? null : endOfDay(row.plannedArrival),
      actions: [],
    });
  if (row.waiver === 'WITHDRAWN') items.push({ kind: 'SETTLE_AFTER_WITHDRAWAL', dueAt: null, actions });
  else if (row.status === 'DRAFT') items.push({ kind: 'PREPARE_REQUEST', dueAt: null, actions });
  if (row.counterTerms !== null)
    items.push({ kind: 'ANSWER_COUNTER_PROPOSAL', dueAt: row.counterAnswerBy, actions });
  if ((row.status === 'CLEARED' || row.status === 'IN_TRANSFER') && row.plannedArrival !== null)
    items.push({ kind: 'CONFIRM_ARRIVAL', dueAt: endOfDay(row.plannedArrival), actions });
  for (const one of due)
    items.push({ kind: 'RECORD_FOLLOW_UP', mark: String(one.number), dueAt: one.dueAt, actions });
  if (row.status === 'SUPERVISED_CLOSING') items.push({ kind: 'CLOSE_CASE', dueAt: null, actions });
  return items;
};
