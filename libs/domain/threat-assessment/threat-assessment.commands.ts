import type { CommandOf, Instant, ThreatLevel, Token } from '#kernel';
import type { Restriction, ThreatAssessmentEvent, ReassessmentReason } from './threat-assessment.events.js';

type DataOf<Type extends ThreatAssessmentEvent['type']> = Extract<
  ThreatAssessmentEvent,
  { type: Type }
>['data'];

/** How long each level may be relied on, in hours, before and in the first 90 days of a placement; versioned rules. */
export type ValidityHours = Readonly<Record<ThreatLevel, number>>;

export type ThreatAssessmentCommand =
  /** Becomes ThreatAssessed, or LoweringProposed when the level is lower than the last one. */
  | CommandOf<
      'AssessThreat',
      {
        caseId: string;
        level: ThreatLevel;
        restrictions: readonly Restriction[];
        detail: DataOf<'ThreatAssessed'>['detail'];
        advice: DataOf<'ThreatAssessed'>['advice'];
        /** Facts from the handler: the rules in force, whether the request exists, who made it and who cleared (four eyes). */
        validityHours: ValidityHours;
        requestedBy: string | undefined;
        /** Who cleared a placement of this case, also one that was taken back or has ended. */
        clearedBy: readonly Token[];
        /** Since when the person is placed, if so: after 90 stable days validity doubles, except EXTREME. */
        placedSince?: Instant;
      }
    >
  | CommandOf<
      'ConfirmLowering',
      {
        caseId: string;
        version: number;
        validityHours: ValidityHours;
        requestedBy: string | undefined;
        /** Who cleared a placement of this case, also one that was taken back or has ended. */
        clearedBy: readonly Token[];
        placedSince?: Instant;
      }
    >
  | CommandOf<'RejectLowering', { caseId: string; version: number }>
  | CommandOf<'OrderReassessment', { caseId: string; reason: ReassessmentReason; dueAt: Instant }>
  | CommandOf<'ExpireAssessment', { caseId: string; version: number }>
  | CommandOf<'RecordConflictEntries', DataOf<'ConflictEntriesRecorded'>>;
