import type { Pool } from 'pg';
import { OperatorError, type TransactionClient, withTransaction } from '#platform';
import type { Tombstone, Tombstones } from './tombstones.js';

// Destroys what a decision names, as vault_custodian. The order is: tombstone on disk, rows gone, and then (rotation.ts)
// the surviving keys under a new epoch and the old one destroyed. Only after that it is complete.

const custodian = { role: 'vault_custodian' } as const;

/** What is to be destroyed, by whose decision. */
export type ErasureOrder = Omit<Tombstone, 'keys' | 'epoch' | 'at'>;

/**
 * Destroys the data keys of the person and classes, the rows of the index of persons and of Police's register, and the
 * grants on what is gone. May be cut off anywhere, and repeated.
 * @param assertDecided asked right before anything is destroyed, while nobody can make a key; not asked for what was
 *   destroyed before. What it throws leaves everything as it was
 * @returns how many data keys were destroyed by this decision, now or before
 * @throws OperatorError when the tombstone cannot be written: nothing is destroyed then
 */
export const destroy = async (
  pool: Pool,
  order: ErasureOrder,
  tombstones: Tombstones,
  at: string,
  assertDecided: () => Promise<void> = async () => undefined,
): Promise<number> => {
  const earlier = (await tombstones.read()).find(({ decisionId }) => decisionId === order.decisionId);
  return withTransaction(pool, custodian, async (client) => {
    await holdWrites(client);
    const { rowCount: done } = await client.query('SELECT FROM vault.erasures WHERE decision_id = $1', [
      order.decisionId,
    ]);
    if (done === 0) await assertDecided();
    const found = await keysOf(client, order);
    const keys = [...new Set([...(earlier?.keys ?? []), ...found.map(({ key_id }) => key_id)])].sort();
    const epoch = Math.max(earlier?.epoch ?? 0, ...found.map((key) => key.epoch));
    // A repeat finds its tombstone; keys that came in between are of the same person and classes, and go by those.
    const tombstone = await tombstones.add({ ...order, keys, epoch, at });
    await bury(client, { ...order, keys, epoch }, tombstone);
    return keys.length;
  });
};

/** Waits for the writes that are under way; those that come after are refused (vault.erasures). */
const holdWrites = async (client: TransactionClient): Promise<void> => {
  await client.query('SELECT pg_advisory_xact_lock(7310, 36)');
};

/**
 * The highest epoch under which a key that was destroyed was ever wrapped, by the tombstones and by what is known here:
 * with a class key of it, or of one before, an old copy of the database opens. 0 when nothing was.
 */
export const highestDestroyedEpoch = async (pool: Pool, tombstones: Tombstones): Promise<number> => {
  const known = await withTransaction(pool, { ...custodian, readOnly: true }, async (client) => {
    const { rows } = await client.query<{ highest: number }>(
      'SELECT coalesce(max(highest_epoch), 0) AS highest FROM vault.erasures',
    );
    return rows[0]?.highest ?? 0;
  });
  return Math.max(known, ...(await tombstones.read()).map(({ epoch }) => epoch));
};

/** A stream in which something of a person is sealed. */
export interface SealedStream {
  readonly stream: string;
  /** A key for it was made within the last hour: what is sealed with it may yet have to be written. */
  readonly recent: boolean;
}

/** Every stream in which something of a person is sealed: what an erasure of the person would make unreadable. */
export const sealedStreams = (pool: Pool, subject: string): Promise<readonly SealedStream[]> =>
  withTransaction(pool, { ...custodian, readOnly: true }, async (client) => {
    const { rows } = await client.query<SealedStream>(
      `SELECT stream, max(created_at) > clock_timestamp() - interval '1 hour' AS recent FROM vault.keys
        WHERE subject = $1 GROUP BY stream ORDER BY stream`,
      [subject],
    );
    return rows;
  });

/** Data keys of a person and classes that are still there. */
export const keysLeft = async (
  pool: Pool,
  order: Pick<ErasureOrder, 'subject' | 'classes'>,
): Promise<number> =>
  withTransaction(
    pool,
    { ...custodian, readOnly: true },
    async (client) => (await keysOf(client, order)).length,
  );

const keysOf = async (
  client: TransactionClient,
  { subject, classes }: Pick<ErasureOrder, 'subject' | 'classes'>,
): Promise<readonly { readonly key_id: string; readonly epoch: number }[]> => {
  const { rows } = await client.query<{ key_id: string; epoch: number }>(
    'SELECT key_id, epoch FROM vault.keys WHERE subject = $1 AND class = ANY ($2)',
    [subject, classes],
  );
  return rows;
};

const bury = async (
  client: TransactionClient,
  { decisionId, subject, ground, classes, cases, keys, epoch }: Omit<Tombstone, 'at'>,
  tombstone: string,
): Promise<void> => {
  const { rows: gone } = await client.query<{ epoch: number }>(
    'DELETE FROM vault.keys WHERE key_id = ANY ($1::uuid[]) OR (subject = $2 AND class = ANY ($3)) RETURNING epoch',
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
    `INSERT INTO vault.erasures (decision_id, subject, ground, classes, cases, destroyed_keys, tombstone, highest_epoch)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
    [
      decisionId,
      subject,
      ground,
      classes,
      cases,
      keys.length,
      tombstone,
      Math.max(epoch, ...gone.map((key) => key.epoch)),
    ],
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
    await withTransaction(pool, custodian, async (client) => {
      await holdWrites(client);
      await bury(client, tombstone, hash);
    });
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
