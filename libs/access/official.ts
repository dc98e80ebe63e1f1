import type { AgencyKind, Instant, Token } from '#kernel';

/** What an official may be appointed to: the closed list of libs/domain/appointment, written apart (see README). */
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

/** One function in one unit, from an instant until another (not included) or until further notice. */
export interface Appointment {
  /** The unit: one board, one region of Police, one facility. Several may be of one authority, and none is another's. */
  readonly organisation: Token;
  readonly agencyKind: AgencyKind;
  readonly function: OfficialFunction;
  /** The board's decisions are delegated to this person. */
  readonly delegated: boolean;
  readonly from: Instant;
  readonly until?: Instant;
}

/** Levels of assurance of a login, as OIDC Sweden's `acr` says them. */
export type Assurance = 'LOA1' | 'LOA2' | 'LOA3' | 'LOA4';

/** Appointments in units of the authority that vouches for a login: it speaks for no other. */
export const vouchedFor = <One extends { readonly organisation: Token }>(
  appointments: readonly One[],
  authority: string,
  authorityOf: (unit: Token) => string | undefined,
): readonly One[] => appointments.filter(({ organisation }) => authorityOf(organisation) === authority);

/** A person who has logged in. The token says who; what the person is comes from appointments, which are events. */
export interface Official {
  /** Stays the same when the employer changes, so that four eyes hold on persons. */
  readonly person: Token;
  readonly appointments: readonly Appointment[];
  /** When training in protected personal data was completed; without it there is no access to any case. */
  readonly trainedAt?: Instant;
  /** The one coordinator who is on duty now. */
  readonly onDuty?: boolean;
  readonly login: {
    readonly assurance: Assurance;
    readonly authenticatedAt: Instant;
    /** An authority's own case system asks on behalf of this person. */
    readonly throughMachine?: boolean;
    /** Nobody can log in now: whoever vouches for logins does not answer. */
    readonly noneToBeHad?: boolean;
  };
}

const time = (instant: Instant): number => {
  const milliseconds = Date.parse(instant);
  // An instant that cannot be read must not look like one that has passed.
  if (Number.isNaN(milliseconds)) throw new RangeError('not an instant');
  return milliseconds;
};

/** @throws RangeError when one is not an instant */
export const isBefore = (one: Instant, other: Instant): boolean => time(one) < time(other);

/** From `from`, included, until `until`, not included. @throws RangeError when one is not an instant */
export const isInForce = (
  span: { readonly from: Instant; readonly until?: Instant },
  now: Instant,
): boolean => !isBefore(now, span.from) && (span.until === undefined || isBefore(now, span.until));
