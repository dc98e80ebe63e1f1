import {
  type AgencyKind,
  agencyKindOf,
  type Instant,
  recordOf,
  type RecipientKind,
  type Token,
  type ToldKind,
  toldKinds,
} from '#kernel';
import type { OfficialFunction } from './official.js';

/** Which part somebody has in one case. The duty officer's part is an own one: it ends with the handover.
 * TAX_AGENCY is Skatteverket asked for protection, by an application; told something it is POPULATION_REGISTER. */
export type CaseRelation = RecipientKind | 'HOME_DUTY';

/** Under which function the contacts of an agency are appointed that is told something: its kind decides the rest. */
export const contactFunctionOf = (kind: ToldKind): OfficialFunction =>
  kind === 'POPULATION_REGISTER' ? 'PROTECTION_OFFICER' : 'AGENCY_CONTACT';

/** Who can have a part at all: an agency of that kind, by a person with one of these functions there. */
export const relationRules: Readonly<
  Record<CaseRelation, { readonly agencyKind: AgencyKind; readonly functions: readonly OfficialFunction[] }>
> = {
  HOME_BOARD: { agencyKind: 'SOCIAL_BOARD', functions: ['HOME_OFFICER'] },
  HOME_DUTY: { agencyKind: 'SOCIAL_BOARD', functions: ['HOME_DUTY_OFFICER'] },
  RECEIVING_BOARD: { agencyKind: 'SOCIAL_BOARD', functions: ['RECEIVING_OFFICER', 'RECEIVING_DECIDER'] },
  HOUSING_PROVIDER: { agencyKind: 'HOUSING_PROVIDER', functions: ['FACILITY_DIRECTOR'] },
  HOME_POLICE: {
    agencyKind: 'POLICE',
    functions: ['POLICE_COORDINATOR', 'POLICE_ASSESSOR', 'POLICE_REGISTRAR'],
  },
  RECEIVING_POLICE: {
    agencyKind: 'POLICE',
    functions: ['POLICE_COORDINATOR', 'POLICE_ASSESSOR', 'POLICE_REGISTRAR'],
  },
  NATIONAL_COORDINATOR: {
    agencyKind: 'NATIONAL_COORDINATOR',
    functions: ['NATIONAL_COORDINATOR', 'DEPUTY_COORDINATOR'],
  },
  TAX_AGENCY: { agencyKind: 'TAX_AGENCY', functions: ['PROTECTION_OFFICER'] },
  ...recordOf(toldKinds, (kind) => ({
    agencyKind: agencyKindOf[kind],
    functions: [contactFunctionOf(kind)],
  })),
};

/** A part that an organisation has in a case, as the handler read it from the streams of the case. */
export interface Part {
  readonly relation: CaseRelation;
  readonly organisation: Token;
  /** The named persons; undefined where everybody there with a function of that relation has the part. */
  readonly persons?: readonly Token[];
  /** Who takes it over while none of the named can hand it over: has it where a policy says so, and nowhere else. */
  readonly takers?: readonly Token[];
  readonly from?: Instant;
  /** Not included; undefined until further notice. */
  readonly until?: Instant;
}

/** Where a case, or the proposal that is asked about, stands: the matrix shows some of it only from clearance on. */
export const caseStages = ['BEFORE_CLEARANCE', 'CLEARED', 'CLOSED'] as const;
export type CaseStage = (typeof caseStages)[number];

export interface CaseFacts {
  /** Which case it is, and of whom: for the record of what is refused, for no decision. */
  readonly file?: { readonly caseId: string; readonly subject: string };
  readonly parts: readonly Part[];
  readonly stage?: CaseStage;
  /** Who has declared that nothing disqualifies them in this case (FL 16 §). */
  readonly impartial?: readonly Token[];
  /** Who is disqualified has no part, whatever else is said. */
  readonly disqualified?: readonly Token[];
}

/** The level of login that a route wants; FRESH_LOA3 for opening identity or location. */
export type WantedLogin = 'LOA2' | 'LOA3' | 'FRESH_LOA3';

/** How old a fresh login may be, in minutes. */
export const freshLoginMinutes = 15;

/** What stands beside every route. What is not named here is not allowed. */
export interface Policy {
  /** Any of these, in this order of preference when somebody holds several. */
  readonly functions: readonly OfficialFunction[];
  readonly agencyKind: AgencyKind;
  /** The parts in the case that carry it; NO_CASE for a route that names no case. */
  readonly relations: readonly CaseRelation[] | 'NO_CASE';
  readonly login: WantedLogin;
  /** Only with the board's delegation. */
  readonly delegated?: boolean;
  /** Only the coordinator who is on duty. */
  readonly onDuty?: boolean;
  /** Only after the person has declared that nothing disqualifies him or her in this case (FL 16 §). */
  readonly declared?: boolean;
  /** Also for who is disqualified: who says it again is answered the same, and nothing else is open. */
  readonly evenDisqualified?: boolean;
  /** Also for who takes the part over and is not named yet: it shows nothing, and somebody must be able to do it. */
  readonly forTakers?: boolean;
  /** Only at these stages; at others the thing is not there for the caller. */
  readonly stages?: readonly CaseStage[];
  /** A list of Police by which who stands by finds the person's place; it names no case and has no part. */
  readonly forRescue?: true;
  readonly purpose: string;
  readonly legalBasis: string;
}

/** Who comes to help a person in danger, as libs/domain/disclosure names them. */
const rescuers: readonly CaseRelation[] = ['HOME_DUTY', 'RECEIVING_POLICE'];

/** Whether a policy is for rescuers: nothing that others, or they themselves at something else, have done keeps them from it. */
export const isForRescuers = ({ purpose, relations, forRescue }: Policy): boolean =>
  forRescue === true ||
  purpose === 'ALARM' ||
  (relations !== 'NO_CASE' && relations.some((one) => rescuers.includes(one)));

/**
 * What is left of policies for who asks as a rescuer and as nothing else: who has several parts is a rescuer by one of them,
 * and acts by another as long as that is open.
 */
export const forRescuersOnly = (policies: readonly Policy[]): readonly Policy[] =>
  policies.flatMap((policy) => {
    if (policy.forRescue === true || policy.purpose === 'ALARM') return [policy];
    if (policy.relations === 'NO_CASE') return [];
    const relations = policy.relations.filter((one) => rescuers.includes(one));
    return relations.length === 0 ? [] : [{ ...policy, relations }];
  });

/** Whether somebody asks who stands by to fetch the person. */
export const isByRescuer = ({
  purpose,
  relation,
}: {
  readonly purpose: string;
  readonly relation?: CaseRelation | undefined;
}): boolean => purpose === 'ALARM' || (relation !== undefined && rescuers.includes(relation));

/**
 * Written into every event that came of a decision under these rules. The record of a read bears none: it says when, and
 * the history of this repository which rules held then. It moves with every change of a policy or of `authorise`
 * (test/contracts/policy-versions.json); a second one on the same day is -2.
 */
export const policyVersion = '2026-11-26-7';

/**
 * For the declaration beside a route: a policy that can never let anybody in, or that has no purpose or legal basis, is
 * a mistake that should stop the start and not wait for a caller.
 * @throws Error that names the mistake
 */
export const definePolicy = (policy: Policy): Policy => {
  if (policy.functions.length === 0) throw new Error('a policy without a function lets nobody in');
  if (policy.purpose === '' || policy.legalBasis === '')
    throw new Error('a policy needs a purpose and a legal basis');
  if (policy.relations === 'NO_CASE') {
    if (policy.stages) throw new Error('a policy without a case has no stages');
    if (policy.forTakers) throw new Error('without a case nobody takes over');
    if (policy.declared || policy.evenDisqualified) throw new Error('without a case nobody is disqualified');
    return policy;
  }
  if (policy.forRescue) throw new Error('in a case the part says who is a rescuer');
  if (policy.relations.length === 0) throw new Error('a policy without a relation lets nobody in');
  for (const relation of policy.relations) {
    const rule = relationRules[relation];
    if (rule.agencyKind !== policy.agencyKind)
      throw new Error(`the part ${relation} is not had by an agency of kind ${policy.agencyKind}`);
    if (!rule.functions.some((name) => policy.functions.includes(name)))
      throw new Error(`no function of this policy can have the part ${relation}`);
  }
  for (const name of policy.functions)
    if (!policy.relations.some((relation) => relationRules[relation].functions.includes(name)))
      throw new Error(`the function ${name} has none of the parts of this policy`);
  return policy;
};

/**
 * For a route that several agencies may use, each under a policy of its own.
 * @throws Error that names the mistake, as definePolicy; also where one names a case and another none, since the latter
 *   would answer before it is known whether the caller may know of the case
 */
export const definePolicies = (policies: readonly Policy[]): readonly Policy[] => {
  if (policies.length === 0) throw new Error('a route without a policy lets nobody in');
  if (new Set(policies.map(({ relations }) => relations === 'NO_CASE')).size > 1)
    throw new Error('either all policies of a route name a case, or none does');
  return policies.map(definePolicy);
};
