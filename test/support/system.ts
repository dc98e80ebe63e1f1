import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JWK } from 'jose';
import type { Pool } from 'pg';
import {
  codec,
  inventedMachines,
  inventedOfficials,
  inventedProviders,
  LogReview,
  seed,
} from '../../libs/application/index.js';
import { rules2026 } from '../../libs/domain/coordination/index.js';
import { observed } from '../../libs/event-store/index.js';
import { openPostgresEventStore } from '../../libs/event-store/postgres/index.js';
import { randomKeyMaterial } from '../../libs/personal-data/testing/key-material.js';
import {
  createLogger,
  logMetrics,
  type Meter,
  SettableClock,
  type Tracer,
} from '../../libs/platform/index.js';
import { createApi } from '../../apps/api/create-api.js';
import { startDevIssuer, type TokenOptions } from '../../apps/api/issuer/dev-issuer.js';
import { wire } from '../../apps/api/wire.js';
import { createWorker } from '../../apps/worker/create-worker.js';
import { createTestDatabase } from './database.js';

export const basePath = '/relocation-coordination/v1';

const audience = 'relocation-coordination';

/** Where the invented cases play: home in Skåne, receivers in Västerbotten and Norrbotten, whose police regions differ. */
export const home = '1280';
export const receiver = '2480';
export const otherReceiver = '2580';

const providerOf = (code: string) =>
  inventedProviders.find(({ municipalityCode }) => municipalityCode === code)!;
/** What a board names when it says yes. */
export const providerNumber = (code: string): string => providerOf(code).orgNumber;

const organisations = [
  'coordinator:national',
  'tax:national',
  'police:syd',
  'police:nord',
  ...[home, receiver, otherReceiver].flatMap((code) => [`board:${code}`, providerOf(code).id]),
];

/** A request as a client would send it; what is left out is as it should be. */
export interface Sending {
  /** A string or bytes go out as they are, anything else as JSON. */
  readonly body?: unknown;
  /** Undefined takes a header away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** The Idempotency-Key; a new one by default. */
  readonly key?: string;
  /** A token to send instead of the official's own; null sends none. */
  readonly token?: string | null;
  /** Takes the first answer, whatever it is: for a test of who is told to come again. */
  readonly once?: true;
}

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
  /** As it went over the wire: for comparing answers byte by byte. */
  readonly text: string;
}

/** What a command answers with. */
export interface Done {
  readonly id: string;
  readonly revision: number;
  readonly position: string | null;
}

/** An invented official who sits at a desk and speaks HTTP with a real token. */
export interface Desk {
  readonly sub: string;
  /**
   * Sends a command and gives whatever came back, but for "the grants are behind": then the same is sent again for up to
   * a minute, as a client does, and close() looks at how often. `path` begins after the base path.
   */
  posts<Body = Record<string, unknown>>(path: string, sending?: Sending): Promise<Answer<Body>>;
  /**
   * Sends a command, again under its key as long as it is told to come again (503), up to a minute.
   * @throws Error with status and code of the problem when it is refused
   */
  does(path: string, body?: object, headers?: Sending['headers']): Promise<Done>;
  /** Looks at something, as of the last command that anybody sent: X-Min-Position says so, unless a test sets it. */
  looks<Body = Record<string, unknown>>(path: string, sending?: Sending): Promise<Answer<Body>>;
}

/**
 * Who was told to come again, by route: a client does, and so do the desks here. A slow machine tells some of them so;
 * a route that tells everybody is a defect that nobody would notice otherwise.
 */
class ComingAgain {
  readonly #routes = new Map<string, { asked: number; told: number }>();

  /** @param told whether the first answer was to come again */
  count(path: string, told: boolean): void {
    const route = path.replace(/\?.*/, '').replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '{id}');
    const of = this.#routes.get(route) ?? { asked: 0, told: 0 };
    of.asked += 1;
    if (told) of.told += 1;
    this.#routes.set(route, of);
  }

  /** @throws Error naming what told nearly everybody so: a route, or all of them together */
  check(): void {
    const all = [...this.#routes].map(([route, of]) => ({ route, ...of }));
    const sum = (of: 'asked' | 'told') => all.reduce((total, one) => total + one[of], 0);
    const everything = { route: 'all routes', asked: sum('asked'), told: sum('told') };
    const most = (asked: number) => Math.max(5, Math.floor(asked * 0.75));
    const wrong = all.filter(({ asked, told }) => told > most(asked));
    if (everything.told > Math.max(20, everything.asked / 4)) wrong.push(everything);
    if (everything.told > 0)
      process.stdout.write(`told to come again: ${everything.told} of ${everything.asked} requests\n`);
    if (wrong.length > 0)
      throw new Error(
        `told to come again: ${wrong.map(({ route, asked, told }) => `${route} ${told} of ${asked}`).join(', ')}`,
      );
  }
}

/** Where the system is watched; the same for its api and its worker. */
export interface Watching {
  readonly meter?: Meter;
  readonly tracer?: Tracer;
}

export interface TestSystem {
  /** Of the api, without a path. */
  readonly address: string;
  readonly clock: SettableClock;
  /** Sessions as the owner of the database. */
  readonly pool: Pool;
  /** Everything that api and worker have written to their log, line by line. */
  readonly logged: readonly string[];
  official(sub: string): Desk;
  tokenFor(sub: string, options?: TokenOptions): Promise<string>;
  /** Where tokens come from, and for whom; the case systems of two boards stand there, with one key. */
  readonly issuer: { readonly address: string; readonly audience: string; readonly machineKey: JWK };
  /** Waits until everything that was done has reached every read model and process. */
  settled(): Promise<void>;
  /** Lets simulated time pass until an instant (UTC), stopping at every deadline on the way. */
  until(instant: string): Promise<void>;
  /** One look at the records of reads, as a worker that has just started takes it. */
  review(): Promise<void>;
  /** @throws Error when some route told nearly everybody to come again, which no slow machine brings about */
  close(): Promise<void>;
}

/**
 * The whole system in one process, on a database of its own and with a clock that can be set: api over HTTP on
 * loopback, worker, issuer. Nothing is replaced but the clock; of the invented country only what the cases need.
 * @param startsAt first instant of the simulated time, UTC; a Monday morning by default
 * @param alsoThere ids of more organisations that a case needs, for example `board:0580`
 * @param watching counts and traces what happens from the start, the seed included
 */
export const startTestSystem = async (
  startsAt = '2026-03-02T08:00:00.000Z',
  alsoThere: readonly string[] = [],
  watching: Watching = {},
): Promise<TestSystem> => {
  const clock = new SettableClock(startsAt);
  const logged: string[] = [];
  const log = createLogger({
    component: 'test',
    level: 'debug',
    destination: { write: (line) => void logged.push(line) },
  });
  const folder = await mkdtemp(join(tmpdir(), 'test-system-'));
  const database = await createTestDatabase();
  const { pool, apiPool, workerPool } = database;
  // Said once, before the first key: this database believes the time that it is told.
  await pool.query('SELECT vault.declare_instance(true)');
  const counted = watching.meter && logMetrics(watching.meter);
  const openAs = async (url: string) => {
    const opened = await openPostgresEventStore({
      connection: { connectionString: url },
      codec,
      ...(counted && { onBatch: counted.onBatch }),
    });
    return counted ? observed(opened, counted.onAppend) : opened;
  };
  // As in a real system: api and worker each with a login of its own, that owns nothing.
  const [store, workersStore] = [await openAs(database.apiUrl), await openAs(database.workerUrl)];
  const issuer = await startDevIssuer({
    officials: inventedOfficials,
    machines: inventedMachines.filter(({ clientId }) =>
      [home, receiver].some((code) => clientId.endsWith(code)),
    ),
    audience,
    keyFile: join(folder, 'dev-issuer.json'),
    port: 0,
    clock,
  });
  const options = wire({
    store,
    pool: apiPool,
    keys: randomKeyMaterial(),
    clock,
    log,
    issuer: issuer.issuer,
    audience,
    // Hundreds of requests in a second are a test here and no attack.
    // Thousands of tests ask for what is not there: apps/api/even-answers.spec.ts holds that it takes its time.
    evenStepMs: 0,
    limits: { requests: 1_000_000, refusals: 1_000_000, failedLogins: 1_000_000 },
    ...watching,
  });
  const { executor, handlings, directory } = options.application!;
  await seed({
    store,
    executor,
    handlings,
    directory,
    rules: rules2026.rules,
    organisations: [...organisations, ...alsoThere],
    // The keys are drawn anew for each system: how many persons fit must not be a matter of luck.
    places: 4,
  });
  const worker = createWorker({
    store: workersStore,
    pool: workerPool,
    clock,
    log,
    settings: { pollMs: 100, deadlineTickMs: 60_000, reviewTickMs: 3_600_000 },
    ...watching,
  });
  worker.start();
  await worker.settled(120_000);
  const api = await createApi(options);
  await api.listen(0, '127.0.0.1');
  const host = (await api.getUrl()).replace('[::1]', '127.0.0.1');
  const address = `${host}${basePath}`;

  /** Signed once per official and simulated quarter of an hour, within which a login counts as fresh. */
  const tokens = new Map<string, Promise<string>>();
  const ownToken = (sub: string): Promise<string> => {
    const key = `${sub} ${Math.floor(clock.now().getTime() / (15 * 60_000))}`;
    const known = tokens.get(key) ?? issuer.tokenFor(sub);
    tokens.set(key, known);
    return known;
  };

  const call = async <Body>(
    method: string,
    sub: string,
    path: string,
    { body, headers = {}, key = randomUUID(), token }: Sending,
  ): Promise<Answer<Body>> => {
    const bearer = token === undefined ? await ownToken(sub) : token;
    const all = {
      'accept-language': 'en',
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      ...(method === 'POST' ? { 'content-type': 'application/json', 'idempotency-key': key } : {}),
      ...headers,
    };
    const response = await fetch(`${address}${path}`, {
      method,
      headers: Object.entries(all).filter((header): header is [string, string] => header[1] !== undefined),
      ...(method === 'POST' && {
        body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body ?? {}),
      }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text,
      body: (text ? JSON.parse(text) : {}) as Body,
    };
  };
  const settled = () => worker.settled(120_000);
  const isCode =
    (...codes: readonly string[]) =>
    ({ status, body }: Answer) =>
      status === 503 && codes.includes(String(body['code']));
  /** Where the log stood at the last command, whoever sent it. */
  let latest: string | undefined;

  const comingAgain = new ComingAgain();
  /** Sends the same for up to a minute, as long as it is told to come again: on a slow machine two seconds are not much. */
  const sends = async <Body>(
    route: string,
    send: () => Promise<Answer<Body>>,
    again: (answer: Answer) => boolean,
  ): Promise<Answer<Body>> => {
    let answer = await send();
    const isTold = () => again(answer as Answer);
    comingAgain.count(route, isTold());
    for (const until = performance.now() + 60_000; isTold() && performance.now() < until;) {
      await sleep(200);
      answer = await send();
    }
    return answer;
  };
  /** A command, under one key for all that is sent. */
  const commands = async <Body>(
    sub: string,
    path: string,
    { key = randomUUID(), ...sending }: Sending,
    again: (answer: Answer) => boolean,
  ): Promise<Answer<Body>> => {
    const answer = await sends(
      `POST ${path}`,
      () => call<Body>('POST', sub, path, { ...sending, key }),
      again,
    );
    latest = answer.headers['x-position'] ?? latest;
    return answer;
  };

  return {
    address: host,
    clock,
    pool,
    logged,
    official: (sub) => ({
      sub,
      posts: (path, sending = {}) =>
        commands<never>(sub, path, sending, sending.once ? () => false : isCode('grants.behind')),
      looks(path, sending = {}) {
        const asked = latest;
        const headers = { 'x-min-position': asked, ...sending.headers };
        return sends(
          `GET ${path}`,
          () => call<never>('GET', sub, path, { ...sending, headers }),
          headers['x-min-position'] === asked && !sending.once
            ? isCode('read.behind', 'grants.behind')
            : () => false,
        );
      },
      async does(path, body, headers) {
        const answer = await commands<Done & { code?: string }>(
          sub,
          path,
          { body, headers },
          ({ status }) => status === 503,
        );
        if (answer.status >= 300)
          throw new Error(`${sub} POST ${path}: ${answer.status} ${answer.body.code ?? ''}`);
        return answer.body;
      },
    }),
    tokenFor: (sub, given) => issuer.tokenFor(sub, given),
    issuer: { address: issuer.issuer, audience, machineKey: issuer.machineKey! },
    settled,
    async until(instant) {
      for (;;) {
        await settled();
        const due = await worker.nextDueAt();
        if (due === undefined || due > instant) break;
        clock.set(due);
      }
      clock.set(instant);
      await settled();
    },
    async review() {
      await new LogReview({ store, pool, clock }).look();
      await settled();
    },
    async close() {
      await api.close();
      await worker.stop();
      await issuer.close();
      await store.close();
      await workersStore.close();
      await database.close();
      await rm(folder, { recursive: true });
      comingAgain.check();
    },
  };
};
