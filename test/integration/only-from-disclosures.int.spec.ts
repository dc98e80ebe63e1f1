import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { derivedId, mayBeTold, plainDateOf, type Projection, type RecordedEvent, toldKinds } from '#kernel';
import type { DisclosureEvent } from '#domain/disclosure';
import type { EventStore } from '#event-store';
import {
  coordinatorProjection,
  grantsProjection,
  homeBoardProjection,
  homeProtectionProjection,
  housingProviderProjection,
  policeProjection,
  receivingBoardProjection,
  taxAgencyProjection,
  toldProjections,
} from '#projections';
import { replay } from '#subscriptions';
import { type CopiedDatabase, Country, foundedDatabase, type FoundedDatabase } from '../faults/country.js';
import { playMainPath } from '../faults/main-path.js';

// A read model is filled only from its disclosures. A played case stands in the log; each InformationDisclosed in turn is
// left out of a copy, the read models are made from the first event again, and what that telling carried is gone, from
// that recipient and from nobody else, and the vault has no grant for it.

const agencies = [
  homeBoardProjection,
  receivingBoardProjection,
  policeProjection,
  coordinatorProjection,
  housingProviderProjection,
];

/** Names of the agencies outside the road of a case, which nobody told anything on the main path. */
const outside = toldProjections.map(({ name }) => name);

type Disclosed = Extract<DisclosureEvent, { type: 'InformationDisclosed' }>['data'];
type Row = Readonly<Record<string, unknown>>;

/** Envelopes by agency kind, the coded facts beside them, and the grants of the vault, as rows that can be compared. */
interface Held {
  readonly sealed: readonly Row[];
  readonly facts: readonly Row[];
  /** Whether rows that wait as a whole are shown. */
  readonly seen: readonly Row[];
  readonly grants: readonly Row[];
}

/** Tables in which coded facts of others stand on a telling: which columns those are, and which telling carries them. */
const coded: readonly {
  readonly readModel: string;
  readonly table: string;
  readonly kind: Disclosed['recipientKind'];
  readonly facts: readonly string[];
  /** Facts that come after the point at which the played case stands. */
  readonly later?: readonly string[];
  /** In how many rows of the played case all of them stand; one, if nothing is said. */
  readonly rows?: number;
  readonly key: string;
  readonly rowOf: (told: Disclosed) => string | undefined;
}[] = [
  {
    readModel: homeBoardProjection.name,
    table: 'case_v1',
    kind: 'HOME_BOARD',
    facts: ['level', 'assessment_version', 'valid_until', 'restrictions'],
    key: 'case_id',
    rowOf: ({ classes, caseId }) => (classes.includes('threat-advice') ? caseId : undefined),
  },
  {
    readModel: coordinatorProjection.name,
    table: 'request_v1',
    kind: 'NATIONAL_COORDINATOR',
    facts: [
      'adults',
      'children',
      'housing_form',
      'competences',
      'desired_start',
      'no_go_places',
      'level',
      'assessment_version',
      'valid_until',
    ],
    key: 'case_id',
    rowOf: ({ caseId }) => caseId,
  },
  {
    readModel: coordinatorProjection.name,
    table: 'proposal_v1',
    kind: 'NATIONAL_COORDINATOR',
    facts: ['level'],
    // Also in those that came to nothing.
    rows: 3,
    key: 'case_id',
    rowOf: ({ caseId }) => caseId,
  },
  {
    readModel: policeProjection.name,
    table: 'home_case_v1',
    kind: 'HOME_POLICE',
    facts: [
      'sex',
      'age_band',
      'environment',
      'support_decided',
      'adults',
      'children',
      'answers',
      'planned_arrival',
      'arrived_at',
      'close_code',
    ],
    later: ['arrived_at', 'close_code'],
    key: 'case_id',
    rowOf: ({ caseId }) => caseId,
  },
  ...(
    [
      [
        receivingBoardProjection,
        'proposal_v1',
        'RECEIVING_BOARD',
        ['level', 'adults', 'children', 'housing_form', 'competences', 'planned_arrival', 'arrived_at'],
        ['arrived_at'],
      ],
      [
        housingProviderProjection,
        'admission_v1',
        'HOUSING_PROVIDER',
        ['age_band', 'level', 'planned_arrival', 'arrived_at'],
        ['arrived_at'],
      ],
      [
        policeProjection,
        'placement_v1',
        'RECEIVING_POLICE',
        [
          'level',
          'valid_until',
          'adults',
          'children',
          'planned_arrival',
          'transfer_started_at',
          'arrived_at',
        ],
        ['transfer_started_at', 'arrived_at'],
      ],
    ] as const
  ).map(([{ name }, table, kind, facts, later]) => ({
    readModel: name,
    table,
    kind,
    facts,
    later,
    key: 'proposal_id',
    rowOf: ({ proposalId }: Disclosed) => proposalId,
  })),
];

const untilWhen = 'compared with the time of the request, never shown';
const declared = 'that the reader is disqualified there: the own declaration';

/**
 * What stands on no telling in the rows that an agency reads, and why it needs none. Envelopes lie apart (sealed_v1), each
 * with its telling; what waits (inbox_v1) is a function of the rows.
 */
const needsNoTelling: readonly (readonly [table: string, why: string, columns: string])[] = [
  [
    'home_board.case_v1',
    'what the board wrote, decided or confirmed itself',
    'case_id sex age_band environment entry_route waiver waiver_version waiver_valid_until support_decision ' +
      'support_decided_on decided_places place_decided_on adults children housing_form competences desired_start follow_ups arrived_at ' +
      'closing_contact_on close_code',
  ],
  [
    'home_board.case_v1',
    'how far its own case has come: the board answers for the person, and agrees to where',
    'status not_available proposal_id counter_terms counter_answer_by planned_arrival transfer_started_at ' +
      'departure_pending awaited_departures',
  ],
  ['home_board.case_v1', untilWhen, 'told_until'],
  [
    'home_board.alarm_v1',
    'the whole row is made of the telling of the alarm plan, and goes with it',
    'case_id proposal_id level adults children departure_pending',
  ],
  [
    'home_board.decided_place_v1',
    'what the board decided itself, and was told by its own of it',
    'place_decision_id case_id decision_id decided_on departed_at exposed',
  ],
  ['home_board.disqualified_v1', declared, 'case_id'],
  [
    'receiving_board.proposal_v1',
    'the question under its reference, its day and its deadline, and the own answer',
    'proposal_id reference_code status start_on answer_by round reminded prepared_answer prepared_by counter_terms',
  ],
  ['receiving_board.proposal_v1', untilWhen, 'told_until'],
  ['receiving_board.capacity_v1', 'the own declaration', 'places housing_forms competences'],
  ['receiving_board.disqualified_v1', declared, 'case_id'],
  [
    'housing_provider.admission_v1',
    'the question under its alias, the own housing and the day from which it is asked for',
    'proposal_id alias status housing start_on',
  ],
  ['housing_provider.admission_v1', untilWhen, 'told_until'],
  [
    'police.home_case_v1',
    'what Police wrote themselves',
    'case_id level assessment_version assessment_revision assessed_at assessed_by valid_until restrictions lowering ' +
      'transfer_started_at',
  ],
  [
    'police.home_case_v1',
    'how far the case has come and what waits for them, shown from the first telling on',
    'status reassess_due_at reassess_reason proposal_id follow_ups departure_pending',
  ],
  ['police.home_case_v1', untilWhen, 'told_until'],
  [
    'police.referral_v1',
    'the question itself, about the own area',
    'candidate_id status municipality area due_at',
  ],
  [
    'police.referral_v1',
    'they stand on the telling to the desk, which asks with what it was told (below)',
    'level adults children',
  ],
  ['police.referral_v1', untilWhen, 'told_until'],
  [
    'police.placement_v1',
    'that there is one to guard, and whether anybody still stands there',
    'proposal_id status departure_pending conflict_alerted',
  ],
  ['police.placement_v1', untilWhen, 'told_until'],
  [
    'police.inquiry_notice_v1',
    'that somebody asked, which classes were told, and not where the person is; nobody is shown it before the first telling',
    'notice_id inquiry_id case_id kind requester received_at closed_at told seen',
  ],
  ['police.disqualified_v1', declared, 'case_id'],
  [
    'coordinator.request_v1',
    'how far the case has come, and what the desk must see to',
    'case_id status waiver contested held_by compromised attention close_code',
  ],
  ['coordinator.request_v1', untilWhen, 'told_until waiver_until'],
  ['coordinator.proposal_v1', untilWhen, 'told_until'],
  [
    'coordinator.candidate_v1',
    'the own check',
    'candidate_id case_id municipality board area verdict checked_at referral_due_at',
  ],
  [
    'coordinator.proposal_v1',
    'the own order and what came of it',
    'proposal_id case_id candidate_id municipality board reference_code status reason start_on answer_by round ' +
      'counter_terms planned_arrival arrived_at departure_pending conflict_alerted exposed',
  ],
  [
    'coordinator.destination_v1',
    'what boards declare that they can take, of no case',
    'board municipality places housing_forms competences',
  ],
  ['coordinator.reservation_v1', 'the own order takes it', 'proposal_id board places state'],
  ['coordinator.occupancy_v1', 'the own order takes it', 'proposal_id area municipality state'],
  ['coordinator.desk_v1', 'who sits at the desk', 'organisation official'],
  ['coordinator.disqualified_v1', declared, 'case_id'],
  ['housing_provider.disqualified_v1', declared, 'case_id'],
  ['tax_agency.disqualified_v1', declared, 'case_id'],
  ['home_protection.disqualified_v1', declared, 'case_id'],
  ['tax_agency.protection_v1', 'the whole row is made of a telling (below)', 'case_id protections'],
  [
    'home_protection.case_v1',
    'what the board applied for and saw to itself; outcomes come with their telling (below)',
    'case_id protections notice notice_reason notice_on notice_reminders registers',
  ],
];

/** Tables whose rows are shown to nobody before a telling. */
const shown: readonly (readonly [string, string])[] = [
  [policeProjection.name, 'home_case_v1'],
  [coordinatorProjection.name, 'request_v1'],
];

/**
 * The whole row, but for what says only that something is told of it, until when, and which event changed it last; and for
 * protections, whose outcomes have a test of their own below.
 */
const withoutMarks = ({
  told: _told,
  told_until: _until,
  visible: _visible,
  last_position: _last,
  protections: _protections,
  ...row
}: Row): Row => row;

const nameOf = (row: Row): string =>
  ['readModel', 'table', 'key', 'proposal_id'].map((name) => String(row[name])).join(' ');

/** The number of a grant is given by the database, in the order of writing. */
const unnumbered = ({ grant_id: _number, ...row }: Row): Row => row;

const disclosedIn = (events: readonly RecordedEvent[]): readonly Disclosed[] =>
  events.filter(({ type }) => type === 'InformationDisclosed').map(({ data }) => data as Disclosed);

/** The facts that are left in a row when these events are all that has happened. */
const leftOf = (row: Row, events: readonly RecordedEvent[]): Row => {
  const { kind, rowOf, facts } = coded.find(
    ({ readModel, table }) => readModel === row['readModel'] && table === row['table'],
  )!;
  const ended = new Set(
    events
      .filter(({ type }) => type === 'DisclosureEnded')
      .map(({ data }) => (data as Disclosed).disclosureId),
  );
  const told = disclosedIn(events).some(
    (one) =>
      one.recipientKind === kind &&
      rowOf(one) === row['key'] &&
      one.recipient === row['organisation'] &&
      !ended.has(one.disclosureId),
  );
  return told ? row : { ...row, ...Object.fromEntries(facts.map((fact) => [fact, null])) };
};

const further = (position: string, by: number): string =>
  position.replace(/\d+$/, (number) => String(Number(number) + by).padStart(number.length, '0'));

describe('A read model', () => {
  let founded: FoundedDatabase;
  let database: CopiedDatabase;
  let country: Country;
  let log: readonly RecordedEvent[];
  let whole: Held;

  beforeAll(async () => {
    founded = await foundedDatabase((template, settled) =>
      playMainPath(template, { settled }, 'CLEARED').then(async ({ caseId }) => {
        const applied = await template.act(
          'officer',
          'RequestProtection',
          {
            caseId,
            kind: 'PROTECTED_REGISTRATION',
            appliedBy: 'SELF',
            familyIncluded: true,
            appliedOn: plainDateOf(template.now),
          },
          'protection',
        );
        await settled();
        await template.act(
          'tax-officer',
          'RegisterProtectionOutcome',
          {
            caseId,
            protectionId: applied.created!,
            outcome: 'GRANTED',
            decidedOn: plainDateOf(template.now),
          },
          'outcome',
        );
        await settled();
      }),
    );
    database = await founded.copy();
    country = await Country.open(database.url);
    log = await country.store.readAll(undefined, 100_000);
    whole = await rebuilt(log);
  });
  afterAll(async () => {
    await country.close();
    await database.drop();
    await founded.close();
  });

  const storeOf = (events: readonly RecordedEvent[]): Pick<EventStore, 'epoch' | 'head' | 'readAll'> => ({
    epoch: country.store.epoch,
    head: async () => events.at(-1)?.position,
    readAll: async (after, limit) =>
      events.filter(({ position }) => after === undefined || position > after).slice(0, limit),
  });
  /** What everybody holds when these events are all that has ever happened. */
  const rebuilt = (events: readonly RecordedEvent[], who: readonly Projection[] = agencies): Promise<Held> =>
    replay(
      {
        store: storeOf(events),
        databaseUrl: database.url,
        projections: [...who, grantsProjection],
        to: 'head',
      },
      async ({ readModels }) => {
        const sealed: Row[] = [];
        const facts: Row[] = [];
        const seen: Row[] = [];
        const grants: Row[] = [];
        for (const readModel of readModels) {
          if (readModel.name === grantsProjection.name)
            for await (const row of readModel.rowsOf('grants')) grants.push(unnumbered(row));
          else
            for await (const row of readModel.rowsOf('sealed_v1'))
              sealed.push({ ...row, readModel: readModel.name });
          for (const one of coded)
            if (one.readModel === readModel.name)
              for await (const { [one.key]: key, organisation, ...row } of readModel.rowsOf(one.table))
                facts.push({
                  readModel: one.readModel,
                  table: one.table,
                  key,
                  organisation,
                  ...withoutMarks(row),
                });
          for (const [name, table] of shown)
            if (name === readModel.name)
              for await (const { visible } of readModel.rowsOf(table)) seen.push({ table, visible });
        }
        // They come in the order of their text, of which the facts are a part.
        const inOrder = facts.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
        return { sealed, facts: inOrder, seen, grants };
      },
    );
  /** Whole rows of the first table of each of these read models. */
  const replayed = (
    events: readonly RecordedEvent[],
    who: readonly Projection[],
  ): Promise<readonly Row[][]> =>
    replay(
      { store: storeOf(events), databaseUrl: database.url, projections: who, to: 'head' },
      async ({ readModels }) => {
        const tables: Row[][] = [];
        for (const [at, readModel] of readModels.entries()) {
          const rows: Row[] = [];
          for await (const row of readModel.rowsOf(who[at]!.tables[0]!)) rows.push(row);
          tables.push(rows);
        }
        return tables;
      },
    );
  const withoutOf = (disclosureId: string) =>
    log.filter(
      ({ type, data }) =>
        type !== 'InformationDisclosed' || (data as Disclosed).disclosureId !== disclosureId,
    );
  const without = (disclosureId: string) => rebuilt(withoutOf(disclosureId));

  it('holds something that came from each of the parts that are told anything here', () => {
    const told = disclosedIn(log);
    expect(new Set(told.map(({ recipientKind }) => recipientKind))).toEqual(
      new Set([
        'HOME_BOARD',
        'HOME_POLICE',
        'RECEIVING_BOARD',
        'RECEIVING_POLICE',
        'HOUSING_PROVIDER',
        'NATIONAL_COORDINATOR',
        'TAX_AGENCY',
      ]),
    );
    const sources = new Set(whole.sealed.map(({ source }) => source));
    // What has ended since is no longer there: a board that stayed silent.
    expect(told.filter(({ disclosureId }) => sources.has(disclosureId)).length).toBeGreaterThan(8);
    // The whole comes out the same again, so that what is missing below is missing for its telling.
    return expect(rebuilt(log)).resolves.toEqual(whole);
  });

  it('of everybody who is there holds the alarm plan in words by its telling alone', async () => {
    const isAdvice = ({ class: dataClass }: Row): boolean => dataClass === 'threat-advice';
    const plans = disclosedIn(log).filter(
      ({ proposalId, classes }) => proposalId !== undefined && classes.includes('threat-advice'),
    );
    expect(plans.map(({ recipientKind }) => recipientKind).sort()).toEqual([
      'HOUSING_PROVIDER',
      'RECEIVING_BOARD',
      'RECEIVING_POLICE',
    ]);
    for (const { disclosureId, recipient } of plans) {
      const ofRecipient = ({ organisation }: Row): boolean => organisation === recipient;
      expect(whole.sealed.filter((row) => isAdvice(row) && ofRecipient(row))).toHaveLength(1);
      const copy = await without(disclosureId);
      expect(copy.sealed.filter((row) => isAdvice(row) && ofRecipient(row))).toEqual([]);
      expect(copy.grants.filter((row) => isAdvice(row) && ofRecipient(row))).toEqual([]);
    }
  });

  it('shows no column of which nobody has said whether it stands on a telling', async () => {
    const readers = [...agencies, taxAgencyProjection, homeProtectionProjection];
    const { rows } = await country.pool.query<{ name: string }>(
      `SELECT s || '.' || c.relname || '.' || a.attname AS name
       FROM unnest($1::text[]) AS s JOIN pg_class c ON c.relnamespace = s::regnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid
       WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'm', 'p')
         AND c.relname <> ALL ($2) AND has_column_privilege('read_' || s, c.oid, a.attnum, 'SELECT')`,
      [readers.map(({ schema }) => schema), ['sealed_v1', 'inbox_v1', 'checkpoints']],
    );
    const names = rows.map(({ name }) => name).sort();
    const said = [
      ...coded.flatMap(({ readModel, table, facts }) => {
        const { schema } = readers.find(({ name }) => name === readModel)!;
        return facts.map((fact) => `${schema}.${table}.${fact}`);
      }),
      ...needsNoTelling.flatMap(([table, , columns]) =>
        columns.split(' ').map((column) => `${table}.${column}`),
      ),
    ].sort();
    expect(names.filter((name) => !said.includes(name))).toEqual([]);
    // Nor is anything said twice, or of a column that is not there.
    expect(said).toEqual(names);
  });

  it('loses exactly what a telling carried when that telling is not in the log, and the vault its grants', async () => {
    let lost = 0;
    for (const { disclosureId, recipient, persons } of disclosedIn(log)) {
      const copy = await without(disclosureId);
      const carried = whole.sealed.filter(({ source }) => source === disclosureId);
      const granted = whole.grants.filter(({ source_ref: source }) => source === disclosureId);
      lost += carried.length;
      for (const row of [...carried, ...granted]) expect(row).toMatchObject({ organisation: recipient });
      for (const { person } of granted) expect(persons).toContain(person);
      expect(granted.length > 0 || carried.length === 0).toBe(true);
      expect(copy.sealed).toEqual(whole.sealed.filter((row) => !carried.includes(row)));
      expect(copy.grants).toEqual(whole.grants.filter((row) => !granted.includes(row)));
      expect(copy.facts).toEqual(whole.facts.map((row) => leftOf(row, withoutOf(disclosureId))));
    }
    expect(lost).toBeGreaterThan(10);
  });

  it('holds coded facts that others wrote by any telling that is open, and without it none', async () => {
    for (const { readModel, kind, table, facts, later = [], rows = 1, rowOf } of coded) {
      const [projection] = agencies.filter(({ name }) => name === readModel);
      const mine = (one: Disclosed): boolean => one.recipientKind === kind && rowOf(one) !== undefined;
      const ofTable = ({ facts: all }: Held) =>
        all.filter((row) => row['readModel'] === readModel && row['table'] === table);
      const filled = ofTable(whole);
      // All of them are there at the place where the person is awaited.
      const by = facts.filter((fact) => !later.includes(fact));
      const full = filled.filter((row) => by.every((fact) => row[fact] !== null));
      expect([table, full.length]).toEqual([table, rows]);
      for (const row of filled)
        for (const fact of later) expect([table, fact, row[fact]]).toEqual([table, fact, null]);
      for (const only of [undefined, ...disclosedIn(log).filter(mine)]) {
        const events = log.filter(
          ({ type, data }) =>
            type !== 'InformationDisclosed' ||
            !mine(data as Disclosed) ||
            (data as Disclosed).disclosureId === only?.disclosureId,
        );
        const copy = ofTable(await rebuilt(events, [projection!]));
        const left = filled.map((row) => leftOf(row, events));
        expect(copy).toEqual(left);
        const held = copy.filter((row) => facts.some((fact) => row[fact] !== null));
        if (only === undefined) expect(held).toEqual([]);
      }
    }
  });

  it('of Police who are asked about a candidate holds level and counts by what the desk is told, and else the question', async () => {
    // The place is referred to them, and nothing has been cleared yet.
    const asked = log
      .filter(({ type }) => type !== 'PlacementCleared')
      .map((event) =>
        event.type === 'CandidateChecked'
          ? { ...event, data: { ...event.data, verdict: 'REFER_TO_POLICE', referralDueAt: event.recordedAt } }
          : event,
      );
    const shownOf = async (events: readonly RecordedEvent[]): Promise<readonly Row[]> =>
      replay(
        { store: storeOf(events), databaseUrl: database.url, projections: [policeProjection], to: 'head' },
        async ({ readModels }) => {
          const rows: Row[] = [];
          for await (const row of readModels[0]!.rowsOf('referral_v1')) rows.push(withoutMarks(row));
          return rows.sort((one, other) =>
            String(one['candidate_id']) < String(other['candidate_id']) ? -1 : 1,
          );
        },
      );
    const all = await shownOf(asked);
    expect(all.length).toBeGreaterThan(0);
    for (const row of all)
      for (const fact of ['level', 'adults', 'children']) expect(row[fact]).not.toBeNull();
    const toDesk = disclosedIn(log).filter(({ recipientKind }) => recipientKind === 'NATIONAL_COORDINATOR');
    expect(toDesk).toHaveLength(1);
    const [{ disclosureId }] = toDesk as [Disclosed];
    const question = all.map((row) => ({ ...row, level: null, adults: null, children: null }));
    const unsaid = ({ type, data }: RecordedEvent): boolean =>
      type === 'InformationDisclosed' && (data as Disclosed).disclosureId === disclosureId;
    expect(await shownOf(asked.filter((event) => !unsaid(event)))).toEqual(question);
    // So it does when it ends: what was asked is asked no more with what the desk is told no more.
    const end = {
      ...asked.find(unsaid)!,
      id: derivedId('end', disclosureId),
      type: 'DisclosureEnded',
      revision: 1_000,
      position: further(log.at(-1)!.position, 1),
      data: { caseId: toDesk[0]!.caseId, disclosureId, reason: 'NO_LONGER_NEEDED' },
    };
    expect(await shownOf([...asked, end])).toEqual(question);
  });

  it('of Skatteverket has no row about an application that it was not told of, and of the board no outcome', async () => {
    const rowsWithout = async (without: string | undefined) =>
      replayed(without === undefined ? log : withoutOf(without), [
        taxAgencyProjection,
        homeProtectionProjection,
        homeBoardProjection,
      ]);
    const tellings = disclosedIn(log).filter(({ protection }) => protection !== undefined);
    expect(tellings.map(({ recipientKind, legalBasis }) => [recipientKind, legalBasis])).toEqual([
      ['TAX_AGENCY', 'FOL_16_APPLICATION'],
      ['HOME_BOARD', 'FOL_16_APPLICATION'],
    ]);
    const whatIsLeft = async (without?: string) => {
      const [tax, board, reminded] = await rowsWithout(without);
      const states = (rows: readonly Row[] = []) =>
        rows.flatMap(({ protections }) => protections as readonly Row[]).map(({ status }) => status);
      return { tax: tax!.length, board: states(board), reminded: states(reminded) };
    };
    const all = { tax: 1, board: ['GRANTED'], reminded: ['GRANTED'] };
    expect(await whatIsLeft()).toEqual(all);
    // The whole row goes, and with it whatever it says; what the board applied for itself stays.
    expect(await whatIsLeft(tellings[0]!.disclosureId)).toEqual({ ...all, tax: 0 });
    const untold = ['REQUESTED'];
    expect(await whatIsLeft(tellings[1]!.disclosureId)).toEqual({ ...all, board: untold, reminded: untold });
  });

  it('of an agency outside the road holds what it was told and loses it with the telling, kind by kind', async () => {
    const identity = log.findLast(
      ({ type, data }) => type === 'InformationDisclosed' && (data as Disclosed).classes.includes('identity'),
    )!;
    const kinds = toldKinds.filter((kind) => mayBeTold(kind, 'identity'));
    const tellings = kinds.map((recipientKind, order) => ({
      ...identity,
      id: derivedId('told', recipientKind),
      revision: identity.revision + 1_000 + order,
      position: further(log.at(-1)!.position, order + 1),
      data: { ...identity.data, recipientKind, disclosureId: derivedId('telling', recipientKind) },
    }));
    const to = (copy: Held, kind: string) => {
      const source = derivedId('telling', kind);
      return [
        copy.sealed.filter((row) => row['source'] === source),
        copy.grants.filter((row) => row['source_ref'] === source),
      ].map(({ length }) => length);
    };
    const none = await rebuilt(log, toldProjections);
    expect(none.sealed).toEqual([]);
    const told = await rebuilt([...log, ...tellings], toldProjections);
    expect(new Set(told.sealed.map(({ readModel }) => readModel))).toEqual(
      new Set(outside.filter((name) => name !== 'told-region-coordinator')),
    );
    for (const kind of kinds) expect([kind, to(told, kind)[0]]).toEqual([kind, 1]);
    // One for each named person.
    for (const kind of kinds) expect(to(told, kind)[1]).toBe((identity.data as Disclosed).persons.length);
    for (const [which, kind] of kinds.slice(0, 3).entries()) {
      const copy = await rebuilt([...log, ...tellings.filter((_one, at) => at !== which)], toldProjections);
      for (const other of kinds)
        expect([other, to(copy, other)]).toEqual([other, other === kind ? [0, 0] : to(told, other)]);
    }
  });

  it('holds nothing that another agency wrote when nobody was told anything', async () => {
    const copy = await rebuilt(log.filter(({ type }) => type !== 'InformationDisclosed'));
    expect(copy.sealed.length).toBeGreaterThan(0);
    // By whose it is, and not only by what the row says of itself. An address that the provider gives is the board's.
    const writers = new Map(log.map(({ id, metadata }) => [id, metadata.organisation]));
    const ofAnother = (organisation: unknown, owner: unknown, event: unknown): boolean =>
      owner !== organisation && writers.get(String(event)) !== organisation;
    expect(
      copy.sealed.filter(({ organisation, envelope, event }) =>
        ofAnother(organisation, (envelope as { owner: string }).owner, event),
      ),
    ).toEqual([]);
    expect(copy.grants.length).toBeGreaterThan(0);
    expect(
      copy.grants.filter((row) => ofAnother(row['organisation'], row['owner'], row['source_ref'])),
    ).toEqual([]);
    expect(copy.sealed.filter(({ foot }) => foot !== 'OWN')).toEqual([]);
    expect(copy.grants.filter(({ foot }) => foot !== 'OWN')).toEqual([]);
    expect(copy.facts).toHaveLength(whole.facts.length);
    for (const row of copy.facts) expect(row).toEqual(leftOf(row, []));
    expect(whole.seen.map(({ visible }) => visible)).toEqual([true, true]);
    expect(copy.seen.map(({ visible }) => visible)).toEqual([false, false]);
  });
});
