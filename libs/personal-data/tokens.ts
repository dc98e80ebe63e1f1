import { createHmac, type KeyObject } from 'node:crypto';
import type { Token, TokenKind } from '#kernel';
import { KeyRing, type KeyMaterial } from './keys.js';

const hmac = (key: KeyObject, ...parts: readonly string[]): string =>
  createHmac('sha256', key).update(parts.join('\n'), 'utf8').digest('base64url');

/** The shape of every token: version, epoch of the routing key, keyed hash. */
export const tokenPattern = /^t1\d+-[A-Za-z0-9_-]{43}$/;

/** None of its epochs is ever destroyed: a file without the first would make other tokens of the same organisations. */
const wholeRing = (keys: KeyMaterial['routingKeys']): KeyRing => {
  const ring = new KeyRing(keys, 'routing key');
  for (let epoch = 1; epoch <= ring.epoch; epoch += 1) ring.get(epoch);
  return ring;
};

const newestSince = (keys: KeyMaterial['routingKeys']): number | undefined => {
  const since = keys.reduce((a, b) => (b.epoch > a.epoch ? b : a)).since;
  return since === undefined ? undefined : Date.parse(since);
};

/** A year, and a day for a leap year. */
const yearMs = 366 * 24 * 3_600_000;

/**
 * Keyed hashes. They can be compared by everybody and made only here, with the routing key: without it, trying all
 * organisation numbers or personal identity numbers leads nowhere.
 */
export class Tokens {
  #routing: KeyRing;
  #since: number | undefined;

  /** @throws KeyUnavailable when an epoch is missing: tokens of another would stand for the same things */
  constructor(material: Pick<KeyMaterial, 'routingKeys'>) {
    this.#routing = wholeRing(material.routingKeys);
    this.#since = newestSince(material.routingKeys);
  }

  /**
   * The token of this kind and value. What is compared from one case to another (organisations, places, sides of a
   * conflict) keeps the token of the first epoch, or two of one would be taken for strangers: a rival in the same town
   * for somebody else. A person gets the newest; who was known under an older one is looked for (Directory.official).
   */
  token(kind: TokenKind, value: string): Token {
    const { epoch, epochs } = this.#routing;
    return this.#of(kind, value, kind === 'person' ? epoch : (epochs.at(-1) ?? epoch));
  }

  /**
   * Takes the routing keys of today, a new epoch among them.
   * @throws KeyUnavailable when an older one is missing: what it made would not be found any more
   */
  renew({ routingKeys }: Pick<KeyMaterial, 'routingKeys'>): void {
    const renewed = wholeRing(routingKeys);
    for (const epoch of this.#routing.epochs) renewed.get(epoch);
    this.#routing = renewed;
    this.#since = newestSince(routingKeys);
  }

  /** Whether the newest epoch is not older than a year: false as well where nobody knows how old it is. */
  isOfThisYear(now: Date): boolean {
    return this.#since !== undefined && now.getTime() - this.#since <= yearMs;
  }

  /** The tokens of all epochs, newest first: for finding what was written under an older routing key. */
  everyToken(kind: TokenKind, value: string): readonly Token[] {
    return this.#routing.epochs.map((epoch) => this.#of(kind, value, epoch));
  }

  /** Hashes for the index of persons, newest epoch first. `number` has twelve digits (identity.ts). */
  personHashes(number: string): readonly string[] {
    return this.#routing.epochs.map(
      (epoch) => `p1${epoch}-${hmac(this.#routing.get(epoch), 'person-index', number)}`,
    );
  }

  /** Keyed hash from which the code of a case is made that is read aloud (`referenceCodes`). */
  referenceHash(proposalId: string): string {
    return hmac(this.#routing.get(1), 'reference-code', proposalId);
  }

  #of(kind: TokenKind, value: string, epoch: number): Token {
    if (value === '') throw new Error(`there is nothing to make a token of kind ${kind} from`);
    return `t1${epoch}-${hmac(this.#routing.get(epoch), 'token', kind, value)}`;
  }
}
