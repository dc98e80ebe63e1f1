import { beta, secretsOf } from './people.js';
import type { Story } from './story.js';
import type { System } from './system.js';
import {
  accept,
  admit,
  assess,
  check,
  clear,
  deskOf,
  type DeskCaseView,
  type HomeCaseView,
  inboxOf,
  municipality,
  order,
  receiversOf,
  request,
} from './work.js';

const home = '0180';
const declining = '1480';
const silent = '2380';
const countering = '0680';

/** Refusals and silence: Beta, woman, 31, MEDIUM (domain.md 8, scenario 2). */
export const refusalsAndSilence = async (system: System, story: Story): Promise<void> => {
  const desk = deskOf(system, home);
  const places = [declining, silent, countering].flatMap((code) => [code, municipality(code).name]);
  const homeView = () => desk.officer.sees<HomeCaseView>(`/cases/${caseId}`);
  const deskView = () => desk.coordinator.sees<DeskCaseView>(`/coordination-cases/${caseId}`);

  const caseId = await request(system, story, desk, beta, [], '2026-06-22');
  story.holds(
    'she is counted as a woman',
    (await desk.officer.sees<{ sex: string }>(`/cases/${caseId}`)).sex === 'WOMAN',
  );
  story.step('Police assess MEDIUM, which may be relied on for thirty days.');
  await assess(system, desk.police, caseId, beta, 'MEDIUM');

  await system.until('2026-06-08T08:00:00.000Z');
  story.step('The first board declines: no capacity.');
  const one = await check(system, desk, caseId, declining);
  const first = await order(system, desk, caseId, one.candidateId, '2026-06-22');
  const refusing = receiversOf(system, declining);
  const refusal = { answer: 'DECLINE', reason: 'CAPACITY' };
  await refusing.officer.does(`/proposals/${first}/prepared-answers`, refusal);
  await refusing.decider.does(`/proposals/${first}/answers`, refusal);
  await system.settled();
  story.sees('home board', { notAvailable: (await homeView()).notAvailable });
  story.holds('the home board learns that one was not available', (await homeView()).notAvailable === 1);
  story.hidden('and neither which nor why', await homeView(), [...places, 'CAPACITY']);
  story.holds(
    'the need profile is closed to the board that declined',
    (await refusing.officer.looks(`/proposals/${first}/contents/needs`)).status === 404,
  );

  await system.until('2026-06-15T08:00:00.000Z');
  story.step(
    'The second board says nothing. Midsummer Eve lies in the five working days and does not count.',
  );
  const two = await check(system, desk, caseId, silent);
  const second = await order(system, desk, caseId, two.candidateId, '2026-06-29');
  const quiet = receiversOf(system, silent);
  const asked = await quiet.officer.sees<{ answerBy: string }>(`/proposals/${second}`);
  story.sees('silent board', asked);
  story.holds('it may answer until 24:00 on Tuesday 23 June', asked.answerBy === '2026-06-23T22:00:00.000Z');
  await system.until('2026-06-23T21:59:00.000Z');
  story.holds(
    'a minute before it is still asked',
    (await quiet.officer.sees<{ status: string }>(`/proposals/${second}`)).status === 'ASKED',
  );
  await system.until('2026-06-24T08:00:00.000Z');
  story.holds(
    'then the proposal has expired: silence is never consent',
    (await deskView()).proposals.find(({ proposalId }) => proposalId === second)?.status === 'EXPIRED',
  );
  const late = await quiet.officer.tries(`/proposals/${second}/prepared-answers`, { answer: 'ACCEPT' });
  story.holds('an answer after that is refused', late.status === 409);
  story.holds('the home board learns that two were not available', (await homeView()).notAvailable === 2);

  story.step('The third board is asked, and counters: two weeks later.');
  const three = await check(system, desk, caseId, countering);
  const third = await order(system, desk, caseId, three.candidateId, '2026-07-06');
  const counter = receiversOf(system, countering);
  const terms = { answer: 'COUNTER', startOn: '2026-07-20' };
  await system.until('2026-06-30T08:00:00.000Z');
  await counter.officer.does(`/proposals/${third}/prepared-answers`, terms);
  await counter.decider.does(`/proposals/${third}/answers`, terms);
  await system.settled();
  const offered = await homeView();
  story.sees('home board', offered);
  story.holds('the home board is asked', offered.proposalId === third);
  story.hidden('without a place', offered, places);

  story.step(
    'Police were asked for a new assessment in time, and are late: the old one runs out on day thirty.',
  );
  const overdue = (await inboxOf(desk.police, 'POLICE')).find(({ id }) => id === caseId);
  story.holds('the reassessment waits in the inbox of Police', overdue?.kind === 'REASSESS_THREAT');
  await system.until('2026-07-02T08:00:00.000Z');
  const stale = await desk.officer.tries<{ code?: string }>(
    `/cases/${caseId}/proposals/${third}/counter-approvals`,
  );
  story.sees('home board tries', { status: stale.status, code: stale.body.code });
  story.holds('on the old assessment nothing is agreed', stale.status === 409);
  await system.until('2026-07-03T08:00:00.000Z');
  await assess(system, desk.police, caseId, beta, 'MEDIUM');
  story.step(
    'With the new assessment the home board takes the counter-proposal; the third board decides on its own terms.',
  );
  await desk.officer.does(`/cases/${caseId}/proposals/${third}/counter-approvals`);
  await system.settled();
  await accept(system, countering, third);
  await admit(system, countering, third, beta);
  story.step('The coordinator clears.');
  await clear(system, desk, third, '2026-07-20');
  const cleared = await homeView();
  story.sees('home board', cleared);
  story.holds('the placement is cleared', cleared.status === 'CLEARED');
  story.holds(
    'now the home board opens the destination',
    JSON.stringify(await desk.officer.sees(`/cases/${caseId}/contents/destination`)).includes(
      municipality(countering).name,
    ),
  );

  const mine = await deskView();
  story.sees('coordinator', { proposals: mine.proposals.map(({ status, reason }) => [status, reason]) });
  story.holds(
    'the coordinator counts one refusal with its reason, one expiry and one acceptance',
    mine.proposals.filter(({ status, reason }) => status === 'DECLINED' && reason === 'CAPACITY').length ===
      1 &&
      mine.proposals.filter(({ status }) => status === 'EXPIRED').length === 1 &&
      mine.proposals.filter(({ status }) => status === 'CLEARED').length === 1,
  );
  const police = await desk.police.sees<{ answers: readonly string[] }>(`/police-cases/${caseId}`);
  story.holds(
    'Police read the reasons, too',
    police.answers.includes('CAPACITY') && police.answers.includes('SILENCE'),
  );
  story.hidden('the home board still does not', await homeView(), ['CAPACITY', 'SILENCE', 'EXPIRED']);
  story.hidden('and the coordinator has seen no name', mine, secretsOf(beta));
};
