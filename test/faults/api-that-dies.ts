import type { EventStore } from '#event-store';
import { Country } from './country.js';
import { openApi } from './office.js';

/**
 * A program for the fault tests: the real api, but its process is killed by SIGKILL when the first append has been
 * committed, before anything can be answered.
 */
const [databaseUrl = '', issuer = '', now = ''] = process.argv.slice(2);
const country = await Country.open(databaseUrl, now);
const { store } = country;
const dying: EventStore = {
  epoch: store.epoch,
  async append(request) {
    await store.append(request);
    process.kill(process.pid, 'SIGKILL');
    throw new Error('a killed process goes on');
  },
  readStream: (...asked) => store.readStream(...asked),
  readAll: (...asked) => store.readAll(...asked),
  head: () => store.head(),
  subscribe: (...asked) => store.subscribe(...asked),
  close: () => store.close(),
};
const { address } = await openApi({ ...country, clock: country.clock, store: dying }, issuer);
process.send?.({ address });
process.on('disconnect', () => process.exit());
