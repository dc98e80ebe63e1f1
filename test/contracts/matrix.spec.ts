import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { relationRules } from '#access';
import { agencies } from '#domain/disclosure';
import { type MatrixColumn, matrixColumns, needToKnow } from '#kernel';
import { type GivenCell, givenMatrix, type GivenRow, matrixText } from '../../apps/api/need-to-know.js';

const textOf = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

interface Expected {
  readonly rows: Readonly<
    Record<
      string,
      {
        readonly actor: string;
        readonly cells: string;
        readonly here: Readonly<
          Partial<
            Record<MatrixColumn, { readonly cell: GivenCell; readonly since: string; readonly why: string }>
          >
        >;
      }
    >
  >;
  readonly columns: readonly MatrixColumn[];
  readonly beforeClearance: Readonly<Record<string, { readonly opens: readonly string[] }>>;
}
const expected = JSON.parse(textOf('test/contracts/expected-matrix.json')) as Expected;
const document = JSON.parse(textOf('apps/api/openapi.json')) as OpenAPIObject;

/** FO and F are told and written in full; what a row of its own says is meant to the letter. */
const fits = (table: string, given: GivenCell): boolean => (table === 'FO' ? given === 'F' : table === given);

/** Every cell that is not as it should be: the part, the column, what should be there and what is. */
const differences = (given: Readonly<Record<string, GivenRow>>): readonly string[] =>
  Object.entries(expected.rows).flatMap(([part, { cells, here }]) => {
    const letters = cells.split(' ');
    return expected.columns.flatMap((column, at) => {
      const is = given[part]?.[column];
      const should = here[column]?.cell ?? letters[at]!;
      return is !== undefined && fits(should, is)
        ? []
        : [`${part}, ${column}: should be ${should}, is ${is ?? 'not there'}`];
    });
  });

describe('The need-to-know matrix', () => {
  let given: Readonly<Record<string, GivenRow>>;
  beforeAll(() => {
    given = givenMatrix(document);
  });

  it('is what the policies, the answers and the rules of openings give, cell by cell', () => {
    expect(expected.columns).toEqual(matrixColumns);
    expect(Object.keys(given).sort()).toEqual(Object.keys(expected.rows).sort());
    expect(differences(given)).toEqual([]);
  });

  it('is told from a table that reads like the description of the domain, row by row', () => {
    const parts = needToKnow.filter(({ kind, actor }) => kind !== undefined && !actor.endsWith('before'));
    const dutyOfficer = (actor: string) => actor.includes('duty');
    for (const { kind, actor, cells } of parts) {
      const row = dutyOfficer(actor) ? 'HOME_DUTY' : kind!;
      expect([row, matrixColumns.map((column) => cells[column]).join(' ')]).toEqual([
        row,
        expected.rows[row]!.cells,
      ]);
    }
    expect(parts.length).toBe(Object.keys(expected.rows).length - 1);
  });

  it('differs from the description of the domain only where a dated line says why', () => {
    for (const [part, { cells, here }] of Object.entries(expected.rows)) {
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

  it('gives what it gives after clearance to nobody before it', () => {
    const { roles } = JSON.parse(textOf('test/contracts/expected-columns.json')) as {
      roles: Record<string, { stages: Record<string, { sealed: readonly string[] }> }>;
    };
    // The rows of the read models are held against this stage by stage, in columns.int.spec.ts.
    for (const [role, part] of [
      ['RECEIVING_BOARD_CONTACT', 'RECEIVING_BOARD'],
      ['REFERRED_POLICE_COORDINATOR', 'RECEIVING_POLICE'],
    ] as const)
      for (const stage of ['REFERRED', 'PROPOSED', 'ACCEPTED', 'ADMITTED']) {
        const sealed = roles[role]!.stages[stage]?.sealed ?? [];
        expect([
          role,
          stage,
          sealed.filter((one) => !expected.beforeClearance[part]!.opens.includes(one)),
        ]).toEqual([role, stage, []]);
      }
  });

  it('has a row for every part that can be had, and agencies without a part have none', () => {
    expect(Object.keys(given).sort()).toEqual(Object.keys(relationRules).sort());
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
