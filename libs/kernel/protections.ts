import type { PlainDate } from './event.js';

// What the agencies of an application tell each other of it, in codes: the closed lists, and what a telling carries.

/** Sekretessmarkering; skyddad folkbokföring (FOL 16-17 b §§); fingerade personuppgifter (lag 1991:483). */
export const protectionKinds = ['SECRECY_MARKING', 'PROTECTED_REGISTRATION', 'ASSUMED_IDENTITY'] as const;
export type ProtectionKind = (typeof protectionKinds)[number];

/**
 * Who applies: the person, or for a child both guardians, one of them against the other, or the board for a child in
 * care under LVU (FOL 16 and 30 §§).
 */
export const applicantRoles = ['SELF', 'GUARDIANS', 'ONE_GUARDIAN', 'BOARD'] as const;
export type ApplicantRole = (typeof applicantRoles)[number];

export const protectionEndReasons = ['EXPIRED', 'OWN_NOTICE', 'SPECIAL_REASONS', 'REPLACED'] as const;
export type ProtectionEndReason = (typeof protectionEndReasons)[number];

/** An application, or what became of it. */
export type ProtectionNews = { readonly protectionId: string } & (
  | {
      readonly what: 'REQUESTED';
      readonly kind: ProtectionKind;
      readonly appliedBy: ApplicantRole;
      readonly familyIncluded: boolean;
      readonly appliedOn: PlainDate;
    }
  | { readonly what: 'GRANTED'; readonly from: PlainDate; readonly until?: PlainDate }
  | { readonly what: 'REFUSED' }
  | { readonly what: 'EXPIRY_REMINDED'; readonly daysLeft: number }
  | { readonly what: 'ENDED'; readonly endedOn: PlainDate; readonly reason: ProtectionEndReason }
);
