import type { Instant, ProjectionTransaction, RecordedEvent, Token } from '#kernel';
import { domainEvent } from './events.js';
import { Table } from './table.js';

interface DisqualifiedRow {
  readonly caseId: string;
  readonly person: Token;
  readonly since: Instant;
}

/** Who is disqualified in a case (FL 16 §): policies of rows and the door of the vault leave them out, whoever is named. */
export const openDisqualifiedTable = (name: string): Table<DisqualifiedRow> =>
  new Table<DisqualifiedRow>(name, 'caseId', { caseId: 'value', person: 'value', since: 'instant' }, [
    'person',
  ]);

/** Keeps who declares it. @param serves whether the table is of the agency at which it is declared */
export const keepDisqualified = (
  transaction: ProjectionTransaction,
  table: Table<DisqualifiedRow>,
  event: RecordedEvent,
  serves: (declaredAt: Token) => boolean,
): void => {
  const { type, data } = domainEvent(event);
  if (type !== 'DisqualificationDeclared' || !serves(data.organisation)) return;
  table.save(transaction, {
    caseId: data.caseId,
    person: data.official,
    since: event.metadata.occurredAt,
  });
};
