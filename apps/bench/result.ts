/** One line of a part's table: a name, then one number or text per column. */
export interface Row {
  readonly name: string;
  readonly values: readonly (number | string)[];
}

/** What was to be reached. Ratios are taken within one run, so they hold on a machine that does something else, too. */
export interface Aim {
  readonly what: string;
  readonly measured: number;
  readonly target: number;
  readonly direction: 'at least' | 'at most';
  readonly unit: string;
}

export interface PartResult {
  readonly part: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly aims: readonly Aim[];
  /** What exactly was measured, in sentences. */
  readonly notes: readonly string[];
}

export const isMet = ({ measured, target, direction }: Aim): boolean =>
  direction === 'at least' ? measured >= target : measured <= target;

/** How far from the aim, in per cent of it; negative when it is missed. */
export const marginOf = ({ measured, target, direction }: Aim): number =>
  ((direction === 'at least' ? measured - target : target - measured) / target) * 100;

/** @throws RangeError for an empty list */
export const median = (values: readonly number[]): number => percentile(values, 50);

/** The smallest value that `percent` of all values do not exceed. @throws RangeError for an empty list */
export const percentile = (values: readonly number[], percent: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('nothing was measured');
  return value;
};

export const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits));
