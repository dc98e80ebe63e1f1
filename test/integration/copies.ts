import { derivedId, type RecordedEvent } from '#kernel';
import type { EventStore } from '#event-store';

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/**
 * Writes the streams of one case once more, as another case: every id is replaced by one that is derived from it and
 * from the number of the copy, so that what pointed at each other still does. Tokens stay, but for those in `others`. So a test can have hundreds
 * of cases at a stage that took two dozen commands to reach. The envelopes of a copy open nowhere.
 */
export const copyCase = async (
  store: EventStore,
  events: readonly RecordedEvent[],
  copy: number,
  others: Readonly<Record<string, string>> = {},
): Promise<(id: string) => string> => {
  const as = (id: string): string => derivedId('copy', copy, id);
  let text = JSON.stringify(events).replaceAll(uuid, (id) => as(id));
  for (const [token, other] of Object.entries(others)) text = text.replaceAll(token, other);
  const renamed = JSON.parse(text) as RecordedEvent[];
  const streams = new Set(renamed.map(({ stream }) => stream));
  await Promise.all(
    [...streams].map((stream) =>
      store.append({
        stream,
        expectedRevision: 'no-stream',
        events: renamed
          .filter((event) => event.stream === stream)
          .map(({ id, type, schemaVersion, data, metadata }) => ({
            id,
            type,
            schemaVersion,
            data,
            metadata,
          })),
      }),
    ),
  );
  return as;
};

/** The events of all streams whose name ends in one of these ids. */
export const eventsOf = async (
  store: EventStore,
  ids: readonly string[],
): Promise<readonly RecordedEvent[]> =>
  (await store.readAll(undefined, 100_000)).filter(({ stream }) => ids.some((id) => stream.endsWith(id)));
