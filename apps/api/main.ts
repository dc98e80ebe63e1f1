import { join } from 'node:path';
import { codec, inventedOfficials } from '#application';
import { openLog } from '#event-store';
import { dataClasses } from '#kernel';
import {
  createLogger,
  createPool,
  loadConfig,
  OperatorError,
  readKeyFile,
  systemClock,
  tellReady,
  untilToldToStop,
} from '#platform';
import { createApi } from './create-api.js';
import { startDevIssuer } from './issuer/dev-issuer.js';
import { wire } from './wire.js';

const told = untilToldToStop();
const config = loadConfig();
const log = createLogger({ component: 'api', level: config.logLevel });
if (!config.databaseUrl) throw new OperatorError('Set DATABASE_URL, or start everything with npm start.');

const keys = await readKeyFile({ path: config.keyFile, databaseFolder: config.databaseFolder, dataClasses });
const pool = createPool(config.databaseUrl, { name: 'api', logger: log });
const store = await openLog({
  databaseUrl: config.databaseUrl,
  eventStore: config.eventStore,
  codec,
  name: 'api',
  onTrouble: ({ code }) => log.warn('the event store had trouble', { code }),
});
const devIssuer =
  config.oidcIssuer === undefined
    ? await startDevIssuer({
        officials: inventedOfficials,
        audience: config.oidcAudience,
        keyFile: join(config.dataDir, 'keys', 'dev-issuer.json'),
        port: config.issuerPort,
        clock: systemClock,
      })
    : undefined;
const issuer = config.oidcIssuer ?? devIssuer?.issuer ?? '';
const api = await createApi(
  wire({ store, pool, keys, clock: systemClock, log, issuer, audience: config.oidcAudience }),
);
await api.listen(config.port, config.host);
log.info('the api listens', { port: config.port });
tellReady();

log.info('the api stops', { signal: await told });
// Running requests end first; then what they stand on.
await api.close();
await devIssuer?.close();
await store.close();
await pool.end();
