import { dataClasses } from '#kernel';
import {
  beginEpoch,
  ClassKeys,
  epochInForce,
  highestDestroyedEpoch,
  keysBefore,
  KeyUnavailable,
  moveBlinds,
  retireEpochs,
  rewrapKeys,
  RowNotMoved,
  Tombstones,
} from '#personal-data';
import {
  addClassKeyEpoch,
  addRoutingKeyEpoch,
  type Config,
  createPool,
  destroyClassKeysBefore,
  type KeyFileOptions,
  loadConfig,
  OperatorError,
  readKeyFile,
} from '#platform';
import { Progress } from './progress.js';
import { say, type Verb } from './verb.js';
import { withDatabase } from './with-database.js';

export const verb: Verb = {
  register: (program) => {
    program
      .command('rotate-keys')
      .description(
        'Give the class keys a new epoch: every data key is wrapped anew, no event is touched, and the old epoch is destroyed.',
      )
      .option('--prepare', 'only add the new epoch to the key file, so that every api can be given it first')
      .option('--routing', 'instead, add the yearly epoch of the routing key; earlier ones stay')
      .action(({ prepare, routing }: { prepare?: boolean; routing?: boolean }) =>
        routing
          ? addRoutingKey(loadConfig())
          : withDatabase((databaseUrl, config) => rotate(databaseUrl, config, prepare === true)),
      );
  },
};

const rotate = async (databaseUrl: string, config: Config, prepareOnly: boolean): Promise<void> => {
  const pool = createPool(databaseUrl, { name: 'rotate-keys', max: 2 });
  const file = keyFileOf(config);
  try {
    const epoch = await prepareEpoch(file, pool, new Tombstones(config.tombstoneFile));
    if (prepareOnly)
      return say(
        `Epoch ${epoch} is in ${file.path} and not in use: give it to every api, then run rotate-keys again.`,
      );
    await rotateTo(epoch, pool, file);
  } finally {
    await pool.end();
  }
};

/** What was made under earlier epochs must be found: they are never destroyed as long as the log is kept. */
const addRoutingKey = async (config: Config): Promise<void> => {
  const epoch = await addRoutingKeyEpoch(keyFileOf(config));
  say(
    `Epoch ${epoch} of the routing key is in ${config.keyFile}: whoever comes from now on gets a token of it. Give it to every api.`,
  );
};

export const keyFileOf = ({ keyFile, databaseFolder }: Config): KeyFileOptions => ({
  path: keyFile,
  databaseFolder,
  dataClasses,
});

/**
 * The epoch to go to: one that was prepared, or was on its way when it was cut off, or else a new one. Always beyond every
 * epoch under which something was wrapped that has been destroyed: its class key would open it in an old copy.
 */
export const prepareEpoch = async (
  file: KeyFileOptions,
  pool: ReturnType<typeof createPool>,
  tombstones: Tombstones,
): Promise<number> => {
  const inForce = await epochInForce(pool);
  const destroyed = await highestDestroyedEpoch(pool, tombstones);
  const { classKeys } = await readKeyFile(file);
  const lists = [...classKeys.values()];
  const newest = Math.max(...lists.flat().map(({ epoch }) => epoch));
  const begun = lists.every((list) => list.length > 1 && list.some(({ epoch }) => epoch === newest));
  if (begun && newest >= inForce && newest > destroyed) return newest;
  const epoch = Math.max(newest, inForce, destroyed) + 1;
  await addClassKeyEpoch(file, epoch);
  return epoch;
};

/**
 * Wraps all data keys under this epoch and destroys the earlier ones. It may be cut off anywhere: the next run goes on.
 * @throws OperatorError when a data key cannot be wrapped anew, or a row not be moved: the old epochs stay then
 */
export const rotateTo = async (
  epoch: number,
  pool: ReturnType<typeof createPool>,
  file: KeyFileOptions,
): Promise<void> => {
  const keys = new ClassKeys(await readKeyFile(file));
  await beginEpoch(pool, epoch);
  const progress = new Progress('wrapped anew', await keysBefore(pool, epoch));
  try {
    const done = await rewrapKeys(pool, keys, epoch, (count) => progress.at(count));
    progress.end();
    const moved = await moveBlinds(pool, keys, epoch);
    // Nothing can have come in between: since beginEpoch() no key of an earlier epoch is taken.
    const left = await keysBefore(pool, epoch);
    if (left > 0) throw new OperatorError(`${left} data keys are still wrapped under an earlier epoch.`);
    await destroyClassKeysBefore(file, epoch, () => retireEpochs(pool, epoch));
    say(
      `${done} data keys and ${moved} rows of the index of persons and of Police's register are under epoch ${epoch}; earlier epochs are destroyed in ${file.path}. Destroy its older copies, too.`,
    );
  } catch (error) {
    if (error instanceof RowNotMoved) {
      const found = `Row ${error.row} of ${error.table}`;
      throw new OperatorError(
        error.cause instanceof KeyUnavailable
          ? `${found} is under an epoch that is not in ${file.path}, and no class key was destroyed: put back the copy of the key file that has it.`
          : `${found} was tampered with, and no class key was destroyed: see what it was in a copy of the database before going on.`,
      );
    }
    throw error;
  }
};
