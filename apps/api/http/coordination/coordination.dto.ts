import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsDefined,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { type DataClass, type WaivableKind, dataClasses, recipientKinds } from '#kernel';
import { IsCount, IsInstant, IsLine, IsSetOf } from '../fields.js';

export const calendars = ['WORKING', 'SAFETY', 'STATUTORY'] as const;
export const clockUnits = ['HOURS', 'DAYS', 'WEEKS', 'MONTHS'] as const;

/** A clock as data: how much of which unit on which calendar, and the rule that it comes from. */
export class ClockRuleDto {
  @IsIn(calendars)
  calendar!: (typeof calendars)[number];

  @IsCount(0, 1000)
  amount!: number;

  @IsIn(clockUnits)
  unit!: (typeof clockUnits)[number];

  /** Law or design decision. */
  @IsLine(100)
  source!: string;
}

const Part =
  (type: () => new () => object): PropertyDecorator =>
  (target, key) => {
    IsDefined()(target, key as string);
    IsObject()(target, key as string);
    ValidateNested()(target, key as string);
    Type(type)(target, key as string);
  };

export class ClocksDto {
  @Part(() => ClockRuleDto)
  threatAssessment!: ClockRuleDto;
  @Part(() => ClockRuleDto)
  proposalAnswer!: ClockRuleDto;
  @Part(() => ClockRuleDto)
  counterAnswer!: ClockRuleDto;
  @Part(() => ClockRuleDto)
  referralAnswer!: ClockRuleDto;
  @Part(() => ClockRuleDto)
  clearance!: ClockRuleDto;
  @Part(() => ClockRuleDto)
  arrivalOverdue!: ClockRuleDto;
  @Part(() => ClockRuleDto)
  conflictCheckMaxAge!: ClockRuleDto;
  @Part(() => ClockRuleDto)
  supervisedClosing!: ClockRuleDto;
}

/** Hours for each threat level. */
export class HoursByLevelDto {
  @IsCount(1, 10_000)
  LOW!: number;
  @IsCount(1, 10_000)
  MEDIUM!: number;
  @IsCount(1, 10_000)
  HIGH!: number;
  @IsCount(1, 10_000)
  EXTREME!: number;
}

export class FollowUpRulesDto {
  /** Hours after arrival of the first ones. */
  @IsArray()
  @ArrayMaxSize(20)
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(10_000, { each: true })
  firstHours!: number[];

  @IsCount(1, 1000)
  everyDays!: number;

  @IsCount(1, 1000)
  afterDays!: number;

  @IsCount(1, 1000)
  thenEveryDays!: number;
}

export class RulesDto {
  @IsCount(1, 1_000_000)
  version!: number;

  @Part(() => ClocksDto)
  clocks!: ClocksDto;

  /** Hours for which each level may be relied on. */
  @Part(() => HoursByLevelDto)
  validityHours!: HoursByLevelDto;

  /** Hours before the end at which the reassessment is ordered. */
  @Part(() => HoursByLevelDto)
  reassessmentLeadHours!: HoursByLevelDto;

  /** Part of the answer time after which the reminder goes out, 0 to 1. */
  @IsNumber()
  @Min(0)
  @Max(1)
  reminderAt!: number;

  @IsCount(0, 10)
  maxCounterRounds!: number;

  @Part(() => FollowUpRulesDto)
  followUps!: FollowUpRulesDto;

  @IsSetOf(recipientKinds)
  mandatoryRecipients!: WaivableKind[];

  @IsSetOf(dataClasses)
  mandatoryClasses!: DataClass[];
}

export class EnactRulesDto {
  @Part(() => RulesDto)
  rules!: RulesDto;

  @IsInstant()
  inForceFrom!: string;
}
