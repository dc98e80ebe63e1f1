import personnummer from 'personnummer';
import { DomainError, type AgeBand, type PlainDate, type Sex } from '#kernel';

// The package is CommonJS with types written for ES modules: at run time the default is the class itself.
const Personnummer = personnummer as unknown as typeof personnummer.default;

export interface IdentityNumber {
  /** Twelve digits, YYYYMMDDNNNC; the day of a coordination number is 60 too high. */
  readonly number: string;
  readonly kind: 'PERSONAL' | 'COORDINATION';
  /** The date in the number. It may be a day nearby: no legal decision on age may rest on it alone. */
  readonly dateInNumber: PlainDate;
  /** As the number says; what is registered may differ and goes first. */
  readonly sexInNumber: Sex;
  /** One of Skatteverket's numbers for tests (birth number 980 to 999), which belong to nobody. */
  readonly isTestNumber: boolean;
}

const digitsOf = (text: string, on: PlainDate): string => {
  const match = /^(\d{2})?(\d{6})([-+]?)(\d{4})$/.exec(text.trim());
  if (!match) throw new DomainError('identity.invalid_number');
  const [, century, sixDigits = '', separator, lastFour = ''] = match;
  if (century !== undefined) {
    // The separator follows from the date; with all twelve digits it says nothing more.
    return century + sixDigits + lastFour;
  }
  // Ten digits: the latest century in which the date is not after `on`; a plus sign means a hundred years earlier.
  // A coordination number has 60 added to its day.
  const day = Number(sixDigits.slice(4)) > 60 ? Number(sixDigits.slice(4)) - 60 : Number(sixDigits.slice(4));
  const monthAndDay = `${sixDigits.slice(2, 4)}${String(day).padStart(2, '0')}`;
  const today = on.replaceAll('-', '');
  let year = Number(`${today.slice(0, 2)}${sixDigits.slice(0, 2)}`);
  if (`${year}${monthAndDay}` > today) year -= 100;
  if (separator === '+') year -= 100;
  return `${year}${sixDigits.slice(2)}${lastFour}`;
};

/**
 * Reads a personal identity number or a coordination number, with or without century, hyphen or plus sign.
 * @param on the day it is read, YYYY-MM-DD in Europe/Stockholm: settles the century of ten digits
 * @throws DomainError identity.invalid_number; the rejected value is never repeated
 */
export const parseIdentityNumber = (text: string, on: PlainDate): IdentityNumber => {
  const number = digitsOf(text, on);
  let parsed: InstanceType<typeof Personnummer>;
  try {
    parsed = Personnummer.parse(number, { allowCoordinationNumber: true, allowInterimNumber: false });
  } catch {
    throw new DomainError('identity.invalid_number');
  }
  const coordination = parsed.isCoordinationNumber();
  const day = String(Number(parsed.day) - (coordination ? 60 : 0)).padStart(2, '0');
  const dateInNumber = `${parsed.fullYear}-${parsed.month}-${day}`;
  if (dateInNumber > on) throw new DomainError('identity.invalid_number');
  return {
    number,
    kind: coordination ? 'COORDINATION' : 'PERSONAL',
    dateInNumber,
    sexInNumber: parsed.isMale() ? 'MAN' : 'WOMAN',
    isTestNumber: Number(parsed.num) >= 980,
  };
};

/**
 * Whole years on a day, both YYYY-MM-DD. Who was born on 29 February grows older on 1 March in other years.
 * @throws DomainError identity.invalid_date when a date is none, or birth comes after the day
 */
export const ageOn = (bornOn: PlainDate, day: PlainDate): number => {
  for (const date of [bornOn, day])
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || new Date(`${date}T00:00:00Z`).toJSON()?.slice(0, 10) !== date)
      throw new DomainError('identity.invalid_date');
  if (bornOn > day) throw new DomainError('identity.invalid_date');
  const years = Number(day.slice(0, 4)) - Number(bornOn.slice(0, 4));
  return day.slice(5) < bornOn.slice(5) ? years - 1 : years;
};

export const ageBandOf = (age: number): AgeBand => {
  if (age < 15) return 'UNDER_15';
  if (age < 18) return '15_17';
  if (age < 21) return '18_20';
  if (age < 25) return '21_24';
  if (age < 35) return '25_34';
  return '35_PLUS';
};

/** What may stand in clear about a person, computed by the handler while the value is in its hands. */
export interface PersonFacts {
  readonly sex: Sex;
  readonly ageBand: AgeBand;
  readonly under18: boolean;
  readonly under21: boolean;
  /** Whether the date of birth was stated or only read from the number, which may be a day nearby. */
  readonly ageBasis: 'STATED' | 'FROM_NUMBER';
}

/**
 * @param stated what is registered, where it is known; it goes before what the number says
 * @param on the day of the decision, YYYY-MM-DD in Europe/Stockholm
 */
export const personFacts = (
  number: IdentityNumber,
  on: PlainDate,
  stated: { readonly bornOn?: PlainDate; readonly sex?: Sex } = {},
): PersonFacts => {
  const age = ageOn(stated.bornOn ?? number.dateInNumber, on);
  return {
    sex: stated.sex ?? number.sexInNumber,
    ageBand: ageBandOf(age),
    under18: age < 18,
    under21: age < 21,
    ageBasis: stated.bornOn === undefined ? 'FROM_NUMBER' : 'STATED',
  };
};

/**
 * Reads an organisation number with or without hyphen or the prefix 16, and gives its ten digits.
 * @throws DomainError identity.invalid_organisation_number; the rejected value is never repeated
 */
export const parseOrganisationNumber = (text: string): string => {
  const digits = /^(?:16)?(\d{6})-?(\d{4})$/.exec(text.trim())?.slice(1).join('');
  // The third digit is 2 or higher, which keeps organisation numbers apart from personal identity numbers.
  if (!digits || Number(digits[2]) < 2 || !passesLuhn(digits))
    throw new DomainError('identity.invalid_organisation_number');
  return digits;
};

const passesLuhn = (digits: string): boolean =>
  [...digits]
    .map((digit, place) => Number(digit) * (place % 2 === 0 ? 2 : 1))
    .reduce((sum, product) => sum + (product > 9 ? product - 9 : product), 0) %
    10 ===
  0;
