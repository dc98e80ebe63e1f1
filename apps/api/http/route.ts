import type { FastifyRequest } from 'fastify';

/** Pattern of the route, with the names of its ids and not the ids. */
export const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? '';

/** The ids in the path, in the order of the pattern. */
export const targetOf = (request: FastifyRequest): string =>
  Object.entries((request.params ?? {}) as Record<string, string>)
    .map(([name, value]) => `${name}=${uuidShape.test(value) || /^\d{1,4}$/.test(value) ? value : '-'}`)
    .join(' ');

export const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
