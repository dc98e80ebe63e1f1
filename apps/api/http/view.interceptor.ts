import {
  Inject,
  Injectable,
  SetMetadata,
  type CallHandler,
  type CustomDecorator,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { from, map, mergeMap, type Observable } from 'rxjs';
import { isByRescuer } from '#access';
import type { CaseFile } from '#personal-data';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { callerOf, personOf } from './auth/auth.guard.js';
import { Problem } from './problem.js';
import { fileTargetOf, namesOne } from './route.js';

const RECORDS_ITSELF = Symbol('RecordsItself');

/** For a route that opens something sealed: the vault has recorded that, or there is nothing to answer with. */
export const RecordsItself = (): CustomDecorator<symbol> => SetMetadata(RECORDS_ITSELF, true);

/**
 * Records that somebody was shown one thing before the answer goes out: every GET that names one, unless it says that it
 * records what it opens. A route that leads to no file cannot be recorded, and is not answered.
 */
@Injectable()
export class ViewInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const isView = request.method === 'GET' && namesOne(request) && personOf(request) !== undefined;
    if (!isView || this.reflector.get(RECORDS_ITSELF, execution.getHandler())) return next.handle();
    // While the answer is made; what is not there is refused by the route, and that is recorded as a refusal.
    const file = this.fileOf(request);
    return next
      .handle()
      .pipe(mergeMap((answer: unknown) => from(this.record(request, file)).pipe(map((): unknown => answer))));
  }

  private async record(request: FastifyRequest, file: Promise<CaseFile | undefined>): Promise<void> {
    const found = await file;
    if (!found) throw new Problem('record.unavailable');
    const caller = callerOf(request);
    const { by: actor, purpose, legalBasis } = caller;
    await this.options.views
      .recordView({
        ...found,
        actor,
        purpose,
        legalBasis,
        at: this.options.clock.now().toISOString(),
        rescue: isByRescuer(caller),
      })
      .catch(() => {
        throw new Problem('record.unavailable');
      });
  }

  private async fileOf(request: FastifyRequest): Promise<CaseFile | undefined> {
    const target = fileTargetOf(request);
    return target && this.options.views.fileOf(target).catch(() => undefined);
  }
}
