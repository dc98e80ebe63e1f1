import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { exportSPKI, importJWK, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';
import { AnotherIssuer, newKey, type IssuerKey } from '../../testing/another-issuer.js';
import type { KeptKeys } from './issuer-keys.js';
import {
  InvalidToken,
  IssuerUnreachable,
  loa3,
  orgAffiliationClaim,
  orgNumberClaim,
  TokenVerifier,
  type TokenVerifierOptions,
} from './token-verifier.js';

const audience = 'relocation-coordination';
const reallyFetch = globalThis.fetch;
const now = new Date('2026-03-02T08:00:00Z');
const seconds = now.getTime() / 1_000;

/** As an authority's own login service would put it. */
const claims = {
  sub: 'a3f1',
  aud: audience,
  client_id: 'portal',
  acr: loa3,
  auth_time: seconds - 60,
  iat: seconds,
  exp: seconds + 600,
  jti: 'one',
  [orgNumberClaim]: '2120001280',
};
const machineClaims = {
  ...claims,
  client_id: 'case-system',
  exp: seconds + 300,
  act: { sub: 'case-system', [orgNumberClaim]: '2120001280' },
};

describe('Tokens of an issuer that we did not write', () => {
  let key: IssuerKey;
  let issuer: AnotherIssuer;
  /** Milliseconds that have passed; nothing waits for real. */
  let passed: number;
  const verifierFor = (
    { issuer: name }: Pick<AnotherIssuer, 'issuer'>,
    more: Partial<TokenVerifierOptions> = {},
  ): TokenVerifier =>
    new TokenVerifier({ issuer: name, audience, clock: { now: () => now }, passed: () => passed, ...more });
  let verifier: TokenVerifier;
  const reasonOf = (token: string, by = verifier): Promise<string> =>
    by.verify(token).then(
      () => 'trusted',
      (error: unknown) => {
        if (error instanceof InvalidToken) return error.reason;
        if (error instanceof IssuerUnreachable) return 'unreachable';
        throw error;
      },
    );

  beforeAll(async () => {
    key = await newKey('ES256');
  });
  beforeEach(async () => {
    passed = 0;
    issuer = await AnotherIssuer.start('/realms/one', key);
    verifier = verifierFor(issuer);
  });
  afterEach(() => issuer.close());

  it.each(['', '/', '/realms/one', '/realms/one/'])(
    'discovery is read below the issuer, whose name is taken to the letter: %j',
    async (path) => {
      const other = await AnotherIssuer.start(path, key);
      try {
        const token = await other.sign(key, claims);
        await expect(verifierFor(other).verify(token)).resolves.toMatchObject({
          subject: 'a3f1',
          organisationNumber: '2120001280',
          assurance: 3,
        });
        const base = path.replace(/\/$/, '');
        expect(other.asked).toEqual([`${base}/.well-known/openid-configuration`, `${base}/certs`]);
        const almost = other.issuer.endsWith('/') ? other.issuer.slice(0, -1) : `${other.issuer}/`;
        expect(await reasonOf(token, verifierFor({ issuer: almost }))).toBe('unreachable');
      } finally {
        await other.close();
      }
    },
  );

  it.each(['RS256', 'PS256', 'ES256', 'ES384', 'Ed25519'])('keys of kind %s', async (alg) => {
    const one = await newKey(alg);
    issuer.keys = [key, one];
    expect(await reasonOf(await issuer.sign(one, claims))).toBe('trusted');
    // Under the older name of the same algorithm, too.
    if (alg === 'Ed25519') {
      issuer.keys = [{ ...one, published: { ...one.published, alg: 'EdDSA' } }];
      const token = await issuer.sign(one, claims, { alg: 'EdDSA' });
      expect(await reasonOf(token, verifierFor(issuer))).toBe('trusted');
    }
  });

  it('a discovery document that names another issuer, or keys in the clear, counts for nothing', async () => {
    const token = await issuer.sign(key, claims);
    for (const document of [
      { issuer: 'https://elsewhere.example.test' },
      { issuer: `${issuer.issuer}/` },
      { jwks_uri: 'http://elsewhere.example.test/certs' },
      { jwks_uri: undefined },
    ]) {
      issuer.document = document;
      expect([document, await reasonOf(token, verifierFor(issuer))]).toEqual([document, 'unreachable']);
    }
  });

  it('keys in the clear are not even asked for', async () => {
    const token = await issuer.sign(key, claims);
    issuer.document = { jwks_uri: 'http://elsewhere.example.test/certs' };
    const asked: string[] = [];
    // Whoever is on the way would answer for everybody.
    const far = jest.spyOn(globalThis, 'fetch').mockImplementation((address, init) => {
      asked.push(String(address));
      return String(address).startsWith('http://elsewhere')
        ? Promise.resolve(Response.json({ keys: [key.published] }))
        : reallyFetch(address, init);
    });
    try {
      expect(await reasonOf(token)).toBe('unreachable');
      expect(asked).toEqual([`${issuer.issuer}/.well-known/openid-configuration`]);
    } finally {
      far.mockRestore();
    }
  });

  it('an issuer that takes the question and says nothing is waited for until two seconds are over', async () => {
    const over = new AbortController();
    const limits: number[] = [];
    const timer = jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      limits.push(ms);
      return over.signal;
    });
    try {
      issuer.hanging = true;
      const answer = reasonOf(await issuer.sign(key, claims));
      while (issuer.asked.length === 0) await sleep(1);
      over.abort();
      expect([await answer, limits]).toEqual(['unreachable', [2_000]]);
    } finally {
      timer.mockRestore();
    }
  });

  it('an answer that sends us elsewhere is none: neither the document nor the keys are fetched there', async () => {
    const forger = await newKey('ES256');
    const elsewhere = await AnotherIssuer.start('/realms/one', forger);
    try {
      const discovery = '/realms/one/.well-known/openid-configuration';
      const certs = '/realms/one/certs';
      // What is found there would pass for the issuer's own.
      elsewhere.document = { issuer: issuer.issuer };
      for (const path of [discovery, certs]) {
        issuer.redirects = { [path]: `${new URL(elsewhere.issuer).origin}${path}` };
        expect([path, await reasonOf(await issuer.sign(forger, claims), verifierFor(issuer))]).toEqual([
          path,
          'unreachable',
        ]);
      }
      expect(elsewhere.asked).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  it('a document of more than 256 KiB is not read', async () => {
    const token = await issuer.sign(key, claims);
    issuer.padding = 200 * 1_024;
    expect(await reasonOf(token, verifierFor(issuer))).toBe('trusted');
    issuer.padding = 256 * 1_024;
    expect(await reasonOf(token, verifierFor(issuer))).toBe('unreachable');
  });

  describe('Which key signed', () => {
    it('a new key is fetched once, however many tokens come with it at the same time', async () => {
      await verifier.verify(await issuer.sign(key, claims));
      const next = await newKey('ES256');
      issuer.keys = [key, next];
      passed += 31_000;
      const tokens = await Promise.all(
        Array.from({ length: 20 }, (_, index) => issuer.sign(next, { ...claims, jti: String(index) })),
      );
      await Promise.all(tokens.map((token) => verifier.verify(token)));
      expect(issuer.fetches).toBe(2);
    });

    it('unknown keys do not make us ask the issuer again and again', async () => {
      await verifier.verify(await issuer.sign(key, claims));
      passed += 31_000;
      const strange = await newKey('ES256');
      for (let tries = 0; tries < 50; tries += 1) {
        const header = { kid: `made-up-${tries}` };
        expect(await reasonOf(await issuer.sign(strange, claims, header))).toBe('TOKEN_KEY');
      }
      expect(issuer.fetches).toBe(2);
      passed += 31_000;
      await reasonOf(await issuer.sign(strange, claims));
      expect(issuer.fetches).toBe(3);
    });

    it('a key that has left the set is refused within two minutes, also for a token that was verified', async () => {
      const next = await newKey('ES256');
      issuer.keys = [key, next];
      const old = await issuer.sign(key, claims);
      const young = await issuer.sign(next, claims);
      await verifier.verify(old);
      await verifier.verify(young);
      issuer.keys = [next];
      passed += 59_000;
      expect(await reasonOf(old)).toBe('trusted');
      expect(issuer.fetches).toBe(1);
      passed += 61_000;
      expect(await reasonOf(old)).toBe('TOKEN_KEY');
      expect(await reasonOf(young)).toBe('trusted');
    });

    it('no token stays trusted that was being looked at while its key was taken back', async () => {
      await verifier.verify(await issuer.sign(key, claims));
      const many = await Promise.all(
        Array.from({ length: 200 }, (_, order) => issuer.sign(key, { ...claims, jti: `many-${order}` })),
      );
      issuer.keys = [await newKey('ES256')];
      passed += 60_000;
      await Promise.all(
        Array.from({ length: 8 }, async (_, lane) => {
          for (let at = lane; at < many.length; at += 8) await reasonOf(many[at]!);
        }),
      );
      // Days later, by the clock of the keys: nothing that was signed by it has stayed.
      passed += 3 * 24 * 3_600_000;
      await reasonOf(many[0]!);
      expect(new Set(await Promise.all(many.map((token) => reasonOf(token))))).toEqual(
        new Set(['TOKEN_KEY']),
      );
    });

    it('a level of assurance that only a word of the language has is none', async () => {
      for (const acr of ['toString', 'constructor', '__proto__'])
        expect((await verifier.verify(await issuer.sign(key, { ...claims, acr }))).assurance).toBe(0);
    });

    it('keys that get old are asked for beside the request, which does not wait', async () => {
      const old = await issuer.sign(key, claims);
      await verifier.verify(old);
      issuer.keys = [await newKey('ES256')];
      passed += 60_000;
      expect(await Promise.all([reasonOf(old), reasonOf(old)])).toEqual(['trusted', 'trusted']);
      for (let looks = 0; (await reasonOf(old)) === 'trusted'; looks += 1) {
        expect(looks).toBeLessThan(200);
        await sleep(10);
      }
      expect([await reasonOf(old), issuer.fetches]).toEqual(['TOKEN_KEY', 2]);
    });

    it('another key under the same name does not vouch for what the first one signed', async () => {
      const old = await issuer.sign(key, claims);
      await verifier.verify(old);
      const other = await newKey('ES256');
      issuer.keys = [{ ...other, published: { ...other.published, kid: key.published.kid } }];
      passed += 120_000;
      expect(await reasonOf(old)).toBe('TOKEN_SIGNATURE');
    });

    it('while the issuer is away its last keys serve for an hour more, and no longer', async () => {
      const token = await issuer.sign(key, claims);
      const another = await issuer.sign(key, { ...claims, jti: 'two' });
      await verifier.verify(token);
      issuer.silent = true;
      passed += 120_000;
      expect(await reasonOf(token)).toBe('trusted');
      expect(await reasonOf(another)).toBe('trusted');
      const tried = issuer.asked.length;
      // Not again for every request.
      for (let tries = 0; tries < 10; tries += 1) await reasonOf(token);
      expect(issuer.asked).toHaveLength(tried);
      passed += 3_600_000;
      expect(await reasonOf(token)).toBe('unreachable');
      issuer.silent = false;
      passed += 30_000;
      expect(await reasonOf(token)).toBe('trusted');
    });

    it('nor do they end with the process: one that starts while the issuer is away has those of before', async () => {
      let kept: Awaited<ReturnType<KeptKeys['last']>>;
      const keeper: KeptKeys = {
        keep: async (published) => {
          kept = JSON.parse(JSON.stringify(published)) as typeof kept;
        },
        last: async () => kept,
      };
      const at = { now: new Date(now) };
      const more = { kept: keeper, clock: { now: () => at.now } };
      const token = await issuer.sign(key, { ...claims, exp: claims.iat + 7_200 });
      expect(await reasonOf(token, verifierFor(issuer, more))).toBe('trusted');
      issuer.silent = true;
      const later = (seconds: number) => (at.now = new Date(now.getTime() + seconds * 1_000));
      const started = () => verifierFor(issuer, more);
      later(3_600);
      const next = started();
      expect([await reasonOf(token, next), await next.usable()]).toEqual(['trusted', true]);
      // As old there as they are: two minutes more, and they are too old.
      passed += 119_000;
      expect(await reasonOf(token, next)).toBe('trusted');
      passed += 2_000;
      expect(await reasonOf(token, next)).toBe('unreachable');
      later(3_720);
      expect(await reasonOf(token, started())).toBe('unreachable');
      // Nor such as were published tomorrow; and where nothing can be read there is none.
      later(-1);
      expect(await reasonOf(token, started())).toBe('unreachable');
      keeper.last = () => Promise.reject(new Error('no database'));
      later(60);
      expect(await reasonOf(token, started())).toBe('unreachable');
      // An issuer that is there is asked before.
      issuer.silent = false;
      issuer.keys = [await newKey('ES256')];
      keeper.last = async () => kept;
      expect(await reasonOf(token, started())).not.toBe('trusted');
    });

    it('without any key nobody gets in, and it is tried again after a second', async () => {
      issuer.silent = true;
      const token = await issuer.sign(key, claims);
      for (let tries = 0; tries < 10; tries += 1) expect(await reasonOf(token)).toBe('unreachable');
      expect(issuer.asked).toHaveLength(1);
      issuer.silent = false;
      passed += 1_000;
      expect(await reasonOf(token)).toBe('trusted');
    });

    it('nor does the check of health, however often anybody asks for it', async () => {
      for (let tries = 0; tries < 20; tries += 1) expect(await verifier.reachable()).toBe(true);
      expect(issuer.asked).toHaveLength(1);
      issuer.silent = true;
      passed += 1_000;
      expect(await verifier.reachable()).toBe(false);
    });

    it('tokens can be looked at as long as the last keys serve, and without any not at all', async () => {
      issuer.silent = true;
      const without = verifierFor(issuer);
      expect(await without.usable()).toBe(false);
      issuer.silent = false;
      expect(await verifier.usable()).toBe(true);
      // Keys are at hand though nobody has come with a token: the check asks for them, and not each time.
      for (let tries = 0; tries < 20; tries += 1) expect(await verifier.usable()).toBe(true);
      expect(issuer.fetches).toBe(1);
      issuer.silent = true;
      const token = await issuer.sign(key, claims);
      passed += 3_719_000;
      expect([await verifier.usable(), await reasonOf(token)]).toEqual([true, 'trusted']);
      passed += 1_000;
      expect([await verifier.usable(), await reasonOf(token)]).toEqual([false, 'unreachable']);
    });

    it('an issuer that takes the question and says nothing keeps no check of health waiting', async () => {
      expect(await verifier.usable()).toBe(true);
      issuer.hanging = true;
      passed += 60_000;
      const asked = issuer.asked.length;
      expect(await verifier.usable()).toBe(true);
      // Asked for beside it, and not answered.
      for (let tries = 0; tries < 100 && issuer.asked.length === asked; tries += 1) await sleep(5);
      expect(issuer.asked.length).toBe(asked + 1);
    });

    it('a shared secret that the issuer publishes by mistake is no key', async () => {
      const secret = Buffer.alloc(32, 7);
      const published = { kty: 'oct', k: secret.toString('base64url'), kid: 'shared', alg: 'HS256' };
      issuer.keys = [key, { ...key, published }];
      const token = await new SignJWT({ iss: issuer.issuer, ...claims })
        .setProtectedHeader({ alg: 'HS256', kid: 'shared', typ: 'at+jwt' })
        .sign(secret);
      expect(await reasonOf(token)).toBe('TOKEN_ALGORITHM');
      // And where it publishes nothing else, it has no key at all.
      issuer.keys = [{ ...key, published }];
      expect(await reasonOf(await issuer.sign(key, claims), verifierFor(issuer))).toBe('unreachable');
    });

    it.each(['RS384', 'RS512', 'PS384', 'PS512', 'ES512'])(
      'a good signature of a kind that we did not choose is none: %s',
      async (alg) => {
        const one = await newKey(alg);
        // The key set may leave open what a key is for.
        issuer.keys = [{ ...one, published: { ...one.published, alg: undefined } }];
        expect(await reasonOf(await issuer.sign(one, claims))).toBe('TOKEN_ALGORITHM');
      },
    );
  });

  describe('A token that was verified before', () => {
    it('says the same again, and is refused when it has run out since', async () => {
      let day = now;
      const tokens = verifierFor(issuer, { clock: { now: () => day } });
      const one = await issuer.sign(key, claims);
      const first = await tokens.verify(one);
      expect(await tokens.verify(one)).toBe(first);
      day = new Date(now.getTime() + 629_000);
      expect(await tokens.verify(one)).toBe(first);
      day = new Date(now.getTime() + 631_000);
      for (let tries = 0; tries < 2; tries += 1) expect(await reasonOf(one, tokens)).toBe('TOKEN_EXPIRED');
    });

    it('lends nothing to one that was altered: another payload, or another signature', async () => {
      const one = await issuer.sign(key, claims);
      const other = await issuer.sign(key, { ...claims, sub: 'somebody-else' });
      await verifier.verify(one);
      const [head, payload, signature] = one.split('.') as [string, string, string];
      const [, otherPayload, otherSignature] = other.split('.') as [string, string, string];
      for (const mixed of [
        [head, otherPayload, signature],
        [head, payload, otherSignature],
      ])
        expect(await reasonOf(mixed.join('.'))).toBe('TOKEN_SIGNATURE');
    });

    it('is one of so many: the oldest is verified anew', async () => {
      const tokens = verifierFor(issuer, { remembered: 2 });
      const [one, two, three] = await Promise.all(
        ['1', '2', '3'].map((jti) => issuer.sign(key, { ...claims, jti })),
      );
      const first = await tokens.verify(one!);
      await tokens.verify(two!);
      const third = await tokens.verify(three!);
      expect(await tokens.verify(three!)).toBe(third);
      expect(await tokens.verify(one!)).not.toBe(first);
    });
  });

  describe('A forged token', () => {
    let rsa: IssuerKey;
    let forger: IssuerKey;
    beforeAll(async () => {
      rsa = await newKey('RS256');
      forger = await newKey('ES256');
    });
    beforeEach(() => {
      issuer.keys = [key, rsa];
    });

    const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const hmacOf = (secret: string | Buffer, header: object): string => {
      const signed = `${encoded({ typ: 'at+jwt', ...header })}.${encoded({ iss: issuer.issuer, ...claims })}`;
      return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
    };

    it('with the public key as a shared secret, in each of its spellings', async () => {
      const pem = await exportSPKI((await importJWK(rsa.published, 'RS256')) as CryptoKey);
      const spellings = [
        pem,
        pem.trim(),
        JSON.stringify(rsa.published),
        Buffer.from(rsa.published.n!, 'base64url'),
        '',
      ];
      for (const secret of spellings)
        for (const kid of [rsa.published.kid, undefined])
          expect(await reasonOf(hmacOf(secret, { alg: 'HS256', kid }))).toBe('TOKEN_ALGORITHM');
      // An HMAC where the header says RSA.
      expect(await reasonOf(hmacOf(pem, { alg: 'RS256', kid: rsa.published.kid }))).toBe('TOKEN_SIGNATURE');
    });

    it('without a signature, however "none" is written', async () => {
      const unsigned = new UnsecuredJWT({ iss: issuer.issuer, ...claims }).encode();
      expect(await reasonOf(unsigned)).not.toBe('trusted');
      for (const alg of ['none', 'None', 'NONE', '', undefined])
        for (const signature of ['', 'AAAA'])
          expect(
            await reasonOf(
              `${encoded({ alg, typ: 'at+jwt', kid: key.published.kid })}.${encoded({ iss: issuer.issuer, ...claims })}.${signature}`,
            ),
          ).toMatch(/^TOKEN_(ALGORITHM|MALFORMED)$/);
    });

    it('under the name of a key of another kind, or of one that is nobody’s', async () => {
      for (const kid of [
        rsa.published.kid,
        'nobody',
        '',
        '../../etc/passwd',
        'https://evil.example.test/key',
      ])
        expect([kid, await reasonOf(await issuer.sign(forger, claims, { kid }))]).toEqual([kid, 'TOKEN_KEY']);
      expect(await reasonOf(await issuer.sign(forger, claims, { kid: key.published.kid }))).toBe(
        'TOKEN_SIGNATURE',
      );
    });

    it('that brings its own key, or says where it lies: nobody looks there', async () => {
      const elsewhere = await AnotherIssuer.start('/certs', forger);
      const address = `${elsewhere.issuer}/certs`;
      const kid = forger.published.kid;
      for (const header of [
        { jwk: forger.published },
        { jwk: forger.published, kid: key.published.kid },
        { jku: address, kid },
        { jku: address, kid: key.published.kid },
        { x5u: address, kid },
        { x5c: ['MIIB'], kid: key.published.kid },
      ])
        expect(await reasonOf(await issuer.sign(forger, claims, header))).toMatch(/^TOKEN_(KEY|SIGNATURE)$/);
      expect(elsewhere.asked).toEqual([]);
      await elsewhere.close();
    });

    it('that wants something to be understood which we do not know, is refused although it is well signed', async () => {
      const header = encoded({
        alg: 'ES256',
        kid: key.published.kid,
        typ: 'at+jwt',
        crit: ['http://example.test/x'],
        'http://example.test/x': true,
      });
      const signed = `${header}.${encoded({ iss: issuer.issuer, ...claims })}`;
      const signature = await crypto.subtle.sign(
        { name: 'ECDSA', hash: 'SHA-256' },
        key.privateKey,
        Buffer.from(signed),
      );
      expect(await reasonOf(`${signed}.${Buffer.from(signature).toString('base64url')}`)).toBe(
        'TOKEN_ALGORITHM',
      );
    });

    it('cut, stretched or with one changed letter', async () => {
      const good = await issuer.sign(key, claims);
      const [header, payload, signature] = good.split('.') as [string, string, string];
      const changed = encoded({ iss: issuer.issuer, ...claims, sub: 'somebody-else' });
      for (const bad of [
        `${header}.${changed}.${signature}`,
        `${header}.${payload}`,
        `${header}.${payload}.`,
        `${good}.${signature}`,
        `${header}.${payload}.${signature.slice(0, -4)}`,
        'a.b.c',
      ])
        expect(await reasonOf(bad)).toMatch(/^TOKEN_(SIGNATURE|MALFORMED)$/);
      expect(await reasonOf(good)).toBe('trusted');
    });
  });

  describe('A well-signed token', () => {
    const reasonFor = async (more: object, header = {}): Promise<string> =>
      reasonOf(await issuer.sign(key, { ...claims, ...more }, header));

    it.each([
      ['that is over by more than 30 seconds', { exp: seconds - 31 }, 'TOKEN_EXPIRED'],
      ['that is over by 29 seconds', { exp: seconds - 29 }, 'trusted'],
      ['made more than 30 seconds from now', { iat: seconds + 31 }, 'TOKEN_NOT_YET'],
      ['made 29 seconds from now', { iat: seconds + 29 }, 'trusted'],
      ['that begins later', { nbf: seconds + 31 }, 'TOKEN_NOT_YET'],
      ['that lives for two hours', { exp: seconds + 7_200 }, 'trusted'],
      ['that lives for longer', { exp: seconds + 7_201 }, 'TOKEN_LIFE'],
      ['that was made long ago to live until now', { iat: seconds - 86_400 }, 'TOKEN_LIFE'],
      ['that never ends', { exp: undefined }, 'TOKEN_CLAIMS'],
      ['that does not say when it was made', { iat: undefined }, 'TOKEN_CLAIMS'],
      ['that does not say who', { sub: undefined }, 'TOKEN_CLAIMS'],
      ['of another issuer', { iss: 'https://elsewhere.example.test' }, 'TOKEN_ISSUER'],
      ['of nobody', { iss: undefined }, 'TOKEN_ISSUER'],
      ['for another service', { aud: 'another-service' }, 'TOKEN_AUDIENCE'],
      ['for a service with almost our name', { aud: 'relocation-coordination-2' }, 'TOKEN_AUDIENCE'],
      ['for nobody', { aud: undefined }, 'TOKEN_AUDIENCE'],
      ['for us and another service', { aud: [audience, 'another-service'] }, 'TOKEN_AUDIENCE'],
      ['without an organisation', { [orgNumberClaim]: undefined }, 'TOKEN_ORGANISATION'],
      ['of two organisations', { [orgAffiliationClaim]: 'a3f1@5560000000' }, 'TOKEN_ORGANISATION'],
      ['of an organisation with a digit more', { [orgNumberClaim]: '21200012805' }, 'TOKEN_ORGANISATION'],
      ['of an organisation that is a number', { [orgNumberClaim]: 2120001280 }, 'TOKEN_ORGANISATION'],
      ['bound to a key of the client (DPoP)', { cnf: { jkt: 'abc' } }, 'TOKEN_BOUND'],
      ['bound to a certificate of the client', { cnf: { 'x5t#S256': 'abc' } }, 'TOKEN_BOUND'],
    ])('%s', async (_what, more, reason) => {
      expect(await reasonFor(more)).toBe(reason);
    });

    it.each([
      ['a3f1@2120001280', 'trusted'],
      ['a3f1@21200012805', 'TOKEN_ORGANISATION'],
      ['a3f1@2120001280.example.test', 'TOKEN_ORGANISATION'],
      ['a3f1@5560000000@2120001280', 'TOKEN_ORGANISATION'],
      ['@2120001280', 'TOKEN_ORGANISATION'],
      ['2120001280', 'TOKEN_ORGANISATION'],
      [['a3f1@2120001280'], 'TOKEN_ORGANISATION'],
    ])('that says by affiliation alone for whom: %j', async (affiliation, reason) => {
      expect(await reasonFor({ [orgNumberClaim]: undefined, [orgAffiliationClaim]: affiliation })).toBe(
        reason,
      );
    });

    it('for us and the issuer itself is for us', async () => {
      expect(await reasonFor({ aud: [audience, issuer.issuer, `${issuer.issuer}/userinfo`] })).toBe(
        'trusted',
      );
      expect(await reasonFor({ aud: [audience, `${issuer.issuer}-2`] })).toBe('TOKEN_AUDIENCE');
    });

    it('that is an id token, or a logout token, or says nothing of what it is, opens nothing', async () => {
      for (const typ of ['JWT', 'logout+jwt', 'dpop+jwt', undefined])
        expect(await reasonFor({}, { typ })).toBe('TOKEN_TYPE');
      expect(await reasonFor({}, { typ: 'application/at+jwt' })).toBe('trusted');
    });

    it('may be limited to the clients with which officials log in', async () => {
      const strict = verifierFor(issuer, { clients: ['portal'] });
      expect(await reasonOf(await issuer.sign(key, claims), strict)).toBe('trusted');
      for (const client of ['case-system', undefined])
        expect(await reasonOf(await issuer.sign(key, { ...claims, client_id: client }), strict)).toBe(
          'TOKEN_CLIENT',
        );
      // Issuers that do not know RFC 9068 name the client in `azp`; where both stand, `client_id` is meant.
      for (const [client_id, azp, reason] of [
        [undefined, 'portal', 'trusted'],
        [undefined, 'case-system', 'TOKEN_CLIENT'],
        ['case-system', 'portal', 'TOKEN_CLIENT'],
      ])
        expect(await reasonOf(await issuer.sign(key, { ...claims, client_id, azp }), strict)).toBe(reason);
      // A case system logs nobody in here: it acts on behalf of somebody, and says so.
      expect(await reasonOf(await issuer.sign(key, machineClaims), strict)).toBe('trusted');
    });
  });

  describe('A token that a machine got', () => {
    const verified = async (more: object) =>
      verifier.verify(await issuer.sign(key, { ...machineClaims, ...more }));
    const { act } = machineClaims;

    it('on behalf of an official names both', async () => {
      const token = await verified({});
      expect(token).toMatchObject({ subject: 'a3f1', machine: 'case-system', assurance: 3 });
      expect(token.alone).toBeUndefined();
    });

    it('with nobody behind it is the machine’s alone, whatever it says of its login', async () => {
      expect(await verified({ sub: 'case-system', act: undefined })).toMatchObject({
        subject: 'case-system',
        machine: 'case-system',
        alone: true,
        assurance: 0,
      });
      expect(await verified({ sub: 'case-system' })).toMatchObject({ alone: true });
    });

    it.each([
      ['acts for another client', { client_id: 'portal' }],
      ['is not named', { act: { [orgNumberClaim]: '2120001280' } }],
      ['is of another authority', { act: { ...act, [orgNumberClaim]: '2120000180' } }],
      ['says of no authority', { act: { sub: 'case-system' } }],
      ['acts for a machine that acts for somebody', { act: { ...act, act: { sub: 'third' } } }],
      ['is no object', { act: 'case-system' }],
      ['is nothing', { act: null }],
      ['holds the token for longer than five minutes', { exp: seconds + 301 }],
      ['does not number its token', { jti: undefined }],
    ])('is not trusted where the actor %s', async (_what, more) => {
      await expect(verified(more)).rejects.toMatchObject({ reason: 'TOKEN_ACTOR' });
    });
  });
});
