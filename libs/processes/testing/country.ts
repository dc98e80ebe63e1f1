import {
  addHours,
  confidential,
  Confidential,
  deadline,
  eventIdOf,
  fold,
  isEnvelope,
  parseStreamName,
} from '#kernel';
import type {
  Actor,
  AgencyKind,
  AnyCommand,
  AnyEvent,
  Category,
  Decider,
  EventMetadata,
  Instant,
  ProcessInput,
  ProcessManager,
  ProcessOutput,
  RecordedEvent,
  SealedRef,
  SystemCommand,
  ThreatLevel,
  Verdict,
} from '#kernel';
import { DomainError, plainDateOf } from '#kernel';
import { consentDecider, type ConsentCommand, type PreparedAnswer } from '#domain/consent';
import { type Rules, rules2026 } from '#domain/coordination';
import { areaDecider, destinationDecider } from '#domain/destination';
import { disclosureDecider, protectedAt, type Provision, waiverAt } from '#domain/disclosure';
import { placementDecider, type PlacementCommand } from '#domain/placement';
import { claimDecider, relocationDecider, type CloseCode } from '#domain/relocation';
import { assessmentAt, threatAssessmentDecider } from '#domain/threat-assessment';
import { areaWatch, relocationProcess } from '../index.js';

// A whole country in memory: the real deciders and the real processes, a log, a dispatcher, clocks that fire, and time
// that moves only when it is told to. Handlers are played by the few lines that add facts. No store, no worker, no key.

type AnyDecider = Decider<AnyCommand, AnyEvent, unknown>;
const deciders: Partial<Record<Category, AnyDecider>> = {
  relocation: relocationDecider as unknown as AnyDecider,
  claim: claimDecider as unknown as AnyDecider,
  disclosure: disclosureDecider as unknown as AnyDecider,
  'threat-assessment': threatAssessmentDecider as unknown as AnyDecider,
  consent: consentDecider as unknown as AnyDecider,
  placement: placementDecider as unknown as AnyDecider,
  area: areaDecider as unknown as AnyDecider,
  destination: destinationDecider as unknown as AnyDecider,
};

type AnyManager = ProcessManager<unknown, { rules: Rules }>;
const managers: readonly AnyManager[] = [relocationProcess, areaWatch];

/** One step of a process as its stream would hold it. */
export interface ProcessStep {
  readonly input: ProcessInput;
  readonly outputs: readonly ProcessOutput[];
}

interface Instance {
  readonly manager: AnyManager;
  readonly id: string;
  state: unknown;
  ended: boolean;
  readonly steps: ProcessStep[];
  readonly unsent: SystemCommand[];
  readonly deadlines: Map<string, Instant>;
}

const actor = (person: string, organisation: string, agencyKind: AgencyKind): Actor => ({
  person,
  organisation,
  agencyKind,
});

/** Invented officials, as tokens. */
export const people = {
  homeOfficer: actor('p-home', 'board-home', 'SOCIAL_BOARD'),
  homePolice: actor('p-police', 'police-home', 'POLICE'),
  secondAssessor: actor('p-police-2', 'police-home', 'POLICE'),
  receivingPolice: actor('p-receiving-police', 'police-receiving', 'POLICE'),
  coordinator: actor('p-coordinator', 'coordinator', 'NATIONAL_COORDINATOR'),
  preparer: actor('p-preparer', 'board-1', 'SOCIAL_BOARD'),
  decider: actor('p-decider', 'board-1', 'SOCIAL_BOARD'),
  director: actor('p-director', 'provider', 'HOUSING_PROVIDER'),
} as const;

export class Country {
  readonly log: RecordedEvent[] = [];
  readonly refusals: { readonly command: SystemCommand; readonly code: string }[] = [];
  readonly rules = rules2026.rules;
  /** Proposals that a check of the rings finds in conflict. */
  readonly conflicts: { caseId: string; proposalId: string }[] = [];
  /** While asleep the worker takes nothing in, sends nothing and hears no clock. */
  asleep = false;
  private readonly instances = new Map<string, Instance>();
  private commands = 0;
  private delivered = 0;

  constructor(public now: Instant = '2026-03-02T08:00:00.000Z') {}

  // --- the road ---

  /** What an official does. Throws the DomainError of the rule that says no. */
  act(stream: string, type: string, data: object, by: Actor): readonly RecordedEvent[] {
    const events = this.decide(stream, { type, data, at: this.now, by } as AnyCommand);
    this.settle();
    return events;
  }

  /** Lets the worker work until nothing is left to do at this instant. */
  settle(): void {
    if (this.asleep) return;
    while (this.deliver() || this.dispatch() || this.fire());
  }

  /** Time passes; clocks that fall due on the way fire at their own instant. */
  waitUntil(instant: Instant): void {
    for (;;) {
      this.settle();
      const next = this.asleep ? undefined : this.nextDue();
      if (next === undefined || next > instant) break;
      this.now = next > this.now ? next : this.now;
    }
    this.now = instant > this.now ? instant : this.now;
    this.settle();
  }

  wait(hours: number): void {
    this.waitUntil(addHours(this.now, hours));
  }

  /** Takes in one event. False when there was none. */
  deliver(): boolean {
    const event = this.log[this.delivered];
    if (!event) return false;
    this.delivered += 1;
    for (const manager of managers)
      if (manager.handles.includes(event.type))
        for (const id of manager.route(event))
          this.take(this.instance(manager, id), { kind: 'event', ...withoutSealed(event) });
    return true;
  }

  /** Sends one command of one process. False when there was none. */
  dispatch(): boolean {
    for (const instance of this.instances.values()) {
      const command = instance.unsent.shift();
      if (!command) continue;
      try {
        this.decide(command.stream, {
          type: command.type,
          data: { ...command.data, ...this.factsFor(command) },
          at: this.now,
          by: { person: `process:${instance.manager.name}`, ...command.onBehalfOf },
        });
        this.take(instance, { kind: 'accepted', command, at: this.now });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        this.refusals.push({ command, code: error.code });
        this.take(instance, { kind: 'refused', command, code: error.code, at: this.now });
      }
      return true;
    }
    return false;
  }

  /** Puts an input into an instance, as the runner does. */
  take(instance: Instance, input: ProcessInput): readonly ProcessOutput[] {
    const outputs = instance.manager.react(input, instance.state, { rules: this.rules });
    // What is remembered must survive the log: plain JSON, there and back.
    const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
    instance.state = plain(instance.manager.evolve(instance.state, { input: plain(input) }));
    for (const output of outputs) {
      instance.state = plain(instance.manager.evolve(instance.state, { output: plain(output) }));
      if (output.kind === 'send') instance.unsent.push(plain(output.command));
      if (output.kind === 'set-deadline') instance.deadlines.set(output.name, output.dueAt);
      if (output.kind === 'clear-deadline') instance.deadlines.delete(output.name);
      if (output.kind === 'end') {
        instance.ended = true;
        instance.deadlines.clear();
      }
    }
    instance.steps.push({ input: plain(input), outputs: plain(outputs) });
    return outputs;
  }

  relocation(caseId = 'case-1'): Instance {
    return this.instance(relocationProcess, caseId);
  }

  /** Types of the events of a stream, in order. */
  types(stream: string): readonly string[] {
    return this.log.filter((event) => event.stream === stream).map(({ type }) => type);
  }

  /** The state of a stream, folded by its decider. */
  state<State>(stream: string): State {
    const decider = deciderOf(stream);
    return fold(decider, this.eventsOf(stream)) as State;
  }

  /** What is told and not ended: kind of recipient, purpose, foot. */
  open(caseId = 'case-1'): readonly string[] {
    const state = this.state<ReturnType<typeof disclosureDecider.evolve>>(`disclosure-${caseId}`);
    const told = this.log.filter(({ type }) => type === 'InformationDisclosed').map(({ data }) => data);
    return (
      told as unknown as { disclosureId: string; recipientKind: string; purpose: string; foot: string }[]
    )
      .filter(({ disclosureId }) => {
        const telling = state.tellings[disclosureId];
        return (
          telling !== undefined &&
          telling !== 'ENDED_BEFORE' &&
          telling.ended === undefined &&
          (telling.expiresAt === undefined || telling.expiresAt > this.now)
        );
      })
      .map(({ recipientKind, purpose, foot }) => `${recipientKind} ${purpose} ${foot}`)
      .sort();
  }

  // --- what officials do, with invented values ---

  openCase(caseId = 'case-1', subject = 'subject-1'): void {
    this.act(
      `relocation-${caseId}`,
      'OpenCase',
      {
        caseId,
        subject,
        sex: 'MAN',
        ageBand: '21_24',
        environment: 'GANG',
        entryRoute: 'POLICE',
        board: 'board-home',
        officers: ['p-home'],
        dutyOfficers: ['p-duty'],
        homePolice: 'police-home',
        homePoliceContacts: ['p-police'],
        coordinator: 'coordinator',
        coordinatorContacts: ['p-coordinator'],
        identity: confidential('identity', 'invented'),
        registryNumber: confidential('social', 'invented'),
      },
      people.homeOfficer,
    );
  }

  signWaiver(caseId = 'case-1', validUntil = '2028-03-01', subject = 'subject-1'): void {
    this.act(
      `disclosure-${caseId}`,
      'SignWaiver',
      {
        caseId,
        subject,
        form: 'WRITTEN',
        signedOn: plainDateOf(this.now),
        validUntil,
        recipientKinds: this.rules.mandatoryRecipients,
        classes: ['identity', 'destination', 'address', 'threat-advice', 'needs', 'family'],
        mandatoryRecipients: this.rules.mandatoryRecipients,
        mandatoryClasses: this.rules.mandatoryClasses,
      },
      people.homeOfficer,
    );
  }

  withdrawWaiver(caseId = 'case-1'): void {
    this.act(`disclosure-${caseId}`, 'WithdrawWaiver', { caseId, channel: 'PHONE' }, people.homeOfficer);
  }

  request(caseId = 'case-1'): void {
    this.act(
      `relocation-${caseId}`,
      'RegisterSupportDecision',
      {
        caseId,
        decisionType: 'ASSISTANCE',
        decidedOn: plainDateOf(this.now),
        registryNumber: confidential('social', 'invented'),
      },
      people.homeOfficer,
    );
    this.act(
      `relocation-${caseId}`,
      'RequestRelocation',
      {
        caseId,
        adults: 1,
        children: 0,
        housingForm: 'PROTECTED',
        competences: [],
        desiredStart: plainDateOf(addHours(this.now, 24 * 14)),
        needs: confidential('needs', { summary: 'invented' }),
        family: confidential('family', []),
        noGoPlaces: ['municipality-home'],
        waiverVersion: 1,
      },
      people.homeOfficer,
    );
  }

  assess(level: ThreatLevel = 'MEDIUM', caseId = 'case-1'): void {
    this.act(
      `threat-assessment-${caseId}`,
      'AssessThreat',
      {
        caseId,
        level,
        restrictions: [],
        detail: confidential('threat-detail', 'invented'),
        advice: confidential('threat-advice', 'invented'),
        validityHours: this.rules.validityHours,
        requestedBy: 'p-home',
        clearedBy: [],
      },
      people.homePolice,
    );
  }

  declareCapacity(places = 2, board = 'board-1'): void {
    this.act(
      `destination-${board}`,
      'DeclareCapacity',
      { board, municipality: `municipality-${board}`, places, housingForms: ['PROTECTED'], competences: [] },
      people.decider,
    );
  }

  check(candidateId = 'candidate-1', verdict: Verdict = 'CLEAR', caseId = 'case-1'): void {
    const area = 'area-token';
    this.act(
      `consent-${caseId}`,
      'CheckCandidate',
      {
        caseId,
        candidateId,
        municipality: 'municipality-board-1',
        board: 'board-1',
        boardContacts: ['p-preparer', 'p-decider'],
        area,
        receivingPolice: 'police-receiving',
        receivingPoliceContacts: ['p-receiving-police'],
        verdict,
        areaRevision: this.revision(`area-${area}`),
        registerChanges: this.registerChanges(caseId),
        ...(verdict === 'REFER_TO_POLICE' ? { referralDueAt: addHours(this.now, 24) } : {}),
        requested: !this.isClosed(caseId),
        noGoPlaces: ['municipality-home'],
        exposedAreas: [],
        waiverActive: this.waiverVersion(caseId) !== undefined,
      },
      people.coordinator,
    );
  }

  order(
    proposalId = 'proposal-1',
    candidateId = 'candidate-1',
    caseId = 'case-1',
    registerChanges = this.registerChanges(caseId),
  ): void {
    if (this.isClosed(caseId)) throw new DomainError('consent.not_requested');
    const answerBy = addHours(this.now, 24 * 7);
    this.consent(
      'OrderProposal',
      {
        caseId,
        subject: caseId.replace('case', 'subject'),
        proposalId,
        candidateId,
        referenceCode: 'R-1',
        adults: 1,
        children: 0,
        housingForm: 'PROTECTED',
        competences: [],
        startOn: plainDateOf(addHours(this.now, 24 * 14)),
        answerBy,
        remindAt: addHours(this.now, 24 * 3.5),
        assessment: this.assessment(caseId),
        waiverActive: this.waiverVersion(caseId) !== undefined,
        registerChanges,
        exposedAreas: [],
        disqualified: [],
        checkMaxAgeHours: 24,
      },
      people.coordinator,
    );
  }

  answer(answer: PreparedAnswer, proposalId = 'proposal-1', caseId = 'case-1'): void {
    this.consent('PrepareAnswer', { caseId, proposalId, answer }, people.preparer);
    this.consent(
      'DecideAnswer',
      {
        caseId,
        proposalId,
        answer,
        ...(answer.kind === 'ACCEPT'
          ? {
              receivers: ['p-receiver-1', 'p-receiver-2'],
              provider: 'provider',
              directors: ['p-director'],
              housing: 'housing-1',
            }
          : {}),
        counterAnswerBy: addHours(this.now, 24 * 7),
        maxCounterRounds: this.rules.maxCounterRounds,
      },
      people.decider,
    );
  }

  approveCounter(proposalId = 'proposal-1', caseId = 'case-1'): void {
    this.consent(
      'ApproveCounterProposal',
      { caseId, proposalId, answerBy: addHours(this.now, 24 * 7), assessment: this.assessment(caseId) },
      people.homeOfficer,
    );
  }

  admit(verdict: Verdict = 'CLEAR', proposalId = 'proposal-1', caseId = 'case-1'): void {
    this.placement(
      'GrantAdmission',
      {
        caseId,
        proposalId,
        verdict,
        clearanceDueAt: deadline(this.rules.clocks.clearance, this.now),
        destination: confidential('destination', { municipalityCode: '0000', municipalityName: 'invented' }),
        address: confidential('address', 'invented'),
      },
      people.director,
    );
  }

  clear(proposalId = 'proposal-1', caseId = 'case-1', waiverVersion = this.waiverVersion(caseId)): void {
    const assessment = this.assessment(caseId);
    this.placement(
      'ClearPlacement',
      {
        caseId,
        subject: caseId.replace('case', 'subject'),
        proposalId,
        plannedArrival: plainDateOf(addHours(this.now, 24)),
        assessment: assessment && { ...assessment, assessedBy: 'p-police' },
        assessors: ['p-police'],
        waiverVersion,
        verdict: 'CLEAR',
        areaRevision: this.revision('area-area-token'),
        requestedBy: 'p-home',
        board: 'board-1',
        receivingPolice: 'police-receiving',
        receivingPoliceContacts: ['p-receiving-police'],
        homeDutyOfficers: ['p-duty'],
      },
      people.coordinator,
    );
  }

  transfer(proposalId = 'proposal-1', caseId = 'case-1'): void {
    this.placement('RecordTransfer', { caseId, proposalId, startedAt: this.now }, people.homePolice);
  }

  arrive(proposalId = 'proposal-1', caseId = 'case-1'): void {
    this.placement('ConfirmArrival', { caseId, proposalId, arrivedAt: this.now }, people.homeOfficer);
  }

  followUp(number: number, proposalId = 'proposal-1', caseId = 'case-1'): void {
    this.placement(
      'RecordFollowUp',
      {
        caseId,
        proposalId,
        number,
        heldOn: plainDateOf(this.now),
        outcome: 'STABLE',
        note: confidential('social', 'invented'),
      },
      people.homeOfficer,
    );
  }

  depart(proposalId = 'proposal-1', caseId = 'case-1'): void {
    this.placement('ConfirmDeparture', { caseId, proposalId, departedAt: this.now }, people.homeOfficer);
  }

  startClosing(caseId = 'case-1'): void {
    this.act(
      `relocation-${caseId}`,
      'StartSupervisedClosing',
      {
        caseId,
        contactOn: plainDateOf(this.now),
        assessmentVersion: this.assessment(caseId)?.version ?? 0,
        assessmentValidAt: this.assessment(caseId) !== undefined,
        arrived: true,
      },
      people.homeOfficer,
    );
  }

  close(code: CloseCode, caseId = 'case-1'): void {
    this.act(
      `relocation-${caseId}`,
      'CloseCase',
      { caseId, code, supervisionMonths: 6, departurePending: false },
      people.homeOfficer,
    );
  }

  noteAdversary(area = 'area-token'): void {
    this.act(`area-${area}`, 'NoteAdversaryPresence', { area }, people.receivingPolice);
  }

  recordConflictEntries(caseId = 'case-1'): void {
    this.act(
      `threat-assessment-${caseId}`,
      'RecordConflictEntries',
      {
        caseId,
        subject: caseId.replace('case', 'subject'),
        entryCount: 1,
        entries: confidential('threat-detail', []),
      },
      people.homePolice,
    );
  }

  private registerChanges(caseId: string): number {
    return this.types(`threat-assessment-${caseId}`).filter((type) => type === 'ConflictEntriesRecorded')
      .length;
  }

  consent(type: ConsentCommand['type'], data: { caseId: string } & Record<string, unknown>, by: Actor): void {
    this.act(`consent-${data.caseId}`, type, data, by);
  }

  placement(
    type: PlacementCommand['type'],
    data: { proposalId: string } & Record<string, unknown>,
    by: Actor,
  ): void {
    this.act(`placement-${data.proposalId}`, type, data, by);
  }

  isClosed(caseId: string): boolean {
    return this.types(`relocation-${caseId}`).includes('CaseClosed');
  }

  revision(stream: string): number {
    return this.eventsOf(stream).length - 1;
  }

  assessment(caseId: string) {
    const state = this.state<ReturnType<typeof threatAssessmentDecider.evolve>>(
      `threat-assessment-${caseId}`,
    );
    return assessmentAt(state, this.now);
  }

  waiverVersion(caseId: string): number | undefined {
    const state = this.state<ReturnType<typeof disclosureDecider.evolve>>(`disclosure-${caseId}`);
    return waiverAt(state, this.now)?.version;
  }

  // --- inside ---

  private decide(stream: string, command: AnyCommand): readonly RecordedEvent[] {
    const decider = deciderOf(stream);
    const events = decider.decide(command, fold(decider, this.eventsOf(stream)));
    this.commands += 1;
    const commandId = `command-${this.commands}`;
    return events.map((event, ordinal) => this.append(stream, event, command, commandId, ordinal));
  }

  private append(
    stream: string,
    event: AnyEvent,
    command: AnyCommand,
    commandId: string,
    ordinal: number,
  ): RecordedEvent {
    const id = eventIdOf(stream, commandId, ordinal);
    const metadata: EventMetadata = {
      $correlationId: 'correlation',
      $causationId: commandId,
      commandId,
      commandFingerprint: commandId,
      actor: command.by.person,
      organisation: command.by.organisation,
      agencyKind: command.by.agencyKind,
      legalBasis: 'invented',
      purpose: 'invented',
      policyVersion: '1',
      occurredAt: command.at,
    };
    const recorded: RecordedEvent = {
      id,
      stream,
      revision: this.revision(stream) + 1,
      position: String(this.log.length).padStart(12, '0'),
      type: event.type,
      schemaVersion: 1,
      data: seal(event.data, stream, id, command.by.organisation, this.subjectOf(stream)),
      metadata,
      recordedAt: command.at,
    };
    this.log.push(recorded);
    return recorded;
  }

  private factsFor(command: SystemCommand): object {
    if (command.type === 'ReserveArea') return { currentRevision: this.revision(command.stream) };
    if (command.type === 'RecheckArea') return { conflicts: this.conflicts };
    if (command.type !== 'DiscloseInformation') return {};
    const { refs } = command.data as { refs: readonly { event: string; path: string }[] };
    const protectedBy = new Set<Provision>();
    const items = refs.map(({ event, path }) => {
      const written = this.log.find(({ id }) => id === event);
      const envelope = (written?.data as Record<string, unknown> | undefined)?.[path];
      if (!written || !isEnvelope(envelope)) throw new Error(`nothing sealed at ${path}`);
      for (const one of protectedAt(written.metadata.agencyKind, envelope.class)) protectedBy.add(one);
      return envelope;
    });
    return { items, protectedBy: [...protectedBy] };
  }

  private fire(): boolean {
    for (const instance of this.instances.values())
      for (const [name, dueAt] of instance.deadlines)
        if (dueAt <= this.now) {
          instance.deadlines.delete(name);
          this.take(instance, { kind: 'deadline', name, dueAt, at: this.now });
          return true;
        }
    return false;
  }

  private nextDue(): Instant | undefined {
    return [...this.instances.values()].flatMap(({ deadlines }) => [...deadlines.values()]).sort()[0];
  }

  private instance(manager: ProcessManager<never, never> | AnyManager, id: string): Instance {
    const key = `${manager.name}-${id}`;
    const known = this.instances.get(key);
    if (known) return known;
    const made: Instance = {
      manager: manager as AnyManager,
      id,
      state: manager.initialState,
      ended: false,
      steps: [],
      unsent: [],
      deadlines: new Map(),
    };
    this.instances.set(key, made);
    return made;
  }

  private eventsOf(stream: string): readonly RecordedEvent[] {
    return this.log.filter((event) => event.stream === stream);
  }

  /** One person per case in these stories; a placement says whose it is. */
  private subjectOf(stream: string): string {
    const { category, id } = parseStreamName(stream);
    const first = this.eventsOf(stream)[0]?.data as { subject?: string } | undefined;
    return category === 'placement' ? (first?.subject ?? 'subject-1') : id.replace('case', 'subject');
  }
}

const deciderOf = (stream: string): AnyDecider => {
  const decider = deciders[parseStreamName(stream).category];
  if (!decider) throw new Error('no decider for this stream');
  return decider;
};

const seal = (data: object, stream: string, event: string, owner: string, subject: string): object =>
  Object.fromEntries(
    Object.entries(data)
      .filter(([, value]) => value !== undefined)
      .map(([path, value]: [string, unknown]) => [
        path,
        value instanceof Confidential
          ? {
              sealed: 1,
              class: value.dataClass,
              subject,
              owner,
              stream,
              event,
              path,
              kid: 'k',
              iv: 'i',
              ct: 'c',
              tag: 't',
            }
          : value,
      ]),
  );

/** As the runner does: envelopes cut out, and named. */
const withoutSealed = (
  event: RecordedEvent,
): { readonly event: RecordedEvent; readonly sealed: readonly SealedRef[] } => {
  const entries: [string, unknown][] = Object.entries(event.data);
  const sealed = entries.flatMap(([, value]) =>
    isEnvelope(value)
      ? [
          {
            stream: value.stream,
            event: value.event,
            path: value.path,
            class: value.class,
            owner: value.owner,
          },
        ]
      : [],
  );
  return {
    event: { ...event, data: Object.fromEntries(entries.filter(([, value]) => !isEnvelope(value))) },
    sealed,
  };
};
