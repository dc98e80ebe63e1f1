import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allot, type WillingWorker } from './shares.js';

const names = ['dispatcher', 'grants', 'home', 'police', 'process:a', 'process:b', 'timers'];

const workers = fc.uniqueArray(fc.record({ holder: fc.uuid(), subscriptions: fc.subarray(names) }), {
  maxLength: 5,
  selector: ({ holder }) => holder,
});

const counts = (living: readonly WillingWorker[]): number[] => {
  const holders = [...allot(living).values()];
  return living.map(({ holder }) => holders.filter((other) => other === holder).length);
};

describe('the shares of the workers', () => {
  it('give each subscription that anybody would work on to one who would', () => {
    fc.assert(
      fc.property(workers, (living) => {
        const allotted = allot(living);
        expect([...allotted.keys()].sort()).toEqual(
          [...new Set(living.flatMap(({ subscriptions }) => subscriptions))].sort(),
        );
        for (const [subscription, holder] of allotted)
          expect(living.find((worker) => worker.holder === holder)?.subscriptions).toContain(subscription);
      }),
    );
  });

  it('are the same whoever works them out, in whatever order the workers stand in the table', () => {
    fc.assert(
      fc.property(workers, fc.integer(), (living, by) => {
        const turned = living.map((_, n) => living[(n + Math.abs(by)) % living.length]!);
        expect(Object.fromEntries(allot(turned))).toEqual(Object.fromEntries(allot(living)));
      }),
    );
  });

  it('differ by one at most when all workers have the same roles', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 9 }), (holders) => {
        const shares = counts(holders.map((holder) => ({ holder, subscriptions: names })));
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('leave what only one may do to that one, and make up for it with the rest', () => {
    const shares = counts([
      { holder: 'a', subscriptions: names },
      { holder: 'b', subscriptions: ['grants', 'home', 'police'] },
    ]);
    expect(shares).toEqual([4, 3]);
  });
});
