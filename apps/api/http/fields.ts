import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
  type ValidationOptions,
} from 'class-validator';
import personnummer from 'personnummer';
import { findMunicipality } from '#application';

// The package is CommonJS with types written for ES modules: at run time the default is the class itself.
const Personnummer = personnummer as unknown as typeof personnummer.default;

// What a field of a request may be. Each decorator carries the name of its rule, under which the texts of the problem
// catalogue stand.

/** Longest free text, in characters. */
export const longestText = 2_000;

/** May be left out; null is no way of leaving out. */
export const Optional = (): PropertyDecorator => ValidateIf((_object, value) => value !== undefined);

const rule = (
  name: string,
  validate: (value: unknown) => boolean,
  options?: ValidationOptions,
  constraints: unknown[] = [],
): PropertyDecorator =>
  ValidateBy({ name, constraints, validator: { validate, defaultMessage: () => name } }, options);

/** Adds to the description of a single value; what a list holds is described by the list. */
const described = (rule: PropertyDecorator, as: ApiPropertyOptions, options?: ValidationOptions) =>
  options?.each ? rule : applyDecorators(rule, ApiProperty(as));

const isRealDate = (text: string): boolean => {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};

/** A calendar date that exists, YYYY-MM-DD, from 1900 to 2199. */
export const IsPlainDate = (): PropertyDecorator =>
  described(
    rule(
      'isPlainDate',
      (value) => typeof value === 'string' && /^(19|20|21)\d\d-\d\d-\d\d$/.test(value) && isRealDate(value),
    ),
    { format: 'date' },
  );

const instantShape = /^((?:19|20|21)\d\d-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?Z$/;

const isInstant = (value: unknown): value is string => {
  const [, date] = (typeof value === 'string' && instantShape.exec(value)) || [];
  return date !== undefined && isRealDate(date);
};

/** An instant in UTC by RFC 3339; handed on with milliseconds, as it is stored. */
export const IsInstant = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (isInstant(value) ? new Date(value).toISOString() : value)),
    described(rule('isInstant', isInstant), { format: 'date-time' }),
  );

/** Twelve digits with or without a hyphen, date and check digit right; coordination numbers too. */
export const IsPersonalIdentityNumber = (options?: ValidationOptions): PropertyDecorator =>
  described(
    rule(
      'isPersonalIdentityNumber',
      (value) => typeof value === 'string' && /^\d{8}-?\d{4}$/.test(value) && Personnummer.valid(value),
      options,
    ),
    { pattern: '^\\d{8}-?\\d{4}$' },
    options,
  );

export const IsMunicipalityCode = (options?: ValidationOptions): PropertyDecorator =>
  described(
    rule(
      'isMunicipalityCode',
      (value) => typeof value === 'string' && findMunicipality(value) !== undefined,
      options,
    ),
    { pattern: '^\\d{4}$' },
    options,
  );

/** One line that begins and ends with something visible. */
const isLine = (value: unknown, most: number): boolean =>
  typeof value === 'string' && value.length <= most && /^\S(.*\S)?$/u.test(value) && !/\p{C}/u.test(value);

/** A name of a person or a network, or a number that an authority gave something: one line of visible characters. */
export const IsLine = (most: number, options?: ValidationOptions): PropertyDecorator =>
  described(
    rule('isName', (value) => isLine(value, most), options, [most]),
    { minLength: 1, maxLength: most },
    options,
  );

/** Free text of at most 2,000 characters, with line breaks; not blank, no control characters. */
export const IsFreeText = (): PropertyDecorator =>
  applyDecorators(
    IsString(),
    MaxLength(longestText),
    ApiProperty({ minLength: 1, maxLength: longestText }),
    rule('isText', (value) => typeof value === 'string' && /\S/.test(value) && !/[^\P{C}\n\t]/u.test(value)),
  );

/** Stable id of an official, as the issuer says it in `sub`. */
export const IsOfficial = (options?: ValidationOptions): PropertyDecorator =>
  Matches(/^[A-Za-z0-9._:-]{1,100}$/, options);

/** Id of an organisation, for example board:1280. */
export const IsOrganisation = (): PropertyDecorator => Matches(/^[a-z]{1,20}:[a-z0-9-]{1,40}$/);

export const IsCount = (least: number, most: number): PropertyDecorator =>
  applyDecorators(
    IsInt(),
    Min(least),
    Max(most),
    ApiProperty({ type: 'integer', minimum: least, maximum: most }),
  );

/** A list without repeats of values from a closed list. */
export const IsSetOf = (values: readonly string[]): PropertyDecorator =>
  applyDecorators(IsArray(), ArrayMaxSize(values.length), ArrayUnique(), IsIn(values, { each: true }));

/** Given exactly when another field has one of these values; or, with `mayMiss`, at most then. */
export const OnlyWith = (field: string, values: readonly string[], mayMiss = false): PropertyDecorator =>
  applyDecorators(
    ValidateIf(
      (object: Record<string, unknown>, value) =>
        value !== undefined || (!mayMiss && values.includes(String(object[field]))),
    ),
    ValidateBy({
      name: 'onlyWith',
      constraints: [field, ...values],
      validator: {
        validate: (value, parameters) =>
          value === undefined ||
          values.includes(String((parameters?.object as Record<string, unknown> | undefined)?.[field])),
        defaultMessage: () => 'onlyWith',
      },
    }),
  );

/** A yes that makes sense only where another field has one of these values. */
export const YesOnlyWith = (field: string, values: readonly string[]): PropertyDecorator =>
  ValidateBy({
    name: 'onlyWith',
    constraints: [field, ...values],
    validator: {
      validate: (value, parameters) =>
        value !== true ||
        values.includes(String((parameters?.object as Record<string, unknown> | undefined)?.[field])),
      defaultMessage: () => 'onlyWith',
    },
  });

/** Never beside another field. */
export const NotWith = (field: string): PropertyDecorator =>
  ValidateBy({
    name: 'notWith',
    constraints: [field],
    validator: {
      validate: (value, parameters) =>
        value === undefined ||
        (parameters?.object as Record<string, unknown> | undefined)?.[field] === undefined,
      defaultMessage: () => 'notWith',
    },
  });
