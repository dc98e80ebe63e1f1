import type { RecordedEvent } from './event.js';

/** The one thing that a projection may do: write rows in the transaction that also moves its checkpoint. */
export interface ProjectionTransaction {
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<{ rows: Row[] }>;
  /** The schema that the rows go to when it is not the projection's own: a rebuild beside the live one, a replay. */
  readonly schema?: string;
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
  /**
   * All that it writes: what a rebuild makes anew. By name without the schema, but for what does not lie in its own; the
   * names without schemas differ.
   */
  readonly tables: readonly string[];
  readonly handles: readonly string[];
  /** Events of one sequence are applied in order and parked together; other sequences go on. Usually the case id. */
  sequenceOf(event: RecordedEvent): string;
  /**
   * Other sequences whose rows this event changes as well: in one batch they are in order with it, and not side by side. It is
   * parked with its own alone.
   */
  alsoOf?(event: RecordedEvent): readonly string[];
  /**
   * Changes rows. Events of different sequences may be applied side by side. What it changes may be kept back until
   * `flush`, which ends every batch.
   */
  apply(event: RecordedEvent, transaction: ProjectionTransaction): Promise<void>;
  /** Writes what was kept back in this transaction. */
  flush?(transaction: ProjectionTransaction): Promise<void>;
}

/**
 * Where a table of a projection lies.
 * @param into the schema that takes the place of all of them (`ProjectionTransaction.schema`)
 */
export const placeOfTable = (table: string, schema: string, into?: string): string =>
  into !== undefined
    ? `${into}.${table.slice(table.indexOf('.') + 1)}`
    : table.includes('.')
      ? table
      : `${schema}.${table}`;

/** The schemas that a projection writes to, its own first. */
export const schemasOf = ({ schema, tables }: Pick<Projection, 'schema' | 'tables'>): readonly string[] => [
  ...new Set([schema, ...tables.map((table) => placeOfTable(table, schema).split('.')[0]!)]),
];
