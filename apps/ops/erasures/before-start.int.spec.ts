import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dataClasses } from '#kernel';
import { beginEpoch, Tombstones } from '#personal-data';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { keepErased } from './before-start.js';

describe('A start after an erasure', () => {
  let database: TestDatabase;
  let folder: string;
  let tombstoneFile: string;
  const [decisionId, subject, caseId] = [randomUUID(), randomUUID(), randomUUID()];
  beforeEach(async () => {
    database = await createTestDatabase({
      libs: ['platform', 'event-store', 'subscriptions', 'personal-data'],
    });
    folder = await mkdtemp(join(tmpdir(), 'before-start-'));
    tombstoneFile = join(folder, 'tombstones.jsonl');
    // A backup of before: the key is there, and neither vault nor log know that it was destroyed.
    await database.pool.query(
      `INSERT INTO vault.keys (key_id, subject, stream, class, owner, wrapped_key, epoch, created_by_organisation)
         VALUES (gen_random_uuid(), $1, $2, 'identity', 'owner', '\\x00', 1, 'owner')`,
      [subject, `relocation-${caseId}`],
    );
    const tombstones = new Tombstones(tombstoneFile);
    const line = await tombstones.intend({
      decisionId,
      subject,
      ground: 'RETENTION',
      extent: 'PERSON',
      classes: dataClasses,
      cases: [caseId],
      streams: [`relocation-${caseId}`],
      keys: [],
      epoch: 1,
      at: '2031-03-03T08:00:00.000Z',
    });
    await tombstones.done(decisionId, line);
  });
  afterEach(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });

  const start = async (say: (line: string) => void = () => undefined): Promise<void> =>
    keepErased(database.url, { tombstoneFile, eventStore: undefined }, say);
  const left = async (): Promise<number | null> =>
    (await database.pool.query('SELECT FROM vault.keys WHERE subject = $1', [subject])).rowCount;
  const told = async (): Promise<number | null> =>
    (
      await database.pool.query(
        `SELECT FROM log.events WHERE type = 'ErasureCompleted' AND data ->> 'caseId' = $1`,
        [caseId],
      )
    ).rowCount;

  it('is made up for by the next, when it died after it had destroyed and before the read models were told', async () => {
    const dies = () => {
      throw new Error('killed');
    };
    await expect(start(dies)).rejects.toThrow('killed');
    expect([await left(), await told()]).toEqual([0, 0]);
    const said: string[] = [];
    await start((line) => said.push(line));
    expect(await told()).toBe(1);
    expect(said.join()).toContain('rotate-keys');
    // What is left to be done is said until it is done.
    await expect(start(dies)).rejects.toThrow('killed');
    await beginEpoch(database.pool, 2);
    await start(dies);
    expect(await told()).toBe(1);
  });

  it('with a log that was not restored, sweeps what came back with the backup and says that the keys have to go', async () => {
    await database.pool.query(
      `INSERT INTO log.events VALUES (1, $1, 0, gen_random_uuid(), 'ErasureCompleted', 1, $2, '{}', now())`,
      [`erasure-${subject}`, { decisionId, subject, caseId }],
    );
    const file = async () =>
      (await database.pool.query(`SELECT pg_relation_filenode('vault.keys') AS node`)).rows[0];
    const before = await file();
    const dies = () => {
      throw new Error('killed');
    };
    await expect(start(dies)).rejects.toThrow('killed');
    expect(await left()).toBe(0);
    // Rewritten without the rows that were deleted.
    const after = await file();
    expect(after).not.toEqual(before);
    // The vault knows of it by now, and the class key that wrapped it is there, still.
    const said: string[] = [];
    await start((line) => said.push(line));
    expect(said.join()).toContain('rotate-keys');
    await beginEpoch(database.pool, 2);
    await start(dies);
    expect(await told()).toBe(1);
  });

  it('leaves to carry-out what waits in the log: it is complete only under a new epoch', async () => {
    await database.pool.query(
      `INSERT INTO log.events VALUES (1, $1, 0, gen_random_uuid(), 'ErasureDecided', 1, $2, '{}', now())`,
      [`erasure-${subject}`, { decisionId, subject, cases: [caseId] }],
    );
    const said: string[] = [];
    await start((line) => said.push(line));
    expect([await left(), await told()]).toEqual([0, 0]);
    expect(said.join()).toContain('erasure carry-out');
    // Which makes the new epoch itself.
    said.length = 0;
    await start((line) => said.push(line));
    expect(said.join()).not.toContain('rotate-keys');
  });
});
