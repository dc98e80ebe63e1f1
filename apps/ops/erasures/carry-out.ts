import { type CommandContext, type CommandExecutor, type ErasureHandlings } from '#application';
import type { EventStore } from '#event-store';
import { type Actor, derivedId } from '#kernel';
import {
  destroy,
  type ErasureOrder,
  highestDestroyedEpoch,
  keysLeft,
  sweep,
  type Tombstones,
} from '#personal-data';
import { type createPool, type KeyFileOptions, readKeyFile } from '#platform';
import { prepareEpoch, rotateTo } from '../rotate-keys.js';
import { ordersIn } from './orders.js';

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
  /** Called at each step that is done; a test lets it die there. */
  readonly reached?: (step: 'destroyed' | 'rotated' | 'swept') => void;
}

/**
 * The first half of carryOut, for apis that have a copy of the key file: destroys the rows and adds the epoch to which it
 * will go on. It is not in use: each api can be given it first.
 * @returns the epoch; undefined when nothing was decided
 */
export const prepareCarryOut = async (means: Means): Promise<number | undefined> => {
  const { pool, file, tombstones } = means;
  const destroyed = await destroyDecided(means);
  return destroyed.size === 0 ? undefined : prepareEpoch(file, pool, tombstones);
};

/** @returns each order that was decided, and how many keys of it were destroyed, now or before */
const destroyDecided = async (means: Means): Promise<ReadonlyMap<ErasureOrder, number>> => {
  const { store, pool, tombstones } = means;
  const { decided } = await ordersIn(store);
  const destroyed = new Map<ErasureOrder, number>();
  for (const order of decided) destroyed.set(order, await destroy(pool, order, tombstones, means.now()));
  return destroyed;
};

/**
 * Carries out every erasure that was decided: tombstones, rows, a new epoch for all who stay, the old epoch destroyed,
 * the room of the rows given back; then it is complete, and the read models let go. May be cut off anywhere and repeated.
 * @returns how many were carried out
 */
export const carryOut = async (means: Means): Promise<number> => {
  const { pool, file, tombstones } = means;
  const destroyed = await destroyDecided(means);
  if (destroyed.size === 0) return 0;
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
    const { decisionId, subject } = order;
    await means.executor.execute(
      means.erasures.CompleteErasure,
      {
        subject,
        decisionId,
        destroyedKeys,
        epoch,
        highestEpoch,
        keysLeft: await keysLeft(pool, order),
        earlierEpochsLeft,
      },
      contextOf(means, decisionId),
    );
  }
  return destroyed.size;
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
    policyVersion: '2026-11-26',
    correlationId: commandId,
    causationId: commandId,
  };
};
