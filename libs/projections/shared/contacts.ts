import type { ProjectionTransaction, RecordedEvent, Token } from '#kernel';
import type { ContactPart } from '#domain/disclosure';
import { domainEvent, type DomainEvent, type EventType } from './events.js';
import { handOverNotices } from './inbox.js';
import { sealedRows } from './sealed.js';

/** What changes who is named in a row. */
export const ofContacts = [
  'ContactChanged',
  'DisqualificationDeclared',
] as const satisfies readonly EventType[];

export const isOfContacts = ({ type }: RecordedEvent): boolean =>
  (ofContacts as readonly string[]).includes(type);

/** Whom a row names, and for which part. */
interface Named {
  readonly organisation: Token;
  readonly persons: readonly Token[];
}

/**
 * Persons of a row after one more event: whoever came for one who went, and nobody who is disqualified. The same list
 * where the event does not concern it.
 * @param part for which the row names them; undefined where they do not hand it over
 */
export const personsAfter = (
  { organisation, persons }: Named,
  event: DomainEvent,
  part?: ContactPart,
  proposalId?: string,
): readonly Token[] => {
  if (event.type === 'DisqualificationDeclared') {
    const { official } = event.data;
    return persons.includes(official) ? persons.filter((one) => one !== official) : persons;
  }
  if (event.type !== 'ContactChanged') return persons;
  const { data } = event;
  if (data.part !== part || data.organisation !== organisation || data.proposalId !== proposalId)
    return persons;
  return [...persons.filter((one) => one !== data.outgoing && one !== data.incoming), data.incoming];
};

/** Envelopes follow their row: what the office holds whoever comes may read, and whoever went no longer. */
export const applyContacts = async (
  transaction: ProjectionTransaction,
  schema: string,
  event: RecordedEvent,
  parts: readonly ContactPart[],
): Promise<void> => {
  const { type, data } = domainEvent(event);
  if (type === 'DisqualificationDeclared')
    await sealedRows(transaction, schema).leave(transaction, data.caseId, data.official);
  if (type === 'ContactChanged' && parts.includes(data.part))
    await sealedRows(transaction, schema).handOver(transaction, {
      rowKey: data.proposalId ?? data.caseId,
      office: data.office,
      outgoing: data.outgoing,
      incoming: data.incoming,
      // The home board's alarm plan is its duty officers'.
      rescueToo: data.part !== 'HOME_BOARD',
    });
};

/** So does everything that waits about a row, as soon as the event has changed whom it names. */
export const noticesFollow = (
  event: RecordedEvent,
  transaction: ProjectionTransaction,
  schema: string,
  row: Named & { readonly about: string },
): void => {
  if (isOfContacts(event)) handOverNotices(transaction, schema, row);
};
