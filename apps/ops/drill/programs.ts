import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Program, runtimeUrl, startProgram } from '#platform';
import type { DrillDatabase, Ground } from './ground.js';

/** An api or a worker as a process of its own, as npm start would start it. */
export interface Running {
  readonly name: string;
  readonly pid: number;
  /** Of an api. */
  readonly address: string;
  /** SIGKILL: it has no moment left to say anything. Resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: it stands still, as if its machine did. */
  pause(): void;
  /** SIGCONT */
  wake(): void;
  /** SIGTERM, and its end. */
  stop(): Promise<void>;
  /** Lines of its log, the earliest first. */
  log(): Promise<readonly LogLine[]>;
}

export interface LogLine {
  readonly what: string;
  readonly subscription?: string;
  readonly fence?: string;
}

/** Starts the compiled program, and waits until it works. @param run names the run in the name of its log file */
export const start = async (
  kind: 'api' | 'worker',
  name: string,
  run: string,
  ground: Ground,
  database: DrillDatabase,
): Promise<Running> => {
  const port = kind === 'api' ? await freePort() : undefined;
  const logFolder = join(ground.folder, 'logs');
  const file = `${run}-${name}`;
  const program: Program = await startProgram({
    name: file,
    module: fileURLToPath(new URL(`${kind}/main.js`, ground.programs)),
    environment: {
      ...ground.environment,
      DATABASE_URL: runtimeUrl(database.url, kind),
      ...(port === undefined ? { KEY_FILE: undefined } : { PORT: String(port) }),
    },
    logFolder,
  });
  let over = false;
  void program.ended.then(() => (over = true));
  const signal = (name: NodeJS.Signals): void => {
    if (!over) process.kill(program.pid, name);
  };
  // One that sleeps could not hear that the drill has ended.
  const wake = (): void => signal('SIGCONT');
  process.once('exit', wake);
  void program.ended.then(() => process.off('exit', wake));
  return {
    name,
    pid: program.pid,
    address: `http://127.0.0.1:${port}`,
    async kill() {
      program.kill();
      await program.ended;
    },
    pause: () => signal('SIGSTOP'),
    async stop() {
      // One that sleeps hears no SIGTERM.
      wake();
      await program.stop();
    },
    wake,
    async log() {
      const text = await readFile(join(logFolder, `${file}.log`), 'utf8');
      return text.split('\n').flatMap((line) => {
        // The last line may still be on its way, and what node says is no JSON.
        try {
          return [JSON.parse(line) as LogLine];
        } catch {
          return [];
        }
      });
    },
  };
};

/** Another program could take it before ours does; then that one does not start, and says so. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

/** Looks every 20 ms until it is so. @throws Error that names it when it takes too long */
export const until = async (
  what: string,
  limitMs: number,
  isSo: () => Promise<boolean> | boolean,
): Promise<void> => {
  for (const end = performance.now() + limitMs; !(await isSo()); await sleep(20))
    if (performance.now() > end) throw new Error(`after ${limitMs / 1000} seconds still not: ${what}`);
};
