import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Official, type Send, sendTo } from '../demo/official.js';

/** How long a client goes on asking. */
const patienceMs = 120_000;

export interface ClientOptions {
  /** Addresses of all apis, whether they live or not: a client does not know. */
  readonly apis: () => readonly string[];
  tokenFor(sub: string): Promise<string>;
  /** Gives the address to try first for this request; the next in turn when undefined. */
  readonly prefers?: (path: string) => string | undefined;
  /** Called right after an answer to a command; the next one waits for it. */
  readonly answered: (path: string) => Promise<void>;
}

/**
 * What stands before the apis in this drill, and what a good client does: it asks them in turn, and sends the same
 * request again, under the same Idempotency-Key, when a connection breaks or the service says that it is not sure.
 */
export class Client {
  #turn = 0;
  #commands = 0;
  #broken: string[] = [];

  constructor(private readonly options: ClientOptions) {}

  get commands(): number {
    return this.#commands;
  }

  /** Addresses at which requests found no answer, since the last call. */
  takeBroken(): readonly string[] {
    const broken = this.#broken;
    this.#broken = [];
    return broken;
  }

  /** An official whose commands bear the same keys in each run. */
  official(sub: string): Official {
    return new Official(
      sub,
      this.#send,
      (who) => this.options.tokenFor(who),
      () => this.#nextKey(),
    );
  }

  #nextKey(): string {
    this.#commands += 1;
    return createHash('sha256').update(`drill ${this.#commands}`).digest('hex').slice(0, 32);
  }

  readonly #send: Send = async (path, init) => {
    const { apis, prefers, answered } = this.options;
    let address = prefers?.(path) ?? this.#next(apis());
    for (const end = performance.now() + patienceMs; ; address = this.#next(apis())) {
      const answer = await sendTo(address)(path, init).catch(() => undefined);
      if (!answer) this.#broken.push(address);
      if (answer && answer.status !== 503) {
        if (init.method === 'POST') await answered(path);
        return answer;
      }
      if (performance.now() > end) throw new Error(`no api answers ${init.method} ${path}`);
      // One that is gone says so at once: the other may be asked without a pause.
      if (answer) await sleep(200);
    }
  };

  #next(addresses: readonly string[]): string {
    this.#turn += 1;
    const address = addresses[this.#turn % addresses.length];
    if (address === undefined) throw new Error('there is no api');
    return address;
  }
}
