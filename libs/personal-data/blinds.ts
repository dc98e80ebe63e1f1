import type { KeyObject } from 'node:crypto';
import { EnvelopeBroken } from './crypto.js';
import { DeterministicCipher } from './deterministic.js';
import type { ClassKeys } from './keys.js';

/** What keyed hashes are under one epoch of the class keys, in their order. */
export interface Blinded {
  readonly epoch: number;
  readonly texts: readonly string[];
}

/** The epoch of rows from before 2026-11-26, which hold the keyed hash as it is. */
const bare = 0;

/**
 * What stands in the index of persons, beside it for who goes along, and in Police's register in the place of a keyed hash:
 * the hash encrypted, always to the same text, under a key that comes from the class keys. Rows are found and compared by it as by the hash, and when an
 * epoch is destroyed, nothing that was written under it (write-ahead log, backups) leads from a number to a person any
 * more, not even with the routing key. All rows are under one epoch, which the database knows (`vault.blind_epoch`) and a
 * rotation moves for all of them at once; so everybody asks with what the hash is under each epoch that is there.
 */
export class Blinds {
  constructor(private readonly keys: ClassKeys) {}

  /**
   * The hashes under each epoch that is there.
   * @param orBare also as they are, for a database of before that has had no rotation since
   */
  of(hashes: readonly string[], orBare = false): readonly Blinded[] {
    const ring = this.keys.of('identity');
    const blinded = ring.epochs.map((epoch) => ({
      epoch,
      texts: hashes.map((hash) => blind(ring.get(epoch), epoch, hash)),
    }));
    return orBare ? [...blinded, { epoch: bare, texts: hashes }] : blinded;
  }

  /**
   * Does the work; where the rows are under an epoch that is not there looks for newer keys and does it once more.
   * @param work is given what turns hashes into what they are under each epoch
   */
  withNewest<Result>(
    work: (of: (hashes: readonly string[]) => readonly Blinded[]) => Promise<Result>,
  ): Promise<Result> {
    let again = false;
    return this.keys.withNewest(() => {
      const orBare = again;
      again = true;
      return work((hashes) => this.of(hashes, orBare));
    });
  }

  /**
   * The hash behind what stands in a row.
   * @throws KeyUnavailable when its epoch is not there, EnvelopeBroken when it was tampered with
   */
  open(text: string): string {
    const [, prefix, epoch, packed] = form.exec(text) ?? [];
    if (prefix === undefined || packed === undefined) return text;
    const hash = cipherOf(this.keys.of('identity').get(Number(epoch))).open(packed);
    if (hash?.startsWith(prefix) !== true) throw new EnvelopeBroken();
    return hash;
  }

  /** What stands in a row, under another epoch. @throws as open */
  move(text: string, epoch: number): string {
    return blind(this.keys.of('identity').get(epoch), epoch, this.open(text));
  }
}

/** `p1` or `t1` and the epoch of the routing key, as in the hash; then the epoch of the class keys, and a dot, which no hash has. */
const form = /^([pt]1\d+-)b1(\d+)\.([A-Za-z0-9_-]+)$/;

const blind = (classKey: KeyObject, epoch: number, hash: string): string =>
  `${hash.slice(0, hash.indexOf('-') + 1)}b1${epoch}.${cipherOf(classKey).seal(hash)}`;

/** For which the key that comes from a class key is used, and for nothing else. */
export const rowsUse = 'index of persons';

/** A cipher for this and nothing else, made once for each class key. */
const cipherOf = (classKey: KeyObject): DeterministicCipher => {
  const known = made.get(classKey);
  if (known) return known;
  const cipher = new DeterministicCipher(classKey, rowsUse);
  made.set(classKey, cipher);
  return cipher;
};
const made = new WeakMap<KeyObject, DeterministicCipher>();
