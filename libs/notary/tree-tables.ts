import type { Pool } from 'pg';
import { withTransaction } from '#platform';
import type { Hash, NodePlace } from './merkle-tree.js';

/** What the notary has written of one event. */
export interface StoredLeaf {
  readonly index: number;
  readonly hash: Hash;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  /** Where it stood when the notary took it in. */
  readonly position: string;
}

export interface StoredCheckpoint {
  readonly size: number;
  readonly note: string;
  readonly signedAt: Date;
}

interface Queries {
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<{ rows: Row[] }>;
}

/** The hashes at these places, in their order. @throws Error when one is not there */
export const readNodes = async (client: Queries, places: readonly NodePlace[]): Promise<readonly Hash[]> => {
  if (places.length === 0) return [];
  const { rows } = await client.query<{ hash: Hash | null }>(
    `SELECT coalesce(n.hash, l.hash) AS hash
     FROM unnest($1::smallint[], $2::bigint[]) WITH ORDINALITY AS p (level, index, place)
     LEFT JOIN notary.nodes n ON n.level = p.level AND n.index = p.index
     LEFT JOIN notary.leaves l ON p.level = 0 AND l.index = p.index
     ORDER BY p.place`,
    [places.map(({ level }) => level), places.map(({ index }) => index)],
  );
  return rows.map(({ hash }) => {
    if (!hash) throw new Error('the tree of the notary is not whole: a node is missing');
    return hash;
  });
};

interface LeafRow {
  readonly index: string;
  readonly hash: Hash;
  readonly event_id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
}
const leafOfRow = ({ index, hash, event_id: id, stream, revision, position }: LeafRow): StoredLeaf => ({
  index: Number(index),
  hash,
  id,
  stream,
  revision,
  position,
});

/** The notary's tables, for reading. */
export class TreeTables {
  constructor(private readonly pool: Pool) {}

  /** Events in the tree. */
  async size(): Promise<number> {
    const [row] = await this.#read<{ size: string }>(
      'SELECT coalesce(max(index) + 1, 0) AS size FROM notary.leaves',
    );
    return Number(row?.size);
  }

  async leavesFrom(index: number, limit: number): Promise<readonly StoredLeaf[]> {
    const rows = await this.#read<LeafRow>(
      'SELECT * FROM notary.leaves WHERE index >= $1 ORDER BY index LIMIT $2',
      [index, limit],
    );
    return rows.map(leafOfRow);
  }

  async findLeaf(eventId: string): Promise<StoredLeaf | undefined> {
    const rows = await this.#read<LeafRow>(
      'SELECT * FROM notary.leaves WHERE event_id = $1 ORDER BY index LIMIT 1',
      [eventId],
    );
    return rows.map(leafOfRow)[0];
  }

  /** By size, the smallest first. */
  async checkpoints(): Promise<readonly StoredCheckpoint[]> {
    const rows = await this.#read<{ size: string; note: string; signed_at: Date }>(
      'SELECT size, note, signed_at FROM notary.signed_checkpoints ORDER BY size',
    );
    return rows.map(({ size, note, signed_at }) => ({ size: Number(size), note, signedAt: signed_at }));
  }

  async newestCheckpoint(): Promise<StoredCheckpoint | undefined> {
    const [row] = await this.#read<{ size: string; note: string; signed_at: Date }>(
      'SELECT size, note, signed_at FROM notary.signed_checkpoints ORDER BY size DESC LIMIT 1',
    );
    return row && { size: Number(row.size), note: row.note, signedAt: row.signed_at };
  }

  nodes(places: readonly NodePlace[]): Promise<readonly Hash[]> {
    return withTransaction(this.pool, { role: 'notary_reader', readOnly: true }, (client) =>
      readNodes(client, places),
    );
  }

  #read<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return withTransaction(this.pool, { role: 'notary_reader', readOnly: true }, async (client) => {
      const { rows } = await client.query(sql, values);
      return rows as Row[];
    });
  }
}
