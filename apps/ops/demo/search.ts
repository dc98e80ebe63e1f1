import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createPool } from '#platform';
import { DoesNotHold, type Story } from './story.js';
import type { Spans } from './spans.js';
import type { System } from './system.js';
import { searchFolder, searchText } from './traces.js';

/** Texts planted in clear, so that the search is known to find what is there. */
export interface Planted {
  readonly heap: string;
  readonly longValue: string;
  readonly compressed: string;
  readonly log: string;
}

const canary = (where: string): string => `kanariefågel-${where}-${randomBytes(9).toString('base64url')}`;

export const plant = async (system: System): Promise<Planted> => {
  const planted = {
    heap: canary('heap'),
    longValue: canary('long'),
    compressed: canary('compressed'),
    log: canary('log'),
  };
  const pool = createPool(system.databaseUrl, { name: 'canaries', max: 1 });
  try {
    await pool.query(`CREATE SCHEMA canaries`);
    await pool.query(`CREATE TABLE canaries.planted (heap text, long_value text, compressed text)`);
    await pool.query(`ALTER TABLE canaries.planted ALTER long_value SET STORAGE EXTERNAL`);
    await pool.query(`INSERT INTO canaries.planted VALUES ($1, $2, $3)`, [
      planted.heap,
      `${randomBytes(8_000).toString('hex')}${planted.longValue}${randomBytes(8_000).toString('hex')}`,
      // The server compresses this one: only reading it through SQL shows it.
      `${'abcdefgh '.repeat(4_000)}${planted.compressed}`,
    ]);
  } finally {
    await pool.end();
  }
  system.log.info(planted.log);
  return planted;
};

/** All rows of all tables as text: finds what the server keeps compressed, which a search of its files cannot. */
export const everyRow = async (adminUrl: string): Promise<string> => {
  const pool = createPool(adminUrl, { name: 'search', max: 1 });
  try {
    const { rows: tables } = await pool.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    const parts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await pool.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      parts.push(...rows.map(({ row }) => row));
    }
    return parts.join('\n');
  } finally {
    await pool.end();
  }
};

/**
 * Stops the system and searches everything that it left on disk, its database folder with the write-ahead log, its logs and
 * its traces, for what must not be there.
 * @throws DoesNotHold when a canary is not found, or something else is
 */
export const searchEverything = async (
  system: System,
  story: Story,
  spans: Spans,
  secrets: readonly string[],
): Promise<void> => {
  story.step(
    'Everything is stopped and searched: rows, files of the database, write-ahead log, logs, traces.',
  );
  const planted = await plant(system);
  const log = await system.logText();
  await system.stopPrograms();
  const rows = await everyRow(system.adminUrl);
  await system.stopDatabase();
  await spans.layInto(system.folder);

  const texts = [...Object.values(planted), spans.program, ...secrets];
  const names = [...Object.keys(planted), 'program'];
  const { found, bytes } = await searchFolder(system.folder, texts, [join(system.folder, 'keys')]);
  const inRows = searchText(rows, texts);
  const files = (text: string) =>
    found.filter((one) => one.text === names.indexOf(text)).map(({ file }) => file);
  const isWal = (file: string) => file.includes('pg_wal');
  story.holds(
    'the search finds what was planted in a table',
    files('heap').some((file) => !isWal(file)),
  );
  story.holds(
    'and in a long value',
    files('longValue').some((file) => !isWal(file)),
  );
  story.holds('and in the write-ahead log', files('heap').some(isWal));
  story.holds("and in the programs' log", files('log').length > 0);
  story.holds(
    'and the name of the program in the traces',
    files('program').some((file) => file.startsWith('traces')),
  );
  story.holds('and in a value that the server compressed', inRows.includes(names.indexOf('compressed')));

  const leaks = [
    ...found
      .filter(({ text }) => text >= names.length)
      .map(({ text, file }) => `text ${text - names.length} in ${file}`),
    ...inRows.filter((text) => text >= names.length).map((text) => `text ${text - names.length} in a row`),
    ...searchText(log, secrets).map((text) => `text ${text} in an event`),
  ];
  if (leaks.length > 0) throw new DoesNotHold(`in clear on disk: ${leaks.slice(0, 10).join('; ')}`);
  story.holds(
    `none of ${secrets.length} names, numbers, addresses and places stands in ${Math.round(bytes / 1_000_000)} MB`,
    bytes > 0,
  );
};
