import { createHash, createSecretKey, randomBytes } from 'node:crypto';
import pg from 'pg';
import {
  Application,
  boardId,
  codec,
  coordinatorId,
  findOrganisation,
  inventedProviders,
  policeId,
  taxAgencyId,
} from '#application';
import { type AgencyKind, dataClasses, derivedId, type Instant } from '#kernel';
import type { OfficialFunction } from '#domain/appointment';
import { rules2026 } from '#domain/coordination';
import type { CommandContext, CommandResult, Intents, IntentType } from '#application';
import type { EventStore } from '#event-store';
import { openPostgresEventStore } from '#event-store/postgres';
import type { EpochKey, KeyMaterial } from '#personal-data';
import { createLogger, createPool, SettableClock } from '#platform';
import { caseOf, officialsHolding } from '#projections';
import type { DevOfficial } from '../../apps/api/issuer/dev-issuer.js';
import { createWorker } from '../../apps/worker/create-worker.js';
import { createTestDatabase } from '../support/database.js';

/** Monday morning. The invented officials hold their functions since the new year. */
export const startOfStory: Instant = '2026-03-02T08:00:00.000Z';
const appointedFrom: Instant = '2026-01-01T00:00:00.000Z';

const key = (of: string): EpochKey => ({
  epoch: 1,
  key: createSecretKey(createHash('sha256').update(`fault tests: ${of}`).digest()),
});

/** The same in each run, so that the tokens of two runs can be compared. */
export const fixedKeys: KeyMaterial = {
  classKeys: new Map(dataClasses.map((name) => [name, [key(name)]])),
  routingKeys: [key('routing')],
};

export const providerOf = (municipalityCode: string) =>
  inventedProviders.find((provider) => provider.municipalityCode === municipalityCode)!;

type Employed = readonly [
  sub: string,
  organisation: string,
  agencyKind: AgencyKind,
  functions: readonly OfficialFunction[],
];

/** Home in the south; two boards in the north, of which the first will stay silent. */
const employed: readonly Employed[] = [
  ['officer', boardId('1280'), 'SOCIAL_BOARD', ['HOME_OFFICER']],
  ['colleague', boardId('1280'), 'SOCIAL_BOARD', ['HOME_OFFICER']],
  ['duty', boardId('1280'), 'SOCIAL_BOARD', ['HOME_DUTY_OFFICER']],
  ['assessor', policeId('syd'), 'POLICE', ['POLICE_COORDINATOR', 'POLICE_ASSESSOR']],
  ['receiving-police', policeId('nord'), 'POLICE', ['POLICE_COORDINATOR', 'POLICE_REGISTRAR']],
  ['coordinator', coordinatorId, 'NATIONAL_COORDINATOR', ['NATIONAL_COORDINATOR']],
  ['silent-preparer', boardId('2580'), 'SOCIAL_BOARD', ['RECEIVING_OFFICER']],
  ['silent-decider', boardId('2580'), 'SOCIAL_BOARD', ['RECEIVING_DECIDER']],
  ['preparer', boardId('2480'), 'SOCIAL_BOARD', ['RECEIVING_OFFICER']],
  ['decider', boardId('2480'), 'SOCIAL_BOARD', ['RECEIVING_DECIDER']],
  ['director', providerOf('2480').id, 'HOUSING_PROVIDER', ['FACILITY_DIRECTOR']],
  ['tax-officer', taxAgencyId, 'TAX_AGENCY', ['PROTECTION_OFFICER']],
];
const delegatedFunctions: readonly OfficialFunction[] = [
  'HOME_DUTY_OFFICER',
  'RECEIVING_DECIDER',
  'FACILITY_DIRECTOR',
];
const registrar: Employed = ['registrar', coordinatorId, 'NATIONAL_COORDINATOR', ['REGISTRAR']];

/** The officials as an issuer of logins knows them. */
export const logins: readonly DevOfficial[] = employed.map(([sub, organisation]) => {
  const { orgNumber, name: orgName } = findOrganisation(organisation)!;
  return { sub, name: sub, orgNumber, orgName };
});

/** The api's side over one database: the real handlers with the keys in hand, and what the read models propose. */
export class Country {
  readonly clock: SettableClock;
  readonly application: Application;

  private constructor(
    readonly databaseUrl: string,
    readonly store: EventStore,
    readonly pool: pg.Pool,
    now: Instant,
    readonly keys: KeyMaterial,
  ) {
    this.clock = new SettableClock(now);
    const proposals = {
      caseOf: (id: string) => caseOf(pool, id),
      officialsHolding: (...asked: [organisation: string, functions: readonly OfficialFunction[]]) =>
        officialsHolding(pool, ...asked),
    };
    this.application = new Application({ store, pool, proposals }, keys);
  }

  static async open(databaseUrl: string, now: Instant = startOfStory, keys = fixedKeys): Promise<Country> {
    const store = await openPostgresEventStore({ connection: { connectionString: databaseUrl }, codec });
    const pool = createPool(databaseUrl, { name: 'api' });
    return new Country(databaseUrl, store, pool, now, keys);
  }

  get now(): Instant {
    return this.clock.now().toISOString();
  }

  /** An official asks for something. The same key is the same command sent again. */
  act<Type extends IntentType>(
    sub: string,
    type: Type,
    intent: Intents[Type],
    idempotencyKey: string,
  ): Promise<CommandResult> {
    return this.application.execute(type, intent, this.context(sub, type, intent, idempotencyKey));
  }

  private context(sub: string, type: IntentType, intent: object, idempotencyKey: string): CommandContext {
    const [, organisation, agencyKind] = [registrar, ...employed].find(([name]) => name === sub)!;
    const { directory, fingerprints } = this.application;
    const person = directory.person(sub);
    const commandId = derivedId('command', person, type, idempotencyKey);
    return {
      at: this.now,
      by: { person, organisation: directory.organisation(organisation), agencyKind },
      organisationId: organisation,
      commandId,
      ...fingerprints.of(intent),
      legalBasis: 'SOL_12_2',
      purpose: 'SUPPORT',
      policyVersion: '2026-11-22',
      correlationId: commandId,
      causationId: commandId,
    };
  }

  /** Appointments, training, rules and capacity; the read models have to follow before anybody can be found. */
  async found(): Promise<void> {
    for (const [sub, organisation, agencyKind, functions] of employed) {
      for (const name of functions)
        await this.act(
          'registrar',
          'AppointOfficial',
          {
            official: sub,
            organisation,
            agencyKind,
            function: name,
            delegated: delegatedFunctions.includes(name),
            from: appointedFrom,
          },
          `${sub} ${name}`,
        );
      await this.act('registrar', 'RecordTraining', { official: sub, completedAt: appointedFrom }, sub);
    }
    const { rules, inForceFrom } = rules2026;
    await this.act('registrar', 'EnactRules', { rules, inForceFrom }, 'first rules');
    for (const sub of ['silent-decider', 'decider'])
      await this.act(
        sub,
        'DeclareCapacity',
        { places: 2, housingForms: ['PROTECTED'], competences: ['DEFECTOR_SUPPORT'] },
        'capacity',
      );
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.pool.end();
  }
}

export interface FoundedDatabase {
  /** A database of its own with the same content. */
  copy(): Promise<CopiedDatabase>;
  close(): Promise<void>;
}

export interface CopiedDatabase {
  readonly url: string;
  /** As the server's superuser: sees every row. */
  readonly adminUrl: string;
  drop(): Promise<void>;
}

/**
 * A database with officials, rules and capacity in it, and read models that have followed. Founded once and copied for
 * each run, since a copy costs a fraction of a second.
 * @param prepare what else shall stand in each copy
 */
export const foundedDatabase = async (
  prepare: (country: Country, settled: () => Promise<string | undefined>) => Promise<void> = async () =>
    undefined,
  keys = fixedKeys,
): Promise<FoundedDatabase> => {
  const database = await createTestDatabase();
  const country = await Country.open(database.url, startOfStory, keys);
  try {
    // Said once, before the first key: this database believes the time that it is told.
    await country.pool.query('SELECT vault.declare_instance(true)');
    await country.found();
    const worker = createWorker({
      ...country,
      clock: country.clock,
      log: createLogger({ component: 'founding', level: 'error' }),
    });
    worker.start();
    try {
      await worker.settled(120_000);
      await prepare(country, async () => {
        await worker.settled(120_000);
        return worker.nextDueAt();
      });
    } finally {
      await worker.stop();
    }
  } finally {
    await country.close();
    // Nobody may be connected to a database that is copied.
    await Promise.all([database.pool.end(), database.apiPool.end(), database.workerPool.end()]);
  }
  const admin = new pg.Pool({ connectionString: named(database.adminUrl, 'postgres'), max: 1 });
  const template = new URL(database.url).pathname.slice(1);
  return {
    async copy() {
      const name = `${template}_${randomBytes(4).toString('hex')}`;
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER relocation`);
      return {
        url: named(database.url, name),
        adminUrl: named(database.adminUrl, name),
        drop: async () => void (await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)),
      };
    },
    async close() {
      await admin.query(`DROP DATABASE ${template} WITH (FORCE)`);
      await admin.end();
    },
  };
};

const named = (url: string, database: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
};
