import type { EventStore } from '#event-store';
import { pause } from './pause.js';

/**
 * One listener to the log per process, shared by all runners: it only says "there is more". The runners read in
 * pages at their own speed, so that a slow one never holds up a live subscription.
 */
export class LogTail {
  #heard = 0;
  #waiting = new Set<() => void>();

  constructor(private readonly store: EventStore) {}

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
