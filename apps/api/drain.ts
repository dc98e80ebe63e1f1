import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Requests that are not answered by then are cut, in milliseconds: a reader who has stopped reading must not hold us up. */
const longestMs = 20_000;
/** Between two looks for connections on which nothing is under way any more, in milliseconds. */
const sweepMs = 100;

/** Whether the api is on its way out: it says so where readiness is asked, and still answers. */
export class Drain {
  #begun = false;

  get begun(): boolean {
    return this.#begun;
  }

  /**
   * Not ready any more; for `graceMs` everything is answered as before, so that a proxy can turn away, and each answer
   * ends its connection. Then no connection is taken, streams of events end, and what is under way is answered.
   */
  async end(app: NestFastifyApplication, graceMs: number): Promise<void> {
    this.#begun = true;
    await sleep(graceMs);
    const server = app.getHttpServer();
    // A connection that is kept alive becomes idle after the close has begun: nobody else would end it.
    const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
    const limit = setTimeout(() => server.closeAllConnections(), longestMs);
    try {
      await app.close();
    } finally {
      clearInterval(sweep);
      clearTimeout(limit);
    }
  }
}
