import { createVerbatimCodec, InvalidAppend, StoreUnavailable } from '#event-store';
import { openEventStoreDB } from '#event-store/eventstoredb';
import { openPostgresEventStore } from '#event-store/postgres';
import { copyLog, type CopyStep, ForeignTarget } from '#notary';
import { createPool, OperatorError, withTransaction } from '#platform';
import { Progress } from './progress.js';
import { say, type Verb } from './verb.js';
import { withDatabase } from './with-database.js';

const steps: Readonly<Record<CopyStep, string>> = {
  compare: 'Comparing what is there',
  copy: 'Copying',
  verify: 'Reading the copy back',
};

export const verb: Verb = {
  register: (program) => {
    program
      .command('copy-log')
      .description(
        'Copy the log from PostgreSQL to EventStoreDB, with ids, revisions and times; run again, it goes on where it stopped.',
      )
      .requiredOption('--to <url>', 'esdb://...; user, TLS and members of the cluster stand in it')
      .option('--log <name>', 'name of the log there', 'relocation')
      .action(({ to, log }: { to: string; log: string }) => withDatabase((url) => copy(url, to, log)));
  },
};

const copy = async (databaseUrl: string, to: string, log: string): Promise<void> => {
  const codec = createVerbatimCodec();
  const total = await sizeOfLog(databaseUrl);
  const source = await openPostgresEventStore({
    connection: { connectionString: databaseUrl },
    codec,
    name: 'copy-log',
  });
  try {
    const target = await openEventStoreDB({ url: to, log, codec });
    const shown = new Map<CopyStep, Progress>();
    let last: Progress | undefined;
    try {
      const copied = await copyLog({
        source,
        target,
        onProgress: (step, events) => {
          const progress = shown.get(step) ?? new Progress(steps[step], total);
          if (!shown.has(step)) last?.end();
          shown.set(step, progress);
          last = progress;
          progress.at(events);
        },
      });
      last?.end();
      const { found, grown } = copied;
      say(`Copied ${copied.source.size - found} events; ${found} were there already.`);
      say(`PostgreSQL    ${copied.source.size} events, tree head ${copied.source.root.toString('base64')}`);
      say(`EventStoreDB  ${copied.target.size} events, tree head ${copied.target.root.toString('base64')}`);
      if (grown)
        say('The source was written to meanwhile: stop what writes to it, and run this again for the rest.');
      if (copied.source.size !== copied.target.size || !copied.source.root.equals(copied.target.root))
        throw new OperatorError(
          'The copy is not the same: do not use it, and copy to a log of another name.',
        );
      say('Both are the same.');
    } finally {
      await target.close();
    }
  } catch (error) {
    throw asOperatorError(error);
  } finally {
    await source.close();
  }
};

const asOperatorError = (error: unknown): unknown => {
  if (error instanceof ForeignTarget)
    return new OperatorError(
      `The target holds events of another log (${error.event.stream} revision ${error.event.revision}): name another one with --log.`,
      { cause: error },
    );
  if (error instanceof InvalidAppend)
    return new OperatorError(
      'The target was written to meanwhile by somebody else: name another log with --log.',
      { cause: error },
    );
  if (error instanceof StoreUnavailable)
    return new OperatorError(
      'The store did not answer: see that both run and that --to is right, and run this again; it goes on where it stopped.',
      { cause: error },
    );
  return error;
};

/** Positions have no gap: the largest is the number of events. */
const sizeOfLog = async (databaseUrl: string): Promise<number> => {
  const pool = createPool(databaseUrl, { name: 'copy-log', max: 1 });
  try {
    return await withTransaction(pool, { role: 'log_reader', readOnly: true }, async (client) => {
      const { rows } = await client.query<{ size: string }>(
        'SELECT coalesce(max(position), 0) AS size FROM log.events',
      );
      return Number(rows[0]?.size);
    });
  } finally {
    await pool.end();
  }
};
