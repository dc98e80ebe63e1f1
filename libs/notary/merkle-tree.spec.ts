import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  consistencyRanges,
  inclusionRanges,
  proofOf,
  provesConsistency,
  provesInclusion,
} from './merkle-proof.js';
import { emptyRoot, GrowingTree, type Hash, leafHash, nodeHash, type NodePlace } from './merkle-tree.js';

/** The eight leaves with which every implementation is compared, and the roots over the first of them. */
const knownLeaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'));
const knownRoots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const hex = (hashes: readonly Hash[]): string[] => hashes.map((hash) => hash.toString('hex'));

/** RFC 9162 word for word: slow, recursive, and written apart from what it judges. */
const k = (n: number): number => {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
};
const naiveRoot = (leaves: readonly Hash[]): Hash =>
  leaves.length === 0
    ? emptyRoot
    : leaves.length === 1
      ? leaves[0]!
      : nodeHash(naiveRoot(leaves.slice(0, k(leaves.length))), naiveRoot(leaves.slice(k(leaves.length))));
const naivePath = (m: number, leaves: readonly Hash[]): Hash[] => {
  if (leaves.length === 1) return [];
  const split = k(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return m < split
    ? [...naivePath(m, left), naiveRoot(right)]
    : [...naivePath(m - split, right), naiveRoot(left)];
};
const naiveSubproof = (m: number, leaves: readonly Hash[], whole: boolean): Hash[] => {
  if (m === leaves.length) return whole ? [] : [naiveRoot(leaves)];
  const split = k(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return m <= split
    ? [...naiveSubproof(m, left, whole), naiveRoot(right)]
    : [...naiveSubproof(m - split, right, false), naiveRoot(left)];
};

/** The tree as the notary keeps it: every complete subtree at its place. */
const stored = (leaves: readonly Hash[]): { root: Hash; hashAt: (place: NodePlace) => Hash } => {
  const nodes = new Map<string, Hash>();
  const tree = new GrowingTree();
  leaves.forEach((leaf, index) => {
    nodes.set(`0 ${index}`, leaf);
    tree.add(leaf, (place, hash) => nodes.set(`${place.level} ${place.index}`, hash));
  });
  return { root: tree.root(), hashAt: ({ level, index }) => nodes.get(`${level} ${index}`)! };
};
const someLeaves = (count: number): Hash[] =>
  Array.from({ length: count }, (_, at) => leafHash(`leaf ${at}`));
const sizes = fc.integer({ min: 1, max: 70 });
const flipped = (hash: Hash): Hash => {
  const other = Buffer.from(hash);
  other[7]! ^= 1;
  return other;
};

describe('the tree over the log', () => {
  it('has the known roots over the known leaves', () => {
    const tree = new GrowingTree();
    expect(tree.root().toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    const roots = knownLeaves.map((leaf) => {
      tree.add(leafHash(leaf));
      return tree.root();
    });
    expect(hex(roots)).toEqual(knownRoots);
  });

  it('gives the known proofs over the known leaves', () => {
    const { hashAt } = stored(knownLeaves.map(leafHash));
    expect(hex(proofOf(inclusionRanges(0, 8), hashAt))).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(hex(proofOf(consistencyRanges(6, 8), hashAt))).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(proofOf(consistencyRanges(1, 1), hashAt)).toEqual([]);
  });

  it('is, leaf by leaf, the one that the RFC describes', () => {
    const leaves = someLeaves(130);
    const tree = new GrowingTree();
    leaves.forEach((leaf, index) => {
      tree.add(leaf);
      expect(tree.root()).toEqual(naiveRoot(leaves.slice(0, index + 1)));
    });
  });

  it('goes on from what was stored of it', () => {
    fc.assert(
      fc.property(sizes, sizes, (first, more) => {
        const leaves = someLeaves(first + more);
        const { hashAt, root } = stored(leaves);
        const places: NodePlace[] = [];
        for (let at = 0, level = 6; level >= 0; level -= 1)
          if (Math.floor(first / 2 ** level) % 2 === 1) {
            places.push({ level, index: at / 2 ** level });
            at += 2 ** level;
          }
        const tree = new GrowingTree(first, places.map(hashAt));
        for (const leaf of leaves.slice(first)) tree.add(leaf);
        return tree.root().equals(root);
      }),
    );
  });
});

describe('a proof of inclusion', () => {
  it('is the one that the RFC describes, and holds, for every leaf of every tree', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, any) => {
        const index = any % size;
        const leaves = someLeaves(size);
        const { root, hashAt } = stored(leaves);
        const proof = proofOf(inclusionRanges(index, size), hashAt);
        expect(proof).toEqual(naivePath(index, leaves));
        expect(provesInclusion({ leaf: leaves[index]!, index, size, root, proof })).toBe(true);
      }),
    );
  });

  it('holds for no other leaf, place, root, or proof', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 70 }), fc.nat(), fc.nat(), (size, any, which) => {
        const index = any % size;
        const leaves = someLeaves(size);
        const { root, hashAt } = stored(leaves);
        const proof = proofOf(inclusionRanges(index, size), hashAt);
        const claim = { leaf: leaves[index]!, index, size, root, proof };
        const wrong = proof.map((hash, at) => (at === which % proof.length ? flipped(hash) : hash));
        for (const other of [
          { leaf: flipped(claim.leaf) },
          { root: flipped(root) },
          { index: (index + 1) % size },
          { index: size },
          { index: -1 },
          { proof: wrong },
          { proof: proof.slice(1) },
          { proof: [...proof, root] },
        ])
          expect(provesInclusion({ ...claim, ...other })).toBe(false);
      }),
    );
  });

  it('cannot be asked for a leaf outside of the tree', () => {
    expect(() => inclusionRanges(3, 3)).toThrow(RangeError);
  });
});

describe('a proof of consistency', () => {
  it('is the one that the RFC describes, and holds, for every two sizes', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, any) => {
        const earlier = (any % size) + 1;
        const leaves = someLeaves(size);
        const { root, hashAt } = stored(leaves);
        const proof = proofOf(consistencyRanges(earlier, size), hashAt);
        expect(proof).toEqual(naiveSubproof(earlier, leaves, true));
        const claim = {
          earlier: { size: earlier, root: naiveRoot(leaves.slice(0, earlier)) },
          later: { size, root },
          proof,
        };
        expect(provesConsistency(claim)).toBe(true);
        expect(provesConsistency({ ...claim, earlier: { size: 0, root: emptyRoot }, proof: [] })).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('holds for no tree that was changed, and with no other proof', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 70 }), fc.nat(), fc.nat(), (size, any, which) => {
        const earlierSize = (any % (size - 1)) + 1;
        const leaves = someLeaves(size);
        const { root, hashAt } = stored(leaves);
        const proof = proofOf(consistencyRanges(earlierSize, size), hashAt);
        const earlier = { size: earlierSize, root: naiveRoot(leaves.slice(0, earlierSize)) };
        const later = { size, root };
        const changed = leaves.map((leaf, at) => (at === any % earlierSize ? flipped(leaf) : leaf));
        const wrong = proof.map((hash, at) => (at === which % proof.length ? flipped(hash) : hash));
        for (const other of [
          { earlier: { ...earlier, root: naiveRoot(changed.slice(0, earlierSize)) } },
          { later: { ...later, root: naiveRoot(changed) } },
          { earlier: { ...earlier, size: size + 1 } },
          { earlier: { size: 0, root } },
          { proof: wrong },
          { proof: proof.slice(1) },
          { proof: [...proof, root] },
        ])
          expect(provesConsistency({ earlier, later, proof, ...other })).toBe(false);
      }),
    );
  });
});
