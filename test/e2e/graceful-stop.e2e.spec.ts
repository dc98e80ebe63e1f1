import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Application, codec, seed } from '#application';
import { dataClasses } from '#kernel';
import { createKeyFile, readKeyFile } from '#platform';
import { logInHeadlessly } from '../../apps/api/issuer/authorization-code.js';
import { rules2026 } from '../../libs/domain/coordination/index.js';
import { openPostgresEventStore } from '../../libs/event-store/postgres/index.js';
import { freePort } from '../support/child.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type Process, startProcess, untilStatus } from '../support/processes.js';
import { officer, said } from '../support/story.js';
import { basePath } from '../support/system.js';

const audience = 'relocation-coordination';

/** Real processes of the compiled build on a real database, as they are stopped by whoever runs them. */
describe('An api and a worker that are told to stop', () => {
  let folder: string;
  let database: TestDatabase;
  let api: Process;
  let worker: Process;
  let token: string;
  const ports = { api: 0, service: 0, worker: 0, issuer: 0 };
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const at = (port: number, path: string) => `http://127.0.0.1:${port}${path}`;
  const statusOf = (address: string) =>
    fetch(address, { headers: { connection: 'close' } }).then(({ status }) => status);

  const openRequests = async (): Promise<number> => {
    const text = await (await fetch(at(ports.service, '/metrics'))).text();
    return Number(/^relocation_http_requests_open (\d+)$/m.exec(text)?.[1]);
  };

  /** @returns status and the header `connection`; 'cut' when no whole answer came */
  const openCase = (order: number): Promise<{ status: number | 'cut'; connection?: string }> =>
    new Promise((resolve) => {
      const body = JSON.stringify(said.case(order));
      const sent = httpRequest(
        at(ports.api, `${basePath}/cases`),
        {
          agent,
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            'idempotency-key': `a-case-of-the-last-hour-${order}`,
          },
        },
        (answer) => {
          answer.resume();
          answer.on('error', () => resolve({ status: 'cut' }));
          answer.on('end', () =>
            resolve(
              answer.complete
                ? { status: answer.statusCode ?? 0, connection: answer.headers.connection }
                : { status: 'cut' },
            ),
          );
        },
      );
      sent.on('error', () => resolve({ status: 'cut' }));
      sent.end(body);
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'graceful-'));
    await chmod(folder, 0o711);
    database = await createTestDatabase();
    const keyFile = { path: join(folder, 'keys.json'), databaseFolder: join(folder, 'none'), dataClasses };
    await createKeyFile(keyFile);
    const store = await openPostgresEventStore({ connection: { connectionString: database.url }, codec });
    const proposals = { caseOf: async () => undefined, officialsHolding: async () => [] };
    const application = new Application(
      { store, pool: database.pool, proposals },
      await readKeyFile(keyFile),
    );
    await seed({
      store,
      ...application,
      rules: rules2026.rules,
      organisations: ['coordinator:national', 'police:syd', 'board:1280'],
    });
    await store.close();
    for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort();
    const environment = {
      DATABASE_URL: database.apiUrl,
      KEY_FILE: keyFile.path,
      DATA_DIR: folder,
      PORT: String(ports.api),
      ISSUER_PORT: String(ports.issuer),
      // Short: what is under way waits for as long, and for no more than ten seconds in all.
      STOP_GRACE_SECONDS: '2',
    };
    worker = startProcess(['dist/apps/worker/main.js'], {
      ...environment,
      DATABASE_URL: database.workerUrl,
      WORKER_SERVICE_PORT: String(ports.worker),
      KEY_FILE: undefined,
    });
    api = startProcess(['dist/apps/api/main.js'], { ...environment, SERVICE_PORT: String(ports.service) });
    await untilStatus(at(ports.worker, '/health/ready'), 200);
    await untilStatus(at(ports.api, '/health/ready'), 200);
    token = await logInHeadlessly(`http://127.0.0.1:${ports.issuer}`, audience, officer);
  });
  afterAll(async () => {
    agent.destroy();
    for (const process of [api, worker]) process?.kill('SIGKILL');
    await Promise.all([api?.ended, worker?.ended]);
    await database?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('the worker has a port of its own, with its lag and its health', async () => {
    const metrics = async () => (await fetch(at(ports.worker, '/metrics'))).text();
    // It takes its leases, and goes to the end of the log, after it has said that it is ready.
    const active = 'relocation_subscription_active{subscription="dispatcher"} 1';
    const there = 'relocation_subscription_lag_events{subscription="home-board"} 0';
    for (let text = ''; !(text.includes(active) && text.includes(there)); await sleep(50))
      text = await metrics();
    expect(await (await fetch(at(ports.worker, '/health/ready'))).json()).toEqual({
      status: 'ok',
      checks: { database: 'ok', store: 'ok', subscriptions: 'ok', lag: 'ok', running: 'ok' },
    });
  });

  it('the api answers all 64 requests under way, ends its streams, and takes no more', async () => {
    const stream = await fetch(at(ports.api, `${basePath}/inbox/stream?as=HOME_BOARD`), {
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    });
    expect(stream.status).toBe(200);
    const read = stream.text();
    // Nobody can append while this lock is held: all of them are under way when the api is told to stop.
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query('BEGIN; LOCK TABLE log.events IN EXCLUSIVE MODE');
    const asked = Array.from({ length: 64 }, (_, order) => openCase(order + 1));
    // All of them, and the stream, have been taken by the api.
    while ((await openRequests()) < 65) await sleep(50);
    const told = performance.now();
    api.kill('SIGTERM');

    // Within the grace: not ready any more, alive, and whoever still comes is answered.
    await untilStatus(at(ports.api, '/health/ready'), 503);
    expect(await statusOf(at(ports.api, '/health/live'))).toBe(200);
    expect(await statusOf(at(ports.service, '/health/ready'))).toBe(503);
    expect(await statusOf(at(ports.api, `${basePath}/cases`))).toBe(401);

    // After it: nobody comes in, and those under way still wait.
    for (let taken = true; taken; await sleep(50))
      taken = await statusOf(at(ports.api, '/health/live')).then(
        (status) => status === 200,
        () => false,
      );
    expect(performance.now() - told).toBeGreaterThan(1_900);
    await expect(fetch(at(ports.api, '/health/live'))).rejects.toThrow();
    await admin.query('COMMIT');
    await admin.end();

    const answers = await Promise.all(asked);
    expect(answers.filter(({ status }) => status !== 201 && status !== 503)).toEqual([]);
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(32);
    expect(new Set(answers.map(({ connection }) => connection))).toEqual(new Set(['close']));
    // The stream has its proper end, or reading it would have failed.
    expect(await read).toMatch(/event: inbox/);
    expect(await api.ended).toBe(0);
    expect(api.output()).toContain('the api has stopped');

    // What was acknowledged stands in the log, once.
    const { rows } = await database.pool.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM log.events WHERE type = 'CaseOpened'`,
    );
    expect(rows[0]!.count).toBeGreaterThanOrEqual(answers.filter(({ status }) => status === 201).length);
    expect(rows[0]!.count).toBeLessThanOrEqual(64);
  });

  it('the worker finishes what is in its hands and gives its leases back', async () => {
    worker.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(worker.output()).toContain('the worker has stopped');
    const { rows } = await database.pool.query<{ held: number; leases: number }>(
      `SELECT count(*) FILTER (WHERE expires_at > clock_timestamp())::int AS held, count(*)::int AS leases FROM subs.leases`,
    );
    expect(rows[0]!.held).toBe(0);
    expect(rows[0]!.leases).toBeGreaterThan(5);
  });
});
