import { afterAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from './database.js';

describe('databases for tests', () => {
  const open: TestDatabase[] = [];
  const create = async (): Promise<TestDatabase> => {
    const database = await createTestDatabase({ libs: ['platform'] });
    open.push(database);
    return database;
  };
  afterAll(() => Promise.all(open.map((database) => database.close())));

  it('are migrated, and what one test writes is not seen by another', async () => {
    const [first, second] = await Promise.all([create(), create()]);
    await first.pool.query('CREATE TABLE only_here (id int)');
    const { rows } = await second.pool.query(
      `SELECT to_regclass('only_here') AS "table", to_regclass('platform.migrations')::text AS migrations`,
    );
    expect(rows).toEqual([{ table: null, migrations: 'platform.migrations' }]);
  });

  it('are used as an owner who is no superuser', async () => {
    const { pool } = await create();
    const { rows } = await pool.query(`SELECT rolsuper FROM pg_roles WHERE rolname = current_user`);
    expect(rows).toEqual([{ rolsuper: false }]);
  });

  it('let the owner enter a role of the migrations without having its rights before', async () => {
    const { pool } = await create();
    await pool.query(`SELECT platform.ensure_role('reader_of_the_test')`);
    await pool.query(`SELECT platform.ensure_role('reader_of_the_test')`);
    const { rows } = await pool.query(
      `SELECT pg_has_role(current_user, 'reader_of_the_test', 'SET') AS enters,
              pg_has_role(current_user, 'reader_of_the_test', 'USAGE') AS inherits`,
    );
    expect(rows).toEqual([{ enters: true, inherits: false }]);
  });
});
