import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isInside } from './config.js';
import { OperatorError } from './operator-error.js';

/** A file with keys: for its owner alone, and never where a copy of the database would carry it along. */
export interface PrivateFile {
  /** Absolute path. */
  readonly path: string;
  /** The embedded database's folder, in which the file must not lie, whatever links lead there. */
  readonly databaseFolder: string;
  /** The variable of the environment that names it, for what is said to the operator. */
  readonly variable: string;
  /** What it is called in a sentence, for example `key file`. */
  readonly called: string;
}

/**
 * Makes the file, mode 0600, whole or not at all; one that is there is never replaced.
 * @returns false when there was one already
 * @throws OperatorError when it would lie in the database's folder or cannot be written
 */
export const createPrivateFile = async (file: PrivateFile, content: string): Promise<boolean> => {
  const { path, called, variable } = file;
  const folder = dirname(path);
  const half = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    if (isInside(path, file.databaseFolder)) refuseInDatabase(file);
    await fs.mkdir(folder, { recursive: true, mode: 0o700 });
    await refuseInside(file);
    const handle = await fs.open(half, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // A link never replaces: of two starts at once one makes the file and both read it.
    await fs.link(half, path);
    await syncFolder(folder);
    return true;
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new OperatorError(`The ${called} ${path} cannot be written: set ${variable} to a place that can.`, {
      cause: error,
    });
  } finally {
    await fs.rm(half, { force: true });
  }
};

/**
 * Puts other content in the place of a file that is there, whole or not at all, for the same owner, mode 0600. A reader
 * sees the old file or the new one.
 * @param destroyOld what was there is overwritten before it is let go: what had it open sees nothing any more. A copy, a
 *   snapshot or a disk that writes elsewhere may keep it all the same.
 * @throws OperatorError
 */
export const replacePrivateFile = async (
  file: PrivateFile,
  content: string,
  destroyOld: boolean,
): Promise<void> => {
  const { path, called, variable } = file;
  await refuseInside(file);
  const folder = dirname(path);
  const half = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    const old = await fs.open(path, constants.O_RDWR);
    try {
      const { uid, gid, size } = await old.stat();
      const handle = await fs.open(half, 'wx', 0o600);
      try {
        // As root, of whoever it belonged to: the api reads it as its own user.
        if (process.getuid?.() === 0) await handle.chown(uid, gid);
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await fs.rename(half, path);
      await syncFolder(folder);
      if (destroyOld) {
        await old.write(randomBytes(size), 0, size, 0);
        await old.sync();
      }
    } finally {
      await old.close();
    }
  } catch (error) {
    throw new OperatorError(
      `The ${called} ${path} cannot be replaced: see that ${variable} names the file itself, in a folder that can be written.`,
      { cause: error },
    );
  } finally {
    await fs.rm(half, { force: true });
  }
};

/**
 * Reads the file.
 * @throws OperatorError when it is missing, lies in the database's folder, or can be read by others; nothing of its
 *   content is ever in the message
 */
export const readPrivateFile = async (file: PrivateFile): Promise<string> => {
  const { path, called, variable } = file;
  await refuseInside(file);
  try {
    const handle = await fs.open(path, constants.O_RDONLY);
    try {
      // The opened file is judged, not the name, which could be changed in between.
      const stat = await handle.stat();
      if (!stat.isFile()) throw new OperatorError(`${variable} ${path} is not a file: set it to one.`);
      if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0)
        throw new OperatorError(`The ${called} ${path} can be read by others: run "chmod 600 ${path}".`);
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new OperatorError(
      missing
        ? `The ${called} ${path} is missing: put it back, or set ${variable} to where it is.`
        : `The ${called} ${path} cannot be read: see that it belongs to the user who runs this.`,
      { cause: error },
    );
  }
};

/** Links are followed on both sides: what counts is where the file really is. */
const refuseInside = async (file: PrivateFile): Promise<void> => {
  const database = await fs.realpath(file.databaseFolder).catch(() => file.databaseFolder);
  const real = await fs
    .realpath(file.path)
    .catch(async () => join(await fs.realpath(dirname(file.path)), basename(file.path)))
    .catch(() => file.path);
  if (isInside(real, database)) refuseInDatabase(file);
};

const refuseInDatabase = ({ called, variable, databaseFolder }: PrivateFile): never => {
  throw new OperatorError(
    `The ${called} must not lie in the folder of the database (${databaseFolder}), where a copy of the database would carry the keys: set ${variable} to another folder.`,
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
