import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const base = '/relocation-coordination/v1';

/** Nothing was refused: the log, the grants or a read model come in a moment. */
const sendAgain: readonly string[] = ['store.unavailable', 'grants.behind', 'read.behind'];

/** What a command answers with. */
export interface Done {
  readonly id: string;
  readonly position: string | null;
}

type Headers = Readonly<Record<string, string>>;

/** Sends a request; `path` begins after the base path. */
export type Send = (path: string, init: RequestInit) => Promise<Response>;

/** Everything goes to one api. @param api its address, for example http://127.0.0.1:3000 */
export const sendTo =
  (api: string): Send =>
  (path, init) =>
    fetch(`${api}${base}${path}`, init);

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly body: Body;
  /** As it went over the wire: for comparing answers byte by byte. */
  readonly text: string;
}

/** An answer that the story did not expect. Carries the code of the problem, never what was sent. */
export class Unexpected extends Error {
  override readonly name = 'Unexpected';
}

/** An invented official at a desk: everything that the demo does goes through here, over HTTP, with a real token. */
export class Official {
  /** Position of the last thing that anybody did: what is looked at next must have reached it. */
  static #latest: string | undefined;

  constructor(
    readonly sub: string,
    private readonly send: Send,
    private readonly token: (sub: string) => Promise<string>,
    /** The Idempotency-Key of the next command. */
    private readonly nextKey: () => string = randomUUID,
  ) {}

  /** Does something. @throws Unexpected when it is refused */
  async does(path: string, body: object = {}, headers: Headers = {}): Promise<Done> {
    const answer = await this.tries<Done>(path, body, headers);
    if (answer.status >= 300)
      throw new Unexpected(`${this.sub} POST ${path}: ${answer.status} ${answer.text}`);
    if (answer.body.position !== null) Official.#latest = answer.body.position;
    return answer.body;
  }

  /** Tries something and gives whatever came back. */
  tries<Body = unknown>(path: string, body: object = {}, headers: Headers = {}): Promise<Answer<Body>> {
    return this.call<Body>('POST', path, {
      body: JSON.stringify(body),
      headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': this.nextKey() },
    });
  }

  /** Looks at something, as of the last thing that anybody did. @throws Unexpected when it is not there */
  async sees<Body>(path: string): Promise<Body> {
    const answer = await this.looks<Body>(path);
    if (answer.status !== 200)
      throw new Unexpected(`${this.sub} GET ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  /** Looks, and gives whatever came back. */
  looks<Body = unknown>(path: string): Promise<Answer<Body>> {
    const latest = Official.#latest;
    return this.call<Body>('GET', path, { headers: latest ? { 'x-min-position': latest } : {} });
  }

  /** What is answered with "send it again" is sent again, with the same Idempotency-Key, for a minute. */
  private async call<Body>(method: string, path: string, init: RequestInit): Promise<Answer<Body>> {
    for (const until = performance.now() + 60_000; ; await sleep(500)) {
      const answer = await this.once<Body>(method, path, init);
      const { code } = (answer.status === 503 ? answer.body : {}) as { code?: string };
      if (!(code !== undefined && sendAgain.includes(code)) || performance.now() > until) return answer;
    }
  }

  private async once<Body>(method: string, path: string, init: RequestInit): Promise<Answer<Body>> {
    const response = await this.send(path, {
      ...init,
      method,
      headers: { ...init.headers, authorization: `Bearer ${await this.token(this.sub)}` },
    });
    const text = await response.text();
    return { status: response.status, text, body: (text ? JSON.parse(text) : undefined) as Body };
  }
}
