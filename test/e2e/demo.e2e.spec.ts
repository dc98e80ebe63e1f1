import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { runOps } from '../support/child.js';

describe('npm run demo', () => {
  it('plays every scenario over HTTP, searches what is left on disk, and all of them hold', async () => {
    const demo = runOps(['demo']);
    try {
      const code = await demo.ended;
      const lines = demo.answer().trimEnd().split('\n');
      // What was said before tells why, when it does not hold.
      expect([code, lines.at(-1), code === 0 ? '' : demo.output()]).toEqual([0, '3 of 3 scenarios hold', '']);
      for (const number of [1, 2, 3])
        expect(lines.join('\n')).toMatch(new RegExp(`Scenario ${number} holds \\(\\d+ checks\\)`));
    } finally {
      demo.kill('SIGKILL');
    }
  }, 360_000);

  it('leaves neither a database nor a folder behind, when its start fails', async () => {
    const TMPDIR = await mkdtemp(join(tmpdir(), 'relocation-start-'));
    // The server may have to run as another user, who must be able to pass through.
    await chmod(TMPDIR, 0o711);
    const demo = runOps(['demo', '--scenario', '1'], {
      TMPDIR,
      // The database has been made when this is found to be wrong.
      EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=true&tlsCAFile=/there/is/no/such/file.crt',
    });
    let server = 0;
    try {
      let over = false;
      void demo.ended.then(() => (over = true));
      for (; !over; await sleep(10)) {
        const [folder] = (await readdir(TMPDIR)).filter((name) => name.startsWith('relocation-demo-'));
        if (server === 0 && folder) server = await pidIn(join(TMPDIR, folder, 'postgres', 'postmaster.pid'));
      }
      expect(await demo.ended).toBe(1);
      expect(demo.output()).toContain('The certificate of the event log cannot be trusted');
      expect(server).toBeGreaterThan(0);
      expect(lives(server)).toBe(false);
      expect(await readdir(TMPDIR)).toEqual([]);
    } finally {
      demo.kill('SIGKILL');
      if (server > 0 && lives(server)) process.kill(server, 'SIGKILL');
      await rm(TMPDIR, { recursive: true, force: true });
    }
  });
});

/** The first line of a lock file of PostgreSQL; 0 while it is not there, or not whole. */
const pidIn = async (file: string): Promise<number> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.includes('\n') ? Number.parseInt(text, 10) : 0;
};

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
