import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { loa2, type Compose, compose, deployment } from '../support/deployment.js';
import { configVariables, loadConfig, programFlags } from '#platform';
import { loa3, orgAffiliationClaim, orgNumberClaim } from '../../apps/api/http/auth/token-verifier.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const textOf = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

/** Run to their end before the others. */
const once = ['migrate', 'certificates', 'tools'];
const programs = ['api-1', 'api-2', 'worker-1', 'worker-2', 'migrate', 'tools'];
/** What must not be reachable from the proxy, or from outside. */
const stores = ['database', 'login-database', 'store-1', 'store-2', 'store-3'];

const services = Object.entries(compose.services);
const serviceOf = (name: string): Compose['services'][string] => compose.services[name]!;
const networksOf = (name: string): string[] => {
  const { networks = [] } = serviceOf(name);
  return Array.isArray(networks) ? networks : Object.keys(networks);
};
const secretsOf = (name: string): readonly string[] => serviceOf(name).secrets ?? [];

describe('docker-compose.yml', () => {
  it('starts the whole system: three nodes of the log, database, login, two of each program, proxy', () => {
    expect(services.map(([name]) => name).sort()).toEqual([
      'api-1',
      'api-2',
      'certificates',
      'database',
      'login',
      'login-database',
      'migrate',
      'proxy',
      'store-1',
      'store-2',
      'store-3',
      'tools',
      'worker-1',
      'worker-2',
    ]);
  });

  it.each(services)('%s runs hardened, and tells whether it is well', (name, service) => {
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(service.privileged).toBeUndefined();
    // Keycloak puts itself together in its own folder.
    expect(service.read_only).toBe(name !== 'login');
    if (once.includes(name)) expect(service.restart).toBe('no');
    else expect(service.healthcheck?.test?.length).toBeGreaterThan(1);
    // The one that makes certificates gives them to their users; it has no network and is gone before the others start.
    if (name === 'certificates')
      expect(service).toMatchObject({ network_mode: 'none', cap_add: ['CHOWN', 'DAC_OVERRIDE'] });
    // And the tools renew files that belong to the programs.
    else if (name === 'tools')
      expect(service).toMatchObject({ user: '0:0', cap_add: ['CHOWN', 'DAC_OVERRIDE'] });
    else expect(service.user).toMatch(/^[1-9]\d*:\d+$/);
  });

  it.each(services)('%s has a pinned image, or is built here', (name, { image, build }) => {
    expect(image).toMatch(/:\d+\.\d+(\.\d+)?(-[a-z-]+)?$/);
    expect(build !== undefined).toBe(programs.includes(name));
  });

  it('has no secret in it, and no default for one', () => {
    for (const [, { environment = {} }] of services)
      for (const [name, value] of Object.entries(environment))
        if (/PASSWORD|SECRET|TOKEN|KEY|_URL$/.test(name) && !/^(jdbc:postgresql:\/\/[\w:./-]+)$/.test(value))
          expect([name, value]).toEqual([name, expect.stringMatching(/^\/(run\/secrets|secrets|certs)\//)]);
    const text = textOf('docker-compose.yml');
    // ${NAME:?why} refuses to start; only the collector may be left out.
    const variables = [...text.matchAll(/(?<!\$)\$\{([^}]*)\}/g)].map(([, variable]) => variable!);
    expect(variables.filter((variable) => !/^[A-Z_]+:\?./.test(variable))).toEqual([
      'OTEL_EXPORTER_OTLP_ENDPOINT:-',
    ]);
    for (const [name, { file }] of Object.entries(compose.secrets))
      expect([name, file]).toEqual([name, expect.stringMatching(/^\$\{SECRETS_DIR:\?[^}]+\}\/[\w.]+$/)]);
    // Each secret is used, and comes from the table.
    const used = new Set(services.flatMap(([, { secrets = [] }]) => secrets));
    expect([...used].sort()).toEqual(Object.keys(compose.secrets).sort());
  });

  it('names in .env.example what must be set, and no value', () => {
    const lines = textOf('.env.example')
      .split('\n')
      .filter((line) => line && !line.startsWith('#'));
    const asked = [...textOf('docker-compose.yml').matchAll(/(?<!\$)\$\{([A-Z_]+)/g)].map(
      ([, name]) => `${name}=`,
    );
    expect([...lines].sort()).toEqual([...new Set(asked)].sort());
  });

  it('starts the tools only when somebody calls them', () => {
    for (const [name, { profiles }] of services)
      expect([name, profiles]).toEqual([name, name === 'tools' ? ['tools'] : undefined]);
  });

  it('gives the key file to the api alone, and to who calls the tools', () => {
    for (const [name] of services)
      expect([name, secretsOf(name).includes('key_file')]).toEqual([name, name.startsWith('api-')]);
    // A bind of a whole folder could bring it in by another way.
    for (const [name, { volumes = [] }] of services.filter(([name]) => name !== 'tools'))
      for (const volume of volumes)
        expect([name, volume]).toEqual([name, expect.not.stringMatching(/SECRETS_DIR|keys|\/var\/run/)]);
    // And none of the other programs runs as the user to whom it belongs.
    const owner = serviceOf('api-1').user;
    expect(services.filter(([name, { user }]) => user === owner && !name.startsWith('api-'))).toEqual([]);
    expect(secretsOf('worker-1')).toEqual(['notary_key', 'database_worker_url', 'eventstore_url']);
  });

  it('lets nobody but the migrations log in to the database as its owner', () => {
    for (const [name] of services)
      expect([name, secretsOf(name).filter((secret) => /^database_.*url$/.test(secret))]).toEqual([
        name,
        name === 'migrate'
          ? ['database_url']
          : name.startsWith('api-')
            ? ['database_api_url']
            : name.startsWith('worker-')
              ? ['database_worker_url']
              : [],
      ]);
    // As the names of the logins are in the migration that says what each may enter.
    const made = [...textOf('deploy/database-init.sh').matchAll(/CREATE ROLE (\w+) LOGIN (\w+)/g)];
    expect(made.map(([, name, may]) => [name, may])).toEqual([
      ['relocation', 'CREATEROLE'],
      ['relocation_api', 'NOINHERIT'],
      ['relocation_worker', 'NOINHERIT'],
    ]);
    expect(secretsOf('database')).toEqual([
      'database_admin_password',
      'database_password',
      'database_api_password',
      'database_worker_password',
    ]);
  });

  it('has one log: whoever reads or writes events is told where it is, and can reach it', () => {
    for (const name of programs) {
      const { environment = {}, volumes = [] } = serviceOf(name);
      const url = environment['EVENTSTORE_URL_FILE'] ?? '';
      expect([name, url]).toEqual([
        name,
        expect.stringMatching(/^\/(run\/secrets|secrets)\/eventstore_url$/),
      ]);
      expect([name, networksOf(name)]).toEqual([name, expect.arrayContaining(['data', 'log'])]);
      expect([name, volumes]).toEqual([name, expect.arrayContaining(['store-ca:/certs/ca:ro'])]);
      if (url.startsWith('/run/'))
        expect([name, secretsOf(name)]).toContainEqual(expect.arrayContaining(['eventstore_url']));
    }
    // Before the programs there is nobody else who waits for its nodes.
    expect(Object.keys(serviceOf('migrate').depends_on ?? {})).toEqual([
      'database',
      'store-1',
      'store-2',
      'store-3',
    ]);
  });

  it('publishes the proxy and nothing else', () => {
    expect(services.filter(([, { ports }]) => ports !== undefined).map(([name]) => name)).toEqual(['proxy']);
    for (const [name, network] of Object.entries(compose.networks))
      expect([name, network?.internal === true]).toEqual([name, name !== 'outside']);
    expect(services.filter(([name]) => networksOf(name).includes('outside')).map(([name]) => name)).toEqual([
      'proxy',
    ]);
  });

  it('keeps stores and worker out of the network of the proxy, and the login away from the cases', () => {
    const inEdge = services.filter(([name]) => networksOf(name).includes('edge')).map(([name]) => name);
    expect(inEdge.sort()).toEqual(['api-1', 'api-2', 'login', 'proxy', 'tools']);
    for (const name of [...stores, 'worker-1', 'worker-2']) expect(networksOf(name)).not.toContain('edge');
    for (const name of ['login', 'login-database'])
      expect(networksOf(name).filter((network) => ['data', 'log'].includes(network))).toEqual([]);
    // Metrics are shown where operators are, which the proxy is not.
    expect(services.filter(([name]) => networksOf(name).includes('operators')).map(([name]) => name)).toEqual(
      ['api-1', 'api-2', 'worker-1', 'worker-2'],
    );
  });

  it.each(programs)('%s is configured by names that the programs know', (name) => {
    const { environment = {} } = serviceOf(name);
    // Of Node itself: whom to believe besides the authorities it knows.
    const known = [...configVariables(), 'NODE_EXTRA_CA_CERTS'];
    expect(Object.keys(environment).filter((variable) => !known.includes(variable))).toEqual([]);
    const values = Object.fromEntries(
      Object.entries(environment)
        .filter(([variable]) => !variable.endsWith('_FILE'))
        .map(([variable, value]) => [variable, deployment(value)]),
    );
    expect(() => loadConfig(values)).not.toThrow();
  });

  it('gives a program longer to stop than it takes itself', () => {
    const grace = Number(serviceOf('api-1').environment!['STOP_GRACE_SECONDS']);
    // apps/api/drain.ts: 20 s for what is under way, 3 s for the last traces.
    expect(Number.parseInt(serviceOf('api-1').stop_grace_period!, 10)).toBeGreaterThan(grace + 23);
    // The proxy asks every 2 s and waits 3 s for the answer.
    expect(textOf('deploy/Caddyfile')).toMatch(/health_interval 2s\s+health_timeout 3s/);
    expect(grace).toBeGreaterThan(5);
  });

  it('mounts only files that are there', () => {
    const mounted = services.flatMap(([, { volumes = [] }]) =>
      volumes.filter((volume) => volume.startsWith('./')).map((volume) => volume.split(':')[0]!),
    );
    expect(mounted.length).toBeGreaterThan(3);
    expect(mounted.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
    const named = services.flatMap(([, { volumes = [] }]) =>
      volumes
        .map((volume) => volume.split(':')[0]!)
        .filter((volume) => !/^(\.\/|\$\{SECRETS_DIR)/.test(volume)),
    );
    expect([...new Set(named)].sort()).toEqual(Object.keys(compose.volumes).sort());
    // The key of the cluster's authority goes to nobody.
    expect(
      services
        .filter(([, { volumes = [] }]) => volumes.some((volume) => volume.startsWith('store-ca-private')))
        .map(([name]) => name),
    ).toEqual(['certificates']);
  });
});

describe('The Dockerfile', () => {
  const lines = textOf('Dockerfile').split('\n');

  it('runs as nobody special, on a pinned image, with packages of production alone', () => {
    const from = lines.filter((line) => line.startsWith('FROM '));
    expect(from).toHaveLength(3);
    for (const line of from) expect(line).toMatch(/^FROM node:24\.\d+\.\d+-bookworm-slim( AS \w+)?$/);
    const last = lines.slice(lines.lastIndexOf(from.at(-1)!));
    expect(last).toContain('USER 10001:10001');
    expect(last.join('\n')).not.toMatch(/npm ci|COPY (apps|libs)|COPY \./);
    expect(lines).toContain('RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-progress');
  });

  it('runs node as the supervisor of this system does', () => {
    const words = ['node', ...programFlags].map((word) => `"${word}"`).join(', ');
    expect(lines).toContain(`ENTRYPOINT [${words}]`);
  });

  it('is given nothing but what it builds from', () => {
    const [first, ...rest] = textOf('.dockerignore')
      .split('\n')
      .filter((line) => line && !line.startsWith('#'));
    expect(first).toBe('*');
    const copied = lines
      .flatMap((line) => /^COPY (?!--from)(.*) \S+$/.exec(line)?.[1]?.split(' ') ?? [])
      .filter((path, index, all) => all.indexOf(path) === index);
    expect(
      rest
        .filter((line) => line.startsWith('!'))
        .map((line) => line.slice(1))
        .sort(),
    ).toEqual(copied.sort());
  });
});

describe('The realm of the login', () => {
  const realm = JSON.parse(textOf('deploy/realm.json')) as {
    users?: unknown;
    attributes: Record<string, string>;
    clients: {
      publicClient: boolean;
      secret?: string;
      directAccessGrantsEnabled: boolean;
      attributes: Record<string, string>;
      protocolMappers: { config: Record<string, string> }[];
    }[];
  };

  it('has no user and no secret, and no way to a token but the login page', () => {
    expect(realm.users).toBeUndefined();
    expect(realm.clients).toHaveLength(1);
    const [client] = realm.clients;
    expect(client).toMatchObject({
      publicClient: true,
      directAccessGrantsEnabled: false,
      attributes: { 'pkce.code.challenge.method': 'S256' },
    });
    expect(client!.secret).toBeUndefined();
  });

  it('makes tokens of the kind that the api takes: at+jwt, with organisation and level', () => {
    const [client] = realm.clients;
    expect(client!.attributes).toMatchObject({
      'access.token.header.type.rfc9068': 'true',
      'access.token.signed.response.alg': 'ES256',
    });
    const claims = client!.protocolMappers.flatMap(({ config }) => config['claim.name'] ?? []);
    expect(claims.map((claim) => claim.replaceAll('\\.', '.'))).toEqual([
      orgAffiliationClaim,
      orgNumberClaim,
    ]);
    expect(client!.protocolMappers.map(({ config }) => config['included.custom.audience'])).toContain(
      serviceOf('api-1').environment!['OIDC_AUDIENCE'],
    );
    // A password alone is not LoA3.
    expect(JSON.parse(realm.attributes['acr.loa.map']!)).toEqual({ [loa2]: 1, [loa3]: 2 });
  });
});
