import { execFile } from 'node:child_process';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { BodySchema, Schemas } from '../../support/bad-bodies.js';
import { basePath, type TestSystem } from '../../support/system.js';
import type { Ids } from './played.js';

// Asking every route of the description as everybody, and comparing what came back byte for byte.

export interface Described {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly requestBody?: { readonly content: Readonly<Record<string, { schema: BodySchema }>> };
          }
        >
      >
    >
  >;
  readonly components: { readonly schemas: Schemas };
}

/** The description that the compiled build makes: the transpiler of the tests does not run the plugin that writes it. */
export const describedByBuild = async (): Promise<Described> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['dist/apps/ops/main.js', 'openapi', '--print'],
    { maxBuffer: 32 * 1024 * 1024 },
  );
  return JSON.parse(stdout.slice(stdout.indexOf('{'))) as Described;
};

export interface Route {
  readonly method: 'GET' | 'POST';
  /** As the description writes it; without the base path where it has one. */
  readonly path: string;
  /** Names of the ids in the path, in order. */
  readonly names: readonly string[];
}

export const routesOf = ({ paths }: Described): readonly Route[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      method: method.toUpperCase() as Route['method'],
      path: path.startsWith(basePath) ? path.slice(basePath.length) : path,
      names: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!),
    })),
  );

/** A path with ids in it. What a pass opens is told by the path; a code of problems is one that exists. */
export const filled = (route: Route, ids: Ids): string =>
  route.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    if (name === 'passId')
      return (route.path.includes('broken-glasses') ? ids['glassId'] : ids['openingId'])!;
    if (name === 'code') return 'request.too_large';
    return ids[name] ?? '';
  });

export interface Got {
  readonly status: number;
  /** Name and value one after the other, as they came. */
  readonly headers: readonly string[];
  readonly text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 24 });
export const closeAgent = (): void => agent.destroy();

/** The same for all requests, so that it stands in bodies without telling them apart. */
const requestId = '4bf92f35-77b3-4da6-a3ce-929d0e0e4736';

/** Of every answer anew, and so no part of a comparison. */
const ofRequest: Readonly<Record<string, RegExp>> = {
  date: /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/,
  traceparent: /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/,
  'x-request-id': new RegExp(`^${requestId}$`),
};
/** Headers of an answer that are new in each and do not look as they should. */
export const strangeOf = ({ headers }: Got): readonly string[] => {
  const strange: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const form = ofRequest[headers[index]!.toLowerCase()];
    if (form && !form.test(headers[index + 1]!)) strange.push(`${headers[index]}: ${headers[index + 1]}`);
  }
  return strange;
};

/** Everything of an answer that somebody could compare with another one. */
export const comparable = ({ status, headers, text }: Got): string => {
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2)
    if (!(headers[index]!.toLowerCase() in ofRequest)) kept.push(`${headers[index]}: ${headers[index + 1]}`);
  return [status, ...kept, text].join('\n');
};

const withoutUndefined = (headers: Readonly<Record<string, string | number | undefined>>) =>
  Object.fromEntries(
    Object.entries(headers).filter((one): one is [string, string | number] => one[1] !== undefined),
  );

interface Asked {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

/**
 * Asks, and comes again only when there were too many at once, which is never about what was asked for. Any other answer
 * is the first one: a 503 for what exists, and none for what does not, would tell one from the other.
 */
export const asks = async (
  system: TestSystem,
  method: string,
  path: string,
  token: string | null,
  options: Asked = {},
): Promise<Got> => {
  let got = await asksOnce(system, method, path, token, options);
  for (let again = 0; again < 5 && codeOf(got) === 'store.overloaded'; again += 1) {
    await sleep(200);
    got = await asksOnce(system, method, path, token, options);
  }
  return got;
};

/** Code of the problem in a 503. */
const codeOf = ({ status, text }: Got): string | undefined =>
  status === 503 ? /"code":"([\w.]+)"/.exec(text)?.[1] : undefined;

/** Whether the grants were not up to date, or a record could not be written: while others write, a slow machine says so. */
export const saysLater = (got: Got): boolean =>
  ['grants.behind', 'record.unavailable'].includes(codeOf(got) ?? '');

const asksOnce = (
  system: TestSystem,
  method: string,
  path: string,
  token: string | null,
  options: Asked,
): Promise<Got> => {
  const base = path.startsWith('/health') || path.startsWith('/problems') ? '' : basePath;
  return new Promise((resolve, reject) => {
    const sent = request(
      `${system.address}${base}${path}`,
      {
        method,
        agent,
        // Undefined takes a header away.
        headers: withoutUndefined({
          'accept-language': 'en',
          'x-request-id': requestId,
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(method === 'POST'
            ? { 'content-type': 'application/json', 'idempotency-key': 'a-key-of-sixteen-or-more' }
            : {}),
          ...(options.body === undefined ? {} : { 'content-length': Buffer.byteLength(options.body) }),
          ...options.headers,
        }),
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        // A stream of events has no end: its first part is all that can be compared.
        if (answer.headers['content-type']?.startsWith('text/event-stream')) {
          answer.once('data', (part: string) => {
            resolve({ status: answer.statusCode!, headers: answer.rawHeaders, text: part });
            sent.destroy();
          });
          answer.on('error', () => undefined);
          return;
        }
        answer.on('data', (part: string) => (text += part));
        answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.rawHeaders, text }));
        answer.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });
};

/** Does all the work, so many at a time. */
export const together = async <Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
  atOnce = 12,
): Promise<void> => {
  const waiting = items.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of waiting) await work(item);
    }),
  );
};
