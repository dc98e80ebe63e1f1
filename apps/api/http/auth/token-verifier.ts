import { hash } from 'node:crypto';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';

/** Claims of OIDC Sweden: which organisation vouches for the person. */
export const orgAffiliationClaim = 'https://id.oidc.se/claim/orgAffiliation';
export const orgNumberClaim = 'https://id.oidc.se/claim/orgNumber';
export const orgNameClaim = 'https://id.oidc.se/claim/orgName';

/** Levels of assurance of the Swedish trust framework, as they stand in `acr`. */
export const loa3 = 'http://id.elegnamnden.se/loa/1.0/loa3';
const assuranceLevels: Readonly<Record<string, number>> = {
  'http://id.elegnamnden.se/loa/1.0/loa2': 2,
  [loa3]: 3,
  'http://id.elegnamnden.se/loa/1.0/loa4': 4,
};

/** What a token says: who, vouched for by whom, how surely, since when. Never what the person may do. */
export interface VerifiedToken {
  /** The issuer's stable id of the person. Personal data: it goes no further than into a keyed token. */
  readonly subject: string;
  /** Ten digits. */
  readonly organisationNumber: string;
  /** 2 to 4; 0 when the token does not say, or in words that we do not know. */
  readonly assurance: number;
  /** When the person logged in; undefined when the token does not say. */
  readonly authenticatedAt: Date | undefined;
  readonly expiresAt: Date;
}

/** The token is not to be trusted. The reason is for our log, not for the caller. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
}

/** Nothing can be said of the token: the issuer could not be asked for its keys. */
export class IssuerUnreachable extends Error {
  override readonly name = 'IssuerUnreachable';
}

export interface TokenVerifierOptions {
  /** As it stands in `iss`; discovery is read below it. */
  readonly issuer: string;
  readonly audience: string;
  readonly clock: { now(): Date };
  /** How far the clocks of issuer and api may differ. */
  readonly skewSeconds?: number;
  /** How many verified tokens are remembered. */
  readonly remembered?: number;
  /** How long it is believed, while tokens are remembered, that the issuer still has the same keys. */
  readonly keysMaxAgeMs?: number;
}

type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

/** Only signatures that nobody but the issuer can make; `none` and shared secrets are not among them. */
const algorithms = ['ES256', 'ES384', 'PS256', 'RS256'];

const discoveryTimeoutMs = 2_000;

/** Keys may come in the clear only over loopback, where the development issuer lives. */
const trustworthy = (address: string): boolean => {
  const url = new URL(address);
  return url.protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
};

/**
 * Verifies access tokens (RFC 9068) here, whatever a gateway in front may have done.
 *
 * What a token says does not change, and whether its signature is good changes only with the issuer's keys: so what was
 * verified is remembered under the hash of the whole token, and a token of which one letter is another is another token.
 * Its end is looked at each time. When the issuer takes a key back, everything is forgotten. Nothing else is remembered:
 * appointments, their end, and how long ago the login was are looked at for every request.
 */
export class TokenVerifier {
  #keys: Promise<RemoteKeys> | undefined;
  readonly #verified = new Map<string, VerifiedToken>();
  readonly #skewSeconds: number;
  /** The issuer's keys when they were last seen, each as text. */
  #seen: ReadonlySet<string> = new Set();
  #askedAt = performance.now();
  /** How often everything was forgotten. */
  #forgotten = 0;

  constructor(private readonly options: TokenVerifierOptions) {
    this.#skewSeconds = options.skewSeconds ?? 30;
    if (!trustworthy(options.issuer))
      throw new Error('the issuer must be reached over https, or over loopback');
  }

  /**
   * @throws InvalidToken when the token is malformed, expired, from somebody else, for somebody else or without the
   *   claims that we need; IssuerUnreachable when the issuer's keys are not to be had.
   */
  async verify(token: string): Promise<VerifiedToken> {
    const now = this.options.clock.now();
    const digest = hash('sha256', token, 'base64url');
    const known = this.#verified.get(digest);
    if (known) {
      this.#watchKeys();
      if (known.expiresAt.getTime() + this.#skewSeconds * 1000 > now.getTime()) return known;
      this.#verified.delete(digest);
      throw new InvalidToken('expired');
    }
    const forgotten = this.#forgotten;
    const verified = await this.#check(token, now);
    // A key may have been taken back meanwhile.
    if (forgotten !== this.#forgotten) return verified;
    // A Map keeps the order of insertion: the oldest goes first.
    if (this.#verified.size >= (this.options.remembered ?? 10_000)) {
      const oldest = this.#verified.keys().next().value;
      if (oldest !== undefined) this.#verified.delete(oldest);
    }
    this.#verified.set(digest, verified);
    return verified;
  }

  /** Whether the issuer answers with its discovery document right now; for the health check. */
  async reachable(): Promise<boolean> {
    return this.#discover().then(
      () => true,
      () => false,
    );
  }

  /** Beside the request, now and then: while all tokens are known nobody else asks for the keys. */
  #watchKeys(): void {
    const time = performance.now();
    if (time - this.#askedAt < (this.options.keysMaxAgeMs ?? 60_000)) return;
    this.#askedAt = time;
    void this.#remoteKeys()
      .then(async (keys) => {
        await keys.reload();
        this.#compareKeys(keys);
      })
      // An issuer that is away has taken nothing back. What is new is asked for by whoever needs it.
      .catch(() => undefined);
  }

  #compareKeys(keys: RemoteKeys): void {
    const now = new Set(keys.jwks()?.keys.map((key) => JSON.stringify(key)));
    if ([...this.#seen].some((key) => !now.has(key))) {
      this.#verified.clear();
      this.#forgotten += 1;
    }
    this.#seen = now;
  }

  async #check(token: string, now: Date): Promise<VerifiedToken> {
    const keys = await this.#remoteKeys();
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, keys, {
        issuer: this.options.issuer,
        audience: this.options.audience,
        algorithms,
        // An id token says who logged in somewhere else: it opens nothing here.
        typ: 'at+jwt',
        clockTolerance: this.#skewSeconds,
        currentDate: now,
        requiredClaims: ['sub', 'exp', 'iat'],
      }));
    } catch (error) {
      if (error instanceof errors.JWKSTimeout) throw new IssuerUnreachable('no keys in time');
      // The key set throws plain errors when it cannot be fetched; all that concerns the token itself is a JOSEError.
      if (!(error instanceof errors.JOSEError) || error.code === 'ERR_JOSE_GENERIC')
        throw new IssuerUnreachable('no keys');
      throw new InvalidToken(error.code);
    }
    this.#compareKeys(keys);
    return this.#read(payload);
  }

  #read(payload: JWTPayload): VerifiedToken {
    const affiliation = payload[orgAffiliationClaim];
    const affiliatedWith =
      typeof affiliation === 'string' ? /^[^@]+@(\d{10})$/.exec(affiliation)?.[1] : undefined;
    const organisationNumber = payload[orgNumberClaim] ?? affiliatedWith;
    if (typeof organisationNumber !== 'string' || !/^\d{10}$/.test(organisationNumber))
      throw new InvalidToken('no organisation');
    if (affiliation !== undefined && affiliatedWith !== organisationNumber)
      throw new InvalidToken('two organisations');
    const authenticated = payload['auth_time'];
    return {
      subject: payload.sub!,
      organisationNumber,
      assurance: assuranceLevels[String(payload['acr'])] ?? 0,
      authenticatedAt: typeof authenticated === 'number' ? new Date(authenticated * 1000) : undefined,
      expiresAt: new Date(payload.exp! * 1000),
    };
  }

  #remoteKeys(): Promise<RemoteKeys> {
    this.#keys ??= this.#discover().then(
      ({ jwksUri }) => createRemoteJWKSet(new URL(jwksUri), { timeoutDuration: discoveryTimeoutMs }),
      (error: unknown) => {
        this.#keys = undefined;
        throw error;
      },
    );
    return this.#keys;
  }

  async #discover(): Promise<{ jwksUri: string }> {
    try {
      const response = await fetch(
        `${this.options.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
        {
          signal: AbortSignal.timeout(discoveryTimeoutMs),
          redirect: 'error',
        },
      );
      const document = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
      if (document.issuer !== this.options.issuer || typeof document.jwks_uri !== 'string')
        throw new Error('the discovery document is not that of the configured issuer');
      if (!trustworthy(document.jwks_uri)) throw new Error('the issuer offers its keys in the clear');
      return { jwksUri: document.jwks_uri };
    } catch {
      throw new IssuerUnreachable('no discovery document');
    }
  }
}
