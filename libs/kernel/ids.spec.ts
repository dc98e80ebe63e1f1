import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { derivedId, eventIdOf } from './ids.js';

describe('a derived id', () => {
  it('is the same for ever: what stands in the log bears it', () => {
    expect(eventIdOf('operations-ledger', 'Älvsbyn 🏠', 0)).toBe('e24959c0-99b0-5c16-8dd9-692b1f585cf8');
  });

  it('tells one text from another', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
        expect(derivedId(one) === derivedId(other)).toBe(one === other);
      }),
    );
  });

  it('is not made from half a character, of which two would look alike', () => {
    expect(() => derivedId('\ud83c')).toThrow(RangeError);
  });
});
