import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { z } from 'zod';
import { systemClock } from './clock.js';
import { OperatorError } from './operator-error.js';
import { createPrivateFile, type PrivateFile, readPrivateFile, replacePrivateFile } from './private-file.js';

/** A key and its epoch, counted from 1. The newest epoch writes, older ones still read until they are destroyed. */
export interface EpochKey {
  readonly epoch: number;
  /** 256 bits. A KeyObject, which can be neither printed nor serialised by accident. */
  readonly key: KeyObject;
}

/** An epoch of the routing key. */
export interface RoutingKey extends EpochKey {
  /** The instant at which it was made; unknown in files of before 2026-11-26. */
  readonly since?: string | undefined;
}

/** What the key file holds. Only the api and tools that act for it read it; the worker never does. */
export interface Keys {
  /** Per data class, oldest epoch first, at least one each. They wrap the keys of the vault. */
  readonly classKeys: ReadonlyMap<string, readonly EpochKey[]>;
  /** Make the tokens of organisations, officials and places. Oldest epoch first, at least one. */
  readonly routingKeys: readonly RoutingKey[];
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
const inOrder = (list: readonly { readonly epoch: number }[]): boolean =>
  list.every(({ epoch }, index) => index === 0 || epoch > (list[index - 1]?.epoch ?? 0));
const entry = z.strictObject({ epoch: z.int().positive(), key });
const epochs = z.array(entry).min(1).refine(inOrder);
const routingEpochs = z
  .array(entry.extend({ since: z.iso.datetime().optional() }))
  .min(1)
  .refine(inOrder);
const format = z.strictObject({
  version: z.literal(1),
  classKeys: z.record(z.string(), epochs),
  routingKeys: routingEpochs,
  /** Of a file from before 2026-11-26: it made fingerprints of commands, and goes when the file is written next. */
  fingerprintKey: key.optional(),
});

/**
 * Makes a key file with fresh random keys, mode 0600, whole or not at all; a file that is there is never replaced.
 * @returns false when there was one already
 * @throws OperatorError when it would lie in the database's folder or cannot be written
 */
export const createKeyFile = async (options: KeyFileOptions): Promise<boolean> => {
  const { dataClasses } = options;
  const first = (): { epoch: number; key: string }[] => [{ epoch: 1, key: fresh() }];
  const content: Content = {
    version: 1,
    classKeys: Object.fromEntries(dataClasses.map((name) => [name, first()])),
    routingKeys: [{ epoch: 1, key: fresh(), since: now() }],
  };
  return createPrivateFile(fileOf(options), `${JSON.stringify(content, null, 2)}\n`);
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
  const { classKeys, routingKeys } = await readContent(options);
  return {
    classKeys: new Map(Object.entries(classKeys).map(([name, list]) => [name, list.map(opened)])),
    routingKeys: routingKeys.map((one) => ({ ...opened(one), since: one.since })),
  };
};

type Content = Omit<z.infer<typeof format>, 'fingerprintKey'>;

const readContent = async (options: KeyFileOptions): Promise<Content> => {
  const { path, dataClasses } = options;
  const text = await readPrivateFile(fileOf(options));
  const parsed = format.safeParse(parseJson(text));
  if (!parsed.success)
    throw new OperatorError(`The file ${path} is not a whole key file: put it back from a copy.`);
  const lacking = dataClasses.filter((name) => parsed.data.classKeys[name] === undefined);
  if (lacking.length > 0)
    throw new OperatorError(
      `The key file ${path} has no key for ${lacking.join(', ')}: put it back from a newer copy.`,
    );
  const { version, classKeys, routingKeys } = parsed.data;
  return { version, classKeys, routingKeys };
};

const now = (): string => systemClock.now().toISOString();
const fresh = (): string => randomBytes(32).toString('base64');

/**
 * Adds a new epoch to the keys of every class; the old ones stay until they are destroyed.
 * @param epoch its number, beyond all that are there
 * @throws OperatorError
 */
export const addClassKeyEpoch = async (options: KeyFileOptions, epoch: number): Promise<void> => {
  const content = await readContent(options);
  await write(
    options,
    {
      ...content,
      classKeys: mapped(content.classKeys, (list) => [...list, { epoch, key: fresh() }]),
    },
    false,
  );
};

/**
 * Destroys the class keys of all epochs before this one. What they wrapped opens nowhere any more.
 * @param assertUnused asked right before: throws while anything that stays is wrapped under one of them
 * @throws OperatorError when a class has no key of this epoch or a later one: nothing is destroyed then
 */
export const destroyClassKeysBefore = async (
  options: KeyFileOptions,
  epoch: number,
  assertUnused: () => Promise<void>,
): Promise<void> => {
  const content = await readContent(options);
  const kept = mapped(content.classKeys, (list) => list.filter((entry) => entry.epoch >= epoch));
  await assertUnused();
  await write(options, { ...content, classKeys: kept }, true);
};

/** Adds a new epoch to the routing key; the old ones stay, since what they made must be found. @returns its number */
export const addRoutingKeyEpoch = async (options: KeyFileOptions): Promise<number> => {
  const content = await readContent(options);
  const epoch = Math.max(...content.routingKeys.map((entry) => entry.epoch)) + 1;
  const routingKeys = [...content.routingKeys, { epoch, key: fresh(), since: now() }];
  await write(options, { ...content, routingKeys }, false);
  return epoch;
};

const mapped = (
  classKeys: Content['classKeys'],
  change: (list: Content['classKeys'][string]) => Content['classKeys'][string],
): Content['classKeys'] =>
  Object.fromEntries(Object.entries(classKeys).map(([name, list]) => [name, change(list)]));

const write = async (options: KeyFileOptions, content: Content, destroyOld: boolean): Promise<void> => {
  // What is not a whole key file must not take the place of one.
  if (!format.safeParse(content).success)
    throw new OperatorError(`The key file ${options.path} was left as it was: a key would be missing in it.`);
  await replacePrivateFile(fileOf(options), `${JSON.stringify(content, null, 2)}\n`, destroyOld);
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

const fileOf = ({ path, databaseFolder }: KeyFileOptions): PrivateFile => ({
  path,
  databaseFolder,
  variable: 'KEY_FILE',
  called: 'key file',
});
