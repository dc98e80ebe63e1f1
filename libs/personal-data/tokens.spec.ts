import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { KeyUnavailable } from './keys.js';
import { Tokens, tokenPattern } from './tokens.js';
import { randomKeyMaterial } from './testing/key-material.js';

const fixedKey = (byte: number) => createSecretKey(Buffer.alloc(32, byte));
const fixed = new Tokens({ routingKeys: [{ epoch: 1, key: fixedKey(7) }] });

describe('tokens', () => {
  it('stay the same for ever under one routing key: streams are found by them', () => {
    // Computed apart, by another program's HMAC-SHA256 over the same text.
    expect(fixed.token('organisation', 'board:1280')).toBe('t11-FfvmjOWBzb0oA0XxbNjym8CBnwPJ-j7SbDcaZz6DGB4');
    expect(fixed.personHashes('199001019802')).toEqual(['p11-LuoAI4IswQ1d4TolB8UZiH_9GmGAPIJdLje8a4dpeZM']);
  });

  it('have one shape and differ by kind and by value', () => {
    const all = [
      fixed.token('organisation', 'board:1280'),
      fixed.token('organisation', 'board:1281'),
      fixed.token('municipality', '1280'),
      fixed.token('conflict', '1280'),
      fixed.token('housing', 'a\nb'),
    ];
    expect(new Set(all).size).toBe(all.length);
    for (const token of all) expect(token).toMatch(tokenPattern);
  });

  it('cannot be made without the routing key: another key gives another token', () => {
    const other = new Tokens(randomKeyMaterial());
    expect(other.token('organisation', 'board:1280')).not.toBe(fixed.token('organisation', 'board:1280'));
  });

  it('are made under the newest epoch, and those of older epochs can still be found', () => {
    const material = randomKeyMaterial([1, 2]);
    const [oldKey] = material.routingKeys;
    const both = new Tokens(material);
    const before = new Tokens({ ...material, routingKeys: [oldKey!] });
    expect(both.token('person', 'a')).toMatch(/^t12-/);
    expect(both.everyToken('person', 'a')).toEqual([both.token('person', 'a'), before.token('person', 'a')]);
    expect(both.personHashes('199001019802')[1]).toBe(before.personHashes('199001019802')[0]);
  });

  it('of what is compared from one case to another stay as they were first made', () => {
    const material = randomKeyMaterial([1, 2]);
    const [oldKey, newKey] = material.routingKeys;
    const tokens = new Tokens({ ...material, routingKeys: [oldKey!] });
    const kinds = ['organisation', 'municipality', 'area', 'housing', 'conflict'] as const;
    const before = kinds.map((kind) => tokens.token(kind, 'x'));
    const person = tokens.token('person', 'x');
    tokens.renew(material);
    expect(kinds.map((kind) => tokens.token(kind, 'x'))).toEqual(before);
    expect(tokens.token('person', 'x')).not.toBe(person);
    expect(tokens.everyToken('person', 'x')).toContain(person);
    // A routing key that is gone would leave nobody to be found.
    expect(() => tokens.renew({ routingKeys: [newKey!] })).toThrow(KeyUnavailable);
    expect(kinds.map((kind) => tokens.token(kind, 'x'))).toEqual(before);
  });

  it('are of this year while the newest epoch is, and of no year when nobody knows since when it is', () => {
    const material = randomKeyMaterial([1, 2]);
    const [first, second] = material.routingKeys;
    const old = { ...first!, since: '2025-03-02T08:00:00.000Z' };
    const tokens = new Tokens({ routingKeys: [old] });
    expect(tokens.isOfThisYear(new Date('2026-03-03T08:00:00.000Z'))).toBe(true);
    const later = new Date('2026-03-03T08:00:00.001Z');
    expect(tokens.isOfThisYear(later)).toBe(false);
    tokens.renew({ routingKeys: [old, { ...second!, since: '2026-03-03T08:00:00.000Z' }] });
    expect(tokens.isOfThisYear(later)).toBe(true);
    tokens.renew({ routingKeys: [old, second!] });
    expect(tokens.isOfThisYear(later)).toBe(false);
  });

  it('are not made of nothing, nor with half a key', () => {
    expect(() => fixed.token('person', '')).toThrow();
    expect(
      () =>
        new Tokens({
          routingKeys: [{ epoch: 1, key: createSecretKey(Buffer.alloc(16)) }],
        }),
    ).toThrow(KeyUnavailable);
    expect(() => new Tokens({ routingKeys: [] })).toThrow(KeyUnavailable);
  });

  it('are made by nobody while an epoch is lost: the same organisation would become another one', () => {
    const material = randomKeyMaterial([1, 2, 3]);
    const [first, second, third] = material.routingKeys;
    for (const routingKeys of [
      [second!, third!],
      [first!, third!],
    ])
      expect(() => new Tokens({ ...material, routingKeys })).toThrow(KeyUnavailable);
  });
});
