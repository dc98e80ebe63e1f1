import type { EventStore } from '#event-store';
import type { RecordedEvent } from '#kernel';
import { type Difference, differencesBetween, type Entry } from './differences.js';
import { hashOfEvent } from './leaf.js';
import { emptyRoot, GrowingTree, type Hash } from './merkle-tree.js';
import { type NoteKey, NoteRefused } from './note.js';
import { openCheckpoint, type TreeHead } from './signed-checkpoint.js';
import type { StoredLeaf, TreeTables } from './tree-tables.js';

export interface VerifyOptions {
  /** With the verbatim codec. */
  readonly log: EventStore;
  /** The notary's tables that go with the log; without them only given checkpoints are compared. */
  readonly tables: TreeTables | undefined;
  /** Whose signatures are believed. */
  readonly keys: readonly NoteKey[];
  /** Signed checkpoints that somebody has kept outside of the database. */
  readonly trusted: readonly string[];
  readonly onProgress?: (done: number) => void;
}

/** A signed checkpoint, and what it was compared with. */
export interface ComparedCheckpoint {
  readonly source: 'database' | 'given';
  /** Undefined when no key that is believed has signed it. */
  readonly head: TreeHead | undefined;
  /** The log begins with so many events and has this root over them. */
  readonly log: boolean;
  /** The same of the notary's leaves; undefined without tables. */
  readonly leaves: boolean | undefined;
}

export interface Verification {
  /** Over the whole log as it is. */
  readonly head: TreeHead;
  /** How many events the notary has taken in. */
  readonly leaves: number;
  readonly differences: readonly Difference[];
  readonly checkpoints: readonly ComparedCheckpoint[];
  /** Where the log was rewritten together with the notary's leaves: between two signed sizes. */
  readonly rewritten:
    { readonly from: number; readonly to: number; readonly first: Entry | undefined } | undefined;
  /** Events at the end of the log that no signed checkpoint covers yet; the first of them by name. */
  readonly unsigned: number;
  readonly firstUnsigned: readonly Entry[];
  /** Of the events that the notary has not seen yet: those whose revision does not follow in their stream. */
  readonly outOfLine: readonly Entry[];
  /** True when everything fits together, and somebody's signature stands for it. */
  readonly holds: boolean;
}

const pageSize = 1_000;
/** So many of what is not signed are named. */
const mostNamed = 100;

/** Recomputes the tree from the log, and compares it leaf by leaf with the notary's and with the signed checkpoints. */
export const verifyLog = async (options: VerifyOptions): Promise<Verification> => {
  const { log, tables, keys, trusted, onProgress = () => undefined } = options;
  const claims = [
    ...((await tables?.checkpoints()) ?? []).map(({ note }) => claimOf('database', note, keys)),
    ...trusted.map((note) => claimOf('given', note, keys)),
  ];
  // Counted before the log is read: of a log that is being written to, the notary must not seem to know more.
  const noted = (await tables?.size()) ?? 0;
  const sizes = new Set(claims.flatMap(({ head }) => head?.size ?? []));
  const ofLog = new GrowingTree();
  const ofLeaves = new GrowingTree();
  const rootsOfLog = new Map<number, Hash>([[0, emptyRoot]]);
  const rootsOfLeaves = new Map<number, Hash>([[0, emptyRoot]]);
  const changed: Difference[] = [];
  /** From the first place on where another event stands than the notary saw there. */
  let apart: { offset: number; leaves: Entry[]; log: Entry[] } | undefined;
  /** First event behind each signed size, to say where a stretch begins. */
  const firstBehind = new Map<number, Entry>();
  const nextRevision = new Map<string, number>();
  const outOfLine: Entry[] = [];
  /** The last events of the log, for naming those that nobody has signed. */
  const largestSigned = Math.max(0, ...sizes);
  const behindAll: Entry[] = [];

  const events = pages((last: RecordedEvent | undefined) => log.readAll(last?.position, pageSize));
  const leaves = pages(async (last: StoredLeaf | undefined) => {
    const from = last ? last.index + 1 : 0;
    return tables && from < noted ? tables.leavesFrom(from, Math.min(pageSize, noted - from)) : [];
  });
  for (let index = 0; ; index += 1) {
    const event = await events.next();
    const leaf = await leaves.next();
    if (!event && !leaf) break;
    const there = event && entryOf(event);
    const seen = leaf && entryOfLeaf(leaf);
    if (there) {
      if (index === 0 || sizes.has(index)) firstBehind.set(index, there);
      if (!seen && there.revision !== (nextRevision.get(there.stream) ?? 0)) outOfLine.push(there);
      nextRevision.set(there.stream, there.revision + 1);
      if (index >= largestSigned && behindAll.length < mostNamed) behindAll.push(there);
      ofLog.add(Buffer.from(there.hash, 'base64'));
      if (sizes.has(ofLog.size)) rootsOfLog.set(ofLog.size, ofLog.root());
    }
    if (leaf) {
      ofLeaves.add(leaf.hash);
      if (sizes.has(ofLeaves.size)) rootsOfLeaves.set(ofLeaves.size, ofLeaves.root());
    }
    if (!apart && seen && there?.id !== seen.id) apart = { offset: index, leaves: [], log: [] };
    if (apart) {
      if (there) apart.log.push(there);
      if (seen) apart.leaves.push(seen);
    } else if (there && seen && there.hash !== seen.hash) {
      const { id, stream, revision, position } = there;
      changed.push({ kind: 'changed', id, stream, revision, position, index });
    }
    if (index % pageSize === 0) onProgress(index);
  }
  onProgress(ofLog.size);

  const differences = [
    ...changed,
    ...(apart ? differencesBetween(apart.leaves, apart.log, apart.offset).differences : []),
  ];
  const checkpoints = claims.map(({ source, head }): ComparedCheckpoint => ({
    source,
    head,
    log: head !== undefined && rootsOfLog.get(head.size)?.equals(head.root) === true,
    leaves: tables && head && rootsOfLeaves.get(head.size)?.equals(head.root) === true,
  }));
  const signed = checkpoints.flatMap(({ head }) => head ?? []);
  const largest = Math.max(
    0,
    ...checkpoints.flatMap(({ head, log: fits }) => (head && fits ? head.size : [])),
  );
  return {
    head: { size: ofLog.size, root: ofLog.root() },
    leaves: ofLeaves.size,
    differences,
    checkpoints,
    rewritten: rewrittenIn(checkpoints, firstBehind),
    unsigned: ofLog.size - Math.min(largest, ofLog.size),
    firstUnsigned: behindAll,
    outOfLine,
    holds:
      differences.length === 0 &&
      outOfLine.length === 0 &&
      checkpoints.every(({ head, log: fits, leaves: leavesFit }) => head && fits && leavesFit !== false) &&
      // A log without a signature is vouched for by nobody; an empty one needs nobody.
      (signed.length > 0 || ofLog.size + ofLeaves.size === 0),
  };
};

const claimOf = (
  source: ComparedCheckpoint['source'],
  note: string,
  keys: readonly NoteKey[],
): { source: ComparedCheckpoint['source']; head: TreeHead | undefined } => {
  try {
    const { size, root } = openCheckpoint(note, keys);
    return { source, head: { size, root } };
  } catch (error) {
    if (error instanceof NoteRefused) return { source, head: undefined };
    throw error;
  }
};

/** The leaves fit the log but not the signature: both were rewritten, behind the last signed size that still fits. */
const rewrittenIn = (
  checkpoints: readonly ComparedCheckpoint[],
  firstBehind: ReadonlyMap<number, Entry>,
): Verification['rewritten'] => {
  const heads = checkpoints
    .filter(({ head }) => head !== undefined)
    .map(({ head, log, leaves }) => ({ size: head?.size ?? 0, fits: leaves ?? log }));
  const to = Math.min(...heads.filter(({ fits }) => !fits).map(({ size }) => size));
  if (to === Infinity) return undefined;
  const from = Math.max(0, ...heads.filter(({ size, fits }) => fits && size < to).map(({ size }) => size));
  return { from, to, first: firstBehind.get(from) };
};

const entryOf = (event: RecordedEvent): Entry => {
  const { id, stream, revision, position } = event;
  return { id, stream, revision, position, hash: hashOrNothing(event) };
};
const entryOfLeaf = ({ id, stream, revision, position, hash }: StoredLeaf): Entry => ({
  id,
  stream,
  revision,
  position,
  hash: hash.toString('base64'),
});

/** What was altered may have become something that cannot even be hashed: then it is nothing that the notary has seen. */
const hashOrNothing = (event: RecordedEvent): string => {
  try {
    return hashOfEvent(event).toString('base64');
  } catch {
    return emptyRoot.toString('base64');
  }
};

/** One item after another, read in pages. */
const pages = <Item>(
  read: (last: Item | undefined) => Promise<readonly Item[]>,
): { next(): Promise<Item | undefined> } => {
  let page: readonly Item[] = [];
  let at = 0;
  let last: Item | undefined;
  let ended = false;
  return {
    async next() {
      if (at >= page.length && !ended) {
        page = await read(last);
        at = 0;
        ended = page.length === 0;
      }
      const item = page[at];
      if (item === undefined) return undefined;
      at += 1;
      last = item;
      return item;
    },
  };
};
