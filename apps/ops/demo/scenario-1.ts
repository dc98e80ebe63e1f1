import { alfa, type Invented, secretsOf } from './people.js';
import type { Story } from './story.js';
import type { System } from './system.js';
import {
  accept,
  admit,
  assess,
  check,
  clear,
  deskOf,
  type HomeCaseView,
  inboxOf,
  live,
  move,
  municipality,
  order,
  receiversOf,
  register,
  request,
} from './work.js';

const home = '1280';
const someplace = '2284';

/** Nothing is there; or, before who asks has said that nothing disqualifies him or her, nobody is shown anything. */
const isKeptOut = ({ status }: { readonly status: number }): boolean => status === 404 || status === 403;

/** From the opening of a case to the arrival. @returns the case and its placement */
export const untilPlaced = async (
  system: System,
  story: Story,
  person: Invented,
  destination = someplace,
): Promise<{ readonly caseId: string; readonly proposalId: string }> => {
  const desk = deskOf(system, home);
  const receiving = receiversOf(system, destination);
  const secrets = secretsOf(person);
  const origin = [home, municipality(home).name, municipality(home).policeRegion];
  const place = [destination, municipality(destination).name];

  const caseId = await request(system, story, desk, person, ['1281'], '2026-06-22');
  story.sees('named officer', await desk.officer.sees<HomeCaseView>(`/cases/${caseId}`));
  const unknown = await desk.colleague.looks(`/cases/${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`);
  const foreign = await desk.colleague.looks(`/cases/${caseId}`);
  story.sees('other staff there', `${foreign.status}`);
  story.holds(
    'other staff of the home board cannot tell the case from one that does not exist',
    foreign.status === 404 && masked(foreign.text) === masked(unknown.text),
  );

  const task = (await inboxOf(desk.police, 'POLICE')).find(({ id }) => id === caseId);
  story.holds(
    'Police of the home region have a task with a date',
    task?.kind === 'ASSESS_THREAT' && task.dueAt !== null,
  );
  story.step('Police assess HIGH, which may be relied on for seven days, and keep their conflict register.');
  await register(system, desk, caseId, person);
  await assess(system, desk.police, caseId, person, 'HIGH');
  const identity = await desk.police.sees<object>(`/police-cases/${caseId}/contents/identity`);
  story.holds('Police open the identity on the waiver', JSON.stringify(identity).includes(person.familyName));
  story.holds(
    'Police never open the social file',
    (await desk.police.looks(`/police-cases/${caseId}/contents/social`)).status === 404,
  );
  const advice = JSON.stringify(await desk.officer.sees(`/cases/${caseId}/contents/threat-advice`));
  story.holds('the home board reads the advice that Police wrote for it', advice.includes(person.advice));
  story.hidden('and nothing of the detail', advice, [person.threatDetail]);

  story.step('The coordinator has three candidates checked: two are clear, one is referred to Police there.');
  const ranked = await desk.coordinator.sees<{ items: readonly { municipality: { code: string } }[] }>(
    `/coordination-cases/${caseId}/destinations?limit=100`,
  );
  story.sees('coordinator', { destinations: ranked.items.length });
  story.holds(
    'no-go places are not among the destinations',
    ranked.items.length > 0 && !ranked.items.some(({ municipality: { code } }) => code === '1281'),
  );
  await system.official('police-ost-registrar').does('/adversary-presences', {
    municipalityCode: '0580',
    networks: person.adversaryNetworks,
    persons: [],
  });
  await system.settled();
  const first = await check(system, desk, caseId, destination);
  const second = await check(system, desk, caseId, '1880');
  const third = await check(system, desk, caseId, '0580');
  story.holds('two are clear', first.verdict === 'CLEAR' && second.verdict === 'CLEAR');
  story.holds('one is referred, and no more is said', third.verdict === 'REFER_TO_POLICE');
  await system
    .official('police-ost-coordinator')
    .does(`/referrals/${third.candidateId}/answers`, { answer: 'NOT_AVAILABLE' });
  await system.settled();
  const deskView = await desk.coordinator.sees<{
    candidates: readonly { candidateId: string; verdict: string }[];
  }>(`/coordination-cases/${caseId}`);
  story.holds(
    'after the answer the coordinator reads NOT_AVAILABLE',
    deskView.candidates.find(({ candidateId }) => candidateId === third.candidateId)?.verdict ===
      'NOT_AVAILABLE',
  );
  story.hidden('the coordinator sees no name, number or address', deskView, secrets);
  const needs = JSON.stringify(await desk.coordinator.sees(`/coordination-cases/${caseId}/contents/needs`));
  story.holds('but opens the need profile', needs.includes(person.needs));
  story.holds(
    'and has no way to the identity',
    (await desk.coordinator.looks(`/coordination-cases/${caseId}/contents/identity`)).status === 404,
  );

  story.step('An anonymous proposal goes to the receiving board, under a reference code.');
  const proposalId = await order(system, desk, caseId, first.candidateId, '2026-06-22');
  const asked = await receiving.officer.sees<{ referenceCode: string; level: string; status: string }>(
    `/proposals/${proposalId}`,
  );
  story.sees('receiving board', asked);
  const profile = await receiving.officer.sees(`/proposals/${proposalId}/contents/needs`);
  story.holds(
    'it reads level and need profile',
    asked.level === 'HIGH' && JSON.stringify(profile).includes(person.needs),
  );
  story.hidden(
    'it sees no name and no number',
    [asked, profile],
    [person.givenName, person.familyName, person.personalIdentityNumber],
  );
  story.hidden('it sees no origin', asked, origin);
  story.hidden('and not the id under which others know the case', asked, [caseId]);
  story.holds(
    'it cannot open the identity',
    isKeptOut(await receiving.officer.looks(`/proposals/${proposalId}/contents/identity`)),
  );
  const waiting = await desk.officer.sees<HomeCaseView>(`/cases/${caseId}`);
  story.hidden('the home board sees no municipality', waiting, place);

  await system.until('2026-06-12T09:00:00.000Z');
  story.step(
    'On the fourth day one officer of the receiving board prepares a yes, another with delegation decides it.',
  );
  const byOne = await receiving.officer.tries(`/proposals/${proposalId}/answers`, { answer: 'ACCEPT' });
  story.holds('an officer without delegation cannot decide', byOne.status === 403);
  await accept(system, destination, proposalId);
  story.step("The provider's director admits under the reference code.");
  const admission = await receiving.director.sees(`/admissions/${proposalId}`);
  story.sees('director', admission as object);
  story.hidden('the director sees no name, no number, no origin', admission, [...secrets, ...origin]);
  await admit(system, destination, proposalId, person);

  await system.until('2026-06-15T09:00:00.000Z');
  story.step(
    'The assessment has run out: clearance would be refused. Police reassess, the coordinator clears.',
  );
  await assess(system, desk.police, caseId, person, 'HIGH');
  const before = await desk.officer.looks(`/cases/${caseId}/contents/destination`);
  story.holds('before clearance the home board cannot open the destination', before.status === 404);
  await clear(system, desk, proposalId, '2026-06-16');
  const opened = JSON.stringify(await desk.officer.sees(`/cases/${caseId}/contents/destination`));
  story.holds('after clearance it can', opened.includes(municipality(destination).name));
  for (const receiver of [receiving.officer, receiving.second])
    story.holds(
      `${receiver.sub} opens the identity`,
      JSON.stringify(await receiver.sees(`/proposals/${proposalId}/contents/identity`)).includes(
        person.familyName,
      ),
    );
  story.holds(
    'a third person of the receiving board does not',
    isKeptOut(await receiving.decider.looks(`/proposals/${proposalId}/contents/identity`)),
  );
  const plan = await receiving.police.sees(`/police-placements/${proposalId}/contents/address`);
  story.holds(
    'Police of the receiving region hold the alarm plan',
    JSON.stringify(plan).includes(person.address),
  );
  story.holds(
    'so does the duty officer of the home board',
    JSON.stringify(await desk.duty.sees(`/alarms/${proposalId}/contents/address`)).includes(person.address),
  );
  story.holds(
    'the named officer of the home board has no way to the address',
    (await desk.officer.looks(`/cases/${caseId}/contents/address`)).status === 404,
  );

  await system.until('2026-06-16T08:00:00.000Z');
  story.step('Police carry out the transfer, the home board confirms the arrival.');
  await move(system, desk, proposalId);
  story.sees('named officer', await desk.officer.sees<HomeCaseView>(`/cases/${caseId}`));
  return { caseId, proposalId };
};

/** Ordinary success: Alfa, man, 24, HIGH (domain.md 8, scenario 1). */
export const ordinarySuccess = async (system: System, story: Story): Promise<void> => {
  const person = alfa;
  const desk = deskOf(system, home);
  const receiving = receiversOf(system, someplace);
  const { caseId, proposalId } = await untilPlaced(system, story, person);
  story.step('A month of daily life: follow-ups on their dates, reassessments before each one runs out.');
  const month = await live(
    system,
    desk,
    { caseId, proposalId, person, level: 'HIGH' },
    '2026-07-17T08:00:00.000Z',
  );
  story.sees('in that month', month);
  story.holds('follow-ups at 24 h, 72 h, 7 and 30 days were held', month.followUps === 4);

  story.step('The coordinator of Police proposes MEDIUM: it holds only when a second assessor agrees.');
  await assess(system, desk.police, caseId, person, 'MEDIUM');
  story.holds(
    'until then the level is HIGH',
    (await desk.officer.sees<HomeCaseView>(`/cases/${caseId}`)).level === 'HIGH',
  );
  const own = await desk.police.sees<{ lowering: { version: number } | null }>(`/police-cases/${caseId}`);
  const version = own.lowering?.version ?? 0;
  const alone = await desk.police.tries(`/cases/${caseId}/threat-assessments/${version}/confirmations`);
  story.sees('proposer', { status: alone.status, code: (alone.body as { code?: string }).code });
  story.holds('the proposer cannot agree with himself', alone.status === 403);
  await desk.secondAssessor.does(`/cases/${caseId}/threat-assessments/${version}/confirmations`);
  await system.settled();
  story.holds(
    'then it is MEDIUM',
    (await desk.officer.sees<HomeCaseView>(`/cases/${caseId}`)).level === 'MEDIUM',
  );

  story.step('Until twelve months have passed.');
  const year = await live(
    system,
    desk,
    { caseId, proposalId, person, level: 'MEDIUM' },
    '2027-06-17T08:00:00.000Z',
  );
  story.sees('in that time', year);
  const listed = await desk.officer.sees<HomeCaseView>(`/cases/${caseId}`);
  story.holds('no follow-up was missed', !listed.followUps.some(({ state }) => state === 'MISSED'));

  story.step(
    'Supervised closing begins with a contact in person and a valid assessment, and lasts six months.',
  );
  await desk.officer.does(`/cases/${caseId}/supervised-closings`, { contactOn: '2027-06-17' });
  const early = await desk.officer.tries(`/cases/${caseId}/closures`, { code: 'ESTABLISHED' });
  story.holds('it cannot be closed as established before', early.status === 409);
  await live(system, desk, { caseId, proposalId, person, level: 'MEDIUM' }, '2027-12-18T08:00:00.000Z');
  await desk.officer.does(`/cases/${caseId}/closures`, { code: 'ESTABLISHED' });
  await system.settled();
  const closed = await desk.officer.sees<HomeCaseView>(`/cases/${caseId}`);
  story.sees('named officer', closed);
  story.holds('the case ends ESTABLISHED', closed.status === 'CLOSED' && closed.closeCode === 'ESTABLISHED');
  story.holds(
    'and nobody of the receiving side opens anything any more',
    (await receiving.officer.looks(`/proposals/${proposalId}/contents/identity`)).status === 404 &&
      (await receiving.police.looks(`/police-placements/${proposalId}/contents/address`)).status === 404,
  );
};

/** The request id differs from answer to answer; nothing else may. */
export const masked = (text: string): string => text.replace(/urn:request:[^"]+/g, 'urn:request:*');
