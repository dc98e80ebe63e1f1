import type { AgencyKind, EventOf, Instant, PlainDate, Token } from '#kernel';

// Stored formats of `review-<review>` and `access-report-<case>`. A record of the vault is named by its number; what it
// says (who, what, when) stays there, so the log of events does not become a second record of reads.

/** What sets off an alert. */
export const alertPatterns = [
  'READ_WITHOUT_TASK',
  'CANARY_OPENED',
  'MANY_REFUSALS',
  'MANY_BAD_TOKENS',
  'GLASS_BROKEN',
  'CONFIRMATIONS_TRADED',
  'LOGIN_NOT_RENEWED',
  'MANY_CHECKS',
  'ALARM_PLANS_OPENED',
  'TAKEN_OVER',
] as const;
export type AlertPattern = (typeof alertPatterns)[number];

/** Whose numbers an alert or a sample names. */
export const recordKinds = ['READS', 'REFUSALS'] as const;
export type RecordKind = (typeof recordKinds)[number];

export const reviewOutcomes = ['FINE', 'FOLLOW_UP'] as const;
export type ReviewOutcome = (typeof reviewOutcomes)[number];

/** Why: the first three go with FINE, the others with FOLLOW_UP. */
export const reviewReasons = [
  'TASK_SEEN',
  'ORDERED_BY_SUPERVISOR',
  'EMERGENCY',
  'NO_TASK_SEEN',
  'PURPOSE_DOUBTFUL',
  'MORE_THAN_NEEDED',
  'LOGIN_NOT_OWN',
] as const;
export type ReviewReason = (typeof reviewReasons)[number];

export type ReviewEvent =
  | EventOf<
      'ReviewSampled',
      {
        reviewId: string;
        organisation: Token;
        agencyKind: AgencyKind;
        /** Whose openings were drawn from, a day in Stockholm; with the organisation it is the seed. */
        day: PlainDate;
        samplePermille: number;
        outOf: number;
        records: readonly number[];
        settleBy: Instant;
      }
    >
  | EventOf<
      'ReviewAlerted',
      {
        reviewId: string;
        organisation: Token;
        agencyKind: AgencyKind;
        pattern: AlertPattern;
        of: RecordKind;
        record: number;
        settleBy: Instant;
      }
    >
  | EventOf<
      'ReviewSettled',
      {
        reviewId: string;
        organisation: Token;
        record: number;
        outcome: ReviewOutcome;
        reason: ReviewReason;
        settledBy: Token;
      }
    >;

/** A person asked who has read about them, and an official had it drawn up. */
export type AccessReportEvent = EventOf<
  'AccessReportProduced',
  {
    caseId: string;
    subject: string;
    reportId: string;
    requestedOn: PlainDate;
    /** The report reaches to here: drawn up again, it is the same. */
    until: Instant;
    producedBy: Token;
  }
>;
