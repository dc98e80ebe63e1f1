import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsBoolean, IsIn, Matches } from 'class-validator';
import {
  type LegalBasisCode,
  statutesOfTelling,
  type TellingPurpose,
  tellingPurposes,
} from '#domain/disclosure';
import { type DataClass, type WaivableKind, dataClasses, recipientKinds } from '#kernel';
import {
  IsInstant,
  IsOfficial,
  IsOrganisation,
  IsPlainDate,
  IsSetOf,
  OnlyWith,
  Optional,
} from '../fields.js';
import { uuidShape } from '../route.js';

export const withdrawalChannels = ['WRITTEN', 'ORAL', 'PHONE'] as const;

export class SignWaiverDto {
  @IsPlainDate()
  signedOn!: string;

  /** Last day on which it holds. */
  @IsPlainDate()
  validUntil!: string;

  @ArrayMinSize(1)
  @IsSetOf(recipientKinds)
  recipientKinds!: WaivableKind[];

  @ArrayMinSize(1)
  @IsSetOf(dataClasses)
  classes!: DataClass[];
}

export class WithdrawWaiverDto {
  /** How the person said it. */
  @IsIn(withdrawalChannels)
  channel!: (typeof withdrawalChannels)[number];
}

export class TellAgencyDto {
  /** Id of an agency that may be told something, for example probation:national. */
  @IsOrganisation()
  organisation!: string;

  /** Its contacts, by name: at most three. */
  @ArrayMinSize(1)
  @ArrayMaxSize(3)
  @IsArray()
  @ArrayUnique()
  @IsOfficial({ each: true })
  contacts!: string[];

  /** Empty for who knows no more than the reference. */
  @IsSetOf(dataClasses)
  classes!: DataClass[];

  @IsIn(tellingPurposes)
  purpose!: TellingPurpose;

  @IsIn(['WAIVER', 'STATUTE'])
  foot!: 'WAIVER' | 'STATUTE';

  /** A duty that leaves nothing to weigh. */
  @OnlyWith('foot', ['STATUTE'])
  @IsIn(statutesOfTelling)
  legalBasis?: LegalBasisCode;

  /** The agency has asked, in this case. */
  @OnlyWith('foot', ['STATUTE'])
  @IsBoolean()
  requested?: boolean;

  /** Where the place was decided on: a decision that is kept apart. */
  @Optional()
  @Matches(uuidShape)
  @ApiProperty({ format: 'uuid' })
  decisionId?: string;

  @Optional()
  @IsInstant()
  expiresAt?: string;
}
