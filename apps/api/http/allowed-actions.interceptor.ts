import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { catchError, from, mergeMap, type Observable } from 'rxjs';
import { DomainError } from '#kernel';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { allowedActionsFor } from './allowed-actions.js';
import { callerOf } from './auth/auth.guard.js';
import { COMMAND } from './command-route.js';
import { answerTo } from './problem.filter.js';
import { Problem } from './problem.js';
import { caseTargetOf } from './route.js';

/** Where the state of the case refuses a command (409), says what the caller may do now instead. */
@Injectable()
export class AllowedActionsInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (!this.reflector.get(COMMAND, execution.getHandler())) return next.handle();
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(
      catchError((error: unknown) =>
        from(this.withActions(request, error)).pipe(
          mergeMap((told) => {
            throw told;
          }),
        ),
      ),
    );
  }

  private async withActions(request: FastifyRequest, error: unknown): Promise<unknown> {
    if (!(error instanceof DomainError)) return error;
    const { code, text, options } = answerTo(error);
    if (text.status !== 409) return error;
    // Advice that cannot be had is left out: the refusal stands without it.
    const allowedActions = await allowedActionsFor(
      this.options.pool,
      callerOf(request),
      caseTargetOf(request),
    ).catch(() => undefined);
    return new Problem(code, { ...options, allowedActions });
  }
}
