import { OperatorError, untilToldToStop } from '#platform';
import { say, type Verb } from './verb.js';

export const verb: Verb = {
  register: (program) => {
    program
      .command('demo')
      .description('Play the scenarios over HTTP against a fresh database, and say what each agency sees.')
      .option('--scenario <number>', 'only this one')
      .action(async ({ scenario }: { scenario?: string }) => {
        // Loaded when it is asked for: the other tools need no api and no issuer.
        const { playAll } = await import('./demo/scenarios.js');
        const { all, held } = await playAll(
          untilToldToStop(),
          scenario === undefined ? undefined : Number(scenario),
        );
        if (all === 0) throw new OperatorError('There is no such scenario.');
        say(`\n${held} of ${all} scenarios hold`);
        if (held < all) throw new OperatorError('The demo does not hold.');
      });
  },
};
