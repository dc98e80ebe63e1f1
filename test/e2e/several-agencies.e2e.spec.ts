import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assess, assessor, lastJudgement, officer, said, secondAssessor, Story } from '../support/story.js';
import { startTestSystem, type TestSystem } from '../support/system.js';

// Steps that more than one agency may take: each under its own policy, offered only to whom the route admits.

const dutyOfficer = 'board-1280-duty';
const policeThere = 'police-nord-coordinator';
const departedAt = '2026-03-03T09:00:00Z';

interface Waiting {
  readonly items: readonly {
    readonly kind: string;
    readonly id: string;
    readonly actions: readonly string[];
  }[];
}
interface Alarm {
  readonly proposalId: string;
  readonly departurePending: boolean;
}

let system: TestSystem;

const as = (sub: string) => system.official(sub);
/** What waits for somebody of Police in one thing, by kind. */
const waitingAtPolice = async (sub: string, id: string) => {
  const { body } = await as(sub).looks<Waiting>('/inbox?as=POLICE&limit=100');
  return new Map(body.items.filter((item) => item.id === id).map(({ kind, actions }) => [kind, actions]));
};
const departures = (proposalId: string) => `/placements/${proposalId}/departures`;
/** How the last event of a type says who took the step, and why. */
const lastSaid = async (type: string) => {
  const { rows } = await system.pool.query<{ metadata: Record<string, string> }>(
    'SELECT metadata FROM log.events WHERE type = $1 ORDER BY position DESC LIMIT 1',
    [type],
  );
  const { agencyKind, purpose, legalBasis } = rows[0]!.metadata;
  return { agencyKind, purpose, legalBasis };
};
/** The waiver of a cleared case is withdrawn: from then on a departure is awaited. */
const withdrawn = async (story: Story): Promise<void> => {
  await as(officer).does(`/cases/${story.caseId}/waiver-withdrawals`, { channel: 'PHONE' });
  await system.settled();
};

describe('A step that several agencies may take', () => {
  let story: Story;
  beforeAll(async () => {
    system = await startTestSystem();
    story = await new Story(system, 1).cleared();
    await as(officer).does(`/placements/${story.proposalId}/arrivals`, { arrivedAt: '2026-03-02T08:00:00Z' });
    await system.until('2026-03-03T08:00:00.000Z');
  });
  afterAll(() => system?.close());

  it('a follow-up is recorded by the coordinator of home Police, too', async () => {
    const waiting = await waitingAtPolice(secondAssessor, story.caseId);
    expect(waiting.get('RECORD_FOLLOW_UP')).toContain('RecordFollowUp');
    const followUps = `/placements/${story.proposalId}/follow-ups`;
    const followUp = { number: 1, heldOn: '2026-03-03', outcome: 'STABLE', note: 'Påhittat samtal' };
    // Of the same unit, but an assessor, who has no such task.
    expect((await as(assessor).posts(followUps, { body: followUp })).status).toBe(403);
    await as(secondAssessor).does(followUps, followUp);
    await system.settled();
    expect(await lastSaid('FollowUpRecorded')).toEqual({
      agencyKind: 'POLICE',
      purpose: 'PROTECTION',
      legalBasis: 'BRL_2_1',
    });
    const seen = await as(officer).looks<{ followUps: { state: string }[] }>(`/cases/${story.caseId}`);
    expect(seen.body.followUps[0]?.state).toBe('HELD');
  });

  it('a departure is confirmed by Police there, who fetch the person; home Police have not seen it', async () => {
    expect((await waitingAtPolice(policeThere, story.proposalId)).has('CONFIRM_DEPARTURE')).toBe(false);
    const early = await as(policeThere).posts(departures(story.proposalId), { body: { departedAt } });
    expect([early.status, early.body['code'], early.body['allowedActions']]).toEqual([
      409,
      'placement.no_departure_pending',
      [],
    ]);
    await withdrawn(story);
    expect((await waitingAtPolice(policeThere, story.proposalId)).get('CONFIRM_DEPARTURE')).toEqual([
      'ConfirmDeparture',
    ]);
    expect((await waitingAtPolice(secondAssessor, story.caseId)).has('CONFIRM_DEPARTURE')).toBe(false);
    const path = departures(story.proposalId);
    expect((await as(secondAssessor).posts(path, { body: { departedAt } })).status).toBe(403);
    expect((await as('police-ost-coordinator').posts(path, { body: { departedAt } })).status).toBe(404);
    system.clock.set('2026-03-03T09:30:00.000Z');
    await as(policeThere).does(path, { departedAt });
    await system.settled();
    expect(await lastSaid('DepartureConfirmed')).toEqual({
      agencyKind: 'POLICE',
      purpose: 'ALARM',
      legalBasis: 'BRL_2_1',
    });
    expect((await waitingAtPolice(policeThere, story.proposalId)).size).toBe(0);
    expect((await as(dutyOfficer).looks(`/alarms/${story.proposalId}`)).status).toBe(404);
  });

  it('or by the duty officer of the home board, with what the alarm plan says', async () => {
    const second = await new Story(system, 2).cleared();
    const alarm = async () => (await as(dutyOfficer).looks<Alarm>(`/alarms/${second.proposalId}`)).body;
    const { proposalId } = await alarm();
    expect(await alarm()).toMatchObject({ proposalId: second.proposalId, departurePending: false });
    const early = await as(dutyOfficer).posts(departures(proposalId), { body: { departedAt } });
    expect([early.status, early.body['allowedActions']]).toEqual([409, []]);
    await withdrawn(second);
    expect((await alarm()).departurePending).toBe(true);
    // The duty officer has a part in the case for this, and for nothing else.
    const arrivals = `/placements/${proposalId}/arrivals`;
    expect((await as(dutyOfficer).posts(arrivals, { body: { arrivedAt: departedAt } })).status).toBe(403);
    await as(dutyOfficer).does(departures(proposalId), { departedAt });
    await system.settled();
    expect(await lastSaid('DepartureConfirmed')).toEqual({
      agencyKind: 'SOCIAL_BOARD',
      purpose: 'ALARM',
      legalBasis: 'OSL_10_2',
    });
    expect((await as(dutyOfficer).looks(`/alarms/${second.proposalId}`)).status).toBe(404);
  });
});

describe('Two assessors at one case', () => {
  let story: Story;
  const judges = (sub: string, level: string, headers?: Record<string, string>) =>
    as(sub).posts(`/cases/${story.caseId}/threat-assessments`, { body: said.assessment(level), headers });
  beforeAll(async () => {
    system = await startTestSystem();
    story = await new Story(system, 1).requested();
  });
  afterAll(() => system?.close());

  it('must say which judgement they read, and the second does not overwrite the first unread', async () => {
    const unread = await judges(assessor, 'MEDIUM');
    expect([unread.status, unread.body['code']]).toEqual([428, 'revision.required']);
    const read = await lastJudgement(as(assessor), story.caseId);
    expect((await judges(assessor, 'HIGH', read)).status).toBe(200);
    await system.settled();
    const stale = await judges(secondAssessor, 'MEDIUM', read);
    expect([stale.status, stale.body['code']]).toEqual([412, 'revision.stale']);
    // After reading again: a lower level is a judgement, too, although it waits for somebody else.
    await assess(as(secondAssessor), story.caseId, 'MEDIUM');
    const again = await judges(assessor, 'EXTREME', { 'if-match': '"0"' });
    expect([again.status, again.body['code']]).toEqual([412, 'revision.stale']);
  });

  it('are not sent back by what only the calendar wrote', async () => {
    await system.settled();
    const read = await lastJudgement(as(assessor), story.caseId);
    const row = async () =>
      (await as(assessor).looks<{ reassessDueAt: string | null }>(`/police-cases/${story.caseId}`)).body;
    expect((await row()).reassessDueAt).toBeNull();
    // HIGH is valid for seven days, and a reassessment is ordered two days before.
    await system.until('2026-03-08T08:00:00.000Z');
    expect((await row()).reassessDueAt).not.toBeNull();
    expect((await judges(assessor, 'EXTREME', read)).status).toBe(200);
  });
});
