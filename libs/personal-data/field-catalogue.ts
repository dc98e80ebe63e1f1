import {
  Confidential,
  dataClasses,
  isEnvelope,
  processEventTypes,
  type DataClass,
  type Envelope,
} from '#kernel';
import { tokenPattern } from './tokens.js';

/**
 * What a field of an event may hold.
 * CODED: closed lists, numbers, dates, ids, and arrays or objects of such. TOKEN: a keyed hash, or an array of them.
 * SEALED: an envelope of that class, written here. CARRIED: envelopes that were written elsewhere, verbatim.
 */
export type Mark = 'CODED' | 'TOKEN' | `SEALED:${DataClass}` | 'CARRIED';

/** Every field of every event that may be appended. A field that is not here is refused. */
export const fieldCatalogue = {
  // relocation-<case>
  CaseOpened: {
    caseId: 'CODED',
    subject: 'CODED',
    sex: 'CODED',
    ageBand: 'CODED',
    environment: 'CODED',
    entryRoute: 'CODED',
    board: 'TOKEN',
    officers: 'TOKEN',
    dutyOfficers: 'TOKEN',
    homePolice: 'TOKEN',
    homePoliceContacts: 'TOKEN',
    coordinator: 'TOKEN',
    coordinatorContacts: 'TOKEN',
    identity: 'SEALED:identity',
    registryNumber: 'SEALED:social',
  },
  SupportDecisionRegistered: {
    caseId: 'CODED',
    decisionType: 'CODED',
    decidedOn: 'CODED',
    registryNumber: 'SEALED:social',
  },
  RelocationRequested: {
    caseId: 'CODED',
    requestedBy: 'TOKEN',
    adults: 'CODED',
    children: 'CODED',
    housingForm: 'CODED',
    competences: 'CODED',
    desiredStart: 'CODED',
    needs: 'SEALED:needs',
    family: 'SEALED:family',
    noGoPlaces: 'TOKEN',
  },
  SupervisedClosingStarted: {
    caseId: 'CODED',
    contactOn: 'CODED',
    assessmentVersion: 'CODED',
    startedAt: 'CODED',
  },
  CaseClosed: { caseId: 'CODED', code: 'CODED' },

  // claim-<subject>
  SubjectClaimed: { subject: 'CODED', caseId: 'CODED' },
  SubjectClaimContested: { subject: 'CODED', caseId: 'CODED', heldBy: 'CODED' },
  ClaimReleased: { subject: 'CODED', caseId: 'CODED' },

  // threat-assessment-<case>
  ThreatAssessed: {
    caseId: 'CODED',
    version: 'CODED',
    level: 'CODED',
    assessedAt: 'CODED',
    validUntil: 'CODED',
    restrictions: 'CODED',
    assessedBy: 'TOKEN',
    confirmedBy: 'TOKEN',
    detail: 'SEALED:threat-detail',
    advice: 'SEALED:threat-advice',
  },
  LoweringProposed: {
    caseId: 'CODED',
    version: 'CODED',
    level: 'CODED',
    restrictions: 'CODED',
    assessedAt: 'CODED',
    proposedBy: 'TOKEN',
    detail: 'SEALED:threat-detail',
    advice: 'SEALED:threat-advice',
  },
  LoweringConfirmed: {
    caseId: 'CODED',
    version: 'CODED',
    level: 'CODED',
    restrictions: 'CODED',
    assessedAt: 'CODED',
    validUntil: 'CODED',
    proposedBy: 'TOKEN',
    confirmedBy: 'TOKEN',
  },
  LoweringRejected: { caseId: 'CODED', version: 'CODED', rejectedBy: 'TOKEN' },
  ReassessmentOrdered: { caseId: 'CODED', reason: 'CODED', dueAt: 'CODED' },
  AssessmentExpired: { caseId: 'CODED', version: 'CODED' },
  ConflictEntriesRecorded: {
    caseId: 'CODED',
    subject: 'CODED',
    entryCount: 'CODED',
    entries: 'SEALED:threat-detail',
  },

  // disclosure-<case>
  WaiverSigned: {
    caseId: 'CODED',
    subject: 'CODED',
    version: 'CODED',
    form: 'CODED',
    signedOn: 'CODED',
    validUntil: 'CODED',
    recipientKinds: 'CODED',
    classes: 'CODED',
  },
  WaiverWithdrawn: { caseId: 'CODED', version: 'CODED', channel: 'CODED' },
  InformationDisclosed: {
    caseId: 'CODED',
    subject: 'CODED',
    disclosureId: 'CODED',
    recipientKind: 'CODED',
    recipient: 'TOKEN',
    persons: 'TOKEN',
    classes: 'CODED',
    purpose: 'CODED',
    foot: 'CODED',
    legalBasis: 'CODED',
    wording: 'CODED',
    protectedBy: 'CODED',
    grounds: 'CODED',
    secrecyAtHolder: 'CODED',
    waiverVersion: 'CODED',
    expiresAt: 'CODED',
    proposalId: 'CODED',
    requester: 'CODED',
    inquiryId: 'CODED',
    sources: 'CODED',
    matter: 'CODED',
    items: 'CARRIED',
    protection: 'CODED',
  },
  DisclosureEnded: { caseId: 'CODED', disclosureId: 'CODED', reason: 'CODED' },
  ImpartialityDeclared: { caseId: 'CODED', official: 'TOKEN', organisation: 'TOKEN' },
  DisqualificationDeclared: { caseId: 'CODED', official: 'TOKEN', organisation: 'TOKEN', ground: 'CODED' },
  ContactChanged: {
    caseId: 'CODED',
    part: 'CODED',
    organisation: 'TOKEN',
    proposalId: 'CODED',
    office: 'TOKEN',
    outgoing: 'TOKEN',
    incoming: 'TOKEN',
    reason: 'CODED',
    takenOver: 'CODED',
  },

  // consent-<case>
  CandidateChecked: {
    caseId: 'CODED',
    candidateId: 'CODED',
    municipality: 'TOKEN',
    board: 'TOKEN',
    boardContacts: 'TOKEN',
    area: 'TOKEN',
    receivingPolice: 'TOKEN',
    receivingPoliceContacts: 'TOKEN',
    verdict: 'CODED',
    checkedAt: 'CODED',
    areaRevision: 'CODED',
    registerChanges: 'CODED',
    referralDueAt: 'CODED',
  },
  ReferralAnswered: { caseId: 'CODED', candidateId: 'CODED', answer: 'CODED', answeredAt: 'CODED' },
  ReferralExpired: { caseId: 'CODED', candidateId: 'CODED' },
  ProposalOrdered: {
    caseId: 'CODED',
    subject: 'CODED',
    proposalId: 'CODED',
    candidateId: 'CODED',
    municipality: 'TOKEN',
    board: 'TOKEN',
    boardContacts: 'TOKEN',
    area: 'TOKEN',
    areaRevision: 'CODED',
    receivingPolice: 'TOKEN',
    receivingPoliceContacts: 'TOKEN',
    referenceCode: 'CODED',
    level: 'CODED',
    assessmentVersion: 'CODED',
    adults: 'CODED',
    children: 'CODED',
    housingForm: 'CODED',
    competences: 'CODED',
    startOn: 'CODED',
    answerBy: 'CODED',
    remindAt: 'CODED',
    round: 'CODED',
  },
  PlacementProposed: { caseId: 'CODED', proposalId: 'CODED', board: 'TOKEN', answerBy: 'CODED' },
  ProposalAbandoned: { caseId: 'CODED', proposalId: 'CODED', reason: 'CODED' },
  ProposalReminded: { caseId: 'CODED', proposalId: 'CODED' },
  AnswerPrepared: { caseId: 'CODED', proposalId: 'CODED', answer: 'CODED', preparedBy: 'TOKEN' },
  PlacementAccepted: {
    caseId: 'CODED',
    proposalId: 'CODED',
    decidedBy: 'TOKEN',
    receivers: 'TOKEN',
    provider: 'TOKEN',
    directors: 'TOKEN',
    housing: 'TOKEN',
  },
  PlacementDeclined: { caseId: 'CODED', proposalId: 'CODED', reason: 'CODED', decidedBy: 'TOKEN' },
  CounterProposed: {
    caseId: 'CODED',
    proposalId: 'CODED',
    terms: 'CODED',
    round: 'CODED',
    decidedBy: 'TOKEN',
    answerBy: 'CODED',
  },
  CounterProposalApproved: {
    caseId: 'CODED',
    proposalId: 'CODED',
    terms: 'CODED',
    startOn: 'CODED',
    answerBy: 'CODED',
    assessmentVersion: 'CODED',
  },
  CounterProposalRejected: { caseId: 'CODED', proposalId: 'CODED' },
  ProposalExpired: { caseId: 'CODED', proposalId: 'CODED' },
  ProposalWithdrawn: { caseId: 'CODED', proposalId: 'CODED', reason: 'CODED' },
  AttentionRequested: { caseId: 'CODED', step: 'CODED', code: 'CODED' },
  AttentionSettled: { caseId: 'CODED', step: 'CODED' },

  // placement-<proposal>
  AdmissionRequested: {
    caseId: 'CODED',
    subject: 'CODED',
    proposalId: 'CODED',
    provider: 'TOKEN',
    directors: 'TOKEN',
    housing: 'TOKEN',
    board: 'TOKEN',
    area: 'TOKEN',
    municipality: 'TOKEN',
    level: 'CODED',
    ageBand: 'CODED',
    referenceCode: 'CODED',
    startOn: 'CODED',
  },
  AdmissionGranted: {
    caseId: 'CODED',
    proposalId: 'CODED',
    provider: 'TOKEN',
    decidedBy: 'TOKEN',
    verdict: 'CODED',
    checkedAt: 'CODED',
    clearanceDueAt: 'CODED',
    destination: 'SEALED:destination',
    address: 'SEALED:address',
  },
  AdmissionRefused: { caseId: 'CODED', proposalId: 'CODED', reason: 'CODED', decidedBy: 'TOKEN' },
  PlacementCleared: {
    caseId: 'CODED',
    subject: 'CODED',
    proposalId: 'CODED',
    clearedBy: 'TOKEN',
    level: 'CODED',
    assessmentVersion: 'CODED',
    assessmentValidUntil: 'CODED',
    waiverVersion: 'CODED',
    verdictAt: 'CODED',
    areaRevision: 'CODED',
    board: 'TOKEN',
    receivingPolice: 'TOKEN',
    receivingPoliceContacts: 'TOKEN',
    homeDutyOfficers: 'TOKEN',
    plannedArrival: 'CODED',
  },
  ClearanceRefused: { caseId: 'CODED', proposalId: 'CODED', reason: 'CODED' },
  ClearanceTakenBack: { caseId: 'CODED', proposalId: 'CODED', reason: 'CODED' },
  TransferRecorded: { caseId: 'CODED', proposalId: 'CODED', startedAt: 'CODED' },
  ArrivalConfirmed: { caseId: 'CODED', proposalId: 'CODED', arrivedAt: 'CODED' },
  ArrivalOverdue: { caseId: 'CODED', proposalId: 'CODED' },
  FollowUpOrdered: { caseId: 'CODED', proposalId: 'CODED', number: 'CODED', dueAt: 'CODED' },
  FollowUpRecorded: {
    caseId: 'CODED',
    proposalId: 'CODED',
    number: 'CODED',
    heldOn: 'CODED',
    outcome: 'CODED',
    note: 'SEALED:social',
  },
  FollowUpMissed: { caseId: 'CODED', proposalId: 'CODED', number: 'CODED' },
  ConflictAlerted: { caseId: 'CODED', proposalId: 'CODED' },
  PlacementEnded: { caseId: 'CODED', proposalId: 'CODED', reason: 'CODED', departurePending: 'CODED' },
  DepartureConfirmed: { caseId: 'CODED', proposalId: 'CODED', departedAt: 'CODED' },

  // area-<area>
  AreaReserved: {
    area: 'TOKEN',
    caseId: 'CODED',
    subject: 'CODED',
    proposalId: 'CODED',
    municipality: 'TOKEN',
    checkedRevision: 'CODED',
  },
  AreaHousingSet: { area: 'TOKEN', caseId: 'CODED', proposalId: 'CODED', housing: 'TOKEN' },
  AreaConfirmed: { area: 'TOKEN', caseId: 'CODED', proposalId: 'CODED' },
  AreaReleased: { area: 'TOKEN', caseId: 'CODED', proposalId: 'CODED' },
  AdversaryPresenceChanged: { area: 'TOKEN' },
  AreaRechecked: { area: 'TOKEN', conflicts: 'CODED' },

  // destination-<board>
  CapacityDeclared: {
    board: 'TOKEN',
    municipality: 'TOKEN',
    places: 'CODED',
    housingForms: 'CODED',
    competences: 'CODED',
  },
  CapacityReserved: { board: 'TOKEN', caseId: 'CODED', proposalId: 'CODED', places: 'CODED', until: 'CODED' },
  CapacityConfirmed: { board: 'TOKEN', caseId: 'CODED', proposalId: 'CODED' },
  CapacityReleased: { board: 'TOKEN', caseId: 'CODED', proposalId: 'CODED' },

  // appointment-<official>
  OfficialAppointed: {
    appointmentId: 'CODED',
    official: 'TOKEN',
    organisation: 'TOKEN',
    agencyKind: 'CODED',
    function: 'CODED',
    delegated: 'CODED',
    from: 'CODED',
    until: 'CODED',
  },
  AppointmentEnded: { appointmentId: 'CODED', official: 'TOKEN', endsAt: 'CODED' },
  TrainingCompleted: { official: 'TOKEN', completedAt: 'CODED' },

  // coordination-national
  RulesEnacted: { rules: 'CODED', inForceFrom: 'CODED' },
  DutyTaken: { official: 'TOKEN', from: 'CODED' },

  // inquiry-<id>: requests for information and stay inquiries from outside
  InformationRequestReceived: {
    inquiryId: 'CODED',
    caseId: 'CODED',
    companionOf: 'CODED',
    subject: 'CODED',
    holder: 'TOKEN',
    holderKind: 'CODED',
    decidesAt: 'TOKEN',
    receivedBy: 'TOKEN',
    reviewers: 'TOKEN',
    requester: 'CODED',
    person: 'SEALED:identity',
    request: 'SEALED:social',
    basis: 'CODED',
    purpose: 'CODED',
    asked: 'CODED',
    grounds: 'CODED',
    decideBy: 'CODED',
  },
  InformationRequestWeighed: {
    inquiryId: 'CODED',
    caseId: 'CODED',
    outcome: 'CODED',
    released: 'CODED',
    reasons: 'CODED',
    weighedBy: 'TOKEN',
    note: 'SEALED:social',
  },
  InformationRequestSentBack: { inquiryId: 'CODED', caseId: 'CODED', sentBackBy: 'TOKEN' },
  InformationRequestDecided: {
    inquiryId: 'CODED',
    caseId: 'CODED',
    companionOf: 'CODED',
    outcome: 'CODED',
    released: 'CODED',
    reasons: 'CODED',
    requester: 'CODED',
    purpose: 'CODED',
    legalBasis: 'CODED',
    wording: 'CODED',
    protectedBy: 'CODED',
    secrecyAtHolder: 'CODED',
    ageBasis: 'CODED',
    weighedBy: 'TOKEN',
    decidedBy: 'TOKEN',
    decidedAt: 'CODED',
    recipient: 'SEALED:social',
    recipientOrganisation: 'TOKEN',
    recipientPerson: 'TOKEN',
  },
  StayInquiryReceived: {
    inquiryId: 'CODED',
    caseId: 'CODED',
    companionOf: 'CODED',
    subject: 'CODED',
    holder: 'TOKEN',
    holderKind: 'CODED',
    decidesAt: 'TOKEN',
    receivedBy: 'TOKEN',
    reviewers: 'TOKEN',
    requester: 'CODED',
    person: 'SEALED:identity',
    request: 'SEALED:social',
    checked: 'CODED',
  },
  StayInquiryAnswered: {
    inquiryId: 'CODED',
    caseId: 'CODED',
    companionOf: 'CODED',
    outcome: 'CODED',
    requester: 'CODED',
    legalBasis: 'CODED',
    wording: 'CODED',
    protectedBy: 'CODED',
    secrecyAtHolder: 'CODED',
    checked: 'CODED',
    receivedBy: 'TOKEN',
    answeredBy: 'TOKEN',
    answeredAt: 'CODED',
    answer: 'SEALED:social',
    recipient: 'SEALED:social',
    recipientOrganisation: 'TOKEN',
    recipientPerson: 'TOKEN',
  },
  // decision-<id>: what is served, and apart from it where
  ServedDecisionRegistered: {
    caseId: 'CODED',
    subject: 'CODED',
    decisionId: 'CODED',
    decidedOn: 'CODED',
    decisionType: 'CODED',
    legalBasis: 'CODED',
    wording: 'CODED',
    decision: 'SEALED:social',
  },
  PlaceDecisionRegistered: {
    caseId: 'CODED',
    subject: 'CODED',
    decisionId: 'CODED',
    placeDecisionId: 'CODED',
    decidedOn: 'CODED',
    address: 'SEALED:address',
  },
  DecidedPlaceLeft: {
    caseId: 'CODED',
    subject: 'CODED',
    decisionId: 'CODED',
    placeDecisionId: 'CODED',
    departedAt: 'CODED',
  },
  InquiryAlertSeen: { inquiryId: 'CODED', caseId: 'CODED', seenBy: 'TOKEN' },
  InquiryImpartialityDeclared: { inquiryId: 'CODED', official: 'TOKEN', organisation: 'TOKEN' },
  InquiryDisqualificationDeclared: {
    inquiryId: 'CODED',
    official: 'TOKEN',
    organisation: 'TOKEN',
    ground: 'CODED',
  },
  // erasure-<subject>
  ErasureProposed: {
    decisionId: 'CODED',
    subject: 'CODED',
    ground: 'CODED',
    extent: 'CODED',
    cases: 'CODED',
    streams: 'CODED',
    classes: 'CODED',
    rulesVersion: 'CODED',
    lastEntryOn: 'CODED',
    proposedBy: 'TOKEN',
    keptForResearch: 'CODED',
  },
  ErasureRejected: { decisionId: 'CODED', subject: 'CODED', reason: 'CODED', rejectedBy: 'TOKEN' },
  ErasureDecided: {
    decisionId: 'CODED',
    subject: 'CODED',
    ground: 'CODED',
    extent: 'CODED',
    cases: 'CODED',
    streams: 'CODED',
    classes: 'CODED',
    rulesVersion: 'CODED',
    lastEntryOn: 'CODED',
    proposedBy: 'TOKEN',
    decidedBy: 'TOKEN',
    decidedAt: 'CODED',
  },
  ErasureCompleted: {
    decisionId: 'CODED',
    subject: 'CODED',
    caseId: 'CODED',
    ground: 'CODED',
    classes: 'CODED',
    destroyedKeys: 'CODED',
    epoch: 'CODED',
  },
  LegalHoldPlaced: { subject: 'CODED', hold: 'CODED', placedBy: 'TOKEN' },
  LegalHoldLifted: { subject: 'CODED', hold: 'CODED', liftedBy: 'TOKEN' },
  // public-access-<request>
  DocumentsRequested: {
    requestId: 'CODED',
    authority: 'TOKEN',
    authorityKind: 'CODED',
    registeredBy: 'TOKEN',
    readers: 'TOKEN',
    anonymous: 'CODED',
    kinds: 'CODED',
    receivedAt: 'CODED',
    answerBy: 'CODED',
    request: 'SEALED:social',
  },
  DocumentsReleased: {
    requestId: 'CODED',
    step: 'CODED',
    kinds: 'CODED',
    redacted: 'CODED',
    tested: 'CODED',
    decidedBy: 'TOKEN',
    decidedAt: 'CODED',
    letter: 'CODED',
    assessment: 'SEALED:social',
    copies: 'SEALED:cost',
  },
  DocumentsRefused: {
    requestId: 'CODED',
    reason: 'CODED',
    decidedBy: 'TOKEN',
    decidedAt: 'CODED',
    letter: 'CODED',
    assessment: 'SEALED:social',
  },
  AuthorityDecisionRequested: { requestId: 'CODED', requestedOn: 'CODED', decideBy: 'CODED' },
  RefusalDecided: {
    requestId: 'CODED',
    reason: 'CODED',
    decidedBy: 'TOKEN',
    decidedAt: 'CODED',
    letter: 'CODED',
    assessment: 'SEALED:social',
  },
  RefusalServed: { requestId: 'CODED', servedOn: 'CODED', appealBy: 'CODED' },
  RefusalAppealed: { requestId: 'CODED', receivedAt: 'CODED', inTime: 'CODED' },
  DocumentRequestTakenOver: { requestId: 'CODED', authority: 'TOKEN', official: 'TOKEN', office: 'TOKEN' },
  AppealDecided: {
    requestId: 'CODED',
    outcome: 'CODED',
    decidedOn: 'CODED',
    orderedKinds: 'CODED',
    decideBy: 'CODED',
  },
  DocumentAnswerOverdue: { requestId: 'CODED', step: 'CODED', dueAt: 'CODED' },

  // protected-data-<case>
  ProtectedDataRequested: {
    caseId: 'CODED',
    subject: 'CODED',
    protectionId: 'CODED',
    kind: 'CODED',
    appliedBy: 'CODED',
    familyIncluded: 'CODED',
    appliedOn: 'CODED',
    requestedBy: 'TOKEN',
    taxAgency: 'TOKEN',
    protectionOfficers: 'TOKEN',
  },
  ProtectedDataGranted: {
    caseId: 'CODED',
    protectionId: 'CODED',
    kind: 'CODED',
    from: 'CODED',
    until: 'CODED',
    registeredBy: 'TOKEN',
    registeredMunicipality: 'SEALED:identity',
  },
  ProtectedDataRefused: {
    caseId: 'CODED',
    protectionId: 'CODED',
    kind: 'CODED',
    decidedOn: 'CODED',
    registeredBy: 'TOKEN',
  },
  ProtectionExpiryReminded: { caseId: 'CODED', protectionId: 'CODED', daysLeft: 'CODED' },
  ProtectedDataEnded: {
    caseId: 'CODED',
    protectionId: 'CODED',
    kind: 'CODED',
    reason: 'CODED',
    endedOn: 'CODED',
  },
  IdentityAssumed: { caseId: 'CODED', subject: 'CODED', board: 'TOKEN' },
  RegistrationNoticeReminded: { caseId: 'CODED', number: 'CODED' },
  RegistrationNoticeReopened: { caseId: 'CODED', reason: 'CODED' },
  RegistrationNoticeSuperseded: { caseId: 'CODED', proposalId: 'CODED', before: 'CODED' },
  RegistrationNoticeSent: { caseId: 'CODED', sentOn: 'CODED', decidedBy: 'TOKEN' },
  RegistrationNoticeWithheld: {
    caseId: 'CODED',
    reason: 'CODED',
    decidedOn: 'CODED',
    decidedBy: 'TOKEN',
    grounds: 'SEALED:social',
  },
  ExposedRegistersReopened: { caseId: 'CODED', proposalId: 'CODED', openedOn: 'CODED' },
  ExposedRegisterChecked: {
    caseId: 'CODED',
    register: 'CODED',
    status: 'CODED',
    checkedOn: 'CODED',
    checkedBy: 'TOKEN',
  },

  // public-register-<register>
  RegisterRulesEnacted: { register: 'TOKEN', rules: 'CODED', inForceFrom: 'CODED' },
  // review-<agency and day, or pattern and record>, access-report-<case>
  ReviewSampled: {
    reviewId: 'CODED',
    organisation: 'TOKEN',
    agencyKind: 'CODED',
    day: 'CODED',
    samplePermille: 'CODED',
    outOf: 'CODED',
    records: 'CODED',
    settleBy: 'CODED',
  },
  ReviewAlerted: {
    reviewId: 'CODED',
    organisation: 'TOKEN',
    agencyKind: 'CODED',
    pattern: 'CODED',
    of: 'CODED',
    record: 'CODED',
    settleBy: 'CODED',
  },
  ReviewSettled: {
    reviewId: 'CODED',
    organisation: 'TOKEN',
    record: 'CODED',
    outcome: 'CODED',
    reason: 'CODED',
    settledBy: 'TOKEN',
  },
  AccessReportProduced: {
    caseId: 'CODED',
    subject: 'CODED',
    reportId: 'CODED',
    requestedOn: 'CODED',
    until: 'CODED',
    producedBy: 'TOKEN',
  },

  // break-glass-<case>, joint-opening-<case>
  GlassBroken: {
    caseId: 'CODED',
    subject: 'CODED',
    glassId: 'CODED',
    organisation: 'TOKEN',
    brokenBy: 'TOKEN',
    relation: 'CODED',
    reason: 'CODED',
    classes: 'CODED',
    note: 'SEALED:social',
    record: 'CODED',
    expiresAt: 'CODED',
    confirmBy: 'CODED',
    unconfirmedBefore: 'CODED',
    homePolice: 'TOKEN',
    homePoliceContacts: 'TOKEN',
  },
  GlassConfirmed: {
    caseId: 'CODED',
    glassId: 'CODED',
    homePolice: 'TOKEN',
    homePoliceContacts: 'TOKEN',
    brokenBy: 'TOKEN',
    brokenAt: 'TOKEN',
    relation: 'CODED',
    record: 'CODED',
    confirmedBy: 'TOKEN',
  },
  GlassConfirmedLate: {
    caseId: 'CODED',
    glassId: 'CODED',
    homePolice: 'TOKEN',
    homePoliceContacts: 'TOKEN',
    brokenBy: 'TOKEN',
    brokenAt: 'TOKEN',
    relation: 'CODED',
    record: 'CODED',
    confirmedBy: 'TOKEN',
  },
  GlassEnded: {
    caseId: 'CODED',
    glassId: 'CODED',
    homePolice: 'TOKEN',
    homePoliceContacts: 'TOKEN',
    reason: 'CODED',
  },
  JointOpeningRequested: {
    caseId: 'CODED',
    subject: 'CODED',
    openingId: 'CODED',
    organisation: 'TOKEN',
    requestedBy: 'TOKEN',
    purpose: 'CODED',
    answerBy: 'CODED',
  },
  JointOpeningApproved: {
    caseId: 'CODED',
    openingId: 'CODED',
    approvedBy: 'TOKEN',
    requestedBy: 'TOKEN',
    record: 'CODED',
    from: 'CODED',
    expiresAt: 'CODED',
  },
  JointOpeningRejected: { caseId: 'CODED', openingId: 'CODED', rejectedBy: 'TOKEN' },

  // disclosure-<case>, where the grants follow it
  LocationCompromised: { caseId: 'CODED', proposalId: 'CODED', source: 'CODED', reportedBy: 'TOKEN' },
  DecidedPlaceCompromised: {
    caseId: 'CODED',
    decisionId: 'CODED',
    placeDecisionId: 'CODED',
    source: 'CODED',
    reportedBy: 'TOKEN',
  },

  // process-<name>-<id>: written by runner and dispatcher, which cut sealed fields out before they record an input
  InputRecorded: { sourceEvent: 'CODED', input: 'CODED', facts: 'CODED' },
  CommandIssued: { command: 'CODED' },
  CommandAccepted: { issuedAt: 'CODED', position: 'CODED' },
  CommandRefused: { issuedAt: 'CODED', code: 'CODED' },
  DeadlineSet: { name: 'CODED', dueAt: 'CODED' },
  DeadlineCleared: { name: 'CODED' },
  DeadlineFired: { name: 'CODED', dueAt: 'CODED', setAt: 'CODED' },
  ProcessEnded: {},
} as const satisfies Readonly<Record<string, Readonly<Record<string, Mark>>>>;

export type CataloguedEvent = keyof typeof fieldCatalogue;

/** An event was about to be written against its catalogue. Names type and field, never what stood there. */
export class UncataloguedField extends Error {
  override readonly name = 'UncataloguedField';
  constructor(
    readonly eventType: string,
    readonly field: string,
    readonly reason:
      | 'UNKNOWN_EVENT'
      | 'UNMARKED'
      | 'NOT_SEALED'
      | 'WRONG_CLASS'
      | 'WRONG_PLACE'
      | 'NOT_A_TOKEN'
      | 'NOT_CODED'
      | 'NOT_CARRIED',
  ) {
    super(`${eventType}.${field}: ${reason}`);
  }
}

/**
 * Refuses an event whose data are not what the catalogue says, just before it is appended: a field that nobody marked,
 * a clear value where a sealed one belongs, an envelope of another place, text that could be a name or a number.
 * @throws UncataloguedField
 */
export const assertCatalogued = (event: {
  /** With both, an envelope must also name this place as its own. */
  readonly id?: string;
  readonly stream?: string;
  readonly type: string;
  readonly data: object;
}): void => {
  const marks: Readonly<Record<string, Mark>> | undefined = Object.hasOwn(fieldCatalogue, event.type)
    ? fieldCatalogue[event.type as CataloguedEvent]
    : undefined;
  if (!marks) throw new UncataloguedField(event.type, '*', 'UNKNOWN_EVENT');
  for (const [field, value] of Object.entries(event.data)) {
    if (value === undefined) continue;
    const mark = Object.hasOwn(marks, field) ? marks[field] : undefined;
    if (mark === undefined) throw new UncataloguedField(event.type, field, 'UNMARKED');
    const reason = faultOf(mark, value, { ...event, field });
    if (reason) throw new UncataloguedField(event.type, field, reason);
  }
};

const faultOf = (
  mark: Mark,
  value: unknown,
  at: { readonly id?: string; readonly stream?: string; readonly type: string; readonly field: string },
): UncataloguedField['reason'] | undefined => {
  switch (mark) {
    case 'TOKEN':
      return (Array.isArray(value) ? value : [value]).every(isTokenOrProcess) ? undefined : 'NOT_A_TOKEN';
    case 'CODED':
      return isCoded(value, unbound.has(at.type) ? anyCode : code) ? undefined : 'NOT_CODED';
    case 'CARRIED':
      return Array.isArray(value) && value.every(isWholeEnvelope) ? undefined : 'NOT_CARRIED';
    default:
      if (!isWholeEnvelope(value)) return 'NOT_SEALED';
      if (mark !== `SEALED:${value.class}`) return 'WRONG_CLASS';
      return value.stream === at.stream && value.event === at.id && value.path === at.field
        ? undefined
        : 'WRONG_PLACE';
  }
};

/** A process acts under its own name: kernel/command.ts. */
const isTokenOrProcess = (value: unknown): boolean =>
  typeof value === 'string' && (tokenPattern.test(value) || /^process:[a-z-]+$/.test(value));

const envelopeTexts = ['subject', 'owner', 'stream', 'event', 'path', 'kid', 'iv', 'ct', 'tag'] as const;
const envelopeFields: ReadonlySet<string> = new Set(['sealed', 'class', ...envelopeTexts]);

/** Complete, of a known class, and nothing beside it. */
const isWholeEnvelope = (value: unknown): value is Envelope =>
  isEnvelope(value) &&
  dataClasses.includes(value.class) &&
  envelopeTexts.every((name) => typeof value[name] === 'string' && value[name] !== '') &&
  Object.keys(value).every((name) => envelopeFields.has(name));

type TextRule = (text: string) => boolean;

/**
 * A code, an id, a date: no blanks, no letters outside ASCII. Digits alone could be a personal identity number, an
 * organisation number or a municipality, so of these only a date passes. This cannot tell every name from a code; it
 * catches what comes by mistake.
 */
const code: TextRule = (text) =>
  /^[A-Za-z0-9_.:+-]{1,100}$/.test(text) && (/^\d{4}-\d{2}-\d{2}$/.test(text) || !/^[\d+-]+$/.test(text));

/** Rules of the country and the post of a process concern no person's words: sources of law and positions may stand there. */
const anyCode: TextRule = (text) => /^[\x20-\x7e]{0,200}$/.test(text);
const unbound: ReadonlySet<string> = new Set<string>([
  'RulesEnacted',
  'RegisterRulesEnacted',
  ...processEventTypes,
]);

const isCoded = (value: unknown, rule: TextRule): boolean => {
  if (value === undefined || value === null || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'string') return rule(value);
  if (typeof value !== 'object' || value instanceof Confidential || isEnvelope(value)) return false;
  return Object.values(value).every((inner) => isCoded(inner, rule));
};
