import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decider, officer, preparer, said, Story } from '../../support/story.js';
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
  }, 120_000);
  afterAll(async () => {
    closeAgent();
    await system?.close();
  });

  /** Without what is never the same twice. */
  const bare = (got: Got): string =>
    comparable(got)
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'an id')
      .replaceAll(/(x-position: |"position":")[\w-]+/gi, '$1a position');

  it('a board that opens a case of somebody who has one elsewhere is answered as for anybody', async () => {
    const token = await system.tokenFor(otherBoard);
    const opens = async (order: number): Promise<readonly string[]> => {
      const sent = await asks(system, 'POST', '/cases', token, {
        headers: { 'idempotency-key': randomUUID() },
        body: JSON.stringify({ ...said.case(order), officers: [] }),
      });
      await system.settled();
      const { id } = JSON.parse(sent.text) as { id: string };
      const looks = async (path: string): Promise<string> => bare(await asks(system, 'GET', path, token));
      return [
        bare(sent),
        await looks(`/cases/${id}`),
        await looks(`/cases/${id}/contents/identity`).then((text) =>
          text.replaceAll(/19\d{6}-?\d{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}/g, 'a number'),
        ),
        await looks(`/cases/${id}/protected-data`),
        JSON.stringify(
          (await as(otherBoard).looks<{ items: { id: string }[] }>('/inbox?as=HOME_BOARD')).body.items.filter(
            (item) => item.id === id,
          ),
        ).replaceAll(id, 'an id'),
      ];
    };
    const [ofKnown, ofUnknown] = [await opens(1), await opens(2)];
    expect(ofKnown[0]).toMatch(/^201\n/);
    expect(ofKnown).toEqual(ofUnknown);
    // Both were really opened, and the coordinator alone learns of it.
    const { rows } = await system.pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM log.events WHERE type = 'SubjectClaimContested'`,
    );
    expect(rows).toEqual([{ n: 1 }]);
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

  it('every decision of an official names the version of the policy under which it was made, and its legal basis', async () => {
    const { rows } = await system.pool.query<{ type: string; version: string | null; basis: string | null }>(
      `SELECT DISTINCT type, metadata->>'policyVersion' AS version, metadata->>'legalBasis' AS basis
       FROM log.events WHERE metadata->>'actor' NOT LIKE 'process:%'`,
    );
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter(({ version, basis }) => !version || !basis)).toEqual([]);
  });
});
