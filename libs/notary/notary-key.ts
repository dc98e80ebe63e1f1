import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import type { Pool } from 'pg';
import { z } from 'zod';
import {
  createPrivateFile,
  keyFileExists,
  OperatorError,
  type PrivateFile,
  readPrivateFile,
  withTransaction,
} from '#platform';
import { type NoteKey, noteKeyOf } from './note.js';

/** The key that signs checkpoints, and its public half. */
export interface NotarySigner {
  readonly key: NoteKey;
  /** A KeyObject, which can be neither printed nor serialised by accident. */
  readonly secret: KeyObject;
}

export type NotaryKeyFile = Pick<PrivateFile, 'path' | 'databaseFolder'>;

const fileOf = (file: NotaryKeyFile): PrivateFile => ({
  ...file,
  variable: 'NOTARY_KEY_FILE',
  called: "notary's key file",
});

const format = z.strictObject({
  version: z.literal(1),
  /** Name of the key and origin of the checkpoints: which log this is, wherever it is copied. */
  name: z.string().regex(/^[^\s+]+$/),
  /** PKCS #8, DER, base64. */
  secretKey: z.base64(),
});

/**
 * Makes a key file with a fresh key and a name of its own.
 * @returns false when there was one already
 * @throws OperatorError
 */
export const createNotaryKey = (file: NotaryKeyFile): Promise<boolean> => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const content: z.infer<typeof format> = {
    version: 1,
    name: `relocation-log/${randomBytes(4).toString('hex')}`,
    secretKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  };
  return createPrivateFile(fileOf(file), `${JSON.stringify(content, null, 2)}\n`);
};

/** @throws OperatorError when it is missing, can be read by others, or is no key file of the notary */
export const readNotaryKey = async (file: NotaryKeyFile): Promise<NotarySigner> => {
  const text = await readPrivateFile(fileOf(file));
  try {
    const { name, secretKey } = format.parse(JSON.parse(text));
    const secret = createPrivateKey({ key: Buffer.from(secretKey, 'base64'), format: 'der', type: 'pkcs8' });
    return { key: noteKeyOf(name, createPublicKey(secret)), secret };
  } catch (error) {
    throw new OperatorError(
      `The file ${file.path} is not a whole notary's key file: put it back from a copy.`,
      {
        cause: error,
      },
    );
  }
};

/**
 * The key with which checkpoints of this log are signed. Made at the very first start, and never again by itself: a new
 * one would hide that the old one is lost, and a second one beside it would make two notaries of one log.
 * @param pool of the database with the notary's tables
 * @throws OperatorError when the file is not the one that signs here
 */
export const ensureNotaryKey = async (
  file: NotaryKeyFile,
  pool: Pool,
  say: (line: string) => void = () => undefined,
): Promise<NotarySigner> => {
  const registered = (await registeredKeys(pool)).at(-1);
  if (registered === undefined && !(await keyFileExists(file.path)) && (await createNotaryKey(file)))
    say(`The notary's key was made in ${file.path}: keep a copy apart from copies of the database.`);
  const signer = await readNotaryKey(file);
  const inUse = registered ?? (await registerFirst(pool, signer.key.text));
  if (inUse !== signer.key.text)
    throw new OperatorError(
      `The notary's key file ${file.path} is not the one that signs this log: put that one back, or, if it is lost, run "notary replace-key".`,
    );
  return signer;
};

/** Public keys that have signed this log, the one in use last. */
export const registeredKeys = (pool: Pool): Promise<readonly string[]> =>
  withTransaction(pool, { role: 'notary_reader', readOnly: true }, async (client) => {
    const { rows } = await client.query<{ public_key: string }>(
      'SELECT public_key FROM notary.keys ORDER BY number',
    );
    return rows.map(({ public_key }) => public_key);
  });

/** Of several that come first at once one is taken; all are told which. */
const registerFirst = async (pool: Pool, publicKey: string): Promise<string | undefined> => {
  await register(pool, publicKey, 1);
  return (await registeredKeys(pool)).at(-1);
};

const register = (pool: Pool, publicKey: string, number: number): Promise<void> =>
  withTransaction(pool, { role: 'notary_writer' }, async (client) => {
    await client.query(
      'INSERT INTO notary.keys (number, public_key) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [number, publicKey],
    );
  });

/** From now on this key signs. For an operator whose old key is lost, or known to others. */
export const replaceNotaryKey = async (file: NotaryKeyFile, pool: Pool): Promise<NotarySigner> => {
  const signer = await readNotaryKey(file);
  const known = await registeredKeys(pool);
  if (known.includes(signer.key.text))
    throw new OperatorError(
      `The key in ${file.path} has signed here before: move that file away first, then run this again.`,
    );
  await register(pool, signer.key.text, known.length + 1);
  return signer;
};
