import { ApiProperty } from '@nestjs/swagger';
import { type AgeBand, ageBands, type ThreatLevel, threatLevels } from '#kernel';
import type { ProviderInstruction } from '#domain/disclosure';
import { type Admission, type AdmissionStatus, admissionStatuses } from '#projections';
import { ListMeta } from '../list.dto.js';
import { SealedPartDto } from './contents.dto.js';

/** An admission that a facility is asked for: an alias, an age band, how grave the danger is. */
export class AdmissionDto implements Omit<Admission, 'housing'> {
  @ApiProperty({ format: 'uuid' })
  proposalId!: string;
  /** The reference code under which the receiving board knows the case. */
  @ApiProperty({ example: 'R-7K2M-QX4D' })
  alias!: string;
  @ApiProperty({ enum: admissionStatuses })
  status!: AdmissionStatus;
  @ApiProperty({ enum: ageBands, nullable: true })
  ageBand!: AgeBand | null;
  @ApiProperty({ enum: threatLevels, nullable: true })
  level!: ThreatLevel | null;
  @ApiProperty({ type: String, format: 'date', nullable: true })
  startOn!: string | null;
  @ApiProperty({ type: String, format: 'date', nullable: true })
  plannedArrival!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  arrivedAt!: string | null;
}

/** What to do when somebody asks about a person who stays there. */
export class ProviderInstructionDto implements ProviderInstruction {
  /** In force since. */
  @ApiProperty({ format: 'date' })
  from!: string;
  sv!: string;
  en!: string;
}

export class AdmissionViewDto extends AdmissionDto {
  instruction!: ProviderInstructionDto;
  @ApiProperty({ type: [SealedPartDto] })
  contents!: SealedPartDto[];
}

export class AdmissionsDto {
  @ApiProperty({ type: [AdmissionDto] })
  items!: AdmissionDto[];
  _meta!: ListMeta;
}
