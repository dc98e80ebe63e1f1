import { ArrayMaxSize, ArrayUnique, IsArray, IsIn } from 'class-validator';
import {
  type Competence,
  type EntryRoute,
  type Environment,
  type HousingForm,
  type Sex,
  competences,
  entryRoutes,
  environments,
  housingForms,
  sexes,
} from '#kernel';
import {
  type CloseCode,
  type SupportDecisionType,
  closeCodes,
  supportDecisionTypes,
} from '#domain/relocation';
import {
  IsCount,
  IsFreeText,
  IsLine,
  IsMunicipalityCode,
  IsOfficial,
  IsPersonalIdentityNumber,
  IsPlainDate,
  IsSetOf,
  Optional,
} from '../fields.js';

export class OpenCaseDto {
  /** Twelve digits; sealed at once. */
  @IsPersonalIdentityNumber()
  personalIdentityNumber!: string;

  @IsLine(100)
  givenName!: string;

  @IsLine(100)
  familyName!: string;

  /** As registered, when it differs from what the number says. */
  @Optional()
  @IsIn(sexes)
  sex?: Sex;

  @IsIn(environments)
  environment!: Environment;

  @IsIn(entryRoutes)
  entryRoute!: EntryRoute;

  /** The board's own registry number. */
  @IsLine(50)
  registryNumber!: string;

  /** Named officers beside the one who opens the case: at most two. */
  @IsArray()
  @ArrayMaxSize(2)
  @ArrayUnique()
  @IsOfficial({ each: true })
  officers!: string[];
}

export class RegisterSupportDecisionDto {
  @IsIn(supportDecisionTypes)
  decisionType!: SupportDecisionType;

  @IsPlainDate()
  decidedOn!: string;

  @IsLine(50)
  registryNumber!: string;
}

export class RequestRelocationDto {
  @IsCount(1, 10)
  adults!: number;

  @IsCount(0, 20)
  children!: number;

  @IsIn(housingForms)
  housingForm!: HousingForm;

  @IsSetOf(competences)
  competences!: Competence[];

  @IsPlainDate()
  desiredStart!: string;

  /** The need profile, written for a receiving board: no name, no place. */
  @IsFreeText()
  needSummary!: string;

  /** One line per companion; sealed as a whole. */
  @IsArray()
  @ArrayMaxSize(29)
  @IsLine(200, { each: true })
  companions!: string[];

  /** Personal identity or coordination numbers of companions: so that who asks about one is noticed, and shown to nobody. */
  @Optional()
  @IsArray()
  @ArrayMaxSize(29)
  @ArrayUnique()
  @IsPersonalIdentityNumber({ each: true })
  companionNumbers?: string[];

  /** Codes of municipalities where the person must not be. */
  @IsArray()
  @ArrayMaxSize(290)
  @ArrayUnique()
  @IsMunicipalityCode({ each: true })
  noGoMunicipalities!: string[];
}

export class StartSupervisedClosingDto {
  /** Day of the meeting in person. */
  @IsPlainDate()
  contactOn!: string;
}

export class CloseCaseDto {
  @IsIn(closeCodes)
  code!: CloseCode;
}
