import { ApiProperty } from '@nestjs/swagger';
import {
  type AgeBand,
  ageBands,
  type Environment,
  environments,
  type Sex,
  sexes,
  type ThreatLevel,
  threatLevels,
} from '#kernel';
import { declineReasons } from '#domain/consent';
import { type Authority, publicAuthorities } from '#domain/disclosure';
import { type CloseCode, closeCodes } from '#domain/relocation';
import {
  type ReassessmentReason,
  reassessmentReasons,
  type Restriction,
  restrictions,
} from '#domain/threat-assessment';
import {
  type CaseStatus,
  caseStatuses,
  type InquiryKind,
  inquiryKinds,
  type InquiryNotice,
  type Lowering,
  type PoliceHomeCase,
  type PolicePlacement,
  policePlacementStatuses,
  type PoliceReferral,
  type ReferralStatus,
  referralStatuses,
  type ToldByLetter,
  toldByLetter,
} from '#projections';
import { ListMeta } from '../list.dto.js';
import { FollowUpDto, MunicipalityDto } from './coded.dto.js';
import { SealedPartDto } from './contents.dto.js';

/** A lower level that a second assessor must agree to. */
export class LoweringDto implements Omit<Lowering, 'proposedBy'> {
  version!: number;
  @ApiProperty({ enum: threatLevels })
  level!: ThreatLevel;
  @ApiProperty({ enum: restrictions, isArray: true })
  restrictions!: readonly Restriction[];
  @ApiProperty({ format: 'date-time' })
  assessedAt!: string;
  /** Then somebody else must confirm it. */
  proposedByMe!: boolean;
}

/**
 * A case as the unit of its home region sees it, once it was told. What others wrote is null when it is told no longer:
 * the waiver is withdrawn or has run out, or the case is over.
 */
export class PoliceCaseDto implements Omit<PoliceHomeCase, 'assessedBy' | 'lowering'> {
  @ApiProperty({ format: 'uuid' })
  caseId!: string;
  @ApiProperty({ enum: caseStatuses })
  status!: CaseStatus;
  @ApiProperty({ enum: sexes, nullable: true })
  sex!: Sex | null;
  @ApiProperty({ enum: ageBands, nullable: true })
  ageBand!: AgeBand | null;
  @ApiProperty({ enum: environments, nullable: true })
  environment!: Environment | null;
  /** That the board has decided on support; not what. */
  @ApiProperty({ type: Boolean, nullable: true })
  supportDecided!: boolean | null;
  @ApiProperty({ type: Number, nullable: true })
  adults!: number | null;
  @ApiProperty({ type: Number, nullable: true })
  children!: number | null;
  @ApiProperty({ enum: threatLevels, nullable: true })
  level!: ThreatLevel | null;
  @ApiProperty({ type: Number, nullable: true })
  assessmentVersion!: number | null;
  /** If-Match of the next assessment, in double quotes; null: If-None-Match: *. */
  @ApiProperty({ type: Number, nullable: true })
  assessmentRevision!: number | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  assessedAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  validUntil!: string | null;
  @ApiProperty({ enum: restrictions, isArray: true, nullable: true })
  restrictions!: readonly Restriction[] | null;
  @ApiProperty({ type: LoweringDto, nullable: true })
  lowering!: LoweringDto | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  reassessDueAt!: string | null;
  @ApiProperty({ enum: reassessmentReasons, nullable: true })
  reassessReason!: ReassessmentReason | null;
  /** How the boards that were asked answered, in order; not which they were. */
  @ApiProperty({ enum: [...declineReasons, 'SILENCE', 'NOT_AVAILABLE'], isArray: true, nullable: true })
  answers!: PoliceHomeCase['answers'];
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  proposalId!: string | null;
  @ApiProperty({ type: String, format: 'date', nullable: true })
  plannedArrival!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  transferStartedAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  arrivedAt!: string | null;
  @ApiProperty({ type: [FollowUpDto] })
  followUps!: readonly FollowUpDto[];
  departurePending!: boolean;
  @ApiProperty({ enum: closeCodes, nullable: true })
  closeCode!: CloseCode | null;
}

/** That another authority has asked somebody about the person. Not whom: that could be the destination. */
export class InquiryNoticeDto implements Omit<InquiryNotice, 'caseId'> {
  @ApiProperty({ format: 'uuid' })
  inquiryId!: string;
  @ApiProperty({ enum: inquiryKinds })
  kind!: InquiryKind;
  @ApiProperty({ enum: publicAuthorities })
  requester!: Authority;
  @ApiProperty({ format: 'date-time' })
  receivedAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  closedAt!: string | null;
  /** What was told of the person: classes of data, or whether somebody stays in certain housing; empty for nothing. */
  @ApiProperty({ enum: toldByLetter, isArray: true })
  told!: readonly ToldByLetter[];
  seen!: boolean;
}

export class PoliceCaseViewDto extends PoliceCaseDto {
  @ApiProperty({ type: [InquiryNoticeDto] })
  inquiries!: InquiryNoticeDto[];
  @ApiProperty({ type: [SealedPartDto] })
  contents!: SealedPartDto[];
}

export class PoliceCasesDto {
  @ApiProperty({ type: [PoliceCaseDto] })
  items!: PoliceCaseDto[];
  _meta!: ListMeta;
}

/** A candidate in the unit's own region that it is asked about: counts and level, and not who. */
export class ReferralDto implements Omit<PoliceReferral, 'municipality' | 'area'> {
  @ApiProperty({ format: 'uuid' })
  candidateId!: string;
  @ApiProperty({ enum: referralStatuses })
  status!: ReferralStatus;
  @ApiProperty({ enum: threatLevels, nullable: true })
  level!: ThreatLevel | null;
  @ApiProperty({ type: Number, nullable: true })
  adults!: number | null;
  @ApiProperty({ type: Number, nullable: true })
  children!: number | null;
  /** Silence until then drops the candidate. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  dueAt!: string | null;
}

export class ReferralViewDto extends ReferralDto {
  /** The municipality in question; naming it was recorded. */
  @ApiProperty({ type: MunicipalityDto, nullable: true })
  municipality!: MunicipalityDto | null;
}

export class ReferralsDto {
  @ApiProperty({ type: [ReferralDto] })
  items!: ReferralDto[];
  _meta!: ListMeta;
}

/** A placement in the unit's region, from clearance until the person has left. */
export class PolicePlacementDto implements PolicePlacement {
  @ApiProperty({ format: 'uuid' })
  proposalId!: string;
  @ApiProperty({ enum: policePlacementStatuses })
  status!: PolicePlacement['status'];
  @ApiProperty({ enum: threatLevels, nullable: true })
  level!: ThreatLevel | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  validUntil!: string | null;
  /** How many there are to protect. */
  @ApiProperty({ type: 'integer', nullable: true })
  adults!: number | null;
  @ApiProperty({ type: 'integer', nullable: true })
  children!: number | null;
  @ApiProperty({ type: String, format: 'date', nullable: true })
  plannedArrival!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  transferStartedAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  arrivedAt!: string | null;
  departurePending!: boolean;
  conflictAlerted!: boolean;
}

export class PolicePlacementViewDto extends PolicePlacementDto {
  @ApiProperty({ type: [SealedPartDto] })
  contents!: SealedPartDto[];
}

export class PolicePlacementsDto {
  @ApiProperty({ type: [PolicePlacementDto] })
  items!: PolicePlacementDto[];
  _meta!: ListMeta;
}
