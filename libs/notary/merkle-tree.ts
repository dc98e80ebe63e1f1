import { createHash } from 'node:crypto';

/** SHA-256, 32 bytes. */
export type Hash = Buffer;

const leafPrefix = Buffer.of(0x00);
const nodePrefix = Buffer.of(0x01);

/** RFC 9162, 2.1.1. The prefixes keep a leaf from being taken for a node. */
export const leafHash = (leaf: Buffer | string): Hash =>
  createHash('sha256').update(leafPrefix).update(leaf).digest();

export const nodeHash = (left: Hash, right: Hash): Hash =>
  createHash('sha256').update(nodePrefix).update(left).update(right).digest();

export const emptyRoot: Hash = createHash('sha256').digest();

/** A complete subtree: 2^level leaves, the index-th of that size from the left. Level 0 is a leaf. */
export interface NodePlace {
  readonly level: number;
  readonly index: number;
}

/** Leaves from `from` up to, but not including, `to`. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The complete subtrees that a range consists of, left to right, the largest first. The range must begin where a subtree
 * of its own size may begin, as those of trees and proofs do.
 */
export const nodesOf = ({ from, to }: LeafRange): readonly NodePlace[] => {
  const places: NodePlace[] = [];
  for (let at = from, level = Math.floor(Math.log2(Math.max(to - from, 1))); at < to; level -= 1) {
    const leaves = 2 ** level;
    if (leaves > to - at) continue;
    places.push({ level, index: at / leaves });
    at += leaves;
  }
  return places;
};

/** Root over the hashes of nodesOf(): the smaller ones on the right are put together first. */
export const rootOf = (nodes: readonly Hash[]): Hash =>
  nodes.length === 0 ? emptyRoot : nodes.reduceRight((right, left) => nodeHash(left, right));

/** A tree that only grows. It keeps the roots of its complete subtrees, one for each bit of its size, and no leaf. */
export class GrowingTree {
  #size: number;
  readonly #nodes: Hash[];

  /** @param nodes hashes of nodesOf({ from: 0, to: size }) */
  constructor(size = 0, nodes: readonly Hash[] = []) {
    if (nodes.length !== nodesOf({ from: 0, to: size }).length)
      throw new RangeError('there must be one hash for each complete subtree');
    this.#size = size;
    this.#nodes = [...nodes];
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a leaf by its hash. `completed` is told of every subtree above the leaf that is complete with it. */
  add(leaf: Hash, completed: (place: NodePlace, hash: Hash) => void = () => undefined): void {
    let hash = leaf;
    let index = this.#size;
    for (let level = 1; index % 2 === 1; level += 1) {
      // An odd index has a left neighbour of the same size, which is the last in the row.
      hash = nodeHash(this.#nodes.pop() as Hash, hash);
      index = (index - 1) / 2;
      completed({ level, index }, hash);
    }
    this.#nodes.push(hash);
    this.#size += 1;
  }

  root(): Hash {
    return rootOf(this.#nodes);
  }
}
