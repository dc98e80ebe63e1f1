import { describe, expect, it } from '@jest/globals';
import { Progress, shareOf } from './progress.js';

const drawn = (isTTY: boolean, total: number | undefined): string => {
  let text = '';
  const progress = new Progress('Reading', total, { isTTY, write: (more) => void (text += more) });
  progress.at(25);
  progress.at(50);
  progress.end();
  return text;
};

describe('a progress bar', () => {
  it('is drawn over itself in a terminal', () => {
    const shown = drawn(true, 50);
    expect(shown).toContain('\r\u001b[KReading  [###############...............] 50 %  25 of 50');
    expect(shown).toMatch(/\[#{30}\] 100 % {2}50 of 50 {2}\d+\/s\n$/);
  });

  it('is a line now and then in a file', () => {
    expect(drawn(false, 50).split('\n')).toHaveLength(3);
    expect(drawn(false, 50)).not.toContain('\r');
  });

  it('knows its share from positions, of whichever store', () => {
    expect(shareOf('e1-0000000000000025', 'e1-0000000000000100')).toBe(0.25);
    expect(
      shareOf('e1-0000000000000000050.0000000000000000050', 'e1-0000000000000000100.0000000000000000100'),
    ).toBe(0.5);
    expect(shareOf('e1-0000000000000025', undefined)).toBeUndefined();
  });

  it('says how much, and not how much of it, where that is not known', () => {
    expect(drawn(false, undefined)).toMatch(/^Reading {2}25 {2}\d+\/s\n/);
  });
});
