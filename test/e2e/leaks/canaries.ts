import { formsOf } from '../../../apps/ops/demo/traces.js';
import { inventedNumber } from '../../support/story.js';

// What is planted in every personal field of a case, and how it is looked for in whatever anybody is answered.

/** Texts that stand for one thing: whoever reads one of them knows it. */
export type Canaries = Readonly<Record<string, readonly string[]>>;

/** A personal identity number in all the spellings in which people and systems write it. */
export const spellings = (number: string): readonly string[] => {
  const [day, last] = [number.slice(0, 8), number.slice(8)];
  return [
    `${day}${last}`,
    `${day}-${last}`,
    `${day} ${last}`,
    `${day.slice(2)}${last}`,
    `${day.slice(2)}-${last}`,
    `${day.slice(2)}+${last}`,
    `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}-${last}`,
  ];
};

/** What is said of one invented person, each text in one field and nowhere else. `å` shows what is escaped. */
export const saidOf = (order: number) => {
  const canary = (field: string): string => `Kanarieå-${field}-${order}xq7`;
  const number = (offset: number): string => inventedNumber(order * 20 + offset);
  return {
    personalIdentityNumber: number(0),
    givenName: canary('given'),
    familyName: canary('family'),
    registryNumber: canary('registry'),
    supportRegistryNumber: canary('support'),
    needSummary: canary('needs'),
    companion: canary('companion'),
    companionNumber: number(3),
    detail: canary('detail'),
    advice: canary('advice'),
    network: canary('network'),
    adversaryNetwork: canary('adversarynetwork'),
    adversary: number(1),
    kin: number(2),
    servedRegistryNumber: canary('servedregistry'),
    servedText: canary('served'),
    shelterProvider: canary('shelterprovider'),
    shelterPlace: canary('shelterplace'),
    housing: `Kanarie-housing-${order}xq7`,
    address: canary('address'),
    followUpNote: canary('followup'),
    glassNote: canary('glass'),
    glassNoteThere: canary('glassthere'),
    grounds: canary('grounds'),
    inquiryReference: canary('inquiryreference'),
    inquiryText: canary('inquiry'),
    weighingNote: canary('weighing'),
    inquiryRecipient: canary('recipient'),
    stayRecipient: canary('stayrecipient'),
    documentText: canary('document'),
    documentContact: canary('contact'),
    documentRegistryNumber: canary('docregistry'),
    documentNote: canary('documentnote'),
    decisionNote: canary('decisionnote'),
    stayReference: canary('stayreference'),
    stayText: canary('stay'),
  } as const;
};
export type Said = ReturnType<typeof saidOf>;
export type Field = keyof Said;

export const numbers: readonly Field[] = ['personalIdentityNumber', 'companionNumber', 'adversary', 'kin'];

/** As above, in all spellings. */
export const canariesOf = (said: Said): Canaries =>
  Object.fromEntries(
    Object.entries(said).map(([field, text]) => [
      field,
      numbers.includes(field as Field) ? spellings(text) : [text],
    ]),
  );

/** JSON may write a letter beyond ASCII as its number, and an address in percent. */
const escaped = (text: string): readonly string[] => [
  JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/[\u007f-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
  encodeURIComponent(text),
  encodeURIComponent(text).toLowerCase(),
  encodeURIComponent(text).replaceAll('%20', '+'),
];

const isShort = (text: string): boolean => text.length < 7;
/** In the middle of one in some tens of thousands stand the four digits of a code. */
const randomIds = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi;

/**
 * Looks for canaries in text: as they are, escaped, in percent, in hex, in base64 at each offset, in UTF-16.
 * @returns a function that names the canaries found
 */
export const searcher = (canaries: Canaries): ((text: string) => readonly string[]) => {
  const forms = Object.entries(canaries).map(([name, texts]) => ({
    name,
    // A short one, such as a code of four digits, only as a value of its own: else chance would find it.
    short: texts.filter(isShort).flatMap((text) => [`"${text}"`, `:${text}"`, `-${text}-`]),
    long: [
      ...new Set(
        texts
          .filter((text) => !isShort(text))
          .flatMap((text) => [
            text,
            ...escaped(text),
            ...formsOf(text).map((form) => form.toString('latin1')),
          ]),
      ),
    ],
  }));
  const known = new Map<string, readonly string[]>();
  return (text) => {
    const before = known.get(text);
    if (before) return before;
    const bytes = Buffer.from(text, 'utf8').toString('latin1');
    const withoutIds = text.replaceAll(randomIds, '');
    const found = forms
      .filter(
        ({ short, long }) =>
          short.some((form) => withoutIds.includes(form)) ||
          long.some((form) => text.includes(form) || bytes.includes(form)),
      )
      .map(({ name }) => name);
    known.set(text, found);
    return found;
  };
};
