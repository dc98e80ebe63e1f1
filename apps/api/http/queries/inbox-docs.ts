import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { alternativesOf, PolicyByQuery } from '../auth/policy.js';
import { callerProblems, functionsOf, ProblemResponses } from '../command-docs.js';
import { ReadsByQuery } from '../min-position.js';
import { inboxes, inboxPolicies, inboxRoles } from './inbox-roles.js';
import { InboxDto } from './inbox.dto.js';

const functions = functionsOf(Object.values(inboxPolicies).flatMap(alternativesOf));
const problems = [...callerProblems, 'auth.assurance_too_low', 'request.invalid'] as const;

export const InboxRoute = (): MethodDecorator =>
  applyDecorators(
    PolicyByQuery('as', inboxPolicies),
    ReadsByQuery('as', Object.fromEntries(inboxRoles.map((role) => [role, [inboxes[role].projection.name]]))),
    HttpCode(200),
    ApiBearerAuth('official'),
    ApiOperation({
      summary: 'What waits for the caller, the next deadline first',
      description:
        `Functions, by \`as\`: ${functions}. TAKE_OVER: nobody who is named for it can name others there any more; ` +
        'whoever can does (contact-changes).',
    }),
    ApiHeader({
      name: 'X-Min-Position',
      required: false,
      description: 'X-Position of an earlier answer: the answer waits for it, at most 2 seconds.',
      schema: { type: 'string' },
    }),
    ApiResponse({ status: 200, description: 'What waits', type: InboxDto }),
    ProblemResponses([...problems, 'request.min_position_malformed', 'read.behind']),
  );

export const InboxStreamRoute = (): MethodDecorator =>
  applyDecorators(
    PolicyByQuery('as', inboxPolicies),
    ApiBearerAuth('official'),
    ApiOperation({
      summary: 'Tells that the inbox has changed, without content',
      description:
        `Functions, by \`as\`: ${functions}. One event \`inbox\` at once and one for every change: read the inbox ` +
        'then. Ends when the token does, or the appointment.',
    }),
    ApiResponse({
      status: 200,
      description: 'Server-sent events',
      content: {
        'text/event-stream': { schema: { type: 'string', example: 'event: inbox\ndata: changed\n' } },
      },
    }),
    ProblemResponses([...problems, 'store.overloaded']),
  );
