import { Get, HttpCode, applyDecorators, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { DataClass } from '#kernel';
import { alternativesOf, Policy, type RoutePolicies } from '../auth/policy.js';
import { callerProblems, functionsOf, ProblemResponses } from '../command-docs.js';
import { Reads } from '../min-position.js';
import { RecordsItself } from '../view.interceptor.js';
import { ContentsDto } from './contents.dto.js';
import { opening, type Readers, wantsDeclaration } from './readers.js';

/** Everything that stands around a query: its policy, the read model that it waits for, and what it may answer with. */
export const QueryRoute = (
  summary: string,
  policies: RoutePolicies,
  options: {
    readonly answer: Type;
    /** Names of the projections (libs/projections) that must have reached X-Min-Position. */
    readonly reads: readonly string[];
    /** Codes of problems beside those that every query may answer with. */
    readonly problems?: readonly string[];
    /** It opens something sealed, and the vault records that: every other look at one thing is recorded as a view. */
    readonly opens?: true;
  },
): MethodDecorator =>
  applyDecorators(
    Policy(policies),
    ...(options.opens ? [RecordsItself()] : []),
    Reads(...options.reads),
    HttpCode(200),
    ApiBearerAuth('official'),
    ApiOperation({ summary, description: `Functions: ${functionsOf(policies)}.` }),
    ApiHeader({
      name: 'X-Min-Position',
      required: false,
      description: 'X-Position of an earlier answer: the answer waits for it, at most 2 seconds.',
      schema: { type: 'string' },
    }),
    ApiResponse({ status: 200, description: 'What is the caller’s to read', type: options.answer }),
    ProblemResponses([
      ...callerProblems,
      'auth.assurance_too_low',
      ...(alternativesOf(policies).some(({ login }) => login === 'FRESH_LOA3') ? ['auth.login_too_old'] : []),
      'request.min_position_malformed',
      'read.behind',
      ...(options.problems ?? []),
    ]),
  );

/** What a list may answer with beside a page. */
export const listProblems = ['request.invalid'] as const;

/** `GET <thing>/contents/<class>`: opens the sealed content of one class. There is no route for a class that is closed. */
export const ContentsRoute = (
  thing: string,
  dataClass: DataClass,
  readers: Readers | readonly Readers[],
  readModels: string | readonly string[],
): MethodDecorator =>
  applyDecorators(
    Get(`${thing}/contents/${dataClass}`),
    QueryRoute(
      `Open the ${dataClass} (recorded)`,
      [readers].flat().map((one) => opening(one, dataClass)),
      {
        answer: ContentsDto,
        opens: true,
        reads: [readModels, 'grants'].flat(),
        problems: [
          'grants.behind',
          ...(dataClass === 'identity' || dataClass === 'address' ? ['access.other_half_opened'] : []),
          ...([readers].flat().some(({ relation }) => wantsDeclaration(relation, dataClass))
            ? ['access.not_declared']
            : []),
        ],
      },
    ),
  );
