import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { type DataClass, type Envelope, fold, isEnvelope, type RecordedEvent, streamName } from '#kernel';
import { type Application, isToldIn, type Place, placeDecisionIdOf } from '#application';
import {
  fetchFromDecided,
  glassDecider,
  type GlassEvent,
  jointOpeningDecider,
  type JointOpeningEvent,
  openGlassAt,
  openJointlyAt,
  rescuers,
} from '#domain/just-in-time';
import { findReviewed } from '#projections';
import { API_OPTIONS, type ApiOptions, type Caller } from '../../api-options.js';
import { Problem } from '../problem.js';
import type { ContentDto, ContentsDto } from './contents.dto.js';
import type {
  BrokenGlassDto,
  BrokenGlassesDto,
  GlassNoteDto,
  JointOpeningDto,
  JointOpeningsDto,
} from './passes.dto.js';
import { readerOf } from './reading.js';

const statusAfter = {
  GlassConfirmed: 'CONFIRMED',
  GlassConfirmedLate: 'CONFIRMED_LATE',
  GlassEnded: 'NOT_CONFIRMED',
} as const satisfies Partial<Record<GlassEvent['type'], BrokenGlassDto['status']>>;

interface Found {
  readonly event: RecordedEvent;
  readonly path: string;
  readonly envelope: Envelope;
}

/** The newest value of each field in a stream. */
const newestIn = (events: readonly RecordedEvent[]): readonly Found[] => {
  const newest = new Map<string, Found>();
  for (const event of events)
    for (const [path, envelope] of Object.entries(event.data))
      if (isEnvelope(envelope)) newest.set(`${event.type} ${path}`, { event, path, envelope });
  return [...newest.values()];
};

/** Which decision says so: two places of a child are told apart by it when one of them is said to be left. */
const decisionOf = ({ type, data }: RecordedEvent): Pick<ContentDto, 'placeDecisionId' | 'decidedOn'> => {
  if (type !== 'PlaceDecisionRegistered') return {};
  const { placeDecisionId, decidedOn } = data as unknown as Required<
    Pick<ContentDto, 'placeDecisionId' | 'decidedOn'>
  >;
  return { placeDecisionId, decidedOn };
};

/**
 * Reads with a pass. The log says that it holds, the vault asks for it once more and records the opening. Both are
 * asked at once, no read model is: a sleeping worker keeps nobody from a person in danger.
 */
@Injectable()
export class PassReading {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  /**
   * @param proposalId of the placement, for who knows that one alone: a later place is not theirs
   * @throws Problem thing.not_found where no glass of this caller opens that class now
   */
  async withGlass(
    caller: Caller,
    caseId: string,
    glassId: string,
    dataClass: DataClass,
    proposalId?: string,
  ): Promise<ContentsDto> {
    const state = fold(glassDecider, await this.glassEvents(caseId));
    const glass = openGlassAt(state, glassId, this.now);
    const mine = glass?.brokenBy === caller.by.person && glass.organisation === caller.by.organisation;
    if (!glass || !mine || !glass.classes.includes(dataClass)) throw new Problem('thing.not_found');
    // Who stands by is told nothing more, not even a name, once nobody is to be fetched.
    if (glass.relation === 'HOME_DUTY' && !(await this.isToBeFetched(caseId, glass.subject)))
      throw new Problem('thing.not_found');
    const fetches = rescuers.includes(glass.relation);
    const fromDecided = fetchFromDecided.includes(glass.relation);
    const as = { fetches, fromDecided, proposalId };
    return this.open(caller, caseId, glass.subject, glassId, dataClass, as);
  }

  /** @throws Problem thing.not_found where no joint opening of this caller was approved, or it has run out */
  async jointly(
    caller: Caller,
    caseId: string,
    openingId: string,
    dataClass: DataClass,
  ): Promise<ContentsDto> {
    const state = fold(jointOpeningDecider, await this.jointEvents(caseId));
    const opening = openJointlyAt(state, openingId, this.now);
    const mine = opening?.requestedBy === caller.by.person && opening.organisation === caller.by.organisation;
    if (!opening || !mine) throw new Problem('thing.not_found');
    return this.open(caller, caseId, opening.subject, openingId, dataClass, {
      fetches: false,
      fromDecided: false,
    });
  }

  /**
   * The glasses of a case, the newest first, for everybody who may confirm one.
   * @throws Problem thing.not_found to a coordinator who has the case by a contested claim alone
   */
  async glasses({ by }: Caller, caseId: string): Promise<BrokenGlassesDto> {
    await this.ensureTold(by, caseId);
    const items = new Map<string, BrokenGlassDto>();
    for (const { type, data } of await this.glassEvents(caseId)) {
      if (type === 'GlassBroken') {
        const { glassId, relation, reason, classes, expiresAt, confirmBy, unconfirmedBefore = 0 } = data;
        const brokenByMe = data.brokenBy === by.person;
        const status = this.now >= confirmBy ? 'NOT_CONFIRMED' : 'OPEN';
        const times = { confirmBy, expiresAt };
        const said = { glassId, relation, reason, classes, brokenByMe, unconfirmedBefore };
        items.set(glassId, { ...said, ...times, status });
      } else {
        const known = items.get(data.glassId);
        if (known) items.set(data.glassId, { ...known, status: statusAfter[type] });
      }
    }
    return { items: [...items.values()].reverse() };
  }

  /** What the officers of a case have asked each other for, the newest first. */
  async jointOpenings({ by }: Caller, caseId: string): Promise<JointOpeningsDto> {
    const items = new Map<string, JointOpeningDto>();
    for (const { type, data } of await this.jointEvents(caseId)) {
      const { openingId } = data;
      const known = items.get(openingId);
      if (type === 'JointOpeningRequested') {
        const { purpose, answerBy, requestedBy } = data;
        const status = this.now >= answerBy ? 'LAPSED' : 'PENDING';
        const requestedByMe = requestedBy === by.person;
        items.set(openingId, { openingId, purpose, answerBy, expiresAt: null, status, requestedByMe });
      } else if (known && type === 'JointOpeningApproved')
        items.set(openingId, { ...known, status: 'APPROVED', expiresAt: data.expiresAt });
      else if (known) items.set(openingId, { ...known, status: 'REJECTED' });
    }
    return { items: [...items.values()].reverse() };
  }

  /**
   * What who broke a glass has said of it, for who confirms or reviews it. Recorded before it leaves.
   * @throws Problem thing.not_found where the case has no such glass, and as `glasses`
   */
  async note({ by, purpose, legalBasis }: Caller, caseId: string, glassId: string): Promise<GlassNoteDto> {
    await this.ensureTold(by, caseId);
    const broken = (await this.application.facts.events(streamName('break-glass', caseId))).find(
      ({ type, data }) => type === 'GlassBroken' && (data as { glassId?: unknown }).glassId === glassId,
    );
    const envelope = (broken?.data as { note?: unknown } | undefined)?.note;
    if (!isEnvelope(envelope)) throw new Problem('thing.not_found');
    const [opened] = await this.application.openGlassNote(glassId, [envelope], {
      caseId,
      actor: by,
      purpose,
      legalBasis,
      at: this.now,
    });
    if (!opened?.opened) throw new Problem('thing.not_found');
    return { glassId, note: opened.value as string };
  }

  /**
   * The same for a reviewer of the agency whose official broke it: an alert names the record of the glass.
   * @throws Problem thing.not_found where the review is not this agency's, or not of a glass
   */
  async noteForReview(caller: Caller, reviewId: string): Promise<GlassNoteDto> {
    const found = await findReviewed(this.pool, readerOf(caller), reviewId);
    if (!found?.caseId || found.origin !== 'GLASS_BROKEN') throw new Problem('thing.not_found');
    const glass = (await this.glassEvents(found.caseId)).find(
      ({ type, data }) => type === 'GlassBroken' && data.record === found.record,
    );
    if (!glass) throw new Problem('thing.not_found');
    return this.note(caller, found.caseId, glass.data.glassId);
  }

  /** A coordinator who has a case by a contested claim alone was told nothing of it, and no glass is his or hers to confirm. */
  private async ensureTold({ organisation }: Caller['by'], caseId: string): Promise<void> {
    const { facts } = this.application;
    const [{ opened }, { told }] = await Promise.all([facts.relocation(caseId), facts.told(caseId)]);
    if (organisation === opened.coordinator && !isToldIn(told, 'NATIONAL_COORDINATOR'))
      throw new Problem('thing.not_found');
  }

  /** Whether somebody may stand at a placement, or where a decision says that a child stays. */
  private async isToBeFetched(caseId: string, subject: string): Promise<boolean> {
    const { application } = this;
    return (
      (await application.facts.standingPlaces(caseId)).length > 0 ||
      (await application.decidedPlaces({ caseId, subject })).length > 0
    );
  }

  private async glassEvents(caseId: string): Promise<readonly GlassEvent[]> {
    const events = await this.application.facts.events(streamName('break-glass', caseId));
    return events as unknown as readonly GlassEvent[];
  }

  private async jointEvents(caseId: string): Promise<readonly JointOpeningEvent[]> {
    const events = await this.application.facts.events(streamName('joint-opening', caseId));
    return events as unknown as readonly JointOpeningEvent[];
  }

  private async open(
    { by, purpose, legalBasis: ofRoute }: Caller,
    caseId: string,
    subject: string,
    passId: string,
    dataClass: DataClass,
    {
      fetches,
      fromDecided,
      proposalId,
    }: {
      readonly fetches: boolean;
      readonly fromDecided: boolean;
      readonly proposalId?: string | undefined;
    },
  ): Promise<ContentsDto> {
    const { facts } = this.application;
    const [{ closed }, standing] = await Promise.all([
      facts.relocation(caseId),
      facts.standingPlaces(caseId),
    ]);
    const places = standing.filter((place) => proposalId === undefined || place.proposalId === proposalId);
    // Who knows the placement alone is told nothing more, not even a name, once nobody can stand there.
    if (proposalId !== undefined && places.length === 0) throw new Problem('thing.not_found');
    // A pass ends with the case, but for who must fetch somebody.
    if (closed && !(fetches && places.length > 0)) throw new Problem('thing.not_found');
    // Whoever came by the placement reads its address as the alarm plan, whatever became known.
    const isWhere = dataClass === 'address';
    const [frozen, decided] = await Promise.all([
      this.exposed(caseId, isWhere && proposalId === undefined ? places : []),
      isWhere ? this.application.decidedPlaces({ caseId, subject }) : [],
    ]);
    // Where a decision says that a child stays may be the place that became known: then those alone who fetch the child.
    const shut = !fromDecided && (frozen.length > 0 || (await this.someExposed(caseId, decided)));
    const parts = [
      ...(await this.sealedIn(caseId, places)),
      ...(shut ? [] : decided.flatMap((place) => newestIn([place]))),
    ].filter(
      ({ envelope }) =>
        envelope.class === dataClass && envelope.subject === subject && !frozen.includes(envelope.stream),
    );
    const opened = await this.application.openByPass(
      passId,
      parts.map(({ envelope }) => envelope),
      { caseId, actor: by, purpose, legalBasis: ofRoute, at: this.now },
    );
    const items = parts.flatMap(({ event, path }, index): ContentDto[] => {
      const result = opened[index];
      if (!result?.opened) return [];
      const { value, legalBasis } = result;
      const { occurredAt } = event.metadata;
      return [{ class: dataClass, path, value, occurredAt, legalBasis, ...decisionOf(event) }];
    });
    if (items.length === 0) throw new Problem('thing.not_found');
    return { items };
  }

  /**
   * Those of these places that became known, as the log says now: the vault says the same as soon as the grants have
   * followed.
   */
  private async exposed(caseId: string, places: readonly Place[]): Promise<readonly string[]> {
    if (places.length === 0) return [];
    const events = await this.application.facts.events(streamName('disclosure', caseId));
    const known = events
      .filter(({ type }) => type === 'LocationCompromised')
      .map(({ data }) => (data as { proposalId: string }).proposalId);
    return places
      .filter(({ proposalId }) => known.includes(proposalId))
      .map(({ proposalId }) => streamName('placement', proposalId));
  }

  /** Whether one of these decided places became known, as the log says now. */
  private async someExposed(caseId: string, decided: readonly RecordedEvent[]): Promise<boolean> {
    if (decided.length === 0) return false;
    const events = await this.application.facts.events(streamName('disclosure', caseId));
    const known = events.filter(({ type }) => type === 'DecidedPlaceCompromised').map(placeDecisionIdOf);
    return decided.some((place) => known.includes(placeDecisionIdOf(place)));
  }

  /** The newest value of each field, from the streams of the case; of each place where somebody may stand its own. */
  private async sealedIn(caseId: string, places: readonly Place[]): Promise<readonly Found[]> {
    const { facts } = this.application;
    const ofCase = await Promise.all([
      facts.events(streamName('relocation', caseId)),
      facts.events(streamName('threat-assessment', caseId)),
    ]);
    return [...ofCase, ...places.map(({ events }) => events)].flatMap(newestIn);
  }

  private get now(): string {
    return this.options.clock.now().toISOString();
  }

  private get pool(): Pool {
    if (!this.options.pool) throw new Error('a query needs a database');
    return this.options.pool;
  }

  private get application(): Application {
    if (!this.options.application) throw new Error('a query needs the application');
    return this.options.application;
  }
}
