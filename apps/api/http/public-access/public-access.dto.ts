import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsObject,
  Matches,
  ValidateNested,
} from 'class-validator';
import {
  type AnswerOutcome,
  answerOutcomes,
  type AppealOutcome,
  appealOutcomes,
  type CopyFees,
  type DocumentKind,
  documentKinds,
  type Harm,
  type HarmFinding,
  harms,
  type Provision,
  provisions,
  type RegisterRules,
} from '#domain/public-access';
import {
  IsCount,
  IsFreeText,
  IsInstant,
  IsLine,
  IsOrganisation,
  IsPlainDate,
  IsSetOf,
  OnlyWith,
  Optional,
} from '../fields.js';

export class RegisterDocumentRequestDto {
  /** The authority's own number, in the form that the authority gives its numbers. */
  @IsLine(50)
  registryNumber!: string;

  /** The request in its words; sealed at once. */
  @IsFreeText()
  text!: string;

  /** Where the answer goes, if the requester has said so: nobody is asked who he or she is. */
  @Optional()
  @IsLine(200)
  contact?: string;

  /** What is asked for, as kinds of documents; never a name. */
  @IsSetOf(documentKinds)
  @ArrayMinSize(1)
  kinds!: DocumentKind[];

  @IsInstant()
  receivedAt!: string;
}

export class HarmFindingDto implements HarmFinding {
  @IsIn(provisions)
  provision!: Provision;

  @IsIn(harms)
  harm!: Harm;
}

export class AnswerDocumentRequestDto {
  @IsIn(answerOutcomes)
  outcome!: AnswerOutcome;

  /** What is released; empty with a refusal. */
  @IsSetOf(documentKinds)
  kinds!: DocumentKind[];

  /**
   * What was found under each provision, of what is released or, with a refusal, of what is refused: as it would be if it
   * were there. Sealed, since a finding would tell that there was something to find.
   */
  @IsArray()
  @ArrayMaxSize(provisions.length)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => HarmFindingDto)
  findings!: HarmFindingDto[];

  /** With a release in part: the same of what is left out, of which something stands in the way. Sealed. */
  @Optional()
  @OnlyWith('outcome', ['REDACT'], true)
  @IsArray()
  @ArrayMaxSize(provisions.length)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => HarmFindingDto)
  restFindings?: HarmFindingDto[];

  /** The assessment in words; sealed. */
  @IsFreeText()
  note!: string;

  /** Pages that are copied for the requester, with a release. */
  @OnlyWith('outcome', ['RELEASE', 'REDACT'])
  @IsCount(0, 100_000)
  pages?: number;

  /** The smallest figure above nought in the released statistics; below 5 they are not released. Sealed. */
  @Optional()
  @OnlyWith('outcome', ['RELEASE', 'REDACT'], true)
  @IsCount(1, 1_000_000_000)
  smallestFigure?: number;
}

export class RequestAuthorityDecisionDto {
  /** Day on which the requester asked for it. */
  @IsPlainDate()
  requestedOn!: string;
}

export class RecordRefusalServedDto {
  /** Day on which the requester received the decision. */
  @IsPlainDate()
  servedOn!: string;
}

export class RecordRefusalAppealedDto {
  /** When the appeal reached the authority. */
  @IsInstant()
  receivedAt!: string;
}

export class RecordAppealOutcomeDto {
  /** The refusal stands, the appeal was not tried, the court ordered a release, or the authority decides again. */
  @IsIn(appealOutcomes)
  outcome!: AppealOutcome;

  /** Day of the court's decision. */
  @IsPlainDate()
  decidedOn!: string;

  /** What the court orders to be released, with CHANGED; all that was asked for when none are named. */
  @Optional()
  @OnlyWith('outcome', ['CHANGED'], true)
  @IsSetOf(documentKinds)
  @ArrayMinSize(1)
  orderedKinds?: DocumentKind[];
}

export class CopyFeesDto implements CopyFees {
  /** Orders up to here cost nothing. */
  @IsCount(0, 1_000)
  freePages!: number;

  /** So many pages are covered by the first amount. */
  @IsCount(0, 1_000)
  firstPages!: number;

  @IsCount(0, 1_000_000)
  firstPagesOre!: number;

  @IsCount(0, 100_000)
  furtherPageOre!: number;
}

export class RegisterRulesDto implements RegisterRules {
  @IsCount(1, 100_000)
  version!: number;

  /** {YYYY} or {YY} for a year, {N} for the running number; for example SN {YYYY}/{N}. */
  @Optional()
  @Matches(/^[\x21-\x7e]([\x20-\x7e]{0,38}[\x21-\x7e])?$/)
  pattern?: string;

  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => CopyFeesDto)
  copyFees?: CopyFeesDto;

  /** The decision that it comes from, in letters of ASCII. */
  @Matches(/^[\x21-\x7e]([\x20-\x7e]{0,98}[\x21-\x7e])?$/)
  source!: string;
}

export class EnactRegisterRulesDto {
  /** For example board:1280. */
  @IsOrganisation()
  authority!: string;

  @IsObject()
  @ValidateNested()
  @Type(() => RegisterRulesDto)
  rules!: RegisterRulesDto;

  @IsInstant()
  inForceFrom!: string;
}
