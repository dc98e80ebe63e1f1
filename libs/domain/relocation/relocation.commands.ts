import type { CommandOf } from '#kernel';
import type { CloseCode, RelocationEvent } from './relocation.events.js';

type DataOf<Type extends RelocationEvent['type']> = Extract<RelocationEvent, { type: Type }>['data'];

export type RelocationCommand =
  | CommandOf<'OpenCase', DataOf<'CaseOpened'>>
  | CommandOf<'RegisterSupportDecision', DataOf<'SupportDecisionRegistered'>>
  | CommandOf<
      'RequestRelocation',
      /** `waiverVersion`: the active waiver as the handler read it from the disclosure stream; none = refused. */
      Omit<DataOf<'RelocationRequested'>, 'requestedBy'> & { waiverVersion: number | undefined }
    >
  | CommandOf<
      'StartSupervisedClosing',
      Omit<DataOf<'SupervisedClosingStarted'>, 'startedAt'> & {
        /** Facts that the handler read from the assessment and placement streams. */
        assessmentValidAt: boolean;
        arrived: boolean;
      }
    >
  | CommandOf<
      'CloseCase',
      {
        caseId: string;
        code: CloseCode;
        /** How long supervised closing lasts before ESTABLISHED or TRANSFERRED may be used; from the rules in force. */
        supervisionMonths: number;
        /** A placement on which a person may still stand: closing waits for DepartureConfirmed unless established. */
        departurePending: boolean;
      }
    >;

export type ClaimCommand =
  | CommandOf<'ClaimSubject', { subject: string; caseId: string }>
  | CommandOf<'ReleaseClaim', { subject: string; caseId: string }>;
