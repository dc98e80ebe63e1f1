import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Difference, differencesBetween, type Entry } from './differences.js';

const entry = (name: string, hash = name): Entry => ({
  id: `id-${name}`,
  stream: `stream-${name}`,
  revision: 0,
  position: `position-${name}`,
  hash,
});
const entries = (names: string): Entry[] => [...names].map((name) => entry(name));
const told = (differences: readonly Difference[]): string[] =>
  differences.map(({ kind, id, index }) => `${kind} ${id.slice(3)} ${index ?? '-'}`);

describe('what was done to a log', () => {
  it.each([
    ['nothing', 'abcde', 'abcde', []],
    ['one removed', 'abcde', 'abde', ['removed c 2']],
    ['the last removed', 'abcde', 'abcd', ['removed e 4']],
    ['several removed', 'abcdefgh', 'adefh', ['removed b 1', 'removed c 2', 'removed g 6']],
    ['one inserted', 'abcde', 'abXcde', ['inserted X -']],
    ['the first inserted', 'abcde', 'Xabcde', ['inserted X -']],
    ['two neighbours that changed places', 'abcde', 'acbde', ['reordered c 2']],
    ['one moved to the end', 'abcdefg', 'acdefgb', ['reordered b 1']],
    ['one moved to the front', 'abcdefg', 'fabcdeg', ['reordered f 5']],
    ['one replaced by another', 'abcde', 'abXde', ['removed c 2', 'inserted X -']],
    ['all removed', 'abc', '', ['removed a 0', 'removed b 1', 'removed c 2']],
    [
      'one of each',
      'abcdefghij',
      'aXcedfgj',
      ['removed b 1', 'inserted X -', 'reordered e 4', 'removed h 7', 'removed i 8'],
    ],
    ['one that stands there twice', 'abcde', 'abcbde', ['inserted b -']],
  ])('is told: %s', (_what, before, after, expected) => {
    expect(told(differencesBetween(entries(before), entries(after)).differences)).toEqual(expected);
  });

  it('is no difference where the log has only grown', () => {
    expect(differencesBetween(entries('abc'), entries('abcXY'))).toEqual({ differences: [], newer: 2 });
  });

  it('is a change where the content is another, also of one that was moved or given another id', () => {
    const log = [entry('a'), entry('b', 'other'), { ...entry('c'), id: 'id-Z', hash: 'Z' }, entry('d')];
    expect(told(differencesBetween(entries('abcd'), log).differences)).toEqual([
      'changed b 1',
      'changed Z 2',
    ]);
    const moved = [entry('b', 'other'), entry('a'), entry('c')];
    expect(told(differencesBetween(entries('abc'), moved).differences)).toEqual([
      'reordered b 1',
      'changed b 1',
    ]);
  });

  it('is found, and only it, whatever single thing was done', () => {
    const letters = 'abcdefghijklmnopqrst';
    fc.assert(
      fc.property(
        fc.constantFrom('changed', 'removed', 'inserted', 'reordered'),
        fc.integer({ min: 0, max: 18 }),
        fc.integer({ min: 0, max: 18 }),
        (kind, at, to) => {
          const log = entries(letters);
          const [one] = log.splice(at, 1);
          if (kind === 'changed') log.splice(at, 0, { ...one!, hash: 'other' });
          if (kind === 'inserted') log.splice(at, 0, entry('X'), one!);
          if (kind === 'reordered') log.splice(to, 0, one!);
          const { differences } = differencesBetween(entries(letters), log);
          if (kind === 'reordered' && at === to) return expect(differences).toEqual([]);
          expect(differences).toHaveLength(1);
          expect(differences[0]!.kind).toBe(kind);
          // Of two neighbours that changed places nobody can say which one was moved.
          if (Math.abs(at - to) > 1) expect(differences[0]!.id).toBe(kind === 'inserted' ? 'id-X' : one!.id);
        },
      ),
    );
  });

  it('is never taken for nothing, whatever was done', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 20 }),
        fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 20 }),
        (before, after) => {
          const leaves = before.map((name) => entry(String(name)));
          const log = after.map((name) => entry(String(name)));
          const grown = leaves.every(({ id }, at) => log[at]?.id === id);
          const onlyNew = log.slice(leaves.length).every(({ id }) => leaves.every((leaf) => leaf.id !== id));
          expect(differencesBetween(leaves, log).differences.length === 0).toBe(grown && onlyNew);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
