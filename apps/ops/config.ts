import { describeConfig, loadConfig } from '#platform';
import { routingKeyOf } from './routing-key.js';
import { say, type Verb } from './verb.js';

export const verb: Verb = {
  register: (program) => {
    program
      .command('config')
      .description('Print the configuration in force, secrets masked, and how old the routing key is.')
      .option('--json', 'as JSON')
      .action(async (options: { json?: boolean }) => {
        const config = loadConfig();
        const lines = describeConfig(config);
        if (options.json) return say(JSON.stringify(lines, null, 2));
        for (const { name, value, source, description } of lines)
          say(`${name}=${value}${source === 'default' ? '   (default)' : ''}\n    ${description}`);
        say(await routingKeyOf(config));
      });
  },
};
