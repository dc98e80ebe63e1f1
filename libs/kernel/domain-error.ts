/**
 * A rule said no. `code` is `context.reason`, stable, part of the API. `details` are coded facts only:
 * never a name, a place or a value that somebody sent.
 */
export class DomainError extends Error {
  constructor(
    readonly code: `${string}.${string}`,
    readonly details: Readonly<Record<string, string | number | boolean | readonly string[]>> = {},
  ) {
    super(code);
    this.name = 'DomainError';
  }
}

/** Throws DomainError(code) unless the rule holds. */
export function ensure(
  holds: boolean,
  code: `${string}.${string}`,
  details?: Readonly<Record<string, string | number | boolean | readonly string[]>>,
): asserts holds {
  if (!holds) throw new DomainError(code, details);
}
