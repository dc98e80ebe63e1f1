import { contactFunctionOf } from '#access';
import { agencyKindOf, type DataClass, toldKinds, type ToldKind, toldOf } from '#kernel';
import type { Readers } from './readers.js';

// Who reads what an agency was told: its named contacts, and of each class those to whom the need-to-know matrix gives it.

/** On what each kind of agency handles personal data at all; domain.md section 3, as far as it says. */
const legalBases: Readonly<Record<ToldKind, string>> = {
  PERSON_SECURITY: 'BRL_2_1',
  PROBATION_SERVICE: 'BDL_2018_1177',
  SIS: 'SOLPUL_6',
  POPULATION_REGISTER: 'FOL_16',
  SOCIAL_INSURANCE_AGENCY: 'GDPR_6_1_E',
  EMPLOYMENT_SERVICE: 'GDPR_6_1_E',
  ENFORCEMENT_AUTHORITY: 'GDPR_6_1_E',
  MIGRATION_AGENCY: 'GDPR_6_1_E',
  HEALTH_CARE: 'PDL_4_1',
  SCHOOL: 'GDPR_6_1_E',
  LOCAL_COUNCIL: 'SOLPUL_6',
  REGION_COORDINATOR: 'SOLPUL_6',
  IVO: 'GDPR_6_1_E',
};

const readersOf = (kind: ToldKind): Readers => ({
  agencyKind: agencyKindOf[kind],
  functions: [contactFunctionOf(kind)],
  relation: kind,
  purpose: 'SUPPORT',
  legalBasis: legalBases[kind],
});

/** The contacts of every agency that may be told something. */
export const toldReaders: readonly Readers[] = toldKinds.map(readersOf);

/**
 * Those who are asked by others for what they hold. Not special personal security: what is asked of it comes in at Police,
 * and what protects it there (OSL 18:7) no weighing lifts. Nor a local council and a coordinator of the region, who are no
 * authorities: social services keep their papers (provisions.ts), and are asked for them.
 */
export const toldAndAsked: readonly Readers[] = toldReaders.filter(
  ({ relation }) => !['PERSON_SECURITY', 'LOCAL_COUNCIL', 'REGION_COORDINATOR'].includes(relation),
);

/** Those of the agencies to whom the matrix gives a class. */
export const toldReadersOf = (dataClass: DataClass): readonly Readers[] => toldOf(dataClass).map(readersOf);
