import type { KeyObject } from 'node:crypto';
import { dataClasses, type DataClass } from '#kernel';

/** A key of 32 bytes and the epoch in which it was made. A KeyObject prints and serialises as nothing. */
export interface EpochKey {
  readonly epoch: number;
  readonly key: KeyObject;
}

/** An epoch of the routing key. */
export interface RoutingKey extends EpochKey {
  /** The instant at which it was made, where that is known. */
  readonly since?: string | undefined;
}

/**
 * What the key file or a key service holds; libs/platform/key-file.ts reads one in this shape. It comes to the api only
 * and never to a database.
 */
export interface KeyMaterial {
  /** By data class. They wrap the data keys; the highest epoch is the current one, older ones still open. */
  readonly classKeys: ReadonlyMap<string, readonly EpochKey[]>;
  /** Make the tokens; a new epoch every year. */
  readonly routingKeys: readonly RoutingKey[];
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

/** Looks again where the keys come from: there may be a newer epoch. Undefined where keys cannot change. */
export type RereadKeys = () => Promise<Pick<KeyMaterial, 'classKeys'>>;

/**
 * The class keys that a process holds. They may be replaced while it runs: by a new epoch, and by the end of an old one.
 */
export class ClassKeys {
  #rings: ReadonlyMap<DataClass, KeyRing>;

  constructor(
    material: Pick<KeyMaterial, 'classKeys'>,
    private readonly again?: RereadKeys,
  ) {
    this.#rings = ringsOf(material);
  }

  /** @throws KeyUnavailable */
  of(name: DataClass): KeyRing {
    const ring = this.#rings.get(name);
    if (!ring) throw new KeyUnavailable('there is no such class of data');
    return ring;
  }

  /** @throws KeyUnavailable when a class has no key: what is held stays then */
  replace(material: Pick<KeyMaterial, 'classKeys'>): void {
    this.#rings = ringsOf(material);
  }

  /**
   * Does the work; where an epoch is missing looks for newer keys and does it once more. Between the first time and the
   * second a data key may have been wrapped anew, so the whole work is repeated, its record included.
   */
  async withNewest<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (!this.again || !(error instanceof KeyUnavailable || error instanceof EpochBehind)) throw error;
      this.replace(await this.again());
      return work();
    }
  }
}

/** Something was made with an epoch that is no longer in force: this process has not heard of the newer one. */
export class EpochBehind extends Error {
  override readonly name = 'EpochBehind';
}

const ringsOf = ({ classKeys }: Pick<KeyMaterial, 'classKeys'>): ReadonlyMap<DataClass, KeyRing> =>
  new Map(dataClasses.map((name) => [name, new KeyRing(classKeys.get(name) ?? [], `class key of ${name}`)]));
