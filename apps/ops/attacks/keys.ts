import type pg from 'pg';
import { type DataClass, type Envelope, isEnvelope } from '#kernel';
import { type KeyMaterial, type KeyPlace, openValue, unwrapKey } from '#personal-data';

/** A row of the key table as it lies in a backup. */
export interface StolenKey extends KeyPlace {
  readonly kid: string;
  readonly class: DataClass;
  readonly wrapped: Buffer;
}

/** As the superuser: everything that lies in the key table. */
export const keysIn = async (pool: pg.Pool): Promise<readonly StolenKey[]> => {
  const { rows } = await pool.query<StolenKey>(
    'SELECT key_id AS kid, subject, stream, class, owner, wrapped_key AS wrapped FROM vault.keys',
  );
  return rows;
};

/** Every envelope of a person in the log. */
export const envelopesOf = async (pool: pg.Pool, subject: string): Promise<readonly Envelope[]> => {
  const { rows } = await pool.query<{ data: unknown }>('SELECT data FROM log.events');
  const found = new Map<string, Envelope>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isEnvelope(value) && value.subject === subject) found.set(`${value.event}/${value.path}`, value);
    else Object.values(value).forEach(look);
  };
  for (const { data } of rows) look(data);
  return [...found.values()];
};

/**
 * Tries every class key of every epoch on every wrapped key, whatever it says it is for, and what comes of it on every
 * envelope.
 * @returns attempts, and the values that opened
 */
export const tryToOpen = (
  { classKeys }: Pick<KeyMaterial, 'classKeys'>,
  wrapped: readonly StolenKey[],
  envelopes: readonly Envelope[],
): { readonly tried: number; readonly opened: readonly unknown[] } => {
  let tried = 0;
  const dataKeys: Buffer[] = [];
  for (const key of wrapped)
    for (const { key: classKey } of [...classKeys.values()].flat()) {
      tried += 1;
      const dataKey = orNothing(() => unwrapKey(classKey, key.wrapped, key.kid, key));
      if (dataKey) dataKeys.push(dataKey);
    }
  const opened: unknown[] = [];
  for (const dataKey of dataKeys)
    for (const envelope of envelopes) {
      tried += 1;
      const value = orNothing(() => openValue(dataKey, envelope));
      if (value !== undefined) opened.push(value);
    }
  return { tried, opened };
};

const orNothing = <Value>(work: () => Value): Value | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};
