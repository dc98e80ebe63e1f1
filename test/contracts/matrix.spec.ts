import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import ts from 'typescript';
import { type CaseRelation, freshLoginMinutes, policyVersion, relationRules } from '#access';
import { agencies } from '#domain/disclosure';
import {
  cellLetters,
  dataClasses,
  type MatrixColumn,
  matrixColumns,
  matrixOf,
  mayBeTold,
  mayHold,
  needToKnowTable,
  type RecipientKind,
} from '#kernel';
import {
  alternativesOf,
  isChoice,
  isForMachines,
  isOpen,
  POLICY,
  type RoutePolicies,
} from '../../apps/api/http/auth/policy.js';
import { commandControllers } from '../../apps/api/http/command-controllers.js';
import { declaredRoutes } from '../../apps/api/http/declared-routes.js';
import { queryControllers } from '../../apps/api/http/queries/query-controllers.js';
import {
  type GivenCell,
  givenMatrix,
  type GivenRow,
  matrixText,
  withoutLogin,
} from '../../apps/api/need-to-know.js';

const textOf = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

interface Row {
  readonly actor: string;
  readonly cells: string;
  readonly here: Readonly<
    Partial<Record<MatrixColumn, { readonly cell: GivenCell; readonly since: string; readonly why: string }>>
  >;
}
interface Expected {
  readonly rows: Readonly<Record<string, Row>>;
  readonly withoutLogin: Readonly<Record<string, Row>>;
  readonly columns: readonly MatrixColumn[];
  readonly beforeClearance: Readonly<
    Record<string, { readonly cells: string; readonly opens: readonly string[] }>
  >;
  readonly withoutPart: Readonly<Record<string, string>>;
}
const expected = JSON.parse(textOf('test/contracts/expected-matrix.json')) as Expected;
/** What the build gives a row: who has a part, and who does not log in. */
const expectedRows = { ...expected.rows, ...expected.withoutLogin };
const document = JSON.parse(textOf('apps/api/openapi.json')) as OpenAPIObject;

/** FO and F are told and written in full; what a row of its own says is meant to the letter. */
const fits = (table: string, given: GivenCell): boolean => (table === 'FO' ? given === 'F' : table === given);

/** Every cell that is not as it should be: the part, the column, what should be there and what is. */
const differences = (given: Readonly<Record<string, GivenRow>>): readonly string[] =>
  Object.entries(expectedRows).flatMap(([part, { cells, here }]) => {
    const letters = cells.split(' ');
    return expected.columns.flatMap((column, at) => {
      const is = given[part]?.[column];
      const should = here[column]?.cell ?? letters[at]!;
      return is !== undefined && fits(should, is)
        ? []
        : [`${part}, ${column}: should be ${should}, is ${is ?? 'not there'}`];
    });
  });

/** Cells of the description by the name that a row of the table in the code has, for every row of it. */
const described: Readonly<Record<string, string>> = Object.fromEntries([
  ...Object.entries(expected.rows).map(([part, { cells }]) => [part, cells]),
  ...Object.entries(expected.beforeClearance).map(([part, { cells }]) => [`${part} before`, cells]),
  ...Object.entries(expected.withoutPart),
]) as Record<string, string>;

/** Every cell of a table written like the one in the code that is not as the domain is described. */
const tableDifferences = (table: string): readonly string[] => {
  const rows = new Map(
    matrixOf(table).map(({ kind, stage, actor, cells }) => {
      const part = actor.includes('duty') ? 'HOME_DUTY' : (kind ?? actor);
      return [stage === 'BEFORE' ? `${part} before` : part, cells];
    }),
  );
  // Who is asked for protection and who is told something are one row of the description.
  const wanted = Object.entries(described).filter(([name]) => name !== 'TAX_AGENCY');
  return [
    ...[...rows.keys()].filter((name) => !(name in described)).map((name) => `${name}: not described`),
    ...wanted.flatMap(([name, cells]) =>
      cells.split(' ').flatMap((should, at) => {
        const column = matrixColumns[at]!;
        const is = rows.get(name)?.[column];
        return is === should ? [] : [`${name}, ${column}: should be ${should}, is ${is ?? 'not there'}`];
      }),
    ),
  ];
};

/** The table with each cell of each row flipped to each other letter, one at a time. */
const flippedTables = function* (): Generator<{
  actor: string;
  column: MatrixColumn;
  to: string;
  table: string;
}> {
  const lines = needToKnowTable.split('\n');
  for (const [number, line] of lines.entries()) {
    const [, front, letters] = /^(\s+(?:[A-Z_]+|\.)\s+.+?\s{2,})([-A-Z].*)$/.exec(line) ?? [];
    if (front === undefined || letters === undefined) continue;
    const cells = letters.split(/\s+/);
    for (const [at, column] of matrixColumns.entries())
      for (const other of [...cellLetters, 'FO'].filter((letter) => letter !== cells[at]))
        yield {
          actor: front.trim().replace(/^\S+\s+/, ''),
          column,
          to: other,
          table: lines.with(number, front + cells.with(at, other).join(' ')).join('\n'),
        };
  }
};

describe('The need-to-know matrix', () => {
  let given: Readonly<Record<string, GivenRow>>;
  beforeAll(() => {
    given = givenMatrix(document);
  });

  it('is what the policies, the answers and the rules of openings give, cell by cell', () => {
    expect(expected.columns).toEqual(matrixColumns);
    expect(Object.keys(given).sort()).toEqual(Object.keys(expectedRows).sort());
    expect(Object.keys(expected.withoutLogin)).toEqual(withoutLogin);
    expect(differences(given)).toEqual([]);
  });

  it('is told from a table that reads like the description of the domain, every row of it', () => {
    expect(tableDifferences(needToKnowTable)).toEqual([]);
    // Before clearance and without a part, too: 20 parts, two of them also before, 13 that have none.
    expect(matrixOf(needToKnowTable).length).toBe(Object.keys(described).length - 1);
    for (const cells of Object.values(described)) expect(cells.split(' ').length).toBe(matrixColumns.length);
  });

  it('fails by name for any one cell of the table itself that is flipped', () => {
    let flips = 0;
    for (const { column, table } of flippedTables()) {
      expect(tableDifferences(table)).toEqual([expect.stringContaining(`, ${column}: should be `)]);
      flips += 1;
    }
    expect(flips).toBe(matrixOf(needToKnowTable).length * matrixColumns.length * cellLetters.length);
  });

  it('differs from the description of the domain only where a dated line says why', () => {
    for (const [part, { cells, here }] of Object.entries(expectedRows)) {
      expect([part, cells.split(' ').length]).toEqual([part, matrixColumns.length]);
      for (const [column, { cell, since, why }] of Object.entries(here)) {
        expect([part, column, cells.split(' ')[matrixColumns.indexOf(column as MatrixColumn)]]).not.toEqual([
          part,
          column,
          cell,
        ]);
        expect(since).toMatch(/^2026-\d\d-\d\d$/);
        expect(why.length).toBeGreaterThan(10);
        // What is less than the description and comes later says with which path of it.
        expect([part, column, /not built|\byet: less\b/.test(why)]).toEqual([part, column, false]);
        if (why.startsWith('waits for')) expect(why).toMatch(/^waits for the path of .+ \(2\.[23]\)/);
      }
    }
  });

  it('fails by name for any one cell that is flipped', () => {
    const letters: readonly GivenCell[] = ['F', 'O', 'J', 'S', 'R', '-'];
    let flips = 0;
    for (const [part, row] of Object.entries(given))
      for (const column of matrixColumns)
        for (const other of letters.filter((letter) => letter !== row[column])) {
          const found = differences({ ...given, [part]: { ...row, [column]: other } });
          expect(found).toEqual([expect.stringMatching(`^${part}, ${column}: should be .+, is ${other}$`)]);
          flips += 1;
        }
    expect(flips).toBe(Object.keys(given).length * matrixColumns.length * 5);
  });

  it('gives what it gives after clearance to nobody before it, by the policies beside the routes', () => {
    const opened = (relation: CaseRelation): readonly string[] =>
      declaredRoutes(queryControllers)
        .flatMap(({ path, declared }) => {
          const [, dataClass] = /\/contents\/([a-z-]+)$/.exec(path) ?? [];
          if (dataClass === undefined || isOpen(declared) || isForMachines(declared) || isChoice(declared))
            return [];
          const lets = declared.some(
            ({ relations, stages }) =>
              relations !== 'NO_CASE' &&
              relations.includes(relation) &&
              stages?.includes('BEFORE_CLEARANCE') !== false,
          );
          return lets ? [dataClass] : [];
        })
        .sort();
    // Police who receive have no part before, whatever their policies say: access.spec.ts.
    expect(opened('RECEIVING_BOARD')).toEqual([...expected.beforeClearance['RECEIVING_BOARD']!.opens].sort());
    expect(opened('HOUSING_PROVIDER')).toEqual(['address', 'destination', 'needs']);
    expect(opened('HOME_POLICE')).not.toContain('destination');
  });

  it('is asked in the row of the stage: what is told after clearance is not told to who is only asked', () => {
    for (const [kind, { opens }] of Object.entries(expected.beforeClearance)) {
      const told = dataClasses.filter((one) => mayBeTold(kind as RecipientKind, one, 'BEFORE'));
      // It chose the destination itself, and nobody tells it.
      expect([kind, told]).toEqual([kind, opens.filter((one) => one !== 'destination')]);
    }
    const [flipped] = [...flippedTables()].filter(
      ({ actor, column, to }) =>
        actor === 'Police, receiving, before' && column === 'threatDetail' && to === 'F',
    );
    const matrix = matrixOf(flipped!.table);
    // One row is not the other: a letter before clearance opens nothing after it, and the other way round.
    expect(mayBeTold('RECEIVING_POLICE', 'threat-detail', 'BEFORE', matrix)).toBe(true);
    expect(mayBeTold('RECEIVING_POLICE', 'threat-detail', 'AFTER', matrix)).toBe(false);
    const asked = { foot: 'WAIVER', purpose: 'PLACEMENT_ANSWER' } as const;
    expect(mayHold('RECEIVING_BOARD', 'identity', asked)).toBe(false);
    expect(mayHold('RECEIVING_BOARD', 'identity', { ...asked, purpose: 'RECEPTION' })).toBe(true);
    expect(mayHold('RECEIVING_POLICE', 'identity', { ...asked, purpose: 'THREAT_ASSESSMENT' })).toBe(false);
    expect(mayHold('RECEIVING_POLICE', 'identity', { ...asked, purpose: 'PROTECTION' })).toBe(true);
  });

  it('has a row for every part that can be had and for who does not log in, and agencies without a part have none', () => {
    expect(Object.keys(given).sort()).toEqual([...Object.keys(relationRules), ...withoutLogin].sort());
    for (const name of withoutLogin)
      expect([name, new Set(Object.values(given[name]!))]).toEqual([name, new Set(['-'])]);
    const without = agencies.filter(({ partInCases }) => !partInCases);
    expect(without.length).toBeGreaterThan(8);
    const kinds = new Set<string>(Object.values(relationRules).map(({ agencyKind }) => agencyKind));
    expect(without.filter(({ authority }) => authority !== undefined && kinds.has(authority))).toEqual([]);
  });

  it('stands in the README of libs/access as the build makes it', () => {
    const [, between] = textOf('libs/access/README.md').split(/<!-- matrix:.*?-->\n/);
    const cellsOf = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((line) => line.split('|').map((cell) => cell.trim().replace(/^-+$/, '-')));
    expect(cellsOf(between ?? '')).toEqual(cellsOf(matrixText(document)));
  });
});

/** The words of a source, without comments and line breaks. */
const wordsOf = (path: string): readonly string[] => {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, textOf(path));
  const words: string[] = [];
  while (scanner.scan() !== ts.SyntaxKind.EndOfFileToken) words.push(scanner.getTokenText());
  return words;
};

/** The same for the same content, in whatever order the fields of an object stand; the order of a list counts. */
const hashOf = (content: unknown): string => {
  const sorted = (_key: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(content, sorted)).digest('hex');
};

describe('A place is named', () => {
  const naming = /\breading\s*\.name\(/g;
  const handlers = queryControllers
    .flatMap((controller) => Object.entries(Object.getOwnPropertyDescriptors(controller.prototype as object)))
    .filter(([name]) => name !== 'constructor')
    .flatMap(([, { value }]) =>
      typeof value === 'function' && String(value).search(naming) >= 0 ? [value as object] : [],
    );

  it('only shortly after a login: it is an opening of the destination', () => {
    for (const handler of handlers)
      for (const { login } of alternativesOf(Reflect.getMetadata(POLICY, handler) as RoutePolicies))
        expect([String(handler).slice(0, 80), login]).toEqual([expect.anything(), 'FRESH_LOA3']);
  });

  it('by no other way than in these handlers', () => {
    const sources = readdirSync(fileURLToPath(new URL('../../apps/api/http', import.meta.url)), {
      recursive: true,
      encoding: 'utf8',
    }).filter((path) => path.endsWith('.ts'));
    const calls = sources.flatMap((path) => textOf(`apps/api/http/${path}`).match(naming) ?? []);
    expect(handlers).toHaveLength(calls.length);
    const named = sources.filter((path) => textOf(`apps/api/http/${path}`).includes('recordNaming('));
    expect(named).toEqual(['queries/reading.ts']);
  });
});

describe('The version of the policies, which stands in every event and record', () => {
  const policies = Object.fromEntries(
    declaredRoutes([...commandControllers, ...queryControllers]).map(({ method, path, declared }) => [
      `${method} ${path}`,
      declared,
    ]),
  );
  // Every file that decides who sees what: all of libs/access, who has which part in a case, and what may be told to whom.
  const files = [
    ...readdirSync(fileURLToPath(new URL('../../libs/access', import.meta.url)))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .map((file) => `libs/access/${file}`)
      .sort(),
    'libs/application/case-parts.ts',
    'libs/kernel/need-to-know.ts',
  ];
  // The version itself is no rule.
  const rules = files.map((file) => wordsOf(file).filter((word) => word !== `'${policyVersion}'`));
  const recorded = JSON.parse(textOf('test/contracts/policy-versions.json')) as Record<string, string>;
  const before = Object.fromEntries(
    Object.entries(recorded).filter(([version]) => version !== policyVersion),
  );
  /** The lines from before and what holds now: so the last line vouches for all of them. */
  const hashAfter = (lines: Readonly<Record<string, string>>): string =>
    hashOf({ before: Object.entries(lines), policies, relationRules, freshLoginMinutes, rules });

  it('is that under which these policies were recorded', () => {
    const last = Object.keys(recorded).at(-1) === policyVersion;
    const hash = hashAfter(before);
    // A line with which a build was handed over is never edited: events bear its version.
    if (!last || recorded[policyVersion] !== hash)
      throw new Error(
        `policies changed, or a line of before: give policyVersion a new date (libs/access/policy.ts), and record it in test/contracts/policy-versions.json: "<date>": "${hash}"`,
      );
  });

  it('is that of every line before: one that is edited, dropped or put elsewhere is noticed', () => {
    const lines = Object.entries(before);
    expect(lines.length).toBeGreaterThan(2);
    const others = lines.flatMap(([version, hash], place) => [
      lines.with(place, [version, hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))]),
      lines.with(place, [`${version}-9`, hash]),
      lines.toSpliced(place, 1),
    ]);
    for (const one of [...others, lines.toReversed()])
      expect(hashAfter(Object.fromEntries(one))).not.toBe(recorded[policyVersion]);
  });

  it('covers every file that decides: another word in any of them is another hash', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'libs/access/jurisdiction.ts',
        'libs/access/policy.ts',
        'libs/access/authorise.ts',
      ]),
    );
    for (const place of rules.keys())
      expect(
        hashOf({
          before: Object.entries(before),
          policies,
          relationRules,
          freshLoginMinutes,
          rules: rules.with(place, [...rules[place]!, 'x']),
        }),
      ).not.toBe(hashAfter(before));
  });

  it('stands in no writer as a constant', () => {
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const writers = ['apps', 'libs'].flatMap((folder) =>
      readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !/\.spec\.ts$|(^|\/)testing\//.test(file))
        .map((file) => `${folder}/${file}`),
    );
    expect(writers.length).toBeGreaterThan(300);
    expect(writers.filter((file) => /policyVersion: ['"`]/.test(textOf(file)))).toEqual([]);
  });

  it('hangs on what they say, and not on how it is written', () => {
    const [route = '', declared] = Object.entries(policies).find(([, one]) => Array.isArray(one))!;
    const [first, ...others] = declared as readonly { purpose: string; login: string }[];
    const changed = { ...policies, [route]: [{ ...first!, login: 'LOA2' }, ...others] };
    expect(hashOf(changed)).not.toBe(hashOf(policies));
    const turned = Object.fromEntries(Object.entries(policies).reverse());
    expect(hashOf(turned)).toBe(hashOf(policies));
    expect(rules.flat()).toContain('NO_DELEGATION'.replace(/^|$/g, "'"));
    expect(rules.flat().filter((word) => word.startsWith('//') || word.startsWith('/*'))).toEqual([]);
  });
});
