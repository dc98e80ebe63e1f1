import { IsBoolean, IsIn, IsUUID } from 'class-validator';
import { type AgencyKind, agencyKinds } from '#kernel';
import { type OfficialFunction, officialFunctions } from '#domain/appointment';
import { IsInstant, IsOfficial, IsOrganisation, Optional } from '../fields.js';

export class AppointOfficialDto {
  /** Stable id of the person at the issuer. */
  @IsOfficial()
  official!: string;

  /** For example board:1280. */
  @IsOrganisation()
  organisation!: string;

  @IsIn(agencyKinds)
  agencyKind!: AgencyKind;

  @IsIn(officialFunctions)
  function!: OfficialFunction;

  /** The board's decisions are delegated to this person. */
  @IsBoolean()
  delegated!: boolean;

  @IsInstant()
  from!: string;

  /** Until further notice when left out. */
  @Optional()
  @IsInstant()
  until?: string;
}

export class EndAppointmentDto {
  @IsOfficial()
  official!: string;

  @IsUUID()
  appointmentId!: string;

  @IsInstant()
  endsAt!: string;
}

export class RecordTrainingDto {
  @IsOfficial()
  official!: string;

  @IsInstant()
  completedAt!: string;
}
