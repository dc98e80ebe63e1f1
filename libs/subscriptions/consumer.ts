import type { Projection, ProjectionTransaction, RecordedEvent } from '#kernel';
import type { CheckpointPlace } from './checkpoint.js';

interface ConsumerBase {
  /** Name of the subscription: unique, and the same for ever. */
  readonly name: string;
  readonly place: CheckpointPlace;
  handles(event: RecordedEvent): boolean;
}

/** Writes rows: they and the checkpoint are one transaction, so each event counts exactly once. */
export interface RowConsumer extends ConsumerBase {
  readonly kind: 'rows';
  sequenceOf(event: RecordedEvent): string;
  /** Other sequences that it belongs to as well. */
  alsoOf?(event: RecordedEvent): readonly string[];
  apply(event: RecordedEvent, transaction: ProjectionTransaction): Promise<void>;
  /** Writes what `apply` has kept back in this transaction. */
  flush?(transaction: ProjectionTransaction): Promise<void>;
}

/**
 * Applies a batch, each sequence in its order and all of them side by side, so that what they read is read together; those
 * to which one event belongs go together. Then has it written. Nothing goes on behind the caller's back when it fails.
 */
export const applyBatch = async (
  consumer: Pick<RowConsumer, 'sequenceOf' | 'alsoOf' | 'apply' | 'flush'>,
  events: readonly RecordedEvent[],
  transaction: ProjectionTransaction,
): Promise<void> => {
  const joined = new Map<string, string>();
  const laneOf = (sequence: string): string => {
    const other = joined.get(sequence);
    return other === undefined ? sequence : laneOf(other);
  };
  for (const event of events)
    for (const other of consumer.alsoOf?.(event) ?? []) {
      const [lane, into] = [laneOf(other), laneOf(consumer.sequenceOf(event))];
      if (lane !== into) joined.set(lane, into);
    }
  const byLane = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const lane = laneOf(consumer.sequenceOf(event));
    const others = byLane.get(lane);
    if (others) others.push(event);
    else byLane.set(lane, [event]);
  }
  const ended = await Promise.allSettled(
    [...byLane.values()].map(async (own) => {
      for (const event of own) await consumer.apply(event, transaction);
    }),
  );
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  await consumer.flush?.(transaction);
};

/**
 * Does something outside the transaction of the checkpoint: append, send. It happens before the checkpoint moves,
 * so it may be repeated after a crash, and must recognise what it has done already.
 */
export interface EffectConsumer extends ConsumerBase {
  readonly kind: 'effects';
  sequencesOf(event: RecordedEvent): readonly string[];
  /** `confirm` asks whether this runner still holds its lease; to be called right before each effect. */
  act(event: RecordedEvent, sequence: string, confirm: () => Promise<void>): Promise<void>;
  /** What must still happen when an operator skips the event. */
  skip?(event: RecordedEvent, sequence: string, confirm: () => Promise<void>): Promise<void>;
}

/**
 * Takes the whole log, batch by batch, rows and checkpoint in one transaction. Nothing is ever set aside: a batch that
 * fails is tried again until it succeeds, and until then the subscription stands.
 */
export interface LogConsumer extends ConsumerBase {
  readonly kind: 'log';
  take(events: readonly RecordedEvent[], transaction: ProjectionTransaction): Promise<void>;
  /** Called again and again while there is nothing new; `write` runs work in a transaction under the lease. */
  idle?(write: (work: (transaction: ProjectionTransaction) => Promise<void>) => Promise<void>): Promise<void>;
}

export type Consumer = RowConsumer | EffectConsumer | LogConsumer;

export const projectionConsumer = (projection: Projection): RowConsumer => {
  const handled = new Set(projection.handles);
  return {
    kind: 'rows',
    name: projection.name,
    place: { schema: projection.schema, role: projection.role },
    handles: (event) => handled.has(event.type),
    sequenceOf: (event) => projection.sequenceOf(event),
    alsoOf: (event) => projection.alsoOf?.(event) ?? [],
    apply: (event, transaction) => projection.apply(event, transaction),
    flush: (transaction) => projection.flush?.(transaction) ?? Promise.resolve(),
  };
};
