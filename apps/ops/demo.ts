import type { Verb } from './verb.js';

export const verb: Verb = {
  register: (program) => {
    program
      .command('demo')
      .description('Play the scenarios over HTTP against a fresh database, and say what each agency sees.')
      .action(async () => {
        // Loaded only when it is played: it brings api, worker and issuer with it.
        const { playAll } = await import('./demo/play.js');
        await playAll();
      });
  },
};
