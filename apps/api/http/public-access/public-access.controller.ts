import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandContext, CommandResult } from '#application';
import { INTENTS, type IntentExecutor } from '../../api-options.js';
import { CommandRoute, IdParam } from '../command-docs.js';
import { Context } from '../command-route.js';
import { Id, NoBody } from '../path.js';
import { documentDeciders, documentRegistrars, registrar } from '../policies.js';
import {
  AnswerDocumentRequestDto,
  EnactRegisterRulesDto,
  RecordAppealOutcomeDto,
  RecordRefusalAppealedDto,
  RecordRefusalServedDto,
  RegisterDocumentRequestDto,
  RequestAuthorityDecisionDto,
} from './public-access.dto.js';

const purpose = 'PUBLIC_ACCESS';

/** Requests for official documents: no case is named, and none is looked for. */
@ApiTags('public access')
@Controller('relocation-coordination/v1')
export class PublicAccessController {
  constructor(@Inject(INTENTS) private readonly intents: IntentExecutor) {}

  @Post('document-requests')
  @CommandRoute(
    'RegisterDocumentRequest',
    'Register a request for official documents',
    documentRegistrars(purpose),
    { creates: '/document-requests' },
  )
  register(
    @Body() body: RegisterDocumentRequestDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RegisterDocumentRequest', body, context);
  }

  @Post('document-requests/:requestId/answers')
  @CommandRoute(
    'AnswerDocumentRequest',
    'Answer as an official: release, release in part, or refuse',
    documentRegistrars(purpose),
  )
  @IdParam('requestId')
  answer(
    @Id('requestId') requestId: string,
    @Body() body: AnswerDocumentRequestDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('AnswerDocumentRequest', { ...body, requestId }, context);
  }

  @Post('document-requests/:requestId/decision-requests')
  @CommandRoute(
    'RequestAuthorityDecision',
    'Register that the requester asks for a decision of the authority',
    documentRegistrars(purpose),
  )
  @IdParam('requestId')
  requestDecision(
    @Id('requestId') requestId: string,
    @Body() body: RequestAuthorityDecisionDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RequestAuthorityDecision', { ...body, requestId }, context);
  }

  @Post('document-requests/:requestId/decisions')
  @CommandRoute(
    'DecideDocumentRequest',
    'Decide for the authority, in writing and open to appeal',
    documentDeciders(purpose),
  )
  @IdParam('requestId')
  decide(
    @Id('requestId') requestId: string,
    @Body() body: AnswerDocumentRequestDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('DecideDocumentRequest', { ...body, requestId }, context);
  }

  @Post('document-requests/:requestId/take-overs')
  @CommandRoute('TakeOverDocumentRequest', 'Take part in a request that came before one was appointed', [
    ...documentRegistrars(purpose),
    ...documentDeciders(purpose),
  ])
  @IdParam('requestId')
  takeOver(
    @Id('requestId') requestId: string,
    @NoBody() _body: unknown,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('TakeOverDocumentRequest', { requestId }, context);
  }

  @Post('document-requests/:requestId/servings')
  @CommandRoute(
    'RecordRefusalServed',
    'Record when the decision was received: the time for appeal begins',
    documentRegistrars(purpose),
  )
  @IdParam('requestId')
  served(
    @Id('requestId') requestId: string,
    @Body() body: RecordRefusalServedDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RecordRefusalServed', { ...body, requestId }, context);
  }

  @Post('document-requests/:requestId/appeals')
  @CommandRoute(
    'RecordRefusalAppealed',
    'Record that the decision is appealed, and whether in time',
    documentRegistrars(purpose),
  )
  @IdParam('requestId')
  appealed(
    @Id('requestId') requestId: string,
    @Body() body: RecordRefusalAppealedDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RecordRefusalAppealed', { ...body, requestId }, context);
  }

  @Post('document-requests/:requestId/appeal-outcomes')
  @CommandRoute(
    'RecordAppealOutcome',
    'Record what the court decided; where it leaves something to decide, the clock of the authority begins again',
    documentRegistrars(purpose),
  )
  @IdParam('requestId')
  appealDecided(
    @Id('requestId') requestId: string,
    @Body() body: RecordAppealOutcomeDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RecordAppealOutcome', { ...body, requestId }, context);
  }

  @Post('register-rules')
  @CommandRoute(
    'EnactRegisterRules',
    'Enact how an authority numbers its documents and what it charges for copies',
    registrar('NO_CASE', 'ADMINISTRATION'),
  )
  enactRules(
    @Body() body: EnactRegisterRulesDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('EnactRegisterRules', body, context);
  }
}
