import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catchError, from, mergeMap, type Observable } from 'rxjs';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { callerOf, personOf } from './auth/auth.guard.js';
import { Limits } from './auth/limits.js';
import { codeOf } from './problem.filter.js';
import { problemText, Problem } from './problem.js';
import { caseTargetOf, routeOf } from './route.js';

/**
 * Records an access that was refused inside (403, and 404: unknown and out of jurisdiction are one thing here, so that
 * both take the same time) before the answer goes out.
 */
@Injectable()
export class RefusalInterceptor implements NestInterceptor {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Limits) private readonly limits: Limits,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(
      catchError((error: unknown) =>
        from(this.record(request, error)).pipe(
          mergeMap(() => {
            throw error;
          }),
        ),
      ),
    );
  }

  private async record(request: FastifyRequest, error: unknown): Promise<void> {
    const code = codeOf(error);
    if (personOf(request) === undefined || ![403, 404].includes(problemText(code).status)) return;
    const { by } = callerOf(request);
    // It has been done, and is answered; the next one may be one too many.
    this.limits.refused(by.person);
    await this.options.refusals
      .recordRefusal({
        at: this.options.clock.now().toISOString(),
        actor: by.person,
        organisation: by.organisation,
        machine: by.machine,
        route: `${request.method} ${routeOf(request)}`,
        reason: code,
        caseId: caseTargetOf(request)?.caseId,
      })
      .catch(() => {
        throw new Problem('record.unavailable');
      });
  }
}
