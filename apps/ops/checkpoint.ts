import { registeredKeys } from '#notary';
import { OperatorError } from '#platform';
import { remark, say, type Verb } from './verb.js';
import { withNotary } from './with-notary.js';

export const verb: Verb = {
  register: (program) => {
    program
      .command('checkpoint')
      .description(
        'Print the newest signed checkpoint of the log, to be kept outside, and the public key (on standard error).',
      )
      .option('--public-key', 'print the public key alone')
      .action((options: { publicKey?: true }) =>
        withNotary(async ({ tables, pool }) => {
          const key = (await registeredKeys(pool)).at(-1);
          if (key === undefined) throw new OperatorError('The notary has no key yet: run npm start first.');
          if (options.publicKey) return say(key);
          const newest = await tables.newestCheckpoint();
          if (!newest) throw new OperatorError('Nothing is signed yet: the worker does it within seconds.');
          process.stdout.write(newest.note);
          remark(`Signed ${newest.signedAt.toISOString()}. Public key: ${key}`);
        }),
      );
  },
};
