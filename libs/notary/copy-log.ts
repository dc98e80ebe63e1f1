import type { EventStore, ImportingEventStore } from '#event-store';
import type { Position, RecordedEvent } from '#kernel';
import { hashOfEvent } from './leaf.js';
import { GrowingTree } from './merkle-tree.js';
import type { TreeHead } from './signed-checkpoint.js';

/** The target holds something that is not of this log, or not at this place. */
export class ForeignTarget extends Error {
  override readonly name = 'ForeignTarget';
  constructor(readonly event: RecordedEvent) {
    super('the target holds an event that the source does not have at this place');
  }
}

export interface CopyOptions {
  /** Both with the verbatim codec. */
  readonly source: EventStore;
  readonly target: ImportingEventStore;
  readonly onProgress?: (step: CopyStep, events: number) => void;
}
/** What stands in the target already is compared, the rest copied, then the whole target read once more. */
export type CopyStep = 'compare' | 'copy' | 'verify';

export interface Copied {
  /** Events that stood in the target before. */
  readonly found: number;
  readonly source: TreeHead;
  /** Over what was read back from the target. */
  readonly target: TreeHead;
  /** The source was written to meanwhile: it has more than was copied. */
  readonly grown: boolean;
}

const pageSize = 500;

/**
 * Copies a log into another store, event by event in its order, with ids, revisions and recorded times. Where a former
 * copy has stopped is found in the target itself. The tree over both tells whether they are the same.
 * @throws ForeignTarget, StoreUnavailable, InvalidAppend
 */
export const copyLog = async ({
  source,
  target,
  onProgress = () => undefined,
}: CopyOptions): Promise<Copied> => {
  const ofSource = new GrowingTree();
  let read: Position | undefined;
  let inTarget: Position | undefined;

  for (;;) {
    const there = await target.readAll(inTarget, pageSize);
    if (there.length === 0) break;
    const expected = await source.readAll(read, there.length);
    for (const [at, event] of there.entries()) {
      const own = expected[at];
      if (!own || !hashOfEvent(own).equals(hashOfEvent(event))) throw new ForeignTarget(event);
      ofSource.add(hashOfEvent(own));
    }
    read = expected.at(-1)?.position;
    inTarget = there.at(-1)?.position;
    onProgress('compare', ofSource.size);
  }
  const found = ofSource.size;

  for (;;) {
    const page = await source.readAll(read, pageSize);
    if (page.length === 0) break;
    await target.importEvents(page);
    for (const event of page) ofSource.add(hashOfEvent(event));
    read = page.at(-1)?.position;
    onProgress('copy', ofSource.size);
  }

  const ofTarget = new GrowingTree();
  for (let after: Position | undefined; ;) {
    const page = await target.readAll(after, pageSize);
    if (page.length === 0) break;
    for (const event of page) ofTarget.add(hashOfEvent(event));
    after = page.at(-1)?.position;
    onProgress('verify', ofTarget.size);
  }
  return {
    found,
    source: { size: ofSource.size, root: ofSource.root() },
    target: { size: ofTarget.size, root: ofTarget.root() },
    grown: (await source.head()) !== read,
  };
};
