import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { knownCodes } from '../../../apps/api/http/problem-catalogue.js';
import { parseIdentityNumber } from '../../../libs/personal-data/index.js';
import { Metrics, startTracing, type Tracing } from '../../../libs/platform/index.js';
import {
  said as storySaid,
  assessor,
  coordinator,
  decider,
  director,
  officer,
  preparer,
  secondAssessor,
} from '../../support/story.js';
import { type Answer, home, receiver, startTestSystem, type TestSystem } from '../../support/system.js';
import { type Canaries, canariesOf, searcher, spellings } from './canaries.js';
import { alsoThere, type Played, playPlaced } from './played.js';

// What the system says of itself while a case with canaries in every personal field is played and things go wrong: log
// lines, metrics, traces, problems, and the examples of its description.

describe('A case that was played, with all that can be refused in it,', () => {
  let system: TestSystem;
  let collector: Server;
  const sent: string[] = [];
  let metrics: Metrics;
  let shownAt = Date.now();
  let tracing: Tracing;
  let played: Played;
  let find: (text: string) => readonly string[];
  const refused: Answer[] = [];
  const inHeaders: string[] = [];

  beforeAll(async () => {
    metrics = new Metrics(() => shownAt);
    collector = createServer((request, reply) => {
      request.setEncoding('utf8').on('data', (part: string) => sent.push(part));
      request.on('end', () => reply.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    tracing = (await startTracing({ endpoint, component: 'test' }))!;
    system = await startTestSystem(undefined, alsoThere, { meter: metrics, tracer: tracing.tracer });
    played = await playPlaced(system, 1);
    await refusals();
    const { rows } = await system.pool.query<{ token: string }>(
      `SELECT DISTINCT value AS token FROM log.events, json_each_text(metadata)
       WHERE value ~ '^t1[0-9]+-' UNION SELECT DISTINCT data->>'subject' FROM log.events
       WHERE data->>'subject' IS NOT NULL`,
    );
    const canaries: Canaries = {
      ...canariesOf(played.said),
      ids: Object.entries(played.ids)
        .filter(([name]) => name.endsWith('Id'))
        .map(([, id]) => id),
      tokens: rows.map(({ token }) => token),
      officials: [officer, assessor, coordinator, decider, director, preparer, secondAssessor],
      places: [home, receiver, 'Umeå', 'Malmö'],
      machines: ['case-system-1280'],
      logins: [await system.tokenFor(officer)],
    };
    find = searcher(canaries);
  });
  afterAll(async () => {
    await system?.close();
    await tracing?.close();
    collector?.closeAllConnections();
    collector?.close();
  });

  /** Personal values in bodies, paths, queries and headers, where they belong and where they do not. */
  const refusals = async (): Promise<void> => {
    const { said, ids } = played;
    const as = (sub: string) => system.official(sub);
    const values = [said.personalIdentityNumber, said.givenName, said.address, said.needSummary];
    for (const value of values) {
      const headers = {
        'x-request-id': value,
        traceparent: value,
        'x-min-position': value,
        'if-match': value,
      };
      const latin = Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [name, encodeURIComponent(text)]),
      );
      const escaped = encodeURIComponent(value);
      refused.push(
        await as(officer).looks(`/cases/${escaped}`),
        await as(officer).looks(`/cases?cursor=${escaped}`),
        await as(officer).looks(`/inbox?as=${escaped}`),
        await as(officer).looks(`/cases?${escaped}=${escaped}`),
        await as(officer).looks(`/nothing/${escaped}`),
        await as(officer).looks('/cases', { headers: latin }),
        await as(officer).looks('/cases', { token: escaped }),
        await as(officer).posts('/cases', { body: { [value]: value } }),
        await as(officer).posts('/cases', { body: `{"familyName": "${value}` }),
        await as(officer).posts('/cases', { body: { familyName: value }, key: escaped.slice(0, 10) }),
        await as(officer).posts('/cases', {
          body: { givenName: value, familyName: 7, personalIdentityNumber: value },
        }),
        await as(officer).posts(`/cases/${ids['caseId']}/closures`, { body: { code: value } }),
        await as('board-2580-officer-1').posts(`/cases/${ids['caseId']}/waivers`, {
          body: { signedOn: value },
        }),
        await as(coordinator).posts(`/cases/${ids['caseId']}/candidates`, {
          body: { municipalityCode: value },
        }),
      );
    }
    await headers(said.personalIdentityNumber);
    // From the state of the case, and when the store fails.
    refused.push(
      await as(officer).posts(`/cases/${ids['caseId']}/closures`, { body: { code: 'ESTABLISHED' } }),
      await as(coordinator).posts(`/placements/${ids['proposalId']}/clearances`, {
        body: { plannedArrival: '2026-03-20' },
      }),
      await as(decider).posts(`/proposals/${ids['proposalId']}/answers`, {
        body: { answer: 'DECLINE', reason: 'OTHER' },
      }),
    );
    await system.pool.query('REVOKE INSERT ON vault.reads FROM vault_keeper');
    try {
      refused.push(await as(officer).looks(`/cases/${ids['caseId']}/contents/identity`));
    } finally {
      await system.pool.query('GRANT INSERT ON vault.reads TO vault_keeper');
    }
  };

  /** A number in the headers that name a request and its trace, as a case system may fill them, of reads and commands. */
  const headers = async (number: string): Promise<void> => {
    const [year, month, day, last] = [0, 4, 6, 8].map((at, index, all) => number.slice(at, all[index + 1]));
    const [nought, short] = ['0'.repeat(32), number.slice(2)];
    const ids = [
      ...spellings(number).map((one) => one.replace(/[ +]/, '_')),
      `${year}${month}${day}_${last}`,
      `${short.slice(0, 6)}--${last}`,
      `Andersson.${number}`,
      `00000000-0000-4000-8000-${number}`,
      `${number.slice(0, 8)}-${last}-4000-8000-000000000000`,
      `a0000000-0000-4000-8000-ab${short}`,
    ];
    const traces = [
      `00-${(nought + number).slice(-32)}-b7ad6b7169203331-01`,
      `00-${number}${nought.slice(12)}-b7ad6b7169203331-01`,
      `00-5bd66ef5095369c7b0d1f8f4bd33716a-${(nought + number).slice(-16)}-01`,
      `00-5bd66ef5095369c7b0d1f8f4bd33716a-abcdef${short}-00`,
    ];
    for (const [index, id] of ids.entries()) {
      const sentAlong = {
        'x-request-id': id,
        traceparent: traces[index % traces.length]!,
        tracestate: `a=${number}`,
      };
      refused.push(await system.official(officer).looks('/cases/no-such-case', { headers: sentAlong }));
      // What is carried out stands in the log of events for good.
      if (index < traces.length)
        await system.official(officer).does('/cases', storySaid.case(90 + index), sentAlong);
      inHeaders.push(id, ...sentAlong.traceparent.split('-').slice(1, 3), number, short);
    }
  };

  it('take over nothing of a number in the headers that name a request and its trace', async () => {
    const { rows } = await system.pool.query<{ text: string }>(
      'SELECT stream || metadata::text AS text FROM log.events',
    );
    const where = {
      log: system.logged.join('\n'),
      events: rows.map(({ text }) => text).join('\n'),
      answers: refused.map((one) => `${JSON.stringify(one.headers)}\n${one.text}`).join('\n'),
    };
    expect(new Set(inHeaders).size).toBeGreaterThan(14);
    expect(where.events).toContain('traceparent');
    for (const [name, text] of Object.entries(where))
      expect([name, inHeaders.filter((sentAlong) => text.includes(sentAlong))]).toEqual([name, []]);
  });

  it('of the people in it say nothing in log, metrics, traces and problems', async () => {
    shownAt += 3_600_000;
    const told = await metrics.text();
    await tracing.close();
    const texts = {
      log: system.logged.join('\n'),
      metrics: told,
      traces: sent.join('\n'),
      problems: refused.map(({ headers, text }) => `${JSON.stringify(headers)}\n${text}`).join('\n'),
    };
    const found = Object.entries(texts).map(([where, text]) => [where, find(text)]);
    expect(found).toEqual(Object.keys(texts).map((where) => [where, []]));
    // Everything was there to be searched, and the search finds what is there.
    expect(system.logged.length).toBeGreaterThan(100);
    expect(sent.join('').length).toBeGreaterThan(100_000);
    expect(told).toContain('relocation_commands_total');
    expect(refused.map(({ status }) => status).filter((status) => status < 400)).toEqual([]);
    expect([...new Set(refused.map(({ status }) => status))].sort()).toEqual(
      expect.arrayContaining([400, 401, 404, 409, 503]),
    );
    for (const [name, text] of Object.entries(played.said))
      expect(find(`{"message":${JSON.stringify(text)}}`)).toContain(name);
    expect(find(Buffer.from(`x${played.said.address}`).toString('base64'))).toContain('address');
    expect(find(Buffer.from(played.said.address).toString('hex'))).toContain('address');
    expect(find(`?q=${encodeURIComponent(played.said.address)}`)).toContain('address');
    expect(find(spellings(played.said.personalIdentityNumber)[4]!)).toContain('personalIdentityNumber');
  });

  it('has problems whose words are the same for everybody', () => {
    const problems = refused.filter(({ text }) => text !== '');
    expect(problems.length).toBeGreaterThan(40);
    for (const { body } of problems) {
      const known = knownCodes[String(body['code'])];
      expect(known).toBeDefined();
      expect([body['title'], body['detail']]).toEqual([known!.title.en, known!.detail.en]);
    }
  });
});

describe('The description of the API', () => {
  const document = JSON.parse(readFileSync('apps/api/openapi.json', 'utf8')) as object;

  interface Example {
    readonly at: string;
    readonly value: unknown;
  }
  const examplesIn = (value: unknown, at = ''): readonly Example[] => {
    if (value === null || typeof value !== 'object') return [];
    return Object.entries(value).flatMap(([key, one]): readonly Example[] =>
      /^(example|examples|default|x-example)$/.test(key)
        ? [{ at: `${at}/${key}`, value: one as unknown }]
        : examplesIn(one, `${at}/${key}`),
    );
  };
  /** Leaves of an example. */
  const leaves = (value: unknown): readonly unknown[] =>
    value !== null && typeof value === 'object' ? Object.values(value).flatMap(leaves) : [value];

  /** What may stand in an example: coded values, dates, ids, and what is plainly invented. */
  const allowed: readonly RegExp[] = [
    /^"?\d{1,3}"?$/,
    /^(true|false)$/,
    /^[A-Z][A-Z_0-9]*$/,
    /^[a-z]+[a-zA-Z]*$/,
    /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{3})?Z)?$/,
    /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    // A code of a problem, its page, a reference code, the code of a municipality.
    /^(\/problems\/)?[a-z_]+\.[a-z_]+$/,
    /^R-[0-9A-Z]{4}-[0-9A-Z]{4}$/,
    /^\d{4}$/,
    /^event: inbox\ndata: changed\n$/,
    /[Pp]åhitt|[Ii]nvented|^Test(in|ert|person)/,
  ];
  const testNumber = (text: string): boolean => {
    const [number = ''] = /\d{8}-?\d{4}/.exec(text) ?? [];
    try {
      return parseIdentityNumber(number, '2026-11-26').isTestNumber;
    } catch {
      return false;
    }
  };
  const mayStand = (leaf: unknown): boolean => {
    const text = String(leaf);
    return allowed.some((form) => form.test(text)) || (/^\d{8}-?\d{4}$/.test(text) && testNumber(text));
  };

  it('has no example but coded values, test numbers of Skatteverket, and what is plainly invented', () => {
    const examples = examplesIn(document);
    expect(examples.length).toBeGreaterThan(50);
    const strange = examples.flatMap(({ at, value }) =>
      leaves(value)
        .filter((leaf) => !mayStand(leaf))
        .map((leaf) => `${at}: ${String(leaf)}`),
    );
    expect(strange).toEqual([]);
  });

  it('would be found with a person in it', () => {
    for (const leaf of ['Kim Andersson', '199009092397', 'Storgatan 7', '19900909-2397', 'kim@example.test'])
      expect([leaf, mayStand(leaf)]).toEqual([leaf, false]);
    expect(mayStand('199001019802')).toBe(testNumber('199001019802'));
    expect(mayStand('200201159811')).toBe(true);
  });

  it('has no personal identity number that is not one of the test numbers, in whatever text', () => {
    const text = JSON.stringify(document);
    const numbers = text.match(/\b(19|20)\d{6}[-+]?\d{4}\b|\b\d{6}[-+]\d{4}\b/g) ?? [];
    expect(numbers.filter((number) => !testNumber(number))).toEqual([]);
  });
});
