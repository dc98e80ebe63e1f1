import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MemoryEventStore } from '#event-store/memory';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { randomKeyMaterial } from '../personal-data/testing/key-material.js';
import { hasLostItsKeys } from './lost-keys.js';
import { openCase } from './testing/steps.js';
import { World } from './testing/world.js';

let its: TestDatabase;
let another: TestDatabase;
beforeAll(async () => {
  [its, another] = await Promise.all([createTestDatabase(), createTestDatabase()]);
});
afterAll(() => Promise.all([its.close(), another.close()]));

describe('a log that is not in the database', () => {
  it('is fit for a new database until something is sealed in it, and from then on only for its own', async () => {
    const store = new MemoryEventStore();
    const fit = async () => ({
      its: !(await hasLostItsKeys(store, its.pool)),
      another: !(await hasLostItsKeys(store, another.pool)),
    });
    expect(await fit()).toEqual({ its: true, another: true });
    const world = await (await World.inDatabase(store, its.pool, randomKeyMaterial())).found();
    await openCase(world);
    expect(await fit()).toEqual({ its: true, another: false });

    // Erased: nothing can be opened any more, and so it shall be.
    await its.pool.query('DELETE FROM vault.keys');
    expect(await fit()).toEqual({ its: true, another: false });
  });
});
