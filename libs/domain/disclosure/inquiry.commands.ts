import type { CommandOf, DataClass, Sealed } from '#kernel';
import type { RecordAnswer } from './disclosure.commands.js';
import type { DisqualificationGround } from './disclosure.events.js';
import type { GenuineCheck, InquiryEvent } from './inquiry.events.js';
import type { LegalGrounds } from './legal-bases.js';
import type { WeighingReason } from './weighing.js';

/** Of the day itself, from the handler, where the age on the last day for a decision is not enough. */
export type AgeToday = Required<Pick<LegalGrounds, 'under18' | 'under21'>>;

type DataOf<Type extends InquiryEvent['type']> = Extract<InquiryEvent, { type: Type }>['data'];

/** Who gets what is told. */
type LetterTo = Required<
  Pick<DataOf<'InformationRequestDecided'>, 'recipient' | 'recipientOrganisation' | 'recipientPerson'>
>;

/**
 * `caseId`, wherever it stands: from the handler, the case that holds the claim on the person now; `companionOf`: those of
 * others with whom the person goes along now.
 */
export type InquiryCommand =
  | RecordAnswer
  | CommandOf<'ReceiveInformationRequest', DataOf<'InformationRequestReceived'>>
  | CommandOf<
      'WeighInformationRequest',
      {
        inquiryId: string;
        caseId?: string;
        released: readonly DataClass[];
        reasons: readonly WeighingReason[];
        note: Sealed<'social', string>;
        age?: AgeToday;
      }
    >
  | CommandOf<
      'DecideInformationRequest',
      {
        inquiryId: string;
        caseId?: string;
        companionOf?: readonly string[];
        agrees: boolean;
        age?: AgeToday;
        /** Asked for where something is told. */
        letterTo?: LetterTo;
      }
    >
  | CommandOf<'ReceiveStayInquiry', DataOf<'StayInquiryReceived'>>
  | CommandOf<
      'AnswerStayInquiry',
      {
        inquiryId: string;
        caseId?: string;
        companionOf?: readonly string[];
        checked: GenuineCheck;
        /** Absent: it is not answered. */
        answer?: Sealed<'social', { stays: boolean }>;
        /** Asked for where it is answered. */
        letterTo?: LetterTo;
      }
    >
  | CommandOf<'DeclareImpartialInInquiry', { inquiryId: string }>
  | CommandOf<'DeclareDisqualifiedInInquiry', { inquiryId: string; ground: DisqualificationGround }>
  | CommandOf<'AcknowledgeInquiry', DataOf<'InquiryAlertSeen'>>;
