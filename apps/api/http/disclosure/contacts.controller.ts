import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Policy } from '#access';
import type { CommandContext, CommandResult } from '#application';
import { INTENTS, type IntentExecutor } from '../../api-options.js';
import { CommandRoute, IdParam } from '../command-docs.js';
import { Context } from '../command-route.js';
import { Id, NoBody } from '../path.js';
import {
  whoChangesContactsInCase,
  whoChangesContactsOnProposal,
  whoDeclaresInCase,
  whoDeclaresOnProposal,
} from '../policies.js';
import { ContactChangeDto, DisqualificationDto } from './contacts.dto.js';

/** Who is told waits for nothing but the grants, so that what is opened next is open, and what is shut is shut. */
const options = { hidesRevision: true, waitsForGrants: true } as const;

/** The answer may have come too late, or not at all: a repeat is no prober's. */
const again = (policy: Policy): Policy => ({ ...policy, evenDisqualified: true });

@ApiTags('contacts')
@Controller('relocation-coordination/v1/cases/:caseId')
export class CaseContactsController {
  constructor(@Inject(INTENTS) private readonly intents: IntentExecutor) {}

  /** Once for each official and case. It says nothing but that, and so has no body. */
  @Post('impartiality-declarations')
  @CommandRoute(
    'DeclareImpartial',
    'Declare that nothing disqualifies the caller in the case (FL 16 §)',
    whoDeclaresInCase,
    options,
  )
  @IdParam('caseId')
  declareImpartial(
    @Id('caseId') caseId: string,
    @NoBody() _body: undefined,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('DeclareImpartial', { caseId }, context);
  }

  @Post('disqualifications')
  @CommandRoute(
    'DeclareDisqualified',
    'Declare that the caller is disqualified in the case: ends all of it at once',
    whoDeclaresInCase.map(again),
    options,
  )
  @IdParam('caseId')
  declareDisqualified(
    @Id('caseId') caseId: string,
    @Body() body: DisqualificationDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('DeclareDisqualified', { ...body, caseId }, context);
  }

  @Post('contact-changes')
  @CommandRoute(
    'ChangeContact',
    "Change one of the agency's named persons",
    whoChangesContactsInCase,
    options,
  )
  @IdParam('caseId')
  changeContact(
    @Id('caseId') caseId: string,
    @Body() body: ContactChangeDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('ChangeContact', { ...body, caseId }, context);
  }
}

@ApiTags('contacts')
@Controller('relocation-coordination/v1/proposals/:proposalId')
export class ProposalContactsController {
  constructor(@Inject(INTENTS) private readonly intents: IntentExecutor) {}

  /** Once for each official and case. It says nothing but that, and so has no body. */
  @Post('impartiality-declarations')
  @CommandRoute(
    'DeclareImpartialOnProposal',
    'Declare that nothing disqualifies the caller in what is proposed (FL 16 §)',
    whoDeclaresOnProposal,
    options,
  )
  @IdParam('proposalId')
  declareImpartial(
    @Id('proposalId') proposalId: string,
    @NoBody() _body: undefined,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('DeclareImpartialOnProposal', { proposalId }, context);
  }

  @Post('disqualifications')
  @CommandRoute(
    'DeclareDisqualifiedOnProposal',
    'Declare that the caller is disqualified in what is proposed: ends all of it at once',
    whoDeclaresOnProposal.map(again),
    options,
  )
  @IdParam('proposalId')
  declareDisqualified(
    @Id('proposalId') proposalId: string,
    @Body() body: DisqualificationDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('DeclareDisqualifiedOnProposal', { ...body, proposalId }, context);
  }

  @Post('contact-changes')
  @CommandRoute(
    'ChangeContactOnProposal',
    "Change one of the receiving agency's named persons",
    whoChangesContactsOnProposal,
    options,
  )
  @IdParam('proposalId')
  changeContact(
    @Id('proposalId') proposalId: string,
    @Body() body: ContactChangeDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('ChangeContactOnProposal', { ...body, proposalId }, context);
  }
}
