import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { plainDateOf, type Token } from '#kernel';
import { registersOn, registrationNoticeText } from '#domain/protected-data';
import {
  findHomeProtection,
  findTaxProtection,
  type HomeProtection,
  homeProtectionProjection,
  listTaxProtections,
  taxAgencyProjection,
} from '#projections';
import { API_OPTIONS, type ApiOptions, type Caller } from '../../api-options.js';
import { IdParam } from '../command-docs.js';
import { ListQuery } from '../list.dto.js';
import { Id } from '../path.js';
import { Problem } from '../problem.js';
import { Asking } from './asking.js';
import { ContentsDto } from './contents.dto.js';
import {
  type CheckedRegisterDto,
  HomeProtectionDto,
  RegistrationNoticeDto,
  TaxProtectionsDto,
  TaxProtectionViewDto,
} from './protected-data.dto.js';
import { ContentsRoute, listProblems, QueryRoute } from './query-docs.js';
import { homeOfficers, listing, looking, protectionOfficers } from './readers.js';
import { readerOf, Reading } from './reading.js';

const homeReads = [homeProtectionProjection.name];
const taxReads = [taxAgencyProjection.name];

/** Every register on the list of today, whether or not somebody has looked. */
const checklist = (row: HomeProtection, today: string, me: Token): CheckedRegisterDto[] =>
  registersOn(today).map(({ register, followsProtection }) => {
    const checked = row.registers.find((one) => one.register === register);
    return {
      register,
      followsProtection,
      status: checked?.status ?? 'OPEN',
      checkedOn: checked?.checkedOn ?? null,
      checkedByMe: checked?.checkedBy === me,
    };
  });

/** What the board looks after about the protected data of a case. */
@ApiTags('protected data')
@Controller('relocation-coordination/v1/cases')
export class HomeProtectionController {
  constructor(
    @Inject(Reading) private readonly reading: Reading,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Get(':caseId/protected-data')
  @QueryRoute('Protections, the notice of a wrong registration, and the checklist', looking(homeOfficers), {
    answer: HomeProtectionDto,
    reads: homeReads,
  })
  @IdParam('caseId')
  async one(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<HomeProtectionDto> {
    const { row, sealed } = await this.find(caseId, caller);
    const today = plainDateOf(this.options.clock.now().toISOString());
    return {
      ...row,
      registers: checklist(row, today, caller.by.person),
      contents: this.reading.contents(sealed),
    };
  }

  @Get(':caseId/protected-data/registration-notice')
  @QueryRoute('The notice of a wrong registration, signed by function', looking(homeOfficers), {
    answer: RegistrationNoticeDto,
    reads: homeReads,
  })
  @IdParam('caseId')
  async notice(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<RegistrationNoticeDto> {
    const { row } = await this.find(caseId, caller);
    const { notice, noticeOn } = row;
    if (notice !== 'SENT' || noticeOn === null) throw new Problem('thing.not_found');
    return {
      sentOn: noticeOn,
      sv: registrationNoticeText(noticeOn, 'sv'),
      en: registrationNoticeText(noticeOn, 'en'),
    };
  }

  /** On what grounds the notice was withheld. */
  @ContentsRoute(':caseId/protected-data', 'social', homeOfficers, homeProtectionProjection.name)
  @IdParam('caseId')
  async social(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.reading.open(caller, (await this.find(caseId, caller)).sealed, 'social');
  }

  private find(caseId: string, caller: Caller) {
    return this.reading.one(findHomeProtection(this.reading.pool, readerOf(caller), caseId));
  }
}

/** Applications that are asked of Skatteverket, under a reference that tells nothing of the person. */
@ApiTags('protected data')
@Controller('relocation-coordination/v1/protection-cases')
export class TaxProtectionsController {
  constructor(@Inject(Reading) private readonly reading: Reading) {}

  @Get()
  @QueryRoute('Applications for protection in which the caller is named', listing(protectionOfficers), {
    answer: TaxProtectionsDto,
    reads: taxReads,
    problems: listProblems,
  })
  list(@Query() query: ListQuery, @Asking() caller: Caller): Promise<TaxProtectionsDto> {
    return this.reading.list(
      caller,
      query,
      (page) => listTaxProtections(this.reading.pool, readerOf(caller), page),
      (row) => row,
      ({ caseId }) => ({ caseId }),
    );
  }

  @Get(':caseId')
  @QueryRoute('The applications of one case', looking(protectionOfficers), {
    answer: TaxProtectionViewDto,
    reads: taxReads,
  })
  @IdParam('caseId')
  async one(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<TaxProtectionViewDto> {
    const { row, sealed } = await this.find(caseId, caller);
    return { ...row, contents: this.reading.contents(sealed) };
  }

  /** Where the register says that the person lives: Skatteverket's own. */
  @ContentsRoute(':caseId', 'identity', protectionOfficers, taxAgencyProjection.name)
  @IdParam('caseId')
  async identity(@Id('caseId') caseId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.reading.open(caller, (await this.find(caseId, caller)).sealed, 'identity');
  }

  private find(caseId: string, caller: Caller) {
    return this.reading.one(findTaxProtection(this.reading.pool, readerOf(caller), caseId));
  }
}
