import { IsIn } from 'class-validator';
import {
  type AdmissionRefusal,
  type FollowUpOutcome,
  admissionRefusals,
  followUpOutcomes,
} from '#domain/placement';
import { type ExposureSource, exposureSources } from '#domain/disclosure';
import { IsCount, IsFreeText, IsInstant, IsLine, IsPlainDate } from '../fields.js';

export class GrantAdmissionDto {
  /** Sealed at once; owned by the receiving board. */
  @IsLine(200)
  address!: string;
}

export class RefuseAdmissionDto {
  @IsIn(admissionRefusals)
  reason!: AdmissionRefusal;
}

export class ClearPlacementDto {
  @IsPlainDate()
  plannedArrival!: string;
}

export class RecordTransferDto {
  @IsInstant()
  startedAt!: string;
}

export class ConfirmArrivalDto {
  @IsInstant()
  arrivedAt!: string;
}

export class RecordFollowUpDto {
  /** Which of the ordered follow-ups, from 1. */
  @IsCount(1, 1000)
  number!: number;

  @IsPlainDate()
  heldOn!: string;

  @IsIn(followUpOutcomes)
  outcome!: FollowUpOutcome;

  /** Sealed at once. */
  @IsFreeText()
  note!: string;
}

export class ReportExposureDto {
  @IsIn(exposureSources)
  source!: ExposureSource;
}

export class ConfirmDepartureDto {
  @IsInstant()
  departedAt!: string;
}
