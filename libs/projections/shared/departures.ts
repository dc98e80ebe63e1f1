import type { DomainEvent } from './events.js';

/** What a row of a case knows of its placements: the one that it shows, and those that somebody may still be leaving. */
interface Placements {
  readonly proposalId: string | null;
  readonly awaitedDepartures: readonly string[];
}

/** Placements that have ended and that nobody has said to be left, after one more event of the case. */
export const departuresAfter = (awaited: readonly string[], event: DomainEvent): readonly string[] => {
  if (event.type !== 'PlacementEnded' && event.type !== 'DepartureConfirmed') return awaited;
  const { proposalId } = event.data;
  const others = awaited.filter((one) => one !== proposalId);
  return event.type === 'PlacementEnded' && event.data.departurePending ? [...others, proposalId] : others;
};

/**
 * Whether an event is about another placement than the one that the row shows: somebody may still be leaving the first
 * when the second has been cleared, and what becomes of the one changes nothing of the other.
 */
export const isOfAnother = ({ proposalId }: Placements, about: string): boolean =>
  proposalId !== null && proposalId !== about;
