import { type DomainEvent, storedTypes } from '#application';
import type { AppointmentEvent } from '#domain/appointment';
import type { ConsentEvent } from '#domain/consent';
import type { CoordinationEvent } from '#domain/coordination';
import type { AreaEvent, DestinationEvent } from '#domain/destination';
import type { DisclosureEvent, InquiryEvent, ServedDecisionEvent } from '#domain/disclosure';
import type { ErasureEvent } from '#domain/erasure';
import type { GlassEvent, JointOpeningEvent } from '#domain/just-in-time';
import type { AccessReportEvent, ReviewEvent } from '#domain/log-review';
import type { PlacementEvent } from '#domain/placement';
import type { ProtectedDataEvent } from '#domain/protected-data';
import type { PublicAccessEvent, RegisterEvent } from '#domain/public-access';
import type { ClaimEvent, RelocationEvent } from '#domain/relocation';
import type { ThreatAssessmentEvent } from '#domain/threat-assessment';
import { type Category, parseStreamName, processEventTypes } from '#kernel';
import { processManagers, send, type SentData, type SentType } from '#processes';
import { allProjections } from '#projections';
import { parkedDecisionTypes } from '#subscriptions';
import { say, type Verb } from './verb.js';

interface EventOfStream {
  relocation: RelocationEvent;
  claim: ClaimEvent;
  disclosure: DisclosureEvent;
  inquiry: InquiryEvent;
  decision: ServedDecisionEvent;
  'threat-assessment': ThreatAssessmentEvent;
  consent: ConsentEvent;
  placement: PlacementEvent;
  area: AreaEvent;
  destination: DestinationEvent;
  appointment: AppointmentEvent;
  coordination: CoordinationEvent;
  erasure: ErasureEvent;
  'public-access': PublicAccessEvent;
  'public-register': RegisterEvent;
  'protected-data': ProtectedDataEvent;
  review: ReviewEvent;
  'access-report': AccessReportEvent;
  'break-glass': GlassEvent;
  'joint-opening': JointOpeningEvent;
}
type StreamOf<Type> = {
  [Stream in keyof EventOfStream]: Type extends EventOfStream[Stream]['type'] ? Stream : never;
}[keyof EventOfStream];

// The types of the domain are gone when the program runs, so what they say is said again here in values. Neither table
// compiles with an entry too few, too many or wrong.

/** The category of streams to which each event is written. */
const streamOf: { readonly [Type in DomainEvent['type']]: StreamOf<Type> } = {
  CaseOpened: 'relocation',
  SupportDecisionRegistered: 'relocation',
  RelocationRequested: 'relocation',
  SupervisedClosingStarted: 'relocation',
  CaseClosed: 'relocation',
  SubjectClaimed: 'claim',
  SubjectClaimContested: 'claim',
  ClaimReleased: 'claim',
  WaiverSigned: 'disclosure',
  WaiverWithdrawn: 'disclosure',
  InformationDisclosed: 'disclosure',
  DisclosureEnded: 'disclosure',
  ThreatAssessed: 'threat-assessment',
  LoweringProposed: 'threat-assessment',
  LoweringConfirmed: 'threat-assessment',
  LoweringRejected: 'threat-assessment',
  ReassessmentOrdered: 'threat-assessment',
  AssessmentExpired: 'threat-assessment',
  ConflictEntriesRecorded: 'threat-assessment',
  CandidateChecked: 'consent',
  ReferralAnswered: 'consent',
  ReferralExpired: 'consent',
  ProposalOrdered: 'consent',
  PlacementProposed: 'consent',
  ProposalAbandoned: 'consent',
  ProposalReminded: 'consent',
  AnswerPrepared: 'consent',
  PlacementAccepted: 'consent',
  PlacementDeclined: 'consent',
  CounterProposed: 'consent',
  CounterProposalApproved: 'consent',
  CounterProposalRejected: 'consent',
  ProposalExpired: 'consent',
  ProposalWithdrawn: 'consent',
  AttentionRequested: 'consent',
  AttentionSettled: 'consent',
  AdmissionRequested: 'placement',
  AdmissionGranted: 'placement',
  AdmissionRefused: 'placement',
  PlacementCleared: 'placement',
  ClearanceRefused: 'placement',
  ClearanceTakenBack: 'placement',
  TransferRecorded: 'placement',
  ArrivalConfirmed: 'placement',
  ArrivalOverdue: 'placement',
  FollowUpOrdered: 'placement',
  FollowUpRecorded: 'placement',
  FollowUpMissed: 'placement',
  ConflictAlerted: 'placement',
  PlacementEnded: 'placement',
  DepartureConfirmed: 'placement',
  AreaReserved: 'area',
  AreaHousingSet: 'area',
  AreaConfirmed: 'area',
  AreaReleased: 'area',
  AdversaryPresenceChanged: 'area',
  AreaRechecked: 'area',
  CapacityDeclared: 'destination',
  CapacityReserved: 'destination',
  CapacityConfirmed: 'destination',
  CapacityReleased: 'destination',
  OfficialAppointed: 'appointment',
  AppointmentEnded: 'appointment',
  TrainingCompleted: 'appointment',
  RulesEnacted: 'coordination',
  DutyTaken: 'coordination',
  InformationRequestReceived: 'inquiry',
  InformationRequestWeighed: 'inquiry',
  InformationRequestSentBack: 'inquiry',
  InformationRequestDecided: 'inquiry',
  StayInquiryReceived: 'inquiry',
  StayInquiryAnswered: 'inquiry',
  InquiryAlertSeen: 'inquiry',
  InquiryImpartialityDeclared: 'inquiry',
  InquiryDisqualificationDeclared: 'inquiry',
  ServedDecisionRegistered: 'decision',
  PlaceDecisionRegistered: 'decision',
  DecidedPlaceLeft: 'decision',
  ErasureProposed: 'erasure',
  ErasureRejected: 'erasure',
  ErasureDecided: 'erasure',
  ErasureCompleted: 'erasure',
  LegalHoldPlaced: 'erasure',
  LegalHoldLifted: 'erasure',
  DocumentsRequested: 'public-access',
  DocumentsReleased: 'public-access',
  DocumentsRefused: 'public-access',
  AuthorityDecisionRequested: 'public-access',
  RefusalDecided: 'public-access',
  RefusalServed: 'public-access',
  RefusalAppealed: 'public-access',
  DocumentRequestTakenOver: 'public-access',
  AppealDecided: 'public-access',
  DocumentAnswerOverdue: 'public-access',
  RegisterRulesEnacted: 'public-register',
  ProtectedDataRequested: 'protected-data',
  ProtectedDataGranted: 'protected-data',
  ProtectedDataRefused: 'protected-data',
  ProtectionExpiryReminded: 'protected-data',
  ProtectedDataEnded: 'protected-data',
  IdentityAssumed: 'protected-data',
  RegistrationNoticeReminded: 'protected-data',
  RegistrationNoticeReopened: 'protected-data',
  RegistrationNoticeSuperseded: 'protected-data',
  RegistrationNoticeSent: 'protected-data',
  RegistrationNoticeWithheld: 'protected-data',
  ExposedRegisterChecked: 'protected-data',
  ExposedRegistersReopened: 'protected-data',
  ReviewSampled: 'review',
  ReviewAlerted: 'review',
  ReviewSettled: 'review',
  AccessReportProduced: 'access-report',
  GlassBroken: 'break-glass',
  GlassConfirmed: 'break-glass',
  GlassConfirmedLate: 'break-glass',
  GlassEnded: 'break-glass',
  JointOpeningRequested: 'joint-opening',
  JointOpeningApproved: 'joint-opening',
  JointOpeningRejected: 'joint-opening',
  LocationCompromised: 'disclosure',
  DecidedPlaceCompromised: 'disclosure',
  ImpartialityDeclared: 'disclosure',
  DisqualificationDeclared: 'disclosure',
  ContactChanged: 'disclosure',
};

/** The processes that send each command; to which stream, the processes say themselves. */
const sendersOf: {
  readonly [Type in SentType]: readonly (
    | 'relocation'
    | 'area-watch'
    | 'document-requests'
    | 'protected-data'
    | 'glass-watch'
    | 'confirmation-watch'
    | 'told-agencies'
  )[];
} = {
  AlertReview: ['glass-watch', 'confirmation-watch'],
  EndGlass: ['glass-watch'],
  ClaimSubject: ['relocation'],
  ReleaseClaim: ['relocation'],
  OrderReassessment: ['relocation'],
  ExpireAssessment: ['relocation'],
  ExpireReferral: ['relocation'],
  ConfirmProposal: ['relocation'],
  AbandonProposal: ['relocation'],
  RemindProposal: ['relocation'],
  ExpireProposal: ['relocation'],
  WithdrawProposal: ['relocation'],
  RequestAttention: ['relocation', 'area-watch', 'protected-data'],
  ReserveArea: ['relocation'],
  SetAreaHousing: ['relocation'],
  ConfirmArea: ['relocation'],
  ReleaseArea: ['relocation'],
  RecheckArea: ['relocation', 'area-watch'],
  ReserveCapacity: ['relocation'],
  ConfirmCapacity: ['relocation'],
  ReleaseCapacity: ['relocation'],
  DiscloseInformation: ['relocation', 'protected-data'],
  RecordAnswer: ['told-agencies'],
  EndDisclosure: ['relocation', 'told-agencies', 'protected-data'],
  RequestAdmission: ['relocation'],
  TakeClearanceBack: ['relocation'],
  AlertArrivalOverdue: ['relocation'],
  OrderFollowUp: ['relocation'],
  MissFollowUp: ['relocation'],
  AlertConflict: ['relocation'],
  EndPlacement: ['relocation'],
  AlertDocumentAnswerOverdue: ['document-requests'],
  CloseCase: ['protected-data'],
  RemindProtectionExpiry: ['protected-data'],
  ExpireProtection: ['protected-data'],
  RemindRegistrationNotice: ['protected-data'],
  ReopenRegistrationNotice: ['protected-data'],
  SupersedeRegistrationNotice: ['protected-data'],
  ReopenExposedRegisters: ['protected-data'],
};

/** The context whose decider writes a category of streams; without a decider, the lib. */
const writerOf: Readonly<Record<Category, string>> = {
  relocation: 'libs/domain/relocation',
  claim: 'libs/domain/relocation',
  disclosure: 'libs/domain/disclosure',
  inquiry: 'libs/domain/disclosure',
  decision: 'libs/domain/disclosure',
  'threat-assessment': 'libs/domain/threat-assessment',
  consent: 'libs/domain/consent',
  placement: 'libs/domain/placement',
  area: 'libs/domain/destination',
  destination: 'libs/domain/destination',
  appointment: 'libs/domain/appointment',
  coordination: 'libs/domain/coordination',
  erasure: 'libs/domain/erasure',
  'public-access': 'libs/domain/public-access',
  'public-register': 'libs/domain/public-access',
  'protected-data': 'libs/domain/protected-data',
  review: 'libs/domain/log-review',
  'access-report': 'libs/domain/log-review',
  'break-glass': 'libs/domain/just-in-time',
  'joint-opening': 'libs/domain/just-in-time',
  process: 'libs/subscriptions (process runner, dispatcher, deadlines)',
  operations: 'libs/subscriptions (parked sequences)',
};

/** Where the command would go: asked of the code that sends it. */
const targetOf = (type: SentType): Category => {
  const anything = {
    caseId: 'x',
    subject: 'x',
    proposalId: 'x',
    area: 'x',
    board: 'x',
    requestId: 'x',
    reviewId: 'x',
  };
  const agency = { organisation: 'x', agencyKind: 'NATIONAL_COORDINATOR' } as const;
  const output = send(type, anything as unknown as SentData[SentType] as never, agency);
  if (output.kind !== 'send') throw new Error('a command is sent');
  return parseStreamName(output.command.stream).category;
};

export interface EventOnMap {
  readonly type: string;
  readonly category: Category;
  readonly writtenBy: string;
  readonly processes: readonly string[];
  /** Names of projections, the grants among them. */
  readonly readModels: readonly string[];
}

/** Every event that this system writes, and who handles it. */
export const eventsOnMap = (): readonly EventOnMap[] => {
  const on = (type: string, category: Category): EventOnMap => ({
    type,
    category,
    writtenBy: writerOf[category],
    processes: processManagers.filter(({ handles }) => handles.includes(type)).map(({ name }) => name),
    readModels: allProjections.filter(({ handles }) => handles.includes(type)).map(({ name }) => name),
  });
  return [
    ...Object.keys(storedTypes).map((type) => on(type, streamOf[type as DomainEvent['type']])),
    ...processEventTypes.map((type) => on(type, 'process')),
    ...parkedDecisionTypes.map((type) => on(type, 'operations')),
  ];
};

/** Every command that a process sends, and the streams that it goes to. */
export const commandsOnMap = (): readonly { process: string; type: string; target: Category }[] =>
  Object.entries(sendersOf).flatMap(([type, senders]) =>
    senders.map((process) => ({ process, type, target: targetOf(type as SentType) })),
  );

/** The map as text for people, line by line. */
export const mapLines = (): readonly string[] => {
  const events = eventsOnMap();
  const commands = commandsOnMap();
  const list = (names: readonly string[]): string => names.join(', ') || '-';
  return [
    'Events: stream, who writes it; then per event: processes that react | read models that follow',
    ...[...new Set(events.map(({ category }) => category))].flatMap((category) => [
      '',
      `${category}-...   written by ${writerOf[category]}`,
      ...events
        .filter((event) => event.category === category)
        .map(({ type, processes, readModels }) => `  ${type}: ${list(processes)} | ${list(readModels)}`),
    ]),
    '',
    'Commands that processes send',
    ...processManagers.flatMap(({ name }) => [
      '',
      `process ${name}`,
      ...commands
        .filter(({ process }) => process === name)
        .map(({ type, target }) => `  ${type} -> ${target}-...`),
    ]),
  ];
};

export const verb: Verb = {
  register: (program) => {
    program
      .command('map')
      .description('Print which event leads where: who writes it, processes, read models, commands sent.')
      .action(() => {
        for (const line of mapLines()) say(line);
      });
  },
};
