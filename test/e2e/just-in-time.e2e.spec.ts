import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  assessor,
  colleague,
  coordinator,
  inventedNumber,
  officer,
  secondAssessor,
  Story,
} from '../support/story.js';
import { type Answer, type Desk, startTestSystem, type TestSystem } from '../support/system.js';

// What no standing grant opens, opened for minutes: by one official alone, who breaks the glass, or by two.

const dutyOfficer = 'board-1280-duty';

let system: TestSystem;
let story: Story;
const as = (sub: string): Desk => system.official(sub);
const breaking = (classes: readonly string[] = ['identity']) => ({
  reason: 'DANGER_TO_LIFE',
  classes,
  note: 'En påhittad fara',
});
const glasses = () => `/cases/${story.caseId}/broken-glasses`;
const reads = (sub: string, glassId: string, dataClass = 'identity'): Promise<Answer> =>
  as(sub).looks(`${glasses()}/${glassId}/contents/${dataClass}`);
const breaks = async (sub: string, classes?: readonly string[]): Promise<string> =>
  (await as(sub).does(glasses(), breaking(classes))).id;
const minutesLater = async (minutes: number): Promise<void> => {
  await system.until(new Date(system.clock.now().getTime() + minutes * 60_000).toISOString());
};
/** Glasses of the case that wait in the inbox of its police coordinator; each leads to the case. */
const waitingAtPolice = async (): Promise<readonly string[]> => {
  const { body } = await as(secondAssessor).looks<{ items: { kind: string; id: string }[] }>(
    '/inbox?as=POLICE&limit=100',
  );
  const glasses = body.items.filter(({ kind }) => kind.startsWith('GLASS_'));
  expect(glasses.every(({ id }) => id === story.caseId)).toBe(true);
  return glasses.map(({ kind }) => kind);
};
const glassAsSeen = async (sub: string, glassId: string): Promise<object | undefined> => {
  const { body } = await as(sub).looks<{ items: { glassId: string }[] }>(glasses());
  return body.items.find((one) => one.glassId === glassId);
};
const alertsAt = async (reviewer: string): Promise<number> => {
  const { body } = await as(reviewer).looks<{ items: { origin: string }[] }>('/log-reviews?limit=100');
  return body.items.filter(({ origin }) => origin === 'GLASS_BROKEN').length;
};

const lastRefusal = async (): Promise<unknown> =>
  (
    await system.pool.query<{ route: string; reason: string; case_id: string | null }>(
      'SELECT route, reason, case_id FROM vault.refusals ORDER BY refusal_id DESC LIMIT 1',
    )
  ).rows[0];

beforeAll(async () => {
  system = await startTestSystem();
  story = await new Story(system, 1).cleared();
});
afterAll(() => system?.close());

describe('Breaking the glass', () => {
  it('opens at once and alone what is asked for, is on record, and tells Police’s coordinator and the log review', async () => {
    const glassId = await breaks(dutyOfficer);
    const { status, text } = await reads(dutyOfficer, glassId);
    expect([status, text.includes('Testina')]).toEqual([200, true]);
    const { rows } = await system.pool.query(
      'SELECT action, foot, unit, purpose FROM vault.reads ORDER BY read_id DESC LIMIT 1',
    );
    expect(rows).toEqual([
      { action: 'READ', foot: 'GLASS', unit: 'HOME_DUTY_OFFICER', purpose: 'DANGER_TO_LIFE' },
    ]);
    await system.settled();
    expect(await waitingAtPolice()).toEqual(['GLASS_BROKEN']);
    // The item leads to the case, and the case to the glass.
    expect((await as(secondAssessor).looks(`/police-cases/${story.caseId}`)).status).toBe(200);
    expect(await glassAsSeen(secondAssessor, glassId)).toMatchObject({
      relation: 'HOME_DUTY',
      reason: 'DANGER_TO_LIFE',
      classes: ['identity'],
      status: 'OPEN',
      brokenByMe: false,
    });
    expect(await alertsAt('board-1280-reviewer')).toBe(1);
  });

  it('says why to who confirms it and to the reviewers of the agency, each reading recorded, and to nobody else', async () => {
    const glassId = await breaks(dutyOfficer);
    await system.settled();
    const note = `${glasses()}/${glassId}/note`;
    const read = await as(secondAssessor).looks(note);
    expect([read.status, read.text.includes('En påhittad fara')]).toEqual([200, true]);
    const reviews = async (reviewer: string) =>
      (
        await as(reviewer).looks<{ items: { reviewId: string; origin: string }[] }>('/log-reviews?limit=100')
      ).body.items.filter(({ origin }) => origin === 'GLASS_BROKEN');
    const [review] = await reviews('board-1280-reviewer');
    const ofReview = `/log-reviews/${review?.reviewId}/note`;
    const reviewed = await as('board-1280-reviewer').looks(ofReview);
    expect([reviewed.status, reviewed.text.includes('En påhittad fara')]).toEqual([200, true]);
    const { rows } = await system.pool.query(
      `SELECT foot, unit, class, agency_kind FROM vault.reads WHERE foot = 'NOTE' ORDER BY read_id`,
    );
    expect(rows).toEqual([
      { foot: 'NOTE', unit: 'POLICE_COORDINATOR', class: 'social', agency_kind: 'POLICE' },
      { foot: 'NOTE', unit: 'LOG_REVIEWER', class: 'social', agency_kind: 'SOCIAL_BOARD' },
    ]);
    for (const [sub, path] of [
      ['board-2580-duty', note],
      ['police-nord-coordinator', note],
      ['board-2580-reviewer', ofReview],
      ['board-1280-reviewer', `/log-reviews/${glassId}/note`],
    ] as const)
      expect([sub, (await as(sub).looks(path)).status]).toEqual([sub, 404]);
    // The door opens the note of that glass and nothing else of the person.
    const client = await system.pool.connect();
    try {
      await client.query('BEGIN; SET LOCAL ROLE vault_opener');
      const places = await client.query(
        `SELECT o.* FROM (VALUES ('relocation', 'social'), ('relocation', 'identity'), ('break-glass', 'identity'))
             AS q (category, class)
         CROSS JOIN LATERAL vault.open_glass_note($1, $2::uuid, $3, q.category || '-' || $2::uuid, q.class, $4, 'o', 'p', 'EMERGENCY',
           'OSL_10_2', $5) AS o`,
        [
          glassId,
          story.caseId,
          ...(
            await system.pool.query<{ subject: string; organisation: string }>(
              'SELECT subject, organisation FROM vault.passes WHERE pass_id = $1',
              [glassId],
            )
          ).rows.flatMap(({ subject, organisation }) => [subject, organisation]),
          system.clock.now(),
        ],
      );
      expect(places.rows).toEqual([]);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  it('is Police’s of the receiving region too, by the placement, until the person has left', async () => {
    const there = 'police-nord-coordinator';
    const glassesThere = `/placements/${story.proposalId}/broken-glasses`;
    const opensThere = (glassId: string, dataClass: string) =>
      as(there).looks(`${glassesThere}/${glassId}/contents/${dataClass}`);
    const { id: glassId } = await as(there).does(glassesThere, breaking(['identity', 'address']));
    expect((await opensThere(glassId, 'identity')).text).toContain('Testina');
    expect((await opensThere(glassId, 'address')).text).toContain('Påhittadvägen 7');
    await system.settled();
    expect(await glassAsSeen(secondAssessor, glassId)).toMatchObject({ relation: 'RECEIVING_POLICE' });
    const shut = await as(there).posts(glassesThere, { body: breaking(['family']) });
    expect([shut.status, shut.body.code]).toEqual([422, 'break_glass.stays_shut']);
    // Who asked for what stays shut is on record like everybody who was refused.
    expect(await lastRefusal()).toMatchObject({
      route: 'POST /relocation-coordination/v1/placements/:proposalId/broken-glasses',
      reason: 'break_glass.stays_shut',
    });
    // Not by the case, which they do not know, and not by another's placement.
    expect((await as(there).posts(glasses(), { body: breaking() })).status).toBe(404);
    expect((await as('police-syd-coordinator').posts(glassesThere, { body: breaking() })).status).toBe(403);
    await as(secondAssessor).does(`${glasses()}/${glassId}/confirmations`);
  });

  it('opens it for nobody else, and nothing that was not asked for', async () => {
    const glassId = await breaks(dutyOfficer);
    for (const sub of [officer, colleague, secondAssessor, 'board-2580-duty', coordinator])
      expect([sub, (await reads(sub, glassId)).status]).toEqual([sub, 404]);
    for (const dataClass of ['address', 'destination', 'threat-detail', 'nothing'])
      expect((await reads(dutyOfficer, glassId, dataClass)).status).toBe(404);
  });

  it('opens neither sources, adversaries nor other persons’ data, and for the coordinator the name alone', async () => {
    for (const [sub, dataClass] of [
      [secondAssessor, 'threat-detail'],
      [dutyOfficer, 'family'],
      [officer, 'offence'],
      [coordinator, 'address'],
      [coordinator, 'social'],
    ] as const) {
      const refused = await as(sub).posts(glasses(), { body: breaking([dataClass]) });
      expect([sub, refused.status, refused.body.code]).toEqual([sub, 422, 'break_glass.stays_shut']);
    }
    const glassId = await breaks(coordinator);
    expect((await reads(coordinator, glassId)).text).toContain('Testina');
    // The vault says the same, whatever a rule of the day would say.
    const client = await system.pool.connect();
    try {
      await client.query('BEGIN; SET LOCAL ROLE vault_opener');
      await expect(
        client.query(
          `SELECT vault.enter_pass(gen_random_uuid(), 'GLASS', gen_random_uuid(), gen_random_uuid(),
             ARRAY['identity', 'threat-detail'], 'o', 'p', 'DANGER_TO_LIFE', 'OSL_10_2', now(), 60, 'POLICE', 'X')`,
        ),
      ).rejects.toMatchObject({ code: 'RV003' });
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  it('is confirmed by a second person, who is another one', async () => {
    const glassId = await breaks(dutyOfficer);
    const path = `${glasses()}/${glassId}/confirmations`;
    const own = await as(dutyOfficer).posts(path);
    expect([own.status, own.body.code]).toEqual([403, 'break_glass.same_person']);
    await system.settled();
    const before = (await waitingAtPolice()).length;
    await as(secondAssessor).does(path);
    await system.settled();
    expect(await glassAsSeen(secondAssessor, glassId)).toMatchObject({ status: 'CONFIRMED' });
    await minutesLater(59);
    expect((await waitingAtPolice()).length).toBe(before - 1);
    expect((await reads(dutyOfficer, glassId)).status).toBe(200);
    await minutesLater(1);
    expect((await reads(dutyOfficer, glassId)).status).toBe(404);
  });

  it('that nobody confirms ends within the hour, and an alert stays with Police', async () => {
    const glassId = await breaks(dutyOfficer);
    await minutesLater(60);
    expect((await reads(dutyOfficer, glassId)).status).toBe(404);
    expect(await glassAsSeen(secondAssessor, glassId)).toMatchObject({ status: 'NOT_CONFIRMED' });
    const { body } = await as(secondAssessor).looks<{ items: { status: string }[] }>(glasses());
    const left = body.items.filter(({ status }) => status === 'NOT_CONFIRMED');
    expect(await waitingAtPolice()).toEqual(left.map(() => 'GLASS_NOT_CONFIRMED'));
    // Late as well: it opens nothing any more, and nobody is told of it any longer.
    await as(secondAssessor).does(`${glasses()}/${glassId}/confirmations`);
    await system.settled();
    expect(await glassAsSeen(secondAssessor, glassId)).toMatchObject({ status: 'CONFIRMED_LATE' });
    expect((await reads(dutyOfficer, glassId)).status).toBe(404);
    expect(await waitingAtPolice()).toHaveLength(left.length - 1);
  });

  it('again by one official waits for a second person, late as well; rescuers go on, and Police are told so', async () => {
    const first = await breaks(officer, ['address']);
    const again = () => as(officer).posts(glasses(), { body: breaking(['address']) });
    const refused = await again();
    expect([refused.status, refused.body.code]).toEqual([409, 'break_glass.unconfirmed_before']);
    expect(await lastRefusal()).toMatchObject({
      route: 'POST /relocation-coordination/v1/cases/:caseId/broken-glasses',
      reason: 'break_glass.unconfirmed_before',
      case_id: story.caseId,
    });
    await system.pool.query('REVOKE INSERT ON vault.refusals FROM vault_keeper');
    try {
      const unrecorded = await again();
      expect([unrecorded.status, unrecorded.body.code]).toEqual([503, 'record.unavailable']);
    } finally {
      await system.pool.query('GRANT INSERT ON vault.refusals TO vault_keeper');
    }
    await minutesLater(60);
    expect((await again()).body.code).toBe('break_glass.unconfirmed_before');
    // Another one opens in that place.
    expect((await reads(colleague, await breaks(colleague, ['address']), 'address')).status).toBe(200);
    await as(dutyOfficer).does(`${glasses()}/${first}/confirmations`);
    expect((await reads(officer, await breaks(officer, ['address']), 'address')).status).toBe(200);
    const { rows: passes } = await system.pool.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM vault.passes WHERE classes = ARRAY['address']`,
    );
    // Whom the rule refused the vault has not let in either.
    expect(passes[0]?.count).toBe(3);

    const ofDuty = await breaks(dutyOfficer);
    const further = await breaks(dutyOfficer);
    expect((await reads(dutyOfficer, further)).status).toBe(200);
    await system.settled();
    expect(await waitingAtPolice()).toContain('GLASS_BROKEN_AGAIN');
    const before = async (glassId: string) =>
      ((await glassAsSeen(officer, glassId)) as { unconfirmedBefore: number }).unconfirmedBefore;
    expect((await before(further)) - (await before(ofDuty))).toBe(1);
  });

  it('by persons who are each other’s second one, in a ring of three or in twos, comes to the log review', async () => {
    const reviewers = ['board-1280-reviewer', 'police-syd-reviewer'];
    const traded = (): Promise<readonly number[]> =>
      Promise.all(
        reviewers.map(async (sub) => {
          const { body } = await as(sub).looks<{ items: { origin: string }[] }>('/log-reviews?limit=100');
          return body.items.filter(({ origin }) => origin === 'CONFIRMATIONS_TRADED').length;
        }),
      );
    const confirms = async (sub: string, whose: string): Promise<void> => {
      const glassId = await breaks(whose);
      await as(sub).does(`${glasses()}/${glassId}/confirmations`);
      await system.settled();
    };
    // Police have confirmed for the duty officer above, and the duty officer for the officer.
    expect(await traded()).toEqual([0, 0]);
    await confirms(officer, secondAssessor);
    expect(await traded()).toEqual([0, 1]);
    await confirms(officer, dutyOfficer);
    expect(await traded()).toEqual([1, 1]);
  });

  it('needs no worker: with the grants behind, ordinary reads wait and the glass opens', async () => {
    const glassId = await breaks(dutyOfficer);
    await system.pool.query(
      `INSERT INTO subs.parked (subscription, sequence, event_id, position, stream, revision, state)
       VALUES ('grants', $1, gen_random_uuid(), 'p', 's', 0, 'parked')`,
      [story.caseId],
    );
    try {
      // Once: it stays behind.
      const once = { headers: { 'x-min-position': undefined } };
      expect((await as(officer).looks(`/cases/${story.caseId}/contents/identity`, once)).status).toBe(503);
      expect((await reads(dutyOfficer, glassId)).status).toBe(200);
    } finally {
      await system.pool.query(`DELETE FROM subs.parked WHERE position = 'p'`);
    }
  });

  it('is not broken where it cannot be recorded, and opens nothing without a fresh login', async () => {
    await system.pool.query('REVOKE INSERT ON vault.reads FROM vault_keeper');
    try {
      const refused = await as(dutyOfficer).posts(glasses(), { body: breaking() });
      expect([refused.status, refused.body.code]).toEqual([503, 'record.unavailable']);
    } finally {
      await system.pool.query('GRANT INSERT ON vault.reads TO vault_keeper');
    }
    const glassId = await breaks(dutyOfficer);
    const token = await system.tokenFor(dutyOfficer, { loggedInSecondsAgo: 3_600 });
    const old = await as(dutyOfficer).looks(`${glasses()}/${glassId}/contents/identity`, { token });
    expect([old.status, old.body.code]).toEqual([403, 'auth.login_too_old']);
  });

  it('is not for who has no part in the case', async () => {
    for (const sub of ['board-2580-duty', 'police-nord-coordinator'])
      expect((await as(sub).posts(glasses(), { body: breaking() })).status).toBe(404);
    expect((await as(assessor).posts(glasses(), { body: breaking() })).status).toBe(403);
  });
});

describe('Who and where together', () => {
  const openings = () => `/cases/${story.caseId}/joint-openings`;
  const opens = (sub: string, openingId: string, dataClass: string): Promise<Answer> =>
    as(sub).looks(`${openings()}/${openingId}/contents/${dataClass}`);
  const asks = async (): Promise<string> => (await as(officer).does(openings(), { purpose: 'TRANSPORT' })).id;

  it('open for a home officer only when a second officer of the board has approved, for a quarter of an hour', async () => {
    const openingId = await asks();
    expect((await opens(officer, openingId, 'address')).status).toBe(404);
    const own = await as(officer).posts(`${openings()}/${openingId}/approvals`);
    expect([own.status, own.body.code]).toEqual([403, 'joint_opening.same_person']);
    await as(colleague).does(`${openings()}/${openingId}/approvals`);
    expect((await opens(officer, openingId, 'address')).text).toContain('Påhittadvägen 7');
    expect((await opens(officer, openingId, 'identity')).text).toContain('Testina');
    // Not for who approved, and nothing else.
    await as(colleague).does(`/cases/${story.caseId}/impartiality-declarations`);
    expect((await opens(colleague, openingId, 'address')).status).toBe(404);
    expect((await opens(officer, openingId, 'social')).status).toBe(404);
    await minutesLater(15);
    expect((await opens(officer, openingId, 'address')).status).toBe(404);
  });

  it('wait in the inbox of the other officers, who find the request in the case, for an hour', async () => {
    const waiting = async (sub: string): Promise<readonly string[]> => {
      await system.settled();
      const { body } = await as(sub).looks<{ items: { kind: string; id: string }[] }>(
        '/inbox?as=HOME_BOARD&limit=100',
      );
      return body.items.filter(({ kind }) => kind === 'APPROVE_JOINT_OPENING').map(({ id }) => id);
    };
    const pending = async (): Promise<readonly object[]> => {
      const { body } = await as(colleague).looks<{ items: { status: string }[] }>(openings());
      return body.items.filter(({ status }) => status === 'PENDING');
    };
    const openingId = await asks();
    expect([await waiting(colleague), await waiting(officer)]).toEqual([[story.caseId], []]);
    expect(await pending()).toMatchObject([{ openingId, purpose: 'TRANSPORT', requestedByMe: false }]);
    await as(colleague).does(`${openings()}/${openingId}/approvals`);
    expect([await waiting(colleague), await pending()]).toEqual([[], []]);
    await asks();
    expect(await waiting(colleague)).toEqual([story.caseId]);
    await minutesLater(60);
    expect([await waiting(colleague), await pending()]).toEqual([[], []]);
    for (const sub of [dutyOfficer, secondAssessor, 'board-2580-duty'])
      expect((await as(sub).looks(openings())).status).not.toBe(200);
  });

  it('stay shut after a no', async () => {
    const openingId = await asks();
    await as(colleague).does(`${openings()}/${openingId}/rejections`);
    const turned = await as(colleague).posts(`${openings()}/${openingId}/approvals`);
    expect([turned.status, turned.body.code]).toEqual([409, 'joint_opening.already_answered']);
    expect(await lastRefusal()).toMatchObject({ reason: 'joint_opening.already_answered' });
    expect((await opens(officer, openingId, 'address')).status).toBe(404);
  });
});

describe('Several persons of one case', () => {
  const there = ['police-nord-coordinator', 'police-nord-assessor', 'police-nord-registrar'] as const;
  let shared: Story;
  const ofCase = () => `/cases/${shared.caseId}/broken-glasses`;
  const ofPlacement = () => `/placements/${shared.proposalId}/broken-glasses`;
  const appoint = (official: string, organisation: string, agencyKind: string, holds: string) =>
    as('registrar-1').does('/appointments', {
      official,
      organisation,
      agencyKind,
      function: holds,
      delegated: holds === 'HOME_DUTY_OFFICER',
      from: '2026-01-01T00:00:00.000Z',
    });
  const told = async (sub: string, role: string, about: string): Promise<readonly string[]> => {
    const { body } = await as(sub).looks<{ items: { kind: string; id: string }[] }>(
      `/inbox?as=${role}&limit=100`,
    );
    const notices = body.items.filter(
      ({ kind, id }) => id === about && (kind.startsWith('GLASS_') || kind === 'LOCATION_EXPOSED'),
    );
    return notices.map(({ kind }) => kind);
  };

  beforeAll(async () => {
    // An officer who stands by as well.
    await appoint(colleague, 'board:1280', 'SOCIAL_BOARD', 'HOME_DUTY_OFFICER');
    for (const one of there.slice(1)) await appoint(one, 'police:nord', 'POLICE', 'POLICE_COORDINATOR');
    await appoint('board-1280-registrar', 'board:1280', 'SOCIAL_BOARD', 'HOME_OFFICER');
    await system.settled();
    shared = await new Story(system, 3).cleared();
  });

  it('break it one after the other, each with an own note, also while the worker sleeps', async () => {
    await system.pool.query(
      `INSERT INTO subs.parked (subscription, sequence, event_id, position, stream, revision, state)
       VALUES ('grants', $1, gen_random_uuid(), 'p', 's', 0, 'parked')`,
      [shared.caseId],
    );
    const broken: [sub: string, path: string, classes: readonly string[]][] = [
      [officer, ofCase(), ['address']],
      [dutyOfficer, ofCase(), ['identity']],
      [colleague, ofCase(), ['identity']],
      [coordinator, ofCase(), ['identity']],
      ['coordinator-2', ofCase(), ['identity']],
      ...there.map((sub): [string, string, string[]] => [sub, ofPlacement(), ['identity']]),
    ];
    const ids: string[] = [];
    try {
      for (const [sub, path, classes] of broken) {
        const body = { ...breaking(classes), note: `Påhittat av ${sub}` };
        const answer = await as(sub).posts<{ id: string }>(path, { body });
        expect([sub, answer.status]).toEqual([sub, 200]);
        ids.push(answer.body.id);
        const read = await as(sub).looks(`${path}/${answer.body.id}/contents/${classes[0]}`);
        expect([sub, read.status]).toEqual([sub, 200]);
      }
    } finally {
      await system.pool.query(`DELETE FROM subs.parked WHERE position = 'p'`);
    }
    await system.settled();
    for (const [index, [sub]] of broken.entries()) {
      const note = await as(secondAssessor).looks(`${ofCase()}/${ids[index]}/note`);
      expect([note.status, note.text.includes(`Påhittat av ${sub}`)]).toEqual([200, true]);
    }
    // One key for each authority, as erasure finds them.
    const { rows } = await system.pool.query<{ keys: number; owners: number }>(
      `SELECT count(*)::int AS keys, count(DISTINCT owner)::int AS owners FROM vault.keys WHERE stream = $1`,
      [`break-glass-${shared.caseId}`],
    );
    expect(rows).toEqual([{ keys: 3, owners: 3 }]);
  });

  it('break it with the part that opens what is asked for, a rescuer as a rescuer', async () => {
    // As an officer somebody has to look first.
    const address = await as(colleague).posts(ofCase(), { body: breaking(['address']) });
    expect([address.status, address.body.code]).toEqual([409, 'break_glass.unconfirmed_before']);
    const { body: glassesOf } = await as(colleague).looks<{
      items: { glassId: string; brokenByMe: boolean }[];
    }>(ofCase());
    const own = glassesOf.items.find(({ brokenByMe }) => brokenByMe)!;
    expect(own).toMatchObject({ relation: 'HOME_DUTY' });
    await as(secondAssessor).does(`${ofCase()}/${own.glassId}/confirmations`);
    for (const [dataClass, relation] of [
      ['address', 'HOME_BOARD'],
      ['identity', 'HOME_DUTY'],
      ['threat-advice', 'HOME_DUTY'],
      ['destination', 'HOME_DUTY'],
    ] as const) {
      const answer = await as(colleague).posts<{ id: string }>(ofCase(), { body: breaking([dataClass]) });
      expect([dataClass, answer.status]).toEqual([dataClass, 200]);
      const { body } = await as(colleague).looks<{ items: object[] }>(ofCase());
      expect(body.items[0]).toMatchObject({ glassId: answer.body.id, relation });
    }
  });

  it('find the notices when they have come for another, who has them no longer', async () => {
    await as(dutyOfficer).does(`/placements/${shared.proposalId}/exposures`, { source: 'STAFF' });
    await system.settled();
    const changes = [
      ['cases', shared.caseId, 'HOME_BOARD', officer, colleague, 'board-1280-registrar'],
      ['cases', shared.caseId, 'POLICE', secondAssessor, secondAssessor, 'police-syd-registrar'],
      ['proposals', shared.proposalId, 'POLICE', there[0], there[0], 'police-nord-reviewer'],
    ] as const;
    await appoint('police-syd-registrar', 'police:syd', 'POLICE', 'POLICE_COORDINATOR');
    await appoint('police-nord-reviewer', 'police:nord', 'POLICE', 'POLICE_COORDINATOR');
    for (const [kind, id, role, by, outgoing, incoming] of changes) {
      const before = await told(outgoing, role, id);
      expect([outgoing, before.includes('LOCATION_EXPOSED')]).toEqual([outgoing, true]);
      await as(by).does(`/${kind}/${id}/contact-changes`, { outgoing, incoming, reason: 'NEW_DUTIES' });
      await system.settled();
      expect([incoming, await told(incoming, role, id)]).toEqual([incoming, before]);
      expect([outgoing, await told(outgoing, role, id)]).toEqual([outgoing, []]);
    }
    // So are a glass that is broken afterwards and those that end.
    await as(dutyOfficer).does(ofCase(), breaking(['identity']));
    await minutesLater(60);
    const left = await told('police-syd-registrar', 'POLICE', shared.caseId);
    expect(left.filter((kind) => kind === 'GLASS_NOT_CONFIRMED')).toHaveLength(12);
    expect(await told(secondAssessor, 'POLICE', shared.caseId)).toEqual([]);
    // The event names them as well.
    const { rows: named } = await system.pool.query<{ comes: boolean; gone: boolean }>(
      `SELECT (glass.data->'homePoliceContacts')::jsonb ? (change.data->>'incoming') AS comes,
              (glass.data->'homePoliceContacts')::jsonb ? (change.data->>'outgoing') AS gone
         FROM log.events glass, log.events change
        WHERE glass.stream = 'break-glass-' || $1 AND glass.type = 'GlassBroken'
          AND change.stream = 'disclosure-' || $1 AND change.type = 'ContactChanged' AND change.data->>'part' = 'HOME_POLICE'
        ORDER BY glass.position DESC LIMIT 1`,
      [shared.caseId],
    );
    expect(named).toEqual([{ comes: true, gone: false }]);
  });
});

describe('Where nobody who is named holds the function any more', () => {
  const [police, board, other] = ['police-syd-reviewer', 'board-1280-reviewer', dutyOfficer];
  let taken: Story;
  let draft: Story;
  const ofCase = () => `/cases/${taken.caseId}/broken-glasses`;
  const appoint = (official: string, organisation: string, agencyKind: string, holds: string) =>
    as('registrar-1').does('/appointments', {
      official,
      organisation,
      agencyKind,
      function: holds,
      delegated: false,
      from: '2026-01-01T00:00:00.000Z',
    });
  const notices = async (sub: string, caseId = taken.caseId): Promise<readonly string[]> => {
    await system.settled();
    const { body } = await as(sub).looks<{ items: { kind: string; id: string }[] }>(
      '/inbox?as=POLICE&limit=100',
    );
    return body.items.filter(({ id }) => id === caseId).map(({ kind }) => kind);
  };
  /** Nobody whom the case names holds the function now. */
  const leave = async (holds: string, officials: readonly string[]): Promise<void> => {
    const { rows } = await system.pool.query<{ id: string }>(
      `SELECT DISTINCT a.data->>'appointmentId' AS id FROM log.events a, log.events named
        WHERE a.type = 'OfficialAppointed' AND a.data->>'function' = $2
          AND ((named.stream = 'relocation-' || $1 AND named.type = 'CaseOpened'
              AND ((named.data->'officers')::jsonb ? (a.data->>'official')
                OR (named.data->'homePoliceContacts')::jsonb ? (a.data->>'official')))
            OR (named.stream = 'disclosure-' || $1 AND named.type = 'ContactChanged'
              AND named.data->>'incoming' = a.data->>'official'))`,
      [taken.caseId, holds],
    );
    const endsAt = system.clock.now().toISOString();
    let ended = 0;
    for (const { id: appointmentId } of rows)
      for (const official of officials) {
        const body = { official, appointmentId, endsAt };
        if ((await as('registrar-1').posts('/appointment-endings', { body })).status === 200) ended += 1;
      }
    expect(ended).toBe(rows.length);
    await system.settled();
  };

  beforeAll(async () => {
    taken = await new Story(system, 5).requested();
    draft = await new Story(system, 6).opened();
    await appoint(police, 'police:syd', 'POLICE', 'POLICE_COORDINATOR');
    for (const one of [board, other]) await appoint(one, 'board:1280', 'SOCIAL_BOARD', 'HOME_OFFICER');
    await system.settled();
  });

  it('a glass is noticed by Police’s coordinators of today, each of whom may break one, and a draft by nobody', async () => {
    const breaksIt = async (sub: string, classes: readonly string[]) =>
      (await as(sub).posts<{ id: string }>(ofCase(), { body: breaking(classes) })).body.id;
    await breaksIt(officer, ['threat-advice']);
    expect([await notices(police), (await as(police).posts(ofCase(), { body: breaking() })).status]).toEqual([
      [],
      404,
    ]);
    await leave('POLICE_COORDINATOR', [secondAssessor, 'police-syd-registrar']);
    // The assessor who is named still has it, and may do nothing about it.
    expect(await notices(police)).toEqual(['GLASS_BROKEN', 'TAKE_OVER']);
    expect(await notices('police-nord-coordinator')).toEqual([]);
    const own = await breaksIt(police, ['identity']);
    expect((await as(police).looks(`${ofCase()}/${own}/contents/identity`)).text).toContain('Testina');
    expect(await notices(police)).toEqual(['GLASS_BROKEN', 'GLASS_BROKEN', 'TAKE_OVER']);
    // The notice leads to the glasses and their notes; of the case itself nothing is read before one of them is named.
    expect((await as(police).looks(`${ofCase()}/${own}/note`)).status).toBe(200);
    expect((await as(police).looks(`/police-cases/${taken.caseId}`)).status).toBe(404);
    // Police have not been told of a draft, and its id is told to nobody there.
    await as(officer).does(`/cases/${draft.caseId}/broken-glasses`, breaking(['threat-advice']));
    for (const order of [5, 6])
      await as(officer).does('/information-requests', {
        personalIdentityNumber: inventedNumber(order),
        requester: 'POLICE',
        reference: 'K 17-26',
        text: 'Påhittad begäran',
        reviewers: [colleague],
        basis: 'LAG_2025_170_2',
        purpose: 'CRIME_INVESTIGATION',
        asked: ['address'],
        stated: ['COMMITTED_CRIME'],
      });
    // That somebody asks about the person is as urgent: the id of the case, and nothing of how far it has come.
    await system.settled();
    const { body: inbox } = await as(police).looks<{ items: { kind: string }[] }>(
      '/inbox?as=POLICE&limit=100',
    );
    expect(inbox.items.filter(({ kind }) => kind === 'INQUIRY_ALERT')).toEqual([
      { kind: 'INQUIRY_ALERT', id: taken.caseId, dueAt: expect.any(String), actions: ['AcknowledgeInquiry'] },
    ]);
    expect(await notices('police-nord-coordinator')).toEqual([]);
    expect(await notices(police, draft.caseId)).toEqual([]);
  });

  it('officers of the board open neither jointly nor a note before they are named', async () => {
    const openings = `/cases/${taken.caseId}/joint-openings`;
    const { body } = await as(officer).looks<{ items: { glassId: string }[] }>(ofCase());
    const note = `${ofCase()}/${body.items[0]!.glassId}/note`;
    const asks = (sub: string) => as(sub).posts<{ id: string }>(openings, { body: { purpose: 'TRANSPORT' } });
    const byOfficer = (await asks(officer)).body.id;
    /** That there is something to take over, and nothing of what it is. */
    const waits = async (sub: string): Promise<readonly object[]> =>
      (await as(sub).looks<{ items: { id: string }[] }>('/inbox?as=HOME_BOARD&limit=100')).body.items.filter(
        ({ id }) => id === taken.caseId,
      );
    expect(await waits(board)).toEqual([]);
    await leave('HOME_OFFICER', [officer, colleague]);
    for (const sub of [board, other]) {
      expect(await waits(sub)).toEqual([{ kind: 'TAKE_OVER', id: taken.caseId, dueAt: null, actions: [] }]);
      await as(sub).does(`/cases/${taken.caseId}/impartiality-declarations`);
      expect([sub, (await asks(sub)).status, (await as(sub).looks(openings)).status]).toEqual([
        sub,
        404,
        404,
      ]);
      expect((await as(sub).posts(`${openings}/${byOfficer}/approvals`)).status).toBe(404);
    }
    for (const path of [ofCase(), note]) expect((await as(board).looks(path)).status).toBe(404);
    const names = (sub: string, outgoing: string, incoming: string) =>
      as(sub).does(`/cases/${taken.caseId}/contact-changes`, { outgoing, incoming, reason: 'NEW_DUTIES' });
    await names(board, officer, board);
    await names(board, colleague, other);
    expect(await waits(board)).not.toContainEqual(expect.objectContaining({ kind: 'TAKE_OVER' }));
    // That they were shown the case is on record, as of every inbox.
    const { rows: shown } = await system.pool.query(
      `SELECT DISTINCT r.person, r.unit FROM log.events e JOIN vault.reads r ON r.person = e.data->>'incoming'
        WHERE e.stream = 'disclosure-' || $1 AND e.type = 'ContactChanged' AND e.data->>'part' = 'HOME_BOARD'
          AND r.action = 'INBOX' AND $1::uuid = ANY (r.listed_cases)`,
      [taken.caseId],
    );
    expect(shown.map(({ unit }: { unit: string }) => unit)).toEqual(['HOME_OFFICER', 'HOME_OFFICER']);
    // What was asked by who has gone since lets nobody in.
    expect((await as(board).posts(`${openings}/${byOfficer}/approvals`)).status).toBe(404);
    const { id } = (await asks(board)).body;
    await as(other).does(`${openings}/${id}/approvals`);
    expect((await as(board).looks(`${openings}/${id}/contents/identity`)).text).toContain('Testina');
    expect((await as(board).looks(note)).status).toBe(200);
  });
});
