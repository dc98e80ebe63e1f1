import type { CommandOf, DataClass, Sealed } from '#kernel';
import type { DisqualificationGround } from './disclosure.events.js';
import type { GenuineCheck, InquiryEvent } from './inquiry.events.js';
import type { WeighingReason } from './weighing.js';

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
      }
    >
  | CommandOf<'DecideInformationRequest', { inquiryId: string; caseId?: string; agrees: boolean }>
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
