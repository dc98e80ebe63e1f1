import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { DataClass, Token } from '#kernel';
import {
  findPoliceHomeCase,
  findPolicePlacement,
  findReferral,
  listInquiryNotices,
  listPoliceHomeCases,
  listPolicePlacements,
  listReferrals,
  type PoliceHomeCase,
  policeProjection,
  type PoliceReferral,
} from '#projections';
import type { Caller } from '../../api-options.js';
import { IdParam } from '../command-docs.js';
import { ListQuery } from '../list.dto.js';
import { Id } from '../path.js';
import { Asking } from './asking.js';
import type { ContentsDto } from './contents.dto.js';
import {
  type PoliceCaseDto,
  PoliceCasesDto,
  PoliceCaseViewDto,
  PolicePlacementsDto,
  PolicePlacementViewDto,
  type ReferralDto,
  ReferralsDto,
  ReferralViewDto,
} from './police.dto.js';
import { ContentsRoute, listProblems, QueryRoute } from './query-docs.js';
import {
  homePolice,
  listing,
  listingForRescue,
  looking,
  naming,
  receivingPolice,
  referredPolice,
} from './readers.js';
import { readerOf, Reading } from './reading.js';

const reads = [policeProjection.name];
const openCase = (dataClass: DataClass): MethodDecorator =>
  ContentsRoute(':caseId', dataClass, homePolice, policeProjection.name);
const openPlacement = (dataClass: DataClass): MethodDecorator =>
  ContentsRoute(':proposalId', dataClass, receivingPolice, policeProjection.name);

const shownCase = ({ assessedBy: _who, lowering, ...row }: PoliceHomeCase, me: Token): PoliceCaseDto => {
  if (!lowering) return { ...row, lowering: null };
  const { proposedBy, ...rest } = lowering;
  return { ...row, lowering: { ...rest, proposedByMe: proposedBy === me } };
};

const shownReferral = ({ municipality: _place, area: _area, ...row }: PoliceReferral): ReferralDto => row;

/** Cases of the home region, for the unit's named coordinators and assessors. */
@ApiTags('threat assessments')
@Controller('relocation-coordination/v1/police-cases')
export class PoliceCasesController {
  constructor(@Inject(Reading) private readonly reading: Reading) {}

  @Get()
  @QueryRoute('Cases of the home region of which the unit was told', listing(homePolice), {
    answer: PoliceCasesDto,
    reads,
    problems: listProblems,
  })
  list(@Query() query: ListQuery, @Asking() caller: Caller): Promise<PoliceCasesDto> {
    return this.reading.list(
      caller,
      query,
      (page) => listPoliceHomeCases(this.reading.pool, readerOf(caller), page),
      (row) => shownCase(row, caller.by.person),
      ({ caseId }) => ({ caseId }),
    );
  }

  @Get(':caseId')
  @QueryRoute('One case of the home region', looking(homePolice), { answer: PoliceCaseViewDto, reads })
  @IdParam('caseId')
  async one(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<PoliceCaseViewDto> {
    const { row, sealed } = await this.find(caseId, caller);
    const inquiries = await listInquiryNotices(this.reading.pool, readerOf(caller), caseId);
    return {
      ...shownCase(row, caller.by.person),
      inquiries: inquiries.map(({ caseId: _case, ...notice }) => notice),
      contents: this.reading.contents(sealed),
    };
  }

  @openCase('identity')
  @IdParam('caseId')
  identity(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'identity');
  }

  @openCase('threat-detail')
  @IdParam('caseId')
  threatDetail(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'threat-detail');
  }

  @openCase('threat-advice')
  @IdParam('caseId')
  threatAdvice(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'threat-advice');
  }

  @openCase('destination')
  @IdParam('caseId')
  destination(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'destination');
  }

  private async open(caseId: string, caller: Caller, dataClass: DataClass): Promise<ContentsDto> {
    return this.reading.open(caller, (await this.find(caseId, caller)).sealed, dataClass);
  }

  private find(caseId: string, caller: Caller) {
    return this.reading.one(findPoliceHomeCase(this.reading.pool, readerOf(caller), caseId));
  }
}

/**
 * Candidates that the unit of their region is asked about. The route names no case, and must not: what the unit is
 * asked leads to nobody. The rows are those in which the caller is named.
 */
@ApiTags('candidates and proposals')
@Controller('relocation-coordination/v1/referrals')
export class ReferralsController {
  constructor(@Inject(Reading) private readonly reading: Reading) {}

  @Get()
  @QueryRoute('Candidates about which the unit is asked', listing(referredPolice), {
    answer: ReferralsDto,
    reads,
    problems: listProblems,
  })
  list(@Query() query: ListQuery, @Asking() caller: Caller): Promise<ReferralsDto> {
    return this.reading.list(
      caller,
      query,
      (page) => listReferrals(this.reading.pool, readerOf(caller), page),
      shownReferral,
      ({ candidateId }) => ({ candidateId }),
    );
  }

  @Get(':candidateId')
  @QueryRoute('One candidate, with its municipality (recorded)', naming(listing(referredPolice)), {
    answer: ReferralViewDto,
    reads,
  })
  @IdParam('candidateId')
  async one(@Id('candidateId') candidateId: string, @Asking() caller: Caller): Promise<ReferralViewDto> {
    const row = await this.reading.one(findReferral(this.reading.pool, readerOf(caller), candidateId));
    // Police there do not learn which case it is; the record does.
    const named = await this.reading.name(caller, [row.municipality], { candidateId });
    return { ...shownReferral(row), municipality: named.get(row.municipality) ?? null };
  }
}

/** Placements in the unit's region, with the alarm plan. */
@ApiTags('placements')
@Controller('relocation-coordination/v1/police-placements')
export class PolicePlacementsController {
  constructor(@Inject(Reading) private readonly reading: Reading) {}

  @Get()
  @QueryRoute("Placements in the unit's region", listingForRescue(receivingPolice), {
    answer: PolicePlacementsDto,
    reads,
    problems: listProblems,
  })
  list(@Query() query: ListQuery, @Asking() caller: Caller): Promise<PolicePlacementsDto> {
    return this.reading.list(
      caller,
      query,
      (page) => listPolicePlacements(this.reading.pool, readerOf(caller), page),
      (row) => row,
      ({ proposalId }) => ({ proposalId }),
    );
  }

  @Get(':proposalId')
  @QueryRoute('One placement', looking(receivingPolice), { answer: PolicePlacementViewDto, reads })
  @IdParam('proposalId')
  async one(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<PolicePlacementViewDto> {
    const { row, sealed } = await this.find(proposalId, caller);
    return { ...row, contents: this.reading.contents(sealed) };
  }

  @openPlacement('identity')
  @IdParam('proposalId')
  identity(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(proposalId, caller, 'identity');
  }

  @openPlacement('destination')
  @IdParam('proposalId')
  destination(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(proposalId, caller, 'destination');
  }

  /** The alarm plan: stands whatever becomes of the waiver. */
  @openPlacement('address')
  @IdParam('proposalId')
  address(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(proposalId, caller, 'address');
  }

  @openPlacement('threat-advice')
  @IdParam('proposalId')
  threatAdvice(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(proposalId, caller, 'threat-advice');
  }

  private async open(proposalId: string, caller: Caller, dataClass: DataClass): Promise<ContentsDto> {
    return this.reading.open(caller, (await this.find(proposalId, caller)).sealed, dataClass);
  }

  private find(proposalId: string, caller: Caller) {
    return this.reading.one(findPolicePlacement(this.reading.pool, readerOf(caller), proposalId));
  }
}
