import { describe, expect, it } from '@jest/globals';
import { agencyKinds, recipientKinds } from '#kernel';
import {
  agencies,
  authorities,
  authorityBehind,
  authorityOf,
  jointWorkOn,
  lusPartiesOn,
  wordingOn,
} from './index.js';

const codes = (of: readonly { readonly code: string }[]): readonly string[] => of.map(({ code }) => code);
const of2017 = [
  'AKLAGARMYNDIGHETEN',
  'ARBETSFORMEDLINGEN',
  'EKOBROTTSMYNDIGHETEN',
  'FORSAKRINGSKASSAN',
  'KRIMINALVARDEN',
  'KRONOFOGDEN',
  'KUSTBEVAKNINGEN',
  'MIGRATIONSVERKET',
  'POLICE',
  'SAPO',
  'SKATTEVERKET',
  'TULLVERKET',
];

describe('the agencies against organised crime', () => {
  it('are twelve on the list of 2017, and thirteen with Utbetalningsmyndigheten', () => {
    expect([...codes(jointWorkOn('2017-09-27', 'CORE'))].sort()).toEqual(of2017);
    expect([...codes(jointWorkOn('2023-12-31', 'CORE'))].sort()).toEqual(of2017);
    expect([...codes(jointWorkOn('2026-03-02', 'CORE'))].sort()).toEqual(
      [...of2017, 'UTBETALNINGSMYNDIGHETEN'].sort(),
    );
  });
  it('have thirteen around them, who are no part of the thirteen', () => {
    const around = codes(jointWorkOn('2026-03-02', 'WIDER'));
    expect(around).toHaveLength(13);
    expect(around.filter((code) => of2017.includes(code))).toEqual([]);
  });
});

describe('the parties of LUS', () => {
  it('are those of the day: the basis stands on the same list', () => {
    expect(lusPartiesOn('2016-08-14')).toEqual([]);
    expect(lusPartiesOn('2016-08-15')).toHaveLength(11);
    for (const day of ['2016-08-15', '2023-12-31', '2024-01-01', '2025-12-29', '2025-12-30', '2026-03-02']) {
      const wording = wordingOn('LUS_2016_774', day);
      expect([day, wording?.holders]).toEqual([day, lusPartiesOn(day)]);
      expect(wording?.recipients).toEqual([...lusPartiesOn(day), 'AKLAGARMYNDIGHETEN']);
    }
    expect(wordingOn('LUS_2016_774', '2023-12-31')?.holders).not.toContain('UTBETALNINGSMYNDIGHETEN');
    expect(wordingOn('LUS_2016_774', '2024-01-01')?.holders).toContain('UTBETALNINGSMYNDIGHETEN');
  });
});

describe('who has a part in cases', () => {
  // Written apart from the list: domain.md 1.2, the rows "other of the 12" and "aggregates".
  const outside = [
    'SAPO',
    'AKLAGARMYNDIGHETEN',
    'EKOBROTTSMYNDIGHETEN',
    'KUSTBEVAKNINGEN',
    'TULLVERKET',
    'UTBETALNINGSMYNDIGHETEN',
    'LANSSTYRELSEN',
    'JAMSTALLDHETSMYNDIGHETEN',
    'SOCIALSTYRELSEN',
    'BRA',
    'SCB',
  ];
  const without = agencies.filter(({ partInCases }) => !partInCases);

  it('is nobody at Säpo, Åklagarmyndigheten, EBM, Kustbevakningen, Tullverket, länsstyrelser, Brå or SCB', () => {
    expect(codes(without)).toEqual(expect.arrayContaining(outside));
  });
  it('is only who has a name in the catalogue of legal bases, as recipient of a telling and as agency that acts', () => {
    const having = agencies.filter(({ partInCases }) => partInCases).map(({ authority }) => authority);
    for (const kind of recipientKinds) expect(having).toContain(authorityOf[kind]);
    for (const kind of agencyKinds) expect(having).toContain(authorityBehind(kind));
  });
  it('is said of every name of the catalogue but a party, once', () => {
    const named = agencies.flatMap(({ authority }) => authority ?? []);
    expect([...named].sort()).toEqual(authorities.filter((one) => one !== 'PARTY').sort());
    expect(new Set(codes(agencies)).size).toBe(agencies.length);
  });
});
