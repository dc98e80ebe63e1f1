import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { agencyKindOf, type DataClass, isToldKind, toldKinds, type ToldKind } from '#kernel';
import { findToldCase, listToldCases, toldProjections } from '#projections';
import { API_OPTIONS, type ApiOptions, type Caller } from '../../api-options.js';
import { IdParam } from '../command-docs.js';
import { ListQuery } from '../list.dto.js';
import { Id } from '../path.js';
import { Asking } from './asking.js';
import { ContentsDto } from './contents.dto.js';
import { ContentsRoute, listProblems, QueryRoute } from './query-docs.js';
import { listing, looking } from './readers.js';
import { readerOf, Reading } from './reading.js';
import { toldReaders, toldReadersOf } from './told-readers.js';
import { type ToldCaseDto, ToldCasesDto, ToldCaseViewDto } from './told.dto.js';

const reads = toldProjections.map(({ name }) => name);
const openTold = (dataClass: DataClass): MethodDecorator =>
  ContentsRoute(':caseId', dataClass, toldReadersOf(dataClass), reads);

/** As which kind the caller reads: by the part in the case, or, where no case is named, by the kind of agency. */
const kindOf = ({ by, relation }: Caller): ToldKind => {
  const kind =
    relation !== undefined && isToldKind(relation)
      ? relation
      : toldKinds.find((one) => agencyKindOf[one] === by.agencyKind);
  if (!kind) throw new Error('a route for those who are told something let somebody else in');
  return kind;
};

/** What an agency outside the road of a case was told, for its named contacts. */
@ApiTags('told cases')
@Controller('relocation-coordination/v1/told-cases')
export class ToldCasesController {
  constructor(
    @Inject(Reading) private readonly reading: Reading,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Get()
  @QueryRoute('Cases of which the caller was told something', toldReaders.map(listing), {
    answer: ToldCasesDto,
    reads,
    problems: listProblems,
  })
  list(@Query() query: ListQuery, @Asking() caller: Caller): Promise<ToldCasesDto> {
    return this.reading.list(
      caller,
      query,
      (page) => listToldCases(this.reading.pool, kindOf(caller), readerOf(caller), page, this.now()),
      (row): ToldCaseDto => row,
      ({ caseId }) => ({ caseId }),
    );
  }

  @Get(':caseId')
  @QueryRoute('What the caller was told of one case', toldReaders.map(looking), {
    answer: ToldCaseViewDto,
    reads,
  })
  @IdParam('caseId')
  async one(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ToldCaseViewDto> {
    const { tellings, sealed } = await this.find(caseId, caller);
    return {
      caseId,
      tellings: tellings.map(({ caseId: _case, ...telling }) => telling),
      contents: this.reading.contents(sealed),
    };
  }

  @openTold('identity')
  @IdParam('caseId')
  identity(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'identity');
  }

  @openTold('destination')
  @IdParam('caseId')
  destination(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'destination');
  }

  @openTold('threat-advice')
  @IdParam('caseId')
  threatAdvice(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'threat-advice');
  }

  @openTold('needs')
  @IdParam('caseId')
  needs(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'needs');
  }

  @openTold('offence')
  @IdParam('caseId')
  offence(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'offence');
  }

  @openTold('social')
  @IdParam('caseId')
  social(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'social');
  }

  @openTold('family')
  @IdParam('caseId')
  family(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(caseId, caller, 'family');
  }

  private async open(caseId: string, caller: Caller, dataClass: DataClass): Promise<ContentsDto> {
    return this.reading.open(caller, (await this.find(caseId, caller)).sealed, dataClass);
  }

  private find(caseId: string, caller: Caller) {
    return this.reading.one(
      findToldCase(this.reading.pool, kindOf(caller), readerOf(caller), caseId, this.now()),
    );
  }

  private now(): string {
    return this.options.clock.now().toISOString();
  }
}
