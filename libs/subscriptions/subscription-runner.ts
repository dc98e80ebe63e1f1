import type { Pool } from 'pg';
import type { Position, RecordedEvent } from '#kernel';
import type { EventStore } from '#event-store';
import type { Logger } from '#platform';
import { CheckpointMoved, EpochMismatch, loadCheckpoint, moveCheckpoint } from './checkpoint.js';
import {
  applyBatch,
  type Consumer,
  type EffectConsumer,
  type LogConsumer,
  type RowConsumer,
} from './consumer.js';
import { Crashed, type Reach } from './crash-points.js';
import { errorCode, isPassing, type RetryPolicy } from './failure.js';
import { type Lease, leaseFields, LeaseLost } from './lease.js';
import type { LogTail } from './log-tail.js';
import { decisionFor, type ParkedDecision } from './operations.js';
import {
  type BlockedState,
  dueSequences,
  loadBlocked,
  queueBehind,
  recordFailure,
  removeFirst,
  waitingEvents,
} from './parking.js';
import { pause } from './pause.js';
import type { Shares } from './shares.js';
import { inTransaction, type Transaction } from './transaction.js';

export interface RunnerSettings {
  /** Events per page and per transaction. */
  readonly batchSize: number;
  /** Milliseconds between two looks at the log when nothing was heard. */
  readonly pollMs: number;
  /** Longest time that a checkpoint stands before events that are nothing to the consumer, in milliseconds. */
  readonly passMs: number;
  readonly leaseMs: number;
  /** Sequences of one page on which effects go on at the same time. */
  readonly concurrency: number;
  readonly retry: RetryPolicy;
}

export interface RunnerParts {
  readonly consumer: Consumer;
  readonly store: EventStore;
  readonly pool: Pool;
  readonly lease: Lease;
  /** Which leases are this worker's to hold. */
  readonly shares: Shares;
  readonly tail: LogTail;
  readonly reach: Reach;
  readonly log: Logger;
  readonly settings: RunnerSettings;
}

/** Rows of several events could not be written together: the fault of one of them, and not known of which. */
class BatchFailed extends Error {
  override readonly name = 'BatchFailed';
  constructor(cause: unknown) {
    super('a batch could not be handled', { cause });
  }
}

/** One event failed for a reason of its own; everything else that goes wrong stops the turn and is tried again. */
class EventFailed extends Error {
  override readonly name = 'EventFailed';
  constructor(
    readonly event: RecordedEvent,
    readonly sequence: string,
    cause: unknown,
  ) {
    super('an event could not be handled', { cause });
  }
}

type Blocked = Map<string, BlockedState>;

/**
 * Brings one consumer from its checkpoint to the head of the log and keeps it there: reads a page, has it applied,
 * moves the checkpoint. Events of one sequence stay in order; one that fails holds up its own sequence only.
 */
export class SubscriptionRunner {
  /** What was read and handled up to here; the checkpoint may stand a moment behind it. */
  #position: Position | undefined;
  #checkpoint: Position | undefined;
  /** Since when events were passed by that the checkpoint has not passed yet, by performance.now(). */
  #passingSince: number | undefined;
  #blocked: Blocked = new Map();
  #failure: Error | undefined;

  constructor(private readonly parts: RunnerParts) {}

  get name(): string {
    return this.parts.consumer.name;
  }

  /** Why it stopped for good; undefined as long as it works or tries to. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  get position(): Position | undefined {
    return this.#position;
  }

  get holdsLease(): boolean {
    return this.parts.lease.held;
  }

  /** False when it has failed for good, or has hung for longer than its lease: somebody else should hold it. */
  get willing(): boolean {
    return !this.#failure && this.parts.lease.silentMs < this.parts.settings.leaseMs;
  }

  /** Sequences that wait: `retrying` go on by themselves, `parked` need a person. */
  get blocked(): ReadonlyMap<string, BlockedState> {
    return this.#blocked;
  }

  /**
   * True when everything up to `head` was handled, and nothing is waiting for another attempt of its own. The checkpoint may
   * stand before events that were passed by: nothing would be done again that matters.
   */
  hasReached(head: Position | undefined): boolean {
    if (head !== undefined && (this.#position === undefined || this.#position < head)) return false;
    return !this.#retries();
  }

  #retries(): boolean {
    return [...this.#blocked.values()].includes('retrying');
  }

  /** Works until the signal is aborted. Rejects never; what ended it for good stands in `failure`. */
  async run(signal: AbortSignal): Promise<void> {
    const { lease, log, shares } = this.parts;
    let failures = 0;
    while (!signal.aborted && !this.#failure) {
      try {
        if (!lease.held) {
          if (!(await lease.acquire(shares.includes(this.name)))) {
            await this.#load(); // stands by, and knows how far the other one is
            await shares.waitForChange(this.#standByMs());
            continue;
          }
          log.info('lease taken', leaseFields(lease));
        }
        await this.#load();
        while (!signal.aborted) {
          await this.#turn(signal);
          failures = 0;
          if (shares.includes(this.name)) continue;
          const given = leaseFields(lease);
          await lease.release();
          log.info('lease given back to share the work', given);
          break;
        }
      } catch (error) {
        failures += 1;
        if (error instanceof EpochMismatch || error instanceof Crashed) {
          this.#failure = error;
          log.error('subscription stopped for good', { subscription: this.name }, error);
        } else if (error instanceof LeaseLost) {
          log.warn('lease lost, nothing was written', leaseFields(error));
        } else if (error instanceof CheckpointMoved) {
          log.warn('checkpoint moved by another, nothing was written', { subscription: this.name });
        } else {
          log.error('subscription interrupted', { subscription: this.name, code: errorCode(error) }, error);
          await pause(Math.min(50 * 2 ** failures, 5_000), signal);
        }
      }
    }
    if (!(this.#failure instanceof Crashed)) await lease.release().catch(() => undefined);
  }

  /** What is ours by now will be given back to us within moments. */
  #standByMs(): number {
    const { settings, shares } = this.parts;
    const usual = Math.min(settings.leaseMs / 3, settings.pollMs);
    return shares.includes(this.name) ? usual / 4 : usual;
  }

  async #load(): Promise<void> {
    const { consumer, store } = this.parts;
    await this.#transaction(async (transaction) => {
      this.#blocked = await loadBlocked(transaction, this.name);
      await transaction.as(consumer.place.role);
      this.#checkpoint = await loadCheckpoint(transaction, consumer.place, this.name, store);
    });
    this.#position = this.#checkpoint;
    this.#passingSince = undefined;
  }

  /** One look at the log: a page, or the wait for one. */
  async #turn(signal: AbortSignal): Promise<void> {
    const { tail, lease, reach, settings } = this.parts;
    const heard = tail.heard;
    await this.#redoDue();
    const page = await this.#read();
    if (page.length === 0) {
      await lease.confirm();
      const passMs = this.#passMs();
      if (passMs <= 0) return this.#pass();
      await this.#idle();
      const longest = this.#retries() ? settings.retry.firstDelayMs : settings.pollMs;
      if (!signal.aborted) await tail.waitForMore(heard, Math.min(longest, settings.leaseMs / 3, passMs));
      return;
    }
    reach('subscription.after-read');
    if (this.#isNobodys(page)) {
      await lease.confirm();
      this.#position = page.at(-1)?.position;
      this.#passingSince ??= performance.now();
      if (this.#passMs() <= 0) await this.#pass();
      return;
    }
    for (const part of this.#cut(page)) {
      if (part.decision) await this.#carryOut(part.decision);
      await this.#deliver(part.events);
    }
  }

  /** The notary reads events as they were stored, from a store of its own. */
  #read(): Promise<readonly RecordedEvent[]> {
    const { store, tail, settings } = this.parts;
    return tail.store === store
      ? tail.read(this.#position, settings.batchSize)
      : store.readAll(this.#position, settings.batchSize);
  }

  /** Nothing in it is for this consumer: there is nothing to write but how far it has come, and that may wait a moment. */
  #isNobodys(page: readonly RecordedEvent[]): boolean {
    const { consumer } = this.parts;
    return (
      consumer.kind !== 'log' &&
      page.every((event) => !consumer.handles(event) && !decisionFor(this.name, event))
    );
  }

  /** Milliseconds until the checkpoint is to be moved over what was passed by; Infinity when it stands where it should. */
  #passMs(): number {
    if (this.#passingSince === undefined) return Infinity;
    return this.#passingSince + this.parts.settings.passMs - performance.now();
  }

  /** Writes no row, so the lease that was confirmed is enough: who took over meanwhile would pass by the same events. */
  async #pass(): Promise<void> {
    const to = this.#position;
    if (to === undefined) return;
    const { pool, consumer, settings } = this.parts;
    await inTransaction(pool, { role: consumer.place.role, idleLimitMs: settings.leaseMs }, (transaction) =>
      this.#moveTo(transaction, to),
    );
    this.#advanceTo(to);
  }

  /** A decision of an operator about this subscription is carried out at its place in the log, between two batches. */
  #cut(page: readonly RecordedEvent[]): { events: RecordedEvent[]; decision?: ParkedDecision }[] {
    const parts: { events: RecordedEvent[]; decision?: ParkedDecision }[] = [];
    for (const event of page) {
      const decision = decisionFor(this.name, event);
      const last = parts.at(-1);
      if (decision || !last) parts.push({ events: [event], decision });
      else last.events.push(event);
    }
    return parts;
  }

  async #deliver(events: readonly RecordedEvent[]): Promise<void> {
    const { consumer } = this.parts;
    if (consumer.kind === 'effects') return this.#deliverEffects(consumer, events);
    if (consumer.kind === 'log') return this.#commitLog(consumer, events);
    try {
      await this.#commitRows(consumer, events);
    } catch (error) {
      if (error instanceof EventFailed) return this.#commitRows(consumer, [error.event], error);
      if (!(error instanceof BatchFailed)) throw error;
      // In halves, until the one that fails stands alone: it is set aside, and the others go on.
      const middle = Math.ceil(events.length / 2);
      await this.#deliver(events.slice(0, middle));
      await this.#deliver(events.slice(middle));
    }
  }

  /** Rows of a batch and the checkpoint after it, in one transaction. `failed` is set aside instead of applied. */
  async #commitRows(
    consumer: RowConsumer,
    events: readonly RecordedEvent[],
    failed?: EventFailed,
  ): Promise<void> {
    const reach = this.#reachAmong(events);
    if (failed) reach('parking.before-park');
    let state: BlockedState | undefined;
    await this.#transaction(async (transaction) => {
      await this.parts.lease.hold(transaction);
      const toApply: RecordedEvent[] = [];
      for (const event of events) {
        if (!consumer.handles(event)) continue;
        const sequence = consumer.sequenceOf(event);
        if (this.#blocked.has(sequence)) await queueBehind(transaction, this.name, sequence, event);
        else if (failed?.event === event) state = await this.#setAside(transaction, failed);
        else toApply.push(event);
      }
      await transaction.as(consumer.place.role);
      await this.#apply(consumer, toApply, transaction, events.length === 1);
      reach('rows.after-apply');
      await this.#move(transaction, events);
      reach('rows.before-commit');
    });
    this.#advance(events);
    if (failed && state) this.#blocked.set(failed.sequence, state);
    reach('rows.after-commit');
  }

  /** A batch of the log and the checkpoint after it, in one transaction. */
  async #commitLog(consumer: LogConsumer, events: readonly RecordedEvent[]): Promise<void> {
    const reach = this.#reachAmong(events);
    await this.#transaction(async (transaction) => {
      await this.parts.lease.hold(transaction);
      await transaction.as(consumer.place.role);
      await consumer.take(events, transaction);
      reach('rows.after-apply');
      await this.#move(transaction, events);
      reach('rows.before-commit');
    });
    this.#advance(events);
    reach('rows.after-commit');
  }

  async #idle(): Promise<void> {
    const { consumer, lease } = this.parts;
    if (consumer.kind !== 'log') return;
    await consumer.idle?.((work) =>
      this.#transaction(async (transaction) => {
        await lease.hold(transaction);
        await transaction.as(consumer.place.role);
        await work(transaction);
      }),
    );
  }

  /** @param alone the event is a batch of its own, so that what fails is its fault */
  async #apply(
    consumer: RowConsumer,
    events: readonly RecordedEvent[],
    transaction: Transaction,
    alone: boolean,
  ): Promise<void> {
    try {
      await applyBatch(consumer, events, transaction);
    } catch (error) {
      const [event] = events;
      if (isForeign(error) || !event) throw error;
      throw alone ? asFailure(event, consumer.sequenceOf(event), error) : new BatchFailed(error);
    }
  }

  /** Effects first, sequence by sequence, several sequences at a time; then the checkpoint with what has to wait. */
  async #deliverEffects(consumer: EffectConsumer, events: readonly RecordedEvent[]): Promise<void> {
    const reach = this.#reachAmong(events);
    const bySequence = new Map<string, RecordedEvent[]>();
    for (const event of events) {
      if (!consumer.handles(event)) continue;
      for (const sequence of new Set(consumer.sequencesOf(event))) {
        const others = bySequence.get(sequence);
        if (others) others.push(event);
        else bySequence.set(sequence, [event]);
      }
    }
    if (bySequence.size > 0) await this.parts.lease.confirm();
    const failed: EventFailed[] = [];
    const behind: { sequence: string; event: RecordedEvent }[] = [];
    await this.#concurrently([...bySequence], async ([sequence, own]) => {
      let blocked = this.#blocked.has(sequence);
      for (const event of own) {
        if (blocked) {
          behind.push({ sequence, event });
          continue;
        }
        try {
          await this.#act(consumer, event, sequence);
        } catch (error) {
          if (!(error instanceof EventFailed)) throw error;
          failed.push(error);
          blocked = true;
        }
      }
    });
    reach('effects.before-checkpoint');
    if (failed.length > 0) reach('parking.before-park');
    const newlyBlocked: [string, BlockedState][] = [];
    await this.#transaction(async (transaction) => {
      await this.parts.lease.hold(transaction);
      for (const failure of failed)
        newlyBlocked.push([failure.sequence, await this.#setAside(transaction, failure)]);
      for (const { sequence, event } of behind) await queueBehind(transaction, this.name, sequence, event);
      await transaction.as(consumer.place.role);
      await this.#move(transaction, events);
      reach('effects.before-commit');
    });
    this.#advance(events);
    for (const [sequence, state] of newlyBlocked) this.#blocked.set(sequence, state);
    reach('effects.after-commit');
  }

  async #act(consumer: EffectConsumer, event: RecordedEvent, sequence: string): Promise<void> {
    try {
      await consumer.act(event, sequence, () => this.parts.lease.confirm());
    } catch (error) {
      throw asFailure(event, sequence, error);
    }
  }

  async #concurrently<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
    const queue = items.values();
    const lanes = Array.from(
      { length: Math.min(this.parts.settings.concurrency, items.length) },
      async () => {
        for (const item of queue) await work(item);
      },
    );
    // All lanes end before the first error is passed on: nothing may go on behind the runner's back.
    for (const lane of await Promise.allSettled(lanes)) if (lane.status === 'rejected') throw lane.reason;
  }

  /** A page of events that are all somebody else's passes no crash point: only the checkpoint moves, nothing can be lost. */
  #reachAmong(events: readonly RecordedEvent[]): Reach {
    const { consumer, reach } = this.parts;
    return events.some((event) => consumer.handles(event)) ? reach : () => undefined;
  }

  async #carryOut(decision: ParkedDecision): Promise<void> {
    const { sequence, event } = decision.data;
    if (decision.type === 'ParkedSequenceSkipped') await this.#skip(sequence, event);
    await this.#redo(sequence);
    this.parts.log.info('decision about a parked sequence carried out', {
      subscription: this.name,
      sequence,
      eventType: decision.type,
    });
  }

  async #skip(sequence: string, eventId: string): Promise<void> {
    const { consumer, lease } = this.parts;
    const [first] = await this.#transaction((transaction) => waitingEvents(transaction, this.name, sequence));
    // Someone else's decision, or this one before a crash, has dealt with it already.
    if (first?.eventId !== eventId) return;
    if (consumer.kind === 'effects' && consumer.skip) {
      const event = await this.#loadEvent(first);
      await lease.confirm();
      await consumer.skip(event, sequence, () => lease.confirm());
    }
    await this.#transaction(async (transaction) => {
      await lease.hold(transaction);
      await removeFirst(transaction, this.name, sequence, eventId);
    });
  }

  async #redoDue(): Promise<void> {
    if (!this.#retries()) return;
    const due = await this.#transaction((transaction) => dueSequences(transaction, this.name));
    for (const sequence of due) await this.#redo(sequence);
  }

  /** Tries the waiting events of a sequence in order, until one fails or none is left. */
  async #redo(sequence: string): Promise<void> {
    const { consumer, lease, reach } = this.parts;
    const waiting = await this.#transaction((transaction) => waitingEvents(transaction, this.name, sequence));
    for (const entry of waiting) {
      const event = await this.#loadEvent(entry);
      reach('parking.before-redo');
      try {
        if (consumer.kind === 'effects') {
          await lease.confirm();
          await this.#act(consumer, event, sequence);
        }
        await this.#transaction(async (transaction) => {
          await lease.hold(transaction);
          await removeFirst(transaction, this.name, sequence, event.id);
          if (consumer.kind !== 'rows') return;
          await transaction.as(consumer.place.role);
          await this.#apply(consumer, [event], transaction, true);
        });
      } catch (error) {
        if (!(error instanceof EventFailed)) throw error;
        const state = await this.#transaction(async (transaction) => {
          await lease.hold(transaction);
          return this.#setAside(transaction, new EventFailed(event, sequence, error.cause), entry.attempts);
        });
        this.#blocked.set(sequence, state);
        return;
      }
      reach('parking.after-redo');
    }
    this.#blocked.delete(sequence);
  }

  async #setAside(transaction: Transaction, failed: EventFailed, earlierAttempts = 0): Promise<BlockedState> {
    const { log, settings } = this.parts;
    const code = errorCode(failed.cause);
    const attempts = earlierAttempts + 1;
    const state = await recordFailure(transaction, this.name, failed.sequence, failed.event, {
      errorCode: code,
      attempts,
      policy: settings.retry,
    });
    const { id: eventId, type: eventType, position, metadata } = failed.event;
    const { traceparent } = metadata;
    const fields = {
      subscription: this.name,
      traceparent,
      eventId,
      eventType,
      position,
      code,
      attempt: attempts,
    };
    if (state === 'parked') log.error('sequence parked', fields, failed.cause);
    else log.warn('event failed and will be tried again', fields, failed.cause);
    return state;
  }

  async #loadEvent(entry: { stream: string; revision: number; eventId: string }): Promise<RecordedEvent> {
    const read = await this.parts.store.readStream(entry.stream, { from: entry.revision, limit: 1 });
    const event = read?.events[0];
    if (event?.id !== entry.eventId) throw new Error('a parked event is not where it was in the log');
    return event;
  }

  async #move(transaction: Transaction, events: readonly RecordedEvent[]): Promise<void> {
    const last = events.at(-1);
    if (last) await this.#moveTo(transaction, last.position);
  }

  #moveTo(transaction: Transaction, to: Position): Promise<void> {
    return moveCheckpoint(transaction, this.parts.consumer.place, {
      subscription: this.name,
      epoch: this.parts.store.epoch,
      from: this.#checkpoint,
      to,
      fence: this.parts.lease.fence,
    });
  }

  #advance(events: readonly RecordedEvent[]): void {
    const last = events.at(-1);
    if (last) this.#advanceTo(last.position);
  }

  #advanceTo(position: Position): void {
    this.#position = position;
    this.#checkpoint = position;
    this.#passingSince = undefined;
  }

  #transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return inTransaction(
      this.parts.pool,
      { role: 'subs_runner', idleLimitMs: this.parts.settings.leaseMs },
      work,
    );
  }
}

/** Sorts an error out: the event's own, or one that has nothing to do with it. */
const asFailure = (event: RecordedEvent, sequence: string, error: unknown): unknown => {
  return isForeign(error) ? error : new EventFailed(event, sequence, error);
};

const isForeign = (error: unknown): boolean =>
  error instanceof Crashed || error instanceof LeaseLost || isPassing(error);
