import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, NotFoundException, Post } from '@nestjs/common';
import request from 'supertest';
import type { Policy as RoutePolicy } from '#access';
import { ForMachines, Policy, PolicyByQuery } from '../../apps/api/http/auth/policy.js';
import type { ApiOptions } from '../../apps/api/api-options.js';
import { knownCase, startTransport, type Transport } from '../../apps/api/testing/transport.js';

const policy: RoutePolicy = {
  agencyKind: 'SOCIAL_BOARD',
  functions: ['HOME_OFFICER'],
  relations: 'NO_CASE',
  login: 'LOA3',
  purpose: 'SUPPORT',
  legalBasis: 'SOLPUL_6',
};

@Controller('test')
class Queries {
  @Get('read')
  @Policy(policy)
  read(): object {
    return { read: true };
  }

  @Get('alarm')
  @Policy({ ...policy, purpose: 'ALARM' })
  alarm(): object {
    return { address: 'to be opened' };
  }

  @Get('glass')
  @Policy([policy, { ...policy, purpose: 'ALARM' }])
  glass(): object {
    return { glass: 'to be broken' };
  }

  @Get('places')
  @Policy({ ...policy, forRescue: true })
  places(): object {
    return { places: [] };
  }

  @Get('alarms/:caseId')
  @Policy({ ...policy, purpose: 'ALARM', relations: ['HOME_BOARD'] })
  alarmOf(): object {
    return { address: 'to be opened' };
  }

  @Post('alarms/:caseId')
  @Policy({ ...policy, purpose: 'ALARM', relations: ['HOME_BOARD'] })
  open(): object {
    return { opened: true };
  }

  @Get('notices')
  @ForMachines('SOCIAL_BOARD')
  notices(): object {
    return { waiting: 0 };
  }

  @Get('missing')
  @Policy(policy)
  missing(): object {
    throw new NotFoundException();
  }

  @Get('cases/:caseId')
  @Policy({ ...policy, relations: ['HOME_BOARD'] })
  one(): object {
    return { one: true };
  }

  @Post('cases/:caseId')
  @Policy({ ...policy, relations: ['HOME_BOARD'] })
  say(): object {
    return { said: true };
  }

  @Get('lists')
  @PolicyByQuery('as', { BOARD: policy })
  lists(): object {
    return { items: [] };
  }
}

describe('Who asks too often', () => {
  let api: Transport;
  let passed = 0;
  const start = async (more: Partial<ApiOptions> = {}): Promise<void> => {
    passed = 0;
    api = await startTransport({
      controllers: [Queries],
      limits: { requests: 5, refusals: 3, failedLogins: 4 },
      passed: () => passed,
      ...more,
    });
  };
  afterEach(() => api.close());

  const ask = async (path: string, sub: string | undefined, headers: Record<string, string> = {}) => {
    const token = sub === undefined || sub === 'bad' ? sub : await api.issuer.tokenFor(sub);
    const asked = request(api.app.getHttpServer()).get(path).set(headers);
    return token === undefined ? asked : asked.set('authorization', `Bearer ${token}`);
  };
  const asked = (path: string, token: string) =>
    request(api.app.getHttpServer()).get(path).set('authorization', `Bearer ${token}`);
  const statuses = async (count: number, ...question: Parameters<typeof ask>): Promise<number[]> => {
    const found: number[] = [];
    for (let index = 0; index < count; index += 1) found.push((await ask(...question)).status);
    return found;
  };

  it('is told to wait, for how long, and in the language asked for; nobody else is', async () => {
    await start();
    expect(await statuses(6, '/test/read', 'officer')).toEqual([200, 200, 200, 200, 200, 429]);
    const swedish = await ask('/test/read', 'officer');
    const english = await ask('/test/read', 'officer', { 'accept-language': 'en' });
    expect(swedish.headers).toMatchObject({
      'retry-after': '12',
      'content-type': 'application/problem+json; charset=utf-8',
      'content-language': 'sv',
    });
    expect(swedish.body).toMatchObject({ code: 'request.too_many', status: 429, title: 'För många anrop' });
    expect(english.body).toMatchObject({ title: 'Too many requests' });
    expect((await ask('/test/read', 'stranger')).status).toBe(200);
    passed += 12_000;
    expect(await statuses(2, '/test/read', 'officer')).toEqual([200, 429]);
    // On record once in a minute, not once for each.
    expect(api.refusals).toMatchObject([
      { actor: 'person-officer', route: 'GET /test/read', reason: 'TOO_MANY_REQUESTS' },
    ]);
  });

  it('by trying ids is stopped sooner, at every route, whether they exist or not', async () => {
    await start();
    const path = (id: string): string => `/test/cases/${id}`;
    expect(await statuses(1, path(knownCase), 'stranger')).toEqual([404]);
    expect(await statuses(1, path(randomUUID()), 'stranger')).toEqual([404]);
    expect(await statuses(1, path(randomUUID()), 'stranger')).toEqual([404]);
    const known = await ask(path(knownCase), 'stranger', {
      'x-request-id': '4bf92f35-77b3-4da6-a3ce-929d0e0e4736',
    });
    const unknown = await ask(path(randomUUID()), 'stranger', {
      'x-request-id': '4bf92f35-77b3-4da6-a3ce-929d0e0e4736',
    });
    expect([known.status, known.text]).toEqual([429, unknown.text]);
    expect((await ask('/test/read', 'stranger')).status).toBe(429);
    expect((await ask(path(knownCase), 'officer')).status).toBe(200);
    expect(api.refusals.map(({ reason }) => reason)).toEqual([
      'NO_PART',
      'NO_SUCH_CASE',
      'NO_SUCH_CASE',
      'TOO_MANY_REFUSALS',
    ]);
  });

  it('a rescuer in an alarm gets through, whatever limit the rescuer or anybody else has reached', async () => {
    await start();
    await statuses(10, '/test/read', 'officer');
    await statuses(10, `/test/cases/${randomUUID()}`, 'officer');
    await statuses(10, '/test/read', 'bad');
    expect((await ask('/test/read', 'officer')).status).toBe(429);
    // And finds in the list of Police where the person is.
    expect(await statuses(1, '/test/places', 'officer')).toEqual([200]);
    expect(await statuses(3, '/test/alarm', 'officer')).toEqual([200, 200, 200]);
    // Also where another part of the same official would say yes first.
    expect(await statuses(1, '/test/glass', 'officer')).toEqual([200]);
  });

  it('for what only a rescuer may see is looked at so many times a minute, and then not any more', async () => {
    let looks = 0;
    const of = () => {
      looks += 1;
      return Promise.resolve(undefined);
    };
    await start({ parts: { of } });
    const path = `/test/alarms/${knownCase}`;
    const found = await statuses(20, path, 'stranger');
    expect([new Set(found.slice(3)), looks]).toEqual([new Set([429]), 15]);
  });

  it('a rescuer has a limit, too, of the rescuer’s own', async () => {
    await start();
    expect(await statuses(7, '/test/alarm', 'officer')).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect(api.refusals).toMatchObject([
      { actor: 'person-officer', route: 'GET /test/alarm', reason: 'TOO_MANY_REQUESTS' },
    ]);
    // What was asked as a rescuer is not counted elsewhere, and nobody else waits for it.
    expect((await ask('/test/read', 'officer')).status).toBe(200);
  });

  it('and must log in again is told so, and is not taken for somebody who tries ids; nor may that one ask for ever', async () => {
    await start();
    const weak = await api.issuer.tokenFor('officer', { acr: 'http://id.elegnamnden.se/loa/1.0/loa2' });
    const alarm = () => asked('/test/alarm', weak);
    for (let index = 0; index < 5; index += 1) {
      const answer = await alarm();
      expect([answer.status, answer.body.code]).toEqual([403, 'auth.assurance_too_low']);
    }
    expect((await ask('/test/read', 'officer')).status).toBe(200);
    const sixth = await alarm();
    expect([sixth.status, sixth.body.code]).toEqual([429, 'request.too_many']);
  });

  it('by naming what is not there is stopped as for what is closed', async () => {
    await start();
    expect(await statuses(4, '/test/missing', 'officer')).toEqual([404, 404, 404, 429]);
    expect((await ask('/test/read', 'officer')).status).toBe(429);
    expect(api.refusals.map(({ reason }) => reason)).toEqual([
      'thing.not_found',
      'thing.not_found',
      'thing.not_found',
      'TOO_MANY_REFUSALS',
    ]);
  });

  describe('what cannot be read', () => {
    const path = `/test/cases/${knownCase}`;
    const unreadable: readonly (readonly [string, string | Buffer, number])[] = [
      ['application/json', Buffer.from([0x22, 0xe5, 0x22]), 400],
      ['application/json', '{"half', 400],
      ['application/json', 'x'.repeat(300 * 1024), 413],
      ['text/plain', 'text', 415],
    ];
    const send = async (to: string, sub: string | undefined, [type, body]: (typeof unreadable)[number]) => {
      const sending = request(api.app.getHttpServer())
        .post(to)
        .set({ 'content-type': type, 'x-request-id': '4bf92f35-77b3-4da6-a3ce-929d0e0e4736' });
      if (sub) sending.set('authorization', `Bearer ${await api.issuer.tokenFor(sub)}`);
      // As it is: a parser of the client's would make it readable.
      return sending.serialize((bytes: unknown) => bytes as string).send(body);
    };

    it('counts as what it is: of nobody by address and on record, of whom we know by that person', async () => {
      await start();
      for (const one of unreadable) expect((await send(path, undefined, one)).status).toBe(401);
      expect((await send(path, undefined, unreadable[0]!)).status).toBe(429);
      expect(api.refusals.splice(0).map(({ reason }) => reason)).toEqual([
        ...unreadable.map(() => 'TOKEN_MISSING'),
        'TOO_MANY_FAILED_LOGINS',
      ]);
      for (const one of unreadable) expect((await send(path, 'officer', one)).status).toBe(one[2]);
      expect((await ask('/test/lists?as=NONE', 'officer')).status).toBe(400);
      expect((await ask('/test/lists?as=NONE', 'officer')).status).toBe(429);
      expect((await send(path, 'officer', unreadable[0]!)).status).toBe(429);
      expect(api.refusals).toMatchObject([
        { actor: 'person-officer', route: 'GET /test/lists', reason: 'TOO_MANY_REQUESTS' },
      ]);
    });

    it('tells nobody whether there is such a case', async () => {
      await start({ limits: { requests: 50, refusals: 50, failedLogins: 50 } });
      for (const one of unreadable) {
        const [known, unknown] = [
          await send(path, 'stranger', one),
          await send(`/test/cases/${randomUUID()}`, 'stranger', one),
        ];
        expect([known.status, known.text]).toEqual([404, unknown.text]);
      }
      expect(api.refusals.map(({ reason }) => reason)).toEqual(
        unreadable.flatMap(() => ['NO_PART', 'NO_SUCH_CASE']),
      );
    });

    it('is not taken without end from who was refused, who is answered, and may go on after a body within the limit', async () => {
      await start({ limits: { requests: 50, refusals: 50, failedLogins: 50 } });
      await api.app.listen(0, '127.0.0.1');
      const server = api.app.getHttpServer() as Server;
      const { port } = server.address() as AddressInfo;
      /** Sends so many bytes after the answer, as long as they are taken; how many bytes were. */
      const sends = async (bytes: number, length: string): Promise<number> => {
        const connected = once(server, 'connection') as Promise<[Socket]>;
        const client = connect(port, '127.0.0.1').on('error', () => undefined);
        const gone = new Promise((resolve) => client.once('close', resolve));
        let answers = '';
        client.on('data', (text) => (answers += String(text)));
        const answered = async (count: number): Promise<void> => {
          while (answers.split('HTTP/1.1 401').length <= count) await once(client, 'data');
        };
        const begin = (how: string) =>
          client.write(
            `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${how}\r\n\r\n`,
          );
        const [there] = await connected;
        begin(length);
        await answered(1);
        const chunked = length.startsWith('transfer');
        const part = 'x'.repeat(32 * 1024);
        for (let sent = 0; sent < bytes && client.writable; sent += part.length)
          if (!client.write(chunked ? `8000\r\n${part}\r\n` : part))
            await Promise.race([new Promise((resolve) => client.once('drain', resolve)), gone]);
        if (bytes <= 256 * 1024) {
          if (chunked) client.write('0\r\n\r\n');
          begin('content-length: 0');
          await answered(2);
        }
        // Whoever is still let in ends it.
        client.destroy();
        await gone;
        return there.bytesRead;
      };
      const much = 50 * 2 ** 20;
      for (const length of ['transfer-encoding: chunked', `content-length: ${much}`])
        expect(await sends(much, length)).toBeLessThan(2 ** 20);
      for (const length of ['transfer-encoding: chunked', `content-length: ${128 * 1024}`])
        await sends(128 * 1024, length);
    });

    it.each([
      ['at once', 0, 201],
      ['after the right to send it has ended', 2_000, 404],
    ])('is read %s', async (_when, later, status) => {
      let looks = 0;
      // There is a part in the case for the first who asks.
      const of = () =>
        Promise.resolve(
          (looks += 1) === 1
            ? { parts: [{ relation: 'HOME_BOARD' as const, organisation: 't11-board-a' }] }
            : undefined,
        );
      await start({ parts: { of } });
      const token = await api.issuer.tokenFor('officer');
      expect(await slowly(path, token, () => looks > 0, later)).toBe(status);
    });

    it('is counted, and on record, once when the guard looks again: so it is when nobody can log in, too', async () => {
      let looks = 0;
      const of = () => {
        looks += 1;
        return Promise.resolve({
          parts: [{ relation: 'HOME_BOARD' as const, organisation: 't11-board-a' }],
        });
      };
      await start({ parts: { of }, limits: { requests: 1, refusals: 3, failedLogins: 4 } });
      api.issuerSilent = true;
      const late = await api.issuer.tokenFor('officer', {
        loggedInSecondsAgo: 7_000,
        expiresInSeconds: -3_599,
        claims: { iat: Date.parse('2026-03-02T08:00:00Z') / 1_000 - 6_000 },
      });
      const status = await slowly(`/test/alarms/${knownCase}`, late, () => api.refusals.length > 0, 2_000);
      expect([status, looks]).toEqual([201, 2]);
      expect(api.refusals).toMatchObject([{ reason: 'LOGIN_NOT_RENEWED', purpose: 'ALARM' }]);
    });

    /** Sends the rest of a body so many milliseconds after the guard has begun to look. */
    const slowly = async (
      to: string,
      token: string,
      looked: () => boolean,
      later: number,
    ): Promise<number | undefined> => {
      await api.app.listen(0, '127.0.0.1');
      const { port } = api.app.getHttpServer().address() as AddressInfo;
      const sending = httpRequest({ port, path: to, method: 'POST' });
      sending.setHeader('authorization', `Bearer ${token}`);
      sending.setHeader('content-type', 'application/json');
      const answered = new Promise<number | undefined>((resolve, reject) => {
        sending.on('response', (answer) => resolve(answer.resume().statusCode)).on('error', reject);
      });
      sending.write('{');
      while (!looked()) await sleep(5);
      // What was found is written down.
      await sleep(20);
      passed += later;
      sending.end('}');
      return answered;
    };
  });

  describe('and is a machine by itself', () => {
    const alone = (machine: string) =>
      api.issuer.tokenFor('officer', {
        claims: {
          sub: machine,
          client_id: machine,
          'https://id.oidc.se/claim/orgAffiliation': undefined,
        },
      });
    const answers = async (count: number, path: string, token: string): Promise<number[]> => {
      const found: number[] = [];
      for (let index = 0; index < count; index += 1) found.push((await asked(path, token)).status);
      return found;
    };

    it('is told to wait after so many requests; another machine is not', async () => {
      await start();
      expect(await answers(6, '/test/notices', await alone('m1'))).toEqual([200, 200, 200, 200, 200, 429]);
      expect(await answers(1, '/test/notices', await alone('m2'))).toEqual([200]);
      expect(api.refusals).toMatchObject([
        { machine: 'machine-m1', route: 'GET /test/notices', reason: 'TOO_MANY_REQUESTS' },
      ]);
    });

    it('is told so sooner for what is not for machines, and for nothing else then', async () => {
      await start();
      expect(await answers(4, '/test/read', await alone('m1'))).toEqual([403, 403, 403, 429]);
      expect(await answers(1, '/test/notices', await alone('m1'))).toEqual([429]);
      expect(await answers(1, '/test/notices', await alone('m2'))).toEqual([200]);
      expect(api.refusals.map(({ machine, reason }) => [machine, reason])).toEqual([
        ...Array.from({ length: 3 }, () => ['machine-m1', 'MACHINE_ALONE']),
        ['machine-m1', 'TOO_MANY_REFUSALS'],
      ]);
    });

    it('and a person is, who asks for what is for machines', async () => {
      await start();
      expect(await statuses(4, '/test/notices', 'officer')).toEqual([403, 403, 403, 429]);
      expect((await ask('/test/read', 'officer')).status).toBe(429);
    });
  });

  it('for what is open to everyone is stopped by address, with a token or without; probes of health go on', async () => {
    await start({ trustedProxies: ['127.0.0.1', '::1', '::ffff:127.0.0.1'] });
    const from = { 'x-forwarded-for': '198.51.100.1' };
    const open = [
      '/problems/request.too_many',
      '/relocation-coordination/v1/api-info',
      '/openapi.json',
      '/docs',
      '/nothing/here',
    ];
    for (const path of open) expect((await ask(path, undefined, from)).status).not.toBe(429);
    for (const path of open)
      for (const sub of [undefined, 'officer']) {
        const answer = await ask(path, sub, from);
        expect([path, answer.status, answer.body.code]).toEqual([path, 429, 'request.too_many']);
        expect(answer.headers).toMatchObject({
          'retry-after': '12',
          'content-type': 'application/problem+json; charset=utf-8',
          'x-content-type-options': 'nosniff',
        });
      }
    // Neither whoever asks from elsewhere, nor the probe, nor an official from the same address waits for it.
    expect((await ask(open[0]!, undefined, { 'x-forwarded-for': '198.51.100.2' })).status).toBe(200);
    expect((await ask('/health/ready', undefined, from)).status).toBe(200);
    expect((await ask('/test/read', 'officer', from)).status).toBe(200);
    // Nor does who asks after health for ever, from one address, starve the probe of another.
    const found = await statuses(55, '/health/ready', undefined, from);
    expect([found.indexOf(429), found.at(-1)]).toEqual([49, 429]);
    expect((await ask('/health/ready', undefined)).status).toBe(200);
    expect((await ask('/health/live', undefined, { 'x-forwarded-for': '198.51.100.2' })).status).toBe(200);
    expect(api.refusals.map(({ reason, route }) => [reason, route])).toEqual([
      ['TOO_MANY_OPEN_REQUESTS', 'GET /problems/:code'],
      ['TOO_MANY_OPEN_REQUESTS', 'GET /health/ready'],
    ]);
  });

  it('with a bad token, or none, is stopped by address; a good token from there is let through', async () => {
    await start();
    expect(await statuses(3, '/test/read', 'bad')).toEqual([401, 401, 401]);
    expect(await statuses(3, '/test/read', undefined)).toEqual([401, 429, 429]);
    expect((await ask('/test/read', 'officer')).status).toBe(200);
    expect(api.refusals.map(({ reason, actor }) => [reason, actor])).toEqual([
      ['TOKEN_MALFORMED', undefined],
      ['TOKEN_MALFORMED', undefined],
      ['TOKEN_MALFORMED', undefined],
      ['TOKEN_MISSING', undefined],
      ['TOO_MANY_FAILED_LOGINS', undefined],
    ]);
  });

  it('cannot hide behind a header: addresses are believed of no proxy that is not known', async () => {
    await start();
    for (let index = 0; index < 5; index += 1)
      await ask('/test/read', 'bad', {
        'x-forwarded-for': `198.51.100.${index}`,
        forwarded: `for=198.51.100.${index}`,
        'x-real-ip': `198.51.100.${index}`,
      });
    expect((await ask('/test/read', 'bad', { 'x-forwarded-for': '198.51.100.99' })).status).toBe(429);
  });

  it('behind a known proxy counts by the address that the proxy saw, not by what the caller wrote before it', async () => {
    await start({ trustedProxies: ['127.0.0.1', '::1', '::ffff:127.0.0.1'] });
    const from = (address: string) => ({ 'x-forwarded-for': `203.0.113.${Math.random()}, ${address}` });
    for (let index = 0; index < 5; index += 1) await ask('/test/read', 'bad', from('198.51.100.1'));
    expect((await ask('/test/read', 'bad', from('198.51.100.1'))).status).toBe(429);
    expect((await ask('/test/read', 'bad', from('198.51.100.2'))).status).toBe(401);
  });

  it('from many addresses is answered as ever, and does not fill the record: once a minute it says that there are more', async () => {
    await start({ trustedProxies: ['127.0.0.1', '::1', '::ffff:127.0.0.1'] });
    const reasons = async (addresses: number): Promise<readonly string[]> => {
      api.refusals.length = 0;
      for (let index = 0; index < addresses; index += 1)
        expect(await statuses(2, '/test/read', 'bad', { 'x-forwarded-for': `198.51.100.${index}` })).toEqual([
          401, 401,
        ]);
      return api.refusals.map(({ reason }) => reason);
    };
    const more = 'TOO_MANY_FAILED_LOGINS_TO_RECORD';
    expect(await reasons(12)).toEqual([...Array.from({ length: 20 }, () => 'TOKEN_MALFORMED'), more]);
    passed += 59_000;
    expect((await reasons(12)).filter((reason) => reason === more)).toEqual([]);
    passed += 1_000;
    expect((await reasons(2)).filter((reason) => reason === more)).toEqual([more]);
  });
});

describe('What nobody has set', () => {
  it('is limited all the same', async () => {
    const api = await startTransport({ controllers: [Queries], limits: undefined, passed: () => 0 });
    try {
      const token = await api.issuer.tokenFor('officer');
      await api.app.listen(0, '127.0.0.1');
      const address = `${await api.app.getUrl()}/test/read`;
      const found = new Map<number, number>();
      for (let index = 0; index < 601; index += 1) {
        const { status, body } = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
        await body?.cancel();
        found.set(status, (found.get(status) ?? 0) + 1);
      }
      expect([...found]).toEqual([
        [200, 600],
        [429, 1],
      ]);
    } finally {
      await api.close();
    }
  });
});
