import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// The counterpart of global-setup.js: ends the server of this run, if a test started one, and removes its files.
export default async () => {
  const folder = process.env.RELOCATION_TEST_RUN;
  if (!folder) return;
  const lock = join(folder, 'postgres', 'postmaster.pid');
  const pid = async () => Number.parseInt(await readFile(lock, 'utf8').catch(() => ''), 10);
  const server = await pid();
  if (server > 0) {
    process.kill(server, 'SIGINT');
    for (let waited = 0; waited < 10_000 && (await pid()) === server; waited += 50) await sleep(50);
    // Nothing of a test's data is worth a clean end that hangs.
    if ((await pid()) === server) process.kill(server, 'SIGKILL');
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
};
