import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inventedOfficials } from '#application';
import { dataClasses } from '#kernel';
import {
  createKeyFile,
  ensureRuntimeLogins,
  type EmbeddedDatabase,
  loadConfig,
  migrate,
  startEmbeddedDatabase,
  systemClock,
} from '#platform';
import { startDevIssuer } from '../../api/issuer/dev-issuer.js';
import { seed } from '../seed.js';

/** Short, so that a takeover is seen within seconds. */
export const leaseSeconds = 3;

const audience = 'relocation-coordination';

/** What all runs of the drill stand on: one PostgreSQL, one key file, one issuer of logins. */
export interface Ground {
  readonly folder: string;
  /** Where the compiled programs lie. */
  readonly programs: URL;
  /** What api and worker are started with. */
  readonly environment: NodeJS.ProcessEnv;
  tokenFor(sub: string): Promise<string>;
  /** A database with the invented country in it, the same each time. */
  database(): Promise<DrillDatabase>;
  /** @param keepFiles leaves logs behind, for looking into them */
  close(keepFiles: boolean): Promise<void>;
}

export interface DrillDatabase {
  readonly url: string;
  /** As the server's superuser: sees every row. */
  readonly adminUrl: string;
}

/** @param programs the folder `apps` of the build; the one that this file is part of by default */
export const prepareGround = async (programs = new URL('../../', import.meta.url)): Promise<Ground> => {
  const folder = await mkdtemp(join(tmpdir(), 'relocation-drill-'));
  // The server may have to run as another user, who must be able to pass through.
  await chmod(folder, 0o711);
  const server = await startEmbeddedDatabase({ home: folder, port: 0 });
  try {
    return await settle(folder, programs, server);
  } catch (error) {
    await server.stop();
    throw error;
  }
};

/** Keys, schema, invented country, and the issuer. */
const settle = async (folder: string, programs: URL, server: EmbeddedDatabase): Promise<Ground> => {
  const config = loadConfig({ DATA_DIR: folder, DATABASE_URL: server.url, OIDC_AUDIENCE: audience });
  await createKeyFile({ path: config.keyFile, databaseFolder: server.folder, dataClasses });
  await migrate(server.url);
  await ensureRuntimeLogins(server.url);
  await seed({ config, databaseUrl: server.url, say: () => undefined });
  const issuer = await startDevIssuer({
    officials: inventedOfficials,
    audience,
    keyFile: join(folder, 'keys', 'dev-issuer.json'),
    port: 0,
    clock: systemClock,
  });
  const template = new URL(server.url).pathname.slice(1);
  return {
    folder,
    programs,
    environment: {
      PATH: process.env['PATH'],
      DATA_DIR: folder,
      KEY_FILE: config.keyFile,
      OIDC_ISSUER: issuer.issuer,
      OIDC_AUDIENCE: audience,
      WORKER_LEASE_SECONDS: String(leaseSeconds),
      // One official asks again and again until the programs are back.
      RATE_LIMIT_REQUESTS: '1000000',
      RATE_LIMIT_REFUSALS: '1000000',
    },
    tokenFor: (sub) => issuer.tokenFor(sub),
    async database() {
      const name = `drill_${randomBytes(4).toString('hex')}`;
      const admin = new pg.Client({ connectionString: server.adminUrl });
      await admin.connect();
      try {
        await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER relocation`);
      } finally {
        await admin.end();
      }
      return { url: named(server.url, name), adminUrl: named(server.adminUrl, name) };
    },
    async close(keepFiles) {
      await issuer.close();
      await server.stop();
      if (!keepFiles) await rm(folder, { recursive: true, force: true });
    },
  };
};

const named = (url: string, database: string): string =>
  Object.assign(new URL(url), { pathname: `/${database}` }).href;
