import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';
import type { Envelope } from '#kernel';

// AES-256-GCM from node:crypto, twice: data keys seal values, class keys wrap data keys.

const ivBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

/**
 * Sealed text is padded to a multiple of this many bytes (JSON does not mind blanks at its end): the length of a
 * ciphertext must not tell Ale from Upplands Väsby.
 */
export const paddingBlock = 128;

/** The envelope does not open with the key that it names: moved, altered, or under another key. */
export class EnvelopeBroken extends Error {
  override readonly name = 'EnvelopeBroken';
  constructor() {
    super('an envelope does not open as what it says it is');
  }
}

export interface Place {
  readonly stream: string;
  readonly event: string;
  readonly path: string;
}

/** Ties a ciphertext to where it was written. None of the three may hold a line break, or two places could look alike. */
const placeData = ({ stream, event, path }: Place): Buffer => {
  if ([stream, event, path].some((part) => part === '' || part.includes('\n')))
    throw new Error('a stream, event or path is empty or has a line break');
  return Buffer.from(`${stream}\n${event}\n${path}`, 'utf8');
};

const encrypt = (key: KeyObject | Buffer, clear: Buffer, aad: Buffer) => {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad);
  const ct = Buffer.concat([cipher.update(clear), cipher.final()]);
  return { iv, ct, tag: cipher.getAuthTag() };
};

/** @throws EnvelopeBroken */
const decrypt = (key: KeyObject | Buffer, iv: Buffer, ct: Buffer, tag: Buffer, aad: Buffer): Buffer => {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
      .setAAD(aad)
      .setAuthTag(tag);
    return Buffer.concat([decipher.update(ct), decipher.final()]);
  } catch {
    throw new EnvelopeBroken();
  }
};

export const newDataKey = (): Buffer => randomBytes(keyBytes);

/** @throws TypeError when the value has no JSON form */
export const sealValue = (
  dataKey: Buffer,
  place: Place,
  value: unknown,
): Pick<Envelope, 'iv' | 'ct' | 'tag'> => {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new TypeError('nothing to seal');
  const length = Buffer.byteLength(json, 'utf8');
  const clear = Buffer.alloc(Math.ceil(length / paddingBlock) * paddingBlock, ' ');
  clear.write(json, 'utf8');
  const { iv, ct, tag } = encrypt(dataKey, clear, placeData(place));
  clear.fill(0);
  return { iv: iv.toString('base64url'), ct: ct.toString('base64url'), tag: tag.toString('base64url') };
};

/** @throws EnvelopeBroken */
export const openValue = (
  dataKey: Buffer,
  envelope: Place & Pick<Envelope, 'iv' | 'ct' | 'tag'>,
): unknown => {
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64url');
  const clear = decrypt(
    dataKey,
    bytes(envelope.iv),
    bytes(envelope.ct),
    bytes(envelope.tag),
    placeData(envelope),
  );
  try {
    return JSON.parse(clear.toString('utf8')) as unknown;
  } finally {
    clear.fill(0);
  }
};

/** What a data key is for. It goes into the wrapping, so that a row put in another's place does not unwrap. */
export interface KeyPlace {
  readonly subject: string;
  readonly stream: string;
  readonly class: string;
  readonly owner: string;
}

const keyData = (kid: string, place: KeyPlace): Buffer =>
  Buffer.from(['data-key', kid, place.subject, place.stream, place.class, place.owner].join('\n'), 'utf8');

/** iv, tag and ciphertext in one. */
export const wrapKey = (classKey: KeyObject, dataKey: Buffer, kid: string, place: KeyPlace): Buffer => {
  const { iv, ct, tag } = encrypt(classKey, dataKey, keyData(kid, place));
  return Buffer.concat([iv, tag, ct]);
};

/** @throws EnvelopeBroken when it was wrapped by another class key or for something else */
export const unwrapKey = (classKey: KeyObject, wrapped: Buffer, kid: string, place: KeyPlace): Buffer => {
  if (wrapped.length !== ivBytes + tagBytes + keyBytes) throw new EnvelopeBroken();
  return decrypt(
    classKey,
    wrapped.subarray(0, ivBytes),
    wrapped.subarray(ivBytes + tagBytes),
    wrapped.subarray(ivBytes, ivBytes + tagBytes),
    keyData(kid, place),
  );
};
