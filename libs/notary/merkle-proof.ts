import {
  emptyRoot,
  type Hash,
  type LeafRange,
  nodeHash,
  type NodePlace,
  nodesOf,
  rootOf,
} from './merkle-tree.js';

/** Largest power of two below n, for n > 1. */
const splitOf = (n: number): number => {
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
};

/**
 * RFC 9162, 2.1.3.1: the subtrees whose roots prove that a leaf stands at `index` in the tree of `size` leaves, in the
 * order of the proof.
 */
export const inclusionRanges = (index: number, size: number): readonly LeafRange[] => {
  if (!(index >= 0 && index < size)) throw new RangeError('the leaf is not in the tree');
  const ranges: LeafRange[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      ranges.unshift({ from: middle, to });
      to = middle;
    } else {
      ranges.unshift({ from, to: middle });
      from = middle;
    }
  }
  return ranges;
};

/** RFC 9162, 2.1.4.1: the subtrees whose roots prove that the tree of `size` leaves begins with the one of `earlier`. */
export const consistencyRanges = (earlier: number, size: number): readonly LeafRange[] => {
  if (!(earlier >= 0 && earlier <= size)) throw new RangeError('the earlier tree is larger than the later');
  if (earlier === 0) return [];
  const ranges: LeafRange[] = [];
  let from = 0;
  let to = size;
  while (to !== earlier) {
    const middle = from + splitOf(to - from);
    if (earlier <= middle) {
      ranges.unshift({ from: middle, to });
      to = middle;
    } else {
      ranges.unshift({ from, to: middle });
      from = middle;
    }
  }
  // Where the earlier tree is one complete subtree, the verifier has its root already.
  if (from > 0) ranges.unshift({ from, to });
  return ranges;
};

/** Every node that must be looked up for these ranges. */
export const nodesOfRanges = (ranges: readonly LeafRange[]): readonly NodePlace[] => ranges.flatMap(nodesOf);

/** The hashes of a proof, from those of its nodes. */
export const proofOf = (ranges: readonly LeafRange[], hashAt: (place: NodePlace) => Hash): readonly Hash[] =>
  ranges.map((range) => rootOf(nodesOf(range).map(hashAt)));

const isOdd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2);

/** RFC 9162, 2.1.3.2: true when the proof shows that `leaf` stands at `index` in the tree with this root. */
export const provesInclusion = (claim: {
  readonly leaf: Hash;
  readonly index: number;
  readonly size: number;
  readonly root: Hash;
  readonly proof: readonly Hash[];
}): boolean => {
  const { leaf, index, size, root, proof } = claim;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let at = index;
  let last = size - 1;
  let hash = leaf;
  for (const other of proof) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      hash = nodeHash(other, hash);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else hash = nodeHash(hash, other);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && hash.equals(root);
};

/** RFC 9162, 2.1.4.2: true when the proof shows that the later tree begins with the earlier one. */
export const provesConsistency = (claim: {
  readonly earlier: { readonly size: number; readonly root: Hash };
  readonly later: { readonly size: number; readonly root: Hash };
  readonly proof: readonly Hash[];
}): boolean => {
  const { earlier, later, proof } = claim;
  if (!Number.isSafeInteger(earlier.size) || !Number.isSafeInteger(later.size)) return false;
  if (earlier.size < 0 || earlier.size > later.size) return false;
  // Everything begins with nothing.
  if (earlier.size === 0) return proof.length === 0 && earlier.root.equals(emptyRoot);
  if (earlier.size === later.size) return proof.length === 0 && earlier.root.equals(later.root);
  const isComplete =
    Number.isInteger(Math.log2(earlier.size)) && 2 ** Math.log2(earlier.size) === earlier.size;
  const [first, ...rest] = isComplete ? [earlier.root, ...proof] : proof;
  if (!first) return false;
  let at = earlier.size - 1;
  let last = later.size - 1;
  while (isOdd(at)) [at, last] = [half(at), half(last)];
  let ofEarlier = first;
  let ofLater = first;
  for (const other of rest) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      ofEarlier = nodeHash(other, ofEarlier);
      ofLater = nodeHash(other, ofLater);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else ofLater = nodeHash(ofLater, other);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && ofEarlier.equals(earlier.root) && ofLater.equals(later.root);
};
