import {
  type AgencyKind,
  agencyKindOf,
  type DataClass,
  derivedId,
  type Envelope,
  eventIdOf,
  type EventMetadata,
  mayBeTold,
  type Projection,
  type RecipientKind,
  type RecordedEvent,
  streamName,
  type Token,
  toldKinds,
} from '#kernel';
import type { AppointmentEvent } from '#domain/appointment';
import type { ConsentEvent } from '#domain/consent';
import type { AreaEvent, DestinationEvent } from '#domain/destination';
import type { DisclosureEvent, InquiryEvent, ServedDecisionEvent } from '#domain/disclosure';
import type { GlassEvent, JointOpeningEvent } from '#domain/just-in-time';
import type { ReviewEvent } from '#domain/log-review';
import type { PlacementEvent } from '#domain/placement';
import {
  type ProtectedDataEvent,
  type ProtectionKind,
  protectionNews,
  protectionTelling,
} from '#domain/protected-data';
import { type PublicAccessEvent, writeLetter } from '#domain/public-access';
import type { ClaimEvent, RelocationEvent } from '#domain/relocation';
import type { ThreatAssessmentEvent } from '#domain/threat-assessment';
import { applyBatch } from '../../libs/subscriptions/consumer.js';
import { inTransaction } from '../../libs/subscriptions/transaction.js';
import type { TestDatabase } from './database.js';

// Events as they would stand in the log, made by hand: for read models, which must not depend on how they came about.
// All tokens and ids are invented; envelopes hold no ciphertext of anything.

type AnyDomainEvent =
  | RelocationEvent
  | ClaimEvent
  | DisclosureEvent
  | ServedDecisionEvent
  | InquiryEvent
  | ThreatAssessmentEvent
  | ConsentEvent
  | PlacementEvent
  | AreaEvent
  | DestinationEvent
  | AppointmentEvent
  | PublicAccessEvent
  | ProtectedDataEvent
  | GlassEvent
  | JointOpeningEvent
  | ReviewEvent;
type DataOf<Type extends AnyDomainEvent['type']> = Extract<AnyDomainEvent, { type: Type }>['data'];

export interface Who {
  readonly organisation: Token;
  readonly person: Token;
  readonly kind: AgencyKind;
}

/** The agencies and officials of the main path. */
export const people = {
  homeOfficer: { organisation: 't1-home-board', person: 't1-home-officer', kind: 'SOCIAL_BOARD' },
  homeDuty: { organisation: 't1-home-board', person: 't1-home-duty', kind: 'SOCIAL_BOARD' },
  homeColleague: { organisation: 't1-home-board', person: 't1-home-colleague', kind: 'SOCIAL_BOARD' },
  homePolice: { organisation: 't1-police-home', person: 't1-police-home-coordinator', kind: 'POLICE' },
  homeAssessor: { organisation: 't1-police-home', person: 't1-police-home-assessor', kind: 'POLICE' },
  coordinator: {
    organisation: 't1-coordinator',
    person: 't1-coordinator-person',
    kind: 'NATIONAL_COORDINATOR',
  },
  deputy: { organisation: 't1-coordinator', person: 't1-deputy-person', kind: 'NATIONAL_COORDINATOR' },
  boardContact: { organisation: 't1-receiving-board', person: 't1-board-contact', kind: 'SOCIAL_BOARD' },
  boardDecider: { organisation: 't1-receiving-board', person: 't1-board-decider', kind: 'SOCIAL_BOARD' },
  receiver: { organisation: 't1-receiving-board', person: 't1-receiver', kind: 'SOCIAL_BOARD' },
  otherBoard: { organisation: 't1-other-board', person: 't1-other-board-contact', kind: 'SOCIAL_BOARD' },
  director: { organisation: 't1-provider', person: 't1-director', kind: 'HOUSING_PROVIDER' },
  receivingPolice: {
    organisation: 't1-police-receiving',
    person: 't1-police-receiving-coordinator',
    kind: 'POLICE',
  },
  referralPolice: {
    organisation: 't1-police-referral',
    person: 't1-police-referral-coordinator',
    kind: 'POLICE',
  },
  taxOfficer: { organisation: 't1-tax-agency', person: 't1-tax-officer', kind: 'TAX_AGENCY' },
  registrar: { organisation: 't1-registrar', person: 't1-registrar-person', kind: 'NATIONAL_COORDINATOR' },
} as const satisfies Record<string, Who>;

/** Makes the envelope of a field of the event that is being written; its owner is the writer's organisation by default. */
type SealField = <C extends DataClass>(path: string, dataClass: C, owner?: Token) => Envelope<C>;

const start = Date.parse('2026-03-02T08:00:00.000Z');

/** Collects events in log order. Each is an hour after the one before, unless `at` says otherwise. */
export class History {
  readonly events: RecordedEvent[] = [];
  readonly #revisions = new Map<string, number>();
  #clock = start;

  /** The last event's instant. */
  get now(): string {
    return new Date(this.#clock).toISOString();
  }

  wait(hours: number): void {
    this.#clock += hours * 3_600_000;
  }

  append<Type extends AnyDomainEvent['type']>(
    stream: string,
    type: Type,
    by: Who,
    data: DataOf<Type> | ((seal: SealField) => DataOf<Type>),
    subject = '',
  ): RecordedEvent {
    this.wait(1);
    const revision = (this.#revisions.get(stream) ?? -1) + 1;
    this.#revisions.set(stream, revision);
    const id = eventIdOf(stream, derivedId('history', stream, revision), 0);
    const seal = <C extends DataClass>(
      path: string,
      dataClass: C,
      owner: Token = by.organisation,
    ): Envelope<C> => ({
      sealed: 1,
      class: dataClass,
      subject,
      owner,
      stream,
      event: id,
      path,
      kid: 'k',
      iv: 'aXY',
      ct: 'Y3Q',
      tag: 'dGFn',
    });
    const metadata: EventMetadata = {
      $correlationId: derivedId('correlation', stream),
      $causationId: derivedId('causation', id),
      commandId: derivedId('command', id),
      commandFingerprint: 'f',
      actor: by.person,
      organisation: by.organisation,
      agencyKind: by.kind,
      legalBasis: 'SOL_2025_400',
      purpose: 'SUPPORT',
      policyVersion: '1',
      occurredAt: this.now,
    };
    const event: RecordedEvent = {
      id,
      stream,
      revision,
      position: `e1-${String(this.events.length + 1).padStart(12, '0')}`,
      type,
      schemaVersion: 1,
      data: typeof data === 'function' ? data(seal) : data,
      metadata,
      recordedAt: this.now,
    };
    this.events.push(event);
    return event;
  }

  /** The envelope that stands in a field of an event. */
  static envelope(event: RecordedEvent, path: string): Envelope {
    return (event.data as Record<string, Envelope>)[path]!;
  }
}

export const stages = [
  'OPENED',
  'REQUESTED',
  'ASSESSED',
  'REFERRED',
  'PROPOSED',
  'ACCEPTED',
  'ADMITTED',
  'CLEARED',
  'IN_TRANSFER',
  'PLACED',
  'CLOSED',
] as const;
export type Stage = (typeof stages)[number];

export interface CaseIds {
  readonly caseId: string;
  readonly subject: string;
  readonly proposalId: string;
  readonly candidateId: string;
  readonly referredId: string;
}

/** Ids of an invented case; another name, another case. */
export const caseIds = (name = 'alfa'): CaseIds => ({
  caseId: derivedId('case', name),
  subject: derivedId('subject', name),
  proposalId: derivedId('proposal', name),
  candidateId: derivedId('candidate', name),
  referredId: derivedId('referred', name),
});

/** Walks one case down the main path. Each method is one stage; call them in order, or stop and do something else. */
export class CaseHistory {
  readonly streams;
  readonly #disclosed = new Map<string, number>();
  #opened: RecordedEvent | undefined;
  #requested: RecordedEvent | undefined;
  #assessed: RecordedEvent | undefined;
  #admitted: RecordedEvent | undefined;

  constructor(
    readonly history: History,
    public ids: CaseIds = caseIds(),
    /** Who runs the housing. */
    readonly provider: Token = people.director.organisation,
  ) {
    const { caseId, subject, proposalId } = ids;
    this.streams = {
      relocation: streamName('relocation', caseId),
      claim: streamName('claim', subject),
      disclosure: streamName('disclosure', caseId),
      assessment: streamName('threat-assessment', caseId),
      consent: streamName('consent', caseId),
      placement: streamName('placement', proposalId),
    };
  }

  /** From here on it is about another candidate and another proposal of the same case. */
  turnTo(name: string): void {
    const { proposalId, candidateId } = caseIds(name);
    this.ids = { ...this.ids, proposalId, candidateId };
    this.streams.placement = streamName('placement', proposalId);
  }

  /** Walks up to and including a stage. */
  static upTo(stage: Stage, history = new History(), ids = caseIds()): CaseHistory {
    const walked = new CaseHistory(history, ids);
    for (const one of stages) {
      walked.walk(one);
      if (one === stage) break;
    }
    return walked;
  }

  walk(stage: Stage): void {
    const steps: Record<Stage, () => void> = {
      OPENED: () => this.open(),
      REQUESTED: () => this.request(),
      ASSESSED: () => this.assess(),
      REFERRED: () => this.refer(),
      PROPOSED: () => this.propose(),
      ACCEPTED: () => this.accept(),
      ADMITTED: () => this.admit(),
      CLEARED: () => this.clear(),
      IN_TRANSFER: () => this.transfer(),
      PLACED: () => this.place(),
      CLOSED: () => this.close(),
    };
    steps[stage]();
  }

  open(claimed = true): void {
    const { caseId, subject } = this.ids;
    this.#opened = this.history.append(
      this.streams.relocation,
      'CaseOpened',
      people.homeOfficer,
      (seal) => ({
        caseId,
        subject,
        sex: 'MAN',
        ageBand: '21_24',
        environment: 'GANG',
        entryRoute: 'POLICE',
        board: people.homeOfficer.organisation,
        officers: [people.homeOfficer.person],
        dutyOfficers: [people.homeDuty.person],
        homePolice: people.homePolice.organisation,
        homePoliceContacts: [people.homePolice.person, people.homeAssessor.person],
        coordinator: people.coordinator.organisation,
        coordinatorContacts: [people.coordinator.person],
        identity: seal('identity', 'identity'),
        registryNumber: seal('registryNumber', 'social'),
      }),
      subject,
    );
    if (claimed)
      this.history.append(this.streams.claim, 'SubjectClaimed', people.homeOfficer, { subject, caseId });
  }

  signWaiver(version = 1): void {
    const { caseId, subject } = this.ids;
    this.history.append(this.streams.disclosure, 'WaiverSigned', people.homeOfficer, {
      caseId,
      subject,
      version,
      form: 'WRITTEN',
      signedOn: '2026-03-02',
      validUntil: '2027-03-02',
      recipientKinds: [
        'RECEIVING_BOARD',
        'HOME_POLICE',
        'RECEIVING_POLICE',
        'NATIONAL_COORDINATOR',
        'HOUSING_PROVIDER',
      ],
      classes: ['identity', 'needs', 'destination', 'family', 'threat-advice'],
    });
  }

  request(): void {
    const { caseId, subject } = this.ids;
    this.signWaiver();
    this.history.append(
      this.streams.relocation,
      'SupportDecisionRegistered',
      people.homeOfficer,
      (seal) => ({
        caseId,
        decisionType: 'ASSISTANCE',
        decidedOn: '2026-03-02',
        registryNumber: seal('registryNumber', 'social'),
      }),
      subject,
    );
    this.#requested = this.history.append(
      this.streams.relocation,
      'RelocationRequested',
      people.homeOfficer,
      (seal) => ({
        caseId,
        requestedBy: people.homeOfficer.person,
        adults: 1,
        children: 0,
        housingForm: 'PROTECTED',
        competences: ['DEFECTOR_SUPPORT'],
        desiredStart: '2026-03-20',
        needs: seal('needs', 'needs'),
        family: seal('family', 'family'),
        noGoPlaces: ['t1-no-go-place'],
      }),
      subject,
    );
    this.disclose('HOME_POLICE', people.homePolice, 'THREAT_ASSESSMENT', [
      History.envelope(this.#opened!, 'identity'),
    ]);
    this.disclose('NATIONAL_COORDINATOR', people.coordinator, 'COORDINATION', [
      History.envelope(this.#requested, 'needs'),
    ]);
    this.history.append(this.streams.assessment, 'ReassessmentOrdered', people.homeOfficer, {
      caseId,
      reason: 'FIRST',
      dueAt: '2026-03-05T16:00:00.000Z',
    });
  }

  assess(version = 1): void {
    const { caseId, subject } = this.ids;
    const assessedAt = this.history.now;
    this.#assessed = this.history.append(
      this.streams.assessment,
      'ThreatAssessed',
      people.homeAssessor,
      (seal) => ({
        caseId,
        version,
        level: 'HIGH',
        assessedAt,
        validUntil: '2026-03-09T16:00:00.000Z',
        restrictions: ['NO_SOCIAL_MEDIA'],
        assessedBy: people.homeAssessor.person,
        detail: seal('detail', 'threat-detail'),
        advice: seal('advice', 'threat-advice'),
      }),
      subject,
    );
    this.disclose('HOME_BOARD', people.homeOfficer, 'SUPPORT', [History.envelope(this.#assessed, 'advice')], {
      foot: 'STATUTE',
    });
  }

  check(candidateId: string, verdict: 'CLEAR' | 'REFER_TO_POLICE', police: Who): void {
    this.history.append(this.streams.consent, 'CandidateChecked', people.coordinator, {
      caseId: this.ids.caseId,
      candidateId,
      municipality: verdict === 'CLEAR' ? 't1-municipality' : 't1-referred-municipality',
      board: verdict === 'CLEAR' ? people.boardContact.organisation : people.otherBoard.organisation,
      boardContacts:
        verdict === 'CLEAR'
          ? [people.boardContact.person, people.boardDecider.person]
          : [people.otherBoard.person],
      area: verdict === 'CLEAR' ? 't1-area' : 't1-referred-area',
      receivingPolice: police.organisation,
      receivingPoliceContacts: [police.person],
      verdict,
      checkedAt: this.history.now,
      areaRevision: -1,
      registerChanges: 0,
      ...(verdict === 'REFER_TO_POLICE' ? { referralDueAt: '2026-03-04T16:00:00.000Z' } : {}),
    });
  }

  refer(): void {
    this.check(this.ids.referredId, 'REFER_TO_POLICE', people.referralPolice);
  }

  /** Police's "no" about the referred candidate. */
  referralRefused(): void {
    const { caseId, referredId } = this.ids;
    this.history.append(this.streams.consent, 'ReferralAnswered', people.referralPolice, {
      caseId,
      candidateId: referredId,
      answer: 'NOT_AVAILABLE',
      answeredAt: this.history.now,
    });
  }

  order(): void {
    const { caseId, subject, proposalId, candidateId } = this.ids;
    this.check(candidateId, 'CLEAR', people.receivingPolice);
    this.history.append(this.streams.consent, 'ProposalOrdered', people.coordinator, {
      caseId,
      subject,
      proposalId,
      candidateId,
      municipality: 't1-municipality',
      board: people.boardContact.organisation,
      boardContacts: [people.boardContact.person, people.boardDecider.person],
      area: 't1-area',
      areaRevision: -1,
      receivingPolice: people.receivingPolice.organisation,
      receivingPoliceContacts: [people.receivingPolice.person],
      referenceCode: 'ARC-7Q4M',
      level: 'HIGH',
      assessmentVersion: 1,
      adults: 1,
      children: 0,
      housingForm: 'PROTECTED',
      competences: ['DEFECTOR_SUPPORT'],
      startOn: '2026-03-20',
      answerBy: '2026-03-10T16:00:00.000Z',
      remindAt: '2026-03-06T12:00:00.000Z',
      round: 1,
    });
  }

  propose(): void {
    const { caseId, proposalId } = this.ids;
    this.order();
    this.history.append(this.streams.consent, 'PlacementProposed', people.coordinator, {
      caseId,
      proposalId,
      board: people.boardContact.organisation,
      answerBy: '2026-03-10T16:00:00.000Z',
    });
    this.disclose(
      'RECEIVING_BOARD',
      people.boardContact,
      'PLACEMENT_ANSWER',
      [History.envelope(this.#requested!, 'needs')],
      { proposalId, persons: [people.boardContact.person, people.boardDecider.person] },
    );
  }

  accept(): void {
    const { caseId, subject, proposalId } = this.ids;
    this.history.append(this.streams.consent, 'AnswerPrepared', people.boardContact, {
      caseId,
      proposalId,
      answer: { kind: 'ACCEPT' },
      preparedBy: people.boardContact.person,
    });
    this.history.append(this.streams.consent, 'PlacementAccepted', people.boardDecider, {
      caseId,
      proposalId,
      decidedBy: people.boardDecider.person,
      receivers: [people.receiver.person, people.boardContact.person],
      provider: this.provider,
      directors: [people.director.person],
      housing: 't1-housing',
    });
    this.history.append(this.streams.placement, 'AdmissionRequested', people.boardDecider, {
      caseId,
      subject,
      proposalId,
      provider: this.provider,
      directors: [people.director.person],
      housing: 't1-housing',
      board: people.boardContact.organisation,
      area: 't1-area',
      municipality: 't1-municipality',
      level: 'HIGH',
      ageBand: '21_24',
      referenceCode: 'ARC-7Q4M',
      startOn: '2026-03-20',
    });
    // From here on the two receivers go on; the others have answered and need no more.
    for (const id of this.disclosuresTo('RECEIVING_BOARD')) this.endDisclosure(id, 'PROPOSAL_ENDED');
    this.disclose(
      'RECEIVING_BOARD',
      people.receiver,
      'RECEPTION',
      [History.envelope(this.#requested!, 'needs')],
      { proposalId, persons: [people.receiver.person, people.boardContact.person] },
    );
    this.disclose(
      'HOUSING_PROVIDER',
      { ...people.director, organisation: this.provider },
      'ADMISSION',
      [History.envelope(this.#requested!, 'needs')],
      { proposalId },
    );
  }

  admit(): void {
    const { caseId, subject, proposalId } = this.ids;
    const board = people.boardContact.organisation;
    this.#admitted = this.history.append(
      this.streams.placement,
      'AdmissionGranted',
      { ...people.director, organisation: this.provider },
      (seal) => ({
        caseId,
        proposalId,
        provider: this.provider,
        decidedBy: people.director.person,
        verdict: 'CLEAR',
        checkedAt: this.history.now,
        clearanceDueAt: '2026-03-06T23:00:00.000Z',
        destination: seal('destination', 'destination', board),
        address: seal('address', 'address', board),
      }),
      subject,
    );
  }

  clear(): void {
    const { caseId, subject, proposalId } = this.ids;
    this.history.append(this.streams.placement, 'PlacementCleared', people.coordinator, {
      caseId,
      subject,
      proposalId,
      clearedBy: people.coordinator.person,
      level: 'HIGH',
      assessmentVersion: 1,
      assessmentValidUntil: '2026-03-09T16:00:00.000Z',
      waiverVersion: 1,
      verdictAt: this.history.now,
      areaRevision: 0,
      board: people.boardContact.organisation,
      receivingPolice: people.receivingPolice.organisation,
      receivingPoliceContacts: [people.receivingPolice.person],
      homeDutyOfficers: [people.homeDuty.person],
      plannedArrival: '2026-03-12',
    });
    const identity = [History.envelope(this.#opened!, 'identity')];
    const destination = [History.envelope(this.#admitted!, 'destination')];
    const address = [History.envelope(this.#admitted!, 'address')];
    const family = History.envelope(this.#requested!, 'family');
    this.disclose('RECEIVING_BOARD', people.receiver, 'RECEPTION', [...identity, family], {
      proposalId,
      persons: [people.receiver.person, people.boardContact.person],
    });
    this.disclose('RECEIVING_POLICE', people.receivingPolice, 'PROTECTION', identity, { proposalId });
    // The alarm plan in words: for everybody who is there.
    const advice = [History.envelope(this.#assessed!, 'advice')];
    this.disclose('RECEIVING_BOARD', people.receiver, 'RECEPTION', advice, {
      proposalId,
      persons: [people.receiver.person, people.boardContact.person],
    });
    const director = { ...people.director, organisation: this.provider };
    this.disclose('HOUSING_PROVIDER', director, 'ADMISSION', advice, { proposalId });
    this.disclose('RECEIVING_POLICE', people.receivingPolice, 'PROTECTION', advice, { proposalId });
    this.disclose('HOME_BOARD', people.homeOfficer, 'SUPPORT', destination, { proposalId });
    this.disclose('HOME_POLICE', people.homePolice, 'PROTECTION', destination, { proposalId });
    this.disclose('RECEIVING_POLICE', people.receivingPolice, 'ALARM', address, {
      proposalId,
      foot: 'RESCUE',
    });
    this.disclose('HOME_BOARD', people.homeDuty, 'ALARM', address, { proposalId, foot: 'RESCUE' });
  }

  transfer(): void {
    const { caseId, proposalId } = this.ids;
    this.history.append(this.streams.placement, 'TransferRecorded', people.homePolice, {
      caseId,
      proposalId,
      startedAt: this.history.now,
    });
  }

  place(): void {
    const { caseId, subject, proposalId } = this.ids;
    this.history.append(this.streams.placement, 'ArrivalConfirmed', people.homeOfficer, {
      caseId,
      proposalId,
      arrivedAt: this.history.now,
    });
    this.history.append(this.streams.placement, 'FollowUpOrdered', people.homeOfficer, {
      caseId,
      proposalId,
      number: 1,
      dueAt: '2026-03-13T12:00:00.000Z',
    });
    this.history.append(
      this.streams.placement,
      'FollowUpRecorded',
      people.homeOfficer,
      (seal) => ({
        caseId,
        proposalId,
        number: 1,
        heldOn: '2026-03-13',
        outcome: 'STABLE',
        note: seal('note', 'social'),
      }),
      subject,
    );
    this.history.append(this.streams.placement, 'FollowUpOrdered', people.homeOfficer, {
      caseId,
      proposalId,
      number: 2,
      dueAt: '2026-03-15T12:00:00.000Z',
    });
  }

  close(): void {
    const { caseId } = this.ids;
    this.history.append(this.streams.relocation, 'SupervisedClosingStarted', people.homeOfficer, {
      caseId,
      contactOn: '2026-09-01',
      assessmentVersion: 1,
      startedAt: this.history.now,
    });
    this.history.append(this.streams.relocation, 'CaseClosed', people.homeOfficer, {
      caseId,
      code: 'ESTABLISHED',
    });
    this.endPlacement('SETTLED', false);
    for (const disclosureId of this.#disclosed.keys()) this.endDisclosure(disclosureId, 'CASE_CLOSED');
  }

  withdrawWaiver(): void {
    this.history.append(this.streams.disclosure, 'WaiverWithdrawn', people.homeOfficer, {
      caseId: this.ids.caseId,
      version: 1,
      channel: 'PHONE',
    });
  }

  endPlacement(
    reason: DataOf<'PlacementEnded'>['reason'] = 'WAIVER_WITHDRAWN',
    departurePending = true,
  ): void {
    this.history.append(this.streams.placement, 'PlacementEnded', people.homeOfficer, {
      caseId: this.ids.caseId,
      proposalId: this.ids.proposalId,
      reason,
      departurePending,
    });
  }

  /** Ids of disclosures to a part, in order. */
  disclosuresTo(kind: RecipientKind): readonly string[] {
    return [...this.#disclosed.keys()].filter((id) => this.#kinds.get(id) === kind);
  }
  readonly #kinds = new Map<string, RecipientKind>();

  disclose(
    recipientKind: RecipientKind,
    to: Who,
    purpose: DataOf<'InformationDisclosed'>['purpose'],
    items: readonly Envelope[],
    more: { foot?: 'WAIVER' | 'STATUTE' | 'RESCUE'; proposalId?: string; persons?: readonly Token[] } = {},
  ): string {
    const { caseId, subject } = this.ids;
    const { foot = 'WAIVER', proposalId, persons = [to.person] } = more;
    const disclosureId = derivedId('disclosure', caseId, this.#disclosed.size);
    this.#disclosed.set(disclosureId, this.history.events.length);
    this.#kinds.set(disclosureId, recipientKind);
    this.history.append(this.streams.disclosure, 'InformationDisclosed', people.homeOfficer, {
      caseId,
      subject,
      disclosureId,
      recipientKind,
      recipient: to.organisation,
      persons,
      classes: [...new Set(items.map((item) => item.class))],
      purpose,
      foot,
      legalBasis: foot === 'WAIVER' ? 'OSL_10_1' : 'OSL_10_2',
      protectedBy: ['OSL_26_1'],
      secrecyAtHolder: 'OSL_26_1',
      ...(foot === 'WAIVER' ? { waiverVersion: 1 } : {}),
      ...(proposalId === undefined ? {} : { proposalId }),
      items,
    });
    return disclosureId;
  }

  /** Every agency outside the road of the case is told who it is, or where it may not know that, that there is a case. */
  tellAgencies(): void {
    for (const kind of toldKinds)
      this.disclose(
        kind,
        { organisation: `t1-${kind}`, person: `t1-${kind}-contact`, kind: agencyKindOf[kind] },
        'SUPPORT',
        mayBeTold(kind, 'identity') ? [History.envelope(this.#opened!, 'identity')] : [],
      );
  }

  /** A decision that is served, and apart from it the one that says where the child stays. @returns ids of the two */
  decidePlace(
    decidedOn = '2026-03-02',
    decisionId?: string,
  ): { decisionId: string; placeDecisionId: string } {
    const { caseId, subject } = this.ids;
    const id = decisionId ?? derivedId('decision', caseId, this.history.now);
    const placeDecisionId = derivedId('place-decision', id, this.history.now);
    const stream = streamName('decision', id);
    const of = { caseId, subject, decisionId: id, decidedOn };
    if (decisionId === undefined)
      this.history.append(
        stream,
        'ServedDecisionRegistered',
        people.homeOfficer,
        (seal) => ({
          ...of,
          decisionType: 'LVU',
          legalBasis: 'OSL_26_7',
          wording: '2009-06-30',
          decision: seal('decision', 'social'),
        }),
        subject,
      );
    this.history.append(
      stream,
      'PlaceDecisionRegistered',
      people.homeOfficer,
      (seal) => ({ ...of, placeDecisionId, address: seal('address', 'address') }),
      subject,
    );
    return { decisionId: id, placeDecisionId };
  }

  /** @param departedAt null takes back that the child has left */
  leavePlace(
    of: { readonly decisionId: string; readonly placeDecisionId: string },
    departedAt: string | null = this.history.now,
  ): void {
    const { caseId, subject } = this.ids;
    this.history.append(streamName('decision', of.decisionId), 'DecidedPlaceLeft', people.homeOfficer, {
      caseId,
      subject,
      ...of,
      departedAt,
    });
  }

  exposePlace(of: { readonly decisionId: string; readonly placeDecisionId: string }): void {
    this.history.append(this.streams.disclosure, 'DecidedPlaceCompromised', people.homeOfficer, {
      caseId: this.ids.caseId,
      ...of,
      source: 'STAFF',
      reportedBy: people.homeOfficer.person,
    });
  }

  endDisclosure(disclosureId: string, reason: DataOf<'DisclosureEnded'>['reason']): void {
    this.history.append(this.streams.disclosure, 'DisclosureEnded', people.homeOfficer, {
      caseId: this.ids.caseId,
      disclosureId,
      reason,
    });
  }
}

/**
 * What others ask of the home board about somebody: a request that is weighed and refused, and a stay inquiry.
 * @param concerned the case that holds the claim on the person; left out for somebody who is not known
 * @returns ids of the request and of the stay inquiry
 */
export const inquire = (
  history: History,
  subject: string,
  concerned: { readonly caseId?: string; readonly companionOf?: readonly string[] } = {},
): readonly [request: string, stay: string] => {
  const [request, stay] = ['request', 'stay'].map((kind) => derivedId('inquiry', kind, subject));
  const { homeOfficer: first, homeColleague: second } = people;
  const received = (inquiryId: string, seal: SealField) => ({
    inquiryId,
    ...concerned,
    subject,
    holder: first.organisation,
    holderKind: first.kind,
    decidesAt: first.organisation,
    receivedBy: first.person,
    reviewers: [second.person],
    requester: 'POLICE' as const,
    person: seal('person', 'identity'),
    request: seal('request', 'social'),
  });
  const weighed = { outcome: 'REFUSE', released: [], reasons: ['LIFE_AND_HEALTH'] } as const;
  const common = { requester: 'POLICE', ...concerned } as const;
  const [ofRequest, ofStay] = [streamName('inquiry', request!), streamName('inquiry', stay!)];
  history.append(
    ofRequest,
    'InformationRequestReceived',
    first,
    (seal) => ({
      ...received(request!, seal),
      basis: 'OSL_10_15_A',
      purpose: 'CRIME_PREVENTION',
      asked: ['address'],
      grounds: { under21: false },
      decideBy: '2026-04-01T08:00:00.000Z',
    }),
    subject,
  );
  history.append(
    ofRequest,
    'InformationRequestWeighed',
    first,
    (seal) => ({
      inquiryId: request!,
      ...(concerned.caseId !== undefined && { caseId: concerned.caseId }),
      ...weighed,
      weighedBy: first.person,
      note: seal('note', 'social'),
    }),
    subject,
  );
  history.append(ofRequest, 'InformationRequestDecided', second, {
    inquiryId: request!,
    ...common,
    ...weighed,
    purpose: 'CRIME_PREVENTION',
    legalBasis: 'OSL_10_15_A',
    protectedBy: [],
    weighedBy: first.person,
    decidedBy: second.person,
    decidedAt: history.now,
  });
  history.append(
    ofStay,
    'StayInquiryReceived',
    first,
    (seal) => ({ ...received(stay!, seal), checked: 'CALLED_BACK' }),
    subject,
  );
  history.append(
    ofStay,
    'StayInquiryAnswered',
    second,
    (seal) => ({
      inquiryId: stay!,
      ...common,
      outcome: 'ANSWERED',
      legalBasis: 'SOL_15_7',
      checked: 'KNOWN_CHANNEL',
      receivedBy: first.person,
      answeredBy: second.person,
      answeredAt: history.now,
      answer: seal('answer', 'social'),
    }),
    subject,
  );
  return [request!, stay!];
};

/** Applies events to projections in log order, one transaction per projection, as the runner's batches do. */
export const project = async (
  database: TestDatabase,
  projections: readonly Projection[],
  events: readonly RecordedEvent[],
  times = 1,
): Promise<void> => {
  for (const projection of projections) {
    const delivered = events
      .filter(({ type }) => projection.handles.includes(type))
      .flatMap((event) => Array.from({ length: times }, () => event));
    if (delivered.length === 0) continue;
    await inTransaction(database.pool, { role: projection.role, idleLimitMs: 10_000 }, (transaction) =>
      applyBatch(projection, delivered, transaction),
    );
  }
};

/** A request for official documents that the home board's registrar refuses, and its decider too. */
export const askForDocuments = (history: History): string => {
  const requestId = derivedId('history', 'documents');
  const stream = streamName('public-access', requestId);
  const { homeColleague: registrar, homeDuty: decider } = people;
  const subject = derivedId('history', 'documents-subject');
  history.append(
    stream,
    'DocumentsRequested',
    registrar,
    (seal) => ({
      requestId,
      authority: registrar.organisation,
      authorityKind: registrar.kind,
      registeredBy: registrar.person,
      readers: [registrar.person, decider.person],
      anonymous: true,
      kinds: ['CASE_LIST'],
      receivedAt: '2026-03-02T08:00:00.000Z',
      answerBy: '2026-03-03T23:00:00.000Z',
      request: seal('request', 'social'),
    }),
    subject,
  );
  history.append(stream, 'DocumentAnswerOverdue', registrar, {
    requestId,
    step: 'OFFICIAL',
    dueAt: '2026-03-03T23:00:00.000Z',
  });
  for (const [type, by] of [
    ['DocumentsRefused', registrar],
    ['RefusalDecided', decider],
  ] as const) {
    history.append(
      stream,
      type,
      by,
      (seal) => ({
        requestId,
        reason: 'SECRECY',
        decidedBy: by.person,
        decidedAt: history.now,
        letter: writeLetter({
          authorityKind: 'SOCIAL_BOARD',
          step: type === 'DocumentsRefused' ? 'OFFICIAL' : 'AUTHORITY',
          reason: 'SECRECY',
          kinds: ['CASE_LIST'],
          decidedOn: history.now.slice(0, 10),
        }).written,
        assessment: seal('assessment', 'social'),
      }),
      subject,
    );
    if (type === 'DocumentsRefused')
      history.append(stream, 'AuthorityDecisionRequested', registrar, {
        requestId,
        requestedOn: '2026-03-04',
        decideBy: '2026-03-05T23:00:00.000Z',
      });
  }
  history.append(stream, 'DocumentRequestTakenOver', registrar, {
    requestId,
    authority: registrar.organisation,
    official: people.homeOfficer.person,
    office: [registrar.person, decider.person],
  });
  history.append(stream, 'RefusalServed', registrar, {
    requestId,
    servedOn: '2026-03-06',
    appealBy: '2026-03-27T23:00:00.000Z',
  });
  history.append(stream, 'RefusalAppealed', registrar, {
    requestId,
    receivedAt: '2026-03-09T08:00:00.000Z',
    inTime: true,
  });
  history.append(stream, 'AppealDecided', registrar, {
    requestId,
    outcome: 'UPHELD',
    decidedOn: '2026-03-20',
  });
  return requestId;
};

/**
 * A protected registration that is asked for, granted and about to end, a marking refused, and what the board decided; each
 * with what the other agency is told of it.
 */
export const protectData = (history: History, { caseId, subject }: CaseIds): void => {
  const stream = streamName('protected-data', caseId);
  const { homeOfficer, taxOfficer, homePolice } = people;
  const tell = (recipientKind: 'TAX_AGENCY' | 'HOME_BOARD', teller: Who, to: Who): void => {
    const protection = protectionNews(history.events.at(-1) as unknown as ProtectedDataEvent)!;
    history.append(streamName('disclosure', caseId), 'InformationDisclosed', teller, {
      caseId,
      subject,
      disclosureId: protectionTelling(protection),
      recipientKind,
      recipient: to.organisation,
      persons: [to.person],
      classes: [],
      purpose: 'PROTECTION',
      foot: 'STATUTE',
      legalBasis: 'FOL_16_APPLICATION',
      protectedBy: [],
      secrecyAtHolder: recipientKind === 'TAX_AGENCY' ? 'OSL_22_1' : 'OSL_26_1',
      items: [],
      protection,
    });
  };
  const tellTheBoard = (): void => tell('HOME_BOARD', taxOfficer, homeOfficer);
  const request = (kind: ProtectionKind, which = 'first'): string => {
    const protectionId = derivedId('history', caseId, kind, which);
    history.append(stream, 'ProtectedDataRequested', homeOfficer, {
      caseId,
      subject,
      protectionId,
      kind,
      appliedBy: 'SELF',
      familyIncluded: false,
      appliedOn: '2026-03-02',
      requestedBy: homeOfficer.person,
      taxAgency: taxOfficer.organisation,
      protectionOfficers: [taxOfficer.person],
    });
    if (kind !== 'ASSUMED_IDENTITY') tell('TAX_AGENCY', homeOfficer, taxOfficer);
    return protectionId;
  };
  const protectionId = request('PROTECTED_REGISTRATION');
  history.append(
    stream,
    'ProtectedDataGranted',
    taxOfficer,
    (seal) => ({
      caseId,
      protectionId,
      kind: 'PROTECTED_REGISTRATION',
      from: '2026-03-03',
      until: '2026-06-03',
      registeredBy: taxOfficer.person,
      registeredMunicipality: seal('registeredMunicipality', 'identity'),
    }),
    subject,
  );
  tellTheBoard();
  history.append(stream, 'ProtectionExpiryReminded', taxOfficer, { caseId, protectionId, daysLeft: 90 });
  tellTheBoard();
  history.append(stream, 'ProtectedDataRefused', taxOfficer, {
    caseId,
    protectionId: request('SECRECY_MARKING'),
    kind: 'SECRECY_MARKING',
    decidedOn: '2026-03-03',
    registeredBy: taxOfficer.person,
  });
  tellTheBoard();
  history.append(stream, 'ProtectedDataGranted', homePolice, {
    caseId,
    protectionId: request('ASSUMED_IDENTITY'),
    kind: 'ASSUMED_IDENTITY',
    from: '2026-03-03',
    registeredBy: homePolice.person,
  });
  // Applied for anew, and not decided.
  request('SECRECY_MARKING', 'second');
  history.append(stream, 'RegistrationNoticeReminded', homeOfficer, { caseId, number: 1 });
  history.append(
    stream,
    'RegistrationNoticeWithheld',
    homeOfficer,
    (seal) => ({
      caseId,
      reason: 'PERSECUTION',
      decidedOn: '2026-03-03',
      decidedBy: homeOfficer.person,
      grounds: seal('grounds', 'social'),
    }),
    subject,
  );
  history.append(stream, 'ExposedRegisterChecked', homeOfficer, {
    caseId,
    register: 'COMPANY_REGISTER',
    status: 'DONE',
    checkedOn: '2026-03-03',
    checkedBy: homeOfficer.person,
  });
};
