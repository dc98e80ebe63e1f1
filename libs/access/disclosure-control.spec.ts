import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shownBands, smallestShown, suppressCount, suppressTogether } from './disclosure-control.js';

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

describe('Small groups that are shown beside others and their sum', () => {
  const groups = fc.array(fc.oneof(fc.integer({ min: 0, max: 6 }), fc.nat(120)), {
    minLength: 1,
    maxLength: 8,
  });
  /** Whether what is shown tells one small group, to who knows all others exactly, from any other small group. */
  const givesAway = (show: (counts: readonly number[]) => unknown, counts: readonly number[]): boolean =>
    counts.some(
      (count, place) =>
        suppressCount(count) === null &&
        [1, 2, 3, 4].some(
          (other) => JSON.stringify(show(counts.with(place, other))) !== JSON.stringify(show(counts)),
        ),
    );

  it('cannot be computed from them: each may be any from one to four, whatever else is known', () => {
    fc.assert(
      fc.property(groups, (counts) => expect(givesAway(suppressTogether, counts)).toBe(false)),
      {
        numRuns: 1_000,
      },
    );
  });

  it('would be by the band of the true sum, and by the true sum', () => {
    const bySum = (sum: (all: number) => unknown) => (counts: readonly number[]) => ({
      counts: counts.map(suppressCount),
      sum: sum(counts.reduce((all, one) => all + one, 0)),
    });
    expect(givesAway(bySum(suppressCount), [4, 4, 4, 4, 4])).toBe(true);
    expect(
      givesAway(
        bySum((all) => all),
        [70, 3],
      ),
    ).toBe(true);
    expect(suppressTogether([4, 4, 4, 4, 4])).toEqual({ counts: [null, null, null, null, null], sum: 5 });
    expect(suppressTogether([70, 3])).toEqual({ counts: [50, null], sum: 50 });
  });

  it('are each shown as one that stands alone, and the sum as no more than there are, and as no small one', () => {
    fc.assert(
      fc.property(groups, (counts) => {
        const shown = suppressTogether(counts);
        const all = counts.reduce((sum, one) => sum + one, 0);
        expect(shown.counts).toEqual(counts.map(suppressCount));
        expect(shown.sum ?? 1).toBeLessThanOrEqual(all);
        expect([...shownBands, null]).toContain(shown.sum);
        expect(shown.sum === 0).toBe(all === 0);
      }),
    );
    expect(suppressTogether([0, 2, 1])).toEqual({ counts: [0, null, null], sum: null });
    expect(() => suppressTogether([1, -1])).toThrow(RangeError);
  });
});
