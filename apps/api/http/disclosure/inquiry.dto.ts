import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsBoolean, IsIn } from 'class-validator';
import { type StatedGround, statedGrounds } from '#application';
import { type DataClass, dataClasses } from '#kernel';
import {
  type Authority,
  type GenuineCheck,
  genuineChecks,
  type LegalBasisCode,
  publicAuthorities,
  refusalReasons,
  releaseReasons,
  requestBases,
  type RequestPurpose,
  requestPurposes,
  type WeighingReason,
} from '#domain/disclosure';
import {
  IsCount,
  IsFreeText,
  IsLine,
  IsOfficial,
  IsPersonalIdentityNumber,
  IsSetOf,
  Optional,
} from '../fields.js';

/** What a request may be for; a stay inquiry and a decision that is served have routes of their own. */
export const askedPurposes = requestPurposes.filter(
  (one) => one !== 'STAY_CHECK' && one !== 'SERVED_DECISION',
);
export const weighingReasons = [...releaseReasons, ...refusalReasons] as const;
export const stayAnswers = ['YES', 'NO', 'NONE'] as const;

class InquiryDto {
  /** Of whom something is asked. The answer is the same whether or not the person is known here. */
  @IsPersonalIdentityNumber()
  personalIdentityNumber!: string;

  @IsIn(publicAuthorities)
  requester!: Authority;

  /** The requester's own number. */
  @IsLine(60)
  reference!: string;

  /** What was asked, in the requester's words. */
  @IsFreeText()
  text!: string;

  /** Who else will look at it: one to three, two at least where a provider was asked. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(3)
  @ArrayUnique()
  @IsOfficial({ each: true })
  reviewers!: string[];
}

export class ReceiveInformationRequestDto extends InquiryDto {
  /** The law that the requester names; it is registered also when that law lifts nothing here. */
  @IsIn(requestBases)
  basis!: LegalBasisCode;

  @IsIn(askedPurposes)
  purpose!: RequestPurpose;

  @ArrayMinSize(1)
  @IsSetOf(dataClasses)
  asked!: DataClass[];

  /** What the requester says of the circumstances. */
  @IsSetOf(statedGrounds)
  stated!: StatedGround[];

  /** What the scale of punishment begins with, in months. */
  @Optional()
  @IsCount(0, 600)
  scaleFromMonths?: number;

  /** What it ends with. */
  @Optional()
  @IsCount(0, 600)
  scaleToMonths?: number;
}

export class WeighInformationRequestDto {
  /** What should be told; empty to refuse. */
  @IsSetOf(dataClasses)
  released!: DataClass[];

  @ArrayMinSize(1)
  @IsSetOf(weighingReasons)
  reasons!: WeighingReason[];

  /** The weighing in words; sealed. */
  @IsFreeText()
  note!: string;
}

export class DecideInformationRequestDto {
  /** False sends it back to be weighed again. */
  @IsBoolean()
  agrees!: boolean;

  /** Who gets the letter: the official and where at the authority that asked. Needed where something is told; sealed. */
  @Optional()
  @IsLine(200)
  recipient?: string;
}

export class ReceiveStayInquiryDto extends InquiryDto {
  /** How it was made sure that the request is genuine. */
  @IsIn(genuineChecks)
  checked!: GenuineCheck;
}

export class AnswerStayInquiryDto {
  /** How the second officer made sure of it. */
  @IsIn(genuineChecks)
  checked!: GenuineCheck;

  /** NONE: not genuine, or nobody to whom an answer is owed. Never where. */
  @IsIn(stayAnswers)
  answer!: (typeof stayAnswers)[number];

  /** Who gets the answer: the official and where at the authority that asked. Needed with YES and NO alike; sealed. */
  @Optional()
  @IsLine(200)
  recipient?: string;
}
