import type { RecordedEvent } from './event.js';

/** The one thing that a projection may do: write rows in the transaction that also moves its checkpoint. */
export interface ProjectionTransaction {
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<{ rows: Row[] }>;
}

/**
 * Turns events into rows of one read model. Never sends, never reads another read model, never opens an envelope.
 * Its name is the name of its subscription: unique, and the same for ever (a new version is a new name).
 */
export interface Projection {
  readonly name: string;
  /** Database role under which the transaction runs; its schema holds rows and checkpoint. */
  readonly role: string;
  readonly schema: string;
  readonly handles: readonly string[];
  /** Events of one sequence are applied in order and parked together; other sequences go on. Usually the case id. */
  sequenceOf(event: RecordedEvent): string;
  apply(event: RecordedEvent, transaction: ProjectionTransaction): Promise<void>;
}
