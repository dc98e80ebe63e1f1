import type { AgencyKind, DataClass, EventOf, Instant, PlainDate, Sealed, Token } from '#kernel';
import type { DisclosureEvent, DisqualificationGround } from './disclosure.events.js';
import type { LegalGrounds, RequestPurpose } from './legal-bases.js';
import type { Authority, Provision } from './provisions.js';
import type { WeighingReason } from './weighing.js';

// Stored formats of `inquiry-<id>`: somebody outside asks a holder about a person. The events are the same whether or
// not the person is known here; only `caseId`, which no reader of an inquiry is shown, is there when a case holds the
// claim on the person, so that its own police coordinator is told; and `companionOf`, as little shown, where the person goes
// along with somebody else who has a case.

/** How an officer made sure that a request is what it says that it is. */
export const genuineChecks = ['CALLED_BACK', 'KNOWN_CHANNEL', 'IN_PERSON', 'SIGNED'] as const;
export type GenuineCheck = (typeof genuineChecks)[number];

/** On what an age rests: nothing but the number is given with a request. */
export const ageBases = ['FROM_NUMBER'] as const;

export interface PersonAskedFor {
  readonly personalIdentityNumber: string;
}
export interface RequestText {
  /** The requester's own number for it. */
  readonly reference: string;
  readonly text: string;
}

interface OfInquiry {
  readonly inquiryId: string;
  readonly caseId?: string;
}

interface Alerting extends OfInquiry {
  /** Cases of others, with whom the person goes along: each one's police coordinator is told, and none of another case. */
  readonly companionOf?: readonly string[];
}

interface Received extends Alerting {
  readonly subject: string;
  /** Where the request came in. */
  readonly holder: Token;
  readonly holderKind: AgencyKind;
  /** Which organisation decides: the holder, or the board of a private provider's municipality. */
  readonly decidesAt: Token;
  readonly receivedBy: Token;
  /** Who else may look at it, by name: at least one, who is not the one who received it. */
  readonly reviewers: readonly Token[];
  readonly requester: Authority;
  readonly person: Sealed<'identity', PersonAskedFor>;
  readonly request: Sealed<'social', RequestText>;
}

export type InquiryEvent =
  | EventOf<
      'InformationRequestReceived',
      Received & {
        /** What the requester says that it stands on; whether it does is for the weighing. */
        basis: string;
        purpose: RequestPurpose;
        asked: readonly DataClass[];
        /** Coded facts; of age what still holds when the time for a decision is out. */
        grounds: LegalGrounds;
        /** Until then something may be told on it; after that only refused. */
        decideBy: Instant;
      }
    >
  /** By the first person. */
  | EventOf<
      'InformationRequestWeighed',
      OfInquiry & {
        outcome: 'REFUSE' | 'DISCLOSE';
        released: readonly DataClass[];
        reasons: readonly WeighingReason[];
        weighedBy: Token;
        note: Sealed<'social', string>;
      }
    >
  /** The second person does not agree: it must be weighed again. */
  | EventOf<'InformationRequestSentBack', OfInquiry & { sentBackBy: Token }>
  /**
   * Who may be told which classes, on what, protected by what. What is told leaves by letter, and a process writes its line
   * of the ledger: into that of the case, or below where there is none.
   */
  | EventOf<
      'InformationRequestDecided',
      Alerting & {
        outcome: 'REFUSE' | 'DISCLOSE';
        released: readonly DataClass[];
        reasons: readonly WeighingReason[];
        requester: Authority;
        purpose: RequestPurpose;
        legalBasis: string;
        /** Of the basis, of what is told there, and at the requester: only with DISCLOSE. */
        wording?: PlainDate;
        protectedBy: readonly Provision[];
        secrecyAtHolder?: Provision;
        /** With DISCLOSE on a basis that asks for an age: the number alone says it, and may have a day nearby. */
        ageBasis?: (typeof ageBases)[number];
        weighedBy: Token;
        decidedBy: Token;
        decidedAt: Instant;
        /** With DISCLOSE: to whom the letter goes, by name; sealed, and as tokens of the authority and the person. */
        recipient?: Sealed<'social', string>;
        recipientOrganisation?: Token;
        recipientPerson?: Token;
      }
    >
  /** Whether somebody stays in certain housing (SoL 15:7), and never where. */
  | EventOf<'StayInquiryReceived', Received & { checked: GenuineCheck }>
  | EventOf<
      'StayInquiryAnswered',
      Alerting & {
        /** NOT_ANSWERED: not genuine, or from somebody to whom the board owes no answer. */
        outcome: 'ANSWERED' | 'NOT_ANSWERED';
        requester: Authority;
        legalBasis: string;
        wording?: PlainDate;
        secrecyAtHolder?: Provision;
        /** What the basis lifts where it is told from; of an answer alone. */
        protectedBy?: readonly Provision[];
        /** The second check; the first stands with the request. */
        checked: GenuineCheck;
        receivedBy: Token;
        answeredBy: Token;
        answeredAt: Instant;
        /** Sealed: the log says that an answer was given, and not which. */
        answer?: Sealed<'social', { stays: boolean }>;
        /** With an answer: who got it, by name; sealed, and as tokens of the authority and the person. */
        recipient?: Sealed<'social', string>;
        recipientOrganisation?: Token;
        recipientPerson?: Token;
      }
    >
  /** The line of the ledger for what was told of somebody who has no case, whose ledger it would come into. */
  | Extract<DisclosureEvent, { type: 'InformationDisclosed' }>
  /** Somebody who takes part in it has looked at FL 16 § and found nothing against dealing with it. */
  | EventOf<'InquiryImpartialityDeclared', { inquiryId: string; official: Token; organisation: Token }>
  /** Ends everything that the official has in the inquiry. Nobody takes it back. */
  | EventOf<
      'InquiryDisqualificationDeclared',
      { inquiryId: string; official: Token; organisation: Token; ground: DisqualificationGround }
    >
  /** The case's own police coordinator has seen that somebody asked. */
  | EventOf<'InquiryAlertSeen', { inquiryId: string; caseId: string; seenBy: Token }>;
