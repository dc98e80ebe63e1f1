import type { Pool } from 'pg';
import type { ProjectionTransaction } from '#kernel';
import { withTransaction } from '#platform';

export interface Transaction extends ProjectionTransaction {
  /** From here to the end of the transaction, or to the next call, statements run under this role. */
  as(role: string): Promise<void>;
}

/**
 * One transaction on one connection. The server ends it when its process is stopped in the middle of it for longer
 * than `idleLimitMs`: the locks of a paused holder must not stop the one that takes over.
 */
export const inTransaction = <Result>(
  pool: Pool,
  options: { readonly role: string; readonly idleLimitMs: number },
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> =>
  withTransaction(
    pool,
    {
      role: options.role,
      settings: { idle_in_transaction_session_timeout: String(Math.ceil(options.idleLimitMs)) },
    },
    (client) => {
      const query = oneAtATime(client);
      return work({
        query,
        as: async (role) => void (await query(`select set_config('role', $1, true)`, [role])),
      });
    },
  );

interface Session {
  query(sql: string, values?: unknown[]): Promise<{ rows: object[] }>;
}

/** Events that are applied side by side share a session, which takes one statement at a time. */
export const oneAtATime = (session: Session): ProjectionTransaction['query'] => {
  let last: Promise<unknown> = Promise.resolve();
  return async <Row extends object>(sql: string, values?: readonly unknown[]) => {
    const result = last.then(() => session.query(sql, values && [...values]));
    last = result.catch(() => undefined);
    return { rows: (await result).rows as Row[] };
  };
};
