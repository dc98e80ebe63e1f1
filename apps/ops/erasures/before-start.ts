import { codec, createExecutor, erasureHandlings, erasureOf, erasureProgress, Facts } from '#application';
import { type EventStore, openLog } from '#event-store';
import { type Actor, type DataClass, streamName } from '#kernel';
import { epochInForce, highestDestroyedEpoch, replayTombstones, sweep, Tombstones } from '#personal-data';
import { type Config, createPool, systemClock } from '#platform';
import { contextOf } from './carry-out.js';

/**
 * Runs after the migrations and before any program: what was erased stays so, whatever backup this database comes from.
 * What a backup has brought back is destroyed again, and the read models are told to let go of it. Needs no key.
 * Whether they were told stands in the log: a start that died after it had destroyed is made up for by the next. What waits
 * in the log to be carried out is not told here: it is complete only under a new epoch. Until there is one beyond everything
 * that was destroyed, each start says so.
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
    const done = (await tombstones.read()).filter((one) => one.done);
    if (done.length === 0) return;
    const store = await openLog({ databaseUrl, eventStore, codec, name: 'tombstones' });
    try {
      const facts = new Facts(store, async () => undefined);
      const { RepeatErasure } = erasureHandlings({
        facts,
        directory: { findOrganisation: () => undefined },
        sealedStreams: async () => [],
        birthdayOf: async () => undefined,
      });
      const found = await Promise.all(
        done.map(async (one) => {
          const of = await erasureOf(facts, one);
          return { ...one, of, progress: await erasureProgress(facts, of, one.decisionId) };
        }),
      );
      const untold = found.filter(({ progress }) => progress === 'UNKNOWN');
      const waiting = found.filter(({ progress }) => progress === 'DECIDED');
      if (waiting.length > 0)
        say(
          `${waiting.length} erasures are not complete: run "npm run ops -- erasure carry-out" to its end.`,
        );
      const epoch = await epochInForce(pool);
      // As long as it is so, a class key that is there opens what old pages hold; where something waits, carry-out sees to it.
      const isBehind = waiting.length === 0 && epoch <= (await highestDestroyedEpoch(pool, tombstones));
      if (repeated.length > 0 || untold.length > 0 || isBehind) {
        await sweep(pool);
        // Said before it is in the log: whoever dies in between says it again.
        say(
          'A backup may have brought back what was erased: it was destroyed again. Run "npm run ops -- rotate-keys" when the system runs: until then a copy of this database may open with this key file.',
        );
      }
      if (untold.length === 0) return;
      const executor = createExecutor(store, undefined);
      const by = await keeper(store);
      const now = () => systemClock.now().toISOString();
      for (const { of, decisionId, subject, ground, classes, cases, keys } of untold)
        await executor.execute(
          RepeatErasure,
          {
            of,
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
