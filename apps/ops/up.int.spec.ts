import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { createVerbatimCodec } from '#event-store';
import { openEventStoreDB } from '#event-store/eventstoredb';
import { findRunningDatabase, isAlive, stopLeftoverDatabase } from '#platform';
import { newStream, write } from '../../test/conformance/event-store.conformance.js';
import { freePort } from '../../test/support/child.js';
import { EventStoreDBTestServer } from '../../test/support/eventstoredb-test-server.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Real processes of the compiled build (npm test builds first), a real database, tiny programs for api and worker. */
describe('npm start', () => {
  let home: string;
  let environment: NodeJS.ProcessEnv;
  const processes: ChildProcess[] = [];
  beforeEach(async () => {
    home = await fs.mkdtemp(join(tmpdir(), 'start-'));
    await fs.chmod(home, 0o711);
    environment = {
      PATH: process.env['PATH'],
      DATA_DIR: home,
      PORT: String(await freePort()),
      DATABASE_PORT: String(await freePort()),
      OIDC_ISSUER: 'https://login.example.se',
    };
  });
  afterEach(async () => {
    for (const child of processes.splice(0)) child.kill('SIGKILL');
    await stopLeftoverDatabase(home);
    await fs.rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });

  interface Started {
    readonly process: ChildProcess;
    readonly ended: Promise<number | null>;
    output(): string;
    /** Waits until it has printed this. */
    printed(text: string): Promise<void>;
  }
  const run = (script: string, args: readonly string[] = [], more: NodeJS.ProcessEnv = {}): Started => {
    const child = spawn(process.execPath, [path(script), ...args], {
      env: { ...environment, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    processes.push(child);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = once(child, 'close').then(([code]) => code as number | null);
    let over = false;
    void ended.then(() => (over = true));
    return {
      process: child,
      ended,
      output: () => output,
      printed: async (text) => {
        while (!output.includes(text)) {
          if (over) throw new Error(`it ended before it printed "${text}":\n${output}`);
          await sleep(20);
        }
      },
    };
  };
  const start = (): Started => run('../../test/support/programs/up-with-tiny-programs.js');
  const running = 'Ctrl-C stops everything.';
  const pidOf = async (name: string): Promise<number> =>
    Number.parseInt(await fs.readFile(join(home, name), 'utf8').catch(() => ''), 10);
  const gone = async (pid: number): Promise<boolean> => {
    for (let waited = 0; waited < 120_000 && isAlive(pid); waited += 50) await sleep(50);
    return !isAlive(pid);
  };
  const ask = async (sql: string): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: (await findRunningDatabase(home))!.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };

  it('starts everything, stops it in order at Ctrl-C, and finds its data again', async () => {
    const first = start();
    await first.printed(running);
    expect(first.output()).toContain(`http://localhost:${environment['PORT']}/docs`);
    expect((await fs.stat(join(home, 'keys', 'keys.json'))).mode & 0o777).toBe(0o600);
    const pids = [
      await pidOf('no-keys.pid'),
      await pidOf('reads-keys.pid'),
      await pidOf('postgres/postmaster.pid'),
    ];
    expect(pids.map(isAlive)).toEqual([true, true, true]);
    await ask('CREATE TABLE kept AS SELECT 42 AS answer');
    // npm passes on what the terminal has sent already, so one Ctrl-C arrives twice.
    first.process.kill('SIGINT');
    first.process.kill('SIGINT');
    expect(await first.ended).toBe(0);
    expect(first.output()).toMatch(/Stopping \.\.\.\nStopped\.\n$/);
    expect(pids.map(isAlive)).toEqual([false, false, false]);
    expect(await fs.readFile(join(home, 'order'), 'utf8')).toBe(
      'start no-keys\nstart reads-keys\nstop reads-keys\nstop no-keys\n',
    );

    expect(first.output()).not.toContain('overdue');
    const file = join(home, 'keys', 'keys.json');
    const keys = (await fs.readFile(file, 'utf8')).replace(/"since": "20\d\d/, '"since": "2024');
    await fs.writeFile(file, keys);
    const second = start();
    await second.printed(running);
    await second.printed('overdue: run "npm run ops -- rotate-keys --routing"');
    expect(await ask('SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(await fs.readFile(file, 'utf8')).toBe(keys);
    second.process.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  it('takes everything down, and says so, when one of its programs dies', async () => {
    const all = start();
    await all.printed(running);
    const pids = [
      await pidOf('no-keys.pid'),
      await pidOf('reads-keys.pid'),
      await pidOf('postgres/postmaster.pid'),
    ];
    await fs.writeFile(join(home, 'no-keys.die'), '');
    expect(await all.ended).toBe(1);
    expect(all.output()).toContain(
      'OperatorError: worker ended unexpectedly (exit code 7). This program was asked to die.',
    );
    expect(pids.map(isAlive)).toEqual([false, false, false]);
  });

  it('takes everything down when the database dies', async () => {
    const all = start();
    await all.printed(running);
    process.kill(await pidOf('postgres/postmaster.pid'), 'SIGKILL');
    expect(await all.ended).toBe(1);
    expect(all.output()).toContain('OperatorError: The database ended unexpectedly');
  });

  it('starts again after everything was killed with SIGKILL', async () => {
    const killed = start();
    await killed.printed(running);
    const worker = await pidOf('no-keys.pid');
    const api = await pidOf('reads-keys.pid');
    const database = await pidOf('postgres/postmaster.pid');
    await ask('CREATE TABLE kept AS SELECT 42 AS answer');
    killed.process.kill('SIGKILL');
    await killed.ended;
    // What cannot be asked to stop notices by itself; only the database stays behind, for the next start.
    expect(await Promise.all([gone(worker), gone(api)])).toEqual([true, true]);
    expect(isAlive(database)).toBe(true);

    const next = start();
    await next.printed(running);
    expect(next.output()).toContain(`left behind by an earlier start (process ${database}) was stopped`);
    expect(await ask('SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    next.process.kill('SIGINT');
    expect(await next.ended).toBe(0);
  });

  it('stops cleanly when Ctrl-C comes during the start', async () => {
    const all = start();
    await all.printed('Starting the database');
    all.process.kill('SIGINT');
    expect(await all.ended).toBe(0);
    expect(all.output()).not.toContain(running);
    expect(await findRunningDatabase(home)).toBeUndefined();
  });

  it('does not make new keys when the old ones are lost', async () => {
    const first = start();
    await first.printed(running);
    first.process.kill('SIGINT');
    await first.ended;
    await fs.rename(join(home, 'keys', 'keys.json'), join(home, 'keys.json'));
    const second = start();
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/OperatorError: The key file .* is missing, but the database is not new/);
    expect(await fs.readdir(join(home, 'keys'))).toEqual(['notary.json']);
    expect(await findRunningDatabase(home)).toBeUndefined();
  });

  it('does not put a new database on a log that has events, and makes no keys for it', async () => {
    const server = new EventStoreDBTestServer();
    await server.start();
    try {
      const log = { url: server.url, log: 'relocation', codec: createVerbatimCodec() };
      const store = await openEventStoreDB(log);
      await write(store, newStream(), 1);
      await store.close();
      environment['EVENTSTORE_URL'] = server.url;
      const refused = start();
      expect(await refused.ended).toBe(1);
      expect(refused.output()).toMatch(
        /OperatorError: The log relocation on the server of EVENTSTORE_URL has events, but the database is new/,
      );
      await expect(fs.readdir(join(home, 'keys'))).rejects.toThrow('ENOENT');

      // As advised.
      environment['EVENTSTORE_LOG'] = 'another';
      const fresh = start();
      await fresh.printed(running);
      fresh.process.kill('SIGINT');
      expect(await fresh.ended).toBe(0);
    } finally {
      server.kill();
    }
  });

  it('refuses a second start beside the first, which goes on', async () => {
    const first = start();
    await first.printed(running);
    const second = start();
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/OperatorError: Process \d+ is already running with the data folder/);
    expect(await ask('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    first.process.kill('SIGINT');
    expect(await first.ended).toBe(0);
  });

  it('says in one sentence that its port is in use', async () => {
    const other = createServer().listen(Number(environment['PORT']), '127.0.0.1');
    await once(other, 'listening');
    const all = start();
    expect(await all.ended).toBe(1);
    other.close();
    expect(all.output()).toBe(
      `OperatorError: Port ${environment['PORT']} is in use: stop the program that uses it, or set PORT to another port.\n`,
    );
  });

  it('is stopped by a wrong variable, in one line without a stack', async () => {
    const all = run('../../dist/apps/ops/main.js', ['up'], { LOG_LEVEL: 'loud' });
    expect(await all.ended).toBe(1);
    expect(all.output()).toMatch(/^The configuration is wrong: LOG_LEVEL must be one of [^\n]+\.\n$/);
  });

  it('says in one sentence that the database of DATABASE_URL does not answer', async () => {
    const url = `postgres://app:s3cret@127.0.0.1:${await freePort()}/none`;
    const all = run('../../dist/apps/ops/main.js', ['up'], { DATABASE_URL: url });
    expect(await all.ended).toBe(1);
    expect(all.output()).toMatch(
      /^The database of DATABASE_URL cannot be used \(ECONNREFUSED\): [^\n]+\.\n$/,
    );
  });

  it('has a configuration that can be printed, without its secrets', async () => {
    const url = 'postgres://app:s3cret@db.example.se:5432/relocation';
    const shown = run('../../dist/apps/ops/main.js', ['config'], { DATABASE_URL: url });
    expect(await shown.ended).toBe(0);
    expect(shown.output()).toContain('DATABASE_URL=postgres://app:***@db.example.se:5432/relocation\n');
    expect(shown.output()).not.toContain('s3cret');
    expect(shown.output()).toMatch(/There is no key file at .*: the age of the routing key is not known/);
  });
});
