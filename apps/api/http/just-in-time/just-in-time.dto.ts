import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn } from 'class-validator';
import { type DataClass, dataClasses } from '#kernel';
import { type GlassReason, glassReasons, type JointPurpose, jointPurposes } from '#domain/just-in-time';
import { IsFreeText } from '../fields.js';

export class BreakGlassDto {
  @IsIn(glassReasons)
  reason!: GlassReason;

  /** What must be known now. Some classes no glass opens. */
  @ApiProperty({ enum: dataClasses, isArray: true })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(5)
  @ArrayUnique()
  @IsIn(dataClasses, { each: true })
  classes!: DataClass[];

  /**
   * What has happened, in own words; sealed. Who may confirm it, Police among them, and the log review may read it, each
   * reading recorded: nothing of the social file belongs here.
   */
  @IsFreeText()
  note!: string;
}

export class RequestJointOpeningDto {
  @IsIn(jointPurposes)
  purpose!: JointPurpose;
}
