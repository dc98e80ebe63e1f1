import type { AgeBand, CommandOf, PlainDate, Token } from '#kernel';
import type { ProtectedDataEvent, ProtectionEndReason } from './protected-data.events.js';

type DataOf<Type extends ProtectedDataEvent['type']> = Extract<ProtectedDataEvent, { type: Type }>['data'];
type Granted = DataOf<'ProtectedDataGranted'>;

export type ProtectedDataCommand =
  | CommandOf<
      'RequestProtection',
      DataOf<'ProtectedDataRequested'> & {
        /** Of the person on the day of the application: an adult applies alone. */
        ageBand: AgeBand;
        /** The person is in care under LVU: only then may the board apply. */
        inCare: boolean;
      }
    >
  | CommandOf<
      'RegisterProtectionOutcome',
      {
        caseId: string;
        protectionId: string;
        outcome: 'GRANTED' | 'REFUSED';
        decidedOn: PlainDate;
        until?: PlainDate;
        registeredMunicipality?: Granted['registeredMunicipality'];
        /** Whose the person and the case are: facts of the case. */
        subject: string;
        board: Token;
      }
    >
  | CommandOf<
      'EndProtection',
      { caseId: string; protectionId: string; reason: ProtectionEndReason; endedOn: PlainDate }
    >
  | CommandOf<'SendRegistrationNotice', Omit<DataOf<'RegistrationNoticeSent'>, 'decidedBy'>>
  | CommandOf<'WithholdRegistrationNotice', Omit<DataOf<'RegistrationNoticeWithheld'>, 'decidedBy'>>
  | CommandOf<'CheckExposedRegister', Omit<DataOf<'ExposedRegisterChecked'>, 'checkedBy'>>
  /** When another placement was cleared than the one before: each once. */
  | CommandOf<'ReopenExposedRegisters', { caseId: string; proposalId: string }>
  | CommandOf<'RemindProtectionExpiry', DataOf<'ProtectionExpiryReminded'>>
  | CommandOf<'ExpireProtection', { caseId: string; protectionId: string }>
  | CommandOf<'RemindRegistrationNotice', DataOf<'RegistrationNoticeReminded'>>
  /** When a protection was refused or has ended, or a stay has lasted: nothing, where the notice rests on more. */
  | CommandOf<'ReopenRegistrationNotice', { caseId: string }>
  /** When the person has arrived at this placement after the notice was decided, or after an earlier move. */
  | CommandOf<'SupersedeRegistrationNotice', { caseId: string; proposalId: string }>;
