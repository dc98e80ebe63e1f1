import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addHours, type Actor } from '#kernel';
import { given, playEachTwice, repeatChangesNothing } from '../../kernel/testing/index.js';
import { areaDecider, type AreaCommand, type AreaEvent } from './index.js';
import { destinationDecider, takenPlaces, type DestinationCommand, type DestinationEvent } from './index.js';

const at = '2026-03-02T08:00:00.000Z';
const by: Actor = {
  person: 'process:relocation',
  organisation: 'coordinator',
  agencyKind: 'NATIONAL_COORDINATOR',
};
const area = 'area';
const board = 'board';

describe('an area', () => {
  const ask = <Type extends AreaCommand['type']>(
    type: Type,
    data: Extract<AreaCommand, { type: Type }>['data'],
  ): AreaCommand => ({ type, data, at, by }) as AreaCommand;
  const reserved = (proposalId = 'p1', checkedRevision = -1): AreaEvent => ({
    type: 'AreaReserved',
    data: {
      area,
      caseId: `c-${proposalId}`,
      subject: `s-${proposalId}`,
      proposalId,
      municipality: 'm',
      checkedRevision,
    },
  });
  const reserve = (proposalId: string, checkedRevision: number, currentRevision: number) =>
    ask('ReserveArea', {
      area,
      caseId: `c-${proposalId}`,
      subject: `s-${proposalId}`,
      proposalId,
      municipality: 'm',
      checkedRevision,
      currentRevision,
    });
  const ids = { area, caseId: 'c-p1', proposalId: 'p1' };

  it('is reserved at exactly the revision at which the rings were run', () => {
    given(areaDecider, [])
      .when(reserve('p1', -1, -1))
      .then([reserved('p1')]);
    given(areaDecider, [reserved('p1')])
      .when(reserve('p2', 0, 0))
      .then([reserved('p2', 0)]);
  });

  it('is refused when anything has happened there since the check', () => {
    given(areaDecider, [reserved('p1')])
      .when(reserve('p2', -1, 0))
      .thenRefused('area.moved_on');
    given(areaDecider, [])
      .when(reserve('p2', 3, 2))
      .thenRefused('area.moved_on');
  });

  it('is reserved once, confirmed once, released once', () => {
    given(areaDecider, [reserved()])
      .when(reserve('p1', -1, 0))
      .thenNothing();
    const confirmed: AreaEvent = { type: 'AreaConfirmed', data: ids };
    given(areaDecider, [reserved()]).when(ask('ConfirmArea', ids)).then([confirmed]);
    given(areaDecider, [reserved(), confirmed]).when(ask('ConfirmArea', ids)).thenNothing();
    given(areaDecider, [reserved()])
      .when(ask('ReleaseArea', ids))
      .then([{ type: 'AreaReleased', data: ids }]);
    given(areaDecider, []).when(ask('ReleaseArea', ids)).thenNothing();
  });

  it('is neither confirmed nor given a housing for somebody who holds no place there', () => {
    given(areaDecider, []).when(ask('ConfirmArea', ids)).thenRefused('area.not_reserved');
    given(areaDecider, [reserved('p2')])
      .when(ask('SetAreaHousing', { ...ids, housing: 'h' }))
      .thenRefused('area.not_reserved');
  });

  it('remembers the housing, and says it once', () => {
    const set: AreaEvent = { type: 'AreaHousingSet', data: { ...ids, housing: 'h' } };
    given(areaDecider, [reserved()])
      .when(ask('SetAreaHousing', { ...ids, housing: 'h' }))
      .then([set]);
    given(areaDecider, [reserved(), set])
      .when(ask('SetAreaHousing', { ...ids, housing: 'h' }))
      .thenNothing();
  });

  it('tells a conflict once, only of those who are there, and again after the register has changed', () => {
    const conflicts = [{ caseId: 'c-p1', proposalId: 'p1' }];
    const found: AreaEvent = { type: 'AreaRechecked', data: { area, conflicts } };
    const check = ask('RecheckArea', {
      area,
      conflicts: [...conflicts, { caseId: 'c-x', proposalId: 'gone' }],
    });
    const changed: AreaEvent = { type: 'AdversaryPresenceChanged', data: { area } };
    given(areaDecider, [reserved()]).when(check).then([found]);
    given(areaDecider, [reserved(), found]).when(check).thenNothing();
    given(areaDecider, [reserved(), found, changed]).when(check).then([found]);
  });

  it('does not move on when a check finds nothing, so that a check never voids a check', () => {
    given(areaDecider, [reserved()])
      .when(ask('RecheckArea', { area, conflicts: [] }))
      .thenNothing();
  });

  it('moves on at every change of the register', () => {
    given(areaDecider, [])
      .when(ask('NoteAdversaryPresence', { area }))
      .then([{ type: 'AdversaryPresenceChanged', data: { area } }]);
  });
});

describe('a destination', () => {
  const ask = <Type extends DestinationCommand['type']>(
    type: Type,
    data: Extract<DestinationCommand, { type: Type }>['data'],
    when = at,
  ): DestinationCommand => ({ type, data, at: when, by }) as DestinationCommand;
  const declared = (places: number): DestinationEvent => ({
    type: 'CapacityDeclared',
    data: { board, municipality: 'm', places, housingForms: ['PROTECTED'], competences: [] },
  });
  const ids = (proposalId: string) => ({ board, caseId: `c-${proposalId}`, proposalId });
  const until = addHours(at, 48);
  const reserved = (proposalId: string, places = 1, end = until): DestinationEvent => ({
    type: 'CapacityReserved',
    data: { ...ids(proposalId), places, until: end },
  });
  const reserve = (proposalId: string, places = 1, when = at, end = until) =>
    ask('ReserveCapacity', { ...ids(proposalId), places, until: end }, when);

  it('is reserved up to what the board has declared, and no further', () => {
    given(destinationDecider, [declared(2), reserved('p1')])
      .when(reserve('p2'))
      .then([reserved('p2')]);
    given(destinationDecider, [declared(2), reserved('p1')])
      .when(reserve('p2', 2))
      .thenRefused('destination.full');
    given(destinationDecider, []).when(reserve('p1')).thenRefused('destination.undeclared');
  });

  it('a reservation lapses by time, whether or not anybody released it', () => {
    const history = [declared(1), reserved('p1')];
    const later = addHours(until, 24);
    given(destinationDecider, history)
      .when(reserve('p2', 1, addHours(until, -1), later))
      .thenRefused('destination.full');
    given(destinationDecider, history)
      .when(reserve('p2', 1, until, later))
      .then([reserved('p2', 1, later)]);
  });

  it('a later end holds the same reservation longer, an earlier one changes nothing', () => {
    const later = addHours(until, 24);
    const history = [declared(1), reserved('p1')];
    given(destinationDecider, history)
      .when(reserve('p1', 1, at, later))
      .then([reserved('p1', 1, later)]);
    given(destinationDecider, history)
      .when(reserve('p1', 1, at, addHours(at, 1)))
      .thenNothing();
  });

  it('a lapsed reservation is confirmed when nobody took the place, and refused when somebody did', () => {
    const confirm = ask('ConfirmCapacity', ids('p1'), addHours(until, 1));
    given(destinationDecider, [declared(1), reserved('p1')])
      .when(confirm)
      .then([{ type: 'CapacityConfirmed', data: ids('p1') }]);
    given(destinationDecider, [declared(1), reserved('p1'), reserved('p2', 1, addHours(until, 48))])
      .when(confirm)
      .thenRefused('destination.full');
    given(destinationDecider, [declared(1)])
      .when(confirm)
      .thenRefused('destination.not_reserved');
  });

  it('a board may declare fewer than it holds: nobody is turned out, nobody new is taken', () => {
    const history = [declared(2), reserved('p1'), reserved('p2'), declared(1)];
    given(destinationDecider, history)
      .when(ask('ConfirmCapacity', ids('p1')))
      .then([{ type: 'CapacityConfirmed', data: ids('p1') }]);
    given(destinationDecider, history).when(reserve('p3')).thenRefused('destination.full');
  });

  it.each([0, -1, 1.5])('refuses %s places', (places) => {
    given(destinationDecider, [declared(2)])
      .when(reserve('p1', places))
      .thenRefused('destination.places_invalid');
  });

  it('refuses a reservation that has ended before it begins', () => {
    given(destinationDecider, [declared(2)])
      .when(reserve('p1', 1, at, at))
      .thenRefused('destination.until_passed');
  });

  it('never holds more than was declared, whatever is sent in whatever order, each command twice', () => {
    let accepted = 0;
    const command = fc
      .record({
        type: fc.constantFrom('ReserveCapacity', 'ConfirmCapacity', 'ReleaseCapacity'),
        proposalId: fc.constantFrom('p1', 'p2', 'p3', 'p4'),
        places: fc.integer({ min: 1, max: 3 }),
        hours: fc.integer({ min: 0, max: 200 }),
      })
      .map(({ type, proposalId, places, hours }) => {
        const when = addHours(at, hours);
        return type === 'ReserveCapacity'
          ? reserve(proposalId, places, when, addHours(when, 24))
          : ask(type as 'ConfirmCapacity', ids(proposalId), when);
      });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        const inTime = [...commands].sort((one, other) => (one.at < other.at ? -1 : 1));
        const declare = ask('DeclareCapacity', {
          board,
          municipality: 'm',
          places: 3,
          housingForms: ['PROTECTED'],
          competences: [],
        });
        const { events, state } = playEachTwice(destinationDecider, [declare, ...inTime]);
        accepted += events.length;
        for (const { at: when } of inTime.slice(-1)) expect(takenPlaces(state, when)).toBeLessThanOrEqual(3);
      }),
      { numRuns: 200 },
    );
    expect(accepted).toBeGreaterThan(200);
  });

  it('says every declaration once', () => {
    const declare = ask('DeclareCapacity', {
      board,
      municipality: 'm',
      places: 2,
      housingForms: ['PROTECTED'],
      competences: [],
    });
    expect(repeatChangesNothing(destinationDecider, [], declare)).toBe(true);
  });
});
