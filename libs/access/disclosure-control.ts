/**
 * Disclosure control (domain.md section 6): what may be shown of a count of persons to somebody outside the case. From one
 * to four is not shown; from five on it is said how many at least there are, and not how many. So who asks again, and
 * subtracts, learns that a band was left and not that one person came.
 *
 * It is for a count that stands alone. Counts that add up to others that are shown give each other away, and none are: a
 * table for somebody outside needs secondary suppression first (decision of 2026-11-26 in the README).
 */

/** How many there are at least; null stands for one to four. */
export type Shown = number | null;

/** Fewer persons than this are not shown. */
export const smallestShown = 5;

/** Where a band begins. */
export const shownBands = [0, smallestShown, 10, 20, 50, 100] as const;

/**
 * @param count of persons, a whole number from 0
 * @returns the beginning of the band that it falls into: 5 for 5 to 9, 100 for all from there on; 0 for nobody
 * @throws RangeError for what is no count
 */
export const suppressCount = (count: number): Shown => {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError('A count is a whole number from 0.');
  if (count > 0 && count < smallestShown) return null;
  return shownBands.findLast((least) => least <= count) ?? 0;
};
