import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Pool } from 'pg';
import type { Instant, Position, Projection } from '#kernel';
import type { EventStore } from '#event-store';
import { type Clock, type CrashPoints, type Logger, noCrashPoints } from '#platform';
import { type Consumer, type LogConsumer, projectionConsumer } from './consumer.js';
import { Crashed, reaching } from './crash-points.js';
import { DeadlineClock, nextDueAfter, type Overdue, overdueAt, timersConsumer } from './deadlines.js';
import { type CommandSender, dispatcherConsumer } from './dispatcher.js';
import { errorCode } from './failure.js';
import { Lease, leaseFields, LeaseLost } from './lease.js';
import { LogTail } from './log-tail.js';
import { pause } from './pause.js';
import { processConsumer, type ProcessRegistration } from './process-runner.js';
import { Shares } from './shares.js';
import { type RunnerSettings, SubscriptionRunner } from './subscription-runner.js';

/** What a worker may do; all by default. `processes` contains the dispatcher. */
export const runnerRoles = ['projections', 'processes', 'deadlines', 'notary', 'log-review'] as const;
export type RunnerRole = (typeof runnerRoles)[number];

export interface RunnersSettings extends RunnerSettings {
  /** Longest time that one command of a process may take, in milliseconds. */
  readonly sendTimeoutMs: number;
  /** Milliseconds between two looks at the deadlines. */
  readonly deadlineTickMs: number;
  /** Milliseconds between two looks at the records of reads. */
  readonly reviewTickMs: number;
}

export const defaultRunnersSettings: RunnersSettings = {
  batchSize: 500,
  pollMs: 1_000,
  passMs: 100,
  leaseMs: 10_000,
  concurrency: 8,
  retry: { attempts: 8, firstDelayMs: 100, longestDelayMs: 10_000 },
  sendTimeoutMs: 10_000,
  deadlineTickMs: 1_000,
  reviewTickMs: 60_000,
};

export interface RunnersOptions {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly clock: Clock;
  readonly log: Logger;
  readonly projections: readonly Projection[];
  readonly processes: readonly ProcessRegistration[];
  /** Needed by the role `processes`. */
  readonly sender: CommandSender;
  readonly roles?: readonly RunnerRole[];
  /** The role `notary` in this process, with a store that gives events as they were stored; none when absent. */
  readonly notary?: { readonly consumer: LogConsumer; readonly store: EventStore };
  /** The role `log-review`; none when absent. Looks may be repeated, and by several workers at once. */
  readonly logReview?: { look(): Promise<void> };
  readonly crashPoints?: CrashPoints;
  /** Name of this worker: one that is started again with the same name takes its leases back at once. Of machine, process and chance by default. */
  readonly holder?: string;
  readonly settings?: Partial<RunnersSettings>;
  /** Puts something around each consumer, such as tracing; what it gives must do the same. */
  readonly around?: (consumer: Consumer) => Consumer;
}

export interface RunnerStatus {
  readonly subscription: string;
  readonly position: Position | undefined;
  /** False: another worker holds the lease, this one stands by. */
  readonly active: boolean;
  readonly retrying: number;
  readonly parked: number;
  /** Why it stopped for good, as a class name. */
  readonly failure: string | undefined;
}

/** Something has not come to rest in time; says what. */
export class NotSettled extends Error {
  override readonly name = 'NotSettled';
}

/** All runners of one process: projections, processes with their dispatcher, deadlines, the notary. */
export class Runners {
  readonly #options: RunnersOptions;
  readonly #settings: RunnersSettings;
  readonly #tail: LogTail;
  readonly #shares: Shares;
  readonly #runners: readonly SubscriptionRunner[];
  readonly #deadlines: DeadlineClock | undefined;
  readonly #deadlineLease: Lease;
  readonly #stopping = new AbortController();
  #crash: Crashed | undefined;
  #working: Promise<unknown>[] = [];

  constructor(options: RunnersOptions) {
    this.#options = options;
    this.#settings = { ...defaultRunnersSettings, ...options.settings };
    const { store, pool, clock, log } = options;
    const { leaseMs, pollMs } = this.#settings;
    const holder = options.holder ?? `${hostname()}/${process.pid}/${randomUUID()}`;
    const roles = options.roles ?? runnerRoles;
    const reach = reaching(options.crashPoints ?? noCrashPoints);
    const now = () => clock.now();
    this.#tail = new LogTail(store);

    this.#shares = new Shares({
      pool,
      holder,
      leaseMs,
      beatMs: Math.min(leaseMs / 3, pollMs),
      willing: () => this.#willing(),
      changed: () => this.#tail.poke(),
      onTrouble: (error) =>
        log.warn('the workers could not be counted, the shares stay', { code: errorCode(error) }, error),
    });

    const consumers: Consumer[] = [];
    if (roles.includes('projections')) consumers.push(...options.projections.map(projectionConsumer));
    if (roles.includes('processes') && options.processes.length > 0) {
      consumers.push(...options.processes.map((process) => processConsumer(process, store, reach)));
      consumers.push(dispatcherConsumer(options.sender, store, now, reach, this.#settings.sendTimeoutMs));
    }
    if (roles.includes('deadlines')) consumers.push(timersConsumer);
    const notary = roles.includes('notary') ? options.notary : undefined;
    if (notary) consumers.push(notary.consumer);
    refuseTwins(consumers.map((consumer) => consumer.name));
    const { around = (consumer: Consumer) => consumer } = options;

    this.#runners = consumers.map(around).map(
      (consumer) =>
        new SubscriptionRunner({
          consumer,
          store: consumer === notary?.consumer ? notary.store : store,
          pool,
          lease: new Lease(pool, consumer.name, holder, leaseMs),
          shares: this.#shares,
          tail: this.#tail,
          reach,
          log,
          settings: this.#settings,
        }),
    );
    this.#deadlineLease = new Lease(pool, 'deadlines', holder, leaseMs);
    this.#deadlines = roles.includes('deadlines')
      ? new DeadlineClock({
          store,
          pool,
          lease: this.#deadlineLease,
          shares: this.#shares,
          now,
          reach,
          leaseMs,
          log,
        })
      : undefined;
  }

  /** Starts all runners and returns at once; how they do is told by status() and settled(). */
  start(): void {
    if (this.#working.length > 0) throw new Error('these runners have been started already');
    const { signal } = this.#stopping;
    this.#working = [
      this.#tail.listen(signal),
      this.#shares.keep(signal, () => !this.#crash),
      ...this.#runners.map(async (runner) => {
        await runner.run(signal);
        if (runner.failure instanceof Crashed) this.#die(runner.failure);
      }),
      this.#keepTime(signal),
      this.#keepReviewing(signal),
    ];
  }

  /** Each runner finishes the page in its hands, then gives its lease back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#tail.poke();
    await Promise.all(this.#working);
  }

  /**
   * Resolves when everything up to the head of the log is handled, nothing waits for another attempt of its own, and no
   * deadline is due: then a simulated clock may be moved. Parked sequences do not hold it up.
   * @throws NotSettled after `timeoutMs`, or the reason why a runner stopped for good
   */
  async settled(timeoutMs = 30_000): Promise<void> {
    const until = performance.now() + timeoutMs;
    let poked: Position | undefined;
    for (;;) {
      const head = await this.#options.store.head();
      this.#throwFailure();
      const late = this.#runners.filter((runner) => !runner.hasReached(head)).map((runner) => runner.name);
      // Without its share this worker does not know whether deadlines are its task.
      if (!this.#shares.known) late.push('shares');
      if (late.length === 0) {
        const fired = await this.#tick();
        this.#throwFailure();
        if (fired === 0 && (await this.#options.store.head()) === head) return;
        if (fired === undefined) late.push('deadlines');
      }
      if (late.length === 0) continue;
      if (performance.now() > until) throw new NotSettled(`still behind or retrying: ${late.join(', ')}`);
      if (poked !== head) this.#tail.poke();
      poked = head;
      await pause(5, this.#stopping.signal);
    }
  }

  /** Earliest running deadline after now, in UTC; undefined when there is none. Ask when settled. */
  nextDueAt(): Promise<Instant | undefined> {
    return nextDueAfter(this.#options.pool, this.#options.clock.now());
  }

  /** Deadlines that should have fired by now and have not: somebody waits for nothing. */
  overdue(): Promise<Overdue> {
    return overdueAt(this.#options.pool, this.#options.clock.now());
  }

  status(): readonly RunnerStatus[] {
    return this.#runners.map((runner) => {
      const blocked = [...runner.blocked.values()];
      return {
        subscription: runner.name,
        position: runner.position,
        active: runner.holdsLease,
        retrying: blocked.filter((state) => state === 'retrying').length,
        parked: blocked.filter((state) => state === 'parked').length,
        failure: runner.failure?.name,
      };
    });
  }

  async #keepTime(signal: AbortSignal): Promise<void> {
    if (!this.#deadlines) return;
    while (!signal.aborted) {
      await this.#tick().catch(() => undefined);
      await pause(this.#settings.deadlineTickMs, signal);
    }
    if (!this.#crash) await this.#deadlineLease.release().catch(() => undefined);
  }

  /** Begins after a first pause, so that a worker that is started again and again does not look each time. */
  async #keepReviewing(signal: AbortSignal): Promise<void> {
    const { logReview, roles = runnerRoles, log } = this.#options;
    if (!logReview || !roles.includes('log-review')) return;
    for (;;) {
      await pause(this.#settings.reviewTickMs, signal);
      if (signal.aborted) return;
      await logReview
        .look()
        .catch((error: unknown) =>
          log.error('the records of reads could not be looked at', { code: errorCode(error) }, error),
        );
    }
  }

  /** Undefined when it could not be done; the next tick tries again. */
  async #tick(): Promise<number | undefined> {
    if (!this.#deadlines || this.#stopping.signal.aborted) return 0;
    try {
      return await this.#deadlines.tick();
    } catch (error) {
      if (error instanceof Crashed) {
        this.#die(error);
        throw error;
      }
      if (error instanceof LeaseLost) {
        this.#options.log.warn('lease lost, nothing was written', leaseFields(error));
        return undefined;
      }
      this.#options.log.error('deadlines could not be looked at', { code: errorCode(error) }, error);
      return undefined;
    }
  }

  #willing(): readonly string[] {
    const names = this.#runners.filter(({ willing }) => willing).map(({ name }) => name);
    const { silentMs, subscription } = this.#deadlineLease;
    // The clock asks once per tick; between two of them it is not silent, it waits.
    const { leaseMs, deadlineTickMs } = this.#settings;
    return this.#deadlines && silentMs < leaseMs + deadlineTickMs ? [...names, subscription] : names;
  }

  /** A crash point threw: in a test that stands for the end of the process, so everybody stops where they are. */
  #die(crash: Crashed): void {
    this.#crash ??= crash;
    this.#stopping.abort();
    this.#tail.poke();
  }

  #throwFailure(): void {
    const failure = this.#crash ?? this.#runners.find((runner) => runner.failure)?.failure;
    if (failure) throw failure;
  }
}

/** Two runners of one name would share a checkpoint; a process whose name begins with another's would take its streams. */
const refuseTwins = (names: readonly string[]): void => {
  names.forEach((name, index) => {
    if (names.indexOf(name) !== index) throw new Error(`two subscriptions are called ${name}`);
    const longer = names.find((other) => name.startsWith('process:') && other.startsWith(`${name}-`));
    if (longer) throw new Error(`the streams of ${longer} would look like those of ${name}`);
  });
};
