import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authorise } from '#access';
import { Application, codec, coordinatorId, findOrganisation } from '#application';
import { openLog } from '#event-store';
import { dataClasses } from '#kernel';
import { type Config, createKeyFile, loadConfig, OperatorError, readKeyFile } from '#platform';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { registrar as registrarPolicy } from '../api/http/policies.js';
import { begin } from './begin.js';

describe('A new system', () => {
  let database: TestDatabase;
  let home: string;
  let config: Config;
  const first = { registrar: 'invented-registrar', trainedOn: '2026-01-12' };

  beforeAll(async () => {
    database = await createTestDatabase();
    home = await fs.mkdtemp(join(tmpdir(), 'begin-'));
    const keyFile = join(home, 'keys', 'keys.json');
    await createKeyFile({ path: keyFile, databaseFolder: join(home, 'database'), dataClasses });
    config = loadConfig({ DATA_DIR: home, DATABASE_URL: database.url, KEY_FILE: keyFile });
  });
  afterAll(async () => {
    await database?.close();
    await fs.rm(home, { recursive: true, force: true });
  });

  /** What stands in the log, and whether somebody may appoint now. */
  const looked = async (sub: string) => {
    const keys = await readKeyFile({
      path: config.keyFile,
      databaseFolder: config.databaseFolder,
      dataClasses,
    });
    const store = await openLog({ databaseUrl: database.url, eventStore: undefined, codec, name: 'look' });
    try {
      const proposals = { caseOf: async () => undefined, officialsHolding: async () => [] };
      const application = new Application({ store, pool: database.pool, proposals }, keys);
      const now = new Date().toISOString();
      const official = await application.officials.of(
        await application.directory.official(sub),
        { assurance: 'LOA3', authenticatedAt: now },
        findOrganisation(coordinatorId)!.orgNumber,
        now,
      );
      const events = await store.readAll(undefined, 100);
      return {
        types: events.map(({ type }) => type),
        text: JSON.stringify(events),
        may: authorise(official, registrarPolicy('NO_CASE', 'ADMINISTRATION'), undefined, now).ok,
      };
    } finally {
      await store.close();
    }
  };

  it('is not begun with a day of training that is none, or has not come', async () => {
    for (const trainedOn of ['12 January', '2026-13-01', '2999-01-01'])
      await expect(begin(database.url, config, { ...first, trainedOn })).rejects.toThrow(OperatorError);
    expect((await looked(first.registrar)).types).toEqual([]);
  });

  it('begins with rules and one registrar, who may appoint and is nowhere named; done again, nothing changes', async () => {
    for (let time = 0; time < 2; time += 1) {
      await begin(database.url, config, first);
      const { types, text, may } = await looked(first.registrar);
      expect(types).toEqual(['RulesEnacted', 'OfficialAppointed', 'TrainingCompleted']);
      expect(may).toBe(true);
      expect(text).not.toContain(first.registrar);
    }
  });

  it('is not begun a second time by naming somebody else', async () => {
    const other = { ...first, registrar: 'somebody-else' };
    await expect(begin(database.url, config, other)).rejects.toThrow('has begun already');
    const { types, may } = await looked(other.registrar);
    expect(types).toHaveLength(3);
    expect(may).toBe(false);
  });
});
