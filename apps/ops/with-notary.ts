import { readFile } from 'node:fs/promises';
import type { Pool } from 'pg';
import { createVerbatimCodec, type EventStore, openLog } from '#event-store';
import { type NoteKey, NoteRefused, parseNoteKey, readNotaryKey, TreeTables } from '#notary';
import { type Config, createPool, keyFileExists, loadConfig, OperatorError } from '#platform';
import { withDatabase } from './with-database.js';

export interface NotaryWork {
  /** Gives events as they were stored. */
  readonly log: EventStore;
  readonly tables: TreeTables;
  readonly pool: Pool;
  readonly config: Config;
}

/** Gives a tool the log and the notary's tables that the configuration means, or a copy of both. */
export const withNotary = <Result>(
  work: (notary: NotaryWork) => Promise<Result>,
  databaseUrl?: string,
): Promise<Result> =>
  withDatabase(
    async (url, config) => {
      const pool = createPool(url, { name: 'ops', max: 2 });
      const log = await openLog({
        databaseUrl: url,
        // A copy that is given by its URL has the log in it.
        eventStore: databaseUrl === undefined ? config.eventStore : undefined,
        codec: createVerbatimCodec(),
        name: 'ops',
      });
      try {
        return await work({ log, tables: new TreeTables(pool), pool, config });
      } finally {
        await log.close();
        await pool.end();
      }
    },
    databaseUrl === undefined ? loadConfig() : { ...loadConfig(), databaseUrl },
  );

/**
 * The keys whose signatures count: those that are given, as text or in a file with one a line, or else the one of
 * NOTARY_KEY_FILE. Never those that the database names: it is the database that is checked.
 */
export const believedKeys = async (given: readonly string[]): Promise<readonly NoteKey[]> => {
  if (given.length > 0) return (await Promise.all(given.map(keysIn))).flat();
  const config = loadConfig();
  if (!(await keyFileExists(config.notaryKeyFile)))
    throw new OperatorError(
      'Say whose signature counts with --public-key <key or file>: the key that "checkpoint" printed, kept outside of the database.',
    );
  const { key } = await readNotaryKey({
    path: config.notaryKeyFile,
    databaseFolder: config.databaseFolder,
  });
  return [key];
};

const keysIn = async (given: string): Promise<readonly NoteKey[]> => {
  try {
    return [parseNoteKey(given)];
  } catch (error) {
    if (!(error instanceof NoteRefused)) throw error;
  }
  const lines = (await fileText(given, '--public-key')).split('\n').map((line) => line.trim());
  try {
    return lines.filter((line) => line !== '' && !line.startsWith('#')).map(parseNoteKey);
  } catch (error) {
    throw new OperatorError(`The file ${given} holds something that is not a public key of a notary.`, {
      cause: error,
    });
  }
};

/** @param option for what is said when it cannot be read */
export const fileText = (path: string, option: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    throw new OperatorError(`The file ${path} of ${option} cannot be read: see that it is there.`, {
      cause: error,
    });
  });

/** For an option that may be given several times. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
