import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiOptions } from '../../api-options.js';
import { Problem } from '../problem.js';
import { routeOf } from '../route.js';
import { type Limits, tooMany } from './limits.js';

/**
 * What nobody needs a token for is counted by address. Probes of health are counted apart, so that nothing else that comes
 * from there starves them.
 * @throws Problem request.too_many; once in a minute it is on record, as of nobody
 */
export const withinOpenLimit = async (
  request: FastifyRequest,
  limits: Limits,
  { refusals, clock }: Pick<ApiOptions, 'refusals' | 'clock'>,
): Promise<void> => {
  const pattern = routeOf(request);
  const over = pattern.startsWith('/health/') ? limits.probe(request.ip) : limits.open(request.ip);
  if (!over) return;
  const enough = over.first ? limits.failedLoginRecord() : undefined;
  if (over.first && (!enough || enough.first))
    await refusals
      .recordRefusal({
        reason: enough?.reason ?? over.reason,
        route: `${request.method} ${pattern || 'unknown'}`,
        at: clock.now().toISOString(),
      })
      .catch(() => {
        throw new Problem('record.unavailable');
      });
  throw tooMany(over);
};

/**
 * The same for what comes to no guard: an address that nobody has, and the pages of the description.
 * @param pages their patterns
 */
export const limitWithoutPolicy = (
  fastify: FastifyInstance,
  limits: () => Limits,
  pages: readonly string[],
  options: Pick<ApiOptions, 'refusals' | 'clock'>,
): void => {
  fastify.addHook('onRequest', async (request) => {
    if (request.is404 || pages.includes(routeOf(request))) await withinOpenLimit(request, limits(), options);
  });
};
