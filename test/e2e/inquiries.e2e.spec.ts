import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  colleague,
  coordinator,
  decider,
  director,
  inventedNumber,
  officer,
  preparer,
  secondAssessor,
  Story,
} from '../support/story.js';
import { type Answer, type Desk, startTestSystem, type TestSystem } from '../support/system.js';

// Others ask about a person. Whoever answers is told nothing by the system: not by status, body, headers or positions.

const known = inventedNumber(1);
const unknown = inventedNumber(900);
/** Goes along with the person. */
const child = inventedNumber(800);

describe('What others ask about a person', () => {
  let system: TestSystem;
  let story: Story;
  beforeAll(async () => {
    system = await startTestSystem(undefined, ['probation:national', 'school:1280']);
    story = await new Story(system, 1, { companionNumbers: [child] }).cleared();
  });
  afterAll(() => system?.close());

  const as = (sub: string): Desk => system.official(sub);
  const request = (personalIdentityNumber: string) => ({
    personalIdentityNumber,
    requester: 'POLICE',
    reference: 'K 17-26',
    text: 'Påhittad begäran',
    reviewers: [colleague],
    basis: 'LAG_2025_170_2',
    purpose: 'CRIME_INVESTIGATION',
    asked: ['address'],
    stated: ['COMMITTED_CRIME'],
  });
  const stay = (personalIdentityNumber: string) => ({
    personalIdentityNumber,
    requester: 'KRONOFOGDEN',
    reference: 'U 17-26',
    text: 'Påhittad fråga',
    reviewers: [colleague],
    checked: 'CALLED_BACK',
  });

  /** What somebody could compare, without what is never the same twice. */
  const comparable = ({ status, headers, text }: Answer) => ({
    status,
    headers: Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => !['date', 'traceparent', 'x-request-id', 'x-position'].includes(name))
        .map(([name, value]) => [name, value.replaceAll(ids, '#')]),
    ),
    text: text
      .replaceAll(ids, '#')
      .replaceAll(instants, '#')
      .replaceAll(/"(position|next)":"[^"]+"/g, '"$1":"#"'),
  });
  const ids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
  const instants = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
  const logged = async (): Promise<number> => {
    const { rows } = await system.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM log.events');
    return rows[0]!.n;
  };
  /** Sends a command, and says by how many events the log has grown when everything has come to rest. */
  const sent = async (sub: string, path: string, body: object) => {
    const before = await logged();
    // What is written at one instant comes in the order of its ids, which are random.
    system.clock.advance(60_000);
    const answer = await as(sub).posts(path, { body });
    await system.settled();
    return { id: String(answer.body['id']), answer: comparable(answer), events: (await logged()) - before };
  };
  const seen = async (sub: string, path: string) => comparable(await as(sub).looks(path));

  it('is registered, weighed, decided and read the same, whether or not the person has a case', async () => {
    const steps = async (number: string) => {
      const received = await sent(officer, '/information-requests', request(number));
      const one = `/information-requests/${received.id}`;
      const weighed = await sent(officer, `${one}/weighings`, {
        released: [],
        reasons: ['LIFE_AND_HEALTH'],
        note: 'Påhittad avvägning',
      });
      const mine = await seen(officer, `/inquiries/${received.id}`);
      const alone = await sent(officer, `${one}/decisions`, { agrees: true });
      const decided = await sent(colleague, `${one}/decisions`, { agrees: true });
      const again = await sent(colleague, `${one}/decisions`, { agrees: true });
      const read = await seen(colleague, `/inquiries/${received.id}`);
      const opened = await seen(colleague, `/inquiries/${received.id}/contents/social`);
      return [received, weighed, alone, decided, again]
        .map(({ answer, events }) => ({ answer, events }) as object)
        .concat(mine, read, opened);
    };
    const [ofKnown, ofUnknown] = [await steps(known), await steps(unknown)];
    expect(ofKnown).toEqual(ofUnknown);
    expect(await steps(child)).toEqual(ofUnknown);
    expect(ofKnown.map((step) => (step as { answer?: { status: number } }).answer?.status)).toEqual([
      201,
      200,
      403,
      200,
      409,
      ...[undefined, undefined, undefined],
    ]);
    expect(ofKnown.map((step) => (step as { events?: number }).events).slice(0, 5)).toEqual([1, 1, 0, 1, 0]);
  });

  it('a stay inquiry, too: yes or no, by a second officer, and never where', async () => {
    const steps = async (number: string) => {
      const received = await sent(officer, '/stay-inquiries', stay(number));
      const path = `/stay-inquiries/${received.id}/answers`;
      const body = { checked: 'KNOWN_CHANNEL', answer: 'NO', recipient: 'Påhittad mottagare' };
      const alone = await sent(officer, path, body);
      const toNobody = await as(colleague).posts(path, { body: { ...body, recipient: undefined } });
      expect([toNobody.status, toNobody.body['code']]).toEqual([422, 'inquiry.no_recipient']);
      const answered = await sent(colleague, path, body);
      // Beside the answer its line of the ledger, and what the process wrote that sees to it: as much of either, below.
      expect(answered.events).toBeGreaterThan(2);
      // Where the line lies on the inquiry the last event is not the answer: what changes nothing tells no position.
      const declares = () => as(colleague).posts(`/inquiries/${received.id}/impartiality-declarations`);
      await declares();
      const again = await declares();
      expect([again.status, again.body['position'], again.headers['x-position']]).toEqual([
        200,
        null,
        undefined,
      ]);
      const read = await seen(officer, `/inquiries/${received.id}`);
      const opened = await as(officer).looks(`/inquiries/${received.id}/contents/social`);
      const values = (opened.body['items'] as { path: string; value: unknown }[]).filter(
        ({ path: field }) => field === 'answer',
      );
      expect(values.map(({ value }) => value)).toEqual([{ stays: false }]);
      return [received, alone, answered]
        .map(({ answer, events }) => ({ answer, events }) as object)
        .concat(read, comparable(opened));
    };
    const ofUnknown = await steps(unknown);
    for (const number of [known, child]) expect(await steps(number)).toEqual(ofUnknown);
  });

  it('the address may go by lag 2025:170 2 § when two have weighed it, and then the law stands in the record', async () => {
    const { id } = await as(officer).does('/information-requests', request(unknown));
    const path = `/information-requests/${id}`;
    const harmless = { released: ['address'], reasons: ['NO_HARM'], note: 'Påhittad avvägning' };
    const refused = await as(officer).posts(`${path}/weighings`, { body: harmless });
    expect([refused.status, refused.body['code'], refused.body['facts']]).toEqual([
      422,
      'inquiry.not_permitted',
      { refusal: 'GUARDED_CLASS', rule: 'address' },
    ]);
    await as(officer).does(`${path}/weighings`, { ...harmless, reasons: ['NO_EXCEPTIONAL_REASON'] });
    const toNobody = await as(colleague).posts(`${path}/decisions`, { body: { agrees: true } });
    expect([toNobody.status, toNobody.body['code']]).toEqual([422, 'inquiry.no_recipient']);
    await as(colleague).does(`${path}/decisions`, { agrees: true, recipient: 'Påhittad mottagare' });
    await system.settled();
    const { body } = await as(colleague).looks(`/inquiries/${id}`);
    expect(body).toMatchObject({ status: 'DECIDED', outcome: 'DISCLOSE', released: ['address'] });
    const keys = [
      'ageBasis',
      'asked',
      'basis',
      'decideBy',
      'decidedAt',
      'inquiryId',
      'kind',
      'outcome',
      'purpose',
      'reasons',
      'receivedAt',
      'released',
      'requester',
      'status',
      'weighedByMe',
    ];
    expect(Object.keys(body).sort()).toEqual([...keys, 'contents'].sort());
    const list = (await as(colleague).looks('/inquiries')).body['items'] as object[];
    for (const item of list) expect(Object.keys(item).sort()).toEqual(keys);
    await as(colleague).does(`/inquiries/${id}/impartiality-declarations`);
    for (const dataClass of ['identity', 'social']) {
      const opened = await as(colleague).looks(`/inquiries/${id}/contents/${dataClass}`);
      for (const item of opened.body['items'] as object[])
        expect(Object.keys(item).sort()).toEqual(['class', 'legalBasis', 'occurredAt', 'path', 'value']);
    }
  });

  it('OSL 10:18 a: the age is that of the day of the disclosure, by the number, which is opened for it on record', async () => {
    const today = system.clock.now();
    const birth = Date.UTC(today.getUTCFullYear() - 21, today.getUTCMonth(), today.getUTCDate() + 10);
    const soon21 = inventedNumber((birth - Date.UTC(1990, 0, 1)) / 86_400_000);
    const body = {
      ...request(soon21),
      basis: 'OSL_10_18_A',
      purpose: 'CRIME_PREVENTION',
      asked: ['social'],
      stated: ['CONCRETE_CIRCUMSTANCES'],
    };
    const weighing = { released: ['social'], reasons: ['CHILD_AT_RISK'], note: 'Påhittad avvägning' };
    const received = async () => {
      const { id } = await as(officer).does('/information-requests', body);
      await system.settled();
      await as(officer).does(`/information-requests/${id}/weighings`, weighing);
      return id;
    };
    const [one, other] = [await received(), await received()];
    await as(colleague).does(`/information-requests/${one}/decisions`, {
      agrees: true,
      recipient: 'Påhittad mottagare',
    });
    await system.settled();
    expect((await as(colleague).looks(`/inquiries/${one}`)).body).toMatchObject({
      outcome: 'DISCLOSE',
      ageBasis: 'FROM_NUMBER',
    });
    const { rows } = await system.pool.query(
      `SELECT data->>'ageBasis' AS age, (SELECT count(*)::integer FROM vault.reads
         WHERE stream = e.stream AND class = 'identity' AND action = 'READ' AND purpose = 'INQUIRY') AS opened
       FROM log.events e WHERE type = 'InformationRequestDecided' AND data->>'inquiryId' = $1`,
      [one],
    );
    expect(rows).toEqual([{ age: 'FROM_NUMBER', opened: 2 }]);
    // Weighed in time, and asked once more on the day of the decision.
    system.clock.advance(11 * 86_400_000);
    const late = await as(colleague).posts(`/information-requests/${other}/decisions`, {
      body: { agrees: true },
    });
    expect([late.status, late.body['facts']]).toEqual([
      422,
      { refusal: 'CONDITION_MISSING', rule: 'UNDER_21' },
    ]);
  });

  it('alerts the case’s own police coordinator at once, who says that it was seen', async () => {
    const { body } = await as(secondAssessor).looks<{
      inquiries: { inquiryId: string; kind: string; requester: string; seen: boolean }[];
    }>(`/police-cases/${story.caseId}`);
    expect(body.inquiries.map(({ kind, requester, seen: done }) => [kind, requester, done]).sort()).toEqual([
      // Of the person, and of the child who goes along: nothing tells which.
      ['INFORMATION_REQUEST', 'POLICE', false],
      ['INFORMATION_REQUEST', 'POLICE', false],
      ['STAY_INQUIRY', 'KRONOFOGDEN', false],
      ['STAY_INQUIRY', 'KRONOFOGDEN', false],
    ]);
    const alerts = async () =>
      (
        (await as(secondAssessor).looks('/inbox?as=POLICE')).body['items'] as { kind: string; id: string }[]
      ).filter(({ kind }) => kind === 'INQUIRY_ALERT');
    expect((await alerts()).map(({ id }) => id)).toEqual(Array.from({ length: 4 }, () => story.caseId));
    for (const { inquiryId } of body.inquiries)
      await as(secondAssessor).does(`/cases/${story.caseId}/inquiries/${inquiryId}/acknowledgements`);
    await system.settled();
    expect(await alerts()).toEqual([]);
    // Who answered is told nothing by that either.
    expect(JSON.stringify(body)).not.toContain('LIFE_AND_HEALTH');
  });

  it('is there for nobody who is not named, and an inquiry about nobody is not there for Police', async () => {
    const ofKnown = (await as(officer).does('/information-requests', request(known))).id;
    const ofUnknown = (await as(officer).does('/information-requests', request(unknown))).id;
    await system.settled();
    for (const sub of [preparer, decider, coordinator, secondAssessor]) {
      const [one, other, none] = await Promise.all(
        [ofKnown, ofUnknown, '00000000-0000-4000-8000-000000000000'].map((id) =>
          seen(sub, `/inquiries/${id}`),
        ),
      );
      expect(one!.status).toBe(404);
      for (const answer of [other, none])
        expect({ ...answer, text: answer!.text.replaceAll(/request:[^"]+/g, '#') }).toEqual({
          ...one,
          text: one!.text.replaceAll(/request:[^"]+/g, '#'),
        });
      const { body } = await as(sub).looks('/inquiries');
      expect(body['items']).toEqual([]);
    }
    const acknowledged = await as(secondAssessor).posts(
      `/cases/${story.caseId}/inquiries/${ofUnknown}/acknowledgements`,
      { body: {} },
    );
    expect(acknowledged.status).toBe(404);
  });

  it('SoL 15:7, OSL 3:1: what was told is in the ledger, and the log grows by as much for who has no case', async () => {
    const steps = async (number: string) => {
      const { id } = await as(officer).does('/information-requests', request(number));
      const path = `/information-requests/${id}`;
      const weighing = {
        released: ['address'],
        reasons: ['NO_EXCEPTIONAL_REASON'],
        note: 'Påhittad avvägning',
      };
      await as(officer).does(`${path}/weighings`, weighing);
      return (await sent(colleague, `${path}/decisions`, { agrees: true, recipient: 'Påhittad mottagare' }))
        .events;
    };
    const ofKnown = await steps(known);
    expect(ofKnown).toBeGreaterThan(2);
    expect(await steps(unknown)).toBe(ofKnown);
    const { rows } = await system.pool.query<{ line: string }>(
      `SELECT DISTINCT concat_ws(' ', split_part(stream, '-', 1), data->>'legalBasis', data->>'matter',
         jsonb_array_length((data->'persons')::jsonb)) AS line
       FROM log.events WHERE type = 'InformationDisclosed' AND data->>'recipientKind' = 'REQUESTER'
         AND data->>'legalBasis' <> 'OSL_10_18_A' ORDER BY line`,
    );
    expect(rows.map(({ line }) => line)).toEqual([
      'disclosure LAG_2025_170_2 1',
      'disclosure SOL_15_7 STAY 1',
      'inquiry LAG_2025_170_2 1',
      'inquiry SOL_15_7 STAY 1',
    ]);
    // No row anywhere is made of it.
    const { rows: row } = await system.pool.query(
      `SELECT 1 FROM vault.grants WHERE foot = 'STATUTE' AND case_id IN (SELECT (data->>'inquiryId')::uuid FROM log.events
         WHERE type = 'InformationDisclosed')`,
    );
    expect(row).toEqual([]);
  });

  it('that comes in at a private provider is weighed and decided by two of the board of its municipality', async () => {
    const body = { ...request(known), basis: 'LAG_2025_170_4', reviewers: [preparer] };
    const one = await as(director).posts('/information-requests', { body });
    expect([one.status, one.body['code']]).toEqual([422, 'inquiry.too_few_reviewers']);
    const { rows } = await system.pool.query(
      'SELECT reason, route FROM vault.refusals ORDER BY refusal_id DESC LIMIT 1',
    );
    expect(rows[0]).toMatchObject({ reason: 'inquiry.too_few_reviewers' });
    const { id } = await as(director).does('/information-requests', {
      ...body,
      reviewers: [preparer, decider],
    });
    const weighing = { released: [], reasons: ['LIFE_AND_HEALTH'], note: 'Påhittad avvägning' };
    expect(
      (await as(director).posts(`/information-requests/${id}/weighings`, { body: weighing })).status,
    ).toBe(403);
    await as(preparer).does(`/information-requests/${id}/weighings`, weighing);
    await as(decider).does(`/information-requests/${id}/decisions`, { agrees: true });
    await system.settled();
    expect((await as(director).looks(`/inquiries/${id}`)).body).toMatchObject({
      outcome: 'REFUSE',
      contents: [],
    });
    await as(decider).does(`/inquiries/${id}/impartiality-declarations`);
    expect((await as(decider).looks(`/inquiries/${id}/contents/identity`)).status).toBe(200);
    // The director declares nothing there, and would find nothing.
    for (const dataClass of ['identity', 'social'])
      expect([403, 404]).toContain(
        (await as(director).looks(`/inquiries/${id}/contents/${dataClass}`)).status,
      );
  });

  it('OSL 10:28, lag 2025:170 2 and 4 §§: is received at every holder, also at who is only told something, by two of it', async () => {
    const alerts = async () =>
      (await as(secondAssessor).looks<{ inquiries: object[] }>(`/police-cases/${story.caseId}`)).body
        .inquiries.length;
    const before = await alerts();
    const weighing = { released: [], reasons: ['LIFE_AND_HEALTH'], note: 'Påhittad avvägning' };
    for (const [first, second] of [
      ['probation-contact-1', 'probation-contact-2'],
      ['school-1280-contact-1', 'school-1280-contact-2'],
      ['tax-officer-1', 'tax-officer-2'],
    ] as const) {
      const body = { ...request(known), basis: 'LAG_2025_170_4', reviewers: [second] };
      const { id } = await as(first).does('/information-requests', body);
      await as(first).does(`/information-requests/${id}/weighings`, weighing);
      const path = `/information-requests/${id}/decisions`;
      const alone = await as(first).posts(path, { body: { agrees: true } });
      expect([alone.status, alone.body['code']]).toEqual([403, 'inquiry.four_eyes']);
      await as(second).does(path, { agrees: true });
      expect((await as(second).looks(`/inquiries/${id}`)).body).toMatchObject({ outcome: 'REFUSE' });
      // Not there for another agency, nor for who is at the same one and not named.
      expect((await as(officer).looks(`/inquiries/${id}`)).status).toBe(404);
      const elsewhere = await as(first).posts('/information-requests', {
        body: { ...body, reviewers: [colleague] },
      });
      expect([elsewhere.status, elsewhere.body['code']]).toEqual([422, 'official.not_appointed']);
    }
    expect(await alerts()).toBe(before + 3);
  });

  it('who is disqualified in the case of the person is out of the inquiry, and others are answered as before', async () => {
    const weighing = { released: [], reasons: ['LIFE_AND_HEALTH'], note: 'Påhittad avvägning' };
    const code = ({ status, body }: Answer): string => `${status} ${String(body['code'] ?? '')}`;
    const { caseId } = await new Story(system, 2).opened();
    const both = [inventedNumber(2), inventedNumber(901)];
    const requests: string[] = [];
    const stays: string[] = [];
    for (const number of both) {
      requests.push((await as(officer).does('/information-requests', request(number))).id);
      stays.push((await as(officer).does('/stay-inquiries', stay(number))).id);
    }
    for (const id of [...requests, ...stays])
      for (const sub of [officer, colleague])
        await as(sub).does(`/inquiries/${id}/impartiality-declarations`);
    await system.settled();
    const opens = async (sub: string, id: string | undefined) =>
      Promise.all(
        ['', '/contents/identity', '/contents/social'].map(async (end) =>
          code(await as(sub).looks(`/inquiries/${id}${end}`)),
        ),
      );
    expect(await opens(colleague, requests[0])).toEqual(['200 ', '200 ', '200 ']);
    /** All pages of one: a row that is not there leaves no gap and no cursor. */
    const listed = async (sub: string): Promise<readonly string[]> => {
      const ids: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body }: Answer<{ items: { inquiryId: string }[]; _meta: { next: string | null } }> = await as(
          sub,
        ).looks(`/inquiries?limit=1${cursor && `&cursor=${cursor}`}`);
        if (cursor !== '' || body.items.length > 0) expect(body.items).toHaveLength(1);
        ids.push(...body.items.map(({ inquiryId }) => inquiryId));
        cursor = body._meta.next;
      }
      return ids;
    };
    const before = await listed(colleague);
    expect(before).toEqual(expect.arrayContaining([...requests, ...stays]));

    await as(colleague).does(`/cases/${caseId}/disqualifications`, { ground: 'FL_16_1' });
    await system.settled();
    const gone = '404 thing.not_found';
    const answers = async (order: number) => {
      const request = `/information-requests/${requests[order]}`;
      const read = [await opens(colleague, requests[order]), await opens(colleague, stays[order])];
      const weighed = code(await as(colleague).posts(`${request}/weighings`, { body: weighing }));
      await as(officer).posts(`${request}/weighings`, { body: weighing });
      const decided = code(await as(colleague).posts(`${request}/decisions`, { body: { agrees: true } }));
      const body = { checked: 'KNOWN_CHANNEL', answer: 'NO', recipient: 'Påhittad mottagare' };
      const said = code(await as(colleague).posts(`/stay-inquiries/${stays[order]}/answers`, { body }));
      return [...read.flat(), weighed, decided, said];
    };
    expect(await answers(0)).toEqual(Array.from({ length: 9 }, () => gone));
    const unknownId = '0b0e7a52-9999-4222-8333-444455556666';
    const bytes = async (id: string | undefined) =>
      comparable(await as(colleague).looks(`/inquiries/${id}/contents/identity`));
    expect(await bytes(requests[0])).toEqual(await bytes(unknownId));
    // Of somebody else the same official goes on: 409 and 403 are those of who weighed it.
    const elsewhere = await answers(1);
    expect(elsewhere.slice(0, 6)).toEqual(['200 ', '200 ', '200 ', '200 ', '200 ', '200 ']);
    expect(elsewhere.slice(6)).toEqual(['200 ', '403 inquiry.four_eyes', '200 ']);
    // Nor does the list show that anything was asked of that person.
    expect(await listed(colleague)).toEqual(before.filter((id) => id !== requests[0] && id !== stays[0]));
    expect(await listed(officer)).toEqual(expect.arrayContaining([...requests, ...stays]));
    // And who is not disqualified is told nothing by it.
    for (const id of [requests[0], requests[1]])
      expect(await opens(officer, id)).toEqual(['200 ', '200 ', '200 ']);
  });

  it('FL 16 §: the number is opened only for who has declared, and who is disqualified is out of it at every door', async () => {
    const code = ({ status, body }: Answer): string => `${status} ${String(body['code'] ?? '')}`;
    const steps = async (number: string) => {
      const { id } = await as(officer).does('/information-requests', request(number));
      await system.settled();
      const one = `/inquiries/${id}`;
      const doors = async (sub: string) =>
        Promise.all(
          ['', '/contents/identity', '/contents/social'].map(async (end) =>
            code(await as(sub).looks(`${one}${end}`)),
          ),
        );
      expect(await doors(colleague)).toEqual(['200 ', '403 access.not_declared', '200 ']);
      const { rows } = await system.pool.query(
        `SELECT reason, unit, purpose, asked, subject IS NOT NULL AS known FROM vault.refusals
         ORDER BY refusal_id DESC LIMIT 1`,
      );
      expect(rows[0]).toEqual({
        reason: 'access.not_declared',
        unit: 'HOME_OFFICER',
        purpose: 'INQUIRY',
        asked: id,
        known: true,
      });
      for (const sub of [officer, colleague]) await as(sub).does(`${one}/impartiality-declarations`);
      expect(await doors(colleague)).toEqual(['200 ', '200 ', '200 ']);
      expect(code(await as(preparer).posts(`${one}/impartiality-declarations`))).toBe('404 thing.not_found');

      const mine = async (column: string, table: string) => {
        const { rows: found } = await system.pool.query<{ n: number }>(
          `SELECT count(*)::integer AS n FROM ${table} WHERE ${column} = $1
             AND (SELECT data->>'official' FROM log.events WHERE type = 'InquiryDisqualificationDeclared'
                  AND data->>'inquiryId' = $1::text) = ANY (persons)`,
          [id],
        );
        return found[0]!.n;
      };
      await as(colleague).does(`${one}/disqualifications`, { ground: 'FL_16_1' });
      await as(colleague).does(`${one}/disqualifications`, { ground: 'FL_16_1' });
      const gone = '404 thing.not_found';
      // At once, whatever the read models have heard of it.
      expect(await doors(colleague)).toEqual([gone, gone, gone]);
      const body = { released: [], reasons: ['LIFE_AND_HEALTH'], note: 'Påhittad avvägning' };
      expect([
        code(await as(colleague).posts(`/information-requests/${id}/weighings`, { body })),
        code(await as(colleague).posts(`${one}/impartiality-declarations`)),
      ]).toEqual([gone, gone]);
      await system.settled();
      const { rows: grants } = await system.pool.query<{ open: number }>(
        `SELECT count(*) FILTER (WHERE ended_at IS NULL)::integer AS open FROM vault.grants
         WHERE case_id = $1 AND person = (SELECT data->>'official' FROM log.events
           WHERE type = 'InquiryDisqualificationDeclared' AND data->>'inquiryId' = $1::text)`,
        [id],
      );
      expect([
        await mine('inquiry_id', 'inquiry.inquiry_v1'),
        await mine('row_key', 'inquiry.sealed_v1'),
        grants[0]!.open,
      ]).toEqual([0, 0, 0]);
      expect(await doors(officer)).toEqual(['200 ', '200 ', '200 ']);
    };
    await steps(known);
    await steps(unknown);
  });

  it('OSL 26:7: a decision that is served is registered apart from the place, which nobody reads beside the name alone', async () => {
    const path = `/cases/${story.caseId}/served-decisions`;
    const decision = {
      decisionType: 'LVU',
      decidedOn: '2026-03-01',
      registryNumber: 'SN 2026-18',
      text: 'Vård',
    };
    const { id } = await as(officer).does(path, decision);
    await as(officer).does(`${path}/${id}/places`, {
      decidedOn: '2026-03-01',
      provider: 'Påhittade hemmet',
      place: 'Påhittad ort',
    });
    await system.settled();
    const { rows } = await system.pool.query<{ type: string; classes: string[] }>(
      `SELECT type, ARRAY(SELECT value ->> 'class' FROM jsonb_each(data::jsonb) WHERE value ? 'class') AS classes
       FROM log.events WHERE stream = $1 ORDER BY revision`,
      [`decision-${id}`],
    );
    expect(rows).toEqual([
      { type: 'ServedDecisionRegistered', classes: ['social'] },
      { type: 'PlaceDecisionRegistered', classes: ['address'] },
    ]);
    const values = async (dataClass: string) =>
      JSON.stringify((await as(officer).looks(`/cases/${story.caseId}/contents/${dataClass}`)).body);
    expect(await values('social')).toContain('SN 2026-18');
    expect(await values('social')).not.toContain('Påhittade hemmet');
    expect(await values('identity')).toContain('Testina');
    expect(await values('destination')).not.toContain('Påhittade hemmet');
    expect(await values('address')).not.toContain('Påhittade hemmet');
    const { rows: held } = await system.pool.query(
      `SELECT class FROM vault.grants WHERE stream = $1 AND class <> 'social'
       UNION SELECT class FROM home_board.sealed_v1 WHERE envelope ->> 'stream' = $1 AND class <> 'social'`,
      [`decision-${id}`],
    );
    expect(held).toEqual([]);
    // With a second person's approval, or a glass; each opening is on record.
    const joint = `/cases/${story.caseId}/joint-openings`;
    const opening = (await as(officer).does(joint, { purpose: 'TRANSPORT' })).id;
    const jointly = async () => (await as(officer).looks(`${joint}/${opening}/contents/address`)).text;
    expect(await jointly()).not.toContain('Påhittade hemmet');
    await as('board-1280-officer-2').does(`${joint}/${opening}/approvals`);
    expect(await jointly()).toContain('Påhittade hemmet');
    const broken = `/cases/${story.caseId}/broken-glasses`;
    const glass = { reason: 'DANGER_TO_LIFE', note: 'En påhittad fara' };
    const glassId = (await as(officer).does(broken, { ...glass, classes: ['address'] })).id;
    const { text } = await as(officer).looks(`${broken}/${glassId}/contents/address`);
    expect(text).toContain('Påhittade hemmet');
    const { rows: read } = await system.pool.query(
      `SELECT foot FROM vault.reads WHERE action = 'READ' AND class = 'address' AND stream = $1 ORDER BY read_id`,
      [`decision-${id}`],
    );
    expect(read).toEqual([{ foot: 'JOINT' }, { foot: 'GLASS' }]);
    // Known to somebody who must not know it: the officers' passes are shut at once, and who stands by reads it, until it is
    // said that the child has left.
    const { body: shown } = await as(officer).looks<{ decidedPlaces: { placeDecisionId: string }[] }>(
      `/cases/${story.caseId}`,
    );
    const there = `${path}/${id}/places/${shown.decidedPlaces[0]!.placeDecisionId}`;
    const duty = 'board-1280-duty';
    const rescue = (await as(duty).does(broken, { ...glass, classes: ['address'] })).id;
    const opens = (sub: string, glassOf: string) => as(sub).looks(`${broken}/${glassOf}/contents/address`);
    const passes = async () => [
      await jointly(),
      (await opens(officer, glassId)).text,
      (await opens(duty, rescue)).text,
    ];
    const holds = async () => (await passes()).map((text) => text.includes('Påhittade hemmet'));
    expect(await holds()).toEqual([true, true, true]);
    await as(officer).does(`${there}/exposures`, { source: 'STAFF' });
    await as(duty).does(`${there}/exposures`, { source: 'STAFF' });
    expect(await holds()).toEqual([false, false, true]);
    const departedAt = system.clock.now().toISOString();
    await as(duty).does(`${there}/departures`, { departedAt });
    expect(await holds()).toEqual([false, false, false]);
    const late = await as(officer).posts(`${there}/exposures`, { body: { source: 'REGISTER' } });
    expect([late.status, late.body.code]).toEqual([409, 'disclosure.nobody_stands_there']);
    const elsewhere = await as(officer).posts(`${path}/00000000-0000-4000-8000-000000000000/places`, {
      body: { decidedOn: '2026-03-01', provider: 'Påhittade hemmet', place: 'Påhittad ort' },
    });
    expect(elsewhere.status).toBe(404);
  });

  it('stands nowhere in clear: not in the log of events, not in what the programs say', async () => {
    const { rows } = await system.pool.query<{ text: string }>(
      `SELECT string_agg(data::text, ' ') AS text FROM log.events WHERE stream LIKE 'inquiry-%'`,
    );
    for (const words of [known, unknown, 'K 17-26', 'U 17-26', 'Påhittad'])
      for (const text of [rows[0]!.text, system.logged.join('')]) expect(text).not.toContain(words);
  });
});
