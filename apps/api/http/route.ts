import type { FastifyRequest } from 'fastify';
import type { CaseTarget } from '#application';

/** Pattern of the route, with the names of its ids and not the ids. */
export const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? '';

export const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

const caseIds = ['caseId', 'proposalId', 'candidateId'] as const;

/** What the path names of a case; undefined when nothing, or an id that cannot exist. */
export const caseTargetOf = (request: FastifyRequest): CaseTarget | undefined => {
  const parameters = (request.params ?? {}) as Readonly<Record<string, string>>;
  const named = caseIds.flatMap((name) => {
    const value = parameters[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  if (named.length === 0 || named.some(([, value]) => !uuidShape.test(value))) return undefined;
  return Object.fromEntries(named.map(([name, value]) => [name, value.toLowerCase()]));
};
