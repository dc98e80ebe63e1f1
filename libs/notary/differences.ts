/** An event as far as it must be known to compare two orders: the notary's, and that of the log. */
export interface Entry {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  /** Of the leaf, as text. */
  readonly hash: string;
}

export type DifferenceKind = 'changed' | 'removed' | 'inserted' | 'reordered';

/** An event with which something is wrong, and where to look for it. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  /** In the log; of a removed event, where the notary saw it. */
  readonly position: string;
  /** Place in the tree, from 0, which the notary gave it; undefined for an inserted one. */
  readonly index: number | undefined;
}

/**
 * What was done to `leaves` to make `log` out of it, event by event, and how many events at the end of the log are newer
 * than the last leaf. An event that only moved up or down because others came or went is no difference.
 * @param offset index of the first leaf
 */
export const differencesBetween = (
  leaves: readonly Entry[],
  log: readonly Entry[],
  offset = 0,
): { readonly differences: readonly Difference[]; readonly newer: number } => {
  const placeInLeaves = new Map(leaves.map(({ id }, at) => [id, at]));
  const placeInLog = new Map<string, number>();
  log.forEach(({ id }, at) => {
    if (!placeInLog.has(id)) placeInLog.set(id, at);
  });
  const differences: Difference[] = [];
  const moved = new Set<string>();
  const tell = (kind: DifferenceKind, { id, stream, revision, position }: Entry, leaf?: number): void =>
    void differences.push({
      kind,
      id,
      stream,
      revision,
      position,
      index: leaf === undefined ? undefined : offset + leaf,
    });
  const compare = (leafAt: number, there: Entry): void => {
    if (leaves[leafAt]?.hash !== there.hash) tell('changed', there, leafAt);
  };

  let inLog = 0;
  let inLeaves = 0;
  for (;;) {
    const leaf = leaves[inLeaves];
    const there = log[inLog];
    if (leaf && moved.has(leaf.id)) {
      inLeaves += 1;
      continue;
    }
    // Told of when its leaf was met: this is where it has gone.
    if (there && moved.has(there.id) && placeInLog.get(there.id) === inLog) {
      inLog += 1;
      continue;
    }
    if (!leaf) {
      // Behind the last leaf only what the notary has taken in before is out of place.
      const rest = log.slice(inLog);
      const foreign = rest.filter(({ id }) => placeInLeaves.has(id) && !moved.has(id));
      for (const one of foreign) tell('inserted', one);
      return { differences, newer: rest.filter(({ id }) => !placeInLeaves.has(id)).length };
    }
    const wentTo = placeInLog.get(leaf.id);
    if (there?.id === leaf.id) {
      compare(inLeaves, there);
      inLeaves += 1;
      inLog += 1;
      continue;
    }
    const cameFrom = there && placeInLeaves.get(there.id);
    const leafIsGone = wentTo === undefined || wentTo < inLog;
    // Unknown to the notary, or there for the second time.
    const isNew =
      cameFrom === undefined || cameFrom < inLeaves || (there && placeInLog.get(there.id) !== inLog);
    if (!there) {
      tell('removed', leaf, inLeaves);
      inLeaves += 1;
    } else if (leafIsGone && isNew && leaf.stream === there.stream && leaf.revision === there.revision) {
      // Its id was changed as well.
      tell('changed', there, inLeaves);
      inLeaves += 1;
      inLog += 1;
    } else if (leafIsGone) {
      tell('removed', leaf, inLeaves);
      inLeaves += 1;
    } else if (isNew) {
      tell('inserted', there);
      inLog += 1;
    } else if (wentTo - inLog > cameFrom - inLeaves) {
      // Of the two that stand crosswise the one that went farther is the one that was moved.
      const where = log[wentTo] as Entry;
      tell('reordered', where, inLeaves);
      compare(inLeaves, where);
      moved.add(leaf.id);
      inLeaves += 1;
    } else {
      tell('reordered', there, cameFrom);
      compare(cameFrom, there);
      moved.add(there.id);
      inLog += 1;
    }
  }
};
