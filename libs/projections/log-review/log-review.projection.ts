import type { Instant, Projection, ProjectionTransaction, RecordedEvent, Token } from '#kernel';
import type { AlertPattern, RecordKind, ReviewOutcome, ReviewReason } from '#domain/log-review';
import { flushBatch } from '../shared/batch.js';
import { domainEvent } from '../shared/events.js';
import { subscriptions } from '../shared/serving.js';
import { changeRow, type Positioned, Table } from '../shared/table.js';

/** A record that waits for a reviewer, or was settled by one. */
export interface ReviewItem {
  /** Review and record. */
  readonly item: string;
  readonly reviewId: string;
  /** What brought it here. */
  readonly origin: 'SAMPLE' | AlertPattern;
  readonly records: RecordKind;
  readonly record: number;
  readonly settleBy: Instant;
  readonly outcome: ReviewOutcome | null;
  readonly reason: ReviewReason | null;
  readonly settledAt: Instant | null;
}

interface ReviewItemRow extends ReviewItem, Positioned {
  readonly organisation: Token;
}

export const reviewItemColumns = {
  item: 'value',
  reviewId: 'value',
  origin: 'value',
  records: 'value',
  record: 'value',
  settleBy: 'instant',
  outcome: 'value',
  reason: 'value',
  settledAt: 'instant',
} as const satisfies Record<keyof ReviewItem, string>;

export const reviewItemTable = new Table<ReviewItemRow>('log_review.item_v1', 'item', {
  ...reviewItemColumns,
  organisation: 'value',
  lastPosition: 'value',
});

/** What waits for the reviewers of each agency. */
export const logReviewProjection: Projection = {
  name: subscriptions.log_review,
  role: 'project_log_review',
  schema: 'log_review',
  tables: ['item_v1'],
  handles: ['ReviewSampled', 'ReviewAlerted', 'ReviewSettled'],
  sequenceOf: (event) => event.stream,
  flush: flushBatch,
  async apply(event, transaction) {
    const { type, data } = domainEvent(event);
    switch (type) {
      case 'ReviewSampled':
        for (const record of data.records)
          await open(event, transaction, { ...data, origin: 'SAMPLE', records: 'READS', record });
        return;
      case 'ReviewAlerted':
        await open(event, transaction, { ...data, origin: data.pattern, records: data.of });
        return;
      case 'ReviewSettled':
        await changeRow(
          transaction,
          reviewItemTable,
          itemOf(data),
          event,
          (row) =>
            row && {
              ...row,
              outcome: data.outcome,
              reason: data.reason,
              settledAt: event.metadata.occurredAt,
            },
        );
        return;
      default:
        return;
    }
  },
};

const itemOf = ({ reviewId, record }: Pick<ReviewItem, 'reviewId' | 'record'>): string =>
  `${reviewId}/${record}`;

const open = async (
  event: RecordedEvent,
  transaction: ProjectionTransaction,
  {
    reviewId,
    organisation,
    origin,
    records,
    record,
    settleBy,
  }: Pick<ReviewItemRow, 'reviewId' | 'organisation' | 'origin' | 'records' | 'record' | 'settleBy'>,
): Promise<void> => {
  await changeRow(transaction, reviewItemTable, itemOf({ reviewId, record }), event, () => ({
    item: itemOf({ reviewId, record }),
    reviewId,
    organisation,
    origin,
    records,
    record,
    settleBy,
    outcome: null,
    reason: null,
    settledAt: null,
    lastPosition: event.position,
  }));
};
