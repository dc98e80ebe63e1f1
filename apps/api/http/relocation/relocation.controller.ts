import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandContext, CommandResult } from '#application';
import { INTENTS, type IntentExecutor } from '../../api-options.js';
import { CommandRoute, IdParam } from '../command-docs.js';
import { Context } from '../command-route.js';
import { Id } from '../path.js';
import { homeOfficer } from '../policies.js';
import {
  CloseCaseDto,
  OpenCaseDto,
  RegisterSupportDecisionDto,
  RequestRelocationDto,
  StartSupervisedClosingDto,
} from './relocation.dto.js';

@ApiTags('cases')
@Controller('relocation-coordination/v1/cases')
export class RelocationController {
  constructor(@Inject(INTENTS) private readonly intents: IntentExecutor) {}

  @Post()
  @CommandRoute('OpenCase', 'Open a case', homeOfficer('NO_CASE', 'SUPPORT'), { creates: '/cases' })
  open(@Body() body: OpenCaseDto, @Context() context: CommandContext): Promise<CommandResult> {
    return this.intents.execute('OpenCase', body, context);
  }

  @Post(':caseId/support-decisions')
  @CommandRoute(
    'RegisterSupportDecision',
    'Register the decision on support',
    homeOfficer(['HOME_BOARD'], 'SUPPORT'),
  )
  @IdParam('caseId')
  registerSupportDecision(
    @Id('caseId') caseId: string,
    @Body() body: RegisterSupportDecisionDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RegisterSupportDecision', { ...body, caseId }, context);
  }

  @Post(':caseId/relocation-requests')
  @CommandRoute('RequestRelocation', 'Request a relocation', homeOfficer(['HOME_BOARD'], 'SUPPORT'))
  @IdParam('caseId')
  requestRelocation(
    @Id('caseId') caseId: string,
    @Body() body: RequestRelocationDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RequestRelocation', { ...body, caseId }, context);
  }

  @Post(':caseId/supervised-closings')
  @CommandRoute('StartSupervisedClosing', 'Start supervised closing', homeOfficer(['HOME_BOARD'], 'SUPPORT'))
  @IdParam('caseId')
  startSupervisedClosing(
    @Id('caseId') caseId: string,
    @Body() body: StartSupervisedClosingDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('StartSupervisedClosing', { ...body, caseId }, context);
  }

  @Post(':caseId/closures')
  @CommandRoute('CloseCase', 'Close the case', homeOfficer(['HOME_BOARD'], 'SUPPORT'), {
    waitsForGrants: true,
  })
  @IdParam('caseId')
  close(
    @Id('caseId') caseId: string,
    @Body() body: CloseCaseDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('CloseCase', { ...body, caseId }, context);
  }
}
