import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { derivedId, type Token } from '#kernel';
import { listReviews, logReviewProjection, type ReviewedRecord } from '#projections';
import { API_OPTIONS, type ApiOptions, type Caller } from '../../api-options.js';
import { IdParam } from '../command-docs.js';
import { Id } from '../path.js';
import { completeReports, logReviewers } from '../policies.js';
import { Asking } from './asking.js';
import { AccessReportDto, LogReviewsDto, LogReviewsQuery, type ReviewedRecordDto } from './log-review.dto.js';
import { PassReading } from './pass-reading.js';
import { GlassNoteDto } from './passes.dto.js';
import { listProblems, QueryRoute } from './query-docs.js';
import { homeOfficers, looking } from './readers.js';
import { readerOf, Reading } from './reading.js';

/** Tokens and ids do not go out: a reference is the same for one agency and another for the next. */
const reference = (agency: Token, kind: string, id: string): string =>
  derivedId('log-review-reference', agency, kind, id);

/** Records of the own agency's reads that were drawn or set off an alert: never what was read. */
@ApiTags('log review')
@Controller('relocation-coordination/v1/log-reviews')
export class LogReviewsController {
  constructor(
    @Inject(Reading) private readonly reading: Reading,
    @Inject(PassReading) private readonly passes: PassReading,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Get()
  @QueryRoute('Records of reads that wait for review, or were settled', logReviewers, {
    answer: LogReviewsDto,
    reads: [logReviewProjection.name],
    problems: listProblems,
  })
  list(@Query() query: LogReviewsQuery, @Asking() caller: Caller): Promise<LogReviewsDto> {
    const now = this.options.clock.now().toISOString();
    return this.reading.page(
      query,
      (page) => listReviews(this.reading.pool, readerOf(caller), { ...page, state: query.state }),
      (row) => shown(row, caller.by.organisation, now),
    );
  }

  /** Only where the record is that of a glass: why it was broken cannot be judged without what was said of it. */
  @Get(':reviewId/note')
  @QueryRoute('What who broke a glass has said of it (recorded)', logReviewers, {
    answer: GlassNoteDto,
    opens: true,
    reads: [logReviewProjection.name],
  })
  @IdParam('reviewId')
  note(@Id('reviewId') reviewId: string, @Asking() caller: Caller): Promise<GlassNoteDto> {
    return this.passes.noteForReview(caller, reviewId);
  }
}

const shown = (
  {
    item: _item,
    records: _of,
    record: _record,
    place: _place,
    foot: _foot,
    number,
    person,
    caseId,
    subject,
    ...row
  }: ReviewedRecord,
  agency: Token,
  now: string,
): ReviewedRecordDto => ({
  ...row,
  record: number,
  overdue: row.outcome === null && row.settleBy < now,
  reader: person && reference(agency, 'reader', person),
  caseReference: caseId && reference(agency, 'case', caseId),
  personReference: subject && reference(agency, 'person', subject),
});

/** Who has read about the person: what an official has drawn up at the person's request. */
@ApiTags('log review')
@Controller('relocation-coordination/v1/cases')
export class AccessReportsController {
  constructor(@Inject(Reading) private readonly reading: Reading) {}

  @Get(':caseId/access-reports/:reportId')
  @QueryRoute('A report of who has read about the person', looking(homeOfficers), {
    answer: AccessReportDto,
    reads: [],
  })
  @IdParam('caseId', 'reportId')
  report(@Id('caseId') caseId: string, @Id('reportId') reportId: string): Promise<AccessReportDto> {
    return this.reading.accessReport(caseId, reportId);
  }

  /**
   * For the person, not for the board: at the office that keeps the register, by the two numbers that the person brings.
   * No organisation and no place is named.
   */
  @Get(':caseId/access-reports/:reportId/complete')
  @QueryRoute('The same report, complete, to be handed to the person (recorded)', completeReports, {
    answer: AccessReportDto,
    opens: true,
    reads: [],
  })
  @IdParam('caseId', 'reportId')
  complete(
    @Id('caseId') caseId: string,
    @Id('reportId') reportId: string,
    @Asking() caller: Caller,
  ): Promise<AccessReportDto> {
    return this.reading.completeAccessReport(caller, caseId, reportId);
  }
}
