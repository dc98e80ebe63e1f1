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

const READS = Symbol('ReadModel');

/** Names the read models that a query answers from, so that X-Min-Position can be honoured. */
export const Reads = (...readModels: string[]): CustomDecorator<symbol> => SetMetadata(READS, readModels);

/** Names them by a parameter of the query, where that says what is read. */
export const ReadsByQuery = (
  parameter: string,
  readModels: Readonly<Record<string, readonly string[]>>,
): CustomDecorator<symbol> => SetMetadata(READS, { parameter, readModels } satisfies ReadsChoice);

interface ReadsChoice {
  readonly parameter: string;
  readonly readModels: Readonly<Record<string, readonly string[]>>;
}

/** Whether two positions are of one log: of the same length, and the same up to their numbers. */
const sameLog = (one: Position, other: Position): boolean =>
  one.length === other.length && one.startsWith(other.slice(0, other.indexOf('-') + 1));

/**
 * Whether a read model reaches `position` within `limitMs`. Positions of one log are compared as text; one of another
 * log (another epoch of the store) is never reached.
 */
export const waitFor = async (
  current: () => Promise<Position | undefined>,
  position: Position,
  limitMs: number,
): Promise<boolean> => {
  // How long a caller is kept waiting is measured in real time, whatever day a test has set.
  const started = performance.now();
  for (;;) {
    const reached = await current();
    if (reached !== undefined && sameLog(reached, position) && reached >= position) return true;
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
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const readModels = this.readModelsOf(execution, request);
    const asked = request.headers['x-min-position'];
    if (readModels === undefined || asked === undefined) return next.handle();
    const position = typeof asked === 'string' ? this.options.tokeniser.openPosition(asked) : undefined;
    if (position === undefined) throw new Problem('request.min_position_malformed');
    return from(this.reached(readModels, position)).pipe(mergeMap(() => next.handle()));
  }

  /** @throws Problem when they do not reach it in time, or nobody can have been given it */
  private async reached(readModels: readonly string[], asked: Position): Promise<void> {
    const { positions } = this.options;
    const all = async (limitMs: number): Promise<boolean> =>
      !(
        await Promise.all(readModels.map((name) => waitFor(() => positions.of(name), asked, limitMs)))
      ).includes(false);
    if (await all(0)) return;
    if (!(await positions.given(asked))) throw new Problem('request.min_position_malformed');
    if (!(await all(longestWaitMs))) throw new Problem('read.behind');
  }

  private readModelsOf(execution: ExecutionContext, request: FastifyRequest): readonly string[] | undefined {
    const reads = this.reflector.get<readonly string[] | ReadsChoice | undefined>(
      READS,
      execution.getHandler(),
    );
    if (reads === undefined || !('parameter' in reads)) return reads;
    const value = (request.query as Readonly<Record<string, unknown>>)[reads.parameter];
    return reads.readModels[String(value)];
  }
}
