import type { FastifyRequest } from 'fastify';
import type { CaseTarget, FileTarget } from '#application';

/** Pattern of the route, with the names of its ids and not the ids. */
export const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? '';

export const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

const caseIds = ['caseId', 'proposalId', 'candidateId'] as const;

const fileIds = [...caseIds, 'inquiryId', 'requestId'] as const;

/** What the path names of a case; undefined when nothing, or an id that cannot exist. */
export const caseTargetOf = (request: FastifyRequest): CaseTarget | undefined => namedIn(request, caseIds);

/** The file that the path names, be it of a case or of none; undefined when nothing, or an id that cannot exist. */
export const fileTargetOf = (request: FastifyRequest): FileTarget | undefined => namedIn(request, fileIds);

/** The id that the path names, for the record: the first of these that it has. */
export const askedFor = (request: FastifyRequest): string | undefined => {
  const target = fileTargetOf(request);
  return fileIds.map((name) => target?.[name]).find((id) => id !== undefined);
};

/** Everything that the path names, as it is taken: an id in capitals is the same id. */
export const targetOf = (request: FastifyRequest): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries((request.params ?? {}) as Readonly<Record<string, string>>).map(([name, value]) => [
        name,
        uuidShape.test(value) ? value.toLowerCase() : value,
      ]),
    ),
  );

/** Whether the route is of one thing: it names it. */
export const namesOne = (request: FastifyRequest): boolean => routeOf(request).includes(':');

const namedIn = <Name extends string>(
  request: FastifyRequest,
  names: readonly Name[],
): Readonly<Partial<Record<Name, string>>> | undefined => {
  const parameters = (request.params ?? {}) as Readonly<Record<string, string>>;
  const named = names.flatMap((name) => {
    const value = parameters[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  if (named.length === 0 || named.some(([, value]) => !uuidShape.test(value))) return undefined;
  return Object.fromEntries(named.map(([name, value]) => [name, value.toLowerCase()])) as Partial<
    Record<Name, string>
  >;
};
