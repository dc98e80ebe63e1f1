import { openPostgresEventStore, type PostgresEventStoreOptions } from './postgres/index.js';
import type { Codec } from './codec.js';
import type { EventStore } from './port.js';

export interface LogOptions {
  readonly databaseUrl: string;
  readonly codec: Codec;
  /** Shown by the server for each session. */
  readonly name: string;
  readonly onTrouble?: PostgresEventStoreOptions['onTrouble'];
  /** Told of each commit of several appends, where the adapter makes them itself. */
  readonly onBatch?: PostgresEventStoreOptions['onBatch'];
}

/**
 * Opens the log that the configuration means: the only place that knows which adapters there are.
 * @throws StoreUnavailable when it cannot be reached
 */
export const openLog = ({ databaseUrl, codec, name, onTrouble, onBatch }: LogOptions): Promise<EventStore> =>
  openPostgresEventStore({
    connection: { connectionString: databaseUrl },
    codec,
    name,
    ...(onTrouble ? { onTrouble } : {}),
    ...(onBatch ? { onBatch } : {}),
  });
