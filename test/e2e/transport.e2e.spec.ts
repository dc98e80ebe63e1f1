import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Req } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt, UnsecuredJWT } from 'jose';
import type { FastifyRequest } from 'fastify';
import request from 'supertest';
import type { Policy as RoutePolicy } from '#access';
import { DomainError } from '#kernel';
import { RevisionMismatch, CommandIdReused, UnknownTarget } from '#application';
import { StoreOverloaded, StoreUnavailable } from '#event-store';
import { evenStepMs } from '../../apps/api/even-answers.js';
import { callerOf } from '../../apps/api/http/auth/auth.guard.js';
import { OpenToEveryone, Policy } from '../../apps/api/http/auth/policy.js';
import { orgNumberClaim } from '../../apps/api/http/auth/token-verifier.js';
import { Reads } from '../../apps/api/http/min-position.js';
import {
  audience,
  knownCase as caseId,
  startTransport,
  type Transport,
} from '../../apps/api/testing/transport.js';

const cases = '/relocation-coordination/v1/cases';
const otherId = '0b0e7a52-9999-4222-8333-444455556666';
const key = 'a-key-of-sixteen-or-more';

const openCase = {
  personalIdentityNumber: '199009092397',
  givenName: 'Kim',
  familyName: 'Påhittad',
  environment: 'GANG',
  entryRoute: 'POLICE',
  registryNumber: 'SN 2026-17',
  officers: [],
};
const withdrawal = { channel: 'ORAL' };

const readPolicy: RoutePolicy = {
  agencyKind: 'SOCIAL_BOARD',
  functions: ['HOME_OFFICER'],
  relations: 'NO_CASE',
  login: 'LOA2',
  purpose: 'SUPPORT',
  legalBasis: 'SOLPUL_6',
};

@Controller('test')
class Queries {
  @Get('read')
  @Policy(readPolicy)
  @Reads('home_board')
  read(): object {
    return { read: true };
  }

  @Get('identity')
  @Policy({ ...readPolicy, login: 'FRESH_LOA3' })
  identity(): object {
    return { opened: true };
  }

  @Get('alarm')
  @Policy({ ...readPolicy, login: 'FRESH_LOA3', purpose: 'ALARM' })
  alarm(): object {
    return { opened: true };
  }

  @Get('glass')
  @Policy([readPolicy, { ...readPolicy, login: 'FRESH_LOA3', purpose: 'ALARM' }])
  glass(@Req() asked: FastifyRequest): object {
    return { purpose: callerOf(asked).purpose };
  }

  @Get('broken')
  @OpenToEveryone('a test')
  broken(): object {
    throw new Error('199009092395 of Kim Påhittad could not be read');
  }
}

describe('What comes in over HTTP', () => {
  let api: Transport;
  let token: string;
  /** Of each answer that was held until the next even step, for how long. */
  const waited: number[] = [];
  const server = () => api.app.getHttpServer();
  const post = (path: string, bearer: string | undefined = token) => {
    const asked = request(server()).post(path).set('idempotency-key', key).set('accept-language', 'en');
    return bearer === undefined ? asked : asked.set('authorization', `Bearer ${bearer}`);
  };

  beforeAll(async () => {
    const evenWait = (ms: number): Promise<void> => {
      waited.push(ms);
      return Promise.resolve();
    };
    api = await startTransport({ controllers: [Queries], evenWait });
    await api.app.listen(0, '127.0.0.1');
  });
  afterAll(() => api.close());
  const accepted = {
    stream: `relocation-${caseId}`,
    revision: 3,
    position: 'e1-00000000000000000042',
  };
  /** As it goes out. */
  const given = `given:${accepted.position}`;
  beforeEach(async () => {
    token = await api.issuer.tokenFor('officer');
    api.carried.length = 0;
    api.refusals.length = 0;
    api.logged.length = 0;
    waited.length = 0;
    api.reached = 'e1-00000000000000000042';
    api.recordingFails = false;
    api.healthy = true;
    api.issuerAway = false;
    api.issuerSilent = false;
    api.outcome = () => Promise.resolve(accepted);
  });

  describe('A command that is in order', () => {
    it('is carried once, with who asks and why, and answered with revision and position', async () => {
      const answer = await post(cases).send(openCase).expect(201);
      expect(answer.body).toEqual({ id: caseId, revision: 3, position: given });
      expect(answer.headers).toMatchObject({
        etag: '"3"',
        'x-position': given,
        location: `${cases}/${caseId}`,
      });
      expect(api.carried).toHaveLength(1);
      expect(api.carried[0]).toMatchObject({
        type: 'OpenCase',
        intent: openCase,
        context: {
          at: '2026-03-02T08:00:00.000Z',
          by: { person: 'person-officer', organisation: 't11-board-a', agencyKind: 'SOCIAL_BOARD' },
          purpose: 'SUPPORT',
          legalBasis: 'SOLPUL_6',
        },
      });
    });

    it('has the same id when it is sent again, and another one for another key or route', async () => {
      const idOf = async (path: string, body: object, withKey = key): Promise<string> => {
        await post(path).set('idempotency-key', withKey).send(body);
        return api.carried.at(-1)!.context.commandId;
      };
      const first = await idOf(`${cases}/${caseId}/waiver-withdrawals`, withdrawal);
      expect(await idOf(`${cases}/${caseId}/waiver-withdrawals`, withdrawal)).toBe(first);
      expect(await idOf(`${cases}/${caseId.toUpperCase()}/waiver-withdrawals`, withdrawal)).toBe(first);
      expect(await idOf(`${cases}/${caseId}/waiver-withdrawals`, withdrawal, `${key}-2`)).not.toBe(first);
      expect(await idOf(cases, openCase)).not.toBe(first);
    });

    it('takes If-Match along, and If-None-Match: * for what has not been written yet', async () => {
      await post(cases).set('if-match', '"7"').send(openCase).expect(201);
      await post(cases).set('if-none-match', '*').send(openCase).expect(201);
      expect(api.carried.map(({ context }) => context.ifMatch)).toEqual([7, 'no-stream']);
      const answer = await post(cases).set('if-match', 'seven').send(openCase).expect(400);
      expect(answer.body.code).toBe('request.if_match_malformed');
    });

    it('is answered without a revision where more is written than the caller may know of', async () => {
      const withdrawals = `${cases}/${caseId}/waiver-withdrawals`;
      const answer = await post(withdrawals).send(withdrawal).expect(200);
      expect(answer.body).toEqual({ id: caseId, revision: null, position: given });
      expect(answer.headers).not.toHaveProperty('etag');
      expect(answer.headers['x-position']).toBe(given);
    });

    it('is answered without an id where the path names nothing: the stream bears a token', async () => {
      const boardToken = `t11-${'b'.repeat(43)}`;
      api.outcome = () => Promise.resolve({ ...accepted, stream: `destination-${boardToken}` });
      const capacity = { places: 2, housingForms: ['PROTECTED'], competences: ['DEFECTOR_SUPPORT'] };
      const answer = await post(
        '/relocation-coordination/v1/capacity-declarations',
        await api.issuer.tokenFor('receiver'),
      )
        .send(capacity)
        .expect(200);
      expect(answer.body).toEqual({ id: null, revision: null, position: given });
      expect(JSON.stringify([answer.body, answer.headers])).not.toContain(boardToken);
    });

    it('cannot be used there to find the revision by trying', async () => {
      const withdrawals = `${cases}/${caseId}/waiver-withdrawals`;
      const tries = [
        ['if-match', '"3"'],
        ['if-match', '"4"'],
        ['if-match', '*'],
        ['if-none-match', '*'],
        ['if-none-match', '"3"'],
      ] as const;
      for (const [header, value] of tries) {
        const answer = await post(withdrawals).set(header, value).send(withdrawal).expect(400);
        expect(answer.body.code).toBe('request.if_match_not_taken');
      }
      expect(api.carried).toEqual([]);
    });

    it('begins a trace of its own, whatever the caller sends, and gives a random request id back', async () => {
      const trace = '00000000000000000000199001019802';
      const answer = await post(cases)
        .set('traceparent', `00-${trace}-00f067aa0ba902b7-01`)
        .set('x-request-id', '4bf92f35-77b3-4da6-a3ce-929d0e0e4736')
        .send(openCase);
      expect(answer.headers['x-request-id']).toBe('4bf92f35-77b3-4da6-a3ce-929d0e0e4736');
      expect(answer.headers['traceparent']).toMatch(
        /^00-(?!0{8})[0-9a-f]{32}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$/,
      );
      expect(api.carried[0]!.context.traceparent).toBe(answer.headers['traceparent']);
      expect(api.logged.at(-1)).toContain('4bf92f35-77b3-4da6-a3ce-929d0e0e4736');
    });

    it('does not take over a request id that may hold a personal identity number', async () => {
      for (const sent of [
        '19900909-2395',
        '199009092395',
        '1990-09-09-2395',
        '900909--2395',
        'Andersson.Kim',
        'no spaces here',
        'x'.repeat(65),
        '00000000-0000-4000-8000-199009092395',
        '19900909-2395-4000-8000-000000000000',
        'a0000000-0000-4000-8900-909239500000',
      ]) {
        const answer = await post(cases).set('x-request-id', sent).send(openCase);
        expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
        expect(answer.headers['x-request-id']).not.toBe(sent);
        expect(api.logged.join()).not.toContain(sent);
      }
    });

    it('is not answered before the grants have followed, where something must be closed', async () => {
      api.reached = 'e1-00000000000000000041';
      setTimeout(() => (api.reached = accepted.position), 60);
      await post(`${cases}/${caseId}/waiver-withdrawals`).send(withdrawal).expect(200);
    });
  });

  describe('Bad input gets a problem document and is not carried', () => {
    const expectProblem = (answer: request.Response, status: number, code: string): void => {
      expect(answer.status).toBe(status);
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(answer.body).toMatchObject({ type: `/problems/${code}`, code, status });
      expect(answer.body.title).toEqual(expect.any(String));
      expect(answer.body.detail).toEqual(expect.any(String));
      expect(answer.body.instance).toBe(`urn:request:${answer.headers['x-request-id']}`);
      expect(api.carried).toEqual([]);
    };

    it('an unknown field, whose name is not given back', async () => {
      const answer = await post(cases).send({ ...openCase, '199009092395': 'x' });
      expectProblem(answer, 400, 'request.invalid');
      expect(answer.body.violations).toEqual([
        {
          field: '',
          message: expect.stringContaining('Known fields here: personalIdentityNumber, givenName'),
        },
      ]);
      expect(answer.text).not.toContain('199009092395');
    });

    it.each([
      [
        'a number with a wrong check digit',
        { personalIdentityNumber: '199009092396' },
        'personalIdentityNumber',
      ],
      ['a name with a line break', { givenName: 'Kim\nBo' }, 'givenName'],
      ['a value that is not on the list', { environment: 'CIRCUS' }, 'environment'],
      ['null instead of leaving out', { sex: null }, 'sex'],
      ['a list that is none', { officers: 'officer-2' }, 'officers'],
      ['a list that is too long', { officers: ['a1', 'a2', 'a3'] }, 'officers'],
      ['an object instead of text', { registryNumber: { $gt: '' } }, 'registryNumber'],
      ['a text that is too long', { familyName: 'å'.repeat(101) }, 'familyName'],
    ])('%s', async (_what, change, field) => {
      const answer = await post(cases).send({ ...openCase, ...change });
      expectProblem(answer, 400, 'request.invalid');
      expect(answer.body.violations).toEqual([{ field, message: expect.any(String) }]);
      expect(answer.body.violations[0].message).not.toBe('Is not valid.');
      for (const value of Object.values(change))
        if (typeof value === 'string') expect(answer.text).not.toContain(JSON.stringify(value).slice(1, -1));
    });

    it('a missing field, told in the language that was asked for', async () => {
      const rest = { ...openCase, environment: undefined };
      const english = await post(cases).send(rest);
      const swedish = await post(cases).set('accept-language', 'de, sv;q=0.5, en;q=0.4').send(rest);
      expect(english.body.violations[0].message).toBe('Must be one of: GANG, EXTREMIST, HONOUR, OTHER.');
      expect(swedish.body.violations[0].message).toBe('Måste vara något av: GANG, EXTREMIST, HONOUR, OTHER.');
      expect(english.headers['content-language']).toBe('en');
      expect(swedish.headers['content-language']).toBe('sv');
      expect(swedish.body.title).toBe('Anropet följer inte beskrivningen');
      const silent = await request(server()).post(cases);
      expect(silent.headers['content-language']).toBe('sv');
    });

    it('an answer that says yes and no at once', async () => {
      const answer = await post(`/relocation-coordination/v1/cases/${caseId}/relocation-requests`).send({
        adults: 0,
        children: 1.5,
        housingForm: 'APARTMENT',
        competences: ['SCHOOLING', 'SCHOOLING'],
        desiredStart: '2026-02-30',
        needSummary: '   ',
        companions: [],
        noGoMunicipalities: ['1280', '9999'],
      });
      expectProblem(answer, 400, 'request.invalid');
      expect(answer.body.violations.map((violation: { field: string }) => violation.field).sort()).toEqual([
        'adults',
        'children',
        'competences',
        'desiredStart',
        'needSummary',
        'noGoMunicipalities',
      ]);
    });

    it('a body that is no object', async () => {
      for (const body of ['[]', '"text"', '7', 'null'])
        expectProblem(
          await post(cases).set('content-type', 'application/json').send(body),
          400,
          'request.invalid',
        );
    });

    it('no Idempotency-Key, or one that is too short, too long or strange', async () => {
      const bare = request(server()).post(cases).set('authorization', `Bearer ${token}`);
      expectProblem(await bare.send(openCase), 400, 'request.idempotency_key_missing');
      for (const bad of ['short', 'x'.repeat(129), 'sixteen characters', 'åäöåäöåäöåäöåäöåäö'])
        expectProblem(
          await post(cases).set('idempotency-key', Buffer.from(bad).toString('latin1')).send(openCase),
          400,
          'request.idempotency_key_malformed',
        );
    });

    it('JSON that is broken, empty, nested without end or meant to poison objects', async () => {
      const bodies = [
        '{"a": "199009092395',
        '',
        `${'['.repeat(5000)}${']'.repeat(5000)}`,
        '{"__proto__": {"a": 1}}',
      ];
      for (const body of bodies) {
        const answer = await post(cases).set('content-type', 'application/json').send(body);
        expect(answer.status).toBe(400);
        expect(['request.not_json', 'request.invalid']).toContain(answer.body.code);
        expect(answer.text).not.toContain('199009092395');
        expect(api.carried).toEqual([]);
      }
    });

    it('bytes that are no UTF-8, half a character, and NUL', async () => {
      const raw = Buffer.concat([Buffer.from('{"givenName":"K'), Buffer.from([0xe5]), Buffer.from('m"}')]);
      const sent = await new Promise<number | undefined>((resolve, reject) => {
        const { port } = server().address() as AddressInfo;
        const outgoing = httpRequest(
          {
            port,
            path: cases,
            method: 'POST',
            headers: {
              'content-type': 'application/json',
              'content-length': raw.length,
              authorization: `Bearer ${token}`,
              'idempotency-key': key,
            },
          },
          (incoming) => {
            incoming.resume();
            resolve(incoming.statusCode);
          },
        );
        outgoing.on('error', reject);
        outgoing.end(raw);
      });
      expect(sent).toBe(400);
      for (const name of ['K\\ud800m', 'K\\u0000m']) {
        const body = JSON.stringify(openCase).replace('Kim', name);
        expectProblem(
          await post(cases).set('content-type', 'application/json').send(body),
          400,
          'request.not_utf8',
        );
      }
    });

    it('more than 256 KiB', async () => {
      expectProblem(
        await post(cases).send({ ...openCase, registryNumber: 'x'.repeat(256 * 1024) }),
        413,
        'request.too_large',
      );
    });

    it('anything but JSON', async () => {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense'])
        expectProblem(
          await post(cases).set('content-type', type).send('a=b'),
          415,
          'request.wrong_media_type',
        );
    });

    it('an address that cannot be decoded', async () => {
      expectProblem(await request(server()).get(`${cases}/%E5`), 400, 'request.bad_url');
    });

    it('a content where none belongs', async () => {
      const path = `${cases}/${caseId}/proposals/${otherId}/counter-approvals`;
      expectProblem(await post(path).send({ reason: 'x' }), 400, 'request.invalid');
      await post(path).send({}).expect(200);
      api.carried.length = 0;
      await post(path).send().expect(200);
    });
  });

  describe('Who may ask', () => {
    it('nobody without a token, with a challenge that says how', async () => {
      const answer = await request(server()).post(cases).send(openCase).expect(401);
      expect(answer.body.code).toBe('auth.token_missing');
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="relocation-coordination"');
    });

    it('nobody while the issuer is away and no token can be looked at: on record, and of nobody', async () => {
      api.issuerAway = true;
      const answer = await post(cases).send(openCase).expect(503);
      expect([answer.body.code, answer.headers['retry-after']]).toEqual(['auth.issuer_unreachable', '1']);
      expect(api.refusals).toEqual([
        {
          at: api.now.toISOString(),
          reason: 'ISSUER_UNREACHABLE',
          route: `POST ${cases}`,
          asked: undefined,
          caseId: undefined,
        },
      ]);
      expect(api.logged.join()).toContain('the issuer does not answer');
      expect(api.logged.join()).not.toContain(token);
      api.recordingFails = true;
      expect((await post(cases).send(openCase).expect(503)).body.code).toBe('record.unavailable');
    });

    it('nobody with a token that is expired, for another service, unsigned, changed or no token at all', async () => {
      const bad = [
        await api.issuer.tokenFor('officer', { expiresInSeconds: -31 }),
        await api.issuer.tokenFor('officer', { audience: 'https://other.example.test' }),
        await api.issuer.tokenFor('officer', { typ: 'JWT' }),
        new UnsecuredJWT({ sub: 'officer', iss: api.issuer.issuer, aud: audience })
          .setIssuedAt(api.now)
          .setExpirationTime(new Date(api.now.getTime() + 60_000))
          .encode(),
        `${token.slice(0, -6)}AAAAAA`,
        'gibberish',
      ];
      for (const one of bad) {
        const answer = await post(cases, one).send(openCase);
        expect(answer.status).toBe(401);
        expect(answer.body.code).toBe('auth.token_invalid');
        expect(answer.headers['www-authenticate']).toContain('error="invalid_token"');
      }
      const basic = await request(server()).post(cases).set('authorization', 'Basic b2ZmaWNlcjpvZmZpY2Vy');
      expect(basic.status).toBe(401);
      expect(api.carried).toEqual([]);
    });

    it('nobody who logged in below level of assurance 3 may write; the attempt is recorded', async () => {
      for (const acr of ['http://id.elegnamnden.se/loa/1.0/loa2', 'whatever']) {
        const answer = await post(cases, await api.issuer.tokenFor('officer', { acr })).send(openCase);
        expect(answer.status).toBe(403);
        expect(answer.body.code).toBe('auth.assurance_too_low');
        expect(answer.headers['www-authenticate']).toContain('insufficient_user_authentication');
      }
      expect(api.carried).toEqual([]);
      expect(api.refusals).toHaveLength(2);
    });

    it('nobody without the function that the route needs; the attempt is recorded before the answer', async () => {
      for (const sub of ['director', 'nobody']) {
        const answer = await post(cases, await api.issuer.tokenFor(sub)).send(openCase);
        expect(answer.status).toBe(403);
        expect(answer.body.code).toBe('access.refused');
      }
      expect(api.refusals).toMatchObject([
        { actor: 'person-director', route: `POST ${cases}`, reason: 'WRONG_FUNCTION' },
        { actor: 'person-nobody', reason: 'WRONG_FUNCTION' },
      ]);
      api.recordingFails = true;
      const unrecorded = await post(cases, await api.issuer.tokenFor('nobody')).send(openCase);
      expect(unrecorded.body.code).toBe('record.unavailable');
      expect(unrecorded.status).toBe(503);
    });

    it('nobody on an appointment of an authority that did not vouch for the login', async () => {
      const elsewhere = await api.issuer.tokenFor('officer', {
        claims: {
          'https://id.oidc.se/claim/orgNumber': '5999012801',
          'https://id.oidc.se/claim/orgAffiliation': 'officer@5999012801',
        },
      });
      expect((await post(cases, elsewhere).send(openCase)).status).toBe(403);
    });

    it('through a machine nobody below level of assurance 3, whatever the route takes from a person at the desk', async () => {
      const number = 'https://id.oidc.se/claim/orgNumber';
      const plain = decodeJwt(token);
      const machine = { client_id: 'case-system', act: { sub: 'case-system', [number]: plain[number] } };
      const read = async (acr: string, claims: Readonly<Record<string, unknown>> = {}) => {
        const bearer = await api.issuer.tokenFor('officer', { acr, claims, expiresInSeconds: 300 });
        return (await request(server()).get('/test/read').set('authorization', `Bearer ${bearer}`)).body;
      };
      const loa2 = 'http://id.elegnamnden.se/loa/1.0/loa2';
      expect(await read(loa2)).toEqual({ read: true });
      expect(await read(loa2, machine)).toMatchObject({ code: 'auth.assurance_too_low' });
      expect(await read(loa2.replace('loa2', 'loa3'), machine)).toEqual({ read: true });
    });

    it('identity is opened only shortly after a login', async () => {
      const open = async (options: object) =>
        request(server())
          .get('/test/identity')
          .set('authorization', `Bearer ${await api.issuer.tokenFor('officer', options)}`);
      expect((await open({ loggedInSecondsAgo: 899 })).status).toBe(200);
      for (const options of [{ loggedInSecondsAgo: 901 }, { claims: { auth_time: undefined } }]) {
        const answer = await open(options);
        expect(answer.status).toBe(403);
        expect(answer.body.code).toBe('auth.login_too_old');
        expect(answer.headers['www-authenticate']).toContain('max_age="900"');
      }
      const weak = await open({ acr: 'http://id.elegnamnden.se/loa/1.0/loa2' });
      expect(weak.body.code).toBe('auth.assurance_too_low');
    });

    describe('while nobody can log in', () => {
      const old = { loggedInSecondsAgo: 7_000 };
      const issued = { iat: Date.parse('2026-03-02T08:00:00Z') / 1_000 - 6_000 };
      const late = { ...old, expiresInSeconds: -3_599, claims: issued };
      const open = async (route: string, options: object, sub = 'officer') => {
        const bearer = await api.issuer.tokenFor(sub, options);
        const { status, body } = await request(server())
          .get(`/test/${route}`)
          .set('authorization', `Bearer ${bearer}`);
        return [status, (body as { code?: string }).code];
      };
      const opened = [200, undefined];
      const ranOut = [401, 'auth.token_invalid'];

      it('who stands by opens on an old login, or a token that ran out within the hour: on record first', async () => {
        expect(await open('alarm', old)).toEqual([403, 'auth.login_too_old']);
        expect(await open('alarm', late)).toEqual(ranOut);
        api.issuerSilent = true;
        api.refusals.length = 0;
        for (const options of [old, late]) expect(await open('alarm', options)).toEqual(opened);
        expect(api.refusals).toMatchObject(
          [1, 2].map(() => ({
            actor: 'person-officer',
            reason: 'LOGIN_NOT_RENEWED',
            purpose: 'ALARM',
            organisation: 't11-board-a',
          })),
        );
        api.recordingFails = true;
        for (const options of [old, late])
          expect(await open('alarm', options)).toEqual([503, 'record.unavailable']);
      });

      it('nor does another part in the case, in which that person would be asked for more, stand before it', async () => {
        const asked = async (options: object) =>
          request(server())
            .get('/test/glass')
            .set('authorization', `Bearer ${await api.issuer.tokenFor('officer', options)}`);
        expect((await asked(old)).body).toEqual({ purpose: 'SUPPORT' });
        expect((await asked(late)).status).toBe(401);
        api.issuerSilent = true;
        api.refusals.length = 0;
        expect((await asked(late)).body).toEqual({ purpose: 'ALARM' });
        // On record is as what that person was let in, and not what else fits.
        expect(api.refusals).toMatchObject([
          { actor: 'person-officer', reason: 'LOGIN_NOT_RENEWED', purpose: 'ALARM', unit: 'HOME_OFFICER' },
        ]);
      });

      it('nobody else does, nor on a login that was too weak, or a token that is older, forged or a machine’s', async () => {
        api.issuerSilent = true;
        expect(await open('identity', old)).toEqual([403, 'auth.login_too_old']);
        for (const route of ['identity', 'read']) expect(await open(route, late)).toEqual(ranOut);
        expect(await open('alarm', late, 'stranger')).toEqual(opened);
        expect(await open('alarm', late, 'nobody')).toEqual(ranOut);
        expect(await open('alarm', { ...late, acr: 'http://id.elegnamnden.se/loa/1.0/loa2' })).toEqual(
          ranOut,
        );
        expect(await open('alarm', { ...old, acr: 'http://id.elegnamnden.se/loa/1.0/loa2' })).toEqual([
          403,
          'auth.assurance_too_low',
        ]);
        expect(await open('alarm', { ...late, expiresInSeconds: -3_600 })).toEqual(ranOut);
        expect(await open('alarm', { ...late, audience: 'https://other.example.test' })).toEqual(ranOut);
        const act = { sub: 'case-system', [orgNumberClaim]: '2999012808' };
        const claims = { act, client_id: 'case-system', jti: 'one' };
        expect(await open('alarm', { ...late, claims: { ...issued, ...claims } })).toEqual(ranOut);
        const [head, payload] = (await api.issuer.tokenFor('officer', late)).split('.');
        const [, , signature] = (await api.issuer.tokenFor('stranger', late)).split('.');
        const forged = [head, payload, signature].join('.');
        await request(server()).get('/test/alarm').set('authorization', `Bearer ${forged}`).expect(401);
      });
    });

    it('cannot tell what is out of reach from what does not exist, or from an address that nobody has', async () => {
      const stranger = await api.issuer.tokenFor('stranger');
      const ask = (id: string, bearer = stranger) =>
        post(`${cases}/${id}/waiver-withdrawals`, bearer)
          .set('x-request-id', '4bf92f35-77b3-4da6-a3ce-929d0e0e4736')
          .send(withdrawal);
      const forbidden = await ask(caseId);
      const unknown = await ask(otherId);
      const impossible = await ask('19900909-2395');
      const nowhere = await post('/relocation-coordination/v1/nothing-here')
        .set('x-request-id', '4bf92f35-77b3-4da6-a3ce-929d0e0e4736')
        .send(withdrawal);
      // Inside, where the handler finds that a part of the address is not there.
      api.outcome = () => Promise.reject(new UnknownTarget());
      const inside = await ask(caseId, token);
      expect(forbidden.status).toBe(404);
      for (const other of [inside, unknown, impossible, nowhere]) {
        expect(other.text).toBe(forbidden.text);
        expect(other.status).toBe(404);
        // Instant and trace differ in any two answers.
        const own = { date: '', traceparent: '' };
        expect({ ...other.headers, ...own }).toEqual({ ...forbidden.headers, ...own });
      }
      // Each is held until a whole step, on the one way out that they have in common; a yes is not.
      expect([waited.length, waited.every((ms) => ms > 0 && ms <= evenStepMs)]).toEqual([5, true]);
      api.outcome = () => Promise.resolve(accepted);
      expect([(await ask(caseId, token)).status, waited.length]).toEqual([200, 5]);
      expect(api.refusals.map(({ reason, caseId: tried }) => [reason, tried])).toEqual([
        ['NO_PART', caseId],
        ['NO_SUCH_CASE', otherId],
        ['NO_SUCH_CASE', undefined],
        ['thing.not_found', caseId],
      ]);
    });

    it('finds no second way to a route over another method', async () => {
      for (const method of ['put', 'patch', 'delete', 'head'] as const)
        expect((await request(server())[method](cases)).status).toBe(404);
    });
  });

  describe('A rule, or the store, says no', () => {
    const refusedWith = async (error: Error): Promise<request.Response> => {
      api.outcome = () => Promise.reject(error);
      return post(`${cases}/${caseId}/waiver-withdrawals`).send(withdrawal);
    };

    it('a refusal from the state of the case gives its coded facts', async () => {
      const answer = await refusedWith(new DomainError('conflict.refused', { version: 2 }));
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({ facts: { version: 2 } });
    });

    it.each([
      [409, 'conflict.refused', new DomainError('some.unheard_of_rule')],
      [409, 'consent.answer_too_late', new DomainError('consent.answer_too_late')],
      [422, 'placement.in_the_future', new DomainError('placement.in_the_future')],
      [403, 'placement.four_eyes', new DomainError('placement.four_eyes')],
      [404, 'thing.not_found', new DomainError('consent.unknown_candidate')],
      [412, 'revision.stale', new RevisionMismatch(4)],
      [422, 'command.other_content', new CommandIdReused()],
      [503, 'store.overloaded', new StoreOverloaded()],
      [503, 'store.unavailable', new StoreUnavailable()],
    ])('%i for %s', async (status, code, error) => {
      const answer = await refusedWith(error);
      expect(answer.status).toBe(status);
      expect(answer.body.code).toBe(code);
      expect(answer.headers['retry-after']).toBe(status === 503 ? '1' : undefined);
    });

    it('grants that do not follow are 503 after the write; the same request is fine later', async () => {
      api.reached = undefined;
      const late = await post(`${cases}/${caseId}/waiver-withdrawals`).send(withdrawal);
      expect(late.status).toBe(503);
      expect(late.body.code).toBe('grants.behind');
      api.reached = accepted.position;
      await post(`${cases}/${caseId}/waiver-withdrawals`).send(withdrawal).expect(200);
    });

    it('an error of our own says nothing of what went wrong, in the answer or in the log', async () => {
      const answer = await request(server()).get('/test/broken').set('accept-language', 'en').expect(500);
      expect(answer.body.title).toBe('Something went wrong on our side');
      for (const text of [answer.text, ...api.logged]) {
        expect(text).not.toContain('199009092395');
        expect(text).not.toContain('Kim');
      }
      expect(answer.text).not.toContain('.ts');
      expect(api.logged.join()).toContain(answer.headers['x-request-id']);
    });
  });

  describe('A query', () => {
    const read = (position: string) =>
      request(server())
        .get('/test/read')
        .set('authorization', `Bearer ${token}`)
        .set('x-min-position', `given:${position}`);

    it('waits until its read model has come as far as asked, at most two seconds', async () => {
      api.reached = 'e1-00000000000000000041';
      setTimeout(() => (api.reached = 'e1-00000000000000000042'), 60);
      await read('e1-00000000000000000042').expect(200);
      const late = await read('e1-00000000000000000043');
      expect(late.status).toBe(503);
      expect(late.body.code).toBe('read.behind');
      expect(late.headers['retry-after']).toBe('1');
    });

    it('refuses a position that nobody gave out', async () => {
      for (const made of ['{}', accepted.position, 'e1-00000000000000000001'])
        expect(
          (
            await request(server())
              .get('/test/read')
              .set('authorization', `Bearer ${token}`)
              .set('x-min-position', made)
          ).body.code,
        ).toBe('request.min_position_malformed');
    });
  });

  describe('What the service says of itself', () => {
    it('every kind of problem has a page', async () => {
      const page = await request(server())
        .get('/problems/request.too_large')
        .set('accept-language', 'en')
        .expect(200);
      expect(page.body).toMatchObject({ status: 413, title: 'The body is too large' });
      const html = await request(server()).get('/problems/request.too_large').set('accept', 'text/html');
      expect(html.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(html.text).toContain('<h1>Anropets innehåll är för stort</h1>');
      for (const none of ['constructor', '__proto__', 'no.such'])
        expect((await request(server()).get(`/problems/${none}`)).status).toBe(404);
    });

    it('is alive, and ready only when everything that requests need is well', async () => {
      expect((await request(server()).get('/health/live')).body).toEqual({ status: 'ok', checks: {} });
      expect((await request(server()).get('/health/ready')).body).toEqual({
        status: 'ok',
        checks: { database: 'ok' },
      });
      // Who asks again and again does not make it ask the database each time.
      api.healthy = false;
      await Promise.all([1, 2, 3].map(() => request(server()).get('/health/ready').expect(200)));
      api.passed += 999;
      await request(server()).get('/health/ready').expect(200);
      api.passed += 1;
      const answer = await request(server()).get('/health/ready').expect(503);
      expect(answer.body).toEqual({ status: 'failing', checks: { database: 'failing' } });
      await request(server()).get('/health/live').expect(200);
    });

    it('describes itself by the national profile', async () => {
      const answer = await request(server()).get('/relocation-coordination/v1/api-info').expect(200);
      expect(answer.body).toMatchObject({ apiName: 'relocation-coordination', apiDocumentation: '/docs' });
    });

    it('has a page to browse its description', async () => {
      expect((await request(server()).get('/docs')).text).toContain('swagger-ui-bundle.js');
      const script = await request(server()).get('/docs/swagger-ui-bundle.js').expect(200);
      expect(script.headers['content-type']).toContain('javascript');
      expect((await request(server()).get('/openapi.json')).body.openapi).toBe('3.1.0');
    });

    it('sends headers that close what a browser would open, and answers no other origin', async () => {
      const answer = await request(server())
        .get('/health/live')
        .set('origin', 'https://elsewhere.example.test');
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'strict-transport-security': expect.stringContaining('max-age'),
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'cache-control': 'no-store',
      });
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      expect(answer.headers['x-powered-by']).toBeUndefined();
      const preflight = await request(server())
        .options(cases)
        .set('origin', 'https://elsewhere.example.test');
      expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
    });
  });

  it('does not start with a route that has no policy', async () => {
    @Controller('forgotten')
    class Forgotten {
      @Get()
      read(): object {
        return {};
      }
    }
    await expect(startTransport({ controllers: [Forgotten] })).rejects.toThrow(
      'no policy beside: GET Forgotten.read',
    );
  });
});
