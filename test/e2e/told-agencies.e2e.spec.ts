import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withTransaction } from '../../libs/platform/index.js';
import { officer, said, secondAssessor, Story } from '../support/story.js';
import { type Answer, type Desk, startTestSystem, type TestSystem } from '../support/system.js';

const contact = 'probation-contact-1';
const otherContact = 'probation-contact-2';
const insurance = 'insurance-contact-1';
const taxOfficer = 'tax-officer-1';

interface View {
  readonly caseId: string;
  readonly tellings: readonly { classes: string[]; foot: string; purpose: string; legalBasis: string }[];
  readonly contents: readonly { class: string; foot: string }[];
}

describe('An agency outside the road of the case', () => {
  let system: TestSystem;
  let caseId: string;
  const as = (sub: string): Desk => system.official(sub);
  beforeAll(async () => {
    system = await startTestSystem(undefined, ['probation:national', 'insurance:national', 'ivo:national']);
    ({ caseId } = await new Story(system, 1).assessed());
  });
  afterAll(() => system?.close());

  const telling = {
    organisation: 'probation:national',
    contacts: [contact],
    classes: ['identity'],
    purpose: 'SUPPORT',
    foot: 'WAIVER',
  } as const;
  const tell = async (sub: string, over: object): Promise<string> => {
    const { id } = await as(sub).does(`/cases/${caseId}/agency-tellings`, { ...telling, ...over });
    await system.settled();
    return id;
  };
  const refused = async (over: object): Promise<Answer<{ code: string; facts?: object }>> =>
    as(officer).posts(`/cases/${caseId}/agency-tellings`, { body: { ...telling, ...over } });
  const declares = async (sub: string): Promise<void> => {
    await as(sub).does(`/cases/${caseId}/impartiality-declarations`);
  };
  const told = (sub: string): Promise<Answer<View>> => as(sub).looks<View>(`/told-cases/${caseId}`);
  /** Tellings whose content lies in a schema, whoever may read it. */
  const sourcesIn = (schema: string): Promise<readonly string[]> =>
    withTransaction(system.pool, { role: `project_${schema}` }, async (client) => {
      const { rows } = await client.query<{ source: string }>(
        `SELECT source FROM ${schema}.sealed_v1 WHERE case_id = $1 AND source <> 'own'`,
        [caseId],
      );
      return rows.map(({ source }) => source);
    });
  /** What may differ between two answers is the request's own name. */
  const same = ({ status, text }: Answer<unknown>): readonly [number, string] => [
    status,
    text.replace(/urn:request:[^"]+/, ''),
  ];

  it('knows nothing before it is told, and then exactly the classes that the matrix gives it', async () => {
    const unknown = await as(contact).looks(`/told-cases/${randomUUID()}`);
    expect(same(await told(contact))).toEqual(same(unknown));
    await tell(officer, {});
    await tell(secondAssessor, {
      classes: ['threat-advice'],
      purpose: 'PROTECTION',
    });
    expect(await sourcesIn('told_probation_service')).toHaveLength(2);
    // Before anything of it is shown the contact looks at FL 16 §; that there is something to look at stands in the list.
    for (const rest of ['', '/contents/identity', '/contents/threat-advice']) {
      const { status, body } = await as(contact).looks<{ code: string }>(`/told-cases/${caseId}${rest}`);
      expect([rest, status, body.code]).toEqual([rest, 403, 'access.not_declared']);
    }
    await declares(contact);
    const { body } = await told(contact);
    expect(Object.keys(body).sort()).toEqual(['caseId', 'contents', 'tellings']);
    for (const one of body.tellings)
      expect(Object.keys(one).sort()).toEqual(
        [
          'disclosureId',
          'classes',
          'purpose',
          'foot',
          'legalBasis',
          'secrecyAtHolder',
          'toldAt',
          'expiresAt',
        ].sort(),
      );
    expect(body.tellings).toMatchObject([
      { classes: [expect.any(String)], foot: 'WAIVER', legalBasis: 'OSL_10_1' },
      { classes: [expect.any(String)], foot: 'WAIVER', legalBasis: 'OSL_10_1' },
    ]);
    expect(body.contents.map((part) => part.class).sort()).toEqual(['identity', 'threat-advice']);
    const opened = await as(contact).looks<{ items: { value: unknown }[] }>(
      `/told-cases/${caseId}/contents/identity`,
    );
    expect(opened.body.items).toMatchObject([{ value: { givenName: said.case(1).givenName } }]);
    const advice = await as(contact).looks(`/told-cases/${caseId}/contents/threat-advice`);
    expect(advice.text).toContain('Påhittat råd');
    const list = await as(contact).looks<{ items: object[] }>('/told-cases');
    expect(list.body.items).toEqual([{ caseId, tellings: 2, firstToldAt: expect.any(String) }]);
  });

  it('is refused by name, kind and class, what the matrix does not give it, whatever is known of the person', async () => {
    for (const closed of [
      'social',
      'family',
      'needs',
      'address',
      'destination',
      'threat-detail',
      'cost',
      'health',
    ]) {
      const { status, body, text } = await refused({ classes: [closed] });
      expect([status, body.code, body.facts]).toEqual([
        422,
        'disclosure.class_not_for_recipient',
        { class: closed, recipientKind: 'PROBATION_SERVICE' },
      ]);
      expect(text).not.toContain(said.case(1).givenName);
    }
    const statutes = [
      [{ foot: 'STATUTE', legalBasis: 'FOL_16', requested: true }, 'disclosure.not_permitted'],
      [{ organisation: 'board:1280', contacts: [officer] }, 'disclosure.not_told_here'],
      [{ contacts: [insurance] }, 'official.not_appointed'],
      [{ organisation: 'probation:national', classes: ['offence'] }, 'disclosure.nothing_to_tell'],
    ] as const;
    for (const [over, code] of statutes) expect((await refused(over)).body.code).toBe(code);
    expect((await refused({ foot: 'STATUTE', legalBasis: 'OSL_10_15_A', requested: true })).status).toBe(400);
  });

  it('is not there for another contact of the same agency, for another agency, nor at any other route', async () => {
    const elsewhere = randomUUID();
    for (const sub of [otherContact, insurance, taxOfficer, 'ivo-contact-1', officer]) {
      for (const rest of ['', '/contents/identity', '/contents/threat-advice']) {
        const [there, nowhere] = [
          await as(sub).looks(`/told-cases/${caseId}${rest}`),
          await as(sub).looks(`/told-cases/${elsewhere}${rest}`),
        ];
        if (sub !== officer) expect(there.status).toBe(404);
        if (sub !== officer) expect(same(there)).toEqual(same(nowhere));
        else expect([403, 404]).toContain(there.status);
      }
      expect((await as(sub).looks<{ items?: object[] }>('/told-cases')).body.items ?? []).toEqual([]);
    }
    for (const path of ['/cases/', '/police-cases/', '/coordination-cases/', '/protection-cases/'])
      expect(same(await as(contact).looks(`${path}${caseId}`))).toEqual(
        same(await as(contact).looks(`${path}${elsewhere}`)),
      );
    for (const closed of ['family', 'needs', 'social', 'destination'])
      expect(same(await as(contact).looks(`/told-cases/${caseId}/contents/${closed}`))).toEqual(
        same(await as(contact).looks(`/told-cases/${elsewhere}/contents/${closed}`)),
      );
    const posted = await as(contact).posts(`/cases/${caseId}/agency-tellings`, { body: telling });
    expect(posted.status).toBe(404);
  });

  it('hands over to a colleague by an event, and nobody else gets anything by it', async () => {
    const change = { outgoing: contact, incoming: otherContact, reason: 'NEW_DUTIES' };
    const changes = (sub: string, body: object) =>
      as(sub).posts<{ code: string }>(`/cases/${caseId}/contact-changes`, { body });
    expect((await changes(insurance, change)).status).toBe(404);
    // Nobody takes over by the own hand, and nobody who works elsewhere.
    expect((await changes(otherContact, change)).status).toBe(404);
    expect((await changes(contact, { ...change, incoming: insurance })).body.code).toBe(
      'official.not_appointed',
    );
    const more = { incoming: otherContact, reason: 'MORE_HANDS' };
    expect((await changes(contact, more)).status).toBe(200);
    await system.settled();
    expect((await told(otherContact)).status).toBe(403);
    await declares(otherContact);
    expect((await told(otherContact)).body.contents.map((part) => part.class).sort()).toEqual([
      'identity',
      'threat-advice',
    ]);
    const opened = await as(otherContact).looks(`/told-cases/${caseId}/contents/identity`);
    expect(opened.text).toContain(said.case(1).givenName);
    expect((await told(contact)).status).toBe(200);
  });

  it('shows somebody who is disqualified nothing of it any more, as if there were none', async () => {
    const elsewhere = randomUUID();
    const path = `/cases/${caseId}/disqualifications`;
    expect((await as(insurance).posts(path, { body: { ground: 'FL_16_1' } })).status).toBe(404);
    await as(otherContact).does(path, { ground: 'FL_16_1' });
    await system.settled();
    for (const rest of ['', '/contents/identity', '/contents/threat-advice'])
      expect(same(await as(otherContact).looks(`/told-cases/${caseId}${rest}`))).toEqual(
        same(await as(otherContact).looks(`/told-cases/${elsewhere}${rest}`)),
      );
    expect((await as(otherContact).looks<{ items: object[] }>('/told-cases')).body.items).toEqual([]);
    const { rows } = await system.pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM vault.grants g WHERE case_id = $1 AND ended_at IS NULL AND person =
         (SELECT data->>'official' FROM log.events WHERE type = 'DisqualificationDeclared' AND data->>'caseId' = $1::text)`,
      [caseId],
    );
    expect(rows).toEqual([{ n: 0 }]);
    // The first answer may have got lost; and nobody names the same person again.
    expect((await as(otherContact).posts(path, { body: { ground: 'FL_16_1' } })).status).toBe(200);
    expect((await refused({ contacts: [otherContact] })).body.code).toBe('disclosure.no_person_named');
    // The last must say who takes over.
    const last = await as(contact).posts<{ code: string }>(path, { body: { ground: 'FL_16_5' } });
    expect([last.status, last.body.code]).toEqual([409, 'disclosure.last_contact']);
    expect((await told(contact)).status).toBe(200);
  });

  it('an officer ends what the own authority told, and nothing else', async () => {
    const id = await tell(officer, { organisation: 'insurance:national', contacts: [insurance] });
    await declares(insurance);
    expect((await told(insurance)).body.contents).toHaveLength(1);
    const end = (sub: string, disclosureId: string) =>
      as(sub).posts(`/cases/${caseId}/agency-tellings/${disclosureId}/endings`);
    expect((await end(secondAssessor, id)).status).toBe(404);
    // What the process told home Police is the process's to end.
    const [source] = await sourcesIn('police');
    expect((await end(officer, source!)).status).toBe(404);
    expect((await end(officer, id)).status).toBe(200);
    await system.settled();
    expect((await told(insurance)).status).toBe(404);
    expect((await as(insurance).looks(`/told-cases/${caseId}/contents/identity`)).status).toBe(404);
  });

  it('loses with the withdrawal what stood on the waiver, and keeps what a statute carries', async () => {
    const asked = { foot: 'STATUTE', legalBasis: 'FOL_16', requested: true, purpose: 'PROTECTION' };
    const tax = { organisation: 'tax:national', contacts: [taxOfficer] };
    const notAsked = await refused({ ...tax, ...asked, requested: false });
    expect([notAsked.body.code, notAsked.body.facts]).toEqual([
      'disclosure.not_permitted',
      { refusal: 'CONDITION_MISSING', rule: 'ON_REQUEST' },
    ]);
    await tell(officer, { ...tax, ...asked });
    await tell(officer, { ...tax, classes: ['family'], purpose: 'PROTECTION' });
    await declares(taxOfficer);
    expect((await told(taxOfficer)).body.contents.map((part) => part.class).sort()).toEqual([
      'family',
      'identity',
    ]);
    await as(officer).does(`/cases/${caseId}/waiver-withdrawals`, { channel: 'PHONE' });
    await system.settled();
    expect((await told(contact)).status).toBe(404);
    expect((await told(taxOfficer)).body.contents.map((part) => [part.class, part.foot])).toEqual([
      ['identity', 'STATUTE'],
    ]);
    const opened = await as(taxOfficer).looks(`/told-cases/${caseId}/contents/identity`);
    expect(opened.status).toBe(200);
    expect((await as(taxOfficer).looks(`/told-cases/${caseId}/contents/family`)).status).toBe(404);
    expect((await refused({})).body.code).toBe('disclosure.waiver_lapsed');
    expect(await sourcesIn('told_population_register')).toHaveLength(1);
    expect(await sourcesIn('told_probation_service')).toEqual([]);
  });
});
