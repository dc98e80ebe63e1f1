import { describe, expect, it } from '@jest/globals';
import { areaWatch } from './index.js';
import type { AreaWatchState } from './area-watch.js';
import type { ProcessInput, RecordedEvent } from '#kernel';

const event = (type: string, data: object): ProcessInput => ({
  kind: 'event',
  sealed: [],
  event: {
    type,
    data: { area: 'area', ...data },
    metadata: { organisation: 'police', agencyKind: 'POLICE' },
  } as unknown as RecordedEvent,
});
const reserved = event('AreaReserved', { caseId: 'c1', proposalId: 'p1' });
const released = event('AreaReleased', { caseId: 'c1', proposalId: 'p1' });
const changed = event('AdversaryPresenceChanged', {});
const after = (...inputs: ProcessInput[]): AreaWatchState =>
  inputs.reduce((state, input) => areaWatch.evolve(state, { input }), areaWatch.initialState);

describe('the watch over an area', () => {
  it('has the rings run again for those who are there when the register changes', () => {
    expect(areaWatch.react(changed, after(reserved), {})).toEqual([
      {
        kind: 'send',
        command: {
          type: 'RecheckArea',
          stream: 'area-area',
          data: { area: 'area' },
          onBehalfOf: { organisation: 'police', agencyKind: 'POLICE' },
        },
      },
    ]);
  });
  it('asks nothing when nobody is there, or no longer', () => {
    expect(areaWatch.react(changed, after(), {})).toEqual([]);
    expect(areaWatch.react(changed, after(reserved, released), {})).toEqual([]);
  });
  it('asks nothing for a new reservation, which was just checked against all', () => {
    expect(areaWatch.react(reserved, after(), {})).toEqual([]);
  });
  it('makes a check that could not be run a task for every case that is there', () => {
    const refused: ProcessInput = {
      kind: 'refused',
      code: 'operations.command-skipped',
      at: '2026-03-02T08:00:00.000Z',
      command: {
        type: 'RecheckArea',
        stream: 'area-area',
        data: { area: 'area' },
        onBehalfOf: { organisation: 'police', agencyKind: 'POLICE' },
      },
    };
    const outputs = areaWatch.react(refused, after(reserved), {});
    expect(outputs).toMatchObject([
      {
        command: {
          type: 'RequestAttention',
          stream: 'consent-c1',
          data: { caseId: 'c1', step: 'RecheckArea', code: 'operations.command-skipped' },
        },
      },
    ]);
  });
  it('is one instance per area', () => {
    expect(areaWatch.route((changed as Extract<ProcessInput, { kind: 'event' }>).event)).toEqual(['area']);
  });
});
