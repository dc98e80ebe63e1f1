import { IsIn } from 'class-validator';
import {
  type ExposureSource,
  exposureSources,
  type ServedDecisionType,
  servedDecisionTypes,
} from '#domain/disclosure';
import { IsFreeText, IsInstant, IsLine, IsPlainDate } from '../fields.js';

export class RegisterServedDecisionDto {
  @IsIn(servedDecisionTypes)
  decisionType!: ServedDecisionType;

  @IsPlainDate()
  decidedOn!: string;

  /** The board's own registry number (dnr). */
  @IsLine(60)
  registryNumber!: string;

  /** As it is served: without place and provider, for which there is no field here. */
  @IsFreeText()
  text!: string;
}

export class RegisterPlaceDecisionDto {
  @IsPlainDate()
  decidedOn!: string;

  @IsLine(200)
  provider!: string;

  @IsLine(200)
  place!: string;
}

export class ConfirmPlaceLeftDto {
  @IsInstant()
  departedAt!: string;
}

export class ReportDecidedPlaceExposureDto {
  @IsIn(exposureSources)
  source!: ExposureSource;
}
