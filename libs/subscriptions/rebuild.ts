import pg, { type Pool } from 'pg';
import type { EventStore } from '#event-store';
import { placeOfTable, type Position, type Projection, type RecordedEvent } from '#kernel';
import { loadCheckpoint, moveCheckpoint } from './checkpoint.js';
import { applyBatch, projectionConsumer, type RowConsumer } from './consumer.js';
import { errorCode, isPassing } from './failure.js';
import { foldLog } from './fold-log.js';
import { pause } from './pause.js';
import { columnsOf } from './rows-digest.js';
import { inTransaction, type Transaction } from './transaction.js';

export interface RebuildOptions {
  readonly store: Pick<EventStore, 'epoch' | 'readAll'>;
  /** Logs in as the owner of the read models: it makes schemas. */
  readonly pool: Pool;
  readonly projections: readonly Projection[];
  /** Begins anew instead of going on with what an earlier, interrupted rebuild has left. */
  readonly anew?: boolean;
  /** Events that are read at a time. */
  readonly pageSize?: number;
  readonly onProgress?: (progress: RebuildProgress) => void;
}

export interface RebuildProgress {
  /** Events read by this run so far. */
  readonly events: number;
  readonly position: Position;
}

export interface Rebuilt {
  readonly name: string;
  readonly position: Position | undefined;
  /** Rows in which the rebuilt read model differed from the one that was kept up: taken away and put there. */
  readonly removed: number;
  readonly added: number;
  /** Sequences that waited in the live one and no longer do. */
  readonly unparked: number;
}

/** An event that cannot be applied: a rebuild skips nothing, so it stops. What was built until there stays. */
export class RebuildStopped extends Error {
  override readonly name = 'RebuildStopped';
  constructor(
    readonly readModel: string,
    readonly event: RecordedEvent,
    cause: unknown,
  ) {
    super(
      `${readModel} cannot apply ${event.type} ${event.id} at ${event.position} (${errorCode(cause)}): ` +
        'a rebuild skips nothing',
      { cause },
    );
  }
}

/** Another process rebuilds the same read model. */
export class AlreadyRebuilding extends Error {
  override readonly name = 'AlreadyRebuilding';
  constructor(readonly readModel: string) {
    super(`${readModel} is being rebuilt by another process`);
  }
}

/** A transaction of a rebuild that lies idle for longer is ended by the server: it holds locks at the switch. */
const idleLimitMs = 60_000;

const attemptsToSwitch = 5;

/**
 * Makes read models anew from the first event, beside the live ones, which serve and are kept up meanwhile. When it has
 * reached the end of the log, the live rows are brought to the rebuilt ones, one read model after the other, each in one
 * transaction under the lock of its lease: no reader sees a half, no event is lost or counted twice. What it has done
 * stands after a crash; the next call goes on there.
 * @throws RebuildStopped, AlreadyRebuilding
 */
export const rebuild = async (options: RebuildOptions): Promise<readonly Rebuilt[]> => {
  const { pool, projections } = options;
  const guard = await pool.connect();
  try {
    for (const { name } of projections) {
      const { rows } = await guard.query<{ ours: boolean }>(
        `select pg_try_advisory_lock(hashtextextended('rebuild ' || $1, 7320)) as ours`,
        [name],
      );
      if (!rows[0]?.ours) throw new AlreadyRebuilding(name);
    }
    const shadows = [];
    for (const projection of projections) shadows.push(await Shadow.open(options, projection));
    await fill(options, shadows);
    const rebuilt: Rebuilt[] = [];
    for (const shadow of shadows) {
      // While the others were switched the log went on.
      await fill(options, [shadow]);
      rebuilt.push(await shadow.takeOver());
    }
    return rebuilt;
  } finally {
    // The locks go with the session at the latest; said, so that the next one need not wait for its end.
    await guard.query('select pg_advisory_unlock_all()').catch(() => undefined);
    guard.release(true);
  }
};

/** Brings all of them to the end of the log. They may stand at different places after a crash; each skips what it has. */
const fill = async (
  { store, pageSize = 1_000, onProgress }: RebuildOptions,
  shadows: readonly Shadow[],
): Promise<void> => {
  const positions = shadows.map(({ position }) => position);
  const after = positions.includes(undefined) ? undefined : [...positions].sort()[0];
  let events = 0;
  await foldLog(
    {
      store,
      after,
      pageSize,
      onPage: (count, last) => {
        events += count;
        onProgress?.({ events, position: last.position });
      },
    },
    shadows,
  );
};

/** A read model that is being made anew: the same tables in a schema of its own, which nobody may read. */
class Shadow {
  readonly #schema: string;
  readonly #consumer: RowConsumer;

  private constructor(
    private readonly options: RebuildOptions,
    private readonly projection: Projection,
    public position: Position | undefined,
  ) {
    this.#schema = shadowOf(projection.schema);
    this.#consumer = projectionConsumer(projection);
  }

  /** Makes the schema, or takes up the one that is there. */
  static async open(options: RebuildOptions, projection: Projection): Promise<Shadow> {
    const { store, pool, anew } = options;
    const schema = shadowOf(projection.schema);
    const position = await inTransaction(pool, { role: 'none', idleLimitMs }, async (transaction) => {
      if (anew) await dropSchema(transaction, schema);
      await createShadowSchema(transaction, projection, schema);
      await transaction.as(projection.role);
      return loadCheckpoint(transaction, { schema, role: projection.role }, projection.name, store);
    });
    return new Shadow(options, projection, position);
  }

  handles(event: RecordedEvent): boolean {
    return this.#consumer.handles(event);
  }

  async take(page: readonly RecordedEvent[], last: RecordedEvent): Promise<void> {
    const { position } = this;
    if (position !== undefined && last.position <= position) return;
    const events = page.filter(
      (event) => this.handles(event) && (position === undefined || event.position > position),
    );
    await this.#commit(events, last.position);
  }

  /** In halves when it fails, so that what is sound stands and the one event at fault is known. */
  async #commit(events: readonly RecordedEvent[], to: Position): Promise<void> {
    try {
      await inTransaction(
        this.options.pool,
        { role: this.projection.role, idleLimitMs },
        async (transaction) => {
          // What a crash of the server takes back is made again; the switch waits for the disk.
          await transaction.query('set local synchronous_commit = off');
          await this.#apply(transaction, events, to);
        },
      );
      this.position = to;
    } catch (error) {
      if (isPassing(error)) throw error;
      const [first, second] = events;
      if (!first) throw error;
      if (!second) throw new RebuildStopped(this.projection.name, first, error);
      const middle = Math.ceil(events.length / 2);
      await this.#commit(events.slice(0, middle), events[middle - 1]!.position);
      await this.#commit(events.slice(middle), to);
    }
  }

  /** Rows and the checkpoint after them. */
  async #apply(transaction: Transaction, events: readonly RecordedEvent[], to: Position): Promise<void> {
    await applyBatch(this.#consumer, events, { query: transaction.query, schema: this.#schema });
    await moveCheckpoint(
      transaction,
      { schema: this.#schema, role: this.projection.role },
      {
        subscription: this.projection.name,
        epoch: this.options.store.epoch,
        from: this.position,
        to,
        fence: '0',
      },
    );
  }

  /**
   * The switch. While the row of the lease is locked the live runner writes nothing; what it has handled beyond the
   * rebuild until then is folded first. It then finds its lease lost, takes it again, and goes on from the new
   * checkpoint. Readers are not held up: they see the old rows until the commit and the new ones after it.
   */
  async takeOver(): Promise<Rebuilt> {
    for (let attempt = 1; ; attempt += 1) {
      const { position } = this;
      try {
        return await this.#switch();
      } catch (error) {
        this.position = position;
        // A reader was in the way for longer than others may wait.
        const locked = (error as { code?: unknown }).code === '55P03';
        if (!locked || attempt === attemptsToSwitch) throw error;
        await pause(250 * attempt);
      }
    }
  }

  async #switch(): Promise<Rebuilt> {
    const { projection } = this;
    return inTransaction(this.options.pool, { role: 'subs_runner', idleLimitMs }, async (transaction) => {
      const { rows } = await transaction.query<{ fence: string }>(
        `insert into subs.leases as l (subscription, holder, fence, expires_at) values ($1, 'rebuild', 1, '-infinity')
         on conflict (subscription) do update
           set holder = excluded.holder, fence = l.fence + 1, expires_at = excluded.expires_at
         returning fence::text`,
        [projection.name],
      );
      const parked = await transaction.query<{ sequences: number }>(
        `with gone as (delete from subs.parked where subscription = $1 returning sequence)
         select count(distinct sequence)::int as sequences from gone`,
        [projection.name],
      );
      await transaction.as(projection.role);
      await this.#catchUp(transaction);
      let removed = 0;
      let added = 0;
      for (const table of projection.tables) {
        const changed = await this.#replace(transaction, table);
        removed += changed.removed;
        added += changed.added;
      }
      if (this.position !== undefined)
        await transaction.query(
          `insert into ${projection.schema}.checkpoints (subscription, epoch, position, fence) values ($1, $2, $3, $4)
           on conflict (subscription) do update
             set epoch = excluded.epoch, position = excluded.position, fence = excluded.fence`,
          [projection.name, this.options.store.epoch, this.position, rows[0]!.fence],
        );
      await transaction.as('none');
      await dropSchema(transaction, this.#schema);
      return {
        name: projection.name,
        position: this.position,
        removed,
        added,
        unparked: parked.rows[0]!.sequences,
      };
    });
  }

  /** To the end of the log; the live one cannot be beyond it, and does not move any more. */
  async #catchUp(transaction: Transaction): Promise<void> {
    const { store, pageSize = 1_000 } = this.options;
    for (;;) {
      const page = await store.readAll(this.position, pageSize);
      const to = page.at(-1)?.position;
      if (to === undefined) return;
      const own = page.filter((event) => this.handles(event));
      await this.#apply(transaction, own, to);
      this.position = to;
    }
  }

  /** Brings one live table to the rebuilt one: what is the same stays untouched. */
  async #replace(transaction: Transaction, table: string): Promise<{ removed: number; added: number }> {
    const live = placeOfTable(table, this.projection.schema);
    const rebuilt = placeOfTable(table, this.projection.schema, this.#schema);
    const columns = await columnsOf(transaction, live);
    const list = columns.join(', ');
    const release = await this.#holdTriggers(transaction, live, async () => {
      const { rows } = await transaction.query<{ differ: boolean }>(
        `select exists (select ${list} from ${live} except select ${list} from ${rebuilt})
           or exists (select ${list} from ${rebuilt} except select ${list} from ${live}) as differ`,
      );
      return rows[0]!.differ;
    });
    const same = (await keyOf(transaction, live)).map((column) => `l.${column} = g.${column}`).join(' and ');
    const { rows: removed } = await transaction.query<{ n: number }>(
      `with gone as (select ${list} from ${live} except select ${list} from ${rebuilt}),
         deleted as (delete from ${live} as l using gone as g where ${same} returning 1)
       select count(*)::float8 as n from deleted`,
    );
    const { rows: added } = await transaction.query<{ n: number }>(
      `with added as (
         insert into ${live} (${list}) select ${list} from ${rebuilt} except select ${list} from ${live} returning 1
       ) select count(*)::float8 as n from added`,
    );
    await release();
    return { removed: removed[0]!.n, added: added[0]!.n };
  }

  /**
   * The triggers of vault.grants lock the case of each row against a reader who is just opening something; all cases at
   * once would be more locks than the server has. So they are held while rows are written, and the table itself is
   * locked for the last moment before the commit: whoever began to read on the old rows has ended by then.
   */
  async #holdTriggers(
    transaction: Transaction,
    live: string,
    needed: () => Promise<boolean>,
  ): Promise<() => Promise<void>> {
    const { rows } = await transaction.query<{ name: string }>(
      `select quote_ident(tgname) as name from pg_trigger where tgrelid = $1::regclass and not tgisinternal`,
      [live],
    );
    if (rows.length === 0 || !(await needed())) return async () => undefined;
    await transaction.as('none');
    for (const { name } of rows) await transaction.query(`alter table ${live} disable trigger ${name}`);
    await transaction.as(this.projection.role);
    return async () => {
      await transaction.as('none');
      await transaction.query(`set local lock_timeout = '1s'`);
      await transaction.query(`lock table ${live} in access exclusive mode`);
      await transaction.query('set local lock_timeout = 0');
      for (const { name } of rows) await transaction.query(`alter table ${live} enable trigger ${name}`);
      await transaction.as(this.projection.role);
    };
  }
}

/** Columns that tell the rows of a table apart, none of them a number that the database gives. */
const keyOf = async (transaction: Transaction, table: string): Promise<readonly string[]> => {
  const { rows } = await transaction.query<{ columns: string[] }>(
    `select array_agg(quote_ident(a.attname)::text order by a.attnum) as columns
     from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
     where i.indrelid = $1::regclass and i.indisunique and i.indpred is null
     group by i.indexrelid, i.indisprimary having bool_and(a.attidentity = '')
     order by i.indisprimary desc, i.indexrelid limit 1`,
    [table],
  );
  const columns = rows[0]?.columns;
  if (!columns) throw new Error(`${table} has no key`);
  return columns;
};

const shadowOf = (schema: string): string => `rebuild_${schema}`;

const dropSchema = async (transaction: Transaction, schema: string): Promise<void> => {
  await transaction.query(`drop schema if exists ${pg.escapeIdentifier(schema)} cascade`);
};

/** The tables of a read model once more, for their writer alone: no reader has a right there. */
const createShadowSchema = async (
  transaction: Transaction,
  { schema: live, role, tables }: Projection,
  shadow: string,
): Promise<void> => {
  const { rows } = await transaction.query('select from pg_namespace where nspname = $1', [shadow]);
  if (rows.length > 0) return;
  const writer = pg.escapeIdentifier(role);
  await transaction.query(`create schema ${shadow}`);
  await transaction.query(`grant usage on schema ${shadow} to ${writer}`);
  for (const table of [...tables, 'checkpoints']) {
    const made = placeOfTable(table, live, shadow);
    await transaction.query(`create table ${made} (like ${placeOfTable(table, live)} including all)`);
    await transaction.query(`alter table ${made} enable row level security, force row level security`);
    await transaction.query(`create policy projector on ${made} to ${writer} using (true) with check (true)`);
    await transaction.query(`grant select, insert, update, delete on ${made} to ${writer}`);
  }
};
