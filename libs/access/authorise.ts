import { type AgencyKind, type Instant, isToldKind, type Token } from '#kernel';
import {
  isBefore,
  isInForce,
  type Appointment,
  type Assurance,
  type Official,
  type OfficialFunction,
} from './official.js';
import {
  freshLoginMinutes,
  isByRescuer,
  policyVersion,
  relationRules,
  type CaseFacts,
  type CaseRelation,
  type Part,
  type Policy,
} from './policy.js';

export type Decision =
  | {
      readonly ok: true;
      readonly person: Token;
      /** In whose name: the organisation of the appointment that carries it. */
      readonly organisation: Token;
      readonly agencyKind: AgencyKind;
      readonly function: OfficialFunction;
      readonly relation?: CaseRelation;
      /** What a rescuer needs: counted apart, and not shut while nobody can log in. */
      readonly rescue?: true;
      /** The login is older than the policy wants, and no other was to be had. */
      readonly oldLogin?: true;
      readonly purpose: string;
      readonly legalBasis: string;
      readonly policyVersion: string;
    }
  | {
      readonly ok: false;
      /** UNKNOWN: answer as for an id that does not exist (404). FORBIDDEN: 403. LOA: log in at the wanted level. */
      readonly refused: 'UNKNOWN' | 'FORBIDDEN' | 'LOA';
      /** For the record of refusals, never for the answer. */
      readonly reason: RefusalReason;
    };

type Refusal = Extract<Decision, { ok: false }>;

export type RefusalReason =
  | 'NO_SUCH_CASE'
  | 'NO_PART'
  | 'WRONG_STAGE'
  | 'WRONG_FUNCTION'
  | 'NO_DELEGATION'
  | 'NOT_ON_DUTY'
  | 'NOT_TRAINED'
  | 'NOT_DECLARED'
  | 'LOGIN_TOO_WEAK'
  | 'LOGIN_TOO_OLD';

/** In the order in which authorise looks: one that comes later says that more fitted. */
const reasons: readonly RefusalReason[] = [
  'NO_SUCH_CASE',
  'NO_PART',
  'WRONG_STAGE',
  'WRONG_FUNCTION',
  'NO_DELEGATION',
  'NOT_ON_DUTY',
  'NOT_TRAINED',
  'NOT_DECLARED',
  'LOGIN_TOO_WEAK',
  'LOGIN_TOO_OLD',
];

/**
 * May this official do this now, under any of the policies of a route? The first that says yes. Else the refusal of the
 * one that came furthest: UNKNOWN only when all say so, and more is told only where one of them may tell it.
 * @param policies at least one
 * @throws RangeError when an instant cannot be read, or there is no policy
 */
export const authoriseAny = (
  official: Official,
  policies: readonly Policy[],
  facts: CaseFacts | undefined,
  now: Instant,
): Decision => {
  let furthest: Refusal | undefined;
  for (const policy of policies) {
    const decision = authorise(official, policy, facts, now);
    if (decision.ok) return decision;
    if (!furthest || reasons.indexOf(decision.reason) > reasons.indexOf(furthest.reason)) furthest = decision;
  }
  if (!furthest) throw new RangeError('a route without a policy');
  return furthest;
};

const refuse = (refused: 'UNKNOWN' | 'FORBIDDEN' | 'LOA', reason: RefusalReason): Decision => ({
  ok: false,
  refused,
  reason,
});

/**
 * May this official do this now? Deny by default. What somebody has no part in is UNKNOWN before anything else is
 * looked at, so that neither function, training nor login tells that it exists; FORBIDDEN is said only to who has a
 * part in the case, or where no case is named.
 * @param facts of the case that the route names; undefined when there is none by that id
 * @param now UTC
 * @throws RangeError when an instant cannot be read
 */
export const authorise = (
  official: Official,
  policy: Policy,
  facts: CaseFacts | undefined,
  now: Instant,
): Decision => {
  const held = official.appointments.filter((appointment) => isInForce(appointment, now));

  let carrying: readonly Carrying[];
  if (policy.relations === 'NO_CASE') {
    carrying = held.map((appointment) => ({ appointment }));
  } else {
    if (!facts) return refuse('UNKNOWN', 'NO_SUCH_CASE');
    const { relations } = policy;
    const disqualified =
      policy.evenDisqualified !== true && facts.disqualified?.includes(official.person) === true;
    const own = (disqualified ? [] : facts.parts)
      // Who is only told something knows of the case by the routes for that: at others it is not there.
      .filter(({ relation }) => !isToldKind(relation) || relations.includes(relation))
      .flatMap((part) =>
        partsOf(
          official,
          held,
          policy.forTakers && relations.includes(part.relation) ? withTakers(part) : part,
          now,
        ),
      );
    if (own.length === 0) return refuse('UNKNOWN', 'NO_PART');
    if (policy.stages && (facts.stage === undefined || !policy.stages.includes(facts.stage)))
      return refuse('UNKNOWN', 'WRONG_STAGE');
    carrying = own.filter(({ relation }) => relation !== undefined && relations.includes(relation));
  }

  const able = carrying.filter(
    ({ appointment }) =>
      policy.functions.includes(appointment.function) && appointment.agencyKind === policy.agencyKind,
  );
  if (able.length === 0) return refuse('FORBIDDEN', 'WRONG_FUNCTION');
  const entitled = policy.delegated ? able.filter(({ appointment }) => appointment.delegated) : able;
  const [chosen] = [...entitled].sort(byPreference(policy));
  if (!chosen) return refuse('FORBIDDEN', 'NO_DELEGATION');
  if (policy.onDuty && official.onDuty !== true) return refuse('FORBIDDEN', 'NOT_ON_DUTY');
  if (official.trainedAt === undefined || isBefore(now, official.trainedAt))
    return refuse('FORBIDDEN', 'NOT_TRAINED');
  if (policy.declared && !facts?.impartial?.includes(official.person))
    return refuse('FORBIDDEN', 'NOT_DECLARED');

  // Through a machine nothing is done below LoA3, whatever the route would take from a person at the desk.
  const wanted = policy.login === 'LOA2' && official.login.throughMachine !== true ? 2 : 3;
  if (levels[official.login.assurance] < wanted) return refuse('LOA', 'LOGIN_TOO_WEAK');
  const { appointment, relation } = chosen;
  const rescue = policy.forRescue === true || isByRescuer({ purpose: policy.purpose, relation });
  const oldLogin = policy.login === 'FRESH_LOA3' && !isFresh(official.login.authenticatedAt, now);
  // Whoever must fetch somebody now cannot wait until one can log in again.
  if (oldLogin && !(rescue && official.login.noneToBeHad === true)) return refuse('LOA', 'LOGIN_TOO_OLD');

  return {
    ok: true,
    person: official.person,
    organisation: appointment.organisation,
    agencyKind: appointment.agencyKind,
    function: appointment.function,
    ...(relation === undefined ? {} : { relation }),
    ...(rescue && { rescue }),
    ...(oldLogin && { oldLogin }),
    purpose: policy.purpose,
    legalBasis: policy.legalBasis,
    policyVersion,
  };
};

interface Carrying {
  readonly appointment: Appointment;
  readonly relation?: CaseRelation;
}

const withTakers = (part: Part): Part =>
  part.persons && part.takers ? { ...part, persons: [...part.persons, ...part.takers] } : part;

/** The appointments by which the official has this part: right unit, kind and function, and named if names are given. */
const partsOf = (
  official: Official,
  held: readonly Appointment[],
  part: Part,
  now: Instant,
): readonly Carrying[] => {
  if (part.from !== undefined && isBefore(now, part.from)) return [];
  if (part.until !== undefined && !isBefore(now, part.until)) return [];
  if (part.persons && !part.persons.includes(official.person)) return [];
  const rule = relationRules[part.relation];
  return held
    .filter(
      ({ organisation, agencyKind, function: name }) =>
        organisation === part.organisation && agencyKind === rule.agencyKind && rule.functions.includes(name),
    )
    .map((appointment) => ({ appointment, relation: part.relation }));
};

/** The same answer every time for who holds several appointments: as the policy lists functions and relations, then by unit. */
const byPreference =
  ({ functions, relations }: Policy) =>
  (a: Carrying, b: Carrying): number =>
    functions.indexOf(a.appointment.function) - functions.indexOf(b.appointment.function) ||
    place(relations, a.relation) - place(relations, b.relation) ||
    byText(a.appointment.organisation, b.appointment.organisation);

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const place = (relations: Policy['relations'], relation: CaseRelation | undefined): number =>
  relations === 'NO_CASE' || relation === undefined ? 0 : relations.indexOf(relation);

const levels: Readonly<Record<Assurance, number>> = { LOA1: 1, LOA2: 2, LOA3: 3, LOA4: 4 };

/** Not older than allowed, and not from the future by more than clocks may differ. */
const isFresh = (authenticatedAt: Instant, now: Instant): boolean => {
  const minutes = (Date.parse(now) - Date.parse(authenticatedAt)) / 60_000;
  return minutes <= freshLoginMinutes && minutes >= -1;
};
