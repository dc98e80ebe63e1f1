import { describe, expect, it } from '@jest/globals';
import { addHours, deadline, fold, startOfDay } from '#kernel';
import { given, repeatChangesNothing } from '#kernel/testing';
import {
  type CoordinationCommand,
  coordinationDecider,
  type CoordinationEvent,
  type EnactedRules,
  onDutyAt,
  type Rules,
  rules2026,
  rulesAt,
} from './index.js';

const at = '2026-03-02T08:00:00.000Z';
const coordinator = {
  person: 'p-coordinator',
  organisation: 'o-nc',
  agencyKind: 'NATIONAL_COORDINATOR',
} as const;
const deputy = { ...coordinator, person: 'p-deputy' };

const enact = (data: EnactedRules, when = at): CoordinationCommand => ({
  type: 'EnactRules',
  data,
  at: when,
  by: coordinator,
});
const enacted = (data: EnactedRules): CoordinationEvent => ({ type: 'RulesEnacted', data });
const next = (version: number, inForceFrom: string, over: Partial<Rules> = {}): EnactedRules => ({
  inForceFrom,
  rules: { ...rules2026.rules, version, ...over },
});

describe('the rules and clocks in force', () => {
  it('are enacted as data, from a date on', () => {
    given(coordinationDecider, [])
      .when(enact(rules2026))
      .then([enacted(rules2026)]);
  });
  it('enacted again are quiet', () => {
    given(coordinationDecider, [enacted(rules2026)])
      .when(enact(rules2026))
      .thenNothing();
    const second = next(2, '2026-04-01T00:00:00.000Z');
    given(coordinationDecider, [enacted(rules2026), enacted(second)])
      .when(enact(rules2026))
      .thenNothing();
    expect(repeatChangesNothing(coordinationDecider, [enacted(rules2026)], enact(second))).toBe(true);
  });
  it('rise in version', () => {
    given(coordinationDecider, [enacted(rules2026)])
      .when(enact(next(1, '2026-04-01T00:00:00.000Z')))
      .thenRefused('coordination.version_not_higher', { lastVersion: 1 });
  });
  it('do not change what was decided before them', () => {
    given(coordinationDecider, [enacted(rules2026)])
      .when(enact(next(2, '2026-03-02T07:59:59.999Z')))
      .thenRefused('coordination.in_force_in_the_past');
    given(coordinationDecider, [enacted(rules2026), enacted(next(2, '2026-06-01T00:00:00.000Z'))])
      .when(enact(next(3, '2026-05-01T00:00:00.000Z')))
      .thenRefused('coordination.in_force_before_the_last');
  });
  it.each<[string, Partial<Rules>]>([
    ['version', { version: 0 }],
    [
      'clocks.proposalAnswer',
      {
        clocks: {
          ...rules2026.rules.clocks,
          proposalAnswer: { calendar: 'WORKING', amount: 5, unit: 'HOURS', source: 'x' },
        },
      },
    ],
    [
      'clocks.clearance',
      {
        clocks: {
          ...rules2026.rules.clocks,
          clearance: { calendar: 'WORKING', amount: 2, unit: 'DAYS', source: ' ' },
        },
      },
    ],
    [
      'clocks.supervisedClosing',
      {
        clocks: {
          ...rules2026.rules.clocks,
          supervisedClosing: { calendar: 'SAFETY', amount: 6, unit: 'WEEKS', source: 'x' },
        },
      },
    ],
    [
      'clocks.conflictCheckMaxAge',
      {
        clocks: {
          ...rules2026.rules.clocks,
          conflictCheckMaxAge: { calendar: 'SAFETY', amount: 1, unit: 'DAYS', source: 'x' },
        },
      },
    ],
    ['validityHours.HIGH', { validityHours: { ...rules2026.rules.validityHours, HIGH: 0 } }],
    [
      'reassessmentLeadHours.EXTREME',
      { reassessmentLeadHours: { ...rules2026.rules.reassessmentLeadHours, EXTREME: 72 } },
    ],
    ['reminderAt', { reminderAt: 1 }],
    ['maxCounterRounds', { maxCounterRounds: -1 }],
    ['followUps.firstHours', { followUps: { ...rules2026.rules.followUps, firstHours: [72, 24] } }],
    ['followUps.everyDays', { followUps: { ...rules2026.rules.followUps, everyDays: 0 } }],
    ['mandatoryRecipients', { mandatoryRecipients: ['NOBODY' as never] }],
    ['mandatoryClasses', { mandatoryClasses: ['rumours' as never] }],
  ])('are refused when no deadline could be computed from them: %s', (field, wrong) => {
    given(coordinationDecider, [])
      .when(enact({ inForceFrom: at, rules: { ...rules2026.rules, ...wrong } }))
      .thenRefused('coordination.rules_not_usable', { field });
  });
  it('of a day are those that were in force on it', () => {
    const second = next(2, '2026-06-01T00:00:00.000Z');
    const state = fold(coordinationDecider, [enacted(rules2026), enacted(second)]);
    expect(rulesAt(state, '2025-12-31T22:59:59.999Z')).toBeUndefined();
    expect(rulesAt(state, startOfDay('2026-01-01'))?.version).toBe(1);
    expect(rulesAt(state, '2026-05-31T23:59:59.999Z')?.version).toBe(1);
    expect(rulesAt(state, '2026-06-01T00:00:00.000Z')?.version).toBe(2);
    expect(rulesAt(coordinationDecider.initialState, at)).toBeUndefined();
  });
});

describe('the first set of rules', () => {
  const { rules } = rules2026;
  it('gives the deadlines of the domain: three days to assess, five to answer, two to clear', () => {
    const monday = '2026-03-02T08:00:00.000Z';
    expect(deadline(rules.clocks.threatAssessment, monday)).toBe(startOfDay('2026-03-06'));
    expect(deadline(rules.clocks.proposalAnswer, monday)).toBe(startOfDay('2026-03-10'));
    expect(deadline(rules.clocks.clearance, monday)).toBe(startOfDay('2026-03-05'));
    expect(deadline(rules.clocks.referralAnswer, monday)).toBe(addHours(monday, 24));
    expect(deadline(rules.clocks.supervisedClosing, monday)).toBe('2026-09-02T07:00:00.000Z');
  });
  it('lets an answer over Midsummer Eve 2026 take until Tuesday', () => {
    expect(deadline(rules.clocks.proposalAnswer, '2026-06-15T08:00:00.000Z')).toBe(startOfDay('2026-06-24'));
  });
  it('relies on a level for 60 days, 30 days, 7 days and 72 hours', () => {
    expect(rules.validityHours).toEqual({ LOW: 1440, MEDIUM: 720, HIGH: 168, EXTREME: 72 });
  });
});

describe('the duty of the coordinator', () => {
  const take = (
    by: typeof coordinator | typeof deputy,
    from: string,
    official = by.person,
  ): CoordinationCommand => ({
    type: 'TakeDuty',
    data: { official, from },
    at: from,
    by,
  });
  const taken = (official: string, from: string): CoordinationEvent => ({
    type: 'DutyTaken',
    data: { official, from },
  });
  const later = addHours(at, 24);

  it('is taken by the one who will have it', () => {
    given(coordinationDecider, [])
      .when(take(coordinator, at))
      .then([taken('p-coordinator', at)]);
    given(coordinationDecider, [taken('p-coordinator', at)])
      .when(take(deputy, later))
      .then([taken('p-deputy', later)]);
    given(coordinationDecider, [])
      .when(take(coordinator, at, 'p-deputy'))
      .thenRefused('coordination.not_own_duty');
  });
  it('is of the national coordinator only', () => {
    given(coordinationDecider, [])
      .when({ ...take(coordinator, at), by: { ...coordinator, agencyKind: 'POLICE' } })
      .thenRefused('coordination.not_a_coordinator');
  });
  it('taken again by the same person is quiet', () => {
    given(coordinationDecider, [taken('p-coordinator', at)])
      .when(take(coordinator, later))
      .thenNothing();
  });
  it('is not taken over for a time before the last one took it', () => {
    given(coordinationDecider, [taken('p-coordinator', later)])
      .when(take(deputy, at))
      .thenRefused('coordination.duty_before_the_last');
  });
  it('is of one person at any instant', () => {
    const state = fold(coordinationDecider, [
      enacted(rules2026),
      taken('p-coordinator', at),
      taken('p-deputy', later),
    ]);
    expect(onDutyAt(state, addHours(at, -1))).toBeUndefined();
    expect(onDutyAt(state, at)).toBe('p-coordinator');
    expect(onDutyAt(state, later)).toBe('p-deputy');
  });
});
