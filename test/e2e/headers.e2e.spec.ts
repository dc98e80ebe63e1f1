import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { knownCase, startTransport, type Transport } from '../../apps/api/testing/transport.js';

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema?: object }[];
}
const { paths } = JSON.parse(readFileSync('apps/api/openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};

/** What every answer has, whatever it says and to whom. */
const always: Readonly<Record<string, string | RegExp>> = {
  'strict-transport-security': /^max-age=\d{8,}; includeSubDomains$/,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'content-security-policy': /^default-src 'none';.*frame-ancestors 'none'/,
  'permissions-policy': /geolocation=\(\).*microphone=\(\)/,
};
/** What no answer has: what it runs on, and leave for other origins. */
const never = ['server', 'x-powered-by', 'access-control-allow-origin', 'access-control-allow-credentials'];

/** The texts of problems are the same for everybody, and so the only thing that a cache may keep. */
const isReference = (path: string): boolean => path.startsWith('/problems');

const wrongIn = (headers: Headers, path = '/'): readonly string[] => [
  ...Object.entries(always).flatMap(([name, wanted]) => {
    const value = headers.get(name) ?? '';
    const holds = typeof wanted === 'string' ? value === wanted : wanted.test(value);
    return holds ? [] : [`${name}: ${value || 'missing'}`];
  }),
  ...(/no-store/.test(headers.get('cache-control') ?? '') || isReference(path) ? [] : ['cache-control']),
  ...never.filter((name) => headers.has(name)),
];

describe('The headers of every answer', () => {
  let api: Transport;
  let address: string;
  let token: string;
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${address}${path}`, {
      ...init,
      headers: { origin: 'https://elsewhere.example.test', ...init.headers },
    });
    return { answer, wrong: wrongIn(answer.headers, path) };
  };
  beforeAll(async () => {
    api = await startTransport();
    await api.app.listen(0, '127.0.0.1');
    address = (await api.app.getUrl()).replace('[::1]', '127.0.0.1');
    token = await api.issuer.tokenFor('officer');
  });
  afterAll(async () => {
    api.app.getHttpServer().closeAllConnections();
    await api.close();
  });

  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path: path
        .replaceAll('{version}', '1')
        .replaceAll('{code}', 'request.too_large')
        .replaceAll(/\{\w+\}/g, knownCase),
      operation,
    })),
  );

  it('at every route of the description: without a token, with one, and with a body that is too large', async () => {
    expect(routes.length).toBeGreaterThan(60);
    const seen = new Set<number>();
    for (const { name, method, path } of routes) {
      const bearer = { authorization: `Bearer ${token}` };
      const json = { 'content-type': 'application/json', 'idempotency-key': 'a-key-of-sixteen-or-more' };
      const tries: RequestInit[] =
        method === 'POST'
          ? [
              { method, headers: json, body: '{}' },
              { method, headers: { ...bearer, ...json }, body: '{}' },
              { method, headers: { ...bearer, ...json }, body: `"${'x'.repeat(256 * 1024)}"` },
              { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } },
            ]
          : [{}, { headers: bearer }];
      for (const init of tries) {
        const { answer, wrong } = await ask(path, init);
        await answer.body?.cancel();
        seen.add(answer.status);
        expect([name, answer.status, wrong]).toEqual([name, answer.status, []]);
      }
    }
    // Yes, no, not there, too much: all have been seen.
    for (const status of [200, 400, 401, 403, 404, 413]) expect([...seen]).toContain(status);
  });

  it('where no route is, at pages for people, and at what is not understood', async () => {
    const found: Record<string, number> = {};
    for (const [what, path, init] of [
      ['nowhere', '/nothing/here', {}],
      ['another method', '/health/live', { method: 'DELETE' }],
      ['a broken address', '/relocation-coordination/v1/cases/%E5', {}],
      ['an endless id', `/problems/${'x'.repeat(300)}`, {}],
      ['text', '/relocation-coordination/v1/cases', { method: 'POST', body: 'text' }],
      ['the documentation', '/docs', {}],
      ['its script', '/docs/swagger-ui-bundle.js', {}],
      ['the description', '/openapi.json', {}],
      ['a problem', '/problems/request.too_many', { headers: { accept: 'text/html' } }],
    ] as const) {
      const { answer, wrong } = await ask(path, init);
      await answer.body?.cancel();
      expect([what, wrong]).toEqual([what, []]);
      found[what] = answer.status;
    }
    expect(Object.values(found)).toEqual([404, 404, 400, 400, 401, 200, 200, 200, 200]);
  });

  /** Sends bytes, and gives what comes until the connection ends. */
  const raw = async (bytes: string) => {
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    socket.setEncoding('utf8');
    let text = '';
    socket.on('data', (chunk: string) => (text += chunk));
    socket.write(bytes);
    await once(socket, 'close');
    const [head = '', body = ''] = text.split('\r\n\r\n');
    const [status = '', ...lines] = head.split('\r\n');
    return {
      status: Number(/^HTTP\/1\.1 (\d\d\d) /.exec(status)?.[1]),
      headers: new Headers(lines.map((line) => line.split(': ') as [string, string])),
      body,
    };
  };
  const ending = 'Connection: close\r\n\r\n';

  it.each([
    ['no HTTP', 'NONSENSE\r\n\r\n', 400, 'request.not_http'],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`,
      431,
      'request.headers_too_large',
    ],
    [
      'two lengths of one body',
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n${ending}`,
      400,
      'request.not_http',
    ],
    ['no host', `GET /health/live HTTP/1.1\r\n${ending}`, 400, 'request.no_host'],
    [
      'an expectation',
      `GET /health/live HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n${ending}`,
      417,
      'request.expectation',
    ],
    [
      'another protocol to go on with',
      `GET /no HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n${ending}`,
      404,
      'thing.not_found',
    ],
    [
      'a WebSocket to go on with',
      `GET /no HTTP/1.1\r\nHost: x\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n`,
      404,
      'thing.not_found',
    ],
    ['a tunnel to go through', 'CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n', 404, 'thing.not_found'],
    ['a tunnel from nobody', 'CONNECT x:443 HTTP/1.1\r\n\r\n', 400, 'request.no_host'],
    ['a tunnel to a route', 'CONNECT /health/live HTTP/1.1\r\nHost: x\r\n\r\n', 404, 'thing.not_found'],
  ])(
    'of a request with %s: a problem that says nothing more, and the end of the connection',
    async (_what, bytes, expected, code) => {
      const { status, headers, body } = await raw(bytes);
      expect(wrongIn(headers)).toEqual([]);
      expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect([status, JSON.parse(body)]).toMatchObject([expected, { status: expected, code }]);
    },
  );

  it('of a request that waits to be told to go on with its body, and of one in the protocol before', async () => {
    const old = await raw(`GET /health/live HTTP/1.0\r\n\r\n`);
    expect([old.status, wrongIn(old.headers)]).toEqual([200, []]);
    const waits = await raw(
      `POST /no HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n${ending}{}`,
    );
    // "Go on" is no answer; the answer comes after it.
    expect(waits.status).toBe(100);
    expect(waits.body).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('of a request on a connection that is still open when the api closes', async () => {
    const closing = await startTransport();
    await closing.app.listen(0, '127.0.0.1');
    const { port } = new URL((await closing.app.getUrl()).replace('[::1]', '127.0.0.1'));
    const socket = connect(Number(port), '127.0.0.1');
    socket.setEncoding('utf8');
    let text = '';
    socket.on('data', (chunk: string) => (text += chunk));
    // Half a request keeps the connection open.
    socket.write('GET /health/live HTTP/1.1\r\n');
    const [accepted] = (await once(closing.app.getHttpServer(), 'connection')) as [Socket];
    while (accepted.bytesRead === 0) await turn();
    const closed = closing.close();
    while (closing.app.getHttpServer().listening) await turn();
    socket.write('Host: x\r\n\r\n');
    await once(socket, 'close');
    await closed;
    const [head = '', body = ''] = text.split('\r\n\r\n');
    const [status, ...lines] = head.split('\r\n');
    expect(status).toMatch(/ 503 /);
    expect(wrongIn(new Headers(lines.map((line) => line.split(': ') as [string, string])))).toEqual([]);
    expect(JSON.parse(body)).toMatchObject({ code: 'service.closing' });
  });
});
