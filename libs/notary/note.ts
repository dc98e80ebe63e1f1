import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** The note is not of the form that it should have, or no given key has signed it. */
export class NoteRefused extends Error {
  override readonly name = 'NoteRefused';
}

/** A public key with the name under which it signs. */
export interface NoteKey {
  readonly name: string;
  /** First four bytes of a hash of name and key: a hint which key a signature belongs to. */
  readonly id: Buffer;
  readonly key: KeyObject;
  /** `<name>+<id>+<key>`, to be handed out. */
  readonly text: string;
}

/** The number that the format gives to Ed25519. */
const ed25519 = Buffer.of(0x01);

const rawOf = (key: KeyObject): Buffer => Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');

export const noteKeyOf = (name: string, key: KeyObject): NoteKey => {
  if (!/^[^\s+]+$/.test(name)) throw new NoteRefused('the name of a key has no space and no plus sign');
  if (key.asymmetricKeyType !== 'ed25519') throw new NoteRefused('the key is not one of Ed25519');
  const typed = Buffer.concat([ed25519, rawOf(key)]);
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4);
  return { name, id, key, text: `${name}+${id.toString('hex')}+${typed.toString('base64')}` };
};

/** @throws NoteRefused when it is not a key, or its id is not that of its name and key */
export const parseNoteKey = (text: string): NoteKey => {
  const [, name, id, typed] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text.trim()) ?? [];
  const bytes = Buffer.from(typed ?? '', 'base64');
  if (!name || bytes.length !== 33 || !bytes.subarray(0, 1).equals(ed25519))
    throw new NoteRefused('not a public key of the form <name>+<id>+<key>');
  const x = bytes.subarray(1).toString('base64url');
  const key = noteKeyOf(name, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }));
  if (key.id.toString('hex') !== id)
    throw new NoteRefused('the id of the public key is not the one of this key');
  return key;
};

/** C2SP signed-note: the text, an empty line, and a line `— <name> <base64 of id and signature>`. */
export const signNote = (
  text: string,
  signer: { readonly key: NoteKey; readonly secret: KeyObject },
): string => {
  const signature = Buffer.concat([signer.key.id, sign(null, Buffer.from(text), signer.secret)]);
  return `${text}\n\u2014 ${signer.key.name} ${signature.toString('base64')}\n`;
};

/**
 * The text of a note that one of these keys has signed.
 * @throws NoteRefused otherwise
 */
export const openNote = (
  note: string,
  keys: readonly NoteKey[],
): { readonly text: string; readonly by: NoteKey } => {
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw new NoteRefused('not a signed note');
  const text = note.slice(0, end + 1);
  for (const line of note.slice(end + 2).split('\n')) {
    const [, name, encoded] = /^\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
    const bytes = Buffer.from(encoded ?? '', 'base64');
    for (const key of keys)
      if (
        key.name === name &&
        key.id.equals(bytes.subarray(0, 4)) &&
        verify(null, Buffer.from(text), key.key, bytes.subarray(4))
      )
        return { text, by: key };
  }
  throw new NoteRefused('none of the given keys has signed the note');
};
