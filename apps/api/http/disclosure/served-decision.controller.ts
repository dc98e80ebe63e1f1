import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandContext, CommandResult } from '#application';
import { INTENTS, type IntentExecutor } from '../../api-options.js';
import { CommandRoute, IdParam } from '../command-docs.js';
import { Context } from '../command-route.js';
import { Id } from '../path.js';
import { homeOfficer } from '../policies.js';
import { RegisterPlaceDecisionDto, RegisterServedDecisionDto } from './served-decision.dto.js';

/** Decisions that a party is served, and apart from them, sealed, where (OSL 26:7). */
@ApiTags('cases')
@Controller('relocation-coordination/v1/cases/:caseId/served-decisions')
export class ServedDecisionController {
  constructor(@Inject(INTENTS) private readonly intents: IntentExecutor) {}

  @Post()
  @CommandRoute(
    'RegisterServedDecision',
    'Register a decision on LVU or one-guardian shelter, as it is served: without the place',
    homeOfficer(['HOME_BOARD'], 'SUPPORT'),
    { hidesRevision: true },
  )
  @IdParam('caseId')
  register(
    @Id('caseId') caseId: string,
    @Body() body: RegisterServedDecisionDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RegisterServedDecision', { ...body, caseId }, context);
  }

  @Post(':decisionId/places')
  @CommandRoute(
    'RegisterPlaceDecision',
    'Register the decision on place and provider: sealed as an address, opened just in time alone, never served',
    homeOfficer(['HOME_BOARD'], 'SUPPORT'),
    { hidesRevision: true },
  )
  @IdParam('caseId', 'decisionId')
  registerPlace(
    @Id('caseId') caseId: string,
    @Id('decisionId') decisionId: string,
    @Body() body: RegisterPlaceDecisionDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RegisterPlaceDecision', { ...body, caseId, decisionId }, context);
  }
}
