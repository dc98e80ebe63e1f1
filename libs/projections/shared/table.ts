import { placeOfTable, type Position, type ProjectionTransaction, type RecordedEvent } from '#kernel';
import { type BatchPart, Loader, partOf } from './batch.js';

/**
 * How a column is stored: `instant` as timestamptz (RFC 3339 text in code), `date` as date, `json` as jsonb, `value` as
 * whatever pg maps by itself (text, integer, boolean and arrays of them).
 */
export type ColumnKind = 'value' | 'instant' | 'date' | 'json';

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const valueOf = (name: string, kind: ColumnKind): string => {
  switch (kind) {
    case 'instant':
      return `to_char(${snake(name)} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    case 'date':
      return `to_char(${snake(name)}, 'YYYY-MM-DD')`;
    case 'value':
    case 'json':
      return snake(name);
  }
};

/** Text to tell one row from the others: the value of its key, or of all columns of it. */
type RowKey = string;

/**
 * One table of a read model. Names and kinds of columns are code, never input; values always go as parameters.
 * `Row` has camelCase names, the table the same in snake_case; null where there is nothing.
 *
 * Within one transaction a row is read once, changed in memory, and written when the batch is flushed: `find` gives what
 * was saved last, whether or not it has been written.
 */
export class Table<Row extends object> {
  readonly columns: readonly string[];
  readonly #names: readonly (keyof Row & string)[];
  readonly #keys: readonly (keyof Row & string)[];

  constructor(
    /** With its schema: home_board.case_v1 */
    readonly name: string,
    readonly key: keyof Row & string,
    readonly kinds: Readonly<Record<keyof Row & string, ColumnKind>>,
    /** Further columns of the key. */
    moreKeys: readonly (keyof Row & string)[] = [],
  ) {
    this.#names = Object.keys(kinds) as (keyof Row & string)[];
    this.#keys = [key, ...moreKeys];
    this.columns = this.#names.map(snake);
  }

  /**
   * The list of a SELECT; all columns when none are named.
   * @param shown what stands there instead of the value of a column
   */
  list(
    names: readonly (keyof Row & string)[] = this.#names,
    shown: (name: keyof Row & string, value: string) => string = (_name, value) => value,
  ): string {
    return names.map((name) => `${shown(name, valueOf(name, this.kinds[name]))} AS "${name}"`).join(', ');
  }

  /** By its key, of one column. */
  find(transaction: ProjectionTransaction, key: string): Promise<Row | undefined> {
    return this.#rows(transaction).find(key);
  }

  /** In the order of their keys. */
  findWhere(
    transaction: ProjectionTransaction,
    column: keyof Row & string,
    value: string,
  ): Promise<readonly Row[]> {
    return this.#rows(transaction).findWhere(column, value);
  }

  /** Inserts or replaces the whole row; gives it as it will be read again. */
  save(transaction: ProjectionTransaction, row: Row): Row {
    return this.#rows(transaction).save(row);
  }

  remove(transaction: ProjectionTransaction, key: string): void {
    this.#rows(transaction).remove(key);
  }

  /** Where it lies for this transaction: in its own schema, or in the one that takes its place. */
  placeIn(transaction: ProjectionTransaction): string {
    return placeOfTable(this.name, '', transaction.schema);
  }

  keyOf(row: Row): RowKey {
    return this.#keys.length === 1
      ? String(row[this.key])
      : JSON.stringify(this.#keys.map((name) => row[name]));
  }

  async read(
    transaction: ProjectionTransaction,
    column: keyof Row & string,
    values: readonly string[],
  ): Promise<Row[]> {
    const { rows } = await transaction.query<Row>(
      `SELECT ${this.list()} FROM ${this.placeIn(transaction)} WHERE ${snake(column)} = ANY ($1)`,
      [values],
    );
    return rows;
  }

  async write(transaction: ProjectionTransaction, rows: readonly Row[]): Promise<void> {
    const key = this.#keys.map(snake);
    const others = this.columns.filter((column) => !key.includes(column));
    await insertRows(transaction, this.placeIn(transaction), {
      columns: this.columns,
      rows: rows.map((row) =>
        Object.fromEntries(this.#names.map((name, at) => [this.columns[at], row[name]])),
      ),
      onConflict: `(${key.join(', ')}) DO UPDATE SET ${others.map((one) => `${one} = EXCLUDED.${one}`).join(', ')}`,
    });
  }

  async delete(transaction: ProjectionTransaction, keys: readonly string[]): Promise<void> {
    await transaction.query(`DELETE FROM ${this.placeIn(transaction)} WHERE ${snake(this.key)} = ANY ($1)`, [
      keys,
    ]);
  }

  /** As it will come back from the database: what is left out is null, instants have milliseconds. */
  normal(row: Row): Row {
    const changes: Record<string, unknown> = {};
    let changed = false;
    for (const name of this.#names) {
      const value: unknown = row[name];
      const instant = this.kinds[name] === 'instant' && typeof value === 'string';
      if (value !== undefined && !(instant && !isCanonical(value))) continue;
      changes[name] = instant ? new Date(value).toISOString() : null;
      changed = true;
    }
    return changed ? { ...row, ...changes } : row;
  }

  #rows(transaction: ProjectionTransaction): TableRows<Row> {
    return partOf(transaction, this, () => new TableRows(this, transaction));
  }
}

const isCanonical = (instant: string): boolean => instant.length === 24 && instant.endsWith('Z');

/** The rows of one table that one transaction has in its hands. */
class TableRows<Row extends object> implements BatchPart {
  /** As they are now; undefined for one that is not there. */
  readonly #rows = new Map<RowKey, Row | undefined>();
  readonly #changed = new Set<RowKey>();
  /** Keys by column and value, of the columns that were asked for. */
  readonly #index = new Map<keyof Row & string, Map<unknown, Set<RowKey>>>();
  readonly #loaders = new Map<keyof Row & string, Loader<string>>();

  constructor(
    private readonly table: Table<Row>,
    private readonly transaction: ProjectionTransaction,
  ) {}

  async find(key: string): Promise<Row | undefined> {
    if (!this.#rows.has(key)) {
      await this.#loader(this.table.key).load(key);
      if (!this.#rows.has(key)) this.#rows.set(key, undefined);
    }
    return this.#rows.get(key);
  }

  async findWhere(column: keyof Row & string, value: string): Promise<readonly Row[]> {
    await this.#loader(column).load(value);
    const found: [RowKey, Row][] = [];
    for (const key of this.#indexOf(column).get(value) ?? []) {
      const row = this.#rows.get(key);
      if (row && row[column] === value) found.push([key, row]);
    }
    return found.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
  }

  save(row: Row): Row {
    const normal = this.table.normal(row);
    const key = this.table.keyOf(normal);
    this.#put(key, normal);
    this.#changed.add(key);
    return normal;
  }

  remove(key: string): void {
    this.#rows.set(key, undefined);
    this.#changed.add(key);
  }

  async flush(transaction: ProjectionTransaction): Promise<void> {
    const removed: string[] = [];
    const saved: Row[] = [];
    for (const key of this.#changed) {
      const row = this.#rows.get(key);
      if (row) saved.push(row);
      else removed.push(key);
    }
    this.#changed.clear();
    if (removed.length > 0) await this.table.delete(transaction, removed);
    if (saved.length > 0) await this.table.write(transaction, saved);
  }

  #loader(column: keyof Row & string): Loader<string> {
    const known = this.#loaders.get(column);
    if (known) return known;
    this.#indexOf(column);
    const loader = new Loader<string>(async (values) => {
      for (const row of await this.table.read(this.transaction, column, values)) {
        const key = this.table.keyOf(row);
        // What is in hand is newer than what was read.
        if (!this.#rows.has(key)) this.#put(key, row);
      }
    });
    this.#loaders.set(column, loader);
    return loader;
  }

  #put(key: RowKey, row: Row): void {
    this.#rows.set(key, row);
    for (const [column, byValue] of this.#index) addTo(byValue, row[column], key);
  }

  #indexOf(column: keyof Row & string): Map<unknown, Set<RowKey>> {
    const known = this.#index.get(column);
    if (known) return known;
    const byValue = new Map<unknown, Set<RowKey>>();
    for (const [key, row] of this.#rows) if (row) addTo(byValue, row[column], key);
    this.#index.set(column, byValue);
    return byValue;
  }
}

const addTo = (byValue: Map<unknown, Set<RowKey>>, value: unknown, key: RowKey): void => {
  const keys = byValue.get(value);
  if (keys) keys.add(key);
  else byValue.set(value, new Set([key]));
};

/**
 * Many rows in one statement. Their values travel as one JSON text, which the database turns into the types of the
 * table's columns.
 * @param what.rows with the names of the columns
 * @param what.onConflict what follows ON CONFLICT; without it two rows of one key are an error
 */
export const insertRows = async (
  transaction: ProjectionTransaction,
  place: string,
  what: {
    readonly columns: readonly string[];
    readonly rows: readonly object[];
    readonly onConflict?: string;
  },
): Promise<void> => {
  const names = what.columns.join(', ');
  await transaction.query(
    `INSERT INTO ${place} (${names}) SELECT ${names} FROM json_populate_recordset(NULL::${place}, $1::json)
     ${what.onConflict === undefined ? '' : `ON CONFLICT ${what.onConflict}`}`,
    [JSON.stringify(what.rows)],
  );
};

/** A row that remembers the last event that changed it: an event that comes again finds it already changed. */
export interface Positioned {
  readonly lastPosition: Position;
}

/**
 * Applies an event to one row: `change` says what the row becomes (the same object: it does not concern it; undefined:
 * there is none). Returns the row after it, whether or not this event was the one that made it so.
 */
export const changeRow = async <Row extends Positioned>(
  transaction: ProjectionTransaction,
  table: Table<Row>,
  key: string,
  event: RecordedEvent,
  change: (row: Row | undefined) => Row | undefined,
): Promise<Row | undefined> => {
  const before = await table.find(transaction, key);
  if (before && before.lastPosition >= event.position) return before;
  const after = change(before);
  if (after === undefined) {
    if (before) table.remove(transaction, key);
    return undefined;
  }
  if (after === before) return before;
  return table.save(transaction, { ...after, lastPosition: event.position });
};
