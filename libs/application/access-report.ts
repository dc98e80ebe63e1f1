import { type RecordedEvent, streamName } from '#kernel';
import type { PlacementEvent } from '#domain/placement';
import type { RelocationEvent } from '#domain/relocation';
import type { ReportSpan } from '#personal-data';
import { type Facts, lastOf } from './facts.js';

/**
 * Whose records the report of a case may hold, as the case's own streams say it. The report goes through the hands of the
 * home board, so it must not tell what the verdict on a place was or who was asked: it holds what the home board itself
 * opened, the identity where home Police opened it, and from a clearance on, until nobody is awaited or left there, what
 * the receiving board, its Police and its provider opened. A clearance that was taken back never was one.
 * @returns the spans; none when there is no such case
 */
export const reportedSpans = async (
  facts: Pick<Facts, 'events'>,
  caseId: string,
): Promise<readonly ReportSpan[]> => {
  const [relocation, consent] = await Promise.all([
    facts.events(streamName('relocation', caseId)),
    facts.events(streamName('consent', caseId)),
  ]);
  const opened = lastOf<RelocationEvent, 'CaseOpened'>(relocation, 'CaseOpened');
  if (!opened) return [];
  const { board, homePolice } = opened.data;
  const since = opened.metadata.occurredAt;
  const placements = await Promise.all(
    consent
      .filter(({ type }) => type === 'PlacementAccepted')
      .map(({ data }) => facts.events(streamName('placement', (data as { proposalId: string }).proposalId))),
  );
  return [
    { organisation: board, since },
    { organisation: homePolice, class: 'identity', since },
    ...placements.flatMap(spansOfPlacement),
  ];
};

const spansOfPlacement = (events: readonly RecordedEvent[]): readonly ReportSpan[] => {
  const requested = lastOf<PlacementEvent, 'AdmissionRequested'>(events, 'AdmissionRequested');
  const cleared = lastOf<PlacementEvent, 'PlacementCleared'>(events, 'PlacementCleared');
  if (!requested || !cleared || events.some(({ type }) => type === 'ClearanceTakenBack')) return [];
  const ended = lastOf<PlacementEvent, 'PlacementEnded'>(events, 'PlacementEnded');
  const over = ended?.data.departurePending
    ? lastOf<PlacementEvent, 'DepartureConfirmed'>(events, 'DepartureConfirmed')
    : ended;
  const { board, receivingPolice } = cleared.data;
  return [board, receivingPolice, requested.data.provider].map((organisation) => ({
    organisation,
    since: cleared.metadata.occurredAt,
    ...(over && { through: over.metadata.occurredAt }),
  }));
};
