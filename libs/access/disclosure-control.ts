/**
 * Disclosure control (domain.md section 6): what may be shown of counts of persons to somebody outside the case.
 *
 * - A count from 1 to 4 is not shown, be it a cell or a total.
 * - Zeros are shown where a table says SHOWN: they say of nobody that something holds. Where the absence itself tells
 *   something of everybody in a small group, the table says HIDDEN, and a zero is treated like a small count.
 * - More is left out until what is shown does not give away what is not. Whoever solves the equations of rows, columns
 *   and totals, and knows that nothing left out is below 1 (HIDDEN: below 0), is left with this: of every small cell that
 *   all of 1 to 4 are possible (HIDDEN: 0 to 4), and of everything left out a range of at least `protectedWidth`.
 * - What is shown is exact; nothing is rounded, and nothing is noise.
 *
 * It protects one table. Two tables of the same persons, cut otherwise or some days later, can still be subtracted from
 * each other: a report is cut once a year, and its tables are fixed.
 */
export type Zeros = 'SHOWN' | 'HIDDEN';

/** Null stands for what is left out. */
export type Shown = number | null;

/** Fewer persons than this are not shown. */
export const smallestShown = 5;
/** How far apart the least and the most that something left out can be are, at least. */
export const protectedWidth = 3;

/** One count between two sums: in a table, a row and a column. Sums of totals run the other way. */
interface Entry {
  readonly from: number;
  readonly to: number;
  readonly value: number;
  readonly isTotal: boolean;
  hidden: boolean;
}

/**
 * One count that stands alone: no sum, and no other figure, says anything of it.
 * @param count of persons, a whole number from 0
 */
export const suppressCount = (count: number, zeros: Zeros = 'SHOWN'): Shown =>
  isSmall(wholeNumber(count), zeros) ? null : count;

/**
 * A list of counts and their sum.
 * @returns the list in its order and its total, with null for what is left out
 */
export const suppressList = (
  counts: readonly number[],
  zeros: Zeros = 'SHOWN',
): { readonly cells: readonly Shown[]; readonly total: Shown } => {
  const entries = counts.map((value) => entry(0, 1, wholeNumber(value)));
  const total = entry(1, 0, sum(counts), true);
  protect([...entries, total], 2, zeros);
  return { cells: entries.map(shown), total: shown(total) };
};

/**
 * A table of two dimensions, with the totals of its rows, of its columns, and of all. More dimensions are not offered:
 * what would be left of them is mostly nothing.
 * @param counts rows of equal length
 * @throws RangeError where rows differ in length, or something is no count
 */
export const suppress = (
  counts: readonly (readonly number[])[],
  zeros: Zeros = 'SHOWN',
): {
  readonly cells: readonly (readonly Shown[])[];
  readonly rowTotals: readonly Shown[];
  readonly columnTotals: readonly Shown[];
  readonly total: Shown;
} => {
  const [width, height] = [counts[0]?.length ?? 0, counts.length];
  if (counts.some((row) => row.length !== width)) throw new RangeError('Rows of a table are equally long.');
  const columns = Array.from({ length: width }, (_, index) => index);
  // Sums 0 to height are those of the rows, the last of them of the row of totals; then those of the columns.
  const column = (index: number): number => height + 1 + index;
  const sums = height + width + 2;
  const cells = counts.map((row, index) =>
    row.map((value, place) => entry(index, column(place), wholeNumber(value))),
  );
  const rowTotals = counts.map((row, index) => entry(column(width), index, sum(row), true));
  const columnTotals = columns.map((place) =>
    entry(column(place), height, sum(counts.map((row) => row[place] ?? 0)), true),
  );
  const total = entry(height, column(width), sum(counts.flat()), true);
  protect([...cells.flat(), ...rowTotals, ...columnTotals, total], sums, zeros);
  return {
    cells: cells.map((row) => row.map(shown)),
    rowTotals: rowTotals.map(shown),
    columnTotals: columnTotals.map(shown),
    total: shown(total),
  };
};

const entry = (from: number, to: number, value: number, isTotal = false): Entry => ({
  from,
  to,
  value,
  isTotal,
  hidden: false,
});
const shown = ({ value, hidden }: Entry): Shown => (hidden ? null : value);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const least = (zeros: Zeros): number => (zeros === 'HIDDEN' ? 0 : 1);
const isSmall = (value: number, zeros: Zeros): boolean => value < smallestShown && value >= least(zeros);
const wholeNumber = (value: number): number => {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('A count is a whole number from 0.');
  return value;
};

/** Hides what is small, and then as little more as it takes. What is hidden for one never narrows the range of another. */
const protect = (entries: readonly Entry[], sums: number, zeros: Zeros): void => {
  const low = least(zeros);
  for (const one of entries) one.hidden = isSmall(one.value, zeros);
  const hidden = (): readonly Entry[] => entries.filter((one) => one.hidden);
  for (let before = 0; hidden().length > before;) {
    before = hidden().length;
    for (const one of hidden()) {
      const table = { entries, sums, low, one };
      if (!one.isTotal && one.value < smallestShown) {
        spare(table, 'up', smallestShown - 1 - one.value);
        spare(table, 'down', one.value - low);
      } else if (!hasRange(table)) spare(table, 'up', protectedWidth);
    }
  }
};

interface Around {
  readonly entries: readonly Entry[];
  readonly sums: number;
  /** The least that something hidden can be. */
  readonly low: number;
  /** Of which the range is looked for. */
  readonly one: Entry;
}

const hasRange = (table: Around): boolean =>
  spare(table, 'up', protectedWidth, false) + spare(table, 'down', protectedWidth, false) >= protectedWidth;

/**
 * How far a hidden count could be from what it is, for all that the equations say, up to `wanted`; hides more where that
 * takes it and `mayHide`. A change of one count runs on through others, so that each sum stays as it is: it is a flow
 * from one end of the entry round to its other end, and the cheapest way hides the fewest persons.
 */
const spare = (table: Around, direction: 'up' | 'down', wanted: number, mayHide = true): number => {
  const { one, low } = table;
  const [source, target] = direction === 'up' ? [one.to, one.from] : [one.from, one.to];
  /** By how much each entry has been changed. */
  const changed = new Map<Entry, number>();
  const room = (on: Entry): number => on.value + (changed.get(on) ?? 0) - low;
  let flow = 0;
  while (flow < wanted) {
    const path = cheapestPath(table, source, target, room, mayHide);
    if (!path) break;
    const step = Math.min(wanted - flow, ...path.map(({ on, up }) => (up ? Infinity : room(on))));
    for (const { on, up } of path) {
      changed.set(on, (changed.get(on) ?? 0) + (up ? step : -step));
      on.hidden = true;
    }
    flow += step;
  }
  return flow;
};

interface Step {
  readonly on: Entry;
  readonly up: boolean;
}

/** By Bellman and Ford: a step costs what it hides, and nothing where that is hidden already. */
const cheapestPath = (
  { entries, sums, low, one }: Around,
  source: number,
  target: number,
  room: (on: Entry) => number,
  mayHide: boolean,
): readonly Step[] | undefined => {
  // What is shown as zero stays zero.
  const usable = entries.filter((on) => on !== one && (on.hidden || (mayHide && on.value >= low)));
  const cost = Array.from({ length: sums }, (_, index) => (index === source ? 0 : Infinity));
  const reachedBy = new Map<number, Step>();
  for (let goesOn = true; goesOn;) {
    goesOn = false;
    for (const on of usable)
      for (const up of [true, false]) {
        if (!up && room(on) <= 0) continue;
        const [start, end] = up ? [on.from, on.to] : [on.to, on.from];
        const price = (cost[start] ?? Infinity) + (on.hidden ? 0 : priceOf(on));
        if (price >= (cost[end] ?? Infinity)) continue;
        cost[end] = price;
        reachedBy.set(end, { on, up });
        goesOn = true;
      }
  }
  const path: Step[] = [];
  for (let at = target; at !== source;) {
    const step = reachedBy.get(at);
    if (!step) return undefined;
    path.unshift(step);
    at = step.up ? step.on.from : step.on.to;
  }
  return path;
};

/** Cells before totals, and small before large. */
const priceOf = ({ value, isTotal }: Entry): number => 1 + value + (isTotal ? 1e9 : 0);
