import {
  type DataClass,
  type Envelope,
  type EventOf,
  type Instant,
  type PlainDate,
  type ProtectionNews,
  type RecipientKind,
  type Token,
  toldKinds,
} from '#kernel';
import type { LegalGrounds, LegalPurpose, Matter } from './legal-bases.js';
import type { Authority, Provision } from './provisions.js';

// Stored formats of `disclosure-<case>`: the person's waiver of secrecy and every telling that stands on it or on
// something else. One decider, so that nothing is disclosed on a waiver after its withdrawal. What was told on an inquiry
// about somebody who has no case has its line, of the same format, on `inquiry-<id>`.

/** Points at a sealed field of an event; the handler fetches the envelope and carries it verbatim. */
export interface ItemRef {
  readonly stream: string;
  readonly event: string;
  readonly path: string;
}

/** The feet on which a grant may stand. OWN comes from the writing itself and needs no event here. */
export type Foot = 'WAIVER' | 'STATUTE' | 'RESCUE';

export type DisclosureEvent =
  | EventOf<
      'WaiverSigned',
      {
        caseId: string;
        subject: string;
        version: number;
        form: 'WRITTEN';
        signedOn: PlainDate;
        /** Last day on which it holds. */
        validUntil: PlainDate;
        recipientKinds: readonly RecipientKind[];
        classes: readonly DataClass[];
      }
    >
  | EventOf<'WaiverWithdrawn', { caseId: string; version: number; channel: 'WRITTEN' | 'ORAL' | 'PHONE' }>
  | EventOf<
      'InformationDisclosed',
      {
        caseId: string;
        subject: string;
        disclosureId: string;
        /** The part in the case; REQUESTER: an authority that asked and was answered by letter, which has none here. */
        recipientKind: RecipientKind | 'REQUESTER';
        /** The receiving organisation and the persons who may read. */
        recipient: Token;
        persons: readonly Token[];
        classes: readonly DataClass[];
        purpose: LegalPurpose;
        foot: Foot;
        /** Code of the provision in the catalogue (legal-bases.ts), for example OSL_10_1 (waiver). */
        legalBasis: string;
        /** First day of the wording under which it was decided. Since version 2. */
        wording?: PlainDate;
        /** What protects the fact where it was told from: the basis lifts each of these. Empty in version 1. */
        protectedBy: readonly Provision[];
        /** Coded facts of the day on which a statute stands, for example that the person is under 21. Since version 2. */
        grounds?: LegalGrounds;
        /** The provision that protects it at the one who is told; without one nothing is disclosed (OSL 3:1). */
        secrecyAtHolder: string;
        waiverVersion?: number;
        expiresAt?: Instant;
        /** Proposal or placement that it serves, when there is one. */
        proposalId?: string;
        /** Envelopes verbatim. Each names stream and event where it was written: the source events of the telling. */
        items: readonly Envelope[];
        /**
         * Of a letter: which authority asked, in which inquiry, and what was written here of what it was told. `matter`: whether
         * somebody stays in certain housing (SoL 15:7), which is no class of data; the answer lies sealed where `sources` say.
         */
        requester?: Authority;
        inquiryId?: string;
        sources?: readonly ItemRef[];
        matter?: Extract<Matter, 'STAY'>;
        /** Of an application for protected personal data: what is told in codes, and nothing else is. */
        protection?: ProtectionNews;
      }
    >
  | EventOf<'DisclosureEnded', { caseId: string; disclosureId: string; reason: DisclosureEndReason }>
  /** Somebody who must not know where the person is knows it, or may: only rescuers read the address from now on. */
  | EventOf<
      'LocationCompromised',
      { caseId: string; proposalId: string; source: ExposureSource; reportedBy: Token }
    >
  /** The same of where a decision says that a child stays. Apart, since nobody else may learn that there is such a place. */
  | EventOf<
      'DecidedPlaceCompromised',
      {
        caseId: string;
        decisionId: string;
        placeDecisionId: string;
        source: ExposureSource;
        reportedBy: Token;
      }
    >
  /** An official of an agency with a part has looked at FL 16 § and found nothing against acting in this case. */
  | EventOf<'ImpartialityDeclared', { caseId: string; official: Token; organisation: Token }>
  /** Ends everything that the official has in this case. Nobody takes it back. */
  | EventOf<
      'DisqualificationDeclared',
      { caseId: string; official: Token; organisation: Token; ground: DisqualificationGround }
    >
  /** One decision: who goes, if anybody does, and who comes. */
  | EventOf<
      'ContactChanged',
      {
        caseId: string;
        part: ContactPart;
        organisation: Token;
        /** Which proposal or placement the part is about; absent where it is about the case. */
        proposalId?: string;
        /** Who held it until now: what they may read the one who comes may read, on the same foot. */
        office: readonly Token[];
        outgoing?: Token;
        incoming: Token;
        reason: ContactChangeReason;
        /** Nobody who held it could name others any more: who comes was let in by another of the agency, or alone. */
        takenOver?: true;
      }
    >;

/** By what a place became known. */
export const exposureSources = [
  'PERSON',
  'STAFF',
  'REGISTER',
  'SOCIAL_MEDIA',
  'COURT_DOCUMENT',
  'ADVERSARY_SIGHTING',
] as const;
export type ExposureSource = (typeof exposureSources)[number];

/** The paragraphs of FL 16 § first paragraph, by number: which of them, and never what lies behind it. */
export const disqualificationGrounds = ['FL_16_1', 'FL_16_2', 'FL_16_3', 'FL_16_4', 'FL_16_5'] as const;
export type DisqualificationGround = (typeof disqualificationGrounds)[number];

/** The parts that named persons have and hand over. Duty officers are called by rota, the coordinator's is an office. */
export const contactParts = [
  'HOME_BOARD',
  'HOME_POLICE',
  'RECEIVING_BOARD',
  'RECEIVING_POLICE',
  // A board before its yes; with it, the board names those who receive.
  'ASKED_BOARD',
  'HOUSING_PROVIDER',
  'TAX_AGENCY',
  // Agencies outside the road of a case: what was told to one of their persons goes over to another.
  ...toldKinds,
] as const;
export type ContactPart = (typeof contactParts)[number];

export const contactChangeReasons = [
  'NEW_DUTIES',
  'ABSENCE',
  'LEAVES_THE_AGENCY',
  'MORE_HANDS',
  'DISQUALIFIED',
] as const;
export type ContactChangeReason = (typeof contactChangeReasons)[number];

export const purposes = [
  'THREAT_ASSESSMENT',
  'COORDINATION',
  'SUPPORT',
  'PLACEMENT_ANSWER',
  'ADMISSION',
  'RECEPTION',
  'PROTECTION',
  'ALARM',
] as const;
export type Purpose = (typeof purposes)[number];

/** For what an officer may tell an agency: never the alarm, which is the rescuers'. */
export const tellingPurposes = [
  ...purposes.filter((one) => one !== 'ALARM' && one !== 'ADMISSION' && one !== 'PLACEMENT_ANSWER'),
  'SUPERVISION',
] as const;
export type TellingPurpose = (typeof tellingPurposes)[number];

export const disclosureEndReasons = [
  'PROPOSAL_ENDED',
  'PLACEMENT_ENDED',
  'DEPARTURE_CONFIRMED',
  'CASE_CLOSED',
  'CLEARANCE_TAKEN_BACK',
  /** The officer who told an agency ends it. */
  'NO_LONGER_NEEDED',
  /** Something newer was told in its place. */
  'SUPERSEDED',
  /** What was on its way when the waiver went: it must not be carried by the next one. */
  'WAIVER_WITHDRAWN',
] as const;
export type DisclosureEndReason = (typeof disclosureEndReasons)[number];

/**
 * Whether what rescuers were told ends with this: nobody stands there any more, nobody ever came, or the person has settled
 * and the case is closed (README). That a proposal or a placement ended does not say that the person has left.
 */
export const endsRescue = (reason: DisclosureEndReason): boolean =>
  reason === 'DEPARTURE_CONFIRMED' || reason === 'CLEARANCE_TAKEN_BACK' || reason === 'CASE_CLOSED';
