import { type AgencyKind, agencyKindOf, type DataClass, type RecipientKind, recordOf } from '#kernel';

/**
 * Who may hold or be told something: the agencies that act in this system, and those that only ask. Stored values: add,
 * never rename.
 */
export const authorities = [
  'SOCIAL_BOARD',
  'POLICE',
  'NATIONAL_COORDINATOR',
  'HOUSING_PROVIDER',
  'SAPO',
  'AKLAGARMYNDIGHETEN',
  'EKOBROTTSMYNDIGHETEN',
  'TULLVERKET',
  'KUSTBEVAKNINGEN',
  'SKATTEVERKET',
  'KRONOFOGDEN',
  'KRIMINALVARDEN',
  'FORSAKRINGSKASSAN',
  'ARBETSFORMEDLINGEN',
  'MIGRATIONSVERKET',
  'UTBETALNINGSMYNDIGHETEN',
  'JAMSTALLDHETSMYNDIGHETEN',
  'SIS',
  'HEALTH_CARE',
  'SCHOOL',
  'COURT',
  'IVO',
  'SOCIALSTYRELSEN',
  'LANSSTYRELSEN',
  'CIVIL_SOCIETY',
  /** The person, or another party of a decision: no authority, and bound by no secrecy. */
  'PARTY',
] as const;
export type Authority = (typeof authorities)[number];

/** An agency whose officials may log in, by the name that the catalogue of legal bases has for it. */
const behind: Readonly<Record<AgencyKind, Authority>> = {
  SOCIAL_BOARD: 'SOCIAL_BOARD',
  POLICE: 'POLICE',
  NATIONAL_COORDINATOR: 'NATIONAL_COORDINATOR',
  HOUSING_PROVIDER: 'HOUSING_PROVIDER',
  TAX_AGENCY: 'SKATTEVERKET',
  PROBATION_SERVICE: 'KRIMINALVARDEN',
  SIS: 'SIS',
  SOCIAL_INSURANCE_AGENCY: 'FORSAKRINGSKASSAN',
  EMPLOYMENT_SERVICE: 'ARBETSFORMEDLINGEN',
  ENFORCEMENT_AUTHORITY: 'KRONOFOGDEN',
  MIGRATION_AGENCY: 'MIGRATIONSVERKET',
  HEALTH_CARE: 'HEALTH_CARE',
  SCHOOL: 'SCHOOL',
  // The council is no authority: school, social services, Police and leisure sit in it, and social services keep its papers [own].
  LOCAL_COUNCIL: 'SOCIAL_BOARD',
  // Employed in social services (domain.md 1.1).
  REGION_COORDINATOR: 'SOCIAL_BOARD',
  IVO: 'IVO',
};
export const authorityBehind = (kind: AgencyKind): Authority => behind[kind];

/** Which authority stands behind a part in a case. */
export const authorityOf: Readonly<Record<RecipientKind, Authority>> = recordOf(
  Object.keys(agencyKindOf) as RecipientKind[],
  (kind) => authorityBehind(agencyKindOf[kind]),
);

/**
 * The provisions that may protect a fact, with whom they protect: the individual, who may lift them, or the work of the
 * authority, which is nobody's to waive. Paragraphs as in domain.md 3; there they are mostly [own], 21:3 is [text].
 */
export const provisions = {
  /** Preliminary investigation, intelligence, and both of them when they have gone elsewhere. */
  OSL_18_1: 'WORK',
  OSL_18_2: 'WORK',
  OSL_18_3: 'WORK',
  /** Special personal-security work. */
  OSL_18_7: 'WORK',
  /** Address and the like of a persecuted person, in every authority. */
  OSL_21_3: 'INDIVIDUAL',
  /** Population register; protected registration. */
  OSL_22_1: 'INDIVIDUAL',
  OSL_22_2: 'INDIVIDUAL',
  /** Pupils. */
  OSL_23_2: 'INDIVIDUAL',
  /** Health care. */
  OSL_25_1: 'INDIVIDUAL',
  /** Social services: reverse damage test; what is told in confidence there, family counselling and others. */
  OSL_26_1: 'INDIVIDUAL',
  OSL_26_1_A: 'INDIVIDUAL',
  OSL_26_3: 'INDIVIDUAL',
  OSL_26_4: 'INDIVIDUAL',
  OSL_26_6: 'INDIVIDUAL',
  /** Taxes. */
  OSL_27_1: 'INDIVIDUAL',
  /** Social insurance, labour market. */
  OSL_28_1: 'INDIVIDUAL',
  OSL_28_11: 'INDIVIDUAL',
  /** Enforcement. */
  OSL_34_1: 'INDIVIDUAL',
  /** Whoever is in the papers of those who fight crime; prison and probation service. */
  OSL_35_1: 'INDIVIDUAL',
  OSL_35_15: 'INDIVIDUAL',
  /** Courts. */
  OSL_36_1: 'INDIVIDUAL',
  /** Aliens. */
  OSL_37_1: 'INDIVIDUAL',
  /** OSL does not bind a private provider; the duty of silence of the social services act does [own]. */
  SOL_DUTY_OF_SILENCE: 'INDIVIDUAL',
} as const satisfies Readonly<Record<string, 'INDIVIDUAL' | 'WORK'>>;
export type Provision = keyof typeof provisions;

export const isProvision = (code: string): code is Provision => Object.hasOwn(provisions, code);

/**
 * What protects a fact at the one who is told (OSL 3:1 and 11 kap.: secrecy does not follow a copy by itself). The first
 * is what holds for anything; an authority that is not here protects nothing that we know of, and is told nothing.
 */
const protectionAt: Readonly<Partial<Record<Authority, readonly Provision[]>>> = {
  SOCIAL_BOARD: ['OSL_26_1', 'OSL_21_3'],
  POLICE: ['OSL_35_1', 'OSL_21_3'],
  // Which authority will coordinate is an open question (domain.md 9); today's coordinator sits with Police [F1].
  NATIONAL_COORDINATOR: ['OSL_35_1', 'OSL_21_3'],
  // A municipal provider is under OSL 26:1 too.
  HOUSING_PROVIDER: ['SOL_DUTY_OF_SILENCE', 'OSL_26_1'],
  SAPO: ['OSL_35_1', 'OSL_21_3'],
  AKLAGARMYNDIGHETEN: ['OSL_35_1', 'OSL_21_3'],
  EKOBROTTSMYNDIGHETEN: ['OSL_35_1', 'OSL_21_3'],
  TULLVERKET: ['OSL_35_1', 'OSL_21_3'],
  KUSTBEVAKNINGEN: ['OSL_35_1', 'OSL_21_3'],
  SKATTEVERKET: ['OSL_22_1', 'OSL_22_2', 'OSL_27_1', 'OSL_21_3'],
  KRONOFOGDEN: ['OSL_34_1', 'OSL_21_3'],
  KRIMINALVARDEN: ['OSL_35_15', 'OSL_21_3'],
  FORSAKRINGSKASSAN: ['OSL_28_1', 'OSL_21_3'],
  ARBETSFORMEDLINGEN: ['OSL_28_11', 'OSL_21_3'],
  MIGRATIONSVERKET: ['OSL_37_1', 'OSL_21_3'],
  SIS: ['OSL_26_1', 'OSL_21_3'],
  HEALTH_CARE: ['OSL_25_1', 'OSL_21_3'],
  SCHOOL: ['OSL_23_2', 'OSL_21_3'],
  COURT: ['OSL_36_1', 'OSL_21_3'],
  // What it gets for its supervision stays under what protects it there (OSL 11:1) [own].
  IVO: ['OSL_26_1', 'OSL_21_3'],
};

/** What protects anything that an authority is told; undefined: nothing that we know of. */
export const protectionOf = (authority: Authority): Provision | undefined => protectionAt[authority]?.[0];

export const protectsAt = (authority: Authority, provision: string): provision is Provision =>
  isProvision(provision) && (protectionAt[authority] ?? []).includes(provision);

/** Where somebody is: protected by 21:3 in every authority, beside what holds there anyway. */
const places: readonly DataClass[] = ['destination', 'address'];

/**
 * What protects a fact of a class where it was written. A provider writes address and destination for the receiving
 * board, which owns them. Police's detail is protected for the work too, so that it never leaves; level, advice and
 * what else they write to be told stand under 35:1 alone.
 */
export const protectedAt = (writer: AgencyKind, dataClass: DataClass): readonly Provision[] => {
  const ofPlace: readonly Provision[] = places.includes(dataClass) ? ['OSL_21_3'] : [];
  switch (writer) {
    case 'SOCIAL_BOARD':
      return ['OSL_26_1', ...ofPlace];
    case 'HOUSING_PROVIDER':
      return ofPlace.length > 0 ? ['OSL_26_1', ...ofPlace] : ['SOL_DUTY_OF_SILENCE'];
    case 'POLICE':
      return dataClass === 'threat-detail' ? ['OSL_18_1', 'OSL_35_1'] : ['OSL_35_1', ...ofPlace];
    case 'NATIONAL_COORDINATOR':
      return ['OSL_35_1', ...ofPlace];
    case 'TAX_AGENCY':
      return ['OSL_22_1', 'OSL_22_2', ...ofPlace];
    default:
      // They write nothing here; what they hold is under what protects it there.
      return [...(protectionAt[authorityBehind(writer)] ?? []).slice(0, 1), ...ofPlace];
  }
};

/**
 * Whose a fact of a class is, whoever holds it now. Housing providers write places for the receiving board, and the
 * coordinator names them for it: they are social services'.
 */
const originOf: Readonly<Record<DataClass, AgencyKind>> = {
  identity: 'SOCIAL_BOARD',
  destination: 'SOCIAL_BOARD',
  address: 'SOCIAL_BOARD',
  needs: 'SOCIAL_BOARD',
  social: 'SOCIAL_BOARD',
  family: 'SOCIAL_BOARD',
  cost: 'SOCIAL_BOARD',
  health: 'HEALTH_CARE',
  offence: 'PROBATION_SERVICE',
  'threat-detail': 'POLICE',
  'threat-advice': 'POLICE',
};

/**
 * What a basis must lift before a holder answers others with a fact of a class: what protects it at the holder, which is
 * the law (OSL 3:1), and what protects it where it comes from, which is our own stricter rule (domain.md 3) [design].
 */
export const protectedThereAndAtOrigin = (holder: AgencyKind, dataClass: DataClass): readonly Provision[] => [
  ...new Set([...protectedAt(holder, dataClass), ...protectedAt(originOf[dataClass], dataClass)]),
];
