import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { findMigrations, isMigrated, migrate } from './migrations.js';

describe('the files of the migrations', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await fs.mkdtemp(join(tmpdir(), 'migrations-'));
  });
  afterAll(() => fs.rm(folder, { recursive: true }));
  const write = async (path: string, text: string): Promise<void> => {
    await fs.mkdir(join(folder, path, '..'), { recursive: true });
    await fs.writeFile(join(folder, path), text);
  };
  const names = (libs?: readonly string[]) =>
    findMigrations(libs, folder).files.map((file) => basename(file));

  it('run in the order of their numbers over all libs', async () => {
    await write('zebra/migrations/0002-second.sql', 'SELECT 2');
    await write('apple/deep/migrations/0010-third.sql', 'SELECT 3');
    await write('apple/migrations/0001-first.sql', 'SELECT 1');
    await write('apple/other/query.sql', 'SELECT 0');
    expect(names()).toEqual(['0001-first.sql', '0002-second.sql', '0010-third.sql']);
    expect(names(['zebra'])).toEqual(['0002-second.sql']);
  });

  it('give another hash when one is edited', async () => {
    const before = findMigrations(undefined, folder).hash;
    await write('zebra/migrations/0002-second.sql', 'SELECT 22');
    expect(findMigrations(undefined, folder).hash).not.toBe(before);
  });

  it('may not share a number or lack one', async () => {
    await write('zebra/migrations/0001-again.sql', 'SELECT 1');
    expect(() => names()).toThrow('share the number 0001');
    await fs.rm(join(folder, 'zebra/migrations/0001-again.sql'));
    await write('zebra/migrations/later.sql', 'SELECT 1');
    expect(() => names()).toThrow('must be called NNNN-name.sql');
  });
});

describe('a migrated database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase({ libs: ['platform'] });
  });
  afterAll(() => database.close());

  it('is left alone by the next start, also by two at once', async () => {
    expect(await isMigrated(database.url)).toBe(true);
    const runs = await Promise.all([1, 2, 3].map(() => migrate(database.url, { libs: ['platform'] })));
    expect(runs).toEqual([[], [], []]);
  });

  it('refuses a migration that was edited after it had run, and names it', async () => {
    const folder = await fs.mkdtemp(join(tmpdir(), 'migrations-'));
    const original = join(import.meta.dirname, 'migrations');
    await fs.cp(original, join(folder, 'platform', 'migrations'), { recursive: true });
    const run = () => migrate(database.url, { libs: ['platform'], folder });
    expect(await run()).toEqual([]);
    await fs.appendFile(join(folder, 'platform', 'migrations', '0001-platform.sql'), '\n-- edited\n');
    await expect(run()).rejects.toThrow(
      'The migration 0001-platform was edited after it had run here: put it back as it was, and write the change as a new migration.',
    );
    await fs.rm(folder, { recursive: true });
  });

  it('is made once when several starts meet a new one', async () => {
    await database.pool.query('DROP SCHEMA platform CASCADE');
    expect(await isMigrated(database.url)).toBe(false);
    const runs = await Promise.all([1, 2, 3].map(() => migrate(database.url, { libs: ['platform'] })));
    expect(runs.flat()).toEqual(['0001-platform', '0002-migration-hashes', '0003-runtime-logins']);
  });
});

describe('a database that does not answer', () => {
  it('is reported in one sentence', async () => {
    await expect(migrate('postgres://nobody:x@127.0.0.1:1/none')).rejects.toThrow(
      /^The database could not be migrated \(.+\): see that it runs, and that its user may create schemas and roles\.$/,
    );
  });
});
