/** Milliseconds before the next attempt: none after the first failure, then doubling to 2 s, with jitter. */
export const backOff = (failures: number): number =>
  failures <= 1 ? 0 : Math.min(25 * 2 ** failures, 2_000) * (0.5 + Math.random() / 2);
