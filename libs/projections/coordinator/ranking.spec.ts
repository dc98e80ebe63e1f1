import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rankCandidates, type RankingDestination, type RankingRequest, type Spread } from './ranking.js';

const request: RankingRequest = {
  persons: 2,
  housingForm: 'PROTECTED',
  competences: ['DEFECTOR_SUPPORT', 'SCHOOLING'],
  noGoPlaces: [],
  exposedPlaces: [],
  askedBefore: [],
};
const place = (name: string, of: Partial<RankingDestination> = {}): RankingDestination => ({
  board: `board-${name}`,
  municipality: `place-${name}`,
  free: 4,
  housingForms: ['PROTECTED'],
  competences: ['DEFECTOR_SUPPORT', 'SCHOOLING'],
  ...of,
});
const nobody: Spread = { byMunicipality: {}, byArea: {}, areaOf: {} };
const order = (
  destinations: readonly RankingDestination[],
  of: { request?: Partial<RankingRequest>; spread?: Spread } = {},
): string[] =>
  rankCandidates({ ...request, ...of.request }, destinations, of.spread ?? nobody).map(({ municipality }) =>
    municipality.replace('place-', ''),
  );

describe('the order in which places are offered to the coordinator', () => {
  const cases: [string, () => string[], string[]][] = [
    [
      'a place where the person must not be is never listed',
      () => order([place('a'), place('b')], { request: { noGoPlaces: ['place-a'] } }),
      ['b'],
    ],
    [
      'a place that became known is never listed, nor one in its area',
      () =>
        order([place('a'), place('b'), place('c'), place('d')], {
          request: { exposedPlaces: ['place-a'] },
          spread: { ...nobody, areaOf: { 'place-a': 'area-1', 'place-b': 'area-1', 'place-c': 'area-2' } },
        }),
      ['c', 'd'],
    ],
    ['a full house is never listed', () => order([place('a', { free: 1 }), place('b', { free: 2 })]), ['b']],
    [
      'a place that has the housing form comes before one that has not',
      () => order([place('a', { housingForms: ['HVB'] }), place('b')]),
      ['b', 'a'],
    ],
    [
      'housing form weighs more than competences',
      () => order([place('a', { housingForms: ['HVB'] }), place('b', { competences: [] })]),
      ['b', 'a'],
    ],
    [
      'fewer missing competences come first',
      () => order([place('a', { competences: [] }), place('b', { competences: ['SCHOOLING'] }), place('c')]),
      ['c', 'b', 'a'],
    ],
    [
      'a place where nobody is comes before one with somebody in its area, and that before one with somebody in it',
      () =>
        order([place('a'), place('b'), place('c')], {
          spread: {
            byMunicipality: { 'place-a': 1 },
            byArea: { north: 1 },
            areaOf: { 'place-a': 'north', 'place-b': 'north', 'place-c': 'south' },
          },
        }),
      ['c', 'b', 'a'],
    ],
    [
      'more room comes first when all else is equal',
      () => order([place('a', { free: 2 }), place('b', { free: 3 })]),
      ['b', 'a'],
    ],
    [
      'a board that was asked before comes last',
      () => order([place('a'), place('b', { competences: [] })], { request: { askedBefore: ['board-a'] } }),
      ['b', 'a'],
    ],
    ['equal places are ordered by their token', () => order([place('b'), place('a')]), ['a', 'b']],
  ];
  it.each(cases)('%s', (_title, ranked, expected) => {
    expect(ranked()).toEqual(expected);
  });

  it('says why each place stands where it stands', () => {
    const [first, last] = rankCandidates(
      { ...request, askedBefore: ['board-b'] },
      [place('a'), place('b', { housingForms: [], competences: ['SCHOOLING'] })],
      { byMunicipality: { 'place-b': 2 }, byArea: {}, areaOf: {} },
    );
    expect(first?.reasons).toEqual(['HOUSING_FORM_OFFERED', 'ALL_COMPETENCES', 'NOBODY_PLACED_THERE']);
    expect(last?.reasons).toEqual([
      'ASKED_BEFORE',
      'HOUSING_FORM_MISSING',
      'SOME_COMPETENCES',
      'SOMEBODY_PLACED_THERE',
    ]);
  });

  it('follows another order of criteria when the rules say so', () => {
    const places = [place('a', { free: 9, competences: [] }), place('b')];
    expect(order(places)).toEqual(['b', 'a']);
    const ranked = rankCandidates(request, places, nobody, { order: ['ROOM', 'COMPETENCES'] });
    expect(ranked.map(({ board }) => board)).toEqual(['board-a', 'board-b']);
  });

  it('does not depend on the order in which places come in', () => {
    const places = ['a', 'b', 'c', 'd', 'e'].map((name, at) => place(name, { free: 2 + (at % 2) }));
    const expected = order(places);
    fc.assert(
      fc.property(fc.shuffledSubarray(places, { minLength: places.length }), (shuffled) => {
        expect(order(shuffled)).toEqual(expected);
      }),
    );
  });
});
