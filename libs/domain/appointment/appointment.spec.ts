import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addHours, fold } from '#kernel';
import { given, playEachTwice } from '#kernel/testing';
import {
  agenciesOf,
  type AppointmentCommand,
  appointmentDecider,
  type AppointmentEvent,
  appointmentsAt,
  isTrainedAt,
  isUsable,
  officialFunctions,
} from './index.js';

const at = '2026-03-02T08:00:00.000Z';
const by = { person: 'p-registrar', organisation: 'o-nc', agencyKind: 'NATIONAL_COORDINATOR' } as const;

type Appointed = Extract<AppointmentEvent, { type: 'OfficialAppointed' }>['data'];
const post: Appointed = {
  appointmentId: 'app-1',
  official: 'p-1',
  organisation: 'o-board',
  agencyKind: 'SOCIAL_BOARD',
  function: 'RECEIVING_DECIDER',
  delegated: true,
  from: '2026-01-01T00:00:00.000Z',
  until: '2026-07-01T00:00:00.000Z',
};
const appoint = (over: Partial<Appointed> = {}): AppointmentCommand => ({
  type: 'AppointOfficial',
  data: { ...post, ...over },
  at,
  by,
});
const appointed = (over: Partial<Appointed> = {}): AppointmentEvent => ({
  type: 'OfficialAppointed',
  data: { ...post, ...over },
});
const end = (endsAt: string, appointmentId = 'app-1'): AppointmentCommand => ({
  type: 'EndAppointment',
  data: { appointmentId, official: 'p-1', endsAt },
  at,
  by,
});
const ended = (endsAt: string): AppointmentEvent => ({
  type: 'AppointmentEnded',
  data: { appointmentId: 'app-1', official: 'p-1', endsAt },
});
const train = (completedAt: string, official = 'p-1'): AppointmentCommand => ({
  type: 'RecordTraining',
  data: { official, completedAt },
  at,
  by,
});
const trained = (completedAt: string): AppointmentEvent => ({
  type: 'TrainingCompleted',
  data: { official: 'p-1', completedAt },
});

describe('an appointment', () => {
  it('says who holds which function in which unit, from when to when', () => {
    given(appointmentDecider, []).when(appoint()).then([appointed()]);
  });
  it('sent again is quiet, also when it has been ended since', () => {
    given(appointmentDecider, [appointed()]).when(appoint()).thenNothing();
    given(appointmentDecider, [appointed(), ended('2026-02-01T00:00:00.000Z')])
      .when(appoint())
      .thenNothing();
    given(appointmentDecider, [appointed()])
      .when(appoint({ function: 'HOME_OFFICER' }))
      .thenRefused('appointment.id_used_for_something_else');
  });
  it('is made by somebody else: nobody gives himself a function, or a training', () => {
    const own = {
      official: by.person,
      function: 'NATIONAL_COORDINATOR',
      agencyKind: 'NATIONAL_COORDINATOR',
    } as const;
    given(appointmentDecider, []).when(appoint(own)).thenRefused('appointment.own');
    given(appointmentDecider, []).when(train(at, by.person)).thenRefused('appointment.own');
  });
  it('does not overlap with the same function in the same unit', () => {
    const history = [appointed()];
    for (const period of [
      { from: '2026-06-30T23:59:59.999Z', until: undefined },
      { from: '2025-01-01T00:00:00.000Z', until: '2026-01-01T00:00:00.001Z' },
      { from: '2025-01-01T00:00:00.000Z', until: undefined },
    ])
      given(appointmentDecider, history)
        .when(appoint({ appointmentId: 'app-2', ...period }))
        .thenRefused('appointment.overlaps');
    const next = { appointmentId: 'app-2', from: '2026-07-01T00:00:00.000Z', until: undefined };
    given(appointmentDecider, history)
      .when(appoint(next))
      .then([appointed(next)]);
    const elsewhere = { appointmentId: 'app-2', organisation: 'o-other' };
    given(appointmentDecider, history)
      .when(appoint(elsewhere))
      .then([appointed(elsewhere)]);
  });
  it('belongs to the agency that has the function', () => {
    given(appointmentDecider, [])
      .when(appoint({ agencyKind: 'POLICE' }))
      .thenRefused('appointment.function_of_another_agency');
    expect(Object.keys(agenciesOf).sort()).toEqual([...officialFunctions].sort());
  });
  it('of a duty officer is with the board’s delegation: who cannot open the alarm plan does not stand by', () => {
    const duty = { function: 'HOME_DUTY_OFFICER', delegated: false } as const;
    given(appointmentDecider, []).when(appoint(duty)).thenRefused('appointment.needs_delegation');
    const delegated = { ...duty, delegated: true };
    given(appointmentDecider, [])
      .when(appoint(delegated))
      .then([appointed(delegated)]);
    // One of before stays what it was, and is no use.
    given(appointmentDecider, [appointed(duty)])
      .when(appoint(duty))
      .thenNothing();
    expect([duty, delegated, { function: 'HOME_OFFICER', delegated: false } as const].map(isUsable)).toEqual([
      false,
      true,
      true,
    ]);
  });
  it('does not end before it begins, and is about one official', () => {
    given(appointmentDecider, [])
      .when(appoint({ until: post.from }))
      .thenRefused('appointment.ends_before_it_begins');
    given(appointmentDecider, [appointed()])
      .when(appoint({ appointmentId: 'app-2', official: 'p-2' }))
      .thenRefused('appointment.other_official');
  });
});

describe('the end of an appointment', () => {
  it('may come sooner than planned, never later', () => {
    given(appointmentDecider, [appointed()])
      .when(end('2026-03-03T00:00:00.000Z'))
      .then([ended('2026-03-03T00:00:00.000Z')]);
    given(appointmentDecider, [appointed()])
      .when(end('2026-08-01T00:00:00.000Z'))
      .thenRefused('appointment.already_ended');
    given(appointmentDecider, [appointed()])
      .when(end('2025-12-31T00:00:00.000Z'))
      .thenRefused('appointment.ends_before_it_begins');
  });
  it('sent again is quiet; of an unknown appointment it is refused', () => {
    given(appointmentDecider, [appointed(), ended('2026-03-03T00:00:00.000Z')])
      .when(end('2026-03-03T00:00:00.000Z'))
      .thenNothing();
    given(appointmentDecider, [appointed()])
      .when(end('2026-03-03T00:00:00.000Z', 'app-9'))
      .thenRefused('appointment.not_found');
  });
});

describe('training in protected personal data', () => {
  it('is recorded once, and the newest counts', () => {
    given(appointmentDecider, [])
      .when(train(at))
      .then([trained(at)]);
    given(appointmentDecider, [trained(at)])
      .when(train(at))
      .thenNothing();
    given(appointmentDecider, [trained(at)])
      .when(train('2026-01-01T00:00:00.000Z'))
      .thenNothing();
    given(appointmentDecider, [trained('2026-01-01T00:00:00.000Z')])
      .when(train(at))
      .then([trained(at)]);
  });
  it('is not recorded before it is done', () => {
    given(appointmentDecider, [])
      .when(train('2026-03-02T08:00:00.001Z'))
      .thenRefused('appointment.training_in_the_future');
  });
});

describe('who holds what at an instant', () => {
  const state = fold(appointmentDecider, [appointed(), trained(at), ended('2026-05-01T00:00:00.000Z')]);
  it.each([
    ['2025-12-31T23:59:59.999Z', 0],
    ['2026-01-01T00:00:00.000Z', 1],
    ['2026-04-30T23:59:59.999Z', 1],
    ['2026-05-01T00:00:00.000Z', 0],
  ])('at %s: %i', (instant, count) => {
    expect(appointmentsAt(state, instant)).toHaveLength(count);
  });
  it('counts training from the instant at which it was completed', () => {
    expect(isTrainedAt(state, '2026-03-02T07:59:59.999Z')).toBe(false);
    expect(isTrainedAt(state, at)).toBe(true);
  });
  it('is nothing for an official of whom nothing is known', () => {
    expect(appointmentsAt(appointmentDecider.initialState, at)).toEqual([]);
    expect(isTrainedAt(appointmentDecider.initialState, at)).toBe(false);
  });

  const instants = fc.nat({ max: 200 }).map((hours) => addHours('2026-01-01T00:00:00.000Z', hours));
  const commands = fc.oneof(
    fc
      .record({
        id: fc.constantFrom('1', '2', '3', '4'),
        from: instants,
        until: fc.option(instants, { nil: undefined }),
      })
      .map(({ id, from, until }) => appoint({ appointmentId: id, from, until })),
    fc
      .record({ id: fc.constantFrom('1', '2', '3', '4'), endsAt: instants })
      .map(({ id, endsAt }) => end(endsAt, id)),
    instants.map((completedAt) => train(completedAt)),
  );
  it('is never the same function in the same unit twice, whatever was asked for', () => {
    let held = 0;
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 15 }), instants, (sent, instant) => {
        const holding = appointmentsAt(playEachTwice(appointmentDecider, sent).state, instant);
        held += holding.length;
        expect(holding.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
    expect(held).toBeGreaterThan(10);
  });
});
