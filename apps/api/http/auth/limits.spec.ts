import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressKey, Buckets, Limits } from './limits.js';

describe('A limit of so many in a minute', () => {
  it('lets that many through at once, and then one after the other at that pace', () => {
    let now = 0;
    const buckets = new Buckets(60, () => now);
    for (let count = 0; count < 60; count += 1) expect(buckets.take('a')).toBeUndefined();
    expect(buckets.take('a')).toEqual({ seconds: 1, first: true });
    now = 999;
    expect(buckets.take('a')).toEqual({ seconds: 1, first: false });
    now = 1_000;
    expect(buckets.take('a')).toBeUndefined();
    expect(buckets.take('a')).toBeDefined();
  });

  it('says when to come again, and whoever comes then is let through', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 0, max: 90_000 }),
        (perMinute, pause) => {
          let now = 0;
          const buckets = new Buckets(perMinute, () => now);
          for (let count = 0; count < perMinute; count += 1) buckets.take('a');
          now += pause;
          while (buckets.look('a') === undefined) buckets.take('a');
          const { seconds } = buckets.take('a')!;
          now += seconds * 1_000;
          expect(buckets.take('a')).toBeUndefined();
        },
      ),
    );
  });

  it('never lets more through in any minute than twice what it says', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4_000 }), { maxLength: 300 }), (pauses) => {
        let now = 0;
        const buckets = new Buckets(10, () => now);
        const through: number[] = [];
        for (const pause of pauses) {
          now += pause;
          if (buckets.take('a') === undefined) through.push(now);
        }
        for (const from of through)
          expect(through.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(20);
      }),
    );
  });

  it('of one is not used up by another', () => {
    const buckets = new Buckets(1, () => 0);
    expect(buckets.take('a')).toBeUndefined();
    expect(buckets.take('a')).toBeDefined();
    expect(buckets.take('b')).toBeUndefined();
  });

  it('is put on record once in a minute', () => {
    let now = 0;
    const buckets = new Buckets(1, () => now);
    buckets.take('a');
    const firsts = Array.from({ length: 130 }, () => {
      now += 500;
      return buckets.take('a')?.first;
    });
    expect(firsts.filter(Boolean)).toHaveLength(2);
  });

  it('remembers so many and no more, and those who ask now', () => {
    const buckets = new Buckets(1, () => 0, 3);
    for (const key of ['a', 'b', 'c']) buckets.take(key);
    buckets.look('a');
    buckets.take('d');
    expect([buckets.look('a'), buckets.look('b')]).toEqual([expect.anything(), undefined]);
  });
});

describe('The limits of an api', () => {
  const limits = () => new Limits({ requests: 3, refusals: 2, failedLogins: 2 }, () => 0);

  it('after too many refusals lets nothing else of that person through', () => {
    const all = limits();
    expect([all.refused('a'), all.refused('a')]).toEqual([undefined, undefined]);
    expect(all.refused('a')).toBeDefined();
    expect(all.request('a')).toBeDefined();
    expect(all.request('b')).toBeUndefined();
  });

  it('never keep a rescuer away for what was asked or refused before', () => {
    const all = limits();
    for (let count = 0; count < 10; count += 1) {
      all.refused('a');
      all.request('a');
    }
    expect(all.request('a')).toBeDefined();
    expect(all.rescuer('a')).toBeUndefined();
  });
});

describe('An address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::1', '0:0:0:0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2'],
    ['2001:db8::9', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ])('%s counts as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});
