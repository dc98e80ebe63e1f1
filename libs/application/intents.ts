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
import type {
  Authority,
  ExposureSource,
  ContactChangeReason,
  DisqualificationGround,
  GenuineCheck,
  LegalBasisCode,
  RequestPurpose,
  ServedDecisionType,
  TellingPurpose,
  WeighingReason,
} from '#domain/disclosure';
import type { Rules } from '#domain/coordination';
import type { DeclineReason } from '#domain/consent';
import type { GlassReason, JointPurpose } from '#domain/just-in-time';
import type { ReviewOutcome, ReviewReason } from '#domain/log-review';
import type { AdmissionRefusal, FollowUpOutcome } from '#domain/placement';
import type {
  ApplicantRole,
  ExposedRegister,
  ProtectionKind,
  RegisterStatus,
  WithholdingReason,
} from '#domain/protected-data';
import type {
  AnswerOutcome,
  AppealOutcome,
  DocumentKind,
  HarmFinding,
  RegisterRules,
} from '#domain/public-access';
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
  /** On the waiver, or on a statute that leaves nothing to weigh. What is told is what the teller's authority wrote. */
  TellAgency: {
    caseId: string;
    /** Id of an agency that may be told something, for example probation:national. */
    organisation: string;
    /** Its named persons, who hold its function of contact. */
    contacts: readonly string[];
    /** Empty for who knows no more than the reference. */
    classes: readonly DataClass[];
    purpose: TellingPurpose;
    foot: 'WAIVER' | 'STATUTE';
    /** With STATUTE. */
    legalBasis?: LegalBasisCode;
    /** The agency has asked, in this case. */
    requested?: boolean;
    /** With the decision on the place, which is a file of its own. */
    decisionId?: string;
    expiresAt?: Instant;
  };
  EndTelling: { caseId: string; disclosureId: string };
  WithdrawWaiver: { caseId: string; channel: 'WRITTEN' | 'ORAL' | 'PHONE' };
  // Every agency with a part: on the case, or on the proposal by which the receiving side knows it
  DeclareImpartial: { caseId: string };
  DeclareDisqualified: { caseId: string } & DisqualificationIntent;
  ChangeContact: { caseId: string } & ContactChangeIntent;
  DeclareImpartialOnProposal: { proposalId: string };
  DeclareDisqualifiedOnProposal: { proposalId: string } & DisqualificationIntent;
  ChangeContactOnProposal: { proposalId: string } & ContactChangeIntent;
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
    /** Of those who have one: for recognising who is asked about, and in no event. */
    companionNumbers?: readonly string[];
    noGoMunicipalities: readonly string[];
  };
  RegisterServedDecision: {
    caseId: string;
    decisionType: ServedDecisionType;
    decidedOn: PlainDate;
    registryNumber: string;
    /** As it is served: without place and provider. */
    text: string;
  };
  RegisterPlaceDecision: {
    caseId: string;
    decisionId: string;
    decidedOn: PlainDate;
    provider: string;
    place: string;
  };
  /** The home board, and whoever stands by there. */
  ConfirmPlaceLeft: {
    caseId: string;
    decisionId: string;
    placeDecisionId: string;
    /** When; or that the child is there after all, whatever was said. One of the two. */
    departedAt?: Instant;
    there?: true;
  };
  ReportDecidedPlaceExposure: {
    caseId: string;
    decisionId: string;
    placeDecisionId: string;
    source: ExposureSource;
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
  /** The home board, its duty officer, Police on either side. */
  ReportExposure: { proposalId: string; source: ExposureSource };

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

  // Every holder: what others ask about a person
  ReceiveInformationRequest: {
    personalIdentityNumber: string;
    requester: Authority;
    basis: LegalBasisCode;
    purpose: RequestPurpose;
    asked: readonly DataClass[];
    /** What the requester says of the circumstances; age comes from the number. */
    stated: readonly StatedGround[];
    /** What the scale of punishment begins and ends with, in months. */
    scaleFromMonths?: number;
    scaleToMonths?: number;
    reference: string;
    text: string;
    reviewers: readonly string[];
  };
  WeighInformationRequest: {
    inquiryId: string;
    released: readonly DataClass[];
    reasons: readonly WeighingReason[];
    note: string;
  };
  DecideInformationRequest: { inquiryId: string; agrees: boolean; recipient?: string };
  ReceiveStayInquiry: {
    personalIdentityNumber: string;
    requester: Authority;
    checked: GenuineCheck;
    reference: string;
    text: string;
    reviewers: readonly string[];
  };
  /** NONE: not genuine, or nobody to whom an answer is owed. Never where. */
  AnswerStayInquiry: {
    inquiryId: string;
    checked: GenuineCheck;
    answer: 'YES' | 'NO' | 'NONE';
    recipient?: string;
  };
  DeclareImpartialInInquiry: { inquiryId: string };
  DeclareDisqualifiedInInquiry: { inquiryId: string; ground: DisqualificationGround };
  /** Home Police have seen that somebody asked about the person of their case. */
  AcknowledgeInquiry: { caseId: string; inquiryId: string };

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

  // Protected personal data: the home board, and who decides (Skatteverket, Police)
  RequestProtection: {
    caseId: string;
    kind: ProtectionKind;
    appliedBy: ApplicantRole;
    familyIncluded: boolean;
    appliedOn: PlainDate;
  };
  RegisterProtectionOutcome: {
    caseId: string;
    protectionId: string;
    outcome: 'GRANTED' | 'REFUSED';
    decidedOn: PlainDate;
    until?: PlainDate;
    /** Never a place of stay. */
    registeredMunicipalityCode?: string;
  };
  EndProtection: {
    caseId: string;
    protectionId: string;
    reason: 'OWN_NOTICE' | 'SPECIAL_REASONS';
    endedOn: PlainDate;
  };
  SendRegistrationNotice: { caseId: string; sentOn: PlainDate };
  WithholdRegistrationNotice: { caseId: string; reason: WithholdingReason; grounds: string };
  CheckExposedRegister: {
    caseId: string;
    register: ExposedRegister;
    status: RegisterStatus;
    checkedOn: PlainDate;
  };

  // Registrars of official documents, at every authority
  RegisterDocumentRequest: {
    /** The authority's own number (dnr). */
    registryNumber: string;
    text: string;
    /** Nobody is asked for it: without it the request is anonymous. */
    contact?: string;
    kinds: readonly DocumentKind[];
    receivedAt: Instant;
  };
  /** By another registrar or decider of the authority: those who were named may have left. */
  TakeOverDocumentRequest: { requestId: string };
  AnswerDocumentRequest: DocumentAnswerIntent;
  RequestAuthorityDecision: { requestId: string; requestedOn: PlainDate };
  /** The authority's own decision, under delegation. */
  DecideDocumentRequest: DocumentAnswerIntent;
  RecordRefusalServed: { requestId: string; servedOn: PlainDate };
  RecordRefusalAppealed: { requestId: string; receivedAt: Instant };
  /** From the court's decision, as it reached the authority. */
  RecordAppealOutcome: {
    requestId: string;
    outcome: AppealOutcome;
    decidedOn: PlainDate;
    /** What the court orders to be released, with CHANGED; all that was asked for when none are named. */
    orderedKinds?: readonly DocumentKind[];
  };
  /** For one authority, by the coordinator's registrar. */
  EnactRegisterRules: { authority: string; rules: RegisterRules; inForceFrom: Instant };
  // Log review
  SettleReview: { reviewId: string; record: number; outcome: ReviewOutcome; reason: ReviewReason };
  /** At the person's request, which came on that day. */
  ProduceAccessReport: { caseId: string; requestedOn: PlainDate };

  // Openings for minutes
  BreakGlass: { caseId: string; reason: GlassReason; classes: readonly DataClass[]; note: string };
  /** Receiving Police know the placement, never the case. */
  BreakGlassAtPlacement: {
    proposalId: string;
    reason: GlassReason;
    classes: readonly DataClass[];
    note: string;
  };
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

export interface DisqualificationIntent {
  ground: DisqualificationGround;
  /** Who takes over; the last who is named says it. */
  successor?: string;
}

export interface ContactChangeIntent {
  /** Who goes; nobody only where there is room for one more. */
  outgoing?: string;
  incoming: string;
  reason: ContactChangeReason;
}

export const statedGrounds = [
  'CONCRETE_CIRCUMSTANCES',
  'VIOLENCE_IN_CLOSE_RELATION',
  'COMMITTED_CRIME',
  'SUBSTANCE_MISUSE',
  'PSYCHIATRIC_CARE',
  'DECIDED_COOPERATION',
] as const;
export type StatedGround = (typeof statedGrounds)[number];
/** The findings under each provision; with a release what is released, and the pages that are copied; in part also of the rest. */
export interface DocumentAnswerIntent {
  requestId: string;
  outcome: AnswerOutcome;
  kinds: readonly DocumentKind[];
  findings: readonly HarmFinding[];
  restFindings?: readonly HarmFinding[];
  note: string;
  pages?: number;
  smallestFigure?: number;
}

export type IntentType = keyof Intents;
