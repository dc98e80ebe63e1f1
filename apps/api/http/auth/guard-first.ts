import type { Type } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { declaredRoutes } from '../declared-routes.js';
import { routeOf } from '../route.js';
import type { AuthGuard } from './auth.guard.js';

/**
 * Has every request to a route of ours looked at before its body is read: who has no good token, or may not, is told
 * that, counted and put on record whatever came along, and no byte of a body is kept for somebody unknown.
 * @param parts called when the routes are there
 */
export const guardFirst = (
  fastify: FastifyInstance,
  parts: () => { readonly guard: AuthGuard; readonly controllers: readonly Type[] },
): void => {
  let known: ReturnType<typeof found> | undefined;
  const found = () => {
    const { guard, controllers } = parts();
    const routes = declaredRoutes(controllers);
    return {
      guard,
      routes: new Map(routes.map(({ method, path, declared }) => [`${method} ${path}`, declared])),
    };
  };
  fastify.addHook('onRequest', async (request) => {
    known ??= found();
    const declared = known.routes.get(`${request.method} ${routeOf(request)}`);
    if (declared) await known.guard.admit(request, declared);
  });
};
