import type { DataClass, PlainDate } from '#kernel';
import { lusPartiesOn, lusPeriods } from './agencies.js';
import { type Purpose, purposes, type TellingPurpose } from './disclosure.events.js';
import { type Authority, authorities, protectionOf, type Provision, provisions } from './provisions.js';

// The secrecy-breaking provisions, as dated data with rules. Law as read in December 2025 (domain.md 3): what came later
// is not here. [text]: the paragraph itself was read; [own]: commonly held, not checked, and then the stricter reading;
// [design]: a block of our own. What no entry lifts stays shut.

/** What an authority may want to know something for, beside the purposes of a case. */
export const requestPurposes = [
  'CRIME_PREVENTION',
  'CRIME_INVESTIGATION',
  'ORGANISED_CRIME',
  'WRONG_PAYMENTS',
  'WORKING_LIFE_CRIME',
  'RULE_BREAKING',
  'ENFORCEMENT',
  'CARE',
  'STAY_CHECK',
  'SERVED_DECISION',
] as const;
export type RequestPurpose = (typeof requestPurposes)[number];
export type LegalPurpose = Purpose | TellingPurpose | RequestPurpose;

/** What is told: data of a class; contact data alone; whether somebody stays; a decision itself, without the place. */
export const matters = ['DATA', 'CONTACT_DATA', 'STAY', 'DECISION'] as const;
export type Matter = (typeof matters)[number];

/**
 * What must be on record beside the basis, as coded facts of the day of the telling: never a date of birth, never a word
 * of what happened.
 */
export interface LegalGrounds {
  readonly waiverVersion?: number;
  readonly under18?: boolean;
  readonly under21?: boolean;
  readonly substanceMisuse?: boolean;
  readonly psychiatricCare?: boolean;
  /** Concrete circumstances point to a risk of crime. */
  readonly concreteCircumstances?: boolean;
  /** The wording before: particular circumstances, and that telling contributes to preventing. */
  readonly particularCircumstances?: boolean;
  readonly contributesToPreventing?: boolean;
  readonly violenceInCloseRelation?: boolean;
  /** It is suspected that a crime was committed; what its scale of punishment begins and ends with, in months. */
  readonly committedCrime?: boolean;
  readonly scaleFromMonths?: number;
  readonly scaleToMonths?: number;
  /** The authority has asked, in a single case. */
  readonly onRequest?: boolean;
  /** Within a co-operation that was decided on (LUS 1 §). */
  readonly decidedCooperation?: boolean;
  /** The interests were weighed, and the weighing is on record. */
  readonly weighed?: boolean;
  /** Two persons have looked at it. */
  readonly fourEyes?: boolean;
}

const conditions = {
  WAIVER_VERSION: ({ waiverVersion }: LegalGrounds) => waiverVersion !== undefined,
  UNDER_21: ({ under21 }: LegalGrounds) => under21 === true,
  UNDER_18_OR_CARE: ({ under18, substanceMisuse, psychiatricCare }: LegalGrounds) =>
    under18 === true || substanceMisuse === true || psychiatricCare === true,
  CONCRETE_CIRCUMSTANCES: ({ concreteCircumstances }: LegalGrounds) => concreteCircumstances === true,
  PARTICULAR_CIRCUMSTANCES: ({ particularCircumstances }: LegalGrounds) => particularCircumstances === true,
  CONTRIBUTES_TO_PREVENTING: ({ contributesToPreventing }: LegalGrounds) => contributesToPreventing === true,
  VIOLENCE_IN_CLOSE_RELATION: ({ violenceInCloseRelation }: LegalGrounds) => violenceInCloseRelation === true,
  COMMITTED_CRIME: ({ committedCrime }: LegalGrounds) => committedCrime === true,
  SIX_MONTHS_IN_SCALE: ({ scaleToMonths }: LegalGrounds) => (scaleToMonths ?? 0) >= 6,
  SCALE_FROM_ONE_YEAR: ({ scaleFromMonths }: LegalGrounds) => (scaleFromMonths ?? 0) >= 12,
  PRISON_IN_SCALE: ({ scaleToMonths }: LegalGrounds) => (scaleToMonths ?? 0) > 0,
  ON_REQUEST: ({ onRequest }: LegalGrounds) => onRequest === true,
  DECIDED_COOPERATION: ({ decidedCooperation }: LegalGrounds) => decidedCooperation === true,
  WEIGHED: ({ weighed }: LegalGrounds) => weighed === true,
  FOUR_EYES: ({ fourEyes }: LegalGrounds) => fourEyes === true,
} as const satisfies Readonly<Record<string, (grounds: LegalGrounds) => boolean>>;
export type Condition = keyof typeof conditions;

/** Conditions that ask how old somebody is on the day of the telling. */
const conditionsOfAge: readonly string[] = ['UNDER_21', 'UNDER_18_OR_CARE'] satisfies readonly Condition[];
export const isAboutAge = (rule: string): boolean => conditionsOfAge.includes(rule);

/** Chapter and sections of OSL; `to` counts sections with letters in. */
interface Sections {
  readonly chapter: number;
  readonly from: number;
  readonly to: number;
}
/** Exactly these; or whole chapters but for some sections; or whatever protects the person, whose secrecy it is. */
type Lifts =
  | { readonly only: readonly Provision[] }
  | {
      readonly chapters: readonly [from: number, to: number];
      readonly exempt: readonly Sections[];
      readonly exemptCodes?: readonly Provision[];
    }
  | 'INDIVIDUAL';

/** How the interests stand against each other, where they are weighed at all. */
export type Balance =
  | 'NONE'
  /** Told unless overriding reasons oppose. */
  | 'OVERRIDING_REASONS'
  /** Told unless exceptional reasons oppose (synnerliga skäl). */
  | 'EXCEPTIONAL_REASONS'
  /** Told only if it is obvious that the interest in telling comes first. */
  | 'OBVIOUS';

export interface LegalBasis {
  readonly code: string;
  readonly law: string;
  readonly read: 'TEXT' | 'OWN';
  /** First and last day of this wording; the last is open for what is in force. */
  readonly from: PlainDate;
  readonly until?: PlainDate;
  readonly holders: readonly Authority[] | 'ANY';
  readonly lifts: Lifts;
  readonly recipients: readonly Authority[];
  readonly purposes: readonly LegalPurpose[];
  readonly matters: readonly Matter[];
  readonly conditions: readonly Condition[];
  readonly balance: Balance;
  /** Whether it ever reaches what this system keeps of a case. */
  readonly caseStore: 'OPEN' | 'THROUGH_WEIGHING' | 'NEVER';
}

const crimeFighting2025: readonly Authority[] = [
  'POLICE',
  'SAPO',
  'EKOBROTTSMYNDIGHETEN',
  'AKLAGARMYNDIGHETEN',
  'SKATTEVERKET',
  'TULLVERKET',
  'KUSTBEVAKNINGEN',
];

/** Sections that both the general clause and laws that copy its list leave alone; 2024:307 4 § has the same [text]. */
const exemptOfGeneralClause: readonly Sections[] = [
  { chapter: 24, from: 2, to: 2 },
  { chapter: 24, from: 8, to: 8 },
  { chapter: 25, from: 1, to: 8 },
  { chapter: 26, from: 1, to: 6 },
  { chapter: 29, from: 1, to: 2 },
  { chapter: 31, from: 1, to: 2 },
  { chapter: 31, from: 12, to: 12 },
  { chapter: 33, from: 2, to: 2 },
  { chapter: 33, from: 4, to: 4 },
  { chapter: 36, from: 3, to: 3 },
  { chapter: 40, from: 2, to: 2 },
  { chapter: 40, from: 5, to: 5 },
];

/** Special personal-security work is lifted by nothing here [design]: stricter than the law, which may weigh it. */
const personSecurity: readonly Provision[] = ['OSL_18_7'];

/**
 * Bound by OSL: neither private nor a party. They are who may ask, and whom a law that speaks of authorities means as
 * holders (OSL 10:15 a, 24, 27; lag 2025:170 2 and 5-7 §§): a private provider is asked by 2025:170 4 § alone.
 */
export const publicAuthorities: readonly Authority[] = authorities.filter(
  (one) => !['HOUSING_PROVIDER', 'CIVIL_SOCIETY', 'PARTY'].includes(one),
);

const osl = (section: string): string => `OSL (2009:400) ${section}`;
const oslInForce = '2009-06-30';
const dataOnly: readonly Matter[] = ['DATA', 'CONTACT_DATA'];
const crime: readonly LegalPurpose[] = ['CRIME_PREVENTION', 'CRIME_INVESTIGATION'];

export const legalBases = [
  // The person's own consent, by OSL 12:2 [F7 cites 10:1; own: 12:2]. What protects the work of Police is not the
  // person's to lift. Whom and what it covers is said by the waiver itself.
  {
    code: 'OSL_10_1',
    law: osl('10 kap. 1 §'),
    read: 'OWN',
    from: oslInForce,
    holders: 'ANY',
    lifts: 'INDIVIDUAL',
    recipients: authorities.filter((one) => one !== 'PARTY'),
    purposes,
    matters: dataOnly,
    conditions: ['WAIVER_VERSION'],
    balance: 'NONE',
    caseStore: 'OPEN',
  },
  // Necessary for the authority's own task [own]. Here for one thing only [design]: that rescuers can find the person.
  {
    code: 'OSL_10_2',
    law: osl('10 kap. 2 §'),
    read: 'OWN',
    from: oslInForce,
    holders: ['SOCIAL_BOARD', 'POLICE'],
    lifts: { only: ['OSL_26_1', 'OSL_21_3', 'OSL_35_1'] },
    recipients: ['SOCIAL_BOARD', 'POLICE'],
    purposes: ['ALARM'],
    matters: dataOnly,
    conditions: [],
    balance: 'NONE',
    caseStore: 'OPEN',
  },
  // A party always gets the decision itself [text]; what it may see of the case beside it is weighed by the board.
  {
    code: 'OSL_10_3',
    law: osl('10 kap. 3 §'),
    read: 'TEXT',
    from: oslInForce,
    holders: 'ANY',
    lifts: { only: ['OSL_26_1', 'OSL_35_1'] },
    recipients: ['PARTY'],
    purposes: ['SERVED_DECISION'],
    matters: ['DECISION'],
    conditions: [],
    balance: 'NONE',
    caseStore: 'OPEN',
  },
  // Towards any authority, against crime, wrong payments, cheating and breaches of rules, unless overriding reasons
  // oppose: the widest lawful leak. Chapters 21 to 40; in 26 only 1 a § first paragraph, 3, 4 and 6 §§ are exempt [text].
  // Health care and what else the general clause leaves alone outside chapter 26 stays shut until it is read [own].
  {
    code: 'OSL_10_15_A',
    law: osl('10 kap. 15 a §, lag (2025:934)'),
    read: 'TEXT',
    from: '2025-12-01',
    holders: publicAuthorities,
    lifts: {
      chapters: [21, 40],
      exempt: exemptOfGeneralClause.filter(({ chapter }) => chapter !== 26),
      exemptCodes: ['OSL_26_1_A', 'OSL_26_3', 'OSL_26_4', 'OSL_26_6'],
    },
    recipients: publicAuthorities,
    purposes: [...crime, 'WRONG_PAYMENTS', 'RULE_BREAKING', 'WORKING_LIFE_CRIME'],
    matters: dataOnly,
    conditions: ['WEIGHED', 'FOUR_EYES'],
    balance: 'OVERRIDING_REASONS',
    caseStore: 'THROUGH_WEIGHING',
  },
  // Under 21, to prevent crime; not for the suspicion of a concrete crime. The wording before wanted particular
  // circumstances and that telling contributes to preventing, and named Police alone [own].
  {
    code: 'OSL_10_18_A',
    law: osl('10 kap. 18 a §, lag (2012:966)'),
    read: 'OWN',
    from: '2013-01-01',
    until: '2025-03-31',
    holders: ['SOCIAL_BOARD'],
    lifts: { only: ['OSL_26_1', 'OSL_21_3'] },
    recipients: ['POLICE'],
    purposes: ['CRIME_PREVENTION'],
    matters: dataOnly,
    conditions: ['UNDER_21', 'PARTICULAR_CIRCUMSTANCES', 'CONTRIBUTES_TO_PREVENTING', 'FOUR_EYES'],
    balance: 'NONE',
    caseStore: 'THROUGH_WEIGHING',
  },
  {
    code: 'OSL_10_18_A',
    law: osl('10 kap. 18 a §, lag (2025:179)'),
    read: 'TEXT',
    from: '2025-04-01',
    holders: ['SOCIAL_BOARD'],
    lifts: { only: ['OSL_26_1', 'OSL_21_3'] },
    recipients: ['POLICE', 'SAPO', 'TULLVERKET'],
    purposes: ['CRIME_PREVENTION'],
    matters: dataOnly,
    conditions: ['UNDER_21', 'CONCRETE_CIRCUMSTANCES', 'FOUR_EYES'],
    balance: 'NONE',
    caseStore: 'THROUGH_WEIGHING',
  },
  // Serious violence against somebody in a close relation, to prevent it.
  {
    code: 'OSL_10_18_C',
    law: osl('10 kap. 18 c §, lag (2021:646)'),
    read: 'OWN',
    from: '2021-08-01',
    until: '2025-03-31',
    holders: ['SOCIAL_BOARD', 'HEALTH_CARE'],
    lifts: { only: ['OSL_26_1', 'OSL_25_1', 'OSL_21_3'] },
    recipients: ['POLICE'],
    purposes: ['CRIME_PREVENTION'],
    matters: dataOnly,
    conditions: [
      'VIOLENCE_IN_CLOSE_RELATION',
      'PARTICULAR_CIRCUMSTANCES',
      'CONTRIBUTES_TO_PREVENTING',
      'FOUR_EYES',
    ],
    balance: 'NONE',
    caseStore: 'THROUGH_WEIGHING',
  },
  {
    code: 'OSL_10_18_C',
    law: osl('10 kap. 18 c §, lag (2025:179)'),
    read: 'TEXT',
    from: '2025-04-01',
    holders: ['SOCIAL_BOARD', 'HEALTH_CARE'],
    lifts: { only: ['OSL_26_1', 'OSL_25_1', 'OSL_21_3'] },
    recipients: ['POLICE'],
    purposes: ['CRIME_PREVENTION'],
    matters: dataOnly,
    conditions: ['VIOLENCE_IN_CLOSE_RELATION', 'CONCRETE_CIRCUMSTANCES', 'FOUR_EYES'],
    balance: 'NONE',
    caseStore: 'THROUGH_WEIGHING',
  },
  // Suspicion of a committed crime. Before: nothing milder than a year in the scale; today six months in it.
  {
    code: 'OSL_10_23',
    law: osl('10 kap. 23 §'),
    read: 'OWN',
    from: oslInForce,
    until: '2025-03-31',
    holders: ['SOCIAL_BOARD', 'HEALTH_CARE', 'SIS'],
    lifts: { only: ['OSL_26_1', 'OSL_25_1', 'OSL_21_3'] },
    recipients: ['POLICE', 'SAPO', 'AKLAGARMYNDIGHETEN', 'EKOBROTTSMYNDIGHETEN'],
    purposes: ['CRIME_INVESTIGATION'],
    matters: dataOnly,
    conditions: ['COMMITTED_CRIME', 'SCALE_FROM_ONE_YEAR', 'FOUR_EYES'],
    balance: 'NONE',
    caseStore: 'THROUGH_WEIGHING',
  },
  {
    code: 'OSL_10_23',
    law: osl('10 kap. 23 §, lag (2025:179)'),
    read: 'TEXT',
    from: '2025-04-01',
    holders: ['SOCIAL_BOARD', 'HEALTH_CARE', 'SIS'],
    lifts: { only: ['OSL_26_1', 'OSL_25_1', 'OSL_21_3'] },
    recipients: ['POLICE', 'SAPO', 'AKLAGARMYNDIGHETEN', 'EKOBROTTSMYNDIGHETEN'],
    purposes: ['CRIME_INVESTIGATION'],
    matters: dataOnly,
    conditions: ['COMMITTED_CRIME', 'SIX_MONTHS_IN_SCALE', 'FOUR_EYES'],
    balance: 'NONE',
    caseStore: 'THROUGH_WEIGHING',
  },
  // Suspicion of a committed crime, for what 10:19 to 23 do not hold back: social services and health care are held
  // back there [own].
  {
    code: 'OSL_10_24',
    law: osl('10 kap. 24 §'),
    read: 'OWN',
    from: oslInForce,
    holders: publicAuthorities,
    lifts: {
      chapters: [21, 40],
      exempt: [
        { chapter: 25, from: 1, to: 18 },
        { chapter: 26, from: 1, to: 15 },
      ],
    },
    recipients: ['POLICE', 'SAPO', 'AKLAGARMYNDIGHETEN', 'EKOBROTTSMYNDIGHETEN'],
    purposes: ['CRIME_INVESTIGATION'],
    matters: dataOnly,
    conditions: ['COMMITTED_CRIME', 'PRISON_IN_SCALE', 'FOUR_EYES'],
    balance: 'NONE',
    caseStore: 'THROUGH_WEIGHING',
  },
  // The general clause: if it is obvious that the interest in telling comes first. Not where 25:1-8, 26:1-6 and others
  // protect [own; the same list read in 2024:307].
  {
    code: 'OSL_10_27',
    law: osl('10 kap. 27 §'),
    read: 'OWN',
    from: oslInForce,
    holders: publicAuthorities,
    lifts: { chapters: [15, 40], exempt: exemptOfGeneralClause, exemptCodes: personSecurity },
    recipients: publicAuthorities,
    purposes: [...crime, 'WRONG_PAYMENTS', 'RULE_BREAKING', 'ENFORCEMENT'],
    matters: dataOnly,
    conditions: ['WEIGHED', 'FOUR_EYES'],
    balance: 'OBVIOUS',
    caseStore: 'THROUGH_WEIGHING',
  },
  // OSL 10:28 with the duty of lag 2025:170, 2 and 4 §§: contact data on request, unless exceptional reasons oppose
  // [text]; which seven, and that 2 § speaks of authorities and 4 § of private providers and schools, who are asked
  // directly [own].
  {
    code: 'LAG_2025_170_2',
    law: 'OSL 10 kap. 28 §, lag (2025:170) 2 §',
    read: 'TEXT',
    from: '2025-04-01',
    holders: publicAuthorities,
    lifts: { chapters: [21, 40], exempt: [] },
    recipients: crimeFighting2025,
    purposes: crime,
    matters: ['CONTACT_DATA'],
    conditions: ['ON_REQUEST', 'WEIGHED', 'FOUR_EYES'],
    balance: 'EXCEPTIONAL_REASONS',
    caseStore: 'THROUGH_WEIGHING',
  },
  {
    code: 'LAG_2025_170_4',
    law: 'OSL 10 kap. 28 §, lag (2025:170) 4 §',
    read: 'TEXT',
    from: '2025-04-01',
    holders: ['HOUSING_PROVIDER', 'SCHOOL'],
    lifts: { only: ['SOL_DUTY_OF_SILENCE', 'OSL_26_1', 'OSL_21_3', 'OSL_23_2'] },
    recipients: crimeFighting2025,
    purposes: crime,
    matters: ['CONTACT_DATA'],
    conditions: ['ON_REQUEST', 'WEIGHED', 'FOUR_EYES'],
    balance: 'EXCEPTIONAL_REASONS',
    caseStore: 'THROUGH_WEIGHING',
  },
  // The same law, 5 to 7 §§: other data, on request or unasked; exempt by its 8 § where 25:1-8 or 26:1-6 protect [text].
  {
    code: 'LAG_2025_170_5',
    law: 'OSL 10 kap. 28 §, lag (2025:170) 5-8 §§',
    read: 'TEXT',
    from: '2025-04-01',
    holders: publicAuthorities,
    lifts: {
      chapters: [21, 40],
      exempt: [
        { chapter: 25, from: 1, to: 8 },
        { chapter: 26, from: 1, to: 6 },
      ],
    },
    recipients: crimeFighting2025,
    purposes: crime,
    matters: dataOnly,
    conditions: ['WEIGHED', 'FOUR_EYES'],
    balance: 'OVERRIDING_REASONS',
    caseStore: 'THROUGH_WEIGHING',
  },
  // LUS: within a decided co-operation against organised crime, needed by the one that receives, unless overriding
  // reasons oppose [text]. Only between its parties on the day, and no basis for the support of a person who leaves.
  // No social services and no health care is a party: what comes from there is told by no party either [design].
  ...lusPeriods.map(
    (period) =>
      ({
        code: 'LUS_2016_774',
        law: 'Lag (2016:774) 2 §, förordning (2016:775)',
        read: 'TEXT',
        ...period,
        holders: lusPartiesOn(period.from),
        lifts: {
          chapters: [18, 40],
          exempt: [
            { chapter: 25, from: 1, to: 18 },
            { chapter: 26, from: 1, to: 15 },
          ],
          exemptCodes: personSecurity,
        },
        recipients: [...lusPartiesOn(period.from), 'AKLAGARMYNDIGHETEN'],
        purposes: ['ORGANISED_CRIME'],
        matters: dataOnly,
        conditions: ['DECIDED_COOPERATION', 'WEIGHED', 'FOUR_EYES'],
        balance: 'OVERRIDING_REASONS',
        caseStore: 'THROUGH_WEIGHING',
      }) as const satisfies LegalBasis,
  ),
  // Wrong payments (2 §) and crime in working life (4 §); both leave 25:1-8 and 26:1-6 alone [text]. Never the case
  // store, whoever holds it [design].
  {
    code: 'LAG_2024_307_2',
    law: 'Lag (2024:307) 2 §',
    read: 'TEXT',
    from: '2024-07-01',
    holders: [
      'SOCIAL_BOARD',
      'ARBETSFORMEDLINGEN',
      'FORSAKRINGSKASSAN',
      'IVO',
      'KRONOFOGDEN',
      'MIGRATIONSVERKET',
      'SKATTEVERKET',
    ],
    lifts: { chapters: [21, 40], exempt: exemptOfGeneralClause },
    recipients: [
      'SOCIAL_BOARD',
      'ARBETSFORMEDLINGEN',
      'FORSAKRINGSKASSAN',
      'IVO',
      'KRONOFOGDEN',
      'MIGRATIONSVERKET',
      'SKATTEVERKET',
    ],
    purposes: ['WRONG_PAYMENTS'],
    matters: dataOnly,
    conditions: ['WEIGHED', 'FOUR_EYES'],
    balance: 'OVERRIDING_REASONS',
    caseStore: 'NEVER',
  },
  {
    code: 'LAG_2024_307_4',
    law: 'Lag (2024:307) 4 §',
    read: 'TEXT',
    from: '2024-07-01',
    holders: [
      'ARBETSFORMEDLINGEN',
      'EKOBROTTSMYNDIGHETEN',
      'FORSAKRINGSKASSAN',
      'JAMSTALLDHETSMYNDIGHETEN',
      'MIGRATIONSVERKET',
      'POLICE',
      'SKATTEVERKET',
      'AKLAGARMYNDIGHETEN',
    ],
    lifts: {
      chapters: [15, 40],
      exempt: [{ chapter: 15, from: 1, to: 2 }, ...exemptOfGeneralClause],
      exemptCodes: personSecurity,
    },
    recipients: [
      'ARBETSFORMEDLINGEN',
      'EKOBROTTSMYNDIGHETEN',
      'FORSAKRINGSKASSAN',
      'JAMSTALLDHETSMYNDIGHETEN',
      'MIGRATIONSVERKET',
      'POLICE',
      'SKATTEVERKET',
      'AKLAGARMYNDIGHETEN',
    ],
    purposes: ['WORKING_LIFE_CRIME'],
    matters: dataOnly,
    conditions: ['WEIGHED', 'FOUR_EYES'],
    balance: 'OVERRIDING_REASONS',
    caseStore: 'NEVER',
  },
  // Social services to social services or health care: a child, substance misuse, compulsory psychiatry [own]. A sober
  // adult who leaves a gang is none of these, which is why there is a waiver.
  {
    code: 'OSL_26_9',
    law: osl('26 kap. 9 §'),
    read: 'OWN',
    from: oslInForce,
    holders: ['SOCIAL_BOARD'],
    lifts: { only: ['OSL_26_1'] },
    recipients: ['SOCIAL_BOARD', 'HEALTH_CARE'],
    purposes: ['CARE', 'SUPPORT', 'RECEPTION', 'PLACEMENT_ANSWER'],
    matters: dataOnly,
    conditions: ['UNDER_18_OR_CARE', 'FOUR_EYES'],
    balance: 'NONE',
    caseStore: 'OPEN',
  },
  // SiS to Police, new with lag 2025:179 [text]; that the circumstances must be concrete as in 10:18 a [own].
  {
    code: 'OSL_26_9_E',
    law: osl('26 kap. 9 e §, lag (2025:179)'),
    read: 'TEXT',
    from: '2025-04-01',
    holders: ['SIS'],
    lifts: { only: ['OSL_26_1', 'OSL_21_3'] },
    recipients: ['POLICE'],
    purposes: ['CRIME_PREVENTION'],
    matters: dataOnly,
    conditions: ['UNDER_21', 'CONCRETE_CIRCUMSTANCES', 'FOUR_EYES'],
    balance: 'NONE',
    caseStore: 'THROUGH_WEIGHING',
  },
  // Decisions on LVU and on one-guardian shelter are outside 26:1 [text]: the decision, and never the place, which has
  // a sealed one of its own.
  {
    code: 'OSL_26_7',
    law: osl('26 kap. 7 §'),
    read: 'TEXT',
    from: oslInForce,
    holders: ['SOCIAL_BOARD'],
    lifts: { only: ['OSL_26_1'] },
    recipients: authorities,
    purposes: ['SERVED_DECISION'],
    matters: ['DECISION'],
    conditions: [],
    balance: 'NONE',
    caseStore: 'OPEN',
  },
  // On request in a single case: whether somebody stays in such housing. No weighing, and never where [text].
  {
    code: 'SOL_15_7',
    law: 'SoL (2025:400) 15 kap. 7 § 1',
    read: 'TEXT',
    from: '2025-07-01',
    holders: ['SOCIAL_BOARD'],
    lifts: { only: ['OSL_26_1'] },
    recipients: [
      'COURT',
      'AKLAGARMYNDIGHETEN',
      'EKOBROTTSMYNDIGHETEN',
      'POLICE',
      'SAPO',
      'KRONOFOGDEN',
      'SKATTEVERKET',
      'TULLVERKET',
    ],
    purposes: ['STAY_CHECK'],
    matters: ['STAY'],
    conditions: ['ON_REQUEST', 'FOUR_EYES'],
    balance: 'NONE',
    caseStore: 'THROUGH_WEIGHING',
  },
  // Skatteverket asks for assistance before it decides on protected registration, and Police and social board must give it
  // [F25]; that the duty lifts their secrecy by OSL 10:28 [own].
  {
    code: 'FOL_16',
    law: 'OSL 10 kap. 28 §, folkbokföringslagen (1991:481) 16-17 b §§',
    read: 'OWN',
    from: '2019-01-01',
    holders: ['SOCIAL_BOARD', 'POLICE'],
    lifts: { only: ['OSL_26_1', 'OSL_35_1', 'OSL_21_3'] },
    recipients: ['SKATTEVERKET'],
    purposes: ['PROTECTION'],
    matters: dataOnly,
    conditions: ['ON_REQUEST'],
    balance: 'NONE',
    caseStore: 'OPEN',
  },
  // The application itself, made with the person, and what is decided on it: a party's own matter at both of them, told in
  // codes [own]. A secrecy marking (OSL 22:1) is applied for at Skatteverket in the same way [own].
  {
    code: 'FOL_16_APPLICATION',
    law: 'Folkbokföringslagen (1991:481) 16-17 b §§, ansökan och beslut',
    read: 'OWN',
    from: '2019-01-01',
    holders: ['SOCIAL_BOARD', 'SKATTEVERKET'],
    lifts: { only: ['OSL_26_1', 'OSL_22_1', 'OSL_22_2'] },
    recipients: ['SKATTEVERKET', 'SOCIAL_BOARD'],
    purposes: ['PROTECTION'],
    matters: dataOnly,
    conditions: [],
    balance: 'NONE',
    caseStore: 'OPEN',
  },
  // What an authority needs for supervision over the one that holds it [own]. Only in the case that it asks for [design].
  {
    code: 'OSL_10_17',
    law: osl('10 kap. 17 §'),
    read: 'OWN',
    from: oslInForce,
    holders: ['SOCIAL_BOARD'],
    lifts: { only: ['OSL_26_1', 'OSL_21_3'] },
    recipients: ['IVO'],
    purposes: ['SUPERVISION'],
    matters: dataOnly,
    conditions: ['ON_REQUEST'],
    balance: 'NONE',
    caseStore: 'OPEN',
  },
] as const satisfies readonly LegalBasis[];

export type LegalBasisCode = (typeof legalBases)[number]['code'];
export const legalBasisCodes: readonly LegalBasisCode[] = [...new Set(legalBases.map(({ code }) => code))];

/**
 * On what others may say that their request stands. Whether it does is for the weighing: a request is registered also when
 * it names a law that lifts nothing here.
 */
export const requestBases: readonly LegalBasisCode[] = legalBasisCodes.filter(
  (code) =>
    ![
      'OSL_10_1',
      'OSL_10_2',
      'OSL_10_3',
      'OSL_26_7',
      'SOL_15_7',
      'FOL_16',
      'FOL_16_APPLICATION',
      'OSL_10_17',
    ].includes(code),
);

/**
 * On what an officer may tell an agency without the waiver: a duty that leaves nothing to weigh. Where the law wants a
 * weighing by two persons the request goes by the road of inquiries.
 */
export const statutesOfTelling: readonly LegalBasisCode[] = ['FOL_16', 'OSL_10_17'];

/** What is asked of the catalogue: may the holder tell this, protected there by these, to that recipient? */
export interface LegalQuestion {
  readonly basis: string;
  readonly holder: Authority;
  /** Every provision that protects it at the holder: each must be lifted. */
  readonly protectedBy: readonly Provision[];
  readonly recipient: Authority;
  readonly purpose: LegalPurpose;
  readonly matter: Matter;
  /** Of a case that this system keeps. */
  readonly ofCaseStore: boolean;
  readonly grounds: LegalGrounds;
}

export type LegalRefusal =
  | 'UNKNOWN_BASIS'
  | 'NOT_IN_FORCE'
  | 'HOLDER_NOT_COVERED'
  | 'RECIPIENT_NOT_COVERED'
  | 'PURPOSE_NOT_COVERED'
  | 'MATTER_NOT_COVERED'
  | 'CASE_STORE_CLOSED'
  | 'NOTHING_PROTECTS_IT'
  | 'PROVISION_NOT_LIFTED'
  | 'CONDITION_MISSING'
  | 'UNPROTECTED_AT_RECIPIENT';

export type LegalAnswer =
  /** `protection`: what protects it at the recipient; undefined for a decision, which is no secret. */
  | { readonly permitted: true; readonly wording: LegalBasis; readonly protection: Provision | undefined }
  | {
      readonly permitted: false;
      readonly refusal: LegalRefusal;
      /** The rule that says no: code of the basis, of the provision or of the condition. */
      readonly rule: string;
    };

/** The wording of a basis on a day; undefined when there is none then. */
export const wordingOn = (code: string, on: PlainDate): LegalBasis | undefined =>
  (legalBases as readonly LegalBasis[]).find(
    (one) => one.code === code && one.from <= on && (one.until === undefined || on <= one.until),
  );

/** Whether what a wording permits rests on how old the person is: not where care is on record that is enough alone. */
export const restsOnAge = (
  { conditions: asked }: Pick<LegalBasis, 'conditions'>,
  { substanceMisuse, psychiatricCare }: LegalGrounds,
): boolean =>
  asked.includes('UNDER_21') ||
  (asked.includes('UNDER_18_OR_CARE') && substanceMisuse !== true && psychiatricCare !== true);

/** Whether a basis asks for an age, in any of its wordings. */
export const asksForAge = (code: string): boolean =>
  (legalBases as readonly LegalBasis[]).some((one) => one.code === code && one.conditions.some(isAboutAge));

/**
 * Whether a basis carries a telling on a day (YYYY-MM-DD in Europe/Stockholm). What no rule says yes to is refused, with
 * the rule that says no.
 */
export const permits = (question: LegalQuestion, on: PlainDate): LegalAnswer => {
  const { basis, holder, protectedBy, recipient, purpose, matter, ofCaseStore, grounds } = question;
  if (!legalBases.some(({ code }) => code === basis)) return refuse('UNKNOWN_BASIS', basis);
  const wording = wordingOn(basis, on);
  if (!wording) return refuse('NOT_IN_FORCE', basis);
  if (!covers(wording.holders, holder)) return refuse('HOLDER_NOT_COVERED', basis);
  if (!wording.recipients.includes(recipient)) return refuse('RECIPIENT_NOT_COVERED', basis);
  if (!wording.purposes.includes(purpose)) return refuse('PURPOSE_NOT_COVERED', basis);
  if (!wording.matters.includes(matter)) return refuse('MATTER_NOT_COVERED', basis);
  if (ofCaseStore && wording.caseStore === 'NEVER') return refuse('CASE_STORE_CLOSED', basis);
  // A fact of which nobody says what protects it is not a public one: somebody has forgotten to say it.
  if (protectedBy.length === 0) return refuse('NOTHING_PROTECTS_IT', basis);
  const shut = protectedBy.find((provision) => !lifts(wording.lifts, provision));
  if (shut !== undefined) return refuse('PROVISION_NOT_LIFTED', shut);
  const missing = wording.conditions.find((name) => !conditions[name](grounds));
  if (missing !== undefined) return refuse('CONDITION_MISSING', missing);
  const protection = protectionOf(recipient);
  if (protection === undefined && matter !== 'DECISION') return refuse('UNPROTECTED_AT_RECIPIENT', basis);
  return { permitted: true, wording, protection };
};

const refuse = (refusal: LegalRefusal, rule: string): LegalAnswer => ({ permitted: false, refusal, rule });

const covers = (who: readonly Authority[] | 'ANY', one: Authority): boolean =>
  who === 'ANY' || who.includes(one);

const lifts = (what: Lifts, provision: Provision): boolean => {
  if (what === 'INDIVIDUAL') return provisions[provision] === 'INDIVIDUAL';
  if ('only' in what) return what.only.includes(provision);
  const place = placeOf(provision);
  if (!place) return false;
  const { chapter, section } = place;
  return (
    chapter >= what.chapters[0] &&
    chapter <= what.chapters[1] &&
    !(what.exemptCodes ?? []).includes(provision) &&
    !what.exempt.some((one) => one.chapter === chapter && one.from <= section && section <= one.to)
  );
};

/** Chapter and section of a provision of OSL; undefined for one of another law, which no range of OSL can mean. */
const placeOf = (
  provision: Provision,
): { readonly chapter: number; readonly section: number } | undefined => {
  const [, chapter, section] = /^OSL_(\d+)_(\d+)/.exec(provision) ?? [];
  return chapter === undefined ? undefined : { chapter: Number(chapter), section: Number(section) };
};

/** The classes that say who or where somebody is: refusal is the default for them (domain.md 3, OSL 10:15 a). */
export const guardedClasses: readonly DataClass[] = ['identity', 'destination', 'address', 'family'];
