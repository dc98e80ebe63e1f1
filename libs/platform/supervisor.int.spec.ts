import { transformFile } from '@swc/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isAlive } from './process-identity.js';
import { startProgram, type Program, type ProgramOptions } from './supervisor.js';

/** Real child processes: a tiny program that uses the same two functions as the api and the worker. */
describe('a supervised program', () => {
  let folder: string;
  const running: Program[] = [];
  beforeAll(async () => {
    folder = await fs.mkdtemp(join(tmpdir(), 'supervisor-'));
    const source = fileURLToPath(new URL('./child-process.ts', import.meta.url));
    const { code } = await transformFile(source, { jsc: { target: 'es2022' }, module: { type: 'es6' } });
    await fs.writeFile(join(folder, 'child-process.mjs'), code);
  });
  afterEach(() => {
    for (const program of running.splice(0)) program.kill();
  });
  afterAll(() => fs.rm(folder, { recursive: true, force: true }));

  const write = async (name: string, body: string): Promise<string> => {
    const file = join(folder, `${name}.mjs`);
    const imports = `import { tellReady, untilToldToStop } from './child-process.mjs';\nimport { appendFileSync } from 'node:fs';\n`;
    await fs.writeFile(file, imports + body);
    return file;
  };
  const start = async (name: string, body: string, more: Partial<ProgramOptions> = {}): Promise<Program> => {
    const module = await write(name, body);
    const program = await startProgram({
      name,
      module,
      environment: { FROM_PARENT: 'yes' },
      logFolder: folder,
      ...more,
    });
    running.push(program);
    return program;
  };
  const obedient = `
    const told = untilToldToStop();
    const alive = setInterval(() => {}, 1000);
    console.log('environment', process.env.FROM_PARENT, process.env.HOME);
    tellReady();
    const why = await told;
    console.log('told', why);
    clearInterval(alive);
  `;
  const logOf = (name: string) => fs.readFile(join(folder, `${name}.log`), 'utf8');

  it('has started when it says so, knows only the environment it was given, and ends when it is asked', async () => {
    const program = await start('obedient', obedient);
    expect(isAlive(program.pid)).toBe(true);
    await program.stop();
    expect(isAlive(program.pid)).toBe(false);
    expect(await logOf('obedient')).toBe('environment yes undefined\ntold SIGTERM\n');
    expect((await fs.stat(join(folder, 'obedient.log'))).mode & 0o777).toBe(0o600);
  });

  it('is ended by force when it does not heed', async () => {
    const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); tellReady();`;
    const program = await start('stubborn', stubborn, { stopLimitMs: 300 });
    await program.stop();
    expect(isAlive(program.pid)).toBe(false);
    expect(await program.ended).toContain('SIGKILL');
  });

  it('that ends by itself is reported with its own last sentence', async () => {
    const program = await start(
      'brief',
      `tellReady(); setTimeout(() => { console.error('The key file is missing: put it back.'); process.exit(3); }, 50);`,
    );
    expect(await program.ended).toBe(
      'brief ended unexpectedly (exit code 3). The key file is missing: put it back.',
    );
  });

  it('that throws is reported without its stack, which is in the log', async () => {
    const failing = start('failing', `throw new Error('Astrid Påhittad');`);
    await expect(failing).rejects.toThrow(
      `failing ended unexpectedly (exit code 1). Read the end of ${join(folder, 'failing.log')}.`,
    );
    expect(await logOf('failing')).toContain('Astrid');
  });

  it('that does not exist is reported', async () => {
    const options = {
      name: 'absent',
      module: join(folder, 'absent.mjs'),
      environment: {},
      logFolder: folder,
    };
    await expect(startProgram(options)).rejects.toThrow('absent ended unexpectedly (exit code 1)');
  });

  it('that never gets ready is ended', async () => {
    const mark = join(folder, 'late.pid');
    const late = `appendFileSync(${JSON.stringify(mark)}, String(process.pid)); setInterval(() => {}, 1000);`;
    // On a slow machine a process may not even have begun by then.
    for (let readyLimitMs = 700; !existsSync(mark) && readyLimitMs < 100_000; readyLimitMs *= 3)
      await expect(start('late', late, { readyLimitMs })).rejects.toThrow(
        `late was not ready after ${readyLimitMs / 1_000} seconds`,
      );
    expect(isAlive(Number(await fs.readFile(mark, 'utf8')))).toBe(false);
  });

  it('is ended when the start is called off', async () => {
    const slow = start('slow', 'setInterval(() => {}, 1000);', { toldToStop: sleep(200) });
    await expect(slow).rejects.toThrow('slow was stopped before it was ready');
  });

  it('ends when its supervisor is killed with SIGKILL', async () => {
    const child = await write('orphan', obedient);
    const parent = await write(
      'parent',
      `import { fork } from 'node:child_process';
       const child = fork(${JSON.stringify(child)}, [], { detached: true, stdio: 'ignore' });
       child.on('message', () => process.send(child.pid));`,
    );
    const supervisor = fork(parent, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
    const [pid] = (await once(supervisor, 'message')) as [number];
    expect(isAlive(pid)).toBe(true);
    supervisor.kill('SIGKILL');
    for (let waited = 0; waited < 120_000 && isAlive(pid); waited += 50) await sleep(50);
    expect(isAlive(pid)).toBe(false);
  });
});
