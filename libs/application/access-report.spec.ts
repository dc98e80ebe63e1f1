import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#kernel';
import { reportedSpans } from './access-report.js';

const at = (day: number): string => `2026-03-${String(day).padStart(2, '0')}T08:00:00.000Z`;
const event = (type: string, day: number, data: object = {}): RecordedEvent =>
  ({ type, data, metadata: { occurredAt: at(day) } }) as unknown as RecordedEvent;

const requested = event('AdmissionRequested', 3, { provider: 'o-provider' });
const cleared = event('PlacementCleared', 4, { board: 'o-receiver', receivingPolice: 'o-police-there' });
const ended = (departurePending: boolean) => event('PlacementEnded', 8, { departurePending });

/** Who stands in the report of a case with one accepted place, of which these events tell. */
const spansWith = (...placement: readonly RecordedEvent[]) => {
  const streams: Readonly<Record<string, readonly RecordedEvent[]>> = {
    'relocation-c-1': [event('CaseOpened', 1, { board: 'o-board', homePolice: 'o-police' })],
    'consent-c-1': [event('PlacementAccepted', 2, { proposalId: 'p-1' })],
    'placement-p-1': placement,
  };
  return reportedSpans({ events: async (stream) => streams[stream] ?? [] }, 'c-1');
};

const atHome = [
  { organisation: 'o-board', since: at(1) },
  { organisation: 'o-police', class: 'identity', since: at(1) },
];
const received = (through?: string) =>
  ['o-receiver', 'o-police-there', 'o-provider'].map((organisation) => ({
    organisation,
    since: at(4),
    ...(through === undefined ? {} : { through }),
  }));

describe('the report through the home board', () => {
  it('holds what the receivers read from the clearance on, until nobody is awaited or left there', async () => {
    expect(await spansWith()).toEqual(atHome);
    expect(await spansWith(requested)).toEqual(atHome);
    expect(await spansWith(requested, cleared)).toEqual([...atHome, ...received()]);
    expect(await spansWith(requested, cleared, ended(false))).toEqual([...atHome, ...received(at(8))]);
    expect(await spansWith(requested, cleared, ended(true))).toEqual([...atHome, ...received()]);
    expect(await spansWith(requested, cleared, ended(true), event('DepartureConfirmed', 9))).toEqual([
      ...atHome,
      ...received(at(9)),
    ]);
  });

  it('holds nothing of a place whose clearance was taken back: it never was one', async () => {
    const back = event('ClearanceTakenBack', 5);
    expect(await spansWith(requested, cleared, back)).toEqual(atHome);
    expect(await spansWith(requested, cleared, back, ended(false))).toEqual(atHome);
  });

  it('holds nothing of a case that is none', async () => {
    expect(await reportedSpans({ events: async () => [] }, 'c-2')).toEqual([]);
  });
});
