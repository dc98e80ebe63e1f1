import type { ProjectionTransaction } from '#kernel';

/** What one transaction has read and is going to write of one kind of thing: the rows of a table, an inbox, envelopes. */
export interface BatchPart {
  /** Writes what was kept back, in as few statements as it takes. */
  flush(transaction: ProjectionTransaction): Promise<void>;
}

const batches = new WeakMap<ProjectionTransaction, Map<unknown, BatchPart>>();

/** The part of this transaction's batch that is kept under a key; made when it is first asked for. */
export const partOf = <Part extends BatchPart>(
  transaction: ProjectionTransaction,
  key: unknown,
  make: () => Part,
): Part => {
  const parts = batches.get(transaction) ?? new Map<unknown, BatchPart>();
  batches.set(transaction, parts);
  const known = parts.get(key) as Part | undefined;
  if (known) return known;
  const part = make();
  parts.set(key, part);
  return part;
};

/** Writes all that was changed in this transaction: the `flush` of every projection here. */
export const flushBatch = async (transaction: ProjectionTransaction): Promise<void> => {
  // Parts that come up while others are written are written as well.
  const parts = batches.get(transaction) ?? new Map<unknown, BatchPart>();
  for (const [key, part] of parts) if (key !== lastPart) await part.flush(transaction);
  await parts.get(lastPart)?.flush(transaction);
};

/** Key of the part that is written when all others are: what takes away what any of them may have put there. */
export const lastPart = Symbol('last');

/** Collects what is asked for until all who can ask have asked, and fetches it at once. */
export class Loader<Key> {
  #waiting: Map<Key, Promise<void>> = new Map();
  #next: Set<Key> | undefined;

  constructor(private readonly fetch: (keys: readonly Key[]) => Promise<void>) {}

  load(key: Key): Promise<void> {
    const known = this.#waiting.get(key);
    if (known) return known;
    if (!this.#next) {
      const keys = (this.#next = new Set<Key>());
      this.#fetching = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        this.#next = undefined;
        return this.fetch([...keys]);
      });
    }
    this.#next.add(key);
    this.#waiting.set(key, this.#fetching);
    return this.#fetching;
  }

  #fetching: Promise<void> = Promise.resolve();
}
