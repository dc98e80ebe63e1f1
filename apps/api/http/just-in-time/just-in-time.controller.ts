import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandContext, CommandResult } from '#application';
import { INTENTS, type IntentExecutor } from '../../api-options.js';
import { CommandRoute, IdParam } from '../command-docs.js';
import { Context } from '../command-route.js';
import { Id, NoBody } from '../path.js';
import { homeOfficer, whoBreaksGlass, whoBreaksGlassThere } from '../policies.js';
import { BreakGlassDto, RequestJointOpeningDto } from './just-in-time.dto.js';

@ApiTags('just in time')
@Controller('relocation-coordination/v1/cases/:caseId')
export class JustInTimeController {
  constructor(@Inject(INTENTS) private readonly intents: IntentExecutor) {}

  /** The answer names the glass, with which can be read at once. */
  @Post('broken-glasses')
  @CommandRoute('BreakGlass', 'Break the glass: open what must be known now, alone', whoBreaksGlass, {
    hidesRevision: true,
  })
  @IdParam('caseId')
  breakGlass(
    @Id('caseId') caseId: string,
    @Body() body: BreakGlassDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('BreakGlass', { ...body, caseId }, context);
  }

  @Post('broken-glasses/:glassId/confirmations')
  @CommandRoute('ConfirmGlass', 'Confirm, as a second person, a glass that was broken', whoBreaksGlass, {
    hidesRevision: true,
  })
  @IdParam('caseId', 'glassId')
  confirmGlass(
    @Id('caseId') caseId: string,
    @Id('glassId') glassId: string,
    @NoBody() _body: undefined,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('ConfirmGlass', { caseId, glassId }, context);
  }

  /** The answer names the request, which somebody else of the authority approves. */
  @Post('joint-openings')
  @CommandRoute(
    'RequestJointOpening',
    'Ask to open identity and address together, for minutes',
    homeOfficer(['HOME_BOARD'], 'SUPPORT'),
  )
  @IdParam('caseId')
  request(
    @Id('caseId') caseId: string,
    @Body() body: RequestJointOpeningDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RequestJointOpening', { ...body, caseId }, context);
  }

  @Post('joint-openings/:openingId/approvals')
  @CommandRoute(
    'ApproveJointOpening',
    'Approve, as a second person, a joint opening',
    homeOfficer(['HOME_BOARD'], 'SUPPORT'),
  )
  @IdParam('caseId', 'openingId')
  approve(
    @Id('caseId') caseId: string,
    @Id('openingId') openingId: string,
    @NoBody() _body: undefined,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('ApproveJointOpening', { caseId, openingId }, context);
  }

  @Post('joint-openings/:openingId/rejections')
  @CommandRoute('RejectJointOpening', 'Reject a joint opening', homeOfficer(['HOME_BOARD'], 'SUPPORT'))
  @IdParam('caseId', 'openingId')
  reject(
    @Id('caseId') caseId: string,
    @Id('openingId') openingId: string,
    @NoBody() _body: undefined,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RejectJointOpening', { caseId, openingId }, context);
  }
}

/** The same for Police of the receiving region, who know the placement and never the case. */
@ApiTags('just in time')
@Controller('relocation-coordination/v1/placements/:proposalId')
export class JustInTimeThereController {
  constructor(@Inject(INTENTS) private readonly intents: IntentExecutor) {}

  @Post('broken-glasses')
  @CommandRoute(
    'BreakGlassAtPlacement',
    'Break the glass as Police of the receiving region, alone',
    whoBreaksGlassThere,
    { hidesRevision: true },
  )
  @IdParam('proposalId')
  breakGlass(
    @Id('proposalId') proposalId: string,
    @Body() body: BreakGlassDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('BreakGlassAtPlacement', { ...body, proposalId }, context);
  }
}
