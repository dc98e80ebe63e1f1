import type { EventOf, Instant, Sealed, ThreatLevel, Token } from '#kernel';

// Stored formats of `threat-assessment-<case>`: what Police say of the danger, and how long it may be relied on.

export const restrictions = [
  'NO_PUBLIC_TRANSPORT',
  'NO_SOCIAL_MEDIA',
  'ESCORT_ON_TRANSFER',
  'NO_CONTACT_WITH_NETWORK',
  'NOT_NEAR_HOME_COUNTY',
] as const;
export type Restriction = (typeof restrictions)[number];

export const reassessmentReasons = [
  // The assessment that a new request needs; ordered by the process so that Police see the date, OVERDUE when missed.
  'FIRST',
  'OVERDUE',
  'VALIDITY_ENDS',
  'EXPIRED',
  'CONFLICT_NEARBY',
  'BEFORE_CLEARANCE',
  'BEFORE_CLOSING',
  'WITHDRAWAL',
] as const;
export type ReassessmentReason = (typeof reassessmentReasons)[number];

/** Events in which an assessor judges: what the next one must have read before. The calendar's events are none. */
export const judgements: readonly string[] = [
  'ThreatAssessed',
  'LoweringProposed',
  'LoweringConfirmed',
  'LoweringRejected',
] satisfies readonly ThreatAssessmentEvent['type'][];

export type ThreatAssessmentEvent =
  | EventOf<
      'ThreatAssessed',
      {
        caseId: string;
        /** 1 for the first; every assessment is a version, nothing is overwritten. */
        version: number;
        level: ThreatLevel;
        assessedAt: Instant;
        validUntil: Instant;
        restrictions: readonly Restriction[];
        assessedBy: Token;
        /** Set when the level was lowered: a second person of Police agreed. */
        confirmedBy?: Token;
        /** Stays with Police. */
        detail: Sealed<'threat-detail', string>;
        /** Practical advice, written for the boards. */
        advice: Sealed<'threat-advice', string>;
      }
    >
  /** A lower level is only a proposal until a second assessor agrees; until then the old level holds. */
  | EventOf<
      'LoweringProposed',
      {
        caseId: string;
        version: number;
        level: ThreatLevel;
        restrictions: readonly Restriction[];
        assessedAt: Instant;
        proposedBy: Token;
        detail: Sealed<'threat-detail', string>;
        advice: Sealed<'threat-advice', string>;
      }
    >
  | EventOf<
      'LoweringConfirmed',
      {
        caseId: string;
        version: number;
        level: ThreatLevel;
        restrictions: readonly Restriction[];
        assessedAt: Instant;
        validUntil: Instant;
        proposedBy: Token;
        confirmedBy: Token;
      }
    >
  | EventOf<'LoweringRejected', { caseId: string; version: number; rejectedBy: Token }>
  | EventOf<'ReassessmentOrdered', { caseId: string; reason: ReassessmentReason; dueAt: Instant }>
  | EventOf<'AssessmentExpired', { caseId: string; version: number }>
  /** Police's register got or lost entries for this person; the tokens are sealed here and rows in Police's own table. */
  | EventOf<
      'ConflictEntriesRecorded',
      {
        caseId: string;
        subject: string;
        entryCount: number;
        entries: Sealed<'threat-detail', readonly { kind: string; token: string }[]>;
      }
    >;
