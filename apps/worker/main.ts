import { codec } from '#application';
import { createVerbatimCodec, observed, openLog } from '#event-store';
import { ensureNotaryKey } from '#notary';
import {
  createLogger,
  createPool,
  loadConfig,
  logMetrics,
  Metrics,
  openServicePort,
  OperatorError,
  refuseOwner,
  runProgram,
  startTracing,
  systemClock,
  tellReady,
  untilToldToStop,
} from '#platform';
import { followsLog } from '#subscriptions';
import { createWorker } from './create-worker.js';

await runProgram(async () => {
  const told = untilToldToStop();
  const config = loadConfig();
  const log = createLogger({ component: 'worker', level: config.logLevel });
  if (!config.databaseUrl)
    throw new OperatorError('Set DATABASE_URL for the worker alone, or start everything with npm start.');

  // Nothing is counted where nobody can ask for it.
  const metrics = config.workerServicePort === undefined ? undefined : new Metrics();
  const counted = metrics && logMetrics(metrics);
  const tracing = await startTracing({
    endpoint: config.otlpEndpoint,
    component: 'worker',
    onTrouble: () => log.warn('traces could not be sent'),
  });
  const pool = createPool(config.databaseUrl, { name: 'worker', logger: log, max: 16 });
  await refuseOwner(pool, 'worker');
  const open = {
    databaseUrl: config.databaseUrl,
    eventStore: config.eventStore,
    onTrouble: ({ code }: { code: string }) => log.warn('the event store had trouble', { code }),
  };
  const opened = await openLog({
    ...open,
    codec,
    name: 'worker',
    ...(counted && { onBatch: counted.onBatch }),
  });
  const store = counted ? observed(opened, counted.onAppend) : opened;
  const notary = config.workerRoles.includes('notary')
    ? {
        signer: await ensureNotaryKey(
          { path: config.notaryKeyFile, databaseFolder: config.databaseFolder },
          pool,
        ),
        // Events as they were stored: what is hashed must not change with the code that reads it.
        store: await openLog({ ...open, codec: createVerbatimCodec(), name: 'notary' }),
      }
    : undefined;
  const worker = createWorker({
    store,
    pool,
    clock: systemClock,
    log,
    roles: config.workerRoles,
    settings: { leaseMs: config.workerLeaseMs },
    ...(metrics && { meter: metrics }),
    ...(tracing && { tracer: tracing.tracer }),
    ...(notary && { notary }),
  });
  worker.start();
  let stopping = false;
  const servicePort =
    metrics &&
    (await openServicePort({
      host: config.serviceHost,
      port: config.workerServicePort ?? 0,
      metrics,
      healthChecks: [
        { name: 'database', check: async () => (await pool.query('SELECT 1')).rowCount === 1 },
        { name: 'store', check: () => store.head().then(() => true) },
        {
          name: 'subscriptions',
          check: async () => worker.status().every(({ failure }) => failure === undefined),
        },
        {
          name: 'lag',
          check: followsLog(
            store,
            async () => worker.status().map(({ position }) => position),
            () => systemClock.now(),
          ),
          vital: false,
        },
        { name: 'running', check: async () => !stopping },
      ],
    }));
  log.info('the worker runs');
  tellReady();

  log.info('the worker stops', { signal: await told });
  stopping = true;
  await worker.stop();
  await notary?.store.close();
  await store.close();
  await pool.end();
  await tracing?.close();
  await servicePort?.close();
  log.info('the worker has stopped');
});
