import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type HousingForm, housingForms } from '#kernel';
import type { CounterTerms } from '#domain/consent';
import { type FollowUpOutcome, followUpOutcomes } from '#domain/placement';
import type { FollowUp } from '#projections';

/** The place of a municipality, named from reference data; that it was named is on record. */
export class MunicipalityDto {
  @ApiProperty({ example: '1280' })
  code!: string;
  name!: string;
}

export class FollowUpDto implements FollowUp {
  /** From 1. */
  number!: number;
  @ApiProperty({ format: 'date-time' })
  dueAt!: string;
  @ApiProperty({ enum: ['DUE', 'HELD', 'MISSED'] })
  state!: FollowUp['state'];
  @ApiPropertyOptional({ format: 'date' })
  heldOn?: string;
  @ApiPropertyOptional({ enum: followUpOutcomes })
  outcome?: FollowUpOutcome;
}

/** What a board counters with: another first day, or another form of housing. */
export class CounterTermsDto {
  @ApiProperty({ enum: ['START_DATE', 'HOUSING'] })
  kind!: CounterTerms['kind'];
  @ApiPropertyOptional({ format: 'date' })
  startOn?: string;
  @ApiPropertyOptional({ enum: housingForms })
  housingForm?: HousingForm;
}
