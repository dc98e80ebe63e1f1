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
const confirmed: GlassEvent = {
  type: 'GlassConfirmed',
  data: { ...ids, ...told, confirmedBy: second.person },
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
    given(glassDecider, [broken])
      .when(confirm(second, after(60)))
      .thenRefused('break_glass.too_late');
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

  it('in whichever order confirmation and deadline come, it is either confirmed or ended', () => {
    given(glassDecider, [broken, confirmed])
      .when(end(after(60)))
      .thenNothing();
    given(glassDecider, [broken, ended])
      .when(confirm(second, after(61)))
      .thenRefused('break_glass.too_late');
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
          expect(types.filter((type) => type !== 'GlassBroken').length).toBeLessThanOrEqual(1);
        },
      ),
    );
    expect(both).toBeGreaterThan(20);
  });

  it('that was ended opens nothing, however early by the clock', () => {
    expect(openGlassAt(fold(glassDecider, [broken, ended]), 'g-1', at)).toBeUndefined();
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
    data: { ...opening, approvedBy: colleague.person, record: 18, from: when, expiresAt },
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
