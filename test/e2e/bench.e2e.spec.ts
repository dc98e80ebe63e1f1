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
  it('measures appends beside others and whole commands beside a bare route, and writes table, figures and plot', async () => {
    const { stdout, stderr } = await bench('--only', 'a,b');

    expect(stderr).toContain('(a)');
    expect(stdout).toMatch(/PostgreSQL: .*fsync=on .*server_version=\d+/);
    expect(stdout).toContain('EventStoreDB, real server: skipped (no ESDB_TEST_URL)');
    const files = await readdir(folder);
    const figures = files.find((name) => name.endsWith('.json'))!;
    const report = JSON.parse(await readFile(join(folder, figures), 'utf8')) as Report;
    expect(report.parts.map(({ part }) => part)).toEqual(['a', 'b']);
    for (const { title, columns, rows, aims } of report.parts) {
      expect(stdout).toContain(title);
      for (const { name, values } of rows) {
        expect(stdout).toContain(name);
        expect(values).toHaveLength(columns.length);
        // Ratios may round to nothing on a machine that does much else; a rate of nothing was not measured.
        const rate = values[columns.findIndex((column) => column.includes('per second'))];
        expect(rate).toBeGreaterThan(0);
        expect(values.filter((value) => typeof value === 'number' && value >= 0)).toEqual(values);
      }
      expect(aims.length).toBeGreaterThan(0);
      for (const { what } of aims) expect(stdout).toContain(`aim: ${what}`);
    }
    const names = report.parts.flatMap(({ rows }) => rows.map(({ name }) => name));
    expect(names).toEqual(
      expect.arrayContaining([
        'this log',
        'Emmett on PostgreSQL',
        'single prepared INSERT',
        'INSERT of 16 rows, one connection',
        'INSERT of 50 rows, one connection',
        'bare Fastify route, 1 process',
        'RegisterSupportDecision, 1 process',
      ]),
    );
    const plot = await readFile(join(folder, figures.replace('.json', '.svg')), 'utf8');
    expect(plot.match(/<rect x=/g)!.length).toBeGreaterThanOrEqual(names.length);
  }, 240_000);

  it('says which parts there are when one is asked for that there is not', async () => {
    await expect(bench('--only', 'x')).rejects.toMatchObject({
      stderr: expect.stringContaining('There is no part x: a, b, c, d, e, f, g.'),
    });
  });
});
