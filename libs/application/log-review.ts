import type { Pool } from 'pg';
import { policyVersion } from '#access';
import {
  addDays,
  addHours,
  type AgencyKind,
  derivedId,
  endOfDay,
  type Instant,
  isEnvelope,
  type PlainDate,
  plainDateOf,
  readingAgencyKinds,
  type RecordedEvent,
  recordOf,
  startOfDay,
  streamName,
  type Token,
} from '#kernel';
import type { EventStore } from '#event-store';
import {
  type AlertPattern,
  type RecordKind,
  reviewRules,
  type ReviewRules,
  reviewRulesOn,
} from '#domain/log-review';
import { type Clock, sessionsIn } from '#platform';
import { createExecutor } from './application.js';
import type {
  CommandContext,
  CommandExecutor,
  CommandHandling,
  PreparedCommand,
} from './command-executor.js';
import { Facts, mayStandThere } from './facts.js';

const role = 'project_log_review';

/** So many days are looked back at most: a worker that slept longer leaves a gap that stands in no sample. */
const longestGapDays = 31;
/** A day is drawn from when it has been over for so long, so that what was under way at midnight is in. */
const afterMidnightHours = 1;
/** Records become visible in another order than that of their times, by so much at most. */
const overlapMinutes = 10;

export interface LogReviewOptions {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly clock: Clock;
  /** Dated data; those of libs/domain/log-review by default. */
  readonly rules?: readonly ReviewRules[];
}

interface Opening {
  readonly record: number;
  readonly at: Instant;
  readonly action: 'READ' | 'NAME' | 'VIEW' | 'LIST' | 'INBOX';
  readonly person: Token;
  readonly organisation: Token;
  readonly agencyKind: AgencyKind;
  readonly caseId: string | null;
  readonly foot: string | null;
  readonly canary: boolean;
}

interface Refused {
  readonly record: number;
  readonly at: Instant;
  readonly person: Token;
  readonly organisation: Token;
}

type RefusedRow = Omit<Refused, 'record' | 'organisation'> & {
  readonly record: string;
  /** Null for who has no appointment. */
  readonly organisation: Token | null;
};

/** The first record of what one person did on one day, or of too much of it. */
interface OfOneDay {
  readonly record: string;
  readonly at: Instant;
  readonly person: Token;
  readonly organisation: Token;
  readonly agencyKind: AgencyKind;
}

interface Alert {
  readonly pattern: AlertPattern;
  readonly of: RecordKind;
  readonly record: number;
  readonly organisation: Token;
  readonly agencyKind: AgencyKind;
  readonly at: Instant;
  /** What makes it one alert, however often it is seen. */
  readonly once: readonly string[];
}

/**
 * Draws samples of the records of reads, and looks for patterns in them. Every look may be repeated, and by several
 * workers at once: what it finds has an id of its own, and a stream that already holds it stays as it is.
 */
export class LogReview {
  readonly #pool: Pool;
  readonly #clock: Clock;
  readonly #rules: readonly ReviewRules[];
  readonly #facts: Facts;
  readonly #executor: CommandExecutor;
  /** Days of which every agency's sample has been drawn, as this process knows. */
  readonly #drawn = new Set<PlainDate>();

  constructor({ store, pool, clock, rules = reviewRules }: LogReviewOptions) {
    this.#pool = pool;
    this.#clock = clock;
    this.#rules = rules;
    this.#facts = new Facts(store, async () => undefined);
    this.#executor = createExecutor(store, undefined);
  }

  /** One look at what has been recorded since the last one. @throws what database or store say: the next look goes on */
  async look(): Promise<void> {
    const now = this.#clock.now().toISOString();
    const { rows } = await sessionsIn(this.#pool, role).query<{ until: Date | null }>(
      'SELECT vault.reviewed_until() AS until',
    );
    const longAgo = startOfDay(addDays(plainDateOf(now), -longestGapDays));
    const last = rows[0]?.until?.toISOString() ?? longAgo;
    const since = last > longAgo ? minutesBefore(last, overlapMinutes) : longAgo;
    await this.#nameNobodysReviewer();
    await this.#drawSamples(plainDateOf(since), now);
    await this.#lookForPatterns(since, now);
    await sessionsIn(this.#pool, role).query('SELECT vault.record_review($1)', [now]);
  }

  /** The office that keeps the register of appointments looks at who has none. */
  async #nameNobodysReviewer(): Promise<void> {
    const office = await this.#registerOffice();
    if (office) await sessionsIn(this.#pool, role).query('SELECT vault.name_nobodys_reviewer($1)', [office]);
  }

  /** As the national stream says it: who enacts the rules. Undefined before the first were. */
  async #registerOffice(): Promise<Token | undefined> {
    const events = await this.#facts.events(streamName('coordination', 'national'));
    return events.findLast(({ metadata }) => metadata.agencyKind === 'NATIONAL_COORDINATOR')?.metadata
      .organisation;
  }

  async #drawSamples(firstDay: PlainDate, now: Instant): Promise<void> {
    // The day before as well: it may have been over for too short a time at the last look.
    for (
      let day = addDays(firstDay, -1);
      addHours(endOfDay(day), afterMidnightHours) <= now;
      day = addDays(day, 1)
    ) {
      if (this.#drawn.has(day)) continue;
      for (const [organisation, { agencyKind, openings }] of await this.#openingsOn(day)) {
        const rules = reviewRulesOn(day, this.#rules);
        const reviewId = derivedId('review', 'SAMPLE', organisation, day);
        await this.#send(
          reviewId,
          { organisation, agencyKind },
          {
            type: 'SampleReads',
            data: {
              reviewId,
              organisation,
              agencyKind,
              day,
              samplePermille: rules.samplePermille,
              settleBy: endOfDay(addDays(day, rules.settleSampleDays)),
              openings,
            },
          },
        );
      }
      this.#drawn.add(day);
    }
  }

  async #openingsOn(day: PlainDate) {
    const { rows } = await sessionsIn(this.#pool, role).query<{
      record: string;
      organisation: Token;
      agencyKind: AgencyKind;
    }>(`SELECT record, organisation, agency_kind AS "agencyKind" FROM vault.openings_between($1, $2)`, [
      startOfDay(day),
      endOfDay(day),
    ]);
    const byAgency = new Map<Token, { agencyKind: AgencyKind; openings: number[] }>();
    for (const { record, organisation, agencyKind } of rows) {
      const known = byAgency.get(organisation) ?? { agencyKind, openings: [] };
      known.openings.push(Number(record));
      byAgency.set(organisation, known);
    }
    return byAgency;
  }

  async #lookForPatterns(since: Instant, now: Instant): Promise<void> {
    const alerts = [
      ...(await this.#ofOpenings(since, now)),
      ...(await this.#ofRefusals(since, now)),
      ...(await this.#ofBadTokens(since, now)),
      ...(await this.#ofOldLogins(since, now)),
      ...(await this.#ofChecks(since, now)),
      ...(await this.#ofAlarmPlans(since, now)),
    ];
    for (const { once, at, ...alert } of alerts) {
      const { organisation, agencyKind, pattern } = alert;
      const reviewId = derivedId('review', pattern, organisation, ...once);
      const { settleAlertDays } = reviewRulesOn(plainDateOf(at), this.#rules);
      await this.#send(
        reviewId,
        { organisation, agencyKind },
        {
          type: 'AlertReview',
          data: { ...alert, reviewId, settleBy: addHours(at, settleAlertDays * 24) },
        },
      );
    }
  }

  /** One alert for what one person did in one case on one day: the first record of it. */
  async #ofOpenings(since: Instant, now: Instant): Promise<readonly Alert[]> {
    const { rows } = await sessionsIn(this.#pool, role).query<Omit<Opening, 'record'> & { record: string }>(
      `SELECT record, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "at", action, person, organisation,
         agency_kind AS "agencyKind", case_id AS "caseId", foot, canary
       FROM vault.openings_with_canaries($1, $2)`,
      [since, addHours(now, 1)],
    );
    const alerts: Alert[] = [];
    const seen = new Set<string>();
    const cases = new Map<string, Promise<readonly RecordedEvent[]>>();
    for (const { record, ...opening } of rows) {
      const { at, person, caseId } = opening;
      if (caseId === null) continue;
      const isList = opening.action === 'LIST' || opening.action === 'INBOX';
      // A list or an inbox comes back every day, and nobody chooses what is in it: that somebody is shown a canary there is
      // told once.
      const once = isList ? [person, caseId, 'LIST'] : [person, caseId, plainDateOf(at)];
      const found = { ...opening, of: 'READS' as const, record: Number(record), once };
      const { organisation, agencyKind } = opening;
      const add = (pattern: AlertPattern, by: readonly string[] = once): void => {
        const key = [pattern, organisation, ...by].join(' ');
        if (seen.has(key)) return;
        seen.add(key);
        alerts.push({ pattern, of: found.of, record: found.record, organisation, agencyKind, at, once: by });
      };
      if (opening.canary) add('CANARY_OPENED');
      if (isList) continue;
      const events = cases.get(caseId) ?? this.#eventsOf(caseId);
      cases.set(caseId, events);
      // Whoever it is: the first that is read after nobody of the office had let the reader in.
      if (cameByTakeover(await events, opening)) add('TAKEN_OVER', [person, caseId]);
      // The note of a glass is opened by who confirms or reviews it; that is the task.
      if (opening.foot === 'NOTE') continue;
      // Whoever stands by to fetch somebody reads when the alarm goes, whatever else happens in the case. What opens needs a
      // grant that ends with the departure; a look does not, so it is asked whether somebody was there to be fetched.
      if (opening.foot === 'RESCUE' && opening.action !== 'VIEW') continue;
      if (opening.foot === 'RESCUE' && mightBeFetched(await events, at)) continue;
      const counted = opening.foot === 'RESCUE' ? sinceLeft(await events, at) : await events;
      if (!hasTask(counted, found, reviewRulesOn(plainDateOf(at), this.#rules))) add('READ_WITHOUT_TASK');
    }
    return alerts;
  }

  async #ofRefusals(since: Instant, now: Instant): Promise<readonly Alert[]> {
    const { count, minutes } = reviewRulesOn(plainDateOf(now), this.#rules).refusals;
    const office = await this.#registerOffice();
    const { rows } = await sessionsIn(this.#pool, role).query<RefusedRow>(
      `SELECT record, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "at", person, organisation
       FROM vault.refusals_between($1, $2)`,
      [minutesBefore(since, minutes), addHours(now, 1)],
    );
    const lately = new Map<string, Refused[]>();
    const alerts = new Map<string, Alert>();
    for (const row of rows.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
      // Who has no appointment belongs to no agency: the office that keeps the register looks.
      const reviewedBy = row.organisation ?? office;
      if (reviewedBy === undefined) continue;
      const refused: Refused = { ...row, organisation: reviewedBy, record: Number(row.record) };
      const { person, organisation, at, record } = refused;
      const who = `${person} ${organisation}`;
      const recent = [...(lately.get(who) ?? []), refused].filter(
        (one) => one.at > minutesBefore(at, minutes),
      );
      lately.set(who, recent);
      // By the hour in which it came to so many, so that it is one alert however the looks fall.
      const once = [person, at.slice(0, 13)];
      const key = [organisation, ...once].join(' ');
      if (recent.length < count || alerts.has(key)) continue;
      const agencyKind =
        row.organisation === null
          ? ('NATIONAL_COORDINATOR' as const)
          : await this.#kindOf(person, organisation);
      if (agencyKind)
        alerts.set(key, {
          pattern: 'MANY_REFUSALS',
          of: 'REFUSALS',
          record,
          organisation,
          agencyKind,
          at,
          once,
        });
    }
    return [...alerts.values()];
  }

  /**
   * One alert for an hour in which too many came without a good token: whoever they were, they belong to no agency, and
   * the office that keeps the register looks. However many there are, an hour gives one.
   */
  async #ofBadTokens(since: Instant, now: Instant): Promise<readonly Alert[]> {
    const organisation = await this.#registerOffice();
    if (organisation === undefined) return [];
    const { badTokensInAnHour } = reviewRulesOn(plainDateOf(now), this.#rules);
    const { rows } = await sessionsIn(this.#pool, role).query<{ record: string; at: Instant }>(
      `SELECT record, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "at"
       FROM vault.nameless_refusals($1, $2, $3)`,
      [since, addHours(now, 1), badTokensInAnHour],
    );
    return rows.map(({ record, at }) => ({
      pattern: 'MANY_BAD_TOKENS',
      of: 'REFUSALS',
      record: Number(record),
      organisation,
      agencyKind: 'NATIONAL_COORDINATOR',
      at,
      once: [at.slice(0, 13)],
    }));
  }

  /** One alert for each day on which one official has had very many candidates checked, in whatever cases. */
  async #ofChecks(since: Instant, now: Instant): Promise<readonly Alert[]> {
    const { count, hours } = reviewRulesOn(plainDateOf(now), this.#rules).checks;
    const { rows } = await sessionsIn(this.#pool, role).query<OfOneDay>(
      `SELECT record, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "at", person, organisation,
         agency_kind AS "agencyKind"
       FROM vault.many_checks($1, $2, $3, $4)`,
      [since, addHours(now, 1), count, hours],
    );
    return rows.map((row) => oneForADay(row, 'MANY_CHECKS', 'READS'));
  }

  /** One alert for what one rescuer was shown on one day under a login that could not be renewed. */
  async #ofOldLogins(since: Instant, now: Instant): Promise<readonly Alert[]> {
    const { rows } = await sessionsIn(this.#pool, role).query<OfOneDay>(
      `SELECT record, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "at", person, organisation,
         agency_kind AS "agencyKind"
       FROM vault.old_logins_between($1, $2)`,
      [since, addHours(now, 1)],
    );
    return rows.map((row) => oneForADay(row, 'LOGIN_NOT_RENEWED', 'REFUSALS'));
  }

  /**
   * Whoever stands by at a board, or coordinates where somebody is placed, opens every alarm plan there, and needs no task
   * for it: so it is looked at who opens many, and who has just come. One alert for a person and a day.
   */
  async #ofAlarmPlans(since: Instant, now: Instant): Promise<readonly Alert[]> {
    const { cases, hours, newForDays } = reviewRulesOn(plainDateOf(now), this.#rules).alarmPlans;
    const { rows } = await sessionsIn(this.#pool, role).query<Omit<Opening, 'record'> & { record: string }>(
      `SELECT record, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "at", person, organisation,
         agency_kind AS "agencyKind", case_id AS "caseId"
       FROM vault.openings_with_canaries($1, $2) WHERE foot = 'RESCUE' AND action = 'READ' AND case_id IS NOT NULL`,
      [addHours(since, -hours), addHours(now, 1)],
    );
    const openings = rows.map((row) => ({ ...row, record: Number(row.record) }));
    const many = new Set(manyAlarmPlans(openings, { cases, hours }));
    const alerts = new Map<string, Alert>();
    for (const opening of openings.sort((one, other) => one.record - other.record)) {
      const { record, at, person, organisation, agencyKind } = opening;
      const once = [person, plainDateOf(at)];
      const key = [organisation, ...once].join(' ');
      if (at < since || alerts.has(key)) continue;
      const isNew = () => this.#hasJustCome(person, organisation, addHours(at, -24 * newForDays));
      if (many.has(opening) || (await isNew()))
        alerts.set(key, {
          pattern: 'ALARM_PLANS_OPENED',
          of: 'READS',
          record,
          organisation,
          agencyKind,
          at,
          once,
        });
    }
    return [...alerts.values()];
  }

  /** By when it was registered: the day from which an appointment is said to hold may lie long before. */
  async #hasJustCome(person: Token, organisation: Token, since: Instant): Promise<boolean> {
    const events = await this.#facts.events(streamName('appointment', person));
    const there = events.filter(
      ({ type, data }) =>
        type === 'OfficialAppointed' && (data as { organisation: Token }).organisation === organisation,
    );
    return there.length > 0 && there.every(({ metadata }) => metadata.occurredAt > since);
  }

  async #kindOf(person: Token, organisation: Token): Promise<AgencyKind | undefined> {
    const { appointments } = await this.#facts.official(person);
    return appointments.find((one) => one.organisation === organisation)?.agencyKind;
  }

  /** Everything that was written about a case, an inquiry or a request for documents (records name any of them), in no order. */
  async #eventsOf(caseId: string): Promise<readonly RecordedEvent[]> {
    const read = (stream: string): Promise<readonly RecordedEvent[]> => this.#facts.events(stream);
    const consent = await read(streamName('consent', caseId));
    const proposals = consent.filter(({ type }) => type === 'PlacementAccepted');
    const others = await Promise.all([
      ...(
        [
          'relocation',
          'disclosure',
          'threat-assessment',
          'protected-data',
          'inquiry',
          'public-access',
        ] as const
      ).map((one) => read(streamName(one, caseId))),
      ...proposals.map(({ data }) =>
        read(streamName('placement', (data as { proposalId: string }).proposalId)),
      ),
    ]);
    return [...consent, ...others.flat()];
  }

  async #send(
    reviewId: string,
    agency: { readonly organisation: Token; readonly agencyKind: AgencyKind },
    prepared: PreparedCommand,
  ): Promise<void> {
    const stream = streamName('review', reviewId);
    const commandId = derivedId('command', stream);
    const handling: CommandHandling<PreparedCommand> = {
      stream: () => stream,
      prepare: async (command) => command,
    };
    const context: CommandContext = {
      at: this.#clock.now().toISOString(),
      by: { person: 'process:log-review', ...agency },
      commandId,
      // The id is made of agency and day, or of pattern and cause: it has one content only.
      fingerprint: commandId,
      legalBasis: reviewBasis[agency.agencyKind],
      purpose: 'LOG_REVIEW',
      policyVersion,
      correlationId: commandId,
      causationId: commandId,
    };
    await this.#executor.execute(handling, prepared, context);
  }
}

/** One alert for a person and a day, however the looks fall. */
const oneForADay = (
  { record, at, person, organisation, agencyKind }: OfOneDay,
  pattern: AlertPattern,
  of: RecordKind,
): Alert => ({
  pattern,
  of,
  record: Number(record),
  organisation,
  agencyKind,
  at,
  once: [person, plainDateOf(at)],
});

/** Why each kind of agency checks its records; domain.md section 3, for Police and others as far as it says. */
export const reviewBasis: Readonly<Record<AgencyKind, string>> = {
  SOCIAL_BOARD: 'SOLPUL_10',
  HOUSING_PROVIDER: 'SOLPUL_10',
  POLICE: 'BDL_2018_1177',
  NATIONAL_COORDINATOR: 'GDPR_32',
  TAX_AGENCY: 'GDPR_32',
  ...recordOf(readingAgencyKinds, () => 'GDPR_32'),
  // Frivård is the execution of sentences, as what its contacts read.
  PROBATION_SERVICE: 'BDL_2018_1177',
};

/** The openings with which somebody had opened the alarm plans of so many cases within so many hours. */
export const manyAlarmPlans = <One extends Pick<Opening, 'at' | 'person' | 'organisation' | 'caseId'>>(
  openings: readonly One[],
  { cases, hours }: Pick<ReviewRules['alarmPlans'], 'cases' | 'hours'>,
): readonly One[] =>
  openings.filter(({ at, person, organisation }) => {
    const lately = openings.filter(
      (one) =>
        one.person === person &&
        one.organisation === organisation &&
        one.at <= at &&
        one.at > addHours(at, -hours),
    );
    return new Set(lately.map(({ caseId }) => caseId)).size >= cases;
  });

/** How a file begins: a case, an inquiry, a request for documents. */
const beginnings = ['CaseOpened', 'InformationRequestReceived', 'StayInquiryReceived', 'DocumentsRequested'];

/**
 * Whether the file, as it stood, gave this person something to do: it names the person, who has not left it or declared
 * to be disqualified, or the person is of the office that coordinates it; it is not closed; and something has happened in
 * it lately.
 */
export const hasTask = (
  events: readonly RecordedEvent[],
  { at, person, organisation }: Pick<Opening, 'at' | 'person' | 'organisation'>,
  { quietDays }: Pick<ReviewRules, 'quietDays'>,
): boolean => {
  const before = events.filter(({ metadata }) => metadata.occurredAt <= at);
  const opened = before.find(({ type }) => beginnings.includes(type));
  if (!opened || hasLeft(before, person)) return false;
  const { coordinator } = opened.data as { coordinator?: Token };
  if (coordinator !== organisation && !before.some((event) => names(event, person))) return false;
  const dayBefore = addHours(at, -24);
  if (before.some(({ type, metadata }) => type === 'CaseClosed' && metadata.occurredAt < dayBefore))
    return false;
  const quietSince = addHours(at, -24 * quietDays);
  return before.some(({ metadata }) => metadata.occurredAt >= quietSince);
};

/**
 * Whether somebody came into the case by a takeover: nobody who was named for the office could name others any more, and
 * another of the agency did. The event says so; who hands over without being named (a decider, staff of an agency that was
 * told) takes nothing over.
 */
export const cameByTakeover = (
  events: readonly RecordedEvent[],
  { at, person }: Pick<Opening, 'at' | 'person'>,
): boolean => {
  // An agency may have several offices: the last change by which the person came counts in each of them.
  const came = new Map<string, boolean>();
  for (const { type, data, metadata } of events) {
    if (type !== 'ContactChanged' || metadata.occurredAt > at) continue;
    const { incoming, part, organisation, proposalId, takenOver } = data as ContactChange;
    if (incoming === person) came.set(`${part} ${organisation} ${proposalId ?? ''}`, takenOver === true);
  }
  return [...came.values()].includes(true);
};

interface ContactChange {
  readonly incoming: Token;
  readonly part: string;
  readonly organisation: Token;
  readonly proposalId?: string;
  readonly takenOver?: true;
}

/** Whether, at that instant, somebody might have stood at one of the places of a case. */
export const mightBeFetched = (events: readonly RecordedEvent[], at: Instant): boolean => {
  const places = new Map<string, RecordedEvent[]>();
  for (const event of events)
    if (event.stream.startsWith('placement-') && event.metadata.occurredAt <= at)
      places.set(event.stream, [...(places.get(event.stream) ?? []), event]);
  return [...places.values()].some(mayStandThere);
};

/** What gives a rescuer a task who looks when nobody is there any more: what has happened since, and not that somebody was. */
export const sinceLeft = (events: readonly RecordedEvent[], at: Instant): readonly RecordedEvent[] => {
  const left = events
    .filter(({ type, metadata }) => leavings.includes(type) && metadata.occurredAt <= at)
    .reduce((last, { metadata }) => (last > metadata.occurredAt ? last : metadata.occurredAt), '');
  return events.filter(({ type, metadata }) => beginnings.includes(type) || metadata.occurredAt > left);
};
const leavings = ['PlacementEnded', 'DepartureConfirmed', 'ClearanceTakenBack'];

const hasLeft = (events: readonly RecordedEvent[], person: Token): boolean => {
  const changed = events.findLast(({ type, data }) => {
    const { outgoing, incoming } = data as { outgoing?: Token; incoming?: Token };
    return type === 'ContactChanged' && (outgoing === person || incoming === person);
  });
  return (
    (changed?.data as { outgoing?: Token } | undefined)?.outgoing === person ||
    events.some(
      ({ type, data }) =>
        (type === 'DisqualificationDeclared' || type === 'InquiryDisqualificationDeclared') &&
        (data as { official?: Token }).official === person,
    )
  );
};

const names = ({ metadata, data }: RecordedEvent, person: Token): boolean =>
  metadata.actor === person ||
  Object.values(data).some(
    (value) => !isEnvelope(value) && (value === person || (Array.isArray(value) && value.includes(person))),
  );

const minutesBefore = (at: Instant, minutes: number): Instant =>
  new Date(Date.parse(at) - minutes * 60_000).toISOString();
