import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  protectedWidth,
  type Shown,
  smallestShown,
  suppress,
  suppressCount,
  suppressList,
  type Zeros,
} from './disclosure-control.js';

/** A published table as an attacker sees it: numbers, nulls, and what adds up to what. Lists are tables of one row. */
interface Published {
  readonly cells: readonly (readonly Shown[])[];
  readonly rowTotals: readonly Shown[];
  readonly columnTotals: readonly Shown[] | undefined;
  readonly total: Shown;
}

/**
 * Every table that fits what was published, by trying: written apart from the code that it judges, which looks for flows.
 * An unknown count is between `low` and `high`, unknown totals are whatever the cells add up to.
 */
const tablesThatFit = (published: Published, low: number, high: number): number[][][] => {
  const width = published.cells[0]?.length ?? 0;
  const flat = published.cells.flat();
  const found: number[][][] = [];
  const asRows = (values: readonly number[]): number[][] =>
    published.cells.map((row, index) => values.slice(index * width, index * width + row.length));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const mayBe = (known: Shown | undefined, value: number): boolean =>
    known === undefined || (known === null ? value >= low : known === value);
  const go = (values: number[]): void => {
    if (values.length === flat.length) {
      if (mayBe(published.total, sum(values))) found.push(asRows(values));
      return;
    }
    const [row, place] = [Math.floor(values.length / width), values.length % width];
    const known = flat[values.length]!;
    const inRow = sum(values.slice(row * width));
    const inColumn = sum(values.filter((_, index) => index % width === place));
    const rowTotal = published.rowTotals[row];
    const columnTotal = published.columnTotals?.[place];
    const isLastOf = { row: place === width - 1, column: (row + 1) * width + place >= flat.length };
    for (let value = known ?? low; value <= (known ?? high); value += 1) {
      if (isLastOf.row && !mayBe(rowTotal, inRow + value)) continue;
      if (isLastOf.column && !mayBe(columnTotal, inColumn + value)) continue;
      // Nothing that comes can take back what is too much.
      if (inRow + value > (rowTotal ?? Infinity) || inColumn + value > (columnTotal ?? Infinity)) break;
      go([...values, value]);
    }
  };
  go([]);
  return found;
};

/** As far above the largest count as a cell of four persons is above zero: more is not needed to hide one. */
const high = 11;
const zerosOf: fc.Arbitrary<Zeros> = fc.constantFrom('SHOWN', 'HIDDEN');
/** Mostly small counts: those are the ones that are in danger. */
const count = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 5, max: 7 }));
const tables = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
  .filter(([rows, columns]) => rows * columns <= 6)
  .chain(([rows, columns]) =>
    fc.array(fc.array(count, { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  );

describe('Small groups', () => {
  it('from one to four are not shown, five and more are', () => {
    expect([0, 1, 2, 3, 4, 5, 6].map((one) => suppressCount(one))).toEqual([0, null, null, null, null, 5, 6]);
    expect([0, 4, 5].map((one) => suppressCount(one, 'HIDDEN'))).toEqual([null, null, 5]);
  });

  it('are no sum minus the others: a second cell is left out with the first', () => {
    expect(suppressList([3, 20, 7])).toEqual({ cells: [null, 20, null], total: 30 });
    expect(
      suppress([
        [3, 20],
        [8, 9],
      ]),
    ).toEqual({
      cells: [
        [null, null],
        [null, null],
      ],
      rowTotals: [23, 17],
      columnTotals: [11, 29],
      total: 40,
    });
  });

  it('take the total with them where the cells cannot hide each other', () => {
    // One, two and two add up to five only if none of them is four: that would be said, too.
    expect(suppressList([1, 2, 2])).toEqual({ cells: [null, null, null], total: null });
    // Alone in its list, the total would be the cell.
    expect(suppressList([0, 3, 0])).toEqual({ cells: [0, null, 0], total: null });
    expect(
      suppress([
        [1, 0],
        [0, 6],
      ]),
    ).toMatchObject({ rowTotals: [null, 6], columnTotals: [null, 6], total: null });
  });

  it('are zero persons where nobody is, which is shown unless the table says that it tells something', () => {
    expect(suppressList([0, 20, 7])).toEqual({ cells: [0, 20, 7], total: 27 });
    expect(suppressList([0, 20, 7], 'HIDDEN')).toEqual({ cells: [null, 20, null], total: 27 });
  });

  it('change nothing in a table without them', () => {
    const counts = [
      [5, 6],
      [7, 80],
    ];
    expect(suppress(counts)).toEqual({
      cells: counts,
      rowTotals: [11, 87],
      columnTotals: [12, 86],
      total: 98,
    });
    expect(suppress([])).toEqual({ cells: [], rowTotals: [], columnTotals: [], total: 0 });
  });

  it('are counted in whole numbers, in rows of one length', () => {
    for (const bad of [-1, 1.5, Number.NaN, Infinity])
      for (const give of [() => suppressCount(bad), () => suppressList([bad]), () => suppress([[bad]])])
        expect(give).toThrow(RangeError);
    expect(() => suppress([[1, 2], [3]])).toThrow(RangeError);
  });

  it('what is shown is what was counted', () => {
    fc.assert(
      fc.property(tables, zerosOf, (counts, zeros) => {
        const { cells, rowTotals, total } = suppress(counts, zeros);
        for (const [index, row] of cells.entries())
          for (const [place, one] of row.entries()) if (one !== null) expect(one).toBe(counts[index]![place]);
        for (const one of [...cells.flat(), ...rowTotals, total])
          if (one !== null) expect(one >= smallestShown || (zeros === 'SHOWN' && one === 0)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('cannot be computed by whoever solves what rows, columns and totals say: each may still be any of one to four', () => {
    let left = 0;
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    fc.assert(
      fc.property(tables, zerosOf, (counts, zeros) => {
        const published = suppress(counts, zeros);
        const low = zeros === 'HIDDEN' ? 0 : 1;
        const fits = tablesThatFit(published, low, high);
        const possible = (of: (table: number[][]) => number): Set<number> => {
          left += 1;
          const values = new Set(fits.map(of));
          expect(Math.max(...values) - Math.min(...values)).toBeGreaterThanOrEqual(protectedWidth);
          return values;
        };
        for (const [index, row] of published.cells.entries())
          for (const [place, one] of row.entries()) {
            if (one !== null) continue;
            const values = possible((table) => table[index]![place]!);
            if (counts[index]![place]! >= smallestShown) continue;
            for (let value = low; value < smallestShown; value += 1) expect(values).toContain(value);
          }
        for (const [index, one] of published.rowTotals.entries())
          if (one === null) possible((table) => sum(table[index]!));
        for (const [place, one] of published.columnTotals.entries())
          if (one === null) possible((table) => sum(table.map((row) => row[place]!)));
        if (published.total === null) possible((table) => sum(table.flat()));
      }),
      { numRuns: 60 },
    );
    expect(left).toBeGreaterThan(150);
  });

  it('in a list are as safe as in a table', () => {
    fc.assert(
      fc.property(fc.array(count, { minLength: 1, maxLength: 5 }), zerosOf, (counts, zeros) => {
        const { cells, total } = suppressList(counts, zeros);
        const low = zeros === 'HIDDEN' ? 0 : 1;
        const list: Published = { cells: [cells], rowTotals: [total], columnTotals: undefined, total };
        const fits = tablesThatFit(list, low, high);
        for (const [place, one] of cells.entries())
          if (one === null && counts[place]! < smallestShown)
            for (let value = low; value < smallestShown; value += 1)
              expect(fits.some((table) => table[0]![place] === value)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('would be found by the attacker if only they were left out, and nothing beside them', () => {
    const counts = [
      [3, 20],
      [8, 9],
    ];
    const naive: Published = {
      cells: [
        [null, 20],
        [8, 9],
      ],
      rowTotals: [23, 17],
      columnTotals: [11, 29],
      total: 40,
    };
    expect(tablesThatFit(naive, 1, 30)).toEqual([counts]);
  });

  it('leave most of a large table to be read', () => {
    const counts = Array.from({ length: 7 }, (_, row) =>
      Array.from({ length: 6 }, (_, column) => ((row * 13 + column * 7) % 23) + 1),
    );
    const { cells, total } = suppress(counts);
    expect(cells.flat().filter((one) => one === null).length).toBeLessThan(21);
    expect(total).not.toBeNull();
  });
});
