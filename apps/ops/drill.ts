import { OperatorError, untilToldToStop } from '#platform';
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
        const told = untilToldToStop();
        const ground = await prepareGround();
        const playBoth = async (): Promise<boolean> => {
          const expected = await undisturbed(ground, story);
          compare(story, expected, await disturbed(ground, story));
          return true;
        };
        let held = false;
        let stopped = false;
        try {
          stopped = await Promise.race([playBoth().then(() => false), told.then(() => true)]);
          held = !stopped;
        } catch (error) {
          say(`\n  ${error instanceof Error ? error.message : String(error)}`);
        } finally {
          await ground.close(!held && !stopped);
        }
        if (stopped) throw new OperatorError('The drill was stopped.');
        if (!held) throw new OperatorError(`The drill does not hold. Its logs are in ${ground.folder}/logs.`);
        say(`\nThe drill holds (${story.checks} checks).`);
      });
  },
};
