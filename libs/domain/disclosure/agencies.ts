import { addDays, type PlainDate } from '#kernel';
import type { Authority } from './provisions.js';

// Every agency that the work against organised crime and the support of a person who leaves it touch, as dated data. Who
// has no part in cases is on the list as well: that it has none is a decision, and a test holds every route to it.

/** First and last day; the last is open for what still holds. */
interface Span {
  readonly from: PlainDate;
  readonly until?: PlainDate;
}

export interface Agency {
  readonly code: string;
  readonly name: string;
  readonly kind: 'STATE' | 'MUNICIPAL' | 'REGIONAL' | 'PRIVATE';
  /** Its name in the catalogue of legal bases; absent where no basis there speaks of it. */
  readonly authority?: Authority;
  /**
   * The joint work against organised crime: intelligence, never the support of a person who leaves. CORE: those who carry
   * it; WIDER: the network around them.
   */
  readonly jointWork?: Span & { readonly circle: 'CORE' | 'WIDER' };
  /** Party of LUS (lag 2016:774, förordning 2016:775): may be told and must tell. */
  readonly lusParty?: Span;
  /** Whether anybody there can have a part in a case (domain.md 1.2). Where none can there is no row about any. */
  readonly partInCases: boolean;
}

/** On the list of the twelve as it was published; that the work has gone on since 2009 says nothing of each of them. */
const ofTwelve = { circle: 'CORE', from: '2017-09-27' } as const;
/** Who the thirteen of the wider network are is commonly held and not checked. Nothing is opened by being one. */
const wider = { circle: 'WIDER', from: '2025-12-30' } as const;
const lusFromTheStart: Span = { from: '2016-08-15' };

export const agencies: readonly Agency[] = [
  // The twelve of 2017.
  {
    code: 'POLICE',
    name: 'Polismyndigheten',
    kind: 'STATE',
    authority: 'POLICE',
    jointWork: ofTwelve,
    lusParty: lusFromTheStart,
    partInCases: true,
  },
  {
    code: 'SAPO',
    name: 'Säkerhetspolisen',
    kind: 'STATE',
    authority: 'SAPO',
    jointWork: ofTwelve,
    lusParty: lusFromTheStart,
    partInCases: false,
  },
  // May be told by parties of LUS (förordning 2016:775, 3 §) and is none.
  {
    code: 'AKLAGARMYNDIGHETEN',
    name: 'Åklagarmyndigheten',
    kind: 'STATE',
    authority: 'AKLAGARMYNDIGHETEN',
    jointWork: ofTwelve,
    partInCases: false,
  },
  {
    code: 'EKOBROTTSMYNDIGHETEN',
    name: 'Ekobrottsmyndigheten',
    kind: 'STATE',
    authority: 'EKOBROTTSMYNDIGHETEN',
    jointWork: ofTwelve,
    lusParty: lusFromTheStart,
    partInCases: false,
  },
  {
    code: 'SKATTEVERKET',
    name: 'Skatteverket',
    kind: 'STATE',
    authority: 'SKATTEVERKET',
    jointWork: ofTwelve,
    lusParty: lusFromTheStart,
    partInCases: true,
  },
  {
    code: 'KRIMINALVARDEN',
    name: 'Kriminalvården',
    kind: 'STATE',
    authority: 'KRIMINALVARDEN',
    jointWork: ofTwelve,
    lusParty: lusFromTheStart,
    partInCases: true,
  },
  {
    code: 'KRONOFOGDEN',
    name: 'Kronofogdemyndigheten',
    kind: 'STATE',
    authority: 'KRONOFOGDEN',
    jointWork: ofTwelve,
    lusParty: lusFromTheStart,
    partInCases: true,
  },
  {
    code: 'KUSTBEVAKNINGEN',
    name: 'Kustbevakningen',
    kind: 'STATE',
    authority: 'KUSTBEVAKNINGEN',
    jointWork: ofTwelve,
    lusParty: lusFromTheStart,
    partInCases: false,
  },
  {
    code: 'TULLVERKET',
    name: 'Tullverket',
    kind: 'STATE',
    authority: 'TULLVERKET',
    jointWork: ofTwelve,
    lusParty: lusFromTheStart,
    partInCases: false,
  },
  {
    code: 'FORSAKRINGSKASSAN',
    name: 'Försäkringskassan',
    kind: 'STATE',
    authority: 'FORSAKRINGSKASSAN',
    jointWork: ofTwelve,
    lusParty: lusFromTheStart,
    partInCases: true,
  },
  {
    code: 'MIGRATIONSVERKET',
    name: 'Migrationsverket',
    kind: 'STATE',
    authority: 'MIGRATIONSVERKET',
    jointWork: ofTwelve,
    lusParty: lusFromTheStart,
    partInCases: true,
  },
  {
    code: 'ARBETSFORMEDLINGEN',
    name: 'Arbetsförmedlingen',
    kind: 'STATE',
    authority: 'ARBETSFORMEDLINGEN',
    jointWork: ofTwelve,
    lusParty: lusFromTheStart,
    partInCases: true,
  },
  // The thirteenth, which has existed since 2024 [own].
  {
    code: 'UTBETALNINGSMYNDIGHETEN',
    name: 'Utbetalningsmyndigheten',
    kind: 'STATE',
    authority: 'UTBETALNINGSMYNDIGHETEN',
    jointWork: { circle: 'CORE', from: '2024-01-01' },
    lusParty: { from: '2024-01-01' },
    partInCases: false,
  },

  // The wider network. When IVO became a party of LUS is not known: from the day on which the list was read.
  {
    code: 'IVO',
    name: 'Inspektionen för vård och omsorg',
    kind: 'STATE',
    authority: 'IVO',
    jointWork: wider,
    lusParty: { from: '2025-12-30' },
    partInCases: true,
  },
  {
    code: 'JAMSTALLDHETSMYNDIGHETEN',
    name: 'Jämställdhetsmyndigheten',
    kind: 'STATE',
    authority: 'JAMSTALLDHETSMYNDIGHETEN',
    jointWork: wider,
    partInCases: false,
  },
  {
    code: 'LANSSTYRELSEN',
    name: 'Länsstyrelserna',
    kind: 'STATE',
    authority: 'LANSSTYRELSEN',
    jointWork: wider,
    partInCases: false,
  },
  ...[
    ['ARBETSMILJOVERKET', 'Arbetsmiljöverket'],
    ['BOLAGSVERKET', 'Bolagsverket'],
    ['CSN', 'Centrala studiestödsnämnden'],
    ['FINANSINSPEKTIONEN', 'Finansinspektionen'],
    ['JORDBRUKSVERKET', 'Statens jordbruksverk'],
    ['PENSIONSMYNDIGHETEN', 'Pensionsmyndigheten'],
    ['SKOLINSPEKTIONEN', 'Skolinspektionen'],
    ['SPELINSPEKTIONEN', 'Spelinspektionen'],
    ['TILLVAXTVERKET', 'Tillväxtverket'],
    ['TRANSPORTSTYRELSEN', 'Transportstyrelsen'],
  ].map(([code = '', name = '']): Agency => ({
    code,
    name,
    kind: 'STATE',
    jointWork: wider,
    partInCases: false,
  })),

  // Who supports the person, whom the person meets, and who supervises that.
  {
    code: 'SOCIAL_BOARD',
    name: 'Socialnämnderna',
    kind: 'MUNICIPAL',
    authority: 'SOCIAL_BOARD',
    partInCases: true,
  },
  // Which authority will coordinate is an open question; the function is there.
  {
    code: 'NATIONAL_COORDINATOR',
    name: 'Nationella samordnaren',
    kind: 'STATE',
    authority: 'NATIONAL_COORDINATOR',
    partInCases: true,
  },
  {
    code: 'HOUSING_PROVIDER',
    name: 'Boenden',
    kind: 'PRIVATE',
    authority: 'HOUSING_PROVIDER',
    partInCases: true,
  },
  {
    code: 'SIS',
    name: 'Statens institutionsstyrelse',
    kind: 'STATE',
    authority: 'SIS',
    partInCases: true,
  },
  {
    code: 'HEALTH_CARE',
    name: 'Regionernas hälso- och sjukvård',
    kind: 'REGIONAL',
    authority: 'HEALTH_CARE',
    partInCases: true,
  },
  { code: 'SCHOOL', name: 'Skolor', kind: 'MUNICIPAL', authority: 'SCHOOL', partInCases: true },
  {
    code: 'CIVIL_SOCIETY',
    name: 'Idéburna organisationer',
    kind: 'PRIVATE',
    authority: 'CIVIL_SOCIETY',
    partInCases: true,
  },
  { code: 'COURT', name: 'Domstolarna', kind: 'STATE', authority: 'COURT', partInCases: false },

  // Guidance and statistics: aggregates, never a row.
  {
    code: 'SOCIALSTYRELSEN',
    name: 'Socialstyrelsen',
    kind: 'STATE',
    authority: 'SOCIALSTYRELSEN',
    partInCases: false,
  },
  { code: 'BRA', name: 'Brottsförebyggande rådet', kind: 'STATE', partInCases: false },
  { code: 'SCB', name: 'Statistiska centralbyrån', kind: 'STATE', partInCases: false },
];

const holdsOn = (span: Span | undefined, on: PlainDate): boolean =>
  span !== undefined && span.from <= on && (span.until === undefined || on <= span.until);

/** Who carries the joint work against organised crime on a day (YYYY-MM-DD). */
export const jointWorkOn = (on: PlainDate, circle: 'CORE' | 'WIDER'): readonly Agency[] =>
  agencies.filter(({ jointWork }) => jointWork?.circle === circle && holdsOn(jointWork, on));

/** Parties of LUS on a day. No municipality, not SiS, not Socialstyrelsen. */
export const lusPartiesOn = (on: PlainDate): readonly Authority[] =>
  agencies.flatMap(({ authority, lusParty }) => (authority && holdsOn(lusParty, on) ? [authority] : []));

/** The periods between which the circle of parties changed, in order; the last is open. */
export const lusPeriods: readonly Span[] = [
  ...new Set(agencies.flatMap(({ lusParty }) => (lusParty ? [lusParty.from] : []))),
]
  .sort()
  .map((from, index, all) => {
    const next = all[index + 1];
    return next === undefined ? { from } : { from, until: addDays(next, -1) };
  });
