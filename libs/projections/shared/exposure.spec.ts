import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#kernel';
import { exposureIn } from './exposure.js';

const said = (type: string, data: object = {}) =>
  exposureIn({ type, data: { proposalId: 'p', ...data } } as unknown as RecordedEvent);

describe('that a place is known', () => {
  it('holds from the report until nobody can stand there: left, never gone to, or ended with nobody awaited', () => {
    expect(said('LocationCompromised')).toEqual({ proposalId: 'p', known: true });
    for (const over of [
      said('DepartureConfirmed'),
      said('ClearanceTakenBack'),
      said('PlacementEnded', { departurePending: false }),
    ])
      expect(over).toEqual({ proposalId: 'p', known: false });
    for (const on of [said('PlacementEnded', { departurePending: true }), said('ArrivalConfirmed')])
      expect(on).toBeUndefined();
  });
});
