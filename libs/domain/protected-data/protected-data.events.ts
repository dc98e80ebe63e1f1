import type {
  ApplicantRole,
  EventOf,
  PlainDate,
  ProtectionEndReason,
  ProtectionKind,
  Sealed,
  Token,
} from '#kernel';
import type { ExposedRegister } from './exposed-registers.js';

// Stored formats of `protected-data-<case>`: the protections of a person's data that were applied for, what became of
// them, the notice that the population register is wrong, and which registers could still give the person away.

export {
  type ApplicantRole,
  applicantRoles,
  type ProtectionEndReason,
  protectionEndReasons,
  type ProtectionKind,
  protectionKinds,
} from '#kernel';

/** Special reasons against telling that the registration is wrong (FOL 32 c §). */
export const withholdingReasons = [
  'PERSECUTION',
  'PROTECTION_APPLIED_FOR',
  'TEMPORARY_STAY',
  'ADVICE_OF_POLICE',
] as const;
export type WithholdingReason = (typeof withholdingReasons)[number];

/** Those that pass: with the application or the protection, and a stay with its time. */
export const passingReasons: readonly WithholdingReason[] = ['PROTECTION_APPLIED_FOR', 'TEMPORARY_STAY'];

export const registerStatuses = ['OPEN', 'DONE', 'NOT_APPLICABLE'] as const;
export type RegisterStatus = (typeof registerStatuses)[number];

declare const registered: unique symbol;
/**
 * Where the population register says that somebody lives: with protected registration a place where he or she does not.
 * A type of its own, so that neither it nor a place of stay can be taken for the other: neither follows from the other.
 */
export interface RegisteredMunicipality {
  readonly registeredMunicipalityCode: string & { readonly [registered]?: true };
}

export type ProtectedDataEvent =
  | EventOf<
      'ProtectedDataRequested',
      {
        caseId: string;
        subject: string;
        protectionId: string;
        kind: ProtectionKind;
        appliedBy: ApplicantRole;
        /** Family that lives together with the person is included. */
        familyIncluded: boolean;
        appliedOn: PlainDate;
        requestedBy: Token;
        /** Skatteverket, and its officers who are named for this. */
        taxAgency: Token;
        protectionOfficers: readonly Token[];
      }
    >
  | EventOf<
      'ProtectedDataGranted',
      {
        caseId: string;
        protectionId: string;
        kind: ProtectionKind;
        from: PlainDate;
        /** Last day; undefined until further notice. */
        until?: PlainDate;
        registeredBy: Token;
        registeredMunicipality?: Sealed<'identity', RegisteredMunicipality>;
      }
    >
  | EventOf<
      'ProtectedDataRefused',
      {
        caseId: string;
        protectionId: string;
        kind: ProtectionKind;
        decidedOn: PlainDate;
        registeredBy: Token;
      }
    >
  | EventOf<'ProtectionExpiryReminded', { caseId: string; protectionId: string; daysLeft: number }>
  | EventOf<
      'ProtectedDataEnded',
      {
        caseId: string;
        protectionId: string;
        kind: ProtectionKind;
        reason: ProtectionEndReason;
        endedOn: PlainDate;
      }
    >
  /**
   * The person has become somebody else: the case ends with its neutral code, and nothing here says who that is. What
   * shreds the link to the old number listens to this.
   */
  | EventOf<'IdentityAssumed', { caseId: string; subject: string; board: Token }>
  | EventOf<'RegistrationNoticeReminded', { caseId: string; number: number }>
  | EventOf<'RegistrationNoticeSent', { caseId: string; sentOn: PlainDate; decidedBy: Token }>
  | EventOf<
      'RegistrationNoticeWithheld',
      {
        caseId: string;
        reason: WithholdingReason;
        decidedOn: PlainDate;
        decidedBy: Token;
        grounds: Sealed<'social'>;
      }
    >
  /** What the notice was withheld for does not hold any more: the board decides anew. */
  | EventOf<'RegistrationNoticeReopened', { caseId: string; reason: WithholdingReason }>
  /**
   * The person has arrived somewhere else: what was decided about the notice, or left open, was about an earlier move. What
   * it was until then; the board decides anew.
   */
  | EventOf<
      'RegistrationNoticeSuperseded',
      { caseId: string; proposalId: string; before: 'NONE' | 'SENT' | 'WITHHELD' }
    >
  | EventOf<
      'ExposedRegisterChecked',
      {
        caseId: string;
        register: ExposedRegister;
        status: RegisterStatus;
        checkedOn: PlainDate;
        checkedBy: Token;
      }
    >
  /**
   * The person is to live at another place: what was looked at before was looked at for an earlier one, and says nothing of
   * whether the new address can be found.
   */
  | EventOf<'ExposedRegistersReopened', { caseId: string; proposalId: string; openedOn: PlainDate }>;
