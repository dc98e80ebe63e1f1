import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
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

const portsOfWorker = 2_000;
let lastPort = Math.floor(Math.random() * portsOfWorker);

/**
 * A port of loopback on which nothing listens now. It is bound later, so it is none of those that the system gives to
 * whoever asks for any (from 32768 on), and each worker of jest has its own.
 */
export const freePort = async (): Promise<number> => {
  const first = 12_000 + (Number(process.env['JEST_WORKER_ID'] ?? 0) % 10) * portsOfWorker;
  for (;;) {
    lastPort = (lastPort + 1) % portsOfWorker;
    const server = createServer().listen(first + lastPort, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return first + lastPort;
  }
};
