import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopLeftoverDatabase } from '../../libs/platform/embedded-database.js';
import { processMark } from '../../libs/platform/process-identity.js';

interface Runner {
  readonly pid: number;
  readonly mark?: string;
}

/** The folder of this jest run, made by global-setup.js. Says in it whose it is, so that a later run can clear it. */
export const openRunFolder = async (): Promise<string> => {
  const folder = process.env['RELOCATION_TEST_RUN'];
  const pid = Number(process.env['RELOCATION_TEST_RUNNER']);
  if (!folder || !pid) throw new Error('the global set-up of jest has not run');
  const runner: Runner = { pid, mark: processMark(pid) };
  await fs.writeFile(join(folder, 'runner.json'), JSON.stringify(runner));
  return folder;
};

const dayMs = 24 * 3_600_000;

/** Ends the servers of runs that were killed, and removes their files. */
export const clearKilledRuns = async (): Promise<void> => {
  for (const name of await fs.readdir(tmpdir())) {
    if (!name.startsWith('relocation-test-')) continue;
    const folder = join(tmpdir(), name);
    try {
      // A run that asked for no database and was killed left an empty folder.
      if ((await fs.readdir(folder)).length === 0 && Date.now() - (await fs.stat(folder)).mtimeMs > dayMs)
        await fs.rmdir(folder);
      const runner = JSON.parse(await fs.readFile(join(folder, 'runner.json'), 'utf8')) as Runner;
      if (processMark(runner.pid) === runner.mark) continue;
      await stopLeftoverDatabase(folder);
      await fs.rm(folder, { recursive: true, force: true });
    } catch {
      // A run without a server, another user's, or one that is being cleared by another run at this moment.
    }
  }
};
