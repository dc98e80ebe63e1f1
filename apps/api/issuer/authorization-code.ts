import { createHash, randomBytes } from 'node:crypto';
import { devClientId, devRedirectUri, resourceOf } from './dev-issuer.js';

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

/**
 * Logs an invented official in at the development issuer the way a browser would (authorization code with PKCE,
 * RFC 7636) and gives back the access token.
 * @throws when the issuer is not reachable, is not a development issuer, or has no such official.
 */
export const logInHeadlessly = async (issuer: string, audience: string, sub: string): Promise<string> => {
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
    client_id: devClientId,
    response_type: 'code',
    redirect_uri: devRedirectUri,
    scope: 'openid',
    resource: resourceOf(audience),
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

  const answer = await fetch(discovery.token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: devClientId,
      redirect_uri: devRedirectUri,
      code,
      code_verifier: verifier,
      resource: resourceOf(audience),
    }),
  });
  const token = (await answer.json()) as { access_token?: string; error?: string };
  if (!token.access_token) throw new Error(`the issuer gave no token: ${token.error ?? answer.status}`);
  return token.access_token;
};
