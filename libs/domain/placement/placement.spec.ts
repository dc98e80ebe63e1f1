import { describe, expect, it } from '@jest/globals';
import { addHours, confidential, startOfDay, type Actor, type Instant } from '#kernel';
import { given, repeatChangesNothing } from '../../kernel/testing/index.js';
import { placementDecider, type PlacementCommand, type PlacementEvent } from './index.js';

const at = '2026-03-02T08:00:00.000Z';
const coordinator: Actor = {
  person: 'p-clearer',
  organisation: 'coordinator',
  agencyKind: 'NATIONAL_COORDINATOR',
};
const director: Actor = { person: 'p-director', organisation: 'provider', agencyKind: 'HOUSING_PROVIDER' };
const officer: Actor = { person: 'p-home', organisation: 'board-home', agencyKind: 'SOCIAL_BOARD' };

type DataOf<Type extends PlacementCommand['type']> = Extract<PlacementCommand, { type: Type }>['data'];
const ask = <Type extends PlacementCommand['type']>(
  type: Type,
  data: DataOf<Type>,
  by: Actor = officer,
  when: Instant = at,
): PlacementCommand => ({ type, data, at: when, by }) as PlacementCommand;

const ids = { caseId: 'case', proposalId: 'p1' };
const request = {
  ...ids,
  subject: 's',
  provider: 'provider',
  directors: ['p-director'],
  housing: 'housing',
  board: 'board',
  area: 'area',
  municipality: 'm',
  level: 'HIGH',
  ageBand: '21_24',
  referenceCode: 'R-1',
  startOn: '2026-03-10',
} as const;
const requested: PlacementEvent = { type: 'AdmissionRequested', data: request };
const destination = confidential('destination', { municipalityCode: '0000', municipalityName: 'invented' });
const address = confidential('address', 'invented');
const clearanceDueAt = addHours(at, 48);
const granted = (verdict: 'CLEAR' | 'REFER_TO_POLICE' = 'CLEAR'): PlacementEvent => ({
  type: 'AdmissionGranted',
  data: {
    ...ids,
    verdict,
    destination,
    address,
    provider: 'provider',
    decidedBy: 'p-director',
    checkedAt: at,
    clearanceDueAt,
  },
});
const facts = {
  ...ids,
  subject: 's',
  plannedArrival: '2026-03-03',
  assessment: { version: 3, level: 'HIGH', validUntil: addHours(at, 1), assessedBy: 'p-assessor' },
  assessors: ['p-assessor'],
  waiverVersion: 1,
  verdict: 'CLEAR',
  areaRevision: 7,
  requestedBy: 'p-home',
  board: 'board',
  receivingPolice: 'police',
  receivingPoliceContacts: ['p-police'],
  homeDutyOfficers: ['p-duty'],
} as const satisfies DataOf<'ClearPlacement'>;
const clear = (change: Partial<DataOf<'ClearPlacement'>> = {}, by = coordinator, when: Instant = at) =>
  ask('ClearPlacement', { ...facts, ...change }, by, when);
const cleared: PlacementEvent = {
  type: 'PlacementCleared',
  data: {
    ...ids,
    subject: 's',
    clearedBy: 'p-clearer',
    level: 'HIGH',
    assessmentVersion: 3,
    assessmentValidUntil: addHours(at, 1),
    waiverVersion: 1,
    verdictAt: at,
    areaRevision: 7,
    board: 'board',
    receivingPolice: 'police',
    receivingPoliceContacts: ['p-police'],
    homeDutyOfficers: ['p-duty'],
    plannedArrival: '2026-03-03',
  },
};
const transferred: PlacementEvent = {
  type: 'TransferRecorded',
  data: { ...ids, startedAt: addHours(at, 1) },
};
const arrived: PlacementEvent = { type: 'ArrivalConfirmed', data: { ...ids, arrivedAt: addHours(at, 3) } };
const ended = (departurePending: boolean): PlacementEvent => ({
  type: 'PlacementEnded',
  data: { ...ids, reason: 'WAIVER_WITHDRAWN', departurePending },
});
const departed: PlacementEvent = { type: 'DepartureConfirmed', data: { ...ids, departedAt: at } };
const ordered = (number: number): PlacementEvent => ({
  type: 'FollowUpOrdered',
  data: { ...ids, number, dueAt: addHours(at, 27) },
});

const admitted = [requested, granted()];
const inPlace = [...admitted, cleared];
const there = [...inPlace, transferred, arrived];

describe('admission', () => {
  it('is asked for once, of somebody', () => {
    given(placementDecider, []).when(ask('RequestAdmission', request)).then([requested]);
    expect(repeatChangesNothing(placementDecider, [], ask('RequestAdmission', request))).toBe(true);
    given(placementDecider, [])
      .when(ask('RequestAdmission', { ...request, directors: [] }))
      .thenRefused('placement.nobody_to_ask');
  });
  it('is decided by a named director, once', () => {
    const grant = ask(
      'GrantAdmission',
      { ...ids, verdict: 'CLEAR', clearanceDueAt, destination, address },
      director,
    );
    given(placementDecider, [requested]).when(grant).then([granted()]);
    given(placementDecider, admitted).when(grant).thenNothing();
    given(placementDecider, [requested])
      .when(
        ask('GrantAdmission', { ...ids, verdict: 'CLEAR', clearanceDueAt, destination, address }, officer),
      )
      .thenRefused('placement.not_director');
    given(placementDecider, []).when(grant).thenRefused('placement.unknown');
    given(placementDecider, [requested, ended(false)])
      .when(grant)
      .thenRefused('placement.not_open');
  });
  it('may be refused with a reason', () => {
    const refuse = ask('RefuseAdmission', { ...ids, reason: 'FULL' }, director);
    given(placementDecider, [requested])
      .when(refuse)
      .then([{ type: 'AdmissionRefused', data: { ...ids, reason: 'FULL', decidedBy: 'p-director' } }]);
    expect(repeatChangesNothing(placementDecider, [requested], refuse)).toBe(true);
    given(placementDecider, admitted).when(refuse).thenRefused('placement.not_open');
  });
});

describe('clearance', () => {
  it('stands on the versions that were valid at that instant', () => {
    given(placementDecider, admitted).when(clear()).then([cleared]);
    given(placementDecider, inPlace).when(clear()).thenNothing();
  });
  it.each<[string, Partial<DataOf<'ClearPlacement'>>, string]>([
    ['no waiver', { waiverVersion: undefined }, 'WAIVER_LAPSED'],
    ['no assessment', { assessment: undefined }, 'STALE_ASSESSMENT'],
    [
      'an assessment that ends this instant',
      { assessment: { ...facts.assessment, validUntil: at } },
      'STALE_ASSESSMENT',
    ],
    [
      'a higher level than the one that was accepted',
      { assessment: { ...facts.assessment, level: 'EXTREME' } },
      'STALE_ASSESSMENT',
    ],
    ['rings that refer to Police', { verdict: 'REFER_TO_POLICE' }, 'NOT_AVAILABLE'],
  ])('with %s is refused for all to know', (_why, change, reason) => {
    given(placementDecider, admitted)
      .when(clear(change))
      .then([{ type: 'ClearanceRefused', data: { ...ids, reason } } as PlacementEvent]);
  });
  it.each<[string, Partial<DataOf<'ClearPlacement'>>]>([
    ['nobody to take the alarm plan at receiving Police', { receivingPoliceContacts: [] }],
    ['no duty officer at the home board', { homeDutyOfficers: [] }],
  ])('with %s waits for an appointment, and the place is kept', (_why, change) => {
    given(placementDecider, admitted).when(clear(change)).thenRefused('placement.nobody_stands_by');
  });
  it('after an admission whose rings referred to Police is refused as not available', () => {
    given(placementDecider, [requested, granted('REFER_TO_POLICE')])
      .when(clear())
      .then([{ type: 'ClearanceRefused', data: { ...ids, reason: 'NOT_AVAILABLE' } }]);
  });
  it.each<[string, Partial<DataOf<'ClearPlacement'>>]>([
    ['the requester clears', { requestedBy: 'p-clearer' }],
    ['the assessor clears', { assessment: { ...facts.assessment, assessedBy: 'p-clearer' } }],
    ['the second assessor clears', { assessment: { ...facts.assessment, confirmedBy: 'p-clearer' } }],
    ['the requester has assessed', { assessment: { ...facts.assessment, assessedBy: 'p-home' } }],
    ['who assessed in an earlier version clears', { assessors: ['p-clearer'] }],
    ['the requester has confirmed', { assessment: { ...facts.assessment, confirmedBy: 'p-home' } }],
  ])('needs three different persons: %s', (_who, change) => {
    given(placementDecider, admitted).when(clear(change)).thenRefused('placement.four_eyes');
  });
  it('keeps four eyes on persons also when somebody has changed employer', () => {
    const former: Actor = { ...coordinator, person: 'p-home' };
    given(placementDecider, admitted).when(clear({}, former)).thenRefused('placement.four_eyes');
  });
  it('belongs to the coordinator, after admission, for a day to come', () => {
    given(placementDecider, admitted)
      .when(clear({}, { ...coordinator, agencyKind: 'POLICE' }))
      .thenRefused('placement.not_coordinator');
    given(placementDecider, [requested]).when(clear()).thenRefused('placement.not_admitted');
    given(placementDecider, admitted)
      .when(clear({ plannedArrival: '2026-03-01' }))
      .thenRefused('placement.in_the_past');
  });
  it('is taken back while nobody has moved, and not later', () => {
    const back = ask('TakeClearanceBack', { ...ids, reason: 'WAIVER_LAPSED' });
    given(placementDecider, inPlace)
      .when(back)
      .then([{ type: 'ClearanceTakenBack', data: { ...ids, reason: 'WAIVER_LAPSED' } }]);
    expect(repeatChangesNothing(placementDecider, inPlace, back)).toBe(true);
    given(placementDecider, [...inPlace, transferred])
      .when(back)
      .thenRefused('placement.already_moving');
    given(placementDecider, there).when(back).thenRefused('placement.already_moving');
  });
  it('is not taken back once it has taken effect, whatever nobody has recorded', () => {
    const back = (when: Instant) =>
      ask('TakeClearanceBack', { ...ids, reason: 'WAIVER_LAPSED' }, coordinator, when);
    const takenBack: PlacementEvent = {
      type: 'ClearanceTakenBack',
      data: { ...ids, reason: 'WAIVER_LAPSED' },
    };
    given(placementDecider, inPlace).when(back('2026-03-02T08:59:59.999Z')).then([takenBack]);
    // An hour after it was given, and from the beginning of the planned day on: people act by it.
    for (const when of [addHours(at, 1), startOfDay('2026-03-03'), '2026-03-07T20:00:00.000Z'])
      given(placementDecider, inPlace).when(back(when)).thenRefused('placement.already_moving');
    // Planned for the day of the clearance: never.
    const today: PlacementEvent = { ...cleared, data: { ...cleared.data, plannedArrival: '2026-03-02' } };
    given(placementDecider, [...admitted, today])
      .when(back(at))
      .thenRefused('placement.already_moving');
    given(placementDecider, [...inPlace, { type: 'ArrivalOverdue', data: ids }])
      .when(back(addHours(at, 72)))
      .thenRefused('placement.already_moving');
  });
});

describe('transfer and arrival', () => {
  const transfer = (startedAt: Instant, when: Instant) =>
    ask('RecordTransfer', { ...ids, startedAt }, officer, when);
  const arrive = (arrivedAt: Instant, when: Instant) =>
    ask('ConfirmArrival', { ...ids, arrivedAt }, officer, when);

  it('follow clearance, in this order in the world', () => {
    given(placementDecider, inPlace)
      .when(transfer(addHours(at, 1), addHours(at, 2)))
      .then([transferred]);
    given(placementDecider, [...inPlace, transferred])
      .when(arrive(addHours(at, 3), addHours(at, 4)))
      .then([arrived]);
    given(placementDecider, admitted).when(transfer(at, at)).thenRefused('placement.not_cleared');
    given(placementDecider, inPlace)
      .when(transfer(addHours(at, -1), at))
      .thenRefused('placement.before_clearance');
    given(placementDecider, inPlace)
      .when(transfer(addHours(at, 2), at))
      .thenRefused('placement.in_the_future');
    given(placementDecider, [...inPlace, transferred])
      .when(arrive(at, addHours(at, 4)))
      .thenRefused('placement.before_transfer');
  });
  it('an arrival counts also when nobody has recorded the transfer', () => {
    given(placementDecider, inPlace)
      .when(arrive(addHours(at, 3), addHours(at, 4)))
      .then([arrived]);
  });
  it('an arrival that does not come is an alarm once, and none when the person is there', () => {
    const alert = ask('AlertArrivalOverdue', ids);
    expect(repeatChangesNothing(placementDecider, inPlace, alert)).toBe(true);
    given(placementDecider, there).when(alert).thenNothing();
  });
});

describe('follow-ups', () => {
  const record = (number: number, heldOn = '2026-03-03', when: Instant = addHours(at, 24)) =>
    ask(
      'RecordFollowUp',
      { ...ids, number, heldOn, outcome: 'STABLE', note: confidential('social', 'x') },
      officer,
      when,
    );
  const miss = (when: Instant) => ask('MissFollowUp', { ...ids, number: 1 }, officer, when);
  const recorded = (number: number): PlacementEvent => ({
    type: 'FollowUpRecorded',
    data: { ...ids, number, heldOn: '2026-03-03', outcome: 'STABLE', note: confidential('social', 'x') },
  });
  const missed: PlacementEvent = { type: 'FollowUpMissed', data: { ...ids, number: 1 } };

  it('are ordered one at a time', () => {
    const next = (number: number) => ask('OrderFollowUp', { ...ids, number, dueAt: addHours(at, 27) });
    given(placementDecider, there)
      .when(next(1))
      .then([ordered(1)]);
    given(placementDecider, [...there, ordered(1)])
      .when(next(1))
      .thenNothing();
    given(placementDecider, [...there, ordered(1)])
      .when(next(2))
      .thenRefused('placement.follow_up_open');
    given(placementDecider, there).when(next(2)).thenRefused('placement.no_such_follow_up');
    given(placementDecider, inPlace).when(next(1)).thenRefused('placement.not_arrived');
    given(placementDecider, [...there, ended(true)])
      .when(next(1))
      .thenRefused('placement.ended');
  });
  it('are recorded once, on a day between arrival and today, also when missed', () => {
    given(placementDecider, [...there, ordered(1)])
      .when(record(1))
      .then([recorded(1)]);
    given(placementDecider, [...there, ordered(1), missed])
      .when(record(1))
      .then([recorded(1)]);
    given(placementDecider, [...there, ordered(1), recorded(1)])
      .when(record(1))
      .thenRefused('placement.follow_up_recorded');
    given(placementDecider, [...there, ordered(1)])
      .when(record(1, '2026-03-04'))
      .thenRefused('placement.in_the_future');
    given(placementDecider, [...there, ordered(1)])
      .when(record(1, '2026-03-01'))
      .thenRefused('placement.before_arrival');
    given(placementDecider, there).when(record(1)).thenRefused('placement.no_such_follow_up');
  });
  it('are missed when due and not held, not before, and not after', () => {
    given(placementDecider, [...there, ordered(1)])
      .when(miss(addHours(at, 26)))
      .thenRefused('placement.not_due');
    given(placementDecider, [...there, ordered(1)])
      .when(miss(addHours(at, 27)))
      .then([missed]);
    given(placementDecider, [...there, ordered(1), recorded(1)])
      .when(miss(addHours(at, 27)))
      .thenNothing();
    given(placementDecider, [...there, ordered(1), ended(true)])
      .when(miss(addHours(at, 27)))
      .thenNothing();
  });
});

describe('the end', () => {
  const end = (reason: DataOf<'EndPlacement'>['reason'] = 'WAIVER_WITHDRAWN') =>
    ask('EndPlacement', { ...ids, reason });
  it.each<[string, readonly PlacementEvent[], boolean]>([
    ['requested', [requested], false],
    ['admitted', admitted, false],
    ['cleared', inPlace, true],
    ['in transfer', [...inPlace, transferred], true],
    ['arrived', there, true],
  ])(
    '%s: a departure is awaited only when somebody may be standing there',
    (_stage, events, departurePending) => {
      given(placementDecider, events)
        .when(end())
        .then([ended(departurePending)]);
      expect(repeatChangesNothing(placementDecider, events, end())).toBe(true);
    },
  );
  it('awaits nobody when the person has settled there', () => {
    given(placementDecider, there)
      .when(end('SETTLED'))
      .then([{ type: 'PlacementEnded', data: { ...ids, reason: 'SETTLED', departurePending: false } }]);
  });
  it('awaits the departure when the case is closed for any other reason', () => {
    given(placementDecider, there)
      .when(end('CASE_CLOSED'))
      .then([{ type: 'PlacementEnded', data: { ...ids, reason: 'CASE_CLOSED', departurePending: true } }]);
  });
  it('of something that never was is refused', () => {
    given(placementDecider, []).when(end()).thenRefused('placement.unknown');
  });
  it('is followed by one departure, when one is awaited', () => {
    const depart = ask('ConfirmDeparture', { ...ids, departedAt: at });
    given(placementDecider, [...there, ended(true)])
      .when(depart)
      .then([departed]);
    given(placementDecider, [...there, ended(true), departed])
      .when(depart)
      .thenNothing();
    given(placementDecider, there).when(depart).thenRefused('placement.no_departure_pending');
    given(placementDecider, [...admitted, ended(false)])
      .when(depart)
      .thenRefused('placement.no_departure_pending');
    given(placementDecider, [...there, ended(true)])
      .when(ask('ConfirmDeparture', { ...ids, departedAt: addHours(at, 1) }))
      .thenRefused('placement.in_the_future');
  });
  it('a conflict is alerted wherever somebody may be, also after the end, and nowhere else', () => {
    const alert = ask('AlertConflict', ids);
    const alerted: PlacementEvent = { type: 'ConflictAlerted', data: ids };
    for (const events of [inPlace, there, [...there, ended(true)]])
      given(placementDecider, events).when(alert).then([alerted]);
    for (const events of [admitted, [...there, ended(true), departed]])
      given(placementDecider, events).when(alert).thenNothing();
  });
});
