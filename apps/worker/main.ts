import { codec } from '#application';
import { openLog } from '#event-store';
import {
  createLogger,
  createPool,
  loadConfig,
  OperatorError,
  runProgram,
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

  const pool = createPool(config.databaseUrl, { name: 'worker', logger: log, max: 16 });
  const store = await openLog({
    databaseUrl: config.databaseUrl,
    eventStore: config.eventStore,
    codec,
    name: 'worker',
    onTrouble: ({ code }) => log.warn('the event store had trouble', { code }),
  });
  const worker = createWorker({ store, pool, clock: systemClock, log, roles: config.workerRoles });
  worker.start();
  log.info('the worker runs');
  tellReady();

  log.info('the worker stops', { signal: await told });
  await worker.stop();
  await store.close();
  await pool.end();
});
