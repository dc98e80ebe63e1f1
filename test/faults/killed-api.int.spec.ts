import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CopiedDatabase,
  Country,
  foundedDatabase,
  type FoundedDatabase,
  startOfStory,
} from './country.js';
import { OpaquePositions } from '#personal-data';
import { inventedPerson } from './main-path.js';
import { Office, openApi } from './office.js';
import { startFromSource } from './worker-process.js';

describe('An api whose process is killed after the append and before the answer', () => {
  let founded: FoundedDatabase;
  let database: CopiedDatabase;
  let country: Country;
  let office: Office;
  beforeAll(async () => {
    founded = await foundedDatabase();
    database = await founded.copy();
    country = await Country.open(database.url);
    office = await Office.open(country.clock);
  });
  afterAll(async () => {
    await office.close();
    await country.close();
    await database.drop();
    await founded.close();
  });

  it('has opened the case once: the officer who sends the same again gets what was recorded', async () => {
    const body = {
      personalIdentityNumber: inventedPerson,
      givenName: 'Kim',
      familyName: 'Påhittad',
      environment: 'GANG',
      entryRoute: 'SOCIAL_SERVICES',
      registryNumber: 'dnr-påhittad-1',
      officers: ['colleague'],
    };
    const key = 'the-first-case-of-the-day';
    const before = await country.store.head();

    const child = startFromSource(new URL('api-that-dies.ts', import.meta.url), {
      arguments: [database.url, office.issuer.issuer, startOfStory],
    });
    const ended = once(child, 'exit');
    const [{ address }] = (await Promise.race([
      once(child, 'message'),
      ended.then(() => Promise.reject(new Error('the api did not start'))),
    ])) as [{ address: string }];
    await expect(office.does(address, 'officer', '/cases', body, key)).rejects.toThrow();
    expect(await ended).toEqual([null, 'SIGKILL']);

    // The append had been committed: it stands in the log, though nobody was told.
    const written = await country.store.readAll(before, 10);
    expect(written.map(({ type, revision }) => [type, revision])).toEqual([['CaseOpened', 0]]);
    const caseId = written[0]!.stream.replace('relocation-', '');

    const api = await openApi(country, office.issuer.issuer);
    try {
      const again = await office.does(api.address, 'officer', '/cases', body, key);
      expect(again).toEqual({
        status: 201,
        body: {
          id: caseId,
          revision: 0,
          position: new OpaquePositions(country.keys).seal(written[0]!.position),
        },
      });
      expect(await country.store.readAll(before, 10)).toEqual(written);
      // One who says something else under the same key is told so, and nothing is written.
      const other = await office.does(api.address, 'officer', '/cases', { ...body, officers: [] }, key);
      expect(other).toMatchObject({ status: 422 });
      expect(await country.store.readAll(before, 10)).toEqual(written);
    } finally {
      await api.close();
    }
  });
});
