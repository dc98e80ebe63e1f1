import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assessor, colleague, coordinator, officer, secondAssessor, Story } from '../support/story.js';
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
const waitingAtPolice = async (glassId: string): Promise<readonly string[]> => {
  const { body } = await as(secondAssessor).looks<{ items: { kind: string; id: string }[] }>(
    '/inbox?as=POLICE&limit=100',
  );
  return body.items.filter(({ id }) => id === glassId).map(({ kind }) => kind);
};
const alertsAt = async (reviewer: string): Promise<number> => {
  const { body } = await as(reviewer).looks<{ items: { origin: string }[] }>('/log-reviews?limit=100');
  return body.items.filter(({ origin }) => origin === 'GLASS_BROKEN').length;
};

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
    expect(await waitingAtPolice(glassId)).toEqual(['GLASS_BROKEN']);
    expect(await alertsAt('board-1280-reviewer')).toBe(1);
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
    await as(secondAssessor).does(path);
    await minutesLater(59);
    expect(await waitingAtPolice(glassId)).toEqual([]);
    expect((await reads(dutyOfficer, glassId)).status).toBe(200);
    await minutesLater(1);
    expect((await reads(dutyOfficer, glassId)).status).toBe(404);
  });

  it('that nobody confirms ends within the hour, and an alert stays with Police', async () => {
    const glassId = await breaks(dutyOfficer);
    await minutesLater(60);
    expect((await reads(dutyOfficer, glassId)).status).toBe(404);
    expect(await waitingAtPolice(glassId)).toEqual(['GLASS_NOT_CONFIRMED']);
    const late = await as(secondAssessor).posts(`${glasses()}/${glassId}/confirmations`);
    expect([late.status, late.body.code]).toEqual([409, 'break_glass.too_late']);
  });

  it('needs no worker: with the grants behind, ordinary reads wait and the glass opens', async () => {
    const glassId = await breaks(dutyOfficer);
    await system.pool.query(
      `INSERT INTO subs.parked (subscription, sequence, event_id, position, stream, revision, state)
       VALUES ('grants', $1, gen_random_uuid(), 'p', 's', 0, 'parked')`,
      [story.caseId],
    );
    try {
      expect((await as(officer).looks(`/cases/${story.caseId}/contents/identity`)).status).toBe(503);
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
    expect((await opens(colleague, openingId, 'address')).status).toBe(404);
    expect((await opens(officer, openingId, 'social')).status).toBe(404);
    await minutesLater(15);
    expect((await opens(officer, openingId, 'address')).status).toBe(404);
  });

  it('stay shut after a no', async () => {
    const openingId = await asks();
    await as(colleague).does(`${openings()}/${openingId}/rejections`);
    const turned = await as(colleague).posts(`${openings()}/${openingId}/approvals`);
    expect([turned.status, turned.body.code]).toEqual([409, 'joint_opening.already_answered']);
    expect((await opens(officer, openingId, 'address')).status).toBe(404);
  });
});
