import {
  type DataClass,
  type Envelope,
  isEnvelope,
  type Instant,
  mayHold,
  type Position,
  type ProjectionTransaction,
  type RecordedEvent,
  type RecipientKind,
  type Token,
} from '#kernel';
import { type DisclosureEndReason, type DisclosureEvent, endsRescue } from '#domain/disclosure';
import { domainEvent } from './events.js';
import { type BatchPart, partOf } from './batch.js';
import { insertRows } from './table.js';

export type Disclosed = Extract<DisclosureEvent, { type: 'InformationDisclosed' }>['data'];
export type DisclosedToPart = Disclosed & { readonly recipientKind: RecipientKind };

/** Whether it was told to a part in the case: what an authority was told by letter is in the log alone, and in no row. */
export const isToPart = (disclosed: Disclosed): disclosed is DisclosedToPart =>
  disclosed.recipientKind !== 'REQUESTER';

/** An envelope in a read model, and all that is needed to ask the vault for its key. */
export interface SealedRow {
  /** 'own', or the id of the disclosure by which it came. */
  readonly source: string;
  readonly event: string;
  readonly path: string;
  /** Key of the row of the same schema that it belongs to. */
  readonly rowKey: string;
  readonly caseId: string;
  readonly organisation: Token;
  readonly persons: readonly Token[];
  readonly class: DataClass;
  readonly envelope: Envelope;
  readonly foot: 'OWN' | 'WAIVER' | 'STATUTE' | 'RESCUE';
  readonly purpose: string;
  readonly legalBasis: string;
  readonly expiresAt: Instant | null;
  readonly occurredAt: Instant;
  readonly position: Position;
}

/** Top-level sealed fields of an event, with their names. Carried envelopes (InformationDisclosed.items) are none. */
export const sealedFieldsOf = (event: RecordedEvent): readonly { path: string; envelope: Envelope }[] =>
  Object.entries(event.data).flatMap(([path, envelope]) =>
    isEnvelope(envelope) ? [{ path, envelope }] : [],
  );

const columns = {
  source: 'source',
  event: 'event',
  path: 'path',
  row_key: 'rowKey',
  case_id: 'caseId',
  organisation: 'organisation',
  persons: 'persons',
  class: 'class',
  envelope: 'envelope',
  foot: 'foot',
  purpose: 'purpose',
  legal_basis: 'legalBasis',
  expires_at: 'expiresAt',
  occurred_at: 'occurredAt',
  position: 'position',
} as const satisfies Record<string, keyof SealedRow>;

/**
 * Envelopes of one batch. Taking away reaches what stood there before and what the batch has put there so far; so the
 * statements that take away come first, then what is left to put there.
 */
class SealedRows implements BatchPart {
  readonly #kept = new Map<string, SealedRow>();
  /** Disclosures that ended for all but rescuers, those that ended for all, withdrawn waivers, rows that are over. */
  readonly #ended = new Set<string>();
  readonly #endedForAll = new Set<string>();
  readonly #withdrawn = new Set<string>();
  readonly #over = new Set<string>();

  constructor(private readonly table: string) {}

  keep(row: SealedRow): void {
    const key = [row.source, row.event, row.path].join('\n');
    if (!this.#kept.has(key)) this.#kept.set(key, row);
  }

  end(disclosureId: string, reason: DisclosureEndReason): void {
    const forAll = endsRescue(reason);
    (forAll ? this.#endedForAll : this.#ended).add(disclosureId);
    this.#drop((row) => row.source === disclosureId && (forAll || row.foot !== 'RESCUE'));
  }

  withdraw(caseId: string): void {
    this.#withdrawn.add(caseId);
    this.#drop((row) => row.caseId === caseId && row.foot === 'WAIVER');
  }

  dropRow(rowKey: string): void {
    this.#over.add(rowKey);
    this.#drop((row) => row.rowKey === rowKey);
  }

  async flush(transaction: ProjectionTransaction): Promise<void> {
    // All is taken in hand at once: other cases of the batch go on meanwhile.
    const drops = (
      [
        [this.#ended, `source = ANY ($1) AND foot <> 'RESCUE'`],
        [this.#endedForAll, 'source = ANY ($1)'],
        [this.#withdrawn, `case_id = ANY ($1) AND foot = 'WAIVER'`],
        [this.#over, 'row_key = ANY ($1)'],
      ] as const
    ).map(([ids, which]) => {
      const taken = [...ids];
      ids.clear();
      return { taken, which };
    });
    const rows = [...this.#kept.values()].map((row) =>
      Object.fromEntries(Object.entries(columns).map(([column, name]) => [column, row[name]])),
    );
    this.#kept.clear();
    for (const { taken, which } of drops)
      if (taken.length > 0) await transaction.query(`DELETE FROM ${this.table} WHERE ${which}`, [taken]);
    if (rows.length > 0)
      await insertRows(transaction, this.table, {
        columns: Object.keys(columns),
        rows,
        onConflict: 'DO NOTHING',
      });
  }

  /** What those of an office may read, whoever comes may read, and whoever goes no longer. */
  async handOver(
    transaction: ProjectionTransaction,
    change: {
      readonly rowKey: string;
      readonly office: readonly Token[];
      readonly outgoing: Token | undefined;
      readonly incoming: Token;
      readonly rescueToo: boolean;
    },
  ): Promise<void> {
    await this.flush(transaction);
    await transaction.query(
      `UPDATE ${this.table} SET persons = array_append(array_remove(array_remove(persons, $3), $4), $4)
       WHERE row_key = $1 AND persons && $2::text[] AND (foot <> 'RESCUE' OR $5)`,
      [change.rowKey, change.office, change.outgoing ?? '', change.incoming, change.rescueToo],
    );
  }

  /** Somebody has no part in a case any more, whatever it was. */
  async leave(transaction: ProjectionTransaction, caseId: string, person: Token): Promise<void> {
    await this.flush(transaction);
    await transaction.query(
      `UPDATE ${this.table} SET persons = array_remove(persons, $2) WHERE case_id = $1 AND $2 = ANY (persons)`,
      [caseId, person],
    );
  }

  #drop(which: (row: SealedRow) => boolean): void {
    for (const [key, row] of this.#kept) if (which(row)) this.#kept.delete(key);
  }
}

/** The envelopes that a transaction has in its hands. */
export const sealedRows = (transaction: ProjectionTransaction, schema: string): SealedRows =>
  partOf(transaction, 'sealed', () => new SealedRows(`${transaction.schema ?? schema}.sealed_v1`));

/** Takes all content of a row away. */
export const dropSealedOf = (transaction: ProjectionTransaction, schema: string, rowKey: string): void => {
  sealedRows(transaction, schema).dropRow(rowKey);
};

/** Keeps what the agency wrote itself. `keep` chooses among the sealed fields of the event. */
export const keepOwn = (
  transaction: ProjectionTransaction,
  schema: string,
  event: RecordedEvent,
  place: { rowKey: string; caseId: string; organisation: Token; persons: readonly Token[] },
  keep: (field: { path: string; envelope: Envelope }) => boolean = () => true,
): void => {
  for (const field of sealedFieldsOf(event).filter(keep))
    sealedRows(transaction, schema).keep({
      ...place,
      source: 'own',
      event: event.id,
      path: field.path,
      class: field.envelope.class,
      envelope: field.envelope,
      foot: 'OWN',
      purpose: 'OWN_RECORD',
      legalBasis: event.metadata.legalBasis,
      expiresAt: null,
      occurredAt: event.metadata.occurredAt,
      position: event.position,
    });
};

/**
 * Keeps what was disclosed to an agency: the only door for content that another one wrote. A class that the part may
 * not hold (the need-to-know matrix of the kernel) is left out, whoever disclosed it.
 */
const keepDisclosed = (
  transaction: ProjectionTransaction,
  schema: string,
  event: RecordedEvent,
  disclosed: DisclosedToPart,
  rowKey: string,
  accept: (dataClass: DataClass) => boolean,
): void => {
  for (const envelope of disclosed.items.filter(
    (item) => mayHold(disclosed.recipientKind, item.class, disclosed) && accept(item.class),
  ))
    sealedRows(transaction, schema).keep({
      source: disclosed.disclosureId,
      event: envelope.event,
      path: envelope.path,
      rowKey,
      caseId: disclosed.caseId,
      organisation: disclosed.recipient,
      persons: disclosed.persons,
      class: envelope.class,
      envelope,
      foot: disclosed.foot,
      purpose: disclosed.purpose,
      legalBasis: disclosed.legalBasis,
      expiresAt: disclosed.expiresAt ?? null,
      occurredAt: event.metadata.occurredAt,
      position: event.position,
    });
};

/** Where disclosed content goes, and which classes the stage allows now (mayHold takes it from the purpose). */
export interface DisclosurePlace {
  readonly rowKey: string;
  accept(dataClass: DataClass): boolean;
}

/** What every agency's schema does with the disclosure stream; undefined from `placeOf` keeps nothing. */
export const applyDisclosure = async (
  transaction: ProjectionTransaction,
  schema: string,
  event: RecordedEvent,
  kinds: readonly RecipientKind[],
  placeOf: (disclosed: Disclosed) => DisclosurePlace | undefined | Promise<DisclosurePlace | undefined>,
): Promise<void> => {
  const { type, data } = domainEvent(event);
  if (type === 'InformationDisclosed' && isToPart(data) && kinds.includes(data.recipientKind)) {
    const place = await placeOf(data);
    if (place) keepDisclosed(transaction, schema, event, data, place.rowKey, (one) => place.accept(one));
  } else if (type === 'DisclosureEnded') {
    sealedRows(transaction, schema).end(data.disclosureId, data.reason);
  } else if (type === 'WaiverWithdrawn') {
    sealedRows(transaction, schema).withdraw(data.caseId);
  }
};
