import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import type { Position } from '#kernel';
import { KeyRing, type KeyMaterial } from './keys.js';

const ivBytes = 12;
const tagBytes = 16;

interface Keys {
  readonly iv: Buffer;
  readonly cipher: Buffer;
}

/**
 * Places in the log as callers are given them. The number in a position counts the events of the whole country: two
 * answers, and whoever holds them knows how much happened in between. So it goes out encrypted and authenticated, under
 * keys derived from the routing key, and nothing else comes back in. The same position always gives the same text, so
 * that a repeated command has the same answer.
 */
export class OpaquePositions {
  readonly #routing: KeyRing;
  readonly #derived = new Map<number, Keys>();

  constructor(material: Pick<KeyMaterial, 'routingKeys'>) {
    this.#routing = new KeyRing(material.routingKeys, 'routing key');
  }

  /** What goes out. */
  seal(position: Position): string {
    const { epoch } = this.#routing;
    const { iv: ivKey, cipher: cipherKey } = this.#keysOf(epoch);
    // Made from what is encrypted (as in RFC 5297): it repeats only where the position does.
    const iv = createHmac('sha256', ivKey).update(position, 'utf8').digest().subarray(0, ivBytes);
    const cipher = createCipheriv('aes-256-gcm', cipherKey, iv);
    const text = Buffer.concat([cipher.update(position, 'utf8'), cipher.final()]);
    return `p1${epoch}-${Buffer.concat([iv, text, cipher.getAuthTag()]).toString('base64url')}`;
  }

  /** What stands behind it; undefined for what was not given out here, by this or an older routing key. */
  open(given: string): Position | undefined {
    const [, epochText, packed] = /^p1(\d{1,6})-([A-Za-z0-9_-]{39,250})$/.exec(given) ?? [];
    const epoch = Number(epochText);
    if (packed === undefined || !this.#routing.epochs.includes(epoch)) return undefined;
    const bytes = Buffer.from(packed, 'base64url');
    // One text for each position: spare bits at the end of base64 would make several.
    if (bytes.length <= ivBytes + tagBytes || bytes.toString('base64url') !== packed) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.#keysOf(epoch).cipher, bytes.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]).toString(
        'utf8',
      );
    } catch {
      return undefined;
    }
  }

  #keysOf(epoch: number): Keys {
    const known = this.#derived.get(epoch);
    if (known) return known;
    const bytes = Buffer.from(hkdfSync('sha256', this.#routing.get(epoch), '', 'position', 64));
    const keys = { iv: bytes.subarray(0, 32), cipher: bytes.subarray(32) };
    this.#derived.set(epoch, keys);
    return keys;
  }
}
