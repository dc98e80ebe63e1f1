import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { type AgencyKind, agencyKinds, type DataClass, dataClasses } from '#kernel';
import {
  type AlertPattern,
  alertPatterns,
  type ReviewOutcome,
  reviewOutcomes,
  type ReviewReason,
  reviewReasons,
} from '#domain/log-review';
import { type ReviewState, reviewStates } from '#projections';
import { ListMeta, ListQuery } from '../list.dto.js';

export class LogReviewsQuery extends ListQuery {
  /** OPEN by default. */
  @IsOptional()
  @IsIn(reviewStates)
  state: ReviewState = 'OPEN';
}

const recordActions = ['READ', 'NAME', 'VIEW', 'LIST', 'INBOX', 'CHECK', 'REFUSED'] as const;

const accessActions = ['READ', 'NAME', 'VIEW', 'LIST', 'INBOX'] as const;

/**
 * A record of a read. Reader, person and case are references: the same within the agency, and of no use elsewhere. What
 * was read is not here.
 */
export class ReviewedRecordDto {
  @ApiProperty({ format: 'uuid' })
  reviewId!: string;
  /** Which of the records of this review, from 1. */
  record!: number;
  @ApiProperty({ enum: ['SAMPLE', ...alertPatterns] })
  origin!: 'SAMPLE' | AlertPattern;
  @ApiProperty({ format: 'date-time' })
  settleBy!: string;
  /** It should have been settled by now. */
  overdue!: boolean;
  @ApiProperty({ enum: reviewOutcomes, nullable: true })
  outcome!: ReviewOutcome | null;
  @ApiProperty({ enum: reviewReasons, nullable: true })
  reason!: ReviewReason | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  settledAt!: string | null;
  /**
   * NAME: a place was named beside a case. VIEW: a case was shown, LIST: several, INBOX: that something waits in them, nothing
   * opened. CHECK: a candidate was checked. REFUSED: nothing was read.
   */
  @ApiProperty({ enum: recordActions })
  action!: (typeof recordActions)[number];
  @ApiProperty({ format: 'date-time' })
  at!: string;
  /** Null where there was no good token. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  reader!: string | null;
  /** The function under which the reader acted. */
  @ApiProperty({ type: String, nullable: true })
  unit!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  caseReference!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  personReference!: string | null;
  @ApiProperty({ enum: dataClasses, nullable: true })
  class!: DataClass | null;
  @ApiProperty({ type: String, nullable: true })
  purpose!: string | null;
  @ApiProperty({ type: String, nullable: true })
  legalBasis!: string | null;
  /** Of a refusal. */
  @ApiProperty({ type: String, nullable: true })
  refusedBecause!: string | null;
}

/** The next date first. */
export class LogReviewsDto {
  @ApiProperty({ type: [ReviewedRecordDto] })
  items!: ReviewedRecordDto[];
  _meta!: ListMeta;
}

/** One opening of something about the person, or one view of the case. */
export class AccessDto {
  @ApiProperty({ format: 'date-time' })
  at!: string;
  @ApiProperty({ enum: agencyKinds, nullable: true })
  agencyKind!: AgencyKind | null;
  /**
   * READ: something of the class was opened. VIEW: the case was shown, and nothing opened. LIST: it was shown in a list, INBOX:
   * in what waits for an official; of an official's lists and inboxes of one day the first.
   */
  @ApiProperty({ enum: accessActions })
  action!: (typeof accessActions)[number];
  /** The function of who opened it: never a name. */
  @ApiProperty({ type: String, nullable: true })
  unit!: string | null;
  /** None of a view or a list. */
  @ApiProperty({ enum: dataClasses, nullable: true })
  class!: DataClass | null;
  purpose!: string;
  @ApiProperty({ type: String, nullable: true })
  legalBasis!: string | null;
}

/** Who has read about a person, oldest first, as the person is told. */
export class AccessReportDto {
  @ApiProperty({ format: 'uuid' })
  reportId!: string;
  @ApiProperty({ format: 'date' })
  requestedOn!: string;
  /** The report reaches to here. */
  @ApiProperty({ format: 'date-time' })
  until!: string;
  @ApiProperty({ type: [AccessDto] })
  items!: AccessDto[];
}
