import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandContext, CommandResult } from '#application';
import { INTENTS, type IntentExecutor } from '../../api-options.js';
import { CommandRoute, IdParam } from '../command-docs.js';
import { Context } from '../command-route.js';
import { Id, NoBody } from '../path.js';
import { evenTaken, homeOfficer, policeCoordinator } from '../policies.js';
import { SignWaiverDto, TellAgencyDto, WithdrawWaiverDto } from './disclosure.dto.js';

/** Each tells what its own authority wrote. */
const tellers = [homeOfficer(['HOME_BOARD'], 'SUPPORT'), policeCoordinator(['HOME_POLICE'], 'PROTECTION')];

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
    evenTaken(homeOfficer(['HOME_BOARD'], 'PROTECTION')),
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

  @Post('agency-tellings')
  @CommandRoute(
    'TellAgency',
    'Tell named contacts of an agency what the need-to-know matrix lets it know',
    tellers,
    {
      hidesRevision: true,
    },
  )
  @IdParam('caseId')
  tell(
    @Id('caseId') caseId: string,
    @Body() body: TellAgencyDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('TellAgency', { ...body, caseId }, context);
  }

  @Post('agency-tellings/:disclosureId/endings')
  @CommandRoute('EndTelling', 'End what an agency was told', tellers, {
    waitsForGrants: true,
    hidesRevision: true,
  })
  @IdParam('caseId', 'disclosureId')
  end(
    @Id('caseId') caseId: string,
    @Id('disclosureId') disclosureId: string,
    @NoBody() _body: undefined,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('EndTelling', { caseId, disclosureId }, context);
  }
}
