import { codec } from '#application';
import { openPostgresEventStore } from '#event-store/postgres';
import { createPool } from '#platform';
import { allProjections } from '#projections';
import { rebuild } from '#subscriptions';

// A rebuild of all read models whose process is killed after some pages.
const [databaseUrl = '', pages = '0'] = process.argv.slice(2);

const pool = createPool(databaseUrl, { name: 'rebuild', max: 12 });
const store = await openPostgresEventStore({ connection: { connectionString: databaseUrl }, codec });
let taken = 0;
await rebuild({
  store,
  pool,
  projections: allProjections,
  pageSize: 20,
  onProgress: () => {
    taken += 1;
    if (taken === Number(pages)) process.kill(process.pid, 'SIGKILL');
  },
});
