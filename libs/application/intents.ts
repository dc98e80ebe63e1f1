import type {
  Competence,
  DataClass,
  EntryRoute,
  Environment,
  HousingForm,
  Instant,
  PlainDate,
  RecipientKind,
  Sex,
  ThreatLevel,
  AgencyKind,
} from '#kernel';
import type { AppointmentEvent } from '#domain/appointment';
import type { Rules } from '#domain/coordination';
import type { DeclineReason } from '#domain/consent';
import type { GlassReason, JointPurpose } from '#domain/just-in-time';
import type { ReviewOutcome, ReviewReason } from '#domain/log-review';
import type { AdmissionRefusal, FollowUpOutcome } from '#domain/placement';
import type { CloseCode, SupportDecisionType } from '#domain/relocation';
import type { Restriction } from '#domain/threat-assessment';

type Fact<E extends { type: string; data: object }, T extends E['type']> = Extract<E, { type: T }>['data'];

/**
 * What an official says, as it comes in over HTTP after validation: clear values, codes and officials' ids. The
 * handlers (handlers/*.ts) turn an intent into a domain command: they make tokens, look up facts of other streams and
 * wrap what must be sealed. Ids of the thing that is acted on (`caseId`, `proposalId`...) come from the path.
 *
 * `officials` are stable ids of persons (the token's `sub`); municipality codes are four digits; `provider` and
 * `housing` are the provider's own ids. None of these ever reach the log.
 */
export interface Intents {
  // Home board
  OpenCase: {
    personalIdentityNumber: string;
    givenName: string;
    familyName: string;
    /** Overrides what the number says. */
    sex?: Sex;
    environment: Environment;
    entryRoute: EntryRoute;
    /** The board's own registry number (dnr). */
    registryNumber: string;
    /** Named officers beside the one who opens: at most two more. */
    officers: readonly string[];
  };
  SignWaiver: {
    caseId: string;
    signedOn: PlainDate;
    validUntil: PlainDate;
    recipientKinds: readonly RecipientKind[];
    classes: readonly DataClass[];
  };
  WithdrawWaiver: { caseId: string; channel: 'WRITTEN' | 'ORAL' | 'PHONE' };
  RegisterSupportDecision: {
    caseId: string;
    decisionType: SupportDecisionType;
    decidedOn: PlainDate;
    registryNumber: string;
  };
  RequestRelocation: {
    caseId: string;
    adults: number;
    children: number;
    housingForm: HousingForm;
    competences: readonly Competence[];
    desiredStart: PlainDate;
    needSummary: string;
    /** One line per companion; sealed as a whole. */
    companions: readonly string[];
    noGoMunicipalities: readonly string[];
  };
  ApproveCounterProposal: { caseId: string; proposalId: string };
  RejectCounterProposal: { caseId: string; proposalId: string };
  ConfirmArrival: { proposalId: string; arrivedAt: Instant };
  RecordFollowUp: {
    proposalId: string;
    number: number;
    heldOn: PlainDate;
    outcome: FollowUpOutcome;
    note: string;
  };
  StartSupervisedClosing: { caseId: string; contactOn: PlainDate };
  CloseCase: { caseId: string; code: CloseCode };
  ConfirmDeparture: { proposalId: string; departedAt: Instant };

  // Police
  AssessThreat: {
    caseId: string;
    level: ThreatLevel;
    restrictions: readonly Restriction[];
    detail: string;
    advice: string;
  };
  ConfirmLowering: { caseId: string; version: number };
  RejectLowering: { caseId: string; version: number };
  RecordConflictEntries: {
    caseId: string;
    /** Names of networks the person belongs to or is threatened by; numbers of adversaries and kin. Tokenised at once. */
    networks: readonly string[];
    adversaryNetworks: readonly string[];
    adversaries: readonly string[];
    kin: readonly string[];
  };
  /** Not tied to a case: a network or a person is present in a municipality of the region. */
  RecordAdversaryPresence: {
    municipalityCode: string;
    networks: readonly string[];
    persons: readonly string[];
  };
  AnswerReferral: { candidateId: string; answer: 'CLEAR' | 'NOT_AVAILABLE' };
  RecordTransfer: { proposalId: string; startedAt: Instant };

  // National coordinator
  CheckCandidate: { caseId: string; municipalityCode: string };
  OrderProposal: { caseId: string; candidateId: string; startOn: PlainDate };
  ClearPlacement: { proposalId: string; plannedArrival: PlainDate };
  /** Step: as the request on the desk names what needs attention. */
  SettleAttention: { caseId: string; step: string };
  TakeDuty: Record<string, never>;
  EnactRules: { rules: Rules; inForceFrom: Instant };

  // Receiving board
  DeclareCapacity: {
    places: number;
    housingForms: readonly HousingForm[];
    competences: readonly Competence[];
  };
  PrepareAnswer: { proposalId: string } & AnswerIntent;
  DecideAnswer: {
    proposalId: string;
    /** With ACCEPT: the persons who will know the identity after clearance (at most two), and the housing. */
    receivers?: readonly string[];
    provider?: string;
    housing?: string;
  } & AnswerIntent;

  // Housing provider
  GrantAdmission: { proposalId: string; address: string };
  RefuseAdmission: { proposalId: string; reason: AdmissionRefusal };

  // Registrar
  AppointOfficial: {
    official: string;
    organisation: string;
    agencyKind: AgencyKind;
    function: Fact<AppointmentEvent, 'OfficialAppointed'>['function'];
    delegated: boolean;
    from: Instant;
    until?: Instant;
  };
  EndAppointment: { official: string; appointmentId: string; endsAt: Instant };
  RecordTraining: { official: string; completedAt: Instant };

  // Log review
  SettleReview: { reviewId: string; record: number; outcome: ReviewOutcome; reason: ReviewReason };
  /** At the person's request, which came on that day. */
  ProduceAccessReport: { caseId: string; requestedOn: PlainDate };

  // Openings for minutes
  BreakGlass: { caseId: string; reason: GlassReason; classes: readonly DataClass[]; note: string };
  ConfirmGlass: { caseId: string; glassId: string };
  RequestJointOpening: { caseId: string; purpose: JointPurpose };
  ApproveJointOpening: { caseId: string; openingId: string };
  RejectJointOpening: { caseId: string; openingId: string };
}

/** ACCEPT; DECLINE with a reason from the closed list; COUNTER with a new start date or another form of housing. */
export interface AnswerIntent {
  answer: 'ACCEPT' | 'DECLINE' | 'COUNTER';
  reason?: DeclineReason;
  startOn?: PlainDate;
  housingForm?: HousingForm;
}

export type IntentType = keyof Intents;
