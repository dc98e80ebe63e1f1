import {
  agencyKindOf,
  type DataClass,
  type Instant,
  mayHold,
  type Projection,
  recordOf,
  type Token,
  type ToldKind,
  toldKinds,
} from '#kernel';
import { flushBatch } from '../shared/batch.js';
import { applyContacts, ofContacts, personsAfter } from '../shared/contacts.js';
import { keepDisqualified, openDisqualifiedTable } from '../shared/disqualified.js';
import { lettingGo } from '../shared/erased.js';
import { caseOf, domainEvent, type EventType } from '../shared/events.js';
import { applyDisclosure, type DisclosedToPart, isToPart } from '../shared/sealed.js';
import { subscriptions, toldSchemaOf } from '../shared/serving.js';
import { changeRow, type Positioned, Table } from '../shared/table.js';

/** One telling, as the named contacts of the agency see it. */
export interface Telling {
  readonly disclosureId: string;
  readonly caseId: string;
  /** What may be opened, as far as the need-to-know matrix lets this agency hold it. */
  readonly classes: readonly DataClass[];
  readonly purpose: string;
  readonly foot: 'WAIVER' | 'STATUTE' | 'RESCUE';
  readonly legalBasis: string;
  /** What protects it here. */
  readonly secrecyAtHolder: string;
  readonly toldAt: Instant;
  readonly expiresAt: Instant | null;
}

export interface TellingRow extends Telling, Positioned {
  readonly organisation: Token;
  readonly persons: readonly Token[];
}

export const tellingColumns = {
  disclosureId: 'value',
  caseId: 'value',
  classes: 'value',
  purpose: 'value',
  foot: 'value',
  legalBasis: 'value',
  secrecyAtHolder: 'value',
  toldAt: 'instant',
  expiresAt: 'instant',
} as const satisfies Record<keyof Telling, string>;

const tableOf = (kind: ToldKind): Table<TellingRow> =>
  new Table<TellingRow>(`${toldSchemaOf(kind)}.telling_v1`, 'disclosureId', {
    ...tellingColumns,
    organisation: 'value',
    persons: 'value',
    lastPosition: 'value',
  });

export const tellingTables: Readonly<Record<ToldKind, Table<TellingRow>>> = recordOf(toldKinds, tableOf);

const handles = [
  'InformationDisclosed',
  'DisclosureEnded',
  'WaiverWithdrawn',
  ...ofContacts,
] as const satisfies readonly EventType[];

/** What an agency of one kind was told: filled by its disclosures alone, and emptied when they end. */
const toldTo = (kind: ToldKind): Projection => {
  const schema = toldSchemaOf(kind);
  const table = tellingTables[kind];
  const disqualified = openDisqualifiedTable(`${schema}.disqualified_v1`);
  const made: Projection = {
    name: subscriptions[schema],
    role: `project_${schema}`,
    schema,
    tables: ['telling_v1', 'disqualified_v1', 'sealed_v1'],
    handles,
    sequenceOf: caseOf,
    flush: flushBatch,
    async apply(event, transaction) {
      const happened = domainEvent(event);
      const { type, data } = happened;
      const ofCase = (caseId: string) => table.findWhere(transaction, 'caseId', caseId);
      switch (type) {
        case 'InformationDisclosed':
          if (isToPart(data) && data.recipientKind === kind)
            await changeRow(transaction, table, data.disclosureId, event, () =>
              rowOf(data, event.metadata.occurredAt),
            );
          break;
        case 'DisclosureEnded':
          await changeRow(transaction, table, data.disclosureId, event, () => undefined);
          break;
        case 'WaiverWithdrawn':
          for (const { disclosureId, foot } of await ofCase(data.caseId))
            if (foot === 'WAIVER') await changeRow(transaction, table, disclosureId, event, () => undefined);
          break;
        case 'ContactChanged':
        case 'DisqualificationDeclared':
          for (const { disclosureId, persons } of await ofCase(data.caseId))
            // A telling that names nobody of those who hand over is another's.
            if (type === 'DisqualificationDeclared' || data.office.some((one) => persons.includes(one)))
              await changeRow(
                transaction,
                table,
                disclosureId,
                event,
                (row) => row && { ...row, persons: personsAfter(row, happened, kind) },
              );
          await applyContacts(transaction, schema, event, [kind]);
          keepDisqualified(
            transaction,
            disqualified,
            event,
            () => event.metadata.agencyKind === agencyKindOf[kind],
          );
          break;
        default:
          break;
      }
      await applyDisclosure(transaction, schema, event, [kind], ({ caseId }) => ({
        rowKey: caseId,
        accept: () => true,
      }));
    },
  };
  return lettingGo(made, [{ table: 'disqualified_v1' }, { table: 'sealed_v1' }, { table: 'telling_v1' }]);
};

const rowOf = (told: DisclosedToPart, toldAt: Instant): TellingRow => ({
  disclosureId: told.disclosureId,
  caseId: told.caseId,
  classes: told.classes.filter((one) => mayHold(told.recipientKind, one, told)),
  purpose: told.purpose,
  foot: told.foot,
  legalBasis: told.legalBasis,
  secrecyAtHolder: told.secrecyAtHolder,
  toldAt,
  expiresAt: told.expiresAt ?? null,
  organisation: told.recipient,
  persons: told.persons,
  lastPosition: '',
});

/** One for each kind of agency that is told something. */
export const toldProjections: readonly Projection[] = toldKinds.map(toldTo);
