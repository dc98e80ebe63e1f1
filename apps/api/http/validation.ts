import { Injectable, ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { getMetadataStorage, type ValidationError } from 'class-validator';
import { Problem, type UntoldViolation } from './problem.js';

const isPlainObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Class = abstract new (...args: never[]) => unknown;

const metadataOf = (target: object | undefined) =>
  target
    ? getMetadataStorage().getTargetValidationMetadatas(
        target.constructor as Class as never,
        '',
        false,
        false,
      )
    : [];

/** The limits of a rule as they stand beside the field in its DTO: `@MaxLength(2000)` gives [2000]. */
const limitsOf = (error: ValidationError, rule: string): (string | number)[] => {
  const found = metadataOf(error.target).find(
    (metadata) => metadata.propertyName === error.property && metadata.name === rule,
  );
  const values = (found?.constraints ?? []).flatMap((value: unknown) =>
    Array.isArray(value) ? value : [value],
  );
  return values.filter((value): value is string | number => ['string', 'number'].includes(typeof value));
};

const knownFields = (error: ValidationError): string[] => [
  ...new Set(metadataOf(error.target).map((metadata) => metadata.propertyName)),
];

/** Where a value is of the wrong kind, what else is wrong with it is of no use to anybody. */
const kindRules = ['isDefined', 'isArray', 'isObject', 'isString', 'isInt', 'isNumber', 'isBoolean'];

const violationsOf = (errors: readonly ValidationError[], parent: string): UntoldViolation[] =>
  errors.flatMap((error): UntoldViolation[] => {
    const rules = Object.keys(error.constraints ?? {});
    // The name of an unknown field is something that was sent: it may be a person's number, so it is not given back.
    if (rules.includes('whitelistValidation'))
      return [{ field: parent, rule: 'unknown', limits: knownFields(error) }];
    const field = parent ? `${parent}.${error.property}` : error.property;
    const kind = rules.filter((rule) => kindRules.includes(rule));
    return [
      ...(kind.length > 0 ? kind.slice(0, 1) : rules).map((rule) => ({
        field,
        rule,
        limits: limitsOf(error, rule),
      })),
      ...violationsOf(error.children ?? [], field),
    ];
  });

export const invalid = (...violations: UntoldViolation[]): Problem =>
  new Problem('request.invalid', { violations });

/**
 * Hands a checked body on as the plain JSON that came in: an instance of a DTO inside a command would get as far as the
 * store, which takes plain data only.
 */
@Injectable()
class PlainBodies extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // No request is a list, whose elements would be checked one by one, or a bare value.
    if (metadata.type === 'body' && value !== undefined && !isPlainObject(value))
      throw invalid({ field: '', rule: 'isObject', limits: [] });
    const checked: unknown = await super.transform(value, metadata);
    const isDto = metadata.type === 'body' && typeof checked === 'object' && checked !== null;
    return isDto ? (JSON.parse(JSON.stringify(checked)) as unknown) : checked;
  }
}

/** Checks every body and query against its DTO: unknown fields are refused, and no rejected value is given back. */
export const validationPipe = (): ValidationPipe =>
  new PlainBodies({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    validationError: { target: true, value: false },
    exceptionFactory: (errors) => {
      const violations = violationsOf(errors, '');
      const once = new Map(violations.map((violation) => [JSON.stringify(violation), violation]));
      return invalid(...once.values());
    },
  });
