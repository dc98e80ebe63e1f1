import type { Pool } from 'pg';
import { type ToldKind, toldKinds } from '#kernel';
import type { TransactionClient } from '#platform';

/** The schema of an agency that is told something: one for each kind. */
export type ToldSchema = `told_${Lowercase<ToldKind>}`;
export const toldSchemaOf = (kind: ToldKind): ToldSchema =>
  `told_${kind.toLowerCase() as Lowercase<ToldKind>}`;

/**
 * The subscription that fills each schema today. A new version of a read model has tables of a new version and a name of
 * its own here, such as `home-board.v2`: it starts at the first event, beside the checkpoint of the one before it.
 */
export const subscriptions = {
  home_board: 'home-board',
  receiving_board: 'receiving-board',
  police: 'police',
  coordinator: 'coordinator',
  housing_provider: 'housing-provider',
  inquiry: 'inquiries',
  public_access: 'public-access',
  home_protection: 'home-protection',
  tax_agency: 'tax-agency',
  log_review: 'log-review',
  directory: 'directory',
  vault: 'grants',
  ...(Object.fromEntries(
    toldKinds.map((kind) => [toldSchemaOf(kind), `told-${kind.toLowerCase().replaceAll('_', '-')}`]),
  ) as Record<ToldSchema, string>),
} as const;

export type ReadSchema = keyof typeof subscriptions;

/** The tables that this build reads are of a version that has not caught up with the one before it. */
export class ReadModelBehind extends Error {
  override readonly name = 'ReadModelBehind';
}

/** Schemas that were seen to serve: that does not change while a process runs. */
const seen = new WeakMap<Pool, Set<ReadSchema>>();

/**
 * Lets nobody read from a new version that is still being filled: what is not there yet would look like what does not
 * exist. It serves when it has come as far as the version before it; without one there is nothing to catch up with.
 * @throws ReadModelBehind
 */
export const assertServing = async (
  pool: Pool,
  client: TransactionClient,
  schema: ReadSchema,
): Promise<void> => {
  const serving = seen.get(pool) ?? new Set();
  seen.set(pool, serving);
  if (serving.has(schema)) return;
  const { rows } = await client.query<{ behind: boolean }>(
    `SELECT EXISTS (
       SELECT FROM ${schema}.checkpoints AS before
       LEFT JOIN ${schema}.checkpoints AS today ON today.subscription = $1 AND today.epoch = before.epoch
       WHERE before.subscription <> $1
         AND (today.position IS NULL OR today.position COLLATE "C" < before.position COLLATE "C")
     ) AS behind`,
    [subscriptions[schema]],
  );
  if (rows[0]!.behind) throw new ReadModelBehind(`${schema} has not caught up with its version before`);
  serving.add(schema);
};
