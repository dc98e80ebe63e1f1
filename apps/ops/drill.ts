import { OperatorError } from '#platform';
import { say, type Verb } from './verb.js';

export const verb: Verb = {
  register: (program) => {
    program
      .command('drill')
      .description(
        'Start two apis and two workers on a fresh database, kill and pause some of them in the middle of a case, and show that the end is the same.',
      )
      .action(async () => {
        // Loaded when it is asked for: the other tools need none of it.
        const [{ Story }, { prepareGround }, { compare, disturbed, undisturbed }] = await Promise.all([
          import('./demo/story.js'),
          import('./drill/ground.js'),
          import('./drill/play.js'),
        ]);
        const story = new Story(say, () => new Date());
        say('A drill: real processes, a real PostgreSQL, the clock of this machine.');
        const ground = await prepareGround();
        let held = false;
        try {
          const expected = await undisturbed(ground, story);
          compare(story, expected, await disturbed(ground, story));
          held = true;
        } catch (error) {
          say(`\n  ${error instanceof Error ? error.message : String(error)}`);
        } finally {
          await ground.close(!held);
        }
        if (!held) throw new OperatorError(`The drill does not hold. Its logs are in ${ground.folder}/logs.`);
        say(`\nThe drill holds (${story.checks} checks).`);
      });
  },
};
