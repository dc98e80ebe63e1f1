import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { confidential, dataClasses, type DataClass, type Envelope } from '#kernel';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { EnvelopeBroken, unwrapKey } from './crypto.js';
import { ClassKeys, EpochBehind, KeyUnavailable, type KeyMaterial } from './keys.js';
import { beginEpoch, epochInForce, keysBefore, rewrapKeys } from './rotation.js';
import { Opener, Sealer } from './sealing.js';
import { randomKeyMaterial } from './testing/key-material.js';
import { Tokens } from './tokens.js';
import { Vault, type VaultActor } from './vault.js';

const old = randomKeyMaterial([1]);
const newer = randomKeyMaterial([2]);
const both: KeyMaterial = {
  ...old,
  classKeys: new Map(
    dataClasses.map((name) => [name, [...old.classKeys.get(name)!, ...newer.classKeys.get(name)!]]),
  ),
};
const tokens = new Tokens(old);
const officer: VaultActor = {
  person: tokens.token('person', 'officer'),
  organisation: tokens.token('organisation', 'board:1280'),
  agencyKind: 'SOCIAL_BOARD',
};
const caseId = randomUUID();
const stream = `relocation-${caseId}`;
const why = () => ({ actor: officer, purpose: 'SUPPORT', at: new Date().toISOString() });

describe('A new epoch of the class keys', () => {
  const databases: TestDatabase[] = [];
  let database: TestDatabase;
  let vault: Vault;
  beforeEach(async () => {
    database = await createTestDatabase({ libs: ['platform', 'subscriptions', 'personal-data'] });
    databases.push(database);
    // As the api, who may open and write and no more.
    vault = new Vault(database.apiPool);
  });
  afterAll(() => Promise.all(databases.map((one) => one.close())));

  const seal = async (keys: KeyMaterial | ClassKeys, subject: string, dataClass: DataClass = 'identity') => {
    const data = await new Sealer(keys, vault).seal(
      { field: confidential(dataClass, `value of ${subject}`) },
      { caseId, subject, stream, eventId: randomUUID(), owner: officer.organisation, ...why() },
    );
    return data.field as unknown as Envelope;
  };
  const grant = async ({ subject, class: dataClass, owner }: Envelope): Promise<void> => {
    await database.pool.query(
      `INSERT INTO vault.grants (case_id, subject, stream, class, owner, organisation, person, foot, source_ref, valid_from)
       VALUES ($1, $2, $3, $4, $5, $5, $6, 'OWN', 'x', '2020-01-01')`,
      [caseId, subject, stream, dataClass, owner, officer.person],
    );
  };
  const open = (keys: KeyMaterial | ClassKeys, envelopes: readonly Envelope[]) =>
    new Opener(keys, vault).open(envelopes, {
      caseId,
      legalBasis: 'SOLPUL_6',
      disclosureRevision: -1,
      ...why(),
    });
  const sealed = async (count: number): Promise<Envelope[]> => {
    const envelopes: Envelope[] = [];
    for (let n = 0; n < count; n += 1) {
      const envelope = await seal(old, randomUUID(), n % 2 ? 'identity' : 'address');
      await grant(envelope);
      envelopes.push(envelope);
    }
    return envelopes;
  };
  const values = (envelopes: readonly Envelope[]) => envelopes.map(({ subject }) => `value of ${subject}`);
  const rows = async () =>
    (
      await database.pool.query<{
        key_id: string;
        subject: string;
        stream: string;
        class: DataClass;
        owner: string;
        wrapped_key: Buffer;
        epoch: number;
      }>('SELECT * FROM vault.keys')
    ).rows;

  it('opens everything that was sealed before, from the same envelopes, and the old epoch opens nothing', async () => {
    const envelopes = await sealed(10);
    const before = await rows();
    await beginEpoch(database.pool, 2);
    expect(await rewrapKeys(database.pool, new ClassKeys(both), 2)).toBe(10);
    expect(await keysBefore(database.pool, 2)).toBe(0);

    // Only the newer epoch is left.
    const opened = await open(newer, envelopes);
    expect(opened.map((one) => one.opened && one.value)).toEqual(values(envelopes));

    await expect(open(old, envelopes)).rejects.toThrow(KeyUnavailable);
    for (const row of await rows()) {
      expect(row.epoch).toBe(2);
      for (const { key } of [...old.classKeys.values()].flat())
        expect(() => unwrapKey(key, row.wrapped_key, row.key_id, row)).toThrow(EnvelopeBroken);
      // Of the key row nothing but its wrapping has changed.
      const was = before.find(({ key_id }) => key_id === row.key_id)!;
      expect({ ...row, wrapped_key: 0, epoch: 0 }).toEqual({ ...was, wrapped_key: 0, epoch: 0 });
    }
  });

  it('goes on where it was cut off', async () => {
    await sealed(3);
    const more = await sealed(3);
    await beginEpoch(database.pool, 2);
    const half = new ClassKeys(both);
    // A key that cannot be unwrapped stands for whatever cuts it off.
    await database.pool.query(`UPDATE vault.keys SET wrapped_key = '\\x00' WHERE key_id = $1`, [
      more[2]!.kid,
    ]);
    await expect(rewrapKeys(database.pool, half, 2)).rejects.toThrow(EnvelopeBroken);
    // The page was one transaction: all of it is as it was.
    expect(await keysBefore(database.pool, 2)).toBe(6);
    await database.pool.query('DELETE FROM vault.keys WHERE key_id = $1', [more[2]!.kid]);
    expect(await rewrapKeys(database.pool, half, 2)).toBe(5);
    expect(await rewrapKeys(database.pool, half, 2)).toBe(0);
  });

  it('takes no new key that is wrapped under an earlier one: who has not heard of it looks for it first', async () => {
    expect(await epochInForce(database.pool)).toBe(0);
    await beginEpoch(database.pool, 2);
    expect(await epochInForce(database.pool)).toBe(2);
    await expect(seal(old, randomUUID())).rejects.toThrow(EpochBehind);
    expect(await rows()).toEqual([]);

    let looked = 0;
    const held = new ClassKeys(old, async () => {
      looked += 1;
      return both;
    });
    const envelope = await seal(held, randomUUID());
    await grant(envelope);
    expect(looked).toBe(1);
    expect((await rows()).map(({ epoch }) => epoch)).toEqual([2]);
    expect(await open(newer, [envelope])).toMatchObject([{ opened: true }]);
  });

  it('does not go back', async () => {
    await beginEpoch(database.pool, 3);
    await beginEpoch(database.pool, 2);
    expect(await epochInForce(database.pool)).toBe(3);
    await expect(database.pool.query('UPDATE vault.class_key_epoch SET in_force = 1')).rejects.toMatchObject({
      code: 'RV004',
    });
    await expect(database.pool.query('DELETE FROM vault.class_key_epoch')).rejects.toMatchObject({
      code: 'RV004',
    });
  });

  it('fails no read and no write that are under way, however they fall', async () => {
    const envelopes = await sealed(30);
    let file: KeyMaterial = old;
    const held = new ClassKeys(old, async () => file);
    let over = false;
    let reads = 0;
    const written: Envelope[] = [];
    const reading = async (): Promise<void> => {
      while (!over) {
        const opened = await open(held, envelopes.slice(reads % 20, (reads % 20) + 10));
        expect(opened.every((one) => one.opened)).toBe(true);
        reads += 1;
      }
    };
    const writing = async (): Promise<void> => {
      while (!over) {
        const envelope = await seal(held, randomUUID());
        await grant(envelope);
        written.push(envelope);
      }
    };
    const working = Promise.all([reading(), reading(), writing()]);
    const rotation = (async () => {
      file = both;
      await beginEpoch(database.pool, 2);
      await rewrapKeys(database.pool, new ClassKeys(both), 2);
      expect(await keysBefore(database.pool, 2)).toBe(0);
      // Destroyed in the file; the process that runs forgets it, too.
      file = newer;
      held.replace(newer);
      const so = { reads, writes: written.length };
      while (reads < so.reads + 5 || written.length < so.writes + 3)
        await new Promise((resolve) => setTimeout(resolve, 5));
    })().finally(() => (over = true));
    await Promise.all([working, rotation]);
    const opened = await open(newer, [...envelopes, ...written]);
    expect(opened.map((one) => one.opened && one.value)).toEqual(values([...envelopes, ...written]));
  });

  it('is nothing that a program could do', async () => {
    for (const pool of [database.apiPool, database.workerPool])
      await expect(beginEpoch(pool, 9)).rejects.toMatchObject({ code: '42501' });
  });
});
