import type { DataClass, EventOf, Instant, Sealed, Token } from '#kernel';

// Stored formats of `break-glass-<case>` and `joint-opening-<case>`: openings for minutes that no standing grant carries.

/** Why a glass is broken. */
export const glassReasons = [
  'DANGER_TO_LIFE',
  'LOCATION_EXPOSED',
  'ACUTE_CARE',
  'MISSING_PERSON',
  'SYSTEM_FAILURE',
] as const;
export type GlassReason = (typeof glassReasons)[number];

/** Which part in the case somebody breaks a glass with. */
export const glassRelations = [
  'HOME_BOARD',
  'HOME_DUTY',
  'HOME_POLICE',
  'RECEIVING_POLICE',
  'NATIONAL_COORDINATOR',
] as const;
export type GlassRelation = (typeof glassRelations)[number];

/** What a joint opening of who and where is for. */
export const jointPurposes = [
  'TRANSPORT',
  'VISIT_AT_THE_ADDRESS',
  'SERVICE_OF_DOCUMENTS',
  'PROTECTED_REGISTRATION',
  'CARE',
] as const;
export type JointPurpose = (typeof jointPurposes)[number];

/** Which glass, and who was told of it. */
interface ToldOfGlass {
  readonly caseId: string;
  readonly glassId: string;
  readonly homePolice: Token;
  readonly homePoliceContacts: readonly Token[];
}

/** Whose glass it was, for who looks at whom somebody confirms; left out in events of builds before this. */
interface WhoseGlass {
  readonly brokenBy?: Token;
  readonly brokenAt?: Token;
  readonly relation?: GlassRelation;
  /** Of the vault: that it was broken. */
  readonly record?: number;
}

export type GlassEvent =
  | EventOf<
      'GlassBroken',
      {
        caseId: string;
        subject: string;
        glassId: string;
        organisation: Token;
        brokenBy: Token;
        relation: GlassRelation;
        reason: GlassReason;
        classes: readonly DataClass[];
        /** In the official's own words, for who looks at it afterwards. */
        note: Sealed<'social', string>;
        /** Of the vault: that it was broken was on record first. */
        record: number;
        expiresAt: Instant;
        confirmBy: Instant;
        /** How many earlier ones of the same person in the case nobody has confirmed; left out where there is none. */
        unconfirmedBefore?: number;
        /** Who is told at once. */
        homePolice: Token;
        homePoliceContacts: readonly Token[];
      }
    >
  | EventOf<'GlassConfirmed', ToldOfGlass & WhoseGlass & { confirmedBy: Token }>
  /** After its hour: opens nothing any more, but a second person has looked at it. */
  | EventOf<'GlassConfirmedLate', ToldOfGlass & WhoseGlass & { confirmedBy: Token }>
  | EventOf<'GlassEnded', ToldOfGlass & { reason: 'NOT_CONFIRMED' }>;

export type JointOpeningEvent =
  | EventOf<
      'JointOpeningRequested',
      {
        caseId: string;
        subject: string;
        openingId: string;
        organisation: Token;
        requestedBy: Token;
        purpose: JointPurpose;
        answerBy: Instant;
      }
    >
  | EventOf<
      'JointOpeningApproved',
      {
        caseId: string;
        openingId: string;
        approvedBy: Token;
        /** Left out in events of builds before this. */
        requestedBy?: Token;
        record: number;
        from: Instant;
        expiresAt: Instant;
      }
    >
  | EventOf<'JointOpeningRejected', { caseId: string; openingId: string; rejectedBy: Token }>;
