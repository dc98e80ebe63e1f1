import { execFile, spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Why a test that needs certificates is skipped; undefined when it is not. */
export const withoutCertificates =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'skipped (no openssl)';

const script = fileURLToPath(new URL('../../deploy/certificates.sh', import.meta.url));

/** Only root can give files away; everybody else keeps them. */
const nodeUser = process.getuid?.() === 0 ? {} : { NODE_USER: `${process.getuid!()}:${process.getgid!()}` };

/**
 * Runs deploy/certificates.sh as a deployment does.
 * @param folder in the place of the root, with or without what an earlier run has made
 */
export const makeCertificates = async (folder: string): Promise<void> => {
  for (const volume of ['private', 'ca', 'node-1', 'node-2', 'node-3'])
    await mkdir(join(folder, volume), { recursive: true });
  await promisify(execFile)('bash', [script], {
    env: { PATH: process.env['PATH'], CERTIFICATES_FOLDER: folder, ...nodeUser },
  });
};
