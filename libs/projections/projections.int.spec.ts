import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  agencyKindOf,
  isEnvelope,
  mayBeTold,
  placeOfTable,
  type RecordedEvent,
  streamName,
  toldKinds,
} from '#kernel';
import type { OfficialFunction } from '#domain/appointment';
import type { ContactPart } from '#domain/disclosure';
import { withTransaction } from '#platform';
import {
  alarmsOfCase,
  allProjections,
  coordinatorProjection,
  findAlarm,
  findAdmission,
  findDeskCase,
  findHomeCase,
  findInquiry,
  findHomeProtection,
  findPoliceHomeCase,
  findPolicePlacement,
  findReceivedProposal,
  findReferral,
  findTaxProtection,
  grantsProjection,
  homeBoardProjection,
  homeProtectionProjection,
  housingProviderProjection,
  inboxDigest,
  inboxItems,
  listDecidedPlaces,
  listDeskInbox,
  listHomeCases,
  listHomeInbox,
  listInquiries,
  listInquiryNotices,
  listPoliceInbox,
  listProviderInbox,
  listReceivingInbox,
  listTaxInbox,
  caseOf,
  officialsHolding,
  policeProjection,
  rankForCase,
  receivingBoardProjection,
  taxAgencyProjection,
  toldProjections,
} from '#projections';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import {
  askForDocuments,
  CaseHistory,
  caseIds,
  History,
  inquire,
  people,
  project,
  protectData,
  type Stage,
  type Who,
} from '../../test/support/history.js';

const databases: TestDatabase[] = [];
const newDatabase = async (): Promise<TestDatabase> => {
  const database = await createTestDatabase();
  databases.push(database);
  return database;
};
afterAll(() => Promise.all(databases.map((database) => database.close())));

const schemas = [...new Set(allProjections.map(({ schema }) => schema))];

/** Every row that the projections have written, as text, table by table. Identity columns are not theirs. */
const allRows = async (database: TestDatabase): Promise<Record<string, string[]>> => {
  const found: Record<string, string[]> = {};
  for (const { schema, role, tables } of allProjections)
    await withTransaction(database.pool, { role }, async (client) => {
      for (const table of tables) {
        const name = placeOfTable(table, schema);
        const { rows } = await client.query<{ row: string }>(
          `SELECT (to_jsonb(t) - 'grant_id')::text AS row FROM ${name} t ORDER BY 1`,
        );
        found[name] = rows.map(({ row }) => row);
      }
    });
  return found;
};

/** A long and eventful log: one case to its end, one withdrawn on the way, one contested. */
const eventful = (): History => {
  const history = new History();
  appoint(history);
  CaseHistory.upTo('CLOSED', history, caseIds('alfa'));
  const epsilon = CaseHistory.upTo('IN_TRANSFER', history, caseIds('epsilon'));
  history.append(epsilon.streams.disclosure, 'LocationCompromised', people.homeOfficer, {
    caseId: epsilon.ids.caseId,
    proposalId: epsilon.ids.proposalId,
    source: 'STAFF',
    reportedBy: people.homeOfficer.person,
  });
  epsilon.tellAgencies();
  epsilon.withdrawWaiver();
  epsilon.endPlacement();
  // On to a second place, while somebody may still be leaving the first.
  const theta = CaseHistory.upTo('CLEARED', history, caseIds('theta'));
  theta.endPlacement('LEVEL_CHANGED');
  theta.turnTo('theta-2');
  for (const stage of ['PROPOSED', 'ACCEPTED', 'ADMITTED', 'CLEARED'] as const) theta.walk(stage);
  const beta = CaseHistory.upTo('ASSESSED', history, caseIds('beta'));
  beta.refer();
  beta.referralRefused();
  beta.propose();
  history.append(beta.streams.consent, 'PlacementDeclined', people.boardDecider, {
    caseId: beta.ids.caseId,
    proposalId: beta.ids.proposalId,
    reason: 'LOCAL_RISK',
    decidedBy: people.boardDecider.person,
  });
  contested(history);
  const [request] = inquire(history, beta.ids.subject, { caseId: beta.ids.caseId });
  history.append(`inquiry-${request}`, 'InquiryAlertSeen', people.homePolice, {
    inquiryId: request,
    caseId: beta.ids.caseId,
    seenBy: people.homePolice.person,
  });
  inquire(history, caseIds('unknown').subject);
  askForDocuments(history);
  protectData(history, beta.ids);
  const gamma = CaseHistory.upTo('PROPOSED', history, caseIds('gamma'));
  gamma.tellAgencies();
  gamma.exposePlace(gamma.decidePlace());
  gamma.leavePlace(gamma.decidePlace());
  const ofGamma = { caseId: gamma.ids.caseId };
  for (const openingId of ['answered', 'waits'])
    history.append(`joint-opening-${gamma.ids.caseId}`, 'JointOpeningRequested', people.homeOfficer, {
      ...ofGamma,
      subject: gamma.ids.subject,
      openingId,
      organisation: people.homeOfficer.organisation,
      requestedBy: people.homeOfficer.person,
      purpose: 'TRANSPORT',
      answerBy: '2027-01-01T00:00:00.000Z',
    });
  history.append(`joint-opening-${gamma.ids.caseId}`, 'JointOpeningRejected', people.homeColleague, {
    ...ofGamma,
    openingId: 'answered',
    rejectedBy: people.homeColleague.person,
  });
  for (const { person, organisation, kind } of [
    people.deputy,
    people.homeDuty,
    { ...people.homePolice, person: 't1-police-other' },
    { organisation: 't1-SIS', person: 't1-SIS-contact', kind: 'SIS' },
    { ...people.director, person: 't1-director-other' },
    ...toldKinds
      .filter((kind) => kind !== 'SIS')
      .map((kind) => ({ organisation: `t1-${kind}`, person: `t1-${kind}-kin`, kind: agencyKindOf[kind] })),
  ] as const)
    history.append(
      gamma.streams.disclosure,
      'DisqualificationDeclared',
      { person, organisation, kind },
      {
        ...ofGamma,
        official: person,
        organisation,
        ground: 'FL_16_5',
      },
    );
  history.append(gamma.streams.disclosure, 'ContactChanged', people.homeOfficer, {
    ...ofGamma,
    part: 'PROBATION_SERVICE',
    organisation: 't1-PROBATION_SERVICE',
    office: ['t1-PROBATION_SERVICE-contact'],
    outgoing: 't1-PROBATION_SERVICE-contact',
    incoming: 't1-PROBATION_SERVICE-other',
    reason: 'ABSENCE',
  });
  const { caseId, subject, proposalId } = CaseHistory.upTo('ACCEPTED', history, caseIds('delta')).ids;
  const reviewed = { reviewId: 'review-1', organisation: people.homeOfficer.organisation };
  history.append('review-review-1', 'ReviewAlerted', people.homeOfficer, {
    ...reviewed,
    agencyKind: 'SOCIAL_BOARD',
    pattern: 'CANARY_OPENED',
    of: 'READS',
    record: 17,
    settleBy: '2026-04-01T00:00:00.000Z',
  });
  history.append('review-review-1', 'ReviewSettled', people.homeOfficer, {
    ...reviewed,
    record: 17,
    outcome: 'FINE',
    reason: 'TASK_SEEN',
    settledBy: people.homeOfficer.person,
  });
  history.append('area-t1-area', 'AreaReserved', people.coordinator, {
    area: 't1-area',
    caseId,
    subject,
    proposalId,
    municipality: 't1-municipality',
    checkedRevision: -1,
  });
  return history;
};

const appoint = (history: History): void => {
  for (const [who, office] of [
    [people.coordinator, 'NATIONAL_COORDINATOR'],
    [people.deputy, 'DEPUTY_COORDINATOR'],
  ] as const)
    history.append(`appointment-${who.person}`, 'OfficialAppointed', people.registrar, {
      appointmentId: `appointment-of-${who.person}`,
      official: who.person,
      organisation: who.organisation,
      agencyKind: who.kind,
      function: office,
      delegated: false,
      from: '2026-01-01T00:00:00.000Z',
    });
  for (const [board, municipality, places] of [
    ['t1-receiving-board', 't1-municipality', 3],
    ['t1-full-board', 't1-full-municipality', 1],
    ['t1-no-go-board', 't1-no-go-place', 9],
  ] as const)
    history.append(`destination-${board}`, 'CapacityDeclared', people.boardDecider, {
      board,
      municipality,
      places,
      housingForms: ['PROTECTED'],
      competences: ['DEFECTOR_SUPPORT'],
    });
  history.append('destination-t1-full-board', 'CapacityReserved', people.coordinator, {
    board: 't1-full-board',
    caseId: caseIds('other').caseId,
    proposalId: caseIds('other').proposalId,
    places: 1,
    until: '2026-04-01T00:00:00.000Z',
  });
};

const contested = (history: History): CaseHistory => {
  const kappa = new CaseHistory(history, caseIds('kappa'));
  kappa.open(false);
  history.append(kappa.streams.claim, 'SubjectClaimContested', people.homeOfficer, {
    subject: kappa.ids.subject,
    caseId: kappa.ids.caseId,
    heldBy: caseIds('alfa').caseId,
  });
  return kappa;
};

describe('rows follow the log and nothing else', () => {
  let kept: Record<string, string[]>;
  beforeAll(async () => {
    const database = await newDatabase();
    for (const event of eventful().events) await project(database, allProjections, [event]);
    kept = await allRows(database);
  });

  it('all kinds of rows are there to be compared', () => {
    const empty = Object.entries(kept).filter(([, rows]) => rows.length === 0);
    // Who knows a reference only has no content.
    expect(empty.map(([table]) => table).sort()).toEqual([
      'told_region_coordinator.sealed_v1',
      // Here everything is told, or over.
      'untold.housing_provider_admission_v1',
      'untold.police_placement_v1',
      'untold.police_referral_v1',
      'untold.receiving_board_proposal_v1',
    ]);
  });

  it('a read model that is rebuilt from zero equals the one that was kept up', async () => {
    const database = await newDatabase();
    await project(database, allProjections, eventful().events);
    expect(await allRows(database)).toEqual(kept);
  });

  it('an event that is delivered twice in a row leaves the same rows', async () => {
    const database = await newDatabase();
    await project(database, allProjections, eventful().events, 2);
    expect(await allRows(database)).toEqual(kept);
  });

  it('a log that is delivered once more from its beginning leaves the same rows', async () => {
    const database = await newDatabase();
    await project(database, allProjections, eventful().events);
    await project(database, allProjections, eventful().events);
    expect(await allRows(database)).toEqual(kept);
  });

  it('without one disclosure its content is gone, and only that', async () => {
    const database = await newDatabase();
    const walked = CaseHistory.upTo('CLEARED');
    // The first was to those who answered, the second to those who receive.
    const [, needs] = walked.disclosuresTo('RECEIVING_BOARD');
    const without = walked.history.events.filter(
      (event) => (event.data as { disclosureId?: string }).disclosureId !== needs,
    );
    expect(without).toHaveLength(walked.history.events.length - 1);
    await project(database, allProjections, without);
    const seen = await findReceivedProposal(database.pool, people.receiver, walked.ids.proposalId);
    expect(seen?.sealed.map((part) => part.class).sort()).toEqual([
      'destination',
      'family',
      'identity',
      'threat-advice',
    ]);
  });
});

describe('what was told until an instant', () => {
  const until = '2030-01-01T12:00:00.000Z';
  const { caseId, proposalId } = caseIds();
  const told = (expiresAt?: string): readonly RecordedEvent[] =>
    CaseHistory.upTo('PLACED').history.events.map((event) =>
      event.type === 'InformationDisclosed' && expiresAt !== undefined
        ? { ...event, data: { ...event.data, expiresAt } }
        : event,
    );
  /** Coded facts of others in the row of each agency on the way of a case, as they are shown then. */
  const shownAt = async ({ pool }: TestDatabase, now: string | undefined) => {
    const at = <Who extends object>(who: Who): Who & { readonly now?: string } => ({ ...who, now });
    const onDesk = await findDeskCase(pool, at(people.coordinator), caseId);
    const desk = onDesk?.row;
    const board = (await findReceivedProposal(pool, at(people.receiver), proposalId))?.row;
    const provider = (await findAdmission(pool, at(people.director), proposalId))?.row;
    const police = (await findPoliceHomeCase(pool, at(people.homePolice), caseId))?.row;
    return {
      home: (await findHomeCase(pool, at(people.homeOfficer), caseId))?.row.level,
      board: [board?.level, board?.adults, board?.arrivedAt],
      provider: [provider?.ageBand, provider?.arrivedAt],
      desk: [desk?.level, desk?.adults, onDesk?.proposals[0]?.level, desk?.desiredStart === null],
      police: [police?.sex, police?.ageBand, police?.environment, police?.supportDecided, police?.adults],
      places: await rankForCase(pool, at(people.coordinator), caseId).then((found) => found !== undefined),
      // Under its reference the row says how far it has come, as before.
      status: [desk?.status, board?.status, police?.status, police?.level],
    };
  };
  const some = expect.anything() as unknown;
  const whole = {
    home: some,
    board: [some, some, some],
    provider: [some, some],
    desk: [some, some, some, false],
    police: [some, some, some, some, some],
    places: true,
    // Police at home keep what they wrote themselves.
    status: [some, some, some, some],
  };
  const over = {
    home: null,
    board: [null, null, null],
    provider: [null, null],
    desk: [null, null, null, true],
    police: [null, null, null, null, null],
    places: false,
    status: [some, some, some, some],
  };

  it('is shown until then, and from that very instant on to nobody, with no event that ends it', async () => {
    const database = await newDatabase();
    await project(database, allProjections, told(until));
    expect(await shownAt(database, '2030-01-01T11:59:59.999Z')).toEqual(whole);
    expect(await shownAt(database, until)).toEqual(over);
    // Who does not say when is shown nothing that may be over.
    expect(await shownAt(database, undefined)).toEqual(over);
  });

  it('is shown whenever it is where nothing was said of an end', async () => {
    const endless = await newDatabase();
    await project(endless, allProjections, told());
    expect(await shownAt(endless, '2099-01-01T00:00:00.000Z')).toEqual(whole);
  });

  it('is no date of what waits on the desk from then on, and a waiver that has run out is not in force', async () => {
    const history = new History();
    CaseHistory.upTo('ADMITTED', history);
    const searching = caseIds('lambda');
    CaseHistory.upTo('ASSESSED', history, searching);
    const [validUntil, waiverEnds] = ['2026-03-06T08:00:00.000Z', '2027-03-02T23:00:00.000Z'];
    const database = await newDatabase();
    await project(
      database,
      allProjections,
      history.events.map((event) => {
        if (event.type === 'InformationDisclosed')
          return { ...event, data: { ...event.data, expiresAt: waiverEnds } };
        return event.type === 'ThreatAssessed' ? { ...event, data: { ...event.data, validUntil } } : event;
      }),
    );
    const { pool } = database;
    const at = async (now?: string) => {
      const by = now === undefined ? people.coordinator : { ...people.coordinator, now };
      const { items } = await listDeskInbox(pool, by, { limit: 10 });
      const named = await inboxItems(pool, coordinatorProjection, people.coordinator, now ?? 'infinity');
      expect([...named].sort()).toEqual(items.map(({ item }) => item).sort());
      return {
        waiver: (await findDeskCase(pool, by, searching.caseId))?.row.waiver,
        atHome: (await findHomeCase(pool, { ...people.homeOfficer, now }, searching.caseId))?.row.waiver,
        waits: Object.fromEntries(items.map(({ kind, dueAt }) => [kind, dueAt])),
        digest: await inboxDigest(pool, coordinatorProjection, by),
      };
    };
    const [before, then, noTime] = [await at('2027-03-02T22:59:59.999Z'), await at(waiverEnds), await at()];
    expect(before).toMatchObject({
      waiver: 'ACTIVE',
      atHome: 'ACTIVE',
      waits: { FIND_DESTINATION: validUntil, CLEAR_PLACEMENT: validUntil },
    });
    // The desk keeps its own clock, and is given nothing to look for.
    expect(then).toMatchObject({
      waiver: 'LAPSED',
      atHome: 'LAPSED',
      waits: { CLEAR_PLACEMENT: '2026-03-06T23:00:00.000Z' },
    });
    expect(Object.keys(then.waits)).not.toContain('FIND_DESTINATION');
    // Who watches is told that something has changed.
    expect(then.digest).not.toBe(before.digest);
    expect(noTime).toEqual(then);
  });
});

describe('who sees rows', () => {
  let database: TestDatabase;
  const ids = caseIds();
  beforeAll(async () => {
    database = await newDatabase();
    const history = new History();
    appoint(history);
    CaseHistory.upTo('CLEARED', history);
    await project(database, allProjections, history.events);
  });

  it('the named persons of each agency find the case under their own key', async () => {
    const { pool } = database;
    expect((await findHomeCase(pool, people.homeOfficer, ids.caseId))?.row.status).toBe('CLEARED');
    expect((await findAlarm(pool, people.homeDuty, ids.proposalId))?.sealed.map((one) => one.foot)).toEqual([
      'RESCUE',
    ]);
    expect((await findPoliceHomeCase(pool, people.homePolice, ids.caseId))?.row.level).toBe('HIGH');
    expect((await findPolicePlacement(pool, people.receivingPolice, ids.proposalId))?.row.status).toBe(
      'CLEARED',
    );
    expect((await findReceivedProposal(pool, people.receiver, ids.proposalId))?.row.referenceCode).toBe(
      'ARC-7Q4M',
    );
    expect((await findAdmission(pool, people.director, ids.proposalId))?.row.alias).toBe('ARC-7Q4M');
    expect((await findDeskCase(pool, people.coordinator, ids.caseId))?.proposals).toHaveLength(1);
  });

  it.each([
    ['a colleague at the same board', people.homeColleague],
    ['the same person at another organisation', { ...people.homeOfficer, organisation: 't1-other-board' }],
    ['another board', people.otherBoard],
    ['nobody', { organisation: '', person: '' }],
  ])('%s sees nothing in any schema', async (_who, by) => {
    for (const schema of schemas.filter((one) => one !== 'vault' && one !== 'directory'))
      for (const table of await tablesOf(schema))
        expect({ table, rows: await visible(schema, table, by) }).toEqual({ table, rows: 0 });
  });

  it('a reader who says for whom it reads only in part, or not at all, sees nothing', async () => {
    const { organisation, person } = people.homeOfficer;
    expect(await visible('home_board', 'case_v1', { organisation, person })).toBe(1);
    expect(await visible('home_board', 'case_v1', { organisation })).toBe(0);
    expect(await visible('home_board', 'case_v1', { person })).toBe(0);
    expect(await visible('home_board', 'case_v1', {})).toBe(0);
    // Also on a session where somebody else's settings stood before.
    expect(await visible('receiving_board', 'capacity_v1', {})).toBe(0);
    expect(await visible('coordinator', 'request_v1', {})).toBe(0);
  });

  it('a deputy who was appointed sees the desk and loses it with the appointment', async () => {
    const deputies = await newDatabase();
    const history = new History();
    appoint(history);
    CaseHistory.upTo('ASSESSED', history);
    await project(deputies, allProjections, history.events);
    expect((await findDeskCase(deputies.pool, people.deputy, ids.caseId))?.row.caseId).toBe(ids.caseId);
    // The needs were disclosed to the coordinator by name.
    expect((await findDeskCase(deputies.pool, people.deputy, ids.caseId))?.sealed).toEqual([]);
    const ended = history.append(
      `appointment-${people.deputy.person}`,
      'AppointmentEnded',
      people.registrar,
      {
        appointmentId: `appointment-of-${people.deputy.person}`,
        official: people.deputy.person,
        endsAt: history.now,
      },
    );
    await project(deputies, allProjections, [ended]);
    expect(await findDeskCase(deputies.pool, people.deputy, ids.caseId)).toBeUndefined();
  });

  it('a role that reads cannot write, and sees no column that is the projection’s own', async () => {
    const { organisation, person } = people.homeOfficer;
    const settings = { 'app.organisation': organisation, 'app.person': person };
    const run = (sql: string) =>
      withTransaction(database.pool, { role: 'read_home_board', settings }, (client) => client.query(sql));
    for (const sql of [
      `UPDATE home_board.case_v1 SET status = 'CLOSED'`,
      `DELETE FROM home_board.case_v1`,
      `INSERT INTO home_board.inbox_v1 (item, row_key, kind, actions, organisation, persons) VALUES ('a', 'a', 'a', '{}', 'a', '{}')`,
      `SELECT persons FROM home_board.case_v1`,
      `SELECT asked FROM home_board.case_v1`,
      `SELECT * FROM home_board.case_v1`,
      `SELECT case_id FROM coordinator.request_v1`,
      `SELECT stream FROM vault.grants`,
    ])
      await expect(run(sql)).rejects.toMatchObject({ code: '42501' });
  });

  it('a projector of one schema cannot touch another', async () => {
    for (const { role, schema, tables } of allProjections) {
      const mine = tables.map((table) => placeOfTable(table, schema));
      for (const other of [...schemas, 'untold'].filter((one) => one !== schema))
        for (const table of await tablesOf(other))
          if (!mine.includes(`${other}.${table}`))
            await expect(
              withTransaction(database.pool, { role }, (client) =>
                client.query(`SELECT FROM ${other}.${table}`),
              ),
            ).rejects.toMatchObject({ code: '42501' });
    }
  });

  const tablesOf = async (schema: string): Promise<string[]> =>
    (
      await database.pool.query<{ name: string }>(
        `SELECT relname AS name FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind = 'r'
           AND relname NOT IN ('checkpoints', 'open_telling_v1', 'joint_opening_v1') ORDER BY 1`,
        [schema],
      )
    ).rows.map(({ name }) => name);

  const visible = (
    schema: string,
    table: string,
    by: { organisation?: string; person?: string },
  ): Promise<number> =>
    withTransaction(
      database.pool,
      {
        role: `read_${schema}`,
        settings: {
          ...(by.organisation === undefined ? {} : { 'app.organisation': by.organisation }),
          ...(by.person === undefined ? {} : { 'app.person': by.person }),
        },
      },
      async (client) => (await client.query(`SELECT FROM ${schema}.${table}`)).rowCount ?? 0,
    );
});

describe('what an inquiry tells, and whom', () => {
  let database: TestDatabase;
  const ids = caseIds();
  const stranger = caseIds('stranger').subject;
  let known: readonly string[];
  let unknown: readonly string[];
  let child: readonly string[];
  const elsewhere = caseIds('elsewhere');
  beforeAll(async () => {
    database = await newDatabase();
    const { history } = CaseHistory.upTo('CLEARED');
    known = inquire(history, ids.subject, { caseId: ids.caseId });
    unknown = inquire(history, stranger);
    // Who goes along, and has a case of another region as well.
    const goesAlong = { caseId: elsewhere.caseId, companionOf: [ids.caseId] };
    child = inquire(history, elsewhere.subject, goesAlong);
    await project(database, allProjections, history.events);
  });

  /** Everything that somebody can read of an inquiry, without what differs in any two: ids, times, envelopes. */
  const read = async (by: { organisation: string; person: string }, inquiryId: string) => {
    const found = await findInquiry(database.pool, by, inquiryId);
    return (
      found && {
        row: { ...found.row, inquiryId: '', receivedAt: '', decidedAt: '' },
        sealed: found.sealed.map(({ path, class: dataClass, foot, purpose, expiresAt }) => ({
          path,
          dataClass,
          foot,
          purpose,
          expiresAt,
        })),
      }
    );
  };

  it('those who are named in it the same, whether or not the person has a case', async () => {
    for (const by of [people.homeOfficer, people.homeColleague])
      for (const at of [0, 1]) {
        const one = await read(by, known[at]!);
        expect(one).toBeDefined();
        expect(one).toEqual(await read(by, unknown[at]!));
        expect(one).toEqual(await read(by, child[at]!));
        expect(one!.sealed.length).toBeGreaterThan(2);
        expect(JSON.stringify(one)).not.toContain(ids.caseId);
      }
  });

  it('nobody else anything: neither the rest of the board nor Police nor the coordinator', async () => {
    for (const by of [
      people.homeDuty,
      people.homePolice,
      people.coordinator,
      people.receiver,
      people.director,
    ])
      expect((await listInquiries(database.pool, by, { limit: 10 }, async () => new Set())).items).toEqual(
        [],
      );
  });

  it('the case’s own police coordinator that somebody asked, and no more than codes', async () => {
    const notices = await listInquiryNotices(database.pool, people.homePolice, ids.caseId);
    expect(
      notices.map(({ kind, requester, seen, told }) => [kind, requester, seen, told.join()]).sort(),
    ).toEqual([
      ['INFORMATION_REQUEST', 'POLICE', false, ''],
      ['INFORMATION_REQUEST', 'POLICE', false, ''],
      ['STAY_INQUIRY', 'POLICE', false, 'STAY'],
      ['STAY_INQUIRY', 'POLICE', false, 'STAY'],
    ]);
    // An inquiry about who goes along looks like one about the person, and says nothing of a case elsewhere.
    const [ofPerson, ofChild] = [known, child].map((asked) =>
      notices
        .filter(({ inquiryId }) => asked.includes(inquiryId))
        .map((notice) => ({ ...notice, inquiryId: '', receivedAt: '', closedAt: '' })),
    );
    expect(ofChild).toEqual(ofPerson);
    expect(JSON.stringify(notices)).not.toContain(elsewhere.caseId);
    // Not whom they asked, who answers and what.
    for (const hidden of [
      people.homeOfficer.organisation,
      people.homeOfficer.person,
      'REFUSE',
      'LIFE_AND_HEALTH',
    ])
      expect(JSON.stringify(notices)).not.toContain(hidden);
    const inbox = await listPoliceInbox(database.pool, people.homePolice, { limit: 20 });
    const alerts = inbox.items.filter(({ kind }) => kind === 'INQUIRY_ALERT');
    expect(alerts.map(({ about, actions }) => [about, actions.includes('AcknowledgeInquiry')])).toEqual([
      [ids.caseId, true],
      [ids.caseId, true],
      [ids.caseId, true],
      [ids.caseId, true],
    ]);
    expect(await listInquiryNotices(database.pool, people.receivingPolice, ids.caseId)).toEqual([]);
  });

  it('the officers of the case no grant: what others ask is not part of its file', async () => {
    const { rows } = await database.pool.query<{ person: string }>(
      `SELECT DISTINCT person FROM vault.grants WHERE stream LIKE 'inquiry-%' ORDER BY 1`,
    );
    expect(rows.map(({ person }) => person)).toEqual(
      [people.homeColleague.person, people.homeOfficer.person].sort(),
    );
    const { rows: ofCase } = await database.pool.query(
      `SELECT FROM vault.grants WHERE stream LIKE 'inquiry-%' AND case_id = $1`,
      [ids.caseId],
    );
    expect(ofCase).toEqual([]);
  });
});

describe('where somebody is registered, and where somebody is', () => {
  const placed = (): History => {
    const { history, ids } = CaseHistory.upTo('PLACED');
    protectData(history, ids);
    return history;
  };

  it('never stand in one event, nor in the rows of one agency: no projection copies one into the other', async () => {
    const history = placed();
    const sealedPaths = history.events.map(({ data }) =>
      Object.entries(data).flatMap(([path, value]) => (isEnvelope(value) ? [path] : [])),
    );
    expect(sealedPaths.flat()).toEqual(expect.arrayContaining(['registeredMunicipality', 'destination']));
    for (const paths of sealedPaths)
      expect(paths.includes('registeredMunicipality') && paths.includes('destination')).toBe(false);
    const database = await newDatabase();
    await project(database, allProjections, history.events);
    const rows = await allRows(database);
    const mentions = (word: string) =>
      Object.entries(rows)
        .filter(([table, texts]) => !table.startsWith('vault.') && texts.some((text) => text.includes(word)))
        .map(([table]) => table);
    // Sealed, and in its own place alone.
    expect(mentions('registeredMunicipality')).toEqual(['tax_agency.sealed_v1']);
    expect(mentions('"path": "destination"')).not.toContain('tax_agency.sealed_v1');
    expect(mentions('"path": "destination"').length).toBeGreaterThan(1);
    // Without one, the rows of the other are what they were.
    const alone = await newDatabase();
    await project(
      alone,
      allProjections,
      history.events.filter(({ stream }) => !stream.startsWith('protected-data-')),
    );
    const before = await allRows(alone);
    // But for what the home board is reminded of, and what it is made of: kinds and dates.
    const others = (table: string, texts: readonly string[] = []) =>
      texts
        .map((text) => JSON.parse(text) as Record<string, unknown>)
        .filter(({ kind }) => table !== 'home_board.inbox_v1' || kind !== 'PROTECTION_ENDS')
        .map(({ protections, last_position: position, ...row }) =>
          table === 'home_board.case_v1' ? row : { ...row, protections, last_position: position },
        );
    for (const [table, texts] of Object.entries(before))
      if (!/^(vault|home_protection|tax_agency)\./.test(table))
        expect([table, others(table, rows[table])]).toEqual([table, others(table, texts)]);
    const reminded = (texts: readonly string[] = []) =>
      texts.filter((text) => text.includes('PROTECTION_ENDS'));
    expect(reminded(before['home_board.inbox_v1'])).toEqual([]);
    expect(reminded(rows['home_board.inbox_v1'])).toHaveLength(1);
    expect(rows['home_board.case_v1']!.join()).not.toContain('ASSUMED_IDENTITY');
  });

  it('that somebody has become somebody else is told neither to the board nor to Skatteverket', async () => {
    const database = await newDatabase();
    const { history, ids } = CaseHistory.upTo('REQUESTED');
    protectData(history, ids);
    await project(database, allProjections, history.events);
    const home = await findHomeProtection(database.pool, people.homeOfficer, ids.caseId);
    expect(home?.row.protections.map(({ kind, status }) => [kind, status])).toEqual([
      ['PROTECTED_REGISTRATION', 'GRANTED'],
      ['SECRECY_MARKING', 'REFUSED'],
      ['ASSUMED_IDENTITY', 'REQUESTED'],
      ['SECRECY_MARKING', 'REQUESTED'],
    ]);
    expect(home?.sealed.map(({ path }) => path)).toEqual(['grounds']);
    const tax = await findTaxProtection(database.pool, people.taxOfficer, ids.caseId);
    expect(tax?.row.protections.map(({ kind }) => kind)).toEqual([
      'PROTECTED_REGISTRATION',
      'SECRECY_MARKING',
      'SECRECY_MARKING',
    ]);
    const { items } = await listTaxInbox(database.pool, people.taxOfficer, { limit: 10 });
    expect(items.map(({ kind, about }) => [kind, about])).toEqual([['DECIDE_PROTECTION', ids.caseId]]);
    expect(tax?.sealed.map(({ path }) => path)).toEqual(['registeredMunicipality']);
  });
});

describe('what a home board may learn from silence and refusals', () => {
  const ids = caseIds();
  /** What the board can read of its case: the row, its envelopes and its inbox. */
  const readAfter = async (what: (walked: CaseHistory) => void): Promise<string> => {
    const database = await newDatabase();
    const walked = CaseHistory.upTo('ASSESSED');
    what(walked);
    await project(database, [homeBoardProjection], walked.history.events);
    const seen = await findHomeCase(database.pool, people.homeOfficer, ids.caseId);
    expect(seen).toBeDefined();
    return JSON.stringify([seen, await listHomeInbox(database.pool, people.homeOfficer, { limit: 10 })]);
  };
  const proposed = (end: (walked: CaseHistory) => void) => (walked: CaseHistory) => {
    walked.propose();
    end(walked);
  };
  const declined = (reason: 'CAPACITY' | 'LOCAL_RISK') =>
    proposed(({ history, streams }) =>
      history.append(streams.consent, 'PlacementDeclined', people.boardDecider, {
        caseId: ids.caseId,
        proposalId: ids.proposalId,
        reason,
        decidedBy: people.boardDecider.person,
      }),
    );

  it('a conflict, a local risk, a full house and silence are byte for byte the same', async () => {
    const full = await readAfter(declined('CAPACITY'));
    expect(JSON.parse(full)).toMatchObject([
      { row: { notAvailable: 1, status: 'MATCHING', proposalId: null } },
      {},
    ]);
    expect(await readAfter(declined('LOCAL_RISK'))).toBe(full);
    expect(
      await readAfter(
        proposed(({ history, streams }) =>
          history.append(streams.consent, 'ProposalExpired', people.coordinator, {
            caseId: ids.caseId,
            proposalId: ids.proposalId,
          }),
        ),
      ),
    ).toBe(full);
    expect(
      await readAfter(
        proposed(({ history, streams }) =>
          history.append(streams.consent, 'ProposalWithdrawn', people.coordinator, {
            caseId: ids.caseId,
            proposalId: ids.proposalId,
            reason: 'NOT_AVAILABLE',
          }),
        ),
      ),
    ).toBe(full);
  });

  it('a candidate that was checked and never asked leaves no trace, like a full house that was never listed', async () => {
    const nothing = await readAfter(() => undefined);
    expect(
      await readAfter((walked) => {
        walked.refer();
        walked.referralRefused();
      }),
    ).toBe(nothing);
    expect(
      await readAfter((walked) => {
        walked.order();
        walked.history.append(walked.streams.consent, 'ProposalAbandoned', people.coordinator, {
          caseId: ids.caseId,
          proposalId: ids.proposalId,
          reason: 'NOT_AVAILABLE',
        });
      }),
    ).toBe(nothing);
  });

  it('a contested claim looks like one that is not settled yet, and that like a draft; only the coordinator learns of it', async () => {
    const [settling, heldByAnother] = [await newDatabase(), await newDatabase()];
    const open = new History();
    new CaseHistory(open, caseIds('kappa')).open(false);
    await project(settling, allProjections, open.events);
    const history = new History();
    appoint(history);
    const opened = history.events.length;
    const { caseId } = contested(history).ids;
    await project(heldByAnother, allProjections, history.events);
    const one = await findHomeCase(settling.pool, people.homeOfficer, caseId);
    const other = await findHomeCase(heldByAnother.pool, people.homeOfficer, caseId);
    expect(one?.row.status).toBe('DRAFT');
    const settled = await newDatabase();
    const won = new History();
    new CaseHistory(won, caseIds('kappa')).open();
    await project(settled, allProjections, won.events);
    expect((await findHomeCase(settled.pool, people.homeOfficer, caseId))?.row).toEqual(one?.row);
    expect(other?.row).toEqual(one?.row);
    expect((await findDeskCase(heldByAnother.pool, people.coordinator, caseId))?.row.contested).toBe(true);
    const inbox = await listDeskInbox(heldByAnother.pool, people.coordinator, { limit: 10 });
    expect(inbox.items.map(({ kind }) => kind)).toEqual(['CLAIM_CONTESTED']);
    expect(opened).toBeGreaterThan(0);
  });
});

describe('rescuers of a person whose case is closed while he or she may still be there', () => {
  it('keep placement and address until the departure is confirmed', async () => {
    const database = await newDatabase();
    const walked = CaseHistory.upTo('PLACED');
    const { history, streams, ids } = walked;
    const { caseId, proposalId } = ids;
    history.append(streams.relocation, 'CaseClosed', people.homeOfficer, { caseId, code: 'LOST_CONTACT' });
    for (const id of walked.disclosuresTo('RECEIVING_BOARD')) walked.endDisclosure(id, 'CASE_CLOSED');
    await project(database, allProjections, history.events);
    const seen = async () => {
      const police = await findPolicePlacement(database.pool, people.receivingPolice, proposalId);
      const alarm = await findAlarm(database.pool, people.homeDuty, proposalId);
      return {
        status: police?.row.status,
        police: police?.sealed.some((part) => part.class === 'address'),
        duty: alarm?.sealed.some((part) => part.class === 'address'),
      };
    };
    expect(await seen()).toEqual({ status: 'PLACED', police: true, duty: true });
    const next = history.events.length;
    history.append(streams.placement, 'PlacementEnded', people.coordinator, {
      caseId,
      proposalId,
      reason: 'CASE_CLOSED',
      departurePending: true,
    });
    await project(database, allProjections, history.events.slice(next));
    expect(await seen()).toEqual({ status: 'ENDED', police: true, duty: true });
    const tasks = await listHomeInbox(database.pool, people.homeOfficer, { limit: 10 });
    expect(tasks.items.map(({ kind }) => kind)).toEqual(['CONFIRM_DEPARTURE']);
    const there = await listPoliceInbox(database.pool, people.receivingPolice, { limit: 10 });
    expect(there.items.map(({ kind, actions }) => [kind, actions])).toEqual([
      ['CONFIRM_DEPARTURE', ['ConfirmDeparture']],
    ]);
    const alarm = await findAlarm(database.pool, people.homeDuty, proposalId);
    expect(alarm?.row).toMatchObject({ proposalId, departurePending: true });
    const last = history.events.length;
    history.append(streams.placement, 'DepartureConfirmed', people.homeOfficer, {
      caseId,
      proposalId,
      departedAt: history.now,
    });
    for (const kind of ['RECEIVING_POLICE', 'HOME_BOARD'] as const)
      for (const id of walked.disclosuresTo(kind)) walked.endDisclosure(id, 'DEPARTURE_CONFIRMED');
    await project(database, allProjections, history.events.slice(last));
    // The Police there have no task any more, and nothing of it: neither row nor anything that waits.
    expect(await seen()).toMatchObject({ status: undefined, police: undefined });
    expect((await seen()).duty).not.toBe(true);
    const left = await listPoliceInbox(database.pool, people.receivingPolice, { limit: 10 });
    expect(left.items).toEqual([]);
  });
});

describe('a case with two placements, where somebody may still be leaving the first', () => {
  /** Cleared for a second place; what is done afterwards is of `events`. */
  const moving = async (then: (walked: CaseHistory, told: readonly string[]) => void) => {
    const database = await newDatabase();
    const walked = CaseHistory.upTo('PLACED');
    const { caseId, proposalId: first } = walked.ids;
    walked.history.append(walked.streams.consent, 'ProposalWithdrawn', people.coordinator, {
      caseId,
      proposalId: first,
      reason: 'LEVEL_CHANGED',
    });
    walked.endPlacement('LEVEL_CHANGED');
    const told = walked.disclosuresTo('HOME_BOARD');
    walked.turnTo('alfa-2');
    for (const stage of ['PROPOSED', 'ACCEPTED', 'ADMITTED', 'CLEARED'] as const) walked.walk(stage);
    then(walked, told);
    await project(database, allProjections, walked.history.events);
    const second = walked.ids.proposalId;
    const plan = async (proposalId: string) => {
      const found = await findAlarm(database.pool, people.homeDuty, proposalId);
      return found && [found.row.departurePending, found.sealed.map((one) => one.envelope.stream)];
    };
    const { row } = (await findHomeCase(database.pool, people.homeOfficer, caseId))!;
    const police = (await findPoliceHomeCase(database.pool, people.homePolice, caseId))!.row;
    const { items } = await listHomeInbox(database.pool, people.homeOfficer, { limit: 10 });
    return {
      first,
      second,
      plans: { first: await plan(first), second: await plan(second) },
      alarms: (await alarmsOfCase(database.pool, people.homeDuty, caseId)).map((one) => one.proposalId),
      home: [row.proposalId, row.plannedArrival, row.awaitedDepartures, row.departurePending],
      police: [police.proposalId, police.plannedArrival, police.departurePending],
      departures: items.filter(({ kind }) => kind === 'CONFIRM_DEPARTURE').map(({ item }) => item),
    };
  };
  const { caseId } = caseIds();
  const [first, second] = [caseIds().proposalId, caseIds('alfa-2').proposalId];
  const at = (proposalId: string) => [streamName('placement', proposalId)];

  it('has an alarm plan, and a departure to confirm, for each', async () => {
    const seen = await moving(() => undefined);
    expect(seen).toMatchObject({
      plans: { first: [true, at(first)], second: [false, at(second)] },
      home: [second, '2026-03-12', [first], true],
      police: [second, '2026-03-12', true],
      departures: [`${caseId}/CONFIRM_DEPARTURE/${first}`],
    });
    expect(seen.alarms.toSorted()).toEqual([first, second].toSorted());
  });

  it('keeps the first when the clearance of the second is taken back', async () => {
    const seen = await moving((walked, told) => {
      walked.history.append(walked.streams.placement, 'ClearanceTakenBack', people.coordinator, {
        caseId,
        proposalId: second,
        reason: 'INCOMPLETE',
      });
      for (const id of walked.disclosuresTo('HOME_BOARD').filter((one) => !told.includes(one)))
        walked.endDisclosure(id, 'CLEARANCE_TAKEN_BACK');
    });
    expect(seen).toMatchObject({
      plans: { first: [true, at(first)], second: undefined },
      alarms: [first],
      home: [null, null, [first], true],
      police: [null, null, true],
      departures: [`${caseId}/CONFIRM_DEPARTURE/${first}`],
    });
  });

  it('keeps the second when the departure from the first is confirmed', async () => {
    const seen = await moving((walked, told) => {
      walked.history.append(streamName('placement', first), 'DepartureConfirmed', people.homeOfficer, {
        caseId,
        proposalId: first,
        departedAt: walked.history.now,
      });
      for (const id of told) walked.endDisclosure(id, 'DEPARTURE_CONFIRMED');
    });
    expect(seen).toMatchObject({
      plans: { first: undefined, second: [false, at(second)] },
      alarms: [second],
      home: [second, '2026-03-12', [], false],
      police: [second, '2026-03-12', false],
      departures: [],
    });
  });

  it('awaits a departure from each when the second ends as well', async () => {
    const seen = await moving((walked) => walked.endPlacement('LEVEL_CHANGED'));
    expect(seen).toMatchObject({
      plans: { first: [true, at(first)], second: [true, at(second)] },
      home: [second, null, [first, second], true],
      departures: [first, second].map((one) => `${caseId}/CONFIRM_DEPARTURE/${one}`).toSorted(),
    });
  });
});

describe('where a decision says that a child stays', () => {
  const { homeOfficer, homeDuty, homeColleague, registrar } = people;
  const elsewhere = {
    organisation: 't1-receiving-board',
    person: 't1-duty-elsewhere',
    kind: 'SOCIAL_BOARD',
  } as const;
  const appointed = (
    history: History,
    who: Who,
    holds: 'HOME_DUTY_OFFICER' | 'POLICE_COORDINATOR',
    until?: string,
  ): void => {
    history.append(`appointment-${who.person}`, 'OfficialAppointed', registrar, {
      appointmentId: `duty-of-${who.person}`,
      official: who.person,
      organisation: who.organisation,
      agencyKind: who.kind,
      function: holds,
      delegated: holds === 'HOME_DUTY_OFFICER',
      from: '2026-01-01T00:00:00.000Z',
      ...(until && { until }),
    });
  };
  const standsBy = (history: History, who: Who, until?: string): void =>
    appointed(history, who, 'HOME_DUTY_OFFICER', until);

  it('is shown in which case to whoever stands by at the home board then, until the case is closed', async () => {
    const database = await newDatabase();
    const walked = CaseHistory.upTo('REQUESTED');
    const { history, ids, streams } = walked;
    const until = '2026-06-01T00:00:00.000Z';
    const newcomer = { ...homeDuty, person: 't1-duty-newcomer' };
    for (const who of [homeDuty, elsewhere]) standsBy(history, who);
    standsBy(history, newcomer, until);
    const first = walked.decidePlace('2026-03-01');
    let seen = 0;
    const shown = async (by: Who, now = history.now) => {
      await project(database, allProjections, history.events.slice(seen));
      seen = history.events.length;
      return (await listDecidedPlaces(database.pool, { ...by, now }, { limit: 10 })).items;
    };
    const row = { caseId: ids.caseId, ...first, decidedOn: '2026-03-01', exposed: false, departedAt: null };
    expect([await shown(homeDuty), await shown(newcomer)]).toEqual([[row], [row]]);
    expect(await shown(newcomer, until)).toEqual([]);
    for (const other of [elsewhere, homeOfficer, homeColleague])
      expect([other.person, await shown(other)]).toEqual([other.person, []]);
    // Until somebody says that the child has left the first, a glass opens each of them, whichever decision names it.
    const second = walked.decidePlace('2026-03-02', first.decisionId);
    const third = walked.decidePlace('2026-03-03');
    const idsOf = (places: readonly { placeDecisionId: string }[]) =>
      places.map(({ placeDecisionId }) => placeDecisionId);
    expect(idsOf(await shown(homeDuty)).toSorted()).toEqual(idsOf([first, second, third]).toSorted());
    const ofCase = async () => (await findHomeCase(database.pool, homeOfficer, ids.caseId))!.row;
    expect(await ofCase()).toMatchObject({
      decidedPlaces: [
        { ...first, decidedOn: '2026-03-01', exposed: false },
        { ...second, decidedOn: '2026-03-02', exposed: false },
        { ...third, decidedOn: '2026-03-03', exposed: false },
      ],
      placeDecidedOn: '2026-03-03',
    });
    walked.leavePlace(third);
    walked.leavePlace(first);
    // What was said of the wrong one is seen, by the same ids, and taken back.
    const left = expect.any(String);
    const standing = async () =>
      (await shown(homeDuty))
        .filter(({ departedAt }) => departedAt === null)
        .map((one) => one.placeDecisionId);
    expect(await standing()).toEqual([second.placeDecisionId]);
    expect(await ofCase()).toMatchObject({
      decidedPlaces: [
        { ...first, departedAt: left },
        { ...second, decidedOn: '2026-03-02', exposed: false, departedAt: null },
        { ...third, departedAt: left },
      ],
      placeDecidedOn: '2026-03-02',
    });
    walked.leavePlace(third, null);
    expect((await standing()).toSorted()).toEqual(idsOf([second, third]).toSorted());
    expect(await ofCase()).toMatchObject({ placeDecidedOn: '2026-03-03' });
    history.append(streams.disclosure, 'DisqualificationDeclared', homeDuty, {
      caseId: ids.caseId,
      official: homeDuty.person,
      organisation: homeDuty.organisation,
      ground: 'FL_16_1',
    });
    expect([(await shown(homeDuty)).length, (await shown(newcomer)).length]).toEqual([0, 3]);
    history.append(streams.relocation, 'CaseClosed', homeOfficer, {
      caseId: ids.caseId,
      code: 'LOST_CONTACT',
    });
    walked.decidePlace('2026-03-04');
    expect(await shown(newcomer)).toEqual([]);
    expect(await ofCase()).toMatchObject({ decidedPlaces: [], placeDecidedOn: null });
  });

  it('and becomes known, waits at the home board and with Police who fetch the child, and nobody else learns of it', async () => {
    const database = await newDatabase();
    const walked = CaseHistory.upTo('PLACED');
    const { history, ids, streams } = walked;
    const place = walked.decidePlace();
    const other = walked.decidePlace();
    // Nobody whom the case names coordinates at home Police: who does in the region has the part.
    const taker = { ...people.homePolice, person: 't1-police-taker' };
    appointed(history, taker, 'POLICE_COORDINATOR');
    await project(database, allProjections, history.events);
    const elsewhere = async () =>
      Object.fromEntries(
        Object.entries(await allRows(database)).filter(
          ([table]) => !/^(home_board|police|vault)\./.test(table),
        ),
      );
    const before = await elsewhere();
    let seen = history.events.length;
    const follows = async () => {
      await project(database, allProjections, history.events.slice(seen));
      seen = history.events.length;
      const of = async (items: Promise<{ items: readonly { item: string; kind: string }[] }>) =>
        (await items).items.filter(({ kind }) => kind === 'LOCATION_EXPOSED').map(({ item }) => item);
      const { rows: frozen } = await database.pool.query<{ stream: string }>(
        'SELECT stream FROM vault.frozen WHERE ended_at IS NULL ORDER BY stream',
      );
      return {
        board: await of(listHomeInbox(database.pool, homeOfficer, { limit: 100 })),
        police: await of(listPoliceInbox(database.pool, people.homePolice, { limit: 100 })),
        takes: await of(listPoliceInbox(database.pool, { ...taker, now: history.now }, { limit: 100 })),
        there: await of(listPoliceInbox(database.pool, people.receivingPolice, { limit: 100 })),
        desk: await of(listDeskInbox(database.pool, people.coordinator, { limit: 100 })),
        exposed: (await findHomeCase(database.pool, homeOfficer, ids.caseId))!.row.decidedPlaces.map(
          (one) => one.exposed,
        ),
        frozen: frozen.map(({ stream }) => stream),
      };
    };
    const quiet = { board: [], police: [], takes: [], there: [], desk: [], frozen: [] };
    expect(await follows()).toEqual({ ...quiet, exposed: [false, false] });
    walked.exposePlace(place);
    const known = (one: typeof place) => {
      const item = `${ids.caseId}/LOCATION_EXPOSED/${one.placeDecisionId}`;
      const frozen = [`decision-${one.decisionId}/${one.placeDecisionId}`];
      return { ...quiet, board: [item], police: [item], takes: [item], frozen };
    };
    expect(await follows()).toEqual({ ...known(place), exposed: [true, false] });
    expect(await elsewhere()).toEqual(before);
    walked.leavePlace(place);
    expect(await follows()).toEqual({ ...quiet, exposed: [true, false] });
    // Said of the wrong one: what is known of it is known still.
    walked.leavePlace(place, null);
    expect(await follows()).toEqual({ ...known(place), exposed: [true, false] });
    walked.leavePlace(place);
    // A report that crosses the departure freezes nothing, and tells nobody to fetch anybody.
    walked.leavePlace(other);
    walked.exposePlace(other);
    expect(await follows()).toEqual({ ...quiet, exposed: [true, true] });
    walked.leavePlace(other, null);
    expect(await follows()).toEqual({ ...known(other), exposed: [true, true] });
    walked.leavePlace(other);
    // One that nobody said to be known leaves nothing behind when it is taken back, and is frozen by a report as any.
    const third = walked.decidePlace();
    walked.leavePlace(third);
    walked.leavePlace(third, null);
    expect(await follows()).toEqual({ ...quiet, exposed: [true, true, false] });
    walked.exposePlace(third);
    expect(await follows()).toEqual({ ...known(third), exposed: [true, true, true] });
    history.append(streams.relocation, 'CaseClosed', homeOfficer, {
      caseId: ids.caseId,
      code: 'LOST_CONTACT',
    });
    expect(await follows()).toMatchObject({ board: [], police: [], exposed: [] });
  });
});

describe('what waits about a case', () => {
  const { caseId, subject, proposalId } = caseIds();
  const glass = (walked: CaseHistory, glassId: string): void => {
    walked.history.append(
      streamName('break-glass', caseId),
      'GlassBroken',
      people.homeDuty,
      (seal) => ({
        caseId,
        subject,
        glassId,
        organisation: people.homeDuty.organisation,
        brokenBy: people.homeDuty.person,
        relation: 'HOME_DUTY',
        reason: 'DANGER_TO_LIFE',
        classes: ['identity'],
        note: seal('note', 'social'),
        record: 1,
        expiresAt: walked.history.now,
        confirmBy: walked.history.now,
        homePolice: people.homePolice.organisation,
        homePoliceContacts: [],
      }),
      subject,
    );
  };
  const joint = (walked: CaseHistory, openingId: string): void => {
    walked.history.append(streamName('joint-opening', caseId), 'JointOpeningRequested', people.homeOfficer, {
      caseId,
      subject,
      openingId,
      organisation: people.homeOfficer.organisation,
      requestedBy: people.homeOfficer.person,
      purpose: 'TRANSPORT',
      answerBy: '2027-01-01T00:00:00.000Z',
    });
  };
  /** By whose hand: the first, and who comes for that person. */
  const [colleague, newcomer] = [people.homeColleague, { ...people.homeOfficer, person: 't1-newcomer' }];
  const policeNewcomer = { ...people.homePolice, person: 't1-police-newcomer' };
  const changes = (
    walked: CaseHistory,
    part: 'HOME_BOARD' | 'HOME_POLICE',
    outgoing: string | undefined,
    { organisation, person: incoming }: { organisation: string; person: string },
    office: readonly string[],
  ): void => {
    walked.history.append(walked.streams.disclosure, 'ContactChanged', people.homeOfficer, {
      caseId,
      part,
      organisation,
      office,
      incoming,
      ...(outgoing === undefined ? {} : { outgoing }),
      reason: outgoing === undefined ? 'MORE_HANDS' : 'NEW_DUTIES',
    });
  };

  it('is theirs whom the case names by then: glasses, exposures, protections, joint openings, inquiries', async () => {
    const walked = CaseHistory.upTo('PLACED');
    const { history } = walked;
    changes(walked, 'HOME_BOARD', undefined, colleague, [people.homeOfficer.person]);
    protectData(history, walked.ids);
    history.append(streamName('protected-data', caseId), 'RegistrationNoticeReminded', people.homeOfficer, {
      caseId,
      number: 2,
    });
    // Decided, and the person has moved on: it is to decide again.
    history.append(streamName('protected-data', caseId), 'RegistrationNoticeSent', people.homeOfficer, {
      caseId,
      sentOn: '2026-03-03',
      decidedBy: people.homeOfficer.person,
    });
    history.append(streamName('protected-data', caseId), 'RegistrationNoticeSuperseded', people.homeOfficer, {
      caseId,
      proposalId: 'p-elsewhere',
      before: 'SENT',
    });
    history.append(streamName('protected-data', caseId), 'ExposedRegistersReopened', people.coordinator, {
      caseId,
      proposalId: 'p-elsewhere',
      openedOn: '2026-03-03',
    });
    history.append(walked.streams.disclosure, 'LocationCompromised', people.homeOfficer, {
      caseId,
      proposalId,
      source: 'STAFF',
      reportedBy: people.homeOfficer.person,
    });
    glass(walked, 'g-1');
    joint(walked, 'j-1');
    inquire(history, subject, { caseId });
    const before = history.events.length;
    changes(walked, 'HOME_BOARD', colleague.person, newcomer, [people.homeOfficer.person, colleague.person]);
    changes(walked, 'HOME_POLICE', people.homePolice.person, policeNewcomer, [people.homePolice.person]);
    history.append(walked.streams.disclosure, 'DisqualificationDeclared', people.coordinator, {
      caseId,
      official: people.coordinator.person,
      organisation: people.coordinator.organisation,
      ground: 'FL_16_1',
    });
    const atHome = [
      'APPROVE_JOINT_OPENING',
      'CHECK_EXPOSED_REGISTERS',
      'DECIDE_REGISTRATION_NOTICE',
      'LOCATION_EXPOSED',
      'PROTECTION_ENDS',
    ];
    const atPolice = ['GLASS_BROKEN', 'INQUIRY_ALERT', 'INQUIRY_ALERT', 'LOCATION_EXPOSED'];
    // Event by event, and all in one batch as a rebuild has it.
    for (const batches of [
      [history.events.slice(0, before), history.events.slice(before)],
      [history.events],
    ]) {
      const database = await newDatabase();
      const home = async (by: { organisation: string; person: string }) =>
        (await listHomeInbox(database.pool, by, { limit: 50 })).items
          .map(({ kind }) => kind)
          .filter((kind) => atHome.includes(kind))
          .toSorted();
      const police = async (by: { organisation: string; person: string }) =>
        (await listPoliceInbox(database.pool, by, { limit: 50 })).items
          .map(({ kind }) => kind)
          .filter((kind) => atPolice.includes(kind))
          .toSorted();
      const notices = async (by: { organisation: string; person: string }) =>
        (await listInquiryNotices(database.pool, by, caseId)).length;
      const [first, ...rest] = batches;
      await project(database, allProjections, first!);
      if (rest.length > 0) {
        expect([await home(colleague), await home(newcomer)]).toEqual([atHome, []]);
        expect([await police(people.homePolice), await police(policeNewcomer)]).toEqual([atPolice, []]);
      }
      for (const events of rest) await project(database, allProjections, events);
      expect([await home(colleague), await home(newcomer)]).toEqual([[], atHome]);
      // When a register was looked at last stays; it was for another place.
      const protection = await findHomeProtection(database.pool, people.homeOfficer, caseId);
      expect(protection?.row.registers).toMatchObject([
        { register: 'COMPANY_REGISTER', status: 'OPEN', checkedOn: '2026-03-03' },
      ]);
      // Who asked does not answer, whoever comes and goes.
      expect(await home(people.homeOfficer)).toEqual(atHome.slice(1));
      expect([await police(people.homePolice), await police(policeNewcomer)]).toEqual([[], atPolice]);
      expect([await notices(people.homePolice), await notices(policeNewcomer)]).toEqual([0, 2]);
      const desk = (await allRows(database))['coordinator.inbox_v1']!.filter((row) =>
        row.includes('LOCATION_EXPOSED'),
      );
      expect(desk.map((row) => (JSON.parse(row) as { persons: string[] }).persons)).toEqual([[]]);
    }
  });

  it('of a glass or an inquiry is nobody’s at Police before they have been told of the case, and theirs from then on', async () => {
    const database = await newDatabase();
    const walked = CaseHistory.upTo('OPENED');
    glass(walked, 'g-1');
    // Received and answered while the case is a draft.
    inquire(walked.history, walked.ids.subject, { caseId });
    walked.history.append(walked.streams.disclosure, 'DisqualificationDeclared', people.homeDuty, {
      caseId,
      official: people.homeDuty.person,
      organisation: people.homeDuty.organisation,
      ground: 'FL_16_1',
    });
    await project(database, allProjections, walked.history.events);
    const waits = async () =>
      (await listPoliceInbox(database.pool, people.homePolice, { limit: 10 })).items
        .filter(({ kind }) => kind === 'GLASS_BROKEN' || kind === 'INQUIRY_ALERT')
        .map(({ about, kind }) => [about, kind]);
    const asked = async () => (await listInquiryNotices(database.pool, people.homePolice, caseId)).length;
    expect(await waits()).toEqual([]);
    expect(await asked()).toBe(0);
    const before = walked.history.events.length;
    walked.walk('REQUESTED');
    await project(database, allProjections, walked.history.events.slice(before));
    expect((await waits()).sort()).toEqual([
      [caseId, 'GLASS_BROKEN'],
      [caseId, 'INQUIRY_ALERT'],
      [caseId, 'INQUIRY_ALERT'],
    ]);
    expect(await asked()).toBe(2);
  });
});

describe('who is disqualified in a case', () => {
  const { caseId, subject, proposalId } = caseIds();

  /** Which tables of a schema hold a row that names a person, and which of them show that person one. */
  const looking = (database: TestDatabase, { now }: History) => {
    const count = (role: string, by: Who, table: string, where = 'true') =>
      withTransaction(
        database.pool,
        {
          role,
          settings: {
            'app.organisation': by.organisation,
            'app.person': by.person,
            'app.now': now,
          },
        },
        async (client) => {
          const { rows } = await client.query<{ rows: number }>(
            `SELECT count(*)::integer AS rows FROM ${table} WHERE ${where}`,
            where === 'true' ? [] : [by.person],
          );
          return rows[0]!.rows;
        },
      );
    return async (by: Who, schema: string, tables: readonly string[]) => {
      const [named, shown]: [string[], string[]] = [[], []];
      for (const table of tables) {
        if ((await count(`project_${schema}`, by, `${schema}.${table}`, '$1 = ANY (persons)')) > 0)
          named.push(table);
        if ((await count(`read_${schema}`, by, `${schema}.${table}`)) > 0) shown.push(table);
      }
      return { named, shown };
    };
  };

  it('is shown no row, envelope or item of it at Police and at the board that is asked, though all name that person', async () => {
    const database = await newDatabase();
    const walked = CaseHistory.upTo('ASSESSED');
    const { history, streams } = walked;
    for (const who of [
      people.homePolice,
      people.referralPolice,
      people.receivingPolice,
      people.boardContact,
    ] as const)
      history.append(streams.disclosure, 'DisqualificationDeclared', who, {
        caseId,
        official: who.person,
        organisation: who.organisation,
        ground: 'FL_16_1',
      });
    // Named once more all the same, as no build of today does it.
    history.append(streams.disclosure, 'ContactChanged', people.homeAssessor, {
      caseId,
      part: 'HOME_POLICE',
      organisation: people.homePolice.organisation,
      office: [people.homeAssessor.person],
      incoming: people.homePolice.person,
      reason: 'MORE_HANDS',
    });
    inquire(history, subject, { caseId });
    walked.walk('REFERRED');
    walked.walk('PROPOSED');
    await project(database, [policeProjection, receivingBoardProjection], history.events);

    const sees = looking(database, history);
    const ofHome = ['home_case_v1', 'inquiry_notice_v1', 'sealed_v1', 'inbox_v1'];
    const ofBoard = ['proposal_v1', 'sealed_v1', 'inbox_v1'];
    const [referral, placement] = [
      ['referral_v1', 'inbox_v1'],
      ['placement_v1', 'sealed_v1', 'inbox_v1'],
    ];
    for (const [by, schema, tables, shown] of [
      [people.homeAssessor, 'police', ofHome, ofHome],
      [people.boardDecider, 'receiving_board', ofBoard, ofBoard],
      [people.homePolice, 'police', ofHome, []],
      [people.boardContact, 'receiving_board', ofBoard, []],
      [people.referralPolice, 'police', referral, []],
    ] as const)
      expect([by.person, await sees(by, schema, tables)]).toEqual([by.person, { named: tables, shown }]);

    const before = history.events.length;
    for (const stage of ['ACCEPTED', 'ADMITTED', 'CLEARED'] as const) walked.walk(stage);
    history.append(streams.disclosure, 'LocationCompromised', people.homeOfficer, {
      caseId,
      proposalId,
      source: 'STAFF',
      reportedBy: people.homeOfficer.person,
    });
    await project(database, [policeProjection, receivingBoardProjection], history.events.slice(before));
    expect(await looking(database, history)(people.receivingPolice, 'police', placement)).toEqual({
      named: placement,
      shown: [],
    });
  });

  it('is shown no row, envelope or item of it anywhere else, either', async () => {
    const database = await newDatabase();
    const walked = CaseHistory.upTo('PROPOSED');
    const { history, streams } = walked;
    walked.walk('ACCEPTED');
    const told = toldKinds.map((kind) => ({
      kind,
      by: { organisation: `t1-${kind}`, person: `t1-${kind}-contact`, kind: agencyKindOf[kind] },
    }));
    const { homeOfficer, homeColleague, director, taxOfficer } = people;
    const joins = (part: ContactPart, office: Who, incoming: Who, of: { proposalId?: string } = {}) =>
      history.append(streams.disclosure, 'ContactChanged', office, {
        caseId,
        part,
        ...of,
        organisation: office.organisation,
        office: [office.person],
        incoming: incoming.person,
        reason: 'MORE_HANDS',
      });
    joins('HOME_BOARD', homeOfficer, homeColleague);
    const everybody = [homeOfficer, director, taxOfficer, ...told.map(({ by }) => by)];
    for (const who of everybody)
      history.append(streams.disclosure, 'DisqualificationDeclared', who, {
        caseId,
        official: who.person,
        organisation: who.organisation,
        ground: 'FL_16_1',
      });
    // Named afterwards all the same, as no build of today does it.
    joins('HOME_BOARD', homeColleague, homeOfficer);
    joins('HOUSING_PROVIDER', director, director, { proposalId });
    walked.tellAgencies();
    protectData(history, walked.ids);
    await project(
      database,
      [
        homeBoardProjection,
        homeProtectionProjection,
        housingProviderProjection,
        taxAgencyProjection,
        ...toldProjections,
      ],
      history.events,
    );
    const sees = looking(database, history);
    const ofBoard = ['case_v1', 'sealed_v1', 'inbox_v1'];
    for (const [by, schema, tables, shown] of [
      [homeColleague, 'home_board', ofBoard, ofBoard],
      [homeOfficer, 'home_board', ofBoard, []],
      [homeOfficer, 'home_protection', ['case_v1', 'sealed_v1'], []],
      [director, 'housing_provider', ['admission_v1', 'inbox_v1'], []],
      [taxOfficer, 'tax_agency', ['protection_v1', 'sealed_v1', 'inbox_v1'], []],
      ...told.map(
        ({ kind, by }) =>
          [
            by,
            `told_${kind.toLowerCase()}`,
            ['telling_v1', ...(mayBeTold(kind, 'identity') ? ['sealed_v1'] : [])],
            [],
          ] as const,
      ),
    ] as const)
      expect([by.person, schema, await sees(by, schema, tables)]).toEqual([
        by.person,
        schema,
        { named: tables, shown },
      ]);
  });
});

describe('a receiving board whose proposal has ended', () => {
  it.each([
    ['withdrawn', 'CANCELLED'],
    ['silent', 'EXPIRED'],
  ] as const)('sees nothing but how it ended when it was %s', async (how, status) => {
    const database = await newDatabase();
    const walked = CaseHistory.upTo('PROPOSED');
    const { caseId, proposalId } = walked.ids;
    if (how === 'withdrawn') {
      walked.withdrawWaiver();
      walked.history.append(walked.streams.consent, 'ProposalWithdrawn', people.homeOfficer, {
        caseId,
        proposalId,
        reason: 'WAIVER_WITHDRAWN',
      });
    } else
      walked.history.append(walked.streams.consent, 'ProposalExpired', people.coordinator, {
        caseId,
        proposalId,
      });
    await project(database, allProjections, walked.history.events);
    const seen = await findReceivedProposal(database.pool, people.boardContact, proposalId);
    const filled = Object.entries(seen!.row).filter(([, value]) => value !== null);
    expect(Object.fromEntries(filled)).toEqual({ proposalId, referenceCode: 'ARC-7Q4M', status });
    expect(seen?.sealed).toEqual([]);
    expect((await listReceivingInbox(database.pool, people.boardContact, { limit: 10 })).items).toEqual([]);
  });

  it('never learns of a question that was ordered and not put', async () => {
    const database = await newDatabase();
    const walked = CaseHistory.upTo('ASSESSED');
    walked.order();
    await project(database, allProjections, walked.history.events);
    expect(
      await findReceivedProposal(database.pool, people.boardContact, walked.ids.proposalId),
    ).toBeUndefined();
  });
});

describe('A change of contact', () => {
  it('takes the rows from who goes and gives them to who comes: provider, Skatteverket, a board before its yes', async () => {
    const database = await newDatabase();
    const history = new History();
    const asked = CaseHistory.upTo('PROPOSED', history, caseIds('beta'));
    const change = (of: CaseHistory, part: 'ASKED_BOARD' | 'HOUSING_PROVIDER' | 'TAX_AGENCY', gone: Who) => {
      const { caseId, proposalId } = of.ids;
      history.append(of.streams.disclosure, 'ContactChanged', gone, {
        caseId,
        part,
        organisation: gone.organisation,
        ...(part === 'TAX_AGENCY' ? {} : { proposalId }),
        office: [gone.person],
        outgoing: gone.person,
        incoming: 't1-newcomer',
        reason: 'ABSENCE',
      });
      return [gone, { ...gone, person: 't1-newcomer' }] as const;
    };
    const [boardContact, ofBoard] = change(asked, 'ASKED_BOARD', people.boardContact);
    const placed = CaseHistory.upTo('ADMITTED', history, caseIds('alfa'));
    const [director, ofProvider] = change(placed, 'HOUSING_PROVIDER', people.director);
    protectData(history, placed.ids);
    const [taxOfficer, ofTax] = change(placed, 'TAX_AGENCY', people.taxOfficer);
    await project(database, allProjections, history.events);
    const { pool } = database;
    for (const [find, gone, come] of [
      [(by: Who) => findReceivedProposal(pool, by, asked.ids.proposalId), boardContact, ofBoard],
      [(by: Who) => findAdmission(pool, by, placed.ids.proposalId), director, ofProvider],
      [(by: Who) => findTaxProtection(pool, by, placed.ids.caseId), taxOfficer, ofTax],
    ] as const) {
      expect(await find(gone)).toBeUndefined();
      expect((await find(come))?.row).toBeDefined();
    }
    // What the director wrote is the office's: the newcomer opens it, and the one who has gone no longer.
    const live = (await grantsOf(database)).filter(({ ended }) => !ended);
    const held = ({ organisation, person }: Who) =>
      live.filter((one) => one.organisation === organisation && one.person === person).length;
    for (const [gone, come] of [
      [director, ofProvider],
      [taxOfficer, ofTax],
    ] as const)
      expect([held(gone), held(come) > 0]).toEqual([0, true]);
  });
});

describe('A part that nobody who is named can hand over any more', () => {
  const gone = '2026-06-01T00:00:00.000Z';
  const before = '2026-05-31T23:59:59.999Z';
  const { caseId, proposalId } = caseIds();
  const asked = caseIds('asked').proposalId;
  const placed = caseIds('placed');
  const colleagueOf = (who: Who, person = `${who.organisation}-taker`): Who => ({ ...who, person });
  const board = people.boardDecider;
  const parts = [
    ['home_board', 'HOME_OFFICER', people.homeOfficer, [caseId, placed.caseId]],
    ['receiving_board', 'RECEIVING_DECIDER', board, [proposalId, placed.proposalId, asked]],
    ['police', 'POLICE_COORDINATOR', people.homePolice, [caseId, placed.caseId]],
    ['police', 'POLICE_COORDINATOR', people.receivingPolice, [proposalId, placed.proposalId]],
    ['housing_provider', 'FACILITY_DIRECTOR', people.director, [proposalId, placed.proposalId]],
    ['tax_agency', 'PROTECTION_OFFICER', people.taxOfficer, [caseId]],
  ] as const;
  const lists = {
    home_board: listHomeInbox,
    receiving_board: listReceivingInbox,
    police: listPoliceInbox,
    housing_provider: listProviderInbox,
    tax_agency: listTaxInbox,
  };
  let database: TestDatabase;
  let history: History;
  const appointed = (who: Who, holds: OfficialFunction, until?: string): void =>
    void history.append(`appointment-${who.person}`, 'OfficialAppointed', people.registrar, {
      appointmentId: `${holds}-of-${who.person}`,
      official: who.person,
      organisation: who.organisation,
      agencyKind: who.kind,
      function: holds,
      delegated: true,
      from: '2026-01-01T00:00:00.000Z',
      ...(until === undefined ? {} : { until }),
    });
  /** All that is shown to somebody at an instant of what is to be taken over. */
  const waits = async (schema: keyof typeof lists, by: Who, now = gone) =>
    (await lists[schema](database.pool, { ...by, now }, { limit: 50, now })).items.filter(
      ({ kind }) => kind === 'TAKE_OVER',
    );
  const ids = async (schema: keyof typeof lists, by: Who, now = gone) =>
    (await waits(schema, by, now)).map(({ about }) => about).toSorted();

  beforeAll(async () => {
    database = await newDatabase();
    history = new History();
    for (const [, holds, named] of parts) {
      appointed(named, holds, gone);
      appointed(colleagueOf(named), holds);
    }
    appointed(people.referralPolice, 'POLICE_COORDINATOR', gone);
    for (const person of ['t1-police-referral-taker', 't1-police-referral-kin'])
      appointed(colleagueOf(people.referralPolice, person), 'POLICE_COORDINATOR');
    appointed(colleagueOf(people.referralPolice, 't1-police-referral-assessor'), 'POLICE_ASSESSOR');
    // Who is named and can name nobody else.
    appointed(people.homeAssessor, 'POLICE_ASSESSOR');
    appointed(people.receiver, 'RECEIVING_OFFICER');
    const walked = CaseHistory.upTo('PLACED', history);
    protectData(history, walked.ids);
    CaseHistory.upTo('PROPOSED', history, caseIds('asked'));
    CaseHistory.upTo('CLEARED', history, placed);
    CaseHistory.upTo('CLOSED', history, caseIds('closed'));
    await project(database, allProjections, history.events);
  });

  it('waits for whoever can, from that instant on, under the id that the agency knows and with nothing else', async () => {
    for (const [schema, holds, named, about] of parts) {
      const taker = colleagueOf(named);
      // The case whose board is asked is the home side's, too.
      const all =
        named === people.homeOfficer || named === people.homePolice ? [caseIds('asked').caseId] : [];
      expect([holds, await ids(schema, taker, before)]).toEqual([holds, []]);
      expect([holds, await ids(schema, taker)]).toEqual([holds, [...about, ...all].toSorted()]);
      for (const one of await waits(schema, taker))
        expect(one).toEqual({
          item: `${one.about}/TAKE_OVER`,
          about: one.about,
          kind: 'TAKE_OVER',
          dueAt: null,
          actions: [],
        });
      // Nor to who holds it elsewhere, works there with another function, or says no instant or no name.
      for (const other of [
        { ...taker, organisation: 't1-elsewhere' },
        colleagueOf(named, 't1-nobody'),
        { ...taker, person: '' },
        named,
      ])
        expect([holds, other.person, await ids(schema, other)]).toEqual([holds, other.person, []]);
    }
    for (const [schema, by] of [
      ['police', people.homeAssessor],
      ['receiving_board', people.receiver],
    ] as const)
      expect([by.person, await ids(schema, by)]).toEqual([by.person, []]);
    // Who watches is told when the instant has come.
    const taker = colleagueOf(people.homeOfficer);
    const digest = (now: string) => inboxDigest(database.pool, homeBoardProjection, { ...taker, now });
    expect(await digest(before)).not.toBe(await digest(gone));
  });

  it('is not that of the deciders while who decided the yes decides there, though only officers receive', async () => {
    const there = colleagueOf(board);
    const { rows } = await withTransaction(database.pool, { role: 'project_receiving_board' }, (client) =>
      client.query('SELECT persons, deciders FROM receiving_board.proposal_v1 WHERE proposal_id = $1', [
        placed.proposalId,
      ]),
    );
    expect(rows).toEqual([
      { persons: [people.receiver.person, people.boardContact.person], deciders: [board.person] },
    ]);
    expect(await ids('receiving_board', there, before)).toEqual([]);
  });

  it('is at once that of the region’s coordinators where Police are asked about a candidate, who are shown it', async () => {
    const { referredId } = caseIds('asked');
    const [taker, kin, assessor] = ['taker', 'kin', 'assessor'].map((one) =>
      colleagueOf(people.referralPolice, `t1-police-referral-${one}`),
    ) as [Who, Who, Who];
    const from = history.events.length;
    history.append(streamName('disclosure', caseIds('asked').caseId), 'DisqualificationDeclared', kin, {
      caseId: caseIds('asked').caseId,
      official: kin.person,
      organisation: kin.organisation,
      ground: 'FL_16_1',
    });
    await project(database, allProjections, history.events.slice(from));
    const { pool } = database;
    const sees = async (who: Who, now: string) => {
      const by = { ...who, now };
      const { items } = await listPoliceInbox(pool, by, { limit: 50, now });
      return [(await findReferral(pool, by, referredId))?.status, ...items.map(({ item }) => item)];
    };
    const whole = ['OPEN', `${referredId}/ANSWER_REFERRAL`];
    for (const [who, now, shown] of [
      [people.referralPolice, before, whole],
      [taker, before, [undefined]],
      [taker, gone, whole],
      [assessor, gone, [undefined]],
      [kin, gone, [undefined]],
    ] as const)
      expect([who.person, now, await sees(who, now)]).toEqual([who.person, now, shown]);
    // Who coordinates elsewhere finds nothing of it among what else waits there.
    const elsewhere = await sees(colleagueOf(people.receivingPolice), gone);
    expect([elsewhere[0], elsewhere.includes(whole[1])]).toEqual([undefined, false]);
  });

  it('is no longer there when one of them is named, and never for who is disqualified in the case', async () => {
    const changes = [
      [people.homeOfficer, 'HOME_BOARD'],
      [people.receiver, 'RECEIVING_BOARD'],
      [people.homePolice, 'HOME_POLICE'],
      [people.receivingPolice, 'RECEIVING_POLICE'],
      [people.director, 'HOUSING_PROVIDER'],
      [people.taxOfficer, 'TAX_AGENCY'],
    ] as const satisfies readonly (readonly [Who, ContactPart])[];
    const from = history.events.length;
    for (const [outgoing, part] of changes)
      history.append(streamName('disclosure', caseId), 'ContactChanged', colleagueOf(outgoing), {
        caseId,
        part,
        organisation: outgoing.organisation,
        ...(part.startsWith('HOME_') || part === 'TAX_AGENCY' ? {} : { proposalId }),
        office: [outgoing.person],
        outgoing: outgoing.person,
        incoming: colleagueOf(outgoing).person,
        reason: 'LEAVES_THE_AGENCY',
      });
    for (const [, , named] of parts)
      history.append(
        streamName('disclosure', placed.caseId),
        'DisqualificationDeclared',
        colleagueOf(named),
        {
          caseId: placed.caseId,
          official: colleagueOf(named).person,
          organisation: named.organisation,
          ground: 'FL_16_1',
        },
      );
    await project(database, allProjections, history.events.slice(from));
    const left = { HOME_OFFICER: [caseIds('asked').caseId], RECEIVING_DECIDER: [asked] } as const;
    for (const [schema, holds, named] of parts) {
      const expected =
        named === people.homePolice ? left.HOME_OFFICER : (left[holds as keyof typeof left] ?? []);
      expect([holds, await ids(schema, colleagueOf(named))]).toEqual([holds, expected]);
    }
  });
});

interface GrantLine {
  stream: string;
  class: string;
  organisation: string;
  person: string;
  foot: string;
  ended: boolean;
}

const grantsOf = (database: TestDatabase): Promise<readonly GrantLine[]> =>
  withTransaction(
    database.pool,
    { role: 'project_vault' },
    async (client) =>
      (
        await client.query<GrantLine>(
          `SELECT stream, class, organisation, person, foot, ended_at IS NOT NULL AS ended FROM vault.grants ORDER BY grant_id`,
        )
      ).rows,
  );

const walkedGrants = async (
  stage: Stage,
  then: (walked: CaseHistory) => void = () => undefined,
): Promise<readonly GrantLine[]> => {
  const database = await newDatabase();
  const walked = CaseHistory.upTo(stage);
  then(walked);
  await project(database, [grantsProjection], walked.history.events);
  return grantsOf(database);
};

describe('grants', () => {
  it('what an officer writes is open to the officer and the named officers of the board, and to nobody else', async () => {
    const grants = await walkedGrants('OPENED');
    expect(grants.map(({ class: one, person, foot }) => [one, person, foot])).toEqual([
      ['identity', people.homeOfficer.person, 'OWN'],
      ['social', people.homeOfficer.person, 'OWN'],
    ]);
  });

  it('the address is open to who wrote it and to rescuers; not to a board that does not run the housing', async () => {
    const grants = (await walkedGrants('CLEARED')).filter((grant) => grant.class === 'address');
    expect(grants.map(({ person, foot }) => `${person} ${foot}`).sort()).toEqual(
      [
        `${people.director.person} OWN`,
        `${people.receivingPolice.person} RESCUE`,
        `${people.homeDuty.person} RESCUE`,
      ].sort(),
    );
  });

  it('a withdrawal ends what stands on the waiver and nothing else', async () => {
    const before = await walkedGrants('IN_TRANSFER');
    const after = await walkedGrants('IN_TRANSFER', (walked) => walked.withdrawWaiver());
    const live = (grants: readonly GrantLine[]) => sortedFeet(grants.filter((grant) => !grant.ended));
    expect(live(before)).toEqual(['OWN', 'RESCUE', 'STATUTE', 'WAIVER']);
    expect(live(after)).toEqual(['OWN', 'RESCUE', 'STATUTE']);
    // Nothing else has changed: the same grants, of which no other one has ended.
    const others = (grants: readonly GrantLine[]) => grants.filter((grant) => grant.foot !== 'WAIVER');
    expect(others(after)).toEqual(others(before));
    expect(after).toHaveLength(before.length);
  });

  it('rescuers keep the address when the placement ends, until the departure is confirmed', async () => {
    const rescue = async (reason: 'PLACEMENT_ENDED' | 'DEPARTURE_CONFIRMED') =>
      (
        await walkedGrants('PLACED', (walked) => {
          for (const kind of ['HOME_BOARD', 'RECEIVING_POLICE'] as const)
            for (const id of walked.disclosuresTo(kind)) walked.endDisclosure(id, reason);
        })
      ).filter((grant) => grant.foot === 'RESCUE');
    expect((await rescue('PLACEMENT_ENDED')).map((grant) => grant.ended)).toEqual([false, false]);
    expect((await rescue('DEPARTURE_CONFIRMED')).map((grant) => grant.ended)).toEqual([true, true]);
  });

  it('are of one office: who hands over the case at home keeps the alarm plan of a place in the same region', async () => {
    const { person, organisation } = people.receivingPolice;
    const changed = async (part: 'HOME_POLICE' | 'RECEIVING_POLICE') =>
      (
        await walkedGrants('CLEARED', ({ history, streams, ids: { caseId, proposalId } }) =>
          history.append(streams.disclosure, 'ContactChanged', people.receivingPolice, {
            caseId,
            part,
            organisation,
            ...(part === 'HOME_POLICE' ? {} : { proposalId }),
            office: [person],
            outgoing: person,
            incoming: 't1-newcomer',
            reason: 'ABSENCE',
          }),
        )
      )
        .filter((grant) => grant.organisation === organisation && grant.class === 'address')
        .map((grant) => [grant.person, grant.ended]);
    expect(await changed('HOME_POLICE')).toEqual([[person, false]]);
    expect(await changed('RECEIVING_POLICE')).toEqual([
      [person, true],
      ['t1-newcomer', false],
    ]);
  });

  it('say how far they have followed the disclosure stream', async () => {
    const database = await newDatabase();
    const walked = CaseHistory.upTo('CLEARED');
    await project(database, [grantsProjection], walked.history.events);
    const last = walked.history.events.findLast((event) => event.stream === walked.streams.disclosure);
    const { rows } = await withTransaction(database.pool, { role: 'project_vault' }, (client) =>
      client.query(
        'SELECT case_id AS "caseId", disclosure_revision::integer AS revision FROM vault.grants_progress',
      ),
    );
    expect(rows).toEqual([{ caseId: walked.ids.caseId, revision: last?.revision }]);
  });

  const sortedFeet = (grants: readonly GrantLine[]): string[] =>
    [...new Set(grants.map(({ foot }) => foot))].sort();
});

describe('lists', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await newDatabase();
    const history = new History();
    appoint(history);
    for (const name of ['a', 'b', 'c', 'd', 'e']) CaseHistory.upTo('OPENED', history, caseIds(name));
    CaseHistory.upTo('PLACED', history, caseIds('alfa'));
    CaseHistory.upTo('REQUESTED', history, caseIds('beta'));
    await project(database, allProjections, history.events);
  });

  it('come in pages that join to the whole, with no row twice', async () => {
    const all = await listHomeCases(database.pool, people.homeOfficer, { limit: 100 });
    expect(all.items).toHaveLength(7);
    expect(all.next).toBeUndefined();
    const joined: unknown[] = [];
    for (let cursor: string | undefined, pages = 0; pages < 10; pages += 1) {
      const page = await listHomeCases(database.pool, people.homeOfficer, { limit: 3, cursor });
      joined.push(...page.items);
      cursor = page.next;
      if (cursor === undefined) break;
    }
    expect(joined).toEqual(all.items);
  });

  it('an inbox begins with the next deadline, and what has none comes last', async () => {
    const seen: (string | null)[] = [];
    for (let cursor: string | undefined, pages = 0; pages < 20; pages += 1) {
      const page = await listHomeInbox(database.pool, people.homeOfficer, { limit: 2, cursor });
      seen.push(...page.items.map(({ dueAt }) => dueAt));
      cursor = page.next;
      if (cursor === undefined) break;
    }
    expect(seen).toEqual(['2026-03-15T12:00:00.000Z', null, null, null, null, null]);
    const police = await listPoliceInbox(database.pool, people.homePolice, { limit: 10 });
    expect(police.items.map(({ kind, dueAt }) => [kind, dueAt])).toEqual([
      ['ASSESS_THREAT', '2026-03-05T16:00:00.000Z'],
      ['RECORD_FOLLOW_UP', '2026-03-15T12:00:00.000Z'],
    ]);
  });

  it.each([
    '',
    'no cursor',
    Buffer.from('["a","b"]').toString('base64url'),
    Buffer.from('[1]').toString('base64url'),
  ])('refuse a cursor that was not given by them (%#)', async (cursor) => {
    await expect(listHomeCases(database.pool, people.homeOfficer, { limit: 3, cursor })).rejects.toThrow(
      'list.cursor_not_valid',
    );
    const due = Buffer.from(JSON.stringify(['2026', cursor])).toString('base64url');
    await expect(listHomeInbox(database.pool, people.homeOfficer, { limit: 3, cursor: due })).rejects.toThrow(
      'list.cursor_not_valid',
    );
  });

  it.each([0, 101, 1.5, Number.NaN])('refuse a limit of %p', async (limit) => {
    await expect(listHomeCases(database.pool, people.homeOfficer, { limit })).rejects.toThrow(
      'list.limit_not_valid',
    );
  });
});

describe('the coordinator’s ranking from rows', () => {
  it('lists no full house and no place where the person must not be', async () => {
    const database = await newDatabase();
    const history = new History();
    appoint(history);
    // The full house is that of somebody else’s proposal: a reservation is shown with it.
    const other = caseIds('other');
    const full = CaseHistory.upTo('ASSESSED', history, other);
    full.order();
    history.append(full.streams.disclosure, 'DisqualificationDeclared', people.deputy, {
      caseId: other.caseId,
      official: people.deputy.person,
      organisation: people.deputy.organisation,
      ground: 'FL_16_1',
    });
    CaseHistory.upTo('ASSESSED', history);
    await project(database, allProjections, history.events);
    const ranking = await rankForCase(database.pool, people.coordinator, caseIds().caseId);
    expect(ranking?.ranked.map(({ board }) => board)).toEqual(['t1-receiving-board']);
    expect(ranking?.exhausted).toBe(false);
    // Nor for who is disqualified in the other case: what is shown free and comes back full would tell where that is.
    const deputys = await rankForCase(database.pool, people.deputy, caseIds().caseId);
    expect(deputys?.ranked.map(({ board }) => board)).toEqual(['t1-receiving-board']);
    const shown = async (by: Who): Promise<boolean> =>
      (await findDeskCase(database.pool, by, other.caseId)) !== undefined;
    expect([await shown(people.coordinator), await shown(people.deputy)]).toEqual([true, false]);
    expect(await rankForCase(database.pool, people.homeOfficer, caseIds().caseId)).toBeUndefined();
  });

  it('says that matching is exhausted when all that is left has been asked', async () => {
    const database = await newDatabase();
    const history = new History();
    appoint(history);
    // The full house is that of somebody else’s proposal: a reservation is shown with it.
    CaseHistory.upTo('ASSESSED', history, caseIds('other')).order();
    const walked = CaseHistory.upTo('PROPOSED', history);
    history.append(walked.streams.consent, 'ProposalExpired', people.coordinator, {
      caseId: walked.ids.caseId,
      proposalId: walked.ids.proposalId,
    });
    await project(database, allProjections, history.events);
    const ranking = await rankForCase(database.pool, people.coordinator, walked.ids.caseId);
    expect(ranking?.ranked.map(({ reasons }) => reasons[0])).toEqual(['ASKED_BEFORE']);
    expect(ranking?.exhausted).toBe(true);
  });
});

describe('the directory', () => {
  it('proposes the case of a candidate or a proposal, and the holders of a function', async () => {
    const database = await newDatabase();
    const history = new History();
    appoint(history);
    // The full house is that of somebody else’s proposal: a reservation is shown with it.
    CaseHistory.upTo('ASSESSED', history, caseIds('other')).order();
    const { ids } = CaseHistory.upTo('PROPOSED', history);
    await project(database, allProjections, history.events);
    expect(await caseOf(database.pool, ids.proposalId)).toBe(ids.caseId);
    expect(await caseOf(database.pool, ids.candidateId)).toBe(ids.caseId);
    expect(await caseOf(database.pool, 'unknown')).toBeUndefined();
    expect(
      await officialsHolding(database.pool, people.coordinator.organisation, ['DEPUTY_COORDINATOR']),
    ).toEqual([people.deputy.person]);
  });

  it('finds the case of what somebody is shown while its own table is behind', async () => {
    const database = await newDatabase();
    const walked = CaseHistory.upTo('REFERRED');
    const { history, ids } = walked;
    await project(database, [policeProjection], history.events);
    const found = () =>
      Promise.all([ids.referredId, ids.proposalId, 'unknown'].map((id) => caseOf(database.pool, id)));
    expect(await found()).toEqual([ids.caseId, undefined, undefined]);
    walked.walk('PROPOSED');
    await project(database, [receivingBoardProjection], history.events);
    expect(await found()).toEqual([ids.caseId, ids.caseId, undefined]);
  });
});
