import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeConfig, isInside, loadConfig } from './config.js';
import { OperatorError } from './operator-error.js';

const refusal = (environment: NodeJS.ProcessEnv): string => {
  try {
    loadConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(OperatorError);
    return (error as Error).message;
  }
  throw new Error('the configuration was accepted');
};

describe('the configuration', () => {
  it('needs no variable at all', () => {
    expect(loadConfig({})).toEqual({
      host: '127.0.0.1',
      port: 3000,
      dataDir: join(process.cwd(), 'data'),
      databaseUrl: undefined,
      databasePort: 54320,
      eventStore: undefined,
      databaseFolder: join(process.cwd(), 'data', 'postgres'),
      keyFile: join(process.cwd(), 'data', 'keys', 'keys.json'),
      notaryKeyFile: join(process.cwd(), 'data', 'keys', 'notary.json'),
      tombstoneFile: join(process.cwd(), 'data', 'keys', 'tombstones.jsonl'),
      oidcIssuer: undefined,
      oidcAudience: 'relocation-coordination',
      oidcClients: undefined,
      limits: { requests: 600, refusals: 30, failedLogins: 60 },
      trustedProxies: [],
      issuerPort: 3001,
      logLevel: 'info',
      workerRoles: ['projections', 'processes', 'deadlines', 'notary', 'log-review'],
      workerLeaseMs: 10_000,
      serviceHost: '127.0.0.1',
      servicePort: undefined,
      workerServicePort: undefined,
      stopGraceSeconds: 0,
      otlpEndpoint: undefined,
    });
  });

  it('takes an empty variable for an absent one', () => {
    expect(loadConfig({ PORT: '', DATABASE_URL: '' })).toEqual(loadConfig({}));
  });

  it('keeps keys beside the data folder that was chosen', () => {
    expect(loadConfig({ DATA_DIR: '/srv/relocation' }).keyFile).toBe('/srv/relocation/keys/keys.json');
  });

  it.each([
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '3000x'],
    ['ISSUER_PORT', '-1'],
    ['DATABASE_PORT', '1e3'],
    ['DATABASE_URL', 'mysql://h/db'],
    ['DATABASE_URL', 'not a url'],
    ['OIDC_ISSUER', 'ftp://login.example.se'],
    ['OIDC_ISSUER', 'http://login.example.se'],
    ['OIDC_AUDIENCE', ' '],
    ['DATA_DIR', ' '],
    ['HOST', 'not a host'],
    ['HOST', '999.1.1.1'],
    ['DATABASE_URL', 'postgres:///'],
    ['DATABASE_URL', 'postgres://u:p%ZZ@h/db'],
    ['OIDC_CLIENTS', 'portal,,other'],
    ['RATE_LIMIT_REQUESTS', '0'],
    ['RATE_LIMIT_REFUSALS', '-1'],
    ['RATE_LIMIT_FAILED_LOGINS', 'none'],
    ['TRUSTED_PROXIES', 'true'],
    ['TRUSTED_PROXIES', '10.0.0.1,proxy'],
    ['TRUSTED_PROXIES', '0.0.0.0/0'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['LOG_LEVEL', 'loud'],
    ['WORKER_ROLES', 'projections,tea'],
    ['WORKER_LEASE_SECONDS', '0'],
    ['WORKER_LEASE_SECONDS', '1.5'],
    ['SERVICE_PORT', '70000'],
    ['WORKER_SERVICE_PORT', 'none'],
    ['STOP_GRACE_SECONDS', '61'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4317'],
    ['EVENTSTORE_URL', 'https://localhost:2113'],
    ['EVENTSTORE_URL', 'esdb:///x'],
    ['EVENTSTORE_URL', 'esdb://user@host'],
    ['EVENTSTORE_URL', 'esdb://host?tls'],
    ['EVENTSTORE_LOG', 'Case-1'],
  ])('names %s when it is wrong, and does not repeat its value', (name, value) => {
    const message = refusal({ [name]: value });
    expect(message).toMatch(new RegExp(`^The configuration is wrong: ${name} (must|cannot) .*\\.$`));
    expect(message).not.toContain(` ${value}`);
  });

  it('names every wrong variable at once', () => {
    expect(refusal({ PORT: 'x', LOG_LEVEL: 'y' })).toMatch(/PORT must .*; LOG_LEVEL must/);
  });

  it('refuses a key file in the folder of the database', () => {
    expect(refusal({ DATA_DIR: '/srv/r', KEY_FILE: '/srv/r/postgres/base/keys.json' })).toContain(
      'KEY_FILE must not lie',
    );
    expect(loadConfig({ DATA_DIR: '/srv/r', KEY_FILE: '/srv/r/postgres-keys.json' }).keyFile).toBe(
      '/srv/r/postgres-keys.json',
    );
  });

  it('refuses one port for two servers', () => {
    expect(refusal({ PORT: '3001' })).toContain('ISSUER_PORT');
    expect(loadConfig({ PORT: '3001', OIDC_ISSUER: 'https://login.example.se' }).port).toBe(3001);
  });

  it('is printed with a sentence on each variable, and without passwords', () => {
    const environment = {
      DATABASE_URL: 'postgres://app:s3cret@db.example.se/x?password=other',
      PORT: '4000',
    };
    const lines = describeConfig(loadConfig(environment), environment);
    expect(lines.find(({ name }) => name === 'DATABASE_URL')).toMatchObject({
      value: 'postgres://app:***@db.example.se/x?password=***',
      source: 'environment',
    });
    expect(lines.find(({ name }) => name === 'PORT')).toMatchObject({ value: '4000', source: 'environment' });
    expect(lines.find(({ name }) => name === 'HOST')).toMatchObject({
      value: '127.0.0.1',
      source: 'default',
    });
    expect(lines.filter(({ description }) => !/^[A-Z].*\.$/.test(description))).toEqual([]);
  });

  it('takes what holds a password from a file, as a secret of a container, and shows it masked', () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    const file = join(folder, 'database-url');
    writeFileSync(file, 'postgres://app:s3cret@db.example.se/x\n');
    const environment = { DATABASE_URL_FILE: file };
    expect(loadConfig(environment).databaseUrl).toBe('postgres://app:s3cret@db.example.se/x');
    const lines = describeConfig(loadConfig(environment), environment);
    expect(lines.find(({ name }) => name === 'DATABASE_URL')).toMatchObject({
      value: 'postgres://app:***@db.example.se/x',
      source: 'file',
    });
    // What is set goes before the file, and only what is a secret comes from one.
    const both = { ...environment, DATABASE_URL: 'postgres://other/y' };
    expect(loadConfig(both).databaseUrl).toBe('postgres://other/y');
    expect(loadConfig({ PORT_FILE: file }).port).toBe(3000);
    rmSync(folder, { recursive: true });
    expect(refusal(environment)).toBe(
      'The configuration is wrong: the file that DATABASE_URL_FILE names cannot be read.',
    );
  });

  it.each([
    ['esdb://localhost:2113?tls=false', 'esdb://localhost:2113?tls=false'],
    [
      'esdb://app:s3cret@n1.example.se:2113,n2.example.se,n3.example.se/?tls=true&tlsCaFile=/etc/ca.crt',
      'esdb://app:***@n1.example.se:2113,n2.example.se,n3.example.se/?tls=true&tlsCaFile=/etc/ca.crt',
    ],
    ['esdb+discover://app:s3cret@cluster.example.se', 'esdb+discover://app:***@cluster.example.se'],
  ])('puts the log on %s, and prints it without its password', (url, shown) => {
    const environment = { EVENTSTORE_URL: url, EVENTSTORE_LOG: 'pilot' };
    const config = loadConfig(environment);
    expect(config.eventStore).toEqual({ url, log: 'pilot' });
    const line = describeConfig(config, environment).find(({ name }) => name === 'EVENTSTORE_URL');
    expect(line).toMatchObject({ value: shown, source: 'environment' });
  });

  it('tells a folder from one whose name only begins alike', () => {
    expect(isInside('/a/b/c', '/a/b')).toBe(true);
    expect(isInside('/a/b', '/a/b')).toBe(true);
    expect(isInside('/a/bc', '/a/b')).toBe(false);
    expect(isInside('/a/b/../c', '/a/b')).toBe(false);
    expect(isInside('/a/b/..c', '/a/b')).toBe(true);
  });
});
