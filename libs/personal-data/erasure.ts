import type { Pool } from 'pg';
import { OperatorError, type TransactionClient, withTransaction } from '#platform';
import type { Tombstone, Tombstones } from './tombstones.js';

// Destroys what a decision names, as vault_custodian. The order is: tombstone on disk, rows gone, and then (rotation.ts)
// the surviving keys under a new epoch and the old one destroyed. Only after that it is complete.

const custodian = { role: 'vault_custodian' } as const;

/** What is to be destroyed, by whose decision. */
export type ErasureOrder = Omit<Tombstone, 'keys' | 'at'>;

/**
 * Destroys the data keys of the person and classes, the rows of the index of persons and of Police's register, and the
 * grants on what is gone. May be cut off anywhere, and repeated.
 * @returns how many data keys were destroyed by this decision, now or before
 * @throws OperatorError when the tombstone cannot be written: nothing is destroyed then
 */
export const destroy = async (
  pool: Pool,
  order: ErasureOrder,
  tombstones: Tombstones,
  at: string,
): Promise<number> => {
  const earlier = (await tombstones.read()).find(({ decisionId }) => decisionId === order.decisionId);
  const keys = [...new Set([...(earlier?.keys ?? []), ...(await keysOf(pool, order))])].sort();
  // A repeat finds its tombstone; keys that came in between are of the same person and classes, and go by those.
  const tombstone = await tombstones.add({ ...order, keys, at });
  await withTransaction(pool, custodian, (client) => bury(client, { ...order, keys }, tombstone));
  return keys.length;
};

/** Data keys of a person and classes that are still there. */
export const keysLeft = async (
  pool: Pool,
  order: Pick<ErasureOrder, 'subject' | 'classes'>,
): Promise<number> => (await keysOf(pool, order)).length;

const keysOf = (
  pool: Pool,
  { subject, classes }: Pick<ErasureOrder, 'subject' | 'classes'>,
): Promise<readonly string[]> =>
  withTransaction(pool, { ...custodian, readOnly: true }, async (client) => {
    const { rows } = await client.query<{ key_id: string }>(
      'SELECT key_id FROM vault.keys WHERE subject = $1 AND class = ANY ($2)',
      [subject, classes],
    );
    return rows.map(({ key_id }) => key_id);
  });

const bury = async (
  client: TransactionClient,
  { decisionId, subject, ground, classes, cases, keys }: ErasureOrder & { readonly keys: readonly string[] },
  tombstone: string,
): Promise<void> => {
  // Waits for the writes that are under way; those that come after are refused (vault.erasures).
  await client.query('SELECT pg_advisory_xact_lock(7310, 36)');
  await client.query(
    'DELETE FROM vault.keys WHERE key_id = ANY ($1::uuid[]) OR (subject = $2 AND class = ANY ($3))',
    [keys, subject, classes],
  );
  await client.query('DELETE FROM vault.person_index WHERE subject = $1', [subject]);
  // Whoever got a new identity still has enemies: what goes is who the person was.
  await client.query(
    `DELETE FROM police_register.entries WHERE subject = $1 AND ($2 = 'RETENTION' OR kind = 'SELF_PERSON')`,
    [subject, ground],
  );
  await client.query('DELETE FROM vault.grants WHERE subject = $1 AND class = ANY ($2)', [subject, classes]);
  await client.query(
    `INSERT INTO vault.erasures (decision_id, subject, ground, classes, cases, destroyed_keys, tombstone)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    [decisionId, subject, ground, classes, cases, keys.length, tombstone],
  );
};

/**
 * What a system does before anything else: destroys again what a restored backup has brought back.
 * @returns the decisions that the database did not know of
 * @throws OperatorError when the database knows of an erasure whose tombstone is missing: with this file a backup could
 *   bring a person back, so nothing starts
 */
export const replayTombstones = async (pool: Pool, tombstones: Tombstones): Promise<readonly string[]> => {
  const all = await tombstones.read();
  const known = await withTransaction(pool, { ...custodian, readOnly: true }, async (client) => {
    const { rows } = await client.query<{ decision_id: string; tombstone: string }>(
      'SELECT decision_id, tombstone FROM vault.erasures',
    );
    return new Map(rows.map(({ decision_id, tombstone }) => [decision_id, tombstone]));
  });
  const hashes = new Map(all.map(({ decisionId, hash }) => [decisionId, hash]));
  for (const [decisionId, tombstone] of known)
    if (hashes.get(decisionId) !== tombstone)
      throw new OperatorError(
        `The database knows of an erasure that is not among the tombstones: put the newest copy of that file back (TOMBSTONE_FILE), or a backup could bring somebody back unnoticed.`,
      );
  const unknown = all.filter(({ decisionId }) => !known.has(decisionId));
  for (const { hash, ...tombstone } of unknown)
    await withTransaction(pool, custodian, (client) => bury(client, tombstone, hash));
  return unknown.map(({ decisionId }) => decisionId);
};

/**
 * Gives back the room of rows that were deleted, which lie in the files of their tables until then. As the owner.
 * What the write-ahead log still holds of them is wrapped under an epoch that is destroyed.
 */
export const sweep = async (pool: Pool): Promise<void> => {
  for (const table of ['vault.keys', 'vault.person_index', 'vault.grants', 'police_register.entries'])
    await pool.query(`VACUUM FULL ${table}`);
};
