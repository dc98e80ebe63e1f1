import pg from 'pg';
import { ForeignPosition, type EventStore } from '#event-store';
import {
  type Instant,
  placeOfTable,
  type Position,
  type Projection,
  type ProjectionTransaction,
  type RecordedEvent,
} from '#kernel';
import { applyBatch, projectionConsumer, type RowConsumer } from './consumer.js';
import { foldLog } from './fold-log.js';
import { digestRows, type RowsDigest } from './rows-digest.js';
import { oneAtATime } from './transaction.js';

/** Up to which event: the one at a position, the last one that was recorded by an instant, or the last one there is. */
export type ReplayEnd = { readonly position: Position } | { readonly recordedBy: Instant } | 'head';

export interface ReplayOptions {
  readonly store: Pick<EventStore, 'epoch' | 'readAll' | 'head'>;
  /** Where the scratch tables live for as long as their session does; the log may lie elsewhere. */
  readonly databaseUrl: string;
  readonly projections: readonly Projection[];
  readonly to: ReplayEnd;
  /** Events that are read at a time. */
  readonly pageSize?: number;
  readonly onProgress?: (progress: { readonly events: number; readonly position: Position }) => void;
}

/** What one read model held. */
export interface Replayed extends RowsDigest {
  readonly name: string;
  /** Rows of a table in the order of their text, page by page; ends with the replay. */
  rowsOf(table: string): AsyncIterable<Readonly<Record<string, unknown>>>;
}

export interface Replay {
  /** The last event that counts; undefined when there is none. */
  readonly position: Position | undefined;
  readonly recordedAt: Instant | undefined;
  readonly events: number;
  readonly readModels: readonly Replayed[];
}

/**
 * Folds the log up to a chosen event into scratch tables and shows what the read models held then. The tables are
 * temporary ones: each read model has a session of its own, with which they go, also when this process is killed. They
 * stand in no write-ahead log and nobody else sees them. Nothing else is written, no lease is held, no key is needed.
 * @throws ForeignPosition when the position is none of this log
 */
export const replay = async <Result>(
  options: ReplayOptions,
  work: (replay: Replay) => Promise<Result>,
): Promise<Result> => {
  const { store, to, pageSize = 1_000, onProgress } = options;
  if (typeof to === 'object' && 'position' in to && !(await stands(store, to.position)))
    throw new ForeignPosition(store.epoch);
  const scratches: Scratch[] = [];
  try {
    for (const projection of options.projections)
      scratches.push(await Scratch.open(options.databaseUrl, projection));
    let events = 0;
    let last: RecordedEvent | undefined;
    await foldLog(
      {
        store,
        after: undefined,
        pageSize,
        until: isBeyond(to),
        onPage: (count, event) => {
          events += count;
          last = event;
          onProgress?.({ events, position: event.position });
        },
      },
      scratches,
    );
    const readModels: Replayed[] = [];
    for (const scratch of scratches) readModels.push(await scratch.shown());
    return await work({ position: last?.position, recordedAt: last?.recordedAt, events, readModels });
  } finally {
    for (const scratch of scratches) await scratch.close();
  }
};

const isBeyond = (to: ReplayEnd): ((event: RecordedEvent) => boolean) | undefined => {
  if (to === 'head') return undefined;
  if ('position' in to) return (event) => event.position > to.position;
  const limit = Date.parse(to.recordedBy);
  return (event) => Date.parse(event.recordedAt) > limit;
};

/** Whether the position is one of this log, and not beyond its end. */
const stands = async (store: ReplayOptions['store'], position: Position): Promise<boolean> => {
  await store.readAll(position, 1);
  const head = await store.head();
  return head !== undefined && position <= head;
};

/** The tables of one read model in a session of their own. */
class Scratch {
  readonly #consumer: RowConsumer;

  private constructor(
    private readonly client: pg.Client,
    private readonly projection: Projection,
  ) {
    this.#consumer = projectionConsumer(projection);
  }

  static async open(databaseUrl: string, projection: Projection): Promise<Scratch> {
    const client = new pg.Client({ connectionString: databaseUrl, application_name: 'replay' });
    // A session that dies is told by the next statement; unheard, the event would end the process.
    client.on('error', () => undefined);
    await client.connect();
    for (const table of projection.tables)
      await client.query(
        `create temporary table ${placeOfTable(table, projection.schema, 'pg_temp')}
         (like ${placeOfTable(table, projection.schema)} including all)`,
      );
    return new Scratch(client, projection);
  }

  handles(event: RecordedEvent): boolean {
    return this.#consumer.handles(event);
  }

  async take(page: readonly RecordedEvent[]): Promise<void> {
    const own = page.filter((event) => this.handles(event));
    if (own.length === 0) return;
    await this.client.query('begin');
    // A batch of its own each time: what it has in hand ends with it.
    await applyBatch(this.#consumer, own, this.#transaction());
    await this.client.query('commit');
  }

  async shown(): Promise<Replayed> {
    await this.client.query('begin');
    const digest = await digestRows(this.#transaction(), this.projection, 'pg_temp');
    await this.client.query('commit');
    return { name: this.projection.name, ...digest, rowsOf: (table) => this.#rowsOf(table) };
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  async *#rowsOf(table: string): AsyncGenerator<Readonly<Record<string, unknown>>> {
    if (!this.projection.tables.includes(table)) throw new Error('no table of this read model');
    const { client } = this;
    await client.query(`begin; set local timezone = 'UTC'`);
    await client.query(
      `declare shown no scroll cursor for select to_jsonb(t) as row from ${placeOfTable(table, this.projection.schema, 'pg_temp')} t
       order by to_jsonb(t)::text collate "C"`,
    );
    for (;;) {
      const { rows } = await client.query<{ row: Record<string, unknown> }>('fetch 500 from shown');
      for (const { row } of rows) yield row;
      if (rows.length === 0) break;
    }
    await client.query('commit');
  }

  #transaction(): ProjectionTransaction {
    return { schema: 'pg_temp', query: oneAtATime(this.client) };
  }
}

/** The same hash over what a read model holds now, and how far it has come. Reads only. */
export const digestLive = async (
  pool: pg.Pool,
  projection: Projection,
): Promise<RowsDigest & { readonly position: Position | undefined }> => {
  const client = await pool.connect();
  try {
    await client.query(`begin isolation level repeatable read read only`);
    await client.query(`select set_config('role', $1, true)`, [projection.role]);
    const query = oneAtATime(client);
    const { rows } = await query<{ position: Position }>(
      `select position from ${projection.schema}.checkpoints where subscription = $1`,
      [projection.name],
    );
    const digest = await digestRows({ query }, projection);
    return { ...digest, position: rows[0]?.position };
  } finally {
    await client.query('rollback').catch(() => undefined);
    client.release();
  }
};
