import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandContext, CommandResult } from '#application';
import { INTENTS, type IntentExecutor } from '../../api-options.js';
import { CommandRoute, IdParam } from '../command-docs.js';
import { Context } from '../command-route.js';
import { Id } from '../path.js';
import { homeOfficer, logReviewers } from '../policies.js';
import { ProduceAccessReportDto, SettleReviewDto } from './log-review.dto.js';

@ApiTags('log review')
@Controller('relocation-coordination/v1')
export class LogReviewController {
  constructor(@Inject(INTENTS) private readonly intents: IntentExecutor) {}

  @Post('log-reviews/:reviewId/settlements')
  @CommandRoute('SettleReview', 'Settle a record of a read that waits for review', logReviewers, {
    hidesRevision: true,
  })
  @IdParam('reviewId')
  settle(
    @Id('reviewId') reviewId: string,
    @Body() body: SettleReviewDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('SettleReview', { ...body, reviewId }, context);
  }

  /** The answer names the report, which can then be read. */
  @Post('cases/:caseId/access-reports')
  @CommandRoute(
    'ProduceAccessReport',
    'Draw up, at the person’s request, who has read about them',
    homeOfficer(['HOME_BOARD'], 'PERSONS_ACCESS'),
  )
  @IdParam('caseId')
  report(
    @Id('caseId') caseId: string,
    @Body() body: ProduceAccessReportDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('ProduceAccessReport', { ...body, caseId }, context);
  }
}
