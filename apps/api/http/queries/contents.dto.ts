import { ApiProperty } from '@nestjs/swagger';
import { type DataClass, dataClasses } from '#kernel';

export const feet = ['OWN', 'WAIVER', 'STATUTE', 'RESCUE'] as const;

/** That there is sealed content, and on what it may be opened. Nothing of what is in it. */
export class SealedPartDto {
  @ApiProperty({ enum: dataClasses })
  class!: DataClass;
  /** Name of the field. */
  path!: string;
  /** OWN: written by the caller's authority. The others: disclosed to it. */
  @ApiProperty({ enum: feet })
  foot!: (typeof feet)[number];
  @ApiProperty({ format: 'date-time' })
  occurredAt!: string;
  /** Until when it may be opened; null when no end is set. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt!: string | null;
}

/** One sealed value in clear. */
export class ContentDto {
  @ApiProperty({ enum: dataClasses })
  class!: DataClass;
  /** Name of the field. */
  path!: string;
  @ApiProperty({
    description: 'As it was written: text, an object, or a list.',
    oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: true }, { type: 'array', items: {} }],
  })
  value!: unknown;
  @ApiProperty({ format: 'date-time' })
  occurredAt!: string;
  /** On what this reading stands. */
  legalBasis!: string;
  @ApiProperty({
    format: 'uuid',
    description:
      'Only of where a decision says that a child stays: which of `decidedPlaces`, under which that it is left, or known, is reported.',
  })
  placeDecisionId?: string;
  @ApiProperty({ format: 'date', description: 'Only beside `placeDecisionId`: the day of that decision.' })
  decidedOn?: string;
}

/** Newest first. The reading was recorded before the answer left. */
export class ContentsDto {
  items!: ContentDto[];
}
