import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTHeaderParameters,
} from 'jose';

/** A key of this issuer, with its public half as it is published. */
export interface IssuerKey {
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly published: JWK;
}

export const newKey = async (alg: string): Promise<IssuerKey> => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  return { alg, privateKey, published: { ...jwk, kid: await calculateJwkThumbprint(jwk), alg, use: 'sig' } };
};

/** An issuer that shares no code with the one for development: discovery and keys as the standards say, and no more. */
export class AnotherIssuer {
  /** What it publishes now. */
  keys: IssuerKey[] = [];
  /** What else stands in its discovery document, or instead. */
  document: Readonly<Record<string, unknown>> = {};
  /** Paths that were asked for, in order. */
  readonly asked: string[] = [];
  /** Paths whose answer is that it lies somewhere else. */
  redirects: Readonly<Record<string, string>> = {};
  /** Bytes by which each of its documents is longer than it need be. */
  padding = 0;
  /** Answers nothing while true. */
  silent = false;
  /** Takes questions while true, and never answers. */
  hanging = false;

  private constructor(
    readonly issuer: string,
    private readonly server: Server,
  ) {
    const base = new URL(issuer).pathname.replace(/\/$/, '');
    server.on('request', (request, response) => {
      this.asked.push(request.url ?? '');
      if (this.silent) return void response.destroy();
      if (this.hanging) return;
      const elsewhere = this.redirects[request.url ?? ''];
      if (elsewhere !== undefined) return void response.writeHead(302, { location: elsewhere }).end();
      const answer: Readonly<Record<string, unknown>> = {
        [`${base}/.well-known/openid-configuration`]: {
          issuer,
          jwks_uri: `${new URL(issuer).origin}${base}/certs`,
          ...this.document,
        },
        [`${base}/certs`]: { keys: this.keys.map(({ published }) => published) },
      };
      const found = answer[request.url ?? ''];
      response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...(found ?? {}), padding: ' '.repeat(this.padding) }));
    });
  }

  /** @param path of the issuer, for example /realms/one or /realms/one/ */
  static async start(path: string, ...keys: readonly IssuerKey[]): Promise<AnotherIssuer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = new AnotherIssuer(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
      server,
    );
    issuer.keys = [...keys];
    return issuer;
  }

  /** How often its keys were fetched. */
  get fetches(): number {
    return this.asked.filter((path) => path.endsWith('/certs')).length;
  }

  /** A token by one of its keys, or by any other. */
  sign(
    key: IssuerKey,
    claims: Readonly<Record<string, unknown>>,
    header: Partial<JWTHeaderParameters> = {},
  ): Promise<string> {
    return new SignJWT({ iss: this.issuer, ...claims })
      .setProtectedHeader({ alg: key.alg, kid: key.published.kid, typ: 'at+jwt', ...header })
      .sign(key.privateKey);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}
