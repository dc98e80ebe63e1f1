import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { arch, cpus, platform, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { OperatorError, runProgram } from '#platform';
import { appends } from './appends.js';
import { caseLoad } from './case-load.js';
import { commands } from './commands.js';
import { dossier, toRow } from './latency.js';
import type { Part } from './part.js';
import { asSvg, asText, type Report } from './report.js';
import type { PartResult } from './result.js';
import { rebuildAll } from './rebuild.js';
import { start } from './start.js';
import { type BenchSystem, startBenchSystem } from './system.js';

const parts: readonly Part[] = [appends, commands, toRow, dossier, rebuildAll, caseLoad, start];

/** As installed, not as asked for. */
const versionOf = async (name: string): Promise<string> => {
  const file = new URL(`../../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
};

const environmentOf = async ({ pool }: BenchSystem): Promise<Record<string, string>> => {
  const { rows } = await pool.query<{ name: string; setting: string }>(
    `SELECT name, setting FROM pg_settings WHERE name IN
       ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method', 'shared_buffers',
        'max_connections') ORDER BY name`,
  );
  return {
    node: process.version,
    machine: `${platform()} ${arch()}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    PostgreSQL: rows.map(({ name, setting }) => `${name}=${setting}`).join(' '),
    'beside it': `Emmett PostgreSQL store ${await versionOf('@event-driven-io/emmett-postgresql')}, Fastify ${await versionOf('fastify')}`,
  };
};

const chosen = (only: string | undefined): readonly Part[] => {
  if (only === undefined) return parts;
  const letters = only.split(',').map((letter) => letter.trim());
  const unknown = letters.filter((letter) => !parts.some(({ part }) => part === letter));
  if (unknown.length > 0)
    throw new OperatorError(
      `There is no part ${unknown.join(', ')}: ${parts.map(({ part }) => part).join(', ')}.`,
    );
  return parts.filter(({ part }) => letters.includes(part));
};

/** A line that is written over while something goes on; on a screen only. */
const progressLine = (part: string) => {
  const began = performance.now();
  return (doing: string): void => {
    const seconds = Math.round((performance.now() - began) / 1_000);
    const line = `(${part}) ${seconds} s: ${doing}`;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
    else process.stderr.write(`${line}\n`);
  };
};

await runProgram(async () => {
  const program = new Command('bench')
    .description('Measures this system on a PostgreSQL of its own, beside others on the same one.')
    .option(
      '--only <parts>',
      `some parts, for example a,b; there are ${parts.map(({ part }) => part).join(', ')}`,
    )
    .option('--quick', 'so small that it only shows that everything works', false)
    .option('--out <folder>', 'where the figures and the plot go', 'bench-results')
    .option('--profile', 'take a CPU profile of every api process, too', false)
    .parse();
  const { only, quick, out, profile } = program.opts<{
    only?: string;
    quick: boolean;
    out: string;
    profile: boolean;
  }>();
  const wanted = chosen(only);
  const startedAt = new Date().toISOString();
  const results: PartResult[] = [];
  const skipped: string[] = [];
  let environment: Record<string, string> = {};
  let system: BenchSystem | undefined;
  try {
    for (const part of wanted) {
      const progress = progressLine(part.part);
      // Each part has a database of its own, so that none runs on what another has left; where nothing is really
      // measured, one is enough.
      if (!quick) {
        await system?.close();
        system = undefined;
      }
      if (!system) progress('a new database is made');
      system ??= await startBenchSystem(profile ? join(resolve(out), 'profiles') : undefined);
      if (results.length === 0) {
        environment = await environmentOf(system);
        for (const [name, value] of Object.entries(environment)) process.stdout.write(`${name}: ${value}\n`);
      }
      const { part: letter, title } = part;
      results.push({ part: letter, title, ...(await part.run({ system, quick, progress })) });
    }
  } finally {
    await system?.close();
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  if (wanted.includes(appends) && !process.env['ESDB_TEST_URL'])
    skipped.push('EventStoreDB, real server: skipped (no ESDB_TEST_URL)');
  const report: Report = { startedAt, quick, environment, parts: results, skipped };
  const folder = resolve(out);
  await mkdir(folder, { recursive: true });
  const file = join(folder, startedAt.replaceAll(':', '').slice(0, 17));
  await writeFile(`${file}.json`, `${JSON.stringify(report, undefined, 2)}\n`);
  await writeFile(`${file}.svg`, asSvg(report));
  process.stdout.write(
    `${asText({ ...report, environment: {} })}\n\nFigures ${file}.json, plot ${file}.svg\n`,
  );
});
