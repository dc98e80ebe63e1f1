import {
  Inject,
  Injectable,
  SetMetadata,
  createParamDecorator,
  type CallHandler,
  type CustomDecorator,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, mergeMap, type Observable } from 'rxjs';
import { derivedId, parseStreamName } from '#kernel';
import type { CommandContext, CommandResult, IntentType } from '#application';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { callerOf } from './auth/auth.guard.js';
import { waitFor } from './min-position.js';
import { Problem } from './problem.js';
import { caseTargetOf, routeOf, targetOf } from './route.js';
import { traceOf } from './request-context.js';
import { invalid } from './validation.js';

export interface CommandOptions {
  /**
   * Two officers could overwrite each other's judgement here: without If-Match the answer is 428. A stale If-Match is
   * refused (412) on every route. Where it is not required the rules guard the judgement themselves: DecideAnswer must
   * repeat the prepared answer, a lower level is agreed to by its version, a clearance names the versions it stands on.
   */
  readonly ifMatch?: 'required';
  /**
   * More is written to the stream than the caller may know of: checks and proposals of others, reservations, tellings,
   * alerts. Its length would tell how many. So there is no ETag and no revision in the answer, and If-Match and
   * If-None-Match are refused, whatever they say: by trying revisions one after another the length could be found. Nor is
   * there a position in the answer to what changes nothing: that of the stream's last event would tell whether others have
   * written since, and so, where a process writes beside a case, whether there is one.
   */
  readonly hidesRevision?: boolean;
  /** The answer is given only when the grants have followed: what should be closed is closed by then. */
  readonly waitsForGrants?: boolean;
  /** 201 with the address of what was made: `/cases/` and the id of the stream. */
  readonly creates?: string;
}

/** What stands beside every command route. */
export interface CommandFacts extends CommandOptions {
  readonly intent: IntentType;
}

export const COMMAND = Symbol('CommandFacts');
export const CommandMetadata = (facts: CommandFacts): CustomDecorator<symbol> => SetMetadata(COMMAND, facts);

export const basePath = '/relocation-coordination/v1';

/** How long an answer waits for the grants, in milliseconds; also what ReadPositions is asked with. */
const grantsWaitMs = 5_000;
export const grantsReadModel = 'grants';

const keyShape = /^[A-Za-z0-9._-]{16,128}$/;
const etagShape = /^"(\d{1,15})"$/;

const contexts = new WeakMap<object, CommandContext>();

/** Who asks, when and under which id: what the handler needs beside the body. Only on command routes. */
export const Context = createParamDecorator((_data: unknown, execution: ExecutionContext): CommandContext => {
  const context = contexts.get(execution.switchToHttp().getRequest<FastifyRequest>().raw);
  if (!context) throw new Error('a route that is no command asked for its context');
  return context;
});

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

const idempotencyKeyOf = (request: FastifyRequest): string => {
  const key = header(request, 'idempotency-key');
  if (key === undefined) throw new Problem('request.idempotency_key_missing');
  if (!keyShape.test(key)) throw new Problem('request.idempotency_key_malformed');
  return key;
};

/** `If-None-Match: *` says that nothing has been written yet; otherwise If-Match carries an ETag of ours. */
const ifMatchOf = (request: FastifyRequest, options: CommandOptions): CommandContext['ifMatch'] => {
  const value = header(request, 'if-match');
  const ifNoneMatch = header(request, 'if-none-match');
  if (options.hidesRevision && (value ?? ifNoneMatch) !== undefined)
    throw new Problem('request.if_match_not_taken');
  if (ifNoneMatch === '*') return 'no-stream';
  if (value === undefined) {
    if (options.ifMatch === 'required') throw new Problem('revision.required');
    return undefined;
  }
  const [, revision] = etagShape.exec(value) ?? [];
  if (revision === undefined) throw new Problem('request.if_match_malformed');
  return Number(revision);
};

/**
 * What the caller acted on, by the name that the caller gave it. The stream would say more: that of a proposal's answer
 * bears the id of the case, which a receiving side never learns.
 */
const idInPath = (request: FastifyRequest): string | undefined => {
  const { caseId, proposalId, candidateId } = caseTargetOf(request) ?? {};
  // What others ask, and a request for documents, are no part of a case.
  const { inquiryId, requestId } = (request.params ?? {}) as {
    readonly inquiryId?: string;
    readonly requestId?: string;
  };
  return proposalId ?? candidateId ?? caseId ?? (inquiryId ?? requestId)?.toLowerCase();
};

/** What a command answers with. */
export interface CommandAnswer {
  /** Id of what was made, or of the thing that was acted on; null where the path names nothing. */
  readonly id: string | null;
  /** Null where the route hides it. */
  readonly revision: number | null;
  /** As it is given out: for X-Min-Position and nothing else. Null where nothing was changed and the length is hidden. */
  readonly position: string | null;
}

/**
 * Around every command: reads its key and precondition before the body is looked at, gives the context to the
 * controller, and puts position, and revision where it may be told, into the answer.
 */
@Injectable()
export class CommandInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler<CommandResult>): Observable<unknown> {
    const command = this.reflector.get<CommandFacts | undefined>(COMMAND, execution.getHandler());
    if (!command) return next.handle();
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    // Everything that a command says stands in its body, of which its key and its record speak.
    if (Object.keys(request.query as object).length > 0)
      throw invalid({ field: '', rule: 'unknown', limits: [] });
    const reply = execution.switchToHttp().getResponse<FastifyReply>();
    contexts.set(request.raw, this.contextOf(request, command));
    const named = idInPath(request);
    return next.handle().pipe(mergeMap((result) => from(this.answer(result, command, named, reply))));
  }

  private contextOf(request: FastifyRequest, command: CommandOptions): CommandContext {
    const caller = callerOf(request);
    const key = idempotencyKeyOf(request);
    const route = `${request.method} ${routeOf(request)}`;
    const commandId = derivedId('command', caller.by.person, route, targetOf(request), key);
    return {
      at: this.options.clock.now().toISOString(),
      by: caller.by,
      organisationId: caller.organisationId,
      commandId,
      // With the key, which stands nowhere: where it is a random one, no guess at the body can be tried on the log.
      ...this.options.tokeniser.fingerprints([key, request.body ?? {}]),
      legalBasis: caller.legalBasis,
      purpose: caller.purpose,
      policyVersion: caller.policyVersion,
      // A command from outside begins a chain: all that follows from it bears its id.
      correlationId: commandId,
      causationId: commandId,
      traceparent: traceOf(request),
      ifMatch: ifMatchOf(request, command),
    };
  }

  private async answer(
    result: CommandResult,
    command: CommandOptions,
    named: string | undefined,
    reply: FastifyReply,
  ): Promise<CommandAnswer> {
    const { position } = result;
    if (command.waitsForGrants && position !== undefined) {
      const followed = await waitFor(
        () => this.options.positions.of(grantsReadModel),
        position,
        grantsWaitMs,
      );
      if (!followed) throw new Problem('grants.behind');
    }
    const revision = command.hidesRevision ? null : result.revision;
    if (revision !== null) void reply.header('etag', `"${revision}"`);
    const told = command.hidesRevision && result.quiet ? undefined : position;
    const given = told === undefined ? null : this.options.tokeniser.sealPosition(told);
    if (given !== null) void reply.header('x-position', given);
    // Other streams bear a token of a person, an organisation or an area: those never go out.
    const made = command.creates ? parseStreamName(result.stream).id : null;
    const id = result.created ?? named ?? made;
    if (command.creates) void reply.code(201).header('location', `${basePath}${command.creates}/${id}`);
    return { id, revision, position: given };
  }
}
