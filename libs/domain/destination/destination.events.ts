import type { Competence, EventOf, HousingForm, Instant, Token } from '#kernel';

// Stored formats of `area-<area>` (two sides of a conflict are never in one area) and `destination-<board>` (capacity).
// Reservations are secret: no read model of a board shows them.

export type AreaEvent =
  | EventOf<
      'AreaReserved',
      {
        area: Token;
        caseId: string;
        subject: string;
        proposalId: string;
        municipality: Token;
        /** The area's revision at which the rings were run: the reservation is appended at exactly that one. */
        checkedRevision: number;
      }
    >
  /** The housing is known now, or another person's verdict rests on it. */
  | EventOf<'AreaHousingSet', { area: Token; caseId: string; proposalId: string; housing: Token }>
  | EventOf<'AreaConfirmed', { area: Token; caseId: string; proposalId: string }>
  | EventOf<'AreaReleased', { area: Token; caseId: string; proposalId: string }>
  /** Police's register changed here (no detail): every verdict on this area is stale from this revision. */
  | EventOf<'AdversaryPresenceChanged', { area: Token }>
  /** The rings were run again for all who are reserved or placed here. */
  | EventOf<'AreaRechecked', { area: Token; conflicts: readonly { caseId: string; proposalId: string }[] }>;

export type DestinationEvent =
  | EventOf<
      'CapacityDeclared',
      {
        board: Token;
        municipality: Token;
        /** How many persons at the same time. */
        places: number;
        housingForms: readonly HousingForm[];
        competences: readonly Competence[];
      }
    >
  | EventOf<
      'CapacityReserved',
      { board: Token; caseId: string; proposalId: string; places: number; until: Instant }
    >
  | EventOf<'CapacityConfirmed', { board: Token; caseId: string; proposalId: string }>
  | EventOf<'CapacityReleased', { board: Token; caseId: string; proposalId: string }>;
