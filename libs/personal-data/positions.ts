import type { Position } from '#kernel';
import { DeterministicCipher } from './deterministic.js';
import { KeyRing, type KeyMaterial } from './keys.js';

/**
 * Places in the log as callers are given them. The number in a position counts the events of the whole country: two
 * answers, and whoever holds them knows how much happened in between. So it goes out encrypted and authenticated, under
 * keys derived from the routing key, and nothing else comes back in. The same position always gives the same text, so
 * that a repeated command has the same answer.
 */
export class OpaquePositions {
  readonly #routing: KeyRing;
  readonly #ciphers = new Map<number, DeterministicCipher>();

  constructor(material: Pick<KeyMaterial, 'routingKeys'>) {
    this.#routing = new KeyRing(material.routingKeys, 'routing key');
  }

  /** What goes out. */
  seal(position: Position): string {
    const { epoch } = this.#routing;
    return `p1${epoch}-${this.#cipherOf(epoch).seal(position)}`;
  }

  /** What stands behind it; undefined for what was not given out here, by this or an older routing key. */
  open(given: string): Position | undefined {
    const [, epochText, packed] = /^p1(\d{1,6})-([A-Za-z0-9_-]{39,250})$/.exec(given) ?? [];
    const epoch = Number(epochText);
    if (packed === undefined || !this.#routing.epochs.includes(epoch)) return undefined;
    return this.#cipherOf(epoch).open(packed);
  }

  #cipherOf(epoch: number): DeterministicCipher {
    const known = this.#ciphers.get(epoch);
    if (known) return known;
    const cipher = new DeterministicCipher(this.#routing.get(epoch), 'position');
    this.#ciphers.set(epoch, cipher);
    return cipher;
  }
}
