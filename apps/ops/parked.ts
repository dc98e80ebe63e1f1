import { policyVersion } from '#access';
import { codec } from '#application';
import { openLog } from '#event-store';
import { type Actor, dataClasses } from '#kernel';
import { Tokens } from '#personal-data';
import { type Config, createPool, OperatorError, readKeyFile, systemClock } from '#platform';
import { isSkipReason, NotParked, ParkedSequences, skipReasons, ticketPattern } from '#subscriptions';
import { say, type Verb } from './verb.js';
import { withDatabase } from './with-database.js';

interface Decision {
  readonly by: string;
}
interface SkipDecision extends Decision {
  readonly reason: string;
  readonly ticket: string;
}

export const verb: Verb = {
  register: (program) => {
    const parked = program
      .command('parked')
      .description('Events that could not be handled, and what waits behind them: list, retry, skip.');
    parked
      .command('list')
      .description('Every sequence that waits, with the class or code of the error; never its text.')
      .option('--json', 'one JSON object per line')
      .action(({ json }: { json?: boolean }) => withParked((sequences) => list(sequences, json === true)));
    parked
      .command('retry')
      .description('Have the worker try a sequence again. The decision is recorded in the log.')
      .argument('<subscription>', 'as listed')
      .argument('<sequence>', 'as listed')
      .requiredOption('--by <id>', 'who decides: the id under which you log in; only its keyed token is kept')
      .action((subscription: string, sequence: string, { by }: Decision) =>
        withParked(async (sequences, operator) => {
          await sequences.retry(subscription, sequence, await operator(by));
          say('Recorded. The worker tries it again now; see "parked list".');
        }),
      );
    parked
      .command('skip')
      .description('Leave out the first event of a sequence, for a reason that is recorded in the log.')
      .argument('<subscription>', 'as listed')
      .argument('<sequence>', 'as listed')
      .requiredOption('--reason <code>', skipReasons.join(' | '))
      .requiredOption('--ticket <number>', 'where the story is told, for example OPS-1234')
      .requiredOption('--by <id>', 'who decides: the id under which you log in; only its keyed token is kept')
      .action((subscription: string, sequence: string, { reason, ticket, by }: SkipDecision) => {
        if (!isSkipReason(reason))
          throw new OperatorError(`--reason must be one of ${skipReasons.join(', ')}.`);
        if (!ticketPattern.test(ticket)) throw new OperatorError('--ticket must look like OPS-1234.');
        return withParked(async (sequences, operator) => {
          await sequences.skip(subscription, sequence, { reason, ticket }, await operator(by));
          say('Recorded. The worker leaves the event out and goes on behind it; see "parked list".');
        });
      });
  },
};

const list = async (sequences: ParkedSequences, json: boolean): Promise<void> => {
  const waiting = await sequences.list();
  if (json) for (const one of waiting) say(JSON.stringify(one));
  else if (waiting.length === 0) say('Nothing is parked.');
  else
    for (const one of waiting)
      say(
        `${one.state}  ${one.subscription}  ${one.sequence}\n` +
          `     ${one.errorCode ?? 'no code'}, tried ${one.attempts} times, since ${one.parkedAt}, ` +
          `event ${one.eventId}, ${one.queued} behind it`,
      );
};

const withParked = (
  work: (sequences: ParkedSequences, operator: (id: string) => Promise<Actor>) => Promise<void>,
): Promise<void> =>
  withDatabase(async (databaseUrl, config) => {
    const pool = createPool(databaseUrl, { name: 'ops', max: 2 });
    const store = await openLog({ databaseUrl, eventStore: config.eventStore, codec, name: 'ops' });
    try {
      await work(new ParkedSequences(pool, store, () => systemClock.now(), policyVersion), (id) =>
        operatorOf(id, config),
      );
    } catch (error) {
      if (error instanceof NotParked)
        throw new OperatorError('Nothing is parked under this subscription and sequence: see "parked list".');
      throw error;
    } finally {
      await store.close();
      await pool.end();
    }
  });

/** The operator as the log knows people: a keyed token, at the office that runs the system. */
const operatorOf = async (id: string, config: Config): Promise<Actor> => {
  const tokens = new Tokens(
    await readKeyFile({ path: config.keyFile, databaseFolder: config.databaseFolder, dataClasses }),
  );
  return {
    person: tokens.token('person', id),
    organisation: tokens.token('organisation', 'coordinator:national'),
    agencyKind: 'NATIONAL_COORDINATOR',
  };
};
