import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { prepareGround, type DrillDatabase, type Ground } from '../../apps/ops/drill/ground.js';
import { leasesInAll, Observer } from '../../apps/ops/drill/observer.js';
import { type Running, start, until } from '../../apps/ops/drill/programs.js';
import { basePath } from '../support/system.js';

// The compiled programs as processes of their own (npm test builds first): two apis and two workers on one PostgreSQL.

interface Answer {
  readonly status: number;
  readonly body: { readonly id?: string; readonly position?: string; readonly code?: string };
}

/** Far longer than anything here takes: whoever takes over sooner was given the lease. */
const leaseSeconds = 30;

const officer = 'board-1280-officer-1';
const registrar = 'police-syd-registrar';

let ground: Ground;
let database: DrillDatabase;
let observer: Observer;
let admin: pg.Client;
let apis: Running[] = [];
let workers: Running[] = [];

beforeAll(async () => {
  ground = await prepareGround(new URL('../../dist/apps/', import.meta.url));
  database = await ground.database();
  observer = await Observer.open(database);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  [apis, workers] = await Promise.all([
    Promise.all(['api-1', 'api-2'].map((name) => starts('api', name))),
    Promise.all(['worker-1', 'worker-2'].map((name) => starts('worker', name))),
  ]);
  await observer.settled();
});
afterAll(async () => {
  await Promise.all([...apis, ...workers].map((program) => program.stop()));
  await admin.end();
  await observer.close();
  await ground.close(false);
});

const starts = (kind: 'api' | 'worker', name: string): Promise<Running> =>
  start(
    kind,
    name,
    'test',
    { ...ground, environment: { ...ground.environment, WORKER_LEASE_SECONDS: String(leaseSeconds) } },
    database,
  );

const asks = async (
  api: Running,
  sub: string,
  path: string,
  init: {
    readonly body?: object;
    readonly key?: string;
    readonly headers?: Record<string, string>;
    /** Takes the first answer, whatever it is. */
    readonly once?: true;
  } = {},
): Promise<Answer> => {
  const key = init.key ?? randomUUID();
  // Whoever is told to come again does, as a client would.
  for (let again = 0; ; again += 1) {
    const response = await fetch(`${api.address}${basePath}${path}`, {
      method: init.body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${await ground.tokenFor(sub)}`,
        ...(init.body ? { 'content-type': 'application/json', 'idempotency-key': key } : {}),
        ...init.headers,
      },
      ...(init.body ? { body: JSON.stringify(init.body) } : {}),
    });
    const answer = { status: response.status, body: (await response.json()) as Answer['body'] };
    if (answer.status !== 503 || init.once || again === 10) return answer;
    await sleep(500);
  }
};

/** The same request at the same moment to both apis. */
const asksBoth = (
  sub: string,
  path: string,
  init: { body: object; key?: string; headers?: Record<string, string> },
) => Promise.all(apis.map((api) => asks(api, sub, path, init)));

const opening = {
  personalIdentityNumber: '199009092397',
  givenName: 'Kim',
  familyName: 'Påhittad',
  environment: 'GANG',
  entryRoute: 'SOCIAL_SERVICES',
  registryNumber: 'dnr-påhittad-1',
  officers: [],
};
const presence = (network: number, municipalityCode = '1280') => ({
  municipalityCode,
  networks: [`Påhittat nätverk ${network}`],
  persons: [],
});

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe('Two apis on one log', () => {
  it('give one result when the same request with the same key reaches both at the same moment', async () => {
    const before = await observer.count('CaseOpened');
    const pairs = await Promise.all(
      numbers(12).map(() => asksBoth(officer, '/cases', { body: opening, key: randomUUID() })),
    );
    for (const [one, other] of pairs) {
      expect(one?.status).toBe(201);
      expect(other).toEqual(one);
    }
    expect(new Set(pairs.map(([one]) => one?.body.id)).size).toBe(12);
    expect(await observer.count('CaseOpened')).toBe(before + 12);
  });

  it('carry out one of two different requests under the same key, and tell the other', async () => {
    const before = await observer.count('CaseOpened');
    for (const key of numbers(6).map(() => randomUUID())) {
      const answers = await Promise.all(
        apis.map((api, n) =>
          asks(api, officer, '/cases', { body: { ...opening, familyName: `Påhittad${n}` }, key }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
    }
    expect(await observer.count('CaseOpened')).toBe(before + 6);
  });

  it('let one of two officers go on who acted on the same revision', async () => {
    const { body } = await asks(apis[0]!, officer, '/cases', { body: opening });
    const decision = {
      decisionType: 'ASSISTANCE',
      decidedOn: new Date().toISOString().slice(0, 10),
      registryNumber: 'dnr-2',
    };
    const answers = await Promise.all(
      apis.map((api) =>
        asks(api, officer, `/cases/${body.id}/support-decisions`, {
          body: decision,
          headers: { 'if-match': '"0"' },
        }),
      ),
    );
    expect(answers.map(({ status }) => (status < 300 ? 'done' : status)).sort()).toEqual([412, 'done']);
  });

  it('lose nothing and write nothing twice when both write to one stream at once', async () => {
    const before = await observer.count('AdversaryPresenceChanged');
    await Promise.all(
      numbers(16).map(async (n) => {
        const key = randomUUID();
        // Who is told that others were first too often sends the same again.
        for (let again = true; again;) {
          const answers = await asksBoth(registrar, '/adversary-presences', { body: presence(n), key });
          for (const { status, body } of answers)
            expect([status, body.code]).toEqual(
              status < 300 ? [status, undefined] : [status, 'command.conflict'],
            );
          again = answers.some(({ status }) => status >= 300);
        }
      }),
    );
    expect(await observer.count('AdversaryPresenceChanged')).toBe(before + 16);
    const { rows } = await admin.query<{ gaps: number }>(
      `SELECT count(*)::int AS gaps FROM (
         SELECT revision - lag(revision, 1, -1) OVER (PARTITION BY stream ORDER BY revision) AS step FROM log.events
       ) AS steps WHERE step <> 1`,
    );
    expect(rows[0]?.gaps).toBe(0);
  });

  it('show at one what was done at the other, to who asks with the position of it', async () => {
    for (const n of numbers(6)) {
      const [doing, looking] = [apis[n % 2]!, apis[(n + 1) % 2]!];
      const { body } = await asks(doing, officer, '/cases', { body: opening });
      const seen = await asks(looking, officer, `/cases/${body.id}`, {
        headers: { 'x-min-position': body.position! },
      });
      expect(seen.status).toBe(200);
    }
  });

  it('tell who listens to an inbox at one of them what was done at the other', async () => {
    const listening = new AbortController();
    const response = await fetch(`${apis[1]!.address}${basePath}/inbox/stream?as=HOME_BOARD`, {
      headers: { authorization: `Bearer ${await ground.tokenFor(officer)}` },
      signal: listening.signal,
    });
    expect(response.status).toBe(200);
    let heard = '';
    const hearing = (async () => {
      for await (const chunk of response.body!) heard += Buffer.from(chunk as Uint8Array).toString();
    })().catch(() => undefined);
    const signals = () => heard.match(/event: inbox/g)?.length ?? 0;
    // One at once; what changes from here on is told.
    await until('the first signal has come', 120_000, () => signals() > 0);
    await observer.settled();
    await sleep(1_500);
    const before = signals();
    await asks(apis[0]!, officer, '/cases', { body: opening });
    await until('the change was told', 120_000, () => signals() > before);
    listening.abort();
    await hearing;
  });
});

describe('A graceful stop', () => {
  it('of an api answers all that it has carried out, and what it has not is not written', async () => {
    const [going, staying] = [await starts('api', 'api-3'), apis[0]!];
    const before = await observer.count('AdversaryPresenceChanged');
    const commands = numbers(40).map((n) => ({
      body: presence(100 + n, n % 2 === 0 ? '1280' : '1281'),
      key: randomUUID(),
    }));
    let answered = 0;
    let ended: Promise<void> | undefined;
    const answers = await Promise.all(
      commands.map(async (command) => {
        // Once: whoever came again would be told by another process in the end.
        const answer = await asks(going, registrar, '/adversary-presences', { ...command, once: true }).catch(
          () => undefined,
        );
        if (answer && answer.status < 300) answered += 1;
        // In the middle of the others.
        ended ??= going.stop();
        return answer;
      }),
    );
    await ended;
    // By itself: whoever took too long was killed.
    expect((await going.log()).at(-1)?.what).toBe('the api has stopped');
    expect(await observer.count('AdversaryPresenceChanged')).toBe(before + answered);
    expect(answered).toBeGreaterThan(1);
    // Who was not served sends the same to another, and in the end each stands there once.
    for (const [n, command] of commands.entries()) {
      if ((answers[n]?.status ?? 0) === 200) continue;
      expect((await asks(staying, registrar, '/adversary-presences', command)).status).toBeLessThan(300);
    }
    expect(await observer.count('AdversaryPresenceChanged')).toBe(before + commands.length);
  });

  it('of a worker hands its leases on at once, and one that is started gets half of them', async () => {
    const held = async () => Promise.all(workers.map(async ({ pid }) => (await observer.leases(pid)).length));
    const half = leasesInAll / 2;
    await until('both hold half', 120_000, async () =>
      (await held()).every((count) => Math.abs(count - half) < 1),
    );
    await workers[0]!.stop();
    const stoppedAt = performance.now();
    await until('the other holds all', 120_000, async () => (await held())[1] === leasesInAll);
    // One that was not given back would last for two thirds of its length at least.
    expect(performance.now() - stoppedAt).toBeLessThan((leaseSeconds * 1_000 * 2) / 3);
    await asks(apis[0]!, officer, '/cases', { body: opening });
    await observer.settled();
    workers[0] = await starts('worker', 'worker-1');
    await until('both hold half again', 120_000, async () =>
      (await held()).every((count) => Math.abs(count - half) < 1),
    );
  });
});
