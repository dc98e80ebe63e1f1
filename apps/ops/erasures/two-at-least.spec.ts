import { describe, expect, it } from '@jest/globals';
import type { CaseFacts } from '#access';
import { withTwoAtLeast } from './two-at-least.js';

const closed: CaseFacts = {
  stage: 'CLOSED',
  parts: [
    { relation: 'HOME_BOARD', organisation: 'board', persons: ['one', 'two', 'three'] },
    { relation: 'HOME_POLICE', organisation: 'police', persons: ['four'] },
  ],
};
const working =
  (...there: readonly string[]) =>
  async (one: string, at: string) =>
    at === 'board' && there.includes(one);
const personsOf = (facts: CaseFacts | undefined) => facts?.parts.map(({ persons }) => persons);
const taken = [['one', 'two', 'three', 'taker'], ['four']];

describe('Who orders an erasure when years have passed', () => {
  it('are those who are named, while two of them work there', async () => {
    expect(await withTwoAtLeast(closed, 'taker', working('one', 'three'))).toBe(closed);
  });

  it.each([[[]], [['two']]])(
    'is whoever works there when %j of them are left: two are needed',
    async (left) => {
      expect(personsOf(await withTwoAtLeast(closed, 'taker', working(...left)))).toEqual(taken);
    },
  );

  it('counts nobody who is disqualified', async () => {
    const facts = { ...closed, disqualified: ['one'] };
    expect(personsOf(await withTwoAtLeast(facts, 'taker', working('one', 'two')))).toEqual(taken);
  });

  it('is nobody else while a case is open, or where there is none', async () => {
    const open: CaseFacts = { ...closed, stage: 'CLEARED' };
    expect(await withTwoAtLeast(open, 'taker', working())).toBe(open);
    expect(await withTwoAtLeast(undefined, 'taker', working())).toBeUndefined();
  });
});
