import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addDays,
  addHours,
  deadline,
  endOfDay,
  isPeriod,
  isWorkingDay,
  type Period,
  plainDateOf,
  reminderBetween,
  startOfDay,
  timeZone,
} from './calendars.js';

const working = (amount: number): Period => ({ calendar: 'WORKING', amount, unit: 'DAYS' });
const safety = (amount: number, unit: Period['unit'] = 'HOURS'): Period => ({
  calendar: 'SAFETY',
  amount,
  unit,
});
const statutory = (amount: number, unit: Period['unit']): Period => ({
  calendar: 'STATUTORY',
  amount,
  unit,
});

/** The dates that domain.md section 5 computed from lag 1989:253 and lag 1930:173, as full years. */
const daysOff: Record<number, readonly string[]> = {
  2025: [
    '01-01',
    '01-06',
    '04-18',
    '04-20',
    '04-21',
    '05-01',
    '05-29',
    '06-06',
    '06-08',
    '06-20',
    '06-21',
    '11-01',
    '12-24',
    '12-25',
    '12-26',
    '12-31',
  ],
  2026: [
    '01-01',
    '01-06',
    '04-03',
    '04-05',
    '04-06',
    '05-01',
    '05-14',
    '05-24',
    '06-06',
    '06-19',
    '06-20',
    '10-31',
    '12-24',
    '12-25',
    '12-26',
    '12-31',
  ],
  2027: [
    '01-01',
    '01-06',
    '03-26',
    '03-28',
    '03-29',
    '05-01',
    '05-06',
    '05-16',
    '06-06',
    '06-25',
    '06-26',
    '11-06',
    '12-24',
    '12-25',
    '12-26',
    '12-31',
  ],
};

describe('the days on which nobody is expected to answer', () => {
  it.each(Object.keys(daysOff).map(Number))('are all weekends, holidays and the three eves of %i', (year) => {
    const expected = new Set(daysOff[year]!.map((day) => `${year}-${day}`));
    for (let date = `${year}-01-01`; date < `${year + 1}-01-01`; date = addDays(date, 1)) {
      const weekday = new Date(`${date}T12:00:00Z`).getUTCDay();
      const off = weekday === 0 || weekday === 6 || expected.has(date);
      expect({ date, working: isWorkingDay(date) }).toEqual({ date, working: !off });
    }
  });

  it('know Easter by its Friday and its Monday in four years', () => {
    for (const easter of ['2025-04-20', '2026-04-05', '2027-03-28', '2028-04-16']) {
      expect(
        [addDays(easter, -3), addDays(easter, -2), addDays(easter, 1), addDays(easter, 2)].map(isWorkingDay),
      ).toEqual([true, false, false, true]);
    }
  });

  it('are not the half days before a holiday: Twelfth Night, Maundy Thursday, Walpurgis Night, All Saints Eve', () => {
    expect(['2026-01-05', '2026-04-02', '2026-04-30', '2026-10-30'].map(isWorkingDay)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });
});

describe('the working calendar', () => {
  it.each([
    ['an ordinary week', 5, '2026-03-02T08:00:00.000Z', '2026-03-09'],
    ['sent on a Friday evening', 5, '2026-03-06T20:00:00.000Z', '2026-03-13'],
    ['sent on a Saturday', 1, '2026-03-07T10:00:00.000Z', '2026-03-09'],
    ['over Easter', 3, '2026-04-01T08:00:00.000Z', '2026-04-08'],
    ['over Midsummer Eve 2026-06-19', 5, '2026-06-15T08:00:00.000Z', '2026-06-23'],
    ['over Midsummer Eve 2027-06-25', 5, '2027-06-21T08:00:00.000Z', '2027-06-29'],
    ['over Ascension Day', 2, '2026-05-13T08:00:00.000Z', '2026-05-18'],
    ['three days from 23 December 2026, over Christmas', 3, '2026-12-23T09:00:00.000Z', '2026-12-30'],
    ['over the year end', 5, '2026-12-23T09:00:00.000Z', '2027-01-05'],
    [
      'All Saints 2026 falls on a Saturday and costs nothing more',
      1,
      '2026-10-30T08:00:00.000Z',
      '2026-11-02',
    ],
    ['sent at 23:30 local time, still that day', 1, '2026-03-02T22:30:00.000Z', '2026-03-03'],
    ['sent at 00:30 local time, already the next day', 1, '2026-03-02T23:30:00.000Z', '2026-03-04'],
  ])('ends at 24:00 of the last day: %s', (_title, amount, from, lastDay) => {
    expect(deadline(working(amount), from)).toBe(endOfDay(lastDay));
  });

  it('ends three working days from 23 December only after New Year when the days between are holidays', () => {
    // 2025: 24, 25, 26 December off, 27 and 28 a weekend, 29 and 30 work, 31 and 1 off, 2 January works.
    expect(deadline(working(3), '2025-12-23T09:00:00.000Z')).toBe(endOfDay('2026-01-02'));
  });

  it('is an instant in UTC, an hour earlier in summer', () => {
    expect(deadline(working(5), '2026-03-02T08:00:00.000Z')).toBe('2026-03-09T23:00:00.000Z');
    expect(deadline(working(5), '2026-06-15T08:00:00.000Z')).toBe('2026-06-23T22:00:00.000Z');
    expect(deadline(working(1), '2026-03-27T08:00:00.000Z')).toBe('2026-03-30T22:00:00.000Z');
  });
});

describe('the statutory calendar', () => {
  it.each([
    ['14 days, ending on a weekday', 14, 'DAYS', '2026-03-02T08:00:00.000Z', '2026-03-16'],
    ['a week, ending on the same weekday', 1, 'WEEKS', '2026-03-02T08:00:00.000Z', '2026-03-09'],
    [
      'a week, ending on Midsummer Eve, moves over the weekend',
      1,
      'WEEKS',
      '2026-06-12T08:00:00.000Z',
      '2026-06-22',
    ],
    [
      'a week, ending on Christmas Eve, moves to Monday',
      1,
      'WEEKS',
      '2026-12-17T08:00:00.000Z',
      '2026-12-28',
    ],
    [
      "a week, ending on New Year's Eve, moves past New Year's Day",
      1,
      'WEEKS',
      '2026-12-24T08:00:00.000Z',
      '2027-01-04',
    ],
    ['a week, ending on Good Friday, moves to Tuesday', 1, 'WEEKS', '2026-03-27T08:00:00.000Z', '2026-04-07'],
    ['a month, ending on the same number', 1, 'MONTHS', '2026-02-16T08:00:00.000Z', '2026-03-16'],
    [
      'a month from the 31st, ending on the last, a Saturday, moves',
      1,
      'MONTHS',
      '2026-01-31T08:00:00.000Z',
      '2026-03-02',
    ],
    [
      'six months, ending on the National Day, a Saturday',
      6,
      'MONTHS',
      '2025-12-06T08:00:00.000Z',
      '2026-06-08',
    ],
    ['three weeks, ending on Epiphany', 3, 'WEEKS', '2025-12-16T08:00:00.000Z', '2026-01-07'],
  ] as const)('%s', (_title, amount, unit, from, lastDay) => {
    expect(deadline(statutory(amount, unit), from)).toBe(endOfDay(lastDay));
  });
});

describe('the safety calendar', () => {
  it('never pauses: not at night, on holidays or when the clocks change', () => {
    expect(deadline(safety(72), '2026-12-24T18:00:00.000Z')).toBe('2026-12-27T18:00:00.000Z');
    expect(deadline(safety(24), '2026-03-28T12:00:00.000Z')).toBe('2026-03-29T12:00:00.000Z');
    expect(deadline(safety(24), '2026-10-24T12:00:00.000Z')).toBe('2026-10-25T12:00:00.000Z');
    expect(deadline(safety(7, 'DAYS'), '2026-03-26T12:00:00.000Z')).toBe('2026-04-02T12:00:00.000Z');
    expect(deadline(safety(1, 'WEEKS'), '2026-10-22T12:00:00.000Z')).toBe('2026-10-29T12:00:00.000Z');
  });

  it('counts months by the calendar, at the same time of day in Stockholm', () => {
    expect(deadline(safety(6, 'MONTHS'), '2026-01-15T12:00:00.000Z')).toBe('2026-07-15T11:00:00.000Z');
    expect(deadline(safety(1, 'MONTHS'), '2026-01-31T12:00:00.000Z')).toBe('2026-02-28T12:00:00.000Z');
  });
});

describe('days and instants', () => {
  it('begin at midnight in Stockholm, also on the two days when the clocks change', () => {
    expect(startOfDay('2026-03-29')).toBe('2026-03-28T23:00:00.000Z');
    expect(endOfDay('2026-03-29')).toBe('2026-03-29T22:00:00.000Z');
    expect(startOfDay('2026-10-25')).toBe('2026-10-24T22:00:00.000Z');
    expect(endOfDay('2026-10-25')).toBe('2026-10-25T23:00:00.000Z');
    expect(plainDateOf('2026-12-31T23:00:00.000Z')).toBe('2027-01-01');
  });

  it('have the date that the wall clock in Stockholm shows, whichever instant of an hour was asked for first', () => {
    const wallClock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
    const between = { min: new Date('1900-01-01T00:00:00.000Z'), max: new Date('2100-01-01T00:00:00.000Z') };
    fc.assert(
      fc.property(fc.date({ ...between, noInvalidDate: true }), (at) => {
        const hour = at.toISOString().slice(0, 13);
        for (const rest of ['59:59.999Z', '00:00.000Z', '30:00.000Z'])
          expect(plainDateOf(`${hour}:${rest}`)).toBe(wallClock.format(new Date(`${hour}:${rest}`)));
      }),
      { numRuns: 500 },
    );
  });

  it('are refused when they are none, also in an hour that is known', () => {
    expect(plainDateOf('2026-03-02T08:00:00.000Z')).toBe('2026-03-02');
    for (const none of [
      '2026-03-02T08:60:00.000Z',
      '2026-03-02T08:00:00.000',
      '2026-02-30T08:00:00.000Z',
      '',
    ])
      expect(() => plainDateOf(none)).toThrow(RangeError);
  });

  it('give the reminder half-way, in elapsed time', () => {
    expect(reminderBetween('2026-03-02T08:00:00.000Z', '2026-03-04T08:00:00.000Z', 0.5)).toBe(
      '2026-03-03T08:00:00.000Z',
    );
    expect(() => reminderBetween('2026-03-04T08:00:00.000Z', '2026-03-02T08:00:00.000Z', 0.5)).toThrow(
      RangeError,
    );
    expect(() => reminderBetween('2026-03-02T08:00:00.000Z', '2026-03-04T08:00:00.000Z', 1.1)).toThrow(
      RangeError,
    );
  });

  it('refuse what is no instant, no date and no period', () => {
    expect(() => addHours('2026-03-02', 1)).toThrow(RangeError);
    expect(() => addHours('2026-03-02T08:00:00', 1)).toThrow(RangeError);
    expect(() => addHours('soon', 1)).toThrow(RangeError);
    expect(() => startOfDay('2026-02-30')).toThrow(RangeError);
    expect(() => startOfDay('2026-W10')).toThrow(RangeError);
    expect(() => deadline(statutory(72, 'HOURS'), '2026-03-02T08:00:00.000Z')).toThrow(RangeError);
    expect(() => deadline({ ...working(1), unit: 'HOURS' }, '2026-03-02T08:00:00.000Z')).toThrow(RangeError);
    expect([0, -1, 1.5, Number.NaN].map((amount) => isPeriod(working(amount)))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('for any day of thirty years', () => {
  const instants = fc
    .date({
      min: new Date('2020-01-01T00:00:00Z'),
      max: new Date('2050-01-01T00:00:00Z'),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString());

  it('n working days end on a working day with exactly n of them between', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 30 }), (from, n) => {
        const lastDay = addDays(plainDateOf(deadline(working(n), from)), -1);
        expect(isWorkingDay(lastDay)).toBe(true);
        let counted = 0;
        for (let day = addDays(plainDateOf(from), 1); day <= lastDay; day = addDays(day, 1))
          if (isWorkingDay(day)) counted++;
        expect(counted).toBe(n);
      }),
      { numRuns: 300 },
    );
  });

  it('a statutory period ends on a working day, at most five days after its number of days', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 60 }), (from, n) => {
        const lastDay = addDays(plainDateOf(deadline(statutory(n, 'DAYS'), from)), -1);
        const unmoved = addDays(plainDateOf(from), n);
        expect(isWorkingDay(lastDay)).toBe(true);
        expect(lastDay >= unmoved && lastDay <= addDays(unmoved, 5)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
