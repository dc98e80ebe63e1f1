import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '#platform';
import { createApi } from '../../apps/api/create-api.js';
import { type DevIssuer, startDevIssuer } from '../../apps/api/issuer/dev-issuer.js';
import { wire } from '../../apps/api/wire.js';
import { type Country, logins } from './country.js';

export const audience = 'relocation-coordination';
const base = '/relocation-coordination/v1';

export interface Answer {
  readonly status: number;
  readonly body: {
    readonly code?: string;
    readonly id?: string;
    readonly revision?: number;
    readonly items?: readonly { readonly value: unknown }[];
  };
}

/** Where officials sit: logins, and requests with a real token. */
export class Office {
  private constructor(
    readonly issuer: DevIssuer,
    private readonly folder: string,
  ) {}

  static async open(clock: { now(): Date }): Promise<Office> {
    const folder = await mkdtemp(join(tmpdir(), 'faults-'));
    const keyFile = join(folder, 'issuer.json');
    return new Office(await startDevIssuer({ officials: logins, audience, keyFile, port: 0, clock }), folder);
  }

  /** POST of a command; the same key is the same command sent again. @throws when no answer comes */
  async does(api: string, sub: string, path: string, body: object, key: string): Promise<Answer> {
    return this.ask(api, sub, path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
    });
  }

  async looks(api: string, sub: string, path: string): Promise<Answer> {
    return this.ask(api, sub, path, {});
  }

  private async ask(api: string, sub: string, path: string, init: RequestInit): Promise<Answer> {
    const authorization = `Bearer ${await this.issuer.tokenFor(sub)}`;
    const response = await fetch(`${api}${base}${path}`, {
      ...init,
      headers: { ...init.headers, authorization },
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }

  async close(): Promise<void> {
    await this.issuer.close();
    await rm(this.folder, { recursive: true });
  }
}

/** The whole api over a country's store and database, on a free port of loopback. */
export const openApi = async (
  country: Pick<Country, 'store' | 'pool' | 'keys' | 'clock'>,
  issuer: string,
): Promise<{ readonly address: string; close(): Promise<void> }> => {
  const log = createLogger({ component: 'api', level: 'silent' });
  const { store, pool, keys, clock } = country;
  // Who repeats a race two hundred times is no attacker.
  const limits = { requests: 1_000_000, refusals: 1_000_000, failedLogins: 1_000_000 };
  const api = await createApi(wire({ store, pool, keys, clock, log, issuer, audience, limits }));
  await api.listen(0, '127.0.0.1');
  return { address: await api.getUrl(), close: () => api.close() };
};
