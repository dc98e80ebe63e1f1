import type { DataClass, EventOf, Instant, RecipientKind, ThreatLevel, Token } from '#kernel';

// Stored formats of `coordination-national`: which rules and clocks are in force from when, and who is on duty.

/** A clock as data: how much of which unit on which calendar, and the rule that it comes from. */
export interface ClockRule {
  readonly calendar: 'WORKING' | 'SAFETY' | 'STATUTORY';
  readonly amount: number;
  readonly unit: 'HOURS' | 'DAYS' | 'WEEKS' | 'MONTHS';
  /** Law or design decision, for example 'design 2.1 step 4'. */
  readonly source: string;
}

export const clockNames = [
  'threatAssessment',
  'proposalAnswer',
  'counterAnswer',
  'referralAnswer',
  'clearance',
  'arrivalOverdue',
  'conflictCheckMaxAge',
  'supervisedClosing',
] as const;
export type ClockName = (typeof clockNames)[number];

export interface Rules {
  readonly version: number;
  readonly clocks: Readonly<Record<ClockName, ClockRule>>;
  /** Hours for which each level may be relied on. */
  readonly validityHours: Readonly<Record<ThreatLevel, number>>;
  /** Hours before validUntil at which the reassessment is ordered. */
  readonly reassessmentLeadHours: Readonly<Record<ThreatLevel, number>>;
  /** Part of the answer time after which the reminder goes out, 0 to 1. */
  readonly reminderAt: number;
  readonly maxCounterRounds: number;
  /** Due times of follow-ups after arrival: first ones in hours, then the steps in days. */
  readonly followUps: {
    readonly firstHours: readonly number[];
    readonly everyDays: number;
    readonly afterDays: number;
    readonly thenEveryDays: number;
  };
  /** Whom a waiver must cover, or the working method cannot be used. */
  readonly mandatoryRecipients: readonly RecipientKind[];
  /** Which classes of data it must cover at least: those that somebody is told on the waiver on the way to a place. */
  readonly mandatoryClasses: readonly DataClass[];
}

export type CoordinationEvent =
  | EventOf<'RulesEnacted', { rules: Rules; inForceFrom: Instant }>
  /** The deputy takes over, or hands back: one is on duty. */
  | EventOf<'DutyTaken', { official: Token; from: Instant }>;
