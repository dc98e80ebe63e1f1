import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Position, RecordedEvent } from '#kernel';
import type { Codec } from '../codec.js';
import { follow } from '../follow.js';
import { Hint } from '../hint.js';
import {
  StoreUnavailable,
  type AppendRequest,
  type AppendResult,
  type EventStore,
  type SubscriptionMessage,
} from '../port.js';
import { numberOf, positionOf } from '../position.js';
import { listen } from './listener.js';
import { backOff, codeOf, isPassing, Session, sessionOf, type SessionLimits } from './session.js';
import { StreamReads } from './stream-reads.js';
import { Writer, type WriterLimits, type WriterParts } from './writer.js';

export interface PostgresEventStoreLimits extends WriterLimits {
  /** Limits of the server for a session that writes, in milliseconds; below batchMs, so that the server lets go first. */
  readonly write: SessionLimits;
  readonly read: SessionLimits;
  /** Sessions that read, at most. */
  readonly readers: number;
  /** Events per query. */
  readonly pageSize: number;
  /** A subscription looks this often without a hint, in milliseconds. */
  readonly pollMs: number;
}

export interface PostgresEventStoreOptions {
  /** The login role must be a member of log_appender and log_reader, which each session enters for good. */
  readonly connection: pg.ClientConfig;
  readonly codec: Codec;
  /** Shown by the server for each session; 'event-store' when absent. */
  readonly name?: string;
  readonly limits?: Partial<PostgresEventStoreLimits>;
  /** Told of lost sessions and failed batches, for the log: codes only. */
  readonly onTrouble?: WriterParts['onTrouble'];
  readonly onBatch?: WriterParts['onBatch'];
}

const defaultLimits: PostgresEventStoreLimits = {
  maxQueued: 2_000,
  maxBatchAppends: 128,
  maxBatchBytes: 1024 * 1024,
  appendMs: 10_000,
  batchMs: 4_000,
  write: { statementMs: 3_000, lockMs: 1_000, connectMs: 3_000 },
  read: { statementMs: 10_000, lockMs: 2_000, connectMs: 3_000 },
  readers: 4,
  pageSize: 500,
  pollMs: 500,
};

/**
 * Connects and learns which log this is.
 * @throws StoreUnavailable when the database cannot be reached, or would acknowledge what a power cut can take back
 */
export const openPostgresEventStore = async (
  options: PostgresEventStoreOptions,
): Promise<PostgresEventStore> => {
  const limits = { ...defaultLimits, ...options.limits };
  const session = new Session(sessionOf(options.connection, 'log_appender', 'event-store', limits.read));
  try {
    await session.connect();
    const [row] = await session.run<{ epoch: string; commit: string }>(
      `SELECT epoch, current_setting('synchronous_commit') AS commit FROM log.epoch`,
      limits.read.statementMs,
    );
    if (!row) throw new Error('log.epoch is empty');
    if (row.commit === 'off') throw new Error('synchronous_commit is off');
    return new PostgresEventStore(row.epoch, options, limits);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'no reason given';
    throw new StoreUnavailable(`the log could not be opened (${codeOf(error)}): ${reason}`, { cause: error });
  } finally {
    await session.end();
  }
};

/** The log in schema `log` of a PostgreSQL database. Why it is built this way: README.md. */
export class PostgresEventStore implements EventStore {
  readonly #codec: Codec;
  readonly #limits: PostgresEventStoreLimits;
  readonly #onTrouble: WriterParts['onTrouble'];
  readonly #writer: Writer;
  readonly #readers: pg.Pool;
  readonly #listenerConfig: pg.ClientConfig;
  readonly #streamReads = new StreamReads<StreamRow>((streams, froms, sizes) =>
    this.#read<StreamRow>(firstPages, [streams, froms, sizes]),
  );
  readonly #hint = new Hint();
  readonly #closing = new AbortController();
  #listening: Promise<void> | undefined;

  constructor(
    readonly epoch: string,
    {
      connection,
      codec,
      name = 'event-store',
      onTrouble = () => undefined,
      onBatch,
    }: PostgresEventStoreOptions,
    limits: PostgresEventStoreLimits,
  ) {
    this.#codec = codec;
    this.#limits = limits;
    this.#onTrouble = onTrouble;
    const session = sessionOf(connection, 'log_appender', `${name} append`, limits.write);
    this.#writer = new Writer({ epoch, session, limits, onTrouble, onBatch });
    const reading = sessionOf(connection, 'log_reader', `${name} read`, limits.read);
    this.#readers = new pg.Pool({
      ...reading,
      options: `${reading.options} -c default_transaction_read_only=on`,
      max: limits.readers,
    });
    // An idle session that dies is replaced at the next read; unheard, it would end the process.
    this.#readers.on('error', (error) => onTrouble({ doing: 'read', code: codeOf(error) }));
    this.#listenerConfig = { ...reading, application_name: `${name} listen` };
  }

  /** Appends that wait for their batch: a measure of load. */
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
    const first = await this.#streamReads.read({
      stream,
      from,
      size: Math.min(this.#limits.pageSize, limit),
    });
    // The head of the first page holds for all: what is appended while reading is left for the next read.
    const { head } = first;
    if (head === null) return undefined;
    const events = first.rows.map((row) => this.#recorded(row));
    let page: readonly EventRow[] = first.rows;
    while (page.length > 0 && events.length < limit && from + events.length <= head) {
      const size = Math.min(this.#limits.pageSize, limit - events.length);
      page = await this.#read<EventRow>(nextPage, [stream, from + events.length, size, head]);
      for (const row of page) events.push(this.#recorded(row));
    }
    return { events, revision: head };
  }

  async readAll(after: Position | undefined, limit: number): Promise<readonly RecordedEvent[]> {
    const rows = await this.#read<EventRow>(allPage, [numberOf(this.epoch, after), limit]);
    return rows.map((row) => this.#recorded(row));
  }

  async head(): Promise<Position | undefined> {
    const [row] = await this.#read<{ head: string | null }>(headOfLog, []);
    return row?.head == null ? undefined : positionOf(this.epoch, row.head);
  }

  /** The log is numbered without gaps. */
  eventsAfter(after: Position | undefined, head: Position | undefined): number {
    return Math.max(0, numberOf(this.epoch, head) - numberOf(this.epoch, after));
  }

  subscribe(after: Position | undefined, signal: AbortSignal): AsyncIterable<SubscriptionMessage> {
    const ending = AbortSignal.any([signal, this.#closing.signal]);
    this.#listening ??= listen(this.#listenerConfig, this.#hint, this.#closing.signal, this.#onTrouble);
    return follow({
      after,
      signal: ending,
      hint: this.#hint,
      pollMs: this.#limits.pollMs,
      pageSize: this.#limits.pageSize,
      readPage: (position, limit) => this.#readPatiently(position, limit, ending),
    });
  }

  /** Answers the appends that wait, ends the subscriptions, then the sessions. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#writer.close();
    await this.#listening;
    await this.#readers.end();
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

  /** A read can be repeated: a session that was lost meanwhile is not the caller's concern. */
  async #read<Row extends object>(query: { name: string; text: string }, values: unknown[]): Promise<Row[]> {
    for (let failures = 0; ;) {
      try {
        const { rows } = await this.#readers.query<Row & pg.QueryResultRow>({ ...query, values });
        return rows;
      } catch (error) {
        if (!isPassing(error)) throw error;
        failures += 1;
        this.#onTrouble({ doing: 'read', code: codeOf(error) });
        if (failures > 2 || this.#closing.signal.aborted)
          throw new StoreUnavailable(`the log could not be read (${codeOf(error)})`, { cause: error });
        await sleep(backOff(failures));
      }
    }
  }

  #recorded(row: EventRow): RecordedEvent {
    return this.#codec.decode({
      id: row.id,
      stream: row.stream,
      revision: row.revision,
      position: positionOf(this.epoch, row.position),
      type: row.type,
      schemaVersion: row.schema_version,
      data: JSON.parse(row.data) as RecordedEvent['data'],
      metadata: JSON.parse(row.metadata) as RecordedEvent['metadata'],
      recordedAt: row.recorded_at,
    });
  }
}

interface EventRow {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  /** bigint comes as text */
  readonly position: string;
  readonly type: string;
  readonly schema_version: number;
  readonly data: string;
  readonly metadata: string;
  readonly recorded_at: string;
}
/** Of one stream among several that were asked for: the place of its request, and its head. */
type StreamRow = EventRow & { readonly n: string; readonly head: number | null };

// As text, so that no setting of driver or session changes what is read.
const columns = `e.id, e.stream, e.revision, e.position, e.type, e.schema_version, e.data::text AS data,
  e.metadata::text AS metadata, to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS recorded_at`;

// Heads and first pages of several streams in one statement, of one snapshot, in one round trip.
const firstPages = {
  name: 'log-streams-first',
  text: `SELECT q.n, h.head, e.*
    FROM unnest($1::text[], $2::integer[], $3::integer[]) WITH ORDINALITY AS q (stream, first, size, n)
    CROSS JOIN LATERAL (
      SELECT max(revision) AS head FROM log.events WHERE stream = q.stream COLLATE "C"
    ) h
    LEFT JOIN LATERAL (
      SELECT ${columns} FROM log.events e
      WHERE e.stream = q.stream COLLATE "C" AND e.revision >= q.first AND e.revision <= h.head
      ORDER BY e.revision LIMIT q.size
    ) e ON true
    ORDER BY q.n, e.revision`,
};
const nextPage = {
  name: 'log-stream-next',
  text: `SELECT ${columns} FROM log.events e
    WHERE e.stream = $1 AND e.revision >= $2 AND e.revision <= $4 ORDER BY e.revision LIMIT $3`,
};
const allPage = {
  name: 'log-all',
  text: `SELECT ${columns} FROM log.events e WHERE e.position > $1 ORDER BY e.position LIMIT $2`,
};
const headOfLog = { name: 'log-head', text: 'SELECT max(position) AS head FROM log.events' };
