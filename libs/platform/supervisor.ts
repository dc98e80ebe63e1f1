import { fork, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isReadyMessage } from './child-process.js';
import { OperatorError } from './operator-error.js';

export interface ProgramOptions {
  /** Shown to people and the name of the log file. */
  readonly name: string;
  /** Absolute path of the compiled program. It calls tellReady() when it works, and heeds untilToldToStop(). */
  readonly module: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Folder of `<name>.log`, which takes what the program writes; it grows, nothing rotates it. */
  readonly logFolder: string;
  /** Settles when the start is no longer wanted. */
  readonly toldToStop?: Promise<unknown>;
  /** Longest time from start to ready. */
  readonly readyLimitMs?: number;
  /** Longest time from SIGTERM to the end; then SIGKILL. */
  readonly stopLimitMs?: number;
}

export interface Program {
  readonly name: string;
  readonly pid: number;
  /** Settles when the program has ended, wanted or not, with a sentence that says how. */
  readonly ended: Promise<string>;
  /** Asks it to end, and makes it end when the time limit has passed. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

/**
 * With these node runs our programs, wherever they are started (Dockerfile, too). What a request leaves behind dies young:
 * with room for 64 MiB of it the collector runs less often than with the usual 16, and finds less that is still alive.
 */
export const programFlags: readonly string[] = ['--enable-source-maps', '--max-semi-space-size=64'];

/**
 * Starts a program as a child process and waits until it says that it is ready.
 * @throws OperatorError when it ends, takes too long or is no longer wanted before that; it is ended then
 */
export const startProgram = async (options: ProgramOptions): Promise<Program> => {
  const { name } = options;
  mkdirSync(options.logFolder, { recursive: true, mode: 0o700 });
  const logFile = join(options.logFolder, `${name}.log`);
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  log.on('error', () => undefined);
  const child: ChildProcess = fork(options.module, [], {
    env: options.environment,
    execArgv: [...programFlags],
    // Its own process group: Ctrl-C in a terminal reaches the supervisor only, which decides the order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let lastWords = '';
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  child.stderr?.on('data', (chunk: Buffer) => (lastWords = (lastWords + chunk.toString()).slice(-2_000)));

  const ended = new Promise<string>((done) => {
    child.once('error', () => done(`${name} could not be started: run npm run build`));
    // 'close' comes when its output has been read, too.
    child.once('close', (code, signal) => {
      log.end();
      // A program says in one line what the operator can do; a stack is for the log.
      const said = lastWords.trim().split('\n').at(-1) ?? '';
      const sentence = /^[A-Z].*\.$/.test(said) ? said : `Read the end of ${logFile}.`;
      done(`${name} ended unexpectedly (${signal ?? `exit code ${code}`}). ${sentence}`);
    });
  });
  let over = false;
  void ended.then(() => (over = true));

  const kill = (): void => {
    if (!over) child.kill('SIGKILL');
  };
  const stop = async (): Promise<void> => {
    if (over) return;
    child.kill('SIGTERM');
    const limit = setTimeout(kill, options.stopLimitMs ?? 10_000);
    await ended;
    clearTimeout(limit);
  };

  const limitMs = options.readyLimitMs ?? 60_000;
  let timer: NodeJS.Timeout | undefined;
  const outcome = await Promise.race([
    ended,
    new Promise<true>((done) => {
      child.on('message', (message) => {
        if (isReadyMessage(message)) done(true);
      });
    }),
    ...(options.toldToStop
      ? [options.toldToStop.then(() => `${name} was stopped before it was ready.`)]
      : []),
    new Promise<string>((done) => {
      timer = setTimeout(
        () => done(`${name} was not ready after ${limitMs / 1000} seconds. Read the end of ${logFile}.`),
        limitMs,
      );
    }),
  ]);
  clearTimeout(timer);
  if (outcome !== true) {
    await stop();
    throw new OperatorError(outcome);
  }
  return { name, pid: child.pid ?? 0, ended, stop, kill };
};
