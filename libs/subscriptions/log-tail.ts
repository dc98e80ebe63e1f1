import type { EventStore } from '#event-store';
import type { Position, RecordedEvent } from '#kernel';
import { pause } from './pause.js';

/**
 * One listener to the log per process, shared by all runners: it only says "there is more". The runners read in
 * pages at their own speed, so that a slow one never holds up a live subscription.
 */
export class LogTail {
  #heard = 0;
  #waiting = new Set<() => void>();
  readonly #reading = new Map<string, Promise<readonly RecordedEvent[]>>();

  constructor(readonly store: EventStore) {}

  /** Changes whenever something may have been appended: note it before reading, hand it to `waitForMore` after. */
  get heard(): number {
    return this.#heard;
  }

  /** Listens until the signal is aborted. A lost subscription is taken up again: it is a hint, polling is the truth. */
  async listen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const message of this.store.subscribe(await this.store.head(), signal)) {
          if (message.kind === 'event') this.poke();
        }
      } catch {
        // The runners poll meanwhile and report what is wrong with the store.
      }
      await pause(1_000, signal);
    }
  }

  /**
   * A page of the log. Runners that stand at the same place and have heard the same read it together: it was begun after
   * all that they have heard of. What it gives is theirs to read only.
   */
  read(after: Position | undefined, limit: number): Promise<readonly RecordedEvent[]> {
    const what = `${this.#heard} ${limit} ${after ?? ''}`;
    const underWay = this.#reading.get(what);
    if (underWay) return underWay;
    const page = this.store.readAll(after, limit).finally(() => this.#reading.delete(what));
    this.#reading.set(what, page);
    return page;
  }

  poke(): void {
    this.#heard += 1;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves when something was heard since `since`, or after `ms` milliseconds. */
  waitForMore(since: number, ms: number): Promise<void> {
    if (this.#heard !== since) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#waiting.add(wake);
    });
  }
}
