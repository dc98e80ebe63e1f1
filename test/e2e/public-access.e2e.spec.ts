import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { derivedId } from '#kernel';
import { officer, said } from '../support/story.js';
import { type Answer, type Desk, startTestSystem, type TestSystem } from '../support/system.js';

const registrar = 'board-1280-registrar';
const decider = 'board-1280-decider';
const stranger = 'board-2480-registrar';
const ofPolice = 'police-syd-documents';

/** What differs in any two answers: ids, instants and places in the log. */
const withoutIds = ({ status, text, headers }: Answer): unknown => [
  status,
  headers['content-type'],
  text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '#')
    .replaceAll(/"position":"[^"]*"/g, '#')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '#'),
];

// Scenario 10: somebody asks for everything about a person, and for all documents on defectors of a municipality.
describe('A request for official documents', () => {
  let system: TestSystem;
  const as = (sub: string): Desk => system.official(sub);
  beforeAll(async () => {
    system = await startTestSystem();
    // One of the two persons who are asked about has a case at this board.
    const { id } = await as(officer).does('/cases', { ...said.case(1), officers: [] });
    await as(officer).does(`/cases/${id}/waivers`, said.waiver);
  });
  afterAll(() => system?.close());

  let numbers = 16;
  const request = (text: string, kinds: readonly string[], contact?: string) => ({
    registryNumber: `SN 2026/${(numbers += 1)}`,
    text,
    kinds,
    receivedAt: system.clock.now().toISOString(),
    ...(contact === undefined ? {} : { contact }),
  });
  /** Where nothing was found, it is tested as if the document were there. */
  const tested = (harm: string) => [
    { provision: 'OSL_26_1', harm: harm === '' ? 'UNSURE' : harm },
    { provision: 'OSL_21_3', harm: 'NO_HARM' },
  ];
  const refusal = (harm: string) => ({
    outcome: 'REFUSE',
    kinds: [],
    findings: tested(harm),
    note: harm === '' ? 'Inget hittat' : 'Ett ärende hittat',
  });
  const register = async (sub: string, body: object): Promise<string> =>
    (await as(sub).does('/document-requests', body)).id;

  it('is refused byte for byte the same for a person who has a case and for one who has none', async () => {
    const told: unknown[][] = [];
    for (const [text, harm] of [
      [`Allt om ${said.case(1).givenName} ${said.case(1).familyName}`, 'HARM'],
      ['Allt om Ingen Allsingen', ''],
    ] as const) {
      const answers: Answer[] = [];
      const posts = async (sub: string, path: string, body: object) => {
        // What was written in one and the same millisecond is listed by chance.
        system.clock.advance(1_000);
        return answers[answers.push(await as(sub).posts(path, { body })) - 1]!;
      };
      const registered = await posts(registrar, '/document-requests', request(text, ['CASE_FILE']));
      const path = `/document-requests/${String(registered.body['id'])}`;
      await posts(registrar, `${path}/answers`, refusal(harm));
      await system.settled();
      answers.push(await as(registrar).looks(path), await as(registrar).looks(`${path}/refusal`));
      const requestedOn = system.clock.now().toISOString().slice(0, 10);
      await posts(registrar, `${path}/decision-requests`, { requestedOn });
      await posts(decider, `${path}/decisions`, refusal(harm));
      await posts(registrar, `${path}/servings`, { servedOn: requestedOn });
      await system.settled();
      answers.push(await as(decider).looks(path), await as(decider).looks(`${path}/refusal`));
      expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 200, 200, 200, 200]);
      told.push(answers.map(withoutIds));
      // The letter itself has nothing that could differ.
      expect(answers.at(-1)!.text).toContain('varken bekräftar eller förnekar');
      told.at(-1)!.push(answers.at(-1)!.text);
    }
    expect(told[0]).toEqual(told[1]);
  });

  it('may be appealed for three weeks, and is never said to be empty', async () => {
    const id = await register(registrar, request('Alla handlingar om avhoppare', ['CASE_LIST']));
    const path = `/document-requests/${id}`;
    const empty = await as(registrar).posts(`${path}/answers`, {
      body: { ...refusal(''), outcome: 'NOT_HELD' },
    });
    expect([empty.status, empty.body['code']]).toEqual([422, 'public_access.would_confirm_or_deny']);
    await as(registrar).does(`${path}/answers`, refusal(''));
    await as(registrar).does(`${path}/decision-requests`, { requestedOn: '2026-03-02' });
    await as(decider).does(`${path}/decisions`, refusal(''));
    await as(registrar).does(`${path}/servings`, { servedOn: '2026-03-02' });
    await system.settled();
    const { body } = await as(registrar).looks(path);
    const keys = ['requestId', 'status', 'authorityKind', 'anonymous', 'kinds', 'receivedAt', 'answerBy'];
    const later = ['decideBy', 'overdue', 'step', 'reason', 'letters', 'released', 'answeredAt', 'servedOn'];
    const ofAppeal = ['appealBy', 'appealedInTime', 'appealOutcome', 'orderedKinds'];
    expect(Object.keys(body).sort()).toEqual([...keys, ...later, ...ofAppeal, 'contents'].sort());
    const letter = await as(registrar).looks(`${path}/refusal`);
    expect(Object.keys(letter.body).sort()).toEqual(['decidedOn', 'earlier', 'en', 'step', 'sv']);
    // It is the one that was decided.
    const { sv, en } = letter.body as { sv: string; en: string };
    expect((body['letters'] as object[]).at(-1)).toMatchObject({
      step: 'AUTHORITY',
      letter: { hash: derivedId('refusal-letter', sv, en) },
    });
    const list = await as(registrar).looks<{ items: object[] }>('/document-requests');
    expect(Object.keys(list.body.items[0]!).sort()).toEqual([...keys, ...later, ...ofAppeal].sort());
    expect(body).toMatchObject({
      status: 'REFUSAL_SERVED',
      step: 'AUTHORITY',
      reason: 'SECRECY',
      anonymous: true,
      released: [],
      // 24:00 on Monday 23 March in Stockholm.
      appealBy: '2026-03-23T23:00:00.000Z',
    });
  });

  it('is taken over by a registrar who was appointed after it came, and then read and answered', async () => {
    const id = await register(registrar, request('Påhittad begäran', ['CASE_FILE']));
    const path = `/document-requests/${id}`;
    const late = 'board-1280-officer-2';
    const at = system.clock.now().toISOString();
    await as('registrar-1').does('/appointments', {
      official: late,
      organisation: 'board:1280',
      agencyKind: 'SOCIAL_BOARD',
      function: 'DOCUMENT_REGISTRAR',
      delegated: false,
      from: at,
    });
    await system.settled();
    const me = system.official(late);
    expect((await me.looks(path)).status).toBe(200);
    expect((await me.looks(`${path}/contents/social`)).status).toBe(404);
    // Nothing can be written under a key that the officials of that day hold.
    expect((await me.posts(`${path}/answers`, { body: refusal(''), once: true })).status).toBe(503);
    await me.does(`${path}/take-overs`, {});
    await system.settled();
    const { body } = await me.looks<{ items: { value: { text?: string } }[] }>(`${path}/contents/social`);
    expect(body.items.map(({ value }) => value.text)).toEqual(['Påhittad begäran']);
    await me.does(`${path}/answers`, refusal(''));
    await system.settled();
    expect((await as(registrar).looks(path)).body).toMatchObject({ status: 'REFUSED' });
  });

  it('for a policy of 25 pages is released by Police for 80 kronor', async () => {
    const asked = request('Riktlinjerna', ['POLICY'], 'Postbox 17');
    const id = await register(ofPolice, asked);
    const all = { kinds: ['POLICY'], findings: [], note: 'Inget hemligt', pages: 25 };
    // Nothing in a policy can be secret: no part of it is left out.
    const part = await as(ofPolice).posts(`/document-requests/${id}/answers`, {
      body: { ...all, outcome: 'REDACT' },
    });
    expect([part.status, part.body]).toEqual([
      422,
      expect.objectContaining({ code: 'public_access.nothing_to_refuse_on', facts: { field: 'outcome' } }),
    ]);
    await as(ofPolice).does(`/document-requests/${id}/answers`, {
      ...all,
      outcome: 'RELEASE',
    });
    await system.settled();
    const { body } = await as(ofPolice).looks<{ items: { value: unknown }[] }>(
      `/document-requests/${id}/contents/cost`,
    );
    expect(body.items.map(({ value }) => value)).toEqual([{ pages: 25, feeOre: 8_000 }]);
    expect((await as(ofPolice).looks(`/document-requests/${id}/refusal`)).status).toBe(404);
    const words = await as(ofPolice).looks<{ items: { value: unknown }[] }>(
      `/document-requests/${id}/contents/social`,
    );
    expect(words.body.items.map(({ value }) => value)).toContainEqual({
      registryNumber: asked.registryNumber,
      text: 'Riktlinjerna',
      contact: 'Postbox 17',
    });
  });

  it('is released in part, and each letter stays readable through the court and after it', async () => {
    const id = await register(registrar, request('Alla akter och avtal', ['CASE_FILE', 'AGREEMENT']));
    const path = `/document-requests/${id}`;
    type Letter = { step: string; decidedOn: string; sv: string; en: string };
    const letters = async (): Promise<readonly Letter[]> => {
      await system.settled();
      const { earlier, ...latest } = (
        await as(registrar).looks<Letter & { earlier: Letter[] }>(`${path}/refusal`)
      ).body;
      return [...earlier, latest];
    };
    const today = system.clock.now().toISOString().slice(0, 10);
    const findings = tested('NO_HARM');
    const part = { kinds: ['AGREEMENT'], findings, note: 'Delvis', pages: 3 };
    const agreements = { ...part, outcome: 'REDACT', restFindings: tested('UNSURE') };
    for (const [restFindings, code] of [
      [tested('UNSURE').slice(1), 'not_tested'],
      [findings, 'nothing_stands_in_the_way'],
    ] as const) {
      const untested = await as(registrar).posts(`${path}/answers`, {
        body: { ...agreements, restFindings },
      });
      expect([untested.status, untested.body]).toEqual([
        422,
        expect.objectContaining({
          code: `public_access.${code}`,
          facts: expect.objectContaining({ field: 'restFindings' }) as unknown,
        }),
      ]);
    }
    await as(registrar).does(`${path}/answers`, agreements);
    const [first, ...none] = await letters();
    expect([first?.step, none]).toEqual(['OFFICIAL', []]);
    for (const words of ['Begäran avslås i övrigt.', '26 kap. 1 §', 'varken bekräftar eller förnekar'])
      expect(first!.sv).toContain(words);
    await as(registrar).does(`${path}/decision-requests`, { requestedOn: today });
    await as(decider).does(`${path}/decisions`, refusal('HARM'));
    const [official, authority] = await letters();
    expect(official).toEqual(first);
    expect(authority).toMatchObject({ step: 'AUTHORITY' });
    expect(authority!.sv).toContain('Begäran avslås i det som inte tidigare har lämnats ut.');
    await as(registrar).does(`${path}/servings`, { servedOn: today });
    await as(registrar).does(`${path}/appeals`, { receivedAt: system.clock.now().toISOString() });
    const order = { outcome: 'CHANGED', decidedOn: today, orderedKinds: ['CASE_FILE'] };
    const other = await as(registrar).posts(`${path}/appeal-outcomes`, {
      body: { ...order, orderedKinds: ['CASE_LIST'] },
    });
    expect([other.status, other.body]).toEqual([
      422,
      expect.objectContaining({ code: 'public_access.ordered_other_than_asked' }),
    ]);
    await as(registrar).does(`${path}/appeal-outcomes`, order);
    // What the court orders is not got round by releasing something else again.
    const round = await as(decider).posts(`${path}/decisions`, { body: agreements });
    expect([round.status, round.body['code']]).toEqual([409, 'public_access.court_ordered_release']);
    await system.settled();
    expect((await as(decider).looks(path)).body).toMatchObject({ orderedKinds: ['CASE_FILE'] });
    await as(decider).does(`${path}/decisions`, {
      ...part,
      outcome: 'RELEASE',
      kinds: ['CASE_FILE', 'AGREEMENT'],
    });
    expect(await letters()).toEqual([official, authority]);
    expect((await as(registrar).looks(path)).body).toMatchObject({ status: 'RELEASED', reason: null });
  });

  it('costs at a board what its council has decided, from the day on which it has', async () => {
    const release = async (): Promise<unknown> => {
      const id = await register(registrar, request('Riktlinjerna', ['POLICY']));
      await as(registrar).does(`/document-requests/${id}/answers`, {
        outcome: 'RELEASE',
        kinds: ['POLICY'],
        findings: [],
        note: 'Inget hemligt',
        pages: 11,
      });
      await system.settled();
      const { body } = await as(registrar).looks<{ items: { value: unknown }[] }>(
        `/document-requests/${id}/contents/cost`,
      );
      return body.items[0]?.value;
    };
    expect(await release()).toEqual({ pages: 11, feeOre: 0 });
    await as('registrar-1').does('/register-rules', {
      authority: 'board:1280',
      rules: {
        version: 1,
        pattern: 'SN {YYYY}/{N}',
        copyFees: { freePages: 4, firstPages: 5, firstPagesOre: 2_500, furtherPageOre: 150 },
        source: 'Council decision 4/2026',
      },
      inForceFrom: system.clock.now().toISOString(),
    });
    expect(await release()).toEqual({ pages: 11, feeOre: 3_400 });
    const wrong = await as(registrar).posts('/document-requests', {
      body: { ...request('Riktlinjerna', ['POLICY']), registryNumber: 'KS 17' },
    });
    expect([wrong.status, wrong.body['code']]).toEqual([
      422,
      'public_access.registry_number_not_of_this_authority',
    ]);
  });

  it('is there for its own authority alone, and for nobody who works with cases', async () => {
    const id = await register(registrar, request('Alla handlingar', ['CASE_LIST']));
    await system.settled();
    const paths = (one: string) =>
      ['', '/refusal', '/contents/social', '/contents/cost'].map(
        (rest) => `/document-requests/${one}${rest}`,
      );
    const seen = await Promise.all(paths(id).map((path) => as(stranger).looks(path)));
    const unknown = await Promise.all(paths(randomUUID()).map((path) => as(stranger).looks(path)));
    expect(seen.map(withoutIds)).toEqual(unknown.map(withoutIds));
    expect(seen.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    const answer = { body: refusal('') };
    const [foreign, none] = [
      await as(stranger).posts(`/document-requests/${id}/answers`, answer),
      await as(stranger).posts(`/document-requests/${randomUUID()}/answers`, answer),
    ];
    expect(withoutIds(foreign)).toEqual(withoutIds(none));
    expect(foreign.status).toBe(404);
    expect((await as(stranger).looks<{ items: [] }>('/document-requests')).body.items).toEqual([]);
    for (const sub of [officer, 'coordinator-1', 'police-syd-registrar'])
      expect((await as(sub).looks(`/document-requests/${id}`)).status).toBe(403);
    expect((await as(ofPolice).looks(`/document-requests/${id}`)).status).toBe(404);
  });

  it('is overdue when nobody answers, and no longer when somebody has', async () => {
    const id = await register(registrar, request('Alla handlingar', ['CASE_LIST']));
    await system.settled();
    const overdue = async () => (await as(registrar).looks(`/document-requests/${id}`)).body['overdue'];
    expect(await overdue()).toBe(false);
    await system.until('2026-03-04T08:00:00.000Z');
    expect(await overdue()).toBe(true);
    await as(registrar).does(`/document-requests/${id}/answers`, refusal(''));
    await system.settled();
    expect(await overdue()).toBe(false);
  });
});
