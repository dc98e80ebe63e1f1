import {
  type Instant,
  mayHold,
  type ProjectionTransaction,
  type RecordedEvent,
  type RecipientKind,
  type Token,
} from '#kernel';
import { endsRescue } from '#domain/disclosure';
import { domainEvent } from './events.js';
import { type Disclosed, isToPart } from './sealed.js';
import { changeRow, type ColumnKind, type Positioned, Table } from './table.js';

/** Something that was told to an agency about one of its rows and has not ended. */
export interface OpenTelling extends Positioned {
  readonly disclosureId: string;
  readonly rowKey: string;
  readonly caseId: string;
  readonly organisation: Token;
  readonly foot: 'WAIVER' | 'STATUTE' | 'RESCUE';
  /** When it runs out by time; null for what an event ends. */
  readonly expiresAt: Instant | null;
}

export const openTellingTable = (schema: string): Table<OpenTelling> =>
  new Table<OpenTelling>(`${schema}.open_telling_v1`, 'disclosureId', {
    disclosureId: 'value',
    rowKey: 'value',
    caseId: 'value',
    organisation: 'value',
    foot: 'value',
    expiresAt: 'instant',
    lastPosition: 'value',
  });

/**
 * Keeps what is told to the parts in a case that a schema serves; it ends as envelopes end (sealed.ts).
 * @param rowOf the row that a telling is about; undefined for one that brings no facts into it
 * @returns keys of the rows, there or not, for which something was told or has ended
 */
export const applyTellings = async (
  transaction: ProjectionTransaction,
  table: Table<OpenTelling>,
  event: RecordedEvent,
  kinds: readonly RecipientKind[],
  rowOf: (disclosed: Disclosed) => string | undefined = ({ proposalId }) => proposalId,
): Promise<readonly string[]> => {
  const { type, data } = domainEvent(event);
  if (type === 'InformationDisclosed') {
    if (!isToPart(data)) return [];
    const { disclosureId, caseId, recipientKind, recipient, foot, classes, purpose, expiresAt } = data;
    if (!kinds.includes(recipientKind)) return [];
    if (!classes.some((one) => mayHold(recipientKind, one, { foot, purpose }))) return [];
    const rowKey = rowOf(data);
    if (rowKey === undefined) return [];
    await changeRow(transaction, table, disclosureId, event, () => ({
      disclosureId,
      rowKey,
      caseId,
      organisation: recipient,
      foot,
      expiresAt: expiresAt ?? null,
      lastPosition: '',
    }));
    return [rowKey];
  }
  const ended: OpenTelling[] = [];
  if (type === 'DisclosureEnded') {
    const one = await table.find(transaction, data.disclosureId);
    if (one && (one.foot !== 'RESCUE' || endsRescue(data.reason))) ended.push(one);
  }
  if (type === 'WaiverWithdrawn')
    for (const one of await table.findWhere(transaction, 'caseId', data.caseId))
      if (one.foot === 'WAIVER') ended.push(one);
  // Also what has run out by time, which no event of its own ends.
  if (type === 'CaseClosed')
    for (const one of await table.findWhere(transaction, 'caseId', data.caseId))
      if (one.foot !== 'RESCUE') ended.push(one);
  for (const { disclosureId } of ended)
    await changeRow(transaction, table, disclosureId, event, () => undefined);
  return [...new Set(ended.map(({ rowKey }) => rowKey))];
};

/** What is told about a row and has not been ended, to whichever organisation. */
export const toldAbout = (
  transaction: ProjectionTransaction,
  table: Table<OpenTelling>,
  rowKey: string,
): Promise<readonly OpenTelling[]> => table.findWhere(transaction, 'rowKey', rowKey);

/** A row in which facts that others wrote stand only while something is told. */
export interface WaitsForTelling<Fact extends string> {
  readonly told: boolean;
  /** When the last telling runs out by time: from then on the facts are not shown (read.ts). Null while one has no end. */
  readonly toldUntil: Instant | null;
  /** What waits for a telling; null while it stands in its columns, or when there is nothing. Lies apart (ToldTable). */
  readonly held: Readonly<Partial<Record<Fact, unknown>>> | null;
}

/** How a row begins. */
export const notToldYet = { told: false, toldUntil: null, held: null } as const;

/** What waits for a telling to the agency whose row it is, in the schema `untold`, which is no agency's. */
interface Untold {
  readonly rowKey: string;
  readonly caseId: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Name of the table in which lies what waits for a row of a table. */
export const untoldOf = (table: string): string => `untold.${table.replace('.', '_')}`;

/**
 * A table whose rows hold facts that others wrote while they are told. What is not told lies apart: nobody finds it in the
 * agency's own schema, neither who may read there nor who has a copy of it.
 */
export class ToldTable<
  Row extends WaitsForTelling<string> & Positioned & { readonly caseId: string },
> extends Table<Row> {
  readonly #untold: Table<Untold>;

  constructor(
    name: string,
    key: keyof Row & string,
    kinds: Readonly<Record<Exclude<keyof Row & string, keyof WaitsForTelling<string>>, ColumnKind>>,
  ) {
    super(name, key, { ...kinds, told: 'value', toldUntil: 'instant' } as unknown as Table<Row>['kinds']);
    this.#untold = new Table<Untold>(untoldOf(name), 'rowKey', {
      rowKey: 'value',
      caseId: 'value',
      facts: 'json',
    });
  }

  override async read(
    transaction: ProjectionTransaction,
    column: keyof Row & string,
    values: readonly string[],
  ): Promise<Row[]> {
    const rows = await super.read(transaction, column, values);
    const waiting = rows.filter(({ told }) => !told).map((row) => this.keyOf(row));
    const untold = waiting.length === 0 ? [] : await this.#untold.read(transaction, 'rowKey', waiting);
    const facts = new Map(untold.map((one) => [one.rowKey, one.facts]));
    return rows.map((row) => ({ ...row, held: facts.get(this.keyOf(row)) ?? null }));
  }

  override async write(transaction: ProjectionTransaction, rows: readonly Row[]): Promise<void> {
    await super.write(transaction, rows);
    const told = rows.filter(({ held }) => held === null);
    const waiting = rows.flatMap((row) =>
      row.held === null ? [] : [{ rowKey: this.keyOf(row), caseId: row.caseId, facts: row.held }],
    );
    if (told.length > 0)
      await this.#untold.delete(
        transaction,
        told.map((row) => this.keyOf(row)),
      );
    if (waiting.length > 0) await this.#untold.write(transaction, waiting);
  }

  override async delete(transaction: ProjectionTransaction, keys: readonly string[]): Promise<void> {
    await super.delete(transaction, keys);
    await this.#untold.delete(transaction, keys);
  }
}

/** The row with what waits for a telling. */
export const wholeOf = <Row extends WaitsForTelling<string>>(row: Row): Row =>
  row.held ? { ...row, ...row.held, held: null } : row;

/**
 * The row after `change`, which sees it with all facts, told or not.
 * @param tellings about the row
 * @param facts columns that others wrote
 * @param to which tellings count: those to the organisation of the row, or any, where another one asks it with what it was told
 */
export const whileTold = <
  Fact extends string,
  Row extends WaitsForTelling<Fact> & { readonly organisation: Token } & Readonly<Record<Fact, unknown>>,
>(
  row: Row | undefined,
  tellings: readonly Pick<OpenTelling, 'organisation' | 'expiresAt'>[],
  facts: readonly Fact[],
  change: (whole: Row | undefined) => Row | undefined,
  to: 'ITS_OWN' | 'ANY' = 'ITS_OWN',
): Row | undefined => {
  const whole = row && wholeOf(row);
  const after = change(whole);
  if (!after) return undefined;
  const ends = tellings
    .filter(({ organisation }) => to === 'ANY' || organisation === after.organisation)
    .map(({ expiresAt }) => expiresAt);
  const told = ends.length > 0;
  const toldUntil = ends.reduce(
    (last, end) => (last === null || end === null ? null : last > end ? last : end),
    ends[0] ?? null,
  );
  if (row && after === whole && told === row.told && toldUntil === row.toldUntil) return row;
  if (told) return { ...after, told, toldUntil };
  const held = Object.fromEntries(facts.map((fact) => [fact, after[fact]]));
  const nothing = Object.fromEntries(facts.map((fact) => [fact, null]));
  const any = facts.some((fact) => after[fact] !== null);
  return { ...after, ...nothing, told, toldUntil, held: any ? held : null };
};
