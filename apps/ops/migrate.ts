import { migrate } from '#platform';
import { keepErased } from './erasures/before-start.js';
import { say, type Verb } from './verb.js';
import { withDatabase } from './with-database.js';

export const verb: Verb = {
  register: (program) => {
    program
      .command('migrate')
      .description(
        'Bring the database to the newest schema, and keep erased what was erased; npm start does this, too.',
      )
      .action(() =>
        withDatabase(async (databaseUrl, config) => {
          const run = await migrate(databaseUrl);
          say(run.length === 0 ? 'The schema is up to date.' : `Done: ${run.join(', ')}.`);
          await keepErased(databaseUrl, config, say);
        }),
      );
  },
};
