import type { Position, ProjectionTransaction, RecordedEvent } from '#kernel';

/**
 * How a column is stored: `instant` as timestamptz (RFC 3339 text in code), `date` as date, `json` as jsonb, `value` as
 * whatever pg maps by itself (text, integer, boolean and arrays of them).
 */
export type ColumnKind = 'value' | 'instant' | 'date' | 'json';

/** Anything that can run SQL: a projection's transaction or a query's. */
export type Reader = Pick<ProjectionTransaction, 'query'>;

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const selected = (name: string, kind: ColumnKind): string => {
  switch (kind) {
    case 'instant':
      return `to_char(${snake(name)} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "${name}"`;
    case 'date':
      return `to_char(${snake(name)}, 'YYYY-MM-DD') AS "${name}"`;
    case 'value':
    case 'json':
      return `${snake(name)} AS "${name}"`;
  }
};

/**
 * One table of a read model. Names and kinds of columns are code, never input; values always go as parameters.
 * `Row` has camelCase names, the table the same in snake_case; null where there is nothing.
 */
export class Table<Row extends object> {
  readonly #names: readonly (keyof Row & string)[];

  constructor(
    /** With its schema: home_board.case_v1 */
    readonly name: string,
    readonly key: keyof Row & string,
    readonly kinds: Readonly<Record<keyof Row & string, ColumnKind>>,
  ) {
    this.#names = Object.keys(kinds) as (keyof Row & string)[];
  }

  /** The list of a SELECT; all columns when none are named. */
  list(names: readonly (keyof Row & string)[] = this.#names): string {
    return names.map((name) => selected(name, this.kinds[name])).join(', ');
  }

  async find(reader: Reader, key: string): Promise<Row | undefined> {
    return (await this.findWhere(reader, this.key, key))[0];
  }

  async findWhere(reader: Reader, column: keyof Row & string, value: string): Promise<Row[]> {
    const { rows } = await reader.query<Row>(
      `SELECT ${this.list()} FROM ${this.name} WHERE ${snake(column)} = $1 ORDER BY ${snake(this.key)}`,
      [value],
    );
    return rows;
  }

  /** Inserts or replaces the whole row. */
  async save(transaction: ProjectionTransaction, row: Row): Promise<void> {
    const columns = this.#names.map(snake);
    const values = this.#names.map((name) =>
      this.kinds[name] === 'json' && row[name] !== null ? JSON.stringify(row[name]) : row[name],
    );
    await transaction.query(
      `INSERT INTO ${this.name} (${columns.join(', ')}) VALUES (${columns.map((_, at) => `$${at + 1}`).join(', ')})
       ON CONFLICT (${snake(this.key)}) DO UPDATE SET ${columns.map((column) => `${column} = EXCLUDED.${column}`).join(', ')}`,
      values,
    );
  }

  async remove(transaction: ProjectionTransaction, key: string): Promise<void> {
    await transaction.query(`DELETE FROM ${this.name} WHERE ${snake(this.key)} = $1`, [key]);
  }
}

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
    if (before) await table.remove(transaction, key);
    return undefined;
  }
  if (after === before) return before;
  const moved = { ...after, lastPosition: event.position };
  await table.save(transaction, moved);
  return moved;
};
