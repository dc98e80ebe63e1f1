import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, importJWK, type JWK } from 'jose';
import Provider, { errors, type Configuration } from 'oidc-provider';
import { OperatorError } from '#platform';
import {
  loa3,
  onBehalfSeconds,
  orgAffiliationClaim,
  orgNameClaim,
  orgNumberClaim,
} from '../http/auth/token-verifier.js';
import { loginPage } from './login-page.js';
import { loadSigningKey, newSigningKey } from './signing-key.js';
import { type DevMachine, offerTokenExchange, publicOf, registerMachines } from './token-exchange.js';

/** An invented official who can log in at the development issuer. */
export interface DevOfficial {
  /** Stable id of the person, the same when the employer changes. */
  readonly sub: string;
  readonly name: string;
  /** Ten digits. */
  readonly orgNumber: string;
  readonly orgName: string;
  /** What to show on the login page, for example the function; not in any token. */
  readonly note?: string;
}

export interface DevIssuerOptions {
  readonly officials: readonly DevOfficial[];
  /** Audience of the access tokens: the api. */
  readonly audience: string;
  /** Where the private signing key lives; made with mode 0600 when there is none. */
  readonly keyFile: string;
  /** 0 takes a free port. The issuer listens on 127.0.0.1 and nowhere else. */
  readonly port: number;
  readonly clock: { now(): Date };
  /** Case systems of authorities, which call on behalf of their officials; none by default. */
  readonly machines?: readonly DevMachine[];
  /** Where their one private key lives, so that a tool can play a case system; made when there is none. */
  readonly machineKeyFile?: string;
  /** Where authorization codes may be sent, beside the loopback address of the command line. */
  readonly redirectUris?: readonly string[];
}

export interface TokenOptions {
  /** Level of assurance as it stands in `acr`; LoA3 when not given. */
  readonly acr?: string;
  /** Seconds since the person logged in. */
  readonly loggedInSecondsAgo?: number;
  readonly expiresInSeconds?: number;
  readonly audience?: string;
  /** Header `typ`; at+jwt when not given. */
  readonly typ?: string;
  /** Claims that replace the usual ones; undefined takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface DevIssuer {
  /** As it stands in `iss`. */
  readonly issuer: string;
  /**
   * An access token without the way over the login page: signed with the same key, so that verification is the real
   * one. For tests and the demo, in the process of the issuer only.
   * @throws when no official has this `sub`.
   */
  tokenFor(sub: string, options?: TokenOptions): Promise<string>;
  /** The private key with which the case systems prove themselves; undefined where there are none. */
  readonly machineKey: JWK | undefined;
  close(): Promise<void>;
}

/** The public client that the command line and the documentation page log in with. */
export const devClientId = 'relocation-coordination-dev';

/** Redirect address of the command line (RFC 8252: loopback, any port). Nothing listens there: the code is read from the answer. */
export const devRedirectUri = 'http://127.0.0.1/callback';

/** What to ask a token for: a resource must be a URI (RFC 8707), while an audience may be any name. */
export const resourceOf = (audience: string): string =>
  URL.canParse(audience) ? audience : `urn:audience:${audience}`;

/** Lifetime of an access token in seconds. */
export const accessTokenSeconds = 3600;

const claimsOf = (official: DevOfficial): Record<string, string> => ({
  [orgAffiliationClaim]: `${official.sub}@${official.orgNumber}`,
  [orgNumberClaim]: official.orgNumber,
  [orgNameClaim]: official.orgName,
});

const configuration = (
  options: DevIssuerOptions,
  key: JWK,
  officials: Map<string, DevOfficial>,
  machines: ReadonlyMap<string, DevMachine>,
): Configuration => ({
  jwks: { keys: [key] } as Configuration['jwks'],
  clients: [
    {
      client_id: devClientId,
      client_name: 'Relocation coordination (development)',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: [devRedirectUri, ...(options.redirectUris ?? [])],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  clientBasedCORS: () => true,
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  pkce: { required: () => true },
  scopes: ['openid'],
  claims: { openid: ['sub', orgAffiliationClaim, orgNumberClaim, orgNameClaim], acr: null, auth_time: null },
  acrValues: [loa3],
  ttl: {
    AccessToken: accessTokenSeconds,
    ClientCredentials: onBehalfSeconds,
    AuthorizationCode: 60,
    IdToken: accessTokenSeconds,
    Interaction: 600,
    Session: 8 * 3600,
    Grant: 8 * 3600,
  },
  findAccount: (_context, sub) => {
    const official = officials.get(sub);
    return official && { accountId: sub, claims: () => ({ sub, ...claimsOf(official) }) };
  },
  interactions: { url: (_context, interaction) => `/login/${interaction.uid}` },
  extraTokenClaims: (context, token) => {
    const machine = token.kind === 'ClientCredentials' ? machines.get(token.clientId ?? '') : undefined;
    if (machine) return { [orgNumberClaim]: machine.orgNumber, [orgNameClaim]: machine.orgName };
    const official = 'accountId' in token ? officials.get(String(token.accountId)) : undefined;
    const code = context.oidc.entities.AuthorizationCode;
    return official && { ...claimsOf(official), acr: code?.acr, auth_time: code?.authTime };
  },
  formats: {
    customizers: {
      // The provider reads the machine's clock; under a simulated one all instants move by the same distance.
      jwt: (_context, _token, parts) => {
        const shift = Math.floor((options.clock.now().getTime() - Date.now()) / 1000);
        for (const claim of ['iat', 'exp', 'auth_time'])
          if (typeof parts.payload[claim] === 'number') parts.payload[claim] += shift;
      },
    },
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // Whoever logs in at a case system is logged in there: for the api that system has to exchange the token.
      defaultResource: (_context, client) =>
        machines.has(client.clientId) ? [] : resourceOf(options.audience),
      useGrantedResource: () => true,
      getResourceServerInfo: (context, resource, client) => {
        const alone = context.oidc.params?.['grant_type'] === 'client_credentials';
        if (resource !== resourceOf(options.audience) || (machines.has(client.clientId) && !alone))
          throw new errors.InvalidTarget();
        return {
          scope: 'openid',
          audience: options.audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: accessTokenSeconds,
          jwt: { sign: { alg: 'ES256' } },
        };
      },
    },
  },
});

const readForm = async (request: IncomingMessage): Promise<URLSearchParams> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > 4096) throw new Error('the form is too large');
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
};

/** The login page: pick one of the invented officials; no password, since nobody is behind them. */
const logIn = async (
  provider: Provider,
  officials: Map<string, DevOfficial>,
  audience: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { params, uid } = await provider.interactionDetails(request, response);
  if (request.method === 'GET') {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      'cache-control': 'no-store',
    });
    response.end(loginPage(uid, [...officials.values()]));
    return;
  }
  const official = officials.get((await readForm(request)).get('sub') ?? '');
  if (!official) {
    response
      .writeHead(400, { 'content-type': 'text/plain; charset=utf-8' })
      .end('There is no such official.\n');
    return;
  }
  const grant = new provider.Grant({ accountId: official.sub, clientId: String(params.client_id) });
  grant.addOIDCScope('openid');
  if (params.client_id === devClientId) grant.addResourceScope(resourceOf(audience), 'openid');
  const grantId = await grant.save();
  await provider.interactionFinished(
    request,
    response,
    { login: { accountId: official.sub, acr: loa3, remember: false }, consent: { grantId } },
    { mergeWithLastSubmission: false },
  );
};

/**
 * Starts a standards-conforming OpenID provider for development on loopback: discovery, JWKS, authorization code with
 * PKCE, access tokens as JWT (RFC 9068). Sessions live in memory; the signing key stays in its file.
 * @throws when the port is taken or the key file can be read by others.
 */
export const startDevIssuer = async (options: DevIssuerOptions): Promise<DevIssuer> => {
  const officials = new Map(options.officials.map((official) => [official.sub, official]));
  const key = await loadSigningKey(options.keyFile);
  let handle: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => {
    response.writeHead(503).end();
  };
  const server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new OperatorError(
              `Port ${options.port} is in use. If another api has its issuer for development there, start this one with OIDC_ISSUER=http://127.0.0.1:${options.port}; else set ISSUER_PORT to another port.`,
            )
          : error,
      ),
    );
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const machines = new Map((options.machines ?? []).map((machine) => [machine.clientId, machine]));
  const machineKey =
    machines.size === 0
      ? undefined
      : options.machineKeyFile === undefined
        ? await newSigningKey()
        : await loadSigningKey(options.machineKeyFile);
  const provider = new Provider(issuer, configuration(options, key, officials, machines));
  if (machineKey) registerMachines(provider, machines, publicOf(machineKey), [devRedirectUri]);
  offerTokenExchange(provider, {
    issuer,
    key,
    audience: options.audience,
    machines,
    ahead: () => Math.floor((options.clock.now().getTime() - Date.now()) / 1_000),
    claimsOf: (sub) => {
      const official = officials.get(sub);
      return official && claimsOf(official);
    },
  });
  const callback = provider.callback();
  handle = (request, response) => {
    if (!request.url?.startsWith('/login/')) return void callback(request, response);
    logIn(provider, officials, options.audience, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' });
      response.end('This login has ended. Start again.\n');
    });
  };
  const privateKey = await importJWK(key, 'ES256');

  return {
    issuer,
    machineKey,
    async tokenFor(sub, given = {}) {
      const official = officials.get(sub);
      if (!official) throw new Error('there is no such invented official');
      const now = Math.floor(options.clock.now().getTime() / 1000);
      return new SignJWT({
        ...claimsOf(official),
        client_id: devClientId,
        acr: given.acr ?? loa3,
        auth_time: now - (given.loggedInSecondsAgo ?? 0),
        sub,
        iss: issuer,
        aud: given.audience ?? options.audience,
        iat: now,
        exp: now + (given.expiresInSeconds ?? accessTokenSeconds),
        jti: randomUUID(),
        ...given.claims,
      })
        .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: given.typ ?? 'at+jwt' })
        .sign(privateKey);
    },
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
};
