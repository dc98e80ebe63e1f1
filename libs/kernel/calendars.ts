import Holidays from 'date-holidays';
import { DateTime } from 'luxon';
import type { Instant, PlainDate } from './event.js';

// Time as the domain counts it (domain.md 5). Pure: every function gets its time as an argument.
// All dates are read in Europe/Stockholm, all instants are UTC text with milliseconds.
// A deadline is the first instant that is too late: "24:00 on Friday" is Saturday 00:00, and an answer is in time
// while `answeredAt < deadline`.

export const timeZone = 'Europe/Stockholm';

/**
 * STATUTORY: periods of law; the last day moves when it is not a weekday (lag 1930:173).
 * WORKING: counts working days only. SAFETY: hours that never pause.
 */
export const calendars = ['STATUTORY', 'WORKING', 'SAFETY'] as const;
export type Calendar = (typeof calendars)[number];

export const periodUnits = ['HOURS', 'DAYS', 'WEEKS', 'MONTHS'] as const;
export type PeriodUnit = (typeof periodUnits)[number];

/** How much of which unit on which calendar. */
export interface Period {
  readonly calendar: Calendar;
  /** A whole number, at least 1. */
  readonly amount: number;
  readonly unit: PeriodUnit;
}

/** Whether a deadline can be computed: law has no hours that move, and working time is counted in days only. */
export const isPeriod = (period: Period): boolean => {
  if (!Number.isSafeInteger(period.amount) || period.amount < 1) return false;
  switch (period.calendar) {
    case 'STATUTORY':
      return period.unit !== 'HOURS';
    case 'WORKING':
      return period.unit === 'DAYS';
    case 'SAFETY':
      return periodUnits.includes(period.unit);
    default:
      return false;
  }
};

/**
 * The instant at which a period that starts at `from` is over.
 * STATUTORY: the day of `from` is not counted; weeks and months end on the same weekday or number (else on the last
 * of the month); a last day that is no weekday moves to the next one; over at 24:00 of that day.
 * WORKING: over at 24:00 of the nth working day, the day of sending not counted.
 * SAFETY: hours, days (24 h) and weeks (168 h) are elapsed time; months end at the same time of day in Stockholm.
 * Throws RangeError when `isPeriod` does not hold or `from` is no instant.
 */
export const deadline = (period: Period, from: Instant): Instant => {
  if (!isPeriod(period)) throw new RangeError(`not a period: ${JSON.stringify(period)}`);
  switch (period.calendar) {
    case 'SAFETY':
      return afterSafety(period, from);
    case 'WORKING':
      return endOfDay(nthWorkingDay(plainDateOf(from), period.amount));
    case 'STATUTORY': {
      const lastDay = dayOf(plainDateOf(from)).plus(asDuration(period));
      return endOfDay(nextWorkingDay(lastDay.toISODate() as PlainDate));
    }
  }
};

/**
 * The instant at which `share` (0 to 1) of the time from `from` to `due` has passed, in elapsed time.
 * Throws RangeError when `due` lies before `from` or `share` outside 0 to 1.
 */
export const reminderBetween = (from: Instant, due: Instant, share: number): Instant => {
  const start = millisOf(from);
  const end = millisOf(due);
  if (end < start || !(share >= 0 && share <= 1)) throw new RangeError('not a share of a period');
  return instant(Math.floor(start + (end - start) * share));
};

/** `hours` of elapsed time later (earlier when negative); never pauses, not even when the clocks change. */
export const addHours = (from: Instant, hours: number): Instant =>
  instant(millisOf(from) + hours * 3_600_000);

/** The instant at which a date begins in Stockholm: 00:00, which is 23:00 or 22:00 UTC of the day before. */
export const startOfDay = (date: PlainDate): Instant => toInstant(dayOf(date));

/** 24:00 of a date in Stockholm: the first instant that no longer belongs to it. */
export const endOfDay = (date: PlainDate): Instant => toInstant(dayOf(date).plus({ days: 1 }));

/** The date in Stockholm at an instant. */
export const plainDateOf = (at: Instant): PlainDate => {
  const [, hour] = inAnHour.exec(at) ?? [];
  if (hour === undefined) return local(at).toISODate() as PlainDate;
  const known = datesOfHours.get(hour);
  if (known !== undefined) return known;
  const date = local(at).toISODate() as PlainDate;
  if (datesOfHours.size >= 1_000) datesOfHours.clear();
  datesOfHours.set(hour, date);
  return date;
};

// Nearly every command asks which day it is, and most of them in the hour that is now. Dates begin on the full hour of
// UTC in Stockholm, since its clocks have differed by whole hours for longer than anybody here has lived.
const inAnHour = /^((?:19[5-9]\d|2\d{3})-\d\d-\d\dT(?:[01]\d|2[0-3])):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const datesOfHours = new Map<string, PlainDate>();

/** A date `days` later (earlier when negative). */
export const addDays = (date: PlainDate, days: number): PlainDate =>
  new Date(utcMidnight(date) + days * 86_400_000).toISOString().slice(0, 10);

/**
 * No Saturday, no Sunday, no public holiday (lag 1989:253), and none of the three eves of lag 1930:173:
 * Midsummer Eve, Christmas Eve, New Year's Eve.
 */
export const isWorkingDay = (date: PlainDate): boolean => {
  const weekday = new Date(utcMidnight(date)).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !daysOffIn(Number(date.slice(0, 4))).has(date);
};

const afterSafety = (period: Period, from: Instant): Instant => {
  switch (period.unit) {
    case 'HOURS':
      return addHours(from, period.amount);
    case 'DAYS':
      return addHours(from, period.amount * 24);
    case 'WEEKS':
      return addHours(from, period.amount * 168);
    case 'MONTHS':
      return toInstant(local(from).plus({ months: period.amount }));
  }
};

const asDuration = (period: Period) =>
  period.unit === 'MONTHS'
    ? { months: period.amount }
    : period.unit === 'WEEKS'
      ? { weeks: period.amount }
      : { days: period.amount };

const nextWorkingDay = (date: PlainDate): PlainDate => {
  let day = date;
  while (!isWorkingDay(day)) day = addDays(day, 1);
  return day;
};

const nthWorkingDay = (start: PlainDate, n: number): PlainDate => {
  let day = start;
  for (let counted = 0; counted < n; counted++) day = nextWorkingDay(addDays(day, 1));
  return day;
};

// The library knows the public holidays of Sweden, and the three eves as bank holidays; half days and name days are
// of other types. calendars.spec.ts holds it against domain.md, so that a new version cannot change our deadlines.
const sweden = new Holidays('SE', { timezone: timeZone });
const daysOff = new Map<number, ReadonlySet<PlainDate>>();

const daysOffIn = (year: number): ReadonlySet<PlainDate> => {
  const known = daysOff.get(year);
  if (known) return known;
  const found = new Set(
    sweden
      .getHolidays(year)
      .filter(({ type }) => type === 'public' || type === 'bank')
      .map(({ date }) => date.slice(0, 10)),
  );
  daysOff.set(year, found);
  return found;
};

const local = (at: Instant): DateTime => {
  const time = DateTime.fromISO(at, { zone: timeZone });
  // Without an offset the text would silently be read as local time.
  if (!time.isValid || !/(Z|[+-]\d\d:\d\d)$/.test(at)) throw new RangeError('not an instant');
  return time;
};

/** A date alone has no zone: counting days in UTC is exact, and a hundred times cheaper than in a zone with changes. */
const utcMidnight = (date: PlainDate): number => {
  const millis = Date.parse(`${date}T00:00:00.000Z`);
  // The round trip refuses 30 February, which some engines would read as 2 March.
  if (Number.isNaN(millis) || new Date(millis).toISOString().slice(0, 10) !== date)
    throw new RangeError('not a date');
  return millis;
};

const dayOf = (date: PlainDate): DateTime => {
  utcMidnight(date);
  return DateTime.fromISO(date, { zone: timeZone });
};

const millisOf = (at: Instant): number => local(at).toMillis();
const instant = (millis: number): Instant => new Date(millis).toISOString();
const toInstant = (time: DateTime): Instant => instant(time.toMillis());
