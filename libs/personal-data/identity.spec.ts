import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '#kernel';
import { ageBandOf, ageOn, parseIdentityNumber, parseOrganisationNumber, personFacts } from './identity.js';

const today = '2026-11-22';

describe('personal identity numbers', () => {
  it.each([
    ['640823-3234', '196408233234'],
    ['19640823-3234', '196408233234'],
    ['196408233234', '196408233234'],
    ['6408233234', '196408233234'],
    ['121212-1212', '201212121212'],
    ['121212+1212', '191212121212'],
    ['900101-9802', '199001019802'],
    ['900102-9819', '199001029819'],
    [' 900101-9802 ', '199001019802'],
  ])('%s is read as %s', (text, number) => {
    expect(parseIdentityNumber(text, today).number).toBe(number);
  });

  it('a number without century is of the latest century that is not in the future', () => {
    expect(parseIdentityNumber('121212-1212', '2012-12-11').number).toBe('191212121212');
    expect(parseIdentityNumber('121212-1212', '2012-12-12').number).toBe('201212121212');
  });

  it('a coordination number has sixty added to its day', () => {
    const read = parseIdentityNumber('701063-2391', today);
    expect(read).toEqual({
      number: '197010632391',
      kind: 'COORDINATION',
      dateInNumber: '1970-10-03',
      sexInNumber: 'MAN',
      isTestNumber: false,
    });
  });

  it('a test number of Skatteverket is known as one, and its sex is read from the ninth digit', () => {
    expect(parseIdentityNumber('900101-9802', today)).toMatchObject({
      isTestNumber: true,
      sexInNumber: 'WOMAN',
    });
    expect(parseIdentityNumber('900102-9819', today)).toMatchObject({
      isTestNumber: true,
      sexInNumber: 'MAN',
    });
    expect(parseIdentityNumber('640823-3234', today).isTestNumber).toBe(false);
  });

  it.each([
    '',
    'x',
    '640823-3235',
    '641323-3234',
    '20640823-3234',
    '640823-323',
    '6408233-234',
    '640823-TF23',
    '1964-08-23',
  ])('refuses "%s" without repeating it', (text) => {
    let caught: unknown;
    try {
      parseIdentityNumber(text, today);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(DomainError);
    expect((caught as DomainError).message).toBe('identity.invalid_number');
    expect((caught as DomainError).details).toEqual({});
  });

  it('one wrong digit is always noticed', () => {
    const right = '199001019802';
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 11 }), fc.integer({ min: 1, max: 9 }), (place, step) => {
        const digit = (Number(right[place]) + step) % 10;
        const wrong = `${right.slice(0, place)}${digit}${right.slice(place + 1)}`;
        expect(() => parseIdentityNumber(wrong, today)).toThrow(DomainError);
      }),
    );
  });
});

describe('what may stand in clear about a person', () => {
  it.each([
    ['2011-11-22', '2026-11-21', 14, 'UNDER_15'],
    ['2011-11-22', '2026-11-22', 15, '15_17'],
    ['2008-11-23', '2026-11-22', 17, '15_17'],
    ['2008-11-22', '2026-11-22', 18, '18_20'],
    ['2005-11-23', '2026-11-22', 20, '18_20'],
    ['2005-11-22', '2026-11-22', 21, '21_24'],
    ['2001-11-22', '2026-11-22', 25, '25_34'],
    ['1991-11-22', '2026-11-22', 35, '35_PLUS'],
    ['2008-02-29', '2026-02-28', 17, '15_17'],
    ['2008-02-29', '2026-03-01', 18, '18_20'],
  ])('who was born on %s is on %s aged %i, band %s', (bornOn, day, age, band) => {
    expect(ageOn(bornOn, day)).toBe(age);
    expect(ageBandOf(age)).toBe(band);
  });

  it('under 18 and under 21 are of the day that is asked about', () => {
    const number = parseIdentityNumber('20081123-9805', today);
    expect(personFacts(number, '2026-11-22')).toMatchObject({ under18: true, under21: true });
    expect(personFacts(number, '2026-11-23')).toMatchObject({ under18: false, under21: true });
    expect(personFacts(number, '2029-11-23')).toMatchObject({ under18: false, under21: false });
  });

  it('what is registered goes before what the number says, and the facts say which it was', () => {
    const number = parseIdentityNumber('900101-9802', today);
    expect(personFacts(number, today)).toMatchObject({ sex: 'WOMAN', ageBasis: 'FROM_NUMBER' });
    expect(personFacts(number, today, { sex: 'MAN', bornOn: '2009-01-01' })).toEqual({
      sex: 'MAN',
      ageBand: '15_17',
      under18: true,
      under21: true,
      ageBasis: 'STATED',
    });
  });

  it.each([
    ['2026-02-30', today],
    ['2026-11-23', today],
    ['yesterday', today],
  ])('a birth on %s before %s is no date', (bornOn, day) => {
    expect(() => ageOn(bornOn, day)).toThrow('identity.invalid_date');
  });
});

describe('organisation numbers', () => {
  it.each([
    '202100-0076',
    '2021000076',
    '16202100-0076',
    '212000-0142',
    '212000-1355',
    '212000-1124',
    '202100-5448',
  ])('%s is one', (text) => {
    expect(parseOrganisationNumber(text)).toBe(text.replace('-', '').slice(-10));
  });

  it.each(['202100-0077', '640823-3234', '19202100-0076', '202100', '', 'board:1280'])(
    '%s is none',
    (text) => {
      expect(() => parseOrganisationNumber(text)).toThrow('identity.invalid_organisation_number');
    },
  );
});
