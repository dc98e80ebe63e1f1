import type { EventStore } from '#event-store';
import type { Position } from '#kernel';

/** How long an event may wait to be handled before it is said that the readers of the log are behind, in milliseconds. */
const longestLagMs = 30_000;

/**
 * Well while everything behind the log, read models, grants, processes and timers, is at its end, or the first event
 * that one of them has not handled is not older than it may be. Measured by the store's own time and the machine's,
 * whatever day a test has set; the first look after an hour of standstill tells it, too.
 */
export const followsLog =
  (
    store: Pick<EventStore, 'head' | 'readAll'>,
    reachedBy: () => Promise<readonly (Position | undefined)[]>,
    now: () => Date,
  ) =>
  async (): Promise<boolean> => {
    const head = await store.head();
    if (head === undefined) return true;
    const reached = await reachedBy();
    if (reached.every((position) => position !== undefined && position >= head)) return true;
    const known = reached.filter((position) => position !== undefined).sort();
    const [unread] = await store.readAll(known.length < reached.length ? undefined : known[0], 1);
    return !unread || now().getTime() - Date.parse(unread.recordedAt) <= longestLagMs;
  };
