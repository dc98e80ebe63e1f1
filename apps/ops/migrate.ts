import { migrate } from '#platform';
import { say, type Verb } from './verb.js';
import { withDatabase } from './with-database.js';

export const verb: Verb = {
  register: (program) => {
    program
      .command('migrate')
      .description('Bring the database to the newest schema; npm start does this, too.')
      .action(async () => {
        const run = await withDatabase((databaseUrl) => migrate(databaseUrl));
        say(run.length === 0 ? 'The schema is up to date.' : `Done: ${run.join(', ')}.`);
      });
  },
};
