import canonicalizeModule from 'canonicalize';
import { Confidential } from '#kernel';

// The package is CommonJS: its function is the module itself, although its types speak of a default export.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/** Deeper than any event needs to be; ends a circular value in a clear error. */
const maxDepth = 32;

/**
 * Finds what could not be stored and read back as the same value: a Date would come back as text, NaN as null,
 * a lone surrogate or NUL not at all.
 * @returns the path of the first such place and why, never the value; undefined when all is well
 */
export const findUnstorable = (value: unknown, path: string, depth = 0): string | undefined => {
  switch (typeof value) {
    case 'string':
      return storableText(value)
        ? undefined
        : `${path} holds text that is not well-formed Unicode or holds NUL`;
    case 'boolean':
      return undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : `${path} is not a finite number`;
    case 'object':
      return value === null ? undefined : inObject(value, path, depth);
    case 'undefined':
    case 'bigint':
    case 'symbol':
    case 'function':
      return `${path} is a ${typeof value}`;
  }
};

const inObject = (value: object, path: string, depth: number): string | undefined => {
  if (value instanceof Confidential) return `${path} is of class ${value.dataClass} and was not sealed`;
  if (depth >= maxDepth) return `${path} lies deeper than ${maxDepth} levels`;
  if (Array.isArray(value)) {
    // By index, since forEach and its like pass over holes.
    for (let index = 0; index < value.length; index += 1) {
      const found = findUnstorable(value[index], `${path}[${index}]`, depth + 1);
      if (found) return found;
    }
    return undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `${path} is an instance of a class`;
  for (const [key, member] of Object.entries(value)) {
    if (!storableText(key)) return `${path} has a field whose name is not well-formed`;
    if (key === 'toJSON' || key === '__proto__') return `${path} has a field called ${key}`;
    // A field that is undefined is a field that is not there, in memory as in JSON.
    const found = member === undefined ? undefined : findUnstorable(member, `${path}.${key}`, depth + 1);
    if (found) return found;
  }
  return undefined;
};

/** With the flag u, a pair of surrogates is one character, so the class matches lone ones only. */
const notStorable = /[\u0000\ud800-\udfff]/u;
const storableText = (text: string): boolean => !notStorable.test(text);

/** RFC 8785: one text for one value, the same on every machine and in every store, so that it can be hashed. */
export const canonicalJson = (value: object): string => {
  const unstorable = findUnstorable(value, 'value');
  if (unstorable) throw new TypeError(unstorable);
  return uncheckedCanonicalJson(value);
};

/** For a value that findUnstorable() has passed. */
export const uncheckedCanonicalJson = (value: object): string => {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
};
