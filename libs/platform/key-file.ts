import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { isInside } from './config.js';
import { OperatorError } from './operator-error.js';

/** A key and its epoch, counted from 1. The newest epoch writes, older ones still read until they are destroyed. */
export interface EpochKey {
  readonly epoch: number;
  /** 256 bits. A KeyObject, which can be neither printed nor serialised by accident. */
  readonly key: KeyObject;
}

/** What the key file holds. Only the api and tools that act for it read it; the worker never does. */
export interface Keys {
  /** Per data class, oldest epoch first, at least one each. They wrap the keys of the vault. */
  readonly classKeys: ReadonlyMap<string, readonly EpochKey[]>;
  /** Make the tokens of organisations, officials and places. Oldest epoch first, at least one. */
  readonly routingKeys: readonly EpochKey[];
  /** Makes the fingerprint of a command's content. */
  readonly fingerprintKey: KeyObject;
}

export interface KeyFileOptions {
  /** Absolute path. */
  readonly path: string;
  /** The embedded database's folder, in which the file must not lie, whatever links lead there. */
  readonly databaseFolder: string;
  /** The data classes that must have a key. */
  readonly dataClasses: readonly string[];
}

const key = z.base64().refine((text) => Buffer.from(text, 'base64').length === 32);
const epochs = z
  .array(z.strictObject({ epoch: z.int().positive(), key }))
  .min(1)
  .refine((list) => list.every(({ epoch }, index) => index === 0 || epoch > (list[index - 1]?.epoch ?? 0)));
const format = z.strictObject({
  version: z.literal(1),
  classKeys: z.record(z.string(), epochs),
  routingKeys: epochs,
  fingerprintKey: key,
});

/**
 * Makes a key file with fresh random keys, mode 0600, whole or not at all; a file that is there is never replaced.
 * @returns false when there was one already
 * @throws OperatorError when it would lie in the database's folder or cannot be written
 */
export const createKeyFile = async (options: KeyFileOptions): Promise<boolean> => {
  const { path, dataClasses } = options;
  const fresh = (): string => randomBytes(32).toString('base64');
  const first = (): { epoch: number; key: string }[] => [{ epoch: 1, key: fresh() }];
  const content: z.infer<typeof format> = {
    version: 1,
    classKeys: Object.fromEntries(dataClasses.map((name) => [name, first()])),
    routingKeys: first(),
    fingerprintKey: fresh(),
  };
  const folder = dirname(path);
  const half = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    if (isInside(path, options.databaseFolder)) refuseInDatabase(options);
    await fs.mkdir(folder, { recursive: true, mode: 0o700 });
    await refuseInside(options);
    const file = await fs.open(half, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    // A link never replaces: of two starts at once one makes the file and both read it.
    await fs.link(half, path);
    await syncFolder(folder);
    return true;
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new OperatorError(`The key file ${path} cannot be written: set KEY_FILE to a place that can.`, {
      cause: error,
    });
  } finally {
    await fs.rm(half, { force: true });
  }
};

/** True when there is something at the path, readable or not. */
export const keyFileExists = (path: string): Promise<boolean> =>
  fs.lstat(path).then(
    () => true,
    () => false,
  );

/**
 * Reads the key file.
 * @throws OperatorError when it is missing, lies in the database's folder, can be read by others, or is not a key file;
 *   nothing of its content is ever in the message
 */
export const readKeyFile = async (options: KeyFileOptions): Promise<Keys> => {
  const { path, dataClasses } = options;
  await refuseInside(options);
  let text: string;
  try {
    const file = await fs.open(path, constants.O_RDONLY);
    try {
      // The opened file is judged, not the name, which could be changed in between.
      const stat = await file.stat();
      if (!stat.isFile()) throw new OperatorError(`KEY_FILE ${path} is not a file: set it to one.`);
      if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0)
        throw new OperatorError(`The key file ${path} can be read by others: run "chmod 600 ${path}".`);
      text = await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new OperatorError(
      missing
        ? `The key file ${path} is missing: put it back, or set KEY_FILE to where it is.`
        : `The key file ${path} cannot be read: see that it belongs to the user who runs this.`,
      { cause: error },
    );
  }
  const parsed = format.safeParse(parseJson(text));
  if (!parsed.success)
    throw new OperatorError(`The file ${path} is not a whole key file: put it back from a copy.`);
  const lacking = dataClasses.filter((name) => parsed.data.classKeys[name] === undefined);
  if (lacking.length > 0)
    throw new OperatorError(
      `The key file ${path} has no key for ${lacking.join(', ')}: put it back from a newer copy.`,
    );
  return {
    classKeys: new Map(Object.entries(parsed.data.classKeys).map(([name, list]) => [name, list.map(opened)])),
    routingKeys: parsed.data.routingKeys.map(opened),
    fingerprintKey: secretOf(parsed.data.fingerprintKey),
  };
};

const secretOf = (base64: string): KeyObject => createSecretKey(Buffer.from(base64, 'base64'));
const opened = (entry: { epoch: number; key: string }): EpochKey => ({
  epoch: entry.epoch,
  key: secretOf(entry.key),
});

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Links are followed on both sides: what counts is where the file really is. */
const refuseInside = async (options: KeyFileOptions): Promise<void> => {
  const database = await fs.realpath(options.databaseFolder).catch(() => options.databaseFolder);
  const file = await fs
    .realpath(options.path)
    .catch(async () => join(await fs.realpath(dirname(options.path)), basename(options.path)))
    .catch(() => options.path);
  if (isInside(file, database)) refuseInDatabase(options);
};

const refuseInDatabase = (options: KeyFileOptions): never => {
  throw new OperatorError(
    `The key file must not lie in the folder of the database (${options.databaseFolder}), where a copy of the database would carry the keys: set KEY_FILE to another folder.`,
  );
};

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
