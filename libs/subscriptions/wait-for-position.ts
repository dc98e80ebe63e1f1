import pg, { type Pool } from 'pg';
import type { Position } from '#kernel';
import { withTransaction } from '#platform';
import { pause } from './pause.js';

/**
 * Waits until read models have handled everything up to a position that a command answered with.
 * @param schema whose table `checkpoints` is read
 * @param subscriptions one name or several; all must have arrived
 * @param timeoutMs longest wait in milliseconds; 0 looks once
 * @param options.role database role for the look, `read_<schema>` by default
 * @param options.epoch of the store, when checkpoints of another log must count as not arrived
 * @returns true when all have arrived, false when the time ran out
 */
export const waitForPosition = async (
  pool: Pool,
  schema: string,
  subscriptions: string | readonly string[],
  position: Position,
  timeoutMs: number,
  options: { readonly role?: string; readonly epoch?: string } = {},
): Promise<boolean> => {
  const names = [subscriptions].flat();
  const until = performance.now() + timeoutMs;
  // Most waits are for a few milliseconds: begin with short looks, and grow.
  for (let rest = 5; ; rest = Math.min(rest * 1.5, 100)) {
    if (await haveReached(pool, schema, names, position, options)) return true;
    const left = until - performance.now();
    if (left <= 0) return false;
    await pause(Math.min(rest, left));
  }
};

const haveReached = (
  pool: Pool,
  schema: string,
  names: readonly string[],
  position: Position,
  { role = `read_${schema}`, epoch }: { readonly role?: string; readonly epoch?: string },
): Promise<boolean> =>
  withTransaction(pool, { role, readOnly: true }, async (client) => {
    const { rows } = await client.query<{ arrived: number }>(
      // Positions are ordered byte by byte, whatever the language of the database.
      `select count(*)::int as arrived from ${pg.escapeIdentifier(schema)}.checkpoints
       where subscription = any($1) and position collate "C" >= $2 and ($3::text is null or epoch = $3)`,
      [names, position, epoch ?? null],
    );
    return rows[0]?.arrived === new Set(names).size;
  });
