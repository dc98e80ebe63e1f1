import pg from 'pg';
import type { Logger } from './logger.js';

/** A session inside a transaction: what withTransaction() hands out. */
export interface TransactionClient {
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<Row>>;
}

export interface TransactionOptions {
  /** Role that the transaction enters (SET LOCAL ROLE); the rights of the login role end where it begins. */
  readonly role?: string;
  /** Settings for this transaction alone, for example `{ 'app.organisation': token }`, which the row policies read. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly isolation?: 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';
  readonly readOnly?: boolean;
  /** Longest time of one statement, in milliseconds; the pool's limit when absent. */
  readonly statementTimeoutMs?: number;
}

/** Longest time that a transaction may lie idle between two statements: a stopped process must not hold locks for ever. */
const idleInTransactionMs = 15_000;

/** @param name shown by the server for each session: api, worker, ... */
export const createPool = (
  databaseUrl: string,
  options: {
    readonly name: string;
    readonly max?: number;
    readonly logger?: Logger;
    readonly statementTimeoutMs?: number;
  },
): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: options.name,
    max: options.max ?? 10,
    connectionTimeoutMillis: 5_000,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    keepAlive: true,
  });
  // An idle session that dies (server restarted) is replaced at the next use; unheard, the event would end the process.
  pool.on('error', (error) => options.logger?.warn('a database session was lost', {}, error));
  return pool;
};

/**
 * Runs `work` in one transaction, in one role, with settings that end with it. Commits when `work` returns, rolls back
 * when it throws. Two round trips besides those of `work`.
 * @throws what `work` throws; an Error when COMMIT did not commit because `work` swallowed the error of a statement
 */
export const withTransaction = async <Result>(
  pool: pg.Pool,
  options: TransactionOptions,
  work: (client: TransactionClient) => Promise<Result>,
): Promise<Result> => {
  const begin = beginOf(options);
  const client = await pool.connect();
  let broken: Error | undefined;
  // A session that dies between two statements says so by an event; unheard, it would end the process.
  const onError = (error: Error): void => void (broken = error);
  client.on('error', onError);
  try {
    await client.query(begin);
    const result = await work({
      query: (sql, values) => client.query(sql, values === undefined ? undefined : [...values]),
    });
    const committed = await client.query('COMMIT');
    if (committed.command !== 'COMMIT')
      throw new Error('the transaction was rolled back: a statement in it had failed');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((reason: unknown) => {
      broken = reason instanceof Error ? reason : new Error('the session was lost');
    });
    throw error;
  } finally {
    client.off('error', onError);
    // A session whose state is unknown is closed, not given to the next one.
    client.release(broken);
  }
};

/** Everything before the work in one round trip. */
const beginOf = ({
  role,
  settings = {},
  isolation,
  readOnly,
  statementTimeoutMs,
}: TransactionOptions): string => {
  const parts = [`BEGIN${isolation ? ` ISOLATION LEVEL ${isolation}` : ''}${readOnly ? ' READ ONLY' : ''}`];
  // Limits before the role: the role may not be allowed to lift them.
  if (statementTimeoutMs !== undefined)
    parts.push(`SET LOCAL statement_timeout = ${Math.ceil(statementTimeoutMs)}`);
  for (const [name, value] of Object.entries(settings)) {
    if (!/^[a-z_]+(\.[a-z_]+)?$/.test(name)) throw new TypeError('not the name of a setting');
    parts.push(`SELECT set_config('${name}', ${pg.escapeLiteral(value)}, true)`);
  }
  if (role !== undefined) parts.push(`SET LOCAL ROLE ${pg.escapeIdentifier(role)}`);
  return parts.join('; ');
};
