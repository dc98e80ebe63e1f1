import { type AgencyKind, isToldKind, publicAuthorities } from '#kernel';
import type { CaseRelation, OfficialFunction, Policy, WantedLogin } from '#access';
import { toldAndAsked } from './told-readers.js';

// Who may read which agency's rows. The policy is the first door, row-level security the second, the vault the third.

export interface Readers {
  readonly agencyKind: AgencyKind;
  readonly functions: readonly OfficialFunction[];
  readonly relation: CaseRelation;
  readonly purpose: string;
  readonly legalBasis: string;
  readonly delegated?: boolean;
}

export const homeOfficers: Readers = {
  agencyKind: 'SOCIAL_BOARD',
  functions: ['HOME_OFFICER'],
  relation: 'HOME_BOARD',
  purpose: 'SUPPORT',
  legalBasis: 'SOLPUL_6',
};
/** Under a live delegation, for the alarm plan and nothing else. */
export const homeDutyOfficers: Readers = {
  agencyKind: 'SOCIAL_BOARD',
  functions: ['HOME_DUTY_OFFICER'],
  relation: 'HOME_DUTY',
  purpose: 'ALARM',
  legalBasis: 'OSL_10_2',
  delegated: true,
};
export const receivingOfficers: Readers = {
  agencyKind: 'SOCIAL_BOARD',
  functions: ['RECEIVING_OFFICER', 'RECEIVING_DECIDER'],
  relation: 'RECEIVING_BOARD',
  purpose: 'PLACEMENT_ANSWER',
  legalBasis: 'SOLPUL_6',
};
/** A registrar keeps the register and reads no case. */
export const homePolice: Readers = {
  agencyKind: 'POLICE',
  functions: ['POLICE_COORDINATOR', 'POLICE_ASSESSOR'],
  relation: 'HOME_POLICE',
  purpose: 'THREAT_ASSESSMENT',
  legalBasis: 'BRL_2_1',
};
export const receivingPolice: Readers = {
  ...homePolice,
  relation: 'RECEIVING_POLICE',
  purpose: 'PROTECTION',
};
/**
 * Police who are asked about a candidate. A purpose of its own, so that a record of it can be told from one of a placement:
 * that Police were asked tells what the verdict on a place was.
 */
export const referredPolice: Readers = { ...receivingPolice, purpose: 'REFERRAL' };
export const nationalCoordinators: Readers = {
  agencyKind: 'NATIONAL_COORDINATOR',
  functions: ['NATIONAL_COORDINATOR', 'DEPUTY_COORDINATOR'],
  relation: 'NATIONAL_COORDINATOR',
  purpose: 'COORDINATION',
  legalBasis: 'GDPR_6_1_E',
};
export const facilityDirectors: Readers = {
  agencyKind: 'HOUSING_PROVIDER',
  functions: ['FACILITY_DIRECTOR'],
  relation: 'HOUSING_PROVIDER',
  purpose: 'ADMISSION',
  legalBasis: 'SOLPUL_6',
};

export const protectionOfficers: Readers = {
  agencyKind: 'TAX_AGENCY',
  functions: ['PROTECTION_OFFICER'],
  relation: 'TAX_AGENCY',
  purpose: 'PROTECTION',
  legalBasis: 'FOL_16',
};
/** Registrars and deciders of official documents, at every authority. */
export const documentReaders: readonly Omit<Readers, 'relation'>[] = publicAuthorities.map((agencyKind) => ({
  agencyKind,
  functions: ['DOCUMENT_REGISTRAR', 'DOCUMENT_DECIDER'],
  purpose: 'PUBLIC_ACCESS',
  legalBasis: 'TF_2',
}));

const reading = (
  { agencyKind, functions, purpose, legalBasis, delegated }: Omit<Readers, 'relation'>,
  relations: Policy['relations'],
  login: WantedLogin,
): Policy => ({
  agencyKind,
  functions,
  purpose,
  legalBasis,
  relations,
  login,
  ...(delegated === undefined ? {} : { delegated }),
});

const agencies: readonly Readers[] = [
  homeOfficers,
  receivingOfficers,
  { ...homePolice, functions: ['POLICE_REGISTRAR', 'POLICE_COORDINATOR'] },
  nationalCoordinators,
  facilityDirectors,
];
/** Who is named in an inquiry; the same who may register and decide one (policies.ts). */
export const inquiryReaders: readonly Readers[] = [...agencies, ...toldAndAsked].map((readers) => ({
  ...readers,
  purpose: 'INQUIRY',
}));

/** What a route lists: no case is named, and the rows are those of the caller. */
export const listing = (readers: Omit<Readers, 'relation'>): Policy => reading(readers, 'NO_CASE', 'LOA3');

/** The same for Police, who find there where somebody must be fetched. */
export const listingForRescue = (readers: Omit<Readers, 'relation'>): Policy => ({
  ...listing(readers),
  forRescue: true,
});

/** One thing, for who has the part in its case. */
export const looking = (readers: Readers): Policy => ({
  ...reading(readers, [readers.relation], 'LOA3'),
  ...(isToldKind(readers.relation) ? { declared: true } : {}),
});

/** The same where the answer names a municipality: that is an opening of the destination. */
export const naming = (policy: Policy): Policy => ({ ...policy, login: 'FRESH_LOA3' });

/** The classes that say who or where somebody is: opened only shortly after a login. */
export const freshClasses: readonly string[] = ['identity', 'destination', 'address', 'family'];

/** Sealed content of one class of a thing that belongs to no case. */
export const openingOfNoCase = (readers: Omit<Readers, 'relation'>, dataClass: string): Policy =>
  reading(readers, 'NO_CASE', freshClasses.includes(dataClass) ? 'FRESH_LOA3' : 'LOA3');

/** Who or where somebody is, and who is with them: a companion may be the one whom the official is kin to. */
const declaredClasses: readonly string[] = ['identity', 'address', 'family'];

/**
 * Officials who look at FL 16 § first. The home duty officer is a rescuer, and never held up. A private provider is not
 * bound by that law.
 */
const declaring: readonly CaseRelation[] = [
  'HOME_BOARD',
  'RECEIVING_BOARD',
  'HOME_POLICE',
  'RECEIVING_POLICE',
  'TAX_AGENCY',
];

/** What receiving Police need to rescue somebody: it waits for nothing. Who the person is, is no part of that. */
const forRescue: readonly string[] = ['address', 'threat-advice'];

/**
 * Whether the official must have declared before this is opened. Who is only told something declares before anything of the
 * case is shown: all that is known there is of this person.
 */
export const wantsDeclaration = (relation: CaseRelation, dataClass: string): boolean =>
  isToldKind(relation) ||
  (declaring.includes(relation) &&
    declaredClasses.includes(dataClass) &&
    !(relation === 'RECEIVING_POLICE' && forRescue.includes(dataClass)));

/** Of each part what it is shown from clearance on, where it has a part before (the matrix's "before" and "after"). */
const fromClearance: Readonly<Partial<Record<CaseRelation, readonly string[]>>> = {
  RECEIVING_BOARD: ['identity', 'address', 'family', 'threat-advice'],
  HOUSING_PROVIDER: ['threat-advice'],
  HOME_POLICE: ['destination'],
};

/** Sealed content of one class, for who has the part in its case. */
export const opening = (readers: Readers, dataClass: string): Policy => ({
  ...reading(readers, [readers.relation], freshClasses.includes(dataClass) ? 'FRESH_LOA3' : 'LOA3'),
  ...(wantsDeclaration(readers.relation, dataClass) ? { declared: true } : {}),
  ...(fromClearance[readers.relation]?.includes(dataClass) && { stages: ['CLEARED', 'CLOSED'] as const }),
});
