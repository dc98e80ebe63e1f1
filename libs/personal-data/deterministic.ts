import { createCipheriv, createDecipheriv, createHmac, hkdfSync, type KeyObject } from 'node:crypto';

const ivBytes = 12;
const tagBytes = 16;

/**
 * Authenticated encryption that gives one text for one clear text, so that it can be compared, or be the same in a repeat.
 * AES-256-GCM with an iv made from what is encrypted (as in RFC 5297): it repeats only where that does.
 */
export class DeterministicCipher {
  readonly #iv: Buffer;
  readonly #cipher: Buffer;

  /** @param use what the derived keys are for, and nothing else */
  constructor(key: KeyObject, use: string) {
    const bytes = Buffer.from(hkdfSync('sha256', key, '', use, 64));
    this.#iv = bytes.subarray(0, 32);
    this.#cipher = bytes.subarray(32);
  }

  /** In base64url. */
  seal(text: string): string {
    const iv = createHmac('sha256', this.#iv).update(text, 'utf8').digest().subarray(0, ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#cipher, iv);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString('base64url');
  }

  /** Undefined for what was not made with this key. */
  open(given: string): string | undefined {
    const bytes = Buffer.from(given, 'base64url');
    // One text only: spare bits at the end of base64 would make several.
    if (bytes.length <= ivBytes + tagBytes || bytes.toString('base64url') !== given) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.#cipher, bytes.subarray(0, ivBytes), {
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
}
