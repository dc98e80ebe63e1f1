import type { DataClass, Envelope, EventOf, Instant, PlainDate, RecipientKind, Token } from '#kernel';

// Stored formats of `disclosure-<case>`: the person's waiver of secrecy and every telling that stands on it or on
// something else. One decider, so that nothing is disclosed on a waiver after its withdrawal.

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
        recipientKind: RecipientKind;
        /** The receiving organisation and the persons who may read. */
        recipient: Token;
        persons: readonly Token[];
        classes: readonly DataClass[];
        purpose: Purpose;
        foot: Foot;
        /** Code of the provision, for example OSL_10_1 (waiver). */
        legalBasis: string;
        /** The provision that protects the fact at the holder; without one nothing is disclosed (OSL 3:1). */
        secrecyAtHolder: string;
        waiverVersion?: number;
        expiresAt?: Instant;
        /** Proposal or placement that it serves, when there is one. */
        proposalId?: string;
        /** Envelopes verbatim, with their origin inside. */
        items: readonly Envelope[];
      }
    >
  | EventOf<'DisclosureEnded', { caseId: string; disclosureId: string; reason: DisclosureEndReason }>;

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

export const disclosureEndReasons = [
  'PROPOSAL_ENDED',
  'PLACEMENT_ENDED',
  'DEPARTURE_CONFIRMED',
  'CASE_CLOSED',
  'CLEARANCE_TAKEN_BACK',
  /** What was on its way when the waiver went: it must not be carried by the next one. */
  'WAIVER_WITHDRAWN',
] as const;
export type DisclosureEndReason = (typeof disclosureEndReasons)[number];
