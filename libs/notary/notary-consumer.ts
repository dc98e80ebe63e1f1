import type { ProjectionTransaction, RecordedEvent } from '#kernel';
import type { Clock } from '#platform';
import type { CheckpointPlace, LogConsumer } from '#subscriptions';
import { hashOfEvent } from './leaf.js';
import { GrowingTree, type Hash, type NodePlace, nodesOf } from './merkle-tree.js';
import type { NotarySigner } from './notary-key.js';
import { signCheckpoint } from './signed-checkpoint.js';
import { readNodes } from './tree-tables.js';

export interface NotaryIntervals {
  /** A checkpoint is signed when the last one is this old and there is something new, in milliseconds... */
  readonly signEveryMs: number;
  /** ... or covers so many events less. */
  readonly signEveryEvents: number;
}

export const defaultNotaryIntervals: NotaryIntervals = { signEveryMs: 10_000, signEveryEvents: 10_000 };

export const notaryName = 'notary';
export const notaryPlace: CheckpointPlace = { schema: 'notary', role: 'notary_writer' };

/** Builds the tree over the log in the notary's tables, and signs a checkpoint now and then. */
export const notaryConsumer = (
  signer: NotarySigner,
  clock: Clock,
  intervals: Partial<NotaryIntervals> = {},
): LogConsumer => {
  const { signEveryMs, signEveryEvents } = { ...defaultNotaryIntervals, ...intervals };
  let lookedAt = -Infinity;

  const signIfDue = async (tree: GrowingTree, transaction: ProjectionTransaction): Promise<void> => {
    const { rows } = await transaction.query<{ size: string; age: Date }>(
      'SELECT size, signed_at AS age FROM notary.signed_checkpoints ORDER BY size DESC LIMIT 1',
    );
    const now = clock.now();
    const [last] = rows;
    const unsigned = tree.size - Number(last?.size ?? 0);
    if (unsigned === 0) return;
    if (last && unsigned < signEveryEvents && now.getTime() - last.age.getTime() < signEveryMs) return;
    await transaction.query(
      'INSERT INTO notary.signed_checkpoints (size, note, signed_at) VALUES ($1, $2, $3)',
      [tree.size, signCheckpoint({ size: tree.size, root: tree.root() }, signer), now.toISOString()],
    );
  };

  return {
    kind: 'log',
    name: notaryName,
    place: notaryPlace,
    handles: () => true,
    take: async (events, transaction) => {
      const tree = await loadTree(transaction);
      const from = tree.size;
      const leaves: Hash[] = [];
      const nodes: (NodePlace & { hash: Hash })[] = [];
      for (const event of events) {
        const hash = hashOfEvent(event);
        leaves.push(hash);
        tree.add(hash, (place, of) => nodes.push({ ...place, hash: of }));
      }
      await insertLeaves(transaction, from, events, leaves);
      if (nodes.length > 0)
        await transaction.query(
          `INSERT INTO notary.nodes (level, index, hash) SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])`,
          [nodes.map(({ level }) => level), nodes.map(({ index }) => index), nodes.map(({ hash }) => hash)],
        );
      await signIfDue(tree, transaction);
    },
    idle: async (write) => {
      // By the machine's time: how often to look is no matter of the day that a test has set.
      if (performance.now() - lookedAt < Math.min(signEveryMs, 10_000)) return;
      await write(async (transaction) => signIfDue(await loadTree(transaction), transaction));
      lookedAt = performance.now();
    },
  };
};

/** As it stands in the tables: nothing is kept in memory between two batches, so that a change of holder is no matter. */
const loadTree = async (transaction: ProjectionTransaction): Promise<GrowingTree> => {
  const { rows } = await transaction.query<{ size: string }>(
    'SELECT coalesce(max(index) + 1, 0) AS size FROM notary.leaves',
  );
  const size = Number(rows[0]?.size);
  return new GrowingTree(size, await readNodes(transaction, nodesOf({ from: 0, to: size })));
};

const insertLeaves = async (
  transaction: ProjectionTransaction,
  from: number,
  events: readonly RecordedEvent[],
  hashes: readonly Hash[],
): Promise<void> => {
  await transaction.query(
    `INSERT INTO notary.leaves (index, hash, event_id, stream, revision, position)
     SELECT $1::bigint + n - 1, hash, event_id, stream, revision, position
     FROM unnest($2::bytea[], $3::uuid[], $4::text[], $5::integer[], $6::text[])
       WITH ORDINALITY AS l (hash, event_id, stream, revision, position, n)`,
    [
      from,
      hashes,
      events.map(({ id }) => id),
      events.map(({ stream }) => stream),
      events.map(({ revision }) => revision),
      events.map(({ position }) => position),
    ],
  );
};
