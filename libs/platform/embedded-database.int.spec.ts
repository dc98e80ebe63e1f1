import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import {
  findRunningDatabase,
  startEmbeddedDatabase,
  stopLeftoverDatabase,
  type EmbeddedDatabase,
} from './embedded-database.js';
import { isAlive, processMark } from './process-identity.js';

/** Two processes need the compiled build; npm test makes it first. */
const built = new URL('../../dist/libs/platform/index.js', import.meta.url).href;

const isRoot = process.getuid?.() === 0;

describe('the embedded database', () => {
  let place: string;
  let home: string;
  let said: string[];
  let started: EmbeddedDatabase[];
  beforeEach(async () => {
    place = await fs.mkdtemp(join(tmpdir(), 'embedded-'));
    await fs.chmod(place, 0o711);
    home = join(place, 'data');
    said = [];
    started = [];
  });
  afterEach(async () => {
    for (const database of started) await database.stop();
    await stopLeftoverDatabase(home);
    await fs.rm(place, { recursive: true, force: true });
  });

  const start = async (port = 0): Promise<EmbeddedDatabase> => {
    const say = (sentence: string) => said.push(sentence);
    const database = await startEmbeddedDatabase({ home, port, say, elsewhere: join(place, 'elsewhere') });
    started.push(database);
    return database;
  };
  const ask = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  /** Makes it look as if another process had started the server: that process has been killed, or still lives. */
  const givenBy = async (pid: number, mark: string): Promise<void> => {
    await fs.writeFile(join(home, 'running.json'), JSON.stringify({ pid, mark }));
  };
  const deadProcess = async (): Promise<{ pid: number; mark: string }> => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const owner = { pid: child.pid!, mark: processMark(child.pid!)! };
    child.kill('SIGKILL');
    await once(child, 'exit');
    return owner;
  };

  it('keeps what was written from one start to the next, and writes it through to the disk', async () => {
    const first = await start();
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    expect(await ask(first.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    await first.exited;
    expect((await fs.readdir(home)).sort()).toEqual(['database.json', 'postgres', 'postgres.log']);
    const second = await start();
    expect(await ask(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('lets nobody in without the password, which only its user can read', async () => {
    const database = await start();
    const stranger = new URL(database.url);
    stranger.password = 'guess';
    await expect(ask(stranger.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect(await ask(database.adminUrl, 'SHOW listen_addresses')).toEqual([
      { listen_addresses: '127.0.0.1' },
    ]);
    expect(await ask(database.adminUrl, 'SHOW unix_socket_directories')).toEqual([
      { unix_socket_directories: '' },
    ]);
    expect((await fs.stat(join(home, 'database.json'))).mode & 0o777).toBe(0o600);
    expect((await fs.stat(database.folder)).mode & 0o077).toBe(0);
    const rules = await ask(database.adminUrl, 'SELECT DISTINCT auth_method FROM pg_hba_file_rules');
    expect(rules).toEqual([{ auth_method: 'scram-sha-256' }]);
  });

  it('serves an application that is no superuser and may make roles', async () => {
    const { url } = await start();
    const [role] = await ask(
      url,
      'SELECT rolsuper, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user',
    );
    expect(role).toEqual({ rolsuper: false, rolcreaterole: true, rolbypassrls: false });
  });

  it('writes no row into its own log when a statement fails', async () => {
    const { url } = await start();
    await ask(url, `CREATE TABLE one (name text PRIMARY KEY); INSERT INTO one VALUES ('Astrid')`);
    await expect(ask(url, `INSERT INTO one VALUES ('Astrid')`)).rejects.toMatchObject({ code: '23505' });
    const log = await fs.readFile(join(home, 'postgres.log'), 'utf8');
    expect(log).toContain('duplicate key value');
    expect(log).not.toContain('Astrid');
  });

  it('takes another port when the wanted one is in use, and says so', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const taken = (other.address() as { port: number }).port;
    const database = await start(taken);
    other.close();
    expect(database.port).not.toBe(taken);
    expect(said).toContainEqual(
      expect.stringMatching(`^Port ${taken} is in use, .* ${database.port} instead`),
    );
    expect(await ask(database.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('ends the server of a start that was killed, and finds everything that was committed', async () => {
    const killed = await start();
    await ask(killed.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const owner = await deadProcess();
    await givenBy(owner.pid, owner.mark);
    const next = await start();
    expect(said).toContainEqual(
      expect.stringContaining(`left behind by an earlier start (process ${killed.pid})`),
    );
    expect(isAlive(killed.pid)).toBe(false);
    expect(await ask(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('starts again after the server itself was killed', async () => {
    const killed = await start();
    await ask(killed.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(killed.pid, 'SIGKILL');
    await killed.exited;
    expect(await fs.readFile(join(killed.folder, 'postmaster.pid'), 'utf8')).toMatch(`${killed.pid}\n`);
    const next = await start();
    expect(await ask(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('is not misled by a lock file whose number now belongs to another process', async () => {
    const first = await start();
    await first.stop();
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    await fs.writeFile(
      join(first.folder, 'postmaster.pid'),
      `${other.pid}\n${first.folder}\n1\n5432\n\n127.0.0.1\n`,
    );
    const next = await start();
    expect(await ask(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(isAlive(other.pid!)).toBe(true);
    other.kill();
  });

  it('does not touch the server of a start that still runs', async () => {
    const first = await start();
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    await givenBy(other.pid!, processMark(other.pid!)!);
    await expect(start()).rejects.toThrow(
      `Process ${other.pid} is already running with the data folder ${home}`,
    );
    other.kill();
    expect(await ask(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is started by one of two that start at the same time', async () => {
    const script = `
      const { startEmbeddedDatabase } = await import(${JSON.stringify(built)});
      try {
        const database = await startEmbeddedDatabase({ home: ${JSON.stringify(home)}, port: 0 });
        process.stdout.write('started ');
        for await (const _ of process.stdin);
        await database.stop();
      } catch (error) {
        process.stdout.write(error.message + ' ');
      }`;
    const children = [1, 2].map(() => spawn(process.execPath, ['--input-type=module', '-e', script]));
    const outputs = await Promise.all(
      children.map(async (child) => {
        let output = '';
        child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
        await once(child, 'close');
        // The one that started stays until the other has been told no.
        for (const { stdin } of children) stdin.end();
        return output;
      }),
    );
    expect(outputs.sort()).toEqual([
      expect.stringMatching(/^Process \d+ is already running with the data folder/),
      'started ',
    ]);
  });

  it('is found by tools while it runs, and only then', async () => {
    expect(await findRunningDatabase(home)).toBeUndefined();
    const database = await start();
    expect(await findRunningDatabase(home)).toEqual({ url: database.url, adminUrl: database.adminUrl });
    await database.stop();
    expect(await findRunningDatabase(home)).toBeUndefined();
  });

  it('takes no notice of a first start that was killed half-way', async () => {
    await fs.mkdir(join(home, 'postgres.new', 'base'), { recursive: true });
    await fs.chmod(home, 0o711);
    await fs.writeFile(join(home, 'postgres.password'), 'old');
    const database = await start();
    expect(await ask(database.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await fs.readdir(home)).sort()).toEqual([
      'database.json',
      'postgres',
      'postgres.log',
      'running.json',
    ]);
  });

  it('says what to do when its passwords are lost', async () => {
    await (await start()).stop();
    await fs.rm(join(home, 'database.json'));
    await expect(start()).rejects.toThrow(`put ${join(home, 'database.json')} back`);
  });

  it('says what to do when the data folder cannot be made', async () => {
    await fs.writeFile(home, 'a file where a folder should be');
    await expect(start()).rejects.toThrow('set DATA_DIR to one that can');
  });

  // Only root needs another user for the server; an ordinary user's own folders are never closed to it.
  (isRoot ? it : it.skip)(
    'under a closed home folder keeps its files where its user can reach them',
    async () => {
      const closed = join(place, 'root-only');
      await fs.mkdir(closed, { mode: 0o700 });
      home = join(closed, 'data');
      const first = await start();
      await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
      expect(said).toContainEqual(expect.stringMatching(/because user postgres may not enter/));
      expect(await fs.realpath(join(home, 'postgres'))).toBe(first.folder);
      expect(first.folder.startsWith(join(place, 'elsewhere'))).toBe(true);
      await first.stop();
      said.length = 0;
      const second = await start();
      expect(await ask(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
      expect(said).toEqual([]);
    },
  );

  (isRoot ? it : it.skip)('says what to do when its files have become unreachable', async () => {
    const first = await start();
    await first.stop();
    await fs.chmod(home, 0o700);
    await expect(start()).rejects.toThrow(/User postgres may not enter .*: run "chmod a\+x"/);
  });
});
