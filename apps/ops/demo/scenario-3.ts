import { gamma, type Invented, rival, twin } from './people.js';
import { masked } from './scenario-1.js';
import type { Story } from './story.js';
import type { System } from './system.js';
import {
  accept,
  admit,
  assess,
  check,
  clear,
  deskOf,
  type Desk,
  type DeskCaseView,
  inboxOf,
  live,
  move,
  municipality,
  order,
  receiversOf,
  register,
  request,
} from './work.js';

const rivalsHome = '1283';
const rivalsPlace = '0580';
const gammasHome = '1880';
const gammasPlace = '2281';
const twinsHome = '1780';
const full = '0680';

/** Rival already there: Gamma, man, 27, HIGH (domain.md 8, scenario 3). */
export const rivalAlreadyThere = async (system: System, story: Story): Promise<void> => {
  story.step('Eight months before: somebody of the rival side is placed, along the ordinary road.');
  const rivals = deskOf(system, rivalsHome);
  const rivalCase = await request(system, story, rivals, rival, [], '2025-11-10');
  await register(system, rivals, rivalCase, rival);
  await assess(system, rivals.police, rivalCase, rival, 'LOW');
  const placed = await place(system, rivals, rivalCase, rival, rivalsPlace, '2025-11-10');
  await move(system, rivals, placed);
  const rivalLives = (until: string) =>
    live(system, rivals, { caseId: rivalCase, proposalId: placed, person: rival, level: 'LOW' }, until);
  await rivalLives('2026-01-12T08:00:00.000Z');
  await rivals.officer.does(`/cases/${rivalCase}/supervised-closings`, { contactOn: '2026-01-12' });
  await rivalLives('2026-07-06T08:00:00.000Z');

  const desk = deskOf(system, gammasHome);
  const caseId = await request(system, story, desk, gamma, [], '2026-07-20');
  await register(system, desk, caseId, gamma);
  await assess(system, desk.police, caseId, gamma, 'HIGH');
  const before = await desk.officer.looks(`/cases/${caseId}`);

  story.step('The candidate where the rival lives is checked.');
  const there = receiversOf(system, rivalsPlace);
  const boardBefore = (await there.officer.looks('/proposals')).text;
  const candidate = await check(system, desk, caseId, rivalsPlace);
  story.sees('coordinator', candidate);
  story.holds('the coordinator reads REFER_TO_POLICE and no more', candidate.verdict === 'REFER_TO_POLICE');
  const referral = (await inboxOf(there.police, 'POLICE')).find(({ kind }) => kind === 'ANSWER_REFERRAL');
  story.holds(
    'Police there have a task for 24 hours',
    referral?.dueAt !== null && referral?.id === candidate.candidateId,
  );
  const detail = await there.police.sees(`/referrals/${candidate.candidateId}`);
  story.sees('Police there', detail as object);
  story.hidden('without a name', detail, [gamma.givenName, gamma.familyName, gamma.personalIdentityNumber]);
  const unasked = await desk.coordinator.tries(
    `/cases/${caseId}/candidates/${candidate.candidateId}/proposals`,
    {
      startOn: '2026-07-20',
    },
  );
  story.holds('the coordinator cannot propose there', unasked.status === 409);
  await there.police.does(`/referrals/${candidate.candidateId}/answers`, {
    answer: 'NOT_AVAILABLE',
  });
  await system.settled();
  const desks = await desk.coordinator.sees<DeskCaseView>(`/coordination-cases/${caseId}`);
  story.holds(
    'Police find a conflict; the coordinator reads NOT_AVAILABLE',
    desks.candidates[0]?.verdict === 'NOT_AVAILABLE',
  );
  story.holds('it was never proposed', desks.proposals.length === 0);
  story.hidden('nowhere on the desk stands the word conflict', JSON.stringify(desks).toUpperCase(), [
    'CONFLICT"',
    'CONFLICT_',
  ]);
  const after = await desk.officer.looks(`/cases/${caseId}`);
  story.holds(
    'the home board sees nothing: not a byte has changed',
    masked(before.text) === masked(after.text),
  );
  story.holds('the board there sees nothing', (await there.officer.looks('/proposals')).text === boardBefore);

  story.step('Another case whose candidate is full: its home board must see the very same.');
  const twins = deskOf(system, twinsHome);
  const twinCase = await request(system, story, twins, twin, [], '2026-07-20');
  await assess(system, twins.police, twinCase, twin, 'HIGH');
  await declareFull(system, full);
  const house = await check(system, twins, twinCase, full);
  const ordered = await order(system, twins, twinCase, house.candidateId, '2026-07-20');
  const abandoned = await twins.coordinator.sees<DeskCaseView>(`/coordination-cases/${twinCase}`);
  story.sees('coordinator', { proposal: abandoned.proposals[0]?.status });
  story.holds(
    'the house was full, nobody was asked',
    abandoned.proposals.find(({ proposalId }) => proposalId === ordered)?.status === 'ABANDONED',
  );
  const nameless = (text: string, of: string): string => masked(text).replaceAll(of, '*');
  const forConflict = await desk.officer.looks<Record<string, unknown>>(`/cases/${caseId}`);
  const forFull = await twins.officer.looks<Record<string, unknown>>(`/cases/${twinCase}`);
  const own = ['sex', 'ageBand', 'validUntil'];
  story.holds(
    'conflict and full are the same to a home board, byte by byte',
    nameless(without(forConflict.body, own), caseId) === nameless(without(forFull.body, own), twinCase),
  );

  story.step("Later the rival's case closes: the verdict becomes another one, and nobody outside is told.");
  await rivalLives('2026-07-13T08:00:00.000Z');
  const outside = async () => [
    masked((await desk.officer.looks(`/cases/${caseId}`)).text),
    JSON.stringify(await inboxOf(desk.officer, 'HOME_BOARD')),
    masked((await desk.police.looks(`/police-cases/${caseId}`)).text),
    masked((await desk.coordinator.looks(`/coordination-cases/${caseId}`)).text),
  ];
  const quiet = await outside();
  await rivals.officer.does(`/cases/${rivalCase}/closures`, { code: 'ESTABLISHED' });
  await system.settled();
  story.holds("nobody who works with Gamma's case notices", same(quiet, await outside()));
  const again = await check(system, desk, caseId, rivalsPlace);
  story.holds('asked again, the same place is clear', again.verdict === 'CLEAR');

  story.step('Gamma goes elsewhere all the same.');
  await assess(system, desk.police, caseId, gamma, 'HIGH');
  const proposalId = await place(system, desk, caseId, gamma, gammasPlace, '2026-07-20');
  story.holds(
    'cleared',
    JSON.stringify(await desk.officer.sees(`/cases/${caseId}/contents/destination`)).includes(
      municipality(gammasPlace).name,
    ),
  );
  await move(system, desk, proposalId);
  story.sees('named officer', await desk.officer.sees<object>(`/cases/${caseId}`));
};

/** Checks, proposes, accepts, admits and clears; returns the proposal. */
const place = async (
  system: System,
  desk: Desk,
  caseId: string,
  person: Invented,
  code: string,
  startOn: string,
): Promise<string> => {
  const { candidateId } = await check(system, desk, caseId, code);
  const proposalId = await order(system, desk, caseId, candidateId, startOn);
  await accept(system, code, proposalId);
  await admit(system, code, proposalId, person);
  await clear(system, desk, proposalId, startOn);
  return proposalId;
};

const declareFull = async (system: System, code: string): Promise<void> => {
  await receiversOf(system, code).officer.does('/capacity-declarations', {
    places: 0,
    housingForms: ['PROTECTED'],
    competences: ['DEFECTOR_SUPPORT'],
  });
  await system.settled();
};

const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((text, index) => text === other[index]);

/** Without what differs by person; sealed parts of one instant come in the order of their random ids. */
const without = (body: Record<string, unknown>, fields: readonly string[]): string =>
  JSON.stringify({
    ...body,
    ...Object.fromEntries(fields.map((field) => [field, null])),
    contents: (body['contents'] as readonly object[]).map((part) => JSON.stringify(part)).sort(),
  });
