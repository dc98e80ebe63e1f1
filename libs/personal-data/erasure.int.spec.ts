import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { confidential, type DataClass, dataClasses, type Envelope } from '#kernel';
import { withTransaction } from '#platform';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { Blinds } from './blinds.js';
import { Companions } from './companions.js';
import {
  destroy,
  destroyUnused,
  type ErasureOrder,
  highestDestroyedEpoch,
  isDestroyed,
  keysForRetention,
  keysLeft,
  replayTombstones,
  sweep,
} from './erasure.js';
import { ClassKeys } from './keys.js';
import { ConflictRegister } from './police-register.js';
import { beginEpoch } from './rotation.js';
import { Opener, Sealer } from './sealing.js';
import { randomKeyMaterial } from './testing/key-material.js';
import { Tokens } from './tokens.js';
import { Tombstones } from './tombstones.js';
import { Vault, WriteRefused, type VaultActor } from './vault.js';

const material = randomKeyMaterial();
const tokens = new Tokens(material);
const blinds = new Blinds(new ClassKeys(material));
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

  const seal = async (
    subject: string,
    dataClass: DataClass,
    stream = `relocation-${caseId}`,
  ): Promise<Envelope> => {
    const data = await new Sealer(material, vault).seal(
      { field: confidential(dataClass, 'a value') },
      {
        caseId,
        subject,
        stream,
        eventId: randomUUID(),
        owner: officer.organisation,
        actor: officer,
        legalBasis: 'SOLPUL_6',
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
    expect(await vault.findOrCreateSubject(blinds.of([`p11-${subject}`]), subject)).toBe(subject);
    await new ConflictRegister(database.apiPool, blinds).addEntries(subject, [
      { kind: 'SELF_PERSON', token: tokens.token('conflict', subject) },
      { kind: 'NETWORK', token: tokens.token('conflict', 'network') },
    ]);
    return subject;
  };
  const orderFor = (subject: string, over: Partial<ErasureOrder> = {}): ErasureOrder => ({
    decisionId: randomUUID(),
    subject,
    ground: 'RETENTION',
    extent: 'PERSON',
    classes: dataClasses,
    cases: [caseId],
    ...over,
  });
  /** Everything of the person stands as it stood when it was decided. */
  const all =
    (streams: readonly string[] = [`relocation-${caseId}`]) =>
    async () =>
      streams;
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
    // A rotation that was begun: what it wrote and never committed lies in the write-ahead log all the same.
    await beginEpoch(database.pool, 4);
    expect(await destroy(database.pool, order, tombstones, at, all())).toBe(2);
    expect(await highestDestroyedEpoch(database.pool, new Tombstones(`${path}-none`))).toBe(4);
    await sweep(database.pool);
    expect(await leftOf(gone)).toEqual([0, 0, 0]);
    expect(await leftOf(stays)).toEqual([2, 1, 2]);
    expect(await keysLeft(database.pool, order.decisionId)).toBe(0);
    const [tombstone] = await tombstones.read();
    expect(tombstone).toMatchObject({ ...order, epoch: 4, at, done: true });
    expect(tombstone!.keys).toHaveLength(2);
    // The same again changes nothing.
    expect(await destroy(database.pool, order, tombstones, at, all())).toBe(2);
    expect(await tombstones.read()).toHaveLength(1);
  });

  it('asks who the person is when nobody has a grant any more, on record, and as the owner alone', async () => {
    const subject = await person();
    const envelope = await seal(subject, 'identity');
    const successor = { ...officer, person: tokens.token('person', 'successor') };
    const ask = async (pool: TestDatabase['pool'], actor = successor) => {
      const opener = new Opener(material, { open: (places, of) => keysForRetention(pool, places, of) });
      const of = {
        caseId,
        actor,
        purpose: 'RETENTION',
        at: new Date().toISOString(),
        legalBasis: 'SOLPUL_6',
        disclosureRevision: -1,
      };
      return (await opener.open([envelope], of))[0];
    };
    expect(await ask(database.pool)).toMatchObject({ opened: true, value: 'a value' });
    const { rows } = await database.pool.query(
      `SELECT action, purpose, foot, legal_basis FROM vault.reads WHERE subject = $1 AND person = $2`,
      [subject, successor.person],
    );
    expect(rows).toEqual([{ action: 'READ', purpose: 'RETENTION', foot: 'OWN', legal_basis: 'ARKIVL_10' }]);
    // And which files are due, in one record for the list.
    await new Vault(database.pool).recordList({
      as: 'LIST',
      files: [{ caseId, subject }],
      actor: successor,
      purpose: 'RETENTION',
      legalBasis: 'ARKIVL_10',
      at: new Date().toISOString(),
      rescue: false,
    });
    const listed = await database.pool.query(
      `SELECT action, purpose, legal_basis FROM vault.reads WHERE $1 = ANY (listed_subjects) AND person = $2`,
      [subject, successor.person],
    );
    expect(listed.rows).toEqual([{ action: 'LIST', purpose: 'RETENTION', legal_basis: 'ARKIVL_10' }]);
    const elsewhere = { ...successor, organisation: tokens.token('organisation', 'board:0180') };
    expect(await ask(database.pool, elsewhere)).toEqual({ opened: false });
    await expect(ask(database.apiPool)).rejects.toMatchObject({ code: '42501' });
  });

  it('of one board’s file leaves the person to another board: it goes on, and enemies are recognised', async () => {
    const subject = await person();
    const elsewhere = `relocation-${randomUUID()}`;
    await seal(subject, 'identity', elsewhere);
    await destroy(database.pool, orderFor(subject), tombstones, at, all());
    expect(await leftOf(subject)).toEqual([1, 1, 2]);
    await seal(subject, 'address', `placement-${randomUUID()}`);
    await destroy(database.pool, orderFor(subject), tombstones, at, all([elsewhere]));
    expect((await leftOf(subject)).slice(1)).toEqual([0, 0]);
  });

  it('forgets who it was with the last identity: what another board keeps after a new one leads nobody there', async () => {
    const subject = await person();
    const elsewhere = `relocation-${randomUUID()}`;
    await seal(subject, 'identity', elsewhere);
    await seal(subject, 'needs', elsewhere);
    const renamed = orderFor(subject, { ground: 'ASSUMED_IDENTITY', classes: ['identity'] });
    await destroy(database.pool, renamed, tombstones, at, all([elsewhere]));
    expect(await leftOf(subject)).toEqual([3, 1, 2]);
    await destroy(database.pool, orderFor(subject), tombstones, at, all());
    // Enemies are recognised for as long as that board's file is there.
    expect(await leftOf(subject)).toEqual([1, 0, 1]);
    await destroy(database.pool, orderFor(subject), tombstones, at, all([elsewhere]));
    expect(await leftOf(subject)).toEqual([0, 0, 0]);
  });

  it('for a new identity leaves what is needed to keep enemies away', async () => {
    const subject = await person();
    await destroy(
      database.pool,
      orderFor(subject, { ground: 'ASSUMED_IDENTITY', classes: ['identity'] }),
      tombstones,
      at,
      all(),
    );
    expect(await leftOf(subject)).toEqual([1, 0, 1]);
  });

  it('for a new identity the number of the board’s own file and what was served go, and what is social elsewhere stays', async () => {
    const subject = await person();
    const [file, served] = [`relocation-${caseId}`, `decision-${randomUUID()}`];
    const followUps = `placement-${randomUUID()}`;
    for (const stream of [file, served, followUps]) await seal(subject, 'social', stream);
    const classes: readonly DataClass[] = ['identity', 'family', 'social', 'address'];
    const order = orderFor(subject, { ground: 'ASSUMED_IDENTITY', classes });
    expect(await destroy(database.pool, order, tombstones, at, all([file, served, followUps]))).toBe(3);
    const { rows } = await database.pool.query(
      'SELECT stream, class FROM vault.keys WHERE subject = $1 ORDER BY class',
      [subject],
    );
    expect(rows).toEqual([
      { stream: file, class: 'needs' },
      { stream: followUps, class: 'social' },
    ]);
    expect(await keysLeft(database.pool, order.decisionId)).toBe(0);
    for (const stream of [file, served])
      await expect(seal(subject, 'social', stream)).rejects.toThrow(WriteRefused);
    await seal(subject, 'social', followUps);
  });

  it('nobody makes a key for what was erased', async () => {
    const subject = await person();
    await destroy(database.pool, orderFor(subject, { classes: ['identity'] }), tombstones, at, all());
    await expect(seal(subject, 'identity')).rejects.toThrow(WriteRefused);
    await seal(subject, 'needs');
    const { rows } = await database.pool.query('SELECT reason, legal_basis FROM vault.refusals');
    expect(rows).toEqual([{ reason: 'ERASED', legal_basis: 'SOLPUL_6' }]);
  });

  it.each([
    ['written on', [[`relocation-${caseId}`], []]],
    ['opened again', [[`relocation-${caseId}`], new Error('a case is open')]],
  ] as const)(
    'destroys nothing of a file that is %s by somebody who had a key before',
    async (_what, looks) => {
      const subject = await person();
      const answers = [...looks];
      const look = async (): Promise<readonly string[]> => {
        const answer = answers.shift() ?? [];
        if (answer instanceof Error) throw answer;
        return answer;
      };
      const order = orderFor(subject);
      await expect(destroy(database.pool, order, tombstones, at, look)).rejects.toThrow();
      expect(await leftOf(subject)).toEqual([2, 1, 2]);
      expect(await isDestroyed(database.pool, order.decisionId)).toBe(false);
      // What was only intended is not done by the next start.
      expect(await replayTombstones(database.pool, tombstones)).toEqual([]);
    },
  );

  it('destroys nothing when the tombstone cannot be written', async () => {
    const subject = await person();
    await writeFile(join(folder, 'kept'), 'a file where a folder should be');
    await expect(destroy(database.pool, orderFor(subject), tombstones, at, all())).rejects.toThrow(
      'tombstones',
    );
    expect(await leftOf(subject)).toEqual([2, 1, 2]);
  });

  it('is repeated on a database that does not know of it, before anything else', async () => {
    const subject = await person();
    const order = orderFor(subject);
    const line = await tombstones.intend({
      ...order,
      streams: [`relocation-${caseId}`],
      keys: [],
      epoch: 0,
      at,
    });
    await tombstones.done(order.decisionId, line);
    expect(await replayTombstones(database.pool, tombstones)).toEqual([order.decisionId]);
    expect(await leftOf(subject)).toEqual([0, 0, 0]);
    expect(await replayTombstones(database.pool, tombstones)).toEqual([]);
  });

  it('no system starts without the tombstones of what its database knows', async () => {
    await destroy(database.pool, orderFor(await person()), tombstones, at, all());
    await destroy(database.pool, orderFor(await person()), tombstones, at, all());
    const whole = await readFile(path, 'utf8');
    const [first, done, second] = whole.split('\n');
    const missing = 'not among the tombstones';
    for (const [text, refusal] of [
      ['', missing],
      [`${first}\n`, missing],
      [`${second}\n`, 'not whole'],
      [`${second}\n${first}\n`, 'not whole'],
      [`${first}\n${second}\n`, 'not whole'],
      [`${first}\n${done}\n`, missing],
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
    const tombstone = { ...orderFor(randomUUID()), streams: [], keys: [], epoch: 0, at };
    await tombstones.intend({ ...tombstone, decisionId: randomUUID() });
    await appendFile(path, '{"decisionId":"half');
    expect(await tombstones.read()).toHaveLength(1);
    await tombstones.intend(tombstone);
    expect(await tombstones.read()).toMatchObject([{}, tombstone]);
  });

  it('leaves what came after the decision: its keys are there, and it is written on', async () => {
    const subject = await person();
    const asked = `inquiry-${randomUUID()}`;
    await seal(subject, 'identity', asked);
    await destroy(database.pool, orderFor(subject), tombstones, at, all());
    expect((await leftOf(subject))[0]).toBe(1);
    await seal(subject, 'identity', asked);
    await seal(subject, 'social', asked);
    await expect(seal(subject, 'identity', `inquiry-${randomUUID()}`)).rejects.toThrow(WriteRefused);
  });

  it('of one inquiry destroys what was asked, and forgets the person when nothing else is kept', async () => {
    const inquiry = (id: string, over: Partial<ErasureOrder> = {}) =>
      orderFor(known, { extent: 'INQUIRY', cases: [id], ...over });
    const known = await person();
    const [first, second] = [randomUUID(), randomUUID()];
    await seal(known, 'identity', `inquiry-${first}`);
    await destroy(database.pool, inquiry(first), tombstones, at, all([`inquiry-${first}`]));
    expect(await leftOf(known)).toEqual([2, 1, 2]);
    // Whoever has a case goes on having it.
    await seal(known, 'identity', `relocation-${randomUUID()}`);
    await database.pool.query('DELETE FROM vault.keys');
    await seal(known, 'identity', `inquiry-${second}`);
    await destroy(database.pool, inquiry(second), tombstones, at, all([`inquiry-${second}`]));
    expect(await leftOf(known)).toEqual([0, 0, 0]);
    await expect(seal(known, 'identity', `relocation-${randomUUID()}`)).rejects.toThrow(WriteRefused);
  });

  it('of a request for documents destroys for a new identity what it says, and not what its copies cost', async () => {
    const [request, subject] = [randomUUID(), randomUUID()];
    const stream = `public-access-${request}`;
    for (const dataClass of ['social', 'cost'] as const) await seal(subject, dataClass, stream);
    const order = orderFor(subject, {
      ground: 'ASSUMED_IDENTITY',
      extent: 'REQUEST',
      classes: ['social'],
      cases: [request],
    });
    expect(await destroy(database.pool, order, tombstones, at, all([stream]))).toBe(1);
    expect((await leftOf(subject))[0]).toBe(1);
    await expect(seal(subject, 'social', stream)).rejects.toThrow(WriteRefused);
  });

  it('leaves nobody who went along: with the file, whatever other boards keep, and again in a restored backup', async () => {
    const companions = new Companions(database.apiPool, blinds);
    const [gone, other, child] = [await person(), await person(), randomUUID()];
    const [elsewhere, ofOther, ...inquiries] = Array.from({ length: 4 }, () => randomUUID());
    const numbers = ['here', 'elsewhere'].map((one) => tokens.token('companion', one));
    await seal(gone, 'identity', `relocation-${elsewhere}`);
    const keep = async () => {
      await companions.goAlong({ caseId, subject: gone }, [numbers[0]!]);
      await companions.goAlong({ caseId: elsewhere!, subject: gone }, [numbers[1]!]);
    };
    await keep();
    await companions.goAlong({ caseId: ofOther!, subject: other }, [numbers[0]!]);
    for (const [index, inquiry] of inquiries.entries())
      await companions.asked({ caseId: inquiry, subject: child }, numbers[index]!);
    const found = async () => {
      const { rows } = await database.pool.query<{ file: string }>(
        'SELECT file FROM vault.companions WHERE NOT asked',
      );
      const along = await companions.withWhom(child);
      return [rows.map(({ file }) => file).sort(), [...new Set(along.map(({ subject }) => subject))].sort()];
    };
    expect((await companions.withWhom(child)).map((one) => one.caseId).toSorted()).toEqual(
      [caseId, elsewhere, ofOther].sort(),
    );
    expect(await found()).toEqual([[caseId, elsewhere, ofOther].sort(), [gone, other].sort()]);
    // The file of one board; another has the person still, with whoever goes along there.
    await destroy(database.pool, orderFor(gone), tombstones, at, all());
    expect(await found()).toEqual([[elsewhere, ofOther].sort(), [gone, other].sort()]);
    // Nothing comes into a file that was destroyed. Then the last one goes.
    await keep();
    expect(await found()).toEqual([[elsewhere, ofOther].sort(), [gone, other].sort()]);
    const last = orderFor(gone, { cases: [elsewhere!] });
    await destroy(database.pool, last, tombstones, at, all([`relocation-${elsewhere}`]));
    expect(await found()).toEqual([[ofOther], [other]]);
    // A backup of before, which knows of no erasure.
    await database.pool.query('ALTER TABLE vault.erasures DISABLE TRIGGER ALL; DELETE FROM vault.erasures');
    await keep();
    expect(await found()).toEqual([[caseId, elsewhere, ofOther].sort(), [gone, other].sort()]);
    await replayTombstones(database.pool, tombstones);
    expect(await found()).toEqual([[ofOther], [other]]);
    // That the child was asked about goes with that inquiry.
    const [inquiry, open] = inquiries;
    await seal(child, 'identity', `inquiry-${open}`);
    const asked = orderFor(child, { extent: 'INQUIRY', classes: ['identity', 'social'], cases: [inquiry!] });
    await destroy(database.pool, asked, tombstones, at, all([`inquiry-${inquiry}`]));
    expect(await found()).toEqual([[ofOther], []]);
    const { rowCount } = await database.pool.query('SELECT FROM vault.companions WHERE asked');
    expect(rowCount).toBe(1);
  });

  it('keeps nothing of who was named in a request that became no case', async () => {
    const [named, stays] = [await person(), await person()];
    const refused = `relocation-${randomUUID()}`;
    const [onlyNamed, justNow] = [randomUUID(), randomUUID()];
    await seal(onlyNamed, 'identity', refused);
    const companions = new Companions(database.apiPool, blinds);
    for (const subject of [onlyNamed, justNow]) {
      await vault.findOrCreateSubject(blinds.of([`p11-${subject}`]), subject);
      await companions.asked({ caseId: randomUUID(), subject }, tokens.token('companion', subject));
    }
    await companions.goAlong({ caseId, subject: named }, [tokens.token('companion', 'child')]);
    await database.pool.query(`UPDATE vault.keys SET created_at = created_at - interval '2 days'`);
    await database.pool.query(
      `UPDATE vault.person_index SET used_at = used_at - interval '2 days' WHERE subject <> $1`,
      [justNow],
    );
    await database.pool.query(
      `UPDATE vault.companions SET made_at = made_at - interval '2 days' WHERE subject <> $1`,
      [justNow],
    );
    expect(await destroyUnused(database.pool, async (stream) => stream === refused)).toBe(1);
    expect(await leftOf(onlyNamed)).toEqual([0, 0, 0]);
    expect(await leftOf(justNow)).toEqual([0, 1, 0]);
    const { rows } = await database.pool.query<{ subject: string }>('SELECT subject FROM vault.companions');
    expect(rows.map(({ subject }) => subject).sort()).toEqual([justNow, named].sort());
    for (const subject of [named, stays]) expect(await leftOf(subject)).toEqual([2, 1, 2]);
    // Who is named again is not forgotten meanwhile.
    expect(await vault.findOrCreateSubject(blinds.of([`p11-${named}`]), randomUUID())).toBe(named);
  });

  it('what was intended and not committed is not done by the next start: the person may have come back', async () => {
    const subject = await person();
    const order = orderFor(subject);
    // The database dies between the tombstone and the commit.
    const dying = new Tombstones(path);
    dying.intend = async (tombstone) => {
      await Tombstones.prototype.intend.call(dying, tombstone);
      throw new Error('the database is gone');
    };
    await expect(destroy(database.pool, order, dying, at, all())).rejects.toThrow('the database is gone');
    expect(await tombstones.read()).toMatchObject([{ decisionId: order.decisionId, done: false }]);
    const again = `relocation-${randomUUID()}`;
    await seal(subject, 'identity', again);
    expect(await replayTombstones(database.pool, tombstones)).toEqual([]);
    expect(await leftOf(subject)).toEqual([3, 1, 2]);
    expect(await isDestroyed(database.pool, order.decisionId)).toBe(false);
    // Carried out after all, it destroys what is decided now, and the tombstone says so.
    await destroy(database.pool, order, tombstones, at, all());
    expect((await leftOf(subject))[0]).toBe(1);
    const [meant, committed] = await tombstones.read();
    expect([meant!.done, committed!.done]).toEqual([false, true]);
  });

  it('what was committed is done again, though whoever did it died before it could say so', async () => {
    const order = orderFor(await person());
    const dying = new Tombstones(path);
    dying.done = () => Promise.reject(new Error('killed'));
    await expect(destroy(database.pool, order, dying, at, all())).rejects.toThrow('killed');
    expect(await tombstones.read()).toMatchObject([{ done: false }]);
    expect(await replayTombstones(database.pool, tombstones)).toEqual([]);
    expect(await tombstones.read()).toMatchObject([{ done: true }]);
  });

  it('is nothing that a program could do', async () => {
    const subject = await person();
    for (const pool of [database.apiPool, database.workerPool])
      await expect(destroy(pool, orderFor(subject), tombstones, at, all())).rejects.toMatchObject({
        code: '42501',
      });
    await expect(database.pool.query('DELETE FROM vault.erasures')).rejects.toMatchObject({ code: 'RV004' });
  });
});

describe('The vault’s own door to destroying', () => {
  const databases: TestDatabase[] = [];
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase({
      libs: ['platform', 'event-store', 'subscriptions', 'personal-data'],
    });
    databases.push(database);
  });
  afterAll(() => Promise.all(databases.map((one) => one.close())));

  const [subject, decisionId, caseId] = [randomUUID(), randomUUID(), randomUUID()];
  const stream = `relocation-${caseId}`;
  const decision = {
    decisionId,
    subject,
    ground: 'RETENTION',
    extent: 'PERSON',
    classes: dataClasses,
    cases: [caseId],
    streams: [{ stream, revision: 0 }],
  };
  const write = (of: string, revision: number, type: string, data: object) =>
    database.pool.query(
      `INSERT INTO log.events VALUES ((SELECT count(*) + 1 FROM log.events), $1, $2, gen_random_uuid(), $3, 1, $4, '{}', now())`,
      [of, revision, type, data],
    );
  const decide = (over: object = {}) =>
    write(`erasure-${subject}`, 0, 'ErasureDecided', { ...decision, ...over });
  const key = (of = subject, on = stream) =>
    database.pool.query(
      `INSERT INTO vault.keys (key_id, subject, stream, class, owner, wrapped_key, epoch, created_by_organisation)
         VALUES (gen_random_uuid(), $1, $2, 'identity', 'owner', '\\x00', 1, 'owner')`,
      [of, on],
    );
  const asCustodian = async (sql: string, values: readonly unknown[]): Promise<unknown> =>
    withTransaction(database.pool, { role: 'vault_custodian' }, async (client) => {
      const { rows } = await client.query<{ done: unknown }>(sql, [...values]);
      return rows[0]?.done;
    });
  const ask = ({ id = decisionId as string | null, of = subject, streams = [stream] } = {}) =>
    asCustodian(
      `SELECT vault.destroy($1, $2, 'RETENTION', $3, $4, $5, '{}', 1, 'a tombstone', 'PERSON') AS done`,
      [id, of, dataClasses, [caseId], streams],
    );
  const refused = { code: 'RV010' };

  it('destroys what was decided in the log, once', async () => {
    await write(stream, 0, 'CaseOpened', {});
    await key();
    await key(randomUUID());
    await decide();
    expect(await ask()).toBe(1);
    await expect(ask()).rejects.toMatchObject(refused);
    expect((await database.pool.query('SELECT FROM vault.keys')).rowCount).toBe(1);
  });

  it('refuses without a decision, and what the decision does not say', async () => {
    await write(stream, 0, 'CaseOpened', {});
    await key();
    await expect(ask()).rejects.toMatchObject(refused);
    await expect(ask({ id: null })).rejects.toMatchObject({ code: 'RV003' });
    await decide();
    await expect(ask({ id: randomUUID() })).rejects.toMatchObject(refused);
    await expect(ask({ of: randomUUID() })).rejects.toMatchObject(refused);
    await write('inquiry-1', 0, 'StayInquiryReceived', {});
    await expect(ask({ streams: [stream, 'inquiry-1'] })).rejects.toMatchObject(refused);
    // Something was written since, or it was called off.
    await write(stream, 1, 'CaseClosed', {});
    await expect(ask()).rejects.toMatchObject(refused);
    await write(`erasure-${subject}`, 1, 'ErasureRejected', { decisionId });
    await expect(ask()).rejects.toMatchObject(refused);
    expect((await database.pool.query('SELECT FROM vault.keys')).rowCount).toBe(1);
  });

  it('is the only one: whoever looks after the keys deletes nothing without it', async () => {
    for (const table of ['vault.keys', 'vault.person_index', 'vault.grants', 'police_register.entries'])
      await expect(asCustodian(`DELETE FROM ${table}`, [])).rejects.toMatchObject({ code: '42501' });
  });

  it.each([
    ['overwrites no wrapped key', `UPDATE vault.keys SET wrapped_key = '\\x00', epoch = epoch + 1`],
    ['begins no epoch that nobody can write under', 'UPDATE vault.class_key_epoch SET in_force = 999'],
    [
      'destroys nothing by a tombstone that it made up',
      `SELECT vault.destroy_again(gen_random_uuid(), subject, 'RETENTION', ARRAY['identity'], '{}', NULL, '{}', 0,
         'made up', 'PERSON') FROM vault.keys`,
    ],
  ])('whoever looks after the keys %s', async (_what, sql) => {
    await key();
    const before = await database.pool.query('SELECT * FROM vault.keys');
    await expect(asCustodian(sql, [])).rejects.toMatchObject({ code: '42501' });
    expect((await database.pool.query('SELECT * FROM vault.keys')).rows).toEqual(before.rows);
  });

  it('where the log is kept elsewhere, destroys nothing for a login that is not the owner’s', async () => {
    await key();
    await database.pool.query(`UPDATE vault.keys SET created_at = created_at - interval '2 days'`);
    const login = `test_custodian_${randomUUID().slice(0, 8)}`;
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    try {
      await admin.query(`CREATE ROLE ${login}; GRANT vault_custodian TO ${login}`);
      const asStolen = (sql: string) =>
        admin.query(`SET SESSION AUTHORIZATION ${login}; SET ROLE vault_custodian; ${sql}`);
      const stolen = [
        `SELECT vault.destroy_unused(ARRAY['${stream}'])`,
        `SELECT vault.destroy('${decisionId}', '${subject}', 'RETENTION', ARRAY['identity'], ARRAY['${caseId}'],
           ARRAY['${stream}'], '{}', 1, 'a tombstone', 'PERSON')`,
      ];
      for (const sql of stolen) await expect(asStolen(sql)).rejects.toMatchObject(refused);
      expect((await database.pool.query('SELECT FROM vault.keys')).rowCount).toBe(1);
      // The owner's tool does, which reads the log where it is.
      expect(await asCustodian(`SELECT vault.destroy_unused($1) AS done`, [[stream]])).toBe(1);
    } finally {
      await admin.query(`RESET SESSION AUTHORIZATION; DROP ROLE ${login}`);
      await admin.end();
    }
  });

  it('retires no epoch under which a key is wrapped that stays', async () => {
    const retire = (epoch: number) => asCustodian('SELECT vault.retire_epochs($1) AS done', [epoch]);
    await key();
    await expect(retire(2)).rejects.toMatchObject({ code: 'RV009' });
    await beginEpoch(database.pool, 2);
    await expect(retire(2)).rejects.toMatchObject({ code: 'RV009' });
    await database.pool.query('UPDATE vault.keys SET epoch = 2');
    // Nor one under which rows of the index and of Police's register are.
    await expect(retire(2)).rejects.toMatchObject({ code: 'RV009' });
    await database.pool.query('UPDATE vault.blind_epoch SET in_force = 2');
    await expect(retire(3)).rejects.toMatchObject({ code: 'RV009' });
    await retire(2);
    expect((await database.pool.query('SELECT before FROM vault.retired_epochs')).rows).toEqual([
      { before: 2 },
    ]);
  });
});
