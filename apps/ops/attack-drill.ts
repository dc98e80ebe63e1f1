import { OperatorError } from '#platform';
import { say, type Verb } from './verb.js';

export const verb: Verb = {
  register: (program) => {
    program
      .command('attack-drill')
      .description(
        'Play a case on a fresh database, search everything that it leaves, erase the person, attack what is left, and print what was tried and what opened.',
      )
      .option('--plant-leak', 'leave something in a log that must not be there, to see that the drill fails')
      .option(
        '--scenarios',
        'play every scenario of the demo as well, and search what each leaves (minutes more)',
      )
      .action(async ({ plantLeak, scenarios }: { plantLeak?: boolean; scenarios?: boolean }) => {
        // Loaded when it is asked for: the other tools need none of it.
        const { playAttacks } = await import('./attacks/play.js');
        const holds = await playAttacks(say, {
          plantLeak: plantLeak === true,
          scenarios: scenarios === true,
        });
        if (!holds) throw new OperatorError('Something opened, or an attack was blind: see above.');
        say('Nothing opened.');
      });
  },
};
