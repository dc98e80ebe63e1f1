import type { Pool } from 'pg';
import type { DataClass } from '#kernel';
import { withTransaction, type TransactionClient } from '#platform';
import { Blinds } from './blinds.js';
import { EnvelopeBroken, unwrapKey, wrapKey, type KeyPlace } from './crypto.js';
import { type ClassKeys, KeyUnavailable } from './keys.js';

// Class keys get a new epoch: every data key is wrapped anew, no event is touched, and the old epoch can be destroyed.
// What the database cannot check (whether a key is wrapped or overwritten, whether apis have the keys of an epoch) is done as
// its owner, all else as vault_custodian.

const custodian = { role: 'vault_custodian' } as const;
const owner = {} as const;

/** The epoch under which new data keys must be wrapped, or a later one; 0 before the first rotation. */
export const epochInForce = (pool: Pool): Promise<number> =>
  withTransaction(pool, { ...custodian, readOnly: true }, async (client) => {
    const { rows } = await client.query<{ in_force: number }>('SELECT in_force FROM vault.class_key_epoch');
    return rows[0]?.in_force ?? 0;
  });

/**
 * From its commit on no key is taken that is wrapped under an earlier epoch. Waits for the writes that are under way.
 * Call it when every api can have the keys of the new epoch.
 */
export const beginEpoch = (pool: Pool, epoch: number): Promise<void> =>
  withTransaction(pool, owner, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock(7310, 36)');
    await client.query(
      'UPDATE vault.class_key_epoch SET in_force = $1, since = clock_timestamp() WHERE in_force < $1',
      [epoch],
    );
  });

/** How many data keys are still wrapped under an earlier epoch. */
export const keysBefore = (pool: Pool, epoch: number): Promise<number> =>
  withTransaction(pool, { ...custodian, readOnly: true }, async (client) => {
    const { rows } = await client.query<{ count: string }>(
      'SELECT count(*) AS count FROM vault.keys WHERE epoch < $1',
      [epoch],
    );
    return Number(rows[0]?.count ?? 0);
  });

/**
 * Whoever destroys class keys of epochs before this one asks this first; the vault remembers that it was asked.
 * @throws RV009 (SQLSTATE) while a key that stays is wrapped under one of them
 */
export const retireEpochs = (pool: Pool, epoch: number): Promise<void> =>
  withTransaction(pool, custodian, async (client) => {
    await client.query('SELECT vault.retire_epochs($1)', [epoch]);
  });

/** A row that cannot be taken to the new epoch, by its random id: its class key is not there, or it was tampered with (`cause`). */
export class RowNotMoved extends Error {
  override readonly name = 'RowNotMoved';
  constructor(
    readonly table: string,
    readonly row: string,
    override readonly cause: KeyUnavailable | EnvelopeBroken,
  ) {
    super(`a row of ${table} cannot be taken to the new epoch`);
  }
}

const moving = <Result>(table: string, row: string, move: () => Result): Result => {
  try {
    return move();
  } catch (error) {
    if (error instanceof KeyUnavailable || error instanceof EnvelopeBroken)
      throw new RowNotMoved(table, row, error);
    throw error;
  }
};

/** In one transaction: small enough that nobody waits for it. */
const pageSize = 200;

/**
 * Wraps every data key of an earlier epoch under this one, page by page; what is done stays done when it is cut off. The
 * data keys themselves, and their ids, stay as they are.
 * @param keys with the keys of both epochs
 * @param onPage told how many were wrapped anew so far
 * @throws RowNotMoved when the class key of a data key is not there, or one was tampered with
 */
export const rewrapKeys = async (
  pool: Pool,
  keys: ClassKeys,
  epoch: number,
  onPage: (done: number) => void = () => undefined,
): Promise<number> => {
  let done = 0;
  for (;;) {
    const page = await withTransaction(pool, owner, (client) => rewrapPage(client, keys, epoch));
    if (page === 0) return done;
    done += page;
    onPage(done);
  }
};

/** The columns that hold a blinded hash, and by which a row is found that cannot be moved. */
const blindedColumns = [
  // First here and where a person is buried, so that the two wait for each other and do not lock up.
  ['vault.companions', 'token', 'file'],
  ['vault.person_index', 'keyed_hash', 'subject'],
  ['police_register.entries', 'token', 'id'],
  ['police_register.presence', 'conflict', 'id'],
] as const;

/**
 * Moves what stands in the index of persons and in Police's register to this epoch: all of it in one transaction, since rows
 * under two epochs would not find each other, and a conflict that is not found is answered CLEAR. Who looks meanwhile sees all
 * of it as it was; who writes waits. Call it after `beginEpoch`.
 * @param keys with the keys of both epochs
 * @returns how many rows were moved
 * @throws RowNotMoved when the class key of a row is not there, or one was tampered with
 */
export const moveBlinds = (pool: Pool, keys: ClassKeys, epoch: number): Promise<number> =>
  withTransaction(pool, owner, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock(7310, 39)');
    const { rowCount } = await client.query(
      'UPDATE vault.blind_epoch SET in_force = $1 WHERE in_force IS NULL OR in_force < $1',
      [epoch],
    );
    if (rowCount === 0) return 0;
    const blinds = new Blinds(keys);
    let moved = 0;
    for (const [table, column, id] of blindedColumns) {
      const { rows } = await client.query<{ was: string; row: string }>(
        `SELECT ${column} AS was, min(${id}::text) AS row FROM ${table} GROUP BY ${column}`,
      );
      const texts = rows.map(({ was }) => was);
      const { rowCount: of } = await client.query(
        `UPDATE ${table} SET ${column} = n.becomes FROM unnest($1::text[], $2::text[]) AS n (was, becomes)
          WHERE ${column} = n.was`,
        [texts, rows.map(({ was, row }) => moving(table, row, () => blinds.move(was, epoch)))],
      );
      moved += of ?? 0;
    }
    return moved;
  });

interface KeyRow extends KeyPlace {
  readonly key_id: string;
  readonly class: DataClass;
  readonly wrapped_key: Buffer;
  readonly epoch: number;
}

const rewrapPage = async (client: TransactionClient, keys: ClassKeys, epoch: number): Promise<number> => {
  const { rows } = await client.query<KeyRow>(
    `SELECT key_id, subject, stream, class, owner, wrapped_key, epoch FROM vault.keys
      WHERE epoch < $1 ORDER BY epoch, key_id LIMIT ${pageSize} FOR UPDATE`,
    [epoch],
  );
  if (rows.length === 0) return 0;
  const wrapped = rows.map((row) =>
    moving('vault.keys', row.key_id, () => {
      const ring = keys.of(row.class);
      const dataKey = unwrapKey(ring.get(row.epoch), row.wrapped_key, row.key_id, row);
      try {
        return wrapKey(ring.get(epoch), dataKey, row.key_id, row);
      } finally {
        dataKey.fill(0);
      }
    }),
  );
  await client.query(
    `UPDATE vault.keys k SET wrapped_key = n.wrapped_key, epoch = $3
       FROM unnest($1::uuid[], $2::bytea[]) AS n (key_id, wrapped_key) WHERE k.key_id = n.key_id`,
    [rows.map(({ key_id }) => key_id), wrapped, epoch],
  );
  return rows.length;
};
