import type { PlainDate } from '#kernel';

export type NoticeLanguage = 'sv' | 'en';

const words: Readonly<Record<NoticeLanguage, { readonly notice: string; readonly signedBy: string }>> = {
  sv: {
    notice:
      'Underrättelse enligt 32 c § folkbokföringslagen (1991:481): en uppgift i folkbokföringen kan antas vara oriktig.',
    signedBy: 'Handläggare, socialnämnden',
  },
  en: {
    notice:
      'Notice under section 32 c of the Population Registration Act (1991:481): an entry in the register is presumably wrong.',
    signedBy: 'Officer, social welfare board',
  },
};

/**
 * The notice of a wrong registration (FOL 32 c §) as it is sent. Under it stands the function and not the official: a
 * threat is feared in every case here (FL 33 §). The record of the decision keeps who decided (FL 31 §).
 * @param decidedOn day on which it is sent, in Stockholm
 */
export const registrationNoticeText = (decidedOn: PlainDate, language: NoticeLanguage): string =>
  [decidedOn, words[language].notice, words[language].signedBy].join('\n\n');
