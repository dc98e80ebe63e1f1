import type { PlainDate } from '#kernel';

/** Functions as they stand under a notice. */
export const signingFunctions = ['HOME_OFFICER', 'PROTECTION_OFFICER', 'POLICE_COORDINATOR'] as const;
export type SigningFunction = (typeof signingFunctions)[number];

/** Who decided, as the record of the decision has it in full (FL 31 §). */
export interface Signatory {
  readonly function: SigningFunction;
  /** Of the official; only in the record. */
  readonly name: string;
}

export interface NoticeFacts {
  readonly kind: 'REGISTRATION_NOTICE' | 'PROTECTION_GRANTED' | 'PROTECTION_REFUSED';
  readonly decidedOn: PlainDate;
  readonly signatory: Signatory;
  /** FL 33 §: then the names of officials may be left out of the notice. Here they always are, unless somebody says so. */
  readonly threatFeared?: boolean;
}

export type NoticeLanguage = 'sv' | 'en';

const functions: Readonly<Record<NoticeLanguage, Readonly<Record<SigningFunction, string>>>> = {
  sv: {
    HOME_OFFICER: 'Handläggare, socialnämnden',
    PROTECTION_OFFICER: 'Skyddshandläggare, Skatteverket',
    POLICE_COORDINATOR: 'Samordnare, Polismyndigheten',
  },
  en: {
    HOME_OFFICER: 'Officer, social welfare board',
    PROTECTION_OFFICER: 'Protection officer, Swedish Tax Agency',
    POLICE_COORDINATOR: 'Coordinator, Police Authority',
  },
};

const words: Readonly<Record<NoticeLanguage, Readonly<Record<NoticeFacts['kind'], string>>>> = {
  sv: {
    REGISTRATION_NOTICE:
      'Underrättelse enligt 32 c § folkbokföringslagen (1991:481): en uppgift i folkbokföringen kan antas vara oriktig.',
    PROTECTION_GRANTED: 'Ansökan om skydd för personuppgifter har beviljats.',
    PROTECTION_REFUSED: 'Ansökan om skydd för personuppgifter har avslagits.',
  },
  en: {
    REGISTRATION_NOTICE:
      'Notice under section 32 c of the Population Registration Act (1991:481): an entry in the register is presumably wrong.',
    PROTECTION_GRANTED: 'The application for protection of personal data has been granted.',
    PROTECTION_REFUSED: 'The application for protection of personal data has been refused.',
  },
};

/** The notice as it is sent. The record of the decision keeps the official; the notice shows the function. */
export const noticeText = (
  { kind, decidedOn, signatory, threatFeared = true }: NoticeFacts,
  language: NoticeLanguage,
): string =>
  [
    decidedOn,
    words[language][kind],
    threatFeared
      ? functions[language][signatory.function]
      : `${signatory.name}\n${functions[language][signatory.function]}`,
  ].join('\n\n');
