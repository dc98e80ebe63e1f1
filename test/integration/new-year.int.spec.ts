import { createSecretKey, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Application, codec, type Intents, type IntentType } from '#application';
import type { OfficialFunction } from '#domain/appointment';
import { type EventStore } from '#event-store';
import { openPostgresEventStore } from '#event-store/postgres';
import { derivedId, streamName, type Token } from '#kernel';
import { type KeyMaterial } from '#personal-data';
import { inventedNumber, World } from '../../libs/application/testing/world.js';
import { assess, openCase, requestedCase } from '../../libs/application/testing/steps.js';
import { randomKeyMaterial } from '../../libs/personal-data/testing/key-material.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

// The routing key gets a new epoch at New Year. Everybody who was known before stays who he or she was.

const ofThisYear = randomKeyMaterial();
const ofBothYears: KeyMaterial = {
  ...ofThisYear,
  routingKeys: [...ofThisYear.routingKeys, { epoch: 2, key: createSecretKey(randomBytes(32)) }],
};

describe('Over New Year', () => {
  let database: TestDatabase;
  let store: EventStore;
  let world: World;
  /** Another process, which is told of the new epoch and has nothing in memory of the year before. */
  let after: Application;
  let file: KeyMaterial = ofThisYear;
  const newYear = '2027-01-01T00:00:00.000Z';

  beforeAll(async () => {
    database = await createTestDatabase();
    store = await openPostgresEventStore({ connection: { connectionString: database.url }, codec });
    world = await (await World.inDatabase(store, database.pool, ofThisYear)).found();
    world.clock.set('2026-12-30T08:00:00.000Z');
  });
  afterAll(async () => {
    await store.close();
    await database.close();
  });

  /** The caseworkers of the new year: the same logins, in the process that came after. */
  const act = async <Type extends IntentType>(
    sub: string,
    organisation: string,
    agencyKind: 'SOCIAL_BOARD' | 'POLICE' | 'NATIONAL_COORDINATOR',
    type: Type,
    intent: Intents[Type],
  ) => {
    const person = await after.directory.official(sub);
    const commandId = derivedId('command', person, type, JSON.stringify(intent));
    return after.execute(type, intent, {
      at: world.now,
      by: { person, organisation: after.directory.organisation(organisation), agencyKind },
      organisationId: organisation,
      commandId,
      ...after.fingerprints.of(intent),
      legalBasis: 'SOL_12_2',
      purpose: 'SUPPORT',
      policyVersion: '2026-11-22',
      correlationId: commandId,
      causationId: commandId,
    });
  };

  it('officials keep their appointments, their four eyes and their cases; persons are found again', async () => {
    const { caseId } = await requestedCase(world);
    await assess(world, caseId, 'HIGH');
    await assess(world, caseId, 'LOW');
    const known = await openCase(world, 77);
    const before = new Map(
      ['officer', 'assessor', 'preparer', 'decider'].map((sub) => [sub, world.person(sub)]),
    );

    world.clock.set(newYear);
    file = ofBothYears;
    after = new Application(
      {
        store,
        pool: database.pool,
        proposals: {
          caseOf: async () => undefined,
          officialsHolding: async (_organisation: Token, _functions: readonly OfficialFunction[]) => [
            ...before.values(),
          ],
        },
      },
      file,
    );
    // Without looking for her, an officer would be somebody else this year.
    expect(after.tokens.token('person', 'assessor')).not.toBe(before.get('assessor'));
    for (const [sub, token] of before) expect(await after.directory.official(sub)).toBe(token);

    // Appointments of last year hold.
    const held = await after.facts.appointmentsAt(await after.directory.official('assessor'), world.now);
    expect(held.map(({ function: name }) => name)).toEqual(['POLICE_COORDINATOR', 'POLICE_ASSESSOR']);
    const contacts = await after.contacts.holding(
      after.directory.organisation('police:syd'),
      ['POLICE_ASSESSOR'],
      world.now,
    );
    expect(contacts).toContain(before.get('assessor'));

    // Four eyes: who judged last year does not confirm this year, and who prepared does not decide.
    await expect(
      act('assessor', 'police:syd', 'POLICE', 'ConfirmLowering', { caseId, version: 2 }),
    ).rejects.toMatchObject({ code: 'threat_assessment.same_assessor' });
    await expect(
      act('officer', 'police:syd', 'POLICE', 'ConfirmLowering', { caseId, version: 2 }),
    ).rejects.toMatchObject({ code: 'threat_assessment.assessor_is_requester' });
    await act('assessor-2', 'police:syd', 'POLICE', 'ConfirmLowering', { caseId, version: 2 });

    // The same person is the same subject.
    const again = await act('officer', 'board:1280', 'SOCIAL_BOARD', 'OpenCase', {
      personalIdentityNumber: inventedNumber(77),
      givenName: 'Testina',
      familyName: 'Påhittad',
      environment: 'GANG',
      entryRoute: 'SOCIAL_SERVICES',
      registryNumber: 'dnr-påhittad-1',
      officers: ['colleague'],
    } as Intents['OpenCase']);
    const { opened } = await after.facts.relocation(again.stream.slice('relocation-'.length));
    expect(opened.subject).toBe(known.subject);
    expect(opened.officers).toEqual([before.get('officer'), await after.directory.official('colleague')]);

    // Who comes new has a token of the new year, and keeps it.
    await act('registrar', 'coordinator:national', 'NATIONAL_COORDINATOR', 'AppointOfficial', {
      official: 'newcomer',
      organisation: 'board:1280',
      agencyKind: 'SOCIAL_BOARD',
      function: 'HOME_OFFICER',
      delegated: false,
      from: world.now,
    } as Intents['AppointOfficial']);
    const newcomer = await after.directory.official('newcomer');
    expect(newcomer).toMatch(/^t12-/);
    expect(await store.readStream(streamName('appointment', newcomer))).toBeDefined();
  });

  it('an api that has not heard of the new epoch looks for it before it makes anybody a second person', async () => {
    const sleepy = new Application(
      {
        store,
        pool: database.pool,
        proposals: { caseOf: async () => undefined, officialsHolding: async () => [] },
        rereadKeys: async () => file,
      },
      ofThisYear,
    );
    after = sleepy;
    const opened = await act('officer', 'board:1280', 'SOCIAL_BOARD', 'OpenCase', {
      personalIdentityNumber: inventedNumber(78),
      givenName: 'Testina',
      familyName: 'Påhittad',
      environment: 'GANG',
      entryRoute: 'SOCIAL_SERVICES',
      registryNumber: 'dnr-påhittad-1',
      officers: ['colleague'],
    } as Intents['OpenCase']);
    expect(opened.revision).toBe(0);
    const { rows } = await database.pool.query<{ hashes: number }>(
      `SELECT count(*)::int AS hashes FROM vault.person_index WHERE keyed_hash LIKE 'p12-%'`,
    );
    expect(rows[0]!.hashes).toBe(2);
    expect(sleepy.tokens.everyToken('person', 'x')).toHaveLength(2);
  });
});
