import { ApiProperty } from '@nestjs/swagger';
import {
  type ApplicantRole,
  applicantRoles,
  type ExposedRegister,
  exposedRegisters,
  protectionEndReasons,
  type ProtectionKind,
  protectionKinds,
  type RegisterStatus,
  registerStatuses,
  type WithholdingReason,
  withholdingReasons,
} from '#domain/protected-data';
import {
  type HomeProtection,
  noticeStatuses,
  type ProtectionItem,
  protectionStatuses,
  type TaxProtection,
} from '#projections';
import { ListMeta } from '../list.dto.js';
import { SealedPartDto } from './contents.dto.js';

export class ProtectionDto implements ProtectionItem {
  @ApiProperty({ format: 'uuid' })
  protectionId!: string;
  @ApiProperty({ enum: protectionKinds })
  kind!: ProtectionKind;
  @ApiProperty({ enum: protectionStatuses })
  status!: ProtectionItem['status'];
  @ApiProperty({ enum: applicantRoles })
  appliedBy!: ApplicantRole;
  familyIncluded!: boolean;
  @ApiProperty({ format: 'date' })
  appliedOn!: string;
  @ApiProperty({ type: String, format: 'date', nullable: true })
  from!: string | null;
  /** Last day; null until further notice. */
  @ApiProperty({ type: String, format: 'date', nullable: true })
  until!: string | null;
  /** It ends in at most so many days. */
  @ApiProperty({ type: 'integer', nullable: true })
  endsWithinDays!: number | null;
  @ApiProperty({ type: String, format: 'date', nullable: true })
  endedOn!: string | null;
  @ApiProperty({ enum: protectionEndReasons, nullable: true })
  endReason!: ProtectionItem['endReason'];
}

/**
 * One line of the checklist: OPEN until somebody has looked, and again when another placement is cleared. Then it says when it
 * was looked at last, for an earlier place.
 */
export class CheckedRegisterDto {
  @ApiProperty({ enum: exposedRegisters })
  register!: ExposedRegister;
  /** Whether a protection in the population register reaches it by itself. */
  followsProtection!: boolean;
  @ApiProperty({ enum: registerStatuses })
  status!: RegisterStatus;
  @ApiProperty({ type: String, format: 'date', nullable: true })
  checkedOn!: string | null;
  checkedByMe!: boolean;
}

export class HomeProtectionDto implements Omit<HomeProtection, 'registers'> {
  @ApiProperty({ format: 'uuid' })
  caseId!: string;
  @ApiProperty({ type: [ProtectionDto] })
  protections!: readonly ProtectionDto[];
  @ApiProperty({ enum: noticeStatuses })
  notice!: HomeProtection['notice'];
  @ApiProperty({ enum: withholdingReasons, nullable: true })
  noticeReason!: WithholdingReason | null;
  @ApiProperty({ type: String, format: 'date', nullable: true })
  noticeOn!: string | null;
  /** How often the board was reminded while it had neither told nor decided not to. */
  @ApiProperty({ type: 'integer' })
  noticeReminders!: number;
  @ApiProperty({ type: [CheckedRegisterDto] })
  registers!: CheckedRegisterDto[];
  @ApiProperty({ type: [SealedPartDto] })
  contents!: SealedPartDto[];
}

/** The notice of a wrong registration as it is sent, in both languages. */
export class RegistrationNoticeDto {
  @ApiProperty({ format: 'date' })
  sentOn!: string;
  sv!: string;
  en!: string;
}

export class TaxProtectionDto implements TaxProtection {
  @ApiProperty({ format: 'uuid' })
  caseId!: string;
  @ApiProperty({ type: [ProtectionDto] })
  protections!: readonly ProtectionDto[];
}

export class TaxProtectionViewDto extends TaxProtectionDto {
  @ApiProperty({ type: [SealedPartDto] })
  contents!: SealedPartDto[];
}

export class TaxProtectionsDto {
  @ApiProperty({ type: [TaxProtectionDto] })
  items!: TaxProtectionDto[];
  _meta!: ListMeta;
}
