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
      // Events that are applied side by side share the session: one statement at a time.
      let last: Promise<unknown> = Promise.resolve();
      const query = async <Row extends object>(sql: string, values?: readonly unknown[]) => {
        const result = last.then(() => client.query(sql, values));
        last = result.catch(() => undefined);
        return { rows: (await result).rows as Row[] };
      };
      return work({
        query,
        as: async (role) => void (await query(`select set_config('role', $1, true)`, [role])),
      });
    },
  );
