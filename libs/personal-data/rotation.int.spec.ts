import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { confidential, dataClasses, type DataClass, type Envelope } from '#kernel';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { Blinds } from './blinds.js';
import { Companions } from './companions.js';
import { EnvelopeBroken, unwrapKey } from './crypto.js';
import { ClassKeys, EpochBehind, KeyUnavailable, type KeyMaterial } from './keys.js';
import { type ConflictEntry, ConflictCheck, ConflictRegister } from './police-register.js';
import {
  beginEpoch,
  epochInForce,
  keysBefore,
  moveBlinds,
  retireEpochs,
  rewrapKeys,
  RowNotMoved,
} from './rotation.js';
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

const databases: TestDatabase[] = [];
afterAll(() => Promise.all(databases.map((one) => one.close())));

describe('A new epoch of the class keys', () => {
  let database: TestDatabase;
  let vault: Vault;
  beforeEach(async () => {
    database = await createTestDatabase({ libs: ['platform', 'subscriptions', 'personal-data'] });
    databases.push(database);
    // As the api, who may open and write and no more.
    vault = new Vault(database.apiPool);
  });

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
    await expect(rewrapKeys(database.pool, half, 2)).rejects.toMatchObject({
      table: 'vault.keys',
      cause: expect.any(EnvelopeBroken),
    });
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

describe('The index of persons and Police’s register, under a new epoch', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase({ libs: ['platform', 'subscriptions', 'personal-data'] });
    databases.push(database);
  });

  const [number, adversary] = ['199001019802', '198505059802'];
  const area = tokens.token('area', 'county:14');
  const self = (of: string): ConflictEntry => ({ kind: 'SELF_PERSON', token: tokens.token('conflict', of) });
  const enemy = (of: string): ConflictEntry => ({
    kind: 'ADVERSARY_PERSON',
    token: tokens.token('conflict', of),
  });
  /** An api with these class keys, which finds those in the file where an epoch is missing. */
  const api = (keys: KeyMaterial, file?: () => KeyMaterial) => {
    const held = new ClassKeys(keys, file && (async () => file()));
    const blinds = new Blinds(held);
    const vault = new Vault(database.apiPool);
    return {
      register: new ConflictRegister(database.apiPool, blinds),
      companions: new Companions(database.apiPool, blinds),
      find: (of: string, proposed: string = randomUUID()) =>
        blinds.withNewest((under) => vault.findOrCreateSubject(under(tokens.personHashes(of)), proposed)),
    };
  };
  const verdict = (mover: string, resident: string) =>
    new ConflictCheck(database.workerPool).verdict({
      subject: mover,
      residents: [{ subject: resident }],
      area,
    });
  const texts = async (): Promise<string[]> =>
    (
      await database.pool.query<{ text: string }>(
        `SELECT keyed_hash AS text FROM vault.person_index UNION ALL SELECT token FROM police_register.entries
         UNION ALL SELECT token FROM vault.companions UNION ALL SELECT conflict FROM police_register.presence`,
      )
    ).rows.map(({ text }) => text);
  const rotate = async (): Promise<number> => {
    await beginEpoch(database.pool, 2);
    return moveBlinds(database.pool, new ClassKeys(both), 2);
  };

  it('hold no keyed hash, are moved whole, and what was written before opens with no class key that is left', async () => {
    const before = api(old);
    const subject = await before.find(number);
    await before.register.addEntries(subject, [self(number)]);
    await before.register.addPresence({ conflict: self(adversary).token, area });
    const child = tokens.token('companion', adversary);
    const [asked, inquiry, file] = [await before.find(adversary), randomUUID(), randomUUID()];
    await before.companions.goAlong({ caseId: file, subject }, [child]);
    const hashes = [
      ...[number, adversary].map((one) => tokens.personHashes(one)[0]!),
      ...[self(number).token, self(adversary).token, child],
    ].sort();
    const opened = async (keys: KeyMaterial) =>
      (await texts()).map((text) => new Blinds(new ClassKeys(keys)).open(text)).sort();
    const stored = await texts();
    // With the routing key alone no number leads to a row.
    for (const text of stored)
      for (const hash of hashes) expect(text).not.toContain(hash.slice(hash.indexOf('-') + 1));
    expect(await opened(old)).toEqual(hashes);

    await beginEpoch(database.pool, 2);
    // The old epoch is not retired while a row is under it.
    await expect(retireEpochs(database.pool, 2)).rejects.toMatchObject({ code: 'RV009' });
    expect(await rotate()).toBe(5);
    expect(await rotate()).toBe(0);
    await retireEpochs(database.pool, 2);
    expect(await opened(newer)).toEqual(hashes);
    const left = new Blinds(new ClassKeys(newer));
    for (const text of stored) {
      expect(() => left.open(text)).toThrow(KeyUnavailable);
      // Whatever epoch it says it is of.
      expect(() => left.open(text.replace('b11.', 'b12.'))).toThrow(EnvelopeBroken);
    }
    for (const keys of [both, newer]) expect(await api(keys).find(number)).toBe(subject);
    expect(await api(old, () => newer).find(number)).toBe(subject);
    // Who went along before still does, for who is asked about under the new epoch.
    const after = api(old, () => newer).companions;
    await after.asked({ caseId: inquiry, subject: asked }, child);
    expect(await after.withWhom(asked)).toEqual([{ subject, caseId: file }]);
  });

  it('never take a row that would not be found: who has no key of the epoch is refused, and answers nothing', async () => {
    const [mover, resident] = [randomUUID(), randomUUID()];
    await api(old).register.addEntries(resident, [self(adversary)]);
    await rotate();
    const behind = api(old);
    const stored = await texts();
    for (const work of [
      () => behind.find(number),
      () => behind.register.addEntries(mover, [enemy(adversary)]),
      () => behind.register.addPresence({ conflict: self(adversary).token, area }),
      () => behind.companions.goAlong({ caseId: mover, subject: mover }, [tokens.token('companion', number)]),
      () => behind.companions.asked({ caseId: mover, subject: mover }, tokens.token('companion', number)),
    ])
      await expect(work()).rejects.toThrow(EpochBehind);
    // Nor past the door.
    await expect(
      database.pool.query(
        `INSERT INTO police_register.entries VALUES (gen_random_uuid(), $1, 'ADVERSARY_PERSON', $2)`,
        [mover, enemy(adversary).token],
      ),
    ).rejects.toMatchObject({ code: 'RV005' });
    expect(await texts()).toEqual(stored);
    await api(old, () => both).register.addEntries(mover, [enemy(adversary)]);
    expect(await verdict(mover, resident)).toBe('REFER_TO_POLICE');
  });

  it('find everybody while it is under way, however it falls: no conflict is CLEAR, and nobody becomes two', async () => {
    let file: KeyMaterial = old;
    // One that has both already, and one that has not heard of it.
    const apis = [api(both), api(old, () => file)];
    const [resident, ...movers] = Array.from({ length: 21 }, () => randomUUID());
    const subject = await apis[0]!.find(number);
    await apis[0]!.register.addEntries(resident, [self(adversary)]);
    for (const mover of movers.slice(0, 10)) await apis[1]!.register.addEntries(mover, [enemy(adversary)]);
    let over = false;
    let looks = 0;
    const known = movers.slice(0, 10);
    const looking = async (): Promise<void> => {
      while (!over) {
        for (const one of apis) expect(await one.find(number)).toBe(subject);
        for (const mover of known) expect(await verdict(mover, resident!)).toBe('REFER_TO_POLICE');
        looks += 1;
      }
    };
    const writing = async (): Promise<void> => {
      for (const [index, mover] of movers.slice(10).entries()) {
        await apis[index % 2]!.register.addEntries(mover, [enemy(adversary)]);
        expect(await verdict(mover, resident!)).toBe('REFER_TO_POLICE');
      }
    };
    const rotating = async (): Promise<void> => {
      file = both;
      await beginEpoch(database.pool, 2);
      // Cut off before it is committed, then run again.
      const cut = await moveBlinds(database.pool, new ClassKeys(newer), 2).catch((error: unknown) => error);
      expect(cut).toBeInstanceOf(RowNotMoved);
      expect((cut as RowNotMoved).cause).toBeInstanceOf(KeyUnavailable);
      await moveBlinds(database.pool, new ClassKeys(both), 2);
      file = newer;
    };
    const seen = looking();
    await Promise.all([writing(), rotating()]).finally(() => (over = true));
    await seen;
    expect(looks).toBeGreaterThan(0);
    for (const mover of movers) expect(await verdict(mover, resident!)).toBe('REFER_TO_POLICE');
    expect((await texts()).every((text) => text.includes('b12.'))).toBe(true);
  });

  it('of a database of before are found as they are, until the next rotation moves them', async () => {
    const [mover, resident] = [randomUUID(), randomUUID()];
    await database.pool.query('UPDATE vault.blind_epoch SET in_force = 0');
    const subject = randomUUID();
    await database.pool.query('INSERT INTO vault.person_index (keyed_hash, subject) VALUES ($1, $2)', [
      tokens.personHashes(number)[0],
      subject,
    ]);
    await database.pool.query(
      `INSERT INTO police_register.entries VALUES (gen_random_uuid(), $1, 'SELF_PERSON', $2)`,
      [resident, self(adversary).token],
    );
    const there = api(old, () => old);
    expect(await there.find(number)).toBe(subject);
    await there.register.addEntries(mover, [enemy(adversary)]);
    expect(await verdict(mover, resident)).toBe('REFER_TO_POLICE');
    expect(await rotate()).toBe(3);
    expect((await texts()).every((text) => text.includes('b12.'))).toBe(true);
    expect(await api(newer).find(number)).toBe(subject);
    expect(await verdict(mover, resident)).toBe('REFER_TO_POLICE');
  });
});
