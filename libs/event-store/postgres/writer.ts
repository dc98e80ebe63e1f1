import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { EncodedAppend } from '../codec.js';
import { positionOf } from '../position.js';
import { InvalidAppend, StoreOverloaded, StoreUnavailable, type AppendResult } from '../port.js';
import { backOff, codeOf, isLoss, isPassing, Session } from './session.js';

export interface WriterLimits {
  /** Appends that wait, at most; the next one is refused. */
  readonly maxQueued: number;
  readonly maxBatchAppends: number;
  /** Of data and metadata. A single larger append goes alone. */
  readonly maxBatchBytes: number;
  /** Longest wait of one caller for its answer, in milliseconds. */
  readonly appendMs: number;
  /** Longest wait for the answer to one batch before its session is cut, in milliseconds. */
  readonly batchMs: number;
}

export interface WriterParts {
  readonly epoch: string;
  readonly session: pg.ClientConfig;
  readonly limits: WriterLimits;
  /** Told of each failed batch: only codes. */
  readonly onTrouble: (trouble: {
    readonly doing: 'append' | 'read' | 'listen';
    readonly code: string;
  }) => void;
  /** Told of each batch that was committed. */
  readonly onBatch?: (batch: { readonly appends: number; readonly seconds: number }) => void;
}

interface Pending {
  readonly append: EncodedAppend;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: Error) => void;
  timer?: NodeJS.Timeout;
  settled: boolean;
  sent: boolean;
  /** It was in a batch that the server refused: it goes by itself, so that one append cannot hold up the others twice. */
  alone: boolean;
}

interface ResultRow {
  readonly append: number;
  readonly outcome: 'appended' | 'repeated' | 'conflict' | 'duplicate';
  readonly revision: number;
  readonly position: string | null;
}

/** A session that appends, and what goes over it. */
interface Lane {
  session?: Session;
  running?: Promise<void>;
}

/**
 * Group commit: while one batch commits, the next collects. A batch begins when none is under way, or beside one that
 * is when it is full, over a second session: the server reads it while the first is written. Batches never get smaller
 * by it, and a stream is in one of them at most.
 *
 * An answer that does not come (session killed, server gone, time limit) leaves the outcome unknown. The look-up is the
 * same append once more: log.append finds the event ids where they would stand, and where the first attempt is at work
 * it waits for it at the lock; where the first attempt comes later, it finds what the look-up has written. So a repeat
 * can neither write twice nor take its own success for somebody else's conflict.
 */
export class Writer {
  #queue: Pending[] = [];
  readonly #lanes: readonly Lane[] = [{}, {}];
  /** Streams of the batches under way. */
  readonly #busy = new Set<string>();
  #closed = false;

  constructor(private readonly parts: WriterParts) {}

  /** Appends that wait for their batch. */
  get queued(): number {
    return this.#queue.length;
  }

  append(append: EncodedAppend): Promise<AppendResult> {
    const { limits } = this.parts;
    if (this.#closed) return Promise.reject(new StoreUnavailable('the store is closed'));
    if (this.#queue.length >= limits.maxQueued)
      return Promise.reject(new StoreOverloaded(`${limits.maxQueued} appends wait already`));
    return new Promise((resolve, reject) => {
      const pending: Pending = { append, resolve, reject, settled: false, sent: false, alone: false };
      pending.timer = setTimeout(() => this.#expire(pending), limits.appendMs);
      this.#queue.push(pending);
      this.#wake();
    });
  }

  /** Takes no more, answers what waits, ends the sessions. */
  async close(): Promise<void> {
    this.#closed = true;
    // A lane that ends may leave something to another, so until none runs.
    while (this.#lanes.some(({ running }) => running !== undefined))
      await Promise.all(this.#lanes.map(({ running }) => running));
    await Promise.all(this.#lanes.map(({ session }) => session?.end()));
  }

  #wake(): void {
    if (this.#busy.size > 0 && this.#queue.length < this.parts.limits.maxBatchAppends) return;
    const lane = this.#lanes.find(({ running }) => !running);
    if (lane) lane.running = this.#run(lane);
  }

  async #run(lane: Lane): Promise<void> {
    // One turn of the event loop, so that what arrives together goes together.
    await new Promise((resolve) => setImmediate(resolve));
    let failures = 0;
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) {
      try {
        const began = performance.now();
        settle(batch, await this.#send(lane, batch), this.parts.epoch);
        this.parts.onBatch?.({ appends: batch.length, seconds: (performance.now() - began) / 1_000 });
        failures = 0;
        this.#release(batch);
      } catch (error) {
        failures += 1;
        this.parts.onTrouble({ doing: 'append', code: codeOf(error) });
        this.#release(batch);
        this.#failed(lane, batch, error);
        await sleep(backOff(failures));
      }
    }
    // Nothing is awaited between the last look at the queue and this line, so no append can be left behind: what waits
    // now waits for the batch of another lane, which looks again when that has ended.
    lane.running = undefined;
  }

  #release(batch: readonly Pending[]): void {
    for (const { append } of batch) this.#busy.delete(append.stream);
  }

  /**
   * The oldest appends, each stream once: two appends to one stream must see one another. None while another batch is
   * under way, unless these fill one.
   */
  #take(): Pending[] {
    const { maxBatchAppends, maxBatchBytes } = this.parts.limits;
    const batch: Pending[] = [];
    const rest: Pending[] = [];
    const streams = new Set(this.#busy);
    let bytes = 0;
    let full = false;
    for (const pending of this.#queue) {
      if (pending.settled) continue;
      const { stream } = pending.append;
      const fits =
        batch.length === 0 ||
        (batch.length < maxBatchAppends && bytes + pending.append.bytes <= maxBatchBytes);
      full ||= !fits;
      const goes =
        fits && !streams.has(stream) && (batch.length === 0 || (!pending.alone && !batch[0]?.alone));
      // A later append to the same stream must not overtake an earlier one.
      streams.add(stream);
      if (!goes) {
        rest.push(pending);
        continue;
      }
      bytes += pending.append.bytes;
      batch.push(pending);
      full ||= batch.length === maxBatchAppends;
    }
    if (this.#busy.size > 0 && !full) return [];
    this.#queue = rest;
    for (const { append } of batch) this.#busy.add(append.stream);
    return batch;
  }

  async #send(lane: Lane, batch: readonly Pending[]): Promise<readonly ResultRow[]> {
    const session = await this.#liveSession(lane);
    for (const pending of batch) pending.sent = true;
    // One message, no parameters: the server holds either none or all of it, and needs nothing more from this process
    // to begin, commit and let go of its locks, even if the process is stopped right now.
    return session.run<ResultRow>(callOf(batch), this.parts.limits.batchMs);
  }

  async #liveSession(lane: Lane): Promise<Session> {
    if (lane.session?.alive) return lane.session;
    const session = new Session(this.parts.session);
    await session.connect();
    lane.session = session;
    return session;
  }

  #failed(lane: Lane, batch: readonly Pending[], error: unknown): void {
    // A session that could not be had (too many of them) is no fault of the batch, nor is the one lock that all wait for:
    // the other batch may hold it, and nothing of this one may be overtaken for that.
    const lost = isLoss(error) || codeOf(error) === '55P03' || (isPassing(error) && !lane.session?.alive);
    // Whatever state it is in, the next attempt is better off with a fresh one.
    lane.session?.cut();
    if (isPassing(error) || batch.length > 1) {
      const again = batch.filter(({ settled }) => !settled);
      if (lost) {
        this.#queue = [...again, ...this.#queue];
        return;
      }
      // One of many has spoilt the batch: by itself it spoils only itself, and behind the others it does not starve them.
      for (const pending of again) pending.alone = true;
      this.#queue = [...this.#queue, ...again];
      return;
    }
    for (const pending of batch)
      finish(pending, () =>
        pending.reject(
          new StoreUnavailable(`the server refused the append (${codeOf(error)})`, { cause: error }),
        ),
      );
  }

  #expire(pending: Pending): void {
    const message = pending.sent
      ? `no answer within ${this.parts.limits.appendMs} ms: the append may have been written or not`
      : `not sent within ${this.parts.limits.appendMs} ms: nothing was written`;
    finish(pending, () => pending.reject(new StoreUnavailable(message)));
    this.#queue = this.#queue.filter((other) => other !== pending);
  }
}

const finish = (pending: Pending, answer: () => void): void => {
  if (pending.settled) return;
  pending.settled = true;
  clearTimeout(pending.timer);
  answer();
};

const settle = (batch: readonly Pending[], rows: readonly ResultRow[], epoch: string): void => {
  if (rows.length !== batch.length) throw new Error('log.append did not answer for each append');
  for (const { append, outcome, revision, position } of rows) {
    const pending = batch[append - 1];
    if (pending) finish(pending, () => answer(pending, outcome, revision, position, epoch));
  }
};

const answer = (
  pending: Pending,
  outcome: ResultRow['outcome'],
  revision: number,
  position: string | null,
  epoch: string,
): void => {
  switch (outcome) {
    case 'appended':
    case 'repeated':
      if (position === null) throw new Error('log.append gave no position');
      return pending.resolve({ outcome: 'appended', revision, position: positionOf(epoch, position) });
    case 'conflict':
      return pending.resolve({
        outcome: 'conflict',
        actualRevision: revision === -1 ? 'no-stream' : revision,
      });
    case 'duplicate':
      return pending.reject(
        new InvalidAppend('the id of an event stands in the log already, at another place'),
      );
  }
};

/** One array each, as log.append takes them. data and metadata go in as they are: the column keeps their canonical text. */
const callOf = (batch: readonly Pending[]): string => {
  const appends = batch.map(({ append }) => append);
  const events = appends.flatMap((append) => append.events);
  return `SELECT * FROM log.append(${texts(appends.map(({ stream }) => stream))},
    '{${appends.map(({ expected }) => expected).join()}}', '{${appends.map((append) => append.events.length).join()}}',
    ${texts(events.map(({ id }) => id))}, ${texts(events.map(({ type }) => type))},
    '{${events.map(({ schemaVersion }) => schemaVersion).join()}}',
    ${jsons(events.map(({ data }) => data))}, ${jsons(events.map(({ metadata }) => metadata))})`;
};

/** Names and ids as one literal, which the server reads faster than a list of many. */
const texts = (values: readonly string[]): string =>
  quoted(`{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join()}}`);
const jsons = (values: readonly string[]): string => `ARRAY[${values.map(quoted).join()}]::json[]`;
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
