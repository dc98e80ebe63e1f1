import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createPrivateFile, ensureRuntimeLogins, runtimePrograms } from '#platform';
import { say, type Verb } from './verb.js';
import { withDatabase } from './with-database.js';

/** For programs that are started one by one: `npm start` gives each its login by itself. */
export const verb: Verb = {
  register: (program) => {
    program
      .command('logins')
      .description('Write the database URLs of the api and the worker to files, for DATABASE_URL_FILE.')
      .action(() =>
        withDatabase(async (databaseUrl, { dataDir, databaseFolder }) => {
          const urls = await ensureRuntimeLogins(databaseUrl);
          for (const name of runtimePrograms) {
            const path = join(dataDir, 'logins', `${name}.url`);
            // The port of an embedded database may be another one today.
            await rm(path, { force: true });
            await createPrivateFile(
              { path, databaseFolder, variable: 'DATA_DIR', called: 'file of a login' },
              `${urls[name]}\n`,
            );
            say(`The ${name} logs in with DATABASE_URL_FILE=${path}`);
          }
        }),
      );
  },
};
