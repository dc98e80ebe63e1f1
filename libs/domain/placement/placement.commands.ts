import type { CommandOf, Instant, PlainDate, ThreatLevel, Token, Verdict } from '#kernel';
import type { ClearanceRefusal, PlacementEndReason, PlacementEvent } from './placement.events.js';

type DataOf<Type extends PlacementEvent['type']> = Extract<PlacementEvent, { type: Type }>['data'];

export type PlacementCommand =
  | CommandOf<'RequestAdmission', DataOf<'AdmissionRequested'>>
  | CommandOf<'GrantAdmission', Omit<DataOf<'AdmissionGranted'>, 'decidedBy' | 'checkedAt' | 'provider'>>
  | CommandOf<
      'RefuseAdmission',
      { caseId: string; proposalId: string; reason: DataOf<'AdmissionRefused'>['reason'] }
    >
  | CommandOf<
      'ClearPlacement',
      {
        caseId: string;
        subject: string;
        proposalId: string;
        plannedArrival: PlainDate;
        /** Facts valid at this instant, read by the handler from the streams that own them. */
        assessment:
          | {
              version: number;
              level: ThreatLevel;
              validUntil: Instant;
              assessedBy: Token;
              confirmedBy?: Token;
            }
          | undefined;
        waiverVersion: number | undefined;
        /** The rings, run again now, at this revision of the area. */
        verdict: Verdict;
        areaRevision: number;
        /** Four eyes: the three persons must differ. */
        requestedBy: Token;
        /** Everybody who assessed in this case, also in versions that were replaced since. */
        assessors: readonly Token[];
        board: Token;
        receivingPolice: Token;
        receivingPoliceContacts: readonly Token[];
        homeDutyOfficers: readonly Token[];
      }
    >
  | CommandOf<'TakeClearanceBack', { caseId: string; proposalId: string; reason: ClearanceRefusal }>
  | CommandOf<'RecordTransfer', DataOf<'TransferRecorded'>>
  | CommandOf<'ConfirmArrival', DataOf<'ArrivalConfirmed'>>
  | CommandOf<'AlertArrivalOverdue', { caseId: string; proposalId: string }>
  | CommandOf<'OrderFollowUp', DataOf<'FollowUpOrdered'>>
  | CommandOf<'RecordFollowUp', DataOf<'FollowUpRecorded'>>
  | CommandOf<'MissFollowUp', { caseId: string; proposalId: string; number: number }>
  | CommandOf<'AlertConflict', { caseId: string; proposalId: string }>
  | CommandOf<'EndPlacement', { caseId: string; proposalId: string; reason: PlacementEndReason }>
  | CommandOf<'ConfirmDeparture', DataOf<'DepartureConfirmed'>>;
