import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandContext, CommandResult } from '#application';
import { INTENTS, type IntentExecutor } from '../../api-options.js';
import { CommandRoute, IdParam } from '../command-docs.js';
import { Context } from '../command-route.js';
import { Id } from '../path.js';
import { evenTaken, homeDutyOfficer, homeOfficer } from '../policies.js';
import {
  ConfirmPlaceLeftDto,
  RegisterPlaceDecisionDto,
  RegisterServedDecisionDto,
  ReportDecidedPlaceExposureDto,
} from './served-decision.dto.js';

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

  @Post(':decisionId/places/:placeDecisionId/departures')
  @CommandRoute(
    'ConfirmPlaceLeft',
    'Confirm that the child has left where a decision says, or take that back',
    // Whoever stands by fetches the child, and is the one who stands there.
    [homeOfficer(['HOME_BOARD'], 'PROTECTION'), homeDutyOfficer(['HOME_DUTY'], 'ALARM')],
    { hidesRevision: true },
  )
  @IdParam('caseId', 'decisionId', 'placeDecisionId')
  confirmLeft(
    @Id('caseId') caseId: string,
    @Id('decisionId') decisionId: string,
    @Id('placeDecisionId') placeDecisionId: string,
    @Body() body: ConfirmPlaceLeftDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute(
      'ConfirmPlaceLeft',
      { ...body, caseId, decisionId, placeDecisionId },
      context,
    );
  }

  @Post(':decisionId/places/:placeDecisionId/exposures')
  @CommandRoute(
    'ReportDecidedPlaceExposure',
    'Report that where a decision says is known to somebody who must not know it: from then on who fetches the child alone reads it',
    [evenTaken(homeOfficer(['HOME_BOARD'], 'PROTECTION')), homeDutyOfficer(['HOME_DUTY'], 'ALARM')],
    { waitsForGrants: true, hidesRevision: true },
  )
  @IdParam('caseId', 'decisionId', 'placeDecisionId')
  reportExposure(
    @Id('caseId') caseId: string,
    @Id('decisionId') decisionId: string,
    @Id('placeDecisionId') placeDecisionId: string,
    @Body() body: ReportDecidedPlaceExposureDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute(
      'ReportDecidedPlaceExposure',
      { ...body, caseId, decisionId, placeDecisionId },
      context,
    );
  }
}
