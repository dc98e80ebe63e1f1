/**
 * Disclosure control (domain.md section 6): what may be shown of a count of persons to somebody outside the case. From one
 * to four is not shown; from five on it is said how many at least there are, and not how many. So who asks again, and
 * subtracts, learns that a band was left and not that one person came.
 *
 * `suppressCount` is for a count that stands alone. Counts that are shown together go through `suppressTogether`: with the
 * sum of all, and all but one, that one could be computed (decision of 2026-11-26 in the README).
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

/**
 * Counts that are shown together, and their sum. What is said of the sum follows from what is said of its parts, with one for
 * each that is held back: so it adds nothing, and a part from one to four may still be any of the four, also for who knows
 * all others exactly. The true sum would tell: of five groups "20 at least in all" says that each of them is four.
 * @param counts of groups that do not overlap, each a whole number from 0
 * @returns what may be shown of each, in order, and of all: so many at least, null for one to four
 * @throws RangeError for what is no count
 */
export const suppressTogether = (
  counts: readonly number[],
): { readonly counts: readonly Shown[]; readonly sum: Shown } => {
  const shown = counts.map(suppressCount);
  return { counts: shown, sum: suppressCount(shown.reduce<number>((sum, least) => sum + (least ?? 1), 0)) };
};
