import { Inject, Injectable } from '@nestjs/common';
import { type DataClass, type Envelope, fold, isEnvelope, type RecordedEvent, streamName } from '#kernel';
import type { Application } from '#application';
import {
  glassDecider,
  type GlassEvent,
  jointOpeningDecider,
  type JointOpeningEvent,
  openGlassAt,
  openJointlyAt,
} from '#domain/just-in-time';
import { API_OPTIONS, type ApiOptions, type Caller } from '../../api-options.js';
import { Problem } from '../problem.js';
import type { ContentDto, ContentsDto } from './contents.dto.js';

interface Found {
  readonly event: RecordedEvent;
  readonly path: string;
  readonly envelope: Envelope;
}

/**
 * Reads with a pass. The log says that it holds, the vault asks for it once more and records the opening. Both are
 * asked at once, no read model is: a sleeping worker keeps nobody from a person in danger.
 */
@Injectable()
export class PassReading {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  /** @throws Problem thing.not_found where no glass of this caller opens that class now */
  async withGlass(
    caller: Caller,
    caseId: string,
    glassId: string,
    dataClass: DataClass,
  ): Promise<ContentsDto> {
    const events = await this.application.facts.events(streamName('break-glass', caseId));
    const state = fold(glassDecider, events as unknown as readonly GlassEvent[]);
    const glass = openGlassAt(state, glassId, this.now);
    const mine = glass?.brokenBy === caller.by.person && glass.organisation === caller.by.organisation;
    if (!glass || !mine || !glass.classes.includes(dataClass)) throw new Problem('thing.not_found');
    return this.open(caller, caseId, glass.subject, glassId, dataClass);
  }

  /** @throws Problem thing.not_found where no joint opening of this caller was approved, or it has run out */
  async jointly(
    caller: Caller,
    caseId: string,
    openingId: string,
    dataClass: DataClass,
  ): Promise<ContentsDto> {
    const events = await this.application.facts.events(streamName('joint-opening', caseId));
    const state = fold(jointOpeningDecider, events as unknown as readonly JointOpeningEvent[]);
    const opening = openJointlyAt(state, openingId, this.now);
    const mine = opening?.requestedBy === caller.by.person && opening.organisation === caller.by.organisation;
    if (!opening || !mine) throw new Problem('thing.not_found');
    return this.open(caller, caseId, opening.subject, openingId, dataClass);
  }

  private async open(
    { by, purpose }: Caller,
    caseId: string,
    subject: string,
    passId: string,
    dataClass: DataClass,
  ): Promise<ContentsDto> {
    const parts = (await this.sealedIn(caseId)).filter(
      ({ envelope }) => envelope.class === dataClass && envelope.subject === subject,
    );
    const opened = await this.application.openByPass(
      passId,
      parts.map(({ envelope }) => envelope),
      { caseId, actor: by, purpose, at: this.now },
    );
    const items = parts.flatMap(({ event, path }, index): ContentDto[] => {
      const result = opened[index];
      if (!result?.opened) return [];
      const { value, legalBasis } = result;
      return [{ class: dataClass, path, value, occurredAt: event.metadata.occurredAt, legalBasis }];
    });
    if (items.length === 0) throw new Problem('thing.not_found');
    return { items };
  }

  /** The newest value of each field, from the streams of the case: the place that holds is that of the last placement. */
  private async sealedIn(caseId: string): Promise<readonly Found[]> {
    const { facts } = this.application;
    const consent = await facts.events(streamName('consent', caseId));
    const proposals = consent
      .filter(({ type }) => type === 'PlacementAccepted')
      .map(({ data }) => (data as { proposalId: string }).proposalId);
    const streams = await Promise.all([
      facts.events(streamName('relocation', caseId)),
      facts.events(streamName('threat-assessment', caseId)),
      ...proposals.map((proposalId) => facts.events(streamName('placement', proposalId))),
    ]);
    const newest = new Map<string, Found>();
    for (const event of streams.flat())
      for (const [path, envelope] of Object.entries(event.data))
        if (isEnvelope(envelope)) {
          const key = `${event.type} ${path}`;
          const before = newest.get(key);
          if (!before || before.event.metadata.occurredAt <= event.metadata.occurredAt)
            newest.set(key, { event, path, envelope });
        }
    return [...newest.values()];
  }

  private get now(): string {
    return this.options.clock.now().toISOString();
  }

  private get application(): Application {
    if (!this.options.application) throw new Error('a query needs the application');
    return this.options.application;
  }
}
