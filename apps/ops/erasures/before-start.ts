import { codec, createExecutor, erasureHandlings, erasureOf, Facts } from '#application';
import { type EventStore, openLog } from '#event-store';
import { type Actor, type DataClass, streamName } from '#kernel';
import { epochInForce, replayTombstones, sweep, Tombstones } from '#personal-data';
import { type Config, createPool, systemClock } from '#platform';
import { contextOf } from './carry-out.js';

/**
 * Runs after the migrations and before any program: what was erased stays so, whatever backup this database comes from.
 * What a backup has brought back is destroyed again, and the read models are told to let go of it. Needs no key.
 * @throws OperatorError when the database knows of an erasure whose tombstone is missing
 */
export const keepErased = async (
  databaseUrl: string,
  { tombstoneFile, eventStore }: Pick<Config, 'tombstoneFile' | 'eventStore'>,
  say: (line: string) => void,
): Promise<void> => {
  const pool = createPool(databaseUrl, { name: 'tombstones', max: 2, statementTimeoutMs: 30 * 60_000 });
  try {
    const tombstones = new Tombstones(tombstoneFile);
    const repeated = await replayTombstones(pool, tombstones);
    if (repeated.length === 0) return;
    await sweep(pool);
    const epoch = await epochInForce(pool);
    const store = await openLog({ databaseUrl, eventStore, codec, name: 'tombstones' });
    try {
      const facts = new Facts(store, async () => undefined);
      const { RepeatErasure } = erasureHandlings({
        facts,
        directory: { findOrganisation: () => undefined },
        sealedStreams: async () => [],
        birthdayOf: async () => undefined,
      });
      const executor = createExecutor(store, undefined);
      const by = await keeper(store);
      const now = () => systemClock.now().toISOString();
      for (const { decisionId, subject, ground, extent, classes, cases, keys } of await tombstones.read())
        if (repeated.includes(decisionId))
          await executor.execute(
            RepeatErasure,
            {
              of: await erasureOf(facts, { extent, subject, cases }),
              decisionId,
              subject,
              ground,
              classes: classes as readonly DataClass[],
              cases,
              destroyedKeys: keys.length,
              epoch,
            },
            contextOf({ by, now }, `repeat ${decisionId}`),
          );
    } finally {
      await store.close();
    }
    say(
      `This database is older than ${repeated.length} erasures: what they destroyed was destroyed again. Run "npm run ops -- rotate-keys" when the system runs.`,
    );
  } finally {
    await pool.end();
  }
};

/** Under its own name, at the office that runs the system, whose token stands with the rules of the country. */
const keeper = async (store: Pick<EventStore, 'readStream'>): Promise<Actor> => {
  const person = 'process:tombstones';
  const rules = await store.readStream(streamName('coordination', 'national'), { limit: 1 });
  return {
    person,
    organisation: rules?.events[0]?.metadata.organisation ?? person,
    agencyKind: 'NATIONAL_COORDINATOR',
  };
};
