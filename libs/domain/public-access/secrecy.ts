import { type AgencyKind, type PlainDate, publicAuthorities } from '#kernel';

/**
 * What was asked for, as a kind and never as a name. Stored values: add, never rename.
 * POLICY is of no person: whether it exists tells nothing of anybody. A figure is: one that is small names a person.
 */
export const documentKinds = [
  'POLICY',
  'STATISTICS',
  'AGREEMENT',
  'CORRESPONDENCE',
  'CASE_LIST',
  'CASE_FILE',
  'THREAT_ASSESSMENT',
  'OTHER',
] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** Kinds of which the authority may say that it has none. */
export const openKinds: readonly DocumentKind[] = ['POLICY'];

/** A smaller figure in statistics that are released could be somebody; nought is nobody. */
export const smallestReleased = 5;

export const provisions = [
  'OSL_18_1',
  'OSL_18_2',
  'OSL_21_3',
  'OSL_22_1',
  'OSL_22_2',
  'OSL_24_8',
  'OSL_26_1',
  'OSL_35_1',
] as const;
export type Provision = (typeof provisions)[number];

/**
 * STRAIGHT (rakt skaderekvisit): public, unless harm may be assumed. REVERSE (omvänt skaderekvisit): secret, unless it is
 * clear that no harm is done. Who is unsure releases under the first and refuses under the second.
 */
export type HarmTest = 'STRAIGHT' | 'REVERSE';

export interface ProvisionTest {
  readonly provision: Provision;
  readonly test: HarmTest;
}

interface ProvisionRule extends ProvisionTest {
  /** Authorities at which it protects what is asked for here. */
  readonly at: readonly AgencyKind[];
  readonly kinds: readonly DocumentKind[];
  readonly from: PlainDate;
  /** Last day, where it has been replaced. */
  readonly until?: PlainDate;
}

const aboutPersons: readonly DocumentKind[] = [
  'AGREEMENT',
  'CORRESPONDENCE',
  'CASE_LIST',
  'CASE_FILE',
  'THREAT_ASSESSMENT',
  'OTHER',
];

/** How many there are in one municipality is one, most often: a figure is tested like a file. */
const figuresToo: readonly DocumentKind[] = [...aboutPersons, 'STATISTICS'];

/**
 * Offentlighets- och sekretesslagen (2009:400), as read in December 2025 (domain.md 3, most of it unchecked there): a
 * change is a new row. Who is coordinator is not decided; until it is, the coordinator keeps what the boards keep.
 */
const rules: readonly ProvisionRule[] = [
  // Social services: secret, unless it is clear that neither the person nor anybody close is harmed.
  {
    provision: 'OSL_26_1',
    test: 'REVERSE',
    at: ['SOCIAL_BOARD', 'NATIONAL_COORDINATOR'],
    kinds: figuresToo,
    from: '2009-06-30',
  },
  // Address and the like of persecuted persons, at every authority.
  {
    provision: 'OSL_21_3',
    test: 'STRAIGHT',
    at: publicAuthorities,
    kinds: aboutPersons,
    from: '2009-06-30',
  },
  // The population register; 22:2 what led to a protected registration.
  { provision: 'OSL_22_1', test: 'STRAIGHT', at: ['TAX_AGENCY'], kinds: figuresToo, from: '2009-06-30' },
  { provision: 'OSL_22_2', test: 'REVERSE', at: ['TAX_AGENCY'], kinds: aboutPersons, from: '2009-06-30' },
  // Preliminary investigation and intelligence.
  { provision: 'OSL_18_1', test: 'STRAIGHT', at: ['POLICE'], kinds: aboutPersons, from: '2009-06-30' },
  { provision: 'OSL_18_2', test: 'REVERSE', at: ['POLICE'], kinds: aboutPersons, from: '2009-06-30' },
  // The individual in preliminary investigations.
  { provision: 'OSL_35_1', test: 'REVERSE', at: ['POLICE'], kinds: figuresToo, from: '2009-06-30' },
  // What statistics are made from.
  {
    provision: 'OSL_24_8',
    test: 'REVERSE',
    at: ['NATIONAL_COORDINATOR'],
    kinds: ['STATISTICS'],
    from: '2009-06-30',
  },
];

/**
 * What must be tested before anything of these kinds is released by an authority, in a fixed order: it follows from what
 * was asked for and from nothing that was found, so that a refusal which names it tells nothing.
 */
export const provisionsFor = (
  kinds: readonly DocumentKind[],
  authority: AgencyKind,
  on: PlainDate,
): readonly ProvisionTest[] =>
  rules
    .filter(
      (rule) =>
        rule.at.includes(authority) &&
        rule.kinds.some((kind) => kinds.includes(kind)) &&
        rule.from <= on &&
        (rule.until === undefined || on <= rule.until),
    )
    .map(({ provision, test }) => ({ provision, test }));
