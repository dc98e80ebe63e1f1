import {
  type CommandContext,
  type CommandExecutor,
  type ErasureHandlings,
  erasureOf,
  Facts,
  stillDecided,
} from '#application';
import { policyVersion } from '#access';
import type { EventStore } from '#event-store';
import { type Actor, derivedId, DomainError } from '#kernel';
import {
  destroy,
  destroyUnused,
  highestDestroyedEpoch,
  keysLeft,
  sealedStreams,
  sweep,
  type Tombstones,
} from '#personal-data';
import { type createPool, type KeyFileOptions, readKeyFile } from '#platform';
import { prepareEpoch, rotateTo } from '../rotate-keys.js';
import { type Order, ordersIn } from './orders.js';
import { sparedBy } from './spared.js';

export interface Means {
  readonly store: EventStore;
  /** Sessions as the owner of the database. */
  readonly pool: ReturnType<typeof createPool>;
  readonly file: KeyFileOptions;
  readonly tombstones: Tombstones;
  readonly executor: CommandExecutor;
  readonly erasures: ErasureHandlings;
  /** Whoever carries it out; that it may be carried out was decided by two others. */
  readonly by: Actor;
  readonly now: () => string;
  /** Told what was not carried out and why, and what each decision has left: counts and codes. Nothing when left out. */
  readonly say?: (line: string) => void;
  /** Called at each step that is done; a test lets it die there. */
  readonly reached?: (step: 'destroyed' | 'rotated' | 'swept') => void;
}

/**
 * The first half of carryOut, for apis that have a copy of the key file: destroys the rows and adds the epoch to which it
 * will go on. It is not in use: each api can be given it first.
 * @returns the epoch; undefined when nothing was decided
 * @throws DomainError as carryOut does
 */
export const prepareCarryOut = (means: Means): Promise<number | undefined> =>
  oneAtATime(means.pool, async () => {
    const { destroyed, refused } = await destroyDecided(means);
    const epoch =
      destroyed.size === 0 ? undefined : await prepareEpoch(means.file, means.pool, means.tombstones);
    if (refused) throw refused;
    return epoch;
  });

/** Destroys the rows of each order that may still be carried out. */
const destroyDecided = async (
  means: Means,
): Promise<{
  /** How many keys of each were destroyed, now or before. */
  readonly destroyed: ReadonlyMap<Order, number>;
  /** Why another may not: one who came back keeps nobody else's from being carried out. */
  readonly refused: DomainError | undefined;
}> => {
  const { store, pool, tombstones } = means;
  // Read anew: nothing that was read before the decision counts.
  const facts = new Facts(store, async () => undefined);
  const { decided } = await ordersIn(store);
  const destroyed = new Map<Order, number>();
  let refused: DomainError | undefined;
  for (const order of decided)
    try {
      const ask = () =>
        stillDecided({ facts, sealedStreams: (subject) => sealedStreams(pool, subject) }, order);
      destroyed.set(order, await destroy(pool, order, tombstones, means.now(), ask));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      means.say?.(`${order.decisionId}  not carried out: ${error.code}`);
      refused ??= error;
    }
  return { destroyed, refused };
};

/** Waits until nobody else carries out or calls off. */
export const oneAtATime = async <Result>(
  pool: Means['pool'],
  work: () => Promise<Result>,
): Promise<Result> => {
  const session = await pool.connect();
  try {
    await session.query('SELECT pg_advisory_lock(7310, 120)');
    return await work();
  } finally {
    // The session ends, and the lock with it.
    session.release(true);
  }
};

/**
 * Carries out every erasure that was decided, after what refused requests have left: tombstones, rows, a new epoch for all who stay, the old epoch destroyed,
 * the room of the rows given back; then it is complete, and the read models let go. May be cut off anywhere and repeated.
 * @returns how many were carried out
 * @throws DomainError, after all others were carried out, when a person has come back since the decision: nothing of that
 *   person is destroyed, and the decision waits until somebody calls it off
 */
export const carryOut = (means: Means): Promise<number> =>
  oneAtATime(means.pool, async () => {
    await destroyUnused(means.pool, async (stream) => {
      const read = await means.store.readStream(stream, { limit: 1 });
      return (read?.events.length ?? 0) === 0;
    });
    const { destroyed, refused } = await destroyDecided(means);
    if (destroyed.size > 0) await complete(means, destroyed);
    if (refused) throw refused;
    return destroyed.size;
  });

const complete = async (means: Means, destroyed: ReadonlyMap<Order, number>): Promise<void> => {
  const facts = new Facts(means.store, async () => undefined);
  const { pool, file, tombstones } = means;
  means.reached?.('destroyed');
  const epoch = await prepareEpoch(file, pool, tombstones);
  await rotateTo(epoch, pool, file);
  means.reached?.('rotated');
  await sweep(pool);
  means.reached?.('swept');
  const { classKeys } = await readKeyFile(file);
  const earlierEpochsLeft = [...classKeys.values()].flat().filter((key) => key.epoch < epoch).length;
  const highestEpoch = await highestDestroyedEpoch(pool, tombstones);
  for (const [order, destroyedKeys] of destroyed) {
    const { decisionId } = order;
    for (const line of await sparedBy(means, order)) means.say?.(line);
    await means.executor.execute(
      means.erasures.CompleteErasure,
      {
        of: await erasureOf(facts, order),
        decisionId,
        destroyedKeys,
        epoch,
        highestEpoch,
        keysLeft: await keysLeft(pool, decisionId),
        earlierEpochsLeft,
      },
      contextOf(means, decisionId),
    );
  }
};

/** What stands around a command that only carries out what was decided; the same for a repeat. */
export const contextOf = ({ by, now }: Pick<Means, 'by' | 'now'>, of: string): CommandContext => {
  const commandId = derivedId('command', 'erasure', of);
  return {
    at: now(),
    by,
    commandId,
    fingerprint: commandId,
    legalBasis: 'ARKIVL_10',
    purpose: 'RETENTION',
    policyVersion,
    correlationId: commandId,
    causationId: commandId,
  };
};
