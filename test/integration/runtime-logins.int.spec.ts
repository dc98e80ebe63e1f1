import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { OperatorError, refuseOwner } from '#platform';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const poolOf = (program: 'api' | 'worker'): pg.Pool =>
  program === 'api' ? database.apiPool : database.workerPool;

/** SQLSTATE with which it is refused, or `done`. Nothing of it stays. */
const attempt = async (program: 'api' | 'worker', sql: string): Promise<string> => {
  const client = await poolOf(program).connect();
  try {
    await client.query('BEGIN');
    await client.query(sql);
    return 'done';
  } catch (error) {
    return (error as { code?: string }).code ?? 'no code';
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
};

const rolesOf = async (program: 'api' | 'worker'): Promise<readonly string[]> => {
  const { rows } = await database.pool.query<{ role: string }>(
    // Those of this system: other databases of the server may have made roles of their own.
    `SELECT r.rolname AS role FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
     WHERE m.member = $1::regrole AND r.rolname NOT LIKE '%sample%' AND r.rolname NOT LIKE '%test%' ORDER BY 1`,
    [`relocation_${program}`],
  );
  return rows.map(({ role }) => role);
};

describe.each(['api', 'worker'] as const)('The login of the %s', (program) => {
  it('is nobody special, and has no right before it enters a role', async () => {
    const { rows } = await database.pool.query(
      `SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication, rolinherit
       FROM pg_roles WHERE rolname = $1`,
      [`relocation_${program}`],
    );
    expect(rows).toEqual([
      {
        rolsuper: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolbypassrls: false,
        rolreplication: false,
        rolinherit: false,
      },
    ]);
    const { rows: inherited } = await database.pool.query(
      `SELECT FROM pg_auth_members WHERE member = $1::regrole AND (inherit_option OR admin_option)`,
      [`relocation_${program}`],
    );
    expect(inherited).toEqual([]);
    for (const table of ['log.events', 'vault.reads', 'vault.keys', 'home_board.case_v1', 'subs.leases'])
      expect([table, await attempt(program, `SELECT FROM ${table}`)]).toEqual([table, '42501']);
  });

  it('owns nothing', async () => {
    const { rows } = await database.pool.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_shdepend
       WHERE refclassid = 'pg_authid'::regclass AND refobjid = $1::regrole AND deptype = 'o'`,
      [`relocation_${program}`],
    );
    expect(rows).toEqual([{ count: 0 }]);
  });

  // As itself and in every role that it may enter: what one of them could do, it can do.
  it.each([
    'ALTER TABLE log.events DISABLE TRIGGER append_only',
    'ALTER TABLE log.events DISABLE TRIGGER ALL',
    'ALTER TABLE vault.reads DISABLE TRIGGER append_only',
    'DROP TRIGGER append_only ON vault.reads',
    'SET LOCAL session_replication_role = replica',
    'ALTER TABLE home_board.case_v1 NO FORCE ROW LEVEL SECURITY',
    'ALTER TABLE home_board.case_v1 DISABLE ROW LEVEL SECURITY',
    'DROP POLICY reader ON home_board.case_v1',
    'CREATE POLICY mine ON home_board.case_v1 USING (true)',
    'DROP TABLE log.events',
    'DROP TABLE vault.reads CASCADE',
    'DROP SCHEMA vault CASCADE',
    'TRUNCATE vault.reads',
    'TRUNCATE log.events',
    'DELETE FROM vault.reads',
    'UPDATE log.events SET type = type',
    `GRANT SELECT ON vault.keys TO relocation_${program}`,
    `GRANT vault_keeper TO relocation_${program}`,
    `GRANT relocation TO relocation_${program}`,
    'GRANT EXECUTE ON FUNCTION vault.declare_instance(boolean) TO PUBLIC',
    'SELECT vault.declare_instance(true)',
    `SELECT platform.ensure_role('another')`,
    'SELECT platform.settle_logins()',
    `INSERT INTO platform.runtime_roles VALUES ('relocation_${program}', '%')`,
    'CREATE TABLE public.mine (id int)',
    'CREATE SCHEMA mine',
    'CREATE ROLE mine',
    `ALTER ROLE relocation PASSWORD 'mine'`,
    `ALTER FUNCTION vault.open SET search_path = public`,
    'SELECT FROM vault.keys',
    'SELECT FROM vault.person_index',
    'SELECT FROM vault.companions',
    'UPDATE vault.keys SET epoch = 9',
    'DELETE FROM vault.keys',
  ])('is refused, whatever role it enters: %s', async (sql) => {
    const answers = new Map([['itself', await attempt(program, sql)]]);
    for (const role of await rolesOf(program))
      answers.set(role, await attempt(program, `SET LOCAL ROLE ${role}; ${sql}`));
    // Not allowed; no such privilege; or, for what exists only for others, not even there.
    expect([...answers].filter(([, code]) => !['42501', 'RV004', '23001'].includes(code))).toEqual([]);
    expect(answers.size).toBeGreaterThan(5);
  });

  it('enters the roles that it needs, and no other', async () => {
    const { rows } = await database.pool.query<{ role: string }>(
      `SELECT rolname AS role FROM pg_roles
       WHERE rolname !~ '^pg_' AND rolname NOT LIKE '%sample%' AND rolname NOT LIKE '%test%' ORDER BY 1`,
    );
    const entered: string[] = [];
    for (const { role } of rows)
      if ((await attempt(program, `SET LOCAL ROLE ${role}`)) === 'done') entered.push(role);
    expect(entered).toEqual([...(await rolesOf(program)), `relocation_${program}`].sort());
    const own = /^(read_\w+|log_(appender|reader)|vault_opener|police_(verdict|registrar)|subs_reader)$/;
    const workers =
      /^(project_\w+|log_(appender|reader)|police_verdict|subs_(runner|reader)|notary_(writer|reader))$/;
    const foreign = (await rolesOf(program)).filter(
      (role) => !(program === 'api' ? own : workers).test(role),
    );
    expect(foreign).toEqual([]);
  });
});

describe('What each program may do', () => {
  it('the worker has no way to a door of the vault, nor to the rows of Police', async () => {
    for (const role of ['vault_opener', 'police_registrar', 'vault_reviewer', 'vault_keeper', 'read_police'])
      expect([role, await attempt('worker', `SET LOCAL ROLE ${role}`)]).toEqual([role, '42501']);
  });

  it('the api has no way to write a read model or a grant', async () => {
    for (const role of ['project_vault', 'project_police', 'subs_runner', 'notary_writer', 'vault_reviewer'])
      expect([role, await attempt('api', `SET LOCAL ROLE ${role}`)]).toEqual([role, '42501']);
  });

  it('neither of them starts as the owner', async () => {
    await expect(refuseOwner(database.pool, 'api')).rejects.toThrow(OperatorError);
    await expect(refuseOwner(database.pool, 'worker')).rejects.toThrow('relocation_worker');
    await refuseOwner(database.apiPool, 'api');
    await refuseOwner(database.workerPool, 'worker');
  });
});
