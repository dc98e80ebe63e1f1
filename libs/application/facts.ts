import {
  DomainError,
  type AnyEvent,
  type EventOf,
  type Instant,
  type RecordedEvent,
  type Token,
  fold,
  isEnvelope,
  streamName,
} from '#kernel';
import type { EventStore } from '#event-store';
import { type Appointment, appointmentDecider, type AppointmentEvent } from '#domain/appointment';
import type { ConsentEvent } from '#domain/consent';
import { coordinationDecider, type CoordinationEvent, type Rules, rulesAt } from '#domain/coordination';
import type { AreaEvent } from '#domain/destination';
import {
  type Declared,
  disclosureDecider,
  type DisclosureEvent,
  inquiryDecider,
  type InquiryEvent,
  nobodyYet,
  type Office,
  type People,
  peopleAfter,
  type ServedDecisionEvent,
  waiverAt,
} from '#domain/disclosure';
import type { PlacementEvent } from '#domain/placement';
import type { ProtectedDataEvent } from '#domain/protected-data';
import {
  registerDecider,
  type RegisterEvent,
  type RegisterRules,
  registerRulesAt,
} from '#domain/public-access';
import { claimDecider, type ClaimEvent, type RelocationEvent } from '#domain/relocation';
import {
  type Assessment,
  threatAssessmentDecider,
  type ThreatAssessmentEvent,
} from '#domain/threat-assessment';
import type { CaseFile } from '#personal-data';
import { UnknownTarget } from './command-executor.js';

type Data<E extends EventOf<string, object>, Type extends E['type']> = Extract<E, { type: Type }>['data'];

/** The last event of a type among those read, or undefined. */
export const lastOf = <E extends AnyEvent, Type extends E['type']>(
  events: readonly RecordedEvent[],
  type: Type,
  matches: (data: Data<E, Type>) => boolean = () => true,
): (RecordedEvent & { readonly data: Data<E, Type> }) | undefined =>
  events.findLast((event) => event.type === type && matches(event.data as Data<E, Type>)) as
    (RecordedEvent & { readonly data: Data<E, Type> }) | undefined;

/** What the events of `relocation-<case>` say. @throws UnknownTarget when the case was never opened */
export const relocationIn = (events: readonly RecordedEvent[]): RelocationFacts => {
  const opened = lastOf<RelocationEvent, 'CaseOpened'>(events, 'CaseOpened');
  if (!opened) throw new UnknownTarget();
  return {
    opened: opened.data,
    requested: lastOf<RelocationEvent, 'RelocationRequested'>(events, 'RelocationRequested')?.data,
    closed: lastOf<RelocationEvent, 'CaseClosed'>(events, 'CaseClosed') !== undefined,
  };
};

/** A candidate as the events of `consent-<case>` say it. @throws UnknownTarget when it was never checked there */
export const candidateIn = (
  events: readonly RecordedEvent[],
  candidateId: string,
): Data<ConsentEvent, 'CandidateChecked'> => checkOf(events, candidateId).data;

const checkOf = (
  events: readonly RecordedEvent[],
  candidateId: string,
): RecordedEvent & { readonly data: Data<ConsentEvent, 'CandidateChecked'> } => {
  const checked = lastOf<ConsentEvent, 'CandidateChecked'>(
    events,
    'CandidateChecked',
    (data) => data.candidateId === candidateId,
  );
  if (!checked) throw new UnknownTarget();
  return checked;
};

/** A proposal as the events of `consent-<case>` say it. @throws UnknownTarget when it was never ordered there */
export const proposalIn = (
  events: readonly RecordedEvent[],
  proposalId: string,
): Data<ConsentEvent, 'ProposalOrdered'> => {
  const ordered = lastOf<ConsentEvent, 'ProposalOrdered'>(
    events,
    'ProposalOrdered',
    (data) => data.proposalId === proposalId,
  );
  if (!ordered) throw new UnknownTarget();
  return ordered.data;
};

/** What the events of `disclosure-<case>` told to anybody, also what has ended since: who was told once knows. */
export const tellingsIn = (events: readonly RecordedEvent[]): readonly Telling[] =>
  events.filter(({ type }) => type === 'InformationDisclosed').map(({ data }) => data as Telling);

/** Whether a part was told anything. */
export const isToldIn = (tellings: readonly Telling[], kind: Telling['recipientKind']): boolean =>
  tellings.some(({ recipientKind }) => recipientKind === kind);

export type Telling = Data<DisclosureEvent, 'InformationDisclosed'>;

/** How the events of `placement-<proposal>` begin. @throws UnknownTarget when admission was never asked for */
export const placementIn = (events: readonly RecordedEvent[]): Data<PlacementEvent, 'AdmissionRequested'> => {
  const requested = lastOf<PlacementEvent, 'AdmissionRequested'>(events, 'AdmissionRequested');
  if (!requested) throw new UnknownTarget();
  return requested.data;
};

/** Who has declared what of those who take part in an inquiry, by the events of `inquiry-<id>`. */
export const declaredIn = (events: readonly RecordedEvent[]): Declared =>
  fold(inquiryDecider, events as unknown as readonly InquiryEvent[]);

/** Who is reserved or placed after these events of `area-<area>`. */
export const residentsIn = (events: readonly RecordedEvent[]): readonly Resident[] => {
  const residents = new Map<string, Resident>();
  for (const event of events as unknown as readonly AreaEvent[]) {
    if (event.type === 'AreaReserved') {
      const { caseId, subject, proposalId, municipality } = event.data;
      residents.set(proposalId, { caseId, subject, proposalId, municipality });
    } else if (event.type === 'AreaHousingSet') {
      const resident = residents.get(event.data.proposalId);
      if (resident) residents.set(event.data.proposalId, { ...resident, housing: event.data.housing });
    } else if (event.type === 'AreaReleased') residents.delete(event.data.proposalId);
  }
  return [...residents.values()];
};

/** After these events of `placement-<proposal>`: from clearance until it is said that the person has left, or never came. */
export const mayStandThere = (events: readonly RecordedEvent[]): boolean => {
  const ended = lastOf<PlacementEvent, 'PlacementEnded'>(events, 'PlacementEnded');
  return (
    events.some(({ type }) => type === 'PlacementCleared') &&
    !events.some(({ type }) => type === 'DepartureConfirmed' || type === 'ClearanceTakenBack') &&
    (ended === undefined || ended.data.departurePending)
  );
};

type PlaceDecided = Data<ServedDecisionEvent, 'PlaceDecisionRegistered'>;
type OfPlace = Pick<PlaceDecided, 'caseId' | 'decisionId' | 'placeDecisionId'>;

/** Of `decision-<id>`: each place that it names, also one that the person has left. */
const placesIn = (events: readonly RecordedEvent[]): readonly RecordedEvent[] =>
  events.filter(
    ({ type, data }) =>
      type === 'PlaceDecisionRegistered' &&
      // What version 1 sealed is opened by nobody: the board registers that place again.
      isEnvelope((data as unknown as PlaceDecided).address),
  );

/** Of these until it is said that the person has left it, and again when that is taken back. */
export const standingPlacesIn = (events: readonly RecordedEvent[]): readonly RecordedEvent[] =>
  placesIn(events).filter((place) => {
    const said = lastOf<ServedDecisionEvent, 'DecidedPlaceLeft'>(
      events,
      'DecidedPlaceLeft',
      ({ placeDecisionId }) => placeDecisionId === placeDecisionIdOf(place),
    );
    return (said?.data.departedAt ?? null) === null;
  });

/** Which place such a decision is on. */
export const placeDecisionIdOf = ({ data }: RecordedEvent): string =>
  (data as unknown as OfPlace).placeDecisionId;

/** A place in `decision-<id>`, whether or not the person has left it. @throws UnknownTarget where the case has none such */
export const decidedPlaceIn = (
  events: readonly RecordedEvent[],
  { caseId, placeDecisionId }: OfPlace,
): PlaceDecided => {
  const found = lastOf<ServedDecisionEvent, 'PlaceDecisionRegistered'>(
    events,
    'PlaceDecisionRegistered',
    (data) => data.caseId === caseId && data.placeDecisionId === placeDecisionId,
  );
  if (!found) throw new UnknownTarget();
  return found.data;
};

/** A placement of a case, by its events. */
export interface Place {
  readonly proposalId: string;
  readonly events: readonly RecordedEvent[];
}

/** One who is reserved or placed in an area. */
export interface Resident {
  readonly caseId: string;
  readonly subject: string;
  readonly proposalId: string;
  readonly municipality: Token;
  readonly housing?: Token;
}

/** What a route names of a case, or of a file that belongs to none. Its ids come from the path. */
export interface FileTarget {
  readonly caseId?: string;
  readonly proposalId?: string;
  readonly candidateId?: string;
  readonly inquiryId?: string;
  readonly requestId?: string;
  /** A case, a candidate or a proposal, where an item of an inbox does not say which. */
  readonly about?: string;
}

/** So many files are remembered: random ids, two for each. */
const maxFiles = 10_000;

/**
 * Facts that belong to other streams, read from those streams by id at the moment of the command. Never from a read
 * model: a read model may propose, it does not decide.
 */
export class Facts {
  /** Whose file an id is never changes, and a list names many: the last that were found, the oldest first. */
  readonly #files = new Map<string, CaseFile>();

  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    /** Proposes the case of a candidate or a proposal from a look-up table; the consent stream then decides. */
    private readonly proposeCase: (id: string) => Promise<string | undefined>,
    /** Subjects of those with whom a person goes along. For who deals with inquiries; there is nobody elsewhere. */
    private readonly withWhom: (subject: string) => Promise<readonly CaseFile[]> = async () => [],
  ) {}

  /**
   * The case to which a candidate or a proposal is said to belong: what the look-up table proposes, to be verified on
   * that case's consent stream. @throws UnknownTarget when the table knows none
   */
  async proposedCase(id: string): Promise<string> {
    const caseId = await this.proposeCase(id);
    if (!caseId) throw new UnknownTarget();
    return caseId;
  }

  /**
   * The file that a route names, and the person whom it is about: for the record of who looks at it.
   * @throws UnknownTarget when there is none
   */
  async fileOf(target: FileTarget): Promise<CaseFile> {
    const key = JSON.stringify(target);
    const known = this.#files.get(key);
    if (known) return known;
    const file = await this.findFile(target);
    this.#files.set(key, file);
    for (const [oldest] of this.#files) {
      if (this.#files.size <= maxFiles) break;
      this.#files.delete(oldest);
    }
    return file;
  }

  private async findFile(target: FileTarget): Promise<CaseFile> {
    const { inquiryId, requestId, about } = target;
    if (inquiryId)
      return { caseId: inquiryId, subject: await this.subjectIn(streamName('inquiry', inquiryId)) };
    if (requestId)
      return { caseId: requestId, subject: await this.subjectIn(streamName('public-access', requestId)) };
    const caseId =
      target.caseId ??
      (about === undefined
        ? await this.proposedCase(target.proposalId ?? target.candidateId ?? '')
        : ((await this.proposeCase(about)) ?? about));
    return { caseId, subject: await this.subjectIn(streamName('relocation', caseId)) };
  }

  /** Under whose keys the first event of a file is sealed; each begins with something that is. */
  private async subjectIn(stream: string): Promise<string> {
    const first = (await this.store.readStream(stream, { limit: 1 }))?.events[0];
    const sealed = Object.values(first?.data ?? {}).find(isEnvelope);
    if (!sealed) throw new UnknownTarget();
    return sealed.subject;
  }

  async events(stream: string): Promise<readonly RecordedEvent[]> {
    return (await this.store.readStream(stream))?.events ?? [];
  }

  /** @throws UnknownTarget when there is no such case. */
  async relocation(caseId: string): Promise<RelocationFacts> {
    return relocationIn(await this.events(streamName('relocation', caseId)));
  }

  /** @throws UnknownTarget when the case has no such candidate. */
  async candidate(caseId: string, candidateId: string): Promise<Data<ConsentEvent, 'CandidateChecked'>> {
    return candidateIn(await this.events(streamName('consent', caseId)), candidateId);
  }

  /** @throws UnknownTarget when the case has no such proposal. */
  async proposal(caseId: string, proposalId: string): Promise<Data<ConsentEvent, 'ProposalOrdered'>> {
    return proposalIn(await this.events(streamName('consent', caseId)), proposalId);
  }

  /** Who stands on the receiving side of a proposal, and how far it has come. @throws UnknownTarget */
  async proposalSides(
    caseId: string,
    proposalId: string,
  ): Promise<{
    readonly ordered: Data<ConsentEvent, 'ProposalOrdered'>;
    readonly asked: boolean;
    /** The board's yes, which names who receives. */
    readonly accepted: Data<ConsentEvent, 'PlacementAccepted'> | undefined;
    readonly placed: Data<PlacementEvent, 'AdmissionRequested'> | undefined;
    readonly cleared: Data<PlacementEvent, 'PlacementCleared'> | undefined;
  }> {
    const [events, placement] = await Promise.all([
      this.events(streamName('consent', caseId)),
      this.events(streamName('placement', proposalId)),
    ]);
    const ordered = proposalIn(events, proposalId);
    const asked = lastOf<ConsentEvent, 'PlacementProposed'>(
      events,
      'PlacementProposed',
      (data) => data.proposalId === proposalId,
    );
    return {
      ordered,
      asked: asked !== undefined,
      accepted: lastOf<ConsentEvent, 'PlacementAccepted'>(
        events,
        'PlacementAccepted',
        (data) => data.proposalId === proposalId,
      )?.data,
      placed: lastOf<PlacementEvent, 'AdmissionRequested'>(placement, 'AdmissionRequested')?.data,
      cleared: lastOf<PlacementEvent, 'PlacementCleared'>(placement, 'PlacementCleared')?.data,
    };
  }

  /** Version of the waiver that holds at an instant; undefined when there is none, or no longer. */
  async waiverVersion(caseId: string, at: Instant): Promise<number | undefined> {
    const events = await this.events(streamName('disclosure', caseId));
    return waiverAt(fold(disclosureDecider, events as unknown as DisclosureEvent[]), at)?.version;
  }

  /**
   * Every telling of the case, also those that have ended: who was told once knows that there is something. And who has
   * declared what, and who came for whom.
   */
  async told(caseId: string): Promise<{
    readonly told: readonly Telling[];
    readonly ended: readonly string[];
    readonly people: People;
  }> {
    const events = await this.events(streamName('disclosure', caseId));
    return {
      told: tellingsIn(events),
      ended: events
        .filter(({ type }) => type === 'DisclosureEnded')
        .map(({ data }) => (data as Data<DisclosureEvent, 'DisclosureEnded'>).disclosureId),
      people: (events as unknown as readonly DisclosureEvent[]).reduce(peopleAfter, nobodyYet),
    };
  }

  /** Areas of the places of a case that became known: nothing in them is for this person again. */
  async exposedAreas(caseId: string): Promise<readonly Token[]> {
    const told = (await this.events(
      streamName('disclosure', caseId),
    )) as unknown as readonly DisclosureEvent[];
    const exposed = told.flatMap(({ type, data }) =>
      type === 'LocationCompromised' ? [data.proposalId] : [],
    );
    if (exposed.length === 0) return [];
    const consent = await this.events(streamName('consent', caseId));
    return exposed.map((proposalId) => proposalIn(consent, proposalId).area);
  }

  /** The part of Skatteverket in a case: whom the applications on which it decides have named; none without one. */
  async applications(caseId: string): Promise<readonly Office[]> {
    const events = (await this.events(
      streamName('protected-data', caseId),
    )) as unknown as readonly ProtectedDataEvent[];
    const asked = events.flatMap((event) =>
      // An assumed identity is Police's.
      event.type === 'ProtectedDataRequested' && event.data.kind !== 'ASSUMED_IDENTITY' ? [event.data] : [],
    );
    const [first] = asked;
    if (!first) return [];
    const named = [...new Set(asked.flatMap(({ protectionOfficers }) => protectionOfficers))];
    return [{ part: 'TAX_AGENCY', organisation: first.taxAgency, named }];
  }

  /** Who of those who take part in an inquiry has declared what. */
  async inquiryDeclarations(inquiryId: string): Promise<Declared> {
    return declaredIn(await this.events(streamName('inquiry', inquiryId)));
  }

  /** Who has declared what about themselves in a case, and who came for whom. */
  async people(caseId: string): Promise<People> {
    return (await this.told(caseId)).people;
  }

  /** The assessment that was made last, valid or not; undefined when Police have not answered yet. */
  async assessment(caseId: string): Promise<Assessment | undefined> {
    const events = await this.events(streamName('threat-assessment', caseId));
    const state = fold(threatAssessmentDecider, events as unknown as ThreatAssessmentEvent[]);
    return state.status === 'UNASSESSED' ? undefined : state.current;
  }

  /**
   * Everybody who judged the threat in a case, in any version, agreed to or not: persons, who stay the same when they
   * change employer.
   */
  async assessors(caseId: string): Promise<readonly Token[]> {
    const events = await this.events(streamName('threat-assessment', caseId));
    return (events as unknown as ThreatAssessmentEvent[]).flatMap((event) => {
      if (event.type === 'ThreatAssessed')
        return event.data.confirmedBy
          ? [event.data.assessedBy, event.data.confirmedBy]
          : [event.data.assessedBy];
      if (event.type === 'LoweringProposed') return [event.data.proposedBy];
      if (event.type === 'LoweringConfirmed') return [event.data.confirmedBy];
      return event.type === 'LoweringRejected' ? [event.data.rejectedBy] : [];
    });
  }

  /** The open case that holds the claim on a person now; undefined for who has none, or is not known at all. */
  private async heldCase(subject: string): Promise<string | undefined> {
    const events = await this.events(streamName('claim', subject));
    const state = fold(claimDecider, events as unknown as ClaimEvent[]);
    return state.status === 'HELD' ? state.heldBy : undefined;
  }

  /** The open cases that are concerned by what others ask about a person. As much is read for who is in none. */
  async concernedBy(subject: string): Promise<Concerned> {
    const along = await this.withWhom(subject);
    const [caseId, ...held] = await Promise.all(
      [subject, ...(along.length > 0 ? along.map((one) => one.subject) : [subject])].map((one) =>
        this.heldCase(one),
      ),
    );
    // Not in a later case of the same person: who went along then may be the one who is feared now.
    const companionOf = [
      ...new Set(along.flatMap((one, at) => (held[at] === one.caseId ? [one.caseId] : []))),
    ];
    return { caseId, ...(companionOf.length > 0 && { companionOf: companionOf.sort() }) };
  }

  /**
   * The same, for an official who deals with what others ask about that person.
   * @throws UnknownTarget for who is disqualified in one of these cases: what is asked about the person is not there, either
   */
  async concernedFor(official: Token, subject: string): Promise<Concerned> {
    const concerned = await this.concernedBy(subject);
    if (await this.isDisqualifiedIn(official, subject, concerned)) throw new UnknownTarget();
    return concerned;
  }

  /** Whether an official is disqualified in an open case that is concerned. As much is read for who is in none. */
  async isDisqualifiedFor(official: Token, subject: string): Promise<boolean> {
    return this.isDisqualifiedIn(official, subject, await this.concernedBy(subject));
  }

  private async isDisqualifiedIn(
    official: Token,
    subject: string,
    { caseId = subject, companionOf = [subject] }: Concerned,
  ): Promise<boolean> {
    const said = await Promise.all([caseId, ...companionOf].map((one) => this.isDisqualified(official, one)));
    return said.includes(true);
  }

  private async isDisqualified(official: Token, caseId: string): Promise<boolean> {
    return (await this.people(caseId)).disqualified.includes(official);
  }

  /** The rules in force at an instant. @throws DomainError('coordination.no_rules') before the first were enacted */
  async rulesAt(at: Instant): Promise<Rules> {
    const events = await this.events(streamName('coordination', 'national'));
    const rules = rulesAt(fold(coordinationDecider, events as unknown as CoordinationEvent[]), at);
    if (!rules) throw new DomainError('coordination.no_rules');
    return rules;
  }

  /** How an authority numbers what comes in and what it charges; undefined where nothing has been enacted. */
  async registerRules(register: Token, at: Instant): Promise<RegisterRules | undefined> {
    const events = await this.events(streamName('public-register', register));
    return registerRulesAt(fold(registerDecider, events as unknown as RegisterEvent[]), at);
  }

  /** What an official has been appointed to, ever, and when the last training was. */
  async official(
    person: Token,
  ): Promise<{ readonly appointments: readonly Appointment[]; readonly trainedAt: Instant | undefined }> {
    const events = await this.events(streamName('appointment', person));
    const state = fold(appointmentDecider, events as unknown as AppointmentEvent[]);
    return state.status === 'KNOWN'
      ? { appointments: state.appointments, trainedAt: state.trainedAt }
      : { appointments: [], trainedAt: undefined };
  }

  /** Whether an official has been appointed to anything, ever, under this token. */
  async isAppointed(person: Token): Promise<boolean> {
    return (await this.store.readStream(streamName('appointment', person), { limit: 1 })) !== undefined;
  }

  /**
   * The appointments in force at an instant, of an official who has been trained in protected personal data: without
   * the training nobody holds any function here.
   */
  async appointmentsAt(person: Token, at: Instant): Promise<readonly Appointment[]> {
    const { appointments, trainedAt } = await this.official(person);
    if (trainedAt === undefined || trainedAt > at) return [];
    return appointments.filter(({ from, until }) => from <= at && (until === undefined || at < until));
  }

  /** What came of the yeses of receiving boards: one placement after another, of which the last may be active. */
  async placements(caseId: string): Promise<PlacementsMade> {
    const placements = (await this.places(caseId)).map(({ events }) => events);
    const has = (events: readonly RecordedEvent[], type: PlacementEvent['type']) =>
      events.some((event) => event.type === type);
    const last = placements.at(-1) ?? [];
    return {
      clearedBy: placements
        .flat()
        .filter(({ type }) => type === 'PlacementCleared')
        .map(({ data }) => (data as Data<PlacementEvent, 'PlacementCleared'>).clearedBy),
      arrivedAt: has(last, 'PlacementEnded')
        ? undefined
        : lastOf<PlacementEvent, 'ArrivalConfirmed'>(last, 'ArrivalConfirmed')?.data.arrivedAt,
      departurePending: placements.some(
        (events) =>
          lastOf<PlacementEvent, 'PlacementEnded'>(events, 'PlacementEnded')?.data.departurePending ===
            true && !has(events, 'DepartureConfirmed'),
      ),
    };
  }

  /**
   * Every placement of a case where somebody may stand now: none before clearance and none after departure, the old one
   * and the new one while a person moves.
   */
  async standingPlaces(caseId: string): Promise<readonly Place[]> {
    return (await this.places(caseId)).filter(({ events }) => mayStandThere(events));
  }

  /**
   * Whether what Police were asked about a candidate is over, answered or not: the case is closed, or somebody was cleared
   * in it since. Their read model lets the referral go at the same events.
   * @throws UnknownTarget when the case has no such candidate
   */
  async isReferralOver(caseId: string, candidateId: string): Promise<boolean> {
    const [{ closed }, consent, places] = await Promise.all([
      this.relocation(caseId),
      this.events(streamName('consent', caseId)),
      this.places(caseId),
    ]);
    const { position } = checkOf(consent, candidateId);
    const since = (event: RecordedEvent): boolean =>
      event.type === 'PlacementCleared' && event.position > position;
    return closed || places.some(({ events }) => events.some(since));
  }

  /** Each decision in these streams that is of the case and says where the person stays, until it is said that he or she left. */
  async decidedPlacesOf(
    caseId: string,
    streams: readonly string[],
    of: 'STANDING' | 'LEFT_TOO' = 'STANDING',
  ): Promise<readonly RecordedEvent[]> {
    const decisions = await Promise.all(streams.map((stream) => this.events(stream)));
    return decisions.flatMap((events) =>
      (of === 'STANDING' ? standingPlacesIn(events) : placesIn(events)).filter(
        ({ data }) => (data as unknown as PlaceDecided).caseId === caseId,
      ),
    );
  }

  /** Every placement of a case, in the order of the yeses. */
  private async places(caseId: string): Promise<readonly Place[]> {
    const accepted = (await this.events(streamName('consent', caseId))).filter(
      ({ type }) => type === 'PlacementAccepted',
    ) as unknown as readonly { readonly data: Data<ConsentEvent, 'PlacementAccepted'> }[];
    return Promise.all(
      accepted.map(async ({ data: { proposalId } }) => ({
        proposalId,
        events: await this.events(streamName('placement', proposalId)),
      })),
    );
  }

  /** Who is reserved or placed in an area now, and at which revision of its stream (-1: nobody ever was). */
  async area(area: Token): Promise<{
    readonly residents: readonly Resident[];
    readonly revision: number;
    readonly events: readonly RecordedEvent[];
  }> {
    const read = await this.store.readStream(streamName('area', area));
    const events = read?.events ?? [];
    return { residents: residentsIn(events), revision: read?.revision ?? -1, events };
  }

  /** Each time Police changed their register for a person, in this case or in another of the same person. */
  async conflictEntries({
    caseId,
    subject,
  }: Pick<Resident, 'caseId' | 'subject'>): Promise<readonly RecordedEvent[]> {
    const claims = (await this.events(streamName('claim', subject))) as unknown as readonly ClaimEvent[];
    const cases = [...new Set([caseId, ...claims.map(({ data }) => data.caseId)])];
    const events = await Promise.all(cases.map((one) => this.events(streamName('threat-assessment', one))));
    return events.flat().filter(({ type }) => type === 'ConflictEntriesRecorded');
  }
}

/** Which open cases what others ask about a person concerns, for those who protect these. */
export interface Concerned {
  /** The person's own. */
  readonly caseId?: string | undefined;
  /** Those of others with whom the person goes along; absent where there is none. */
  readonly companionOf?: readonly string[];
}

export interface PlacementsMade {
  /** Who cleared them, whatever became of it. */
  readonly clearedBy: readonly Token[];
  /** Of the last placement: undefined before arrival and after the end. */
  readonly arrivedAt: Instant | undefined;
  /** One of them ended, and the person may still be standing there. */
  readonly departurePending: boolean;
}

export interface RelocationFacts {
  readonly opened: Data<RelocationEvent, 'CaseOpened'>;
  readonly requested: Data<RelocationEvent, 'RelocationRequested'> | undefined;
  readonly closed: boolean;
}
