import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonEvent } from '@eventstore/db-client';
import type { Position, RecordedEvent } from '#kernel';
import { backOff } from '../back-off.js';
import { uncheckedCanonicalJson } from '../canonical-json.js';
import type { Codec, EncodedEvent } from '../codec.js';
import { follow } from '../follow.js';
import { Hint } from '../hint.js';
import {
  BrokenStream,
  InvalidAppend,
  StoreUnavailable,
  type AppendRequest,
  type AppendResult,
  type ImportingEventStore,
  type SubscriptionMessage,
} from '../port.js';
import { codeOf, Connection, isPassing, isUntrusted } from './connection.js';
import { listen } from './listener.js';
import {
  isAfter,
  positionOf,
  serverPositionOf,
  toRecorded,
  type ServerEvent,
  type ServerPosition,
} from './stored.js';
import { Writer, type WriterLimits, type WriterParts } from './writer.js';

export interface EventStoreDBEventStoreLimits extends WriterLimits {
  /** How long a read is repeated before it is given up, in milliseconds. */
  readonly readMs: number;
  /** Events per page. */
  readonly pageSize: number;
  /** A subscription looks this often without a hint, in milliseconds. */
  readonly pollMs: number;
  /** How often the live subscription is compared with the head of the log, in milliseconds. */
  readonly watchMs: number;
}

export interface EventStoreDBEventStoreOptions {
  /** `esdb://` or `esdb+discover://`; TLS, user, password and members of the cluster stand in it. */
  readonly url: string;
  /** Which log on the server: letters and digits. Its streams are `<log>.<stream>` there. */
  readonly log: string;
  readonly codec: Codec;
  readonly limits?: Partial<EventStoreDBEventStoreLimits>;
  /** Told of failed calls and lost subscriptions, for the log: codes only. */
  readonly onTrouble?: WriterParts['onTrouble'];
}

const defaultLimits: EventStoreDBEventStoreLimits = {
  maxQueued: 2_000,
  maxRunning: 48,
  appendMs: 10_000,
  attemptMs: 4_000,
  readMs: 10_000,
  pageSize: 500,
  pollMs: 500,
  watchMs: 5_000,
};

/**
 * Connects and learns which log this is; makes the log when it is not there.
 * @throws StoreUnavailable when the server cannot be reached, or the connection string or the log's name is wrong
 */
export const openEventStoreDB = async (
  options: EventStoreDBEventStoreOptions,
): Promise<EventStoreDBEventStore> => {
  const limits = { ...defaultLimits, ...options.limits };
  let connection: Connection | undefined;
  try {
    if (!/^[a-z][a-z0-9]{0,39}$/.test(options.log))
      throw new Error('the name of a log is small letters and digits');
    connection = connectionTo(options.url);
    const started = await startOf(connection, options.log, limits.readMs);
    return new EventStoreDBEventStore(started, connection, options, limits);
  } catch (error) {
    await connection?.close();
    const reason = error instanceof Error ? error.message : 'no reason given';
    throw new StoreUnavailable(`the log could not be opened (${codeOf(error)}): ${reason}`, {
      cause: error,
      ...adviceOn(error),
    });
  }
};

const connectionTo = (url: string): Connection => {
  try {
    return new Connection(url);
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    // The driver quotes what it cannot read, and that may be the password.
    throw new Error(reason.includes('"') ? 'the connection string cannot be read' : reason);
  }
};

/** What is commonly wrong, in words; the text of the error may hold more than anybody should read. */
const adviceOn = (error: unknown): { readonly advice?: string } => {
  if (codeOf(error) === 'access-denied')
    return {
      advice: 'The event log refuses the user: see that user and password in EVENTSTORE_URL are right.',
    };
  if (isUntrusted(error))
    return {
      advice:
        'The certificate of the event log cannot be trusted: see that tlsCAFile in EVENTSTORE_URL is the file of the authority that signed it, and that the hosts are those of the certificate.',
    };
  return {};
};

interface Start {
  readonly epoch: string;
  /** No event of the log stands before it. */
  readonly position: ServerPosition;
}

/**
 * The epoch is the first event of a stream of its own, outside the log: who comes first writes it, all others read it.
 * `-` is in no name of a log, so that it cannot be a stream of one.
 */
const startOf = async (connection: Connection, log: string, ms: number): Promise<Start> => {
  const stream = `log-epoch-${log}`;
  const until = performance.now() + ms;
  for (let failures = 0; ;) {
    try {
      const [first] = (await connection.readStream(stream, 0, 1, ms)) ?? [];
      if (first)
        return { epoch: (JSON.parse(first.data) as { epoch: string }).epoch, position: first.position };
      const epoch = `e${randomUUID().replaceAll('-', '').slice(0, 11)}`;
      // Whether it was written or another was quicker: the next read tells.
      await connection.append(stream, -1, [jsonEvent({ type: 'LogStarted', data: { epoch } })], ms);
    } catch (error) {
      if (!isPassing(error) || isUntrusted(error) || performance.now() > until) throw error;
      failures += 1;
      await sleep(Math.max(backOff(failures), 50));
    }
  }
};

/** The log on EventStoreDB. Why it is built this way: README.md. */
export class EventStoreDBEventStore implements ImportingEventStore {
  readonly epoch: string;
  readonly #connection: Connection;
  readonly #start: ServerPosition;
  readonly #prefix: string;
  readonly #codec: Codec;
  readonly #limits: EventStoreDBEventStoreLimits;
  readonly #onTrouble: WriterParts['onTrouble'];
  readonly #writer: Writer;
  readonly #hint = new Hint();
  readonly #closing = new AbortController();
  #listening: Promise<void> | undefined;
  #hasEvents = false;

  constructor(
    { epoch, position }: Start,
    connection: Connection,
    { log, codec, onTrouble = () => undefined }: EventStoreDBEventStoreOptions,
    limits: EventStoreDBEventStoreLimits,
  ) {
    this.epoch = epoch;
    this.#start = position;
    this.#connection = connection;
    this.#prefix = `${log}.`;
    this.#codec = codec;
    this.#limits = limits;
    this.#onTrouble = onTrouble;
    this.#writer = new Writer({ epoch, prefix: this.#prefix, connection, limits, onTrouble });
  }

  /** Appends that wait for their turn: a measure of load. */
  get queued(): number {
    return this.#writer.queued;
  }

  // Async, so that what the codec refuses is a rejection like any other.
  async append(request: AppendRequest): Promise<AppendResult> {
    return this.#writer.append(this.#codec.encode(request));
  }

  async readStream(
    stream: string,
    { from = 0, limit = Infinity }: { readonly from?: number; readonly limit?: number } = {},
  ): Promise<{ readonly events: readonly RecordedEvent[]; readonly revision: number } | undefined> {
    const events: RecordedEvent[] = [];
    while (events.length < limit) {
      const start = from + events.length;
      const size = Math.min(this.#limits.pageSize, limit - events.length);
      const page = await this.#read((ms) =>
        this.#connection.readStream(this.#prefix + stream, start, size, ms),
      );
      if (page === undefined) return undefined;
      for (const event of page) events.push(this.#recorded(event));
      if (page.length === size) continue;
      const last = events.at(-1);
      if (last) return { events, revision: last.revision };
      const head = await this.#headOf(stream);
      if (head === undefined) return undefined;
      // Otherwise something stands there: written between the two reads, or the answer was cut short.
      if (head < start) return { events, revision: head };
    }
    const head = await this.#headOf(stream);
    return head === undefined ? undefined : { events, revision: head };
  }

  async readAll(after: Position | undefined, limit: number): Promise<readonly RecordedEvent[]> {
    const page = await this.#readAfter(after, limit);
    return page.map((event) => this.#recorded(event));
  }

  async head(): Promise<Position | undefined> {
    const position = await this.#headPosition();
    return position && positionOf(this.epoch, position);
  }

  subscribe(after: Position | undefined, signal: AbortSignal): AsyncIterable<SubscriptionMessage> {
    const ending = AbortSignal.any([signal, this.#closing.signal]);
    this.#listening ??= listen({
      subscribe: () => this.#connection.subscribe(this.#prefix),
      head: () => this.#headPosition(),
      hint: this.#hint,
      signal: this.#closing.signal,
      watchMs: this.#limits.watchMs,
      onTrouble: this.#onTrouble,
    });
    return follow({
      after,
      signal: ending,
      hint: this.#hint,
      pollMs: this.#limits.pollMs,
      pageSize: this.#limits.pageSize,
      readPage: (position, limit) => this.#readPatiently(position, limit, ending),
    });
  }

  async importEvents(events: readonly RecordedEvent[]): Promise<void> {
    for (const run of runsOf(events, this.#limits.pageSize)) await this.#importRun(run);
  }

  /** Answers the appends that wait, ends the subscriptions, then the connection. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#writer.close();
    await this.#listening;
    await this.#connection.close();
  }

  /** @param run consecutive events of one stream */
  async #importRun(run: readonly RecordedEvent[]): Promise<void> {
    const [first] = run;
    if (!first) return;
    const { stream, revision } = first;
    const result = await this.#writer.append(
      {
        stream,
        expected: revision - 1,
        events: run.map(encoded),
        bytes: 0,
      },
      run.map(({ recordedAt }) => recordedAt),
    );
    if (result.outcome === 'appended') return;
    // A former import may have come part of the way.
    const there =
      (await this.#read((ms) =>
        this.#connection.readStream(this.#prefix + stream, revision, run.length, ms),
      )) ?? [];
    const same = there.every(({ id }, at) => id === run[at]?.id);
    if (!same || there.length === 0 || there.length === run.length)
      throw new InvalidAppend(`${stream} does not continue at revision ${revision}`);
    await this.#importRun(run.slice(there.length));
  }

  async #readAfter(after: Position | undefined, limit: number): Promise<readonly ServerEvent[]> {
    const start = after === undefined ? this.#start : serverPositionOf(this.epoch, after);
    // The server begins with the record at the position, when it is one of the log.
    const page = await this.#read((ms) => this.#connection.readLog(this.#prefix, start, limit + 1, ms));
    return page.filter(({ position }) => isAfter(position, start)).slice(0, limit);
  }

  async #headPosition(): Promise<ServerPosition | undefined> {
    // A search for the last event of a log without events would go back through all that the server holds.
    this.#hasEvents ||= (await this.#readAfter(undefined, 1)).length > 0;
    if (!this.#hasEvents) return undefined;
    const [last] = await this.#read((ms) => this.#connection.readLog(this.#prefix, 'end', 1, ms));
    return last?.position;
  }

  async #headOf(stream: string): Promise<number | undefined> {
    const last = await this.#read((ms) => this.#connection.readStream(this.#prefix + stream, 'end', 1, ms));
    return last?.at(0)?.revision;
  }

  /** As long as it takes: a subscription outlives a server that is away. */
  async #readPatiently(
    after: Position | undefined,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly RecordedEvent[]> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await this.readAll(after, limit);
      } catch (error) {
        if (signal.aborted) return [];
        if (!(error instanceof StoreUnavailable)) throw error;
        await sleep(backOff(failures + 1), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** A read can be repeated: a connection that was lost meanwhile is not the caller's concern, for a while. */
  async #read<Result>(call: (ms: number) => Promise<Result>): Promise<Result> {
    const until = performance.now() + this.#limits.readMs;
    for (let failures = 0; ;) {
      if (this.#closing.signal.aborted) throw new StoreUnavailable('the store is closed');
      try {
        return await call(Math.min(this.#limits.attemptMs, Math.max(until - performance.now(), 1)));
      } catch (error) {
        failures += 1;
        this.#onTrouble({ doing: 'read', code: codeOf(error) });
        if (error instanceof BrokenStream) throw error;
        if (!isPassing(error) || performance.now() > until)
          throw new StoreUnavailable(`the log could not be read (${codeOf(error)})`, { cause: error });
        await sleep(Math.max(backOff(failures), 10));
      }
    }
  }

  #recorded(event: ServerEvent): RecordedEvent {
    return this.#codec.decode(toRecorded(this.epoch, this.#prefix, event));
  }
}

/** As it was stored, in whatever version: a copy is not for the catalogue to judge. */
const encoded = ({ id, type, schemaVersion, data, metadata }: RecordedEvent): EncodedEvent => ({
  id,
  type,
  schemaVersion,
  data: uncheckedCanonicalJson(data),
  metadata: uncheckedCanonicalJson(metadata),
});

/** Largest append of an import, in characters of JSON; the server refuses 1 MiB. */
const maxRunSize = 400 * 1024;

/** The events in their order, those that follow each other in one stream together. */
function* runsOf(
  events: readonly RecordedEvent[],
  mostEvents: number,
): Generator<readonly RecordedEvent[], void, void> {
  let run: RecordedEvent[] = [];
  let size = 0;
  for (const event of events) {
    const last = run.at(-1);
    const follows = last && last.stream === event.stream && last.revision + 1 === event.revision;
    const own = JSON.stringify(event).length;
    if (run.length > 0 && (!follows || run.length === mostEvents || size + own > maxRunSize)) {
      yield run;
      run = [];
      size = 0;
    }
    run.push(event);
    size += own;
  }
  if (run.length > 0) yield run;
}
