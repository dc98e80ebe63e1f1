import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type DataClass, plainDateOf } from '#kernel';
import { providerInstructionOn } from '#domain/disclosure';
import { type Admission, findAdmission, housingProviderProjection, listAdmissions } from '#projections';
import { API_OPTIONS, type ApiOptions, type Caller } from '../../api-options.js';
import { IdParam } from '../command-docs.js';
import { ListQuery } from '../list.dto.js';
import { Id } from '../path.js';
import { Asking } from './asking.js';
import type { ContentsDto } from './contents.dto.js';
import { type AdmissionDto, AdmissionsDto, AdmissionViewDto } from './housing-provider.dto.js';
import { ContentsRoute, listProblems, QueryRoute } from './query-docs.js';
import { facilityDirectors, listing, looking } from './readers.js';
import { readerOf, Reading } from './reading.js';

const reads = [housingProviderProjection.name];
const openAdmission = (dataClass: DataClass): MethodDecorator =>
  ContentsRoute(':proposalId', dataClass, facilityDirectors, housingProviderProjection.name);

// The housing is a keyed token, of use to the rings only.
const shown = ({ housing: _housing, ...row }: Admission): AdmissionDto => row;

/** Admissions that a provider is asked for, for its directors. */
@ApiTags('placements')
@Controller('relocation-coordination/v1/admissions')
export class AdmissionsController {
  constructor(
    @Inject(Reading) private readonly reading: Reading,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Get()
  @QueryRoute('Admissions that the facility is asked for', listing(facilityDirectors), {
    answer: AdmissionsDto,
    reads,
    problems: listProblems,
  })
  list(@Query() query: ListQuery, @Asking() caller: Caller): Promise<AdmissionsDto> {
    return this.reading.list(
      caller,
      query,
      (page) => listAdmissions(this.reading.pool, readerOf(caller), page),
      shown,
      ({ proposalId }) => ({ proposalId }),
    );
  }

  @Get(':proposalId')
  @QueryRoute(
    'One admission, with what to do when somebody asks about the person',
    looking(facilityDirectors),
    { answer: AdmissionViewDto, reads },
  )
  @IdParam('proposalId')
  async one(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<AdmissionViewDto> {
    const { row, sealed } = await this.find(proposalId, caller);
    const today = plainDateOf(this.options.clock.now().toISOString());
    return {
      ...shown(row),
      instruction: providerInstructionOn(today),
      contents: this.reading.contents(sealed),
    };
  }

  @openAdmission('needs')
  @IdParam('proposalId')
  needs(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(proposalId, caller, 'needs');
  }

  @openAdmission('threat-advice')
  @IdParam('proposalId')
  threatAdvice(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(proposalId, caller, 'threat-advice');
  }

  @openAdmission('destination')
  @IdParam('proposalId')
  destination(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(proposalId, caller, 'destination');
  }

  /** The director's own writing. */
  @openAdmission('address')
  @IdParam('proposalId')
  address(@Id('proposalId') proposalId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(proposalId, caller, 'address');
  }

  private async open(proposalId: string, caller: Caller, dataClass: DataClass): Promise<ContentsDto> {
    return this.reading.open(caller, (await this.find(proposalId, caller)).sealed, dataClass);
  }

  private find(proposalId: string, caller: Caller) {
    return this.reading.one(findAdmission(this.reading.pool, readerOf(caller), proposalId));
  }
}
