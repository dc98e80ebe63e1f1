import { ApiProperty } from '@nestjs/swagger';
import { type DataClass, dataClasses } from '#kernel';
import type { Telling, ToldCase } from '#projections';
import { ListMeta } from '../list.dto.js';
import { feet, SealedPartDto } from './contents.dto.js';

/** A case of which the caller was told something, under a reference that tells nothing of the person. */
export class ToldCaseDto implements ToldCase {
  @ApiProperty({ format: 'uuid' })
  caseId!: string;
  /** How many tellings to the caller are open. */
  @ApiProperty({ type: 'integer' })
  tellings!: number;
  @ApiProperty({ format: 'date-time' })
  firstToldAt!: string;
}

export class TellingDto implements Omit<Telling, 'caseId'> {
  @ApiProperty({ format: 'uuid' })
  disclosureId!: string;
  /** What was told. Empty: no more than that there is a case. */
  @ApiProperty({ enum: dataClasses, isArray: true })
  classes!: readonly DataClass[];
  /** For what it may be used. */
  purpose!: string;
  @ApiProperty({ enum: feet })
  foot!: Telling['foot'];
  legalBasis!: string;
  /** The provision that protects it at the caller's agency. */
  secrecyAtHolder!: string;
  @ApiProperty({ format: 'date-time' })
  toldAt!: string;
  /** Null when no end is set. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt!: string | null;
}

export class ToldCaseViewDto {
  @ApiProperty({ format: 'uuid' })
  caseId!: string;
  @ApiProperty({ type: [TellingDto] })
  tellings!: TellingDto[];
  @ApiProperty({ type: [SealedPartDto] })
  contents!: SealedPartDto[];
}

export class ToldCasesDto {
  @ApiProperty({ type: [ToldCaseDto] })
  items!: ToldCaseDto[];
  _meta!: ListMeta;
}
