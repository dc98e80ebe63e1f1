import { describe, expect, it } from '@jest/globals';
import { notToldYet, type WaitsForTelling, whileTold } from './told-facts.js';

interface Row extends WaitsForTelling<'level'> {
  readonly organisation: string;
  readonly status: string;
  readonly level: string | null;
}
const asked: Row = { organisation: 'board-a', status: 'ASKED', level: 'HIGH', ...notToldYet };
const after = (tellings: readonly (readonly [organisation: string, expiresAt: string | null])[]): Row =>
  whileTold(
    undefined,
    tellings.map(([organisation, expiresAt]) => ({ organisation, expiresAt })),
    ['level'],
    () => asked,
  )!;
const [sooner, later] = ['2026-03-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z'];

describe('A row with facts that others wrote', () => {
  it('holds them back while nothing is told to its organisation, and gives them back when something is', () => {
    for (const tellings of [[], [['board-b', null]]] as const) {
      const row = after(tellings);
      expect(row).toMatchObject({ level: null, told: false, toldUntil: null, held: { level: 'HIGH' } });
      const next = whileTold(
        row,
        [{ organisation: 'board-a', expiresAt: null }],
        ['level'],
        (whole) => whole,
      );
      expect(next).toMatchObject({ level: 'HIGH', told: true, held: null });
    }
  });

  it.each([
    ['one that ends', [['board-a', sooner]], sooner],
    [
      'two that end: the later',
      [
        ['board-a', later],
        ['board-a', sooner],
      ],
      later,
    ],
    [
      'two that end, the other way round',
      [
        ['board-a', sooner],
        ['board-a', later],
      ],
      later,
    ],
    [
      'one that ends and one that does not',
      [
        ['board-a', sooner],
        ['board-a', null],
      ],
      null,
    ],
    [
      'one that does not, before one that ends',
      [
        ['board-a', null],
        ['board-a', sooner],
      ],
      null,
    ],
    [
      'one that ends, and a longer one of somebody else',
      [
        ['board-a', sooner],
        ['board-b', null],
      ],
      sooner,
    ],
  ] as const)('says until when it may be shown: %s', (_what, tellings, toldUntil) => {
    expect(after(tellings)).toMatchObject({ level: 'HIGH', told: true, toldUntil });
  });

  it('is another row when the last telling is renewed, whatever else stays', () => {
    const row = after([['board-a', sooner]]);
    const renewed = whileTold(
      row,
      [{ organisation: 'board-a', expiresAt: later }],
      ['level'],
      (whole) => whole,
    );
    expect(renewed).toEqual({ ...row, toldUntil: later });
  });
});
