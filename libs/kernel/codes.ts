/**
 * Closed lists that more than one context speaks of. They stand in the clear in the log (CODED), so nothing here
 * may be able to name a person or a place below police region. Stored values: add, never rename.
 */

/** The seven police regions, as slugs (no national code list exists). */
export const policeRegions = ['nord', 'mitt', 'stockholm', 'ost', 'vast', 'syd', 'bergslagen'] as const;
export type PoliceRegion = (typeof policeRegions)[number];

export const threatLevels = ['LOW', 'MEDIUM', 'HIGH', 'EXTREME'] as const;
export type ThreatLevel = (typeof threatLevels)[number];

/** As registered; may differ from what the personal identity number says. */
export const sexes = ['WOMAN', 'MAN'] as const;
export type Sex = (typeof sexes)[number];

export const ageBands = ['UNDER_15', '15_17', '18_20', '21_24', '25_34', '35_PLUS'] as const;
export type AgeBand = (typeof ageBands)[number];

export const environments = ['GANG', 'EXTREMIST', 'HONOUR', 'OTHER'] as const;
export type Environment = (typeof environments)[number];

/** Who led the person in: domain.md 2.1. */
export const entryRoutes = [
  'POLICE',
  'PROBATION',
  'SOCIAL_SERVICES',
  'SCHOOL',
  'CIVIL_SOCIETY',
  'EMPLOYMENT_SERVICE',
  'SELF',
  'OTHER',
] as const;
export type EntryRoute = (typeof entryRoutes)[number];

export const housingForms = ['PROTECTED', 'HVB', 'SUPPORTED', 'APARTMENT'] as const;
export type HousingForm = (typeof housingForms)[number];

/** What the receiving side must be able to do; practical, says nothing of health or of what was done. */
export const competences = [
  'DEFECTOR_SUPPORT',
  'FAMILY_SUPPORT',
  'YOUTH_SUPPORT',
  'SCHOOLING',
  'WORK_TRAINING',
  'ROUND_THE_CLOCK_STAFF',
] as const;
export type Competence = (typeof competences)[number];

/** What the coordinator may learn of a conflict check: nothing but these. */
export const verdicts = ['CLEAR', 'REFER_TO_POLICE'] as const;
export type Verdict = (typeof verdicts)[number];

/** Parts on the road of every case: they act in it, and the waiver must cover each of them. */
export const roadKinds = [
  'HOME_BOARD',
  'RECEIVING_BOARD',
  'HOUSING_PROVIDER',
  'HOME_POLICE',
  'RECEIVING_POLICE',
  'NATIONAL_COORDINATOR',
] as const;
export type RoadKind = (typeof roadKinds)[number];

/** Agencies that are told something of some cases, by decision of an officer, and write nothing here. */
export const toldKinds = [
  'PERSON_SECURITY',
  'PROBATION_SERVICE',
  'SIS',
  'POPULATION_REGISTER',
  'SOCIAL_INSURANCE_AGENCY',
  'EMPLOYMENT_SERVICE',
  'ENFORCEMENT_AUTHORITY',
  'MIGRATION_AGENCY',
  'HEALTH_CARE',
  'SCHOOL',
  'LOCAL_COUNCIL',
  'REGION_COORDINATOR',
  'IVO',
] as const;
export type ToldKind = (typeof toldKinds)[number];

/** Parts that a waiver may cover: each has its row in the matrix (need-to-know.ts). */
export const recipientKinds = [...roadKinds, ...toldKinds] as const;
export type WaivableKind = (typeof recipientKinds)[number];

/**
 * Which part an agency has in one case: it decides what it may know. Skatteverket that is asked to protect somebody's data
 * is told that in codes, by the application: no waiver covers it, and nothing that is sealed is told to it.
 */
export type RecipientKind = WaivableKind | 'TAX_AGENCY';

/** A value for each of some keys. */
export const recordOf = <Key extends string, Value>(
  keys: readonly Key[],
  of: (key: Key) => Value,
): Record<Key, Value> => Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<Key, Value>;

export const isToldKind = (kind: string): kind is ToldKind => (toldKinds as readonly string[]).includes(kind);
