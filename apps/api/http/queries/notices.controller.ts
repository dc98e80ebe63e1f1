import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Controller, Get, HttpCode, Inject, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type Shown, suppressCount } from '#access';
import type { Token } from '#kernel';
import { inboxItems, officialsHolding } from '#projections';
import { machineCallerOf, type MachineCaller } from '../auth/auth.guard.js';
import { alternativesOf, ForMachines } from '../auth/policy.js';
import { callerProblems, ProblemResponses } from '../command-docs.js';
import { inboxes } from './inbox-roles.js';
import { NoticesDto, NoticesQuery, type NoticeRole } from './notices.dto.js';
import { Reading } from './reading.js';

/** The system that asks, as the guard let it through. */
const AskingMachine = createParamDecorator((_data: unknown, execution: ExecutionContext): MachineCaller =>
  machineCallerOf(execution.switchToHttp().getRequest<FastifyRequest>()),
);

/** What a case system may know with no official behind it: that it is time for somebody to look. */
@ApiTags('inbox')
@Controller('relocation-coordination/v1/notices')
export class NoticesController {
  constructor(@Inject(Reading) private readonly reading: Reading) {}

  @Get()
  @ForMachines('SOCIAL_BOARD')
  @HttpCode(200)
  @ApiBearerAuth('official')
  @ApiOperation({
    summary: 'How much waits for the board, without content; for its own case system',
    description:
      'As of the first question in each hour: until the hour is over the answer stays the same. ' +
      'The only route for a machine client by itself (client credentials). Everything else is asked on behalf of a ' +
      'named official who has logged in at level of assurance 3 (token exchange, RFC 8693).',
  })
  @ApiResponse({ status: 200, description: 'How much waits', type: NoticesDto })
  @ProblemResponses([...callerProblems, 'request.invalid'])
  async waiting(
    @Query() { as }: NoticesQuery,
    @AskingMachine() { organisation }: MachineCaller,
  ): Promise<NoticesDto> {
    return {
      waiting: await this.reading.ofTheHour(organisation, as, () => this.waitingNow(organisation, as)),
    };
  }

  private async waitingNow(organisation: Token, as: NoticeRole): Promise<Shown> {
    const { policy, projection } = inboxes[as];
    // The database shows the rows of a person of the organisation and no others: so every official is asked for.
    const functions = alternativesOf(policy).flatMap((one) => one.functions);
    const officials = await officialsHolding(this.reading.pool, organisation, functions);
    const items = new Set<string>();
    for (const person of officials)
      for (const item of await inboxItems(
        this.reading.pool,
        projection,
        { organisation, person },
        this.reading.now,
      ))
        items.add(item);
    return suppressCount(items.size);
  }
}
