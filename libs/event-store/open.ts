import { openPostgresEventStore, type PostgresEventStoreOptions } from './postgres/index.js';
import type { Codec } from './codec.js';
import type { EventStore } from './port.js';

export interface LogOptions {
  readonly databaseUrl: string;
  readonly codec: Codec;
  /** Shown by the server for each session. */
  readonly name: string;
  readonly onTrouble?: PostgresEventStoreOptions['onTrouble'];
}

/**
 * Opens the log that the configuration means: the only place that knows which adapters there are.
 * @throws StoreUnavailable when it cannot be reached
 */
export const openLog = ({ databaseUrl, codec, name, onTrouble }: LogOptions): Promise<EventStore> =>
  openPostgresEventStore({
    connection: { connectionString: databaseUrl },
    codec,
    name,
    ...(onTrouble ? { onTrouble } : {}),
  });
