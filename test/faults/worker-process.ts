import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { CrashPlace, Settle, WorkerOrders, WorkerSays } from './worker-that-dies.js';

/** Starts a TypeScript program of the sources as a process of its own, without a build. Its environment is only what is given. */
export const startFromSource = (
  program: URL,
  options: { readonly arguments?: readonly string[]; readonly environment?: NodeJS.ProcessEnv } = {},
): ChildProcess => {
  const hooks = pathToFileURL(
    fileURLToPath(new URL('../conformance/typescript-hooks.js', import.meta.url)),
  ).href;
  return fork(fileURLToPath(program), options.arguments ?? [], {
    env: { PATH: process.env['PATH'], ...options.environment },
    execArgv: [
      '--conditions=relocation-source',
      '--import',
      `data:text/javascript,import{register}from"node:module";register(${JSON.stringify(hooks)})`,
    ],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
};

export type Settled = Extract<WorkerSays, { settled: true }>;

/** The worker as a process that may die. Whoever waits for it has it started again, as a supervisor would. */
export class WorkerProcess {
  #child: ChildProcess | undefined;
  #lastWords = '';
  /** How often it has died of SIGKILL. */
  deaths = 0;

  /** @param orders it dies at each of `deaths` in turn: the first process at the first of them, the next one at the next */
  constructor(
    private readonly orders: Omit<WorkerOrders, 'now' | 'dieAt'> & {
      readonly deaths?: readonly CrashPlace[];
    },
  ) {}

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Tells it what time it is (UTC), waits until all is worked off, and starts it again if it dies on the way. */
  async settled(now: string): Promise<Settled> {
    for (;;) {
      const child = (this.#child ??= this.#start(now));
      const says = await this.#ask(child, { now });
      if (says === undefined) continue;
      if (!says.settled) throw new Error(`the worker did not settle: ${says.why} ${this.#lastWords}`);
      return says;
    }
  }

  /** Starts it, if it does not run, without waiting for anything. */
  start(now: string): void {
    this.#child ??= this.#start(now);
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }

  /** Kills it from outside; the next one to wait for it has it started again. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const end = once(child, 'exit');
    child.kill('SIGKILL');
    await end;
    this.#child = undefined;
    this.deaths += 1;
  }

  /** Lets it end in order. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const end = once(child, 'exit');
    child.disconnect();
    await end;
  }

  #start(now: string): ChildProcess {
    const { databaseUrl, deaths = [], failsAtFirst, settings } = this.orders;
    const dieAt = deaths[this.deaths];
    const orders: WorkerOrders = { databaseUrl, now, failsAtFirst, settings, ...(dieAt && { dieAt }) };
    const child = startFromSource(new URL('worker-that-dies.ts', import.meta.url), {
      arguments: [JSON.stringify(orders)],
    });
    const listen = (chunk: Buffer) => (this.#lastWords = (this.#lastWords + chunk.toString()).slice(-2_000));
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    return child;
  }

  /** Undefined when it died of SIGKILL instead of answering. */
  async #ask(child: ChildProcess, settle: Settle): Promise<WorkerSays | undefined> {
    const waiting = new AbortController();
    const { signal } = waiting;
    try {
      // A message to a process that has just died is lost, or an error; its end is what counts.
      child.send(settle, () => undefined);
      const [message, exit] = await Promise.race([
        once(child, 'message', { signal }).then(([said]) => [said as WorkerSays, undefined] as const),
        (child.exitCode === null && child.signalCode === null
          ? once(child, 'exit', { signal })
          : Promise.resolve([child.exitCode, child.signalCode])
        ).then((how) => [undefined, how as [number | null, NodeJS.Signals | null]] as const),
      ]);
      if (message) return message;
      const [code, killedBy] = exit;
      if (killedBy !== 'SIGKILL')
        throw new Error(`the worker ended with ${killedBy ?? code}: ${this.#lastWords}`);
      this.deaths += 1;
      this.#child = undefined;
      return undefined;
    } finally {
      waiting.abort();
    }
  }
}
