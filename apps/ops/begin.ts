import {
  Application,
  codec,
  coordinatorId,
  type CommandContext,
  type Intents,
  type IntentType,
} from '#application';
import { policyVersion } from '#access';
import { rules2026 } from '#domain/coordination';
import { type EventStore, openLog } from '#event-store';
import { dataClasses, derivedId, type Instant, startOfDay, streamName } from '#kernel';
import { type Config, createPool, OperatorError, readKeyFile, systemClock } from '#platform';
import { say, type Verb } from './verb.js';
import { withDatabase } from './with-database.js';

interface Beginning {
  readonly registrar: string;
  readonly trainedOn: string;
}

/** For a system without the invented country: from here on every appointment is made by somebody who was appointed. */
export const verb: Verb = {
  register: (program) => {
    program
      .command('begin')
      .description(
        'Begin a new system: the first rules, and the first registrar, who appoints everybody else.',
      )
      .requiredOption('--registrar <sub>', 'what the login calls the person who is to be the first registrar')
      .requiredOption(
        '--trained-on <day>',
        'when the person completed the training in protected data, YYYY-MM-DD',
      )
      .action((beginning: Beginning) =>
        withDatabase(async (databaseUrl, config) => {
          await begin(databaseUrl, config, beginning);
          say(
            'The first rules are in force, and the first registrar is appointed: log in and appoint the others.',
          );
        }),
      );
  },
};

/**
 * Once in the life of a system. Begun again with the same person it ends what was interrupted and changes nothing else.
 * @throws OperatorError when the system has begun already, or the day is none or has not come
 */
export const begin = async (
  databaseUrl: string,
  config: Config,
  { registrar, trainedOn }: Beginning,
): Promise<void> => {
  const at = systemClock.now().toISOString();
  const completedAt = startOf(trainedOn);
  if (completedAt === undefined || completedAt > at)
    throw new OperatorError('--trained-on is a day like 2026-11-02 that is not in the future.');
  const { keyFile: path, databaseFolder } = config;
  const keys = await readKeyFile({ path, databaseFolder, dataClasses });
  const pool = createPool(databaseUrl, { name: 'begin', max: 2 });
  const store = await openLog({ databaseUrl, eventStore: config.eventStore, codec, name: 'begin' });
  try {
    const proposals = { caseOf: async () => undefined, officialsHolding: async () => [] };
    const { executor, handlings, directory, tokens } = new Application({ store, pool, proposals }, keys);
    // By the keyed token: the ids in the log must not tell whom the operator named.
    const commandIdOf = (type: IntentType): string =>
      derivedId('begin', type, tokens.token('person', registrar));
    const first = await firstCommandOf(store);
    if (first !== undefined && first !== commandIdOf('EnactRules')) throw begun();
    const run = async <Type extends IntentType>(type: Type, intent: Intents[Type]): Promise<void> => {
      const commandId = commandIdOf(type);
      const context: CommandContext = {
        at,
        by: {
          person: tokens.token('person', 'operator'),
          organisation: directory.organisation(coordinatorId),
          agencyKind: 'NATIONAL_COORDINATOR',
        },
        organisationId: coordinatorId,
        commandId,
        fingerprint: commandId,
        legalBasis: 'OSL_5_1',
        purpose: 'SETTING_UP',
        policyVersion,
        correlationId: commandId,
        causationId: commandId,
      };
      await executor.execute(handlings[type], intent, context);
    };
    // The rules first: theirs is the one stream on which two who begin would meet.
    if (first === undefined) {
      await run('EnactRules', { rules: rules2026.rules, inForceFrom: at });
      if ((await firstCommandOf(store)) !== commandIdOf('EnactRules')) throw begun();
    }
    await run('AppointOfficial', {
      official: registrar,
      organisation: coordinatorId,
      agencyKind: 'NATIONAL_COORDINATOR',
      function: 'REGISTRAR',
      delegated: false,
      from: at,
    });
    await run('RecordTraining', { official: registrar, completedAt });
  } finally {
    await store.close();
    await pool.end();
  }
};

/** Which command wrote the first event of what is in force for the country; undefined in a system that has not begun. */
const firstCommandOf = async (store: EventStore): Promise<string | undefined> => {
  const stream = await store.readStream(streamName('coordination', 'national'), { limit: 1 });
  return stream?.events[0]?.metadata['commandId'];
};

const begun = (): OperatorError =>
  new OperatorError('This system has begun already: its registrars appoint, and nobody else.');

/** 00:00 in Stockholm; undefined when it is no day. */
const startOf = (day: string): Instant | undefined => {
  try {
    return startOfDay(day);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};
