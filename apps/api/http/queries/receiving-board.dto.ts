import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  type Competence,
  competences,
  type HousingForm,
  housingForms,
  type ThreatLevel,
  threatLevels,
} from '#kernel';
import { type DeclineReason, declineReasons, type PreparedAnswer } from '#domain/consent';
import { type BoardStatus, boardStatuses, type ReceivedProposal } from '#projections';
import { ListMeta } from '../list.dto.js';
import { CounterTermsDto } from './coded.dto.js';
import { SealedPartDto } from './contents.dto.js';

export class PreparedAnswerDto {
  @ApiProperty({ enum: ['ACCEPT', 'DECLINE', 'COUNTER'] })
  kind!: PreparedAnswer['kind'];
  @ApiPropertyOptional({ enum: declineReasons })
  reason?: DeclineReason;
  @ApiPropertyOptional({ type: CounterTermsDto })
  terms?: CounterTermsDto;
}

/** What is asked of a receiving board: a reference code, how grave, how many. No name and no origin. */
export class ReceivedProposalDto implements Omit<ReceivedProposal, 'preparedBy'> {
  @ApiProperty({ format: 'uuid' })
  proposalId!: string;
  /** Under this code one may speak of it. */
  @ApiProperty({ example: 'R-7K2M-QX4D' })
  referenceCode!: string;
  @ApiProperty({ enum: boardStatuses })
  status!: BoardStatus | 'ORDERED';
  @ApiProperty({ enum: threatLevels, nullable: true })
  level!: ThreatLevel | null;
  @ApiProperty({ type: Number, nullable: true })
  adults!: number | null;
  @ApiProperty({ type: Number, nullable: true })
  children!: number | null;
  @ApiProperty({ enum: housingForms, nullable: true })
  housingForm!: HousingForm | null;
  @ApiProperty({ enum: competences, isArray: true, nullable: true })
  competences!: readonly Competence[] | null;
  @ApiProperty({ type: String, format: 'date', nullable: true })
  startOn!: string | null;
  /** Silence until then is taken as no answer, never as a yes. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  answerBy!: string | null;
  @ApiProperty({ type: Number, nullable: true })
  round!: number | null;
  @ApiProperty({ type: Boolean, nullable: true })
  reminded!: boolean | null;
  @ApiProperty({ type: PreparedAnswerDto, nullable: true })
  preparedAnswer!: ReceivedProposal['preparedAnswer'];
  /** Whether the caller prepared the answer: then somebody else must decide it. Null when nothing is prepared. */
  @ApiProperty({ type: Boolean, nullable: true })
  preparedByMe!: boolean | null;
  @ApiProperty({ type: CounterTermsDto, nullable: true })
  counterTerms!: ReceivedProposal['counterTerms'];
  @ApiProperty({ type: String, format: 'date', nullable: true })
  plannedArrival!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  arrivedAt!: string | null;
}

export class ReceivedProposalViewDto extends ReceivedProposalDto {
  @ApiProperty({ type: [SealedPartDto] })
  contents!: SealedPartDto[];
}

export class ReceivedProposalsDto {
  @ApiProperty({ type: [ReceivedProposalDto] })
  items!: ReceivedProposalDto[];
  _meta!: ListMeta;
}

/** What the board has declared of itself. */
export class OwnCapacityDto {
  places!: number;
  @ApiProperty({ enum: housingForms, isArray: true })
  housingForms!: readonly HousingForm[];
  @ApiProperty({ enum: competences, isArray: true })
  competences!: readonly Competence[];
}
