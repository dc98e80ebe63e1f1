import { Application, codec, seed as seedCountry } from '#application';
import { rules2026 } from '#domain/coordination';
import { openLog } from '#event-store';
import { dataClasses } from '#kernel';
import { createPool, readKeyFile } from '#platform';
import type { Seed } from './up.js';

/** Loads the invented country; does nothing when it is there. */
export const seed: Seed = async ({ config, databaseUrl, say }) => {
  const keys = await readKeyFile({
    path: config.keyFile,
    databaseFolder: config.databaseFolder,
    dataClasses,
  });
  const pool = createPool(databaseUrl, { name: 'seed', max: 4 });
  const store = await openLog({ databaseUrl, eventStore: config.eventStore, codec, name: 'seed' });
  try {
    // The seed names everybody itself: nothing has to be looked up.
    const proposals = { caseOf: async () => undefined, officialsHolding: async () => [] };
    const { executor, handlings, directory } = new Application({ store, pool, proposals }, keys);
    const loaded = await seedCountry({ store, executor, handlings, directory, rules: rules2026.rules });
    if (loaded) say('Loaded an invented country: boards, officials with appointments, capacity, rules.');
  } finally {
    await store.close();
    await pool.end();
  }
};
