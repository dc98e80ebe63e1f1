import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addHours, confidential, fold, type Instant, type ThreatLevel, threatLevels } from '#kernel';
import { given, playEachTwice } from '#kernel/testing';
import {
  assessmentAt,
  levelWhenUnassessed,
  reassessmentReasons,
  type ThreatAssessmentCommand,
  threatAssessmentDecider,
  type ThreatAssessmentEvent,
} from './index.js';

const at = '2026-03-02T08:00:00.000Z';
const later = addHours(at, 24);
const caseId = 'case-1';
const validityHours = { LOW: 1440, MEDIUM: 720, HIGH: 168, EXTREME: 72 };
const detail = confidential('threat-detail', 'Seen near the old home.');
const advice = confidential('threat-advice', 'Do not travel by train.');
const police = (person: string) => ({ person, organisation: 'o-police', agencyKind: 'POLICE' }) as const;
const requestedBy = 'p-officer';

type Command<Type extends ThreatAssessmentCommand['type']> = Extract<ThreatAssessmentCommand, { type: Type }>;
type Assessed = Extract<ThreatAssessmentEvent, { type: 'ThreatAssessed' }>['data'];

const assess = (
  level: ThreatLevel,
  over: Partial<Command<'AssessThreat'>['data']> = {},
  person = 'p-assessor',
  when: Instant = at,
): ThreatAssessmentCommand => ({
  type: 'AssessThreat',
  data: {
    caseId,
    level,
    restrictions: [],
    detail,
    advice,
    validityHours,
    requestedBy,
    clearedBy: [],
    ...over,
  },
  at: when,
  by: police(person),
});
const assessed = (level: ThreatLevel, over: Partial<Assessed> = {}): ThreatAssessmentEvent => {
  const assessedAt = over.assessedAt ?? at;
  return {
    type: 'ThreatAssessed',
    data: {
      caseId,
      version: 1,
      level,
      assessedAt,
      validUntil: addHours(assessedAt, validityHours[level]),
      restrictions: [],
      assessedBy: 'p-assessor',
      detail,
      advice,
      ...over,
    },
  };
};
const proposed = (level: ThreatLevel, version = 2, proposedBy = 'p-assessor'): ThreatAssessmentEvent => ({
  type: 'LoweringProposed',
  data: { caseId, version, level, restrictions: [], assessedAt: later, proposedBy, detail, advice },
});
const confirm = (
  person = 'p-second',
  over: Partial<Command<'ConfirmLowering'>['data']> = {},
  when: Instant = later,
): ThreatAssessmentCommand => ({
  type: 'ConfirmLowering',
  data: { caseId, version: 2, validityHours, requestedBy, clearedBy: [], ...over },
  at: when,
  by: police(person),
});
const confirmed = (level: ThreatLevel, over: object = {}): ThreatAssessmentEvent => ({
  type: 'LoweringConfirmed',
  data: {
    caseId,
    version: 2,
    level,
    restrictions: [],
    assessedAt: later,
    validUntil: addHours(later, validityHours[level]),
    proposedBy: 'p-assessor',
    confirmedBy: 'p-second',
    ...over,
  },
});
const reject = (version = 2): ThreatAssessmentCommand => ({
  type: 'RejectLowering',
  data: { caseId, version },
  at: later,
  by: police('p-second'),
});
const rejected: ThreatAssessmentEvent = {
  type: 'LoweringRejected',
  data: { caseId, version: 2, rejectedBy: 'p-second' },
};
const order = (
  reason: Command<'OrderReassessment'>['data']['reason'],
  dueAt = later,
): ThreatAssessmentCommand => ({
  type: 'OrderReassessment',
  data: { caseId, reason, dueAt },
  at,
  by: police('process:relocation'),
});
const ordered = (reason: Command<'OrderReassessment'>['data']['reason']): ThreatAssessmentEvent => ({
  type: 'ReassessmentOrdered',
  data: { caseId, reason, dueAt: later },
});
const expire = (version: number, when: Instant): ThreatAssessmentCommand => ({
  type: 'ExpireAssessment',
  data: { caseId, version },
  at: when,
  by: police('process:relocation'),
});
const expired = (version = 1): ThreatAssessmentEvent => ({
  type: 'AssessmentExpired',
  data: { caseId, version },
});

describe('an assessment by Police', () => {
  it.each([
    ['LOW', '2026-05-01T08:00:00.000Z'],
    ['MEDIUM', '2026-04-01T08:00:00.000Z'],
    ['HIGH', '2026-03-09T08:00:00.000Z'],
    ['EXTREME', '2026-03-05T08:00:00.000Z'],
  ] as const)('of level %s may be relied on until %s', (level, validUntil) => {
    given(threatAssessmentDecider, [])
      .when(assess(level))
      .then([assessed(level, { validUntil })]);
  });
  it('holds twice as long after ninety stable days in one place, except EXTREME', () => {
    const placed90 = { placedSince: addHours(at, -90 * 24) };
    const placed89 = { placedSince: addHours(at, -90 * 24 + 1) };
    given(threatAssessmentDecider, [])
      .when(assess('HIGH', placed90))
      .then([assessed('HIGH', { validUntil: addHours(at, 336) })]);
    given(threatAssessmentDecider, [])
      .when(assess('HIGH', placed89))
      .then([assessed('HIGH')]);
    given(threatAssessmentDecider, [])
      .when(assess('EXTREME', placed90))
      .then([assessed('EXTREME')]);
  });
  it('needs a request', () => {
    given(threatAssessmentDecider, [])
      .when(assess('HIGH', { requestedBy: undefined }))
      .thenRefused('threat_assessment.not_requested');
  });
  it('is not made by the person who asked for the relocation, who may work for Police by now', () => {
    given(threatAssessmentDecider, [])
      .when(assess('HIGH', {}, requestedBy))
      .thenRefused('threat_assessment.assessor_is_requester');
  });
  it('is not made by a person who cleared a placement of the case, at any level, first or later', () => {
    for (const history of [[], [assessed('HIGH')]])
      for (const level of threatLevels)
        given(threatAssessmentDecider, history)
          .when(assess(level, { clearedBy: ['p-coordinator', 'p-deputy'] }, 'p-deputy', later))
          .thenRefused('threat_assessment.assessor_is_clearer');
    given(threatAssessmentDecider, [])
      .when(assess('HIGH', { clearedBy: ['p-deputy'] }))
      .then([assessed('HIGH')]);
  });
  it('is made by nobody but Police', () => {
    const command = { ...assess('HIGH'), by: { ...police('p-1'), agencyKind: 'SOCIAL_BOARD' } } as const;
    given(threatAssessmentDecider, []).when(command).thenRefused('threat_assessment.not_police');
  });
  it.each(['HIGH', 'EXTREME'] as const)('raises the level or keeps it at once: HIGH to %s', (level) => {
    given(threatAssessmentDecider, [assessed('HIGH')])
      .when(assess(level, {}, 'p-assessor', later))
      .then([assessed(level, { version: 2, assessedAt: later })]);
  });
  it('sent again is quiet, and an older one does not replace a newer one', () => {
    given(threatAssessmentDecider, [assessed('HIGH')])
      .when(assess('HIGH'))
      .thenNothing();
    given(threatAssessmentDecider, [assessed('HIGH', { assessedAt: later })])
      .when(assess('EXTREME'))
      .thenRefused('threat_assessment.older_than_current');
  });
});

describe('a lower level', () => {
  const history = [assessed('HIGH'), proposed('MEDIUM')];
  it('is only a proposal; the old level holds', () => {
    given(threatAssessmentDecider, [assessed('HIGH')])
      .when(assess('MEDIUM', {}, 'p-assessor', later))
      .then([proposed('MEDIUM')]);
    expect(assessmentAt(fold(threatAssessmentDecider, history), later)).toMatchObject({
      level: 'HIGH',
      version: 1,
    });
  });
  it('holds when a second person of Police agrees, counted from the day of the assessment', () => {
    given(threatAssessmentDecider, history)
      .when(confirm('p-second', {}, addHours(later, 48)))
      .then([confirmed('MEDIUM')]);
    expect(
      assessmentAt(fold(threatAssessmentDecider, [...history, confirmed('MEDIUM')]), later),
    ).toMatchObject({
      level: 'MEDIUM',
      version: 2,
      assessedBy: 'p-assessor',
      confirmedBy: 'p-second',
    });
  });
  it('is not confirmed by the one who proposed it, asked for the relocation or cleared, nor when its proposer has cleared', () => {
    given(threatAssessmentDecider, history)
      .when(confirm('p-assessor'))
      .thenRefused('threat_assessment.same_assessor');
    given(threatAssessmentDecider, history)
      .when(confirm(requestedBy))
      .thenRefused('threat_assessment.assessor_is_requester');
    given(threatAssessmentDecider, history)
      .when(confirm('p-second', { clearedBy: ['p-second'] }))
      .thenRefused('threat_assessment.assessor_is_clearer');
    given(threatAssessmentDecider, history)
      .when(confirm('p-second', { clearedBy: ['p-assessor'] }))
      .thenRefused('threat_assessment.assessor_is_clearer');
    given(threatAssessmentDecider, history)
      .when({ ...confirm(), by: { ...police('p-second'), agencyKind: 'NATIONAL_COORDINATOR' } })
      .thenRefused('threat_assessment.not_police');
  });
  it('is not confirmed when its own time has run out', () => {
    given(threatAssessmentDecider, history)
      .when(confirm('p-second', {}, addHours(later, 720)))
      .thenRefused('threat_assessment.proposal_run_out');
  });
  it('confirmed again is quiet; another version is refused', () => {
    given(threatAssessmentDecider, [...history, confirmed('MEDIUM')])
      .when(confirm())
      .thenNothing();
    given(threatAssessmentDecider, history)
      .when(confirm('p-second', { version: 3 }))
      .thenRefused('threat_assessment.no_such_proposal');
    given(threatAssessmentDecider, [assessed('HIGH')])
      .when(confirm('p-second', { version: 1 }))
      .thenRefused('threat_assessment.no_such_proposal');
  });
  it('is rejected once, and its version is not used again', () => {
    given(threatAssessmentDecider, history).when(reject()).then([rejected]);
    given(threatAssessmentDecider, [...history, rejected])
      .when(reject())
      .thenNothing();
    given(threatAssessmentDecider, [...history, rejected])
      .when(confirm())
      .thenRefused('threat_assessment.no_such_proposal');
    given(threatAssessmentDecider, [...history, rejected])
      .when(assess('EXTREME', {}, 'p-assessor', later))
      .then([assessed('EXTREME', { version: 3, assessedAt: later })]);
    given(threatAssessmentDecider, [assessed('HIGH')])
      .when(reject())
      .thenRefused('threat_assessment.no_such_proposal');
  });
  it('is not rejected by another agency', () => {
    given(threatAssessmentDecider, history)
      .when({ ...reject(), by: { ...police('p-second'), agencyKind: 'NATIONAL_COORDINATOR' } })
      .thenRefused('threat_assessment.not_police');
  });
  it('is overtaken by a new assessment of the old level', () => {
    const raised = assessed('HIGH', { version: 3, assessedAt: later });
    given(threatAssessmentDecider, history)
      .when(assess('HIGH', {}, 'p-assessor', later))
      .then([raised]);
    given(threatAssessmentDecider, [...history, raised])
      .when(confirm())
      .thenRefused('threat_assessment.no_such_proposal');
  });
  it('proposed twice with the same words is quiet', () => {
    given(threatAssessmentDecider, history)
      .when(assess('MEDIUM', {}, 'p-assessor', later))
      .thenNothing();
  });
});

describe('the time of an assessment', () => {
  const ends = addHours(at, 168);
  it('is read from the clock, whether or not its end was recorded', () => {
    const state = fold(threatAssessmentDecider, [assessed('HIGH')]);
    expect(assessmentAt(state, addHours(ends, -0.001))?.version).toBe(1);
    expect(assessmentAt(state, ends)).toBeUndefined();
    expect(assessmentAt(state, addHours(at, -1))).toBeUndefined();
    expect(assessmentAt(threatAssessmentDecider.initialState, at)).toBeUndefined();
    expect(levelWhenUnassessed).toBe('HIGH');
  });
  it('runs out once, not before its end', () => {
    given(threatAssessmentDecider, [assessed('HIGH')])
      .when(expire(1, ends))
      .then([expired()]);
    given(threatAssessmentDecider, [assessed('HIGH'), expired()])
      .when(expire(1, ends))
      .thenNothing();
    given(threatAssessmentDecider, [assessed('HIGH')])
      .when(expire(1, addHours(ends, -1)))
      .thenRefused('threat_assessment.still_valid');
  });
  it('does not run out for a version that was replaced', () => {
    given(threatAssessmentDecider, [assessed('HIGH'), assessed('HIGH', { version: 2, assessedAt: later })])
      .when(expire(1, ends))
      .thenNothing();
    given(threatAssessmentDecider, [assessed('HIGH'), proposed('LOW')])
      .when(expire(1, ends))
      .then([expired()]);
    given(threatAssessmentDecider, [assessed('HIGH')])
      .when(expire(2, ends))
      .thenRefused('threat_assessment.no_such_version');
    given(threatAssessmentDecider, []).when(expire(1, ends)).thenRefused('threat_assessment.not_assessed');
  });
  it('that has run out is answered with a lower level by two persons all the same', () => {
    given(threatAssessmentDecider, [assessed('HIGH'), expired()])
      .when(assess('MEDIUM', {}, 'p-assessor', later))
      .then([proposed('MEDIUM')]);
  });
});

describe('the order for a new assessment', () => {
  it.each(reassessmentReasons)('is given once per reason and version: %s', (reason) => {
    for (const history of [[], [assessed('HIGH')]]) {
      given(threatAssessmentDecider, history)
        .when(order(reason))
        .then([ordered(reason)]);
      given(threatAssessmentDecider, [...history, ordered(reason)])
        .when(order(reason, addHours(later, 1)))
        .thenNothing();
    }
  });
  it('may be given again for the next version, and for another reason', () => {
    given(threatAssessmentDecider, [assessed('HIGH'), ordered('VALIDITY_ENDS')])
      .when(order('CONFLICT_NEARBY'))
      .then([ordered('CONFLICT_NEARBY')]);
    given(threatAssessmentDecider, [
      assessed('HIGH'),
      ordered('VALIDITY_ENDS'),
      assessed('HIGH', { version: 2, assessedAt: later }),
    ])
      .when(order('VALIDITY_ENDS'))
      .then([ordered('VALIDITY_ENDS')]);
  });
  it('is not answered by a proposal that nobody has confirmed', () => {
    given(threatAssessmentDecider, [assessed('HIGH'), ordered('VALIDITY_ENDS'), proposed('LOW')])
      .when(order('VALIDITY_ENDS'))
      .thenNothing();
    given(threatAssessmentDecider, [
      assessed('HIGH'),
      ordered('VALIDITY_ENDS'),
      proposed('LOW'),
      confirmed('LOW'),
    ])
      .when(order('VALIDITY_ENDS'))
      .then([ordered('VALIDITY_ENDS')]);
  });
});

describe("entries in Police's conflict register", () => {
  const entries = confidential('threat-detail', [{ kind: 'network', token: 't' }]);
  const record = (
    entryCount: number,
    agencyKind: 'POLICE' | 'SOCIAL_BOARD' = 'POLICE',
  ): ThreatAssessmentCommand => ({
    type: 'RecordConflictEntries',
    data: { caseId, subject: 'subject-1', entryCount, entries },
    at,
    by: { ...police('p-registrar'), agencyKind },
  });
  const recorded = (entryCount: number): ThreatAssessmentEvent => ({
    type: 'ConflictEntriesRecorded',
    data: { caseId, subject: 'subject-1', entryCount, entries },
  });
  it('are recorded sealed, by Police, before or after the first assessment', () => {
    given(threatAssessmentDecider, [])
      .when(record(1))
      .then([recorded(1)]);
    given(threatAssessmentDecider, [assessed('HIGH'), recorded(1)])
      .when(record(0))
      .then([recorded(0)]);
    given(threatAssessmentDecider, [])
      .when(record(1, 'SOCIAL_BOARD'))
      .thenRefused('threat_assessment.not_police');
    given(threatAssessmentDecider, []).when(record(-1)).thenRefused('threat_assessment.not_a_count');
  });
  it('that were none and are none are no fact', () => {
    given(threatAssessmentDecider, []).when(record(0)).thenNothing();
    given(threatAssessmentDecider, [recorded(1), recorded(0)])
      .when(record(0))
      .thenNothing();
  });
});

describe('any history of assessments', () => {
  const persons = fc.constantFrom('p-1', 'p-2', 'p-3', requestedBy);
  const levels = fc.constantFrom(...threatLevels);
  const versions = fc.constantFrom(2, 2, 3, 4);
  const steps = fc.array(
    fc.tuple(
      fc.nat({ max: 48 }),
      fc.oneof(
        fc.record({ level: levels, person: persons }).map(
          ({ level, person }) =>
            (when: Instant) =>
              assess(level, {}, person, when),
        ),
        fc.record({ version: versions, person: persons }).map(
          ({ version, person }) =>
            (when: Instant) =>
              confirm(person, { version }, when),
        ),
        versions.map((version) => () => reject(version)),
        versions.map((version) => (when: Instant) => expire(version, when)),
        fc.constantFrom(...reassessmentReasons).map((reason) => () => order(reason)),
      ),
    ),
    { minLength: 6, maxLength: 15 },
  );
  it('lowers a level only with two persons, neither of whom asked for the relocation', () => {
    let lowered = 0;
    fc.assert(
      fc.property(steps, (planned) => {
        let when = at;
        const sent = [
          assess('EXTREME', {}, 'p-1'),
          ...planned.map(([hours, command]) => command((when = addHours(when, hours)))),
        ];
        let level: ThreatLevel | undefined;
        let version = 0;
        for (const event of playEachTwice(threatAssessmentDecider, sent).events) {
          if (event.type === 'ThreatAssessed') {
            const { assessedBy } = event.data;
            expect(assessedBy).not.toBe(requestedBy);
            expect(threatLevels.indexOf(event.data.level)).toBeGreaterThanOrEqual(
              level === undefined ? 0 : threatLevels.indexOf(level),
            );
          }
          if (event.type === 'LoweringConfirmed') {
            lowered += 1;
            const { proposedBy, confirmedBy } = event.data;
            expect(new Set([proposedBy, confirmedBy, requestedBy]).size).toBe(3);
          }
          if (event.type === 'ThreatAssessed' || event.type === 'LoweringConfirmed') level = event.data.level;
          if (event.type === 'ThreatAssessed' || event.type === 'LoweringProposed') {
            expect(event.data.version).toBe(version + 1);
            version = event.data.version;
          }
        }
      }),
      { numRuns: 1_000 },
    );
    expect(lowered).toBeGreaterThan(40);
  });
});
