import { scryptSync } from 'node:crypto';
import pg from 'pg';
import { OperatorError } from './operator-error.js';

/** The programs that log in to the database, each as a login of its own that owns nothing (migration 0003). */
export const runtimePrograms = ['api', 'worker'] as const;
export type RuntimeProgram = (typeof runtimePrograms)[number];

/** Connection URLs of the two logins. */
export type RuntimeUrls = Readonly<Record<RuntimeProgram, string>>;

const loginOf = (program: RuntimeProgram): string => `relocation_${program}`;

/**
 * The URL with which a program logs in, made from the owner's. Its password is derived from the owner's, one way and
 * slowly: nothing has to be kept, and who knows it knows nothing of the owner's. Where an administrator has given the
 * logins passwords of their own (deploy/database-init.sh), this is not used.
 * @throws OperatorError when the owner's URL has no password
 */
export const runtimeUrl = (ownerUrl: string, program: RuntimeProgram): string => {
  const url = new URL(ownerUrl);
  const ownersPassword = decodeURIComponent(url.password) || url.searchParams.get('password');
  if (!ownersPassword)
    throw new OperatorError(
      'DATABASE_URL has no password, from which those of the api and the worker are made: put it in, or start both by themselves with logins of their own.',
    );
  const login = loginOf(program);
  const password = scryptSync(ownersPassword, `relocation ${login}`, 24).toString('base64url');
  if (url.hostname === '') {
    // On a socket: what stands in the query goes before what does not stand before the host.
    url.searchParams.set('user', login);
    url.searchParams.set('password', password);
  } else {
    url.username = login;
    url.password = password;
    url.searchParams.delete('user');
    url.searchParams.delete('password');
  }
  return url.href;
};

/**
 * Sees to it that both logins can be used with the passwords of runtimeUrl(); call after migrate(), as the owner.
 * @throws OperatorError when they have passwords of an administrator's, or the server cannot be reached
 */
export const ensureRuntimeLogins = async (ownerUrl: string): Promise<RuntimeUrls> => {
  const urls = { api: runtimeUrl(ownerUrl, 'api'), worker: runtimeUrl(ownerUrl, 'worker') };
  for (const program of runtimePrograms) await ensureLogin(ownerUrl, program, urls[program]);
  return urls;
};

const ensureLogin = async (ownerUrl: string, program: RuntimeProgram, url: string): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    const refused = await refusalOf(url, 'SELECT 1');
    if (refused === undefined) return;
    const password = pg.escapeLiteral(passwordOf(url));
    const failed = await refusalOf(ownerUrl, `ALTER ROLE ${loginOf(program)} PASSWORD ${password}`);
    // Another start may be doing the same at this moment.
    if (failed === undefined || attempt < 3) continue;
    throw new OperatorError(
      `The login ${loginOf(program)} of the ${program} cannot be used (${failed}): see that the owner of the database made it (npm run ops -- migrate), or start api and worker by themselves with the passwords that it was given.`,
    );
  }
};

const passwordOf = (url: string): string => {
  const { password, searchParams } = new URL(url);
  return decodeURIComponent(password) || (searchParams.get('password') ?? '');
};

/** The code with which a statement, or the login, is refused; undefined when it was carried out. */
const refusalOf = async (url: string, sql: string): Promise<string | undefined> => {
  const client = new pg.Client({ connectionString: url, application_name: 'logins' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sql);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? 'no answer';
  } finally {
    await client.end().catch(() => undefined);
  }
};

/**
 * A program does not run as the owner of what it works on, or as somebody who could become the owner.
 * @throws OperatorError when it would
 */
export const refuseOwner = async (pool: pg.Pool, program: RuntimeProgram): Promise<void> => {
  const { rows } = await pool.query<{ owns: boolean }>(
    `SELECT EXISTS (
       SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('platform', 'log', 'vault') AND pg_has_role(session_user, c.relowner, 'MEMBER')
     ) AS owns`,
  );
  if (rows[0]?.owns)
    throw new OperatorError(
      `DATABASE_URL of the ${program} logs in as the owner of the database, who could switch every safeguard off: give it the login ${loginOf(program)} (npm run ops -- logins).`,
    );
};
