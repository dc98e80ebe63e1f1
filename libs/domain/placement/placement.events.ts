import type { AgeBand, EventOf, Instant, PlainDate, Sealed, ThreatLevel, Token, Verdict } from '#kernel';

// Stored formats of `placement-<proposal>`: from admission to departure.

export const admissionRefusals = ['NOT_SUITABLE', 'FULL', 'NO_PERMIT'] as const;
export type AdmissionRefusal = (typeof admissionRefusals)[number];

/** The word CONFLICT exists in Police only: everything of that kind is NOT_AVAILABLE here. */
export const clearanceRefusals = [
  'STALE_ASSESSMENT',
  'NOT_AVAILABLE',
  'WAIVER_LAPSED',
  'INCOMPLETE',
] as const;
export type ClearanceRefusal = (typeof clearanceRefusals)[number];

export const placementEndReasons = [
  'WAIVER_WITHDRAWN',
  'NOT_AVAILABLE',
  'ADMISSION_REFUSED',
  'LEVEL_CHANGED',
  'CASE_CLOSED',
  /** The case is closed and the person stays, as anybody else: nobody is awaited. */
  'SETTLED',
] as const;
export type PlacementEndReason = (typeof placementEndReasons)[number];

export const followUpOutcomes = ['STABLE', 'CONCERN', 'CRISIS', 'NOT_REACHED'] as const;
export type FollowUpOutcome = (typeof followUpOutcomes)[number];

/** What lies in the sealed destination; the address is a class of its own and never stands beside it in clear. */
export interface Destination {
  readonly municipalityCode: string;
  readonly municipalityName: string;
}

export type PlacementEvent =
  | EventOf<
      'AdmissionRequested',
      {
        caseId: string;
        subject: string;
        proposalId: string;
        provider: Token;
        directors: readonly Token[];
        housing: Token;
        board: Token;
        area: Token;
        municipality: Token;
        level: ThreatLevel;
        /** What a director may know of the person before admission, and under which code to speak of him or her. */
        ageBand: AgeBand;
        referenceCode: string;
        startOn: PlainDate;
      }
    >
  | EventOf<
      'AdmissionGranted',
      {
        caseId: string;
        proposalId: string;
        provider: Token;
        decidedBy: Token;
        /** The rings, run again for this housing. */
        verdict: Verdict;
        checkedAt: Instant;
        /** When the coordinator should have cleared; from the rules in force at the admission. */
        clearanceDueAt: Instant;
        /** Owner of both: the receiving board. */
        destination: Sealed<'destination', Destination>;
        address: Sealed<'address', string>;
      }
    >
  | EventOf<
      'AdmissionRefused',
      { caseId: string; proposalId: string; reason: AdmissionRefusal; decidedBy: Token }
    >
  | EventOf<
      'PlacementCleared',
      {
        caseId: string;
        subject: string;
        proposalId: string;
        clearedBy: Token;
        level: ThreatLevel;
        assessmentVersion: number;
        assessmentValidUntil: Instant;
        waiverVersion: number;
        verdictAt: Instant;
        areaRevision: number;
        board: Token;
        receivingPolice: Token;
        receivingPoliceContacts: readonly Token[];
        homeDutyOfficers: readonly Token[];
        plannedArrival: PlainDate;
      }
    >
  /** A "no" that the process and the coordinator's desk must know of. */
  | EventOf<'ClearanceRefused', { caseId: string; proposalId: string; reason: ClearanceRefusal }>
  /** The grant was refused after clearance (the waiver had gone): the clearance never took effect. */
  | EventOf<'ClearanceTakenBack', { caseId: string; proposalId: string; reason: ClearanceRefusal }>
  | EventOf<'TransferRecorded', { caseId: string; proposalId: string; startedAt: Instant }>
  | EventOf<'ArrivalConfirmed', { caseId: string; proposalId: string; arrivedAt: Instant }>
  | EventOf<'ArrivalOverdue', { caseId: string; proposalId: string }>
  | EventOf<'FollowUpOrdered', { caseId: string; proposalId: string; number: number; dueAt: Instant }>
  | EventOf<
      'FollowUpRecorded',
      {
        caseId: string;
        proposalId: string;
        number: number;
        heldOn: PlainDate;
        outcome: FollowUpOutcome;
        note: Sealed<'social', string>;
      }
    >
  | EventOf<'FollowUpMissed', { caseId: string; proposalId: string; number: number }>
  /** Police's register changed and the rings no longer hold for somebody who is here. */
  | EventOf<'ConflictAlerted', { caseId: string; proposalId: string }>
  /** The placement ends; the person may still be standing there until DepartureConfirmed. */
  | EventOf<
      'PlacementEnded',
      { caseId: string; proposalId: string; reason: PlacementEndReason; departurePending: boolean }
    >
  | EventOf<'DepartureConfirmed', { caseId: string; proposalId: string; departedAt: Instant }>;
