import { describe, expect, it } from '@jest/globals';
import { runOps } from '../support/child.js';

describe('npm run drill', () => {
  it('kills one of two apis and one of two workers, pauses the other, and ends the same as undisturbed', async () => {
    const drill = runOps(['drill']);
    try {
      const code = await drill.ended;
      // What was said before tells why, when it does not hold.
      expect([code, code === 0 ? '' : drill.output()]).toEqual([0, '']);
      const lines = drill.answer();
      expect(
        lines.match(/lease lost, nothing was written: [\w:-]+, fence \d+/g)?.length,
      ).toBeGreaterThanOrEqual(6);
      for (const held of [
        'worker-2 has taken over all of its leases',
        'worker-1 has taken over all of its leases',
        'it has written nothing: no row, checkpoint, timer or event is another',
        'it was withdrawn once',
        'the same log as without any disturbance',
        'the same rows as without any disturbance',
      ])
        expect(lines).toContain(`holds: ${held}`);
      expect(lines.trimEnd().split('\n').at(-1)).toMatch(/^The drill holds \(\d+ checks\)\.$/);
    } finally {
      drill.kill('SIGKILL');
    }
  });
});
