import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

// A caller can only act on a refusal that somebody explains: each code stands in the README of its context.
const here = new URL('./', import.meta.url);
const contexts = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const refusalsIn = (context: string): readonly string[] => {
  const folder = new URL(`${context}/`, here);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.decider.ts'))
    .flatMap(
      (file) => readFileSync(new URL(file, folder), 'utf8').match(/(?<=')[a-z_]+\.[a-z_]+(?=')/g) ?? [],
    );
};

describe('every refusal', () => {
  it.each(contexts)('of %s is explained in its README', (context) => {
    const codes = [...new Set(refusalsIn(context))].sort();
    const readme = readFileSync(new URL(`${context}/README.md`, here), 'utf8');
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
  });
});
