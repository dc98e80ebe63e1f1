/** Where "now" comes from. Injected everywhere, so that tests and the demo decide what time it is. */
export interface Clock {
  /** The present instant; a Date has no time zone, its ISO form is UTC with milliseconds. */
  now(): Date;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until it is moved, and never goes back: for tests and the demo only, no build offers it by configuration. */
export class SettableClock implements Clock {
  #now: number;

  /** @param start an instant, for example '2026-03-02T08:00:00.000Z' */
  constructor(start: Date | string) {
    this.#now = instant(start);
  }

  now(): Date {
    return new Date(this.#now);
  }

  /** @throws RangeError when the instant is earlier than now */
  set(to: Date | string): void {
    const next = instant(to);
    if (next < this.#now) throw new RangeError('a clock does not go back');
    this.#now = next;
  }

  /** @throws RangeError when negative */
  advance(milliseconds: number): void {
    this.set(new Date(this.#now + milliseconds));
  }
}

const instant = (value: Date | string): number => {
  const milliseconds = new Date(value).getTime();
  if (Number.isNaN(milliseconds)) throw new RangeError('not an instant');
  return milliseconds;
};
