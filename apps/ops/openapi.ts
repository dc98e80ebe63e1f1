import { writeFile } from 'node:fs/promises';
import { describeApi } from '../api/description.js';
import { say, type Verb } from './verb.js';

/** Writes the API's description, as this build makes it, beside the source, where a test compares the two. */
export const verb: Verb = {
  register: (program) => {
    program
      .command('openapi')
      .description('Write the OpenAPI document of this build to apps/api/openapi.json, or print it.')
      .option('--print', 'print it instead')
      .option('--out <file>', 'another file', 'apps/api/openapi.json')
      .action(async (options: { print?: boolean; out: string }) => {
        const text = JSON.stringify(await describeApi(), null, 2);
        // Written to the end before the program exits: a pipe takes less than this at once.
        if (options.print) return void (await new Promise((done) => process.stdout.write(`${text}\n`, done)));
        await writeFile(options.out, `${text}\n`);
        say(`Wrote ${options.out}.`);
      });
  },
};
