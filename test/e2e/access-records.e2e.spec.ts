import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findOrganisation } from '../../libs/application/reference/organisations.js';
import {
  assessor,
  colleague,
  coordinator,
  director,
  officer,
  preparer,
  said,
  secondAssessor,
  Story,
} from '../support/story.js';
import { type Answer, type Desk, startTestSystem, type TestSystem } from '../support/system.js';

// Who read what: recorded before the answer leaves, refused when it cannot be, reviewed afterwards, told to the person.

const dutyOfficer = 'board-1280-duty';
const policeThere = 'police-nord-coordinator';
const stranger = 'board-2580-officer-1';
const reviewer = 'board-1280-reviewer';

let system: TestSystem;
let story: Story;
const as = (sub: string): Desk => system.official(sub);

interface ReadRecord {
  readonly action: string;
  readonly person: string;
  readonly organisation: string;
  readonly agency_kind: string;
  readonly unit: string;
  readonly case_id: string | null;
  readonly subject: string | null;
  readonly listed_cases: readonly string[] | null;
  readonly listed_subjects: readonly string[] | null;
  readonly class: string | null;
  readonly foot: string | null;
  readonly purpose: string;
  readonly legal_basis: string;
  readonly at: Date;
}
const lastRecord = async (): Promise<ReadRecord> =>
  (await system.pool.query<ReadRecord>('SELECT * FROM vault.reads ORDER BY read_id DESC LIMIT 1')).rows[0]!;
const countOf = async (table: string): Promise<number> =>
  Number(
    (await system.pool.query<{ count: string }>(`SELECT count(*) AS count FROM vault.${table}`)).rows[0]!
      .count,
  );

/** Takes the right to write records away from the doors for the time of some work. */
const without = async (table: 'reads' | 'refusals', work: () => Promise<void>): Promise<void> => {
  await system.pool.query(`REVOKE INSERT ON vault.${table} FROM vault_keeper`);
  try {
    await work();
  } finally {
    await system.pool.query(`GRANT INSERT ON vault.${table} TO vault_keeper`);
  }
};

const refusedOf = (answer: Answer): string => String(answer.body.code);

beforeAll(async () => {
  system = await startTestSystem();
  story = await new Story(system, 1).cleared();
  await system.settled();
});
afterAll(() => system?.close());

describe('A record of a read', () => {
  it('says action, agency and unit, time, person, whose data, purpose and legal basis', async () => {
    const before = await countOf('reads');
    const answer = await as(officer).looks(`/cases/${story.caseId}/contents/identity`);
    expect([answer.status, answer.text.includes('Testina')]).toEqual([200, true]);
    expect(await countOf('reads')).toBe(before + 1);
    const record = await lastRecord();
    expect(record).toMatchObject({
      action: 'READ',
      agency_kind: 'SOCIAL_BOARD',
      unit: 'HOME_OFFICER',
      case_id: story.caseId,
      class: 'identity',
      purpose: 'SUPPORT',
      legal_basis: 'SOLPUL_6',
      at: system.clock.now(),
    });
    expect(record.subject).toMatch(/^[0-9a-f-]{36}$/);
    expect(record.person).toMatch(/^t1/);
  });

  it('is as complete for writes, for rescuers and for names of places', async () => {
    await as(dutyOfficer).looks(`/alarms/${story.proposalId}/contents/address`);
    expect(await lastRecord()).toMatchObject({ unit: 'HOME_DUTY_OFFICER', purpose: 'ALARM' });
    // Who the person is waits for a declaration; where to rescue waits for nothing.
    const there = `/police-placements/${story.proposalId}/contents`;
    const undeclared = await as(policeThere).looks(`${there}/identity`);
    expect([undeclared.status, refusedOf(undeclared)]).toEqual([403, 'access.not_declared']);
    expect((await as(policeThere).looks(`${there}/address`)).status).toBe(200);
    await as(policeThere).does(`/proposals/${story.proposalId}/impartiality-declarations`);
    await as(policeThere).looks(`${there}/identity`);
    expect(await lastRecord()).toMatchObject({ agency_kind: 'POLICE', unit: 'POLICE_COORDINATOR' });
    await as(coordinator).looks(`/coordination-cases/${story.caseId}/destinations?limit=1`);
    const { rows: named } = await system.pool.query<ReadRecord>(
      `SELECT * FROM vault.reads WHERE action = 'NAME' ORDER BY read_id DESC LIMIT 1`,
    );
    expect(named[0]).toMatchObject({
      unit: 'NATIONAL_COORDINATOR',
      case_id: story.caseId,
      class: 'destination',
    });
    const { rows } = await system.pool.query(
      `SELECT action, class FROM vault.reads WHERE unit IS NULL OR legal_basis IS NULL OR agency_kind IS NULL
         OR purpose = '' OR (subject IS NULL OR case_id IS NULL) AND action NOT IN ('LIST', 'INBOX')`,
    );
    expect(rows).toEqual([]);
    const { rows: actions } = await system.pool.query('SELECT DISTINCT action FROM vault.reads ORDER BY 1');
    expect(actions.map(({ action }) => action)).toEqual(['CHECK', 'NAME', 'READ', 'VIEW', 'WRITE']);
  });

  it('is kept of a look at one case that opens nothing, by whatever reference it is named', async () => {
    const mine = await lastRecord();
    const views: readonly (readonly [string, string, object])[] = [
      [officer, `/cases/${story.caseId}`, { unit: 'HOME_OFFICER', purpose: 'SUPPORT', foot: null }],
      [dutyOfficer, `/alarms/${story.proposalId}`, { purpose: 'ALARM', foot: 'RESCUE' }],
      [assessor, `/police-cases/${story.caseId}`, { purpose: 'THREAT_ASSESSMENT', foot: null }],
      [policeThere, `/police-placements/${story.proposalId}`, { purpose: 'PROTECTION', foot: 'RESCUE' }],
      [coordinator, `/coordination-cases/${story.caseId}`, { unit: 'NATIONAL_COORDINATOR' }],
      [preparer, `/proposals/${story.proposalId}`, { unit: 'RECEIVING_OFFICER' }],
      [director, `/admissions/${story.proposalId}`, { agency_kind: 'HOUSING_PROVIDER' }],
      [officer, `/cases/${story.caseId}/broken-glasses`, { case_id: story.caseId }],
    ];
    for (const [sub, path, wanted] of views) {
      const before = await countOf(`reads WHERE action = 'VIEW'`);
      expect([path, (await as(sub).looks(path)).status]).toEqual([path, 200]);
      expect([path, await countOf(`reads WHERE action = 'VIEW'`)]).toEqual([path, before + 1]);
      expect(await lastRecord()).toMatchObject({
        action: 'VIEW',
        case_id: story.caseId,
        subject: mine.subject,
        class: null,
        at: system.clock.now(),
        ...wanted,
      });
    }
    const before = await countOf('reads');
    expect((await as(officer).looks(`/cases/${randomUUID()}`)).status).toBe(404);
    expect(await countOf('reads')).toBe(before);
  });

  it('is kept of a list, one for each answer, with every case that was shown in it', async () => {
    const { subject } = await lastRecord();
    const lists: readonly (readonly [string, string, object])[] = [
      [officer, '/cases', { unit: 'HOME_OFFICER', purpose: 'SUPPORT', legal_basis: 'SOLPUL_6', foot: null }],
      [dutyOfficer, '/alarms', { purpose: 'ALARM', foot: 'RESCUE' }],
      [assessor, '/police-cases', { agency_kind: 'POLICE', purpose: 'THREAT_ASSESSMENT' }],
      [policeThere, '/police-placements', { purpose: 'PROTECTION' }],
      [coordinator, '/coordination-cases', { unit: 'NATIONAL_COORDINATOR' }],
      [preparer, '/proposals', { unit: 'RECEIVING_OFFICER' }],
      [director, '/admissions', { agency_kind: 'HOUSING_PROVIDER' }],
    ];
    for (const [sub, path, wanted] of lists) {
      const before = await countOf('reads');
      const { body, status } = await as(sub).looks<{ items: unknown[] }>(path);
      expect([path, status, body.items.length]).toEqual([path, 200, 1]);
      expect([path, await countOf('reads')]).toEqual([path, before + 1]);
      expect(await lastRecord()).toMatchObject({
        action: 'LIST',
        case_id: null,
        subject: null,
        listed_cases: [story.caseId],
        listed_subjects: [subject],
        class: null,
        at: system.clock.now(),
        ...wanted,
      });
    }
    // Nothing was shown, nothing is to be recorded.
    const before = await countOf('reads');
    expect((await as(stranger).looks('/cases')).text).toContain('"items":[]');
    expect(await countOf('reads')).toBe(before);
  });

  it('is kept of an inbox in which something waits, with every case that it names', async () => {
    const { subject } = (
      await system.pool.query<ReadRecord>(`SELECT subject FROM vault.reads WHERE case_id = $1`, [
        story.caseId,
      ])
    ).rows[0]!;
    for (const [sub, role, wanted] of [
      [officer, 'HOME_BOARD', { unit: 'HOME_OFFICER', purpose: 'SUPPORT', legal_basis: 'SOLPUL_6' }],
      [assessor, 'POLICE', { agency_kind: 'POLICE', purpose: 'THREAT_ASSESSMENT', legal_basis: 'BRL_2_1' }],
    ] as const) {
      const before = await countOf('reads');
      const { body, status } = await as(sub).looks<{ items: { id: string }[] }>(`/inbox?as=${role}`);
      expect([role, status, body.items.map(({ id }) => id)]).toEqual([role, 200, [story.caseId]]);
      expect([role, await countOf('reads')]).toEqual([role, before + 1]);
      expect(await lastRecord()).toMatchObject({
        action: 'INBOX',
        case_id: null,
        subject: null,
        listed_cases: [story.caseId],
        listed_subjects: [subject],
        class: null,
        at: system.clock.now(),
        ...wanted,
      });
    }
    const before = await countOf('reads');
    expect((await as(director).looks('/inbox?as=HOUSING_PROVIDER')).text).toContain('"items":[]');
    expect(await countOf('reads')).toBe(before);
  });

  it('comes before the answer: where it cannot be written there is a 503 without content', async () => {
    await without('reads', async () => {
      for (const [sub, path] of [
        [officer, `/cases/${story.caseId}/contents/identity`],
        [dutyOfficer, `/alarms/${story.proposalId}/contents/address`],
        [policeThere, `/police-placements/${story.proposalId}/contents/identity`],
        [coordinator, `/coordination-cases/${story.caseId}`],
        [officer, `/cases/${story.caseId}`],
        [dutyOfficer, `/alarms/${story.proposalId}`],
        [preparer, `/proposals/${story.proposalId}`],
        [officer, '/cases'],
        [dutyOfficer, '/alarms'],
        [coordinator, '/coordination-cases'],
        [officer, '/inbox?as=HOME_BOARD'],
        [assessor, '/inbox?as=POLICE'],
      ] as const) {
        const answer = await as(sub).looks(path);
        expect([path, answer.status, refusedOf(answer)]).toEqual([path, 503, 'record.unavailable']);
        expect(answer.text).not.toMatch(/Testina|Påhittad|Umeå|2480|referenceCode|contents"|items/);
      }
      const written = await as(officer).posts('/cases', { body: said.case(7) });
      expect([written.status, refusedOf(written)]).toEqual([503, 'record.unavailable']);
    });
    expect((await as(officer).looks(`/cases/${story.caseId}/contents/identity`)).status).toBe(200);
  });
});

describe('A refusal is on record, of whatever kind', () => {
  interface RefusalRecord {
    readonly actor: string;
    readonly route: string;
    readonly reason: string;
    readonly case_id: string | null;
    readonly asked: string | null;
    readonly subject: string | null;
  }
  const lastRefusal = async () =>
    (await system.pool.query<RefusalRecord>('SELECT * FROM vault.refusals ORDER BY refusal_id DESC LIMIT 1'))
      .rows[0]!;
  const base = '/relocation-coordination/v1';
  const kinds: readonly {
    readonly what: string;
    readonly who: string;
    readonly path: () => string;
    readonly token?: object;
    readonly status: number;
    readonly reason: string;
    readonly route: string;
    /** Under which function, where it is not the one of home officers. */
    readonly unit?: string;
    /** Whether the record knows whose case it is: for the vault alone, whoever asks. */
    readonly known: boolean;
  }[] = [
    {
      what: 'outside: no part in the case (404)',
      who: stranger,
      path: () => `/cases/${story.caseId}`,
      status: 404,
      reason: 'NO_PART',
      known: true,
      route: `GET ${base}/cases/:caseId`,
    },
    {
      what: 'outside, by the id of a proposal (404)',
      who: stranger,
      path: () => `/proposals/${story.proposalId}`,
      status: 404,
      reason: 'NO_PART',
      known: true,
      unit: 'RECEIVING_OFFICER',
      route: `GET ${base}/proposals/:proposalId`,
    },
    {
      what: 'an id that does not exist (404)',
      who: officer,
      path: () => `/cases/${randomUUID()}`,
      status: 404,
      reason: 'NO_SUCH_CASE',
      known: false,
      route: `GET ${base}/cases/:caseId`,
    },
    {
      what: 'something inside a case that is not there (404)',
      who: officer,
      path: () => `/cases/${story.caseId}/access-reports/${randomUUID()}`,
      status: 404,
      reason: 'thing.not_found',
      known: true,
      route: `GET ${base}/cases/:caseId/access-reports/:reportId`,
    },
    {
      what: 'the wrong function for a thing that is known (403)',
      who: dutyOfficer,
      path: () => `/cases/${story.caseId}`,
      status: 403,
      reason: 'WRONG_FUNCTION',
      known: true,
      unit: 'HOME_DUTY_OFFICER',
      route: `GET ${base}/cases/:caseId`,
    },
    {
      what: 'a weak login (403 with a challenge)',
      who: officer,
      path: () => `/cases/${story.caseId}`,
      token: { acr: 'http://id.elegnamnden.se/loa/1.0/loa2' },
      status: 403,
      reason: 'LOGIN_TOO_WEAK',
      known: true,
      route: `GET ${base}/cases/:caseId`,
    },
    {
      what: 'a login that is too old for an identity (403 with a challenge)',
      who: officer,
      path: () => `/cases/${story.caseId}/contents/identity`,
      token: { loggedInSecondsAgo: 3_600 },
      status: 403,
      reason: 'LOGIN_TOO_OLD',
      known: true,
      route: `GET ${base}/cases/:caseId/contents/identity`,
    },
  ];
  it.each(kinds)('$what', async ({ who, path, token, status, reason, route, unit, known }) => {
    const before = await countOf('refusals');
    const asked = path();
    const answer = await as(who).looks(
      asked,
      token === undefined ? {} : { token: await system.tokenFor(who, token) },
    );
    expect(answer.status).toBe(status);
    expect(await countOf('refusals')).toBe(before + 1);
    const refusal = await lastRefusal();
    const { rows } = await system.pool.query<{ subject: string }>(
      'SELECT DISTINCT subject FROM vault.reads WHERE case_id = $1',
      [story.caseId],
    );
    expect(refusal).toMatchObject({
      reason,
      route,
      agency_kind: 'SOCIAL_BOARD',
      unit: unit ?? 'HOME_OFFICER',
      purpose: asked.startsWith('/proposals') ? 'PLACEMENT_ANSWER' : 'SUPPORT',
      legal_basis: 'SOLPUL_6',
      asked: asked.split('/')[2],
      case_id: known ? story.caseId : asked.split('/')[2],
      subject: known ? rows[0]!.subject : null,
    });
    expect(refusal.actor).toMatch(/^t1/);
    expect(JSON.stringify(refusal)).not.toContain(who);
    await without('refusals', async () => {
      const unrecorded = await as(who).looks(
        path(),
        token === undefined ? {} : { token: await system.tokenFor(who, token) },
      );
      expect([unrecorded.status, refusedOf(unrecorded)]).toEqual([503, 'record.unavailable']);
    });
  });

  it('also where the vault itself finds no grant', async () => {
    // The row is there, the grant has been taken away: the third door says no.
    await system.pool.query(
      `UPDATE vault.grants SET ended_at = clock_timestamp() - interval '400 days' WHERE class = 'family' AND case_id = $1`,
      [story.caseId],
    );
    const before = await countOf('refusals');
    const answer = await as(officer).looks(`/cases/${story.caseId}/contents/family`);
    expect(answer.status).toBe(404);
    // One of the vault, one of the answer: both say who, whose, and why.
    expect(await countOf('refusals')).toBe(before + 2);
    const { rows } = await system.pool.query(
      `SELECT route FROM vault.refusals WHERE refusal_id > (SELECT max(refusal_id) - 2 FROM vault.refusals)
         AND case_id = $1 AND unit = 'HOME_OFFICER' AND agency_kind = 'SOCIAL_BOARD' AND purpose = 'SUPPORT'
         AND subject IS NOT NULL`,
      [story.caseId],
    );
    expect(rows).toHaveLength(2);
    await system.pool.query(
      `UPDATE vault.grants SET ended_at = NULL WHERE class = 'family' AND case_id = $1`,
      [story.caseId],
    );
  });
});

interface Review {
  readonly reviewId: string;
  readonly record: number;
  readonly origin: string;
  readonly overdue: boolean;
  readonly outcome: string | null;
  readonly action: string;
  readonly class: string | null;
  readonly reader: string | null;
  readonly unit: string | null;
}
const waiting = async (sub: string, state = 'OPEN'): Promise<readonly Review[]> => {
  const answer = await as(sub).looks<{ items: Review[] }>(`/log-reviews?limit=100&state=${state}`);
  expect(answer.status).toBe(200);
  return answer.body.items;
};
/** What waits in a reviewer's inbox: kinds, and the reviews that they lead to. */
const inInbox = async (
  sub: string,
): Promise<readonly { kind: string; id: string; dueAt: string | null }[]> => {
  const answer = await as(sub).looks<{ items: { kind: string; id: string; dueAt: string | null }[] }>(
    '/inbox?as=LOG_REVIEWER&limit=100',
  );
  expect(answer.status).toBe(200);
  return answer.body.items;
};
const kindsAt = async (sub: string): Promise<readonly string[]> => [
  ...new Set((await inInbox(sub)).map(({ kind }) => kind)),
];
const eventsOf = async (type: string): Promise<number> =>
  Number(
    (
      await system.pool.query<{ count: string }>('SELECT count(*) AS count FROM log.events WHERE type = $1', [
        type,
      ])
    ).rows[0]!.count,
  );

describe('The review of the records', () => {
  it('has samples of the day before, canaries and refusals in the inbox of each agency, each once', async () => {
    await system.pool.query('INSERT INTO vault.canaries (case_id) VALUES ($1)', [story.caseId]);
    for (let tries = 0; tries < 10; tries += 1) await as(stranger).looks(`/cases/${story.caseId}`);
    await system.until('2026-03-03T06:00:00.000Z');
    await system.review();
    const first = await Promise.all(['ReviewSampled', 'ReviewAlerted'].map((type) => eventsOf(type)));
    expect(first[0]).toBeGreaterThan(1);
    // Looks and names of places are drawn from like openings, and of an official's lists the first of the day.
    const { rows: drawnFrom } = await system.pool.query<{ sampled: number; recorded: number }>(
      `SELECT (SELECT sum((data->>'outOf')::integer) FROM log.events WHERE type = 'ReviewSampled')::integer AS sampled,
         (SELECT count(*) FILTER (WHERE action IN ('READ', 'NAME', 'VIEW'))
            + count(DISTINCT action || person || purpose) FILTER (WHERE action IN ('LIST', 'INBOX')) FROM vault.reads)::integer AS recorded`,
    );
    expect(drawnFrom[0]!.sampled).toBe(drawnFrom[0]!.recorded);
    // Another worker, and one that is started again.
    await system.review();
    await system.review();
    expect(await Promise.all(['ReviewSampled', 'ReviewAlerted'].map((type) => eventsOf(type)))).toEqual(
      first,
    );

    const atHome = await waiting(reviewer);
    expect(new Set(atHome.map(({ origin }) => origin))).toEqual(new Set(['SAMPLE', 'CANARY_OPENED']));
    expect((await waiting('board-2580-reviewer')).map(({ origin }) => origin)).toEqual(['MANY_REFUSALS']);
    expect(new Set(await kindsAt(reviewer))).toEqual(new Set(['LOG_SAMPLE', 'LOG_CANARY_OPENED']));
    expect(await kindsAt('board-2580-reviewer')).toEqual(['LOG_MANY_REFUSALS']);
    // One item for a review, however many records it has; it leads to them, and is due when they are.
    const items = await inInbox(reviewer);
    expect(items.map(({ id }) => id).sort()).toEqual(
      [...new Set(atHome.map(({ reviewId }) => reviewId))].sort(),
    );
    expect(items.every(({ dueAt }) => dueAt !== null)).toBe(true);
    expect((await as(officer).looks('/inbox?as=LOG_REVIEWER')).status).toBe(403);
    expect((await waiting('police-nord-reviewer')).map(({ origin }) => origin)).toContain('CANARY_OPENED');
    expect(await waiting('board-2480-reviewer')).not.toContainEqual(
      expect.objectContaining({ origin: 'MANY_REFUSALS' }),
    );
  });

  it('has one alert for who has had very many candidates checked, in whatever cases', async () => {
    const { rows } = await system.pool.query<ReadRecord>(
      `SELECT * FROM vault.reads WHERE action = 'CHECK' AND case_id = $1`,
      [story.caseId],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      agency_kind: 'NATIONAL_COORDINATOR',
      unit: 'NATIONAL_COORDINATOR',
      class: 'threat-detail',
      purpose: 'COORDINATION',
    });
    const checks = (count: number) =>
      system.pool.query(
        `INSERT INTO vault.reads (at, action, person, organisation, agency_kind, unit, case_id, subject, class, purpose,
             legal_basis)
           SELECT $1, action, 't11-prober', organisation, agency_kind, unit, gen_random_uuid(), gen_random_uuid(), class,
             purpose, legal_basis
           FROM vault.reads, generate_series(1, $3) WHERE action = 'CHECK' AND case_id = $2`,
        [system.clock.now().toISOString(), story.caseId, count],
      );
    const alerts = async (): Promise<readonly string[]> => {
      await system.review();
      return (await waiting('coordinator-reviewer'))
        .filter(({ origin }) => origin === 'MANY_CHECKS')
        .map(({ action }) => action);
    };
    await checks(29);
    expect(await alerts()).toEqual([]);
    await checks(2);
    expect(await alerts()).toEqual(['CHECK']);
    expect(await alerts()).toEqual(['CHECK']);
  });

  it('has a canary in it that was looked at and not opened, and a look without a task', async () => {
    const unseen = await new Story(system, 3).opened();
    const { rows } = await system.pool.query<{ n: number }>(
      `SELECT count(*)::integer AS n FROM vault.reads WHERE case_id = $1 AND action <> 'WRITE'`,
      [unseen.caseId],
    );
    expect(rows).toEqual([{ n: 0 }]);
    await system.pool.query('INSERT INTO vault.canaries (case_id) VALUES ($1)', [unseen.caseId]);
    const alerts = async (sub: string): Promise<readonly string[]> =>
      (await waiting(sub)).map(({ origin, action }) => `${origin} ${action}`);
    // Listed it has to be: a canary that its officers' lists leave out would be known for what it is. That an official is
    // shown it there is told once, however often the list is asked for.
    const inLists = async (): Promise<number> =>
      (await alerts(reviewer)).filter((one) => one === 'CANARY_OPENED LIST').length;
    const before = await inLists();
    expect((await as(officer).looks('/cases?limit=100')).text).toContain(unseen.caseId);
    await system.review();
    expect(await inLists()).toBe(before + 1);
    await system.until('2026-03-04T06:00:00.000Z');
    expect((await as(officer).looks('/cases?limit=100')).text).toContain(unseen.caseId);
    await system.review();
    expect(await inLists()).toBe(before + 1);
    expect(await alerts(reviewer)).not.toContain('CANARY_OPENED VIEW');
    expect((await as(officer).looks(`/cases/${unseen.caseId}`)).status).toBe(200);
    await system.pool.query(
      `INSERT INTO vault.reads (at, action, person, organisation, agency_kind, unit, case_id, subject, purpose)
       SELECT $1, 'VIEW', 't11-onlooker', organisation, agency_kind, unit, case_id, subject, purpose
       FROM vault.reads WHERE action = 'VIEW' AND unit = 'POLICE_ASSESSOR' AND case_id = $2 LIMIT 1`,
      [system.clock.now().toISOString(), story.caseId],
    );
    await system.review();
    expect(await alerts(reviewer)).toContain('CANARY_OPENED VIEW');
    expect(await alerts(reviewer)).not.toContain('READ_WITHOUT_TASK VIEW');
    expect(await alerts('police-syd-reviewer')).toContain('READ_WITHOUT_TASK VIEW');
  });

  it('sees refusals of somebody without any appointment at the office that keeps the register, and nowhere else', async () => {
    const nobody = 'board-0580-officer-1';
    for (let tries = 0; tries < 10; tries += 1)
      expect([403, 404]).toContain((await as(nobody).looks(`/cases/${story.caseId}`)).status);
    const { rows } = await system.pool.query(
      `SELECT count(*)::integer AS count FROM vault.refusals WHERE actor IS NOT NULL AND organisation IS NULL`,
    );
    expect(rows).toEqual([{ count: 10 }]);
    await system.review();
    const found = (await waiting('coordinator-reviewer')).filter(({ origin }) => origin === 'MANY_REFUSALS');
    expect(found).toHaveLength(1);
    expect(await kindsAt('coordinator-reviewer')).toContain('LOG_MANY_REFUSALS');
    for (const other of [reviewer, 'board-2480-reviewer', 'police-nord-reviewer'])
      expect([other, await kindsAt(other)]).toEqual([
        other,
        expect.not.arrayContaining(['LOG_MANY_REFUSALS']),
      ]);
    await as('coordinator-reviewer').does(`/log-reviews/${found[0]!.reviewId}/settlements`, {
      record: found[0]!.record,
      outcome: 'FOLLOW_UP',
      reason: 'LOGIN_NOT_OWN',
    });
    await system.settled();
    expect(await kindsAt('coordinator-reviewer')).not.toContain('LOG_MANY_REFUSALS');
  });

  it('sees at the same office that many came without a good token in an hour, once, and nobody else sees it', async () => {
    // The hundredth comes over the road; one of it is as good as another.
    await system.pool.query(
      `INSERT INTO vault.refusals (at, route, reason)
       SELECT $1, 'GET /relocation-coordination/v1/cases', 'TOKEN_MISSING' FROM generate_series(1, 98)`,
      [system.clock.now().toISOString()],
    );
    const badTokens = async () =>
      (await waiting('coordinator-reviewer')).filter(({ origin }) => origin === 'MANY_BAD_TOKENS');
    expect((await as(officer).looks('/cases', { token: 'none.of.ours' })).status).toBe(401);
    await system.review();
    expect(await badTokens()).toEqual([]);
    for (let tries = 0; tries < 3; tries += 1) {
      expect((await as(officer).looks('/cases', { token: 'none.of.ours' })).status).toBe(401);
      await system.review();
    }
    const [found, ...more] = await badTokens();
    expect(more).toEqual([]);
    expect(found).toMatchObject({ action: 'REFUSED', reader: null, unit: null });
    expect(await kindsAt('coordinator-reviewer')).toContain('LOG_MANY_BAD_TOKENS');
    for (const other of [reviewer, 'board-2480-reviewer', 'police-nord-reviewer'])
      expect(await kindsAt(other)).not.toContain('LOG_MANY_BAD_TOKENS');
    await as('coordinator-reviewer').does(`/log-reviews/${found!.reviewId}/settlements`, {
      record: found!.record,
      outcome: 'FOLLOW_UP',
      reason: 'LOGIN_NOT_OWN',
    });
    await system.settled();
    expect(await badTokens()).toEqual([]);
  });

  it('shows who read which class, when and why: no content, no case, no name, no token', async () => {
    const { text, body } = await as(reviewer).looks<{ items: Review[] }>('/log-reviews');
    expect(body.items).toContainEqual(
      expect.objectContaining({ unit: expect.any(String), class: expect.any(String) }),
    );
    const { rows } = await system.pool.query<{ subject: string }>(
      'SELECT DISTINCT subject FROM vault.reads WHERE subject IS NOT NULL',
    );
    for (const secret of [story.caseId, story.proposalId, 'Testina', ...rows.map(({ subject }) => subject)])
      expect(text).not.toContain(secret);
    expect(text).not.toMatch(/t1\d+-/);
  });

  it('a read of somebody whom the case does not name sets off an alert of its own', async () => {
    // As a record of an ended part would look: the person's token stands in no event of the case.
    await system.pool.query(
      `INSERT INTO vault.reads (at, action, person, organisation, agency_kind, unit, case_id, subject, class, purpose, foot)
       SELECT $1, 'READ', 't11-nobody', organisation, agency_kind, unit, case_id, subject, class, purpose, foot
       FROM vault.reads WHERE action = 'READ' AND class = 'identity' AND unit = 'HOME_OFFICER' LIMIT 1`,
      [system.clock.now().toISOString()],
    );
    await system.review();
    expect((await waiting(reviewer)).filter(({ origin }) => origin === 'READ_WITHOUT_TASK')).toHaveLength(1);
    expect(await kindsAt(reviewer)).toContain('LOG_READ_WITHOUT_TASK');
  });

  it('is settled by a reviewer of the agency, with a coded reason, and stays as evidence', async () => {
    const [item] = await waiting(reviewer);
    const path = `/log-reviews/${item!.reviewId}/settlements`;
    const body = { record: item!.record, outcome: 'FINE', reason: 'TASK_SEEN' };
    expect((await as('board-2480-reviewer').posts(path, { body })).status).toBe(404);
    expect((await as(officer).posts(path, { body })).status).toBe(403);
    const before = await eventsOf('ReviewSettled');
    const wrong = await as(reviewer).posts(path, { body: { ...body, reason: 'NO_TASK_SEEN' } });
    expect([wrong.status, refusedOf(wrong)]).toEqual([422, 'review.reason_does_not_fit']);
    await as(reviewer).does(path, body);
    await system.settled();
    expect(await waiting(reviewer, 'SETTLED')).toEqual([
      expect.objectContaining({ reviewId: item!.reviewId, record: item!.record, outcome: 'FINE' }),
    ]);
    expect(
      (await waiting(reviewer)).some(
        ({ record, reviewId }) => record === item!.record && reviewId === item!.reviewId,
      ),
    ).toBe(false);
    expect(await eventsOf('ReviewSettled')).toBe(before + 1);
  });

  it('nobody reviews himself: own records are not shown, and cannot be settled', async () => {
    const organisation = 'board:1280';
    await as('registrar-1').does('/appointments', {
      official: officer,
      organisation,
      agencyKind: 'SOCIAL_BOARD',
      function: 'LOG_REVIEWER',
      delegated: false,
      from: '2026-03-01T00:00:00Z',
    });
    await system.settled();
    const all = await waiting(reviewer);
    const hers = await waiting(officer);
    const own = all.filter(
      ({ record, reviewId }) => !hers.some((one) => one.record === record && one.reviewId === reviewId),
    );
    expect(own.length).toBeGreaterThan(0);
    const refused = await as(officer).posts(`/log-reviews/${own[0]!.reviewId}/settlements`, {
      body: { record: own[0]!.record, outcome: 'FINE', reason: 'TASK_SEEN' },
    });
    expect([refused.status, refusedOf(refused)]).toEqual([403, 'review.own_record']);
  });

  it('what is not settled in time is overdue', async () => {
    expect((await waiting(reviewer)).some(({ overdue }) => overdue)).toBe(false);
    await system.until('2026-03-20T06:00:00.000Z');
    const late = await waiting(reviewer);
    expect(late.length).toBeGreaterThan(0);
    expect(late.every(({ overdue }) => overdue)).toBe(true);
  });
});

describe('Who has read about me', () => {
  interface Access {
    readonly at: string;
    readonly agencyKind: string;
    readonly action: string;
    readonly unit: string;
    readonly class: string | null;
    readonly purpose: string;
    readonly legalBasis: string;
  }
  it('is drawn up by the home officer at the person’s request: kinds of agencies and functions, no name, nobody else', async () => {
    const other = await new Story(system, 2).opened();
    await as(officer).looks(`/cases/${other.caseId}/contents/identity`);
    // Somebody has read in another case of the same person, and somebody because another authority asked.
    const planted = `INSERT INTO vault.reads (at, action, person, organisation, agency_kind, unit, case_id, subject, class,
         purpose, legal_basis)
       SELECT $2::timestamptz - interval '1 hour', 'READ', person, organisation, agency_kind, $3, $4, subject, class, $5,
         legal_basis
       FROM vault.reads WHERE action = 'READ' AND class = 'identity' AND case_id = $1 AND unit = 'HOME_OFFICER' LIMIT 1`;
    const now = system.clock.now().toISOString();
    await system.pool.query(planted, [story.caseId, now, 'ELSEWHERE', other.caseId, 'SUPPORT']);
    await system.pool.query(planted, [story.caseId, now, 'ASKED', randomUUID(), 'INQUIRY']);
    const asked = { requestedOn: '2026-03-19' };
    const { id } = await as(officer).does(`/cases/${story.caseId}/access-reports`, asked);
    const path = `/cases/${story.caseId}/access-reports/${id}`;
    const { rows } = await system.pool.query<{ count: string; others: string }>(
      `SELECT count(*) FILTER (WHERE case_id = $1) AS count, count(*) FILTER (WHERE case_id = $2) AS others
       FROM vault.reads WHERE action = 'READ'
         AND unit <> 'ELSEWHERE' OR action = 'VIEW' AND unit NOT IN ('POLICE_ASSESSOR', 'NATIONAL_COORDINATOR')`,
      [story.caseId, other.caseId],
    );
    // Of the lists that an official was shown on one day the first.
    const lists = async (within: string): Promise<number> => {
      const found = await system.pool.query<{ n: number }>(
        `SELECT count(DISTINCT (action, person, purpose, date_trunc('day', at, 'Europe/Stockholm')))::integer AS n
         FROM vault.reads WHERE ${within} AND at < $2`,
        [story.caseId, system.clock.now().toISOString()],
      );
      return found.rows[0]!.n;
    };
    const listed = await lists(
      `$1 = ANY (listed_cases) AND unit NOT IN ('POLICE_ASSESSOR', 'NATIONAL_COORDINATOR')`,
    );
    expect(listed).toBeGreaterThan(5);
    const { body, text, status } = await as(officer).looks<{ items: Access[] }>(path);
    expect(status).toBe(200);
    // All were read after the clearance, by those who have a part in it; of home Police and the desk no looks.
    expect(body.items).toHaveLength(Number(rows[0]!.count) + listed);
    expect(Number(rows[0]!.others)).toBeGreaterThan(0);
    expect(new Set(body.items.map(({ agencyKind }) => agencyKind))).toEqual(
      new Set(['SOCIAL_BOARD', 'POLICE', 'HOUSING_PROVIDER']),
    );
    expect(body.items.every(({ unit, purpose, legalBasis }) => unit && purpose && legalBasis)).toBe(true);
    expect(new Set(body.items.map(({ action, class: name }) => `${action} ${name !== null}`))).toEqual(
      new Set(['READ true', 'VIEW false', 'LIST false', 'INBOX false']),
    );
    expect(text).not.toMatch(/t1\d+-|officer-1|Testina|1280|2480/);

    // Drawn up, it does not change any more; and only the case's own officers can look at it.
    await as(officer).looks(`/cases/${story.caseId}/contents/identity`);
    expect((await as(officer).looks<{ items: Access[] }>(path)).body.items).toHaveLength(body.items.length);
    for (const sub of [stranger, assessor, secondAssessor, coordinator])
      expect([403, 404]).toContain((await as(sub).looks(path)).status);
    expect((await as(officer).looks(`/cases/${other.caseId}/access-reports/${id}`)).status).toBe(404);
    // What the board is not shown goes to the person by the office that keeps the register, which knows no name.
    await as(officer).looks(`/cases/${other.caseId}/contents/identity`);
    const all = await as('coordinator-reviewer').looks<{ items: Access[] }>(`${path}/complete`);
    expect(all.status).toBe(200);
    const { rows: every } = await system.pool.query<{ count: string }>(
      `SELECT count(*) FROM vault.reads WHERE action IN ('READ', 'NAME', 'VIEW') AND purpose NOT IN ('INQUIRY', 'REFERRAL') AND at < $2
         AND subject = (SELECT subject FROM vault.reads WHERE case_id = $1 LIMIT 1)`,
      [story.caseId, system.clock.now().toISOString()],
    );
    const everyList = await lists(
      `(SELECT subject FROM vault.reads WHERE case_id = $1 LIMIT 1) = ANY (listed_subjects)`,
    );
    expect(everyList).toBeGreaterThan(listed);
    expect(all.body.items).toHaveLength(Number(every[0]!.count) + everyList);
    const told = new Set(all.body.items.map(({ action, unit }) => `${action} ${unit}`));
    for (const one of [
      'NAME NATIONAL_COORDINATOR',
      'VIEW NATIONAL_COORDINATOR',
      'VIEW POLICE_ASSESSOR',
      'LIST POLICE_ASSESSOR',
      'READ ELSEWHERE',
    ])
      expect([...told]).toContain(one);
    expect([...told]).not.toContain('READ ASKED');
    expect(text).not.toMatch(/ELSEWHERE|ASKED/);
    expect(Object.keys(all.body.items[0]!).sort()).toEqual(Object.keys(body.items[0]!).sort());
    expect(all.text).not.toMatch(/t1\d+-|officer-1|Testina|1280|2480|Umeå/);
    expect(await lastRecord()).toMatchObject({
      action: 'VIEW',
      unit: 'LOG_REVIEWER',
      agency_kind: 'NATIONAL_COORDINATOR',
      case_id: story.caseId,
      purpose: 'PERSONS_ACCESS',
      legal_basis: 'GDPR_15',
    });
    await without('reads', async () => {
      const unrecorded = await as('coordinator-reviewer').looks(`${path}/complete`);
      expect([unrecorded.status, refusedOf(unrecorded)]).toEqual([503, 'record.unavailable']);
    });
    for (const sub of [officer, reviewer, coordinator, 'registrar-1', 'police-syd-reviewer'])
      expect([sub, (await as(sub).looks(`${path}/complete`)).status]).toEqual([sub, 403]);
    for (const wrong of [
      `/cases/${other.caseId}/access-reports/${id}/complete`,
      `/cases/${story.caseId}/access-reports/${randomUUID()}/complete`,
    ])
      expect((await as('coordinator-reviewer').looks(wrong)).status).toBe(404);
    // Nor by who drew it up, who holds that office as well and logs in there.
    await as('registrar-1').does('/appointments', {
      official: officer,
      organisation: 'coordinator:national',
      agencyKind: 'NATIONAL_COORDINATOR',
      function: 'LOG_REVIEWER',
      delegated: false,
      from: '2026-03-01T00:00:00Z',
    });
    await system.settled();
    const { orgNumber } = findOrganisation('coordinator:national')!;
    const there = await system.tokenFor(officer, {
      claims: {
        'https://id.oidc.se/claim/orgNumber': orgNumber,
        'https://id.oidc.se/claim/orgAffiliation': `${officer}@${orgNumber}`,
      },
    });
    const own = await as(officer).looks(`${path}/complete`, { token: there });
    const none = await as(officer).looks(`/cases/${story.caseId}/access-reports/${randomUUID()}/complete`, {
      token: there,
    });
    expect([own.status, refusedOf(own), none.status]).toEqual([404, 'thing.not_found', 404]);
    const { id: ofColleague } = await as(colleague).does(`/cases/${story.caseId}/access-reports`, asked);
    const foreign = await as(officer).looks(`/cases/${story.caseId}/access-reports/${ofColleague}/complete`, {
      token: there,
    });
    expect(foreign.status).toBe(200);
    const early = await as(officer).posts(`/cases/${story.caseId}/access-reports`, {
      body: { requestedOn: '2026-04-01' },
    });
    expect([early.status, refusedOf(early)]).toEqual([422, 'access_report.requested_in_the_future']);
  });
});
