import { describe, expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process of its own needs the compiled build; npm test makes it first. */
const built = new URL('../../dist/libs/platform/index.js', import.meta.url).href;

const run = (body: string): { status: number | null; stderr: string } => {
  const script = `
    const { runProgram, OperatorError } = await import(${JSON.stringify(built)});
    const forever = () => new Promise(() => setInterval(() => {}, 1000));
    await runProgram(async () => { ${body} });`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  return { status, stderr };
};

describe('a program that fails', () => {
  it('tells the operator one sentence', () => {
    expect(run(`throw new OperatorError('The disk is full: make room.')`)).toEqual({
      status: 1,
      stderr: 'The disk is full: make room.\n',
    });
  });

  it.each([
    ['in the program', `throw new TypeError('Astrid Påhittad')`],
    ['in a timer', `setTimeout(() => { throw new TypeError('Astrid Påhittad') }); await forever()`],
    [
      'in a promise that nobody awaits',
      `void Promise.reject(new TypeError('Astrid Påhittad')); await forever()`,
    ],
  ])('does not tell the text of an unforeseen error %s', (_, body) => {
    const { status, stderr } = run(body);
    expect(status).toBe(1);
    const told = JSON.parse(stderr.split('\n')[0]!) as { name: string; frames: string[] };
    expect(told.name).toBe('TypeError');
    expect(told.frames.length).toBeGreaterThan(0);
    expect(stderr).not.toContain('Astrid');
  });

  it('ends only when a slow reader has got everything that it wrote', async () => {
    const lines = 40_000;
    const script = `
      const { runProgram } = await import(${JSON.stringify(built)});
      await runProgram(async () => {
        for (let line = 1; line <= ${lines}; line += 1) process.stdout.write('line ' + line + ' of a long list\\n');
      });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // The pipe is full and the program is done by the time that the first byte is read.
    await sleep(1_000);
    let told = '';
    for await (const chunk of child.stdout) told += String(chunk);
    expect(told.trimEnd().split('\n').at(-1)).toBe(`line ${lines} of a long list`);
    expect(told.split('\n')).toHaveLength(lines + 1);
  });

  it('does not wait for a reader that has gone away', async () => {
    const script = `
      const { runProgram } = await import(${JSON.stringify(built)});
      await runProgram(async () => { for (let line = 0; line < 40_000; line += 1) process.stdout.write('a line\\n'); });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends with 0 when nothing fails, whatever is still open', () => {
    expect(run('setInterval(() => {}, 1000);')).toEqual({ status: 0, stderr: '' });
  });
});
