import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A program that runs as a process of its own, as a container would run it: no supervisor, no channel. */
export interface Process {
  readonly ended: Promise<number | null>;
  output(): string;
  kill(signal: NodeJS.Signals): void;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * @param command as in the Dockerfile and docker-compose.yml: a path of the compiled build, then arguments
 * @param environment all that it gets besides PATH
 * @param folder where the build and its packages lie; the repository by default
 */
export const startProcess = (
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
  folder = root,
): Process => {
  const child = spawn(process.execPath, ['--enable-source-maps', ...command], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { ended, output: () => output, kill: (signal) => void child.kill(signal) };
};

/** Waits until an address answers with this status. @throws Error when it does not within three minutes */
export const untilStatus = async (address: string, status: number): Promise<void> => {
  let last: unknown;
  for (const until = performance.now() + 180_000; performance.now() < until; await sleep(50)) {
    last = await fetch(address).then(
      async (answer) => (answer.status === status ? undefined : `${answer.status} ${await answer.text()}`),
      (error: unknown) => String(error),
    );
    if (last === undefined) return;
  }
  throw new Error(`${address} did not answer with ${status}: ${String(last)}`);
};
