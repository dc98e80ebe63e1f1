import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Actor, confidential, dataClasses, fold } from '#kernel';
import { given, playEachTwice, repeatChangesNothing } from '#kernel/testing';
import {
  type GlassCommand,
  glassDecider,
  type GlassEvent,
  glassRelations,
  type JointOpeningCommand,
  jointOpeningDecider,
  type JointOpeningEvent,
  justInTimeRules,
  justInTimeRulesOn,
  openGlassAt,
  openJointlyAt,
} from './index.js';

const at = '2026-03-02T02:10:00.000Z';
const after = (minutes: number): string => new Date(Date.parse(at) + minutes * 60_000).toISOString();
const alone: Actor = { person: 'p-duty', organisation: 'o-board', agencyKind: 'SOCIAL_BOARD' };
const second: Actor = { person: 'p-coordinator', organisation: 'o-police', agencyKind: 'POLICE' };
const colleague: Actor = { ...alone, person: 'p-colleague' };
const rules = justInTimeRules[0]!;

type Broken = Extract<GlassEvent, { type: 'GlassBroken' }>['data'];
const asked: Omit<Broken, 'organisation' | 'brokenBy' | 'expiresAt' | 'confirmBy'> = {
  caseId: 'c-1',
  subject: 's-1',
  glassId: 'g-1',
  relation: 'HOME_DUTY',
  reason: 'DANGER_TO_LIFE',
  classes: ['identity'],
  note: confidential('social', 'En påhittad fara'),
  record: 17,
  homePolice: 'o-police',
  homePoliceContacts: ['p-coordinator'],
};
const told = { homePolice: 'o-police', homePoliceContacts: ['p-coordinator'] };
const breaking = (over: Partial<typeof asked> = {}, by = alone, when = at): GlassCommand => ({
  type: 'BreakGlass',
  data: { ...asked, ...over },
  at: when,
  by,
});
const broken: GlassEvent = {
  type: 'GlassBroken',
  data: {
    ...asked,
    organisation: alone.organisation,
    brokenBy: alone.person,
    expiresAt: after(60),
    confirmBy: after(60),
  },
};
const ids = { caseId: 'c-1', glassId: 'g-1' };
const confirm = (by: Actor, when: string): GlassCommand => ({
  type: 'ConfirmGlass',
  data: ids,
  at: when,
  by,
});
const whose = {
  brokenBy: alone.person,
  brokenAt: alone.organisation,
  relation: asked.relation,
  record: asked.record,
};
const confirmed: GlassEvent = {
  type: 'GlassConfirmed',
  data: { ...ids, ...told, ...whose, confirmedBy: second.person },
};
const confirmedLate: GlassEvent = {
  type: 'GlassConfirmedLate',
  data: { ...ids, ...told, ...whose, confirmedBy: second.person },
};
const end = (when: string): GlassCommand => ({ type: 'EndGlass', data: ids, at: when, by: alone });
const ended: GlassEvent = { type: 'GlassEnded', data: { ...ids, ...told, reason: 'NOT_CONFIRMED' } };

describe('a glass', () => {
  it('is broken by one official alone, at once, for an hour', () => {
    given(glassDecider, []).when(breaking()).then([broken]);
    expect(repeatChangesNothing(glassDecider, [], breaking())).toBe(true);
    const state = fold(glassDecider, [broken]);
    expect(openGlassAt(state, 'g-1', at)).toBeDefined();
    expect(openGlassAt(state, 'g-1', after(59))).toBeDefined();
    // By time: nobody has to come and shut it.
    expect(openGlassAt(state, 'g-1', after(60))).toBeUndefined();
    expect(openGlassAt(state, 'g-2', at)).toBeUndefined();
  });

  it('opens for each part what the rules say, and for nobody sources, adversaries or other persons’ data', () => {
    for (const relation of glassRelations)
      for (const dataClass of dataClasses) {
        const decided = given(glassDecider, []).when(breaking({ relation, classes: [dataClass] }));
        const opens = rules.glassOpens[relation].includes(dataClass) && !rules.never.includes(dataClass);
        if (!opens) decided.thenRefused('break_glass.stays_shut');
        else expect(() => decided.thenRefused('break_glass.stays_shut')).toThrow();
      }
    for (const closed of ['threat-detail', 'family', 'health', 'social', 'offence'] as const)
      expect(rules.never).toContain(closed);
    // One that stays shut keeps the others shut: nobody is told half of what was asked.
    given(glassDecider, [])
      .when(breaking({ classes: ['identity', 'threat-detail'] }))
      .thenRefused('break_glass.stays_shut');
    given(glassDecider, [])
      .when(breaking({ classes: [] }))
      .thenRefused('break_glass.stays_shut');
  });

  it('is confirmed by a second person within the hour', () => {
    given(glassDecider, [broken])
      .when(confirm(second, after(30)))
      .then([confirmed]);
    given(glassDecider, [broken, confirmed])
      .when(confirm(second, after(31)))
      .thenNothing();
    given(glassDecider, [broken])
      .when(confirm(alone, after(30)))
      .thenRefused('break_glass.same_person');
    given(glassDecider, []).when(confirm(second, at)).thenRefused('break_glass.unknown');
  });

  it('ends when nobody confirms it, and then says so', () => {
    given(glassDecider, [broken])
      .when(end(after(59)))
      .thenRefused('break_glass.not_due');
    given(glassDecider, [broken])
      .when(end(after(60)))
      .then([ended]);
    given(glassDecider, [broken, ended])
      .when(end(after(61)))
      .thenNothing();
    given(glassDecider, []).when(end(at)).thenRefused('break_glass.unknown');
  });

  it('that was ended is confirmed late by a second person, and opens nothing for that', () => {
    for (const history of [[broken], [broken, ended]]) {
      given(glassDecider, history)
        .when(confirm(second, after(60)))
        .then([confirmedLate]);
      given(glassDecider, history)
        .when(confirm(alone, after(60)))
        .thenRefused('break_glass.same_person');
      expect(openGlassAt(fold(glassDecider, [...history, confirmedLate]), 'g-1', after(60))).toBeUndefined();
    }
    // Whether or not the timer comes after all.
    given(glassDecider, [broken, confirmedLate])
      .when(end(after(61)))
      .thenNothing();
    given(glassDecider, [broken, confirmedLate])
      .when(confirm(second, after(62)))
      .thenNothing();
  });

  it('opens past the hour of confirming only for who was confirmed, where a rule lets it open longer', () => {
    const longer: GlassEvent = {
      type: 'GlassBroken',
      data: { ...broken.data, confirmBy: after(20) } as Broken,
    };
    const open = (events: readonly GlassEvent[], minutes: number) =>
      openGlassAt(fold(glassDecider, [longer, ...events]), 'g-1', after(minutes)) !== undefined;
    expect([open([], 19), open([], 20), open([], 59)]).toEqual([true, false, false]);
    expect([open([confirmed], 20), open([confirmed], 59), open([confirmed], 60)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([open([confirmedLate], 20), open([confirmedLate], 59)]).toEqual([false, false]);
  });

  it('in whichever order confirmation and deadline come, it is confirmed in time or ended, and confirmed late once', () => {
    given(glassDecider, [broken, confirmed])
      .when(end(after(60)))
      .thenNothing();
    given(glassDecider, [broken, ended])
      .when(confirm(second, after(61)))
      .then([confirmedLate]);
    let both = 0;
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.nat({ max: 120 }).map((minutes) => confirm(second, after(minutes))),
            fc.nat({ max: 120 }).map((minutes) => end(after(minutes))),
          ),
          { maxLength: 8 },
        ),
        (commands) => {
          const { events } = playEachTwice(glassDecider, [breaking(), ...commands]);
          const types = events.map(({ type }) => type);
          both += types.length - 1;
          const count = (wanted: GlassEvent['type']) => types.filter((type) => type === wanted).length;
          expect(count('GlassConfirmed') + count('GlassEnded')).toBeLessThanOrEqual(1);
          expect(count('GlassConfirmed') + count('GlassConfirmedLate')).toBeLessThanOrEqual(1);
        },
      ),
    );
    expect(both).toBeGreaterThan(20);
  });

  it('that was ended opens nothing, however early by the clock', () => {
    expect(openGlassAt(fold(glassDecider, [broken, ended]), 'g-1', at)).toBeUndefined();
  });
});

describe('Glass after glass', () => {
  const officers = (glassId: string, when: string, by = alone): GlassCommand =>
    breaking({ glassId, relation: 'HOME_BOARD', classes: ['address'] }, by, when);
  const brokenBy = (by: Actor, glassId: string, when: string): GlassEvent => {
    const until = new Date(Date.parse(when) + 60 * 60_000).toISOString();
    const data = {
      ...(first.data as Broken),
      glassId,
      brokenBy: by.person,
      expiresAt: until,
      confirmBy: until,
    };
    return { type: 'GlassBroken', data };
  };
  const first: GlassEvent = {
    type: 'GlassBroken',
    data: { ...(broken.data as Broken), relation: 'HOME_BOARD', classes: ['address'] },
  };

  it('by one official is refused while nobody has confirmed the one before, in its hour as after it', () => {
    for (const [history, when] of [
      [[first], after(10)],
      [[first], after(60)],
      [[first, ended], after(24 * 60)],
    ] as const) {
      given(glassDecider, history).when(officers('g-2', when)).thenRefused('break_glass.unconfirmed_before');
      // Somebody else opens in that place.
      given(glassDecider, history)
        .when(officers('g-2', when, colleague))
        .then([brokenBy(colleague, 'g-2', when)]);
    }
    // The same glass asked for once more is not another one.
    given(glassDecider, [first])
      .when(officers('g-1', after(10)))
      .thenNothing();
  });

  it('is free again once it was confirmed, in time or late, with an hour of its own', () => {
    for (const history of [
      [first, confirmed],
      [first, confirmedLate],
      [first, ended, confirmedLate],
    ]) {
      const [next] = glassDecider.decide(officers('g-2', after(90)), fold(glassDecider, history));
      expect(next).toMatchObject({ data: { expiresAt: after(150), confirmBy: after(150) } });
      expect(next?.data).not.toHaveProperty('unconfirmedBefore');
    }
  });

  it('opens for rescuers at night with nobody awake, and says how many nobody has confirmed', () => {
    for (const relation of ['HOME_DUTY', 'RECEIVING_POLICE'] as const) {
      const again = (glassId: string, when: string) => breaking({ glassId, relation }, alone, when);
      const { events } = playEachTwice(glassDecider, [
        again('g-1', at),
        again('g-2', after(30)),
        again('g-3', after(90)),
      ]);
      expect(events.map(({ data }) => (data as Broken).unconfirmedBefore)).toEqual([undefined, 1, 2]);
    }
  });
});

describe('the rules of openings for minutes', () => {
  it('are those of the day', () => {
    const later = [...justInTimeRules, { ...rules, from: '2026-07-01', glassMinutes: 30 }];
    expect(justInTimeRulesOn('2026-06-30', later).glassMinutes).toBe(60);
    expect(justInTimeRulesOn('2026-07-01', later).glassMinutes).toBe(30);
    expect(() => justInTimeRulesOn('2024-12-31')).toThrow(RangeError);
  });
});

describe('a joint opening of who and where', () => {
  const request: JointOpeningCommand = {
    type: 'RequestJointOpening',
    data: { caseId: 'c-1', subject: 's-1', openingId: 'o-1', purpose: 'TRANSPORT' },
    at,
    by: alone,
  };
  const requested: JointOpeningEvent = {
    type: 'JointOpeningRequested',
    data: {
      ...request.data,
      organisation: alone.organisation,
      requestedBy: alone.person,
      answerBy: after(60),
    },
  };
  const opening = { caseId: 'c-1', openingId: 'o-1' };
  const approve = (by: Actor, when: string): JointOpeningCommand => ({
    type: 'ApproveJointOpening',
    data: { ...opening, record: 18 },
    at: when,
    by,
  });
  const approved = (when: string, expiresAt: string): JointOpeningEvent => ({
    type: 'JointOpeningApproved',
    data: {
      ...opening,
      approvedBy: colleague.person,
      requestedBy: alone.person,
      record: 18,
      from: when,
      expiresAt,
    },
  });
  const reject = (by: Actor, when: string): JointOpeningCommand => ({
    type: 'RejectJointOpening',
    data: opening,
    at: when,
    by,
  });
  const rejected: JointOpeningEvent = {
    type: 'JointOpeningRejected',
    data: { ...opening, rejectedBy: colleague.person },
  };

  it('is asked for by one and approved by another of the same authority, for a quarter of an hour', () => {
    given(jointOpeningDecider, []).when(request).then([requested]);
    expect(repeatChangesNothing(jointOpeningDecider, [], request)).toBe(true);
    given(jointOpeningDecider, [requested])
      .when(approve(colleague, after(10)))
      .then([approved(after(10), after(25))]);
    given(jointOpeningDecider, [requested, approved(after(10), after(25))])
      .when(approve(colleague, after(11)))
      .thenNothing();
    const state = fold(jointOpeningDecider, [requested, approved(after(10), after(25))]);
    expect(openJointlyAt(state, 'o-1', after(24))).toBeDefined();
    expect(openJointlyAt(state, 'o-1', after(25))).toBeUndefined();
    expect(openJointlyAt(fold(jointOpeningDecider, [requested]), 'o-1', after(1))).toBeUndefined();
  });

  it('is not approved by who asked, by another authority, or after an hour', () => {
    for (const answer of [approve, reject]) {
      given(jointOpeningDecider, [requested])
        .when(answer(alone, after(1)))
        .thenRefused('joint_opening.same_person');
      given(jointOpeningDecider, [requested])
        .when(answer(second, after(1)))
        .thenRefused('joint_opening.unknown');
      given(jointOpeningDecider, [requested])
        .when(answer(colleague, after(60)))
        .thenRefused('joint_opening.too_late');
      given(jointOpeningDecider, [])
        .when(answer(colleague, after(1)))
        .thenRefused('joint_opening.unknown');
    }
  });

  it('has one answer', () => {
    given(jointOpeningDecider, [requested])
      .when(reject(colleague, after(1)))
      .then([rejected]);
    given(jointOpeningDecider, [requested, rejected])
      .when(reject(colleague, after(2)))
      .thenNothing();
    given(jointOpeningDecider, [requested, rejected])
      .when(approve(colleague, after(2)))
      .thenRefused('joint_opening.already_answered');
    expect(openJointlyAt(fold(jointOpeningDecider, [requested, rejected]), 'o-1', after(2))).toBeUndefined();
  });
});
