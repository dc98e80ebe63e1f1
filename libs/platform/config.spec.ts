import { describe, expect, it } from '@jest/globals';
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
      oidcIssuer: undefined,
      oidcAudience: 'relocation-coordination',
      issuerPort: 3001,
      logLevel: 'info',
      workerRoles: ['projections', 'processes', 'deadlines', 'notary'],
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
    ['LOG_LEVEL', 'loud'],
    ['WORKER_ROLES', 'projections,tea'],
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
