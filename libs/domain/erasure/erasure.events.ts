import type { DataClass, EventOf, Instant, PlainDate, Token } from '#kernel';

// Stored formats of `erasure-<file>`, one for each board that has a file of the person, and of `erasure-<inquiry>` for what was
// only asked, `erasure-<request>` for a request for official documents: version with care, never rename.

/** RETENTION: the schedule says so. ASSUMED_IDENTITY: nothing may lead from who the person was to who he or she is. */
export const erasureGrounds = ['RETENTION', 'ASSUMED_IDENTITY'] as const;
export type ErasureGround = (typeof erasureGrounds)[number];

export const erasureRejections = ['WRONG_PERSON', 'STILL_NEEDED', 'NOT_EXAMINED'] as const;
export type ErasureRejection = (typeof erasureRejections)[number];

/** Why nothing of a person may be destroyed for now. */
export const legalHolds = ['SUPERVISION', 'COURT', 'DAMAGES', 'ARCHIVES', 'REQUEST_OF_PERSON'] as const;
export type LegalHold = (typeof legalHolds)[number];

/** A stream in which something of the person is sealed, as far as it went when it was looked at; -1: nothing was written. */
export interface SealedUpTo {
  readonly stream: string;
  readonly revision: number;
}

/**
 * PERSON: the whole file that a board has of a person. INQUIRY: what was asked about somebody, and nothing else. REQUEST: a
 * request for official documents, whose words may name somebody.
 */
export const erasureExtents = ['PERSON', 'INQUIRY', 'REQUEST'] as const;
export type ErasureExtent = (typeof erasureExtents)[number];

interface Decision {
  /** On every destruction, in the vault and among the tombstones. */
  decisionId: string;
  subject: string;
  ground: ErasureGround;
  extent: ErasureExtent;
  /** All cases of the person at the board; of an inquiry or a request its own id. */
  cases: readonly string[];
  /** What the two looked at: nothing that was written later is destroyed by their decision. */
  streams: readonly SealedUpTo[];
  /** Classes of data whose keys are destroyed. */
  classes: readonly DataClass[];
  /** Version of the retention rules by which it was judged. */
  rulesVersion: string;
  /** The last entry in any of the cases. */
  lastEntryOn: PlainDate;
  proposedBy: Token;
}

export type ErasureEvent =
  /** `keptForResearch` is remembered: once the number is destroyed nobody can work it out again. */
  | EventOf<'ErasureProposed', Decision & { keptForResearch: boolean }>
  | EventOf<
      'ErasureRejected',
      { decisionId: string; subject: string; reason: ErasureRejection; rejectedBy: Token }
    >
  | EventOf<'ErasureDecided', Decision & { decidedBy: Token; decidedAt: Instant }>
  /**
   * One for each case or inquiry, written when the surviving keys are wrapped under a new epoch and the old one is destroyed. Read
   * models let go of the case at it.
   */
  | EventOf<
      'ErasureCompleted',
      {
        decisionId: string;
        subject: string;
        caseId: string;
        ground: ErasureGround;
        classes: readonly DataClass[];
        destroyedKeys: number;
        /** The epoch of the class keys under which nothing of it was ever wrapped. */
        epoch: number;
      }
    >
  | EventOf<'LegalHoldPlaced', { subject: string; hold: LegalHold; placedBy: Token }>
  | EventOf<'LegalHoldLifted', { subject: string; hold: LegalHold; liftedBy: Token }>;
