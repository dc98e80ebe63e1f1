import { ApiProperty } from '@nestjs/swagger';
import { type DataClass, dataClasses } from '#kernel';
import {
  type GlassReason,
  glassReasons,
  type GlassRelation,
  glassRelations,
  type JointPurpose,
  jointPurposes,
} from '#domain/just-in-time';

const glassStatuses = ['OPEN', 'CONFIRMED', 'NOT_CONFIRMED', 'CONFIRMED_LATE'] as const;
const openingStatuses = ['PENDING', 'APPROVED', 'REJECTED', 'LAPSED'] as const;

/** A glass as those see it who may confirm it: with which part it was broken, never by whom. */
export class BrokenGlassDto {
  @ApiProperty({ format: 'uuid' })
  glassId!: string;
  @ApiProperty({ enum: glassRelations })
  relation!: GlassRelation;
  @ApiProperty({ enum: glassReasons })
  reason!: GlassReason;
  @ApiProperty({ enum: dataClasses, isArray: true })
  classes!: readonly DataClass[];
  @ApiProperty({ format: 'date-time' })
  confirmBy!: string;
  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;
  @ApiProperty({ enum: glassStatuses })
  status!: (typeof glassStatuses)[number];
  /** Then somebody else must confirm it. */
  brokenByMe!: boolean;
  /** How many glasses of the same person in the case nobody had confirmed when this one was broken. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  unconfirmedBefore!: number;
}

/** The newest first. */
export class BrokenGlassesDto {
  @ApiProperty({ type: [BrokenGlassDto] })
  items!: BrokenGlassDto[];
}

export class GlassNoteDto {
  @ApiProperty({ format: 'uuid' })
  glassId!: string;
  /** What has happened, in the words of who broke it. */
  note!: string;
}

/** What one officer of the board asks the others for. */
export class JointOpeningDto {
  @ApiProperty({ format: 'uuid' })
  openingId!: string;
  @ApiProperty({ enum: jointPurposes })
  purpose!: JointPurpose;
  @ApiProperty({ format: 'date-time' })
  answerBy!: string;
  /** Until when it opens, once approved. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt!: string | null;
  /** LAPSED: nobody answered within the hour. */
  @ApiProperty({ enum: openingStatuses })
  status!: (typeof openingStatuses)[number];
  /** Then somebody else must answer it. */
  requestedByMe!: boolean;
}

/** The newest first. */
export class JointOpeningsDto {
  @ApiProperty({ type: [JointOpeningDto] })
  items!: JointOpeningDto[];
}
