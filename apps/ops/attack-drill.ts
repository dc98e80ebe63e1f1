import { OperatorError } from '#platform';
import { say, type Verb } from './verb.js';

export const verb: Verb = {
  register: (program) => {
    program
      .command('attack-drill')
      .description(
        'Play a case on a fresh database, search everything that it leaves, erase the person, attack what is left, and print what was tried and what opened.',
      )
      .option(
        '--scenarios [numbers]',
        'play scenarios of the demo first, and search what each leaves: 1,3; all of them without a number (minutes more)',
      )
      .option(
        '--plant-leak',
        'only play the first scenario, and leave something in its log that must not be there, to see that the drill fails',
      )
      .action(async ({ plantLeak, scenarios }: { plantLeak?: boolean; scenarios?: string | true }) => {
        // Loaded when it is asked for: the other tools need none of it.
        const [{ playAttacks }, { scenarios: played }] = await Promise.all([
          import('./attacks/play.js'),
          import('./demo/scenarios.js'),
        ]);
        const all = played.map(({ number }) => number);
        const holds = await playAttacks(say, {
          plantLeak: plantLeak === true,
          scenarios: numbersOf(scenarios ?? (plantLeak ? true : undefined), all),
        });
        if (!holds) throw new OperatorError('Something opened, or an attack was blind: see above.');
        say('Nothing opened.');
      });
  },
};

/** @throws OperatorError for a number of which there is no scenario */
const numbersOf = (asked: string | true | undefined, all: readonly number[]): readonly number[] => {
  if (asked === undefined) return [];
  if (asked === true) return all;
  const numbers = asked.split(',').map(Number);
  if (!numbers.every((one) => all.includes(one)))
    throw new OperatorError(`The scenarios of the demo are ${all.join(', ')}.`);
  return numbers;
};
