import type { Instant, ProjectionTransaction, Token } from '#kernel';
import type { ActionName } from './allowed-actions.js';

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
] as const;
export type InboxKind = (typeof inboxKinds)[number];

export interface InboxItem {
  readonly kind: InboxKind;
  /** Tells two items of one kind and row apart, for example the number of a follow-up. */
  readonly mark?: string;
  readonly dueAt: Instant | null;
  readonly actions: readonly ActionName[];
}

/** Replaces all items of a row: what waits is a function of the row, so nothing can be left behind. */
export const replaceInbox = async (
  transaction: ProjectionTransaction,
  schema: string,
  row: { rowKey: string; organisation: Token; persons: readonly Token[] },
  items: readonly InboxItem[],
): Promise<void> => {
  await transaction.query(`DELETE FROM ${schema}.inbox_v1 WHERE row_key = $1`, [row.rowKey]);
  for (const item of items)
    await transaction.query(
      `INSERT INTO ${schema}.inbox_v1 (item, row_key, kind, due_at, actions, organisation, persons)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        [row.rowKey, item.kind, ...(item.mark === undefined ? [] : [item.mark])].join('/'),
        row.rowKey,
        item.kind,
        item.dueAt,
        item.actions,
        row.organisation,
        row.persons,
      ],
    );
};
