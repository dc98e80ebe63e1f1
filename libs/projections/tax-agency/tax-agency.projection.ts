import type { Projection, Token } from '#kernel';
import { protectionTelling } from '#domain/protected-data';
import { flushBatch } from '../shared/batch.js';
import { applyContacts, ofContacts, personsAfter } from '../shared/contacts.js';
import { keepDisqualified, openDisqualifiedTable } from '../shared/disqualified.js';
import { lettingGo } from '../shared/erased.js';
import { caseOf, type DomainEvent, domainEvent, type EventType } from '../shared/events.js';
import { type InboxItem, replaceInbox } from '../shared/inbox.js';
import { type ProtectionItem, protectionsAfterOwn, protectionsAfterTold } from '../shared/protections.js';
import { keepOwn } from '../shared/sealed.js';
import { subscriptions } from '../shared/serving.js';
import { changeRow, type Positioned, Table } from '../shared/table.js';

const schema = 'tax_agency';
const disqualified = openDisqualifiedTable('tax_agency.disqualified_v1');

/**
 * What Skatteverket was told that is asked of it in one case, under a reference that tells nothing of the person, and what
 * it decided. It goes when the telling ends: refused, or over.
 */
export interface TaxProtection {
  readonly caseId: string;
  readonly protections: readonly ProtectionItem[];
}

interface TaxProtectionRow extends TaxProtection, Positioned {
  readonly organisation: Token;
  readonly persons: readonly Token[];
}

export const taxProtectionColumns = {
  caseId: 'value',
  protections: 'json',
} as const satisfies Record<keyof TaxProtection, string>;

export const taxProtectionTable = new Table<TaxProtectionRow>('tax_agency.protection_v1', 'caseId', {
  ...taxProtectionColumns,
  organisation: 'value',
  persons: 'value',
  lastPosition: 'value',
});

const made: Projection = {
  name: subscriptions.tax_agency,
  role: 'project_tax_agency',
  schema,
  tables: ['protection_v1', 'disqualified_v1', 'sealed_v1', 'inbox_v1'],
  handles: [
    'InformationDisclosed',
    'DisclosureEnded',
    'ProtectedDataGranted',
    'ProtectedDataRefused',
    'ProtectionExpiryReminded',
    'ProtectedDataEnded',
    ...ofContacts,
  ] as const satisfies readonly EventType[],
  sequenceOf: caseOf,
  flush: flushBatch,
  async apply(event, transaction) {
    const caseId = caseOf(event);
    const happened = domainEvent(event);
    if ('kind' in happened.data && happened.data.kind === 'ASSUMED_IDENTITY') return;
    const before = await taxProtectionTable.find(transaction, caseId);
    const row = await changeRow(transaction, taxProtectionTable, caseId, event, (one) =>
      rowAfter(one, happened),
    );
    // Also where nothing is told any more: what the agency wrote itself is handed over all the same.
    await applyContacts(transaction, schema, event, ['TAX_AGENCY']);
    keepDisqualified(transaction, disqualified, event, () => event.metadata.agencyKind === 'TAX_AGENCY');
    if (!row && before) replaceInbox(transaction, schema, { rowKey: caseId, ...before }, () => []);
    if (!row) return;
    const { organisation, persons } = row;
    keepOwn(
      transaction,
      schema,
      event,
      { rowKey: caseId, caseId, organisation, persons },
      ({ envelope }) => envelope.owner === organisation,
    );
    replaceInbox(transaction, schema, { rowKey: caseId, organisation, persons }, () => taxInbox(row));
  },
};

/** Applications for protection, for the named officers of Skatteverket; an assumed identity is Police's, and not here. */
export const taxAgencyProjection: Projection = lettingGo(made, [
  { table: 'inbox_v1', where: 'row_key = ANY ($1)' },
  { table: 'disqualified_v1' },
  { table: 'sealed_v1' },
  { table: 'protection_v1' },
]);

/** What waits: an application that is not decided. What becomes of a protection later needs nobody here. */
const taxInbox = ({ protections }: TaxProtection): readonly InboxItem[] =>
  protections
    .filter(({ status }) => status === 'REQUESTED')
    .map(({ protectionId }) => ({
      kind: 'DECIDE_PROTECTION',
      mark: protectionId,
      dueAt: null,
      actions: [],
    }));

const rowAfter = (row: TaxProtectionRow | undefined, event: DomainEvent): TaxProtectionRow | undefined => {
  const { type, data } = event;
  if (type === 'InformationDisclosed') {
    if (data.recipientKind !== 'TAX_AGENCY') return row;
    const { caseId, recipient, persons } = data;
    return {
      caseId,
      protections: protectionsAfterTold(row?.protections ?? [], event, 'TAX_AGENCY'),
      organisation: recipient,
      // Who is named in a later application sees the earlier ones, too.
      persons: [...new Set([...(row?.persons ?? []), ...persons])],
      lastPosition: '',
    };
  }
  if (!row) return undefined;
  if (type === 'DisclosureEnded') {
    const protections = row.protections.filter(
      ({ protectionId }) => protectionTelling({ protectionId, what: 'REQUESTED' }) !== data.disclosureId,
    );
    if (protections.length === row.protections.length) return row;
    return protections.length === 0 ? undefined : { ...row, protections };
  }
  return {
    ...row,
    protections: protectionsAfterOwn(row.protections, event),
    persons: personsAfter(row, event, 'TAX_AGENCY'),
  };
};
