import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn } from 'class-validator';
import { type HousingForm, housingForms } from '#kernel';
import { type DeclineReason, declineReasons } from '#domain/consent';
import { IsLine, IsMunicipalityCode, IsOfficial, IsPlainDate, NotWith, OnlyWith } from '../fields.js';

export const answers = ['ACCEPT', 'DECLINE', 'COUNTER'] as const;
export const referralAnswers = ['CLEAR', 'NOT_AVAILABLE'] as const;

export class CheckCandidateDto {
  @IsMunicipalityCode()
  municipalityCode!: string;
}

export class AnswerReferralDto {
  @IsIn(referralAnswers)
  answer!: (typeof referralAnswers)[number];
}

export class OrderProposalDto {
  @IsPlainDate()
  startOn!: string;
}

export class SettleAttentionDto {
  /** As the case on the desk names it. */
  @IsLine(60)
  step!: string;
}

export class AnswerDto {
  @IsIn(answers)
  answer!: (typeof answers)[number];

  /** With DECLINE. */
  @OnlyWith('answer', ['DECLINE'])
  @IsIn(declineReasons)
  reason?: DeclineReason;

  /** With COUNTER: another start, or another form of housing; not both. */
  @OnlyWith('answer', ['COUNTER'], true)
  @NotWith('housingForm')
  @IsPlainDate()
  startOn?: string;

  /** With COUNTER. */
  @OnlyWith('answer', ['COUNTER'], true)
  @IsIn(housingForms)
  housingForm?: HousingForm;
}

export class DecideAnswerDto extends AnswerDto {
  /** With ACCEPT: the one or two persons of the board who will know the identity after clearance. */
  @OnlyWith('answer', ['ACCEPT'])
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(2)
  @ArrayUnique()
  @IsOfficial({ each: true })
  receivers?: string[];

  /** With ACCEPT: organisation number or id of the provider. */
  @OnlyWith('answer', ['ACCEPT'])
  @IsLine(60)
  provider?: string;

  /** With ACCEPT: the provider's own id of the housing. */
  @OnlyWith('answer', ['ACCEPT'])
  @IsLine(60)
  housing?: string;
}
