import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isEnvelope, streamName } from '#kernel';
import type { EventStore } from '#event-store';
import { openPostgresEventStore } from '#event-store/postgres';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { randomKeyMaterial } from '../personal-data/testing/key-material.js';
import { codec } from './catalogue.js';
import { CommandIdReused, RevisionMismatch } from './command-executor.js';
import { openCase, requestedCase, signWaiver } from './testing/steps.js';
import { World } from './testing/world.js';

let database: TestDatabase;
let store: EventStore;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await openPostgresEventStore({ connection: { connectionString: database.url }, codec });
  world = await (await World.inDatabase(store, database.pool, randomKeyMaterial())).found();
});
afterAll(async () => {
  await store.close();
  await database.close();
});

const events = (stream: string) => world.facts.events(stream);
const count = async (sql: string): Promise<number> =>
  Number((await database.pool.query<{ n: string }>(`SELECT count(*) AS n FROM ${sql}`)).rows[0]?.n);

describe('a command over a real log and a real vault', () => {
  it('sent twenty times at the same moment counts once, and all hear the same', async () => {
    const { caseId } = await openCase(world);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        world.act(
          'officer',
          'RegisterSupportDecision',
          { caseId, decisionType: 'ASSISTANCE', decidedOn: '2026-03-01', registryNumber: 'dnr-påhittad' },
          { key: 'the same key' },
        ),
      ),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await events(streamName('relocation', caseId))).toHaveLength(2);
  });

  it('with two bodies under one key at the same moment counts once', async () => {
    const { caseId } = await openCase(world);
    const withdraw = (fingerprint: string) =>
      world.act('officer', 'WithdrawWaiver', { caseId, channel: 'ORAL' }, { key: 'one key', fingerprint });
    await signWaiver(world, caseId);
    const outcomes = await Promise.allSettled([withdraw('f1-one'), withdraw('f1-two')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find((one) => one.status === 'rejected')?.reason).toBeInstanceOf(CommandIdReused);
  });

  it('opens the same case for the same key, and another one for another key', async () => {
    const [one, again, other] = await Promise.all(
      ['a', 'a', 'b'].map((key) =>
        world.act(
          'officer',
          'OpenCase',
          {
            personalIdentityNumber: '199001019802',
            givenName: 'Testina',
            familyName: 'Påhittad',
            environment: 'GANG',
            entryRoute: 'POLICE',
            registryNumber: 'dnr-1',
            officers: [],
          },
          { key },
        ),
      ),
    );
    expect(again).toEqual(one);
    expect(other?.stream).not.toBe(one?.stream);
    const subjectOf = async (stream = '') => ((await events(stream))[0]?.data as { subject: string }).subject;
    expect(await subjectOf(other?.stream)).toBe(await subjectOf(one?.stream));
  });

  it('is refused when the stream is not where the caller saw it', async () => {
    const { caseId } = await openCase(world);
    const sign = (ifMatch: number | 'no-stream') =>
      world.act('officer', 'WithdrawWaiver', { caseId, channel: 'ORAL' }, { ifMatch });
    await signWaiver(world, caseId);
    await expect(sign('no-stream')).rejects.toThrow(RevisionMismatch);
    await expect(sign(7)).rejects.toMatchObject({ actualRevision: 0 });
    expect(await sign(0)).toMatchObject({ revision: 1 });
  });

  it('seals with a key of the vault, on record, for the very event that it stands in', async () => {
    const { caseId } = await requestedCase(world);
    const log = await events(streamName('relocation', caseId));
    const envelopes = log.flatMap((event) =>
      Object.entries(event.data).flatMap(([path, value]) =>
        isEnvelope(value) ? [{ event, path, value }] : [],
      ),
    );
    expect(envelopes.map(({ path }) => path).sort()).toEqual([
      'family',
      'identity',
      'needs',
      'registryNumber',
      'registryNumber',
    ]);
    for (const { event, path, value } of envelopes)
      expect(value).toMatchObject({ stream: event.stream, event: event.id, path });
    expect(await count(`vault.reads WHERE action = 'WRITE' AND case_id = '${caseId}'`)).toBe(5);
  });

  it('that is refused for an officer who does not work there leaves no trace of the person', async () => {
    const before = await count('vault.person_index');
    const entries = await count('police_register.entries');
    await expect(
      world.act('officer', 'OpenCase', {
        personalIdentityNumber: '198507099805',
        givenName: 'Testina',
        familyName: 'Påhittad',
        environment: 'GANG',
        entryRoute: 'POLICE',
        registryNumber: 'dnr-1',
        officers: ['decider'],
      }),
    ).rejects.toMatchObject({ code: 'official.not_appointed' });
    expect(await count('vault.person_index')).toBe(before);
    expect(await count('police_register.entries')).toBe(entries);
  });
});
