import { hash } from 'node:crypto';
import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import { IssuerKeys, type IssuerKeysOptions, IssuerUnreachable } from './issuer-keys.js';

/** Claims of OIDC Sweden: which organisation vouches for the person. */
export const orgAffiliationClaim = 'https://id.oidc.se/claim/orgAffiliation';
export const orgNumberClaim = 'https://id.oidc.se/claim/orgNumber';
export const orgNameClaim = 'https://id.oidc.se/claim/orgName';

/** Levels of assurance of the Swedish trust framework, as they stand in `acr`. */
export const loa3 = 'http://id.elegnamnden.se/loa/1.0/loa3';
const assuranceLevels: ReadonlyMap<unknown, number> = new Map([
  ['http://id.elegnamnden.se/loa/1.0/loa2', 2],
  [loa3, 3],
  ['http://id.elegnamnden.se/loa/1.0/loa4', 4],
]);

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
  /** The system that calls, by its client id: on behalf of the person, or by itself. Undefined for a person's own login. */
  readonly machine?: string;
  /** True where no person stands behind the call: `subject` is then the machine. */
  readonly alone?: boolean;
}

/** Why a token is not trusted: for the record of refusals, never for the answer. */
export type TokenFault =
  | 'TOKEN_MALFORMED'
  | 'TOKEN_EXPIRED'
  | 'TOKEN_NOT_YET'
  | 'TOKEN_ISSUER'
  | 'TOKEN_AUDIENCE'
  | 'TOKEN_TYPE'
  | 'TOKEN_ALGORITHM'
  | 'TOKEN_KEY'
  | 'TOKEN_SIGNATURE'
  | 'TOKEN_LIFE'
  | 'TOKEN_CLAIMS'
  | 'TOKEN_ORGANISATION'
  | 'TOKEN_CLIENT'
  | 'TOKEN_BOUND'
  | 'TOKEN_ACTOR';

/** The token is not to be trusted. The reason is for our record, not for the caller. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
  constructor(readonly reason: TokenFault) {
    super(reason);
  }
}

export { IssuerUnreachable };

export interface TokenVerifierOptions extends IssuerKeysOptions {
  readonly audience: string;
  /**
   * The clients with which officials log in here; any that the issuer gives tokens for us when absent. Case systems are
   * not among them: they bring tokens that say on whose behalf.
   */
  readonly clients?: readonly string[];
  readonly clock: { now(): Date };
  /** How far the clocks of issuer and api may differ. */
  readonly skewSeconds?: number;
  /** How many verified tokens are remembered. */
  readonly remembered?: number;
}

/** Only signatures that nobody but the issuer can make; `none` and shared secrets are not among them. */
const algorithms = ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA', 'Ed25519'];

/**
 * How long a token may live at most, in seconds, whatever its issuer thinks: a stolen one is of use for so long. Issuers
 * give theirs between five minutes and an hour and a half.
 */
export const longestLifeSeconds = 2 * 3_600;

/** How long a token lives that a machine got on behalf of a person, in seconds: it is of use for the step at hand. */
export const onBehalfSeconds = 300;

/**
 * How long ago a token may have run out that opens an alarm plan while the issuer gives no other, in seconds: as long as
 * its last keys serve.
 */
export const lateSeconds = 3_600;

/**
 * Verifies access tokens (RFC 9068) here, whatever a gateway in front may have done.
 *
 * What a token says does not change, and whether its signature is good changes only with the issuer's keys: so what was
 * verified is remembered under the hash of the whole token, and a token of which one letter is another is another token.
 * Its end is looked at each time. When the issuer takes a key back, everything is forgotten. Nothing else is remembered:
 * appointments, their end, and how long ago the login was are looked at for every request.
 */
export class TokenVerifier {
  readonly #keys: IssuerKeys;
  #generation = 0;
  readonly #verified = new Map<string, VerifiedToken>();
  readonly #skewSeconds: number;

  /** @throws Error when the issuer would be asked in the clear */
  constructor(private readonly options: TokenVerifierOptions) {
    this.#skewSeconds = options.skewSeconds ?? 30;
    this.#keys = new IssuerKeys(options);
  }

  /**
   * @throws InvalidToken when the token is malformed, expired, from somebody else, for somebody else or without the
   *   claims that we need; IssuerUnreachable when the issuer's keys are not to be had.
   */
  async verify(token: string): Promise<VerifiedToken> {
    await this.#forgetWithdrawn();
    const now = this.options.clock.now();
    const digest = hash('sha256', token, 'base64url');
    const known = this.#verified.get(digest);
    if (known) {
      if (known.expiresAt.getTime() + this.#skewSeconds * 1000 > now.getTime()) return known;
      this.#verified.delete(digest);
      throw new InvalidToken('TOKEN_EXPIRED');
    }
    let verified: VerifiedToken;
    let generation: number;
    do {
      generation = this.#generation;
      verified = await this.#check(token, now);
      // The check may have found that a key has gone.
      await this.#forgetWithdrawn();
      // What was checked against keys that have changed meanwhile, by this caller or another, is checked again: it would
      // be remembered when those of its time have been forgotten.
    } while (generation !== this.#generation);
    // A Map keeps the order of insertion: the oldest goes first.
    if (this.#verified.size >= (this.options.remembered ?? 10_000)) {
      const oldest = this.#verified.keys().next().value;
      if (oldest !== undefined) this.#verified.delete(oldest);
    }
    this.#verified.set(digest, verified);
    return verified;
  }

  /**
   * As verify, for a token that has run out shortly before: good at the last second of its life, and not for longer ago
   * than `lateSeconds`. Nothing of it is remembered. What a machine was given for the step at hand is never late.
   * @throws InvalidToken, IssuerUnreachable
   */
  async verifyLate(token: string): Promise<VerifiedToken> {
    const endsAt = endOf(token);
    if (endsAt.getTime() + lateSeconds * 1_000 <= this.options.clock.now().getTime())
      throw new InvalidToken('TOKEN_EXPIRED');
    await this.#forgetWithdrawn();
    const verified = await this.#check(token, new Date(endsAt.getTime() - 1_000));
    if (verified.machine !== undefined) throw new InvalidToken('TOKEN_EXPIRED');
    return verified;
  }

  /** Whether the issuer answers with its discovery document right now; for the health check. */
  reachable(): Promise<boolean> {
    return this.#keys.reachable();
  }

  /** Whether tokens can be looked at now, with the issuer or with its last keys; for the health check. */
  usable(): Promise<boolean> {
    return this.#keys.usable();
  }

  /** What was verified with a key that has left the issuer's set is not remembered any longer. */
  async #forgetWithdrawn(): Promise<void> {
    const generation = await this.#keys.fresh();
    if (generation !== this.#generation) this.#verified.clear();
    this.#generation = generation;
  }

  async #check(token: string, now: Date): Promise<VerifiedToken> {
    let payload: JWTPayload;
    try {
      // Keys come from the issuer and from nowhere else: jku, x5u, x5c and jwk in the header are not looked at, and
      // what must be understood to be safe (crit) is refused.
      ({ payload } = await jwtVerify(token, this.#keys.find, {
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
      if (error instanceof IssuerUnreachable) throw error;
      throw new InvalidToken(faultOf(error));
    }
    return this.#read(payload, now);
  }

  #read(payload: JWTPayload, now: Date): VerifiedToken {
    const { sub: subject, iat, exp } = payload as { sub: string; iat: number; exp: number };
    if (iat * 1_000 > now.getTime() + this.#skewSeconds * 1_000) throw new InvalidToken('TOKEN_NOT_YET');
    if (exp - iat > longestLifeSeconds) throw new InvalidToken('TOKEN_LIFE');
    if (!this.#isForUsAlone(payload.aud)) throw new InvalidToken('TOKEN_AUDIENCE');
    // Bound to a key or a certificate of the client (RFC 9449, RFC 8705): as a bearer token it is a stolen one.
    if (payload['cnf'] !== undefined) throw new InvalidToken('TOKEN_BOUND');
    const organisationNumber = organisationOf(payload);
    const client = payload['client_id'] ?? payload['azp'];
    const authenticated = payload['auth_time'];
    const who = {
      subject,
      organisationNumber,
      assurance: assuranceLevels.get(payload['acr']) ?? 0,
      authenticatedAt: typeof authenticated === 'number' ? new Date(authenticated * 1000) : undefined,
      expiresAt: new Date(exp * 1000),
    };
    // RFC 9068: where no person is involved the subject is the client.
    if (subject === client) return { ...who, assurance: 0, machine: subject, alone: true };
    if (payload['act'] === undefined) {
      if (this.options.clients && !this.options.clients.includes(String(client)))
        throw new InvalidToken('TOKEN_CLIENT');
      return who;
    }
    return { ...who, machine: this.#actorOf(payload, String(client), organisationNumber) };
  }

  /** Another api that is named beside us could use the token here. The issuer itself could make any token anyway. */
  #isForUsAlone(audience: JWTPayload['aud']): boolean {
    const { issuer, audience: own } = this.options;
    return [audience ?? []]
      .flat()
      .every((name) => name === own || name === issuer || name.startsWith(`${issuer.replace(/\/$/, '')}/`));
  }

  /**
   * RFC 8693: the system that acts, of the same authority as the official, and nobody behind it.
   * @throws InvalidToken
   */
  #actorOf(payload: JWTPayload, client: string, organisationNumber: string): string {
    const actor = payload['act'] as Readonly<Record<string, unknown>> | null;
    const holds =
      typeof actor === 'object' &&
      actor !== null &&
      actor['sub'] === client &&
      actor['act'] === undefined &&
      actor[orgNumberClaim] === organisationNumber &&
      typeof payload.jti === 'string' &&
      payload.exp! - payload.iat! <= onBehalfSeconds;
    if (!holds) throw new InvalidToken('TOKEN_ACTOR');
    return client;
  }
}

/** When a token says that it ends: not to be believed before the signature has been looked at. @throws InvalidToken */
const endOf = (token: string): Date => {
  try {
    const { exp } = decodeJwt(token);
    if (typeof exp === 'number' && Number.isSafeInteger(exp)) return new Date(exp * 1_000);
  } catch {
    // Said below.
  }
  throw new InvalidToken('TOKEN_MALFORMED');
};

/** @throws InvalidToken when no authority vouches for the person, or two do */
const organisationOf = (payload: JWTPayload): string => {
  const affiliation = payload[orgAffiliationClaim];
  const affiliatedWith =
    typeof affiliation === 'string' ? /^[^@]+@(\d{10})$/.exec(affiliation)?.[1] : undefined;
  const organisationNumber = payload[orgNumberClaim] ?? affiliatedWith;
  if (typeof organisationNumber !== 'string' || !/^\d{10}$/.test(organisationNumber))
    throw new InvalidToken('TOKEN_ORGANISATION');
  if (affiliation !== undefined && affiliatedWith !== organisationNumber)
    throw new InvalidToken('TOKEN_ORGANISATION');
  return organisationNumber;
};

const faultByClaim: Readonly<Record<string, TokenFault>> = {
  iss: 'TOKEN_ISSUER',
  aud: 'TOKEN_AUDIENCE',
  typ: 'TOKEN_TYPE',
  nbf: 'TOKEN_NOT_YET',
};

/** What jose found, in our own words: its messages are not ours to keep. */
const faultOf = (error: unknown): TokenFault => {
  if (error instanceof errors.JWTExpired) return 'TOKEN_EXPIRED';
  if (error instanceof errors.JWTClaimValidationFailed) return faultByClaim[error.claim] ?? 'TOKEN_CLAIMS';
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return 'TOKEN_ALGORITHM';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return 'TOKEN_KEY';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'TOKEN_SIGNATURE';
  return 'TOKEN_MALFORMED';
};
