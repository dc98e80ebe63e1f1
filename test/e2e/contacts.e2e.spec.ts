import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  assessor,
  coordinator,
  decider,
  officer,
  preparer,
  said,
  secondAssessor,
  Story,
} from '../support/story.js';
import {
  home,
  receiver,
  startTestSystem,
  type Answer,
  type TestSystem,
  otherReceiver,
} from '../support/system.js';

// Named persons of each agency: what they declare before they are shown who the person is, and what a change of them
// opens and ends. Everything over HTTP.

const colleague = `board-${home}-officer-2`;
const newcomer = `board-${home}-registrar`;
const policeThere = 'police-nord-coordinator';
const dutyOfficer = `board-${home}-duty`;
const thirdReceiver = `board-${receiver}-officer-2`;
const unknown = '0b0e7a52-9999-4222-8333-444455556666';

let system: TestSystem;
const as = (sub: string) => system.official(sub);
const seen = ({ status, body }: Answer): string => `${status} ${String(body['code'] ?? 'open')}`;
const looks = async (sub: string, path: string): Promise<string> => seen(await as(sub).looks(path));
const posts = async (sub: string, path: string, body: object = {}): Promise<string> =>
  seen(await as(sub).posts(path, { body }));
/** All that goes over the wire but the id of the request, the instant and the trace. */
const bytes = async (sub: string, path: string): Promise<string> => {
  const { status, headers, text } = await as(sub).looks(path, {
    headers: { 'x-request-id': '4bf92f35-77b3-4da6-a3ce-929d0e0e4736' },
  });
  return JSON.stringify({ status, text, headers: { ...headers, date: '', traceparent: '' } });
};
const liveGrants = async (caseId: string): Promise<Record<string, number>> => {
  const { rows } = await system.pool.query<{ person: string; n: string }>(
    'SELECT person, count(*) AS n FROM vault.grants WHERE case_id = $1 AND ended_at IS NULL GROUP BY person',
    [caseId],
  );
  return Object.fromEntries(rows.map(({ person, n }) => [person, Number(n)]));
};
const personBehind = async (type: string, caseId: string, field: string): Promise<string> => {
  const { rows } = await system.pool.query<{ person: string }>(
    `SELECT data->>$3 AS person FROM log.events WHERE type = $1 AND data->>'caseId' = $2 ORDER BY position DESC`,
    [type, caseId, field],
  );
  return rows[0]!.person;
};

/** A case whose placement is cleared: what follows happens to it in turn. */
let placed: Story;

beforeAll(async () => {
  system = await startTestSystem();
  placed = await new Story(system, 2).cleared();
});
afterAll(() => system?.close());

const opened = async (order: number): Promise<string> => {
  const { id } = await as(officer).does('/cases', said.case(order));
  await system.settled();
  return id;
};

describe('Before anybody is shown who the person is', () => {
  it('the official declares once that nothing disqualifies; who has no part cannot tell the case from none', async () => {
    const caseId = await opened(1);
    const identity = `/cases/${caseId}/contents/identity`;
    expect(await looks(officer, identity)).toBe('403 access.not_declared');
    const { text } = await as(officer).looks(identity, { headers: { 'accept-language': 'sv' } });
    expect(text).toContain('impartiality-declarations');
    // Not for what says nothing of who or where.
    expect(await looks(officer, `/cases/${caseId}/contents/social`)).toBe('200 open');
    const stranger = `board-${receiver}-officer-1`;
    expect(await bytes(stranger, identity)).toBe(
      await bytes(stranger, `/cases/${unknown}/contents/identity`),
    );
    expect(await posts(stranger, `/cases/${caseId}/impartiality-declarations`)).toBe('404 thing.not_found');

    // A companion may be the one who disqualifies.
    expect(await looks(officer, `/cases/${caseId}/contents/family`)).toBe('403 access.not_declared');

    await as(officer).does(`/cases/${caseId}/impartiality-declarations`);
    // The answer came when the grants had followed: nothing is to be waited for.
    expect(await looks(officer, identity)).toBe('200 open');
    expect(await looks(colleague, identity)).toBe('403 access.not_declared');
    const { rows } = await system.pool.query<{ reason: string }>(
      `SELECT reason FROM vault.refusals WHERE case_id = $1 ORDER BY refusal_id LIMIT 1`,
      [caseId],
    );
    expect(rows).toEqual([{ reason: 'NOT_DECLARED' }]);
  });

  it('rescuers are held up by nothing: receiving Police, the home duty officer, and who breaks a glass', async () => {
    const { caseId, proposalId } = placed;
    expect(await looks(policeThere, `/police-placements/${proposalId}/contents/address`)).toBe('200 open');
    expect(await looks(dutyOfficer, `/alarms/${proposalId}/contents/address`)).toBe('200 open');
    const { id } = await as(colleague).does(`/cases/${caseId}/broken-glasses`, {
      reason: 'DANGER_TO_LIFE',
      classes: ['address'],
      note: 'Påhittad fara',
    });
    expect(await looks(colleague, `/cases/${caseId}/broken-glasses/${id}/contents/address`)).toBe('200 open');
  });
});

describe('An official who is disqualified', () => {
  it('is out of the case at once, at every door, and cannot come back alone or be named again', async () => {
    const story = await new Story(system, 3).requested();
    const { caseId } = story;
    const identity = `/police-cases/${caseId}/contents/identity`;
    expect(await looks(secondAssessor, identity)).toBe('200 open');
    await as(secondAssessor).does(`/cases/${caseId}/disqualifications`, { ground: 'FL_16_2' });
    for (const path of ['', '/contents/identity', '/contents/threat-advice'])
      expect(await bytes(secondAssessor, `/police-cases/${caseId}${path}`)).toBe(
        await bytes(secondAssessor, `/police-cases/${unknown}${path}`),
      );
    const { body } = await as(secondAssessor).looks<{ items: { caseId: string }[] }>('/police-cases');
    expect(body.items.map((one) => one.caseId)).not.toContain(caseId);
    // Said again it is answered the same: the first answer may have got lost.
    expect(await posts(secondAssessor, `/cases/${caseId}/disqualifications`, { ground: 'FL_16_2' })).toBe(
      '200 open',
    );
    const person = await personBehind('DisqualificationDeclared', caseId, 'official');
    expect(await liveGrants(caseId)).not.toHaveProperty(person);
    expect(await posts(secondAssessor, `/cases/${caseId}/impartiality-declarations`)).toBe(
      '404 thing.not_found',
    );
    expect(
      await posts(assessor, `/cases/${caseId}/contact-changes`, {
        incoming: secondAssessor,
        reason: 'MORE_HANDS',
      }),
    ).toBe('403 access.refused');
    // A colleague goes on, and the other cases of who is out are not touched.
    expect(await looks(assessor, identity)).toBe('200 open');
  });

  it('who is the last of the board says who takes over, in the same decision', async () => {
    const { id: caseId } = await as(officer).does('/cases', { ...said.case(4), officers: [] });
    await system.settled();
    const path = `/cases/${caseId}/disqualifications`;
    expect(await posts(officer, path, { ground: 'FL_16_5' })).toBe('409 disclosure.last_contact');
    expect(await posts(officer, path, { ground: 'FL_16_5', successor: colleague })).toBe('200 open');
    expect(await looks(officer, `/cases/${caseId}`)).toBe('404 thing.not_found');
    expect(await looks(colleague, `/cases/${caseId}`)).toBe('200 open');
  });
});

describe('A change of contact', () => {
  it('takes training first, and says so by name', async () => {
    const caseId = await opened(5);
    const appoint = {
      organisation: `board:${home}`,
      agencyKind: 'SOCIAL_BOARD',
      function: 'HOME_OFFICER',
      delegated: false,
      from: '2026-01-01T00:00:00.000Z',
    };
    await as('registrar-1').does('/appointments', { ...appoint, official: 'board-1280-untrained' });
    const change = { outgoing: colleague, incoming: 'board-1280-untrained', reason: 'ABSENCE' };
    expect(await posts(officer, `/cases/${caseId}/contact-changes`, change)).toBe('422 official.not_trained');
    // Whether somebody works there at all is still not told.
    expect(
      await posts(officer, `/cases/${caseId}/contact-changes`, { ...change, incoming: 'board-1280-nobody' }),
    ).toBe('422 official.not_appointed');
    expect(await posts(officer, '/cases', { ...said.case(6), officers: ['board-1280-untrained'] })).toBe(
      '422 official.not_trained',
    );
    await as('registrar-1').does('/appointments', { ...appoint, official: newcomer });
  });

  it('ends what the old one could open and opens for the new one what the office holds, at once', async () => {
    const { caseId } = placed;
    const place = `/cases/${caseId}`;
    await as(colleague).does(`${place}/impartiality-declarations`);
    for (const dataClass of ['identity', 'family'])
      expect(await looks(colleague, `${place}/contents/${dataClass}`)).toBe('200 open');
    expect(await looks(newcomer, place)).toBe('404 thing.not_found');
    await as(officer).does(`${place}/contact-changes`, {
      outgoing: colleague,
      incoming: newcomer,
      reason: 'NEW_DUTIES',
    });
    await system.settled();
    for (const path of [place, `${place}/contents/destination`, `${place}/contents/social`])
      expect([path, await looks(colleague, path)]).toEqual([path, '404 thing.not_found']);
    const [outgoing, incoming] = await Promise.all(
      ['outgoing', 'incoming'].map((field) => personBehind('ContactChanged', caseId, field)),
    );
    const stays = await personBehind('RelocationRequested', caseId, 'requestedBy');
    const live = await liveGrants(caseId);
    expect(live).not.toHaveProperty(outgoing!);
    // What is told to the board: all that the one who stays holds, who wrote most of it.
    expect(live[incoming!]).toBe(live[stays]);
    for (const dataClass of ['destination', 'social', 'needs', 'threat-advice'])
      expect([dataClass, await looks(newcomer, `${place}/contents/${dataClass}`)]).toEqual([
        dataClass,
        '200 open',
      ]);
    expect(await looks(newcomer, `${place}/contents/identity`)).toBe('403 access.not_declared');
    await as(newcomer).does(`${place}/impartiality-declarations`);
    expect(await looks(newcomer, `${place}/contents/identity`)).toBe('200 open');
    const { body } = await as(newcomer).looks<{ items: { id: string }[] }>('/inbox?as=HOME_BOARD');
    expect(body.items.map(({ id }) => id)).toContain(caseId);
    // The alarm plan is the duty officers' and was not handed over.
    expect(await looks(newcomer, `/alarms/${placed.proposalId}`)).toBe('403 access.refused');
  });

  it('is the decision of the receiving board, which the one who decides does not make for himself', async () => {
    const { proposalId, caseId } = placed;
    const place = `/proposals/${proposalId}`;
    const change = { outgoing: preparer, incoming: thirdReceiver, reason: 'ABSENCE' };
    expect(await posts(preparer, `${place}/contact-changes`, change)).toBe('403 access.refused');
    expect(
      await posts(decider, `${place}/contact-changes`, { incoming: thirdReceiver, reason: 'MORE_HANDS' }),
    ).toBe('409 disclosure.too_many_contacts');
    expect(await looks(thirdReceiver, place)).toBe('404 thing.not_found');
    await as(decider).does(`${place}/contact-changes`, change);
    await system.settled();
    expect(await looks(thirdReceiver, `${place}/contents/family`)).toBe('403 access.not_declared');
    await as(thirdReceiver).does(`${place}/impartiality-declarations`);
    for (const dataClass of ['identity', 'family'])
      expect(await looks(thirdReceiver, `${place}/contents/${dataClass}`)).toBe('200 open');
    expect(await looks(preparer, `${place}/contents/identity`)).toBe('404 thing.not_found');
    const outgoing = await personBehind('ContactChanged', caseId, 'outgoing');
    expect(await liveGrants(caseId)).not.toHaveProperty(outgoing);
  });

  it('of a rescuer hands over the alarm plan, also after the waiver has gone', async () => {
    const incoming = 'police-nord-registrar';
    const { proposalId, caseId } = placed;
    await as('registrar-1').does('/appointments', {
      official: incoming,
      organisation: 'police:nord',
      agencyKind: 'POLICE',
      function: 'POLICE_COORDINATOR',
      delegated: false,
      from: '2026-01-01T00:00:00.000Z',
    });
    await as(officer).does(`/cases/${caseId}/waiver-withdrawals`, { channel: 'ORAL' });
    const place = `/police-placements/${proposalId}`;
    expect(await looks(incoming, `${place}/contents/address`)).toBe('404 thing.not_found');
    await as(policeThere).does(`/proposals/${proposalId}/contact-changes`, {
      outgoing: 'police-nord-assessor',
      incoming,
      reason: 'ABSENCE',
    });
    // The answer waits for the grants; what is listed waits for the read model of the agency.
    await system.settled();
    expect(await looks('police-nord-assessor', `${place}/contents/address`)).toBe('404 thing.not_found');
    expect(await looks(incoming, `${place}/contents/address`)).toBe('200 open');
    await as(policeThere).does(`/proposals/${proposalId}/disqualifications`, { ground: 'FL_16_3' });
    expect(await looks(policeThere, `${place}/contents/address`)).toBe('404 thing.not_found');
    expect(await looks(incoming, `${place}/contents/address`)).toBe('200 open');
  });
});

describe('The coordinator', () => {
  it('who is disqualified leaves the case to the deputy', async () => {
    // Room for one more, whatever the seed has given.
    await as(`board-${otherReceiver}-decider`).does('/capacity-declarations', {
      places: 20,
      housingForms: ['PROTECTED'],
      competences: ['DEFECTOR_SUPPORT'],
    });
    const story = await new Story(system, 10).assessed();
    const { caseId } = story;
    await story.check(otherReceiver);
    await as(coordinator).does(`/cases/${caseId}/candidates/${story.candidateId}/proposals`, {
      startOn: '2026-03-20',
    });
    await system.settled();
    const other = await new Story(system, 11).assessed();
    const saidOf = async (sub: string) => {
      const path = `/coordination-cases/${other.caseId}/destinations?limit=100`;
      const { body } = await as(sub).looks<{
        items: { municipality: { code: string }; reasons: string[] }[];
      }>(path);
      return body.items.find(({ municipality }) => municipality.code === otherReceiver)?.reasons;
    };
    for (const sub of [coordinator, 'coordinator-2'])
      expect([sub, await saidOf(sub)]).toEqual([sub, expect.arrayContaining(['SOMEBODY_PLACED_THERE'])]);
    const desk = async (sub: string, path: string): Promise<readonly string[]> =>
      (await as(sub).looks<{ items: object[] }>(path)).body.items
        .map((one) => JSON.stringify(one))
        .filter((one) => one.includes(caseId));
    const lists = ['/coordination-cases?limit=100', '/inbox?as=NATIONAL_COORDINATOR&limit=100'];
    for (const path of lists)
      expect([path, (await desk(coordinator, path)).length > 0]).toEqual([path, true]);
    await as(coordinator).does(`/cases/${caseId}/disqualifications`, { ground: 'FL_16_4' });
    await system.settled();
    for (const path of lists) expect([path, await desk(coordinator, path)]).toEqual([path, []]);
    for (const path of lists)
      expect([path, (await desk('coordinator-2', path)).length > 0]).toEqual([path, true]);
    expect(await looks(coordinator, `/coordination-cases/${caseId}`)).toBe('404 thing.not_found');
    expect(await looks('coordinator-2', `/coordination-cases/${caseId}`)).toBe('200 open');
    // Nor what it takes up, at any other case: whoever is placed in none that one sees would be that person.
    expect(await saidOf(coordinator)).toEqual(expect.arrayContaining(['NOBODY_PLACED_THERE']));
    expect(await saidOf('coordinator-2')).toEqual(expect.arrayContaining(['SOMEBODY_PLACED_THERE']));
  });
});
