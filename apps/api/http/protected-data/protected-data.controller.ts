import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandContext, CommandResult } from '#application';
import { INTENTS, type IntentExecutor } from '../../api-options.js';
import { CommandRoute, IdParam } from '../command-docs.js';
import { Context } from '../command-route.js';
import { Id } from '../path.js';
import { homeOfficer, policeCoordinator, protectionOfficer } from '../policies.js';
import {
  CheckExposedRegisterDto,
  EndProtectionDto,
  RegisterProtectionOutcomeDto,
  RequestProtectionDto,
  SendRegistrationNoticeDto,
  WithholdRegistrationNoticeDto,
} from './protected-data.dto.js';

const purpose = 'PROTECTION';
// Several agencies and a clock write to the same stream: its length would tell one of the others.
const hidesRevision = true;
const board = homeOfficer(['HOME_BOARD'], purpose);
/** Skatteverket; for an assumed identity Police. */
const deciding = [protectionOfficer(['TAX_AGENCY'], purpose), policeCoordinator(['HOME_POLICE'], purpose)];

/** Protection of a person's data in the registers of others. */
@ApiTags('protected data')
@Controller('relocation-coordination/v1/cases/:caseId')
export class ProtectedDataController {
  constructor(@Inject(INTENTS) private readonly intents: IntentExecutor) {}

  @Post('protections')
  @CommandRoute('RequestProtection', 'Register that the person applies for protection', board, {
    hidesRevision,
  })
  @IdParam('caseId')
  request(
    @Id('caseId') caseId: string,
    @Body() body: RequestProtectionDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RequestProtection', { ...body, caseId }, context);
  }

  @Post('protections/:protectionId/outcomes')
  @CommandRoute('RegisterProtectionOutcome', 'Register what became of an application', deciding, {
    hidesRevision,
  })
  @IdParam('caseId', 'protectionId')
  outcome(
    @Id('caseId') caseId: string,
    @Id('protectionId') protectionId: string,
    @Body() body: RegisterProtectionOutcomeDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RegisterProtectionOutcome', { ...body, caseId, protectionId }, context);
  }

  @Post('protections/:protectionId/endings')
  @CommandRoute('EndProtection', 'Register that a protection has ended', deciding, { hidesRevision })
  @IdParam('caseId', 'protectionId')
  end(
    @Id('caseId') caseId: string,
    @Id('protectionId') protectionId: string,
    @Body() body: EndProtectionDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('EndProtection', { ...body, caseId, protectionId }, context);
  }

  @Post('registration-notices')
  @CommandRoute(
    'SendRegistrationNotice',
    'Record that Skatteverket was told of a wrong registration (FOL 32 c)',
    board,
    { hidesRevision },
  )
  @IdParam('caseId')
  sendNotice(
    @Id('caseId') caseId: string,
    @Body() body: SendRegistrationNoticeDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('SendRegistrationNotice', { ...body, caseId }, context);
  }

  @Post('registration-notice-withholdings')
  @CommandRoute(
    'WithholdRegistrationNotice',
    'Decide, for a special reason, not to tell of a wrong registration',
    board,
    { hidesRevision },
  )
  @IdParam('caseId')
  withholdNotice(
    @Id('caseId') caseId: string,
    @Body() body: WithholdRegistrationNoticeDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('WithholdRegistrationNotice', { ...body, caseId }, context);
  }

  @Post('exposed-registers')
  @CommandRoute(
    'CheckExposedRegister',
    'Record that a register was looked at which may give the person away',
    board,
    { hidesRevision },
  )
  @IdParam('caseId')
  checkRegister(
    @Id('caseId') caseId: string,
    @Body() body: CheckExposedRegisterDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('CheckExposedRegister', { ...body, caseId }, context);
  }
}
