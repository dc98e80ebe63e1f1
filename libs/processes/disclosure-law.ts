import type { RecipientKind, RoadKind } from '#kernel';
import type { Foot, LegalBasisCode, Provision } from '#domain/disclosure';

/**
 * The provision that protects a fact at the one who gets it (OSL 3:1, 11 kap.: secrecy does not follow a copy by
 * itself). OSL paragraphs as read in domain.md 3; where it marks them [own], so does this table.
 */
export const secrecyAtHolder: Readonly<Record<RoadKind, Provision>> = {
  // OSL 26:1: social services, reverse damage test.
  HOME_BOARD: 'OSL_26_1',
  RECEIVING_BOARD: 'OSL_26_1',
  // OSL does not bind a private provider; the duty of silence of SoL does [own]. A municipal one is under OSL 26:1 too.
  HOUSING_PROVIDER: 'SOL_DUTY_OF_SILENCE',
  // OSL 35:1 protects the individual at Police; 18:1-2 protect the work [own].
  HOME_POLICE: 'OSL_35_1',
  RECEIVING_POLICE: 'OSL_35_1',
  // Which authority will coordinate is an open question (domain.md 9); today's coordinator sits with Police [F1].
  NATIONAL_COORDINATOR: 'OSL_35_1',
};

/** Of an application for protected personal data, and of what became of it (OSL 22:1 at Skatteverket). */
export const secrecyOfProtection = {
  TAX_AGENCY: 'OSL_22_1',
  HOME_BOARD: secrecyAtHolder.HOME_BOARD,
} as const satisfies Partial<Record<RecipientKind, Provision>>;

/** The application itself, and what is decided on it. */
export const basisOfProtection: LegalBasisCode = 'FOL_16_APPLICATION';

/**
 * An address is also protected in every authority by OSL 21:3 (persecuted persons): the alarm plan stands on it,
 * whoever holds it.
 */
export const secrecyOfAlarmPlan: Provision = 'OSL_21_3';

/** On what a telling stands. STATUTE has no single provision: whoever uses it must name one. */
export const legalBasisOf: Readonly<Record<Exclude<Foot, 'STATUTE'>, LegalBasisCode>> = {
  // The person's own waiver of secrecy.
  WAIVER: 'OSL_10_1',
  // Necessary for the authority's own task, to protect the person; survives the withdrawal [own].
  RESCUE: 'OSL_10_2',
};
