import type { Pool } from 'pg';
import { DomainError, type Envelope, type Instant, type Position, type Token } from '#kernel';
import { type TransactionClient, withTransaction } from '#platform';
import type { ActionName } from './allowed-actions.js';
import { type InboxKind, lapsingKinds, whileToldKinds } from './inbox.js';
import type { SealedRow } from './sealed.js';
import { assertServing, type ReadSchema } from './serving.js';
import type { ColumnKind, Table } from './table.js';

/** On whose behalf rows are read, and when: the database shows only those of this organisation and person. */
export interface ReadBy {
  readonly organisation: Token;
  readonly person: Token;
  /** What was told until an earlier instant is not shown; without an instant nothing that was told until one is. */
  readonly now?: Instant;
}

/** An envelope that lies in a row, and what the vault must be asked to open it. Never goes out as it is. */
export interface SealedPart extends Pick<
  SealedRow,
  'path' | 'class' | 'envelope' | 'caseId' | 'foot' | 'purpose' | 'expiresAt' | 'occurredAt'
> {
  readonly envelope: Envelope;
}

/** A row with the envelopes that belong to it, newest first. */
export interface WithSealed<Row> {
  readonly row: Row;
  readonly sealed: readonly SealedPart[];
}

export interface PageRequest {
  /** 1 to 100. */
  readonly limit: number;
  readonly cursor?: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; undefined at the end. Says nothing of rows that are not the reader's. */
  readonly next?: string;
}

/** One read-only transaction that sees what this reader may see of the schema. @throws ReadModelBehind */
export const asReader = <Result>(
  pool: Pool,
  schema: ReadSchema,
  by: ReadBy,
  work: (client: TransactionClient) => Promise<Result>,
): Promise<Result> =>
  withTransaction(
    pool,
    {
      role: `read_${schema}`,
      settings: {
        'app.organisation': by.organisation,
        'app.person': by.person,
        'app.now': by.now ?? 'infinity',
      },
      isolation: 'REPEATABLE READ',
      readOnly: true,
    },
    async (client) => {
      await assertServing(pool, client, schema);
      return work(client);
    },
  );

const encode = (parts: readonly (string | null)[]): string =>
  Buffer.from(JSON.stringify(parts), 'utf8').toString('base64url');

/** @throws DomainError('list.cursor_not_valid') */
const decode = (cursor: string, length: number): readonly (string | null)[] => {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(parts) &&
      parts.length === length &&
      parts.every((part) => part === null || typeof part === 'string')
    )
      return parts as (string | null)[];
  } catch {
    // falls through to the refusal
  }
  throw new DomainError('list.cursor_not_valid');
};

/** What the database gave as an instant, so that it can be given back to it. */
const isInstant = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text));

/** @throws DomainError('list.limit_not_valid') */
export const checkedLimit = (limit: number): number => {
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw new DomainError('list.limit_not_valid');
  return limit;
};

export const pageOf = <Item>(
  rows: readonly Item[],
  limit: number,
  cursorOf: (item: Item) => readonly (string | null)[],
): Page<Item> => {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last !== undefined ? { items, next: encode(cursorOf(last)) } : { items };
};

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A view of a table: the columns that the reader role may select. */
export interface View<Shown extends object> {
  readonly table: Pick<Table<Shown>, 'name' | 'list'>;
  readonly key: keyof Shown & string;
  readonly columns: Readonly<Record<keyof Shown & string, ColumnKind>>;
  /** Columns that are shown only until what was told runs out by time (told-facts.ts). */
  readonly whileTold: readonly (keyof Shown & string)[];
  /** What stands instead of a value that the time changes: SQL of columns of the row. */
  readonly asOfNow: Readonly<Partial<Record<keyof Shown & string, string>>>;
}

export const viewOf = <Shown extends object, Row extends Shown>(
  table: Table<Row>,
  columns: Readonly<Record<keyof Shown & string, ColumnKind>>,
  whileTold: readonly (keyof Shown & string)[] = [],
  asOfNow = {} as View<Shown>['asOfNow'],
): View<Shown> => ({
  table: table as unknown as View<Shown>['table'],
  key: table.key as unknown as keyof Shown & string,
  columns,
  whileTold,
  asOfNow,
});

const listOf = <Shown extends object>({ table, columns, whileTold, asOfNow }: View<Shown>): string => {
  const names = Object.keys(columns) as (keyof Shown & string)[];
  return table.list(names, (name, value) =>
    whileTold.includes(name)
      ? `CASE WHEN told_until <= current_setting('app.now')::timestamptz THEN NULL ELSE ${value} END`
      : (asOfNow[name] ?? value),
  );
};

/** The rows that the reader may see, in the order of their keys. @throws DomainError for a bad limit or cursor */
export const listRows = async <Shown extends object>(
  client: TransactionClient,
  view: View<Shown>,
  request: PageRequest,
): Promise<Page<Shown>> => {
  const limit = checkedLimit(request.limit);
  const [after] = request.cursor === undefined ? [''] : decode(request.cursor, 1);
  const { rows } = await client.query(
    `SELECT ${listOf(view)} FROM ${view.table.name} WHERE ${snake(view.key)} > $1 ORDER BY ${snake(view.key)} LIMIT $2`,
    [after, limit + 1],
  );
  return pageOf(rows as Shown[], limit, (row) => [String(row[view.key])]);
};

/**
 * The groups that a query of the reader's rows makes, in the order of their key.
 * @param sql SELECT with the key under its name; its own parameters come first
 * @throws DomainError for a bad limit or cursor
 */
export const listGroups = async <Group extends object>(
  client: TransactionClient,
  sql: string,
  parameters: readonly unknown[],
  key: keyof Group & string,
  request: PageRequest,
): Promise<Page<Group>> => {
  const limit = checkedLimit(request.limit);
  const [after] = request.cursor === undefined ? [''] : decode(request.cursor, 1);
  const { rows } = await client.query(
    `SELECT * FROM (${sql}) AS groups WHERE "${key}" > $${parameters.length + 1}
     ORDER BY "${key}" LIMIT $${parameters.length + 2}`,
    [...parameters, after, limit + 1],
  );
  return pageOf(rows as Group[], limit, (group) => [String(group[key])]);
};

/** All rows with this value in a column, for rows that belong to one case. */
export const rowsWhere = async <Shown extends object>(
  client: TransactionClient,
  view: View<Shown>,
  column: keyof Shown & string,
  value: string,
): Promise<readonly Shown[]> => {
  const { rows } = await client.query(
    `SELECT ${listOf(view)} FROM ${view.table.name} WHERE ${snake(column)} = $1 ORDER BY ${snake(view.key)}`,
    [value],
  );
  return rows as Shown[];
};

export const findRow = async <Shown extends object>(
  client: TransactionClient,
  view: View<Shown>,
  key: string,
): Promise<Shown | undefined> => (await rowsWhere(client, view, view.key, key))[0];

/**
 * Envelopes of a row that are meant for this reader, newest first. One that came by several disclosures is given once:
 * by the alarm plan if it is part of one, which opens even when the grants are late, else by the last of them.
 */
export const sealedOf = async (
  client: TransactionClient,
  schema: string,
  rowKey: string,
): Promise<readonly SealedPart[]> => {
  const { rows } = await client.query(
    `SELECT path, class, envelope, case_id AS "caseId", foot, purpose,
       to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "expiresAt",
       to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "occurredAt"
     FROM (
       SELECT DISTINCT ON (event, path) * FROM (
         SELECT event, path, class, envelope, case_id, foot, purpose, expires_at, occurred_at, source
         FROM ${schema}.sealed_v1 WHERE row_key = $1
       ) AS readable
       ORDER BY event, path, foot = 'RESCUE' DESC, occurred_at DESC, source
     ) AS once
     ORDER BY occurred_at DESC, event DESC, path`,
    [rowKey],
  );
  return rows as SealedPart[];
};

/** One row with its envelopes; undefined when there is none, or none for this reader: the two look the same. */
export const findWithSealed = <Shown extends object>(
  pool: Pool,
  schema: ReadSchema,
  view: View<Shown>,
  by: ReadBy,
  key: string,
): Promise<WithSealed<Shown> | undefined> =>
  asReader(pool, schema, by, async (client) => {
    const row = await findRow(client, view, key);
    return row && { row, sealed: await sealedOf(client, schema, key) };
  });

export interface InboxEntry {
  readonly item: string;
  /** Key of what it is about: the item begins with it. */
  readonly about: string;
  readonly kind: InboxKind;
  readonly dueAt: Instant | null;
  readonly actions: readonly ActionName[];
}

/** Where a list goes on that is ordered by a date and then by an item. @throws DomainError('list.cursor_not_valid') */
export const decodeDue = (cursor: string | undefined): readonly [due: string | null, item: string] => {
  const [due = null, item] = cursor === undefined ? ['-infinity', ''] : decode(cursor, 2);
  if (due !== null && due !== '-infinity' && !isInstant(due)) throw new DomainError('list.cursor_not_valid');
  return [due, item ?? ''];
};

/** A page of an inbox as it stands at an instant. */
export interface InboxRequest extends PageRequest {
  readonly now?: Instant;
}

/**
 * Of whose cases and placements the parts are of named persons, and are taken over by who holds the function there when none
 * of those who are named does any more: its function says what waits for the reader so, at the instant of the request.
 */
const canBeTakenOver: readonly string[] = [
  'home_board',
  'receiving_board',
  'police',
  'housing_provider',
  'tax_agency',
];

/** What waits, with the dates that may be shown now. Reviews are no rows of cases: nothing of them rests on a telling. */
const waitingIn = (schema: string): string =>
  schema === 'log_review'
    ? 'log_review.inbox_v1'
    : `(SELECT item, kind, actions,
          CASE WHEN told_until <= current_setting('app.now')::timestamptz THEN own_due_at ELSE due_at END AS due_at
        FROM ${schema}.inbox_v1
        WHERE NOT coalesce(kind = ANY ('{${whileToldKinds.join(',')}}')
          AND told_until <= current_setting('app.now')::timestamptz, false)
        ${canBeTakenOver.includes(schema) ? toTakeOver(schema) : ''})`;

/** The id by which the agency knows it, and nothing else: neither of whom it is nor how far it has come. */
const toTakeOver = (schema: string): string => {
  const kind: InboxKind = 'TAKE_OVER';
  return `UNION ALL
        SELECT part || '/${kind}', '${kind}', '{}'::text[], NULL FROM ${schema}.to_take_over() AS part`;
};

/** What waits for this reader, the next deadline first. @throws DomainError for a bad limit or cursor */
export const listInbox = async (
  pool: Pool,
  schema: ReadSchema,
  by: ReadBy,
  request: InboxRequest,
): Promise<Page<InboxEntry>> => {
  const limit = checkedLimit(request.limit);
  const [due, item] = decodeDue(request.cursor);
  return asReader(pool, schema, by, async (client) => {
    const { rows } = await client.query(
      `SELECT item, split_part(item, '/', 1) AS about, kind, actions,
         to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "dueAt"
       FROM ${waitingIn(schema)} AS waiting
       WHERE (coalesce(due_at, 'infinity'), item) > (coalesce($1::timestamptz, 'infinity'), $2)
         AND NOT coalesce(kind = ANY ($4) AND due_at <= $5, false)
       ORDER BY coalesce(due_at, 'infinity'), item LIMIT $3`,
      [due, item, limit + 1, lapsingKinds, request.now ?? null],
    );
    return pageOf(rows as InboxEntry[], limit, (entry) => [entry.dueAt, entry.item]);
  });
};

/** What waits for this reader at an instant, by the names of the items and without anything else. */
export const inboxItems = (
  pool: Pool,
  readModel: { readonly schema: string },
  by: ReadBy,
  now: Instant,
): Promise<readonly string[]> =>
  asReader(pool, readModel.schema as ReadSchema, { ...by, now }, async (client) => {
    const { rows } = await client.query<{ item: string }>(
      `SELECT item FROM ${waitingIn(readModel.schema)} AS waiting
       WHERE NOT coalesce(kind = ANY ($1) AND due_at <= $2, false)`,
      [lapsingKinds, now],
    );
    return rows.map(({ item }) => item);
  });

/** A hash of all that waits for this reader: another hash, another inbox. Says nothing by itself. */
export const inboxDigest = (
  pool: Pool,
  readModel: { readonly schema: string },
  by: ReadBy,
): Promise<string> =>
  asReader(pool, readModel.schema as ReadSchema, by, async (client) => {
    const { rows } = await client.query<{ digest: string }>(
      `SELECT md5(coalesce(string_agg(concat_ws(' ', item, due_at, actions), E'\\n' ORDER BY item), '')) AS digest
       FROM ${waitingIn(readModel.schema)} AS waiting`,
    );
    return rows[0]!.digest;
  });

/** How far a read model has come; undefined before its first event. A query that was given a position waits for it. */
export const positionOf = async (
  pool: Pool,
  readModel: { readonly schema: string; readonly name: string },
): Promise<{ epoch: string; position: Position } | undefined> =>
  withTransaction(pool, { role: `read_${readModel.schema}`, readOnly: true }, async (client) => {
    const { rows } = await client.query<{ epoch: string; position: string }>(
      `SELECT epoch, position FROM ${readModel.schema}.checkpoints WHERE subscription = $1`,
      [readModel.name],
    );
    return rows[0];
  });
