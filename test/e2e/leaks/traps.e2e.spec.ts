import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { policyVersion } from '../../../libs/access/index.js';
import { rules2026 } from '../../../libs/domain/coordination/index.js';
import {
  assess,
  assessor,
  coordinator,
  decider,
  inventedNumber,
  officer,
  preparer,
  said,
  secondAssessor,
  Story,
} from '../../support/story.js';
import {
  type Desk,
  providerNumber,
  receiver,
  startTestSystem,
  type TestSystem,
} from '../../support/system.js';
import { asks, closeAgent, comparable, type Got } from './asking.js';

// Traps of others (traps.ts) that no other test holds off.

const otherBoard = 'board-2580-officer-1';
const taxOfficer = 'tax-officer-1';

describe('In a country with a case', () => {
  let system: TestSystem;
  let story: Story;
  const as = (sub: string): Desk => system.official(sub);
  beforeAll(async () => {
    system = await startTestSystem();
    story = await new Story(system, 1).proposed();
  });
  afterAll(async () => {
    closeAgent();
    await system?.close();
  });

  /** Without what is never the same twice. */
  const bare = (got: Got): string =>
    comparable(got)
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'an id')
      .replaceAll(/(x-position: |"position":")[\w-]+/gi, '$1a position');

  it('a board that opens a case of somebody who is known elsewhere is shown the same as of anybody, at every step', async () => {
    const police = 'police-nord-assessor';
    const [token, tokenOfPolice] = [await system.tokenFor(otherBoard), await system.tokenFor(police)];
    // One has a case of another board, one is somebody's adversary in such a case, and one nobody has heard of.
    await as(secondAssessor).does(`/cases/${story.caseId}/conflict-entries`, {
      networks: [],
      adversaryNetworks: [],
      adversaries: [inventedNumber(11)],
      kin: [],
    });
    const elsewhere = await new Story(system, 21).opened();
    const known = { order: 21, caseId: '' };
    const walks = [known, ...[11, 12].map((order) => ({ order, caseId: '' }))];

    const told = (got: Got): string =>
      bare(got)
        .replaceAll(/\b19\d{6}-?\d{4}\b/g, 'a number')
        .replaceAll(/"revision":\d+/g, '"revision":n')
        // What was written at one instant comes in the order of its ids, which are random.
        .replace(/("contents":\[)(.+)(\]\})$/, (_all, head: string, parts: string, tail: string) =>
          [head, ...parts.split(/,(?=\{)/).sort(), tail].join(),
        );
    /** What the board and its Police are shown of one case; of a list, what is about this case. */
    const shown = async ({ caseId }: { caseId: string }): Promise<readonly string[]> => {
      const looks = async (path: string, by: string): Promise<string> =>
        told(await asks(system, 'GET', path, by));
      const items = async (path: string, by: string): Promise<string> => {
        const got = await asks(system, 'GET', path, by);
        const all = (JSON.parse(got.text) as { items: { id?: string; caseId?: string }[] }).items;
        const mine = all.filter((one) => one.id === caseId || one.caseId === caseId);
        return told({ ...got, headers: [], text: JSON.stringify(mine) });
      };
      return Promise.all([
        looks(`/cases/${caseId}`, token),
        items('/cases?limit=100', token),
        items('/inbox?as=HOME_BOARD&limit=100', token),
        looks(`/cases/${caseId}/contents/identity`, token),
        looks(`/cases/${caseId}/contents/threat-advice`, token),
        looks(`/cases/${caseId}/protected-data`, token),
        looks(`/cases/${caseId}/broken-glasses`, token),
        looks(`/cases/${caseId}/joint-openings`, token),
        looks(`/police-cases/${caseId}`, tokenOfPolice),
        items('/police-cases?limit=100', tokenOfPolice),
        items('/inbox?as=POLICE&limit=100', tokenOfPolice),
      ]);
    };
    /** One step in all three cases; then all of them are answered, and shown, the same. @returns what that is */
    const step = async (
      path: string,
      body: (order: number) => object,
      by = token,
    ): Promise<readonly string[]> => {
      const answers: string[] = [];
      for (const walk of walks) {
        // The first answer counts, so nothing may be behind.
        await system.settled();
        const got = await asks(system, 'POST', `/cases${path && `/${walk.caseId}/${path}`}`, by, {
          headers: {
            'idempotency-key': randomUUID(),
            ...(path === 'threat-assessments' && { 'if-none-match': '*' }),
          },
          body: JSON.stringify(body(walk.order)),
        });
        expect([path, got.status]).toEqual([path, path ? 200 : 201]);
        walk.caseId ||= (JSON.parse(got.text) as { id: string }).id;
        answers.push(told(got));
      }
      await system.settled();
      const [ofKnown, ...others] = await Promise.all(walks.map(shown));
      for (const other of others) expect([path, ...other]).toEqual([path, ...ofKnown!]);
      expect([path, ...new Set(answers)]).toEqual([path, answers[0]]);
      return ofKnown!;
    };
    const stages: string[] = [];
    const noted = async (...of: Parameters<typeof step>): Promise<readonly string[]> => {
      const seen = await step(...of);
      stages.push(/"status":"(\w+)"/.exec(seen[0]!)![1]!);
      return seen;
    };
    const opened = await noted('', (order) => ({ ...said.case(order), officers: [] }));
    // The contested one is at the coordinator's desk already: whatever is tried there, nobody at the board may notice.
    await as(coordinator)
      .does(`/cases/${known.caseId}/impartiality-declarations`)
      .catch(() => undefined);
    const { status } = await as(coordinator).posts(`/cases/${known.caseId}/broken-glasses`, {
      body: { reason: 'DANGER_TO_LIFE', classes: ['identity'], note: 'Påhittat' },
    });
    expect(status).toBe(404);
    await system.settled();
    expect(await shown(known)).toEqual(opened);
    // Nor are those of the board seen from there: nobody else has a part in a draft, to confirm one.
    expect((await as(coordinator).looks(`/cases/${known.caseId}/broken-glasses`)).status).toBe(404);
    await noted('waivers', () => said.waiver);
    await noted('support-decisions', () => said.supportDecision);
    await noted('impartiality-declarations', () => ({}));
    await noted('relocation-requests', () => said.request);
    const asksPolice = await noted('impartiality-declarations', () => ({}), tokenOfPolice);
    expect(asksPolice.at(-1)).toContain('ASSESS_THREAT');
    await noted('threat-assessments', () => said.assessment('MEDIUM'), tokenOfPolice);
    expect(stages).toEqual([...Array<string>(4).fill('DRAFT'), 'ASSESSING', 'ASSESSING', 'MATCHING']);
    // One of them really waits, and the coordinator alone learns of it.
    const { rows } = await system.pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM log.events WHERE type = 'SubjectClaimContested'`,
    );
    expect(rows).toEqual([{ n: 1 }]);
    const atDesk = async () =>
      (await as(coordinator).looks<{ contested: boolean }>(`/coordination-cases/${known.caseId}`)).body;
    expect((await atDesk()).contested).toBe(true);

    // The other case is given up, and this one is promoted: still nothing to see. It ends like any other.
    const before = await shown(known);
    await as(officer).does(`/cases/${elsewhere.caseId}/closures`, { code: 'WITHDRAWN' });
    await system.settled();
    expect((await atDesk()).contested).toBe(false);
    expect(await shown(known)).toEqual(before);
    expect((await noted('closures', () => ({ code: 'WITHDRAWN' })))[0]).toContain('CLOSED');
  });

  it('a board cannot name somebody of another authority, or of nobody, as the one who will know the person', async () => {
    const path = `/proposals/${story.proposalId}`;
    await as(preparer).does(`${path}/prepared-answers`, { answer: 'ACCEPT' });
    const names = async (receivers: readonly string[]) => {
      const { status, body } = await as(decider).posts(`${path}/answers`, {
        body: { ...said.acceptance, provider: providerNumber(receiver), receivers },
      });
      return [status, body['code']];
    };
    const nobody = await names(['nobody-at-all']);
    expect(nobody[0]).toBeGreaterThanOrEqual(400);
    // An official of another board, of Police, a duty officer without that function: all the same as nobody.
    for (const sub of [officer, otherBoard, 'police-nord-coordinator', 'board-2480-duty'])
      expect([sub, ...(await names([sub]))]).toEqual([sub, ...nobody]);
    expect(await names([decider, officer])).toEqual(nobody);
  });

  it('nobody gives a function to himself or herself, nor to anybody without being the registrar', async () => {
    const appoints = async (sub: string, official: string, organisation = 'coordinator:national') => {
      const { status, body } = await as(sub).posts('/appointments', {
        body: {
          official,
          organisation,
          agencyKind: organisation.startsWith('board') ? 'SOCIAL_BOARD' : 'NATIONAL_COORDINATOR',
          function: organisation.startsWith('board') ? 'HOME_OFFICER' : 'NATIONAL_COORDINATOR',
          delegated: true,
          from: system.clock.now().toISOString(),
        },
      });
      return [status, body['code']];
    };
    const [own] = await appoints('registrar-1', 'registrar-1');
    expect(own).toBe(403);
    for (const sub of [
      officer,
      'coordinator-1',
      'police-syd-registrar',
      'board-1280-registrar',
      'tax-registrar',
    ])
      expect([sub, ...(await appoints(sub, sub, 'board:1280'))]).toEqual([sub, 403, 'access.refused']);
    expect((await as('registrar-1').looks('/coordination-cases')).status).toBe(403);
  });

  it('a protection that was granted is still there after everything that is written later', async () => {
    const { id: caseId } = await as(officer).does('/cases', { ...said.case(7), officers: [] });
    const applies = async (kind: string): Promise<string> => {
      const { id } = await as(officer).does(`/cases/${caseId}/protections`, {
        kind,
        appliedBy: 'SELF',
        familyIncluded: false,
        appliedOn: '2026-03-02',
      });
      await system.settled();
      return id;
    };
    const outcome = async (protectionId: string, body: object): Promise<void> => {
      await as(taxOfficer).does(`/cases/${caseId}/protections/${protectionId}/outcomes`, body);
    };
    const protectionId = await applies('PROTECTED_REGISTRATION');
    await outcome(protectionId, { outcome: 'GRANTED', decidedOn: '2026-03-02', until: '2027-03-01' });
    const granted = async () => {
      await system.settled();
      const { body } = await as(officer).looks<{ protections: { protectionId: string }[] }>(
        `/cases/${caseId}/protected-data`,
      );
      return body.protections.find((one) => one.protectionId === protectionId);
    };
    const before = await granted();
    expect(before).toMatchObject({ status: 'GRANTED', until: '2027-03-01' });
    await outcome(await applies('SECRECY_MARKING'), { outcome: 'REFUSED', decidedOn: '2026-03-02' });
    await as(officer).does(`/cases/${caseId}/waivers`, said.waiver);
    await as(officer).does(`/cases/${caseId}/support-decisions`, said.supportDecision);
    await as(officer).does(`/cases/${caseId}/relocation-requests`, said.request);
    await as(officer).does(`/cases/${caseId}/registration-notice-withholdings`, {
      reason: 'PERSECUTION',
      grounds: 'Påhittade skäl',
    });
    await as(officer).does(`/cases/${caseId}/exposed-registers`, {
      register: 'COMPANY_REGISTER',
      status: 'DONE',
      checkedOn: '2026-03-02',
    });
    await as(officer).does(`/cases/${caseId}/waiver-withdrawals`, { channel: 'PHONE' });
    await as(officer).does(`/cases/${caseId}/closures`, { code: 'WITHDRAWN' });
    expect(await granted()).toEqual(before);
  });

  it('what was decided under the rules of then holds as it was decided, before others are in force and after', async () => {
    const halved = Object.fromEntries(
      Object.entries(rules2026.rules.validityHours).map(([level, hours]) => [level, hours / 2]),
    );
    const tomorrow = new Date(system.clock.now().getTime() + 24 * 3_600_000).toISOString();
    await as(coordinator).does('/rules', {
      rules: { ...rules2026.rules, version: 2, validityHours: halved },
      inForceFrom: tomorrow,
    });
    const validUntil = async (): Promise<string> => {
      await system.settled();
      return (await as(officer).looks<{ validUntil: string }>(`/cases/${story.caseId}`)).body.validUntil;
    };
    const hoursFromNow = (until: string): number =>
      (Date.parse(until) - system.clock.now().getTime()) / 3_600_000;
    // Enacted, and not in force yet.
    await assess(as(assessor), story.caseId, 'HIGH');
    const then = await validUntil();
    expect(hoursFromNow(then)).toBe(rules2026.rules.validityHours.HIGH);
    await system.until(new Date(Date.parse(tomorrow) + 60_000).toISOString());
    expect(await validUntil()).toBe(then);
    await assess(as(assessor), story.caseId, 'HIGH');
    expect(hoursFromNow(await validUntil())).toBe(rules2026.rules.validityHours.HIGH / 2);
  });

  it('every decision names the policy under which it was made and a legal basis, and what follows from it names the same', async () => {
    const { rows } = await system.pool.query<{ who: string; version: string; bases: readonly string[] }>(
      `SELECT CASE WHEN metadata->>'actor' LIKE 'process:%' THEN 'process' ELSE 'official' END AS who,
         metadata->>'policyVersion' AS version, array_agg(DISTINCT metadata->>'legalBasis') AS bases
       FROM log.events WHERE recorded_at > (SELECT min(recorded_at) FROM log.events WHERE type = 'CaseOpened')
       GROUP BY 1, 2 ORDER BY 1`,
    );
    expect(rows.map(({ who, version }) => [who, version])).toEqual([
      ['official', policyVersion],
      ['process', policyVersion],
    ]);
    for (const { bases } of rows)
      expect(bases.filter((basis) => !/^[A-Z]+(_\d+)+(_[A-Z])?$/.test(basis))).toEqual([]);
  });
});
