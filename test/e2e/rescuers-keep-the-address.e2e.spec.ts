import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { disclosureEndReasons } from '../../libs/domain/disclosure/index.js';
import { endsRescue } from '../../libs/projections/shared/sealed.js';
import { officer, Story } from '../support/story.js';
import { type Desk, startTestSystem, type TestSystem } from '../support/system.js';

// Who must be able to fetch the person has the address from clearance until nobody may be standing there any more,
// whatever becomes of the waiver, of the placement and of the case.

const dutyOfficer = 'board-1280-duty';
const policeThere = 'police-nord-coordinator';

let system: TestSystem;
const as = (sub: string): Desk => system.official(sub);

const addressOf = async (story: Story) => ({
  duty: (await as(dutyOfficer).looks(`/alarms/${story.caseId}/contents/address`)).text,
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
  system = await startTestSystem();
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
    await depart(story);
    expect(await rescuersHave(story)).toBe(false);
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
