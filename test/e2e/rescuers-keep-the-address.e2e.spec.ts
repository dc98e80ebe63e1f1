import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { disclosureEndReasons, endsRescue } from '../../libs/domain/disclosure/index.js';
import { coordinator, decider, officer, Story } from '../support/story.js';
import { type Desk, providerNumber, startTestSystem, type TestSystem } from '../support/system.js';

// Who must be able to fetch the person has the address from clearance until nobody may be standing there any more,
// whatever becomes of the waiver, of the placement and of the case.

const dutyOfficer = 'board-1280-duty';
const policeThere = 'police-nord-coordinator';
/** Another municipality of the region from which the person comes. */
const nearby = '1080';

let system: TestSystem;
/** Cleared, and nobody has left. */
let standing: Story;
const as = (sub: string): Desk => system.official(sub);

const addressOf = async (story: Story) => ({
  duty: (await as(dutyOfficer).looks(`/alarms/${story.proposalId}/contents/address`)).text,
  police: (await as(policeThere).looks(`/police-placements/${story.proposalId}/contents/address`)).text,
});
/** Whether both rescuers read the street. */
const rescuersHave = async (story: Story): Promise<boolean> => {
  const { duty, police } = await addressOf(story);
  return duty.includes('Påhittadvägen 7') && police.includes('Påhittadvägen 7');
};
const arrived = async (order: number): Promise<Story> => {
  const story = await new Story(system, order).cleared();
  await as(officer).does(`/placements/${story.proposalId}/arrivals`, {
    arrivedAt: system.clock.now().toISOString(),
  });
  await system.settled();
  return story;
};
const depart = async (story: Story): Promise<void> => {
  await as(policeThere).does(`/placements/${story.proposalId}/departures`, {
    departedAt: system.clock.now().toISOString(),
  });
  await system.settled();
};

beforeAll(async () => {
  system = await startTestSystem(undefined, [`board:${nearby}`, `provider:${providerNumber(nearby)}`]);
  // More of these stories stand there at once than the board has room for in the seed.
  await as(decider).does('/capacity-declarations', {
    places: 20,
    housingForms: ['PROTECTED'],
    competences: ['DEFECTOR_SUPPORT'],
  });
  await system.settled();
});
afterAll(() => system?.close());

describe('The alarm plan', () => {
  it('stands from clearance, through a withdrawal in transit, until the departure is confirmed', async () => {
    const story = await new Story(system, 1).cleared();
    expect(await rescuersHave(story)).toBe(true);
    await as('police-syd-coordinator').does(`/placements/${story.proposalId}/transfers`, {
      startedAt: system.clock.now().toISOString(),
    });
    await as(officer).does(`/cases/${story.caseId}/waiver-withdrawals`, { channel: 'PHONE' });
    await system.settled();
    // What stood on the waiver has gone, the rescuers' has not.
    const gone = await as('board-2480-decider').looks(`/proposals/${story.proposalId}/contents/identity`);
    expect(gone.status).toBe(404);
    expect(await rescuersHave(story)).toBe(true);
    const path = `/cases/${story.caseId}/broken-glasses`;
    const body = { reason: 'DANGER_TO_LIFE', note: 'Påhittad fara', classes: ['identity'] };
    const { id } = await as(dutyOfficer).does(path, body);
    const who = () => as(dutyOfficer).looks(`${path}/${id}/contents/identity`);
    expect((await who()).status).toBe(200);
    await depart(story);
    expect(await rescuersHave(story)).toBe(false);
    // Nobody is to be fetched: neither does the glass open who it is any more, nor is there another, while the case is open.
    expect((await who()).status).toBe(404);
    expect((await as(dutyOfficer).posts(path, { body })).status).toBe(404);
  });

  it('stands through the closing of the case, which waits for the departure', async () => {
    const story = await arrived(2);
    await as(officer).does(`/cases/${story.caseId}/waiver-withdrawals`, { channel: 'ORAL' });
    await system.settled();
    const early = await as(officer).posts(`/cases/${story.caseId}/closures`, { body: { code: 'WITHDRAWN' } });
    expect([early.status, early.body.code]).toEqual([409, 'relocation.departure_pending']);
    expect(await rescuersHave(story)).toBe(true);
    await depart(story);
    expect(await rescuersHave(story)).toBe(false);
    await as(officer).does(`/cases/${story.caseId}/closures`, { code: 'WITHDRAWN' });
  });

  it('is read while nobody can log in, on an old login and on a token that has run out: on record, and looked at', async () => {
    const story = await arrived(8);
    // Two hours ago at the login, and never renewed.
    const old = await system.tokenFor(policeThere, { loggedInSecondsAgo: 7_200 });
    const issued = { iat: Math.floor(system.clock.now().getTime() / 1_000) - 5_400 };
    const ranOut = { loggedInSecondsAgo: 7_200, expiresInSeconds: -1_800, claims: issued };
    const late = await system.tokenFor(dutyOfficer, ranOut);
    const officers = await system.tokenFor(officer, ranOut);
    const reallyFetch = globalThis.fetch;
    const away = jest
      .spyOn(globalThis, 'fetch')
      .mockImplementation((address, init) =>
        String(address).startsWith(system.issuer.address)
          ? Promise.reject(new Error('away'))
          : reallyFetch(address, init),
      );
    try {
      const ready = await fetch(`${system.address}/health/ready`);
      expect([ready.status, await ready.json()]).toMatchObject([
        200,
        { status: 'behind', checks: { tokens: 'ok', issuer: 'failing' } },
      ]);
      const there = `/police-placements/${story.proposalId}/contents/address`;
      expect((await as(policeThere).looks(there, { token: old })).text).toContain('Påhittadvägen 7');
      const found = await as(dutyOfficer).looks('/alarms', { token: late });
      expect(found.text).toContain(story.proposalId);
      expect((await as(dutyOfficer).looks('/decided-places', { token: late })).status).toBe(200);
      const alarm = `/alarms/${story.proposalId}/contents/address`;
      expect((await as(dutyOfficer).looks(alarm, { token: late })).text).toContain('Påhittadvägen 7');
      const glasses = `/placements/${story.proposalId}/broken-glasses`;
      const glass = await as(policeThere).posts<{ id: string }>(glasses, {
        body: { reason: 'DANGER_TO_LIFE', note: 'Påhittad fara', classes: ['identity'] },
        token: old,
      });
      const broken = `${glasses}/${glass.body.id}/contents/identity`;
      expect((await as(policeThere).looks(broken, { token: old })).status).toBe(200);
      expect((await as(officer).looks('/cases', { token: officers })).status).toBe(401);
    } finally {
      away.mockRestore();
    }
    const { rows } = await system.pool.query(
      `SELECT route FROM vault.refusals WHERE reason = 'LOGIN_NOT_RENEWED' ORDER BY refusal_id`,
    );
    expect(rows.map(({ route }) => String(route).split('/v1/')[1])).toEqual([
      'police-placements/:proposalId/contents/address',
      'alarms',
      'decided-places',
      'alarms/:proposalId/contents/address',
      'placements/:proposalId/broken-glasses/:passId/contents/:dataClass',
    ]);
    const alarmPlans: number[] = [];
    for (let looks = 0; looks < 2; looks += 1) {
      await system.review();
      const { body: ofBoard } = await as('board-1280-reviewer').looks<{ items: { origin: string }[] }>(
        '/log-reviews?limit=100',
      );
      alarmPlans.push(ofBoard.items.filter(({ origin }) => origin === 'ALARM_PLANS_OPENED').length);
      for (const reviewer of ['police-nord-reviewer', 'board-1280-reviewer']) {
        const { body } = await as(reviewer).looks<{ items: { origin: string }[] }>('/log-reviews');
        expect(body.items.filter(({ origin }) => origin === 'LOGIN_NOT_RENEWED')).toHaveLength(1);
      }
    }
    // Who stood by has opened one alarm plan after another: looked at, once however often it is seen.
    expect(alarmPlans[0]).toBeGreaterThan(0);
    expect(alarmPlans[1]).toBe(alarmPlans[0]);
  });

  it('stands when the place becomes known, of which everybody who must act finds a notice; others read it no more', async () => {
    const story = await arrived(3);
    const waiting = async (sub: string, role: string): Promise<readonly string[]> => {
      const { body } = await as(sub).looks<{ items: { kind: string; id: string }[] }>(
        `/inbox?as=${role}&limit=100`,
      );
      return body.items.filter(({ kind }) => kind === 'LOCATION_EXPOSED').map(({ id }) => id);
    };
    const told = [
      [officer, 'HOME_BOARD', story.caseId],
      ['police-syd-coordinator', 'POLICE', story.caseId],
      [policeThere, 'POLICE', story.proposalId],
      ['coordinator-1', 'NATIONAL_COORDINATOR', story.caseId],
    ] as const;
    const path = `/placements/${story.proposalId}/exposures`;
    const housing = () =>
      as('provider-2480-director').looks(`/admissions/${story.proposalId}/contents/address`);
    expect((await housing()).text).toContain('Påhittadvägen 7');
    // A decision that says where the person stays is frozen with the place.
    const decisions = `/cases/${story.caseId}/served-decisions`;
    const decidedOn = '2026-03-01';
    const decision = { decisionType: 'LVU', decidedOn, registryNumber: 'SN 2026-18', text: 'Vård' };
    const { id: decisionId } = await as(officer).does(decisions, decision);
    const decided = { decidedOn, provider: 'Påhittade hemmet', place: 'Påhittadvägen 99' };
    // Who reads the case knows from then on that there is such a place, and not where.
    const home = async () => {
      await system.settled();
      return as(officer).looks(`/cases/${story.caseId}`);
    };
    expect((await home()).body).toMatchObject({ placeDecidedOn: null, decidedPlaces: [] });
    await as(officer).does(`${decisions}/${decisionId}/places`, decided);
    const shown = await home();
    expect(shown.body).toMatchObject({ placeDecidedOn: decidedOn });
    expect(shown.text).not.toMatch(/Påhittade hemmet|Påhittadvägen 99/);
    // As the projection, since row-level security shows the owner nothing.
    const kept = (await system.pool.query(
      `BEGIN; SET LOCAL ROLE project_home_board;
       SELECT path FROM home_board.sealed_v1
         WHERE row_key = '${story.caseId}' AND source = 'own' AND path IN ('decision', 'address');
       COMMIT`,
    )) as unknown as readonly { readonly rows: readonly object[] }[];
    expect(kept[2]?.rows).toEqual([{ path: 'decision' }]);
    // Who stands by is shown in which case there is one, and says so on the record; who stands by elsewhere is shown none.
    const listed = () =>
      as(dutyOfficer).looks<{ items: { placeDecisionId: string; departedAt: string | null }[] }>(
        '/decided-places',
      );
    const [row] = (await listed()).body.items;
    const { placeDecisionId } = row!;
    expect(row).toEqual({
      caseId: story.caseId,
      decisionId,
      placeDecisionId,
      decidedOn,
      exposed: false,
      departedAt: null,
    });
    expect(shown.body).toMatchObject({ decidedPlaces: [{ decisionId, placeDecisionId, decidedOn }] });
    const { rows: record } = await system.pool.query(
      `SELECT purpose, foot, unit, listed_cases FROM vault.reads ORDER BY read_id DESC LIMIT 1`,
    );
    expect(record).toEqual([
      { purpose: 'ALARM', foot: 'RESCUE', unit: 'HOME_DUTY_OFFICER', listed_cases: [story.caseId] },
    ]);
    const elsewhere = await as('board-2580-duty').looks<{ items: object[] }>('/decided-places');
    expect([elsewhere.status, elsewhere.body.items]).toEqual([200, []]);
    expect((await as(officer).looks('/decided-places')).status).toBe(403);
    // Who runs the housing does not report here, and who has no part learns nothing.
    expect((await as('provider-2480-director').posts(path, { body: { source: 'STAFF' } })).status).toBe(403);
    expect((await as('board-2580-duty').posts(path, { body: { source: 'STAFF' } })).status).toBe(404);
    await as(dutyOfficer).does(path, { source: 'SOCIAL_MEDIA' });
    await as(policeThere).does(path, { source: 'SOCIAL_MEDIA' });
    await system.settled();
    for (const [sub, role, id] of told) expect([sub, await waiting(sub, role)]).toEqual([sub, [id]]);
    expect(await waiting('board-2480-decider', 'RECEIVING_BOARD')).toEqual([]);
    const { rows } = await system.pool.query(
      `SELECT data ->> 'source' AS source FROM log.events WHERE type = 'LocationCompromised'`,
    );
    expect(rows).toEqual([{ source: 'SOCIAL_MEDIA' }]);
    expect(await rescuersHave(story)).toBe(true);
    const unknown = await as('provider-2480-director').looks(
      `/admissions/00000000-0000-4000-8000-000000000000/contents/address`,
    );
    const frozen = await housing();
    expect([frozen.status, Object.keys(frozen.body).sort()]).toEqual([404, Object.keys(unknown.body).sort()]);
    // The desk sees that the case is compromised and by which place, and asks for nothing in that county again.
    const desk = await as('coordinator-1').looks(`/coordination-cases/${story.caseId}`);
    expect(desk.body).toMatchObject({
      compromised: true,
      proposals: [{ proposalId: story.proposalId, exposed: true }],
    });
    for (const municipalityCode of ['2480', '2482']) {
      const again = await as('coordinator-1').posts(`/cases/${story.caseId}/candidates`, {
        body: { municipalityCode },
      });
      expect([again.status, again.body.code]).toEqual([409, 'consent.no_go_place']);
    }
    // Nor jointly, nor with a key for writing: the record is what is asked.
    const opening = (
      await as(officer).does(`/cases/${story.caseId}/joint-openings`, { purpose: 'TRANSPORT' })
    ).id;
    await as('board-1280-officer-2').does(`/cases/${story.caseId}/joint-openings/${opening}/approvals`);
    const opens = (dataClass: string) =>
      as(officer).looks(`/cases/${story.caseId}/joint-openings/${opening}/contents/${dataClass}`);
    expect([(await opens('identity')).status, (await opens('address')).status]).toEqual([200, 404]);
    // Where the decision says is read by who fetches the person, and by nobody else.
    const ofCase = `/cases/${story.caseId}/broken-glasses`;
    const broken = async (sub: string, glasses: string) => {
      const body = { reason: 'LOCATION_EXPOSED', note: 'Påhittad fara', classes: ['address'] };
      const { id } = await as(sub).does(glasses, body);
      return (await as(sub).looks(`${glasses}/${id}/contents/address`)).text.includes('Påhittadvägen 99');
    };
    expect(await broken(dutyOfficer, ofCase)).toBe(true);
    expect(await broken('police-syd-coordinator', ofCase)).toBe(true);
    expect(await broken(policeThere, `/placements/${story.proposalId}/broken-glasses`)).toBe(true);
    expect(await broken(officer, ofCase)).toBe(false);
    // From when whoever fetched the child says that it has left, that place is opened to nobody any more.
    const leaves = (id: string) => `${decisions}/${decisionId}/places/${id}/departures`;
    const left = leaves(placeDecisionId);
    const departedAt = system.clock.now().toISOString();
    expect((await as('board-2580-duty').posts(left, { body: { departedAt } })).status).toBe(404);
    // Two are open: each address says of which it is, so that the right one is said to be left.
    const moved = { ...decided, decidedOn: '2026-03-02', place: 'Påhittadvägen 100' };
    await as(officer).does(`${decisions}/${decisionId}/places`, moved);
    const police = 'police-syd-coordinator';
    const glasses = await as(police).looks<{ items: { glassId: string; brokenByMe: boolean }[] }>(ofCase);
    const mine = glasses.body.items.find(({ brokenByMe }) => brokenByMe)!.glassId;
    const shows = async () => {
      const { body } = await as(police).looks<{
        items?: { value: { place?: string }; placeDecisionId?: string; decidedOn?: string }[];
      }>(`${ofCase}/${mine}/contents/address`);
      return new Map(
        (body.items ?? []).flatMap(({ value: { place }, ...of }) =>
          place === undefined ? [] : [[place, of]],
        ),
      );
    };
    const both = await shows();
    expect(both.get(decided.place)).toMatchObject({ placeDecisionId, decidedOn });
    expect(both.get(moved.place)).toMatchObject({ decidedOn: moved.decidedOn });
    const second = both.get(moved.place)!.placeDecisionId!;
    expect((await listed()).body.items.map((one) => one.placeDecisionId).toSorted()).toEqual(
      [placeDecisionId, second].toSorted(),
    );
    // What was said of the wrong one is taken back, also of the last, by who stands by and has no paper.
    for (const id of [second, placeDecisionId]) await as(dutyOfficer).does(leaves(id), { departedAt });
    expect((await home()).body).toMatchObject({ placeDecidedOn: null });
    expect([...(await shows()).keys()]).toEqual([]);
    expect((await listed()).body.items.map((one) => one.departedAt)).toEqual([departedAt, departedAt]);
    for (const body of [{}, { there: false }, { there: true, departedAt }])
      expect((await as(dutyOfficer).posts(leaves(second), { body })).status).toBe(400);
    await as(dutyOfficer).does(leaves(second), { there: true });
    expect((await home()).body).toMatchObject({ placeDecidedOn: moved.decidedOn });
    expect([...(await shows()).keys()]).toEqual([moved.place]);
    await as(dutyOfficer).does(leaves(second), { departedAt });
    await as(officer).does(`/cases/${story.caseId}/waiver-withdrawals`, { channel: 'ORAL' });
    await system.settled();
    await depart(story);
    for (const [sub, role] of told) expect([sub, await waiting(sub, role)]).toEqual([sub, []]);
    const late = await as(officer).posts(path, { body: { source: 'REGISTER' } });
    expect([late.status, late.body.code]).toEqual([409, 'disclosure.nobody_stands_there']);
  });

  it('stands, and the glass of who fetches opens, when the case closes while somebody may stand there', async () => {
    const story = await arrived(4);
    const { id } = await as(officer).does(`/cases/${story.caseId}/protections`, {
      kind: 'ASSUMED_IDENTITY',
      appliedBy: 'SELF',
      familyIncluded: false,
      appliedOn: system.clock.now().toISOString().slice(0, 10),
    });
    await as('police-syd-coordinator').does(`/cases/${story.caseId}/protections/${id}/outcomes`, {
      outcome: 'GRANTED',
      decidedOn: system.clock.now().toISOString().slice(0, 10),
    });
    await system.settled();
    const { body } = await as(officer).looks(`/cases/${story.caseId}`);
    expect(body).toMatchObject({ status: 'CLOSED', closeCode: 'HANDED_OVER' });
    const glass = { reason: 'DANGER_TO_LIFE', note: 'Påhittad fara' };
    const rescue = async () => {
      const statuses: number[] = [];
      for (const [sub, path, dataClass] of [
        [dutyOfficer, `/cases/${story.caseId}`, 'identity'],
        [policeThere, `/placements/${story.proposalId}`, 'address'],
        [officer, `/cases/${story.caseId}`, 'address'],
        ['police-syd-coordinator', `/cases/${story.caseId}`, 'identity'],
      ] as const) {
        const broken = await as(sub).posts<{ id: string }>(`${path}/broken-glasses`, {
          body: { ...glass, classes: [dataClass] },
        });
        const read = `${path}/broken-glasses/${broken.body.id}/contents/${dataClass}`;
        statuses.push(broken.status === 200 ? (await as(sub).looks(read)).status : broken.status);
      }
      return statuses;
    };
    expect(await rescuersHave(story)).toBe(true);
    expect(await rescue()).toEqual([200, 200, 404, 404]);
    await depart(story);
    expect(await rescuersHave(story)).toBe(false);
    expect(await rescue()).toEqual([404, 422, 404, 404]);
  });

  it('is of the function: whoever stands by has it when the one who was named hands over, or is disqualified, before or after', async () => {
    const [newcomer, successor] = ['board-1280-registrar', 'board-1280-reviewer'] as const;
    const appoint = (official: string, name: string) =>
      as('registrar-1').does('/appointments', {
        official,
        organisation: 'board:1280',
        agencyKind: 'SOCIAL_BOARD',
        function: name,
        delegated: name === 'HOME_DUTY_OFFICER',
        from: '2026-01-01T00:00:00.000Z',
      });
    const changes = (caseId: string, outgoing: string, incoming: string) =>
      as(officer).does(`/cases/${caseId}/contact-changes`, { outgoing, incoming, reason: 'NEW_DUTIES' });
    const reads = async (sub: string, { proposalId }: Story) => [
      (await as(sub).looks(`/alarms/${proposalId}`)).status,
      (await as(sub).looks(`/alarms/${proposalId}/contents/address`)).text.includes('Påhittadvägen 7'),
      (await as(sub).looks('/alarms')).text.includes(proposalId),
    ];
    const all = [200, true, true];
    for (const sub of [dutyOfficer, successor]) await appoint(sub, 'HOME_OFFICER');
    await system.settled();
    const story = await new Story(system, 6).cleared();
    await changes(story.caseId, 'board-1280-officer-2', dutyOfficer);
    await changes(story.caseId, dutyOfficer, successor);
    await system.settled();
    expect(await reads(dutyOfficer, story)).toEqual(all);
    await as(dutyOfficer).does(`/cases/${story.caseId}/disqualifications`, { ground: 'FL_16_1' });
    const { id } = await appoint(newcomer, 'HOME_DUTY_OFFICER');
    await system.settled();
    expect(await reads(newcomer, story)).toEqual(all);
    expect(await reads(dutyOfficer, story)).toEqual([404, false, false]);
    standing = story;
    // Named when the case was opened, gone when it is cleared: who stands by now is told, and nobody is not enough.
    const later = await new Story(system, 7).admitted();
    await changes(later.caseId, 'board-1280-officer-2', dutyOfficer);
    await as(dutyOfficer).does(`/cases/${later.caseId}/disqualifications`, { ground: 'FL_16_1' });
    await as('coordinator-1').does(`/placements/${later.proposalId}/clearances`, {
      plannedArrival: '2026-03-20',
    });
    await system.settled();
    expect(await reads(newcomer, later)).toEqual(all);
    expect(await reads(dutyOfficer, later)).toEqual([404, false, false]);
    await as('registrar-1').does('/appointment-endings', {
      official: newcomer,
      appointmentId: id,
      endsAt: system.clock.now().toISOString(),
    });
    await system.settled();
  });

  it('is at night with whoever is duty officer then, when those of the opening have gone, and not with one who has gone', async () => {
    const story = await arrived(5);
    const { caseId } = story;
    const [newcomer, disqualified] = ['board-1280-registrar', 'board-1280-reviewer'] as const;
    const reads = async (sub: string) => [
      (await as(sub).looks(`/alarms/${story.proposalId}`)).status === 200,
      (await as(sub).looks(`/alarms/${story.proposalId}/contents/address`)).text.includes('Påhittadvägen 7'),
      (await as(sub).looks('/alarms')).text.includes(caseId),
    ];
    const glass = async (sub: string) => {
      const path = `/cases/${caseId}/broken-glasses`;
      const body = { reason: 'DANGER_TO_LIFE', note: 'Påhittad fara', classes: ['identity'] };
      const broken = await as(sub).posts<{ id: string }>(path, { body });
      return (
        broken.status === 200 &&
        (await as(sub).looks(`${path}/${broken.body.id}/contents/identity`)).status === 200
      );
    };
    const ends = (official: string, appointmentId: string) =>
      as('registrar-1').does('/appointment-endings', {
        official,
        appointmentId,
        endsAt: system.clock.now().toISOString(),
      });
    const appointed: string[] = [];
    expect(await reads(newcomer)).toEqual([false, false, false]);
    for (const official of [newcomer, disqualified]) {
      const { id } = await as('registrar-1').does('/appointments', {
        official,
        organisation: 'board:1280',
        agencyKind: 'SOCIAL_BOARD',
        function: 'HOME_DUTY_OFFICER',
        delegated: true,
        from: system.clock.now().toISOString(),
      });
      appointed.push(id!);
    }
    const { rows } = await system.pool.query<{ id: string }>(
      `SELECT a.data ->> 'appointmentId' AS id FROM log.events a
       JOIN log.events d ON d.type = 'InformationDisclosed' AND d.data ->> 'foot' = 'RESCUE'
         AND d.data ->> 'caseId' = $1 AND (d.data -> 'persons')::jsonb ? (a.data ->> 'official')
       WHERE a.type = 'OfficialAppointed' AND a.data ->> 'function' = 'HOME_DUTY_OFFICER'`,
      [caseId],
    );
    expect(rows).toHaveLength(1);
    await ends(dutyOfficer, rows[0]!.id);
    await system.settled();
    const day = system.clock.now().toISOString().slice(0, 10);
    system.clock.set(`${day}T23:30:00.000Z`);
    expect(await reads(dutyOfficer)).toEqual([false, false, false]);
    expect(await glass(dutyOfficer)).toBe(false);
    expect(await reads(newcomer)).toEqual([true, true, true]);
    expect(await glass(newcomer)).toBe(true);
    // Of another board nobody, and nobody who is disqualified in the case.
    expect(await reads('board-2580-duty')).toEqual([false, false, false]);
    await as(disqualified).does(`/cases/${caseId}/disqualifications`, { ground: 'FL_16_1' });
    await system.settled();
    expect(await reads(disqualified)).toEqual([false, false, false]);
    await ends(newcomer, appointed[0]!);
    await system.settled();
    expect(await reads(newcomer)).toEqual([false, false, false]);
    expect(await glass(newcomer)).toBe(false);
  });

  it('of receiving Police is taken over by a coordinator of the region when nobody who is named works there any more', async () => {
    const [newcomer, assessor, other] = [
      'police-nord-registrar',
      'police-nord-assessor',
      'police-nord-reviewer',
    ] as const;
    const { proposalId } = standing;
    const appoint = (official: string, name: string) =>
      as('registrar-1').does('/appointments', {
        official,
        organisation: 'police:nord',
        agencyKind: 'POLICE',
        function: name,
        delegated: false,
        from: '2026-01-01T00:00:00.000Z',
      });
    const glass = async (sub: string) => {
      const path = `/placements/${proposalId}/broken-glasses`;
      const body = { reason: 'DANGER_TO_LIFE', note: 'Påhittad fara', classes: ['address'] };
      const broken = await as(sub).posts<{ id: string }>(path, { body });
      if (broken.status !== 200) return broken.status;
      return (await as(sub).looks(`${path}/${broken.body.id}/contents/address`)).text.includes(
        'Påhittadvägen 7',
      );
    };
    const names = (sub: string, incoming: string) =>
      as(sub).posts(`/proposals/${proposalId}/contact-changes`, { body: { incoming, reason: 'MORE_HANDS' } });
    const place = `/police-placements/${proposalId}`;
    /** Whether somebody finds the placement in the list, and opens the alarm plan. */
    const finds = async (sub: string): Promise<readonly boolean[]> => [
      (await as(sub).looks('/police-placements?limit=100')).text.includes(proposalId),
      (await as(sub).looks(`${place}/contents/address`)).text.includes('Påhittadvägen 7'),
    ];
    await appoint(newcomer, 'POLICE_COORDINATOR');
    await appoint(other, 'POLICE_ASSESSOR');
    await system.settled();
    // Not while somebody who is named is there.
    expect(await finds(newcomer)).toEqual([false, false]);
    expect([await glass(newcomer), (await names(newcomer, other)).status]).toEqual([404, 404]);
    const { rows } = await system.pool.query<{ id: string; official: string }>(
      `SELECT a.data ->> 'appointmentId' AS id, a.data ->> 'official' AS official FROM log.events a
       JOIN log.events c ON c.type = 'PlacementCleared' AND c.data ->> 'proposalId' = $1
         AND (c.data -> 'receivingPoliceContacts')::jsonb ? (a.data ->> 'official')
       WHERE a.type = 'OfficialAppointed'`,
      [proposalId],
    );
    const endsAt = system.clock.now().toISOString();
    const ended: number[] = [];
    for (const { id: appointmentId } of rows)
      for (const official of [policeThere, assessor]) {
        const body = { official, appointmentId, endsAt };
        ended.push((await as('registrar-1').posts('/appointment-endings', { body })).status);
      }
    expect(ended.filter((status) => status === 200)).toHaveLength(rows.length);
    await system.settled();
    expect(await glass(policeThere)).toBe(404);
    // Who only assesses waits to be named, and who coordinates elsewhere has no part.
    expect(await glass(other)).toBe(404);
    for (const sub of [policeThere, other, 'police-syd-coordinator'])
      expect([sub, await finds(sub)]).toEqual([sub, [false, false]]);
    expect(await finds(newcomer)).toEqual([true, true]);
    const { rows: read } = await system.pool.query(
      `SELECT action, class, foot, unit FROM vault.reads WHERE action = 'READ' ORDER BY read_id DESC LIMIT 1`,
    );
    expect(read).toEqual([{ action: 'READ', class: 'address', foot: 'RESCUE', unit: 'POLICE_COORDINATOR' }]);
    expect(await glass(newcomer)).toBe(true);
    expect((await names(newcomer, other)).status).toBe(200);
    await system.settled();
    expect(await finds(other)).toEqual([true, true]);
    // Reviewers are told of the first that is read by whom nobody of those named has let in, once.
    for (let looks = 0; looks < 2; looks += 1) {
      await system.review();
      const { rows: alerts } = await system.pool.query(
        `SELECT data ->> 'of' AS of FROM log.events WHERE type = 'ReviewAlerted' AND data ->> 'pattern' = 'TAKEN_OVER'
           AND data ->> 'agencyKind' = 'POLICE'`,
      );
      expect(alerts).toEqual([{ of: 'READS' }]);
    }
    // Who assesses breaks no glass and names nobody: who coordinates stays.
    expect(await glass(other)).toBe(403);
    expect([await glass(newcomer), ...(await finds(newcomer))]).toEqual([true, true, true]);
  });

  it('of one region on both sides stays with Police at the place when those at home hand over or are disqualified', async () => {
    const story = await new Story(system, 40).assessed();
    const [decides, prepares] = [`board-${nearby}-decider`, `board-${nearby}-officer-1`];
    const [one, other, next] = ['police-syd-coordinator', 'police-syd-assessor', 'police-syd-registrar'];
    const candidate = await as(coordinator).does(`/cases/${story.caseId}/candidates`, {
      municipalityCode: nearby,
    });
    await system.settled();
    const { id: proposalId } = await as(coordinator).does(
      `/cases/${story.caseId}/candidates/${candidate.id}/proposals`,
      { startOn: '2026-03-20' },
    );
    await system.settled();
    await as(prepares).does(`/proposals/${proposalId}/prepared-answers`, { answer: 'ACCEPT' });
    await as(decides).does(`/proposals/${proposalId}/answers`, {
      answer: 'ACCEPT',
      receivers: [decides, prepares],
      provider: providerNumber(nearby),
      housing: 'H-17',
    });
    await system.settled();
    await as(`provider-${nearby}-director`).does(`/placements/${proposalId}/admissions`, {
      address: 'Påhittadvägen 7',
    });
    await system.settled();
    await as(coordinator).does(`/placements/${proposalId}/clearances`, { plannedArrival: '2026-03-20' });
    await system.settled();
    const statuses = async () =>
      Promise.all(
        [one, other, next].map(
          async (sub) => (await as(sub).looks(`/police-placements/${proposalId}/contents/address`)).status,
        ),
      );
    expect((await statuses()).slice(0, 2)).toEqual([200, 200]);

    await as('registrar-1').does('/appointments', {
      official: next,
      organisation: 'police:syd',
      agencyKind: 'POLICE',
      function: 'POLICE_COORDINATOR',
      delegated: false,
      from: '2026-01-01T00:00:00.000Z',
    });
    const incoming = { outgoing: other, incoming: next, reason: 'ABSENCE' };
    await as(one).does(`/cases/${story.caseId}/contact-changes`, incoming);
    await system.settled();
    // At home another has come, who knows of the case and not of the place; there both are as they were.
    expect(await statuses()).toEqual([200, 200, 403]);

    // A declaration in the case leaves the place, too, and whoever succeeds comes there.
    const left = { ground: 'FL_16_1' };
    await as(one).does(`/cases/${story.caseId}/disqualifications`, { ...left, successor: next });
    await system.settled();
    expect(await statuses()).toEqual([404, 200, 200]);
    await as(other).does(`/proposals/${proposalId}/disqualifications`, left);
    await system.settled();
    expect(await statuses()).toEqual([404, 404, 200]);
    expect(
      (await as(next).posts(`/cases/${story.caseId}/disqualifications`, { body: left })).body,
    ).toMatchObject({ code: 'disclosure.last_contact' });
  });

  it('is ended by a departure, a clearance that was taken back or a settled case, and by no other end of a telling', async () => {
    const { rows } = await system.pool.query<{ reason: string; count: string }>(
      `SELECT e.data ->> 'reason' AS reason, count(*) AS count FROM log.events e
       WHERE e.type = 'DisclosureEnded' AND e.data ->> 'disclosureId' IN (
         SELECT d.data ->> 'disclosureId' FROM log.events d
         WHERE d.type = 'InformationDisclosed' AND d.data ->> 'foot' = 'RESCUE')
       GROUP BY 1`,
    );
    expect(rows.map(({ reason }) => reason)).toEqual(['DEPARTURE_CONFIRMED']);
    const ending = disclosureEndReasons.filter(endsRescue);
    expect(ending).toEqual(['DEPARTURE_CONFIRMED', 'CASE_CLOSED', 'CLEARANCE_TAKEN_BACK']);
  });
});
