import type { Token } from './token.js';

/** The classes of sealed data. One key per subject, stream, class and owning authority. */
export const dataClasses = [
  'identity',
  'destination',
  'address',
  'threat-detail',
  'threat-advice',
  'needs',
  'health',
  'social',
  'family',
  'offence',
  'cost',
] as const;
export type DataClass = (typeof dataClasses)[number];

/**
 * Ciphertext as it stands in events and read models: AES-256-GCM, associated data = stream, event and path of the
 * place where it was first written, so that an envelope carried elsewhere opens only as what it is.
 */
export interface Envelope<C extends DataClass = DataClass> {
  readonly sealed: 1;
  readonly class: C;
  /** Random subject id: whose data this is. */
  readonly subject: string;
  /** Organisation token of the authority that owns it. */
  readonly owner: Token;
  /** Where it was first written: stays for ever, wherever the envelope is carried. */
  readonly stream: string;
  readonly event: string;
  readonly path: string;
  readonly kid: string;
  /** base64url */
  readonly iv: string;
  readonly ct: string;
  readonly tag: string;
}

/**
 * A value on its way to be sealed: it passes through a decider unread and cannot be printed or serialised,
 * so that a forgotten seal is a crash, not a leak.
 */
export class Confidential<T = unknown> {
  readonly #value: T;
  constructor(
    readonly dataClass: DataClass,
    value: T,
  ) {
    this.#value = value;
  }
  /** Only libs/personal-data calls this, to seal. */
  reveal(): T {
    return this.#value;
  }
  toJSON(): never {
    throw new Error(`a value of class ${this.dataClass} was about to be written in clear`);
  }
  toString(): string {
    return `[${this.dataClass}]`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** The type of a sealed field: opaque to deciders, processes and projections. `T` says what lies inside. */
export type Sealed<C extends DataClass, T = unknown> =
  Envelope<C> | (Confidential<T> & { readonly dataClass: C });

/** Wraps a clear value for its way to the sealer. */
export const confidential = <C extends DataClass, T>(dataClass: C, value: T): Sealed<C, T> =>
  new Confidential(dataClass, value) as Confidential<T> & { readonly dataClass: C };

export const isEnvelope = (value: unknown): value is Envelope =>
  typeof value === 'object' && value !== null && (value as { sealed?: unknown }).sealed === 1;
