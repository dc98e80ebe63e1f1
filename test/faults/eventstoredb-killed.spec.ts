import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { runOps } from '../support/child.js';

/**
 * A real EventStoreDB is killed in the middle of a scenario: ESDB_TEST_URL names it, ESDB_TEST_PID_FILE holds its process
 * id, ESDB_TEST_RESTART is the shell command that starts it again on the same data and ends when it answers.
 */
const url = process.env['ESDB_TEST_URL'];
const pidFile = process.env['ESDB_TEST_PID_FILE'];
const restart = process.env['ESDB_TEST_RESTART'];

const killAndRestart = async (): Promise<void> => {
  const pid = Number(await readFile(pidFile!, 'utf8'));
  process.kill(pid, 'SIGKILL');
  // Until it is gone it holds its port.
  for (let n = 0; n < 200 && lives(pid); n += 1) await sleep(50);
  await promisify(execFile)('/bin/sh', ['-c', restart!]);
};

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

if (url && pidFile && restart)
  it('a scenario holds although EventStoreDB is killed and started again, three times', async () => {
    const demo = runOps(['demo', '--scenario', '1'], { EVENTSTORE_URL: url });
    try {
      for (const step of ['Police assess HIGH', 'An anonymous proposal', 'Police carry out the transfer']) {
        await demo.printed(step);
        await killAndRestart();
      }
      const code = await demo.ended;
      const last = demo.answer().trimEnd().split('\n').at(-1);
      expect([code, last, code === 0 ? '' : demo.output()]).toEqual([0, '1 of 1 scenarios hold', '']);
    } finally {
      demo.kill('SIGKILL');
    }
  }, 900_000);
else
  it.skip('EventStoreDB, killed in a scenario: skipped (no ESDB_TEST_URL, ESDB_TEST_PID_FILE and ESDB_TEST_RESTART)', () =>
    undefined);
