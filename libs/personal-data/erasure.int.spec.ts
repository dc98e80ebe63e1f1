import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { confidential, type DataClass, dataClasses, type Envelope } from '#kernel';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { destroy, type ErasureOrder, keysLeft, replayTombstones, sweep } from './erasure.js';
import { ConflictRegister } from './police-register.js';
import { Sealer } from './sealing.js';
import { randomKeyMaterial } from './testing/key-material.js';
import { Tokens } from './tokens.js';
import { Tombstones } from './tombstones.js';
import { Vault, WriteRefused, type VaultActor } from './vault.js';

const material = randomKeyMaterial();
const tokens = new Tokens(material);
const officer: VaultActor = {
  person: tokens.token('person', 'officer'),
  organisation: tokens.token('organisation', 'board:1280'),
  agencyKind: 'SOCIAL_BOARD',
};
const at = '2031-03-03T08:00:00.000Z';

describe('Destroying what is kept of a person', () => {
  let database: TestDatabase;
  let vault: Vault;
  let folder: string;
  let path: string;
  let tombstones: Tombstones;
  const caseId = randomUUID();
  beforeEach(async () => {
    database = await createTestDatabase({ libs: ['platform', 'subscriptions', 'personal-data'] });
    vault = new Vault(database.apiPool);
    folder = await mkdtemp(join(tmpdir(), 'erasure-'));
    path = join(folder, 'kept', 'tombstones.jsonl');
    tombstones = new Tombstones(path);
  });
  afterEach(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });

  const seal = async (subject: string, dataClass: DataClass): Promise<Envelope> => {
    const data = await new Sealer(material, vault).seal(
      { field: confidential(dataClass, 'a value') },
      {
        caseId,
        subject,
        stream: `relocation-${caseId}`,
        eventId: randomUUID(),
        owner: officer.organisation,
        actor: officer,
        purpose: 'SUPPORT',
        at: new Date().toISOString(),
      },
    );
    return data.field as unknown as Envelope;
  };
  /** Somebody with two keys, a row in the index and rows in Police's register. */
  const person = async (): Promise<string> => {
    const subject = randomUUID();
    await seal(subject, 'identity');
    await seal(subject, 'needs');
    expect(await vault.findOrCreateSubject([`p11-${subject}`], subject)).toBe(subject);
    await new ConflictRegister(database.apiPool).addEntries(subject, [
      { kind: 'SELF_PERSON', token: tokens.token('conflict', subject) },
      { kind: 'NETWORK', token: tokens.token('conflict', 'network') },
    ]);
    return subject;
  };
  const orderFor = (subject: string, over: Partial<ErasureOrder> = {}): ErasureOrder => ({
    decisionId: randomUUID(),
    subject,
    ground: 'RETENTION',
    classes: dataClasses,
    cases: [caseId],
    ...over,
  });
  const leftOf = async (subject: string) => {
    const counts: Record<string, number> = {};
    for (const table of ['vault.keys', 'vault.person_index', 'police_register.entries'])
      counts[table] = (
        await database.pool.query(`SELECT FROM ${table} WHERE subject = $1`, [subject])
      ).rowCount!;
    return Object.values(counts);
  };

  it('leaves nothing of that person, and everything of the others', async () => {
    const [gone, stays] = [await person(), await person()];
    const order = orderFor(gone);
    expect(await destroy(database.pool, order, tombstones, at)).toBe(2);
    await sweep(database.pool);
    expect(await leftOf(gone)).toEqual([0, 0, 0]);
    expect(await leftOf(stays)).toEqual([2, 1, 2]);
    expect(await keysLeft(database.pool, order)).toBe(0);
    const [tombstone] = await tombstones.read();
    expect(tombstone).toMatchObject({ ...order, epoch: 1, at });
    expect(tombstone!.keys).toHaveLength(2);
    // The same again changes nothing.
    expect(await destroy(database.pool, order, tombstones, at)).toBe(2);
    expect(await tombstones.read()).toHaveLength(1);
  });

  it('for a new identity leaves what is needed to keep enemies away', async () => {
    const subject = await person();
    await destroy(
      database.pool,
      orderFor(subject, { ground: 'ASSUMED_IDENTITY', classes: ['identity'] }),
      tombstones,
      at,
    );
    expect(await leftOf(subject)).toEqual([1, 0, 1]);
  });

  it('nobody makes a key for what was erased', async () => {
    const subject = await person();
    await destroy(database.pool, orderFor(subject, { classes: ['identity'] }), tombstones, at);
    await expect(seal(subject, 'identity')).rejects.toThrow(WriteRefused);
    await seal(subject, 'needs');
    const { rows } = await database.pool.query('SELECT reason FROM vault.refusals');
    expect(rows).toEqual([{ reason: 'ERASED' }]);
  });

  it('destroys nothing when the tombstone cannot be written', async () => {
    const subject = await person();
    await writeFile(join(folder, 'kept'), 'a file where a folder should be');
    await expect(destroy(database.pool, orderFor(subject), tombstones, at)).rejects.toThrow('tombstones');
    expect(await leftOf(subject)).toEqual([2, 1, 2]);
  });

  it('is repeated on a database that does not know of it, before anything else', async () => {
    const subject = await person();
    const order = orderFor(subject);
    await tombstones.add({ ...order, keys: [], epoch: 0, at });
    expect(await replayTombstones(database.pool, tombstones)).toEqual([order.decisionId]);
    expect(await leftOf(subject)).toEqual([0, 0, 0]);
    expect(await replayTombstones(database.pool, tombstones)).toEqual([]);
  });

  it('no system starts without the tombstones of what its database knows', async () => {
    await destroy(database.pool, orderFor(await person()), tombstones, at);
    await destroy(database.pool, orderFor(await person()), tombstones, at);
    const whole = await readFile(path, 'utf8');
    const [first, second] = whole.split('\n');
    const missing = 'not among the tombstones';
    for (const [text, refusal] of [
      ['', missing],
      [`${first}\n`, missing],
      [`${second}\n`, 'not whole'],
      [`${second}\n${first}\n`, 'not whole'],
      [whole.replace('RETENTION', 'ASSUMED_IDENTITY'), 'not whole'],
    ] as const) {
      await writeFile(path, text);
      await expect(replayTombstones(database.pool, tombstones)).rejects.toThrow(refusal);
    }
    await rm(path);
    await expect(replayTombstones(database.pool, tombstones)).rejects.toThrow(missing);
    await writeFile(path, whole);
    expect(await replayTombstones(database.pool, tombstones)).toEqual([]);
  });

  it('a tombstone that was cut off while it was written is written anew', async () => {
    const tombstone = { ...orderFor(randomUUID()), keys: [], epoch: 0, at };
    await tombstones.add({ ...orderFor(randomUUID()), keys: [], epoch: 0, at });
    await appendFile(path, '{"decisionId":"half');
    expect(await tombstones.read()).toHaveLength(1);
    await tombstones.add(tombstone);
    expect(await tombstones.read()).toMatchObject([{}, tombstone]);
  });

  it('is nothing that a program could do', async () => {
    const subject = await person();
    for (const pool of [database.apiPool, database.workerPool])
      await expect(destroy(pool, orderFor(subject), tombstones, at)).rejects.toMatchObject({ code: '42501' });
    await expect(database.pool.query('DELETE FROM vault.erasures')).rejects.toMatchObject({ code: 'RV004' });
  });
});
