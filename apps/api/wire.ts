import type { Pool } from 'pg';
import { Application } from '#application';
import { type EventStore, ForeignPosition } from '#event-store';
import type { KeyMaterial } from '#personal-data';
import type { Position } from '#kernel';
import { type Clock, factsFirst, type Logger, systemClock, withTransaction } from '#platform';
import { allProjections, caseOf, grantsProjection, officialsHolding, positionOf } from '#projections';
import type { ApiOptions, ReadPositions } from './api-options.js';
import { TokenVerifier } from './http/auth/token-verifier.js';
import { grantsReadModel } from './http/command-route.js';

export interface WireOptions {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly keys: KeyMaterial;
  readonly clock: Clock;
  readonly log: Logger;
  /** As it stands in `iss` of the tokens. */
  readonly issuer: string;
  readonly audience: string;
}

/** How long an event may wait to be handled before the service says that it is not ready, in milliseconds. */
const longestLagMs = 30_000;

const positionsOf = (pool: Pool, store: Pick<EventStore, 'head' | 'readAll'>): ReadPositions => ({
  async of(readModel) {
    if (readModel === grantsReadModel) return grantsPosition(pool);
    const projection = allProjections.find(({ name }) => name === readModel);
    if (!projection) throw new Error('a query waits for a read model that nobody fills');
    return (await positionOf(pool, projection))?.position;
  },
  async given(position) {
    try {
      await store.readAll(position, 1);
    } catch (error) {
      if (error instanceof ForeignPosition) return false;
      throw error;
    }
    const head = await store.head();
    return head !== undefined && position <= head;
  },
});

/** The checkpoint of the grants lies in the vault, which has no reading role of its own. */
const grantsPosition = (pool: Pool): Promise<string | undefined> =>
  withTransaction(pool, { role: 'vault_opener', readOnly: true }, async (client) => {
    const { rows } = await client.query<{ position: string }>(
      'SELECT position FROM vault.checkpoints WHERE subscription = $1',
      [grantsProjection.name],
    );
    return rows[0]?.position;
  });

/** How far processes, dispatcher and timers have come: their checkpoints lie together. */
const effectPositions = (pool: Pool): Promise<readonly string[]> =>
  withTransaction(pool, { role: 'subs_reader', readOnly: true }, async (client) => {
    const { rows } = await client.query<{ position: string }>('SELECT position FROM subs.checkpoints');
    return rows.map(({ position }) => position);
  });

/**
 * Well while everything behind the log, read models, grants, processes and timers, is at its end, or the first event
 * that one of them has not handled is not older than it may be. Measured by the store's own time and the machine's,
 * whatever day a test has set; the first look after an hour of standstill tells it, too.
 */
export const followsLog =
  (
    store: Pick<EventStore, 'head' | 'readAll'>,
    reachedBy: () => Promise<readonly (Position | undefined)[]>,
    now: () => Date,
  ) =>
  async (): Promise<boolean> => {
    const head = await store.head();
    if (head === undefined) return true;
    const reached = await reachedBy();
    if (reached.every((position) => position !== undefined && position >= head)) return true;
    const known = reached.filter((position) => position !== undefined).sort();
    const [unread] = await store.readAll(known.length < reached.length ? undefined : known[0], 1);
    return !unread || now().getTime() - Date.parse(unread.recordedAt) <= longestLagMs;
  };

/** Puts the real parts behind the api's ports; the same for the process, the demo and the tests from end to end. */
export const wire = (options: WireOptions): ApiOptions => {
  const { store, pool, keys, clock, log, issuer, audience } = options;
  const application = new Application(
    {
      store,
      pool,
      proposals: {
        caseOf: (id) => caseOf(pool, id),
        officialsHolding: (organisation, functions) => officialsHolding(pool, organisation, functions),
      },
    },
    keys,
  );
  const tokens = new TokenVerifier({ issuer, audience, clock });
  const positions = positionsOf(pool, store);
  const everyPosition = async (): Promise<readonly (Position | undefined)[]> => [
    ...(await Promise.all(allProjections.map(({ name }) => positions.of(name)))),
    ...(await effectPositions(pool)),
  ];
  return {
    clock,
    log: factsFirst(log),
    application,
    pool,
    tokens,
    tokeniser: {
      person: (subject) => application.directory.person(subject),
      fingerprint: (body) => application.tokens.fingerprint(body),
    },
    officials: application.officials,
    parts: application.parts,
    refusals: application.vault,
    positions,
    healthChecks: [
      { name: 'database', check: async () => (await pool.query('SELECT 1')).rowCount === 1 },
      { name: 'store', check: () => store.head().then(() => true) },
      // A token made and compared: the routing key is in this process.
      { name: 'keys', check: () => Promise.resolve(application.tokens.token('person', 'health') !== '') },
      { name: 'issuer', check: () => tokens.reachable() },
      { name: 'projections', check: followsLog(store, everyPosition, () => systemClock.now()) },
    ],
  };
};
