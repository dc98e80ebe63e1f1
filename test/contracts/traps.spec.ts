import { describe, expect, it } from '@jest/globals';
import { trapsOfOthers } from '../e2e/leaks/traps.js';
import { wrongWithTest } from './named-test.js';

describe('The traps that others fell into', () => {
  it('are each held off by a test that is there', () => {
    expect(trapsOfOthers.length).toBeGreaterThanOrEqual(28);
    expect(new Set(trapsOfOthers.map(({ trap }) => trap)).size).toBe(trapsOfOthers.length);
    expect(trapsOfOthers.filter(({ covered }) => covered.length === 0)).toEqual([]);
    const wrong = trapsOfOthers.flatMap(({ covered }) =>
      covered.flatMap(([file, title]) => {
        const fault = wrongWithTest(file, title);
        return fault === undefined ? [] : [`${file}: ${title}: ${fault}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('are watched for where there is nothing for them to act on yet', () => {
    const without = trapsOfOthers.filter(({ nothingYet }) => nothingYet !== undefined);
    expect(without.length).toBeGreaterThan(0);
    for (const { nothingYet, covered } of without)
      expect([nothingYet!.length > 40, covered.some(([file]) => file.endsWith('/shape.spec.ts'))]).toEqual([
        true,
        true,
      ]);
  });

  it.each([
    ['test/contracts/traps.spec.ts', ['a title that', 'nobody wrote'].join(' '), 'no such title in it'],
    ['test/contracts/no-such.spec.ts', 'are watched for', 'no such file of tests'],
    ['libs/access/policy.ts', 'relations', 'no such file of tests'],
  ])('would be missed: %s, %s', (file, title, fault) => {
    expect(wrongWithTest(file, title)).toBe(fault);
  });

  it.each([
    ['it', undefined],
    ['it.skip', 'turned off'],
    ['it.todo', 'turned off'],
    ['xit', 'turned off'],
    ['it.skip.each([1, 2])', 'turned off'],
  ])('would be missed when the test is turned off: %s', (how, fault) => {
    const text = `describe('them', () => {\n  ${how}(\n    'does so', () => undefined);\n});`;
    const file = 'test/contracts/traps.spec.ts';
    expect(wrongWithTest(file, 'does so', () => text)).toBe(fault);
    expect(wrongWithTest(file, 'does so', () => text.replace('describe', 'describe.skip'))).toBe(
      'a part of that file is turned off',
    );
  });
});
