import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** How even the answers are, in milliseconds, unless something else is said: longer than either kind of 404 takes. */
export const evenStepMs = 25;

/** Milliseconds from now until the next whole step after a request came. */
export const untilStep = (elapsedMs: number, stepMs: number): number =>
  stepMs === 0 ? 0 : (Math.floor(elapsedMs / stepMs) + 1) * stepMs - elapsedMs;

/**
 * Answers that there is nothing go out at whole steps after the request came. What is there and closed takes a look more
 * than what nobody has: so many answers, well measured, would tell which of the two it is.
 * @param stepMs 0: as soon as they are ready
 * @param wait waits so many milliseconds; by the machine's timer, unless a test writes down who was made to wait
 */
export const answerEvenly = (
  fastify: FastifyInstance,
  stepMs: number,
  wait: (ms: number) => Promise<void> = (ms) => sleep(ms),
): void => {
  if (stepMs > 0)
    fastify.addHook('onSend', async (_request, reply) => {
      if (reply.statusCode === 404) await wait(Math.ceil(untilStep(reply.elapsedTime, stepMs)));
    });
};
