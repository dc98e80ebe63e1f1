import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

/** A private key for ES256, named by its thumbprint. */
export const newSigningKey = async (): Promise<JWK> => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = await exportJWK(privateKey);
  return { ...key, kid: await calculateJwkThumbprint(key), use: 'sig', alg: 'ES256' };
};

/**
 * Reads the issuer's private key, or makes one that only its owner can read.
 * @throws in one sentence when others may read the file, or when it holds no key.
 */
export const loadSigningKey = async (file: string): Promise<JWK> => {
  const mode = await stat(file).then(
    (found) => found.mode & 0o777,
    () => undefined,
  );
  if (mode === undefined) {
    const made = await newSigningKey();
    await mkdir(dirname(file), { recursive: true });
    try {
      await writeFile(file, `${JSON.stringify(made)}\n`, { mode: 0o600, flag: 'wx' });
      return made;
    } catch (error) {
      // Somebody else made it at the same moment: theirs is as good as ours.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  } else if (mode & 0o077) throw new Error(`others may read the signing key ${file}: run chmod 600 on it`);
  const key = JSON.parse(await readFile(file, 'utf8')) as JWK;
  if (key.kty !== 'EC' || !key.d || !key.kid)
    throw new Error(`${file} holds no signing key: remove it to get a new one`);
  return key;
};
