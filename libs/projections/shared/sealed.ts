import {
  type DataClass,
  type Envelope,
  isEnvelope,
  type Instant,
  type Position,
  type ProjectionTransaction,
  type RecordedEvent,
  type RecipientKind,
  type Token,
} from '#kernel';
import type { DisclosureEndReason, DisclosureEvent } from '#domain/disclosure';
import { domainEvent } from './events.js';
import { mayHold } from './need-to-know.js';

export type Disclosed = Extract<DisclosureEvent, { type: 'InformationDisclosed' }>['data'];

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

const insert = async (transaction: ProjectionTransaction, schema: string, row: SealedRow): Promise<void> => {
  await transaction.query(
    `INSERT INTO ${schema}.sealed_v1 (source, event, path, row_key, case_id, organisation, persons, class, envelope, foot,
       purpose, legal_basis, expires_at, occurred_at, position)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING`,
    [
      row.source,
      row.event,
      row.path,
      row.rowKey,
      row.caseId,
      row.organisation,
      row.persons,
      row.class,
      JSON.stringify(row.envelope),
      row.foot,
      row.purpose,
      row.legalBasis,
      row.expiresAt,
      row.occurredAt,
      row.position,
    ],
  );
};

/** Keeps what the agency wrote itself. `keep` chooses among the sealed fields of the event. */
export const keepOwn = async (
  transaction: ProjectionTransaction,
  schema: string,
  event: RecordedEvent,
  place: { rowKey: string; caseId: string; organisation: Token; persons: readonly Token[] },
  keep: (field: { path: string; envelope: Envelope }) => boolean = () => true,
): Promise<void> => {
  for (const field of sealedFieldsOf(event).filter(keep))
    await insert(transaction, schema, {
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
 * not hold (need-to-know.ts) is left out, whoever disclosed it.
 */
export const keepDisclosed = async (
  transaction: ProjectionTransaction,
  schema: string,
  event: RecordedEvent,
  disclosed: Disclosed,
  rowKey: string,
  accept: (dataClass: DataClass) => boolean,
): Promise<void> => {
  for (const envelope of disclosed.items.filter(
    (item) => mayHold(disclosed.recipientKind, item.class, disclosed.foot) && accept(item.class),
  ))
    await insert(transaction, schema, {
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

/**
 * Whether what rescuers were told ends with this: nobody stands there any more, nobody ever came, or the case is closed.
 * That a proposal or a placement ended does not say that the person has left.
 */
export const endsRescue = (reason: DisclosureEndReason): boolean =>
  reason === 'DEPARTURE_CONFIRMED' || reason === 'CLEARANCE_TAKEN_BACK' || reason === 'CASE_CLOSED';

/** Takes content away again: by the end of its disclosure, or all that stood on the waiver. */
const dropSealed = async (
  transaction: ProjectionTransaction,
  schema: string,
  what: { disclosureId: string; reason: DisclosureEndReason } | { waiverOf: string },
): Promise<void> => {
  if ('disclosureId' in what)
    await transaction.query(
      `DELETE FROM ${schema}.sealed_v1 WHERE source = $1 AND (foot <> 'RESCUE' OR $2)`,
      [what.disclosureId, endsRescue(what.reason)],
    );
  else
    await transaction.query(`DELETE FROM ${schema}.sealed_v1 WHERE case_id = $1 AND foot = 'WAIVER'`, [
      what.waiverOf,
    ]);
};

/** Where disclosed content goes, and which classes the stage allows now (mayHold knows the part, not the stage). */
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
  if (type === 'InformationDisclosed' && kinds.includes(data.recipientKind)) {
    const place = await placeOf(data);
    if (place)
      await keepDisclosed(transaction, schema, event, data, place.rowKey, (one) => place.accept(one));
  } else if (type === 'DisclosureEnded') {
    await dropSealed(transaction, schema, { disclosureId: data.disclosureId, reason: data.reason });
  } else if (type === 'WaiverWithdrawn') {
    await dropSealed(transaction, schema, { waiverOf: data.caseId });
  }
};
