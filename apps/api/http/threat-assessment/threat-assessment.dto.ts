import { ArrayMaxSize, ArrayUnique, IsArray, IsIn } from 'class-validator';
import { type ThreatLevel, threatLevels } from '#kernel';
import { type Restriction, restrictions } from '#domain/threat-assessment';
import { IsFreeText, IsLine, IsMunicipalityCode, IsPersonalIdentityNumber, IsSetOf } from '../fields.js';

export class AssessThreatDto {
  @IsIn(threatLevels)
  level!: ThreatLevel;

  @IsSetOf(restrictions)
  restrictions!: Restriction[];

  /** Stays with Police. */
  @IsFreeText()
  detail!: string;

  /** Practical advice, written for the boards. */
  @IsFreeText()
  advice!: string;
}

export class RecordConflictEntriesDto {
  /** Networks that the person belongs to. Kept as keyed tokens only. */
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsLine(100, { each: true })
  networks!: string[];

  /** Networks that threaten the person. */
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsLine(100, { each: true })
  adversaryNetworks!: string[];

  /** Personal identity numbers of adversaries. */
  @IsArray()
  @ArrayMaxSize(200)
  @ArrayUnique()
  @IsPersonalIdentityNumber({ each: true })
  adversaries!: string[];

  /** Personal identity numbers of kin. */
  @IsArray()
  @ArrayMaxSize(200)
  @ArrayUnique()
  @IsPersonalIdentityNumber({ each: true })
  kin!: string[];
}

export class RecordAdversaryPresenceDto {
  @IsMunicipalityCode()
  municipalityCode!: string;

  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsLine(100, { each: true })
  networks!: string[];

  @IsArray()
  @ArrayMaxSize(200)
  @ArrayUnique()
  @IsPersonalIdentityNumber({ each: true })
  persons!: string[];
}
