import type { Hash } from './merkle-tree.js';
import { type NoteKey, NoteRefused, openNote, signNote } from './note.js';
import type { NotarySigner } from './notary-key.js';

/** So many events from the beginning of the log, and the root of the tree over them. */
export interface TreeHead {
  readonly size: number;
  readonly root: Hash;
}

/** C2SP tlog-checkpoint: origin, size and root, one line each, as a signed note. The origin is the name of the key. */
export const signCheckpoint = ({ size, root }: TreeHead, signer: NotarySigner): string =>
  signNote(`${signer.key.name}\n${size}\n${root.toString('base64')}\n`, signer);

/** @throws NoteRefused when none of the keys has signed it for its own log, or it is no checkpoint */
export const openCheckpoint = (
  note: string,
  keys: readonly NoteKey[],
): TreeHead & { readonly by: NoteKey } => {
  const { text, by } = openNote(note, keys);
  const [origin, size, root] = text.split('\n');
  const hash = Buffer.from(root ?? '', 'base64');
  if (origin !== by.name)
    throw new NoteRefused('the checkpoint is not one of the log that the key signs for');
  if (!/^(0|[1-9]\d{0,15})$/.test(size ?? '') || hash.length !== 32)
    throw new NoteRefused('the note holds no checkpoint');
  return { size: Number(size), root: hash, by };
};
