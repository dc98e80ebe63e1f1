import { IsBoolean, IsIn } from 'class-validator';
import {
  type ApplicantRole,
  applicantRoles,
  type ExposedRegister,
  exposedRegisters,
  type ProtectionKind,
  protectionKinds,
  type RegisterStatus,
  registerStatuses,
  type WithholdingReason,
  withholdingReasons,
} from '#domain/protected-data';
import { IsFreeText, IsMunicipalityCode, IsPlainDate, OnlyWith, Optional, YesOnlyWith } from '../fields.js';

export class RequestProtectionDto {
  @IsIn(protectionKinds)
  kind!: ProtectionKind;

  /** The person; for a child the guardians, one of them, or the board under LVU. */
  @IsIn(applicantRoles)
  appliedBy!: ApplicantRole;

  /** Family that lives together with the person is included: in a protected registration alone (FOL 16 §). */
  @YesOnlyWith('kind', ['PROTECTED_REGISTRATION'])
  @IsBoolean()
  familyIncluded!: boolean;

  @IsPlainDate()
  appliedOn!: string;
}

const outcomes = ['GRANTED', 'REFUSED'] as const;

export class RegisterProtectionOutcomeDto {
  @IsIn(outcomes)
  outcome!: (typeof outcomes)[number];

  /** With a protection that is granted, its first day. */
  @IsPlainDate()
  decidedOn!: string;

  /** Last day; until further notice when left out. */
  @Optional()
  @OnlyWith('outcome', ['GRANTED'], true)
  @IsPlainDate()
  until?: string;

  /** Where the register says that the person lives, with a protected registration; sealed at once. */
  @Optional()
  @OnlyWith('outcome', ['GRANTED'], true)
  @IsMunicipalityCode()
  registeredMunicipalityCode?: string;
}

const endings = ['OWN_NOTICE', 'SPECIAL_REASONS'] as const;

export class EndProtectionDto {
  @IsIn(endings)
  reason!: (typeof endings)[number];

  @IsPlainDate()
  endedOn!: string;
}

export class SendRegistrationNoticeDto {
  @IsPlainDate()
  sentOn!: string;
}

export class WithholdRegistrationNoticeDto {
  @IsIn(withholdingReasons)
  reason!: WithholdingReason;

  /** The grounds in words; sealed. */
  @IsFreeText()
  grounds!: string;
}

export class CheckExposedRegisterDto {
  @IsIn(exposedRegisters)
  register!: ExposedRegister;

  @IsIn(registerStatuses)
  status!: RegisterStatus;

  @IsPlainDate()
  checkedOn!: string;
}
