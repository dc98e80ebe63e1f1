import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { knownCodes, languages } from './problem-catalogue.js';

const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts') && !name.includes('testing'))
    .map((name) => join(folder, name));

/** Codes that the libs can throw: `ensure(..., 'context.reason')` and `new DomainError('context.reason')`. */
const thrown = new Set(
  sources('libs').flatMap((file) => {
    const source = readFileSync(file, 'utf8');
    const direct = source.matchAll(/new DomainError\(\s*'([a-z_-]+\.[a-z_]+)'/g);
    const ensured = source.matchAll(/ensure\([\s\S]{0,300}?'([a-z_-]+\.[a-z_]+)'/g);
    return [...direct, ...ensured].map(([, code]) => code!);
  }),
);

describe('What the API says when it says no', () => {
  it('has a status and words of its own for every rule that can say no', () => {
    expect(thrown.size).toBeGreaterThan(100);
    expect([...thrown].filter((code) => !Object.hasOwn(knownCodes, code))).toEqual([]);
  });

  it.each(languages)('has every text in %s', (language) => {
    for (const [code, { title, detail }] of Object.entries(knownCodes))
      expect([code, title[language].length > 0 && detail[language].endsWith('.')]).toEqual([code, true]);
  });
});
