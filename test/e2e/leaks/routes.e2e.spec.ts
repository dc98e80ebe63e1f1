import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actAlone, actOnBehalf } from '../../../apps/api/issuer/authorization-code.js';
import { officialFunctions } from '../../../libs/access/index.js';
import { inventedOfficials } from '../../../libs/application/index.js';
import { type BodySchema, resolve, type Schemas } from '../../support/bad-bodies.js';
import { assessor, colleague, coordinator, officer, secondAssessor } from '../../support/story.js';
import { home, providerNumber, receiver, startTestSystem, type TestSystem } from '../../support/system.js';
import {
  asks,
  closeAgent,
  comparable,
  type Described,
  describedByBuild,
  filled,
  type Got,
  type Route,
  routesOf,
  saysLater,
  strangeOf,
  together,
} from './asking.js';
import { type Canaries, canariesOf, searcher } from './canaries.js';
import {
  entries,
  everyone,
  type Line,
  machineAlone,
  near,
  nobody,
  notPersonal,
  officials,
  strangeMachine,
  throughMachine,
  unappointed,
} from './entries.js';
import { namingNoCase, newOfficial } from './naming-no-case.js';
import {
  alsoThere,
  type Ids,
  type Played,
  playAsked,
  playOther,
  playPlaced,
  referredTo,
  registeredAt,
} from './played.js';

// Every route of the description made by the compiled build, asked by everybody, in a country where two cases have been
// played with a canary in every personal field. What comes back is searched, and compared byte for byte.

let system: TestSystem;
let description: Described;
let routes: readonly Route[];
let placed: Played;
let asked: Played;
let other: Ids;
let find: (text: string) => readonly string[];
const tokens = new Map<string, string | null>();

/** Somebody whose id is nobody's. */
const unknownIds: Ids = Object.fromEntries(
  ['caseId', 'candidateId', 'proposalId', 'decisionId', 'protectionId', 'inquiryId', 'requestId', 'reportId']
    .concat('reviewId', 'glassId', 'openingId', 'disclosureId')
    .map((name) => [name, randomUUID()]),
);

const prefixed = (prefix: string, canaries: Canaries): Canaries =>
  Object.fromEntries(Object.entries(canaries).map(([name, texts]) => [`${prefix}.${name}`, texts]));
/** What no answer to anybody may have: keyed tokens, envelopes, and the subject under which a person is filed. */
const token = /\bt1\d+-[\w-]{43}/;
const subjectOf = async ({ ids }: Played): Promise<string> => {
  const { rows } = await system.pool.query<{ subject: string }>(
    `SELECT data->>'subject' AS subject FROM log.events WHERE type = 'CaseOpened' AND data->>'caseId' = $1`,
    [ids['caseId']],
  );
  return rows[0]!.subject;
};

beforeAll(async () => {
  description = await describedByBuild();
  routes = routesOf(description);
  system = await startTestSystem(undefined, alsoThere);
  placed = await playPlaced(system, 1);
  asked = await playAsked(system, 2);
  other = await playOther(system, 3);
  const ofCase = async (name: string, of: Played): Promise<Canaries> =>
    prefixed(name, {
      ...canariesOf(of.said),
      caseId: [of.ids['caseId']!],
      subject: [await subjectOf(of)],
    });
  find = searcher({
    ...(await ofCase('placed', placed)),
    ...(await ofCase('asked', asked)),
    // Where the person comes from, is, might have been, and is registered.
    home: [home, 'Malmö'],
    region: ['syd'],
    destination: [receiver, 'Umeå'],
    referred: [referredTo, 'Linköping'],
    registered: [registeredAt.code, registeredAt.name],
    provider: [providerNumber(receiver)],
  });
  for (const sub of everyone)
    if (inventedOfficials.some((one) => one.sub === sub)) tokens.set(sub, await system.tokenFor(sub));
  tokens.set(nobody, null);
  const machine = (clientId: string) => ({ clientId, key: system.issuer.machineKey });
  const { address, audience } = system.issuer;
  tokens.set(machineAlone, await actAlone(address, audience, machine(machineAlone)));
  tokens.set(strangeMachine, await actAlone(address, audience, machine(strangeMachine)));
  tokens.set(throughMachine, await actOnBehalf(address, audience, officer, machine(machineAlone)));
  // From here on nobody writes, so that nobody need be told to come again: each answer is the first one.
  await system.settled();
});
afterAll(async () => {
  closeAgent();
  await system?.close();
});

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
const query = ({ path }: Route): string =>
  ['/inbox', '/inbox/stream', '/notices'].includes(path) ? '?as=HOME_BOARD' : '';
/** A GET of one thing that opens nothing sealed, by whichever door it is recorded; of problems there is nothing to record. */
const isLookAtOne = ({ method, path, names }: Route): boolean =>
  method === 'GET' && names.length > 0 && !/\/contents\/|\/note$|^\/problems\//.test(path);
/** What shows several cases. An inbox and the records of a review show no case, but that something waits. */
const isList = ({ method, path, names }: Route): boolean =>
  method === 'GET' && names.length === 0 && !/^\/(inbox|log-reviews)/.test(path);
/** A body that no route takes: whoever is let through the door is told so, and nothing is carried out. */
const noBody = '{"Kanarie":"Kanarie"}';
const ask = (
  route: Route,
  sub: string,
  ids: Ids,
  { headers = {}, method = route.method, body = noBody, suffix = '' }: Manner = {},
): Promise<Got> =>
  asks(system, method, filled(route, ids) + suffix + query(route), tokens.get(sub)!, {
    headers,
    ...(method === 'POST' && { body }),
  });
/** How somebody asks: whatever could be tried to make an answer tell more. */
interface Manner {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly method?: string;
  readonly body?: string;
  readonly suffix?: string;
}
const isShut = ({ status }: Got): boolean => [401, 403, 404].includes(status);
/** All that could tell somebody something: what is new in every answer is only looked at for its form. */
const textOf = (got: Got): string => {
  expect(strangeOf(got)).toEqual([]);
  return comparable(got);
};

/** The stages at which a route can be asked for, and about which case. */
const stagesOf = (route: Route): readonly (readonly [Line['stage'], Ids])[] => {
  if (route.names.length === 0) return [['LIST', {}]];
  const has = ({ ids }: Played): boolean =>
    filled(route, { ...ids, dataClass: 'identity' })
      .split('/')
      .slice(1)
      .every((part) => part !== '');
  return [
    ['PLACED', { ...placed.ids, dataClass: 'identity' }] as const,
    ...(has(asked) ? ([['ASKED', { ...asked.ids, dataClass: 'identity' }]] as const) : []),
  ];
};

const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort();
/** What somebody should find at a route; undefined where the door is shut. */
const expectedAt = (route: Route, stage: Line['stage'], sub: string): readonly string[] | undefined => {
  const mine = (entries[nameOf(route)] ?? []).filter(
    (line) => line.stage === stage && line.who.includes(sub),
  );
  if (mine.length === 0) return undefined;
  const general = ['home', 'region', 'destination', 'referred', 'registered', 'provider'];
  return sorted(
    mine.flatMap(({ finds }) =>
      finds.map((name) =>
        general.includes(name) || stage === 'LIST' ? name : `${stage.toLowerCase()}.${name}`,
      ),
    ),
  );
};

describe('Every route of the API', () => {
  it('has an entry that says who is answered what, and no entry is left over', () => {
    expect(sorted(Object.keys(entries))).toEqual(sorted(routes.map(nameOf)));
    expect(routes.length).toBeGreaterThan(120);
  });

  it('is asked by every function that an official can have, at every organisation there is here', () => {
    const held = inventedOfficials.filter(({ sub }) => officials.includes(sub));
    expect(sorted(held.flatMap(({ functions }) => functions.map((one) => one.function)))).toEqual(
      sorted(officialFunctions),
    );
    expect(sorted(held.map(({ agencyKind }) => agencyKind))).toEqual(
      sorted(inventedOfficials.map(({ agencyKind }) => agencyKind)),
    );
    expect(everyone.filter((sub) => !tokens.has(sub))).toEqual([]);
  });

  it('has had a canary planted in every personal field that its body takes', () => {
    const sent = new Set([...placed.sent, ...asked.sent]);
    const textFields = (schema: BodySchema, schemas: Schemas, name = ''): readonly string[] => {
      const { type, enum: values, format, items, properties = {} } = resolve(schema, schemas);
      if (type === 'string') return values || format?.startsWith('date') ? [] : [name];
      if (items) return textFields(items, schemas, `${name}[]`);
      return Object.entries(properties).flatMap(([key, one]) =>
        textFields(one, schemas, name ? `${name}.${key}` : key),
      );
    };
    const missing = Object.entries(description.paths).flatMap(([path, methods]) => {
      const schema = methods['post']?.requestBody?.content['application/json']?.schema;
      const route = path.replace('/relocation-coordination/v1', '').replaceAll(/\{\w+\}/g, '{}');
      return (schema ? textFields(schema, description.components.schemas) : [])
        .map((field) => `${route} ${field}`)
        .filter((field) => !sent.has(field) && !notPersonal.some((pattern) => pattern.test(field)));
    });
    expect(missing).toEqual([]);
  });

  describe('asked for something', () => {
    /** Of each door that is shut: who it was, and the answer without what differs in any two. */
    const shut: { readonly what: string; readonly status: number; readonly answer: string }[] = [];

    it('tells those who may know, and nobody else, what was planted in every personal field', async () => {
      const wrong: string[] = [];
      const seen = new Set<string>();
      const recorded = async (): Promise<readonly [views: number, lists: number]> => {
        const { rows } = await system.pool.query<{ views: number; lists: number }>(
          `SELECT (count(*) FILTER (WHERE action = 'VIEW'))::integer AS views,
             (count(*) FILTER (WHERE action = 'LIST'))::integer AS lists FROM vault.reads`,
        );
        return [rows[0]!.views, rows[0]!.lists];
      };
      const [viewsBefore, listsBefore] = await recorded();
      let shown = 0;
      let listed = 0;
      const jobs = routes.flatMap((route) =>
        stagesOf(route).flatMap(([stage, ids]) =>
          (stage === 'ASKED' ? near : everyone).map((sub) => ({ route, stage, ids, sub })),
        ),
      );
      await together(jobs, async ({ route, stage, ids, sub }) => {
        const got = await ask(route, sub, ids);
        const what = `${nameOf(route)} at ${stage} by ${sub}`;
        const text = textOf(got);
        const found = sorted(find(text));
        const expected = expectedAt(route, stage, sub);
        for (const one of found) seen.add(one);
        if (token.test(text)) wrong.push(`${what}: a token`);
        if (/"(ct|iv|tag|keyId)"/.test(text)) wrong.push(`${what}: an envelope`);
        const done = route.method === 'POST' && got.status < 300;
        // Readiness asks the database and the issuer, and says so when they are slow: that is no answer about anybody.
        const waits = got.status === 503 && route.path === '/health/ready';
        if (done || (got.status >= 500 && !waits)) wrong.push(`${what}: ${got.status}`);
        // Nothing that a caller could ask about again, and learn from whether it has changed.
        if (route.method === 'GET' && got.headers.some((name) => /^(etag|last-modified)$/i.test(name)))
          wrong.push(`${what}: can be asked for only if it has changed`);
        if (isShut(got) !== (expected === undefined)) wrong.push(`${what}: ${got.status}`);
        if (found.join() !== (expected ?? []).join())
          wrong.push(`${what}: finds ${found.join(', ') || 'nothing'}, not ${(expected ?? []).join(', ')}`);
        if (isShut(got)) shut.push({ what, status: got.status, answer: comparable(got) });
        else if (isLookAtOne(route)) shown += 1;
        else if (isList(route) && got.text.includes('"items":[{')) listed += 1;
      });
      expect(wrong).toEqual([]);
      // Who was shown one thing is on record, once for each answer; what opens something has a record of that.
      expect(shown).toBeGreaterThan(50);
      expect(listed).toBeGreaterThan(20);
      const [views, lists] = await recorded();
      expect([views - viewsBefore, lists - listsBefore]).toEqual([shown, listed]);
      // So that the search can fail: what has a reader was found, and what has none was not.
      const unread = [
        'adversary',
        'adversaryNetwork',
        'companionNumber',
        'glassNoteThere',
        'housing',
        'kin',
        'network',
        // An address: not beside the name, which is what the passes here open.
        'shelterPlace',
        'shelterProvider',
        'stayRecipient',
        'stayReference',
      ];
      const withoutReader = [...unread, 'stayText', 'subject'].map((name) => `placed.${name}`);
      expect(
        Object.keys({ ...prefixed('placed', canariesOf(placed.said)), 'placed.subject': 0 })
          .filter((name) => !seen.has(name))
          .sort(),
      ).toEqual([...withoutReader].sort());
    });

    it('tells in every inbox who has a task, by the id that this reader knows, and nothing of what was planted', async () => {
      const known: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
        HOME_BOARD: [[officer, colleague, throughMachine], ['placed.caseId']],
        RECEIVING_BOARD: [[], []],
        POLICE: [[secondAssessor, assessor], ['placed.caseId']],
        NATIONAL_COORDINATOR: [
          [coordinator, 'coordinator-2'],
          ['placed.caseId', 'asked.caseId'],
        ],
        HOUSING_PROVIDER: [[], []],
        TAX_AGENCY: [
          ['tax-officer-1', 'tax-officer-2'],
          ['placed.caseId', 'unsettled.caseId'],
        ],
        LOG_REVIEWER: [[], []],
      };
      const described = description.paths['/relocation-coordination/v1/inbox']!['get'] as {
        parameters?: readonly { name: string; schema: { enum?: readonly string[] } }[];
      };
      const roles = described.parameters!.find(({ name }) => name === 'as')!.schema.enum!;
      expect(sorted(roles)).toEqual(sorted(Object.keys(known)));
      const wrong: string[] = [];
      const answered = new Map<string, number>();
      const jobs = roles.flatMap((role) => everyone.map((sub) => ({ role, sub })));
      await together(jobs, async ({ role, sub }) => {
        const got = await asks(system, 'GET', `/inbox?as=${role}&limit=100`, tokens.get(sub)!);
        const [readers, ids] = known[role]!;
        const found = find(textOf(got)).filter((name) => !(readers.includes(sub) && ids.includes(name)));
        if (found.length > 0 || token.test(textOf(got))) wrong.push(`${role} by ${sub}: ${found.join()}`);
        if (got.status === 200) answered.set(role, (answered.get(role) ?? 0) + 1);
        else if (!isShut(got)) wrong.push(`${role} by ${sub}: ${got.status}`);
      });
      expect(wrong).toEqual([]);
      expect(sorted(answered.keys())).toEqual(sorted(roles));
    });

    it('answers everybody who is shut out with the same bytes', () => {
      const kinds = new Map<string, Set<string>>();
      for (const { status, answer } of shut)
        kinds.set(String(status), (kinds.get(String(status)) ?? new Set()).add(answer));
      expect(shut.length).toBeGreaterThan(3_000);
      // 403: not for this function, and not for a machine by itself.
      expect(Object.fromEntries([...kinds].map(([status, answers]) => [status, answers.size]))).toEqual({
        401: 1,
        403: 2,
        404: 1,
      });
    });

    it('gives away no id of somebody else’s, in whatever manner it is asked for', async () => {
      const manners: readonly Manner[] = [
        {},
        { headers: { 'if-match': '"1"' } },
        { headers: { 'if-match': 'Kanarie' } },
        { headers: { 'if-none-match': '*' } },
        { headers: { 'if-none-match': '"1"', 'if-modified-since': 'Mon, 02 Mar 2026 08:00:00 GMT' } },
        { headers: { 'accept-language': 'sv' } },
        { headers: { 'accept-language': 'Kanarie' } },
        { headers: { accept: 'text/html' } },
        { headers: { 'idempotency-key': undefined } },
        { headers: { 'idempotency-key': 'short' } },
        { headers: { 'x-min-position': 'Kanarie' } },
        { headers: { 'content-type': 'text/plain' } },
        { headers: { range: 'bytes=0-0' } },
        { body: '{"Kanarie": ' },
        { body: '{}' },
        { suffix: '/' },
        { suffix: '//' },
        { suffix: '%20' },
        { suffix: '?Kanarie=1' },
        { method: 'HEAD' },
        { method: 'OPTIONS' },
        { method: 'PUT' },
        { method: 'DELETE' },
      ];
      const strangers = ['board-2580-officer-1', 'board-2580-duty', unappointed, 'provider-2580-director'];
      const told: string[] = [];
      let compared = 0;
      const jobs = routes
        .filter(({ names }) => names.some((name) => name in unknownIds))
        .flatMap((route, index) =>
          manners.map((manner, place) => {
            const shutOut = strangers.filter((sub) => expectedAt(route, 'PLACED', sub) === undefined);
            return { route, manner, sub: shutOut[(index + place) % shutOut.length]! };
          }),
        );
      await together(jobs, async ({ route, manner, sub }) => {
        const known = await ask(route, sub, { ...placed.ids, dataClass: 'identity' }, manner);
        const unknown = await ask(
          route,
          sub,
          { ...placed.ids, dataClass: 'identity', ...unknownIds },
          manner,
        );
        compared += 1;
        if (comparable(known) !== comparable(unknown))
          told.push(`${nameOf(route)} by ${sub} with ${JSON.stringify(manner)}: ${comparable(known)}`);
      });
      expect(told).toEqual([]);
      expect(compared).toBeGreaterThan(2_000);
    });

    it('knows nothing by an id of another case, though the caller may see both', async () => {
      const bodies: Readonly<Record<string, object>> = {
        '/cases/{caseId}/served-decisions/{decisionId}/places': {
          decidedOn: '2026-03-01',
          provider: 'Påhittade hemmet',
          place: 'Påhittad ort',
        },
        '/cases/{caseId}/served-decisions/{decisionId}/places/{placeDecisionId}/departures': {
          departedAt: '2026-03-02T08:00:00.000Z',
        },
        '/cases/{caseId}/served-decisions/{decisionId}/places/{placeDecisionId}/exposures': {
          source: 'STAFF',
        },
        '/cases/{caseId}/protections/{protectionId}/outcomes': {
          outcome: 'REFUSED',
          decidedOn: '2026-03-02',
        },
        '/cases/{caseId}/protections/{protectionId}/endings': { reason: 'OWN_NOTICE', endedOn: '2026-03-02' },
        '/cases/{caseId}/candidates/{candidateId}/proposals': { startOn: '2026-03-20' },
      };
      const compared: string[] = [];
      for (const route of routes.filter(({ names }) => names.length > 1 && !names.includes('version'))) {
        const [first = '', second = ''] = route.names;
        const nested =
          second === 'passId' ? (route.path.includes('glasses') ? 'glassId' : 'openingId') : second;
        const foreign = asked.ids[nested] ?? other[nested];
        for (const sub of entries[nameOf(route)]!.flatMap(({ who }) => who)) {
          const at = (id: string | undefined): Promise<Got> =>
            ask(
              route,
              sub,
              { dataClass: 'identity', [first]: placed.ids[first]!, [nested]: id ?? '' },
              { body: JSON.stringify(bodies[route.path] ?? {}) },
            );
          const [known, unknown] = [await at(foreign), await at(randomUUID())];
          expect([nameOf(route), sub, known.status, comparable(known)]).toEqual([
            nameOf(route),
            sub,
            unknown.status,
            comparable(unknown),
          ]);
          expect([nameOf(route), sub, [403, 404].includes(known.status)]).toEqual([nameOf(route), sub, true]);
          compared.push(foreign ?? `nothing for ${nested}`);
        }
      }
      // An inquiry belongs to no case: there it is the person’s own that is asked for.
      expect(sorted(compared.filter((one) => one.startsWith('nothing')))).toEqual(['nothing for inquiryId']);
      expect(compared.length).toBeGreaterThan(30);
    });

    it('is as silent to a valid body that names somebody with a case as to one that names somebody unknown', async () => {
      const registrar = system.official('registrar-1');
      const appointed = async (official: string): Promise<string> => {
        const appointment = {
          official,
          organisation: `board:${home}`,
          agencyKind: 'SOCIAL_BOARD',
          function: 'HOME_DUTY_OFFICER',
          delegated: true,
          from: system.clock.now().toISOString(),
        };
        return (await registrar.does('/appointments', appointment)).id;
      };
      const appointments = { known: await appointed(officer), unknown: await appointed(newOfficial) };
      const unnamed = routes.filter(({ method, names }) => method === 'POST' && names.length === 0);
      const bodies = namingNoCase(officer, placed.said, appointments);
      expect(sorted(Object.keys(bodies))).toEqual(sorted(unnamed.map(({ path }) => path)));
      /** Without what was made anew; in a stream of no person the caller may count what is written. */
      const ofPersons = ['/cases', '/adversary-presences', '/document-requests', '/information-requests'];
      const counted = unnamed.filter(({ path }) => ![...ofPersons, '/stay-inquiries'].includes(path));
      const bare = (route: Route, got: Got): string =>
        (counted.includes(route)
          ? comparable(got)
              .replaceAll(/(etag: "|"revision":)\d+/g, '$1n')
              // What changes nothing tells no position.
              .replaceAll(/\n(x-position|content-length): [\w-]+/gi, '')
              .replaceAll('"position":null', '"position":"none"')
          : comparable(got)
        )
          .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'an id')
          .replaceAll(/(x-position: |"position":")[\w-]+/gi, '$1a position');
      const wrong: string[] = [];
      const accepted = new Set<string>();
      // Whoever takes over the duty takes from the other what is only for who is on duty: that comes last.
      const inOrder = [...unnamed].sort(
        (one, other) => Number(one.path === '/duties') - Number(other.path === '/duties'),
      );
      // A door that is shut was tried by everybody above: of what says nothing of a person, by those near alone.
      const who = (route: Route): readonly string[] =>
        everyone.filter(
          (sub) =>
            !counted.includes(route) ||
            near.includes(sub) ||
            entries[nameOf(route)]!.some((line) => line.who.includes(sub)),
        );
      const jobs = inOrder.flatMap((route) => who(route).map((sub) => ({ route, sub })));
      /** Pairs of which one was told to come again while others wrote. */
      const later: typeof jobs = [];
      const compares = async ({ route, sub }: (typeof jobs)[number], alone: boolean): Promise<void> => {
        const pair = namingNoCase(sub, placed.said, appointments)[route.path]!;
        const sends = (body: object): Promise<Got> =>
          ask(route, sub, {}, { body: JSON.stringify(body), headers: { 'idempotency-key': randomUUID() } });
        const [known, unknown] = [await sends(pair.known), await sends(pair.unknown)];
        if (!alone && (saysLater(known) || saysLater(unknown))) return void later.push({ route, sub });
        const what = `${nameOf(route)} by ${sub}`;
        const expected = expectedAt(route, 'LIST', sub) !== undefined;
        for (const got of [known, unknown]) {
          const found = find(textOf(got));
          if (found.length > 0 || token.test(textOf(got))) wrong.push(`${what}: finds ${found.join()}`);
          if (isShut(got) && expected) wrong.push(`${what}: ${got.status} ${got.text}`);
          if (got.status >= 500) wrong.push(`${what}: ${got.status}`);
          if (got.status < 300) accepted.add(route.path);
        }
        const [ofKnown, ofUnknown] = [bare(route, known), bare(route, unknown)];
        if (ofKnown !== ofUnknown) wrong.push(`${what}: ${ofKnown}\nand not\n${ofUnknown}`);
      };
      await system.settled();
      await together(jobs, (job) => compares(job, false));
      // Nobody else writes any more: these are asked alone, and their first answers count.
      expect(later.length).toBeLessThan(jobs.length / 20);
      for (const job of later) {
        await system.settled();
        await compares(job, true);
      }
      expect(wrong).toEqual([]);
      // Every body is one that somebody was heard with.
      expect(sorted(accepted)).toEqual(sorted(Object.keys(bodies)));
    });
  });
});
