import type {
  AgeBand,
  Instant,
  PlainDate,
  ProcessInput,
  ProcessOutput,
  RecordedEvent,
  SealedRef,
  ThreatLevel,
  Token,
} from '#kernel';
import type { ConsentEvent } from '#domain/consent';
import type { AreaEvent } from '#domain/destination';
import type { DisclosureEvent } from '#domain/disclosure';
import type { PlacementEvent } from '#domain/placement';
import type { ClaimEvent, RelocationEvent } from '#domain/relocation';
import type { ThreatAssessmentEvent } from '#domain/threat-assessment';
import { type Agency, asSent, type DiscloseData } from './system-commands.js';

/** Event types that the relocation process wants to see. */
export const handledTypes = [
  'CaseOpened',
  'RelocationRequested',
  'CaseClosed',
  'SubjectClaimed',
  'SubjectClaimContested',
  'ClaimReleased',
  'WaiverSigned',
  'WaiverWithdrawn',
  'ThreatAssessed',
  'LoweringProposed',
  'LoweringConfirmed',
  'ConflictEntriesRecorded',
  'CandidateChecked',
  'ReferralAnswered',
  'ReferralExpired',
  'ProposalOrdered',
  'PlacementProposed',
  'ProposalAbandoned',
  'PlacementAccepted',
  'PlacementDeclined',
  'CounterProposed',
  'CounterProposalApproved',
  'CounterProposalRejected',
  'ProposalExpired',
  'ProposalWithdrawn',
  'AdmissionGranted',
  'AdmissionRefused',
  'PlacementCleared',
  'ClearanceRefused',
  'ClearanceTakenBack',
  'TransferRecorded',
  'ArrivalConfirmed',
  'FollowUpRecorded',
  'FollowUpMissed',
  'PlacementEnded',
  'DepartureConfirmed',
  'AreaRechecked',
] as const;

type AnyDomainEvent =
  | RelocationEvent
  | ClaimEvent
  | DisclosureEvent
  | ThreatAssessmentEvent
  | ConsentEvent
  | PlacementEvent
  | AreaEvent;

export type Handled = Extract<AnyDomainEvent, { type: (typeof handledTypes)[number] }>;

/** Sealed fields have been cut out of `data`: what the process may touch is coded or a token. */
export const asHandled = (event: RecordedEvent): Handled =>
  ({ type: event.type, data: event.data }) as unknown as Handled;

/** How far one proposal has come. In this order, but for the last three, which may follow any from ACCEPTED on. */
export type Stage =
  | 'RESERVING_AREA'
  | 'RESERVING_CAPACITY'
  | 'CONFIRMING'
  | 'ASKED'
  | 'COUNTERED'
  | 'ACCEPTED'
  | 'ADMITTED'
  | 'CLEARED'
  | 'IN_TRANSFER'
  | 'ARRIVED'
  /** A refused telling has undone the clearance; the answer of the placement stream is awaited. */
  | 'TAKING_BACK'
  /** The end has been asked for; the placement stream says whether somebody may be standing there. */
  | 'ENDING'
  /** Ended, and somebody may be standing there: reservations and alarm plan stay until the departure is confirmed. */
  | 'LEAVING';

export interface Proposal {
  readonly proposalId: string;
  readonly stage: Stage;
  readonly municipality: Token;
  readonly board: Token;
  readonly boardContacts: readonly Token[];
  readonly area: Token;
  readonly receivingPolice: Token;
  readonly receivingPoliceContacts: readonly Token[];
  readonly homeDutyOfficers: readonly Token[];
  readonly level: ThreatLevel;
  readonly referenceCode: string;
  readonly places: number;
  readonly startOn: PlainDate;
  readonly answerBy: Instant;
  readonly remindAt: Instant;
  readonly receivers: readonly Token[];
  /** Who takes the person in, once the board has said yes. */
  readonly provider?: Token;
  readonly directors?: readonly Token[];
  /** Where the envelopes of destination and address lie, once the provider has admitted. */
  readonly refs: readonly SealedRef[];
  /** Event id of the clearance: which tellings are its own. */
  readonly clearance?: string;
  readonly arrivedAt?: Instant;
  /** Number of the follow-up that is awaited. */
  readonly followUp: number;
  /** Event id of the last check whose conflict was dealt with. */
  readonly lastConflict?: string;
}

export interface Telling {
  /** What it is about: a renewed waiver brings a new telling under the same key. */
  readonly key: string;
  readonly data: DiscloseData;
  /** Whose it is to tell, also when it is told again. */
  readonly teller: Agency;
  /** Ended by a withdrawal or refused: nothing to end, but to be told again when a new waiver is signed. */
  readonly lapsed: boolean;
}

export interface CaseState {
  readonly status: 'RUNNING' | 'CLOSING';
  readonly caseId: string;
  readonly subject: string;
  readonly ageBand: AgeBand;
  readonly board: Token;
  readonly officers: readonly Token[];
  readonly dutyOfficers: readonly Token[];
  readonly police: Token;
  readonly policeContacts: readonly Token[];
  readonly coordinator: Token;
  readonly coordinatorContacts: readonly Token[];
  /** Where the identity lies. */
  readonly identity: readonly SealedRef[];
  /** RELEASING: it has been given back, and the answer of the claim stream is awaited. */
  readonly claim: 'ASKED' | 'HELD' | 'WAITING' | 'RELEASING' | 'RELEASED';
  readonly waiver: { readonly status: 'NONE' | 'ACTIVE' | 'WITHDRAWN'; readonly version: number };
  /** Where the need profile lies, once there is a request. */
  readonly needs?: readonly SealedRef[];
  /** Where it lies who comes along. */
  readonly family?: readonly SealedRef[];
  readonly assessment?: {
    readonly version: number;
    readonly level: ThreatLevel;
    readonly validUntil: Instant;
  };
  /** Where the last advice of Police lies: of this assessment, or of one before it that gave some. */
  readonly advice?: readonly SealedRef[];
  /** Where the advice lies that goes with a proposed lower level. */
  readonly proposedAdvice?: { readonly version: number; readonly refs: readonly SealedRef[] };
  /** Candidates and proposals seen, so that a repeat sets no second clock and reserves nothing twice. */
  readonly candidates: readonly string[];
  readonly ordered: readonly string[];
  readonly proposals: readonly Proposal[];
  readonly tellings: readonly Telling[];
  /** Running deadlines, name to instant. */
  readonly deadlines: Readonly<Record<string, Instant>>;
  /** Candidates that were checked before Police's register changed for this person: to be checked again. */
  readonly staleCandidates: readonly string[];
  /** Event id of the last change of Police's register for this person that was dealt with. */
  readonly lastEntries?: string;
}

/** Plain JSON throughout. */
export type RelocationProcessState =
  { readonly status: 'UNKNOWN' } | CaseState | { readonly status: 'ENDED'; readonly caseId: string };

export const proposalOf = (state: CaseState, proposalId: string): Proposal | undefined =>
  state.proposals.find((proposal) => proposal.proposalId === proposalId);

/** The stages at which nothing has been cleared: the proposal may simply be voided. */
const beforeClearance: readonly Stage[] = [
  'RESERVING_AREA',
  'RESERVING_CAPACITY',
  'CONFIRMING',
  'ASKED',
  'COUNTERED',
  'ACCEPTED',
  'ADMITTED',
];
export const isBeforeClearance = ({ stage }: Proposal): boolean => beforeClearance.includes(stage);

/** Cleared, and not told to end: the person is on the way or there. */
export const mayStandThere = ({ stage }: Proposal): boolean =>
  stage === 'CLEARED' || stage === 'IN_TRANSFER' || stage === 'ARRIVED';

/** A placement stream exists (or is being asked for) and has not been told to end. */
const activePlacement: readonly Stage[] = ['ACCEPTED', 'ADMITTED', 'CLEARED', 'IN_TRANSFER', 'ARRIVED'];
export const hasActivePlacement = ({ stage }: Proposal): boolean => activePlacement.includes(stage);

export const evolveRelocation = (
  state: RelocationProcessState,
  step: { input: ProcessInput } | { output: ProcessOutput },
): RelocationProcessState => {
  if (state.status === 'ENDED') return state;
  if ('output' in step) return state.status === 'UNKNOWN' ? state : afterOutput(state, step.output);
  const { input } = step;
  switch (input.kind) {
    case 'event':
      return state.status === 'UNKNOWN'
        ? opened(asHandled(input.event), input.sealed)
        : afterEvent(
            withoutExpired(state, input.event.metadata.occurredAt),
            asHandled(input.event),
            input.event.id,
            input.sealed,
          );
    case 'deadline': {
      if (state.status === 'UNKNOWN' || state.deadlines[input.name] !== input.dueAt) return state;
      return { ...state, deadlines: without(state.deadlines, input.name) };
    }
    case 'refused': {
      const sent = asSent(input.command);
      if (state.status === 'UNKNOWN' || sent.type !== 'DiscloseInformation') return state;
      return {
        ...state,
        tellings: lapse(state.tellings, ({ disclosureId }) => disclosureId === sent.data.disclosureId),
      };
    }
    case 'accepted':
      return state;
  }
};

const opened = (event: Handled, sealed: readonly SealedRef[]): RelocationProcessState => {
  if (event.type !== 'CaseOpened') return { status: 'UNKNOWN' };
  const { data } = event;
  return {
    status: 'RUNNING',
    caseId: data.caseId,
    subject: data.subject,
    ageBand: data.ageBand,
    board: data.board,
    officers: data.officers,
    dutyOfficers: data.dutyOfficers,
    police: data.homePolice,
    policeContacts: data.homePoliceContacts,
    coordinator: data.coordinator,
    coordinatorContacts: data.coordinatorContacts,
    identity: sealed.filter((ref) => ref.class === 'identity'),
    claim: 'ASKED',
    waiver: { status: 'NONE', version: 0 },
    candidates: [],
    ordered: [],
    staleCandidates: [],
    proposals: [],
    tellings: [],
    deadlines: {},
  };
};

const afterEvent = (
  state: CaseState,
  event: Handled,
  eventId: string,
  sealed: readonly SealedRef[],
): RelocationProcessState => {
  const ofClass = (name: SealedRef['class']) => sealed.filter((ref) => ref.class === name);
  switch (event.type) {
    case 'CaseOpened':
      return state;
    case 'SubjectClaimed':
      return { ...state, claim: state.claim === 'RELEASING' ? state.claim : 'HELD' };
    case 'SubjectClaimContested':
      return { ...state, claim: state.claim === 'RELEASING' ? state.claim : 'WAITING' };
    case 'ClaimReleased':
      return { ...state, claim: 'RELEASED' };
    case 'RelocationRequested':
      return {
        ...state,
        needs: state.needs ?? ofClass('needs'),
        family: state.family ?? ofClass('family'),
      };
    case 'CaseClosed':
      return { ...state, status: 'CLOSING' };
    case 'WaiverSigned':
      return event.data.version > state.waiver.version
        ? { ...state, waiver: { status: 'ACTIVE', version: event.data.version } }
        : state;
    case 'WaiverWithdrawn':
      return event.data.version === state.waiver.version
        ? {
            ...state,
            waiver: { ...state.waiver, status: 'WITHDRAWN' },
            tellings: lapse(state.tellings, ({ foot }) => foot === 'WAIVER'),
          }
        : state;
    case 'LoweringProposed':
      return {
        ...state,
        proposedAdvice: { version: event.data.version, refs: ofClass('threat-advice') },
      };
    case 'ThreatAssessed':
    case 'LoweringConfirmed': {
      const { version, level, validUntil } = event.data;
      if (version <= (state.assessment?.version ?? 0)) return state;
      const advice = adviceOf(state, event, sealed);
      return {
        ...state,
        assessment: { version, level, validUntil },
        ...(advice.length > 0 && { advice }),
      };
    }
    case 'ConflictEntriesRecorded':
      return { ...state, lastEntries: eventId, staleCandidates: state.candidates };
    case 'CandidateChecked':
      return { ...state, candidates: [...new Set([...state.candidates, event.data.candidateId])] };
    case 'ProposalOrdered': {
      const { data } = event;
      if (state.ordered.includes(data.proposalId)) return state;
      const proposal: Proposal = {
        proposalId: data.proposalId,
        stage: 'RESERVING_AREA',
        municipality: data.municipality,
        board: data.board,
        boardContacts: data.boardContacts,
        area: data.area,
        receivingPolice: data.receivingPolice,
        receivingPoliceContacts: data.receivingPoliceContacts,
        homeDutyOfficers: state.dutyOfficers,
        level: data.level,
        referenceCode: data.referenceCode,
        places: data.adults + data.children,
        startOn: data.startOn,
        answerBy: data.answerBy,
        remindAt: data.remindAt,
        receivers: [],
        refs: [],
        followUp: 0,
      };
      return {
        ...state,
        ordered: [...state.ordered, data.proposalId],
        proposals: [...state.proposals, proposal],
      };
    }
    case 'PlacementProposed':
      return from(state, event.data.proposalId, ['CONFIRMING'], { stage: 'ASKED' });
    case 'CounterProposed':
      return from(state, event.data.proposalId, ['ASKED'], {
        stage: 'COUNTERED',
        answerBy: event.data.answerBy,
      });
    case 'CounterProposalApproved':
      return from(state, event.data.proposalId, ['COUNTERED'], {
        stage: 'ASKED',
        answerBy: event.data.answerBy,
        startOn: event.data.startOn,
      });
    case 'PlacementAccepted':
      return from(state, event.data.proposalId, ['ASKED'], {
        stage: 'ACCEPTED',
        receivers: event.data.receivers,
        provider: event.data.provider,
        directors: event.data.directors,
      });
    case 'AdmissionGranted':
      // Also while the end is on its way: the address may still be needed by those who must fetch the person.
      return from(
        from(state, event.data.proposalId, ['ACCEPTED', 'ENDING'], {
          refs: [...ofClass('destination'), ...ofClass('address')],
        }),
        event.data.proposalId,
        ['ACCEPTED'],
        { stage: 'ADMITTED' },
      );
    case 'PlacementCleared':
      // Also while the end is on its way: whoever must be able to fetch the person is the one named here.
      return from(
        from(state, event.data.proposalId, ['ADMITTED', 'ENDING'], {
          receivingPolice: event.data.receivingPolice,
          receivingPoliceContacts: event.data.receivingPoliceContacts,
          homeDutyOfficers: event.data.homeDutyOfficers,
        }),
        event.data.proposalId,
        ['ADMITTED'],
        { stage: 'CLEARED', clearance: eventId },
      );
    case 'TransferRecorded':
      return from(state, event.data.proposalId, ['CLEARED'], { stage: 'IN_TRANSFER' });
    case 'ArrivalConfirmed':
      return from(state, event.data.proposalId, ['CLEARED', 'IN_TRANSFER'], {
        stage: 'ARRIVED',
        arrivedAt: event.data.arrivedAt,
      });
    case 'PlacementEnded':
      return event.data.departurePending
        ? from(state, event.data.proposalId, [...activePlacement, 'TAKING_BACK', 'ENDING'], {
            stage: 'LEAVING',
          })
        : state;
    case 'AreaRechecked':
      return {
        ...state,
        proposals: state.proposals.map((proposal) =>
          event.data.conflicts.some(({ proposalId }) => proposalId === proposal.proposalId)
            ? { ...proposal, lastConflict: eventId }
            : proposal,
        ),
      };
    // What follows from these is seen in the commands that the process sends.
    case 'ReferralAnswered':
    case 'ReferralExpired':
    case 'ProposalAbandoned':
    case 'PlacementDeclined':
    case 'CounterProposalRejected':
    case 'ProposalExpired':
    case 'ProposalWithdrawn':
    case 'AdmissionRefused':
    case 'ClearanceRefused':
    case 'ClearanceTakenBack':
    case 'FollowUpRecorded':
    case 'FollowUpMissed':
    case 'DepartureConfirmed':
      return state;
  }
};

const afterOutput = (state: CaseState, output: ProcessOutput): RelocationProcessState => {
  switch (output.kind) {
    case 'end':
      return { status: 'ENDED', caseId: state.caseId };
    case 'set-deadline':
      return { ...state, deadlines: { ...state.deadlines, [output.name]: output.dueAt } };
    case 'clear-deadline':
      return { ...state, deadlines: without(state.deadlines, output.name) };
    case 'send': {
      const sent = asSent(output.command);
      switch (sent.type) {
        case 'ReserveCapacity':
          return from(state, sent.data.proposalId, ['RESERVING_AREA'], { stage: 'RESERVING_CAPACITY' });
        case 'ConfirmProposal':
          return from(state, sent.data.proposalId, ['RESERVING_CAPACITY'], { stage: 'CONFIRMING' });
        case 'TakeClearanceBack':
          return from(state, sent.data.proposalId, ['CLEARED'], { stage: 'TAKING_BACK' });
        case 'EndPlacement':
          return from(state, sent.data.proposalId, [...activePlacement, 'TAKING_BACK'], { stage: 'ENDING' });
        case 'OrderFollowUp':
          return from(state, sent.data.proposalId, ['ARRIVED'], { followUp: sent.data.number });
        case 'ReleaseClaim':
          return { ...state, claim: 'RELEASING' };
        // The area is released last: nothing is held for this proposal any more.
        case 'ReleaseArea':
          return {
            ...state,
            proposals: state.proposals.filter(({ proposalId }) => proposalId !== sent.data.proposalId),
          };
        case 'DiscloseInformation': {
          const key = keyOf(sent.data);
          // A renewal replaces what has lapsed.
          const others = state.tellings.filter((telling) => telling.key !== key || !telling.lapsed);
          const { onBehalfOf: teller } = output.command;
          return { ...state, tellings: [...others, { key, data: sent.data, teller, lapsed: false }] };
        }
        case 'EndDisclosure':
          return {
            ...state,
            // What has lapsed stays remembered: a new waiver tells it again.
            tellings: state.tellings.filter(
              ({ data, lapsed }) => lapsed || data.disclosureId !== sent.data.disclosureId,
            ),
          };
        default:
          return state;
      }
    }
  }
};

/** Where the advice lies that an assessment gives, with a lower level that of the proposal; nothing where it gives none. */
export const adviceOf = (
  { proposedAdvice }: CaseState,
  { type, data }: Extract<Handled, { type: 'ThreatAssessed' | 'LoweringConfirmed' }>,
  sealed: readonly SealedRef[],
): readonly SealedRef[] => {
  if (type === 'ThreatAssessed') return sealed.filter((ref) => ref.class === 'threat-advice');
  return proposedAdvice?.version === data.version ? proposedAdvice.refs : [];
};

/** What a telling is about: who is told what, for what, under which proposal. */
export const keyOf = (data: Omit<DiscloseData, 'disclosureId'>): string =>
  [
    data.recipientKind,
    data.purpose,
    data.foot,
    data.proposalId ?? '',
    ...data.refs.map(({ path }) => path),
  ].join(':');

/** What ran out by itself needs no end, and is not told again. */
const withoutExpired = (state: CaseState, at: Instant): CaseState => ({
  ...state,
  tellings: state.tellings.filter(({ data }) => data.expiresAt === undefined || data.expiresAt > at),
});

/** Changes one proposal, when it is at one of these stages. */
const from = (
  state: CaseState,
  proposalId: string,
  stages: readonly Stage[],
  change: Partial<Proposal>,
): CaseState => ({
  ...state,
  proposals: state.proposals.map((proposal) =>
    proposal.proposalId === proposalId && stages.includes(proposal.stage)
      ? { ...proposal, ...change }
      : proposal,
  ),
});

/** Those of a proposal are gone for good; those of the case are told again under a new waiver. */
const lapse = (tellings: readonly Telling[], which: (data: DiscloseData) => boolean): readonly Telling[] =>
  tellings
    .filter(({ data }) => !(which(data) && data.proposalId !== undefined))
    .map((telling) => (which(telling.data) ? { ...telling, lapsed: true } : telling));

const without = <Value>(record: Readonly<Record<string, Value>>, name: string): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
