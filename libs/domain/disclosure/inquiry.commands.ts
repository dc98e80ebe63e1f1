import type { CommandOf, DataClass, Sealed } from '#kernel';
import type { DisqualificationGround } from './disclosure.events.js';
import type { GenuineCheck, InquiryEvent } from './inquiry.events.js';
import type { LegalGrounds } from './legal-bases.js';
import type { WeighingReason } from './weighing.js';

/** Of the day itself, from the handler, where the age on the last day for a decision is not enough. */
export type AgeToday = Required<Pick<LegalGrounds, 'under18' | 'under21'>>;

type DataOf<Type extends InquiryEvent['type']> = Extract<InquiryEvent, { type: Type }>['data'];

/** `caseId`, wherever it stands: from the handler, the case that holds the claim on the person now. */
export type InquiryCommand =
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
        agrees: boolean;
        age?: AgeToday;
        /** Who gets the letter; asked for where something is told. */
        letterTo?: Required<
          Pick<DataOf<'InformationRequestDecided'>, 'recipient' | 'recipientOrganisation' | 'recipientPerson'>
        >;
      }
    >
  | CommandOf<'ReceiveStayInquiry', DataOf<'StayInquiryReceived'>>
  | CommandOf<
      'AnswerStayInquiry',
      {
        inquiryId: string;
        caseId?: string;
        checked: GenuineCheck;
        /** Absent: it is not answered. */
        answer?: Sealed<'social', { stays: boolean }>;
      }
    >
  | CommandOf<'DeclareImpartialInInquiry', { inquiryId: string }>
  | CommandOf<'DeclareDisqualifiedInInquiry', { inquiryId: string; ground: DisqualificationGround }>
  | CommandOf<'AcknowledgeInquiry', DataOf<'InquiryAlertSeen'>>;
