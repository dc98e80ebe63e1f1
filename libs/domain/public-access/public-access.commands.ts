import type { AgencyKind, CommandOf } from '#kernel';
import type { AnswerStep, HarmFinding, PublicAccessEvent, RegisterEvent } from './public-access.events.js';
import type { DocumentKind } from './secrecy.js';

type DataOf<Type extends PublicAccessEvent['type']> = Extract<PublicAccessEvent, { type: Type }>['data'];
type Released = DataOf<'DocumentsReleased'>;

export const answerOutcomes = ['RELEASE', 'REDACT', 'REFUSE', 'NOT_HELD'] as const;
export type AnswerOutcome = (typeof answerOutcomes)[number];

interface Answer {
  requestId: string;
  outcome: AnswerOutcome;
  /** What is released, of what was asked for. */
  kinds: readonly DocumentKind[];
  /** Under each provision, of what this answer is about: of what is released, or of what is refused; sealed in the event. */
  findings: readonly HarmFinding[];
  /** With a release in part: the same of what is left out. */
  restFindings?: readonly HarmFinding[];
  assessment: Released['assessment'];
  /** The smallest figure above nought in released statistics; with them only. */
  smallestFigure?: number;
  /** With a release only: a price for what is refused would tell how much there is. */
  copies?: Released['copies'];
}

export type PublicAccessCommand =
  | CommandOf<
      'RegisterDocumentRequest',
      DataOf<'DocumentsRequested'> & {
        /** Whether the number has the form that the authority gives its numbers. */
        registryNumberFits: boolean;
      }
    >
  /** By whoever takes part from now on. */
  | CommandOf<'TakeOverDocumentRequest', { requestId: string }>
  | CommandOf<'AnswerDocumentRequest', Answer>
  | CommandOf<'RequestAuthorityDecision', DataOf<'AuthorityDecisionRequested'>>
  | CommandOf<'DecideDocumentRequest', Answer>
  | CommandOf<'RecordRefusalServed', DataOf<'RefusalServed'>>
  | CommandOf<'RecordRefusalAppealed', { requestId: string; receivedAt: string }>
  | CommandOf<
      'RecordAppealOutcome',
      Omit<DataOf<'AppealDecided'>, 'decideBy'> & {
        /** When the authority would have to decide again: used where the court leaves it something to decide. */
        decideBy: string;
      }
    >
  | CommandOf<'AlertDocumentAnswerOverdue', { requestId: string; step: AnswerStep; dueAt: string }>;

export type RegisterCommand = CommandOf<
  'EnactRegisterRules',
  RegisterEvent['data'] & {
    /** Of the authority whose register it is: a fact of the directory. */
    authorityKind: AgencyKind;
  }
>;
