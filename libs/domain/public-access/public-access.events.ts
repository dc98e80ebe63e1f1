import type { AgencyKind, EventOf, Instant, PlainDate, Sealed, Token } from '#kernel';
import type { DocumentKind, Provision } from './secrecy.js';
import type { WrittenLetter } from './refusal-text.js';
import type { RegisterRules } from './register-rules.js';

// Stored formats of `public-access-<request>`: a request for official documents, how it was answered, and what became of
// a refusal. Nothing here says whether a document or a person exists: a refusal bears the same codes either way.
// And of `public-register-<register token>`: how one authority numbers its documents, and what it charges for copies.

/** In whose hands an answer lies: the official first, then, when asked for, the authority itself (TF 2:15, OSL 6:3). */
export const answerSteps = ['OFFICIAL', 'AUTHORITY'] as const;
export type AnswerStep = (typeof answerSteps)[number];

/** SECRECY, also where there is nothing. NOT_HELD is said only of documents whose absence tells nothing of anybody. */
export const refusalReasons = ['SECRECY', 'NOT_HELD'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** The request in the words in which it came, under the authority's own number. Who asks is never demanded (TF 2:18). */
export interface RequestWords {
  readonly registryNumber: string;
  readonly text: string;
  /** Where the answer is to be sent, when the requester has said so. */
  readonly contact?: string;
}

/** What the copies cost: known to the authority and the requester. */
export interface Copies {
  readonly pages: number;
  readonly feeOre: number;
}

/**
 * What kammarrätten said: the refusal stands, the appeal was not tried (too late, or by the wrong one), the documents are to
 * be released, or the authority has to decide again.
 */
export const appealOutcomes = ['UPHELD', 'DISMISSED', 'CHANGED', 'REMITTED'] as const;
export type AppealOutcome = (typeof appealOutcomes)[number];

export type PublicAccessEvent =
  | EventOf<
      'DocumentsRequested',
      {
        requestId: string;
        authority: Token;
        authorityKind: AgencyKind;
        registeredBy: Token;
        /** Registrars and deciders of the authority who may open the words of the request. */
        readers: readonly Token[];
        /** The requester gave no way to be reached, and was not asked for one. */
        anonymous: boolean;
        kinds: readonly DocumentKind[];
        receivedAt: Instant;
        answerBy: Instant;
        request: Sealed<'social', RequestWords>;
      }
    >
  /** Another registrar or decider of the authority takes part: those who were named may have left. */
  | EventOf<
      'DocumentRequestTakenOver',
      {
        requestId: string;
        authority: Token;
        official: Token;
        /** Who could open the words of the request before. */
        office: readonly Token[];
      }
    >
  | EventOf<
      'DocumentsReleased',
      {
        requestId: string;
        step: AnswerStep;
        kinds: readonly DocumentKind[];
        /** Parts were left out. */
        redacted: boolean;
        /** The provisions against which they were tested. */
        tested: readonly Provision[];
        decidedBy: Token;
        decidedAt: Instant;
        /** Of what was left out, which is refused. */
        letter?: WrittenLetter;
        assessment: Sealed<'social', HarmAssessment>;
        copies: Sealed<'cost', Copies>;
      }
    >
  /** By an official: the requester was told that a decision of the authority may be asked for. */
  | EventOf<'DocumentsRefused', Refusal>
  | EventOf<'AuthorityDecisionRequested', { requestId: string; requestedOn: PlainDate; decideBy: Instant }>
  /** By the authority, in writing, with how to appeal. */
  | EventOf<'RefusalDecided', Refusal>
  | EventOf<'RefusalServed', { requestId: string; servedOn: PlainDate; appealBy: Instant }>
  | EventOf<'RefusalAppealed', { requestId: string; receivedAt: Instant; inTime: boolean }>
  | EventOf<
      'AppealDecided',
      {
        requestId: string;
        outcome: AppealOutcome;
        decidedOn: PlainDate;
        /** What is to be released, with CHANGED; all that was asked for in those of before 2026-11-26. */
        orderedKinds?: readonly DocumentKind[];
        /** Until when the authority decides again, where the court left it something to decide. */
        decideBy?: Instant;
      }
    >
  | EventOf<'DocumentAnswerOverdue', { requestId: string; step: AnswerStep; dueAt: Instant }>;

/** What was found is sealed: in clear, a finding would tell that there was something to find. */
interface Refusal {
  requestId: string;
  reason: RefusalReason;
  decidedBy: Token;
  decidedAt: Instant;
  /** The letter as it is sent; of decisions of before 2026-11-26 not kept. */
  letter?: WrittenLetter;
  assessment: Sealed<'social', HarmAssessment>;
}

export interface HarmAssessment {
  readonly findings: readonly HarmFinding[];
  readonly note: string;
}

/** HARM and NO_HARM are what was found; UNSURE is what the kind of test decides (secrecy.ts). */
export const harms = ['HARM', 'NO_HARM', 'UNSURE'] as const;
export type Harm = (typeof harms)[number];

export interface HarmFinding {
  readonly provision: Provision;
  readonly harm: Harm;
}

export type RegisterEvent = EventOf<
  'RegisterRulesEnacted',
  {
    /** Another token than the one that stands beside cases: numbers and fees are published and name their authority. */
    register: Token;
    rules: RegisterRules;
    inForceFrom: Instant;
  }
>;
