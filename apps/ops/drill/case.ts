import { plainDateOf } from '#kernel';
import { alfa } from '../demo/people.js';
import type { Story } from '../demo/story.js';
import type { Stage } from '../demo/system.js';
import {
  accept,
  admit,
  assess,
  check,
  clear,
  deskOf,
  type HomeCaseView,
  move,
  order,
  receiversOf,
  register,
  request,
} from '../demo/work.js';

const home = '1280';
const destination = '2284';

/** What is done to the processes around the steps of the case; nothing in an undisturbed run. */
export interface Moments {
  ordered(): Promise<void>;
  answered(): Promise<void>;
  cleared(): Promise<void>;
  withdrawn(): Promise<void>;
}

/** One case from request to departure in which nobody has to wait for a day to pass. */
export const playCase = async (stage: Stage, story: Story, moments?: Moments): Promise<void> => {
  const today = plainDateOf(stage.clock.now().toISOString());
  const desk = deskOf(stage, home);
  const receiving = receiversOf(stage, destination);

  const caseId = await request(stage, story, desk, alfa, ['1281'], today);
  story.step('Police assess, and keep their conflict register; the coordinator has a candidate checked.');
  await register(stage, desk, caseId, alfa);
  await assess(stage, desk.police, caseId, alfa, 'MEDIUM');
  const { candidateId, verdict } = await check(stage, desk, caseId, destination);
  story.holds('the candidate is clear', verdict === 'CLEAR');
  story.step('The coordinator orders a proposal.');
  const proposalId = await order(stage, desk, caseId, candidateId, today);
  await moments?.ordered();

  story.step('The receiving board says yes.');
  await accept(stage, destination, proposalId);
  await moments?.answered();

  story.step('The provider admits, the coordinator clears.');
  await admit(stage, destination, proposalId, alfa);
  await clear(stage, desk, proposalId, today);
  const identity = `/proposals/${proposalId}/contents/identity`;
  story.holds(
    'the receiving board opens the identity',
    JSON.stringify(await receiving.officer.sees(identity)).includes(alfa.familyName),
  );
  await moments?.cleared();

  story.step('Police carry out the transfer, the home board confirms the arrival.');
  await move(stage, desk, proposalId);
  story.step('The person withdraws the waiver.');
  await desk.officer.does(`/cases/${caseId}/waiver-withdrawals`, { channel: 'ORAL' });
  story.holds(
    'the answer came when the identity was closed to the receiving board',
    (await receiving.officer.looks(identity)).status === 404,
  );
  await stage.settled();
  await moments?.withdrawn();

  story.step('The home board confirms the departure.');
  await desk.officer.does(`/placements/${proposalId}/departures`, {
    departedAt: stage.clock.now().toISOString(),
  });
  await stage.settled();
  const { status, waiver } = await desk.officer.sees<HomeCaseView & { waiver: string }>(`/cases/${caseId}`);
  story.sees('named officer', { status, waiver });
};
