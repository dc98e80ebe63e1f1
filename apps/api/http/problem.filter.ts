import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '#kernel';
import type { ApiLog } from '../api-options.js';
import { knownCodes, type ProblemText } from './problem-catalogue.js';
import { Problem, problemDocument, problemText, type ProblemOptions } from './problem.js';
import { languageOf } from './language.js';
import type { ApiMetrics } from '../metrics.js';
import { traceOf } from './request-context.js';

interface Answer {
  readonly code: string;
  readonly text: ProblemText;
  readonly options: ProblemOptions;
}

const answer = (code: string, options: ProblemOptions = {}): Answer => ({
  code,
  text: problemText(code),
  options,
});

/** What Fastify itself refuses, before any code of ours has run. */
const byFastifyCode: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'request.too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'request.wrong_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request.not_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'request.not_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'request.not_json',
  FST_ERR_BAD_URL: 'request.bad_url',
  FST_ERR_NOT_FOUND: 'thing.not_found',
};

const byStatus: Readonly<Record<number, string>> = {
  400: 'request.bad_url',
  404: 'thing.not_found',
  408: 'request.timeout',
  413: 'request.too_large',
  414: 'request.bad_url',
  415: 'request.wrong_media_type',
  503: 'service.closing',
};

/** Errors of the libs that are no "no" of a rule, by their name: this file must not know their classes. */
const byName: Readonly<Record<string, string>> = {
  StoreOverloaded: 'store.overloaded',
  StoreUnavailable: 'store.unavailable',
  GrantsNotReady: 'grants.behind',
  ReadModelBehind: 'read.behind',
  VaultUnavailable: 'record.unavailable',
  OtherHalfOpened: 'access.other_half_opened',
  ClockOff: 'record.unavailable',
  // The key is a colleague's, and the grant for it has not come yet.
  WriteRefused: 'grants.behind',
  KeyUnavailable: 'record.unavailable',
  EpochBehind: 'record.unavailable',
  TooMuchContention: 'command.conflict',
  RevisionMismatch: 'revision.stale',
  CommandIdReused: 'command.other_content',
  UnknownTarget: 'thing.not_found',
  // Who is told more may be the one who leaked it.
  AddressFrozen: 'thing.not_found',
  KeptOut: 'thing.not_found',
};

/** What an error is answered with, whoever asks. */
export const answerTo = (error: unknown): Answer => {
  if (error instanceof Problem) return answer(error.code, error.options);
  if (error instanceof DomainError) {
    // A rule that nobody has put into the catalogue is still a no from the state of the case.
    const code = Object.hasOwn(knownCodes, error.code) ? error.code : 'conflict.refused';
    if (problemText(code).status === 404) return answer('thing.not_found');
    return answer(code, { facts: error.details });
  }
  const { name, code, statusCode } = error as { name?: string; code?: string; statusCode?: number };
  const known = byName[name ?? ''] ?? byFastifyCode[code ?? ''];
  if (known) return answer(known);
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  return answer(byStatus[status ?? 500] ?? 'service.internal');
};

/** The code under which an error is answered. */
export const codeOf = (error: unknown): string => answerTo(error).code;

/** Where the code of ours stood, without the message: that may quote what somebody sent. */
const placesOf = (error: unknown): string[] =>
  error instanceof Error
    ? (error.stack ?? '')
        .split('\n')
        .filter((line) => /^\s+at /.test(line))
        .slice(0, 8)
        .map((line) => line.trim())
    : [];

/** Turns everything that goes wrong into application/problem+json (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: ApiLog,
    private readonly metrics?: ApiMetrics,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { code, text, options } = answerTo(error);
    this.metrics?.problem({ method: request.method, code, status: text.status });
    if (text.status === 500)
      this.log.error(
        {
          requestId: request.id,
          traceparent: traceOf(request),
          error: (error as Error)?.name ?? typeof error,
          at: placesOf(error),
        },
        'a request failed',
      );
    // After server-sent events have begun there is no answer left to give.
    if (reply.raw.headersSent) {
      reply.raw.end();
      return;
    }
    const language = languageOf(request.headers['accept-language']);
    if (text.status === 503) void reply.header('retry-after', '1');
    for (const [name, value] of Object.entries(options.headers ?? {})) void reply.header(name, value);
    void reply
      .code(text.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .header('content-language', language)
      .header('cache-control', 'no-store')
      .send(JSON.stringify(problemDocument(code, text.status, language, request.id, options)));
  }
}
