import { z } from 'zod';
import type { EventStore } from '#event-store';
import type { RecordedEvent } from '#kernel';
import { hashOfEvent, leafOf } from './leaf.js';
import {
  consistencyRanges,
  inclusionRanges,
  nodesOfRanges,
  proofOf,
  provesConsistency,
  provesInclusion,
} from './merkle-proof.js';
import { type Hash, leafHash, type LeafRange, rootOf, nodesOf } from './merkle-tree.js';
import { type NoteKey, NoteRefused } from './note.js';
import { openCheckpoint } from './signed-checkpoint.js';
import type { TreeTables } from './tree-tables.js';

/** The proof that was asked for cannot be given; says why. */
export class NoProof extends Error {
  override readonly name = 'NoProof';
}

const hash = z.base64().refine((text) => Buffer.from(text, 'base64').length === 32);
const hashes = z.array(hash).max(64);
const count = z.int().nonnegative();
const head = z.strictObject({
  size: count,
  root: hash,
  /** Signed checkpoint of exactly this size, where there is one. */
  checkpoint: z.string().nullable(),
});

/** What `ops proof` prints: a document that is checked with the public key alone. */
export const proofDocument = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('inclusion'),
    /** Place in the tree, from 0. */
    index: count,
    /** The leaf: RFC 8785 JSON of the event as stored. Null when only its hash is given. */
    leaf: z.string().nullable(),
    leafHash: hash,
    checkpoint: z.string(),
    proof: hashes,
  }),
  z.strictObject({ kind: z.literal('consistency'), earlier: head, later: head, proof: hashes }),
]);
export type ProofDocument = z.infer<typeof proofDocument>;

/** @throws NoProof */
export const inclusionProof = async (
  tables: TreeTables,
  log: EventStore,
  eventId: string,
  options: { readonly withEvent: boolean },
): Promise<ProofDocument> => {
  const leaf = await tables.findLeaf(eventId);
  if (!leaf) throw new NoProof('the notary knows no event with this id');
  const newest = await tables.newestCheckpoint();
  if (!newest || newest.size <= leaf.index)
    throw new NoProof('no signed checkpoint covers this event yet: ask again in a moment');
  const event = (await log.readStream(leaf.stream, { from: leaf.revision, limit: 1 }))?.events[0];
  if (!event || !sameHash(event, leaf.hash))
    throw new NoProof('the event in the log is not the one that the notary saw: run "verify"');
  return {
    kind: 'inclusion',
    index: leaf.index,
    leaf: options.withEvent ? leafOf(event) : null,
    leafHash: leaf.hash.toString('base64'),
    checkpoint: newest.note,
    proof: await proofFrom(tables, inclusionRanges(leaf.index, newest.size)),
  };
};

const sameHash = (event: RecordedEvent, expected: Hash): boolean => {
  try {
    return hashOfEvent(event).equals(expected);
  } catch {
    return false;
  }
};

/** @throws NoProof */
export const consistencyProof = async (
  tables: TreeTables,
  earlier: number,
  later: number,
): Promise<ProofDocument> => {
  const size = await tables.size();
  if (!(earlier >= 1 && earlier <= later && later <= size))
    throw new NoProof(`the sizes must be from 1 to ${size}, the smaller one first`);
  const signed = new Map(
    (await tables.checkpoints()).map((checkpoint) => [checkpoint.size, checkpoint.note]),
  );
  const headAt = async (at: number): Promise<z.infer<typeof head>> => ({
    size: at,
    root: rootOf(await tables.nodes(nodesOf({ from: 0, to: at }))).toString('base64'),
    checkpoint: signed.get(at) ?? null,
  });
  return {
    kind: 'consistency',
    earlier: await headAt(earlier),
    later: await headAt(later),
    proof: await proofFrom(tables, consistencyRanges(earlier, later)),
  };
};

const proofFrom = async (tables: TreeTables, ranges: readonly LeafRange[]): Promise<string[]> => {
  const places = nodesOfRanges(ranges);
  const found = await tables.nodes(places);
  const byPlace = new Map(places.map(({ level, index }, at) => [`${level} ${index}`, found[at] as Hash]));
  return proofOf(ranges, ({ level, index }) => byPlace.get(`${level} ${index}`) as Hash).map((one) =>
    one.toString('base64'),
  );
};

/**
 * Checks a document without any database.
 * @param given signed checkpoints from elsewhere, for the sizes that the document has no signature for
 * @returns what is proved, as a sentence
 * @throws NoProof when it proves nothing
 */
export const checkProof = (
  document: unknown,
  keys: readonly NoteKey[],
  given: readonly string[] = [],
): string => {
  const parsed = proofDocument.safeParse(document);
  if (!parsed.success) throw new NoProof('this is not a document that "proof" prints');
  const proof = parsed.data.proof.map(bytes);
  try {
    if (parsed.data.kind === 'inclusion') {
      const { index, leaf, checkpoint } = parsed.data;
      const { size, root } = openCheckpoint(checkpoint, keys);
      const claimed = bytes(parsed.data.leafHash);
      if (leaf !== null && !leafHash(leaf).equals(claimed))
        throw new NoProof('the event is not the one whose hash is given');
      if (!provesInclusion({ leaf: claimed, index, size, root, proof }))
        throw new NoProof('the proof does not lead to the root that was signed');
      return `Event ${index + 1} of the ${size} that were signed ${leaf === null ? 'has this hash' : 'is this one'}.`;
    }
    const heads = given.map((note) => openCheckpoint(note, keys));
    const vouchedFor = ({ size, root, checkpoint }: z.infer<typeof head>): { size: number; root: Hash } => {
      const candidates = [...(checkpoint === null ? [] : [openCheckpoint(checkpoint, keys)]), ...heads];
      const [signed] = candidates.filter((one) => one.size === size);
      if (!signed)
        throw new NoProof(
          `nobody has signed the tree of ${size} events: give its checkpoint with --checkpoint`,
        );
      if (candidates.some((one) => one.size === size && !one.root.equals(bytes(root))))
        throw new NoProof(`the tree of ${size} events is not the one that was signed`);
      return { size, root: signed.root };
    };
    const earlier = vouchedFor(parsed.data.earlier);
    const later = vouchedFor(parsed.data.later);
    if (!provesConsistency({ earlier, later, proof }))
      throw new NoProof('the later tree does not begin with the earlier one');
    return `The log of ${later.size} events begins with the one of ${earlier.size}: nothing in it was altered.`;
  } catch (error) {
    if (error instanceof NoteRefused) throw new NoProof(`a checkpoint is refused: ${error.message}`);
    throw error;
  }
};

const bytes = (text: string): Hash => Buffer.from(text, 'base64');
