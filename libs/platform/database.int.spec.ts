import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { createPool, withTransaction } from './database.js';

describe('a transaction', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await createTestDatabase({ libs: ['platform'] });
    await database.pool.query(`
      SELECT platform.ensure_role('test_reader');
      CREATE TABLE note (organisation text NOT NULL);
      ALTER TABLE note ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own ON note TO test_reader USING (organisation = current_setting('app.organisation', true));
      GRANT SELECT ON note TO test_reader;
      INSERT INTO note VALUES ('ours'), ('theirs')`);
    // One session, so that what one transaction leaves behind would be met by the next.
    pool = createPool(database.url, { name: 'test', max: 1 });
  });
  afterAll(async () => {
    await pool.end();
    await database.close();
  });
  const seen = async (organisation?: string): Promise<unknown[]> =>
    withTransaction(
      pool,
      {
        role: 'test_reader',
        settings: organisation === undefined ? {} : { 'app.organisation': organisation },
      },
      async (client) =>
        (await client.query('SELECT organisation FROM note')).rows.map(
          (row) => row['organisation'] as string,
        ),
    );

  it('sees the rows that its role and settings allow, and nothing without them', async () => {
    expect(await seen('ours')).toEqual(['ours']);
    expect(await seen()).toEqual([]);
    expect(await seen("x' OR 'a'='a")).toEqual([]);
  });

  it('leaves role and settings behind when it ends, also when it fails', async () => {
    await expect(
      withTransaction(
        pool,
        { role: 'test_reader', settings: { 'app.organisation': 'ours' } },
        async (client) => {
          await client.query('DELETE FROM note');
        },
      ),
    ).rejects.toThrow('permission denied');
    const { rows } = await pool.query(
      `SELECT current_user AS "user", coalesce(current_setting('app.organisation', true), '') AS organisation`,
    );
    expect(rows).toEqual([{ user: 'relocation', organisation: '' }]);
  });

  it('writes nothing when the work fails', async () => {
    await expect(
      withTransaction(pool, {}, async (client) => {
        await client.query(`INSERT INTO note VALUES ('half')`);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    const { rows } = await pool.query(`SELECT count(*)::int AS count FROM note WHERE organisation = 'half'`);
    expect(rows).toEqual([{ count: 0 }]);
  });

  it('does not claim to have committed when the work hid a failed statement', async () => {
    await expect(
      withTransaction(pool, {}, async (client) => {
        await client.query(`INSERT INTO note VALUES ('hidden')`);
        await client.query('SELECT 1/0').catch(() => undefined);
      }),
    ).rejects.toThrow('the transaction was rolled back');
  });

  it('that loses its session is reported, and the next one gets a new session', async () => {
    await expect(
      withTransaction(pool, {}, async (client) => {
        const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
        await client.query('SELECT 1');
      }),
    ).rejects.toThrow();
    expect(await seen('ours')).toEqual(['ours']);
  });

  it('refuses a setting whose name is not one', async () => {
    await expect(
      withTransaction(pool, { settings: { "a', 'b": 'x' } }, async () => undefined),
    ).rejects.toThrow(TypeError);
  });
});
