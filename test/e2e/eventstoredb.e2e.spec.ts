import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createVerbatimCodec } from '#event-store';
import { openEventStoreDB } from '#event-store/eventstoredb';
import { collect, eventsOf, newStream, write } from '../conformance/event-store.conformance.js';
import { makeCertificates, withoutCertificates } from '../support/certificates.js';
import { dataClasses } from '#kernel';
import { createKeyFile } from '#platform';
import { openCase } from '../../libs/application/testing/steps.js';
import { World } from '../../libs/application/testing/world.js';
import { randomKeyMaterial } from '../../libs/personal-data/testing/key-material.js';
import { freePort, runOps } from '../support/child.js';
import { createTestDatabase } from '../support/database.js';
import { startProcess } from '../support/processes.js';
import { EventStoreDBTestServer } from '../support/eventstoredb-test-server.js';

describe('with EVENTSTORE_URL', () => {
  const server = new EventStoreDBTestServer();
  beforeAll(() => server.start());
  afterAll(() => server.kill());

  it('a tool reads the log on that server, and says so when the server is not there', async () => {
    // Nothing listens there: the database is not asked.
    const DATABASE_URL = 'postgres://nobody@127.0.0.1:1/nothing';
    const tool = async (url: string): Promise<string> => {
      const child = runOps(['stream', 'coordination-national'], { DATABASE_URL, EVENTSTORE_URL: url });
      expect(await child.ended).toBe(1);
      return child.output();
    };
    const [there, away] = await Promise.all([
      tool(server.url),
      tool('esdb://app:s3cret@127.0.0.1:1?tls=false'),
    ]);
    expect(there).toContain('There is no such stream.');
    expect(away).toContain('The event log does not answer');
    expect(away).not.toContain('s3cret');
  });

  it('an api does not start on a log whose keys its database has never held', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'relocation-keyless-'));
    const database = await createTestDatabase();
    try {
      const elsewhere = await World.inMemory(randomKeyMaterial(), 'elsewhere').found();
      await openCase(elsewhere);
      const log = await openEventStoreDB({ url: server.url, log: 'keyless', codec: createVerbatimCodec() });
      await log.importEvents(await elsewhere.store.readAll(undefined, Infinity));
      await log.close();
      const keyFile = join(folder, 'keys.json');
      await createKeyFile({ path: keyFile, databaseFolder: join(folder, 'database'), dataClasses });
      const api = startProcess(['dist/apps/api/main.js'], {
        DATA_DIR: folder,
        DATABASE_URL: database.apiUrl,
        EVENTSTORE_URL: server.url,
        EVENTSTORE_LOG: 'keyless',
        KEY_FILE: keyFile,
        OIDC_ISSUER: 'https://login.example.se',
        PORT: String(await freePort()),
      });
      expect(await api.ended).toBe(1);
      expect(api.output()).toMatch(
        /^The log on the server of EVENTSTORE_URL holds sealed values, but [^\n]+\.$/m,
      );
    } finally {
      await database.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('npm run demo plays a scenario with its log on that server, unchanged, although subscriptions are dropped meanwhile', async () => {
    const demo = runOps(['demo', '--scenario', '2'], { EVENTSTORE_URL: server.url });
    const dropping = setInterval(() => server.dropSubscriptions('too slow'), 6_000);
    try {
      const code = await demo.ended;
      const last = demo.answer().trimEnd().split('\n').at(-1);
      expect([code, last, code === 0 ? '' : demo.output()]).toEqual([0, '1 of 1 scenarios hold', '']);
      expect(server.calls.append).toBeGreaterThan(50);
      expect(server.calls.batchAppend).toBe(0);
    } finally {
      clearInterval(dropping);
      demo.kill('SIGKILL');
    }
  }, 600_000);
});

if (withoutCertificates) it.skip(`EventStoreDB with TLS: ${withoutCertificates}`, () => undefined);
else
  describe('with an EVENTSTORE_URL that has TLS, a user and a password', () => {
    const password = 'p4ss%word';
    let folder: string;
    let server: EventStoreDBTestServer;
    /** As deploy/make-secrets writes it. */
    const url = ({
      secret = password,
      ca = 'deployment',
      hosts = `127.0.0.1:${server.port}`,
      scheme = 'esdb',
    }: Partial<Record<'secret' | 'ca' | 'hosts' | 'scheme', string>> = {}): string =>
      `${scheme}://admin:${encodeURIComponent(secret)}@${hosts}?tls=true&tlsCAFile=${join(folder, ca, 'ca', 'ca.crt')}&nodePreference=leader`;
    const openAt = (address: string) =>
      openEventStoreDB({ url: address, log: 'secure', codec: createVerbatimCodec() });

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'relocation-tls-'));
      await Promise.all(['deployment', 'stranger'].map((name) => makeCertificates(join(folder, name))));
      const [certificate, key] = await Promise.all(
        ['node.crt', 'node.key'].map((name) => readFile(join(folder, 'deployment', 'node-1', name))),
      );
      server = new EventStoreDBTestServer({ certificate: certificate!, key: key!, user: 'admin', password });
      await server.start();
    });
    afterAll(async () => {
      server.kill();
      await rm(folder, { recursive: true, force: true });
    });

    it.each([
      ['one node', {}],
      ['a cluster of which one member is dead', { hosts: 'dead' }],
      ['whoever a name leads to', { scheme: 'esdb+discover' }],
    ])('the log is written, read and followed at %s', async (_which, how) => {
      const hosts = 'hosts' in how ? { hosts: `127.0.0.1:1,127.0.0.1:${server.port}` } : how;
      const store = await openAt(url(hosts));
      try {
        const stream = newStream();
        const after = await store.head();
        const following = collect(store, after, (messages) => eventsOf(messages, stream).length === 3);
        await write(store, stream, 3);
        expect(eventsOf(await following, stream)).toHaveLength(3);
        expect((await store.readStream(stream))?.revision).toBe(2);
      } finally {
        await store.close();
      }
    });

    it('a tool reads it; a wrong password, a strange authority or none is told in one sentence, without the password', async () => {
      const tool = async (address: string): Promise<string> => {
        const child = runOps(['stream', 'coordination-national'], {
          DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
          EVENTSTORE_URL: address,
        });
        expect(await child.ended).toBe(1);
        expect(child.output()).not.toContain('s3cret');
        for (const secret of [password, encodeURIComponent(password)])
          expect(child.output()).not.toContain(secret);
        return child.output().trimEnd().split('\n').at(-1)!;
      };
      const said = await Promise.all([
        tool(url()),
        tool(url({ secret: 's3cret' })),
        tool(url({ ca: 'stranger' })),
        tool(url({ ca: 'nowhere' })),
      ]);
      expect(said).toEqual([
        'There is no such stream.',
        expect.stringMatching(/^The event log refuses the user: /),
        expect.stringMatching(/^The certificate of the event log cannot be trusted: /),
        expect.stringMatching(/^The certificate of the event log cannot be trusted: /),
      ]);
    });
  });
