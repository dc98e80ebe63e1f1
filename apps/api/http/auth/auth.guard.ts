import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Instant, Token } from '#kernel';
import {
  authoriseAny,
  type Assurance,
  type CaseFacts,
  freshLoginMinutes,
  type Official,
  type Policy,
} from '#access';
import { API_OPTIONS, type ApiOptions, type Caller } from '../../api-options.js';
import { Problem } from '../problem.js';
import { caseTargetOf, routeOf } from '../route.js';
import { type Declared, isChoice, isOpen, POLICY, type PolicyChoice } from './policy.js';
import { invalid } from '../validation.js';
import { InvalidToken, IssuerUnreachable, loa3, type VerifiedToken } from './token-verifier.js';

const callers = new WeakMap<object, Caller>();

/** The caller that the guard let through; @throws on a route that is open to everyone. */
export const callerOf = (request: FastifyRequest): Caller => {
  const caller = callers.get(request.raw);
  if (!caller) throw new Error('a route without a caller asked for one');
  return caller;
};

/** The person behind the token, also when the guard then said no. */
export const personOf = (request: FastifyRequest): Token | undefined => callers.get(request.raw)?.by.person;

const challenge = (parameters: string): { headers: Record<string, string> } => ({
  headers: { 'www-authenticate': `Bearer realm="relocation-coordination"${parameters}` },
});

/** RFC 6750: one scheme, one token, one header. */
const bearerTokenOf = (request: FastifyRequest): string => {
  const header = request.headers.authorization;
  if (header === undefined) throw new Problem('auth.token_missing', challenge(''));
  const [, token] = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(header) ?? [];
  if (!token) throw new Problem('auth.token_invalid', challenge(', error="invalid_request"'));
  return token;
};

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
    const verified = await this.verify(bearerTokenOf(request));
    const policies = isChoice(declared) ? [chosen(declared, request)] : declared;
    const now = this.options.clock.now().toISOString();
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
    const [official, facts] = await Promise.all([asking, this.factsFor(request, policies, asking)]);
    const decision = authoriseAny(official, policies, facts, now);
    if (!decision.ok) {
      await this.record(
        request,
        official.person,
        official.appointments[0]?.organisation,
        decision.reason,
        now,
      );
      throw problemOf(decision.refused, decision.reason);
    }
    callers.set(request.raw, {
      by: {
        person: decision.person,
        organisation: decision.organisation,
        agencyKind: decision.agencyKind,
        // One organisation here is one board or one region of Police; within it the function says where somebody works.
        unit: decision.unit ?? decision.function,
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

  private async verify(token: string): Promise<VerifiedToken> {
    try {
      return await this.options.tokens.verify(token);
    } catch (error) {
      if (error instanceof InvalidToken)
        throw new Problem('auth.token_invalid', challenge(', error="invalid_token"'));
      if (error instanceof IssuerUnreachable) throw new Problem('auth.issuer_unreachable');
      throw error;
    }
  }

  private async record(
    request: FastifyRequest,
    actor: Token,
    organisation: Token | undefined,
    reason: string,
    at: Instant,
  ): Promise<void> {
    const route = `${request.method} ${routeOf(request)}`;
    const caseId = caseTargetOf(request)?.caseId;
    await this.options.refusals
      .recordRefusal({ at, actor, organisation, route, reason, caseId })
      .catch(() => {
        // An attempt that cannot be recorded is not answered.
        throw new Problem('record.unavailable');
      });
  }
}

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
