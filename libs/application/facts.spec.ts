import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#kernel';
import { Facts } from './facts.js';

const facts = (
  placements: Readonly<Record<string, readonly (string | readonly [string, object])[]>>,
): Facts => {
  const streams: Record<string, readonly object[]> = {
    'consent-c-1': Object.keys(placements).map((proposalId) => ({
      type: 'PlacementAccepted',
      data: { proposalId },
    })),
  };
  for (const [proposalId, events] of Object.entries(placements))
    streams[`placement-${proposalId}`] = events.map((event) =>
      typeof event === 'string' ? { type: event, data: {} } : { type: event[0], data: event[1] },
    );
  return new Facts(
    {
      readStream: (stream) =>
        Promise.resolve({ events: (streams[stream] ?? []) as RecordedEvent[], revision: 0 }),
    },
    () => Promise.resolve(undefined),
  );
};
const standing = async (placements: Parameters<typeof facts>[0]): Promise<readonly string[]> =>
  (await facts(placements).standingPlaces('c-1')).map(({ proposalId }) => proposalId);
const leaving = ['PlacementEnded', { departurePending: true }] as const;
const over = ['PlacementEnded', { departurePending: false }] as const;

describe('the places of a case where somebody may stand', () => {
  it('are those that were cleared, until it is said that the person has left, or never came', async () => {
    const cleared = ['AdmissionRequested', 'AdmissionGranted', 'PlacementCleared'] as const;
    expect(
      await standing({
        accepted: [],
        admitted: ['AdmissionRequested', 'AdmissionGranted'],
        refused: ['AdmissionRequested', 'AdmissionGranted', 'ClearanceRefused'],
        takenBack: [...cleared, 'ClearanceTakenBack'],
        arrived: [...cleared, 'ArrivalConfirmed'],
        leaving: [...cleared, 'ArrivalConfirmed', leaving],
        left: [...cleared, 'ArrivalConfirmed', leaving, 'DepartureConfirmed'],
        settled: [...cleared, 'ArrivalConfirmed', over],
      }),
    ).toEqual(['arrived', 'leaving']);
  });

  it('are not covered by a later place that is not cleared, and are two while the person moves', async () => {
    const old = ['PlacementCleared', 'ArrivalConfirmed', leaving] as const;
    expect(await standing({ old, next: ['AdmissionGranted'] })).toEqual(['old']);
    expect(await standing({ old, next: ['AdmissionGranted', 'PlacementCleared'] })).toEqual(['old', 'next']);
    expect(
      await standing({ old: [...old, 'DepartureConfirmed'], next: ['AdmissionGranted', 'PlacementCleared'] }),
    ).toEqual(['next']);
  });
});
