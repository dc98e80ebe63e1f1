import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  assess,
  assessor,
  coordinator,
  decider,
  director,
  officer,
  preparer,
  said,
  secondAssessor,
  Story,
} from '../support/story.js';
import { startTestSystem, type TestSystem } from '../support/system.js';

let system: TestSystem;
let story: Story;

const done = (sub: string, path: string, body?: object) => system.official(sub).does(path, body);
const inCase = () => `/cases/${story.caseId}`;
const proposal = () => `/proposals/${story.proposalId}`;
const placement = () => `/placements/${story.proposalId}`;
const order = () => `${inCase()}/candidates/${story.candidateId}/proposals`;

/** A command that is sent too early, too late or twice, and what is said instead. */
interface Wrong {
  readonly what: string;
  /** What happens in the case before it is sent. */
  before?(): Promise<unknown>;
  readonly who: string;
  path(): string;
  readonly body?: object;
  readonly code: string;
  /** 409 when left out. */
  readonly status?: 403 | 404 | 409;
  /** Exactly what the caller may do now; undefined where nothing may be told. */
  readonly allowed?: readonly string[];
}

const inDraft: readonly Wrong[] = [
  {
    what: 'a relocation without a decision on support',
    before: () => story.opened(),
    who: officer,
    path: () => `${inCase()}/relocation-requests`,
    body: said.request,
    code: 'relocation.support_decision_missing',
    allowed: ['SignWaiver', 'RegisterSupportDecision', 'CloseCase'],
  },
  {
    what: 'a relocation without a waiver',
    before: () => done(officer, `${inCase()}/support-decisions`, said.supportDecision),
    who: officer,
    path: () => `${inCase()}/relocation-requests`,
    body: said.request,
    code: 'relocation.waiver_missing',
    allowed: ['SignWaiver', 'CloseCase'],
  },
  {
    what: 'the withdrawal of a waiver that was never signed',
    who: officer,
    path: () => `${inCase()}/waiver-withdrawals`,
    body: { channel: 'ORAL' },
    code: 'disclosure.no_waiver',
    allowed: ['SignWaiver', 'CloseCase'],
  },
  {
    what: 'supervised closing of what was never requested',
    who: officer,
    path: () => `${inCase()}/supervised-closings`,
    body: { contactOn: '2026-03-02' },
    code: 'relocation.not_requested',
    allowed: ['SignWaiver', 'CloseCase'],
  },
  {
    what: 'an assessment before Police have been told anything',
    who: assessor,
    path: () => `${inCase()}/threat-assessments`,
    body: said.assessment('HIGH'),
    code: 'thing.not_found',
    status: 404,
  },
];

const inMatching: readonly Wrong[] = [
  {
    what: 'another relocation in the same case',
    before: async () => {
      await done(officer, `${inCase()}/waivers`, said.waiver);
      await done(officer, `${inCase()}/relocation-requests`, said.request);
    },
    who: officer,
    path: () => `${inCase()}/relocation-requests`,
    body: { ...said.request, adults: 2 },
    code: 'relocation.already_requested',
    allowed: ['WithdrawWaiver', 'CloseCase'],
  },
  {
    what: 'a proposal while Police have not assessed the threat',
    before: () => story.check(),
    who: coordinator,
    path: order,
    body: { startOn: '2026-03-20' },
    code: 'consent.stale_assessment',
    allowed: [],
  },
  {
    what: 'agreement to a lower level that nobody proposed',
    before: () => assess(system.official(assessor), story.caseId, 'MEDIUM'),
    who: secondAssessor,
    path: () => `${inCase()}/threat-assessments/1/confirmations`,
    code: 'threat_assessment.no_such_proposal',
    allowed: ['AssessThreat'],
  },
  {
    what: 'the home municipality as a candidate',
    who: coordinator,
    path: () => `${inCase()}/candidates`,
    body: { municipalityCode: '1280' },
    code: 'consent.no_go_place',
    allowed: ['CheckCandidate', 'OrderProposal'],
  },
  {
    what: 'settling what nobody asked for',
    who: coordinator,
    path: () => `${inCase()}/settled-attention`,
    body: { step: 'AlertConflict' },
    code: 'consent.nothing_to_settle',
    allowed: ['CheckCandidate', 'OrderProposal'],
  },
  {
    what: 'closing as established before there is a placement',
    who: officer,
    path: () => `${inCase()}/closures`,
    body: { code: 'ESTABLISHED' },
    code: 'relocation.not_supervised',
    allowed: ['WithdrawWaiver', 'CloseCase'],
  },
];

const whileAsked: readonly Wrong[] = [
  {
    what: 'a second proposal while a board is being asked',
    before: () => story.propose(),
    who: coordinator,
    path: order,
    body: { startOn: '2026-03-20' },
    code: 'consent.proposal_open',
    allowed: [],
  },
  {
    what: 'a decision on an answer that nobody has prepared',
    who: decider,
    path: () => `${proposal()}/answers`,
    body: said.acceptance,
    code: 'consent.not_prepared',
    allowed: ['PrepareAnswer'],
  },
  {
    what: 'a decision by the one who prepared the answer',
    before: () => done(decider, `${proposal()}/prepared-answers`, { answer: 'ACCEPT' }),
    who: decider,
    path: () => `${proposal()}/answers`,
    body: said.acceptance,
    code: 'consent.four_eyes',
    status: 403,
  },
  {
    what: 'a decision that is not the prepared answer',
    before: () => done(preparer, `${proposal()}/prepared-answers`, { answer: 'ACCEPT' }),
    who: decider,
    path: () => `${proposal()}/answers`,
    body: { answer: 'DECLINE', reason: 'OTHER' },
    code: 'consent.answer_differs',
    allowed: ['PrepareAnswer', 'DecideAnswer'],
  },
  {
    what: 'a yes to a counter-proposal that there is not',
    who: officer,
    path: () => `${inCase()}/proposals/${story.proposalId}/counter-approvals`,
    code: 'consent.no_counter_proposal',
    allowed: ['WithdrawWaiver', 'CloseCase'],
  },
  {
    what: 'a clearance before the board has said yes',
    who: coordinator,
    path: () => `${placement()}/clearances`,
    body: { plannedArrival: '2026-03-20' },
    code: 'thing.not_found',
    status: 404,
  },
];

const afterTheYes: readonly Wrong[] = [
  {
    what: 'a clearance before the housing has admitted',
    before: () => done(decider, `${proposal()}/answers`, said.acceptance),
    who: coordinator,
    path: () => `${placement()}/clearances`,
    body: { plannedArrival: '2026-03-20' },
    code: 'placement.not_admitted',
    allowed: [],
  },
  {
    what: 'another answer after the yes',
    who: preparer,
    path: () => `${proposal()}/prepared-answers`,
    body: { answer: 'DECLINE', reason: 'CAPACITY' },
    code: 'consent.already_answered',
    allowed: [],
  },
  {
    what: 'an arrival before clearance',
    before: () => done(director, `${placement()}/admissions`, { address: 'Påhittadvägen 7' }),
    who: officer,
    path: () => `${placement()}/arrivals`,
    body: { arrivedAt: '2026-03-02T08:00:00Z' },
    code: 'placement.not_cleared',
    allowed: ['WithdrawWaiver', 'CloseCase'],
  },
  {
    what: 'a transfer before clearance',
    who: secondAssessor,
    path: () => `${placement()}/transfers`,
    body: { startedAt: '2026-03-02T08:00:00Z' },
    code: 'placement.not_cleared',
    allowed: ['RecordConflictEntries'],
  },
  {
    what: 'a refusal after the admission',
    who: director,
    path: () => `${placement()}/admission-refusals`,
    body: { reason: 'FULL' },
    code: 'placement.not_open',
    allowed: [],
  },
];

const afterClearance: readonly Wrong[] = [
  {
    what: 'a follow-up before arrival',
    before: () => done(coordinator, `${placement()}/clearances`, { plannedArrival: '2026-03-20' }),
    who: officer,
    path: () => `${placement()}/follow-ups`,
    body: { number: 1, heldOn: '2026-03-02', outcome: 'STABLE', note: 'Allt väl' },
    code: 'placement.not_arrived',
    allowed: ['WithdrawWaiver', 'ConfirmArrival', 'CloseCase'],
  },
  {
    what: 'supervised closing before arrival',
    who: officer,
    path: () => `${inCase()}/supervised-closings`,
    body: { contactOn: '2026-03-02' },
    code: 'relocation.not_arrived',
    allowed: ['WithdrawWaiver', 'ConfirmArrival', 'CloseCase'],
  },
  {
    what: 'a departure that nobody waits for',
    who: officer,
    path: () => `${placement()}/departures`,
    body: { departedAt: '2026-03-02T08:00:00Z' },
    code: 'placement.no_departure_pending',
    allowed: ['WithdrawWaiver', 'ConfirmArrival', 'CloseCase'],
  },
  {
    what: 'closing while somebody may still stand at the old place',
    before: () => done(officer, `${inCase()}/waiver-withdrawals`, { channel: 'PHONE' }),
    who: officer,
    path: () => `${inCase()}/closures`,
    body: { code: 'WITHDRAWN' },
    code: 'relocation.departure_pending',
    allowed: ['SignWaiver', 'ConfirmDeparture', 'CloseCase'],
  },
  {
    what: 'another closing code after the case is closed',
    before: async () => {
      await done(officer, `${placement()}/departures`, { departedAt: '2026-03-02T08:00:00Z' });
      await system.settled();
      await done(officer, `${inCase()}/closures`, { code: 'WITHDRAWN' });
    },
    who: officer,
    path: () => `${inCase()}/closures`,
    body: { code: 'NO_THREAT' },
    code: 'relocation.already_closed',
    allowed: [],
  },
];

const eventCount = async (): Promise<number> =>
  (await system.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM log.events')).rows[0]!
    .count;

const refuses =
  ({ who, path, body, code, status = 409, allowed, before }: Wrong): (() => Promise<void>) =>
  async () => {
    await before?.();
    await system.settled();
    const count = await eventCount();
    const answer = await system.official(who).posts(path(), { body });
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.body['allowedActions']).toEqual(allowed);
    // Facts of a refusal are codes, numbers and dates: no token, no text of a person.
    for (const fact of Object.values((answer.body['facts'] ?? {}) as object).flat())
      expect(String(fact)).toMatch(/^([A-Z_0-9]+|\d+|\d{4}-\d\d-\d\dT[\d:.]+Z)$/);
    expect(await eventCount()).toBe(count);
  };

describe('In the wrong state of the case', () => {
  beforeAll(async () => {
    system = await startTestSystem();
    story = new Story(system, 1);
  });
  afterAll(() => system?.close());

  const tried = (title: string, wrongs: readonly Wrong[]): void =>
    describe(title, () => {
      for (const wrong of wrongs) it(`refuses ${wrong.what}, and says what may be done now`, refuses(wrong));
    });
  tried('a draft', inDraft);
  tried('a case that looks for a place', inMatching);
  tried('a case for which a board is asked', whileAsked);
  tried('a case to which a board has said yes', afterTheYes);
  tried('a case that is cleared', afterClearance);

  it('refuses an answer after its time by the clock alone, and still when its end is on record', async () => {
    const late = await new Story(system, 2).proposed();
    const path = `/proposals/${late.proposalId}`;
    await done(preparer, `${path}/prepared-answers`, { answer: 'ACCEPT' });
    await system.settled();
    const seen = await system.official(decider).looks<{ answerBy: string }>(path);
    // Nobody has looked at the deadlines since: the timer has not fired.
    system.clock.set(seen.body.answerBy);
    const byTime = await system.official(decider).posts(`${path}/answers`, { body: said.acceptance });
    expect([byTime.status, byTime.body['code']]).toEqual([409, 'consent.answer_too_late']);
    await system.settled();
    const closed = await system.official(decider).posts(`${path}/answers`, { body: said.acceptance });
    expect([closed.status, closed.body['code'], closed.body['allowedActions']]).toEqual([
      409,
      'consent.proposal_closed',
      [],
    ]);
  });

  it('refuses a proposal on an assessment that has run out by the clock alone', async () => {
    const late = await new Story(system, 3).checked('HIGH');
    const path = `/cases/${late.caseId}/candidates/${late.candidateId}/proposals`;
    // HIGH may be relied on for seven days; nobody has looked at the deadlines since.
    system.clock.advance(7 * 24 * 3_600_000);
    const answer = await system.official(coordinator).posts(path, { body: { startOn: '2026-03-20' } });
    expect([answer.status, answer.body['code']]).toEqual([409, 'consent.stale_assessment']);
  });
});
