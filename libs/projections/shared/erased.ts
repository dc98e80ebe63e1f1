import {
  type DataClass,
  placeOfTable,
  type Projection,
  type ProjectionTransaction,
  type RecordedEvent,
} from '#kernel';
import { type BatchPart, lastPart, partOf } from './batch.js';
import { caseOf, type DataOf } from './events.js';

/** Rows of one table that belong to a case: the condition of a DELETE, where $1 are ids of cases. */
export interface OfCase {
  readonly table: string;
  /** `case_id = ANY ($1)` by default. {schema} stands for where the rows lie. */
  readonly where?: string;
}

/** Envelopes of the classes that were erased go whatever else stays. */
const sealedTable = 'sealed_v1';

/**
 * A read model that lets go of a person who has been erased. ErasureCompleted is an event like any other, so a rebuild
 * comes to the same rows. By the schedule every row of the case goes; for a new identity what is sealed of its classes.
 * @param rows in the order in which they are deleted: what is found by another table before that table
 */
export const lettingGo = (projection: Projection, rows: readonly OfCase[]): Projection => ({
  ...projection,
  handles: [...projection.handles, 'ErasureCompleted'],
  sequenceOf: (event) => (event.type === 'ErasureCompleted' ? caseOf(event) : projection.sequenceOf(event)),
  async apply(event, transaction) {
    if (event.type !== 'ErasureCompleted') return projection.apply(event, transaction);
    erasedIn(transaction, projection, rows).add(event);
  },
});

class Erased implements BatchPart {
  readonly #cases = new Set<string>();
  readonly #sealed: { readonly caseId: string; readonly classes: readonly DataClass[] }[] = [];

  constructor(
    private readonly schema: string,
    private readonly into: string | undefined,
    private readonly tables: readonly string[],
    private readonly rows: readonly OfCase[],
  ) {}

  add(event: RecordedEvent): void {
    const { caseId, ground, classes } = event.data as DataOf<'ErasureCompleted'>;
    if (ground === 'RETENTION') this.#cases.add(caseId);
    else this.#sealed.push({ caseId, classes });
  }

  async flush(transaction: ProjectionTransaction): Promise<void> {
    if (this.tables.includes(sealedTable))
      for (const { caseId, classes } of this.#sealed)
        await transaction.query(
          // What is social goes where it leads to the paper: the number of the board's own file, what was served, and
          // requests for documents (vault.goes_with).
          `DELETE FROM ${this.#placeOf(sealedTable)} WHERE case_id = $1 AND class = ANY ($2)
              AND (class <> 'social' OR envelope ->> 'stream' ~ '^(relocation|decision|public-access)-')`,
          [caseId, classes],
        );
    if (this.#cases.size > 0)
      for (const { table, where = 'case_id = ANY ($1)' } of this.rows)
        await transaction.query(
          `DELETE FROM ${this.#placeOf(table)} WHERE ${where.replaceAll('{schema}', this.into ?? this.schema)}`,
          [[...this.#cases]],
        );
  }

  #placeOf(table: string): string {
    return placeOfTable(table, this.schema, this.into);
  }
}

const erasedIn = (
  transaction: ProjectionTransaction,
  { schema, tables }: Projection,
  rows: readonly OfCase[],
): Erased => partOf(transaction, lastPart, () => new Erased(schema, transaction.schema, tables, rows));
