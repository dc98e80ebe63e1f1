import { describe, expect, it } from '@jest/globals';
import { isInJurisdiction, policeRegionOf } from './jurisdiction.js';

describe('the police region of a municipality', () => {
  it.each([
    ['1280', 'syd'],
    ['2480', 'nord'],
    ['0580', 'ost'],
    ['1480', 'vast'],
    ['0180', 'stockholm'],
    ['0980', 'stockholm'],
    ['0380', 'mitt'],
    ['1880', 'bergslagen'],
  ])('%s lies in %s', (municipality, region) => {
    expect(policeRegionOf(municipality, '2026-11-22')).toBe(region);
  });

  it('each of the 21 counties lies in one region, and no other number is a county', () => {
    const known = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0')).filter(
      (county) => {
        try {
          return policeRegionOf(`${county}80`, '2026-11-22') !== undefined;
        } catch {
          return false;
        }
      },
    );
    expect(known.join(' ')).toBe('01 03 04 05 06 07 08 09 10 12 13 14 17 18 19 20 21 22 23 24 25');
  });

  it.each(['0280', '12', '12800', 'abcd', ''])('"%s" is no municipality', (code) => {
    expect(() => policeRegionOf(code, '2026-11-22')).toThrow('jurisdiction.unknown_municipality');
  });

  it('before there were regions there is no answer', () => {
    expect(() => policeRegionOf('1280', '2014-12-31')).toThrow('jurisdiction.unknown_municipality');
  });

  it('a region acts in its own municipalities only', () => {
    expect(isInJurisdiction('syd', '1280', '2026-11-22')).toBe(true);
    expect(isInJurisdiction('nord', '1280', '2026-11-22')).toBe(false);
  });
});
