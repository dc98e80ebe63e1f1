import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, relative, resolve, isAbsolute } from 'node:path';
import { z } from 'zod';
import { logLevels } from './logger.js';
import { OperatorError } from './operator-error.js';

export const workerRoles = ['projections', 'processes', 'deadlines', 'notary', 'log-review'] as const;
export type WorkerRole = (typeof workerRoles)[number];

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a whole number from 1 to 65535')
  .transform(Number)
  .refine((value) => value >= 1 && value <= 65_535, 'must be a whole number from 1 to 65535');

const url = (protocols: readonly string[], example: string) =>
  z
    .string()
    .refine(
      (value) =>
        URL.canParse(value) && protocols.includes(new URL(value).protocol) && isComplete(new URL(value)),
      `must be a URL such as ${example}`,
    );

/** With a machine in it (a PostgreSQL on a socket is named by ?host=), and with every %-escape readable. */
const isComplete = ({ hostname, username, password, pathname, searchParams }: URL): boolean => {
  try {
    [username, password, pathname].forEach(decodeURIComponent);
  } catch {
    return false;
  }
  return hostname !== '' || searchParams.has('host');
};

/** The issuer's keys come from there: over plain HTTP they could be anybody's. */
const isProtected = (issuer: string): boolean => {
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
};

/** An address or a name of a machine (RFC 1123). */
const host = z
  .string()
  .refine(
    (value) =>
      isIP(value) !== 0 ||
      (!/^[\d.]+$/.test(value) && /^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i.test(value)),
    'must be an address or a name of this machine, such as 127.0.0.1',
  );

/** What is only blanks was meant to be something. */
const text = z.string().refine((value) => value.trim() === value, 'must not begin or end with a blank');

// The WHATWG parser knows no list of hosts.
const storeHost = String.raw`[A-Za-z0-9.-]+(?::\d{1,5})?`;
const eventStoreUrl = new RegExp(
  String.raw`^esdb(?:\+discover)?://(?:[^:@/?]+:[^@/?]+@)?${storeHost}(?:,${storeHost})*/?(?:\?[^=&?]+=[^&?]+(?:&[^=&?]+=[^&?]+)*)?$`,
);

const roles = z.string().transform((text, context): readonly WorkerRole[] => {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const wrong = names.some((name) => !(workerRoles as readonly string[]).includes(name));
  if (wrong) {
    context.addIssue({ code: 'custom', message: `must be a list with commas of ${workerRoles.join(', ')}` });
    return z.NEVER;
  }
  return names as WorkerRole[];
});

const secondsBetween = (from: number, to: number) => {
  const rule = `must be a whole number from ${from} to ${to}`;
  return z
    .string()
    .regex(/^\d{1,5}$/, rule)
    .transform(Number)
    .refine((value) => value >= from && value <= to, rule);
};

const count = z
  .string()
  .regex(/^\d{1,7}$/, 'must be a whole number from 1 to 1000000')
  .transform(Number)
  .refine((value) => value >= 1 && value <= 1_000_000, 'must be a whole number from 1 to 1000000');

/** A list with commas, each of which must hold. */
const listOf = (holds: (one: string) => boolean, rule: string) =>
  z
    .string()
    .transform((text): readonly string[] => text.split(',').map((one) => one.trim()))
    .refine((all) => all.every(holds), rule);

/** One machine, or a network with the length of its prefix. */
const isNetwork = (value: string): boolean => {
  const [address = '', prefix, more] = value.split('/');
  const version = isIP(address);
  if (version === 0 || more !== undefined) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= (version === 4 ? 32 : 128);
};

/** Every variable of the environment that the programs read: nothing else configures them. */
const schema = z.object({
  HOST: host.default('127.0.0.1').describe('Address on which the API listens.'),
  PORT: port.prefault('3000').describe('Port of the API.'),
  DATA_DIR: text
    .default('./data')
    .describe('Folder of everything that npm start keeps: embedded database, key file, logs.'),
  DATABASE_URL: url(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/database')
    .optional()
    .describe(
      'PostgreSQL to use instead of the embedded one. For npm start and the tools its user owns the database and may create roles (CREATEROLE); the api and the worker have logins of their own that own nothing.',
    ),
  DATABASE_PORT: port
    .prefault('54320')
    .describe('Loopback port of the embedded database; another one is taken, and said, when it is in use.'),
  EVENTSTORE_URL: z
    .string()
    .regex(eventStoreUrl, 'must be a URL such as esdb://user:password@host:2113 or esdb+discover://host')
    .optional()
    .describe(
      'EventStoreDB that keeps the event log; TLS, user and members of the cluster stand in it. Read models and keys stay in PostgreSQL, and without it so does the log.',
    ),
  EVENTSTORE_LOG: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,39}$/, 'must be small letters and digits')
    .default('relocation')
    .describe(
      'Name of the log on EventStoreDB: its streams begin with it, so that one server can hold several.',
    ),
  KEY_FILE: z
    .string()
    .optional()
    .describe(
      'File with the class keys and the routing key, mode 0600, never in the folder of the database.',
    ),
  NOTARY_KEY_FILE: z
    .string()
    .optional()
    .describe(
      'File with the key that signs checkpoints of the log, mode 0600, for the worker alone; never in the folder of the database.',
    ),
  TOMBSTONE_FILE: z
    .string()
    .optional()
    .describe(
      'File that says what was erased, apart from the database and its backups; migrate and npm start replay it first.',
    ),
  OIDC_ISSUER: url(['https:', 'http:'], 'https://login.example.se')
    .refine((value) => !URL.canParse(value) || isProtected(value), 'must be https, but on this machine')
    .optional()
    .describe(
      'Issuer of the access tokens; when absent an issuer for development with invented officials is started.',
    ),
  OIDC_AUDIENCE: text.default('relocation-coordination').describe('Audience that an access token must name.'),
  OIDC_CLIENTS: listOf((client) => /^\S+$/.test(client), 'must be a list with commas of client ids')
    .optional()
    .describe(
      'Clients with which officials log in: a list with commas. Any that the issuer gives tokens for this audience when absent.',
    ),
  RATE_LIMIT_REQUESTS: count
    .prefault('600')
    .describe(
      'Requests a minute of one official; each API counts for itself, so with two it is up to twice as many.',
    ),
  RATE_LIMIT_REFUSALS: count
    .prefault('30')
    .describe('Refused requests a minute of one official, unknown ids among them; more are not answered.'),
  RATE_LIMIT_FAILED_LOGINS: count
    .prefault('60')
    .describe('Requests a minute from one address without a good token; those with one are not counted.'),
  TRUSTED_PROXIES: listOf(
    isNetwork,
    'must be a list with commas of addresses and networks such as 10.0.0.0/24',
  )
    .optional()
    .describe(
      'Proxies whose X-Forwarded-For is believed: a list with commas of addresses and networks such as 10.0.0.0/24. Nobody is when absent.',
    ),
  ISSUER_PORT: port.prefault('3001').describe('Loopback port of the issuer for development.'),
  LOG_LEVEL: z
    .enum(logLevels, `must be one of ${logLevels.join(', ')}`)
    .default('info')
    .describe('Least severe level that is logged.'),
  WORKER_ROLES: roles
    .prefault(workerRoles.join(','))
    .describe(`What the worker does: a list with commas of ${workerRoles.join(', ')}.`),
  WORKER_LEASE_SECONDS: secondsBetween(1, 60)
    .prefault('10')
    .describe('After so many seconds without a sign of life another worker takes over what this one did.'),
  SERVICE_HOST: host
    .default('127.0.0.1')
    .describe('Address on which SERVICE_PORT and WORKER_SERVICE_PORT listen; they ask nobody who they are.'),
  SERVICE_PORT: port
    .optional()
    .describe('Port of the API for its operators: metrics and health. None is opened when it is absent.'),
  WORKER_SERVICE_PORT: port.optional().describe('The same of the worker, which listens nowhere else.'),
  STOP_GRACE_SECONDS: secondsBetween(0, 60)
    .prefault('0')
    .describe(
      'How long a stopping API says that it is not ready, and still answers, before it takes no more connections.',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(['https:', 'http:'], 'http://collector.example.se:4318')
    .optional()
    .describe('Collector that traces are sent to, OTLP over HTTP; nothing is traced when it is absent.'),
});

type Variable = keyof typeof schema.shape;

/** The names of all variables, those of the files included. */
export const configVariables = (): readonly string[] => [
  ...Object.keys(schema.shape),
  ...secretVariables.map((name) => `${name}_FILE`),
];

export interface Config {
  readonly host: string;
  readonly port: number;
  /** Absolute, like every path here. */
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly databasePort: number;
  /** The log on EventStoreDB; undefined when it is in the database. */
  readonly eventStore: { readonly url: string; readonly log: string } | undefined;
  /** Where the embedded database's files lie; no key may lie in there. */
  readonly databaseFolder: string;
  readonly keyFile: string;
  readonly notaryKeyFile: string;
  readonly tombstoneFile: string;
  readonly oidcIssuer: string | undefined;
  readonly oidcAudience: string;
  readonly oidcClients: readonly string[] | undefined;
  /** A minute, for one process. */
  readonly limits: { readonly requests: number; readonly refusals: number; readonly failedLogins: number };
  readonly trustedProxies: readonly string[];
  readonly issuerPort: number;
  readonly logLevel: (typeof logLevels)[number];
  readonly workerRoles: readonly WorkerRole[];
  readonly workerLeaseMs: number;
  readonly serviceHost: string;
  readonly servicePort: number | undefined;
  readonly workerServicePort: number | undefined;
  readonly stopGraceSeconds: number;
  readonly otlpEndpoint: string | undefined;
}

/**
 * Reads the configuration. An empty variable counts as absent; one that is set goes before its file.
 * @throws OperatorError with the name of each wrong variable and the reason; a rejected value is never repeated
 */
export const loadConfig = (environment: NodeJS.ProcessEnv = process.env): Config => {
  const given = Object.fromEntries(
    (Object.keys(schema.shape) as Variable[]).flatMap((name) => {
      const value = environment[name] || fromFile(name, environment);
      return value ? [[name, value]] : [];
    }),
  );
  const parsed = schema.safeParse(given);
  const wrong = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  if (!parsed.success) throw new OperatorError(`The configuration is wrong: ${wrong.join('; ')}.`);
  const values = parsed.data;
  const dataDir = resolve(values.DATA_DIR);
  const config: Config = {
    host: values.HOST,
    port: values.PORT,
    dataDir,
    databaseUrl: values.DATABASE_URL,
    databasePort: values.DATABASE_PORT,
    eventStore:
      values.EVENTSTORE_URL === undefined
        ? undefined
        : { url: values.EVENTSTORE_URL, log: values.EVENTSTORE_LOG },
    databaseFolder: join(dataDir, 'postgres'),
    keyFile: resolve(values.KEY_FILE ?? join(dataDir, 'keys', 'keys.json')),
    notaryKeyFile: resolve(values.NOTARY_KEY_FILE ?? join(dataDir, 'keys', 'notary.json')),
    tombstoneFile: resolve(values.TOMBSTONE_FILE ?? join(dataDir, 'keys', 'tombstones.jsonl')),
    oidcIssuer: values.OIDC_ISSUER,
    oidcAudience: values.OIDC_AUDIENCE,
    oidcClients: values.OIDC_CLIENTS,
    limits: {
      requests: values.RATE_LIMIT_REQUESTS,
      refusals: values.RATE_LIMIT_REFUSALS,
      failedLogins: values.RATE_LIMIT_FAILED_LOGINS,
    },
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    issuerPort: values.ISSUER_PORT,
    logLevel: values.LOG_LEVEL,
    workerRoles: values.WORKER_ROLES,
    workerLeaseMs: values.WORKER_LEASE_SECONDS * 1_000,
    serviceHost: values.SERVICE_HOST,
    servicePort: values.SERVICE_PORT,
    workerServicePort: values.WORKER_SERVICE_PORT,
    stopGraceSeconds: values.STOP_GRACE_SECONDS,
    otlpEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
  };
  for (const [name, path] of [
    ['KEY_FILE', config.keyFile],
    ['NOTARY_KEY_FILE', config.notaryKeyFile],
    ['TOMBSTONE_FILE', config.tombstoneFile],
  ] as const)
    if (isInside(path, config.databaseFolder))
      throw new OperatorError(
        `The configuration is wrong: ${name} must not lie in the folder of the database (${config.databaseFolder}), where a copy of the database would carry the keys.`,
      );
  const ports = [
    ['PORT', config.port],
    ['SERVICE_PORT', config.servicePort],
    ['WORKER_SERVICE_PORT', config.workerServicePort],
    ['ISSUER_PORT', config.oidcIssuer === undefined ? config.issuerPort : undefined],
    ['DATABASE_PORT', config.databaseUrl === undefined ? config.databasePort : undefined],
  ] as const;
  ports.forEach(([name, port], index) => {
    const [twin] = ports.slice(0, index).find(([, other]) => port !== undefined && other === port) ?? [];
    if (twin)
      throw new OperatorError(`The configuration is wrong: ${name} must be another port than ${twin}.`);
  });
  return config;
};

/** Variables with a password in them: they may come from a file, as secrets of containers do, named by `<NAME>_FILE`. */
export const secretVariables = ['DATABASE_URL', 'EVENTSTORE_URL'] as const satisfies readonly Variable[];

const fromFile = (name: Variable, environment: NodeJS.ProcessEnv): string | undefined => {
  const path = environment[`${name}_FILE`];
  if (!path || !(secretVariables as readonly string[]).includes(name)) return undefined;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new OperatorError(`The configuration is wrong: the file that ${name}_FILE names cannot be read.`, {
      cause: error,
    });
  }
};

export const isInside = (path: string, folder: string): boolean => {
  const way = relative(folder, path);
  return (
    way === '' || (!isAbsolute(way) && way !== '..' && !way.startsWith('../') && !way.startsWith('..\\'))
  );
};

export interface ConfigLine {
  readonly name: string;
  /** As in force, with secrets masked; empty when absent. */
  readonly value: string;
  readonly source: 'environment' | 'file' | 'default';
  readonly description: string;
}

/** The configuration in force, for people: passwords in URLs are masked. */
export const describeConfig = (
  config: Config,
  environment: NodeJS.ProcessEnv = process.env,
): readonly ConfigLine[] => {
  const inForce: Record<Variable, string> = {
    HOST: config.host,
    PORT: String(config.port),
    DATA_DIR: config.dataDir,
    DATABASE_URL: config.databaseUrl === undefined ? '' : masked(config.databaseUrl),
    DATABASE_PORT: String(config.databasePort),
    // Its query holds settings and paths, no secrets.
    EVENTSTORE_URL: config.eventStore?.url.replace(/:[^:@/?]+@/, ':***@') ?? '',
    EVENTSTORE_LOG: config.eventStore?.log ?? '',
    KEY_FILE: config.keyFile,
    NOTARY_KEY_FILE: config.notaryKeyFile,
    TOMBSTONE_FILE: config.tombstoneFile,
    OIDC_ISSUER: config.oidcIssuer === undefined ? '' : masked(config.oidcIssuer),
    OIDC_AUDIENCE: config.oidcAudience,
    OIDC_CLIENTS: (config.oidcClients ?? []).join(','),
    RATE_LIMIT_REQUESTS: String(config.limits.requests),
    RATE_LIMIT_REFUSALS: String(config.limits.refusals),
    RATE_LIMIT_FAILED_LOGINS: String(config.limits.failedLogins),
    TRUSTED_PROXIES: config.trustedProxies.join(','),
    ISSUER_PORT: String(config.issuerPort),
    LOG_LEVEL: config.logLevel,
    WORKER_ROLES: config.workerRoles.join(','),
    WORKER_LEASE_SECONDS: String(config.workerLeaseMs / 1_000),
    SERVICE_HOST: config.serviceHost,
    SERVICE_PORT: String(config.servicePort ?? ''),
    WORKER_SERVICE_PORT: String(config.workerServicePort ?? ''),
    STOP_GRACE_SECONDS: String(config.stopGraceSeconds),
    OTEL_EXPORTER_OTLP_ENDPOINT: config.otlpEndpoint === undefined ? '' : masked(config.otlpEndpoint),
  };
  return (Object.keys(schema.shape) as Variable[]).map((name) => ({
    name,
    value: inForce[name],
    source: environment[name] ? 'environment' : fromFile(name, environment) ? 'file' : 'default',
    description: schema.shape[name].description ?? '',
  }));
};

/** A URL without its secrets: the password, and every value in its query (a driver takes passwords there, too). */
const masked = (text: string): string => {
  const shown = new URL(text);
  if (shown.password) shown.password = '***';
  for (const name of [...shown.searchParams.keys()]) shown.searchParams.set(name, '***');
  return shown.href;
};
