import { ApiProperty } from '@nestjs/swagger';
import { IsIn, ValidateIf } from 'class-validator';
import {
  type ExposureSource,
  exposureSources,
  type ServedDecisionType,
  servedDecisionTypes,
} from '#domain/disclosure';
import { IsFreeText, IsInstant, IsLine, IsPlainDate, NotWith, Optional } from '../fields.js';

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

/** When the child left; or, where that was said of the wrong place, that the child is there. */
export class ConfirmPlaceLeftDto {
  @ValidateIf(({ there }: ConfirmPlaceLeftDto, value) => there === undefined || value !== undefined)
  @NotWith('there')
  @IsInstant()
  departedAt?: string;
  /** Takes back what was said: the place is opened and shown again. Never beside `departedAt`. */
  @Optional()
  @IsIn([true])
  @ApiProperty({ type: Boolean, enum: [true] })
  there?: true;
}

export class ReportDecidedPlaceExposureDto {
  @IsIn(exposureSources)
  source!: ExposureSource;
}
