import { policyVersion } from '#access';
import { type AgencyKind, type Instant, type Token, derivedId, streamName } from '#kernel';
import type { EventStore } from '#event-store';
import { type Rules } from '#domain/coordination';
import type { CommandContext, CommandExecutor } from '../command-executor.js';
import type { IntentHandlings } from '../handlers/index.js';
import type { Intents, IntentType } from '../intents.js';
import type { Directory } from '../organisations.js';
import { boards, coordinatorId } from '../reference/organisations.js';
import { type InventedOfficial, inventedOfficials } from './officials.js';

/** From when the invented officials hold their functions and the first rules are in force. */
export const seedInstant: Instant = '2025-01-01T00:00:00.000Z';

/** How many lanes write at the same time: enough to fill the batches of the group commit. */
const lanes = 32;

export interface SeedOptions {
  readonly store: EventStore;
  readonly executor: CommandExecutor;
  readonly handlings: IntentHandlings;
  readonly directory: Directory;
  readonly rules: Rules;
  /** Only these organisations, by id, where a whole country is more than needed; all by default. */
  readonly organisations?: readonly string[];
  /** How many places each board declares; by its token, which other keys make another one, when left out. */
  readonly places?: number;
}

/**
 * Loads the invented country through the real handlers: officials with appointments and training, capacity declared by
 * every board, and the first rules. Repeating it changes nothing; the rules come last and tell that it is complete.
 * @returns whether anything had to be done
 */
export const seed = async (options: SeedOptions): Promise<boolean> => {
  if (await options.store.readStream(streamName('coordination', 'national'), { limit: 1 })) return false;
  const wanted = (id: string): boolean => options.organisations?.includes(id) ?? true;
  const officials = inventedOfficials.filter(({ organisation }) => wanted(organisation));
  const { directory } = options;
  await inLanes(
    inOrderOf(officials, ({ sub }) => directory.person(sub)),
    (official) => appoint(options, official),
  );
  const declaring = boards.filter(({ id }) => wanted(id));
  const byToken = inOrderOf(declaring, ({ id }) => directory.organisation(id));
  await inLanes(byToken, (board) => {
    // By the token, not by the code: what is declared must not tell which municipality it is.
    const places = options.places ?? 1 + (directory.organisation(board.id).charCodeAt(20) % 4);
    return run(options, 'DeclareCapacity', directory.organisation(board.id), 'SOCIAL_BOARD', board.id, {
      places,
      housingForms: ['PROTECTED', 'SUPPORTED', 'APARTMENT'],
      competences: ['DEFECTOR_SUPPORT', ...(places > 2 ? (['FAMILY_SUPPORT', 'SCHOOLING'] as const) : [])],
    });
  });
  await run(options, 'EnactRules', 'first', 'NATIONAL_COORDINATOR', coordinatorId, {
    rules: options.rules,
    inForceFrom: seedInstant,
  });
  return true;
};

const appoint = async (options: SeedOptions, official: InventedOfficial): Promise<void> => {
  const person = await options.directory.official(official.sub);
  for (const { function: name, delegated } of official.functions)
    await run(options, 'AppointOfficial', `${person} ${name}`, 'NATIONAL_COORDINATOR', coordinatorId, {
      official: official.sub,
      organisation: official.organisation,
      agencyKind: official.agencyKind,
      function: name,
      delegated,
      from: seedInstant,
    });
  await run(options, 'RecordTraining', person, 'NATIONAL_COORDINATOR', coordinatorId, {
    official: official.sub,
    completedAt: seedInstant,
  });
};

/**
 * @param key tells the runs of one type apart. Made of tokens, never of what they stand for: the ids that come of it stand
 *   in the log, and whoever can list all municipalities could find by trying which board wrote an event
 */
const run = async <Type extends IntentType>(
  { executor, handlings, directory }: SeedOptions,
  type: Type,
  key: string,
  agencyKind: AgencyKind,
  organisation: string,
  intent: Intents[Type],
): Promise<void> => {
  const commandId = derivedId('seed', type, key);
  const context: CommandContext = {
    at: seedInstant,
    by: { person: 'process:seed' as Token, organisation: directory.organisation(organisation), agencyKind },
    organisationId: organisation,
    commandId,
    fingerprint: commandId,
    legalBasis: 'DEVELOPMENT_SEED',
    purpose: 'SETTING_UP',
    policyVersion,
    correlationId: commandId,
    causationId: commandId,
  };
  await executor.execute(handlings[type], intent, context);
};

/**
 * In the order of their tokens: written in the order of municipality codes, the log would tell by its positions which
 * token is which municipality.
 */
const inOrderOf = <Item>(items: readonly Item[], token: (item: Item) => Token): readonly Item[] =>
  items
    .map((item) => [token(item), item] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, item]) => item);

/** Runs `work` for all items, a fixed number at a time. */
const inLanes = async <Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> => {
  const waiting = items.values();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const item of waiting) await work(item);
    }),
  );
};
