import { describeError } from './logger.js';
import { OperatorError } from './operator-error.js';

/**
 * Runs a whole program and ends the process: exit code 0 when `main` returns, 1 when anything fails, also outside of
 * `main`. An OperatorError is printed as its one sentence; of any other error only class, code and place are told,
 * since its text may hold what somebody sent.
 */
export const runProgram = async (main: () => Promise<void>): Promise<never> => {
  const fail = (error: unknown): never => {
    const lines =
      error instanceof OperatorError
        ? [error.message]
        : [
            JSON.stringify(describeError(error)),
            'Something unforeseen went wrong: please report the line above.',
          ];
    process.stderr.write(`${lines.join('\n')}\n`);
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  try {
    await main();
  } catch (error) {
    return fail(error);
  }
  process.exit();
};
