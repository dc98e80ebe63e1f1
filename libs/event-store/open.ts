import { openPostgresEventStore, type PostgresEventStoreOptions } from './postgres/index.js';
import type { Codec } from './codec.js';
import type { EventStore } from './port.js';
import { remembering } from './remembering.js';

export interface LogOptions {
  readonly databaseUrl: string;
  /** The log is on EventStoreDB, in the log of this name, and not in the database. */
  readonly eventStore: { readonly url: string; readonly log: string } | undefined;
  readonly codec: Codec;
  /** Shown by a database for each session. */
  readonly name: string;
  readonly onTrouble?: PostgresEventStoreOptions['onTrouble'];
  /** Told of each commit of several appends, where the adapter makes them itself. */
  readonly onBatch?: PostgresEventStoreOptions['onBatch'];
}

/**
 * Opens the log that the configuration means: the only place that knows which adapters there are.
 * @throws StoreUnavailable when it cannot be reached
 */
export const openLog = async (options: LogOptions): Promise<EventStore> => {
  const { databaseUrl, eventStore, codec, name, onTrouble, onBatch } = options;
  const listener = onTrouble ? { onTrouble } : {};
  if (eventStore) {
    // Loaded when it is chosen: the driver takes a while to load.
    const { openEventStoreDB } = await import('./eventstoredb/index.js');
    return remembering(await openEventStoreDB({ ...eventStore, codec, ...listener }));
  }
  return remembering(
    await openPostgresEventStore({
      connection: { connectionString: databaseUrl },
      codec,
      name,
      ...listener,
      ...(onBatch ? { onBatch } : {}),
    }),
  );
};
