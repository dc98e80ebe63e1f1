import { createLocalJWKSet, errors, type JSONWebKeySet, type JWK, type JWTVerifyGetKey } from 'jose';

/** Nothing can be said of the token: the issuer could not be asked for its keys. */
export class IssuerUnreachable extends Error {
  override readonly name = 'IssuerUnreachable';
}

/** Keeps what the issuer published last, for a process that starts while the issuer is away. */
export interface KeptKeys {
  keep(published: { readonly at: string; readonly keys: readonly object[] }): Promise<void>;
  /** Undefined where there are none to be believed. */
  last(): Promise<{ readonly at: string; readonly keys: readonly object[] } | undefined>;
}

export interface IssuerKeysOptions {
  /** As it stands in `iss`; discovery is read below it. */
  readonly issuer: string;
  /**
   * Seconds that keys are used at most without asking again: so long may a withdrawn key count. At half of it they are
   * asked for beside the request that finds them old, so that nobody has to wait.
   */
  readonly maxAgeSeconds?: number;
  /** Seconds between two questions to the issuer, whatever is sent to us. */
  readonly coolDownSeconds?: number;
  /** Seconds that the last keys serve while the issuer does not answer. */
  readonly staleSeconds?: number;
  /** Where the last keys outlive this process; nowhere when left out. */
  readonly kept?: KeptKeys;
  /** The clock on the wall, by which kept keys are dated. */
  readonly clock?: { now(): Date };
  /** Milliseconds that pass, also where a test has set the day. */
  readonly passed?: () => number;
}

const timeoutMs = 2_000;
/** So long the answer to the health check is good, in milliseconds. */
const lookMs = 1_000;

/** A discovery document or a key set is a few kilobytes; more is not read. */
const mostBytes = 256 * 1024;

/** Keys may come in the clear only over loopback, where the development issuer lives. */
const trustworthy = (address: string): boolean => {
  const url = new URL(address);
  return url.protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
};

const readJson = async (address: string): Promise<unknown> => {
  const response = await fetch(address, {
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  });
  if (!response.ok || !response.body) throw new Error('the issuer gave no document');
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > mostBytes) throw new Error('the document of the issuer is too large');
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
};

/** Key types whose public half is published. A shared secret in a key set would be no secret. */
const publicTypes = ['EC', 'RSA', 'OKP'];

interface KeySet {
  readonly keys: readonly JWK[];
  readonly find: JWTVerifyGetKey;
  /** Each key as it was published, so that one that is gone, or another one under the same name, is noticed. */
  readonly published: ReadonlySet<string>;
}

/** The issuer's public keys, found by OIDC Discovery 1.0. What others send decides neither where nor how often we ask. */
export class IssuerKeys {
  #set: KeySet | undefined;
  #generation = 0;
  #fetchedAt = -Infinity;
  #triedAt = -Infinity;
  #underWay: Promise<void> | undefined;
  #lookedAt = -Infinity;
  #looked = Promise.resolve(false);
  readonly #maxAgeMs: number;
  readonly #coolDownMs: number;
  readonly #staleMs: number;
  readonly #passed: () => number;

  /** @throws Error when the issuer would be asked in the clear */
  constructor(private readonly options: IssuerKeysOptions) {
    if (!trustworthy(options.issuer))
      throw new Error('the issuer must be reached over https, or over loopback');
    this.#maxAgeMs = (options.maxAgeSeconds ?? 120) * 1_000;
    this.#coolDownMs = (options.coolDownSeconds ?? 30) * 1_000;
    this.#staleMs = (options.staleSeconds ?? 3_600) * 1_000;
    this.#passed = options.passed ?? (() => performance.now());
  }

  /**
   * Makes sure that the keys are not too old.
   * @returns a number that changes when a key has left the set: what was verified before is then worth nothing
   * @throws IssuerUnreachable when there are none, or only such as are too old even for an emergency
   */
  async fresh(): Promise<number> {
    const age = this.#passed() - this.#fetchedAt;
    if (age >= this.#maxAgeMs) {
      if (this.#mayAsk()) await this.#ask().catch(() => undefined);
      if (this.#passed() - this.#fetchedAt >= this.#maxAgeMs + this.#staleMs)
        throw new IssuerUnreachable('no keys');
    } else if (age >= this.#maxAgeMs / 2 && this.#mayAsk()) void this.#ask().catch(() => undefined);
    return this.#generation;
  }

  /** For jose. A name that is not known is looked up once more, if the issuer was not asked just now. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    await this.fresh();
    try {
      return await this.#known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.#mayAsk()) throw error;
      await this.#ask();
      return this.#known(header, token);
    }
  };

  /** Whether the issuer answers with its discovery document, as of this second; for the health check, which anybody may ask. */
  reachable(): Promise<boolean> {
    const now = this.#passed();
    if (now - this.#lookedAt >= lookMs) {
      this.#lookedAt = now;
      this.#looked = this.#discover().then(
        () => true,
        () => false,
      );
    }
    return this.#looked;
  }

  /**
   * Whether tokens can be looked at: with keys that still serve, whether or not the issuer answers now. Asks for newer ones
   * beside the question, so that they are at hand when it falls silent; waits only where there are none.
   */
  async usable(): Promise<boolean> {
    const age = this.#passed() - this.#fetchedAt;
    if (age >= this.#maxAgeMs / 2 && this.#mayAsk()) {
      const asked = this.#ask().catch(() => undefined);
      if (!this.#set) await asked;
    }
    return this.#passed() - this.#fetchedAt < this.#maxAgeMs + this.#staleMs;
  }

  #known(...[header, token]: Parameters<JWTVerifyGetKey>): ReturnType<JWTVerifyGetKey> {
    if (!this.#set) throw new IssuerUnreachable('no keys');
    return this.#set.find(header, token) as ReturnType<JWTVerifyGetKey>;
  }

  /** While a question is under way others wait for its answer. */
  #mayAsk(): boolean {
    return this.#underWay !== undefined || this.#passed() - this.#triedAt >= this.#waitMs();
  }

  /** Without any key nobody gets in: then it is tried again soon. */
  #waitMs(): number {
    return this.#set ? this.#coolDownMs : Math.min(this.#coolDownMs, 1_000);
  }

  #ask(): Promise<void> {
    this.#underWay ??= this.#fetch()
      .catch(async (error: unknown) => {
        if (!this.#set) await this.#recall().catch(() => undefined);
        throw error;
      })
      .finally(() => (this.#underWay = undefined));
    return this.#underWay;
  }

  /** The keys of a process that ran before this one: as old as they are, and no longer good than they were there. */
  async #recall(): Promise<void> {
    const { kept, clock } = this.options;
    const last = await kept?.last();
    if (!last || !clock) return;
    const age = clock.now().getTime() - Date.parse(last.at);
    // Of a clock that runs before this one it is not known how old they are.
    if (!(age >= 0 && age < this.#maxAgeMs + this.#staleMs)) return;
    this.#set = keySetOf(last);
    this.#fetchedAt = this.#passed() - age;
  }

  async #fetch(): Promise<void> {
    this.#triedAt = this.#passed();
    const { jwksUri } = await this.#discover();
    const set = await readJson(jwksUri)
      .then(keySetOf)
      .catch(() => {
        throw new IssuerUnreachable('no keys');
      });
    const before = this.#set?.published ?? new Set<string>();
    if ([...before].some((key) => !set.published.has(key))) this.#generation += 1;
    this.#set = set;
    this.#fetchedAt = this.#passed();
    const { kept, clock } = this.options;
    // Beside the request: what could not be kept now is kept next time.
    if (kept && clock)
      void kept.keep({ at: clock.now().toISOString(), keys: set.keys }).catch(() => undefined);
  }

  async #discover(): Promise<{ readonly jwksUri: string }> {
    try {
      const document = (await readJson(
        `${this.options.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
      )) as { issuer?: unknown; jwks_uri?: unknown } | null;
      if (document?.issuer !== this.options.issuer || typeof document.jwks_uri !== 'string')
        throw new Error('the discovery document is not that of the configured issuer');
      if (!trustworthy(document.jwks_uri)) throw new Error('the issuer offers its keys in the clear');
      return { jwksUri: document.jwks_uri };
    } catch {
      throw new IssuerUnreachable('no discovery document');
    }
  }
}

const keySetOf = (document: unknown): KeySet => {
  const keys = ((document as Partial<JSONWebKeySet> | null)?.keys ?? []).filter(
    ({ kty }) => typeof kty === 'string' && publicTypes.includes(kty),
  );
  if (keys.length === 0) throw new Error('the key set has no key');
  return {
    keys,
    find: createLocalJWKSet({ keys }),
    published: new Set(keys.map((key) => JSON.stringify(key, Object.keys(key).sort()))),
  };
};
