import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Plain JavaScript, since jest loads this file without its module mapping. It only names the run: the database server
// is started by the first test that asks for one (database.ts), so that pure specs stay fast.
export default async () => {
  const folder = await mkdtemp(join(tmpdir(), 'relocation-test-'));
  // The server runs as user postgres when we are root.
  await chmod(folder, 0o711);
  process.env.RELOCATION_TEST_RUN = folder;
  process.env.RELOCATION_TEST_RUNNER = String(process.pid);
};
