import type { EventOf, Instant, PlainDate, Sealed } from '#kernel';

// Stored formats of `decision-<id>`: a decision that is served on the parties, and apart from it, sealed, the one on the
// place. OSL 26:7 [text]: decisions on LVU and on one-guardian shelter are outside 26:1, and a party always gets the
// decision itself (10:3); so nothing in it may say where.

export const servedDecisionTypes = [
  /** Care of young persons by LVU. */
  'LVU',
  /** Shelter of a child with the consent of one guardian (lag 2024:79). */
  'ONE_GUARDIAN_SHELTER',
] as const;
export type ServedDecisionType = (typeof servedDecisionTypes)[number];

/** What is served: number and words, without place and provider. */
export interface ServedDecision {
  readonly registryNumber: string;
  readonly text: string;
}

export interface PlaceDecision {
  readonly provider: string;
  readonly place: string;
}

interface OfDecision {
  readonly caseId: string;
  readonly subject: string;
  readonly decisionId: string;
  readonly decidedOn: PlainDate;
}

export type ServedDecisionEvent =
  | EventOf<
      'ServedDecisionRegistered',
      OfDecision & {
        decisionType: ServedDecisionType;
        /** Why it may be served as it is. */
        legalBasis: string;
        wording: PlainDate;
        decision: Sealed<'social', ServedDecision>;
      }
    >
  | EventOf<
      'PlaceDecisionRegistered',
      OfDecision & { placeDecisionId: string; address: Sealed<'address', PlaceDecision> }
    >
  /** The child is not there any more; where to is another decision, or a placement. */
  | EventOf<
      'DecidedPlaceLeft',
      Omit<OfDecision, 'decidedOn'> & {
        placeDecisionId: string;
        /** Null takes back what was said: the child is there after all. */
        departedAt: Instant | null;
      }
    >;
