import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  EnvelopeBroken,
  newDataKey,
  openValue,
  paddingBlock,
  sealValue,
  unwrapKey,
  wrapKey,
} from './crypto.js';

const place = { stream: 'relocation-1', event: 'e1', path: 'identity' };
const keyPlace = { subject: 's1', stream: 'relocation-1', class: 'identity', owner: 'o1' };

describe('sealing a value', () => {
  it('gives back exactly what was sealed, whatever it was', () => {
    const key = newDataKey();
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const clear = JSON.parse(JSON.stringify(value)) as unknown;
        expect(openValue(key, { ...place, ...sealValue(key, place, clear) })).toEqual(clear);
      }),
    );
  });

  it.each([
    ['another stream', { stream: 'relocation-2' }],
    ['another event', { event: 'e2' }],
    ['another field', { path: 'destination' }],
    ['parts that only look alike when put together', { stream: 'relocation-1x', event: 'e1' }],
  ])('does not open after it was moved to %s', (_, moved) => {
    const key = newDataKey();
    const sealed = sealValue(key, place, { name: 'Testperson Alfa' });
    expect(() => openValue(key, { ...place, ...sealed, ...moved })).toThrow(EnvelopeBroken);
  });

  it('does not open after a single bit was changed, or with another key', () => {
    const key = newDataKey();
    const sealed = sealValue(key, place, 'Testgatan 1');
    const bytes = Buffer.from(sealed.ct, 'base64url');
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    expect(() => openValue(key, { ...place, ...sealed, ct: bytes.toString('base64url') })).toThrow(
      EnvelopeBroken,
    );
    expect(() => openValue(newDataKey(), { ...place, ...sealed })).toThrow(EnvelopeBroken);
  });

  it('does not accept a shortened tag', () => {
    const key = newDataKey();
    const sealed = sealValue(key, place, 'Testgatan 1');
    const short = Buffer.from(sealed.tag, 'base64url').subarray(0, 4).toString('base64url');
    expect(() => openValue(key, { ...place, ...sealed, tag: short })).toThrow(EnvelopeBroken);
  });

  it('refuses a place that could be read in two ways', () => {
    expect(() => sealValue(newDataKey(), { ...place, event: 'e1\nidentity' }, 'x')).toThrow();
  });

  it('does not tell a short municipality name from a long one by its length', () => {
    const key = newDataKey();
    const lengths = ['Ale', 'Upplands Väsby', 'Örnsköldsvik'].map(
      (name) => sealValue(key, place, { municipalityCode: '0000', municipalityName: name }).ct.length,
    );
    expect(new Set(lengths).size).toBe(1);
    expect(Buffer.from(sealValue(key, place, 'x'.repeat(200)).ct, 'base64url').length).toBe(2 * paddingBlock);
  });

  it('seals the same value differently every time', () => {
    const key = newDataKey();
    expect(sealValue(key, place, 'x').ct).not.toBe(sealValue(key, place, 'x').ct);
  });
});

describe('wrapping a data key', () => {
  it('unwraps for what it was made for, and under no other class key, id or place', () => {
    const classKey = createSecretKey(randomBytes(32));
    const dataKey = newDataKey();
    const wrapped = wrapKey(classKey, dataKey, 'k1', keyPlace);
    expect(unwrapKey(classKey, wrapped, 'k1', keyPlace).equals(dataKey)).toBe(true);
    expect(wrapped.includes(dataKey)).toBe(false);
    expect(() => unwrapKey(createSecretKey(randomBytes(32)), wrapped, 'k1', keyPlace)).toThrow(
      EnvelopeBroken,
    );
    expect(() => unwrapKey(classKey, wrapped, 'k2', keyPlace)).toThrow(EnvelopeBroken);
    for (const moved of [{ subject: 's2' }, { stream: 'x' }, { class: 'address' }, { owner: 'o2' }])
      expect(() => unwrapKey(classKey, wrapped, 'k1', { ...keyPlace, ...moved })).toThrow(EnvelopeBroken);
    expect(() => unwrapKey(classKey, wrapped.subarray(1), 'k1', keyPlace)).toThrow(EnvelopeBroken);
  });
});
