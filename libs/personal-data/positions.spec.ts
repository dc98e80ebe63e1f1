import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OpaquePositions } from './positions.js';

const key = (epoch: number) => ({ epoch, key: createSecretKey(randomBytes(32)) });
const position = (number: number): string => `a1b2-${String(number).padStart(16, '0')}`;

describe('A place in the log, as callers are given it', () => {
  const first = key(1);
  const positions = new OpaquePositions({ routingKeys: [first] });

  it('comes back as it was, and the same place is always the same text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9._:-]{1,100}$/), (place) => {
        const given = positions.seal(place);
        expect(positions.open(given)).toBe(place);
        expect(positions.seal(place)).toBe(given);
        expect(given).toMatch(/^[A-Za-z0-9._:-]{1,200}$/);
      }),
    );
  });

  it('tells neither the number nor which of two is the later, nor how far apart they are', () => {
    const given = Array.from({ length: 200 }, (_, number) => positions.seal(position(number)));
    expect(new Set(given).size).toBe(200);
    expect(new Set(given.map((text) => text.length)).size).toBe(1);
    for (const [number, text] of given.entries()) {
      expect(text).not.toContain(position(number));
      expect(Buffer.from(text.slice(4), 'base64url').toString('latin1')).not.toContain('a1b2');
    }
    // Sorted as texts they are as good as shuffled: neighbours that stand in order are about half of them.
    const sorted = [...given].sort().map((text) => given.indexOf(text));
    const rising = sorted.filter((number, index) => index > 0 && number > sorted[index - 1]!).length;
    expect(rising).toBeGreaterThan(60);
    expect(rising).toBeLessThan(140);
  });

  it('cannot be made up, changed or cut', () => {
    const given = positions.seal(position(7));
    const bytes = Buffer.from(given.slice(4), 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 1;
      expect(positions.open(`p11-${changed.toString('base64url')}`)).toBeUndefined();
    }
    for (const made of [
      position(7),
      '',
      'p11-',
      given.slice(0, -1),
      `${given}A`,
      given.replace('p11', 'p12'),
      given.replace('p11', 'p1'),
      `p11-${'A'.repeat(80)}`,
    ])
      expect(positions.open(made)).toBeUndefined();
    expect(new OpaquePositions({ routingKeys: [key(1)] }).open(given)).toBeUndefined();
  });

  it('is still taken after the routing key has changed, until the old one is gone', () => {
    const given = positions.seal(position(7));
    const second = key(2);
    const later = new OpaquePositions({ routingKeys: [first, second] });
    expect(later.open(given)).toBe(position(7));
    expect(later.seal(position(7))).not.toBe(given);
    expect(new OpaquePositions({ routingKeys: [second] }).open(given)).toBeUndefined();
  });
});
