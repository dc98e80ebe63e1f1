import { Body, Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CommandContext, CommandResult } from '#application';
import { INTENTS, type IntentExecutor } from '../../api-options.js';
import { CommandRoute, IdParam } from '../command-docs.js';
import { Context } from '../command-route.js';
import { Id, NoBody } from '../path.js';
import { facilityDirector, inquiryOfficers, policeCoordinator, stayOfficers } from '../policies.js';
import { InquiryDisqualificationDto } from './contacts.dto.js';
import {
  AnswerStayInquiryDto,
  DecideInformationRequestDto,
  ReceiveInformationRequestDto,
  ReceiveStayInquiryDto,
  WeighInformationRequestDto,
} from './inquiry.dto.js';

const purpose = 'INQUIRY';
// Home Police write to the same stream when, and only when, the person has a case: its length would tell.
const hidesRevision = true;

/** What others ask about a person: registered and answered in the same way whether or not the person is known here. */
@ApiTags('inquiries')
@Controller('relocation-coordination/v1')
export class InquiryController {
  constructor(@Inject(INTENTS) private readonly intents: IntentExecutor) {}

  @Post('information-requests')
  @CommandRoute(
    'ReceiveInformationRequest',
    'Register that an authority asks for information about a person',
    [...inquiryOfficers(purpose), facilityDirector('NO_CASE', purpose)],
    { creates: '/inquiries', hidesRevision },
  )
  receiveRequest(
    @Body() body: ReceiveInformationRequestDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('ReceiveInformationRequest', body, context);
  }

  @Post('information-requests/:inquiryId/weighings')
  @CommandRoute(
    'WeighInformationRequest',
    'Weigh, as the first of two, what may be told: nothing is the default',
    inquiryOfficers(purpose),
    { hidesRevision },
  )
  @IdParam('inquiryId')
  weigh(
    @Id('inquiryId') inquiryId: string,
    @Body() body: WeighInformationRequestDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('WeighInformationRequest', { ...body, inquiryId }, context);
  }

  @Post('information-requests/:inquiryId/decisions')
  @CommandRoute(
    'DecideInformationRequest',
    'Decide, as the second of two, as it was weighed, or send it back',
    inquiryOfficers(purpose),
    { hidesRevision },
  )
  @IdParam('inquiryId')
  decide(
    @Id('inquiryId') inquiryId: string,
    @Body() body: DecideInformationRequestDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('DecideInformationRequest', { ...body, inquiryId }, context);
  }

  @Post('stay-inquiries')
  @CommandRoute(
    'ReceiveStayInquiry',
    'Register that an authority asks whether a person stays in certain housing (SoL 15:7)',
    stayOfficers(purpose),
    { creates: '/inquiries', hidesRevision },
  )
  receiveStay(
    @Body() body: ReceiveStayInquiryDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('ReceiveStayInquiry', body, context);
  }

  @Post('stay-inquiries/:inquiryId/answers')
  @CommandRoute(
    'AnswerStayInquiry',
    'Answer, as the second officer, yes or no, and never where',
    stayOfficers(purpose),
    { hidesRevision },
  )
  @IdParam('inquiryId')
  answerStay(
    @Id('inquiryId') inquiryId: string,
    @Body() body: AnswerStayInquiryDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('AnswerStayInquiry', { ...body, inquiryId }, context);
  }

  /** Once for each official and inquiry. It says nothing but that, and so has no body. */
  @Post('inquiries/:inquiryId/impartiality-declarations')
  @CommandRoute(
    'DeclareImpartialInInquiry',
    'Declare that nothing disqualifies the caller in what is asked (FL 16 §)',
    inquiryOfficers('IMPARTIALITY'),
    { hidesRevision },
  )
  @IdParam('inquiryId')
  declareImpartial(
    @Id('inquiryId') inquiryId: string,
    @NoBody() _body: undefined,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('DeclareImpartialInInquiry', { inquiryId }, context);
  }

  @Post('inquiries/:inquiryId/disqualifications')
  @CommandRoute(
    'DeclareDisqualifiedInInquiry',
    'Declare that the caller is disqualified in what is asked: ends all of it at once',
    inquiryOfficers('IMPARTIALITY'),
    { hidesRevision, waitsForGrants: true },
  )
  @IdParam('inquiryId')
  declareDisqualified(
    @Id('inquiryId') inquiryId: string,
    @Body() body: InquiryDisqualificationDto,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('DeclareDisqualifiedInInquiry', { ...body, inquiryId }, context);
  }

  @Post('cases/:caseId/inquiries/:inquiryId/acknowledgements')
  @CommandRoute(
    'AcknowledgeInquiry',
    'Say that the alert about an inquiry has been seen',
    policeCoordinator(['HOME_POLICE'], 'PROTECTION'),
    { hidesRevision },
  )
  @IdParam('caseId', 'inquiryId')
  acknowledge(
    @Id('caseId') caseId: string,
    @Id('inquiryId') inquiryId: string,
    @NoBody() _body: unknown,
    @Context() context: CommandContext,
  ): Promise<CommandResult> {
    return this.intents.execute('AcknowledgeInquiry', { caseId, inquiryId }, context);
  }
}
