import canonicalizeModule from 'canonicalize';

// The package is CommonJS with types of an ES module, so its one function must be named by hand.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/**
 * Whether two values say the same, whatever the order of their keys; a key that is undefined is a key that is absent.
 * For coded facts and tokens only: a Confidential value throws, since sealed values cannot be compared.
 */
export const sameFacts = (one: unknown, other: unknown): boolean => canonicalize(one) === canonicalize(other);
