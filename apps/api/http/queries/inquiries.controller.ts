import { applyDecorators, Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { DataClass, Token } from '#kernel';
import { asksForAge } from '#domain/disclosure';
import { findInquiry, inquiriesProjection, type Inquiry, listInquiries, type WithSealed } from '#projections';
import type { Caller } from '../../api-options.js';
import { IdParam } from '../command-docs.js';
import { ListQuery } from '../list.dto.js';
import { Id } from '../path.js';
import { Asking } from './asking.js';
import { ContentsDto } from './contents.dto.js';
import { InquiriesDto, type InquiryDto, InquiryViewDto } from './inquiries.dto.js';
import { listProblems, QueryRoute } from './query-docs.js';
import { inquiryReaders, listing, openingOfNoCase } from './readers.js';
import { readerOf, Reading } from './reading.js';

const reads = [inquiriesProjection.name];
const looking = inquiryReaders.map(listing);

const openInquiry = (dataClass: DataClass): MethodDecorator =>
  applyDecorators(
    Get(`:inquiryId/contents/${dataClass}`),
    QueryRoute(
      `Open the ${dataClass} (recorded)`,
      inquiryReaders.map((readers) => openingOfNoCase(readers, dataClass)),
      {
        answer: ContentsDto,
        opens: true,
        reads: [...reads, 'grants'],
        problems: ['grants.behind', ...(dataClass === 'identity' ? ['access.not_declared'] : [])],
      },
    ),
  );

const shown = ({ weighedBy, ...row }: Inquiry, me: Token): InquiryDto => ({
  ...row,
  ageBasis: asksForAge(row.basis) ? 'FROM_NUMBER' : null,
  weighedByMe: weighedBy === me,
});

/** What others have asked, for those who are named in it: no case is named, and none can be found from here. */
@ApiTags('inquiries')
@Controller('relocation-coordination/v1/inquiries')
export class InquiriesController {
  constructor(@Inject(Reading) private readonly reading: Reading) {}

  @Get()
  @QueryRoute('Requests for information and stay inquiries in which the caller is named', looking, {
    answer: InquiriesDto,
    reads,
    problems: listProblems,
  })
  list(@Query() query: ListQuery, @Asking() caller: Caller): Promise<InquiriesDto> {
    return this.reading.list(
      caller,
      query,
      (page) =>
        listInquiries(this.reading.pool, readerOf(caller), page, (subjects) =>
          this.reading.disqualifiedFor(caller, subjects),
        ),
      (row) => shown(row, caller.by.person),
      ({ inquiryId }) => ({ inquiryId }),
    );
  }

  @Get(':inquiryId')
  @QueryRoute('One inquiry', looking, { answer: InquiryViewDto, reads })
  @IdParam('inquiryId')
  async one(@Id('inquiryId') inquiryId: string, @Asking() caller: Caller): Promise<InquiryViewDto> {
    const { row, sealed } = await this.find(inquiryId, caller);
    return { ...shown(row, caller.by.person), contents: this.reading.contents(sealed) };
  }

  /** Of whom it was asked: for who has declared that nothing disqualifies. */
  @openInquiry('identity')
  @IdParam('inquiryId')
  async identity(@Id('inquiryId') inquiryId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    const { sealed } = await this.find(inquiryId, caller);
    await this.reading.declaredInInquiry(caller, inquiryId);
    return this.reading.open(caller, sealed, 'identity');
  }

  /** The request in words, the weighing, the answer to a stay inquiry. */
  @openInquiry('social')
  @IdParam('inquiryId')
  social(@Id('inquiryId') inquiryId: string, @Asking() caller: Caller): Promise<ContentsDto> {
    return this.open(inquiryId, caller, 'social');
  }

  private async open(inquiryId: string, caller: Caller, dataClass: DataClass): Promise<ContentsDto> {
    return this.reading.open(caller, (await this.find(inquiryId, caller)).sealed, dataClass);
  }

  /** @throws Problem thing.not_found, also for who is disqualified in it, or in the case of the person who is asked about */
  private async find(inquiryId: string, caller: Caller): Promise<WithSealed<Inquiry>> {
    const found = await this.reading.one(findInquiry(this.reading.pool, readerOf(caller), inquiryId));
    await this.reading.notDisqualified(caller, found.sealed, inquiryId);
    return found;
  }
}
