import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { isByRescuer, type Shown } from '#access';
import { DomainError, type DataClass, type Instant, streamName, type Token } from '#kernel';
import { type Application, type FileTarget, reportedSpans } from '#application';
import type { AccessReportEvent } from '#domain/log-review';
import type { Listing } from '#personal-data';
import type { Page, PageRequest, ReadBy, SealedPart } from '#projections';
import { API_OPTIONS, type ApiOptions, type Caller } from '../../api-options.js';
import type { ListMeta, ListQuery } from '../list.dto.js';
import { Problem } from '../problem.js';
import { invalid } from '../validation.js';
import type { ContentDto, ContentsDto, SealedPartDto } from './contents.dto.js';
import type { AccessReportDto } from './log-review.dto.js';
import type { MunicipalityDto } from './coded.dto.js';

/** On whose behalf the database is asked, and when: it shows the rows of this organisation and person only. */
export const readerOf = ({ by, at }: Caller): ReadBy => ({
  organisation: by.organisation,
  person: by.person,
  now: at,
});

/** What all queries do: read under row-level security, open with a record, give names with a record. */
@Injectable()
export class Reading {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  get pool(): Pool {
    return given(this.options.pool);
  }

  get now(): Instant {
    return this.options.clock.now().toISOString();
  }

  private get application(): Application {
    return given(this.options.application);
  }

  /** The list of what may be opened now, without anything that could open it. */
  contents(parts: readonly SealedPart[]): SealedPartDto[] {
    const now = this.options.clock.now().toISOString();
    return parts
      .filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
      .map(({ class: dataClass, path, foot, occurredAt, expiresAt }) => ({
        class: dataClass,
        path,
        foot,
        occurredAt,
        expiresAt,
      }));
  }

  /** @throws Problem thing.not_found: what is not the caller's is not there */
  async one<Thing>(found: Promise<Thing | undefined>): Promise<Thing> {
    const thing = await found;
    if (thing === undefined) throw new Problem('thing.not_found');
    return thing;
  }

  /**
   * A page of a list in which each row shows something of a case: it is on record before it is shown, which cases were in
   * it, in one record.
   * @param files what each row is of
   * @throws Problem request.invalid for a cursor that is none; record.unavailable (503): then nothing is shown
   */
  async list<Row, Item>(
    caller: Caller,
    query: ListQuery,
    rows: (request: PageRequest) => Promise<Page<Row>>,
    show: (row: Row) => Item,
    files: (row: Row) => FileTarget,
  ): Promise<{ items: Item[]; _meta: ListMeta }> {
    const shown: Row[] = [];
    const page = await this.page(query, rows, (row) => {
      shown.push(row);
      return show(row);
    });
    if (shown.length > 0) await this.recordList(caller, 'LIST', shown.map(files));
    return page;
  }

  /**
   * A page of what waits: in which cases is on record before it is shown, in one record for each purpose.
   * @param about what each row leads to, and for which purpose the caller may look at it
   * @throws Problem request.invalid for a cursor that is none; record.unavailable (503): then nothing is shown
   */
  async waiting<Row, Item>(
    caller: Caller,
    query: ListQuery,
    rows: (request: PageRequest) => Promise<Page<Row>>,
    show: (row: Row) => Item,
    about: (row: Row) => { readonly about: string; readonly purpose: string },
  ): Promise<{ items: Item[]; _meta: ListMeta }> {
    const shown: ReturnType<typeof about>[] = [];
    const page = await this.page(query, rows, (row) => {
      shown.push(about(row));
      return show(row);
    });
    await Promise.all(
      [...groupedBy(shown, ({ purpose }) => purpose)].map(([purpose, items]) =>
        this.recordList(
          { ...caller, purpose },
          'INBOX',
          [...new Set(items.map((item) => item.about))].map((one) => ({ about: one })),
        ),
      ),
    );
    return page;
  }

  private async recordList(caller: Caller, as: Listing['as'], targets: readonly FileTarget[]): Promise<void> {
    const { by: actor, purpose, legalBasis } = caller;
    const { views, clock } = this.options;
    try {
      await views.recordList({
        as,
        files: await Promise.all(targets.map((target) => views.fileOf(target))),
        actor,
        purpose,
        legalBasis,
        at: clock.now().toISOString(),
        rescue: isByRescuer(caller),
      });
    } catch {
      throw new Problem('record.unavailable');
    }
  }

  /**
   * A page of what is of no case.
   * @throws Problem request.invalid for a cursor that is none
   */
  async page<Row, Item>(
    query: ListQuery,
    rows: (request: PageRequest) => Promise<Page<Row>>,
    show: (row: Row) => Item,
  ): Promise<{ items: Item[]; _meta: ListMeta }> {
    const { limit, cursor } = query;
    const { items, next } = await rows({ limit, cursor }).catch((error: unknown) => {
      if (error instanceof DomainError && error.code === 'list.cursor_not_valid')
        throw invalid({ field: 'cursor', rule: 'isCursor' });
      throw error;
    });
    return { items: items.map(show), _meta: { limit, count: items.length, next: next ?? null } };
  }

  /**
   * Opens all parts of one class; each opening was recorded before its value is here.
   * @throws Problem thing.not_found when nothing of this class is there or may be opened; GrantsNotReady,
   *   VaultUnavailable and ClockOff (503) when the vault keeps shut: no record, no content
   */
  async open(caller: Caller, parts: readonly SealedPart[], dataClass: DataClass): Promise<ContentsDto> {
    const wanted = parts.filter((part) => part.class === dataClass);
    const items = new Map<string, ContentDto>();
    // What was disclosed may be read for what it was disclosed for; what the authority wrote, for what the route is for.
    for (const [purpose, together] of groupedBy(wanted, (part) =>
      part.foot === 'OWN' ? caller.purpose : part.purpose,
    )) {
      const caseId = together[0]!.caseId;
      const opened = await this.application.opener.open(
        together.map(({ envelope }) => envelope),
        {
          caseId,
          actor: caller.by,
          purpose,
          legalBasis: caller.legalBasis,
          at: this.options.clock.now().toISOString(),
          disclosureRevision: await this.disclosureRevision(caseId),
        },
      );
      together.forEach(({ envelope, path, occurredAt }, index) => {
        const result = opened[index];
        // The same value may have been disclosed twice.
        if (result?.opened)
          items.set(`${envelope.event}/${path}`, {
            class: dataClass,
            path,
            value: result.value,
            occurredAt,
            legalBasis: result.legalBasis,
          });
      });
    }
    if (items.size === 0) throw new Problem('thing.not_found');
    return { items: [...items.values()].sort((a, b) => (a.occurredAt < b.occurredAt ? 1 : -1)) };
  }

  /**
   * Who somebody is whom an inquiry is about is opened only for who has declared in it that nothing disqualifies.
   * @throws Problem access.not_declared
   */
  async declaredInInquiry({ by }: Caller, inquiryId: string): Promise<void> {
    const { impartial } = await this.application.facts.inquiryDeclarations(inquiryId);
    if (!impartial.includes(by.person)) throw new Problem('access.not_declared');
  }

  /**
   * For what belongs to no case: who is disqualified in the inquiry, or in a case that it concerns, is shown nothing about that person
   * here, either. For everybody else, a person with a case and one without are the same.
   * @throws UnknownTarget, answered as for an unknown id
   */
  async notDisqualified({ by }: Caller, parts: readonly SealedPart[], inquiryId: string): Promise<void> {
    const { disqualified } = await this.application.facts.inquiryDeclarations(inquiryId);
    if (disqualified.includes(by.person)) throw new Problem('thing.not_found');
    for (const subject of new Set(parts.map(({ envelope }) => envelope.subject)))
      await this.application.facts.concernedFor(by.person, subject);
  }

  /** As notDisqualified, for a list: of these persons those in a case of whom the caller is disqualified. */
  async disqualifiedFor({ by }: Caller, subjects: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const asked = await Promise.all(
      [...subjects].map(async (subject) =>
        (await this.application.facts.isDisqualifiedFor(by.person, subject)) ? [subject] : [],
      ),
    );
    return new Set(asked.flat());
  }

  /** What was shown first in this hour of a count for somebody outside: asked again, it says nothing new. */
  ofTheHour(organisation: Token, askedAs: string, count: () => Promise<Shown>): Promise<Shown> {
    return this.application.vault.noticeOfTheHour(organisation, askedAs, this.now, count);
  }

  /** The case of a candidate or a proposal: for the record, not for whoever asks. */
  caseOf(id: string): Promise<string> {
    return this.application.facts.proposedCase(id);
  }

  /**
   * Turns tokens of municipalities into names, as an opening of the destination that is recorded first: one record for
   * each that is named, of the person whose case it is.
   * @param beside what the answer is about: the caller need not know the case
   * @throws VaultUnavailable, ClockOff (503): then nothing is named
   */
  async name(
    caller: Caller,
    tokens: readonly Token[],
    beside: FileTarget,
  ): Promise<ReadonlyMap<Token, MunicipalityDto>> {
    const distinct = [...new Set(tokens)];
    if (distinct.length > 0)
      await this.application.vault.recordNaming(distinct, {
        actor: caller.by,
        purpose: caller.purpose,
        legalBasis: caller.legalBasis,
        at: this.options.clock.now().toISOString(),
        ...(await this.application.facts.fileOf(beside)),
      });
    return new Map(
      distinct.flatMap((token) => {
        const municipality = this.application.directory.findMunicipality(token);
        return municipality ? [[token, { code: municipality.code, name: municipality.name }] as const] : [];
      }),
    );
  }

  /**
   * What a report says that an official has drawn up: the same each time, since it reaches to the instant of its event.
   * Of other cases, of places that were thought of and of boards that were asked it says nothing (reportedSpans).
   * @throws Problem thing.not_found; VaultUnavailable (503)
   */
  async accessReport(caseId: string, reportId: string): Promise<AccessReportDto> {
    const { subject, requestedOn, until } = await this.produced(caseId, reportId);
    const spans = await reportedSpans(this.application.facts, caseId);
    return {
      reportId,
      requestedOn,
      until,
      items: [...(await this.application.vault.accessReport({ caseId, subject, until }, spans))],
    };
  }

  /**
   * The same report, complete: every function at every agency, in every case of the person. Another person than who drew
   * it up takes it.
   * @throws Problem thing.not_found; VaultUnavailable, ClockOff (503): then nothing is shown
   */
  async completeAccessReport(
    { by: actor, purpose, legalBasis }: Caller,
    caseId: string,
    reportId: string,
  ): Promise<AccessReportDto> {
    const { subject, requestedOn, until, producedBy } = await this.produced(caseId, reportId);
    if (producedBy === actor.person) throw new Problem('thing.not_found');
    const items = await this.application.vault.completeAccessReport(
      { caseId, subject, until },
      { actor, purpose, legalBasis, at: this.now },
    );
    return { reportId, requestedOn, until, items: [...items] };
  }

  private async produced(caseId: string, reportId: string): Promise<AccessReportEvent['data']> {
    const events = await this.application.facts.events(streamName('access-report', caseId));
    const produced = (events as unknown as readonly AccessReportEvent[]).find(
      ({ data }) => data.reportId === reportId,
    );
    if (!produced) throw new Problem('thing.not_found');
    return produced.data;
  }

  /** Head of disclosure-<case> in the log now: the grants must have come that far. -1 when there is none. */
  private async disclosureRevision(caseId: string): Promise<number> {
    const events = await this.application.facts.events(streamName('disclosure', caseId));
    return events.at(-1)?.revision ?? -1;
  }
}

const groupedBy = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> => {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
};

const given = <Part>(part: Part | undefined): Part => {
  if (part === undefined) throw new Error('a query needs a database and the application');
  return part;
};
