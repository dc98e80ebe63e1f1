import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A program of the compiled build that runs as a process of its own. */
export interface Child {
  /** Exit code, when it has ended; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** What it has written so far, standard output and errors together. */
  output(): string;
  /** What it has written to standard output alone: the answer of a tool, without remarks. */
  answer(): string;
  /** Waits until it has written this. @throws Error when it ends before */
  printed(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

const program = fileURLToPath(new URL('../../dist/apps/ops/main.js', import.meta.url));

/**
 * Runs a verb of the command line, as `npm run ops -- <verb>` and `npm start` do (npm test builds first).
 * @param environment all that it gets besides PATH and TMPDIR
 */
export const runOps = (args: readonly string[], environment: NodeJS.ProcessEnv = {}): Child => {
  const { PATH, TMPDIR } = process.env;
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH, TMPDIR, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let answer = '';
  const collect = (chunk: string): void => void (output += chunk);
  child.stdout
    .setEncoding('utf8')
    .on('data', collect)
    .on('data', (chunk: string) => (answer += chunk));
  child.stderr.setEncoding('utf8').on('data', collect);
  let over = false;
  const ended = once(child, 'close').then(([code]) => {
    over = true;
    return code as number | null;
  });
  return {
    ended,
    output: () => output,
    answer: () => answer,
    async printed(text) {
      while (!output.includes(text)) {
        if (over) throw new Error(`it ended before it printed "${text}":\n${output}`);
        await sleep(50);
      }
    },
    kill: (signal) => void child.kill(signal),
  };
};

/** A port of loopback on which nothing listens now. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};
