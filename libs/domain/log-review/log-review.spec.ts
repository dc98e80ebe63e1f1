import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Actor } from '#kernel';
import { given, repeatChangesNothing } from '#kernel/testing';
import {
  accessReportDecider,
  type AccessReportCommand,
  type AccessReportEvent,
  drawn,
  type ReviewCommand,
  reviewDecider,
  type ReviewEvent,
  reviewOutcomes,
  reviewReasons,
  reasonsOf,
  reviewRules,
  reviewRulesOn,
} from './index.js';

const at = '2026-03-03T01:00:00.000Z';
const process: Actor = { person: 'process:log-review', organisation: 'o-board', agencyKind: 'SOCIAL_BOARD' };
const reviewer: Actor = { person: 'p-reviewer', organisation: 'o-board', agencyKind: 'SOCIAL_BOARD' };
const sample = {
  reviewId: 'r-1',
  organisation: 'o-board',
  agencyKind: 'SOCIAL_BOARD',
  day: '2026-03-02',
  samplePermille: 50,
  settleBy: '2026-03-16T23:00:00.000Z',
} as const;
const openings = Array.from({ length: 40 }, (_, index) => index + 1);
const records = drawn(openings, { organisation: sample.organisation, day: sample.day, permille: 50 });
const [one, two] = records as [number, number];

const draw = (of: readonly number[] = openings): ReviewCommand => ({
  type: 'SampleReads',
  data: { ...sample, openings: of },
  at,
  by: process,
});
const sampled: ReviewEvent = { type: 'ReviewSampled', data: { ...sample, outOf: 40, records } };
const alert = {
  reviewId: 'r-2',
  organisation: 'o-board',
  agencyKind: 'SOCIAL_BOARD',
  pattern: 'CANARY_OPENED',
  of: 'READS',
  record: 7,
  settleBy: '2026-03-05T01:00:00.000Z',
} as const;
type Settle = Extract<ReviewCommand, { type: 'SettleReview' }>;
const settle = (over: Partial<Settle['data']> = {}, by: Actor = reviewer): Settle => ({
  type: 'SettleReview',
  data: {
    reviewId: 'r-1',
    record: one,
    outcome: 'FINE',
    reason: 'TASK_SEEN',
    personOfRecord: 'p-officer',
    ...over,
  },
  at,
  by,
});
const settledOf = ({ data: { personOfRecord: _person, ...data } }: Settle) => data;
const settled = (record: number): ReviewEvent => ({
  type: 'ReviewSettled',
  data: {
    reviewId: 'r-1',
    organisation: 'o-board',
    record,
    outcome: 'FINE',
    reason: 'TASK_SEEN',
    settledBy: reviewer.person,
  },
});

describe('a sample of the records of reads', () => {
  it('is drawn once for each agency and day, and says out of how many', () => {
    expect(records).toHaveLength(2);
    given(reviewDecider, []).when(draw()).then([sampled]);
    given(reviewDecider, [sampled])
      .when(draw([...openings, 41]))
      .thenNothing();
    given(reviewDecider, []).when(draw([])).thenNothing();
  });

  it('can be drawn again by anybody: same agency, same day, same records, in whatever order they come', () => {
    let different = 0;
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 1_000 }),
        (numbers, permille) => {
          const seed = { organisation: 'o-board', day: '2026-03-02', permille };
          const first = drawn(numbers, seed);
          expect(drawn([...numbers].reverse(), seed)).toEqual(first);
          expect(first.every((record) => numbers.includes(record))).toBe(true);
          expect(first).toHaveLength(Math.max(1, Math.ceil((numbers.length * permille) / 1_000)));
          const nextDay = drawn(numbers, { ...seed, day: '2026-03-03' });
          if (JSON.stringify(nextDay) !== JSON.stringify(first)) different += 1;
        },
      ),
    );
    // Another day is another draw.
    expect(different).toBeGreaterThan(20);
  });

  it('is drawn by the rules of its day', () => {
    const rules = [...reviewRules, { ...reviewRules[0]!, from: '2026-07-01', samplePermille: 100 }];
    expect(reviewRulesOn('2026-06-30', rules).samplePermille).toBe(50);
    expect(reviewRulesOn('2026-07-01', rules).samplePermille).toBe(100);
    expect(() => reviewRulesOn('2024-12-31', rules)).toThrow(RangeError);
  });
});

describe('an alert', () => {
  const raise: ReviewCommand = { type: 'AlertReview', data: alert, at, by: process };
  it('is raised once, however often the pattern is seen', () => {
    given(reviewDecider, [])
      .when(raise)
      .then([{ type: 'ReviewAlerted', data: alert }]);
    expect(repeatChangesNothing(reviewDecider, [], raise)).toBe(true);
  });
  it('is settled like a record of a sample', () => {
    given(reviewDecider, [{ type: 'ReviewAlerted', data: alert }])
      .when(settle({ reviewId: 'r-2', record: 7, outcome: 'FOLLOW_UP', reason: 'NO_TASK_SEEN' }))
      .then([
        {
          type: 'ReviewSettled',
          data: {
            reviewId: 'r-2',
            organisation: 'o-board',
            record: 7,
            outcome: 'FOLLOW_UP',
            reason: 'NO_TASK_SEEN',
            settledBy: reviewer.person,
          },
        },
      ]);
  });
});

describe('settling', () => {
  it('keeps who settled what, and with the last record the review is settled', () => {
    given(reviewDecider, [sampled])
      .when(settle())
      .then([settled(one)]);
    const open = reviewDecider.evolve(reviewDecider.evolve({ status: 'NONE' }, sampled), settled(one));
    expect(open.status).toBe('OPEN');
    expect(reviewDecider.evolve(open, settled(two)).status).toBe('SETTLED');
  });
  it('said again is quiet, said otherwise is refused', () => {
    given(reviewDecider, [sampled, settled(one)])
      .when(settle())
      .thenNothing();
    given(reviewDecider, [sampled, settled(one)])
      .when(settle({ reason: 'EMERGENCY' }))
      .thenRefused('review.already_settled');
  });
  it('is not for a record of oneself, or of whom nobody knows', () => {
    given(reviewDecider, [sampled])
      .when(settle({ personOfRecord: reviewer.person }))
      .thenRefused('review.own_record');
    given(reviewDecider, [sampled])
      .when(settle({ personOfRecord: undefined }))
      .thenRefused('review.own_record');
  });
  it('of tokens that were no good is for a record that names nobody', () => {
    const bad = { ...alert, pattern: 'MANY_BAD_TOKENS', of: 'REFUSALS' } as const;
    const nobodys = settle({ reviewId: 'r-2', record: 7, personOfRecord: undefined });
    given(reviewDecider, [{ type: 'ReviewAlerted', data: bad }])
      .when(nobodys)
      .then([
        {
          type: 'ReviewSettled',
          data: { ...settledOf(nobodys), organisation: 'o-board', settledBy: 'p-reviewer' },
        },
      ]);
    given(reviewDecider, [{ type: 'ReviewAlerted', data: { ...bad, pattern: 'MANY_REFUSALS' } }])
      .when(nobodys)
      .thenRefused('review.own_record');
  });
  it('of another agency, of no review and of a record that was not drawn look the same', () => {
    given(reviewDecider, [sampled])
      .when(settle({}, { ...reviewer, organisation: 'o-other' }))
      .thenRefused('review.unknown');
    given(reviewDecider, []).when(settle()).thenRefused('review.unknown');
    const notDrawn = openings.find((number) => !records.includes(number))!;
    given(reviewDecider, [sampled])
      .when(settle({ record: notDrawn }))
      .thenRefused('review.unknown');
  });
  it('has a reason that goes with its outcome', () => {
    for (const outcome of reviewOutcomes)
      for (const reason of reviewReasons) {
        const decided = given(reviewDecider, [sampled]).when(settle({ outcome, reason }));
        if (!reasonsOf[outcome].includes(reason)) decided.thenRefused('review.reason_does_not_fit');
        else expect(() => decided.thenRefused('review.reason_does_not_fit')).toThrow();
      }
    expect([...reasonsOf.FINE, ...reasonsOf.FOLLOW_UP].sort()).toEqual([...reviewReasons].sort());
  });
});

describe('a report of who has read about a person', () => {
  const data = { caseId: 'c-1', subject: 's-1', reportId: 'report-1', requestedOn: '2026-03-03' };
  const produce = (over: Partial<typeof data> = {}): AccessReportCommand => ({
    type: 'ProduceAccessReport',
    data: { ...data, ...over },
    at,
    by: { ...reviewer, person: 'p-officer' },
  });
  const produced: AccessReportEvent = {
    type: 'AccessReportProduced',
    data: { ...data, until: at, producedBy: 'p-officer' },
  };
  it('is a recorded act that reaches to its instant', () => {
    given(accessReportDecider, []).when(produce()).then([produced]);
    given(accessReportDecider, [produced]).when(produce()).thenNothing();
    given(accessReportDecider, [produced])
      .when(produce({ reportId: 'report-2' }))
      .then([{ ...produced, data: { ...produced.data, reportId: 'report-2' } }]);
  });
  it('is not drawn up before the person asked', () => {
    given(accessReportDecider, [])
      .when(produce({ requestedOn: '2026-03-04' }))
      .thenRefused('access_report.requested_in_the_future');
  });
});
