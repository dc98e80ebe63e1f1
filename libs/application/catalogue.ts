import {
  type AnyCommand,
  type AnyEvent,
  type Category,
  type Confidential,
  type DataClass,
  type Decider,
  type Envelope,
  processEventTypes,
} from '#kernel';
import { appointmentDecider, type AppointmentEvent } from '#domain/appointment';
import { consentDecider, type ConsentEvent } from '#domain/consent';
import { coordinationDecider, type CoordinationEvent } from '#domain/coordination';
import { erasureDecider, type ErasureEvent } from '#domain/erasure';
import { areaDecider, type AreaEvent, destinationDecider, type DestinationEvent } from '#domain/destination';
import {
  disclosureDecider,
  type DisclosureEvent,
  inquiryDecider,
  type InquiryEvent,
  servedDecisionDecider,
  type ServedDecisionEvent,
} from '#domain/disclosure';
import {
  glassDecider,
  type GlassEvent,
  jointOpeningDecider,
  type JointOpeningEvent,
} from '#domain/just-in-time';
import {
  accessReportDecider,
  type AccessReportEvent,
  reviewDecider,
  type ReviewEvent,
} from '#domain/log-review';
import { placementDecider, type PlacementEvent } from '#domain/placement';
import { protectedDataDecider, type ProtectedDataEvent } from '#domain/protected-data';
import {
  publicAccessDecider,
  type PublicAccessEvent,
  registerDecider,
  type RegisterEvent,
} from '#domain/public-access';
import { claimDecider, type ClaimEvent, relocationDecider, type RelocationEvent } from '#domain/relocation';
import { threatAssessmentDecider, type ThreatAssessmentEvent } from '#domain/threat-assessment';
import { type Codec, createCodec, type EventRegistration } from '#event-store';
import { type fieldCatalogue } from '#personal-data';
import { parkedDecisionTypes } from '#subscriptions';

export type DomainEvent =
  | RelocationEvent
  | ClaimEvent
  | DisclosureEvent
  | InquiryEvent
  | ServedDecisionEvent
  | ThreatAssessmentEvent
  | ConsentEvent
  | PlacementEvent
  | AreaEvent
  | DestinationEvent
  | AppointmentEvent
  | CoordinationEvent
  | ErasureEvent
  | PublicAccessEvent
  | RegisterEvent
  | ProtectedDataEvent
  | ReviewEvent
  | AccessReportEvent
  | GlassEvent
  | JointOpeningEvent;

/**
 * The version in which each type of event is written today. A new version is one more here and an upcaster for the one
 * before; what was written stays as it is.
 */
const schemaVersions: Readonly<Record<DomainEvent['type'], number>> = {
  CaseOpened: 2,
  SupportDecisionRegistered: 1,
  RelocationRequested: 1,
  SupervisedClosingStarted: 1,
  CaseClosed: 1,
  SubjectClaimed: 1,
  SubjectClaimContested: 1,
  ClaimReleased: 1,
  WaiverSigned: 1,
  WaiverWithdrawn: 1,
  InformationDisclosed: 2,
  DisclosureEnded: 1,
  ThreatAssessed: 1,
  LoweringProposed: 1,
  LoweringConfirmed: 1,
  LoweringRejected: 1,
  ReassessmentOrdered: 1,
  AssessmentExpired: 1,
  ConflictEntriesRecorded: 1,
  CandidateChecked: 1,
  ReferralAnswered: 1,
  ReferralExpired: 1,
  ProposalOrdered: 1,
  PlacementProposed: 1,
  ProposalAbandoned: 1,
  ProposalReminded: 1,
  AnswerPrepared: 1,
  PlacementAccepted: 1,
  PlacementDeclined: 1,
  CounterProposed: 1,
  CounterProposalApproved: 1,
  CounterProposalRejected: 1,
  ProposalExpired: 1,
  ProposalWithdrawn: 1,
  AttentionRequested: 1,
  AttentionSettled: 1,
  AdmissionRequested: 1,
  AdmissionGranted: 1,
  AdmissionRefused: 1,
  PlacementCleared: 1,
  ClearanceRefused: 1,
  ClearanceTakenBack: 1,
  TransferRecorded: 1,
  ArrivalConfirmed: 1,
  ArrivalOverdue: 1,
  FollowUpOrdered: 1,
  FollowUpRecorded: 1,
  FollowUpMissed: 1,
  ConflictAlerted: 1,
  PlacementEnded: 1,
  DepartureConfirmed: 1,
  AreaReserved: 1,
  AreaHousingSet: 1,
  AreaConfirmed: 1,
  AreaReleased: 1,
  AdversaryPresenceChanged: 1,
  AreaRechecked: 1,
  CapacityDeclared: 1,
  CapacityReserved: 1,
  CapacityConfirmed: 1,
  CapacityReleased: 1,
  OfficialAppointed: 1,
  AppointmentEnded: 1,
  TrainingCompleted: 1,
  RulesEnacted: 2,
  DutyTaken: 1,
  InformationRequestReceived: 1,
  InformationRequestWeighed: 1,
  InformationRequestSentBack: 1,
  InformationRequestDecided: 1,
  StayInquiryReceived: 1,
  StayInquiryAnswered: 1,
  InquiryAlertSeen: 1,
  InquiryImpartialityDeclared: 1,
  InquiryDisqualificationDeclared: 1,
  ServedDecisionRegistered: 1,
  PlaceDecisionRegistered: 2,
  DecidedPlaceLeft: 1,
  ErasureProposed: 2,
  ErasureRejected: 1,
  ErasureDecided: 2,
  ErasureCompleted: 1,
  LegalHoldPlaced: 1,
  LegalHoldLifted: 1,
  DocumentsRequested: 1,
  DocumentsReleased: 1,
  DocumentsRefused: 1,
  AuthorityDecisionRequested: 1,
  RefusalDecided: 1,
  RefusalServed: 1,
  RefusalAppealed: 1,
  DocumentRequestTakenOver: 1,
  AppealDecided: 1,
  DocumentAnswerOverdue: 1,
  RegisterRulesEnacted: 1,
  ProtectedDataRequested: 1,
  ProtectedDataGranted: 1,
  ProtectedDataRefused: 1,
  ProtectionExpiryReminded: 1,
  ProtectedDataEnded: 1,
  IdentityAssumed: 1,
  RegistrationNoticeReminded: 1,
  RegistrationNoticeReopened: 1,
  RegistrationNoticeSuperseded: 1,
  RegistrationNoticeSent: 1,
  RegistrationNoticeWithheld: 1,
  ExposedRegisterChecked: 1,
  ExposedRegistersReopened: 1,
  ReviewSampled: 1,
  ReviewAlerted: 1,
  ReviewSettled: 1,
  AccessReportProduced: 1,
  GlassBroken: 1,
  GlassConfirmed: 1,
  GlassConfirmedLate: 1,
  GlassEnded: 1,
  JointOpeningRequested: 1,
  JointOpeningApproved: 1,
  JointOpeningRejected: 1,
  LocationCompromised: 1,
  DecidedPlaceCompromised: 1,
  ImpartialityDeclared: 1,
  DisqualificationDeclared: 1,
  ContactChanged: 1,
};

/** How what was written in an earlier version is read. */
const upcasters: { readonly [Type in DomainEvent['type']]?: EventRegistration['upcasters'] } = {
  // Version 1 named the region of home Police in clear beside the unit's token, and so what that token stands for wherever
  // else it stands.
  CaseOpened: {
    1: (data) => Object.fromEntries(Object.entries(data).filter(([field]) => field !== 'policeRegion')),
  },
  // Version 1 did not say what protected the fact where it was told from.
  InformationDisclosed: { 1: (data) => ({ ...data, protectedBy: [] }) },
  // Version 1 sealed the place as a destination, which an officer reads beside the name. It is read no more: the board
  // registers it again.
  PlaceDecisionRegistered: {
    1: (data) => Object.fromEntries(Object.entries(data).filter(([field]) => field !== 'place')),
  },
  // Version 1 did not say how far what is destroyed was looked at: such a decision is not carried out, but made anew.
  ErasureProposed: { 1: (data) => ({ ...data, extent: 'PERSON', streams: [] }) },
  ErasureDecided: { 1: (data) => ({ ...data, extent: 'PERSON', streams: [] }) },
  // In version 1 the rules demanded no class of data of a waiver.
  RulesEnacted: {
    1: (data) => ({ ...data, rules: { ...(data as { rules: object }).rules, mandatoryClasses: [] } }),
  },
};

/** Every type that this system writes, with today's version and how earlier ones are read; the golden files follow it. */
export const eventRegistrations: readonly EventRegistration[] = [
  ...Object.entries(schemaVersions).map(([type, schemaVersion]) => ({
    type,
    schemaVersion,
    upcasters: upcasters[type as DomainEvent['type']],
  })),
  ...[...processEventTypes, ...parkedDecisionTypes].map((type) => ({ type, schemaVersion: 1 })),
];

/** Stands between events of the code and those of the log. */
export const codec: Codec = createCodec(eventRegistrations);

/** Types of event with today's version, for the golden files. */
export const storedTypes: Readonly<Record<string, number>> = schemaVersions;

// Every decider has types of its own; here, where a stream's name picks one, they meet as the shape that they share.
const erased = (decider: unknown): Decider<AnyCommand, AnyEvent, unknown> =>
  decider as Decider<AnyCommand, AnyEvent, unknown>;

const deciders: Partial<Record<Category, Decider<AnyCommand, AnyEvent, unknown>>> = {
  relocation: erased(relocationDecider),
  claim: erased(claimDecider),
  disclosure: erased(disclosureDecider),
  inquiry: erased(inquiryDecider),
  decision: erased(servedDecisionDecider),
  'threat-assessment': erased(threatAssessmentDecider),
  consent: erased(consentDecider),
  placement: erased(placementDecider),
  area: erased(areaDecider),
  destination: erased(destinationDecider),
  appointment: erased(appointmentDecider),
  coordination: erased(coordinationDecider),
  erasure: erased(erasureDecider),
  'public-access': erased(publicAccessDecider),
  'public-register': erased(registerDecider),
  'protected-data': erased(protectedDataDecider),
  review: erased(reviewDecider),
  'access-report': erased(accessReportDecider),
  'break-glass': erased(glassDecider),
  'joint-opening': erased(jointOpeningDecider),
};

/** The decider of a category of streams. @throws Error for streams that no command may write to */
export const deciderOf = (category: Category): Decider<AnyCommand, AnyEvent, unknown> => {
  const decider = deciders[category];
  if (!decider) throw new Error(`streams of ${category} take no commands`);
  return decider;
};

// The types carry the marks, and the catalogue says them again at run time: the two must be equal, or this does not
// compile. An envelope is SEALED of its class, a list of envelopes is CARRIED; tokens and codes are both text, so for
// those the run-time check tells them apart.
type MarkOf<Value> =
  Extract<NonNullable<Value>, Envelope | Confidential> extends never
    ? NonNullable<Value> extends readonly Envelope[]
      ? 'CARRIED'
      : 'CODED' | 'TOKEN'
    : Extract<NonNullable<Value>, Envelope> extends Envelope<infer Class extends DataClass>
      ? `SEALED:${Class}`
      : never;

type MarksOf<Data> = { readonly [Field in keyof Data]-?: MarkOf<Data[Field]> };

type Marks = {
  readonly [Type in DomainEvent['type']]: MarksOf<Extract<DomainEvent, { type: Type }>['data']>;
};

/** Compiles only while the field catalogue marks exactly the fields that the events have. */
export type CatalogueIsComplete = typeof fieldCatalogue extends Marks ? true : never;
export const catalogueIsComplete: CatalogueIsComplete = true;
