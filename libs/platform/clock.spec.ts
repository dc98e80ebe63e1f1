import { describe, expect, it } from '@jest/globals';
import { SettableClock } from './clock.js';

describe('a clock that is set', () => {
  it('stands still until it is moved', () => {
    const clock = new SettableClock('2026-03-02T08:00:00.000Z');
    expect(clock.now().toISOString()).toBe('2026-03-02T08:00:00.000Z');
    clock.advance(1_500);
    expect(clock.now().toISOString()).toBe('2026-03-02T08:00:01.500Z');
    clock.set('2026-03-09T08:00:00.000Z');
    expect(clock.now().toISOString()).toBe('2026-03-09T08:00:00.000Z');
  });

  it('does not go back and takes no nonsense', () => {
    const clock = new SettableClock('2026-03-02T08:00:00.000Z');
    expect(() => clock.advance(-1)).toThrow(RangeError);
    expect(() => clock.set('tomorrow')).toThrow(RangeError);
    expect(clock.now().toISOString()).toBe('2026-03-02T08:00:00.000Z');
  });

  it('cannot be moved through an instant that it handed out', () => {
    const clock = new SettableClock('2026-03-02T08:00:00.000Z');
    clock.now().setFullYear(1999);
    expect(clock.now().getUTCFullYear()).toBe(2026);
  });
});
