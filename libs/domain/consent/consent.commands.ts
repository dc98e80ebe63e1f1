import type { CommandOf, Instant } from '#kernel';
import type { ConsentEvent, CounterTerms, DeclineReason, PreparedAnswer } from './consent.events.js';

type DataOf<Type extends ConsentEvent['type']> = Extract<ConsentEvent, { type: Type }>['data'];

/** The assessment as the handler read it from its own stream, at the instant of the command. */
export interface AssessmentFacts {
  readonly version: number;
  readonly level: DataOf<'ProposalOrdered'>['level'];
  readonly validUntil: Instant;
}

export type ConsentCommand =
  | CommandOf<
      'CheckCandidate',
      Omit<DataOf<'CandidateChecked'>, 'checkedAt'> & {
        /** Facts: the case is requested and open, and where it must not go. */
        requested: boolean;
        noGoPlaces: readonly string[];
        /** Areas of the person's places that became known. */
        exposedAreas: readonly string[];
        waiverActive: boolean;
      }
    >
  | CommandOf<'AnswerReferral', { caseId: string; candidateId: string; answer: 'CLEAR' | 'NOT_AVAILABLE' }>
  | CommandOf<'ExpireReferral', { caseId: string; candidateId: string }>
  | CommandOf<
      'OrderProposal',
      /** Everything that the candidate already says is taken from the stream; the rest are facts of the request. */
      Omit<
        DataOf<'ProposalOrdered'>,
        | 'municipality'
        | 'board'
        | 'boardContacts'
        | 'area'
        | 'areaRevision'
        | 'receivingPolice'
        | 'receivingPoliceContacts'
        | 'level'
        | 'assessmentVersion'
        | 'round'
      > & {
        /** Undefined or run out: refused, STALE_ASSESSMENT. */
        assessment: AssessmentFacts | undefined;
        waiverActive: boolean;
        /** How often Police have changed their register for this person by now. */
        registerChanges: number;
        exposedAreas: readonly string[];
        /** Who has declared to be disqualified by now: the check may name them. */
        disqualified: readonly string[];
        /** Maximum age of the conflict check in hours. */
        checkMaxAgeHours: number;
      }
    >
  /** By the process, when both reservations hold. */
  | CommandOf<'ConfirmProposal', { caseId: string; proposalId: string }>
  | CommandOf<
      'AbandonProposal',
      { caseId: string; proposalId: string; reason: DataOf<'ProposalAbandoned'>['reason'] }
    >
  | CommandOf<'RemindProposal', { caseId: string; proposalId: string }>
  | CommandOf<'PrepareAnswer', { caseId: string; proposalId: string; answer: PreparedAnswer }>
  | CommandOf<
      'DecideAnswer',
      {
        caseId: string;
        proposalId: string;
        answer: PreparedAnswer;
        /** With ACCEPT only. */
        receivers?: readonly string[];
        provider?: string;
        directors?: readonly string[];
        housing?: string;
        /** With COUNTER: until when the home board may answer. */
        counterAnswerBy: Instant;
        maxCounterRounds: number;
      }
    >
  | CommandOf<
      'ApproveCounterProposal',
      { caseId: string; proposalId: string; answerBy: Instant; assessment: AssessmentFacts | undefined }
    >
  | CommandOf<'RejectCounterProposal', { caseId: string; proposalId: string }>
  | CommandOf<'ExpireProposal', { caseId: string; proposalId: string }>
  | CommandOf<
      'WithdrawProposal',
      { caseId: string; proposalId: string; reason: DataOf<'ProposalWithdrawn'>['reason'] }
    >
  /** By a process whose command was refused in a way that it cannot settle: becomes a task on the coordinator's desk. */
  | CommandOf<'RequestAttention', DataOf<'AttentionRequested'>>
  | CommandOf<'SettleAttention', DataOf<'AttentionSettled'>>;

export type { CounterTerms, DeclineReason };
