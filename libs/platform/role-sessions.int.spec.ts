import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { createPool } from './database.js';
import { sessionsIn } from './role-sessions.js';

describe('a statement in the session of a role', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await createTestDatabase({ libs: ['platform'] });
    await database.pool.query(`
      SELECT platform.ensure_role('test_writer');
      CREATE TABLE note (id int PRIMARY KEY, twin int UNIQUE DEFERRABLE INITIALLY DEFERRED);
      GRANT SELECT, INSERT ON note TO test_writer`);
    pool = createPool(database.url, { name: 'test' });
  });
  afterAll(async () => {
    await pool.end();
    await database.close();
  });
  const note = (id: number, twin: number) =>
    sessionsIn(pool, 'test_writer').query('INSERT INTO note VALUES ($1, $2)', [id, twin]);
  const pidOf = async (): Promise<number> =>
    (await sessionsIn(pool, 'test_writer').query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!
      .pid;

  it('has the rights of the role and none of the login', async () => {
    const { rows } = await sessionsIn(pool, 'test_writer').query('SELECT current_user AS "user"');
    expect(rows).toEqual([{ user: 'test_writer' }]);
    await expect(sessionsIn(pool, 'test_writer').query('DELETE FROM note')).rejects.toThrow(
      'permission denied',
    );
    expect((await pool.query('SELECT current_user AS "user"')).rows).toEqual([{ user: 'relocation' }]);
  });

  it('is not carried out at all where the role cannot be entered', async () => {
    await expect(sessionsIn(pool, 'pg_monitor').query('SELECT 1')).rejects.toThrow('permission denied');
    await expect(sessionsIn(pool, 'nobody').query('SELECT 1')).rejects.toThrow('does not exist');
  });

  it('is committed when its answer is there, and an error when the commit fails', async () => {
    await note(1, 1);
    expect((await database.pool.query('SELECT id FROM note WHERE id = 1')).rowCount).toBe(1);
    // The constraint is looked at by the commit.
    await expect(note(2, 1)).rejects.toThrow('duplicate key');
    expect((await database.pool.query('SELECT id FROM note WHERE id = 2')).rowCount).toBe(0);
  });

  it('leaves the session to the next one when the server refuses it', async () => {
    const before = await pidOf();
    await expect(note(1, 9)).rejects.toThrow('duplicate key');
    expect(await pidOf()).toBe(before);
  });

  it('has settings of its own where it needs them, and leaves none of them behind, refused or not', async () => {
    const sql = `SELECT current_setting('test.machine', true) AS machine, pg_backend_pid() AS pid`;
    const asked = async (machine?: string) =>
      (
        await sessionsIn(pool, 'test_writer').query<{ machine: string | null; pid: number }>(
          sql,
          [],
          machine === undefined ? undefined : { 'test.machine': machine },
        )
      ).rows[0]!;
    const { pid, machine } = await asked('m-1');
    expect(machine).toBe('m-1');
    const refused = sessionsIn(pool, 'test_writer').query('INSERT INTO note VALUES (1, 9)', [], {
      'test.machine': 'm-2',
    });
    await expect(refused).rejects.toThrow('duplicate key');
    // A setting that was made once is empty afterwards, and never again the one of somebody else.
    expect(await asked()).toEqual({ machine: '', pid });
    expect((await database.pool.query('SELECT id FROM note WHERE twin = 9')).rowCount).toBe(0);
  });

  it('finds a new session in the same role when its own was killed', async () => {
    await database.pool.query('SELECT pg_terminate_backend($1)', [await pidOf()]);
    const next = await pidOf().catch(() => pidOf());
    expect(next).toBeGreaterThan(0);
    const { rows } = await sessionsIn(pool, 'test_writer').query('SELECT current_user AS "user"');
    expect(rows).toEqual([{ user: 'test_writer' }]);
  });

  it('ends with the pool beside which it stands', async () => {
    const ending = createPool(database.url, { name: 'ending' });
    await sessionsIn(ending, 'test_writer').query('SELECT 1');
    await ending.end();
    await expect(sessionsIn(ending, 'test_writer').query('SELECT 1')).rejects.toThrow('after calling end');
    // The server notices a moment later that somebody has hung up.
    const left = async () =>
      (await database.pool.query(`SELECT FROM pg_stat_activity WHERE application_name = 'ending'`)).rowCount;
    for (const until = performance.now() + 45_000; (await left()) !== 0 && performance.now() < until;)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await left()).toBe(0);
  });
});
