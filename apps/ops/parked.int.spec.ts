import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { policyVersion } from '#access';
import { codec } from '#application';
import { openPostgresEventStore } from '#event-store/postgres';
import { dataClasses, derivedId } from '#kernel';
import { tokenPattern } from '#personal-data';
import { createKeyFile } from '#platform';
import { parkedDecisionsStream } from '#subscriptions';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { verb } from './parked.js';

describe('ops parked', () => {
  let database: TestDatabase;
  let home: string;
  const before = { ...process.env };
  const caseId = derivedId('case', 'parked');
  const event = derivedId('event', 'parked');

  beforeAll(async () => {
    database = await createTestDatabase();
    home = await fs.mkdtemp(join(tmpdir(), 'parked-'));
    const keyFile = join(home, 'keys', 'keys.json');
    await createKeyFile({ path: keyFile, databaseFolder: join(home, 'database'), dataClasses });
    Object.assign(process.env, { DATA_DIR: home, DATABASE_URL: database.url, KEY_FILE: keyFile });
    await database.pool.query(
      `insert into subs.parked (subscription, sequence, event_id, position, stream, revision, error_code, attempts, state)
       values ('grants', $1, $2, 'p-1', 'disclosure-x', 0, 'sql.23505', 8, 'parked')`,
      [caseId, event],
    );
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    process.env = before;
    await database.close();
    await fs.rm(home, { recursive: true, force: true });
  });

  const run = async (...words: string[]): Promise<string> => {
    let printed = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
    const program = new Command('ops').exitOverride();
    verb.register(program);
    await program.parseAsync(['node', 'ops', 'parked', ...words]);
    return printed;
  };

  it('lists what waits with the code of the error', async () => {
    const printed = await run('list');
    expect(printed).toContain(`parked  grants  ${caseId}`);
    expect(printed).toContain('sql.23505, tried 8 times');
  });

  it('records a retry and a skip with reason, ticket and the token of the one who decided', async () => {
    await run('retry', 'grants', caseId, '--by', 'operator-7');
    await run(
      ...['skip', 'grants', caseId, '--by', 'operator-7'],
      ...['--reason', 'EVENT_OF_NO_CONSEQUENCE', '--ticket', 'OPS-7'],
    );
    const store = await openPostgresEventStore({ connection: { connectionString: database.url }, codec });
    try {
      const [retried, skipped] = (await store.readStream(parkedDecisionsStream))!.events;
      expect(retried).toMatchObject({ type: 'ParkedSequenceRetried', data: { sequence: caseId, event } });
      expect(skipped).toMatchObject({
        type: 'ParkedSequenceSkipped',
        data: { subscription: 'grants', reason: 'EVENT_OF_NO_CONSEQUENCE', ticket: 'OPS-7' },
      });
      expect(skipped!.metadata.actor).toMatch(tokenPattern);
      expect([retried!.metadata.policyVersion, skipped!.metadata.policyVersion]).toEqual([
        policyVersion,
        policyVersion,
      ]);
      expect(JSON.stringify(skipped)).not.toContain('operator-7');
    } finally {
      await store.close();
    }
  });

  it('says in one sentence what is wrong with a reason, a ticket or a name', async () => {
    const by = ['--by', 'operator-7'];
    const ticket = ['--ticket', 'OPS-7'];
    const reason = ['--reason', 'EVENT_OF_NO_CONSEQUENCE'];
    await expect(run('skip', 'grants', caseId, ...by, ...ticket, '--reason', 'because')).rejects.toThrow(
      '--reason must be one of',
    );
    await expect(run('skip', 'grants', caseId, ...by, ...reason, '--ticket', 'because')).rejects.toThrow(
      '--ticket must look like OPS-1234.',
    );
    await expect(run('retry', 'grants', 'nothing', ...by)).rejects.toThrow('Nothing is parked under this');
  });
});
