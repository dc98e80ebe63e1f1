import type pg from 'pg';
import { isEnvelope, type Position } from '#kernel';
import type { EventStore } from '#event-store';
import { sessionsIn } from '#platform';

/**
 * Looks whether a log and a database belong together: the keys of what is sealed in the log lie in the database. Where
 * the log is on a server of its own, either can be there without the other.
 * @param pool of a login that may enter vault_opener
 * @returns true when the log holds sealed values and this database has never held a key
 */
export const hasLostItsKeys = async (store: EventStore, pool: pg.Pool): Promise<boolean> => {
  if (await hasHeldKeys(pool)) return false;
  // Each value has its key before it is in the log: another process may have written the first one meanwhile.
  return (await holdsSealedValues(store)) && !(await hasHeldKeys(pool));
};

/** Keys may all have been destroyed since, but not the records of their making. */
const hasHeldKeys = async (pool: pg.Pool): Promise<boolean> => {
  const { rows } = await sessionsIn(pool, 'vault_opener').query<{ held: boolean }>(
    'SELECT vault.has_held_keys() AS held',
  );
  return rows[0]?.held === true;
};

/** Ends at the first one: it comes with the first case. */
const holdsSealedValues = async (store: EventStore): Promise<boolean> => {
  for (let after: Position | undefined; ;) {
    const page = await store.readAll(after, 500);
    if (page.some(({ data }) => holdsEnvelope(data))) return true;
    if (page.length === 0) return false;
    after = page.at(-1)?.position;
  }
};

const holdsEnvelope = (value: unknown): boolean =>
  isEnvelope(value) ||
  (typeof value === 'object' && value !== null && Object.values(value).some(holdsEnvelope));
