import { codec } from '#application';
import { openLog } from '#event-store';
import { createPool, OperatorError } from '#platform';
import { allProjections } from '#projections';
import { AlreadyRebuilding, rebuild, RebuildStopped } from '#subscriptions';
import { Progress, shareOf } from './progress.js';
import { projectionsNamed } from './read-models.js';
import { say, type Verb } from './verb.js';
import { withDatabase } from './with-database.js';

/** Comparing two read models of a large log takes longer than any statement of a request, in milliseconds. */
const statementTimeoutMs = 30 * 60_000;

export const verb: Verb = {
  register: (program) => {
    program
      .command('rebuild')
      .description(
        'Make a read model anew from the first event, beside the live one, and switch when it has caught up. ' +
          'Goes on where it was interrupted; skips nothing.',
      )
      .argument('<read model>', `all, or one of ${allProjections.map(({ name }) => name).join(', ')}`)
      .option('--anew', 'forget what an interrupted rebuild, perhaps of an older build, has left')
      .action((name: string, { anew }: { anew?: boolean }) =>
        withDatabase(async (databaseUrl, { eventStore }) => {
          const projections = projectionsNamed(name === 'all' ? undefined : name);
          const pool = createPool(databaseUrl, {
            name: 'rebuild',
            max: projections.length + 3,
            statementTimeoutMs,
          });
          const store = await openLog({ databaseUrl, eventStore, codec, name: 'rebuild' });
          try {
            const head = await store.head();
            const progress = new Progress('rebuild', undefined);
            const rebuilt = await rebuild({
              store,
              pool,
              projections,
              anew: anew === true,
              onProgress: ({ events, position }) => progress.at(events, shareOf(position, head)),
            });
            progress.end();
            for (const one of rebuilt)
              say(
                `${one.name}: serves what was rebuilt up to ${one.position ?? 'the beginning'}; ` +
                  (one.removed + one.added === 0
                    ? 'no row differed'
                    : `${one.removed} rows were taken away, ${one.added} put in`) +
                  (one.unparked === 0 ? '' : `, ${one.unparked} sequences are no longer parked`),
              );
          } catch (error) {
            throw explained(error);
          } finally {
            await store.close();
            await pool.end();
          }
        }),
      );
  },
};

const explained = (error: unknown): unknown => {
  if (error instanceof AlreadyRebuilding)
    return new OperatorError(`${error.message}: wait for it, or end it.`, { cause: error });
  if (error instanceof RebuildStopped)
    return new OperatorError(
      `${error.message}. The live read model is as it was; correct the projection and run the same again.`,
      { cause: error },
    );
  return error;
};
