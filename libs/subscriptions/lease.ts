import type { Pool } from 'pg';
import type { ProjectionTransaction } from '#kernel';
import { inTransaction } from './transaction.js';

/** Another runner has taken over, or the lease is gone: this one writes nothing more until it holds a new lease. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  constructor(
    readonly subscription: string,
    readonly fence: string,
  ) {
    super(`the lease of ${subscription} with fence ${fence} is lost`);
  }
}

/** What a log line says of a lease. */
export const leaseFields = ({ subscription, fence }: Pick<Lease, 'subscription' | 'fence'>) => ({
  subscription,
  fence,
});

/**
 * The right to work on one subscription, for a while. The fence is a number that grows with every holder; it is
 * compared inside each transaction that writes, so one that slept through its lease writes nothing when it wakes up.
 * Time is the database's alone: the clocks of the machines need not agree.
 */
export class Lease {
  #fence: string | undefined;
  /** When the database was last asked and answered; later than any time as long as it never was. */
  #askedAt = Number.POSITIVE_INFINITY;

  /** `holder` names the process; a restarted one with the same name takes its old lease at once, with a new fence. */
  constructor(
    private readonly pool: Pool,
    readonly subscription: string,
    private readonly holder: string,
    private readonly durationMs: number,
  ) {}

  get held(): boolean {
    return this.#fence !== undefined;
  }

  /** Milliseconds since the database was last asked: one who has not asked for long hangs, and should not be counted on. */
  get silentMs(): number {
    return performance.now() - this.#askedAt;
  }

  /** @throws LeaseLost when it is not held */
  get fence(): string {
    if (this.#fence === undefined) throw new LeaseLost(this.subscription, 'none');
    return this.#fence;
  }

  /**
   * True when the lease is now ours, with a fence that nobody had before.
   * @param allotted whether it belongs to this worker's share. One that does not is taken only when its holder has let it
   *   run out; one that was given back is left for whom it was given back for.
   */
  async acquire(allotted: boolean): Promise<boolean> {
    const askedAt = performance.now();
    const { rows } = await this.#query<{ fence: string }>(
      allotted
        ? `insert into subs.leases as l (subscription, holder, fence, expires_at)
           values ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond')
           on conflict (subscription) do update
             set holder = excluded.holder, fence = l.fence + 1, expires_at = excluded.expires_at
             where l.expires_at < clock_timestamp() or l.holder = excluded.holder
           returning fence::text`
        : `update subs.leases set holder = $2, fence = fence + 1,
             expires_at = clock_timestamp() + $3 * interval '1 millisecond'
           where subscription = $1 and expires_at < clock_timestamp() and expires_at > '-infinity'
           returning fence::text`,
      [this.subscription, this.holder, this.durationMs],
    );
    this.#fence = rows[0]?.fence;
    this.#askedAt = askedAt;
    return this.held;
  }

  /** Whether nobody holds it at this moment. */
  async isFree(): Promise<boolean> {
    const { rows } = await this.#query(
      `select from subs.leases where subscription = $1 and expires_at >= clock_timestamp()`,
      [this.subscription],
    );
    return rows.length === 0;
  }

  /**
   * Inside a transaction that writes (role subs_runner): compares the fence, prolongs the lease, and keeps the row
   * locked, so that nobody takes over before the commit. @throws LeaseLost
   */
  async hold(transaction: ProjectionTransaction): Promise<void> {
    await this.#prolong((sql, values) => transaction.query(sql, values));
  }

  /** Before an effect outside the database: asks again when the last answer is older than a third of the lease. @throws LeaseLost */
  async confirm(): Promise<void> {
    // performance.now() goes on while the process is stopped, so a sleeper asks before it acts.
    if (this.held && this.silentMs < this.durationMs / 3) return;
    await this.#prolong((sql, values) => this.#query(sql, values));
  }

  /** Gives it back, so that the next one need not wait for its end. @throws LeaseLost when another had taken over before */
  async release(): Promise<void> {
    if (!this.held) return;
    const fence = this.fence;
    const { rows } = await this.#query(
      `update subs.leases set expires_at = '-infinity'
       where subscription = $1 and holder = $2 and fence = $3 returning 1`,
      [this.subscription, this.holder, fence],
    );
    this.#fence = undefined;
    if (rows.length === 0) throw new LeaseLost(this.subscription, fence);
  }

  async #prolong(
    query: (sql: string, values: readonly unknown[]) => Promise<{ rows: unknown[] }>,
  ): Promise<void> {
    const fence = this.fence;
    const askedAt = performance.now();
    const { rows } = await query(
      `update subs.leases set expires_at = clock_timestamp() + $4 * interval '1 millisecond'
       where subscription = $1 and holder = $2 and fence = $3 returning 1`,
      [this.subscription, this.holder, fence, this.durationMs],
    );
    if (rows.length === 0) {
      this.#fence = undefined;
      throw new LeaseLost(this.subscription, fence);
    }
    this.#askedAt = askedAt;
  }

  /** One statement outside a transaction of ours still needs the role, so it runs in one of its own. */
  async #query<Row extends object>(sql: string, values: readonly unknown[]): Promise<{ rows: Row[] }> {
    return inTransaction(this.pool, { role: 'subs_runner', idleLimitMs: this.durationMs }, (transaction) =>
      transaction.query<Row>(sql, values),
    );
  }
}
