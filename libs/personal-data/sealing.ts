import { randomUUID } from 'node:crypto';
import { Confidential, isEnvelope, type DataClass, type Envelope, type Token } from '#kernel';
import {
  EnvelopeBroken,
  newDataKey,
  openValue,
  sealValue,
  unwrapKey,
  wrapKey,
  type KeyPlace,
} from './crypto.js';
import { ClassKeys, KeyUnavailable, type KeyMaterial } from './keys.js';
import type { Vault, VaultPurpose } from './vault.js';

export interface SealContext extends VaultPurpose {
  readonly caseId?: string;
  /** Why this authority may write it, for the record of the write. */
  readonly legalBasis?: string;
  /** Whose data it is: a random subject id. */
  readonly subject: string;
  /** Where it will stand. */
  readonly stream: string;
  readonly eventId: string;
  /** The authority that owns what is written; often, but not always, the writer's own. */
  readonly owner: Token;
}

/** Turns confidential values into envelopes. Lives in the api, where the class keys are, and nowhere else. */
export class Sealer {
  readonly #keys: ClassKeys;
  readonly #vault: Pick<Vault, 'keysForWriting'>;

  constructor(keys: Pick<KeyMaterial, 'classKeys'> | ClassKeys, vault: Pick<Vault, 'keysForWriting'>) {
    this.#vault = vault;
    this.#keys = keys instanceof ClassKeys ? keys : new ClassKeys(keys);
  }

  /**
   * Replaces every confidential value at the top level of an event's data by an envelope that opens nowhere else.
   * One round trip for all keys; each is recorded as a write. Keys are not cached: no record, no key.
   * @throws Error when a confidential value stands deeper; WriteRefused, ClockOff, VaultUnavailable, KeyUnavailable,
   *   EpochBehind when the newest class keys are not to be had
   */
  async seal<Data extends object>(data: Data, context: SealContext): Promise<Data> {
    const fields = Object.entries(data);
    for (const [, value] of fields) if (!(value instanceof Confidential)) refuseConfidential(value);
    const secret = fields.filter(
      (field): field is [string, Confidential] => field[1] instanceof Confidential,
    );
    if (secret.length === 0) return data;
    return this.#keys.withNewest(() => this.#seal(data, secret, context));
  }

  async #seal<Data extends object>(
    data: Data,
    secret: readonly [string, Confidential][],
    context: SealContext,
  ): Promise<Data> {
    const classes = [...new Set(secret.map(([, value]) => value.dataClass))];
    const proposals = classes.map((name) => {
      const place: KeyPlace = {
        subject: context.subject,
        stream: context.stream,
        class: name,
        owner: context.owner,
      };
      const ring = this.#keys.of(name);
      const kid = randomUUID();
      const fresh = newDataKey();
      const wrapped = wrapKey(ring.get(ring.epoch), fresh, kid, place);
      fresh.fill(0);
      return { ...place, proposed: { kid, wrapped, epoch: ring.epoch } };
    });
    const held = await this.#vault.keysForWriting(proposals, context);

    const dataKeys = new Map<DataClass, { kid: string; key: Buffer }>();
    try {
      classes.forEach((name, index) => {
        const wrapped = held[index];
        const place = proposals[index];
        if (!wrapped || !place) throw new KeyUnavailable('the vault left a key out');
        const wrapping = this.#keys.of(name).get(wrapped.epoch);
        dataKeys.set(name, {
          kid: wrapped.kid,
          key: unwrapKey(wrapping, wrapped.wrapped, wrapped.kid, place),
        });
      });
      const sealed = secret.map(([path, value]): [string, Envelope] => {
        const dataKey = dataKeys.get(value.dataClass);
        if (!dataKey) throw new KeyUnavailable('the vault left a key out');
        const place = { stream: context.stream, event: context.eventId, path };
        return [
          path,
          {
            sealed: 1,
            class: value.dataClass,
            subject: context.subject,
            owner: context.owner,
            ...place,
            kid: dataKey.kid,
            ...sealValue(dataKey.key, place, value.reveal()),
          },
        ];
      });
      return { ...data, ...Object.fromEntries(sealed) };
    } finally {
      for (const { key } of dataKeys.values()) key.fill(0);
    }
  }
}

const refuseConfidential = (value: unknown): void => {
  if (value instanceof Confidential)
    throw new Error(
      `a value of class ${value.dataClass} stands below the top level of an event and cannot be sealed there`,
    );
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(refuseConfidential);
};

export interface OpenContext extends VaultPurpose {
  readonly caseId: string;
  /** On which the reader's route stands: recorded for what the own authority wrote. */
  readonly legalBasis: string;
  /** Head revision of disclosure-<case> as read from the log, -1 when there is no such stream. */
  readonly disclosureRevision: number;
}

/** What came of one envelope. `opened: false` is answered like an unknown thing. */
export type Opened =
  | { readonly opened: true; readonly value: unknown; readonly foot: string; readonly legalBasis: string }
  | { readonly opened: false };

/** Opens envelopes for an entitled, recorded read. Lives in the api, where the class keys are, and nowhere else. */
export class Opener {
  readonly #keys: ClassKeys;
  readonly #vault: Pick<Vault, 'open'>;

  constructor(keys: Pick<KeyMaterial, 'classKeys'> | ClassKeys, vault: Pick<Vault, 'open'>) {
    this.#vault = vault;
    this.#keys = keys instanceof ClassKeys ? keys : new ClassKeys(keys);
  }

  /**
   * One round trip for all keys; what it returns was recorded before. The values are in clear: they go into the answer
   * and nowhere else.
   * @returns one per envelope, in order
   * @throws GrantsNotReady, ClockOff, VaultUnavailable; EnvelopeBroken when an envelope was moved or altered;
   *   KeyUnavailable when the class key of its epoch is gone
   */
  async open(envelopes: readonly Envelope[], context: OpenContext): Promise<readonly Opened[]> {
    if (envelopes.length === 0) return [];
    if (!envelopes.every(isEnvelope)) throw new EnvelopeBroken();
    return this.#keys.withNewest(() => this.#open(envelopes, context));
  }

  async #open(envelopes: readonly Envelope[], context: OpenContext): Promise<readonly Opened[]> {
    const wanted = new Map(envelopes.map((envelope) => [nameOf(envelope), envelope]));
    const places = [...wanted.values()];
    const answers = await this.#vault.open(places, context);
    const dataKeys = new Map<string, { kid: string; key: Buffer; foot: string; legalBasis: string }>();
    try {
      places.forEach((place, index) => {
        const answer = answers[index];
        if (!answer) return;
        const key = unwrapKey(
          this.#keys.of(place.class).get(answer.epoch),
          answer.wrapped,
          answer.kid,
          place,
        );
        dataKeys.set(nameOf(place), { ...answer, key });
      });
      return envelopes.map((envelope): Opened => {
        const dataKey = dataKeys.get(nameOf(envelope));
        if (!dataKey) return { opened: false };
        if (dataKey.kid !== envelope.kid) throw new EnvelopeBroken();
        const value = openValue(dataKey.key, envelope);
        return { opened: true, value, foot: dataKey.foot, legalBasis: dataKey.legalBasis };
      });
    } finally {
      for (const { key } of dataKeys.values()) key.fill(0);
    }
  }
}

const nameOf = (place: KeyPlace): string =>
  [place.subject, place.stream, place.class, place.owner].join('\n');
