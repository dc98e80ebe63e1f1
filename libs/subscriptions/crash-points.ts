import type { CrashPoints } from '#platform';

/**
 * Every place on the main road where the worker may die between two steps. A fault test kills it once at each
 * and shows that log and rows end up the same.
 */
export const subscriptionCrashPoints = [
  'subscription.after-read',
  'rows.after-apply',
  'rows.before-commit',
  'rows.after-commit',
  'process.before-append',
  'process.after-append',
  'dispatcher.before-send',
  'dispatcher.after-send',
  'dispatcher.after-outcome',
  'effects.before-checkpoint',
  'effects.before-commit',
  'effects.after-commit',
  'deadline.before-fire',
  'deadline.after-fire',
] as const;

/** The same for the road of an event that fails; only a poison event leads there. */
export const parkingCrashPoints = [
  'parking.before-park',
  'parking.before-redo',
  'parking.after-redo',
] as const;

export type SubscriptionCrashPoint =
  (typeof subscriptionCrashPoints)[number] | (typeof parkingCrashPoints)[number];

/** Whatever a crash point throws is the end of the process, never the fault of the event at hand. */
export class Crashed extends Error {
  override readonly name = 'Crashed';
  constructor(
    readonly point: SubscriptionCrashPoint,
    cause: unknown,
  ) {
    super(`crashed at ${point}`, { cause });
  }
}

export const reaching =
  (crashPoints: CrashPoints) =>
  (point: SubscriptionCrashPoint): void => {
    try {
      crashPoints.reach(point);
    } catch (error) {
      throw new Crashed(point, error);
    }
  };

export type Reach = ReturnType<typeof reaching>;
