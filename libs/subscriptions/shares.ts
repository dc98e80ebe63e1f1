import { setMaxListeners } from 'node:events';
import type { Pool } from 'pg';
import { pause } from './pause.js';
import { inTransaction } from './transaction.js';

/** A worker that lives, and the subscriptions that it would work on. */
export interface WillingWorker {
  readonly holder: string;
  readonly subscriptions: readonly string[];
}

/**
 * Who is to hold which subscription: as even as the roles of the workers allow. The same workers in any order give the
 * same answer, so that each can work it out for itself.
 * @returns the holder of each subscription that anybody would work on
 */
export const allot = (workers: readonly WillingWorker[]): ReadonlyMap<string, string> => {
  const willing = new Map<string, string[]>();
  for (const { holder, subscriptions } of [...workers].sort((one, other) => order(one.holder, other.holder)))
    for (const subscription of subscriptions)
      willing.set(subscription, [...(willing.get(subscription) ?? []), holder]);
  const load = new Map<string, number>();
  const loadOf = (holder: string): number => load.get(holder) ?? 0;
  // What only few would take comes first: it cannot make way for anything later.
  const inOrder = [...willing].sort(
    ([one, few], [other, more]) => few.length - more.length || order(one, other),
  );
  return new Map(
    inOrder.map(([subscription, holders]) => {
      const least = holders.reduce((best, next) => (loadOf(next) < loadOf(best) ? next : best));
      load.set(least, loadOf(least) + 1);
      return [subscription, least];
    }),
  );
};

const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

export interface SharesParts {
  readonly pool: Pool;
  readonly holder: string;
  /** How long a worker counts as living after its last sign, in milliseconds: the length of a lease. */
  readonly leaseMs: number;
  /** Milliseconds between two signs of life. */
  readonly beatMs: number;
  /** What this worker would work on now; a runner that hangs or has failed is not among it. */
  readonly willing: () => readonly string[];
  /** Called when this worker's share has changed. */
  readonly changed: () => void;
  readonly onTrouble: (error: unknown) => void;
}

/** This worker's share of the subscriptions, kept up to date by signs of life in the database. */
export class Shares {
  #mine: ReadonlySet<string> | undefined;
  #change = new AbortController();

  constructor(private readonly parts: SharesParts) {}

  /** False before the first sign of life. */
  get known(): boolean {
    return this.#mine !== undefined;
  }

  /** Whether this worker is the one to hold it; never before the share is known. */
  includes(subscription: string): boolean {
    return this.#mine?.has(subscription) ?? false;
  }

  /** Waits so many milliseconds, or until the share changes or the worker stops. */
  waitForChange(ms: number): Promise<void> {
    const { signal } = this.#change;
    // Every runner may be waiting.
    setMaxListeners(0, signal);
    return pause(ms, signal);
  }

  /** Gives signs of life until the signal is aborted, then says goodbye, so that the others need not wait. */
  async keep(signal: AbortSignal, sayGoodbye: () => boolean): Promise<void> {
    signal.addEventListener('abort', () => this.#wake(), { once: true });
    while (!signal.aborted) {
      await this.#beat().catch(this.parts.onTrouble);
      await pause(this.parts.beatMs, signal);
    }
    if (sayGoodbye()) await this.#leave().catch(() => undefined);
  }

  async #beat(): Promise<void> {
    const { holder, leaseMs, willing, changed } = this.parts;
    const subscriptions = willing();
    const others = await this.#query<WillingWorker>(
      `with gone as (
         delete from subs.workers where holder <> $1 and expires_at < clock_timestamp()
       ), here as (
         insert into subs.workers (holder, subscriptions, expires_at)
         values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
         on conflict (holder) do update
           set subscriptions = excluded.subscriptions, expires_at = excluded.expires_at
       )
       select holder, subscriptions from subs.workers where holder <> $1 and expires_at >= clock_timestamp()`,
      [holder, subscriptions, leaseMs],
    );
    const allotted = allot([...others, { holder, subscriptions }]);
    const mine = new Set([...allotted].flatMap(([name, whose]) => (whose === holder ? [name] : [])));
    const before = this.#mine;
    this.#mine = mine;
    if (before?.size === mine.size && [...mine].every((name) => before.has(name))) return;
    this.#wake();
    changed();
  }

  #leave(): Promise<unknown> {
    return this.#query(`delete from subs.workers where holder = $1`, [this.parts.holder]);
  }

  #wake(): void {
    const told = this.#change;
    this.#change = new AbortController();
    told.abort();
  }

  async #query<Row extends object>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    const { pool, leaseMs } = this.parts;
    return inTransaction(
      pool,
      { role: 'subs_runner', idleLimitMs: leaseMs },
      async (transaction) => (await transaction.query<Row>(sql, values)).rows,
    );
  }
}
