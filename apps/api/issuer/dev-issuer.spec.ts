import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT, UnsecuredJWT, decodeJwt } from 'jose';
import { InvalidToken, IssuerUnreachable, TokenVerifier, loa3 } from '../http/auth/token-verifier.js';
import { actOnBehalf, logInHeadlessly } from './authorization-code.js';
import { startDevIssuer, type DevIssuer } from './dev-issuer.js';

const audience = 'https://api.example.test';
const officials = [
  { sub: 'official-1', name: 'Ada Påhittad', orgNumber: '2120001280', orgName: 'Malmö & Co <påhittad>' },
];

describe('Logging in with the development issuer', () => {
  let folder: string;
  let issuer: DevIssuer;
  let verifier: TokenVerifier;
  let now = new Date('2026-03-02T08:00:00Z');
  const clock = { now: () => now };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'issuer-'));
    issuer = await startDevIssuer({ officials, audience, keyFile: join(folder, 'key.json'), port: 0, clock });
    verifier = new TokenVerifier({ issuer: issuer.issuer, audience, clock });
  });
  afterAll(async () => {
    await issuer.close();
    await rm(folder, { recursive: true });
  });

  it('gives a token through the standard flow, and the api trusts it', async () => {
    const token = await logInHeadlessly(issuer.issuer, audience, 'official-1');
    const verified = await verifier.verify(token);
    expect(verified).toMatchObject({ subject: 'official-1', organisationNumber: '2120001280', assurance: 3 });
    expect(Math.abs(verified.authenticatedAt!.getTime() - now.getTime())).toBeLessThan(5_000);
    expect(decodeJwt(token)['https://id.oidc.se/claim/orgAffiliation']).toBe('official-1@2120001280');
  });

  it('gives a token for an api whose name is no address', async () => {
    const named = 'relocation-coordination';
    const other = await startDevIssuer({
      officials,
      audience: named,
      keyFile: join(folder, 'key.json'),
      port: 0,
      clock,
    });
    const token = await logInHeadlessly(other.issuer, named, 'official-1');
    expect(decodeJwt(token).aud).toBe(named);
    await other.close();
  });

  it('says what to do when another api has one on the same port', async () => {
    const { port } = new URL(issuer.issuer);
    await expect(
      startDevIssuer({ officials, audience, keyFile: join(folder, 'key.json'), port: Number(port), clock }),
    ).rejects.toThrow(`start this one with OIDC_ISSUER=${issuer.issuer}`);
  });

  it('knows nobody but the invented officials', async () => {
    await expect(logInHeadlessly(issuer.issuer, audience, 'somebody')).rejects.toThrow('no official');
    await expect(issuer.tokenFor('somebody')).rejects.toThrow('no such');
  });

  it('gives no token for another service', async () => {
    await expect(logInHeadlessly(issuer.issuer, 'https://other.test', 'official-1')).rejects.toThrow(
      'invalid_target',
    );
  });

  it('keeps its signing key for itself', async () => {
    expect((await stat(join(folder, 'key.json'))).mode & 0o777).toBe(0o600);
    await chmod(join(folder, 'key.json'), 0o644);
    await expect(
      startDevIssuer({ officials, audience, keyFile: join(folder, 'key.json'), port: 0, clock }),
    ).rejects.toThrow('chmod 600');
    await chmod(join(folder, 'key.json'), 0o600);
  });

  it('a restarted issuer still vouches for the tokens that it gave before', async () => {
    const token = await issuer.tokenFor('official-1');
    const port = Number(new URL(issuer.issuer).port);
    await issuer.close();
    issuer = await startDevIssuer({ officials, audience, keyFile: join(folder, 'key.json'), port, clock });
    const fresh = new TokenVerifier({ issuer: issuer.issuer, audience, clock });
    await expect(fresh.verify(token)).resolves.toMatchObject({ subject: 'official-1' });
  });

  it('a token stops being good when it expires, also when it was remembered', async () => {
    const token = await issuer.tokenFor('official-1', { expiresInSeconds: 60 });
    await verifier.verify(token);
    const before = now;
    now = new Date(before.getTime() + 89_000);
    await expect(verifier.verify(token)).resolves.toBeDefined();
    now = new Date(before.getTime() + 91_000);
    await expect(verifier.verify(token)).rejects.toThrow(InvalidToken);
    await expect(
      verifier.verify(await issuer.tokenFor('official-1', { expiresInSeconds: -31 })),
    ).rejects.toThrow(InvalidToken);
    now = before;
  });

  it.each([
    ['meant for another service', { audience: 'https://other.test' }],
    ['an id token', { typ: 'JWT' }],
    [
      'without an organisation',
      {
        claims: {
          'https://id.oidc.se/claim/orgNumber': undefined,
          'https://id.oidc.se/claim/orgAffiliation': undefined,
        },
      },
    ],
    ['with two organisations', { claims: { 'https://id.oidc.se/claim/orgNumber': '5560000000' } }],
    ['of another issuer', { claims: { iss: 'https://other.test' } }],
    ['without an end', { claims: { exp: undefined } }],
    ['not valid yet', { claims: { nbf: 1_900_000_000 } }],
  ])('a token %s is not trusted', async (_what, options) => {
    await expect(verifier.verify(await issuer.tokenFor('official-1', options))).rejects.toThrow(InvalidToken);
  });

  it('an unsigned token, a token signed with a shared secret and a broken one are not trusted', async () => {
    const claims = {
      sub: 'official-1',
      iss: issuer.issuer,
      aud: audience,
      acr: loa3,
      'https://id.oidc.se/claim/orgNumber': '2120001280',
    };
    const unsigned = new UnsecuredJWT(claims)
      .setIssuedAt(now)
      .setExpirationTime(new Date(now.getTime() + 60_000))
      .encode();
    await expect(verifier.verify(unsigned)).rejects.toThrow(InvalidToken);
    const shared = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setIssuedAt(now)
      .setExpirationTime(new Date(now.getTime() + 60_000))
      .sign(new TextEncoder().encode('x'.repeat(32)));
    await expect(verifier.verify(shared)).rejects.toThrow(InvalidToken);
    const good = await issuer.tokenFor('official-1');
    await expect(verifier.verify(`${good.slice(0, -8)}AAAAAAAA`)).rejects.toThrow(InvalidToken);
    await expect(verifier.verify('gibberish')).rejects.toThrow(InvalidToken);
  });

  it('says that the login service is away, and not that the token is bad', async () => {
    const away = new TokenVerifier({ issuer: 'http://127.0.0.1:9', audience, clock });
    await expect(away.verify(await issuer.tokenFor('official-1'))).rejects.toThrow(IssuerUnreachable);
    expect(await away.reachable()).toBe(false);
    expect(await verifier.reachable()).toBe(true);
  });

  describe('exchanges the id token of an official who has logged in at a case system', () => {
    const clientId = 'case-system-1280';
    let other: DevIssuer;
    const machine = () => ({ clientId, key: other.machineKey! });
    /** As the issuer itself would have signed it for the case system. */
    const idToken = (options: { acr?: string; expiresInSeconds?: number }) =>
      other.tokenFor('official-1', { audience: clientId, typ: 'JWT', ...options });
    const exchanged = async (options: { acr?: string; expiresInSeconds?: number }, target = audience) => {
      const given = await idToken(options);
      const token = await actOnBehalf(other.issuer, target, 'official-1', machine(), given);
      return { given: decodeJwt(given), token: decodeJwt(token) };
    };

    beforeAll(async () => {
      other = await startDevIssuer({
        officials,
        audience,
        machines: [{ clientId, orgNumber: '2120001280', orgName: 'Påhittad kommun' }],
        keyFile: join(folder, 'key.json'),
        port: 0,
        clock: { now: () => new Date() },
      });
    });
    afterAll(() => other.close());

    it('for five minutes, and never for longer than the login itself', async () => {
      const long = await exchanged({});
      expect(long.token).toMatchObject({ aud: audience, acr: loa3, sub: 'official-1' });
      expect(long.token.exp! - long.token.iat!).toBe(300);
      const short = await exchanged({ expiresInSeconds: 60 });
      expect(short.token.exp).toBe(short.given.exp);
    });

    it('for no other service, and for no weak login', async () => {
      await expect(exchanged({}, 'https://other.test')).rejects.toThrow('invalid_target');
      const acr = 'http://id.elegnamnden.se/loa/1.0/loa2';
      await expect(exchanged({ acr })).rejects.toThrow('invalid_grant');
    });
  });

  it('does not take keys from a far issuer in the clear', () => {
    expect(() => new TokenVerifier({ issuer: 'http://issuer.example.test', audience, clock })).toThrow(
      'https',
    );
  });
});
