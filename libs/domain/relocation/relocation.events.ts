import type {
  AgeBand,
  Competence,
  EntryRoute,
  Environment,
  EventOf,
  HousingForm,
  Instant,
  PlainDate,
  Sealed,
  Sex,
  Token,
} from '#kernel';

// Stored formats of `relocation-<case>` and `claim-<subject>`: version with care, never rename.

export const supportDecisionTypes = ['ASSISTANCE', 'WITHOUT_INDIVIDUAL_ASSESSMENT', 'LVU'] as const;
export type SupportDecisionType = (typeof supportDecisionTypes)[number];

export const closeCodes = [
  'ESTABLISHED',
  'TRANSFERRED',
  'WITHDRAWN',
  'RETURNED',
  'RELAPSE_END',
  'NO_THREAT',
  'HANDED_OVER',
  'LOST_CONTACT',
  'DECEASED',
] as const;
export type CloseCode = (typeof closeCodes)[number];

/** Closed as one who has settled: the person stays and lives there as anybody else. With every other code he or she leaves. */
export const settledCodes: readonly CloseCode[] = ['ESTABLISHED', 'TRANSFERRED'];

/** What lies in the sealed identity: written by the home board, owned by it. */
export interface Identity {
  readonly personalIdentityNumber: string;
  readonly givenName: string;
  readonly familyName: string;
}

/** What lies in the sealed need profile: the home board's own summary, meant for a receiving board. */
export interface NeedProfile {
  readonly summary: string;
}

export type RelocationEvent =
  | EventOf<
      'CaseOpened',
      {
        caseId: string;
        /** Random subject id. */
        subject: string;
        sex: Sex;
        ageBand: AgeBand;
        environment: Environment;
        entryRoute: EntryRoute;
        /** Home police region. */
        board: Token;
        /** Named officers of the home board, at most three: the only ones there who may know of the case. */
        officers: readonly Token[];
        /** Duty officers (socialjour) of the home board who may be given the alarm plan. */
        dutyOfficers: readonly Token[];
        /** The regional police unit of the home region, and its named coordinators. */
        homePolice: Token;
        homePoliceContacts: readonly Token[];
        coordinator: Token;
        coordinatorContacts: readonly Token[];
        identity: Sealed<'identity', Identity>;
        registryNumber: Sealed<'social', string>;
      }
    >
  | EventOf<
      'SupportDecisionRegistered',
      {
        caseId: string;
        decisionType: SupportDecisionType;
        decidedOn: PlainDate;
        registryNumber: Sealed<'social', string>;
      }
    >
  | EventOf<
      'RelocationRequested',
      {
        caseId: string;
        /** Who may not be the assessor or the one who clears (four eyes): the person's keyed reference. */
        requestedBy: Token;
        adults: number;
        children: number;
        housingForm: HousingForm;
        competences: readonly Competence[];
        desiredStart: PlainDate;
        needs: Sealed<'needs', NeedProfile>;
        /** Companions: a sealed list of their own until they get paths of their own. */
        family: Sealed<'family', readonly string[]>;
        /** Municipality tokens where the person must not be. */
        noGoPlaces: readonly Token[];
      }
    >
  | EventOf<
      'SupervisedClosingStarted',
      {
        caseId: string;
        /** Day of the last contact in person. */
        contactOn: PlainDate;
        assessmentVersion: number;
        /** From here the months of supervision count. */
        startedAt: Instant;
      }
    >
  | EventOf<'CaseClosed', { caseId: string; code: CloseCode }>;

/** `claim-<subject>`: at most one open case per person; the second waits, and only the coordinator learns why. */
export type ClaimEvent =
  | EventOf<'SubjectClaimed', { subject: string; caseId: string }>
  | EventOf<'SubjectClaimContested', { subject: string; caseId: string; heldBy: string }>
  | EventOf<'ClaimReleased', { subject: string; caseId: string }>;
