import type { AgencyKind, EventOf, Instant, Token } from '#kernel';

// Stored formats of `appointment-<official>`: who holds which function in which unit, from when to when.

export const officialFunctions = [
  'HOME_OFFICER',
  'HOME_DUTY_OFFICER',
  'RECEIVING_OFFICER',
  'RECEIVING_DECIDER',
  'POLICE_COORDINATOR',
  'POLICE_ASSESSOR',
  'POLICE_REGISTRAR',
  'NATIONAL_COORDINATOR',
  'DEPUTY_COORDINATOR',
  'FACILITY_DIRECTOR',
  'REGISTRAR',
  'DOCUMENT_REGISTRAR',
  'DOCUMENT_DECIDER',
  'PROTECTION_OFFICER',
  'LOG_REVIEWER',
  'AGENCY_CONTACT',
] as const;
export type OfficialFunction = (typeof officialFunctions)[number];

export type AppointmentEvent =
  | EventOf<
      'OfficialAppointed',
      {
        appointmentId: string;
        official: Token;
        organisation: Token;
        agencyKind: AgencyKind;
        function: OfficialFunction;
        /** Decisions that the board has delegated to this person, for deciders and duty officers. */
        delegated: boolean;
        from: Instant;
        /** Undefined: until further notice. */
        until?: Instant;
      }
    >
  | EventOf<'AppointmentEnded', { appointmentId: string; official: Token; endsAt: Instant }>
  /** Training in protected personal data: a condition of access (domain.md 1.2 and 6). */
  | EventOf<'TrainingCompleted', { official: Token; completedAt: Instant }>;
