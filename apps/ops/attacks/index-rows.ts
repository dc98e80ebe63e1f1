import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { DeterministicCipher, type KeyMaterial, rowsUse, Tokens } from '#personal-data';
import { filesBelow } from '../demo/traces.js';

// Rows of the index of persons, of who goes along and of Police's register, as they lie in files: what stands in the place of a number. Whoever
// turns one back with the routing key knows who was in a case; beside it lies the id of that person.

/**
 * A keyed hash as it is, or blinded, which makes 100 characters of its 47. Exactly so many: what follows in a row are the
 * bytes of an id, which may look like more of it.
 */
const form = /[pt]1\d-(?:b1\d+\.[A-Za-z0-9_-]{100}|[A-Za-z0-9_-]{43})/g;

export const rowTextsIn = (text: string): ReadonlySet<string> => new Set(text.match(form));

/** Everything of that form in the files below these folders, the write-ahead log apart. */
export const rowTextsBelow = async (
  folders: readonly string[],
  leaveOut: readonly string[],
): Promise<{ readonly log: ReadonlySet<string>; readonly files: ReadonlySet<string> }> => {
  const [log, files] = [new Set<string>(), new Set<string>()];
  for (const folder of folders)
    for (const file of await filesBelow(folder)) {
      if (leaveOut.some((left) => !relative(left, file).startsWith('..'))) continue;
      const into = file.includes('pg_wal') ? log : files;
      for (const text of rowTextsIn((await readFile(file)).toString('latin1'))) into.add(text);
    }
  return { log, files };
};

/** The hashes in such texts, with these class keys: each is tried on each, whatever epoch or class it says it is of. */
export const hashesIn = (
  texts: Iterable<string>,
  classKeys: Iterable<KeyObject>,
): { readonly tried: number; readonly hashes: ReadonlySet<string> } => {
  const ciphers = [...classKeys].map((key) => new DeterministicCipher(key, rowsUse));
  const hashes = new Set<string>();
  let tried = 0;
  for (const text of texts) {
    const packed = /\.(.*)$/.exec(text)?.[1];
    if (packed === undefined) hashes.add(text);
    else
      for (const cipher of ciphers) {
        tried += 1;
        const hash = cipher.open(packed);
        if (hash !== undefined) hashes.add(hash);
      }
  }
  return { tried, hashes };
};

/** How many of these numbers are among the hashes, in the index or in the register. */
export const numbersAmong = (
  numbers: readonly string[],
  hashes: ReadonlySet<string>,
  routing: Pick<KeyMaterial, 'routingKeys'>,
): number => {
  const tokens = new Tokens(routing);
  return numbers.filter((number) =>
    [
      ...tokens.personHashes(number),
      ...tokens.everyToken('companion', number),
      ...tokens.everyToken('conflict', `person/${number}`),
    ].some((hash) => hashes.has(hash)),
  ).length;
};
