import { codec } from '#application';
import { observed, openLog } from '#event-store';
import {
  createLogger,
  createPool,
  loadConfig,
  logMetrics,
  Metrics,
  openServicePort,
  OperatorError,
  runProgram,
  startTracing,
  systemClock,
  tellReady,
  untilToldToStop,
} from '#platform';
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
  const opened = await openLog({
    databaseUrl: config.databaseUrl,
    eventStore: config.eventStore,
    codec,
    name: 'worker',
    onTrouble: ({ code }) => log.warn('the event store had trouble', { code }),
    ...(counted && { onBatch: counted.onBatch }),
  });
  const store = counted ? observed(opened, counted.onAppend) : opened;
  const worker = createWorker({
    store,
    pool,
    clock: systemClock,
    log,
    roles: config.workerRoles,
    settings: { leaseMs: config.workerLeaseMs },
    ...(metrics && { meter: metrics }),
    ...(tracing && { tracer: tracing.tracer }),
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
        { name: 'running', check: async () => !stopping },
      ],
    }));
  log.info('the worker runs');
  tellReady();

  log.info('the worker stops', { signal: await told });
  stopping = true;
  await worker.stop();
  await store.close();
  await pool.end();
  await tracing?.close();
  await servicePort?.close();
  log.info('the worker has stopped');
});
