import type { ErasureEvent } from '#domain/erasure';
import type { EventStore } from '#event-store';
import type { Position, RecordedEvent } from '#kernel';
import type { DecidedErasure } from '#application';
import type { ErasureOrder } from '#personal-data';

type Decided = Extract<ErasureEvent, { type: 'ErasureDecided' }>['data'];

/** What was decided, and how far it goes. */
export type Order = ErasureOrder & DecidedErasure;

/** Erasures as the log tells of them: what waits for a second person, and what waits to be carried out. */
export const ordersIn = async (
  store: Pick<EventStore, 'readAll'>,
): Promise<{ readonly proposed: readonly string[]; readonly decided: readonly Order[] }> => {
  const proposed = new Set<string>();
  const decided = new Map<string, Decided>();
  const take = (event: RecordedEvent): void => {
    const { type, data } = event as unknown as ErasureEvent;
    switch (type) {
      case 'ErasureProposed':
        proposed.add(data.decisionId);
        break;
      case 'ErasureRejected':
        proposed.delete(data.decisionId);
        decided.delete(data.decisionId);
        break;
      case 'ErasureDecided':
        proposed.delete(data.decisionId);
        decided.set(data.decisionId, data);
        break;
      case 'ErasureCompleted':
        decided.delete(data.decisionId);
        break;
      default:
        break;
    }
  };
  for (let after: Position | undefined; ;) {
    const page = await store.readAll(after, 1_000);
    page.filter(({ stream }) => stream.startsWith('erasure-')).forEach(take);
    after = page.at(-1)?.position ?? after;
    if (page.length === 0) break;
  }
  return {
    proposed: [...proposed],
    decided: [...decided.values()].map(
      ({ decisionId, subject, ground, extent, classes, cases, streams }) => ({
        decisionId,
        subject,
        ground,
        extent,
        classes,
        cases,
        streams,
      }),
    ),
  };
};
