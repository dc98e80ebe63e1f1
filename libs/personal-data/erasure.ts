import type { Pool } from 'pg';
import { DomainError, type Token } from '#kernel';
import { OperatorError, type TransactionClient, withTransaction } from '#platform';
import type { KeyPlace } from './crypto.js';
import type { Tombstone, Tombstones } from './tombstones.js';
import type { OpenedKey, VaultPurpose } from './vault.js';

// Destroys what a decision names, as vault_custodian; what the database cannot check (a tombstone), as its owner. The order is: tombstone on disk, rows gone, and then (rotation.ts)
// the surviving keys under a new epoch and the old one destroyed. Only after that it is complete.

const custodian = { role: 'vault_custodian' } as const;
const owner = {} as const;

/** What is to be destroyed, by whose decision. */
export type ErasureOrder = Omit<Tombstone, 'streams' | 'keys' | 'epoch' | 'at'>;

/**
 * Destroys the data keys of the person and classes in the streams that were decided on, the rows of the index of persons, of
 * who goes along and of Police's register, and the grants on what is gone. May be cut off anywhere, and repeated.
 * @param stillDecided asked right before anything is destroyed, while nobody can make a key, and again before it is committed:
 *   the streams that stand as they stood when they were decided on. Not asked for what was destroyed before. What it throws leaves everything as it was
 * @returns how many data keys were destroyed by this decision, now or before
 * @throws OperatorError when the tombstone cannot be written: nothing is destroyed then
 */
export const destroy = async (
  pool: Pool,
  order: ErasureOrder,
  tombstones: Tombstones,
  at: string,
  stillDecided: () => Promise<readonly string[]>,
): Promise<number> => {
  const { tombstone, hash } =
    (await buryAgain(pool, order, tombstones)) ??
    (await withTransaction(pool, custodian, async (client) => {
      await holdWrites(client);
      const streams = await stillDecided();
      const found = await keysOf(client, { ...order, streams });
      const keys = found.map(({ key_id }) => key_id).sort();
      const epoch = Math.max(await epochsInForce(client), ...found.map((key) => key.epoch));
      const meant = { ...order, streams, keys, epoch, at };
      const line = await tombstones.intend(meant);
      await bury(client, 'destroy', meant, line);
      // Nobody gets a key from the first look on; whoever had one may have written with it meanwhile. Then nothing is destroyed.
      const after = await stillDecided();
      if (after.length !== streams.length || !streams.every((one) => after.includes(one)))
        throw new DomainError('erasure.entries_changed', { decisionId: order.decisionId });
      return { tombstone: meant, hash: line };
    }));
  // Only what is committed is ever destroyed again.
  await tombstones.done(order.decisionId, hash);
  return tombstone.keys.length;
};

/** What was carried out before, and is carried out to its end. @returns undefined when this is the first time */
const buryAgain = (
  pool: Pool,
  { decisionId }: ErasureOrder,
  tombstones: Tombstones,
): Promise<{ readonly tombstone: Tombstone; readonly hash: string } | undefined> =>
  withTransaction(pool, owner, async (client) => {
    const { rows } = await client.query<{ tombstone: string }>(
      'SELECT tombstone FROM vault.erasures WHERE decision_id = $1',
      [decisionId],
    );
    const before = rows[0] && (await tombstones.read()).find(({ hash }) => hash === rows[0]?.tombstone);
    if (!before) return undefined;
    await bury(client, 'destroy_again', before, before.hash);
    return { tombstone: before, hash: before.hash };
  });

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
  /** Whose it is. */
  readonly owners: readonly Token[];
}

/** Every stream in which something of a person is sealed: what an erasure of the person would make unreadable. */
export const sealedStreams = (pool: Pool, subject: string): Promise<readonly SealedStream[]> =>
  withTransaction(pool, { ...custodian, readOnly: true }, async (client) => {
    const { rows } = await client.query<SealedStream>(
      `SELECT stream, max(created_at) > clock_timestamp() - interval '1 hour' AS recent,
          array_agg(DISTINCT owner) AS owners FROM vault.keys
        WHERE subject = $1 GROUP BY stream ORDER BY stream`,
      [subject],
    );
    return rows;
  });

/**
 * The keys of who the persons of a board's cases are, for the question whether a file is kept for research: on record, by
 * no grant, since those who had one may have left. As the owner of the database.
 * @param places each the identity in a case's own stream, as the board of the actor wrote it
 * @returns one per place, in order; undefined where there is no such key (any more)
 */
export const keysForRetention = (
  pool: Pool,
  places: readonly KeyPlace[],
  { caseId, actor, at }: VaultPurpose & { readonly caseId: string },
): Promise<readonly (OpenedKey | undefined)[]> =>
  withTransaction(pool, owner, async (client) => {
    const keys: (OpenedKey | undefined)[] = [];
    for (const { subject } of places) {
      const { rows } = await client.query<{ key_id: string; wrapped_key: Buffer; epoch: number }>(
        'SELECT key_id, wrapped_key, epoch FROM vault.open_for_retention($1, $2, $3, $4, $5, $6)',
        [caseId, subject, actor.organisation, actor.person, at, actor.agencyKind],
      );
      const [key] = rows;
      keys.push(
        key && {
          kid: key.key_id,
          wrapped: key.wrapped_key,
          epoch: key.epoch,
          foot: 'OWN',
          legalBasis: 'ARKIVL_10',
        },
      );
    }
    return keys;
  });

/**
 * Destroys what requests left that were refused before anything was written: keys of streams without an event, and persons
 * in the index of whom nothing is kept; a day after.
 * @param isEmpty whether a stream has no event
 * @returns how many keys there were
 */
export const destroyUnused = async (
  pool: Pool,
  isEmpty: (stream: string) => Promise<boolean>,
): Promise<number> => {
  const streams = await withTransaction(pool, { ...custodian, readOnly: true }, async (client) => {
    const { rows } = await client.query<{ stream: string }>(
      `SELECT DISTINCT stream FROM vault.keys WHERE created_at < clock_timestamp() - interval '1 day' ORDER BY stream`,
    );
    return rows.map(({ stream }) => stream);
  });
  const empty: string[] = [];
  for (const stream of streams) if (await isEmpty(stream)) empty.push(stream);
  return withTransaction(pool, custodian, async (client) => {
    const { rows } = await client.query<{ gone: number }>('SELECT vault.destroy_unused($1) AS gone', [empty]);
    return rows[0]?.gone ?? 0;
  });
};

/** What is kept of a person: data keys by where they seal something, rows of the index, rows of Police's register. */
export interface RowsLeft {
  readonly keys: readonly { readonly stream: string; readonly class: string }[];
  readonly index: number;
  /** Who goes along with the person, and that somebody asked about the person as one who might. */
  readonly companions: number;
  readonly register: number;
}

export const rowsLeft = (pool: Pool, subject: string): Promise<RowsLeft> =>
  withTransaction(pool, { ...custodian, readOnly: true }, async (client) => {
    const { rows: keys } = await client.query<{ stream: string; class: string }>(
      'SELECT stream, class FROM vault.keys WHERE subject = $1 ORDER BY stream, class',
      [subject],
    );
    const { rows } = await client.query<Omit<RowsLeft, 'keys'>>(
      `SELECT (SELECT count(*)::int FROM vault.person_index WHERE subject = $1) AS index,
          (SELECT count(*)::int FROM vault.companions WHERE subject = $1) AS companions,
          (SELECT count(*)::int FROM police_register.entries WHERE subject = $1) AS register`,
      [subject],
    );
    return { keys, ...rows[0]! };
  });

/** Data keys that a decision destroyed and that are there all the same. */
export const keysLeft = (pool: Pool, decisionId: string): Promise<number> =>
  withTransaction(pool, { ...custodian, readOnly: true }, async (client) => {
    const { rowCount } = await client.query(
      `SELECT FROM vault.keys k JOIN vault.erasures e ON e.subject = k.subject AND k.class = ANY (e.classes)
          AND (e.streams IS NULL OR k.stream = ANY (e.streams)) AND vault.goes_with(e.ground, k.class, k.stream)
        WHERE e.decision_id = $1`,
      [decisionId],
    );
    return rowCount ?? 0;
  });

/**
 * Under which nothing that is destroyed may be found: that of the rows of the index, and that to which a rotation goes, a page
 * of which may lie in the write-ahead log though it was never committed.
 */
const epochsInForce = async (client: TransactionClient): Promise<number> => {
  const { rows } = await client.query<{ highest: number }>(
    `SELECT greatest((SELECT in_force FROM vault.class_key_epoch), (SELECT in_force FROM vault.blind_epoch), 0) AS highest`,
  );
  return rows[0]!.highest;
};

const keysOf = async (
  client: TransactionClient,
  { subject, ground, classes, streams }: Pick<Tombstone, 'subject' | 'ground' | 'classes' | 'streams'>,
): Promise<readonly { readonly key_id: string; readonly epoch: number }[]> => {
  const { rows } = await client.query<{ key_id: string; epoch: number }>(
    `SELECT key_id, epoch FROM vault.keys WHERE subject = $1 AND class = ANY ($2) AND stream = ANY ($3)
        AND vault.goes_with($4, class, stream)`,
    [subject, classes, streams, ground],
  );
  return rows;
};

/** The vault's own doors, which ask for themselves whether it was decided. */
const bury = async (
  client: TransactionClient,
  door: 'destroy' | 'destroy_again',
  { decisionId, subject, ground, extent, classes, cases, streams, keys, epoch }: Omit<Tombstone, 'at'>,
  tombstone: string,
): Promise<void> => {
  await client.query(`SELECT vault.${door}($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, [
    decisionId,
    subject,
    ground,
    classes,
    cases,
    streams ?? null,
    keys,
    epoch,
    tombstone,
    extent,
  ]);
};

/**
 * What a system does before anything else: destroys again what a restored backup has brought back, and nothing that was
 * only intended: a decision whose destruction was not committed waits to be carried out, or to be called off.
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
  for (const [decisionId, tombstone] of known) {
    const line = all.find(({ hash }) => hash === tombstone);
    if (line?.decisionId !== decisionId)
      throw new OperatorError(
        `The database knows of an erasure that is not among the tombstones: put the newest copy of that file back (TOMBSTONE_FILE), or a backup could bring somebody back unnoticed.`,
      );
    // It was committed, and whoever carried it out died before it could be said.
    if (!line.done) await tombstones.done(decisionId, tombstone);
  }
  const unknown = all.filter(({ decisionId, done }) => done && !known.has(decisionId));
  for (const { hash, ...tombstone } of unknown)
    await withTransaction(pool, owner, (client) => bury(client, 'destroy_again', tombstone, hash));
  return unknown.map(({ decisionId }) => decisionId);
};

/** Whether a decision was carried out here: then it is not called off any more. */
export const isDestroyed = (pool: Pool, decisionId: string): Promise<boolean> =>
  withTransaction(pool, { ...custodian, readOnly: true }, async (client) => {
    const { rowCount } = await client.query('SELECT FROM vault.erasures WHERE decision_id = $1', [
      decisionId,
    ]);
    return rowCount === 1;
  });

/**
 * Gives back the room of rows that were deleted, which lie in the files of their tables until then. As the owner.
 * What the write-ahead log still holds of them is wrapped under an epoch that is destroyed.
 */
export const sweep = async (pool: Pool): Promise<void> => {
  for (const table of [
    'vault.keys',
    'vault.person_index',
    'vault.companions',
    'vault.grants',
    'police_register.entries',
    'police_register.presence',
  ])
    await pool.query(`VACUUM FULL ${table}`);
};
