import type { AgencyKind, PlainDate } from '#kernel';
import { type AnswerStep, refusalReasons } from './public-access.events.js';
import { clockOn } from './register-rules.js';
import { type DocumentKind, documentKinds, type Provision, provisionsFor } from './secrecy.js';

/** What a refusal is written from: what was asked, by which kind of authority and when. Nothing that was found. */
export interface RefusalFacts {
  readonly authorityKind: AgencyKind;
  readonly step: AnswerStep;
  readonly reason: LetterReason;
  readonly kinds: readonly DocumentKind[];
  readonly decidedOn: PlainDate;
}

/** IN_PART: something was released, and the rest was not. */
export const letterReasons = [...refusalReasons, 'IN_PART'] as const;
export type LetterReason = (typeof letterReasons)[number];

export type LetterLanguage = 'sv' | 'en';

/**
 * The refusal as it is sent. It neither confirms nor denies that any document or person exists: it is made of nothing
 * that could, so it is the same letter, byte for byte, whatever the authority holds. It names a function and no official
 * (FL 33 §: names may be left out of the notice where threats are feared). The registry number is put above it by the
 * authority's own document system.
 */
export const refusalText = (facts: RefusalFacts, language: LetterLanguage): string => {
  const { authorityKind, step, reason, kinds, decidedOn } = facts;
  const [title, next, by] = steps[language][step];
  const sections = provisionsFor(kinds, authorityKind, decidedOn)
    .map(({ provision }) => section(provision, language))
    .join('; ');
  return [
    `${title} ${decidedOn}`,
    `${subject[language]}: ${listOf(kinds, language)}.`,
    refused[language][reason === 'IN_PART' ? 1 : 0],
    grounds[language][reason](sections),
    next.replace('{weeks}', String(clockOn('APPEAL', decidedOn).amount)),
    by,
  ].join('\n\n');
};

const section = (provision: Provision, language: LetterLanguage): string => {
  const [, chapter, paragraph] = /^OSL_(\d+)_(\d+)$/.exec(provision) ?? [];
  return language === 'sv' ? `${chapter} kap. ${paragraph} §` : `chapter ${chapter}, section ${paragraph}`;
};

const kindNames: Readonly<Record<DocumentKind, Readonly<Record<LetterLanguage, string>>>> = {
  POLICY: { sv: 'riktlinjer', en: 'policies' },
  STATISTICS: { sv: 'statistik', en: 'statistics' },
  AGREEMENT: { sv: 'avtal', en: 'agreements' },
  CORRESPONDENCE: { sv: 'korrespondens', en: 'correspondence' },
  CASE_LIST: { sv: 'förteckningar över ärenden', en: 'lists of cases' },
  CASE_FILE: { sv: 'handlingar i ärenden', en: 'documents of cases' },
  THREAT_ASSESSMENT: { sv: 'hotbedömningar', en: 'threat assessments' },
  OTHER: { sv: 'andra handlingar', en: 'other documents' },
};

const listOf = (kinds: readonly DocumentKind[], language: LetterLanguage): string =>
  documentKinds
    .filter((kind) => kinds.includes(kind))
    .map((kind) => kindNames[kind][language])
    .join(', ');

/** Why, by the law: in the conditional, also where something was released, since what is left may be somebody else's. */
const grounds: Readonly<
  Record<LetterLanguage, Readonly<Record<LetterReason, (sections: string) => string>>>
> = {
  sv: {
    NOT_HELD: () => 'Myndigheten har inga handlingar av det begärda slaget.',
    IN_PART: (sections) =>
      `Det som i övrigt begärs skulle, om det fanns, omfattas av sekretess enligt offentlighets- och sekretesslagen (2009:400) ${sections}. Myndigheten varken bekräftar eller förnekar att det finns.`,
    SECRECY: (sections) =>
      `Uppgifter i handlingar av det begärda slaget skulle, om de fanns, omfattas av sekretess enligt offentlighets- och sekretesslagen (2009:400) ${sections}. Myndigheten varken bekräftar eller förnekar att någon sådan handling, eller någon person som den kunde avse, finns.`,
  },
  en: {
    NOT_HELD: () => 'The authority holds no documents of the kind requested.',
    IN_PART: (sections) =>
      `Whatever else is requested would, if it existed, be secret under the Public Access to Information and Secrecy Act (2009:400), ${sections}. The authority neither confirms nor denies that it exists.`,
    SECRECY: (sections) =>
      `Information in documents of the kind requested would, if it existed, be secret under the Public Access to Information and Secrecy Act (2009:400), ${sections}. The authority neither confirms nor denies that any such document, or any person whom it might concern, exists.`,
  },
};

const refused: Readonly<Record<LetterLanguage, readonly [whole: string, part: string]>> = {
  sv: ['Begäran avslås.', 'Det som lämnas ut följer med. Begäran avslås i övrigt.'],
  en: [
    'The request is refused.',
    'What is released is enclosed. In all other respects the request is refused.',
  ],
};

/** What the letter is called, how to go on, and who signs: a function. */
const steps: Readonly<
  Record<LetterLanguage, Readonly<Record<AnswerStep, readonly [title: string, next: string, by: string]>>>
> = {
  sv: {
    OFFICIAL: [
      'Svar',
      'Svaret är lämnat av en tjänsteman. Den som vill kan begära att frågan prövas av myndigheten, i ett skriftligt beslut som kan överklagas.',
      'Registrator',
    ],
    AUTHORITY: [
      'Beslut',
      'Beslutet kan överklagas hos kammarrätten. Överklagandet ska vara skriftligt, ställas till kammarrätten och ha kommit in till myndigheten inom {weeks} veckor från den dag då den som överklagar fick del av beslutet.',
      'Beslutande enligt delegation',
    ],
  },
  en: {
    OFFICIAL: [
      'Answer',
      'This answer was given by an official. A written decision of the authority, which may be appealed, may be requested.',
      'Registrar',
    ],
    AUTHORITY: [
      'Decision',
      'The decision may be appealed to the administrative court of appeal (kammarrätten). The appeal must be in writing, be addressed to that court and have reached the authority within {weeks} weeks of the day on which the appellant received the decision.',
      'Decision-maker under delegation',
    ],
  },
};

const subject: Readonly<Record<LetterLanguage, string>> = {
  sv: 'Begäran att få ta del av allmänna handlingar',
  en: 'Request for access to official documents',
};
