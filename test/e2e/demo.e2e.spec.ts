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
});
