import { ApiProperty } from '@nestjs/swagger';
import {
  type Competence,
  competences,
  type HousingForm,
  housingForms,
  type ThreatLevel,
  threatLevels,
} from '#kernel';
import { type CloseCode, closeCodes } from '#domain/relocation';
import {
  type Attention,
  type CaseStatus,
  caseStatuses,
  type DeskCandidate,
  type DeskProposal,
  type DeskRequest,
  deskStatuses,
  type RankingReason,
  rankingReasons,
  type ShownWaiverState,
  shownWaiverStates,
} from '#projections';
import { ListMeta } from '../list.dto.js';
import { CounterTermsDto, MunicipalityDto } from './coded.dto.js';
import { SealedPartDto } from './contents.dto.js';

/** Written out: the description must not depend on the order in which the compiler keeps a union. */
const reasons: Readonly<Record<NonNullable<DeskProposal['reason']>, true>> = {
  CAPACITY: true,
  COMPETENCE: true,
  HOUSING: true,
  LOCAL_RISK: true,
  PRINCIPLE: true,
  OTHER: true,
  NOT_SUITABLE: true,
  FULL: true,
  NO_PERMIT: true,
  STALE_ASSESSMENT: true,
  NOT_AVAILABLE: true,
  WAIVER_LAPSED: true,
  INCOMPLETE: true,
  WAIVER_WITHDRAWN: true,
  ADMISSION_REFUSED: true,
  LEVEL_CHANGED: true,
  CASE_CLOSED: true,
  SETTLED: true,
  CHECK_AGAIN: true,
  SILENCE: true,
  COUNTER_REJECTED: true,
};
const deskReasons = Object.keys(reasons);

/** What cannot go on by itself. */
export class AttentionDto implements Attention {
  step!: string;
  code!: string;
}

/** A request on the coordinator's desk: a reference and what is needed, no name and no origin. */
export class CoordinationCaseDto implements Omit<DeskRequest, 'noGoPlaces'> {
  @ApiProperty({ format: 'uuid' })
  caseId!: string;
  @ApiProperty({ enum: caseStatuses })
  status!: CaseStatus;
  @ApiProperty({ type: Number, nullable: true })
  adults!: number | null;
  @ApiProperty({ type: Number, nullable: true })
  children!: number | null;
  @ApiProperty({ enum: housingForms, nullable: true })
  housingForm!: HousingForm | null;
  @ApiProperty({ enum: competences, isArray: true, nullable: true })
  competences!: readonly Competence[] | null;
  @ApiProperty({ type: String, format: 'date', nullable: true })
  desiredStart!: string | null;
  /** How many municipalities the person must not come to; they are never listed as destinations. */
  @ApiProperty({ type: Number, nullable: true })
  noGoPlaceCount!: number | null;
  @ApiProperty({ enum: threatLevels, nullable: true })
  level!: ThreatLevel | null;
  @ApiProperty({ type: Number, nullable: true })
  assessmentVersion!: number | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  validUntil!: string | null;
  /** LAPSED: it has run out by time. */
  @ApiProperty({ enum: shownWaiverStates })
  waiver!: ShownWaiverState;
  /** The person has another open case: only this desk may know. */
  contested!: boolean;
  /** Reference of that other case. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  heldBy!: string | null;
  /** A place of the person became known to somebody who must not know it; for good. */
  compromised!: boolean;
  @ApiProperty({ type: [AttentionDto] })
  attention!: readonly AttentionDto[];
  @ApiProperty({ enum: closeCodes, nullable: true })
  closeCode!: CloseCode | null;
}

export class CandidateDto implements Omit<DeskCandidate, 'caseId' | 'municipality' | 'board' | 'area'> {
  @ApiProperty({ format: 'uuid' })
  candidateId!: string;
  @ApiProperty({ type: MunicipalityDto, nullable: true })
  municipality!: MunicipalityDto | null;
  @ApiProperty({ enum: ['CLEAR', 'REFER_TO_POLICE', 'NOT_AVAILABLE'] })
  verdict!: DeskCandidate['verdict'];
  @ApiProperty({ format: 'date-time' })
  checkedAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  referralDueAt!: string | null;
}

export class DeskProposalDto implements Omit<DeskProposal, 'caseId' | 'municipality' | 'board'> {
  @ApiProperty({ format: 'uuid' })
  proposalId!: string;
  @ApiProperty({ format: 'uuid' })
  candidateId!: string;
  @ApiProperty({ type: MunicipalityDto, nullable: true })
  municipality!: MunicipalityDto | null;
  /** Under this code the receiving board knows the case. */
  @ApiProperty({ example: 'R-7K2M-QX4D' })
  referenceCode!: string;
  @ApiProperty({ enum: deskStatuses })
  status!: DeskProposal['status'];
  /** The true reason of a no, as a code. */
  @ApiProperty({ enum: deskReasons, nullable: true })
  reason!: DeskProposal['reason'];
  /** Null when the case is not told to the desk any more. */
  @ApiProperty({ enum: threatLevels, nullable: true })
  level!: ThreatLevel | null;
  @ApiProperty({ format: 'date' })
  startOn!: string;
  @ApiProperty({ format: 'date-time' })
  answerBy!: string;
  round!: number;
  @ApiProperty({ type: CounterTermsDto, nullable: true })
  counterTerms!: DeskProposal['counterTerms'];
  @ApiProperty({ type: String, format: 'date', nullable: true })
  plannedArrival!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  arrivedAt!: string | null;
  departurePending!: boolean;
  conflictAlerted!: boolean;
  /** The place became known: nothing in its area is proposed again. */
  exposed!: boolean;
}

/** With everything that was tried. Naming the municipalities was recorded. */
export class CoordinationCaseViewDto extends CoordinationCaseDto {
  @ApiProperty({ type: [CandidateDto] })
  candidates!: CandidateDto[];
  @ApiProperty({ type: [DeskProposalDto] })
  proposals!: DeskProposalDto[];
  @ApiProperty({ type: [SealedPartDto] })
  contents!: SealedPartDto[];
}

export class CoordinationCasesDto {
  @ApiProperty({ type: [CoordinationCaseDto] })
  items!: CoordinationCaseDto[];
  _meta!: ListMeta;
}

export class DestinationDto {
  /** From 1, the best. */
  rank!: number;
  @ApiProperty({ type: MunicipalityDto })
  municipality!: MunicipalityDto;
  /** Why it stands where it stands. */
  @ApiProperty({ enum: rankingReasons, isArray: true })
  reasons!: readonly RankingReason[];
}

/** Municipalities that may be checked for this case, best first. Naming them was recorded. */
export class DestinationsDto {
  @ApiProperty({ type: [DestinationDto] })
  items!: DestinationDto[];
  _meta!: ListMeta;
  /** Nobody is left who was not asked before. */
  exhausted!: boolean;
}
