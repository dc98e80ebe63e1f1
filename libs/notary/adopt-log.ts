import type { Pool } from 'pg';
import type { EventStore } from '#event-store';
import { withTransaction } from '#platform';
import { notaryName } from './notary-consumer.js';
import type { NoteKey } from './note.js';
import { TreeTables } from './tree-tables.js';
import { type Verification, verifyLog } from './verify-log.js';

/**
 * After a move to another store: lets the notary go on in the log that is used from now on, once that log was found to
 * begin with everything that the notary has taken in. The worker with the role `notary` must be stopped.
 * @param log with the verbatim codec
 * @returns what was found; nothing is changed unless it holds
 */
export const adoptLog = async (options: {
  readonly log: EventStore;
  readonly pool: Pool;
  readonly keys: readonly NoteKey[];
  readonly onProgress?: (done: number) => void;
}): Promise<Verification> => {
  const { log, pool } = options;
  const tables = new TreeTables(pool);
  const verification = await verifyLog({ ...options, tables, trusted: [] });
  const [last] = await tables.leavesFrom(verification.leaves - 1, 1);
  if (!verification.holds || !last) return verification;
  const there = (await log.readStream(last.stream, { from: last.revision, limit: 1 }))?.events[0];
  if (there?.id !== last.id) throw new Error('the last event of the tree is not where it was a moment ago');
  await withTransaction(pool, { role: 'notary_writer' }, (client) =>
    client.query('UPDATE notary.checkpoints SET epoch = $1, position = $2 WHERE subscription = $3', [
      log.epoch,
      there.position,
      notaryName,
    ]),
  );
  return verification;
};
