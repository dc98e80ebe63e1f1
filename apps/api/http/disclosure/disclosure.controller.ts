import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandContext, CommandResult } from '#application';
import { INTENTS, type IntentExecutor } from '../../api-options.js';
import { CommandRoute, IdParam } from '../command-docs.js';
import { Context } from '../command-route.js';
import { Id } from '../path.js';
import { homeOfficer } from '../policies.js';
import { SignWaiverDto, WithdrawWaiverDto } from './disclosure.dto.js';

@ApiTags('waivers')
@Controller('relocation-coordination/v1/cases/:caseId')
export class DisclosureController {
  constructor(@Inject(INTENTS) private readonly intents: IntentExecutor) {}

  @Post('waivers')
  @CommandRoute(
    'SignWaiver',
    "Register the person's waiver of secrecy",
    homeOfficer(['HOME_BOARD'], 'SUPPORT'),
    { hidesRevision: true },
  )
  @IdParam('caseId')
  sign(
    @Id('caseId') caseId: string,
    @Body() body: SignWaiverDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('SignWaiver', { ...body, caseId }, context);
  }

  @Post('waiver-withdrawals')
  @CommandRoute(
    'WithdrawWaiver',
    'Register that the person has withdrawn the waiver',
    homeOfficer(['HOME_BOARD'], 'PROTECTION'),
    {
      waitsForGrants: true,
      hidesRevision: true,
    },
  )
  @IdParam('caseId')
  withdraw(
    @Id('caseId') caseId: string,
    @Body() body: WithdrawWaiverDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('WithdrawWaiver', { ...body, caseId }, context);
  }
}
