import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { colleague, coordinator, officer, secondAssessor, Story } from '../support/story.js';
import { type Desk, startTestSystem, type TestSystem } from '../support/system.js';

// A pass opens where the person is only while somebody may stand there, and nothing after the end of the case.

const dutyOfficer = 'board-1280-duty';

let system: TestSystem;
/** Admitted in one test, and cleared in the next. */
let handed: Story;
const as = (sub: string): Desk => system.official(sub);
const breaking = (classes: readonly string[]) => ({
  reason: 'DANGER_TO_LIFE',
  classes,
  note: 'En påhittad fara',
});

beforeAll(async () => {
  system = await startTestSystem();
  handed = new Story(system, 2);
});
afterAll(() => system?.close());

describe('Where the person is', () => {
  const pass = (one: Story, kind: string) => `/cases/${one.caseId}/${kind}`;
  const breaksIn = (one: Story, sub: string, classes: readonly string[]) =>
    as(sub).posts<{ id: string; code?: string }>(pass(one, 'broken-glasses'), { body: breaking(classes) });
  const opened = async (one: Story, sub: string, kind: string, id: string, dataClass: string) =>
    (await as(sub).looks(`${pass(one, kind)}/${id}/contents/${dataClass}`)).status;
  const jointly = async (one: Story): Promise<string> => {
    const { id } = await as(officer).does(pass(one, 'joint-openings'), { purpose: 'TRANSPORT' });
    await as(colleague).does(`${pass(one, 'joint-openings')}/${id}/approvals`);
    return id;
  };

  it('no pass tells after the departure, and after the closing none opens anything', async () => {
    const gone = await new Story(system, 1).cleared();
    const idOf = async (sub: string, classes: readonly string[]) =>
      (await breaksIn(gone, sub, classes)).body.id;
    const officers = await idOf(officer, ['destination', 'address', 'threat-advice']);
    const polices = await idOf(secondAssessor, ['identity', 'destination', 'address']);
    const coordinators = await idOf(coordinator, ['identity']);
    const glassesThere = `/placements/${gone.proposalId}/broken-glasses`;
    const { id: theirs } = await as('police-nord-coordinator').does(glassesThere, breaking(['identity']));
    const identityThere = async () =>
      (await as('police-nord-coordinator').looks(`${glassesThere}/${theirs}/contents/identity`)).status;
    const openingId = await jointly(gone);
    const { id: asked } = await as(officer).does(pass(gone, 'joint-openings'), { purpose: 'CARE' });
    const where = async () => [
      await opened(gone, officer, 'broken-glasses', officers, 'destination'),
      await opened(gone, officer, 'broken-glasses', officers, 'address'),
      await opened(gone, secondAssessor, 'broken-glasses', polices, 'destination'),
      await opened(gone, secondAssessor, 'broken-glasses', polices, 'address'),
      await opened(gone, officer, 'joint-openings', openingId, 'address'),
    ];
    const rest = async () => [
      await opened(gone, officer, 'broken-glasses', officers, 'threat-advice'),
      await opened(gone, secondAssessor, 'broken-glasses', polices, 'identity'),
      await opened(gone, coordinator, 'broken-glasses', coordinators, 'identity'),
      await opened(gone, officer, 'joint-openings', openingId, 'identity'),
    ];
    const all = (status: number, count: number) => Array.from({ length: count }, () => status);
    await as(officer).does(`/cases/${gone.caseId}/waiver-withdrawals`, { channel: 'PHONE' });
    await system.settled();
    // Somebody may still be standing there.
    expect([await where(), await rest()]).toEqual([all(200, 5), all(200, 4)]);
    expect(await identityThere()).toBe(200);

    await as('police-nord-coordinator').does(`/placements/${gone.proposalId}/departures`, {
      departedAt: system.clock.now().toISOString(),
    });
    await system.settled();
    expect([await where(), await rest()]).toEqual([all(404, 5), all(200, 4)]);
    expect(await identityThere()).toBe(404);
    for (const [sub, classes] of [
      [officer, ['address']],
      [secondAssessor, ['identity', 'destination']],
    ] as const)
      expect((await breaksIn(gone, sub, classes)).body.code).toBe('break_glass.stays_shut');
    // Who has the alarm plan there has nobody to fetch any more, and learns not even whom.
    const there = await as('police-nord-coordinator').posts<{ code?: string }>(glassesThere, {
      body: breaking(['identity']),
    });
    expect([there.status, there.body.code]).toEqual([422, 'break_glass.stays_shut']);

    await as(officer).does(`/cases/${gone.caseId}/closures`, { code: 'WITHDRAWN' });
    await system.settled();
    expect([await where(), await rest()]).toEqual([all(404, 5), all(404, 4)]);
    for (const [sub, classes] of [
      [officer, ['threat-advice']],
      [officer, ['address']],
      [secondAssessor, ['identity']],
      [dutyOfficer, ['identity']],
      [coordinator, ['identity']],
    ] as const) {
      const { status, body } = await breaksIn(gone, sub, classes);
      expect([sub, status, body.code]).toEqual([sub, 404, 'thing.not_found']);
    }
    for (const [sub, path, body] of [
      [officer, '', { purpose: 'TRANSPORT' }],
      [colleague, `/${asked}/approvals`, undefined],
    ] as const) {
      const refused = await as(sub).posts(`${pass(gone, 'joint-openings')}${path}`, body ? { body } : {});
      expect([sub, refused.status, refused.body.code]).toEqual([sub, 404, 'thing.not_found']);
    }
  });

  it('no pass tells before clearance', async () => {
    const admitted = await handed.admitted();
    for (const [sub, classes] of [
      [officer, ['threat-advice', 'destination']],
      [officer, ['address']],
      [secondAssessor, ['identity', 'address']],
      [secondAssessor, ['destination']],
    ] as const) {
      const { status, body } = await breaksIn(admitted, sub, classes);
      expect([sub, status, body.code]).toEqual([sub, 422, 'break_glass.stays_shut']);
    }
    const openingId = await jointly(admitted);
    expect(await opened(admitted, officer, 'joint-openings', openingId, 'identity')).toBe(200);
    expect(await opened(admitted, officer, 'joint-openings', openingId, 'address')).toBe(404);
  });

  it('opens for who is named now: for a new officer as for the old, who has nothing any more', async () => {
    await as(coordinator).does(`/placements/${handed.proposalId}/clearances`, {
      plannedArrival: '2026-03-20',
    });
    await system.settled();
    const newcomer = 'board-1280-registrar';
    await as('registrar-1').does('/appointments', {
      official: newcomer,
      organisation: 'board:1280',
      agencyKind: 'SOCIAL_BOARD',
      function: 'HOME_OFFICER',
      delegated: false,
      from: '2026-01-01T00:00:00.000Z',
    });
    await system.settled();
    const before = (await breaksIn(handed, colleague, ['address'])).body.id;
    await as(officer).does(`/cases/${handed.caseId}/contact-changes`, {
      outgoing: colleague,
      incoming: newcomer,
      reason: 'NEW_DUTIES',
    });
    await system.settled();
    const { status, body } = await breaksIn(handed, newcomer, ['address', 'destination']);
    expect(status).toBe(200);
    expect(await opened(handed, newcomer, 'broken-glasses', body.id, 'address')).toBe(200);
    await system.settled();
    const { body: list } = await as(officer).looks<{ items: object[] }>(pass(handed, 'broken-glasses'));
    expect(list.items[0]).toMatchObject({ glassId: body.id, relation: 'HOME_BOARD' });
    expect((await breaksIn(handed, newcomer, ['identity'])).body.code).toBe('break_glass.stays_shut');
    expect((await breaksIn(handed, colleague, ['address'])).status).toBe(404);
    expect(await opened(handed, colleague, 'broken-glasses', before, 'address')).toBe(404);
  });
});
