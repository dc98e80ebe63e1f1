import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actAlone } from '../../../apps/api/issuer/authorization-code.js';
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
} from '../../support/story.js';
import {
  basePath,
  type Desk,
  otherReceiver,
  receiver,
  startTestSystem,
  type TestSystem,
} from '../../support/system.js';

// What the verdict on a place was, that another board was asked, that somebody else has a case: whoever may not know it
// finds the same bytes, the same order and the same number of things after it as before.

const otherOfficer = `board-${otherReceiver}-officer-1`;
const otherDecider = `board-${otherReceiver}-decider`;
const network = 'Påhittat nätverk';

let system: TestSystem;
let machines: Readonly<Record<string, string>>;
const as = (sub: string): Desk => system.official(sub);
beforeAll(async () => {
  system = await startTestSystem();
  const alone = (clientId: string) =>
    actAlone(system.issuer.address, system.issuer.audience, { clientId, key: system.issuer.machineKey });
  machines = { home: await alone('case-system-1280'), receiver: await alone('case-system-2480') };
  await as(preparer).does('/capacity-declarations', {
    places: 7,
    housingForms: ['PROTECTED'],
    competences: ['DEFECTOR_SUPPORT'],
  });
  // One place, which the first case of all takes: from then on the house is full.
  await as(otherOfficer).does('/capacity-declarations', {
    places: 1,
    housingForms: ['PROTECTED'],
    competences: ['DEFECTOR_SUPPORT'],
  });
});
afterAll(() => system?.close());

const looks = async (sub: string, path: string, token?: string): Promise<string> => {
  const { status, text } = await as(sub).looks(path, {
    // Stands in bodies, too: the same for all, so that it tells no two of them apart.
    headers: { 'x-request-id': '4bf92f35-77b3-4da6-a3ce-929d0e0e4736' },
    ...(token !== undefined && { token }),
  });
  return `${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '#')} ${status} ${text}`;
};

/** Everything that the home board is shown about its cases, its lists and its inbox, and what its machine is told. */
const homeSees = async (caseId: string): Promise<readonly string[]> => {
  await system.settled();
  return [
    await looks(officer, `/cases/${caseId}`),
    await looks(officer, '/cases?limit=100'),
    await looks(officer, '/cases?limit=1'),
    await looks(officer, '/inbox?as=HOME_BOARD&limit=100'),
    await looks(officer, '/inbox?as=HOME_BOARD&limit=1'),
    await looks(officer, `/cases/${caseId}/contents/needs`),
    await looks(officer, `/cases/${caseId}/contents/destination`),
    await looks(officer, '/notices?as=HOME_BOARD', machines['home']),
  ];
};
/** The same for a board that may be asked. */
const receiverSees = async (): Promise<readonly string[]> => {
  await system.settled();
  return [
    await looks(preparer, '/proposals?limit=100'),
    await looks(preparer, '/proposals?limit=1'),
    await looks(preparer, '/inbox?as=RECEIVING_BOARD&limit=100'),
    await looks(preparer, '/own-capacity'),
    await looks(decider, '/proposals?limit=100'),
    await looks(preparer, '/notices?as=RECEIVING_BOARD', machines['receiver']),
  ];
};
/** Without ids, instants and reference codes, so that two cases can be compared. */
const bare = (texts: readonly string[]): readonly string[] =>
  texts.map((text) =>
    text
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'an id')
      .replaceAll(/\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, 'a day')
      .replaceAll(/R-[0-9A-Z]{4}-[0-9A-Z]{4}/g, 'a code'),
  );

/** Listens to an inbox while something happens, and gives what came after the first line. */
const heardWhile = async (sub: string, role: string, work: () => Promise<void>): Promise<string> => {
  const token = await system.tokenFor(sub);
  let text = '';
  const sent = request(`${system.address}${basePath}/inbox/stream?as=${role}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  sent.on('error', () => undefined);
  sent.on('response', (answer) => {
    answer.on('error', () => undefined);
    answer.setEncoding('utf8').on('data', (part: string) => (text += part));
  });
  sent.end();
  for (const end = performance.now() + 120_000; !text.includes('event: inbox') && performance.now() < end;)
    await sleep(20);
  expect(text).toContain('event: inbox');
  const before = text.length;
  try {
    await work();
    await system.settled();
    // Once a second it is looked whether something has changed.
    await sleep(1_300);
    return text.slice(before).replaceAll(/event: alive[\s\S]*?\n\n/g, '');
  } finally {
    sent.destroy();
  }
};

const assessed = (order: number): Promise<Story> => new Story(system, order).assessed();
const check = async (caseId: string, municipalityCode: string) => {
  const { id } = await as(coordinator).does(`/cases/${caseId}/candidates`, { municipalityCode });
  await system.settled();
  const { body } = await as(coordinator).looks<{ candidates: { candidateId: string; verdict: string }[] }>(
    `/coordination-cases/${caseId}`,
  );
  return { id, verdict: body.candidates.find(({ candidateId }) => candidateId === id)?.verdict };
};
const order = async (caseId: string, candidateId: string): Promise<string> => {
  const path = `/cases/${caseId}/candidates/${candidateId}/proposals`;
  const { id } = await as(coordinator).does(path, { startOn: '2026-03-20' });
  await system.settled();
  return id;
};

describe('A place that cannot be', () => {
  /** What happens about a place, hidden from the boards. @returns what the coordinator reads in the end */
  const ways: Readonly<Record<string, (caseId: string) => Promise<string | undefined>>> = {
    'for the adversaries of the person there': async (caseId) => {
      await as('police-nord-registrar').does('/adversary-presences', {
        municipalityCode: receiver,
        networks: [network],
        persons: [],
      });
      await as(secondAssessor).does(`/cases/${caseId}/conflict-entries`, {
        networks: [],
        adversaryNetworks: [network],
        adversaries: [],
        kin: [],
      });
      await system.settled();
      const { id, verdict } = await check(caseId, receiver);
      expect(verdict).toBe('REFER_TO_POLICE');
      await as('police-nord-coordinator').does(`/referrals/${id}/answers`, { answer: 'NOT_AVAILABLE' });
      await system.settled();
      const { body } = await as(coordinator).looks<{ candidates: { verdict: string }[] }>(
        `/coordination-cases/${caseId}`,
      );
      return body.candidates[0]?.verdict;
    },
    'because the house is full': async (caseId) => {
      const { id, verdict } = await check(caseId, otherReceiver);
      expect(verdict).toBe('CLEAR');
      const proposalId = await order(caseId, id);
      const { body } = await as(coordinator).looks<{ proposals: { proposalId: string; status: string }[] }>(
        `/coordination-cases/${caseId}`,
      );
      return body.proposals.find((one) => one.proposalId === proposalId)?.status;
    },
  };

  it.each(Object.keys(ways))(
    '%s changes nothing that the home board, its machine or any board is shown',
    async (way) => {
      if (way.includes('full')) {
        // Somebody takes the only place.
        const first = await assessed(40);
        await order(first.caseId, (await check(first.caseId, otherReceiver)).id);
      }
      const { caseId } = await assessed(10 + Object.keys(ways).indexOf(way));
      const before = { home: await homeSees(caseId), receiver: await receiverSees() };
      let verdict: string | undefined;
      const heard = await heardWhile(officer, 'HOME_BOARD', async () => {
        verdict = await ways[way]!(caseId);
      });
      // The coordinator reads two different things, so that something did happen; nobody else hears of it.
      expect(verdict).toMatch(way.includes('full') ? /ABANDONED|NOT_AVAILABLE|ENDED|OVER/ : /NOT_AVAILABLE/);
      expect(await homeSees(caseId)).toEqual(before.home);
      expect(await receiverSees()).toEqual(before.receiver);
      expect(heard).toBe('');
    },
  );
});

describe('The report of who has read about the person', () => {
  interface Report {
    readonly items: readonly {
      readonly action: string;
      readonly agencyKind: string;
      readonly unit: string;
      readonly class: string | null;
    }[];
  }
  /** Draws a report up a minute later, and gives it without its id and instants, and what it says in short. */
  const report = async (sub: string, caseId: string) => {
    await system.until(new Date(system.clock.now().getTime() + 60_000).toISOString());
    const { id } = await as(sub).does(`/cases/${caseId}/access-reports`, { requestedOn: '2026-03-02' });
    await system.settled();
    // Once: to look at it is a look at the case, and stands in the next one.
    const { status, body, text } = await as(sub).looks<Report>(`/cases/${caseId}/access-reports/${id}`);
    return {
      text: `${status} ${bare([text]).join()}`,
      who: body.items.map((one) => `${one.agencyKind} ${one.unit} ${one.class ?? one.action}`),
    };
  };
  /** The complete one, as the office that keeps the register hands it to the person: who read for what. */
  const complete = async (caseId: string): Promise<readonly string[]> => {
    await system.until(new Date(system.clock.now().getTime() + 60_000).toISOString());
    const { id } = await as(officer).does(`/cases/${caseId}/access-reports`, { requestedOn: '2026-03-02' });
    const path = `/cases/${caseId}/access-reports/${id}/complete`;
    const { body } = await as('coordinator-reviewer').looks<{
      items: readonly { action: string; agencyKind: string; purpose: string }[];
    }>(path);
    return body.items.map((one) => `${one.agencyKind} ${one.action} ${one.purpose}`);
  };
  const ownLook = 'SOCIAL_BOARD HOME_OFFICER VIEW';

  it('is the same after a place that is clear and after one that Police were asked about, and whoever was asked', async () => {
    const [clear, conflict] = [await assessed(70), await assessed(71)];
    const another = 'Annat påhittat nätverk';
    await as('police-nord-registrar').does('/adversary-presences', {
      municipalityCode: receiver,
      networks: [another],
      persons: [],
    });
    await as(secondAssessor).does(`/cases/${conflict.caseId}/conflict-entries`, {
      networks: [],
      adversaryNetworks: [another],
      adversaries: [],
      kin: [],
    });
    await system.settled();
    for (const { caseId } of [clear, conflict]) {
      await as(assessor).looks(`/police-cases/${caseId}/contents/identity`);
      await as(officer).looks(`/cases/${caseId}/contents/needs`);
    }
    const before = await report(officer, clear.caseId);
    const opened = ['POLICE POLICE_ASSESSOR identity', 'SOCIAL_BOARD HOME_OFFICER needs'];
    expect(before.who).toEqual(opened);
    expect((await report(officer, conflict.caseId)).text).toBe(before.text);

    const [first, second] = [await check(clear.caseId, receiver), await check(conflict.caseId, receiver)];
    expect([first.verdict, second.verdict]).toEqual(['CLEAR', 'REFER_TO_POLICE']);
    expect((await as('police-nord-coordinator').looks('/inbox?as=POLICE&limit=100')).text).toContain(
      second.id,
    );
    expect((await as('police-nord-coordinator').looks(`/referrals/${second.id}`)).status).toBe(200);
    await as('police-nord-coordinator').does(`/referrals/${second.id}/answers`, { answer: 'NOT_AVAILABLE' });
    // Nor does the complete report tell it: there is no record in it of what Police there were asked and shown.
    const asked = await system.pool.query<{ action: string }>(
      `SELECT action FROM vault.reads WHERE purpose = 'REFERRAL'
         AND (case_id = $1 AND action IN ('NAME', 'VIEW') OR $1 = ANY (listed_cases))`,
      [conflict.caseId],
    );
    expect(new Set(asked.rows.map(({ action }) => action))).toEqual(new Set(['INBOX', 'NAME', 'VIEW']));
    const ofClear = await complete(clear.caseId);
    expect(ofClear).toContain('POLICE READ THREAT_ASSESSMENT');
    expect(await complete(conflict.caseId)).toEqual(ofClear);
    const proposalId = await order(clear.caseId, first.id);
    const needs = `/proposals/${proposalId}/contents/needs`;
    expect((await as(preparer).looks(needs)).status).toBe(200);
    // Looks that open nothing, of whoever is asked and of home Police, tell as much by their number.
    for (const [sub, path] of [
      [preparer, `/proposals/${proposalId}`],
      [assessor, `/police-cases/${clear.caseId}`],
    ] as const)
      expect((await as(sub).looks(path)).status).toBe(200);
    const { rows } = await system.pool.query<{ n: number }>(
      `SELECT count(*)::integer AS n FROM vault.reads WHERE case_id = ANY ($1) AND action <> 'WRITE'
         AND (action IN ('NAME', 'VIEW') OR unit = 'RECEIVING_OFFICER')`,
      [[clear.caseId, conflict.caseId]],
    );
    expect(rows[0]!.n).toBeGreaterThan(8);
    const after = await report(officer, clear.caseId);
    expect(after.who).toEqual([...opened, ownLook]);
    expect((await report(officer, conflict.caseId)).text).toBe(after.text);
  });

  it('says after the clearance who of the receivers has read since, and nothing of what they read before', async () => {
    const story = await new Story(system, 72).accepted();
    await as(preparer).looks(`/proposals/${story.proposalId}/contents/needs`);
    await as(preparer).looks(`/proposals/${story.proposalId}`);
    expect((await report(officer, story.caseId)).who).toEqual([]);
    await as(director).does(`/placements/${story.proposalId}/admissions`, { address: 'Påhittadvägen 7' });
    await system.settled();
    await as(coordinator).does(`/placements/${story.proposalId}/clearances`, {
      plannedArrival: '2026-03-20',
    });
    await system.settled();
    await as('police-nord-coordinator').does(`/proposals/${story.proposalId}/impartiality-declarations`);
    await as('police-nord-coordinator').looks(`/police-placements/${story.proposalId}/contents/identity`);
    await as(director).looks(`/admissions/${story.proposalId}/contents/needs`);
    await as(director).looks(`/admissions/${story.proposalId}`);
    await as(coordinator).looks(`/coordination-cases/${story.caseId}`);
    expect((await report(officer, story.caseId)).who).toEqual([
      ownLook,
      'POLICE POLICE_COORDINATOR identity',
      'HOUSING_PROVIDER FACILITY_DIRECTOR needs',
      'HOUSING_PROVIDER FACILITY_DIRECTOR VIEW',
    ]);
    // A second board has a case on the same number, or on one that nobody knows: it reads the same of both.
    const elsewhere = async (no: number) => {
      const { id } = await as(otherOfficer).does('/cases', { ...said.case(no), officers: [] });
      await system.settled();
      await as(otherOfficer).does(`/cases/${id}/impartiality-declarations`);
      expect((await as(otherOfficer).looks(`/cases/${id}/contents/identity`)).status).toBe(200);
      return report(otherOfficer, id);
    };
    const known = await elsewhere(72);
    expect(known).toEqual(await elsewhere(73));
    expect(known.text).toMatch(/^200 /);
    expect(known.who).toEqual(['SOCIAL_BOARD HOME_OFFICER identity']);
  });
});

describe('A board that says no', () => {
  it('for a local risk, or for want of room, moves the home board’s view through the same steps', async () => {
    const steps = async (no: number, reason: string): Promise<readonly (readonly string[])[]> => {
      const { caseId } = await assessed(no);
      const view = async (): Promise<readonly string[]> => {
        await system.settled();
        const one = await as(officer).looks<{ contents: { class: string; path: string }[] }>(
          `/cases/${caseId}`,
        );
        // What was written at one instant comes in the order of its ids, which are random.
        const contents = one.body.contents.map((part) => JSON.stringify(part)).sort();
        const own = `${one.status} ${JSON.stringify({ ...one.body, contents })}`;
        const { body } = await as(officer).looks<{ items: { id: string }[] }>(
          '/inbox?as=HOME_BOARD&limit=100',
        );
        return bare([own, JSON.stringify(body.items.filter(({ id }) => id === caseId))]);
      };
      const seen = [await view()];
      const { id } = await check(caseId, receiver);
      seen.push(await view());
      const proposalId = await order(caseId, id);
      seen.push(await view());
      await as(preparer).does(`/proposals/${proposalId}/prepared-answers`, { answer: 'DECLINE', reason });
      seen.push(await view());
      await as(decider).does(`/proposals/${proposalId}/answers`, { answer: 'DECLINE', reason });
      seen.push(await view());
      return seen;
    };
    const forRisk = await steps(20, 'LOCAL_RISK');
    expect(forRisk).toEqual(await steps(21, 'CAPACITY'));
    expect(new Set(forRisk.map((one) => one.join())).size).toBeGreaterThan(2);
  });

  it('the board that is asked is not told how many were asked before', async () => {
    const asked = async (no: number, first?: string): Promise<readonly string[]> => {
      const { caseId } = await assessed(no);
      if (first !== undefined) {
        const { id } = await check(caseId, first);
        const proposalId = await order(caseId, id);
        const no = { answer: 'DECLINE', reason: 'OTHER' };
        await as(otherOfficer).does(`/proposals/${proposalId}/prepared-answers`, no);
        await as(otherDecider).does(`/proposals/${proposalId}/answers`, no);
        await system.settled();
      }
      const { id } = await check(caseId, receiver);
      const proposalId = await order(caseId, id);
      const { body } = await as(preparer).looks<{ items: { id: string }[] }>(
        '/inbox?as=RECEIVING_BOARD&limit=100',
      );
      return bare([
        await looks(preparer, `/proposals/${proposalId}`),
        await looks(preparer, `/proposals/${proposalId}/contents/needs`),
        JSON.stringify(body.items.filter((item) => item.id === proposalId)),
      ]);
    };
    await as(otherOfficer).does('/capacity-declarations', {
      places: 7,
      housingForms: ['PROTECTED'],
      competences: ['DEFECTOR_SUPPORT'],
    });
    const atFirst = await asked(30);
    expect(atFirst[0]).toContain(' 200 ');
    expect(await asked(31, otherReceiver)).toEqual(atFirst);
  });
});

describe('Lists, counts and pages', () => {
  const strangers: readonly (readonly [string, readonly string[]])[] = [
    [
      otherOfficer,
      ['/cases', '/proposals', '/inquiries', '/inbox?as=HOME_BOARD', '/inbox?as=RECEIVING_BOARD'],
    ],
    [otherDecider, ['/proposals', '/document-requests', '/inbox?as=RECEIVING_BOARD']],
    [`board-${otherReceiver}-duty`, ['/alarms', '/decided-places']],
    ['board-1280-duty', ['/alarms', '/decided-places']],
    ['police-nord-registrar', ['/inquiries']],
    [`provider-${otherReceiver}-director`, ['/admissions', '/inquiries', '/inbox?as=HOUSING_PROVIDER']],
    ['tax-officer-1', ['/protection-cases']],
    ['board-2580-reviewer', ['/log-reviews']],
    ['board-2580-registrar', ['/document-requests']],
  ];
  const paged = (path: string, more: string): string => `${path}${path.includes('?') ? '&' : '?'}${more}`;

  it('a case that somebody else has moves no count, no order and no page of anybody without a part in it', async () => {
    const all = async (): Promise<readonly string[]> => {
      const texts: string[] = [];
      for (const [sub, paths] of strangers)
        for (const path of paths)
          for (const limit of [1, 20, 100])
            texts.push(`${sub} ${await looks(sub, paged(path, `limit=${limit}`))}`);
      return texts;
    };
    const before = await all();
    for (const text of before) expect(text).toMatch(/ 200 /);
    const { caseId } = await new Story(system, 50).accepted();
    await assess(as(assessor), caseId, 'HIGH');
    await system.settled();
    expect(await all()).toEqual(before);
  });

  it('a page begins behind a cursor of somebody else as behind one of the own, with the own things alone', async () => {
    const theirs = await as(officer).looks<{ _meta: { next: string | null } }>('/cases?limit=1');
    const cursor = theirs.body._meta.next!;
    expect(cursor).not.toBeNull();
    await as(otherOfficer).does('/cases', { ...said.case(60), officers: [] });
    await system.settled();
    const own = await as(otherOfficer).looks<{ items: { caseId: string }[] }>('/cases?limit=100');
    const behind = await as(otherOfficer).looks<{ items: { caseId: string }[] }>(
      `/cases?limit=100&cursor=${encodeURIComponent(cursor)}`,
    );
    expect([own.status, behind.status]).toEqual([200, 200]);
    const mine = own.body.items.map((item) => item.caseId);
    expect(behind.body.items.filter((item) => !mine.includes(item.caseId))).toEqual([]);
    // A cursor is made of what the list is sorted by, and of nothing else.
    expect(Buffer.from(cursor, 'base64url').toString('utf8')).not.toMatch(/t1\d+-|Testina|19\d{10}/);
  });

  it('a position that somebody else was given says nothing to whom it is not for', async () => {
    const { position } = await as(officer).does(
      `/cases/${(await new Story(system, 61).opened()).caseId}/waivers`,
      said.waiver,
    );
    await system.settled();
    const plain = await as(otherOfficer).looks('/cases');
    const waited = await as(otherOfficer).looks('/cases', { headers: { 'x-min-position': position! } });
    expect([waited.status, waited.text]).toEqual([plain.status, plain.text]);
    expect(Object.keys(waited.headers).sort()).toEqual(Object.keys(plain.headers).sort());
  });

  it('a limit beyond the list of limits is refused alike to who has many things and to who has none', async () => {
    for (const limit of ['0', '101', '-1', '1.5', 'x', '']) {
      const answers = await Promise.all(
        [officer, otherOfficer].map((sub) =>
          as(sub).looks(`/cases?limit=${limit}`, {
            headers: { 'x-request-id': '4bf92f35-77b3-4da6-a3ce-929d0e0e4736' },
          }),
        ),
      );
      expect([limit, answers[0]!.status]).toEqual([limit, 400]);
      expect(answers[0]!.text).toBe(answers[1]!.text);
    }
  });
});
