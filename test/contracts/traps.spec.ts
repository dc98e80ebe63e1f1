import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { trapsOfOthers } from '../e2e/leaks/traps.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What is wrong with a test that is named; undefined when it is there. */
const wrongWith = (file: string, title: string): string | undefined => {
  if (!/\.spec\.ts$/.test(file) || !existsSync(join(root, file))) return 'no such file of tests';
  const text = readFileSync(join(root, file), 'utf8');
  const quoted = [`'${title.replaceAll("'", "\\'")}'`, `"${title}"`, `\`${title}\``];
  return quoted.some((one) => text.includes(one)) ? undefined : 'no such title in it';
};

describe('The traps that others fell into', () => {
  it('are each held off by a test that is there', () => {
    expect(trapsOfOthers.length).toBeGreaterThanOrEqual(28);
    expect(new Set(trapsOfOthers.map(({ trap }) => trap)).size).toBe(trapsOfOthers.length);
    expect(trapsOfOthers.filter(({ covered }) => covered.length === 0)).toEqual([]);
    const wrong = trapsOfOthers.flatMap(({ covered }) =>
      covered.flatMap(([file, title]) => {
        const fault = wrongWith(file, title);
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
    expect(wrongWith(file, title)).toBe(fault);
  });
});
