import { join } from 'node:path';
import { codec, hasLostItsKeys, inventedMachines, inventedOfficials } from '#application';
import { observed, openLog } from '#event-store';
import { dataClasses } from '#kernel';
import {
  createLogger,
  createPool,
  loadConfig,
  logMetrics,
  Metrics,
  openServicePort,
  OperatorError,
  readKeyFile,
  refuseOwner,
  runProgram,
  startTracing,
  systemClock,
  tellReady,
  untilToldToStop,
} from '#platform';
import { createApi } from './create-api.js';
import { Drain } from './drain.js';
import { rereading, watchKeyFile } from './key-watch.js';
import { wire } from './wire.js';

await runProgram(async () => {
  const told = untilToldToStop();
  const config = loadConfig();
  const log = createLogger({ component: 'api', level: config.logLevel });
  if (!config.databaseUrl) throw new OperatorError('Set DATABASE_URL, or start everything with npm start.');

  // Nothing is counted where nobody can ask for it.
  const metrics = config.servicePort === undefined ? undefined : new Metrics();
  const counted = metrics && logMetrics(metrics);
  const tracing = await startTracing({
    endpoint: config.otlpEndpoint,
    component: 'api',
    onTrouble: () => log.warn('traces could not be sent'),
  });
  const { keyFile, databaseFolder } = config;
  const readKeys = () => readKeyFile({ path: keyFile, databaseFolder, dataClasses });
  const keys = await readKeys();
  const pool = createPool(config.databaseUrl, { name: 'api', logger: log });
  await refuseOwner(pool, 'api');
  const opened = await openLog({
    databaseUrl: config.databaseUrl,
    eventStore: config.eventStore,
    codec,
    name: 'api',
    onTrouble: ({ code }) => log.warn('the event store had trouble', { code }),
    ...(counted && { onBatch: counted.onBatch }),
  });
  if (config.eventStore && (await hasLostItsKeys(opened, pool)))
    throw new OperatorError(
      'The log on the server of EVENTSTORE_URL holds sealed values, but the database has never held a key: put back the database that belongs to this log, or set EVENTSTORE_LOG to a new name.',
    );
  const store = counted ? observed(opened, counted.onAppend) : opened;
  // Loaded only where it is wanted: a real system has nothing of it in memory.
  const devIssuer =
    config.oidcIssuer === undefined
      ? await (
          await import('./issuer/dev-issuer.js')
        ).startDevIssuer({
          officials: inventedOfficials,
          machines: inventedMachines,
          audience: config.oidcAudience,
          keyFile: join(config.dataDir, 'keys', 'dev-issuer.json'),
          machineKeyFile: join(config.dataDir, 'keys', 'dev-case-systems.json'),
          port: config.issuerPort,
          clock: systemClock,
        })
      : undefined;
  const issuer = config.oidcIssuer ?? devIssuer?.issuer ?? '';
  const drain = new Drain();
  const options = wire({
    store,
    pool,
    keys,
    rereadKeys: rereading(readKeys),
    clock: systemClock,
    log,
    issuer,
    audience: config.oidcAudience,
    limits: config.limits,
    trustedProxies: config.trustedProxies,
    ...(config.oidcClients && { clients: config.oidcClients }),
    ...(metrics && { meter: metrics }),
    ...(tracing && { tracer: tracing.tracer }),
    draining: () => drain.begun,
  });
  const api = await createApi(options);
  const unwatch = await watchKeyFile(
    keyFile,
    readKeys,
    (renewed) => options.application?.renewKeys(renewed),
    log,
  );
  const servicePort =
    metrics &&
    (await openServicePort({
      host: config.serviceHost,
      port: config.servicePort ?? 0,
      metrics,
      healthChecks: [...options.healthChecks, { name: 'running', check: async () => !drain.begun }],
    }));
  await api.listen(config.port, config.host).catch((error: unknown) => {
    throw new OperatorError(
      `HOST and PORT name no place where this machine can listen (${(error as NodeJS.ErrnoException).code ?? 'no reason given'}).`,
      {
        cause: error,
      },
    );
  });
  log.info('the api listens', { port: config.port });
  tellReady();

  log.info('the api stops', { signal: await told });
  // Running requests end first; then what they stand on.
  await drain.end(api, config.stopGraceSeconds * 1_000);
  unwatch();
  await devIssuer?.close();
  await store.close();
  await pool.end();
  await tracing?.close();
  await servicePort?.close();
  log.info('the api has stopped');
});
