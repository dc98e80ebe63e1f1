import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { DataClass, Token } from '#kernel';
import {
  findOwnCapacity,
  findReceivedProposal,
  listReceivedProposals,
  type ReceivedProposal,
  receivingBoardProjection,
} from '#projections';
import type { Caller } from '../../api-options.js';
import { IdParam } from '../command-docs.js';
import { ListQuery } from '../list.dto.js';
import { Id } from '../path.js';
import { Asking } from './asking.js';
import type { ContentsDto } from './contents.dto.js';
import { ContentsRoute, listProblems, QueryRoute } from './query-docs.js';
import { listing, looking, receivingOfficers } from './readers.js';
import { readerOf, Reading } from './reading.js';
import {
  OwnCapacityDto,
  type ReceivedProposalDto,
  ReceivedProposalsDto,
  ReceivedProposalViewDto,
} from './receiving-board.dto.js';

const reads = [receivingBoardProjection.name];
const openProposal = (dataClass: DataClass): MethodDecorator =>
  ContentsRoute('proposals/:proposalId', dataClass, receivingOfficers, receivingBoardProjection.name);

const shown = ({ preparedBy, ...row }: ReceivedProposal, me: Token): ReceivedProposalDto => ({
  ...row,
  preparedByMe: preparedBy === null ? null : preparedBy === me,
});

/** What a receiving board was asked, for its contacts; from clearance for the two receivers. */
@ApiTags('candidates and proposals')
@Controller('relocation-coordination/v1')
export class ReceivedProposalsController {
  constructor(@Inject(Reading) private readonly reading: Reading) {}

  @Get('proposals')
  @QueryRoute('Proposals that were put to the board', listing(receivingOfficers), {
    answer: ReceivedProposalsDto,
    reads,
    problems: listProblems,
  })
  list(@Query() query: ListQuery, @Asking() caller: Caller): Promise<ReceivedProposalsDto> {
    return this.reading.list(
      caller,
      query,
      (page) => listReceivedProposals(this.reading.pool, readerOf(caller), page),
      (row) => shown(row, caller.by.person),
      ({ proposalId }) => ({ proposalId }),
    );
  }

  @Get('proposals/:proposalId')
  @QueryRoute('One proposal', looking(receivingOfficers), { answer: ReceivedProposalViewDto, reads })
  @IdParam('proposalId')
  async one(
    @Id('proposalId') proposalId: string,
    @Asking() caller: Caller,
  ): Promise<ReceivedProposalViewDto> {
    const { row, sealed } = await this.find(proposalId, caller);
    return { ...shown(row, caller.by.person), contents: this.reading.contents(sealed) };
  }

  @openProposal('needs')
  @IdParam('proposalId')
  needs(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(proposalId, caller, 'needs');
  }

  @openProposal('identity')
  @IdParam('proposalId')
  identity(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(proposalId, caller, 'identity');
  }

  @openProposal('family')
  @IdParam('proposalId')
  family(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(proposalId, caller, 'family');
  }

  @openProposal('threat-advice')
  @IdParam('proposalId')
  threatAdvice(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(proposalId, caller, 'threat-advice');
  }

  @openProposal('destination')
  @IdParam('proposalId')
  destination(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(proposalId, caller, 'destination');
  }

  /** Only where the board runs the housing itself: else there is nothing of this class in its rows. */
  @openProposal('address')
  @IdParam('proposalId')
  address(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(proposalId, caller, 'address');
  }

  @Get('own-capacity')
  @QueryRoute('What the board has declared', listing(receivingOfficers), { answer: OwnCapacityDto, reads })
  ownCapacity(@Asking() caller: Caller): Promise<OwnCapacityDto> {
    return this.reading.one(findOwnCapacity(this.reading.pool, readerOf(caller)));
  }

  private async open(proposalId: string, caller: Caller, dataClass: DataClass): Promise<ContentsDto> {
    return this.reading.open(caller, (await this.find(proposalId, caller)).sealed, dataClass);
  }

  private find(proposalId: string, caller: Caller) {
    return this.reading.one(findReceivedProposal(this.reading.pool, readerOf(caller), proposalId));
  }
}
