import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import type { Instant } from '#kernel';
import { KeyRing, type KeyMaterial } from './keys.js';
import { asRole } from './vault.js';

/** What the issuer published, and when that was. */
export interface PublishedKeys {
  readonly at: Instant;
  readonly keys: readonly object[];
}

/**
 * The last public keys of the issuer of tokens, in the database: for an api that starts while the issuer is away. They bear
 * an HMAC under a key derived from the routing key, which the database does not have: who writes there makes no key of them,
 * and can at most put back what stood there before, which says when it was published.
 */
export class KeptIssuerKeys {
  readonly #routing: KeyRing;

  constructor(
    private readonly pool: Pool,
    material: Pick<KeyMaterial, 'routingKeys'>,
    private readonly issuer: string,
  ) {
    this.#routing = new KeyRing(material.routingKeys, 'routing key');
  }

  /** @throws VaultUnavailable */
  async keep(published: PublishedKeys): Promise<void> {
    const text = JSON.stringify(published);
    const { epoch } = this.#routing;
    const sealed = `k1${epoch}-${this.#codeOf(text, epoch).toString('base64url')}.${text}`;
    await asRole(this.pool, 'vault_opener', 'SELECT vault.keep_issuer_keys($1, $2)', [this.issuer, sealed], {
      use: 'RECORDS',
    });
  }

  /**
   * Undefined where none were kept, or what stands there was not written by an api with this key file.
   * @throws VaultUnavailable
   */
  async last(): Promise<PublishedKeys | undefined> {
    const [row] = await asRole<{ sealed: string }>(
      this.pool,
      'vault_opener',
      'SELECT sealed FROM vault.issuer_keys_of($1)',
      [this.issuer],
      { use: 'RECORDS' },
    );
    const [, epochText, code, text] =
      /^k1(\d{1,6})-([A-Za-z0-9_-]{43})\.(.*)$/s.exec(row?.sealed ?? '') ?? [];
    const epoch = Number(epochText);
    if (code === undefined || text === undefined || !this.#routing.epochs.includes(epoch)) return undefined;
    const same = timingSafeEqual(Buffer.from(code, 'base64url'), this.#codeOf(text, epoch));
    return same ? (JSON.parse(text) as PublishedKeys) : undefined;
  }

  #codeOf(text: string, epoch: number): Buffer {
    const key = Buffer.from(hkdfSync('sha256', this.#routing.get(epoch), '', 'keys of the issuer', 32));
    // Of this issuer: those of another, put into its row, are no keys of its own.
    return createHmac('sha256', key).update(`${this.issuer}\n${text}`, 'utf8').digest();
  }
}
