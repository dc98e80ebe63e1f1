import { setTimeout as sleep } from 'node:timers/promises';
import type { AllStreamSubscription } from '@eventstore/db-client';
import { backOff } from '../back-off.js';
import type { Hint } from '../hint.js';
import { codeOf } from './connection.js';
import type { ServerPosition } from './stored.js';

export interface Listening {
  /** Opens a live subscription to what is appended from now on. */
  readonly subscribe: () => AllStreamSubscription;
  readonly head: () => Promise<ServerPosition | undefined>;
  readonly hint: Hint;
  readonly signal: AbortSignal;
  /** How often the head of the log is compared with what was heard, in milliseconds. */
  readonly watchMs: number;
  readonly onTrouble: (trouble: { readonly doing: 'listen'; readonly code: string }) => void;
}

/**
 * Holds a live subscription and gives a hint for each event; nothing is taken from it but that. So nothing is lost when
 * the server drops it for being slow, ends it, or goes silent: subscriptions read pages, and look by themselves every now
 * and then. Whatever ends it but the signal, it is opened again.
 */
export const listen = async (listening: Listening): Promise<void> => {
  const { hint, signal, onTrouble } = listening;
  for (let failures = 0; !signal.aborted;) {
    const code = await untilDropped(listening, () => {
      failures = 0;
      // What was appended while nobody listened.
      hint.give();
    });
    if (signal.aborted) return;
    onTrouble({ doing: 'listen', code });
    failures += 1;
    await sleep(Math.max(backOff(failures + 1), 50), undefined, { signal }).catch(() => undefined);
  }
};

/** @returns why it was dropped */
const untilDropped = async (
  { subscribe, head, hint, signal, watchMs }: Listening,
  confirmed: () => void,
): Promise<string> => {
  const subscription = subscribe();
  const watching = new AbortController();
  let heard = 0n;
  let end = (): void => undefined;
  try {
    return await new Promise<string>((resolve) => {
      end = () => resolve('CLOSED');
      signal.addEventListener('abort', end, { once: true });
      const watch = watchdog(head, () => heard, watchMs, watching.signal).then(() => resolve('SILENT'));
      watch.catch(() => undefined);
      subscription.on('confirmation', confirmed);
      subscription.on('data', ({ event }) => {
        if (event?.position) heard = event.position.commit;
        hint.give();
      });
      subscription.on('error', (error) => resolve(codeOf(error)));
      // A server that goes away in order ends the stream without an error.
      subscription.on('end', () => resolve('ENDED'));
      subscription.on('close', () => resolve('ENDED'));
    });
  } finally {
    watching.abort();
    signal.removeEventListener('abort', end);
    // Not waited for: it may never have been opened.
    void subscription.unsubscribe().catch(() => undefined);
  }
};

/** Resolves when the log has gone on and, a whole interval later, nothing of it was heard. */
const watchdog = async (
  head: () => Promise<ServerPosition | undefined>,
  heard: () => bigint,
  watchMs: number,
  signal: AbortSignal,
): Promise<void> => {
  // The first look says where the log stood; what comes later must be heard.
  let expected: bigint | undefined;
  let known: bigint | undefined;
  while (!signal.aborted) {
    const now = await head().then(
      (position) => position?.commit ?? 0n,
      () => undefined,
    );
    if (expected !== undefined && heard() < expected) return;
    expected = now !== undefined && known !== undefined && now > known ? now : undefined;
    known = now ?? known;
    await sleep(watchMs, undefined, { signal }).catch(() => undefined);
  }
  return new Promise(() => undefined);
};
