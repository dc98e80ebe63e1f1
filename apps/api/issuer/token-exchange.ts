import { randomUUID } from 'node:crypto';
import { importJWK, jwtVerify, SignJWT, type JWK, type JWTPayload } from 'jose';
import { errors, type Configuration, type default as Provider } from 'oidc-provider';
import { loa3, onBehalfSeconds, orgNumberClaim } from '../http/auth/token-verifier.js';

/** RFC 8693. */
export const tokenExchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const idTokenType = 'urn:ietf:params:oauth:token-type:id_token';
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';

/** The case system of an authority: a client that proves with a key of its own that it is itself (RFC 7523). */
export interface DevMachine {
  readonly clientId: string;
  /** Ten digits: the authority whose system it is. */
  readonly orgNumber: string;
  readonly orgName: string;
}

type Client = NonNullable<Configuration['clients']>[number];

/** Puts case systems into the register of the issuer; each is read when it first calls, since there are hundreds. */
export const registerMachines = (
  provider: Provider,
  machines: ReadonlyMap<string, DevMachine>,
  publicKey: JWK,
  redirectUris: string[],
): void => {
  const { adapter } = provider.Client as unknown as {
    adapter: { find(id: string): Promise<Client | undefined> };
  };
  const findOther = adapter.find.bind(adapter);
  adapter.find = async (id) =>
    machines.has(id)
      ? {
          client_id: id,
          client_name: `${id} (development)`,
          application_type: 'native',
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [publicKey] } as Client['jwks'],
          grant_types: ['authorization_code', 'client_credentials', tokenExchangeGrant],
          response_types: ['code'],
          redirect_uris: redirectUris,
          id_token_signed_response_alg: 'ES256',
        }
      : findOther(id);
};

/** The public half. */
export const publicOf = ({ kty, crv, x, y, kid, alg, use }: JWK): JWK => ({ kty, crv, x, y, kid, alg, use });

/**
 * What a machine proves itself with at the token endpoint: of one minute, for one use.
 * @param key private, of the client
 */
export const clientAssertion = async (clientId: string, issuer: string, key: JWK): Promise<string> =>
  new SignJWT({ iss: clientId, sub: clientId, aud: issuer, jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid: key.kid })
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(await importJWK(key, 'ES256'));

interface ExchangeOptions {
  readonly issuer: string;
  /** Private, of the issuer. */
  readonly key: JWK;
  readonly audience: string;
  readonly machines: ReadonlyMap<string, DevMachine>;
  /** By how much the simulated clock is ahead of the machine's, in seconds. */
  readonly ahead: () => number;
  readonly claimsOf: (sub: string) => Readonly<Record<string, string>> | undefined;
}

/**
 * Token exchange (RFC 8693): the case system brings the id token of an official who has logged in there, and gets an
 * access token on that official's behalf. It says when and how surely the official logged in, and who acts. The client
 * proved itself with an assertion of one use before this is called; an official of another authority, a weak login, or
 * an id token that was given to somebody else is refused.
 */
export const offerTokenExchange = (provider: Provider, options: ExchangeOptions): void => {
  const { issuer, key, audience, machines, ahead, claimsOf } = options;
  const refuse = (reason: string): never => {
    throw new errors.InvalidGrant(reason);
  };
  provider.registerGrantType(
    tokenExchangeGrant,
    async (context) => {
      const { client, params } = context.oidc as unknown as {
        client: { clientId: string };
        params: Readonly<Record<string, string | undefined>>;
      };
      const machine = machines.get(client.clientId);
      if (!machine) return refuse('the client acts for nobody');
      if (params['subject_token_type'] !== idTokenType)
        return refuse('subject_token_type must be an id token');
      if (params['audience'] !== audience) throw new errors.InvalidTarget();
      const subject = await jwtVerify(
        params['subject_token'] ?? '',
        await importJWK(publicOf(key), 'ES256'),
        {
          issuer,
          audience: client.clientId,
          algorithms: ['ES256'],
          requiredClaims: ['sub', 'exp', 'auth_time', 'acr'],
        },
      ).then(
        ({ payload }) => payload,
        () => refuse('the subject token is not one that was given to this client'),
      );
      const claims = claimsOf(subject.sub!);
      if (!claims || claims[orgNumberClaim] !== machine.orgNumber)
        return refuse('the official is of another authority');
      if (subject['acr'] !== loa3) return refuse('the official must have logged in at level of assurance 3');
      const now = Math.floor(Date.now() / 1_000);
      const expires = Math.min(now + onBehalfSeconds, subject.exp!);
      context.body = {
        access_token: await signed(key, {
          ...claims,
          sub: subject.sub!,
          iss: issuer,
          aud: audience,
          client_id: client.clientId,
          acr: subject['acr'],
          auth_time: Number(subject['auth_time']) + ahead(),
          act: { sub: client.clientId, [orgNumberClaim]: machine.orgNumber },
          jti: randomUUID(),
          iat: now + ahead(),
          exp: expires + ahead(),
        }),
        issued_token_type: accessTokenType,
        token_type: 'Bearer',
        expires_in: expires - now,
      };
    },
    ['subject_token', 'subject_token_type', 'audience', 'requested_token_type'],
  );
};

const signed = async (key: JWK, payload: JWTPayload): Promise<string> =>
  new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'at+jwt' })
    .sign(await importJWK(key, 'ES256'));
