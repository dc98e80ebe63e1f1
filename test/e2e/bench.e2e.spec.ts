import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Report } from '../../apps/bench/report.js';

const program = fileURLToPath(new URL('../../dist/apps/bench/main.js', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-spec-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bench = async (...options: string[]) =>
  promisify(execFile)(process.execPath, [program, '--quick', '--out', folder, ...options], {
    env: { ...process.env, ESDB_TEST_URL: '' },
  });

describe('npm run bench', () => {
  it('measures each part and writes table, figures and plot', async () => {
    const { stdout, stderr } = await bench();

    expect(stdout).toMatch(/PostgreSQL: .*fsync=on .*server_version=\d+/);
    expect(stdout).toMatch(/beside it: Emmett PostgreSQL store \d+\.\d+\.\d+, Fastify \d+\.\d+\.\d+/);
    expect(stdout).toContain('EventStoreDB, real server: skipped (no ESDB_TEST_URL)');
    const files = await readdir(folder);
    const figures = files.find((name) => name.endsWith('.json'))!;
    const report = JSON.parse(await readFile(join(folder, figures), 'utf8')) as Report;
    expect(report.parts.map(({ part }) => part)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    for (const { part, title, columns, rows, aims } of report.parts) {
      expect(stderr).toContain(`(${part}) `);
      expect(stdout).toContain(`(${part}) ${title}`);
      for (const { name, values } of rows) {
        expect(stdout).toContain(name);
        expect(values).toHaveLength(columns.length);
        // Ratios may round to nothing on a machine that does much else; what is counted or timed cannot be nothing.
        const rate = columns.findIndex((column) => column.includes('per second'));
        expect(values[Math.max(rate, 0)]).toBeGreaterThan(0);
        expect(values.filter((value) => typeof value === 'number' && value >= 0)).toEqual(values);
      }
      // No time was asked for the load of one case.
      expect(aims.length > 0).toBe(part !== 'f');
      for (const { what } of aims) expect(stdout).toContain(`aim: ${what}`);
    }
    const namesOf = (letter: string): string[] =>
      report.parts.find(({ part }) => part === letter)!.rows.map(({ name }) => name);
    expect(namesOf('a')).toEqual(
      expect.arrayContaining([
        'this log',
        'Emmett on PostgreSQL',
        'single prepared INSERT',
        'INSERT of 16 rows, one connection',
        'INSERT of 50 rows, one connection',
      ]),
    );
    expect(namesOf('b')).toEqual(
      expect.arrayContaining(['bare Fastify route, 1 process', 'RegisterSupportDecision, 1 process']),
    );
    expect(namesOf('c')).toEqual([
      'row in the read model, first 10 s',
      'answer of the api',
      'row in the read model',
    ]);
    expect(namesOf('d')).toEqual(['identity of a case, first 10 s', 'identity of a case']);
    expect(namesOf('e')).toEqual(['200 events', '600 events']);
    expect(namesOf('f')).toEqual(['5 events', '20 events']);
    expect(namesOf('g')).toEqual([
      expect.stringMatching(/^first start/),
      expect.stringMatching(/^start on what is there/),
    ]);
    const plot = await readFile(join(folder, figures.replace('.json', '.svg')), 'utf8');
    expect(plot).toMatch(/^<svg [^]*<\/svg>\n$/);
    const values = report.parts.flatMap(({ rows }) => rows.flatMap((row) => row.values));
    // A bar for each number, on the white ground.
    expect(plot.match(/<rect x=/g)).toHaveLength(values.length);
  }, 480_000);

  it('says which parts there are when one is asked for that there is not', async () => {
    await expect(bench('--only', 'x')).rejects.toMatchObject({
      stderr: expect.stringContaining('There is no part x: a, b, c, d, e, f, g.'),
    });
  });
});
