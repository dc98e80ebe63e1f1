import type { KeyObject } from 'node:crypto';

/** A key of 32 bytes and the epoch in which it was made. A KeyObject prints and serialises as nothing. */
export interface EpochKey {
  readonly epoch: number;
  readonly key: KeyObject;
}

/**
 * What the key file or a key service holds; libs/platform/key-file.ts reads one in this shape. It comes to the api only
 * and never to a database.
 */
export interface KeyMaterial {
  /** By data class. They wrap the data keys; the highest epoch is the current one, older ones still open. */
  readonly classKeys: ReadonlyMap<string, readonly EpochKey[]>;
  /** Make the tokens; a new epoch every year. */
  readonly routingKeys: readonly EpochKey[];
  /** Makes the fingerprints of commands. */
  readonly fingerprintKey: KeyObject;
}

/** The key material cannot do what is asked: a class or an epoch is missing. Names them, never a key. */
export class KeyUnavailable extends Error {
  override readonly name = 'KeyUnavailable';
}

/** Keys by epoch. */
export class KeyRing {
  readonly #keys: ReadonlyMap<number, KeyObject>;
  /** The newest epoch, with which everything new is made. */
  readonly epoch: number;

  /** @throws KeyUnavailable when there is none, one has not 32 bytes, or two have one epoch */
  constructor(
    keys: readonly EpochKey[],
    private readonly what: string,
  ) {
    if (keys.length === 0) throw new KeyUnavailable(`there is no ${what}`);
    if (keys.some(({ epoch, key }) => !Number.isSafeInteger(epoch) || key.symmetricKeySize !== 32))
      throw new KeyUnavailable(`the ${what} is not a key of 32 bytes with an epoch`);
    this.#keys = new Map(keys.map(({ epoch, key }) => [epoch, key]));
    if (this.#keys.size !== keys.length) throw new KeyUnavailable(`two keys of the ${what} have one epoch`);
    this.epoch = Math.max(...this.#keys.keys());
  }

  /** Newest first. */
  get epochs(): readonly number[] {
    return [...this.#keys.keys()].sort((a, b) => b - a);
  }

  /** @throws KeyUnavailable when that epoch is not there, for example because it was destroyed */
  get(epoch: number): KeyObject {
    const key = this.#keys.get(epoch);
    if (!key) throw new KeyUnavailable(`the ${this.what} has no epoch ${epoch}`);
    return key;
  }
}
