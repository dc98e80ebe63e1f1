import { describe, expect, it } from '@jest/globals';
import { rules2026 } from '#domain/coordination';
import { randomKeyMaterial } from '../../personal-data/testing/key-material.js';
import { boardId, coordinatorId, policeId } from '../reference/organisations.js';
import { World } from '../testing/world.js';
import { seed } from './seed.js';

/** Everything that stands in the log of an invented country which was loaded under keys of its own. */
const logOfNewCountry = async () => {
  const { store, executor, handlings, directory } = World.inMemory(randomKeyMaterial());
  await seed({
    store,
    executor,
    handlings,
    directory,
    rules: rules2026.rules,
    organisations: [coordinatorId, policeId('syd'), ...['1280', '2284', '2480'].map(boardId)],
  });
  return store.readAll(undefined, 1_000);
};

describe('the invented country', () => {
  it('has no id in its log from which a board or an official could be found without the keys', async () => {
    const idsOf = async () => {
      const events = (await logOfNewCountry()).filter(({ type }) => type !== 'RulesEnacted');
      // Repetitions of `id` inside data: that of the appointment.
      const text = JSON.stringify(
        events.map(({ id, stream, data, metadata }) => [id, stream, data, metadata]),
      );
      return { events, ids: new Set(text.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|t1\d+-[\w-]{43}/g)) };
    };
    const [one, other] = [await idsOf(), await idsOf()];
    expect(one.events.length).toBeGreaterThan(20);
    expect(one.ids.size).toBeGreaterThan(one.events.length);
    // What were the same under any keys, everybody who has the list of municipalities could compute.
    expect([...one.ids].filter((id) => other.ids.has(id))).toEqual([]);
  });
});
