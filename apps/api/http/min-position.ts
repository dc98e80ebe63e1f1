import { setTimeout as sleep } from 'node:timers/promises';
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
import { from, mergeMap, type Observable } from 'rxjs';
import type { Position } from '#kernel';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { Problem } from './problem.js';

/** How long a query waits for its read model, in milliseconds. */
export const longestWaitMs = 2_000;
const stepMs = 20;

/** Positions are opaque text of this shape; anything else was made up by the caller. */
const positionShape = /^[A-Za-z0-9._:-]{1,100}$/;

const READS = Symbol('ReadModel');

/** Names the read model that a query answers from, so that X-Min-Position can be honoured. */
export const Reads = (readModel: string): CustomDecorator<symbol> => SetMetadata(READS, readModel);

/** Whether a read model reaches `position` within `limitMs`. Positions are compared as text. */
export const waitFor = async (
  current: () => Promise<Position | undefined>,
  position: Position,
  limitMs: number,
): Promise<boolean> => {
  // How long a caller is kept waiting is measured in real time, whatever day a test has set.
  const started = performance.now();
  for (;;) {
    const reached = await current();
    if (reached !== undefined && reached >= position) return true;
    if (performance.now() - started >= limitMs) return false;
    await sleep(stepMs);
  }
};

/** Lets a query wait until its read model has reached the X-Min-Position that the caller asks for. */
@Injectable()
export class MinPositionInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const readModel = this.reflector.get<string | undefined>(READS, execution.getHandler());
    const asked = execution.switchToHttp().getRequest<FastifyRequest>().headers['x-min-position'];
    if (readModel === undefined || asked === undefined) return next.handle();
    if (typeof asked !== 'string' || !positionShape.test(asked))
      throw new Problem('request.min_position_malformed');
    return from(waitFor(() => this.options.positions.of(readModel), asked, longestWaitMs)).pipe(
      mergeMap((reached) => {
        if (!reached) throw new Problem('read.behind');
        return next.handle();
      }),
    );
  }
}
