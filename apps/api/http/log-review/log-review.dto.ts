import { IsIn, IsInt, Max, Min } from 'class-validator';
import { type ReviewOutcome, reviewOutcomes, type ReviewReason, reviewReasons } from '#domain/log-review';
import { IsPlainDate } from '../fields.js';

export class SettleReviewDto {
  /** As listed beside the review. */
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  record!: number;

  @IsIn(reviewOutcomes)
  outcome!: ReviewOutcome;

  /** One that goes with the outcome. */
  @IsIn(reviewReasons)
  reason!: ReviewReason;
}

export class ProduceAccessReportDto {
  /** When the person asked. */
  @IsPlainDate()
  requestedOn!: string;
}
