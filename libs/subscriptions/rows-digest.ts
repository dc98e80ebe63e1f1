import { placeOfTable, type Projection, type ProjectionTransaction } from '#kernel';

/** How many rows a read model holds, and one hash of all of them. */
export interface RowsDigest {
  readonly rows: number;
  readonly hash: string;
}

/**
 * A hash over all rows of a read model, wherever they lie: two that hold the same rows have the same hash, in whatever
 * order and by whatever way they came there. Numbers that the database gives by itself do not count.
 * @param into the schema in which all tables lie; without it they lie where the live ones do
 */
export const digestRows = async (
  transaction: ProjectionTransaction,
  projection: Pick<Projection, 'schema' | 'tables'>,
  into?: string,
): Promise<RowsDigest> => {
  // What is written as text must not depend on the session.
  await transaction.query(
    `set local timezone = 'UTC'; set local datestyle = 'ISO'; set local bytea_output = 'hex'`,
  );
  const parts: string[] = [];
  let all = 0;
  for (const table of [...projection.tables].sort()) {
    const place = placeOfTable(table, projection.schema, into);
    const columns = await columnsOf(transaction, place);
    const { rows } = await transaction.query<{ count: number; hash: string }>(
      `select count(*)::float8 as count,
         encode(sha256(convert_to(coalesce(string_agg(hash, '' order by hash collate "C"), ''), 'UTF8')), 'hex') as hash
       from (select md5(row(${columns.join(', ')})::text) as hash from ${place}) as hashed`,
    );
    const { count, hash } = rows[0]!;
    all += count;
    parts.push(`${table} ${count} ${hash}`);
  }
  const { rows } = await transaction.query<{ hash: string }>(
    `select encode(sha256(convert_to($1, 'UTF8')), 'hex') as hash`,
    [parts.join('\n')],
  );
  return { rows: all, hash: rows[0]!.hash };
};

/** The columns of a table, which is given with its schema, by name, but for those whose numbers the database gives. */
export const columnsOf = async (
  { query }: ProjectionTransaction,
  place: string,
): Promise<readonly string[]> => {
  const { rows } = await query<{ name: string }>(
    `select quote_ident(attname) as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attidentity = ''
     order by attname collate "C"`,
    [place],
  );
  return rows.map(({ name }) => name);
};
