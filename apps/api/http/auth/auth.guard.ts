import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Instant, Token } from '#kernel';
import {
  authoriseAny,
  forRescuersOnly,
  type Assurance,
  type CaseFacts,
  type Decision,
  freshLoginMinutes,
  isForRescuers,
  type Official,
  type Policy,
} from '#access';
import type { RefusedAccess } from '#personal-data';
import { API_OPTIONS, type ApiOptions, type Caller } from '../../api-options.js';
import { Problem } from '../problem.js';
import { askedFor, caseTargetOf, routeOf } from '../route.js';
import {
  type Declared,
  isChoice,
  isForMachines,
  isOpen,
  type MachineRoute,
  type OpenRoute,
  type PolicyChoice,
  alternativesOf,
} from './policy.js';
import { invalid } from '../validation.js';
import { Limits, type Over, tooMany } from './limits.js';
import { withinOpenLimit } from './open-limit.js';
import { InvalidToken, IssuerUnreachable, loa3, type VerifiedToken } from './token-verifier.js';

/** Requests that the guard has let through, by which policies, and when. */
const admitted = new WeakMap<object, { readonly declared: Declared; readonly at: number }>();

/** Requests of which it is on record that the login was not renewed. */
const notRenewed = new WeakSet<object>();

/** A body that takes longer than this, in milliseconds, may have come after the right to send it ended. */
const slowBodyMs = 1_000;

const callers = new WeakMap<object, Caller>();

/** The caller that the guard let through; @throws on a route that is open to everyone. */
export const callerOf = (request: FastifyRequest): Caller => {
  const caller = callers.get(request.raw);
  if (!caller) throw new Error('a route without a caller asked for one');
  return caller;
};

/** A system that calls by itself. */
export interface MachineCaller {
  readonly machine: Token;
  readonly organisation: Token;
}

const machines = new WeakMap<object, MachineCaller>();

/** The system that the guard let through; @throws on a route that is not for machines. */
export const machineCallerOf = (request: FastifyRequest): MachineCaller => {
  const machine = machines.get(request.raw);
  if (!machine) throw new Error('a route that is not for machines asked for one');
  return machine;
};

/** The person behind the token, also when the guard then said no. */
export const personOf = (request: FastifyRequest): Token | undefined => callers.get(request.raw)?.by.person;

const challenge = (parameters: string): { headers: Record<string, string> } => ({
  headers: { 'www-authenticate': `Bearer realm="relocation-coordination"${parameters}` },
});

/** RFC 6750: one scheme, one token, one header. */
const bearerTokenOf = (header: string): string | undefined =>
  /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(header)?.[1];

const assurances: Readonly<Record<number, Assurance>> = { 2: 'LOA2', 3: 'LOA3', 4: 'LOA4' };

/** A login of which nobody says when it was counts as very old. */
const longAgo: Instant = '1970-01-01T00:00:00.000Z';

interface Looked {
  readonly official: Official;
  readonly facts: CaseFacts | undefined;
  readonly decision: Decision;
}

/** What this record adds to the request itself. */
type RefusedBecause = Omit<RefusedAccess, 'route' | 'asked'>;

/** Lets nobody pass a route whose policy does not say so. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Limits) private readonly limits: Limits,
  ) {}

  /**
   * Who comes as far as a handler was looked at before the body was read (guard-first.ts), and is looked at again when that
   * took its time. A door past that stays closed.
   */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const before = admitted.get(request.raw);
    if (!before) throw new Error('a request came past the guard');
    if (this.passed() - before.at > slowBodyMs) await this.admit(request, before.declared);
    return true;
  }

  /**
   * Looks at who asks for a route, and whether that person may; of the request it reads the line and the headers. One that
   * is looked at again counts once.
   * @throws Problem when not
   */
  async admit(request: FastifyRequest, declared: Declared): Promise<void> {
    if (!isOpen(declared)) await this.admitCaller(request, declared);
    else if (!admitted.has(request.raw)) await withinOpenLimit(request, this.limits, this.options);
    admitted.set(request.raw, { declared, at: this.passed() });
  }

  private passed(): number {
    return this.options.passed?.() ?? performance.now();
  }

  private async admitCaller(request: FastifyRequest, declared: Exclude<Declared, OpenRoute>): Promise<void> {
    const { verified, late } = await this.authenticated(request);
    const now = this.options.clock.now().toISOString();
    const machine = this.machineOf(verified);
    if (late && isForMachines(declared)) return this.ranOut(request);
    if (isForMachines(declared)) return this.admitMachine(request, verified, declared, now);
    if (verified.alone)
      return this.refuse(
        request,
        { machine, reason: 'MACHINE_ALONE', at: now },
        new Problem('access.machine_alone'),
        this.limits.refused(machine ?? ''),
      );
    const person = await this.options.tokeniser.person(verified.subject);
    const policies = isChoice(declared) ? chosen(declared, request) : declared;
    if (!policies)
      return this.refuseChoice(request, declared as PolicyChoice, { person, machine, now, late });
    // Whether a rescuer asks is known only when it is known who asks.
    const mayBeRescuer = policies.some(isForRescuers);
    if (late && !mayBeRescuer) return this.ranOut(request);
    const within = async (limit: 'look' | 'request' | 'rescuer'): Promise<void> => {
      if (admitted.has(request.raw)) return;
      await this.withinLimits(request, { actor: person, machine, at: now }, this.limits[limit](person));
    };
    await within(mayBeRescuer ? 'look' : 'request');
    const looked = (at: Instant): Promise<Looked> => this.look(request, verified, policies, person, at);
    const found = await looked(now);
    const { official, facts } = found;
    const usual = await this.evenWithoutLogin(found, policies, now, late);
    const asRescuer = mayBeRescuer ? await this.asRescuer(found, usual, policies, now, late) : undefined;
    if (late && !asRescuer) return this.ranOut(request);
    const decision = late && asRescuer ? asRescuer : usual;
    if (!decision.ok) {
      // Who must log in again is no prober, and must be told how; not even a rescuer may ask for ever.
      const over =
        decision.refused !== 'LOA' && decision.reason !== 'NOT_DECLARED'
          ? this.limits.refused(person)
          : mayBeRescuer
            ? this.limits.rescuer(person)
            : undefined;
      return this.refuse(
        request,
        {
          actor: person,
          machine,
          reason: decision.reason,
          at: now,
          ...asWhom(official, policies),
          ...facts?.file,
        },
        problemOf(decision.refused, decision.reason),
        over,
      );
    }
    if (mayBeRescuer) await within(asRescuer ? 'rescuer' : 'request');
    if ((late || decision.oldLogin) && !notRenewed.has(request.raw)) {
      // On record before it is answered, as what the official was let in; somebody looks at it: libs/domain/log-review.
      const { organisation, agencyKind, function: unit, purpose, legalBasis } = decision;
      await this.record(request, {
        actor: person,
        machine,
        reason: 'LOGIN_NOT_RENEWED',
        at: now,
        organisation,
        agencyKind,
        unit,
        purpose,
        legalBasis,
        ...facts?.file,
      });
      notRenewed.add(request.raw);
    }
    callers.set(request.raw, {
      by: {
        person: decision.person,
        organisation: decision.organisation,
        agencyKind: decision.agencyKind,
        ...(machine && { machine }),
        // One organisation here is one board or one region of Police; within it the function says where somebody works.
        unit: decision.function,
      },
      at: now,
      function: decision.function,
      file: facts?.file,
      relation: decision.relation,
      organisationId: this.options.officials.idOf(decision.organisation),
      purpose: decision.purpose,
      legalBasis: decision.legalBasis,
      policyVersion: decision.policyVersion,
      loginEndsAt: verified.expiresAt,
      holds: async () => (await looked(this.options.clock.now().toISOString())).decision.ok,
    });
  }

  /** Who asks, and whether that person may, at an instant. */
  private async look(
    request: FastifyRequest,
    verified: VerifiedToken,
    policies: readonly Policy[],
    person: Token,
    at: Instant,
  ): Promise<Looked> {
    // Both at the same time; who is nobody here is told nothing of the case all the same.
    const asking = this.options.officials.of(
      person,
      {
        assurance: assurances[verified.assurance] ?? 'LOA1',
        authenticatedAt: verified.authenticatedAt?.toISOString() ?? longAgo,
        throughMachine: verified.machine !== undefined,
      },
      verified.organisationNumber,
      at,
    );
    const [official, facts] = await Promise.all([
      asking,
      this.factsFor(request, policies, person, asking, at),
    ]);
    return { official, facts, decision: authoriseAny(official, policies, facts, at) };
  }

  /**
   * While nobody can log in, who stands by to fetch a person is not asked for a newer login. Whether that is so is asked
   * only where everything else fits.
   */
  private async evenWithoutLogin(
    { official, facts, decision }: Looked,
    policies: readonly Policy[],
    at: Instant,
    late: boolean,
  ): Promise<Decision> {
    const tooOld = !decision.ok && decision.reason === 'LOGIN_TOO_OLD' && policies.some(isForRescuers);
    if (!tooOld || (!late && (await this.options.tokens.reachable()))) return decision;
    const login = { ...official.login, noneToBeHad: true };
    return authoriseAny({ ...official, login }, policies, facts, at);
  }

  /** A word that is none counts as a request, like any that cannot be understood. */
  private async refuseChoice(
    request: FastifyRequest,
    { parameter, policies }: PolicyChoice,
    who: {
      readonly person: Token;
      readonly machine: Token | undefined;
      readonly now: Instant;
      readonly late: boolean;
    },
  ): Promise<never> {
    if (who.late) return this.ranOut(request);
    const { person, machine, now } = who;
    await this.withinLimits(request, { actor: person, machine, at: now }, this.limits.request(person));
    throw invalid({ field: parameter, rule: 'isIn', limits: Object.keys(policies) });
  }

  /**
   * The yes to a rescuer, also where another part of the same official says yes before it: no token that has run out and no
   * limit that was reached stands before whoever stands by, whatever else that person is in the case.
   */
  private async asRescuer(
    { official, facts }: Looked,
    usual: Decision,
    policies: readonly Policy[],
    at: Instant,
    late: boolean,
  ): Promise<Extract<Decision, { ok: true }> | undefined> {
    if (!usual.ok) return undefined;
    if (usual.rescue) return usual;
    const rescuing = forRescuersOnly(policies);
    const decision = authoriseAny(official, rescuing, facts, at);
    const found = await this.evenWithoutLogin({ official, facts, decision }, rescuing, at, late);
    return found.ok ? found : undefined;
  }

  /** A system by itself, of an authority of the right kind: that is all there is to know of it. */
  private async admitMachine(
    request: FastifyRequest,
    verified: VerifiedToken,
    { forMachinesOf }: MachineRoute,
    at: Instant,
  ): Promise<void> {
    const machine = this.machineOf(verified);
    const organisation = this.options.officials.authority(verified.organisationNumber, forMachinesOf);
    if (machine === undefined || !verified.alone || organisation === undefined) {
      // Of a system by itself the subject is its own name, and no person's.
      const actor = verified.alone ? undefined : await this.options.tokeniser.person(verified.subject);
      const refusal = { actor, machine, reason: 'NOT_A_MACHINE_OF_THAT_KIND', at };
      const over = this.limits.refused(actor ?? machine ?? '');
      return this.refuse(request, refusal, new Problem('access.refused'), over);
    }
    if (!admitted.has(request.raw))
      await this.withinLimits(request, { machine, at }, this.limits.request(machine));
    machines.set(request.raw, { machine, organisation });
  }

  private machineOf({ machine }: VerifiedToken): Token | undefined {
    return machine === undefined ? undefined : this.options.tokeniser.machine(machine);
  }

  private async factsFor(
    request: FastifyRequest,
    policies: readonly Policy[],
    person: Token,
    official: Promise<Official>,
    at: Instant,
  ): Promise<CaseFacts | undefined> {
    if (policies.every(({ relations }) => relations === 'NO_CASE')) return undefined;
    const target = caseTargetOf(request);
    const organisations = async () =>
      new Set((await official).appointments.map(({ organisation }) => organisation));
    const standsBy = async () =>
      (await official).appointments.some(({ function: name }) => name === 'HOME_DUTY_OFFICER');
    return target && this.options.parts.of(target, organisations, at, person, standsBy);
  }

  /**
   * Refuses, and puts it on record first. Somebody who is refused again and again is told no more than that it is too
   * often, which is put on record once in a minute.
   */
  private async refuse(
    request: FastifyRequest,
    refusal: RefusedBecause,
    problem: Problem,
    over: Over | undefined,
  ): Promise<never> {
    const { actor, machine, at } = refusal;
    await this.withinLimits(request, { actor, machine, at }, over);
    await this.record(request, refusal);
    throw problem;
  }

  /** @throws Problem request.too_many when a limit is reached */
  private async withinLimits(
    request: FastifyRequest,
    who: Pick<RefusedBecause, 'actor' | 'machine' | 'at'>,
    reached: Over | undefined,
  ): Promise<void> {
    if (!reached) return;
    if (reached.first) await this.record(request, { ...who, reason: reached.reason });
    throw tooMany(reached);
  }

  /**
   * Whoever cannot show a good token is refused, and that is recorded: what the token claims is not, since it may be a
   * lie. A good token is let through whatever else comes from its address, so that nobody is shut out by others there.
   */
  private async authenticated(
    request: FastifyRequest,
  ): Promise<{ readonly verified: VerifiedToken; readonly late: boolean }> {
    const refused = (reason: string, problem: Problem): Promise<never> =>
      this.failedLogin(request, reason, problem);
    const { authorization } = request.headers;
    if (authorization === undefined)
      return refused('TOKEN_MISSING', new Problem('auth.token_missing', challenge('')));
    const token = bearerTokenOf(authorization);
    if (token === undefined)
      return refused(
        'TOKEN_MALFORMED',
        new Problem('auth.token_invalid', challenge(', error="invalid_request"')),
      );
    const { tokens } = this.options;
    try {
      try {
        return { verified: await tokens.verify(token), late: false };
      } catch (error) {
        const ranOut = error instanceof InvalidToken && error.reason === 'TOKEN_EXPIRED';
        // A rescuer's still counts, while no other is to be had.
        if (!ranOut || (await tokens.reachable())) throw error;
        return { verified: await tokens.verifyLate(token), late: true };
      }
    } catch (error) {
      if (error instanceof InvalidToken)
        return refused(error.reason, new Problem('auth.token_invalid', challenge(', error="invalid_token"')));
      if (error instanceof IssuerUnreachable) {
        // Not a bad token, and no failed login: nobody could look at it.
        this.options.log.warn(
          { requestId: request.id },
          'a token could not be verified: the issuer does not answer',
        );
        await this.recordNobody(request, 'ISSUER_UNREACHABLE', this.options.clock.now().toISOString());
        throw new Problem('auth.issuer_unreachable');
      }
      throw error;
    }
  }

  /** Of a token that is late, for whoever is no rescuer: as any that has run out. */
  private ranOut(request: FastifyRequest): Promise<never> {
    const problem = new Problem('auth.token_invalid', challenge(', error="invalid_token"'));
    return this.failedLogin(request, 'TOKEN_EXPIRED', problem);
  }

  private async failedLogin(request: FastifyRequest, reason: string, problem: Problem): Promise<never> {
    const at = this.options.clock.now().toISOString();
    const reached = this.limits.failedLogin(request.ip);
    if (!reached || reached.first) await this.recordNobody(request, reached?.reason ?? reason, at);
    throw reached ? tooMany(reached) : problem;
  }

  /** Of whom nothing is known: from however many addresses they come, they do not fill the database. */
  private async recordNobody(request: FastifyRequest, reason: string, at: Instant): Promise<void> {
    const enough = this.limits.failedLoginRecord();
    if (!enough || enough.first) await this.record(request, { reason: enough?.reason ?? reason, at });
  }

  private async record(request: FastifyRequest, refusal: RefusedBecause): Promise<void> {
    const asked = askedFor(request);
    const caseId = caseTargetOf(request)?.caseId;
    const route = `${request.method} ${routeOf(request)}`;
    await this.options.refusals.recordRefusal({ caseId, ...refusal, asked, route }).catch(() => {
      // An attempt that cannot be recorded is not answered.
      throw new Problem('record.unavailable');
    });
  }
}

/** Under which appointment, and for what, somebody asked who was refused: one that the route is for, if there is one. */
const asWhom = (
  { appointments }: Official,
  policies: readonly Policy[],
): Pick<RefusedAccess, 'organisation' | 'agencyKind' | 'unit' | 'purpose' | 'legalBasis'> => {
  const fits = (policy: Policy, appointment: Official['appointments'][number]): boolean =>
    policy.agencyKind === appointment.agencyKind && policy.functions.includes(appointment.function);
  const appointment =
    appointments.find((one) => policies.some((policy) => fits(policy, one))) ?? appointments[0];
  const policy = (appointment && policies.find((one) => fits(one, appointment))) ?? policies[0];
  return {
    organisation: appointment?.organisation,
    agencyKind: appointment?.agencyKind,
    unit: appointment?.function,
    purpose: policy?.purpose,
    legalBasis: policy?.legalBasis,
  };
};

/** Undefined when the parameter is missing, given twice, or not on the list. */
const chosen = (
  { parameter, policies }: PolicyChoice,
  request: FastifyRequest,
): readonly Policy[] | undefined => {
  const value = (request.query as Readonly<Record<string, unknown>>)[parameter];
  return typeof value === 'string' && Object.hasOwn(policies, value)
    ? alternativesOf(policies[value]!)
    : undefined;
};

const problemOf = (refused: 'UNKNOWN' | 'FORBIDDEN' | 'LOA', reason: string): Problem => {
  if (refused === 'UNKNOWN') return new Problem('thing.not_found');
  if (refused === 'FORBIDDEN')
    return new Problem(reason === 'NOT_DECLARED' ? 'access.not_declared' : 'access.refused');
  // RFC 9470 says how to log in instead. 403 and not 401, since the token itself is good.
  const stepUp = `, error="insufficient_user_authentication", acr_values="${loa3}"`;
  return reason === 'LOGIN_TOO_OLD'
    ? new Problem('auth.login_too_old', challenge(`${stepUp}, max_age="${freshLoginMinutes * 60}"`))
    : new Problem('auth.assurance_too_low', challenge(stepUp));
};
