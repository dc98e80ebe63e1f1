import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandContext, CommandResult } from '#application';
import { INTENTS, type IntentExecutor } from '../../api-options.js';
import { CommandRoute, IdParam } from '../command-docs.js';
import { Context } from '../command-route.js';
import { Id, NoBody } from '../path.js';
import {
  homeOfficer,
  coordinatorOnDuty,
  policeCoordinator,
  receivingDecider,
  receivingOfficer,
} from '../policies.js';
import {
  AnswerDto,
  AnswerReferralDto,
  CheckCandidateDto,
  DecideAnswerDto,
  OrderProposalDto,
  SettleAttentionDto,
} from './consent.dto.js';

@ApiTags('candidates and proposals')
@Controller('relocation-coordination/v1')
export class ConsentController {
  constructor(@Inject(INTENTS) private readonly intents: IntentExecutor) {}

  @Post('cases/:caseId/candidates')
  @CommandRoute(
    'CheckCandidate',
    'Have a municipality checked as a candidate',
    coordinatorOnDuty(['NATIONAL_COORDINATOR'], 'COORDINATION'),
  )
  @IdParam('caseId')
  checkCandidate(
    @Id('caseId') caseId: string,
    @Body() body: CheckCandidateDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('CheckCandidate', { ...body, caseId }, context);
  }

  @Post('referrals/:candidateId/answers')
  @CommandRoute(
    'AnswerReferral',
    'Answer, as Police of the region, a check that was referred',
    policeCoordinator(['RECEIVING_POLICE'], 'REFERRAL'),
    { hidesRevision: true },
  )
  @IdParam('candidateId')
  answerReferral(
    @Id('candidateId') candidateId: string,
    @Body() body: AnswerReferralDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('AnswerReferral', { ...body, candidateId }, context);
  }

  @Post('cases/:caseId/candidates/:candidateId/proposals')
  @CommandRoute(
    'OrderProposal',
    'Order that the candidate be asked',
    coordinatorOnDuty(['NATIONAL_COORDINATOR'], 'COORDINATION'),
  )
  @IdParam('caseId', 'candidateId')
  orderProposal(
    @Id('caseId') caseId: string,
    @Id('candidateId') candidateId: string,
    @Body() body: OrderProposalDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('OrderProposal', { ...body, caseId, candidateId }, context);
  }

  @Post('cases/:caseId/settled-attention')
  @CommandRoute(
    'SettleAttention',
    'Say that what needed attention in a step has been seen to',
    coordinatorOnDuty(['NATIONAL_COORDINATOR'], 'COORDINATION'),
  )
  @IdParam('caseId')
  settleAttention(
    @Id('caseId') caseId: string,
    @Body() body: SettleAttentionDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('SettleAttention', { ...body, caseId }, context);
  }

  @Post('cases/:caseId/proposals/:proposalId/counter-approvals')
  @CommandRoute('ApproveCounterProposal', 'Take a counter-proposal', homeOfficer(['HOME_BOARD'], 'SUPPORT'), {
    hidesRevision: true,
  })
  @IdParam('caseId', 'proposalId')
  approveCounterProposal(
    @Id('caseId') caseId: string,
    @Id('proposalId') proposalId: string,
    @NoBody() _body: unknown,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('ApproveCounterProposal', { caseId, proposalId }, context);
  }

  @Post('cases/:caseId/proposals/:proposalId/counter-rejections')
  @CommandRoute(
    'RejectCounterProposal',
    'Turn a counter-proposal down',
    homeOfficer(['HOME_BOARD'], 'SUPPORT'),
    { hidesRevision: true },
  )
  @IdParam('caseId', 'proposalId')
  rejectCounterProposal(
    @Id('caseId') caseId: string,
    @Id('proposalId') proposalId: string,
    @NoBody() _body: unknown,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('RejectCounterProposal', { caseId, proposalId }, context);
  }

  @Post('proposals/:proposalId/prepared-answers')
  @CommandRoute(
    'PrepareAnswer',
    "Prepare the board's answer",
    receivingOfficer(['RECEIVING_BOARD'], 'PLACEMENT_ANSWER'),
    { hidesRevision: true },
  )
  @IdParam('proposalId')
  prepareAnswer(
    @Id('proposalId') proposalId: string,
    @Body() body: AnswerDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('PrepareAnswer', { ...body, proposalId }, context);
  }

  @Post('proposals/:proposalId/answers')
  @CommandRoute(
    'DecideAnswer',
    "Decide the board's answer",
    receivingDecider(['RECEIVING_BOARD'], 'PLACEMENT_ANSWER'),
    { hidesRevision: true },
  )
  @IdParam('proposalId')
  decideAnswer(
    @Id('proposalId') proposalId: string,
    @Body() body: DecideAnswerDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('DecideAnswer', { ...body, proposalId }, context);
  }
}
