import type { Instant, ProjectionTransaction, Token } from '#kernel';
import type { ActionName } from './allowed-actions.js';
import { type BatchPart, partOf } from './batch.js';
import { insertRows } from './table.js';

/** What waits: closed list; the reader's language is the api's matter. */
export const inboxKinds = [
  'PREPARE_REQUEST',
  'ANSWER_COUNTER_PROPOSAL',
  'CONFIRM_ARRIVAL',
  'RECORD_FOLLOW_UP',
  'CONFIRM_DEPARTURE',
  'SETTLE_AFTER_WITHDRAWAL',
  'CLOSE_CASE',
  'ASSESS_THREAT',
  'REASSESS_THREAT',
  'CONFIRM_LOWERING',
  'ANSWER_REFERRAL',
  'RECORD_TRANSFER',
  'CONFLICT_ALERT',
  'ANSWER_PROPOSAL',
  'DECIDE_ANSWER',
  'FIND_DESTINATION',
  'AWAIT_REFERRAL',
  'AWAIT_ANSWER',
  'CLEAR_PLACEMENT',
  'CLAIM_CONTESTED',
  'ATTENTION',
  'DECIDE_ADMISSION',
  'INQUIRY_ALERT',
  'GLASS_BROKEN',
  'GLASS_BROKEN_AGAIN',
  'GLASS_NOT_CONFIRMED',
  'APPROVE_JOINT_OPENING',
  'LOCATION_EXPOSED',
  'PROTECTION_ENDS',
  'PROTECTION_REFUSED',
  'DECIDE_REGISTRATION_NOTICE',
  'CHECK_EXPOSED_REGISTERS',
  'DECIDE_PROTECTION',
  // No row of an inbox: made when it is read, of the rows, the appointments and the instant (read.ts).
  'TAKE_OVER',
  // The view log_review.inbox_v1 makes them of the origins of reviews.
  'LOG_SAMPLE',
  'LOG_READ_WITHOUT_TASK',
  'LOG_CANARY_OPENED',
  'LOG_MANY_REFUSALS',
  'LOG_MANY_BAD_TOKENS',
  'LOG_GLASS_BROKEN',
  'LOG_CONFIRMATIONS_TRADED',
  'LOG_LOGIN_NOT_RENEWED',
  'LOG_MANY_CHECKS',
  'LOG_ALARM_PLANS_OPENED',
  'LOG_TAKEN_OVER',
] as const;
export type InboxKind = (typeof inboxKinds)[number];

/** What lapses by the clock alone: past its date nothing can be done about it any more, and nobody is shown it. */
export const lapsingKinds: readonly InboxKind[] = ['APPROVE_JOINT_OPENING'];

/** What waits only as long as the reader is told what it is about. */
export const whileToldKinds: readonly InboxKind[] = ['FIND_DESTINATION'];

export interface InboxItem {
  readonly kind: InboxKind;
  /** Tells two items of one kind and row apart, for example the number of a follow-up. */
  readonly mark?: string;
  readonly dueAt: Instant | null;
  /** Where the date rests on what was told: until when, and the date that stands there from then on (read.ts). */
  readonly told?: { readonly until: Instant | null; readonly otherwise: Instant | null };
  readonly actions: readonly ActionName[];
}

interface InboxOwner {
  readonly rowKey: string;
  /** What the reader goes to, where that is not the row: the case of a glass. */
  readonly about?: string;
  readonly organisation: Token;
  readonly persons: readonly Token[];
}
interface NoticeHolders {
  readonly about: string;
  readonly organisation: Token;
  readonly persons: readonly Token[];
}
type Items = () => readonly InboxItem[] | Promise<readonly InboxItem[]>;

/**
 * Replaces all items of a row: what waits is a function of the row, so nothing can be left behind. `items` is asked once
 * per batch, when the row is as the batch leaves it.
 */
export const replaceInbox = (
  transaction: ProjectionTransaction,
  schema: string,
  owner: InboxOwner,
  items: Items,
): void => {
  partOf(transaction, 'inbox', () => new InboxRows(transaction.schema ?? schema)).replace(owner, items);
};

/** Not for all whom a row names: who asked does not answer. Its own projection hands it on. */
const notForAll: readonly InboxKind[] = ['APPROVE_JOINT_OPENING'];

/**
 * Hands on all that waits about a row, also what lies beside it with a row key of its own: who has come for somebody finds
 * it, and who has gone no longer.
 */
export const handOverNotices = (
  transaction: ProjectionTransaction,
  schema: string,
  /** `about`: what the notices lead to. */
  to: NoticeHolders,
): void => {
  partOf(transaction, 'inbox', () => new InboxRows(transaction.schema ?? schema)).handOver(to);
};

const columns = [
  'item',
  'row_key',
  'kind',
  'due_at',
  'told_until',
  'own_due_at',
  'actions',
  'organisation',
  'persons',
];

class InboxRows implements BatchPart {
  readonly #replaced = new Map<string, { readonly owner: InboxOwner; readonly items: Items }>();

  /** The last word of each row: who holds what is about it when the batch is over. */
  readonly #handedOver = new Map<string, NoticeHolders>();

  constructor(private readonly schema: string) {}

  handOver(to: NoticeHolders): void {
    this.#handedOver.set(JSON.stringify([to.about, to.organisation]), to);
  }

  replace(owner: InboxOwner, items: Items): void {
    this.#replaced.set(owner.rowKey, { owner, items });
  }

  async flush(transaction: ProjectionTransaction): Promise<void> {
    await this.flushReplaced(transaction);
    // Afterwards: also what the same batch has put there for who has gone since.
    const handedOver = [...this.#handedOver.values()];
    this.#handedOver.clear();
    for (const { about, organisation, persons } of handedOver)
      await transaction.query(
        `UPDATE ${this.schema}.inbox_v1 SET persons = $4
          WHERE organisation = $1 AND kind <> ALL ($2) AND split_part(item, '/', 1) = $3`,
        [organisation, notForAll, about, persons],
      );
  }

  private async flushReplaced(transaction: ProjectionTransaction): Promise<void> {
    const replaced = [...this.#replaced.values()];
    this.#replaced.clear();
    if (replaced.length === 0) return;
    const rows = await Promise.all(
      replaced.map(async ({ owner, items }) => (await items()).map((item) => rowOf(owner, item))),
    );
    const table = `${this.schema}.inbox_v1`;
    await transaction.query(`DELETE FROM ${table} WHERE row_key = ANY ($1)`, [
      replaced.map(({ owner }) => owner.rowKey),
    ]);
    if (rows.some((own) => own.length > 0))
      await insertRows(transaction, table, { columns, rows: rows.flat() });
  }
}

const rowOf = (
  { rowKey, about = rowKey, organisation, persons }: InboxOwner,
  { kind, mark, dueAt, told, actions }: InboxItem,
) => ({
  item: [about, kind, ...(mark === undefined ? [] : [mark])].join('/'),
  row_key: rowKey,
  kind,
  due_at: dueAt,
  told_until: told?.until ?? null,
  own_due_at: told?.otherwise ?? null,
  actions,
  organisation,
  persons,
});
