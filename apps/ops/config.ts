import { describeConfig, loadConfig } from '#platform';
import { say, type Verb } from './verb.js';

export const verb: Verb = {
  register: (program) => {
    program
      .command('config')
      .description('Print the configuration in force, secrets masked.')
      .option('--json', 'as JSON')
      .action((options: { json?: boolean }) => {
        const lines = describeConfig(loadConfig());
        if (options.json) return say(JSON.stringify(lines, null, 2));
        for (const { name, value, source, description } of lines)
          say(`${name}=${value}${source === 'default' ? '   (default)' : ''}\n    ${description}`);
      });
  },
};
