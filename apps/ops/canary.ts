import { createPool, OperatorError, withTransaction } from '#platform';
import { say, type Verb } from './verb.js';
import { withDatabase } from './with-database.js';

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

export const verb: Verb = {
  register: (program) => {
    program
      .command('canary')
      .description(
        'Mark a case of nobody as a canary: whoever opens it is shown to the reviewers of the log.',
      )
      .argument('<case>', 'id of a case that was opened for this, with an invented person')
      .action((caseId: string) => {
        if (!uuidShape.test(caseId)) throw new OperatorError('The id of a case is a UUID.');
        return withDatabase(async (databaseUrl) => {
          const pool = createPool(databaseUrl, { name: 'ops' });
          try {
            await withTransaction(pool, { role: 'vault_reviewer' }, (client) =>
              client.query('INSERT INTO vault.canaries (case_id) VALUES ($1) ON CONFLICT DO NOTHING', [
                caseId,
              ]),
            );
          } finally {
            await pool.end();
          }
          say('Marked. Nothing in the log or in a read model says so.');
        });
      });
  },
};
