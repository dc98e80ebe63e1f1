import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shownBands, smallestShown, suppressCount } from './disclosure-control.js';

describe('Small groups', () => {
  it('from one to four are not shown, and of more only how many there are at least', () => {
    expect([0, 1, 2, 3, 4].map(suppressCount)).toEqual([0, null, null, null, null]);
    expect([5, 9, 10, 19, 20, 49, 50, 99, 100, 5_000].map(suppressCount)).toEqual([
      5, 5, 10, 10, 20, 20, 50, 50, 100, 100,
    ]);
  });

  it('are told as a band: whatever is shown at one asking, it may be any of four at least', () => {
    // Of one to four any of the four; a band that were narrower would show one who came or went.
    fc.assert(
      fc.property(fc.nat(500), (count) => {
        const shown = suppressCount(count);
        const alike = Array.from({ length: 700 }, (_, other) => other).filter(
          (other) => suppressCount(other) === shown,
        );
        expect(alike).toContain(count);
        if (shown !== 0) expect(alike.length).toBeGreaterThanOrEqual(smallestShown - 1);
        if (shown === null) expect(alike).toEqual([1, 2, 3, 4]);
        else expect(shownBands).toContain(shown);
      }),
    );
  });

  it('are counted in whole numbers', () => {
    for (const bad of [-1, 1.5, NaN, Infinity]) expect(() => suppressCount(bad)).toThrow(RangeError);
  });
});
