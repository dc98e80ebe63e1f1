import type { AnyEvent, EventMetadata, Position, RecordedEvent } from '#kernel';

/** The revision that the caller saw last; 'no-stream' when it saw none. Always definite: there is no "any". */
export type ExpectedRevision = number | 'no-stream';

export interface EventToAppend {
  /** Deterministic (eventIdOf): the same command gives the same id, whoever repeats it. */
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: AnyEvent['data'];
  readonly metadata: EventMetadata;
}

export interface AppendRequest {
  readonly stream: string;
  readonly expectedRevision: ExpectedRevision;
  /** At least one; ids unique. */
  readonly events: readonly EventToAppend[];
}

export type AppendResult =
  | { readonly outcome: 'appended'; readonly revision: number; readonly position: Position }
  | { readonly outcome: 'conflict'; readonly actualRevision: ExpectedRevision };

export type SubscriptionMessage =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  /** Everything up to here has been delivered before this message; later ones will follow. */
  | { readonly kind: 'caught-up'; readonly position: Position | undefined }
  /** Nothing of interest between the last event and here: a checkpoint may move. */
  | { readonly kind: 'progress'; readonly position: Position };

/**
 * The log. Three adapters answer to one conformance suite (test/conformance), so the domain cannot tell them apart.
 * Repeating an append with the same ids at the same expected revision succeeds with the original revision and position.
 * @throws StoreOverloaded when the bounded queue is full, StoreUnavailable when the outcome could not be learnt,
 *   InvalidAppend for an empty list, repeated ids, incomplete metadata or an event over the size limit, BrokenStream.
 */
export interface EventStore {
  /** Which log this is; a checkpoint of another epoch must not be used. */
  readonly epoch: string;
  append(request: AppendRequest): Promise<AppendResult>;
  /**
   * Events from `from` (0 by default), at most `limit` (all by default), in pages inside; undefined when the stream does
   * not exist. `revision` is the head of the stream when the read began: without a limit, that of the last event.
   * @throws StoreUnavailable, UnreadableEvent, BrokenStream
   */
  readStream(
    stream: string,
    options?: { readonly from?: number; readonly limit?: number },
  ): Promise<{ readonly events: readonly RecordedEvent[]; readonly revision: number } | undefined>;
  /** One page of the log after a position, in order. @throws ForeignPosition, StoreUnavailable, UnreadableEvent */
  readAll(after: Position | undefined, limit: number): Promise<readonly RecordedEvent[]>;
  head(): Promise<Position | undefined>;
  /**
   * How many events stand after a position, up to `head`. Left out by a store whose positions are no count
   * (EventStoreDB): there only time tells how far behind a reader is.
   */
  eventsAfter?(after: Position | undefined, head: Position | undefined): number;
  /**
   * Never ends by itself; aborting the signal, or closing the store, ends it. Misses nothing, repeats nothing, survives
   * lost connections. Reads no faster than it is iterated: a slow consumer costs one page of memory. `caught-up` comes
   * each time that the end of the log has been reached.
   * @throws ForeignPosition, UnreadableEvent
   */
  subscribe(after: Position | undefined, signal: AbortSignal): AsyncIterable<SubscriptionMessage>;
  close(): Promise<void>;
}

/** A log that can take in the events of another one as they are: ids, revisions, versions and recorded times are kept. */
export interface ImportingEventStore extends EventStore {
  /**
   * Appends events of another log in their order; those that stand there already are passed over, so that it can be
   * resumed.
   * @throws InvalidAppend when a stream does not continue where it ends here, StoreUnavailable
   */
  importEvents(events: readonly RecordedEvent[]): Promise<void>;
}

export class StoreOverloaded extends Error {
  override readonly name = 'StoreOverloaded';
}
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  /** What an operator can do about it, in one sentence without a value, where that is known. */
  readonly advice?: string;
  constructor(message?: string, { advice, ...options }: ErrorOptions & { readonly advice?: string } = {}) {
    super(message, options);
    if (advice !== undefined) this.advice = advice;
  }
}
/** The position or checkpoint is none of this log (another epoch, or no position at all): reading on would lose events. */
export class ForeignPosition extends Error {
  override readonly name = 'ForeignPosition';
  constructor(readonly epoch: string) {
    super(`the position is not one of the log ${epoch}`);
  }
}
/** The log holds an event that this build does not know: it was written by a later one. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
  constructor(
    readonly type: string,
    readonly schemaVersion: number,
    readonly position: Position,
  ) {
    super(`this build cannot read ${type} version ${schemaVersion} at ${position}`);
  }
}
export class InvalidAppend extends Error {
  override readonly name = 'InvalidAppend';
}
/** Events of the stream are missing: somebody has deleted or cut it on the server. Nothing may be decided on the rest. */
export class BrokenStream extends Error {
  override readonly name = 'BrokenStream';
  readonly code = 'BROKEN_STREAM';
  constructor(readonly stream: string) {
    super(`events of ${stream} are missing: it was deleted or cut on the server of the log`);
  }
}
