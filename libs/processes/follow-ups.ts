import { addHours } from '#kernel';
import type { Instant } from '#kernel';
import type { Rules } from '#domain/coordination';

/**
 * When the `number`-th follow-up (from 1) is due, in elapsed time after arrival: first the hours of the rules, then
 * every `everyDays` until `afterDays` have passed, then every `thenEveryDays`.
 */
export const followUpDueAt = (plan: Rules['followUps'], arrivedAt: Instant, number: number): Instant => {
  const first = plan.firstHours[number - 1];
  if (first !== undefined) return addHours(arrivedAt, first);
  let days = (plan.firstHours.at(-1) ?? 0) / 24;
  for (let n = plan.firstHours.length; n < number; n += 1)
    days += days < plan.afterDays ? plan.everyDays : plan.thenEveryDays;
  return addHours(arrivedAt, days * 24);
};
