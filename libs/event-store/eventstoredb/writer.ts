import { setTimeout as sleep } from 'node:timers/promises';
import type { EncodedAppend } from '../codec.js';
import { backOff } from '../back-off.js';
import { BrokenStream, StoreOverloaded, StoreUnavailable, type AppendResult } from '../port.js';
import { codeOf, isPassing, type Connection } from './connection.js';
import { positionOf, toServer, type ServerEvent } from './stored.js';

export interface WriterLimits {
  /** Appends that wait for their turn, at most; the next one is refused. */
  readonly maxQueued: number;
  /** Appends under way at the same time; the server takes 100 calls per connection, and reads need some. */
  readonly maxRunning: number;
  /** Longest wait of one caller for its answer, in milliseconds. */
  readonly appendMs: number;
  /** Longest wait for the answer to one attempt, and for the next event of a page, in milliseconds. */
  readonly attemptMs: number;
}

export interface WriterParts {
  readonly epoch: string;
  readonly prefix: string;
  readonly connection: Connection;
  readonly limits: WriterLimits;
  readonly onTrouble: (trouble: {
    readonly doing: 'append' | 'read' | 'listen';
    readonly code: string;
  }) => void;
}

/**
 * Appends, each by a call of its own, as many at a time as the server takes; the rest wait.
 *
 * An answer that does not come leaves the outcome unknown, and the event may still be stored later. The look-up is the
 * same append once more: the server finds the event ids where they would stand and gives their position, and whichever
 * of the two comes later writes nothing, since the expected revision is always definite. Where it sees another revision,
 * the events that stand there are read before anybody is told of a conflict.
 */
export class Writer {
  readonly #waiting: (() => void)[] = [];
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  constructor(private readonly parts: WriterParts) {}

  /** Appends that wait for their turn. */
  get queued(): number {
    return this.#waiting.length;
  }

  async append(append: EncodedAppend, recordedAt?: readonly string[]): Promise<AppendResult> {
    const { maxQueued, maxRunning, appendMs } = this.parts.limits;
    if (this.#closed) throw new StoreUnavailable('the store is closed');
    if (this.#waiting.length >= maxQueued) throw new StoreOverloaded(`${maxQueued} appends wait already`);
    const until = performance.now() + appendMs;
    if (this.#running.size >= maxRunning) await this.#turn(until);
    const running = this.#carryOut(append, recordedAt, until);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
      this.#waiting.shift()?.();
    }
  }

  /** Takes no more, and answers what waits. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#running.size > 0 || this.#waiting.length > 0)
      await Promise.allSettled([...this.#running, sleep(5)]);
  }

  async #turn(until: number): Promise<void> {
    const { appendMs } = this.parts.limits;
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(new StoreUnavailable(`not sent within ${appendMs} ms: nothing was written`));
      }, until - performance.now());
      this.#waiting.push(go);
    });
  }

  async #carryOut(
    append: EncodedAppend,
    recordedAt: readonly string[] | undefined,
    until: number,
  ): Promise<AppendResult> {
    const { connection, prefix, limits, onTrouble } = this.parts;
    const events = append.events.map((event, index) => toServer(event, recordedAt?.[index]));
    for (let failures = 0; ;) {
      const left = until - performance.now();
      if (left <= 0)
        throw new StoreUnavailable(
          `no answer within ${limits.appendMs} ms: the append may have been written or not`,
        );
      const attemptMs = Math.min(limits.attemptMs, left);
      try {
        const answer = await connection.append(prefix + append.stream, append.expected, events, attemptMs);
        return answer.outcome === 'wrong-revision'
          ? await this.#repeatedOrConflict(append, answer.actual, attemptMs)
          : this.#appended(append, answer.position ?? (await this.#positionOf(append, attemptMs)));
      } catch (error) {
        onTrouble({ doing: 'append', code: codeOf(error) });
        if (error instanceof BrokenStream) throw error;
        if (!isPassing(error))
          throw new StoreUnavailable(`the server refused the append (${codeOf(error)})`, { cause: error });
        failures += 1;
        // Never the whole of what is left: the look-up comes before the answer.
        await sleep(Math.min(Math.max(backOff(failures), 10), Math.max(until - performance.now(), 0)));
      }
    }
  }

  async #repeatedOrConflict(append: EncodedAppend, actual: number, ms: number): Promise<AppendResult> {
    const conflict: AppendResult = {
      outcome: 'conflict',
      actualRevision: actual === -1 ? 'no-stream' : actual,
    };
    if (actual < append.expected + append.events.length) return conflict;
    const written = await this.#whatStandsThere(append, ms);
    const same =
      written.length === append.events.length && written.every(({ id }, at) => id === append.events[at]?.id);
    const last = written.at(-1);
    return same && last ? this.#appended(append, last.position) : conflict;
  }

  /** For a server that acknowledges without saying where. */
  async #positionOf(append: EncodedAppend, ms: number): Promise<ServerEvent['position']> {
    const last = (await this.#whatStandsThere(append, ms)).at(-1);
    if (!last) throw new Error('the server does not find what it has acknowledged');
    return last.position;
  }

  async #whatStandsThere(append: EncodedAppend, ms: number): Promise<readonly ServerEvent[]> {
    const { connection, prefix } = this.parts;
    const { stream, expected, events } = append;
    return (await connection.readStream(prefix + stream, expected + 1, events.length, ms)) ?? [];
  }

  #appended(append: EncodedAppend, position: ServerEvent['position']): AppendResult {
    return {
      outcome: 'appended',
      revision: append.expected + append.events.length,
      position: positionOf(this.parts.epoch, position),
    };
  }
}
