import type { Pool } from 'pg';
import { Application, coordinatorId } from '#application';
import { type EventStore, ForeignPosition } from '#event-store';
import { type KeyMaterial, KeptIssuerKeys, type Tokens } from '#personal-data';
import { type Position, streamName } from '#kernel';
import {
  type Clock,
  factsFirst,
  type Logger,
  type Meter,
  sessionsIn,
  systemClock,
  type Tracer,
} from '#platform';
import { allProjections, caseOf, grantsProjection, officialsHolding, positionOf } from '#projections';
import { followsLog } from '#subscriptions';
import type { ApiOptions, ReadPositions } from './api-options.js';
import type { LimitSettings } from './http/auth/limits.js';
import { TokenVerifier } from './http/auth/token-verifier.js';
import { grantsReadModel } from './http/command-route.js';
import { apiMetrics } from './metrics.js';

export interface WireOptions {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly keys: KeyMaterial;
  /** Where newer keys are looked for when an epoch is missing; keys never change when left out. */
  readonly rereadKeys?: () => Promise<KeyMaterial>;
  readonly clock: Clock;
  readonly log: Logger;
  /** As it stands in `iss` of the tokens. */
  readonly issuer: string;
  readonly audience: string;
  /** The clients with which officials log in; any when left out. */
  readonly clients?: readonly string[];
  /** How often somebody may ask; the safe ones when left out. */
  readonly limits?: LimitSettings;
  /** At whole steps of so many milliseconds it is said that there is nothing. */
  readonly evenStepMs?: number;
  readonly trustedProxies?: readonly string[];
  /** Nothing is counted, or traced, when left out. */
  readonly meter?: Meter;
  readonly tracer?: Tracer;
  readonly draining?: () => boolean;
}

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
const grantsPosition = async (pool: Pool): Promise<string | undefined> => {
  const { rows } = await sessionsIn(pool, 'vault_opener').query<{ position: string }>(
    'SELECT position FROM vault.checkpoints WHERE subscription = $1',
    [grantsProjection.name],
  );
  return rows[0]?.position;
};

/** How far processes, dispatcher and timers have come: their checkpoints lie together. */
const effectPositions = async (pool: Pool): Promise<readonly string[]> => {
  const { rows } = await sessionsIn(pool, 'subs_reader').query<{ position: string }>(
    'SELECT position FROM subs.checkpoints',
  );
  return rows.map(({ position }) => position);
};

/** `t1<epoch>-`: which routing key made a token. */
const epochOf = (token: string): string => token.slice(0, token.indexOf('-'));

/**
 * Well while the keys in this process are the ones that the log was written with: with others nobody would be found
 * again, and what is written would be lost to those who hold the right ones. The first rules of the country tell, which
 * the national coordinator enacted; a log without them, or of a routing key that is gone, cannot.
 */
export const keysOfThisLog = (
  store: Pick<EventStore, 'readStream'>,
  tokens: Pick<Tokens, 'everyToken'>,
): (() => Promise<boolean>) => {
  // The keys of a process do not change, nor does what stands in the log.
  let known = false;
  return async () => {
    if (known) return true;
    const rules = await store.readStream(streamName('coordination', 'national'), { limit: 1 });
    const written = rules?.events[0]?.metadata.organisation;
    if (written === undefined) return true;
    const own = tokens
      .everyToken('organisation', coordinatorId)
      .find((token) => epochOf(token) === epochOf(written));
    known = own === undefined || own === written;
    return known;
  };
};

/** Puts the real parts behind the api's ports; the same for the process, the demo and the tests from end to end. */
export const wire = (options: WireOptions): ApiOptions => {
  const { store, pool, keys, rereadKeys, clock, log, issuer, audience, clients } = options;
  const { limits, evenStepMs, trustedProxies, meter, tracer, draining } = options;
  const application = new Application(
    {
      store,
      pool,
      ...(rereadKeys && { rereadKeys }),
      proposals: {
        caseOf: (id) => caseOf(pool, id),
        officialsHolding: (organisation, functions) => officialsHolding(pool, organisation, functions),
      },
    },
    keys,
  );
  const kept = new KeptIssuerKeys(pool, keys, issuer);
  const tokens = new TokenVerifier({ issuer, audience, clock, kept, ...(clients && { clients }) });
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
      person: (subject) => application.directory.official(subject),
      machine: (clientId) => application.directory.machine(clientId),
      sealPosition: (position) => application.positions.seal(position),
      openPosition: (given) => application.positions.open(given),
      fingerprints: (said) => application.fingerprints.of(said),
    },
    officials: application.officials,
    parts: application.parts,
    refusals: application.vault,
    views: {
      fileOf: (target) => application.facts.fileOf(target),
      recordView: (view) => application.vault.recordView(view),
      recordList: (list) => application.vault.recordList(list),
    },
    positions,
    ...(meter && { metrics: apiMetrics(meter, Object.keys(application.handlings)) }),
    ...(tracer && { tracer }),
    ...(draining && { draining }),
    ...(limits && { limits }),
    ...(evenStepMs !== undefined && { evenStepMs }),
    ...(trustedProxies && { trustedProxies }),
    healthChecks: [
      { name: 'database', check: async () => (await pool.query('SELECT 1')).rowCount === 1 },
      { name: 'store', check: () => store.head().then(() => true) },
      { name: 'keys', check: keysOfThisLog(store, application.tokens) },
      { name: 'tokens', check: () => tokens.usable() },
      // While its last keys serve, an alarm is answered without it.
      { name: 'issuer', check: () => tokens.reachable(), vital: false },
      // Overdue it serves as well as before.
      {
        name: 'routingKey',
        check: async () => application.tokens.isOfThisYear(systemClock.now()),
        vital: false,
      },
      { name: 'projections', check: followsLog(store, everyPosition, () => systemClock.now()), vital: false },
    ],
  };
};
