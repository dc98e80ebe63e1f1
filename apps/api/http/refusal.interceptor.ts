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
import type { IntentType } from '#application';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { callerOf, personOf } from './auth/auth.guard.js';
import { Limits } from './auth/limits.js';
import { COMMAND, type CommandFacts } from './command-route.js';
import { codeOf } from './problem.filter.js';
import { problemText, Problem } from './problem.js';
import { askedFor, caseTargetOf, routeOf } from './route.js';

/**
 * What lets somebody see sealed content, oneself or others, or find out by trying what a place or a report would say: a
 * "no" to it is a refused access, whatever the reason.
 */
const asksForSealed: readonly IntentType[] = [
  'BreakGlass',
  'BreakGlassAtPlacement',
  'ConfirmGlass',
  'RequestJointOpening',
  'ApproveJointOpening',
  'RejectJointOpening',
  'ReceiveInformationRequest',
  'WeighInformationRequest',
  'DecideInformationRequest',
  'ReceiveStayInquiry',
  'AnswerStayInquiry',
  'TellAgency',
  'ChangeContact',
  'ChangeContactOnProposal',
  'CheckCandidate',
  'OrderProposal',
  'ProduceAccessReport',
];

/** With which answers a command, or a query (undefined), leaves a record of the refusal. */
export const recordedStatuses = (intent: IntentType | undefined): readonly number[] =>
  intent && asksForSealed.includes(intent) ? [403, 404, 409, 412, 422, 428] : [403, 404];

/**
 * Records an access that was refused inside (403, and 404: unknown and out of jurisdiction are one thing here, so that
 * both take the same time) before the answer goes out; of what asks for sealed content also that the case is not in the
 * state for it, or what was said cannot be so (409, 422), or which state was seen is not said, or no longer so (428, 412).
 */
@Injectable()
export class RefusalInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Limits) private readonly limits: Limits,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const { intent } = this.reflector.get<CommandFacts | undefined>(COMMAND, execution.getHandler()) ?? {};
    const recorded = recordedStatuses(intent);
    return next.handle().pipe(
      catchError((error: unknown) =>
        from(this.record(request, error, recorded)).pipe(
          mergeMap(() => {
            throw error;
          }),
        ),
      ),
    );
  }

  private async record(request: FastifyRequest, error: unknown, recorded: readonly number[]): Promise<void> {
    const code = codeOf(error);
    const { status } = problemText(code);
    if (personOf(request) === undefined || !recorded.includes(status)) return;
    const { by, file, purpose, legalBasis } = callerOf(request);
    // It has been done, and is answered; the next one may be one too many. Who comes at the wrong moment is no prober.
    if ((status === 403 && code !== 'access.not_declared') || status === 404) this.limits.refused(by.person);
    await this.options.refusals
      .recordRefusal({
        at: this.options.clock.now().toISOString(),
        actor: by.person,
        organisation: by.organisation,
        agencyKind: by.agencyKind,
        unit: by.unit,
        machine: by.machine,
        route: `${request.method} ${routeOf(request)}`,
        reason: code,
        asked: askedFor(request),
        ...(file ?? { caseId: caseTargetOf(request)?.caseId }),
        purpose,
        legalBasis,
      })
      .catch(() => {
        throw new Problem('record.unavailable');
      });
  }
}
