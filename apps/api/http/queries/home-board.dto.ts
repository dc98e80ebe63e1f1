import { ApiProperty } from '@nestjs/swagger';
import {
  type AgeBand,
  ageBands,
  type Competence,
  competences,
  type EntryRoute,
  entryRoutes,
  type Environment,
  environments,
  type HousingForm,
  housingForms,
  type Sex,
  sexes,
  type ThreatLevel,
  threatLevels,
} from '#kernel';
import {
  type CloseCode,
  closeCodes,
  type SupportDecisionType,
  supportDecisionTypes,
} from '#domain/relocation';
import { type Restriction, restrictions } from '#domain/threat-assessment';
import {
  type CaseStatus,
  caseStatuses,
  type DecidedPlace,
  type HomeCase,
  type ShownWaiverState,
  shownWaiverStates,
  type DecisionOnPlace,
} from '#projections';
import { ListMeta } from '../list.dto.js';
import { CounterTermsDto, FollowUpDto } from './coded.dto.js';
import { SealedPartDto } from './contents.dto.js';

/** That a decision says where a child stays. Where, is opened jointly or with a broken glass. */
export class DecisionOnPlaceDto implements DecisionOnPlace {
  @ApiProperty({ format: 'uuid' })
  decisionId!: string;
  @ApiProperty({ format: 'uuid' })
  placeDecisionId!: string;
  @ApiProperty({ format: 'date' })
  decidedOn!: string;
  /** It is known to somebody who must not know it: who fetches the child alone opens it. */
  exposed!: boolean;
  /** When it is said that the child left: nothing opens it then, until that is taken back. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  departedAt!: string | null;
}

/** A case as its home board sees it: coded facts only. No place before the placement is cleared. */
export class HomeCaseDto implements HomeCase {
  @ApiProperty({ format: 'uuid' })
  caseId!: string;
  @ApiProperty({ enum: caseStatuses })
  status!: CaseStatus;
  @ApiProperty({ enum: sexes })
  sex!: Sex;
  @ApiProperty({ enum: ageBands })
  ageBand!: AgeBand;
  @ApiProperty({ enum: environments })
  environment!: Environment;
  @ApiProperty({ enum: entryRoutes })
  entryRoute!: EntryRoute;
  @ApiProperty({ enum: shownWaiverStates })
  waiver!: ShownWaiverState;
  @ApiProperty({ type: Number, nullable: true })
  waiverVersion!: number | null;
  /** Last day on which it holds. */
  @ApiProperty({ type: String, format: 'date', nullable: true })
  waiverValidUntil!: string | null;
  @ApiProperty({ enum: supportDecisionTypes, nullable: true })
  supportDecision!: SupportDecisionType | null;
  @ApiProperty({ type: String, format: 'date', nullable: true })
  supportDecidedOn!: string | null;
  /** Where decisions say that a child stays, until the case is closed; also what the child is said to have left. */
  @ApiProperty({ type: [DecisionOnPlaceDto] })
  decidedPlaces!: readonly DecisionOnPlaceDto[];
  /** Day of the last of them that nobody has said to be left. */
  @ApiProperty({ type: String, format: 'date', nullable: true })
  placeDecidedOn!: string | null;
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
  @ApiProperty({ enum: threatLevels, nullable: true })
  level!: ThreatLevel | null;
  @ApiProperty({ type: Number, nullable: true })
  assessmentVersion!: number | null;
  /** Until when the assessment holds. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  validUntil!: string | null;
  @ApiProperty({ enum: restrictions, isArray: true, nullable: true })
  restrictions!: readonly Restriction[] | null;
  /** How many boards were asked and could not. Neither which nor why. */
  notAvailable!: number;
  /** While a counter-proposal waits for this board, and from clearance. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  proposalId!: string | null;
  @ApiProperty({ type: CounterTermsDto, nullable: true })
  counterTerms!: HomeCase['counterTerms'];
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  counterAnswerBy!: string | null;
  @ApiProperty({ type: String, format: 'date', nullable: true })
  plannedArrival!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  transferStartedAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  arrivedAt!: string | null;
  @ApiProperty({ type: [FollowUpDto] })
  followUps!: readonly FollowUpDto[];
  /** A placement has ended and nobody has said yet that the person has left it. */
  departurePending!: boolean;
  /** Which, by the proposal under which the departure is confirmed. */
  @ApiProperty({ type: [String], format: 'uuid' })
  awaitedDepartures!: readonly string[];
  @ApiProperty({ type: String, format: 'date', nullable: true })
  closingContactOn!: string | null;
  @ApiProperty({ enum: closeCodes, nullable: true })
  closeCode!: CloseCode | null;
}

export class HomeCaseViewDto extends HomeCaseDto {
  /** What may be opened, class by class. */
  @ApiProperty({ type: [SealedPartDto] })
  contents!: SealedPartDto[];
}

export class HomeCasesDto {
  @ApiProperty({ type: [HomeCaseDto] })
  items!: HomeCaseDto[];
  _meta!: ListMeta;
}

/** The alarm plan of a placement, while a person may stand at the address. */
export class AlarmDto {
  @ApiProperty({ format: 'uuid' })
  caseId!: string;
  /** Names the placement, for confirming the departure. */
  @ApiProperty({ format: 'uuid' })
  proposalId!: string;
  @ApiProperty({ enum: threatLevels, nullable: true })
  level!: ThreatLevel | null;
  /** How many there are to fetch. */
  @ApiProperty({ type: 'integer', nullable: true })
  adults!: number | null;
  @ApiProperty({ type: 'integer', nullable: true })
  children!: number | null;
  /** It has ended and nobody has said yet that the person has left. */
  departurePending!: boolean;
}

export class AlarmViewDto extends AlarmDto {
  @ApiProperty({ type: [SealedPartDto] })
  contents!: SealedPartDto[];
}

export class AlarmsDto {
  @ApiProperty({ type: [AlarmDto] })
  items!: AlarmDto[];
  _meta!: ListMeta;
}

export class DecidedPlaceDto extends DecisionOnPlaceDto implements DecidedPlace {
  @ApiProperty({ format: 'uuid' })
  caseId!: string;
}

export class DecidedPlacesDto {
  @ApiProperty({ type: [DecidedPlaceDto] })
  items!: DecidedPlaceDto[];
  _meta!: ListMeta;
}
