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
import { type DocumentRequest, documentRequestStatuses } from '#projections';
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
  @ApiProperty({ type: WrittenLetterDto, nullable: true })
  letter!: WrittenLetterDto | null;
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

/** The refusal as it is sent, in both languages; the authority puts its number above it. */
export class RefusalLetterDto {
  sv!: string;
  en!: string;
}
