import { createHash, randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import { loa3 } from '../http/auth/token-verifier.js';
import { devClientId, devRedirectUri, resourceOf } from './dev-issuer.js';
import { clientAssertion, idTokenType, tokenExchangeGrant } from './token-exchange.js';

/** Cookies of one login, by name; enough for one host that sends no domains. */
class Cookies {
  readonly #values = new Map<string, string>();

  take(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name === undefined) continue;
      if (value) this.#values.set(name, value);
      else this.#values.delete(name);
    }
  }

  header(): string {
    return [...this.#values].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}

const location = (response: Response, base: string): URL => {
  const target = response.headers.get('location');
  if (!target) throw new Error(`the issuer answered ${response.status} where it should have sent us on`);
  return new URL(target, base);
};

interface Client {
  readonly clientId: string;
  /** What the client asks for beside a login. */
  readonly asks: Readonly<Record<string, string>>;
  /** What the client proves itself with at the token endpoint. */
  readonly proof: () => Promise<Readonly<Record<string, string>>>;
}

interface TokenAnswer {
  readonly access_token?: string;
  readonly id_token?: string;
  readonly error?: string;
  readonly error_description?: string;
}

/** Asks the token endpoint. @throws Error with the issuer's reason when it gives none */
const tokenFrom = async (
  endpoint: string,
  form: Readonly<Record<string, string>>,
  wanted: 'access_token' | 'id_token',
): Promise<string> => {
  const answer = await fetch(endpoint, { method: 'POST', body: new URLSearchParams(form) });
  const token = (await answer.json()) as TokenAnswer;
  const found = token[wanted];
  if (!found)
    throw new Error(
      `the issuer gave no token: ${token.error ?? answer.status} ${token.error_description ?? ''}`.trim(),
    );
  return found;
};

/** A case system, as it stands at the development issuer, with its private key. */
export interface Machine {
  readonly clientId: string;
  readonly key: JWK;
}

const proofOf =
  (issuer: string, { clientId, key }: Machine) =>
  async () => ({
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await clientAssertion(clientId, issuer, key),
  });

const tokenEndpointOf = async (issuer: string): Promise<string> => {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`);
  return ((await answer.json()) as { token_endpoint: string }).token_endpoint;
};

/**
 * What a case system does for an official who has logged in there: it exchanges the id token for an access token on the
 * official's behalf (RFC 8693).
 * @param idToken of another login, to exchange that one; by default the official logs in now
 * @throws when the issuer refuses, with its reason
 */
export const actOnBehalf = async (
  issuer: string,
  audience: string,
  sub: string,
  machine: Machine,
  idToken?: string,
): Promise<string> => {
  const proof = proofOf(issuer, machine);
  return tokenFrom(
    await tokenEndpointOf(issuer),
    {
      grant_type: tokenExchangeGrant,
      subject_token: idToken ?? (await logInAtCaseSystem(issuer, sub, machine)),
      subject_token_type: idTokenType,
      audience,
      ...(await proof()),
    },
    'access_token',
  );
};

/** The id token of an official who logs in at a case system, with level of assurance and instant in it. */
export const logInAtCaseSystem = (issuer: string, sub: string, machine: Machine): Promise<string> =>
  logIn(
    issuer,
    sub,
    {
      clientId: machine.clientId,
      asks: { acr_values: loa3, max_age: '3600' },
      proof: proofOf(issuer, machine),
    },
    'id_token',
  );

/** What a case system gets with nobody behind it (client credentials). @throws when the issuer refuses */
export const actAlone = async (issuer: string, audience: string, machine: Machine): Promise<string> =>
  tokenFrom(
    await tokenEndpointOf(issuer),
    {
      grant_type: 'client_credentials',
      resource: resourceOf(audience),
      ...(await proofOf(issuer, machine)()),
    },
    'access_token',
  );

/**
 * Logs an invented official in at the development issuer and gives back the access token.
 * @throws when the issuer is not reachable, is not a development issuer, or has no such official.
 */
export const logInHeadlessly = (issuer: string, audience: string, sub: string): Promise<string> =>
  logIn(
    issuer,
    sub,
    {
      clientId: devClientId,
      asks: { resource: resourceOf(audience) },
      proof: () => Promise.resolve({ resource: resourceOf(audience) }),
    },
    'access_token',
  );

/** The way that a browser would go: authorization code with PKCE (RFC 7636). */
const logIn = async (
  issuer: string,
  sub: string,
  client: Client,
  wanted: 'access_token' | 'id_token',
): Promise<string> => {
  const discovery = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as {
    authorization_endpoint: string;
    token_endpoint: string;
  };
  const cookies = new Cookies();
  const go = async (url: URL, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...(init.headers as Record<string, string>), cookie: cookies.header() },
    });
    cookies.take(response);
    return response;
  };

  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const authorize = new URL(discovery.authorization_endpoint);
  authorize.search = new URLSearchParams({
    client_id: client.clientId,
    response_type: 'code',
    redirect_uri: devRedirectUri,
    scope: 'openid',
    ...client.asks,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();

  const login = location(await go(authorize), issuer);
  if (login.href.startsWith(devRedirectUri))
    throw new Error(`the issuer refused: ${login.searchParams.get('error') ?? 'no reason given'}`);
  let next = await go(login, { method: 'POST', body: new URLSearchParams({ sub }) });
  if (next.status === 400) throw new Error('the issuer knows no official with this id');
  let target = location(next, issuer);
  for (let hops = 0; !target.href.startsWith(devRedirectUri); hops += 1) {
    if (hops === 5) throw new Error('the issuer sends us in circles');
    next = await go(target);
    target = location(next, issuer);
  }
  const code = target.searchParams.get('code');
  if (!code || target.searchParams.get('state') !== state)
    throw new Error(`the issuer refused: ${target.searchParams.get('error') ?? 'no code given'}`);

  return tokenFrom(
    discovery.token_endpoint,
    {
      grant_type: 'authorization_code',
      client_id: client.clientId,
      redirect_uri: devRedirectUri,
      code,
      code_verifier: verifier,
      ...(await client.proof()),
    },
    wanted,
  );
};
