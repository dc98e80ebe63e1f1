import { dataClasses } from '#kernel';
import { createNotaryKey } from '#notary';
import { createKeyFile, loadConfig, OperatorError } from '#platform';
import { say, type Verb } from './verb.js';

/** For a system whose programs are started one by one: `npm start` makes the keys by itself. */
export const verb: Verb = {
  register: (program) => {
    program
      .command('new-keys')
      .description('Make the key file of a new system at KEY_FILE; one that is there is never replaced.')
      .option('--notary', "the notary's instead, at NOTARY_KEY_FILE")
      .action(async ({ notary }: { notary?: boolean }) => {
        const { keyFile, notaryKeyFile, databaseFolder } = loadConfig();
        const path = notary ? notaryKeyFile : keyFile;
        const made = notary
          ? createNotaryKey({ path, databaseFolder })
          : createKeyFile({ path, databaseFolder, dataClasses });
        if (!(await made))
          throw new OperatorError(`There is a key file at ${path} already: it was left as it is.`);
        say(`Keys were made in ${path}: keep a copy in a safe place, apart from copies of the database.`);
      });
  },
};
