import { type AgencyKind, derivedId, type PlainDate } from '#kernel';
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

/** IN_PART: something is released by this decision, and the rest is not. REST: nothing is, after what was before. */
export const letterReasons = [...refusalReasons, 'IN_PART', 'REST'] as const;
export type LetterReason = (typeof letterReasons)[number];

export type LetterLanguage = 'sv' | 'en';

/** By which texts a letter was written, and what stands in it besides: kept with the decision, and never looked up again. */
export interface WrittenLetter {
  readonly version: string;
  /** Of which kind the letter is; of the first texts not kept. */
  readonly reason?: LetterReason;
  readonly provisions: readonly Provision[];
  readonly appealWeeks: number;
  /** A hash of the letter in both languages, as an id is derived. */
  readonly hash: string;
}

export type Letter = Readonly<Record<LetterLanguage, string>>;

/**
 * The letter as it is decided now, by the newest texts.
 * @param withheld of which kinds something may be left out, when it is not all that were asked for
 */
export const writeLetter = (
  facts: RefusalFacts,
  withheld: readonly DocumentKind[] = facts.kinds,
  texts: LetterTexts = newestOf(letterTexts),
): { readonly letter: Letter; readonly written: WrittenLetter } => {
  const { authorityKind, decidedOn, reason } = facts;
  const parts = {
    version: texts.version,
    ...(texts === firstTexts ? {} : { reason }),
    provisions: provisionsFor(withheld, authorityKind, decidedOn).map(({ provision }) => provision),
    appealWeeks: clockOn('APPEAL', decidedOn).amount,
  };
  const letter = lettersOf(facts, parts, texts);
  return { letter, written: { ...parts, hash: hashOf(letter) } };
};

/**
 * The letter as it was decided, to the byte, whatever texts there are today.
 * @param written as it stands with the decision; a decision of before 2026-11-26 has none, and is read by the texts and
 *   rules of its day
 * @throws Error when it would not be the same letter: texts that were in use are never changed
 */
export const readLetter = (
  facts: RefusalFacts,
  written: WrittenLetter | undefined,
  all: readonly LetterTexts[] = letterTexts,
): Letter => {
  const texts = written ? all.find(({ version }) => version === written.version) : all.at(-1);
  if (!texts) throw new Error('the texts by which a letter was written are gone');
  if (!written) return writeLetter(facts, facts.kinds, texts).letter;
  const letter = lettersOf(facts, written, texts);
  if (hashOf(letter) !== written.hash) throw new Error('a letter is not the one that was decided');
  return letter;
};

const newestOf = ([newest]: readonly LetterTexts[]): LetterTexts => {
  if (!newest) throw new Error('there are no texts');
  return newest;
};

const hashOf = ({ sv, en }: Letter): string => derivedId('refusal-letter', sv, en);

const lettersOf = (
  facts: RefusalFacts,
  parts: Omit<WrittenLetter, 'hash'>,
  { of: texts }: LetterTexts,
): Letter => ({ sv: textOf(facts, parts, texts, 'sv'), en: textOf(facts, parts, texts, 'en') });

/**
 * The refusal as it is sent. It neither confirms nor denies that any document or person exists: it is made of nothing
 * that could, so it is the same letter, byte for byte, whatever the authority holds. It names a function and no official
 * (FL 33 §: names may be left out of the notice where threats are feared). The registry number is put above it by the
 * authority's own document system.
 */
const textOf = (
  { step, reason, kinds, decidedOn }: RefusalFacts,
  { provisions, appealWeeks }: Omit<WrittenLetter, 'hash'>,
  texts: LetterTexts['of'],
  language: LetterLanguage,
): string => {
  const { subject, refused, grounds, steps } = texts[language];
  const [title, next, by] = steps[step];
  const sections = provisions.map((provision) => section(provision, language)).join('; ');
  return [
    `${title} ${decidedOn}`,
    `${subject}: ${listOf(kinds, texts[language].kinds)}.`,
    wordsOf(refused[reason === 'IN_PART' ? 1 : reason === 'REST' ? 2 : 0]),
    wordsOf(grounds[reason]).replace('{sections}', sections),
    next.replace('{weeks}', String(appealWeeks)),
    by,
  ].join('\n\n');
};

/** @throws Error when texts are used for a letter that they did not know: what they said of it would be of another */
const wordsOf = (words: string | undefined): string => {
  if (words === undefined) throw new Error('these texts have no such letter');
  return words;
};

const section = (provision: Provision, language: LetterLanguage): string => {
  const [, chapter, paragraph] = /^OSL_(\d+)_(\d+)$/.exec(provision) ?? [];
  return language === 'sv' ? `${chapter} kap. ${paragraph} §` : `chapter ${chapter}, section ${paragraph}`;
};

const listOf = (kinds: readonly DocumentKind[], names: Readonly<Record<DocumentKind, string>>): string =>
  documentKinds
    .filter((kind) => kinds.includes(kind))
    .map((kind) => names[kind])
    .join(', ');

interface TextsIn {
  readonly subject: string;
  readonly kinds: Readonly<Record<DocumentKind, string>>;
  readonly refused: readonly [whole: string, part: string, rest?: string];
  /** Why, by the law: in the conditional, also where something was released, since what is left may be somebody else's. */
  readonly grounds: Readonly<Record<Exclude<LetterReason, 'REST'>, string>> & { readonly REST?: string };
  /** What the letter is called, how to go on, and who signs: a function. */
  readonly steps: Readonly<Record<AnswerStep, readonly [title: string, next: string, by: string]>>;
}
export interface LetterTexts {
  readonly version: string;
  readonly of: Readonly<Record<LetterLanguage, TextsIn>>;
}

const firstTexts: LetterTexts = {
  version: '2026-11-26',
  of: {
    sv: {
      subject: 'Begäran att få ta del av allmänna handlingar',
      kinds: {
        POLICY: 'riktlinjer',
        STATISTICS: 'statistik',
        AGREEMENT: 'avtal',
        CORRESPONDENCE: 'korrespondens',
        CASE_LIST: 'förteckningar över ärenden',
        CASE_FILE: 'handlingar i ärenden',
        THREAT_ASSESSMENT: 'hotbedömningar',
        OTHER: 'andra handlingar',
      },
      refused: ['Begäran avslås.', 'Det som lämnas ut följer med. Begäran avslås i övrigt.'],
      grounds: {
        NOT_HELD: 'Myndigheten har inga handlingar av det begärda slaget.',
        IN_PART:
          'Det som i övrigt begärs skulle, om det fanns, omfattas av sekretess enligt offentlighets- och sekretesslagen (2009:400) {sections}. Myndigheten varken bekräftar eller förnekar att det finns.',
        SECRECY:
          'Uppgifter i handlingar av det begärda slaget skulle, om de fanns, omfattas av sekretess enligt offentlighets- och sekretesslagen (2009:400) {sections}. Myndigheten varken bekräftar eller förnekar att någon sådan handling, eller någon person som den kunde avse, finns.',
      },
      steps: {
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
    },
    en: {
      subject: 'Request for access to official documents',
      kinds: {
        POLICY: 'policies',
        STATISTICS: 'statistics',
        AGREEMENT: 'agreements',
        CORRESPONDENCE: 'correspondence',
        CASE_LIST: 'lists of cases',
        CASE_FILE: 'documents of cases',
        THREAT_ASSESSMENT: 'threat assessments',
        OTHER: 'other documents',
      },
      refused: [
        'The request is refused.',
        'What is released is enclosed. In all other respects the request is refused.',
      ],
      grounds: {
        NOT_HELD: 'The authority holds no documents of the kind requested.',
        IN_PART:
          'Whatever else is requested would, if it existed, be secret under the Public Access to Information and Secrecy Act (2009:400), {sections}. The authority neither confirms nor denies that it exists.',
        SECRECY:
          'Information in documents of the kind requested would, if it existed, be secret under the Public Access to Information and Secrecy Act (2009:400), {sections}. The authority neither confirms nor denies that any such document, or any person whom it might concern, exists.',
      },
      steps: {
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
    },
  },
};

const firstIn = firstTexts.of;

/** Newest first. A change is a new version above the others; one that was in use stays as it is, to the byte. */
export const letterTexts: readonly LetterTexts[] = [
  {
    // A refusal after a release in part encloses nothing, and says so.
    version: '2026-11-26.2',
    of: {
      sv: {
        ...firstIn.sv,
        refused: [
          firstIn.sv.refused[0],
          firstIn.sv.refused[1],
          'Begäran avslås i det som inte tidigare har lämnats ut.',
        ],
        grounds: { ...firstIn.sv.grounds, REST: firstIn.sv.grounds.IN_PART },
      },
      en: {
        ...firstIn.en,
        refused: [
          firstIn.en.refused[0],
          firstIn.en.refused[1],
          'The request is refused in all that was not released before.',
        ],
        grounds: { ...firstIn.en.grounds, REST: firstIn.en.grounds.IN_PART },
      },
    },
  },
  firstTexts,
];
