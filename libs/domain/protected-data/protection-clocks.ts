import type { PlainDate } from '#kernel';

interface DatedDays {
  readonly days: readonly number[];
  readonly source: string;
  readonly from: PlainDate;
  readonly until?: PlainDate;
}

/** How many days before a protection ends its officers are reminded, first to last. */
const expiryReminders: readonly DatedDays[] = [
  { days: [90, 30], source: 'design 3, skyddad folkbokföring', from: '2019-01-01' },
];

/** How often the board is reminded while it has neither told that the registration is wrong nor decided not to. */
const noticeReminders: readonly DatedDays[] = [
  { days: [14], source: 'design: FOL 32 c § gives no time', from: '2019-01-01' },
];

/** How long a stay passes for temporary, where the notice was withheld for that. */
const temporaryStays: readonly DatedDays[] = [
  { days: [180], source: 'own: a stay of half a year counts as settling', from: '2019-01-01' },
];

const on = (rows: readonly DatedDays[], day: PlainDate): readonly number[] =>
  rows.findLast(({ from, until }) => from <= day && (until === undefined || day <= until))?.days ?? [];

export const expiryReminderDays = (day: PlainDate): readonly number[] => on(expiryReminders, day);

/** @throws RangeError for a day before there was a rule */
export const noticeReminderDays = (day: PlainDate): number => oneOn(noticeReminders, day);

/** @throws RangeError for a day before there was a rule */
export const temporaryStayDays = (day: PlainDate): number => oneOn(temporaryStays, day);

const oneOn = (rows: readonly DatedDays[], day: PlainDate): number => {
  const [days] = on(rows, day);
  if (days === undefined) throw new RangeError('no rule on that day');
  return days;
};
