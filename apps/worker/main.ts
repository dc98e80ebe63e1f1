import { codec } from '#application';
import { createVerbatimCodec, openLog } from '#event-store';
import { ensureNotaryKey } from '#notary';
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
  const open = {
    databaseUrl: config.databaseUrl,
    eventStore: config.eventStore,
    onTrouble: ({ code }: { code: string }) => log.warn('the event store had trouble', { code }),
  };
  const store = await openLog({ ...open, codec, name: 'worker' });
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
    ...(notary && { notary }),
  });
  worker.start();
  log.info('the worker runs');
  tellReady();

  log.info('the worker stops', { signal: await told });
  await worker.stop();
  await notary?.store.close();
  await store.close();
  await pool.end();
});
