import { adoptLog, createNotaryKey, replaceNotaryKey } from '#notary';
import { OperatorError } from '#platform';
import { Progress } from './progress.js';
import { say, type Verb } from './verb.js';
import { told } from './verify.js';
import { believedKeys, collect, withNotary } from './with-notary.js';

export const verb: Verb = {
  register: (program) => {
    const notary = program
      .command('notary')
      .description('What an operator does for the notary, with the worker stopped: adopt-log, replace-key.');
    notary
      .command('adopt-log')
      .description(
        'After the log was moved to another store: let the notary go on there, once both are the same.',
      )
      .option(
        '--public-key <key>',
        'whose signature counts, or a file of such keys; may be repeated',
        collect,
        [],
      )
      .action(async ({ publicKey }: { publicKey: readonly string[] }) => {
        const keys = await believedKeys(publicKey);
        await withNotary(async ({ log, tables, pool }) => {
          const progress = new Progress('Verifying the log', await tables.size());
          const result = await adoptLog({ log, pool, keys, onProgress: (done) => progress.at(done) });
          progress.end();
          for (const line of told(result)) say(line);
          if (!result.holds)
            throw new OperatorError(
              'This log does not continue what the notary has signed: nothing was changed.',
            );
          say('The notary goes on in this log.');
        });
      });
    notary
      .command('replace-key')
      .description('Sign with another key from now on, when the old one is lost or known to others.')
      .action(() =>
        withNotary(async ({ pool, config }) => {
          const file = { path: config.notaryKeyFile, databaseFolder: config.databaseFolder };
          await createNotaryKey(file);
          const { key } = await replaceNotaryKey(file, pool);
          say(`From its next start the worker signs with the key in ${config.notaryKeyFile}. Hand out:`);
          say(key.text);
        }),
      );
  },
};
