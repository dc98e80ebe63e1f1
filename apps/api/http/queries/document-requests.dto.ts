import { ApiProperty } from '@nestjs/swagger';
import { type AgencyKind, agencyKinds } from '#kernel';
import {
  type AnswerStep,
  answerSteps,
  type AppealOutcome,
  appealOutcomes,
  type DocumentKind,
  documentKinds,
  type LetterReason,
  letterReasons,
  type Provision,
  provisions,
  type WrittenLetter,
} from '#domain/public-access';
import { type DocumentRequest, documentRequestStatuses, type RefusalLetter } from '#projections';
import { ListMeta } from '../list.dto.js';
import { SealedPartDto } from './contents.dto.js';

/** By which texts a letter was written: it is the same whenever it is read. */
export class WrittenLetterDto implements WrittenLetter {
  version!: string;
  @ApiProperty({ enum: provisions, isArray: true })
  provisions!: readonly Provision[];
  @ApiProperty({ type: 'integer' })
  appealWeeks!: number;
  /** Of the letter in both languages. */
  @ApiProperty({ format: 'uuid' })
  hash!: string;
}

/** Which decision a letter is of, and by which texts it was written. */
export class RefusalLetterOfDto implements RefusalLetter {
  @ApiProperty({ enum: answerSteps })
  step!: AnswerStep;
  /** What the court had said when the authority decided again. */
  @ApiProperty({ enum: appealOutcomes, nullable: true })
  afterCourt!: AppealOutcome | null;
  @ApiProperty({ enum: letterReasons })
  reason!: LetterReason;
  @ApiProperty({ format: 'date' })
  decidedOn!: string;
  @ApiProperty({ type: WrittenLetterDto, nullable: true })
  letter!: WrittenLetterDto | null;
}

/** A request for official documents. Nothing here says whether there are any. */
export class DocumentRequestDto implements DocumentRequest {
  @ApiProperty({ format: 'uuid' })
  requestId!: string;
  @ApiProperty({ enum: documentRequestStatuses })
  status!: DocumentRequest['status'];
  @ApiProperty({ enum: agencyKinds })
  authorityKind!: AgencyKind;
  anonymous!: boolean;
  @ApiProperty({ enum: documentKinds, isArray: true })
  kinds!: readonly DocumentKind[];
  @ApiProperty({ format: 'date-time' })
  receivedAt!: string;
  @ApiProperty({ format: 'date-time' })
  answerBy!: string;
  /** When the authority's own decision is due, once it was asked for. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  decideBy!: string | null;
  /** The answer that is waited for now is late. */
  overdue!: boolean;
  @ApiProperty({ enum: answerSteps, nullable: true })
  step!: AnswerStep | null;
  @ApiProperty({ enum: letterReasons, nullable: true })
  reason!: LetterReason | null;
  /** The letter of each decision by which something was refused, first to last. */
  @ApiProperty({ type: [RefusalLetterOfDto] })
  letters!: readonly RefusalLetterOfDto[];
  @ApiProperty({ enum: documentKinds, isArray: true })
  released!: readonly DocumentKind[];
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  answeredAt!: string | null;
  @ApiProperty({ type: String, format: 'date', nullable: true })
  servedOn!: string | null;
  /** An appeal is in time before this. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  appealBy!: string | null;
  @ApiProperty({ type: Boolean, nullable: true })
  appealedInTime!: boolean | null;
  /** What the court said, of the latest appeal. */
  @ApiProperty({ enum: appealOutcomes, nullable: true })
  appealOutcome!: AppealOutcome | null;
  /** What the court has ordered to be released, in the latest appeal. */
  @ApiProperty({ enum: documentKinds, isArray: true })
  orderedKinds!: readonly DocumentKind[];
}

export class DocumentRequestViewDto extends DocumentRequestDto {
  @ApiProperty({ type: [SealedPartDto] })
  contents!: SealedPartDto[];
}

export class DocumentRequestsDto {
  @ApiProperty({ type: [DocumentRequestDto] })
  items!: DocumentRequestDto[];
  _meta!: ListMeta;
}

/** A refusal as it is sent, in both languages; the authority puts its number above it. */
export class LetterDto {
  @ApiProperty({ enum: answerSteps })
  step!: AnswerStep;
  @ApiProperty({ type: String, format: 'date' })
  decidedOn!: string;
  sv!: string;
  en!: string;
}

/** The latest letter, and those of the decisions before it: they stay what they were. */
export class RefusalLetterDto extends LetterDto {
  /** First to last. */
  @ApiProperty({ type: [LetterDto] })
  earlier!: readonly LetterDto[];
}
