import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Instant, Token } from '#kernel';
import {
  authoriseAny,
  type Assurance,
  type CaseFacts,
  type Decision,
  freshLoginMinutes,
  type Official,
  type Policy,
} from '#access';
import { API_OPTIONS, type ApiOptions, type Caller, type Refusal } from '../../api-options.js';
import { Problem } from '../problem.js';
import { caseTargetOf, routeOf } from '../route.js';
import {
  type Declared,
  isChoice,
  isForMachines,
  isOpen,
  type MachineRoute,
  POLICY,
  type PolicyChoice,
} from './policy.js';
import { invalid } from '../validation.js';
import { InvalidToken, IssuerUnreachable, loa3, type VerifiedToken } from './token-verifier.js';

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

/** Lets nobody pass a route whose policy does not say so. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const declared = this.reflector.get<Declared | undefined>(POLICY, context.getHandler());
    // Start-up has refused such a route already (policy-check.ts); a door that is not described stays closed.
    if (!declared) throw new Problem('thing.not_found');
    if (isOpen(declared)) return true;

    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const verified = await this.authenticated(request);
    const now = this.options.clock.now().toISOString();
    if (isForMachines(declared)) return this.admitMachine(request, verified, declared, now);
    if (verified.alone) {
      await this.record(request, { machine: this.machineOf(verified), reason: 'MACHINE_ALONE', at: now });
      throw new Problem('access.machine_alone');
    }
    const policies = isChoice(declared) ? [chosen(declared, request)] : declared;
    // Both at the same time; who is nobody here is told nothing of the case all the same.
    const asking = this.options.officials.of(
      this.options.tokeniser.person(verified.subject),
      {
        assurance: assurances[verified.assurance] ?? 'LOA1',
        authenticatedAt: verified.authenticatedAt?.toISOString() ?? longAgo,
      },
      verified.organisationNumber,
      now,
    );
    const machine = this.machineOf(verified);
    const [official, facts] = await Promise.all([asking, this.factsFor(request, policies, asking)]);
    const decision = strictFor(machine, verified, authoriseAny(official, policies, facts, now));
    if (!decision.ok) {
      await this.record(request, {
        actor: official.person,
        organisation: official.appointments[0]?.organisation,
        machine,
        reason: decision.reason,
        at: now,
      });
      throw problemOf(decision.refused, decision.reason);
    }
    callers.set(request.raw, {
      by: {
        person: decision.person,
        organisation: decision.organisation,
        agencyKind: decision.agencyKind,
        ...(machine && { machine }),
      },
      function: decision.function,
      relation: decision.relation,
      organisationId: this.options.officials.idOf(decision.organisation),
      purpose: decision.purpose,
      legalBasis: decision.legalBasis,
      policyVersion: decision.policyVersion,
      loginEndsAt: verified.expiresAt,
    });
    return true;
  }

  /** A system by itself, of an authority of the right kind: that is all there is to know of it. */
  private async admitMachine(
    request: FastifyRequest,
    verified: VerifiedToken,
    { forMachinesOf }: MachineRoute,
    at: Instant,
  ): Promise<boolean> {
    const machine = this.machineOf(verified);
    const organisation = this.options.officials.authority(verified.organisationNumber, forMachinesOf);
    if (machine === undefined || !verified.alone || organisation === undefined) {
      const actor = verified.alone ? undefined : this.options.tokeniser.person(verified.subject);
      await this.record(request, { actor, machine, reason: 'NOT_A_MACHINE_OF_THAT_KIND', at });
      throw new Problem('access.refused');
    }
    machines.set(request.raw, { machine, organisation });
    return true;
  }

  private machineOf({ machine }: VerifiedToken): Token | undefined {
    return machine === undefined ? undefined : this.options.tokeniser.machine(machine);
  }

  private async factsFor(
    request: FastifyRequest,
    policies: readonly Policy[],
    official: Promise<Official>,
  ): Promise<CaseFacts | undefined> {
    if (policies.every(({ relations }) => relations === 'NO_CASE')) return undefined;
    const target = caseTargetOf(request);
    const organisations = async () =>
      new Set((await official).appointments.map(({ organisation }) => organisation));
    return target && this.options.parts.of(target, organisations);
  }

  /** Whoever cannot show a good token is refused, and that is recorded: what the token claims is not, since it may be a lie. */
  private async authenticated(request: FastifyRequest): Promise<VerifiedToken> {
    const refused = async (reason: string, problem: Problem): Promise<never> => {
      await this.record(request, { reason, at: this.options.clock.now().toISOString() });
      throw problem;
    };
    const { authorization } = request.headers;
    if (authorization === undefined)
      return refused('TOKEN_MISSING', new Problem('auth.token_missing', challenge('')));
    const token = bearerTokenOf(authorization);
    if (token === undefined)
      return refused(
        'TOKEN_MALFORMED',
        new Problem('auth.token_invalid', challenge(', error="invalid_request"')),
      );
    try {
      return await this.options.tokens.verify(token);
    } catch (error) {
      if (error instanceof InvalidToken)
        return refused(error.reason, new Problem('auth.token_invalid', challenge(', error="invalid_token"')));
      if (error instanceof IssuerUnreachable) throw new Problem('auth.issuer_unreachable');
      throw error;
    }
  }

  private async record(request: FastifyRequest, refusal: Omit<Refusal, 'route' | 'caseId'>): Promise<void> {
    const route = `${request.method} ${routeOf(request)}`;
    const caseId = caseTargetOf(request)?.caseId;
    await this.options.refusals.recordRefusal({ ...refusal, route, caseId }).catch(() => {
      // An attempt that cannot be recorded is not answered.
      throw new Problem('record.unavailable');
    });
  }
}

/** Through a machine nothing is done below LoA3, whatever the route would take from a person at the desk. */
const strictFor = (machine: Token | undefined, { assurance }: VerifiedToken, decision: Decision): Decision =>
  decision.ok && machine !== undefined && assurance < 3
    ? { ok: false, refused: 'LOA', reason: 'LOGIN_TOO_WEAK' }
    : decision;

/** @throws Problem request.invalid when the parameter is missing, given twice, or not on the list */
const chosen = ({ parameter, policies }: PolicyChoice, request: FastifyRequest): Policy => {
  const value = (request.query as Readonly<Record<string, unknown>>)[parameter];
  if (typeof value === 'string' && Object.hasOwn(policies, value)) return policies[value]!;
  throw invalid({ field: parameter, rule: 'isIn', limits: Object.keys(policies) });
};

const problemOf = (refused: 'UNKNOWN' | 'FORBIDDEN' | 'LOA', reason: string): Problem => {
  if (refused === 'UNKNOWN') return new Problem('thing.not_found');
  if (refused === 'FORBIDDEN') return new Problem('access.refused');
  // RFC 9470 says how to log in instead. 403 and not 401, since the token itself is good.
  const stepUp = `, error="insufficient_user_authentication", acr_values="${loa3}"`;
  return reason === 'LOGIN_TOO_OLD'
    ? new Problem('auth.login_too_old', challenge(`${stepUp}, max_age="${freshLoginMinutes * 60}"`))
    : new Problem('auth.assurance_too_low', challenge(stepUp));
};
