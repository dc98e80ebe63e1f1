import { stat } from 'node:fs/promises';
import { KeyUnavailable, type KeyMaterial } from '#personal-data';
import { type Logger, OperatorError } from '#platform';

const lookEveryMs = 2_000;

/** For where an epoch is missing: reads the key file at once. @throws KeyUnavailable when it cannot be read now */
export const rereading = (read: () => Promise<KeyMaterial>) => async (): Promise<KeyMaterial> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof OperatorError) throw new KeyUnavailable('the key file cannot be read now');
    throw error;
  }
};

/**
 * Looks every two seconds whether the key file has changed, and then has its keys taken: a new epoch is there before it
 * is needed, and one that was destroyed is gone from memory, too. A file that cannot be read changes nothing.
 * @returns ends it
 */
export const watchKeyFile = async (
  path: string,
  read: () => Promise<KeyMaterial>,
  take: (keys: KeyMaterial) => void,
  log: Logger,
): Promise<() => void> => {
  let seen = await markOf(path);
  const look = async (): Promise<void> => {
    const mark = await markOf(path);
    if (mark === seen) return;
    seen = mark;
    try {
      take(await read());
      log.info('the key file has changed and its keys were taken');
    } catch (error) {
      log.warn('the key file has changed and cannot be read: the keys stay as they were', {}, error);
    }
  };
  const timer = setInterval(() => void look(), lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
};

/** Which file lies there, and since when it is as it is. */
const markOf = (path: string): Promise<string> =>
  stat(path).then(
    ({ ino, mtimeMs, size }) => `${ino} ${mtimeMs} ${size}`,
    () => 'none',
  );
