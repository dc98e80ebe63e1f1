import type { EventStore } from '#event-store';
import type { Position, RecordedEvent } from '#kernel';

/** One of those for whom the log is read. */
export interface LogReader {
  handles(event: RecordedEvent): boolean;
  /**
   * Called with each page in turn, never with two at a time.
   * @param events those of the page that it handles, and perhaps others
   * @param last of the page, whether or not it is among them
   */
  take(events: readonly RecordedEvent[], last: RecordedEvent): Promise<void>;
}

export interface FoldOptions {
  readonly store: Pick<EventStore, 'readAll'>;
  readonly after: Position | undefined;
  readonly pageSize: number;
  /** Ends the reading before the first event for which it holds; at the end of the log when absent. */
  readonly until?: (event: RecordedEvent) => boolean;
  /** Called when everybody has taken a page. */
  readonly onPage?: (events: number, last: RecordedEvent) => void;
}

/** Pages that may be in somebody's hands: while the slowest takes one, the others go on with the next. */
const pagesInHand = 2;

/**
 * Reads the log once for several readers, who take each page side by side; the next page is fetched meanwhile. What one
 * of them throws ends the reading when all have come to rest.
 */
export const foldLog = async (options: FoldOptions, readers: readonly LogReader[]): Promise<void> => {
  const { store, pageSize, until, onPage } = options;
  let failure: { readonly reason: unknown } | undefined;
  const last = readers.map(() => Promise.resolve());
  const inHand: Promise<void>[] = [];
  try {
    for (let next = store.readAll(options.after, pageSize); ;) {
      const page = await next;
      const end = until ? page.findIndex(until) : -1;
      const events = end < 0 ? page : page.slice(0, end);
      const lastEvent = events.at(-1);
      const more = end < 0 && page.length === pageSize && lastEvent !== undefined;
      // What fails there is told when it is waited for.
      if (more) (next = store.readAll(lastEvent.position, pageSize)).catch(() => undefined);
      if (lastEvent) {
        // Two thirds of a log are the doings of processes, which nobody here handles: they are not kept in hand.
        const handled = events.filter((event) => readers.some((reader) => reader.handles(event)));
        const { length } = events;
        readers.forEach((reader, at) => {
          last[at] = last[at]!.then(async () => {
            if (failure) return;
            await reader.take(handled, lastEvent).catch((reason: unknown) => (failure ??= { reason }));
          });
        });
        inHand.push(Promise.all(last).then(() => (failure ? undefined : onPage?.(length, lastEvent))));
      }
      while (inHand.length >= (more ? pagesInHand : 1)) await inHand.shift();
      if (failure) throw failure.reason;
      if (!more) return;
    }
  } finally {
    await Promise.all(last);
  }
};
