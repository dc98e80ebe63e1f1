import { describe, expect, it } from '@jest/globals';
import { type Child, runOps } from '../support/child.js';

const ended = async (drill: Child) => {
  try {
    return { code: await drill.ended, output: drill.output(), answer: drill.answer() };
  } finally {
    drill.kill('SIGKILL');
  }
};

/** [what, tried, opened] of each attack. */
const attacksIn = (text: string): readonly (readonly [string, number, number])[] =>
  [...text.matchAll(/^ {2}tried +(\d+) {3}opened (\d+) {3}(.*)$/gm)].map(
    ([, tried, opened, what]) => [what!, Number(tried), Number(opened)] as const,
  );

describe('npm run ops -- attack-drill', () => {
  it('opens nothing of an erased person, with everything that an attacker may have', async () => {
    const { code, output, answer } = await ended(runOps(['attack-drill']));
    // What was said before tells why, when it does not hold.
    expect([code, code === 0 ? '' : output]).toEqual([0, '']);
    const attacks = attacksIn(answer);
    expect(attacks.length).toBeGreaterThanOrEqual(12);
    for (const [what, tried, opened] of attacks) expect([what, tried > 0, opened]).toEqual([what, true, 0]);
    // Each kind of attack was shown to be able to open something.
    const controls = answer.match(/^ {2}control: opens \d+/gm) ?? [];
    expect(controls.length).toBeGreaterThanOrEqual(12);
    expect(answer).not.toContain('OPENS NOTHING');
    // Who was erased is not found as a number, and would have been with the class keys of then, in each place.
    expect(attacks.filter(([what]) => what.includes('the number of'))).toHaveLength(2);
    for (const where of ['the write-ahead log', 'the backup'])
      expect(answer).toContain(
        `control: opens 4   numbers of the erased in ${where}, with the class keys of before`,
      );
    for (const what of [
      'names, numbers, places and texts',
      'keys of the old backup',
      'restored database',
      'numbers for tests',
      'guesses at what was said',
    ])
      expect(answer).toContain(what);
    expect(answer.trimEnd().split('\n').at(-1)).toBe('Nothing opened.');
  }, 400_000);

  it('searches what a scenario of the demo leaves, and fails when something lies there that must not', async () => {
    const { code, output } = await ended(runOps(['attack-drill', '--scenarios', '2', '--plant-leak']));
    expect(code).toBe(1);
    expect(output).toContain('Scenario 2 of the demo is played: Refusals and silence.');
    // Nothing was found that was there by mistake: each control opens, and it is the leak alone that does besides.
    expect(output).not.toContain('OPENS NOTHING');
    expect(attacksIn(output).map(([what]) => what)).toHaveLength(1);
    const [leak] = attacksIn(output).filter(([, , opened]) => opened > 0);
    expect(leak?.[0]).toContain('names, numbers, places and texts');
    expect(output).toContain('Something opened, or an attack was blind');
  }, 400_000);
});
