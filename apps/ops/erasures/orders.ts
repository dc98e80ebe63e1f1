import { type ErasureEvent, linkClasses } from '#domain/erasure';
import type { ProtectedDataEvent } from '#domain/protected-data';
import type { RelocationEvent } from '#domain/relocation';
import type { EventStore } from '#event-store';
import type { Position, RecordedEvent, Token } from '#kernel';
import type { DecidedErasure } from '#application';
import type { ErasureOrder } from '#personal-data';

type Decided = Extract<ErasureEvent, { type: 'ErasureDecided' }>['data'];

/** What was decided, and how far it goes. */
export type Order = ErasureOrder & DecidedErasure;

/**
 * Erasures as the log tells of them: what waits for a second person, what waits to be carried out, and the cases in which
 * Police registered a new identity and nobody has ordered that all goes which leads to the old one.
 */
export const ordersIn = async (
  store: Pick<EventStore, 'readAll'>,
): Promise<{
  readonly proposed: readonly string[];
  readonly decided: readonly Order[];
  readonly unordered: readonly string[];
}> => {
  const proposed = new Set<string>();
  const decided = new Map<string, Decided>();
  const renamed = new Set<string>();
  /** By decision: the cases from which nothing leads to anybody any more, or soon. */
  const ordered = new Map<string, readonly string[]>();
  const order = (
    { decisionId, classes }: Pick<Decided, 'decisionId' | 'classes'>,
    cases: readonly string[],
  ) => {
    // What was decided when there were fewer of them left something that leads back.
    if (linkClasses({ extent: 'PERSON' }).every((one) => classes.includes(one)))
      ordered.set(decisionId, [...(ordered.get(decisionId) ?? []), ...cases]);
  };
  const take = (event: RecordedEvent): void => {
    const { type, data } = event as unknown as ErasureEvent | ProtectedDataEvent;
    switch (type) {
      case 'IdentityAssumed':
        renamed.add(data.caseId);
        break;
      case 'ErasureProposed':
        proposed.add(data.decisionId);
        order(data, data.cases);
        break;
      case 'ErasureRejected':
        proposed.delete(data.decisionId);
        decided.delete(data.decisionId);
        ordered.delete(data.decisionId);
        break;
      case 'ErasureDecided':
        proposed.delete(data.decisionId);
        decided.set(data.decisionId, data);
        break;
      case 'ErasureCompleted':
        decided.delete(data.decisionId);
        // A restored log may know of nothing but the end.
        order(data, [data.caseId]);
        break;
      default:
        break;
    }
  };
  await eachEvent(store, (event) => {
    if (event.stream.startsWith('erasure-') || event.stream.startsWith('protected-data-')) take(event);
  });
  const done = new Set([...ordered.values()].flat());
  return {
    proposed: [...proposed],
    unordered: [...renamed].filter((caseId) => !done.has(caseId)),
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

/** The cases that these boards ever opened, as the log tells of them, but for those that were erased by the schedule. */
export const casesOf = async (
  store: Pick<EventStore, 'readAll'>,
  boards: ReadonlySet<Token>,
): Promise<readonly string[]> => {
  const cases = new Set<string>();
  await eachEvent(store, (event) => {
    const { type, data } = event as unknown as RelocationEvent | ErasureEvent;
    if (type === 'CaseOpened' && boards.has(data.board)) cases.add(data.caseId);
    if (type === 'ErasureCompleted' && data.ground === 'RETENTION') cases.delete(data.caseId);
  });
  return [...cases];
};

const eachEvent = async (
  store: Pick<EventStore, 'readAll'>,
  take: (event: RecordedEvent) => void,
): Promise<void> => {
  for (let after: Position | undefined; ;) {
    const page = await store.readAll(after, 1_000);
    page.forEach(take);
    after = page.at(-1)?.position ?? after;
    if (page.length === 0) break;
  }
};
