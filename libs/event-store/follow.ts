import type { Position, RecordedEvent } from '#kernel';
import type { Hint } from './hint.js';
import type { SubscriptionMessage } from './port.js';

export interface Following {
  readonly after: Position | undefined;
  readonly signal: AbortSignal;
  readonly hint: Hint;
  /** Longest wait for a hint before looking anyway, in milliseconds; undefined where no hint can be lost. */
  readonly pollMs: number | undefined;
  readonly pageSize: number;
  /** Reads in the order of the log. What it throws ends the subscription, so it repeats what may be repeated. */
  readonly readPage: (after: Position | undefined, limit: number) => Promise<readonly RecordedEvent[]>;
}

/**
 * A subscription over paged reads. It pulls: the next page is read when the last one has been taken, so a slow consumer
 * holds one page and never falls out, and the place in the log is that of the event last handed out.
 */
export async function* follow(following: Following): AsyncGenerator<SubscriptionMessage, void, void> {
  const { signal, hint, pollMs, pageSize, readPage } = following;
  let position = following.after;
  let toldCaughtUp = false;
  while (!signal.aborted) {
    // Noted before the read: what comes during it is not waited for.
    const seen = hint.count;
    const page = await readPage(position, pageSize);
    for (const event of page) {
      if (signal.aborted) return;
      toldCaughtUp = false;
      position = event.position;
      yield { kind: 'event', event };
    }
    if (page.length === pageSize) continue;
    if (!toldCaughtUp && !signal.aborted) {
      toldCaughtUp = true;
      yield { kind: 'caught-up', position };
    }
    await hint.after(seen, pollMs, signal);
  }
}
