import 'reflect-metadata';
import type { OpenAPIObject } from '@nestjs/swagger';
import { type CaseRelation, relationRules } from '#access';
import { justInTimeRules } from '#domain/just-in-time';
import {
  type DataClass,
  type MatrixColumn,
  matrixColumns,
  mayHold,
  type RecipientKind,
  recipientKinds,
} from '#kernel';
import { isChoice, isForMachines, isOpen } from './http/auth/policy.js';
import { declaredRoutes } from './http/declared-routes.js';
import { queryControllers } from './http/queries/query-controllers.js';

// The need-to-know matrix as it really is: read off the policies beside the routes, the fields of their answers and the
// rules of openings just in time. libs/kernel/need-to-know.ts says what may be told; this says what may be seen.

/**
 * F opens the sealed content in full; O the same, but only what it wrote itself, since nobody may tell it; J only just in
 * time; S a summary, which is a field or a class of its own; R a reference and a status; - nothing.
 */
export type GivenCell = 'F' | 'O' | 'J' | 'S' | 'R' | '-';
export type GivenRow = Readonly<Record<MatrixColumn, GivenCell>>;

/** Who stands in the description of the domain and does not log in: no policy can let them in before there is a part. */
export const withoutLogin = ['ANALYST', 'RESEARCHER', 'PERSON'] as const;
type RowName = CaseRelation | (typeof withoutLogin)[number];

interface ReadingRoute {
  readonly path: string;
  readonly relations: readonly RowName[];
}

/** Every route that reads something of a case, with the parts that its policies let in. */
const readingRoutes = (): readonly ReadingRoute[] =>
  declaredRoutes(queryControllers).flatMap(({ method, path, declared }): ReadingRoute[] =>
    method !== 'GET' || isOpen(declared) || isForMachines(declared) || isChoice(declared)
      ? []
      : [
          {
            path: path.replaceAll(/:(\w+)/g, '{$1}'),
            relations: declared.flatMap(({ relations }) => (relations === 'NO_CASE' ? [] : relations)),
          },
        ],
  );

const classIn = (path: string): DataClass | undefined =>
  /\/contents\/([a-z-]+)$/.exec(path)?.[1] as DataClass | undefined;

/** Names of the fields of what a route answers. */
const fieldsOf = (document: OpenAPIObject, path: string): readonly string[] => {
  const answer = document.paths[path]?.get?.responses['200'] as
    { content?: Record<string, { schema?: { $ref?: string } }> } | undefined;
  const name = answer?.content?.['application/json']?.schema?.$ref?.split('/').at(-1) ?? '';
  const schema = document.components?.schemas?.[name] as { properties?: object } | undefined;
  return Object.keys(schema?.properties ?? {});
};

const isRecipient = (relation: RowName): relation is RecipientKind =>
  (recipientKinds as readonly string[]).includes(relation);

const feet = ['WAIVER', 'STATUTE', 'RESCUE'] as const;
/** What somebody else may tell it when it knows most, on whatever foot; the duty officer is told for the alarm, as the board. */
const isTold = (relation: RowName, dataClass: DataClass): boolean =>
  relation === 'HOME_DUTY'
    ? mayHold('HOME_BOARD', dataClass, { foot: 'RESCUE', purpose: 'ALARM' })
    : isRecipient(relation) &&
      feet.some((foot) => mayHold(relation, dataClass, { foot, purpose: 'PROTECTION' }));

/** Coded fields that say something of a column, the fuller one first. */
const coded: Readonly<Partial<Record<MatrixColumn, readonly (readonly [string, GivenCell])[]>>> = {
  identity: [
    ['alias', 'S'],
    ['caseId', 'R'],
    ['referenceCode', 'R'],
    ['candidateId', 'R'],
    ['proposalId', 'R'],
  ],
  threatLevel: [
    ['validUntil', 'F'],
    ['level', 'S'],
  ],
  threatDetail: [['candidates', 'S']],
  crime: [['environment', 'S']],
  social: [
    ['supportDecision', 'F'],
    ['supportDecided', 'S'],
  ],
  family: [['adults', 'S']],
};

/** Classes of sealed content that stand behind a column: in full, and as a summary. */
const behind: Readonly<Record<MatrixColumn, { readonly full?: DataClass; readonly summary?: DataClass }>> = {
  identity: { full: 'identity' },
  destination: { full: 'destination' },
  address: { full: 'address' },
  threatLevel: {},
  threatDetail: { full: 'threat-detail', summary: 'threat-advice' },
  crime: { full: 'offence' },
  health: { full: 'health', summary: 'needs' },
  social: { full: 'social', summary: 'needs' },
  family: { full: 'family' },
  cost: { full: 'cost' },
};

/** Rows in the order of the parts, then who has none; the cells of a part are what it may see at the stage that shows it most. */
export const givenMatrix = (document: OpenAPIObject): Readonly<Record<RowName, GivenRow>> => {
  const routes = readingRoutes();
  const { glassOpens } = justInTimeRules.at(-1)!;
  const rowOf = (relation: RowName): GivenRow => {
    const own = routes.filter(({ relations }) => relations.includes(relation));
    const opens = new Set(own.flatMap(({ path }) => classIn(path) ?? []));
    const fields = new Set(own.flatMap(({ path }) => fieldsOf(document, path)));
    const jointly = own.some(({ path }) => path.includes('/joint-openings/{passId}/contents/'));
    const justInTime = (dataClass: DataClass): boolean =>
      (jointly && (dataClass === 'address' || dataClass === 'identity')) ||
      (glassOpens as Readonly<Record<string, readonly DataClass[]>>)[relation]?.includes(dataClass) === true;
    const sealed = (dataClass: DataClass): GivenCell | undefined => {
      if (opens.has(dataClass)) return isTold(relation, dataClass) ? 'F' : 'O';
      return justInTime(dataClass) ? 'J' : undefined;
    };
    const cellOf = (column: MatrixColumn): GivenCell => {
      const { full, summary } = behind[column];
      const inFull = full && sealed(full);
      if (inFull) return inFull;
      const fact = coded[column]?.find(([field]) => fields.has(field))?.[1];
      if (fact === 'F') return fact;
      const inShort = summary && sealed(summary);
      return (inShort === 'F' ? 'S' : inShort) ?? fact ?? '-';
    };
    return Object.fromEntries(matrixColumns.map((column) => [column, cellOf(column)])) as GivenRow;
  };
  const names = [...(Object.keys(relationRules) as CaseRelation[]), ...withoutLogin];
  return Object.fromEntries(names.map((name) => [name, rowOf(name)])) as Record<RowName, GivenRow>;
};

/** As a table for people, in Markdown. */
export const matrixText = (document: OpenAPIObject): string => {
  const rows = Object.entries(givenMatrix(document)).map(([relation, cells]) => [
    `\`${relation}\``,
    ...matrixColumns.map((column) => cells[column]),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const head = ['part', ...matrixColumns];
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
};
