import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Token } from '#kernel';
import { API_OPTIONS, type ApiOptions, type Caller, type HeldAppointment } from '../../api-options.js';
import { Problem } from '../problem.js';
import { routeOf, targetOf } from '../route.js';
import { POLICY, freshLoginSeconds, isOpen, type OpenRoute, type RoutePolicy } from './policy.js';
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

/** Lets nobody pass a route whose policy does not say so. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const policy = this.reflector.get<RoutePolicy | OpenRoute | undefined>(POLICY, context.getHandler());
    // Start-up has refused such a route already (policy-check.ts); a door that is not described stays closed.
    if (!policy) throw new Problem('thing.not_found');
    if (isOpen(policy)) return true;

    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const verified = await this.verify(bearerTokenOf(request));
    const now = this.options.clock.now();
    const person = this.options.tokeniser.person(verified.subject);
    const held = await this.options.appointments.of(person, now.toISOString());
    // The token says which authority vouches: an appointment of another authority is not covered by this login.
    const vouched = held.filter((one) => one.organisationNumber === verified.organisationNumber);
    const fitting = vouched.find((one) => fits(policy, one));

    const refuse = async (code: string, extra = {}): Promise<never> => {
      await this.record(request, person, fitting ?? vouched[0], code, now);
      throw new Problem(code, extra);
    };
    if (!fitting) return refuse('access.refused');
    if (request.method !== 'GET' && request.method !== 'HEAD' && verified.assurance < 3)
      return refuse('auth.assurance_too_low', stepUp(`acr_values="${loa3}"`));
    if (policy.opens && !isFresh(verified, now))
      return refuse('auth.login_too_old', stepUp(`acr_values="${loa3}", max_age="${freshLoginSeconds}"`));

    callers.set(request.raw, {
      by: { person, organisation: fitting.organisation, agencyKind: fitting.agencyKind },
      function: fitting.function,
      delegated: fitting.delegated,
      organisationId: fitting.organisationId,
    });
    return true;
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
    person: Token,
    appointment: HeldAppointment | undefined,
    code: string,
    now: Date,
  ): Promise<void> {
    await this.options.refusals
      .record({
        at: now.toISOString(),
        person,
        organisation: appointment?.organisation,
        method: request.method,
        route: routeOf(request),
        target: targetOf(request),
        code,
        requestId: request.id,
      })
      .catch(() => {
        // An attempt that cannot be recorded is not answered.
        throw new Problem('record.unavailable');
      });
  }
}

const fits = (policy: RoutePolicy, appointment: HeldAppointment): boolean =>
  policy.functions.includes(appointment.function) && (!policy.delegated || appointment.delegated);

const isFresh = (verified: VerifiedToken, now: Date): boolean =>
  verified.assurance >= 3 &&
  verified.authenticatedAt !== undefined &&
  now.getTime() - verified.authenticatedAt.getTime() <= freshLoginSeconds * 1000;

/** RFC 9470: says how to log in instead. 403 and not 401, since the token itself is good. */
const stepUp = (parameters: string) => challenge(`, error="insufficient_user_authentication", ${parameters}`);
