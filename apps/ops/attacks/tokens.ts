import { createHash, createHmac, type KeyObject } from 'node:crypto';
import { areaOf, municipalities, organisations } from '#application';
import { type TokenKind } from '#kernel';
import { Tokens } from '#personal-data';

/** Every token and keyed hash that stands in a text. */
export const tokensIn = (text: string): ReadonlySet<string> =>
  new Set(text.match(/\b[tp]1\d+-[A-Za-z0-9_-]{43}/g)?.map((token) => token.slice(token.indexOf('-') + 1)));

/** Every number of Skatteverket's series for tests (birth numbers 980 to 999), of everybody born in these years. */
export function* testNumbers(fromYear: number, toYear: number): Generator<string> {
  for (let day = Date.UTC(fromYear, 0, 1), end = Date.UTC(toYear + 1, 0, 1); day < end; day += 86_400_000) {
    const date = new Date(day).toISOString().slice(0, 10).replaceAll('-', '');
    for (let birth = 980; birth <= 999; birth += 1) {
      const nine = `${date.slice(2)}${birth}`;
      const sum = [...nine].reduce((total, digit, index) => {
        const product = Number(digit) * (index % 2 === 0 ? 2 : 1);
        return total + (product > 9 ? product - 9 : product);
      }, 0);
      yield `${date}${birth}${(10 - (sum % 10)) % 10}`;
    }
  }
}

/** All organisations and places that there are: ids, organisation numbers, codes of municipalities, areas. */
export function* organisationsAndPlaces(): Generator<readonly [TokenKind, string]> {
  for (const { id, orgNumber } of organisations) {
    yield ['organisation', id];
    yield ['organisation', orgNumber];
  }
  for (let code = 0; code <= 9_999; code += 1) {
    const text = String(code).padStart(4, '0');
    yield ['municipality', text];
    yield ['organisation', `board:${text}`];
  }
  for (const municipality of municipalities) yield ['area', areaOf(municipality)];
}

/** Turns a text into what it would be as a token. */
export type Guess = (parts: readonly string[]) => string;

/** How somebody would try who knows this code and everything but the routing key. */
export const guessesWithout = (keys: readonly KeyObject[]): readonly Guess[] => [
  (parts) => createHash('sha256').update(parts.join('\n')).digest('base64url'),
  (parts) => createHash('sha256').update(parts.at(-1)!).digest('base64url'),
  ...[Buffer.alloc(32), ...keys].map(
    (key): Guess =>
      (parts) =>
        createHmac('sha256', key).update(parts.join('\n'), 'utf8').digest('base64url'),
  ),
];

/** @returns attempts and hits */
export const tryAll = (
  found: ReadonlySet<string>,
  candidates: Iterable<readonly string[]>,
  guesses: readonly Guess[],
): { readonly tried: number; readonly hit: number } => {
  let tried = 0;
  let hit = 0;
  for (const parts of candidates)
    for (const guess of guesses) {
      tried += 1;
      if (found.has(guess(parts))) hit += 1;
    }
  return { tried, hit };
};

/** The same with the routing key: what can be found at all. @param found without what says of which kind and epoch each is */
export const foundWithRoutingKey = (
  found: ReadonlySet<string>,
  material: ConstructorParameters<typeof Tokens>[0],
  numbers: Iterable<string>,
): { readonly persons: number; readonly organisations: number } => {
  const tokens = new Tokens(material);
  const bare = (token: string): string => token.slice(token.indexOf('-') + 1);
  let persons = 0;
  for (const number of numbers)
    if (tokens.personHashes(number).some((hash) => found.has(bare(hash)))) persons += 1;
  let those = 0;
  for (const [kind, value] of organisationsAndPlaces())
    if (tokens.everyToken(kind, value).some((token) => found.has(bare(token)))) those += 1;
  return { persons, organisations: those };
};
