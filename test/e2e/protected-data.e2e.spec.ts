import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withTransaction } from '#platform';
import { officer, said, secondAssessor, Story } from '../support/story.js';
import { type Desk, startTestSystem, type TestSystem } from '../support/system.js';

const taxOfficer = 'tax-officer-1';
const elsewhere = '0114';
/** Somebody invented who has been eighteen since 1 March 2026. */
const grownUpInMarch = '200803019801';
/** Somebody invented who is seventeen until 20 August 2026, and eighteen from then on. */
const grownUpIn2026 = '200808209803';

describe('Protected personal data', () => {
  let system: TestSystem;
  const as = (sub: string): Desk => system.official(sub);
  beforeAll(async () => {
    system = await startTestSystem();
  });
  afterAll(() => system?.close());

  const open = async (order: number): Promise<string> =>
    (await as(officer).does('/cases', { ...said.case(order), officers: [] })).id;
  const apply = async (caseId: string, kind: string): Promise<string> => {
    const { id } = await as(officer).does(`/cases/${caseId}/protections`, {
      kind,
      appliedBy: 'SELF',
      familyIncluded: false,
      appliedOn: '2026-03-02',
    });
    await system.settled();
    return id;
  };
  interface View {
    readonly protections: readonly Record<string, unknown>[];
    readonly registers: readonly Record<string, unknown>[];
    readonly contents: readonly { readonly path: string }[];
  }
  const homeView = async (caseId: string) =>
    (await as(officer).looks<View & Record<string, unknown>>(`/cases/${caseId}/protected-data`)).body;

  it('is decided by Skatteverket, which learns no more than that it is asked', async () => {
    const caseId = await open(1);
    const path = `/protection-cases/${caseId}`;
    // Before it is asked there is nothing, as for an id that nobody has.
    const [early, none] = [
      await as(taxOfficer).looks(path),
      await as(taxOfficer).looks(`/protection-cases/${randomUUID()}`),
    ];
    expect([early.status, none.status]).toEqual([404, 404]);
    const protectionId = await apply(caseId, 'PROTECTED_REGISTRATION');
    const { body } = await as(taxOfficer).looks<View & { caseId: string }>(path);
    expect(Object.keys(body).sort()).toEqual(['caseId', 'contents', 'protections']);
    expect(body.protections).toHaveLength(1);
    expect(Object.keys(body.protections[0]!).sort()).toEqual(
      ['protectionId', 'kind', 'status', 'appliedBy', 'familyIncluded', 'appliedOn', 'from', 'until']
        .concat(['endsWithinDays', 'endedOn', 'endReason'])
        .sort(),
    );
    const list = await as(taxOfficer).looks<{ items: object[] }>('/protection-cases');
    expect(list.body.items.map((item) => Object.keys(item).sort())).toEqual([['caseId', 'protections']]);
    // Nothing of the case itself.
    for (const other of [`/cases/${caseId}`, `/police-cases/${caseId}`, `/coordination-cases/${caseId}`])
      expect([403, 404]).toContain((await as(taxOfficer).looks(other)).status);

    await as(taxOfficer).does(`/cases/${caseId}/protections/${protectionId}/outcomes`, {
      outcome: 'GRANTED',
      decidedOn: '2026-03-02',
      until: '2027-03-01',
      registeredMunicipalityCode: elsewhere,
    });
    await system.settled();
    expect((await homeView(caseId)).protections).toMatchObject([
      { protectionId, status: 'GRANTED', from: '2026-03-02', until: '2027-03-01', endsWithinDays: null },
    ]);
  });

  it('has a municipality of registration that Skatteverket alone opens, and that no other agency is told of', async () => {
    const caseId = await open(2);
    const protectionId = await apply(caseId, 'PROTECTED_REGISTRATION');
    await as(taxOfficer).does(`/cases/${caseId}/protections/${protectionId}/outcomes`, {
      outcome: 'GRANTED',
      decidedOn: '2026-03-02',
      registeredMunicipalityCode: elsewhere,
    });
    await system.settled();
    const place = `/protection-cases/${caseId}/contents/identity`;
    expect((await as(taxOfficer).looks(place)).body.code).toBe('access.not_declared');
    await as(taxOfficer).does(`/cases/${caseId}/impartiality-declarations`);
    const opened = await as(taxOfficer).looks<{ items: { path: string; value: unknown }[] }>(place);
    expect(opened.body.items).toMatchObject([
      { path: 'registeredMunicipality', value: { registeredMunicipalityCode: elsewhere } },
    ]);
    const home = await as(officer).looks(`/cases/${caseId}/protected-data`);
    expect(home.text).not.toContain('registeredMunicipality');
    expect(home.text).not.toContain(elsewhere);
    // Each in the role that writes there: the owner sees no row under forced row-level security.
    const held = async (schema: string, which: string): Promise<number> =>
      withTransaction(system.pool, { role: `project_${schema}` }, async (client) => {
        const { rows } = await client.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM ${schema}.sealed_v1 WHERE ${which}`,
        );
        return rows[0]!.n;
      });
    const registered = `path = 'registeredMunicipality'`;
    expect(await held('tax_agency', registered)).toBeGreaterThan(0);
    for (const schema of ['home_board', 'home_protection', 'police', 'coordinator', 'receiving_board'])
      expect([schema, await held(schema, registered)]).toEqual([schema, 0]);
    expect(await held('tax_agency', `class IN ('destination', 'address')`)).toBe(0);
  });

  it('of a person who becomes somebody else ends the case with a code that others have, and tells nobody', async () => {
    const story = new Story(system, 5);
    await story.requested();
    const { caseId } = story;
    const protectionId = await apply(caseId, 'ASSUMED_IDENTITY');
    // Skatteverket is not asked about it.
    expect((await as(taxOfficer).looks(`/protection-cases/${caseId}`)).status).toBe(404);
    await as(secondAssessor).does(`/cases/${caseId}/protections/${protectionId}/outcomes`, {
      outcome: 'GRANTED',
      decidedOn: system.clock.now().toISOString().slice(0, 10),
    });
    await system.settled();
    const view = await homeView(caseId);
    expect(view.protections).toMatchObject([{ kind: 'ASSUMED_IDENTITY', status: 'REQUESTED', from: null }]);
    const { body } = await as(officer).looks(`/cases/${caseId}`);
    expect(body).toMatchObject({ status: 'CLOSED', closeCode: 'HANDED_OVER' });
  });

  it('is called to mind 90 and 30 days before its last day, and has ended after it', async () => {
    const caseId = await open(3);
    const protectionId = await apply(caseId, 'SECRECY_MARKING');
    await as(taxOfficer).does(`/cases/${caseId}/protections/${protectionId}/outcomes`, {
      outcome: 'GRANTED',
      decidedOn: '2026-03-02',
      until: '2026-07-31',
    });
    const now = async () => (await homeView(caseId)).protections[0];
    const reminded = async () =>
      (
        await as(officer).looks<{ items: { kind: string; id: string }[] }>('/inbox?as=HOME_BOARD')
      ).body.items.filter(({ kind, id }) => kind === 'PROTECTION_ENDS' && id === caseId).length;
    expect(await reminded()).toBe(0);
    await system.until('2026-05-01T10:00:00.000Z');
    expect(await now()).toMatchObject({ status: 'GRANTED', endsWithinDays: null });
    await system.until('2026-05-02T10:00:00.000Z');
    expect(await now()).toMatchObject({ status: 'GRANTED', endsWithinDays: 90 });
    expect(await reminded()).toBe(1);
    await system.until('2026-07-02T10:00:00.000Z');
    expect(await now()).toMatchObject({ status: 'GRANTED', endsWithinDays: 30 });
    // Another kind is applied for, and refused: this one ends all the same.
    const other = await apply(caseId, 'PROTECTED_REGISTRATION');
    expect(await reminded()).toBe(1);
    const refuse = (decidedOn: string) =>
      as(taxOfficer).posts<{ code: string }>(`/cases/${caseId}/protections/${other}/outcomes`, {
        body: { outcome: 'REFUSED', decidedOn },
      });
    const early = await refuse('2026-03-01');
    expect([early.status, early.body.code]).toEqual([
      422,
      'protected_data.decided_before_it_was_applied_for',
    ]);
    expect((await refuse('2026-07-02')).status).toBe(200);
    await system.until('2026-07-31T10:00:00.000Z');
    expect(await reminded()).toBe(1);
    await system.until('2026-08-01T10:00:00.000Z');
    expect(await now()).toMatchObject({ status: 'ENDED', endReason: 'EXPIRED', endedOn: '2026-07-31' });
    // It stays until somebody has applied anew.
    expect(await reminded()).toBe(1);
    const short = await apply(caseId, 'SECRECY_MARKING');
    expect(await reminded()).toBe(0);
    // One that is shorter than the last reminder is called to mind at once.
    await as(taxOfficer).does(`/cases/${caseId}/protections/${short}/outcomes`, {
      outcome: 'GRANTED',
      decidedOn: '2026-08-01',
      until: '2026-08-20',
    });
    await system.until('2026-08-01T10:01:00.000Z');
    expect(await reminded()).toBe(1);
  });

  it('waits in the inbox of Skatteverket until it is decided, and a notice that rested on it comes back when it is refused', async () => {
    const caseId = await open(7);
    const protectionId = await apply(caseId, 'PROTECTED_REGISTRATION');
    const waiting = async (sub: string, role: string, wanted: string) => {
      const { body } = await as(sub).looks<{ items: { kind: string; id: string }[] }>(
        `/inbox?as=${role}&limit=100`,
      );
      return body.items.filter(({ kind, id }) => kind === wanted && id === caseId).length;
    };
    expect(await waiting(taxOfficer, 'TAX_AGENCY', 'DECIDE_PROTECTION')).toBe(1);
    await as(officer).does(`/cases/${caseId}/registration-notice-withholdings`, {
      reason: 'PROTECTION_APPLIED_FOR',
      grounds: 'Påhittade skäl',
    });
    await as(taxOfficer).does(`/cases/${caseId}/protections/${protectionId}/outcomes`, {
      outcome: 'REFUSED',
      decidedOn: system.clock.now().toISOString().slice(0, 10),
    });
    await system.settled();
    expect(await waiting(taxOfficer, 'TAX_AGENCY', 'DECIDE_PROTECTION')).toBe(0);
    expect(await homeView(caseId)).toMatchObject({ notice: 'NONE', noticeReason: null });
    expect(await waiting(officer, 'HOME_BOARD', 'DECIDE_REGISTRATION_NOTICE')).toBe(1);
  });

  it('is applied for by whoever may on the day: a child that has grown up since applies alone', async () => {
    const person = { ...said.case(8), personalIdentityNumber: grownUpIn2026, officers: [] };
    const { id } = await as(officer).does('/cases', person);
    await system.settled();
    const asks = (appliedBy: string, body: object = {}, caseId = id) =>
      as(officer).posts<{ code: string; violations: { field: string }[] }>(`/cases/${caseId}/protections`, {
        body: {
          kind: 'SECRECY_MARKING',
          appliedBy,
          familyIncluded: false,
          appliedOn: system.clock.now().toISOString().slice(0, 10),
          ...body,
        },
      });
    const family = await asks('SELF', { familyIncluded: true });
    expect([family.status, family.body.violations.map(({ field }) => field)]).toEqual([
      400,
      ['familyIncluded'],
    ]);
    expect((await asks('SELF')).body.code).toBe('protected_data.not_the_applicant');
    await system.until('2026-08-21T10:00:00.000Z');
    expect((await asks('GUARDIANS')).body.code).toBe('protected_data.not_the_applicant');
    expect((await asks('SELF')).status).toBe(200);
    // Who is an adult when the case is opened may have been a child on an earlier day of application.
    const grownUp = { ...said.case(9), personalIdentityNumber: grownUpInMarch, officers: [] };
    const adult = (await as(officer).does('/cases', grownUp)).id;
    await system.settled();
    const before = { appliedOn: '2026-02-28' };
    expect((await asks('SELF', before, adult)).body.code).toBe('protected_data.not_the_applicant');
    expect((await asks('GUARDIANS', before, adult)).status).toBe(200);
  });

  it('has a notice that is withheld with its reason, and a checklist that says who looked at what', async () => {
    const caseId = await open(4);
    await system.settled();
    expect(await homeView(caseId)).toMatchObject({ notice: 'NONE', noticeReason: null });
    await as(officer).does(`/cases/${caseId}/registration-notice-withholdings`, {
      reason: 'PERSECUTION',
      grounds: 'Påhittade skäl',
    });
    const checkedOn = system.clock.now().toISOString().slice(0, 10);
    await as(officer).does(`/cases/${caseId}/exposed-registers`, {
      register: 'COMPANY_REGISTER',
      status: 'DONE',
      checkedOn,
    });
    await system.settled();
    expect((await as(officer).looks(`/cases/${caseId}/protected-data/registration-notice`)).status).toBe(404);
    const view = await homeView(caseId);
    expect(Object.keys(view).sort()).toEqual(
      ['caseId', 'contents', 'notice', 'noticeOn', 'noticeReason', 'noticeReminders']
        .concat(['protections', 'registers'])
        .sort(),
    );
    expect(view).toMatchObject({ notice: 'WITHHELD', noticeReason: 'PERSECUTION' });
    expect(view.contents.map(({ path }) => path)).toEqual(['grounds']);
    const opened = await as(officer).looks<{ items: { value: unknown }[] }>(
      `/cases/${caseId}/protected-data/contents/social`,
    );
    expect(opened.body.items.map(({ value }) => value)).toEqual(['Påhittade skäl']);
    expect(view.registers).toHaveLength(9);
    expect(view.registers.filter(({ status }) => status !== 'OPEN')).toEqual([
      {
        register: 'COMPANY_REGISTER',
        followsProtection: false,
        status: 'DONE',
        checkedOn,
        checkedByMe: true,
      },
    ]);
  });

  it('has a notice that, sent, shows the function and nobody by name or reference', async () => {
    const caseId = await open(6);
    const sentOn = system.clock.now().toISOString().slice(0, 10);
    await as(officer).does(`/cases/${caseId}/registration-notices`, { sentOn });
    await system.settled();
    const path = `/cases/${caseId}/protected-data/registration-notice`;
    const { body } = await as(officer).looks<{ sentOn: string; sv: string; en: string }>(path);
    expect(Object.keys(body).sort()).toEqual(['en', 'sentOn', 'sv']);
    expect(body.sv).toBe(
      `${sentOn}\n\nUnderrättelse enligt 32 c § folkbokföringslagen (1991:481): en uppgift i folkbokföringen kan antas ` +
        'vara oriktig.\n\nHandläggare, socialnämnden',
    );
    expect((await as(taxOfficer).looks(path)).status).toBe(404);
  });
});
