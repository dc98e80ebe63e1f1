import { describeError } from './logger.js';
import { OperatorError } from './operator-error.js';

/** Longest time that a reader who has stopped reading can hold up the end, in milliseconds. */
const drainMs = 5_000;

/** What was written to a pipe is still in memory: the process must not end before it has gone out. */
const drained = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.destroyed || stream.writableEnded) resolve();
    else stream.write('', () => resolve());
  });

const outputDrained = async (): Promise<void> => {
  await Promise.race([
    Promise.all([drained(process.stdout), drained(process.stderr)]),
    new Promise((resolve) => setTimeout(resolve, drainMs).unref()),
  ]);
};

/** Known by its name: the log is a lib that platform may not import. */
const adviceOn = (error: unknown): string =>
  error instanceof Error && error.name === 'StoreUnavailable'
    ? ((error as { advice?: string }).advice ??
      'The event log does not answer: see that its server runs, and that EVENTSTORE_URL, or else DATABASE_URL, is right.')
    : 'Something unforeseen went wrong: please report the line above.';

/**
 * Runs a whole program and ends the process: exit code 0 when `main` returns, 1 when anything fails, also outside of
 * `main`. An OperatorError is printed as its one sentence; of any other error only class, code and place are told,
 * since its text may hold what somebody sent.
 */
export const runProgram = async (main: () => Promise<void>): Promise<never> => {
  const fail = async (error: unknown): Promise<never> => {
    const lines =
      error instanceof OperatorError
        ? [error.message]
        : [JSON.stringify(describeError(error)), adviceOn(error)];
    process.stderr.write(`${lines.join('\n')}\n`);
    // Said first: whatever else ends the process while it waits, it has failed.
    process.exitCode = 1;
    await outputDrained();
    process.exit(1);
  };
  // A reader that has gone away (`| head`) is no failure of ours, and there is nobody left to tell anything.
  process.stdout.on('error', () => process.exit());
  process.on('uncaughtException', (error) => void fail(error));
  process.on('unhandledRejection', (error) => void fail(error));
  try {
    await main();
  } catch (error) {
    return fail(error);
  }
  await outputDrained();
  process.exit();
};
