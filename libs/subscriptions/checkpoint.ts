import pg from 'pg';
import type { EventStore } from '#event-store';
import type { Position, ProjectionTransaction } from '#kernel';

/** Where the checkpoint of a subscription lies, and under which role it is written. */
export interface CheckpointPlace {
  readonly schema: string;
  readonly role: string;
}

/** Processes, dispatcher and timers write no read model: their checkpoints lie here. */
export const subsPlace: CheckpointPlace = { schema: 'subs', role: 'subs_runner' };

/** The subscription stood in another log. Reading on would lose or repeat events, so the runner stops and says so. */
export class EpochMismatch extends Error {
  override readonly name = 'EpochMismatch';
  constructor(
    readonly subscription: string,
    readonly checkpointEpoch: string,
    readonly storeEpoch: string,
  ) {
    super(
      `the checkpoint of ${subscription} belongs to log ${checkpointEpoch}, the store is log ${storeEpoch}: ` +
        'connect the right store, or rebuild this subscription from the start',
    );
  }
}

/** Somebody else moved the checkpoint: this runner must not write. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
}

const tableOf = (place: CheckpointPlace): string => `${pg.escapeIdentifier(place.schema)}.checkpoints`;

/** SQL of the table that the schema of each read model has; goes into that schema's migration. */
export const checkpointTableSql = (place: CheckpointPlace & { readonly reader?: string }): string => `
create table ${tableOf(place)} (
  subscription text primary key,
  epoch text not null,
  position text not null,
  fence bigint not null
);
grant select, insert, update, delete on ${tableOf(place)} to ${pg.escapeIdentifier(place.role)};
${place.reader ? `grant select on ${tableOf(place)} to ${pg.escapeIdentifier(place.reader)};` : ''}`;

/** Position after which to read on; undefined at the very beginning. @throws EpochMismatch */
export const loadCheckpoint = async (
  transaction: ProjectionTransaction,
  place: CheckpointPlace,
  subscription: string,
  store: Pick<EventStore, 'epoch'>,
): Promise<Position | undefined> => {
  const { rows } = await transaction.query<{ epoch: string; position: string }>(
    `select epoch, position from ${tableOf(place)} where subscription = $1`,
    [subscription],
  );
  const row = rows[0];
  if (row && row.epoch !== store.epoch) throw new EpochMismatch(subscription, row.epoch, store.epoch);
  return row?.position;
};

/**
 * Moves from exactly `from` to `to`, in the transaction that writes the rows: together they happen once or not at all.
 * @throws CheckpointMoved when the checkpoint is not at `from`, or a younger fence has written it.
 */
export const moveCheckpoint = async (
  transaction: ProjectionTransaction,
  place: CheckpointPlace,
  move: {
    readonly subscription: string;
    readonly epoch: string;
    readonly from: Position | undefined;
    readonly to: Position;
    readonly fence: string;
  },
): Promise<void> => {
  const table = tableOf(place);
  const { rows } =
    move.from === undefined
      ? await transaction.query(
          `insert into ${table} (subscription, epoch, position, fence) values ($1, $2, $3, $4)
           on conflict (subscription) do nothing returning 1`,
          [move.subscription, move.epoch, move.to, move.fence],
        )
      : await transaction.query(
          `update ${table} set position = $3, fence = $4
           where subscription = $1 and epoch = $2 and position = $5 and fence <= $4 returning 1`,
          [move.subscription, move.epoch, move.to, move.fence, move.from],
        );
  if (rows.length === 0)
    throw new CheckpointMoved(`the checkpoint of ${move.subscription} was moved by another`);
};
