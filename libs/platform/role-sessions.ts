import pg from 'pg';

/** Sessions of one role beside one pool, at most: enough, since what is asked for at the same moment goes together. */
const maxSessions = 4;

/** One statement as a transaction of its own, in a role. */
export interface RoleSessions {
  /**
   * Gives the rows after the commit: the driver answers when the server is ready for the next statement, which it is
   * only when the transaction has ended. A commit that fails is an error.
   * @param sql a text of the code, never put together from values: it is prepared once in each session
   * @param settings hold for this statement alone, for what reads them by current_setting; costs two round trips more
   * @throws what the driver says; whether the statement took effect is not known when the session was lost
   */
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    sql: string,
    values?: readonly unknown[],
    settings?: Readonly<Record<string, string>>,
  ): Promise<pg.QueryResult<Row>>;
}

interface Beside {
  /** By role and use. */
  readonly byRole: Map<string, RoleSessions>;
  readonly pools: pg.Pool[];
}
const besidePools = new WeakMap<pg.Pool, Beside>();

/**
 * Sessions that enter `role` when they start and stay in it, so that one statement is one round trip, where BEGIN, SET
 * ROLE, the statement and COMMIT are three. They have the settings and limits of `pool`, and end with it. For statements
 * that need nothing else: what reads under row-level security says whose rows it may see, and needs a transaction.
 * @param use names sessions of their own for what must not wait until others of this role have ended
 */
export const sessionsIn = (pool: pg.Pool, role: string, use = ''): RoleSessions => {
  const beside = besidePools.get(pool) ?? endingWith(pool);
  const key = `${role} ${use}`;
  const known = beside.byRole.get(key);
  if (known) return known;
  const sessions = openPool(pool, role);
  beside.pools.push(sessions);
  const made: RoleSessions = {
    query: (sql, values = [], settings) => queryOn(sessions, sql, values, settings),
  };
  beside.byRole.set(key, made);
  return made;
};

/** Whoever ends a pool means all of its sessions. */
const endingWith = (pool: pg.Pool): Beside => {
  const beside: Beside = { byRole: new Map(), pools: [] };
  besidePools.set(pool, beside);
  const end = pool.end.bind(pool) as () => Promise<void>;
  pool.end = (async () => {
    await Promise.all(beside.pools.splice(0).map((one) => one.end()));
    await end();
  }) as typeof pool.end;
  return beside;
};

const openPool = (pool: pg.Pool, role: string): pg.Pool => {
  const { password } = pool.options;
  const sessions = new pg.Pool({
    ...pool.options,
    // The pool hides it from whoever prints its options, and so from a copy of them.
    ...(password !== undefined && { password }),
    max: Math.min(maxSessions, pool.options.max),
    // Waited for before the session is given to anybody: one that cannot enter the role is closed.
    onConnect: (client) => client.query(`SET ROLE ${pg.escapeIdentifier(role)}`) as unknown as undefined,
  });
  sessions.on('error', (error, client) => pool.emit('error', error, client));
  return sessions;
};

const queryOn = async <Row extends pg.QueryResultRow>(
  sessions: pg.Pool,
  sql: string,
  values: readonly unknown[],
  settings?: Readonly<Record<string, string>>,
): Promise<pg.QueryResult<Row>> => {
  const client = await sessions.connect();
  let broken: Error | undefined;
  // A session that dies says so by an event, too; unheard, it would end the process.
  const onError = (error: Error): void => void (broken = error);
  client.on('error', onError);
  try {
    const statement = { name: nameOf(sql), text: sql, values: [...values] };
    if (!settings) return await client.query<Row>(statement);
    return await withSettings(client, settings, () => client.query<Row>(statement));
  } catch (error) {
    // What the server has refused leaves the session as it was; anything else leaves it in a state that nobody knows.
    if ((error as { severity?: unknown }).severity !== 'ERROR') broken ??= error as Error;
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
};

/** Gives the rows after the commit. A statement that was refused is rolled back, and leaves the session as it was. */
const withSettings = async <Result>(
  client: pg.PoolClient,
  settings: Readonly<Record<string, string>>,
  statement: () => Promise<Result>,
): Promise<Result> => {
  await client.query('BEGIN');
  try {
    for (const [name, value] of Object.entries(settings))
      await client.query('SELECT set_config($1, $2, true)', [name, value]);
    const result = await statement();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // Without it the session would stay in a transaction that has failed; when it is lost, whoever called closes it.
    if ((error as { severity?: unknown }).severity === 'ERROR') await client.query('ROLLBACK');
    throw error;
  }
};

const names = new Map<string, string>();

const nameOf = (sql: string): string => {
  const name = names.get(sql) ?? `role-${names.size}`;
  names.set(sql, name);
  return name;
};
