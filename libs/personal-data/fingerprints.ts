import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import canonicalizeModule from 'canonicalize';
import { Confidential } from '#kernel';
import type { ClassKeys } from './keys.js';

// The package is CommonJS: under node's own loader and under the test runner its default arrives differently wrapped.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/** What stands around a command: its fingerprint, and what it would be under other epochs that are still there. */
export interface Fingerprint {
  readonly fingerprint: string;
  readonly earlierFingerprints: readonly string[];
}

/**
 * Fingerprints of what commands say, so that one Idempotency-Key with two bodies is noticed. They stand in the log for
 * ever, and a body may be no more than an address: who could compute them would find it by trying. So their key comes from
 * the class keys and dies with each epoch of these, as all does that an erasure destroys.
 */
export class Fingerprints {
  constructor(private readonly keys: ClassKeys) {}

  /** Confidential values are counted in. The order of fields is not. */
  of(value: unknown): Fingerprint {
    const text = canonicalize(reveal(value)) ?? 'nothing';
    const ring = this.keys.of('identity');
    const [fingerprint, ...earlierFingerprints] = ring.epochs.map((epoch) => {
      const hash = createHmac('sha256', derived(ring.get(epoch)))
        .update(text, 'utf8')
        .digest('base64url');
      return `f1${epoch}-${hash}`;
    });
    // A ring has one epoch at least.
    return { fingerprint: fingerprint!, earlierFingerprints };
  }
}

/** A key for this and nothing else, made once for each class key. */
const derived = (classKey: KeyObject): KeyObject => {
  const known = made.get(classKey);
  if (known) return known;
  const bytes = hkdfSync('sha256', classKey, '', 'fingerprints of commands', 32);
  const key = createSecretKey(Buffer.from(bytes));
  made.set(classKey, key);
  return key;
};
const made = new WeakMap<KeyObject, KeyObject>();

/** A copy whose confidential values are in clear: only on its way into the keyed hash. */
const reveal = (value: unknown): unknown => {
  if (value instanceof Confidential) return { confidential: value.dataClass, value: reveal(value.reveal()) };
  if (Array.isArray(value)) return value.map(reveal);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reveal(inner)]));
  return value;
};
