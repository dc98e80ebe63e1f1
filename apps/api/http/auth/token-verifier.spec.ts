import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { InvalidToken, orgNumberClaim, TokenVerifier } from './token-verifier.js';

const audience = 'relocation-coordination';
const start = new Date('2026-03-02T08:00:00.000Z');

describe('a token that was verified before', () => {
  let server: Server;
  let issuer: string;
  let now: Date;
  let published: JWK[];
  /** How often the keys were asked for. */
  let asked: number;
  let key: CryptoKey;

  const publish = async (kid: string): Promise<CryptoKey> => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    published.push({ ...(await exportJWK(publicKey)), kid, alg: 'ES256' });
    return privateKey;
  };
  const token = (by = key, kid = 'one', sub = 'board-1280-officer-1'): Promise<string> =>
    new SignJWT({ sub, [orgNumberClaim]: '2120001124' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(start)
      .setExpirationTime(new Date(start.getTime() + 600_000))
      .sign(by);
  const verifier = (keysMaxAgeMs?: number): TokenVerifier =>
    new TokenVerifier({
      issuer,
      audience,
      clock: { now: () => now },
      ...(keysMaxAgeMs !== undefined && { keysMaxAgeMs }),
    });

  beforeEach(async () => {
    now = start;
    published = [];
    asked = 0;
    key = await publish('one');
    server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url === '/jwks') {
        asked += 1;
        response.end(JSON.stringify({ keys: published }));
      } else response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks` }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('says the same again', async () => {
    const tokens = verifier();
    const one = await token();
    const first = await tokens.verify(one);
    expect(first).toMatchObject({ subject: 'board-1280-officer-1', organisationNumber: '2120001124' });
    expect(await tokens.verify(one)).toBe(first);
  });

  it('is refused when it has run out since', async () => {
    const tokens = verifier();
    const one = await token();
    await tokens.verify(one);
    now = new Date(start.getTime() + 629_000);
    expect((await tokens.verify(one)).subject).toBe('board-1280-officer-1');
    now = new Date(start.getTime() + 631_000);
    await expect(tokens.verify(one)).rejects.toThrow(InvalidToken);
    await expect(tokens.verify(one)).rejects.toThrow(InvalidToken);
  });

  it('lends nothing to one that was altered: another payload, or another signature', async () => {
    const tokens = verifier();
    const one = await token();
    await tokens.verify(one);
    const [head, , signature] = one.split('.') as [string, string, string];
    const [, otherPayload] = (await token(key, 'one', 'somebody-else')).split('.') as [string, string];
    await expect(tokens.verify([head, otherPayload, signature].join('.'))).rejects.toThrow(InvalidToken);
    const flipped = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
    await expect(tokens.verify([...one.split('.').slice(0, 2), flipped].join('.'))).rejects.toThrow(
      InvalidToken,
    );
    expect((await tokens.verify(one)).subject).toBe('board-1280-officer-1');
  });

  it('is refused when the issuer has taken the key back, and those of other keys are verified anew', async () => {
    const other = await publish('two');
    const tokens = verifier(0);
    const [one, two] = [await token(), await token(other, 'two')];
    await tokens.verify(one);
    await tokens.verify(two);
    published = published.filter(({ kid }) => kid !== 'one');
    // The hit that asks for the keys is still answered.
    const refused = async (): Promise<boolean> =>
      tokens.verify(one).then(
        () => false,
        (error: unknown) => error instanceof InvalidToken,
      );
    for (let looks = 0; !(await refused()) && looks < 200; looks += 1) await sleep(10);
    expect(await refused()).toBe(true);
    expect((await tokens.verify(two)).subject).toBe('board-1280-officer-1');
  });

  it('is good for as long as it lasts while the issuer is away, and its keys are asked for seldom', async () => {
    const one = await token();
    const [seldom, often] = [verifier(), verifier(0)];
    await seldom.verify(one);
    await often.verify(one);
    const before = asked;
    for (let n = 0; n < 20; n += 1) await seldom.verify(one);
    await sleep(20);
    expect(asked).toBe(before);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    for (let n = 0; n < 5; n += 1) {
      expect((await often.verify(one)).subject).toBe('board-1280-officer-1');
      await sleep(5);
    }
  });
});
