import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { agencies } from '../../libs/domain/disclosure/index.js';
import {
  orgAffiliationClaim,
  orgNameClaim,
  orgNumberClaim,
} from '../../apps/api/http/auth/token-verifier.js';
import { officer, Story } from '../support/story.js';
import { type Answer, startTestSystem, type TestSystem } from '../support/system.js';

// Agencies against organised crime that have no part in cases, and those that only count: an official whose login one of
// them vouches for is answered, at every route of the description, as if nothing were there.

interface Operation {
  readonly security?: readonly object[];
}
const { paths } = JSON.parse(readFileSync('apps/api/openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};
const routes = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([, { security }]) => security !== undefined)
    .map(([method]) => ({ method, path: path.replace('/relocation-coordination/v1', '') })),
);
const unknown = '0b0e7a52-9999-4222-8333-444455556666';
/** Of the wider network only those that the catalogue of legal bases knows: one is to the api what another is. */
const outside = agencies.filter(
  ({ partInCases, authority, jointWork }) =>
    !partInCases && (authority !== undefined || jointWork === undefined),
);

describe('An official of an agency without a part in cases', () => {
  let system: TestSystem;
  let story: Story;
  beforeAll(async () => {
    system = await startTestSystem();
    story = await new Story(system, 1).cleared();
  });
  afterAll(() => system?.close());

  const tokenFrom = ({ code, name }: (typeof outside)[number], order: number, sub: string) => {
    const number = `20299910${String(order).padStart(2, '0')}`;
    return system.tokenFor(officer, {
      claims: {
        sub,
        [orgNumberClaim]: number,
        [orgAffiliationClaim]: `${code}@${number}`,
        [orgNameClaim]: name,
      },
    });
  };
  const ids: Readonly<Record<string, () => string>> = {
    caseId: () => story.caseId,
    proposalId: () => story.proposalId,
    candidateId: () => story.candidateId,
  };
  /** With ids of the case, or with ids of nothing. */
  const ask = async ({ method, path }: (typeof routes)[number], real: boolean, token: string) => {
    const filled = path
      .replace('{dataClass}', 'identity')
      .replace('{version}', '1')
      .replaceAll(/\{(\w+)\}/g, (_all, name: string) => (real ? (ids[name]?.() ?? story.caseId) : unknown));
    const sending = { body: {}, token, headers: { 'x-request-id': '4bf92f35-77b3-4da6-a3ce-929d0e0e4736' } };
    const desk = system.official(officer);
    return method === 'get' ? desk.looks(filled, sending) : desk.posts(filled, sending);
  };
  /** All that goes over the wire but the instant and the trace, which differ in any two answers. */
  const bytes = ({ status, headers: { date: _d, traceparent: _t, ...headers }, text }: Answer) =>
    JSON.stringify({ status, headers, text });

  it('is answered as for an unknown id, byte for byte, at every route of the description', async () => {
    expect(routes.length).toBeGreaterThan(100);
    expect(outside.map(({ code }) => code)).toEqual(
      expect.arrayContaining([
        'SAPO',
        'AKLAGARMYNDIGHETEN',
        'EKOBROTTSMYNDIGHETEN',
        'KUSTBEVAKNINGEN',
        'TULLVERKET',
        'LANSSTYRELSEN',
        'BRA',
        'SCB',
      ]),
    );
    const stranger = await tokenFrom(outside[0]!, 0, 'outside-0');
    const ofNothing = new Map<object, string>();
    for (const route of routes) ofNothing.set(route, bytes(await ask(route, false, stranger)));

    const statuses = new Set<number>();
    for (const [order, agency] of outside.entries()) {
      const token = await tokenFrom(agency, order, `outside-${order}`);
      const answers = await Promise.all(routes.map((route) => ask(route, true, token)));
      for (const [index, route] of routes.entries()) {
        const answer = answers[index]!;
        expect([agency.code, route, bytes(answer)]).toEqual([agency.code, route, ofNothing.get(route)]);
        // The complete report is the register's office's to take, who has no part in the case either.
        const isOfCase = /\{(caseId|proposalId)\}/.test(route.path) && !route.path.endsWith('/complete');
        expect([route, answer.status]).toEqual([route, isOfCase ? 404 : answer.status]);
        statuses.add(answer.status);
      }
    }
    // What names nothing is refused for want of a function, 400 is the inbox that was asked without a role.
    expect([...statuses].sort()).toEqual([400, 403, 404]);
  });

  it('is nobody there also as the very officer who is named in the case, on a login that such an agency vouches for', async () => {
    const token = await tokenFrom(outside[0]!, 0, officer);
    const own = `/cases/${story.caseId}`;
    expect((await system.official(officer).looks(own)).status).toBe(200);
    for (const route of routes)
      expect([route, bytes(await ask(route, true, token))]).toEqual([
        route,
        bytes(await ask(route, false, token)),
      ]);
  });

  it('finds no organisation of such an agency for which anybody could be appointed', async () => {
    for (const [order, agency] of outside.entries()) {
      const answer = await system.official('registrar-1').posts('/appointments', {
        body: {
          official: `outside-${order}`,
          organisation: `${agency.code.toLowerCase()}:national`,
          agencyKind: agency.code,
          function: 'HOME_OFFICER',
          delegated: false,
          from: '2026-01-01T00:00:00.000Z',
        },
      });
      expect([agency.code, answer.status]).toEqual([agency.code, 400]);
    }
  });
});
