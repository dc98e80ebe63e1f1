import { describeApi } from '../api/description.js';
import { matrixText } from '../api/need-to-know.js';
import { say, type Verb } from './verb.js';

export const verb: Verb = {
  register: (program) => {
    program
      .command('matrix')
      .description('Who may know what, read off the policies of this build: a part in a case for each row.')
      .action(async () => say(matrixText(await describeApi())));
  },
};
