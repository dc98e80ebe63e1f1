import { HttpCode, applyDecorators } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import type { IntentType } from '#application';
import { alternativesOf, Policy, type RoutePolicies } from './auth/policy.js';
import { CommandMetadata, type CommandOptions } from './command-route.js';
import { CommandAnswerDto } from './command.dto.js';
import { problemText } from './problem.js';
import { ProblemDto } from './service/service.dto.js';

const answerHeaders = {
  'X-Request-Id': { description: 'Names this request in our log', schema: { type: 'string' as const } },
  traceparent: { description: 'W3C trace context', schema: { type: 'string' as const } },
};

const retryHeader = {
  'Retry-After': { description: 'Seconds to wait before trying again', schema: { type: 'integer' as const } },
};

/** Describes one status by the problems that may come with it. */
export const ProblemResponses = (codes: readonly string[]): MethodDecorator => {
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const { status } = problemText(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...[...byStatus].map(([status, ofStatus]) =>
      ApiResponse({
        status,
        description: ofStatus.map((code) => `${code}: ${problemText(code).title.en}`).join('. '),
        headers: { ...answerHeaders, ...(status === 503 ? retryHeader : {}) },
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
      }),
    ),
  );
};

/** What every route with a caller may answer beside its own. */
export const callerProblems = [
  'auth.token_missing',
  'auth.token_invalid',
  'access.refused',
  'thing.not_found',
  'request.bad_url',
  'auth.issuer_unreachable',
  'record.unavailable',
  'service.internal',
  'service.closing',
] as const;

const commandProblems = [
  'request.invalid',
  'request.not_json',
  'request.not_utf8',
  'request.idempotency_key_missing',
  'request.idempotency_key_malformed',
  'auth.assurance_too_low',
  'request.timeout',
  'conflict.refused',
  'command.conflict',
  'request.too_large',
  'request.wrong_media_type',
  'command.other_content',
  'store.overloaded',
  'store.unavailable',
] as const;

/** The functions that the policies of a route name, for its description. */
export const functionsOf = (policies: RoutePolicies): string =>
  [...new Set(alternativesOf(policies).flatMap(({ functions }) => functions))].join(', ');

/**
 * Everything that stands around a command: its policy, its headers, and each status that it may answer with.
 * @param intent what the route carries; every intent has exactly one route (command-controllers.spec.ts)
 * @param policies one, or one for each agency that may take this step
 */
export const CommandRoute = (
  intent: IntentType,
  summary: string,
  policies: RoutePolicies,
  options: CommandOptions = {},
): MethodDecorator =>
  applyDecorators(
    Policy(policies),
    CommandMetadata({ ...options, intent }),
    HttpCode(options.creates ? 201 : 200),
    ApiBearerAuth('official'),
    ApiOperation({ summary, description: `Functions: ${functionsOf(policies)}.` }),
    ApiHeader({
      name: 'Idempotency-Key',
      required: true,
      description: 'Makes a repeat harmless: the same key and body give the same result.',
      schema: { type: 'string', minLength: 16, maxLength: 128, pattern: '^[A-Za-z0-9._-]+$' },
    }),
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: options.hidesRevision
        ? 'Not taken at this route: refused with 400, as is If-None-Match. The answer has no ETag and no revision.'
        : options.ifMatch === 'required'
          ? 'ETag of what was read; required, or If-None-Match: * where it had none yet.'
          : 'ETag of what was read; refused with 412 when it has changed.',
      schema: { type: 'string', example: '"7"' },
    }),
    ApiResponse({
      status: options.creates ? 201 : 200,
      description: 'Done, now or at an earlier try with the same key',
      type: CommandAnswerDto,
      headers: {
        ...answerHeaders,
        ...(options.hidesRevision
          ? {}
          : { ETag: { description: 'Revision of the stream that decided', schema: { type: 'string' } } }),
        'X-Position': {
          description: 'Place in the log, for X-Min-Position of a later query',
          schema: { type: 'string' },
        },
        ...(options.creates
          ? { Location: { description: 'Address of what was made', schema: { type: 'string' } } }
          : {}),
      },
    }),
    ProblemResponses([
      ...callerProblems,
      ...commandProblems,
      ...(options.hidesRevision
        ? ['request.if_match_not_taken']
        : ['request.if_match_malformed', 'revision.stale']),
      ...(options.ifMatch === 'required' ? ['revision.required'] : []),
      ...(options.waitsForGrants ? ['grants.behind'] : []),
    ]),
  );

/** An id in the path, described. */
export const IdParam = (...names: string[]): MethodDecorator =>
  applyDecorators(...names.map((name) => ApiParam({ name, schema: { type: 'string', format: 'uuid' } })));
