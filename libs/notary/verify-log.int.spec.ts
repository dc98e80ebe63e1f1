import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createVerbatimCodec, type EventStore } from '#event-store';
import { MemoryEventStore } from '#event-store/memory';
import { openPostgresEventStore } from '#event-store/postgres';
import { createLogger, SettableClock } from '#platform';
import { Runners } from '#subscriptions';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { write } from '../subscriptions/testing/sample.js';
import { adoptLog } from './adopt-log.js';
import { copyLog } from './copy-log.js';
import { hashOfEvent } from './leaf.js';
import { GrowingTree } from './merkle-tree.js';
import { notaryConsumer } from './notary-consumer.js';
import { createNotaryKey, type NotarySigner, readNotaryKey } from './notary-key.js';
import { checkProof, consistencyProof, inclusionProof, type ProofDocument } from './proofs.js';
import { signCheckpoint } from './signed-checkpoint.js';
import { TreeTables } from './tree-tables.js';
import { type Verification, verifyLog } from './verify-log.js';

const start = '2026-03-02T08:00:00.000Z';
const silent = createLogger({ component: 'test', level: 'error', destination: { write: () => undefined } });
const codec = createVerbatimCodec();

/** A log of thirty events, signed at 10, 20 and 30, of which every test alters a copy of its own. */
describe('the verification of a copy of the log', () => {
  let original: TestDatabase;
  let home: string;
  let signer: NotarySigner;
  let signerOfAttacker: NotarySigner;
  let copy: Copy;
  /** As an inspector keeps it outside. */
  let keptCheckpoint: string;

  interface Copy {
    readonly pool: pg.Pool;
    readonly log: EventStore;
    readonly tables: TreeTables;
    /** What a superuser can do: no trigger stops him. */
    alter(sql: string, values?: readonly unknown[]): Promise<void>;
    close(): Promise<void>;
  }

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'verify-'));
    const keyIn = async (name: string): Promise<NotarySigner> => {
      const file = { path: join(home, 'keys', name), databaseFolder: join(home, 'postgres') };
      await createNotaryKey(file);
      return readNotaryKey(file);
    };
    signer = await keyIn('notary.json');
    signerOfAttacker = await keyIn('attacker.json');
    original = await createTestDatabase({ libs: ['platform', 'event-store', 'subscriptions', 'notary'] });
    const store = await openPostgresEventStore({ connection: { connectionString: original.url }, codec });
    const clock = new SettableClock(start);
    for (let round = 1; round <= 3; round += 1) {
      for (let at = 0; at < 10; at += 1)
        await write(store, `errand-${at % 3}`, 'ErrandRequested', { errand: `${round}-${at}` }, start);
      const all = new Runners({
        store,
        pool: original.pool,
        clock,
        log: silent,
        projections: [],
        processes: [],
        sender: { send: () => Promise.reject(new Error('nothing is sent')) },
        roles: ['notary'],
        notary: { store, consumer: notaryConsumer(signer, clock, { signEveryMs: 0 }) },
      });
      all.start();
      await all.settled();
      await all.stop();
    }
    keptCheckpoint = (await new TreeTables(original.pool).newestCheckpoint())!.note;
    await store.close();
    // The template of the copies must have no session.
    await original.pool.end();
  });
  afterAll(async () => {
    await original.close().catch(() => undefined);
    await rm(home, { recursive: true });
  });

  const copied = async (): Promise<Copy> => {
    const name = `copy_${randomBytes(6).toString('hex')}`;
    const urlOf = (url: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).href;
    const base = new URL(original.adminUrl).pathname.slice(1);
    const administer = async (sql: string): Promise<void> => {
      const admin = new pg.Client({
        connectionString: Object.assign(new URL(original.adminUrl), { pathname: '/postgres' }).href,
      });
      await admin.connect();
      await admin.query(sql).finally(() => admin.end());
    };
    await administer(`CREATE DATABASE ${name} TEMPLATE ${base} OWNER relocation`);
    const pool = new pg.Pool({ connectionString: urlOf(original.url), max: 2 });
    const log = await openPostgresEventStore({
      connection: { connectionString: urlOf(original.url) },
      codec,
    });
    const attacker = new pg.Client({ connectionString: urlOf(original.adminUrl) });
    await attacker.connect();
    for (const table of ['log.events', 'notary.leaves', 'notary.nodes', 'notary.signed_checkpoints'])
      await attacker.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
    return {
      pool,
      log,
      tables: new TreeTables(pool),
      alter: async (sql, values) => void (await attacker.query(sql, values && [...values])),
      close: async () => {
        await attacker.end();
        await log.close();
        await pool.end();
        await administer(`DROP DATABASE ${name} WITH (FORCE)`);
      },
    };
  };
  beforeEach(async () => {
    copy = await copied();
  });
  afterEach(() => copy.close());

  const verified = (given: { trusted?: readonly string[]; without?: 'tables' } = {}): Promise<Verification> =>
    verifyLog({
      log: copy.log,
      tables: given.without ? undefined : copy.tables,
      keys: [signer.key],
      trusted: given.trusted ?? [],
    });
  const named = ({ differences }: Verification) =>
    differences.map(({ kind, stream, revision, index }) => [kind, stream, revision, index]);

  /** An attacker who knows how the notary works, and has everything but its key. */
  const rewriteNotary = async (alsoSign?: NotarySigner): Promise<void> => {
    const events = await copy.log.readAll(undefined, 1_000);
    await copy.alter('TRUNCATE notary.leaves, notary.nodes');
    const tree = new GrowingTree();
    for (const [index, event] of events.entries()) {
      const hash = hashOfEvent(event);
      const nodes: [number, number, Buffer][] = [];
      tree.add(hash, ({ level, index: at }, of) => nodes.push([level, at, of]));
      await copy.alter('INSERT INTO notary.leaves VALUES ($1, $2, $3, $4, $5, $6)', [
        ...[index, hash, event.id, event.stream, event.revision, event.position],
      ]);
      for (const node of nodes) await copy.alter('INSERT INTO notary.nodes VALUES ($1, $2, $3)', node);
    }
    if (!alsoSign) return;
    await copy.alter('TRUNCATE notary.signed_checkpoints');
    await copy.alter('INSERT INTO notary.signed_checkpoints VALUES ($1, $2, now())', [
      tree.size,
      signCheckpoint({ size: tree.size, root: tree.root() }, alsoSign),
    ]);
  };
  /** Positions without a gap again, so that nothing shows at first sight. */
  const close = (gap: number): Promise<void> =>
    copy
      .alter(
        `UPDATE log.events e SET position = -m.n FROM (
         SELECT position, row_number() OVER (ORDER BY position) AS n FROM log.events) m
       WHERE m.position = e.position AND m.position > $1`,
        [gap],
      )
      .then(() => copy.alter('UPDATE log.events SET position = -position WHERE position < 0'));

  const manipulations: Record<string, { does: () => Promise<void>; finds: unknown[] }> = {
    'a changed event': {
      does: () => copy.alter(`UPDATE log.events SET data = '{"errand":"forged"}' WHERE position = 12`),
      finds: [['changed', 'errand-1', 3, 11]],
    },
    'an event whose time was changed by a millisecond': {
      does: () =>
        copy.alter(
          `UPDATE log.events SET recorded_at = recorded_at + interval '1 millisecond' WHERE position = 12`,
        ),
      finds: [['changed', 'errand-1', 3, 11]],
    },
    'a removed event': {
      does: async () => {
        await copy.alter('DELETE FROM log.events WHERE position = 12');
        await close(12);
      },
      finds: [['removed', 'errand-1', 3, 11]],
    },
    'an inserted event': {
      does: async () => {
        await copy.alter('UPDATE log.events SET position = -position - 1 WHERE position >= 12');
        await copy.alter('UPDATE log.events SET position = -position WHERE position < 0');
        await copy.alter(
          `INSERT INTO log.events SELECT 12, 'errand-9', 0, gen_random_uuid(), type, schema_version, data, metadata, recorded_at
           FROM log.events WHERE position = 1`,
        );
      },
      finds: [['inserted', 'errand-9', 0, undefined]],
    },
    'a reordered event': {
      does: async () => {
        await copy.alter('UPDATE log.events SET position = 1000 WHERE position = 12');
        await copy.alter('UPDATE log.events SET position = -position + 1 WHERE position BETWEEN 13 AND 25');
        await copy.alter('UPDATE log.events SET position = -position WHERE position < 0');
        await copy.alter('UPDATE log.events SET position = 25 WHERE position = 1000');
      },
      finds: [['reordered', 'errand-1', 3, 11]],
    },
  };

  it('holds for a log that nobody has altered', async () => {
    const result = await verified({ trusted: [keptCheckpoint] });
    expect(result).toMatchObject({ holds: true, leaves: 30, differences: [], unsigned: 0 });
    expect(result.head.size).toBe(30);
    expect(
      result.checkpoints.map(({ source, head, log, leaves }) => [source, head?.size, log, leaves]),
    ).toEqual([
      ['database', 10, true, true],
      ['database', 20, true, true],
      ['database', 30, true, true],
      ['given', 30, true, true],
    ]);
  });

  it('holds for a log that has grown since, and says how much nobody has signed yet', async () => {
    for (let at = 0; at < 3; at += 1)
      await write(copy.log, 'errand-7', 'ErrandRequested', { errand: '7' }, start);
    expect(await verified()).toMatchObject({ holds: true, leaves: 30, differences: [], unsigned: 3 });
  });

  it('names what stands at the end unsigned, and finds there what does not follow in its stream', async () => {
    await write(copy.log, 'errand-7', 'ErrandRequested', { errand: '7' }, start);
    const grown = await verified();
    expect(grown.firstUnsigned.map(({ stream }) => stream)).toEqual(['errand-7']);
    expect([grown.holds, grown.outOfLine]).toEqual([true, []]);
    await copy.alter(
      `INSERT INTO log.events SELECT position + 1, stream, revision + 800, gen_random_uuid(), type, schema_version, data,
         metadata, recorded_at FROM log.events ORDER BY position DESC LIMIT 1`,
    );
    const forged = await verified();
    expect(forged.outOfLine.map(({ stream, revision }) => [stream, revision])).toEqual([['errand-7', 800]]);
    expect(forged.holds).toBe(false);
  });

  describe.each(Object.keys(manipulations))('%s', (name) => {
    const { does, finds } = manipulations[name]!;

    it('is found and named', async () => {
      await does();
      const result = await verified();
      expect(named(result)).toEqual(finds);
      expect(result.differences[0]!.position).toMatch(/-\d{16}$/);
      expect(result.holds).toBe(false);
      // To one who has nothing but the log, the public key and a checkpoint that he kept, it shows as well.
      expect((await verified({ without: 'tables', trusted: [keptCheckpoint] })).holds).toBe(false);
      // The notary's own tables are as they were signed.
      expect(result.checkpoints.map(({ log, leaves }) => [log, leaves])).toEqual([
        [true, true],
        [false, true],
        [false, true],
      ]);
    });

    it('does not fit the signature where the notary’s tables were rewritten with it, nor where a key of the attacker signed', async () => {
      await does();
      await rewriteNotary();
      const result = await verified();
      expect(result.differences).toEqual([]);
      expect(result.holds).toBe(false);
      expect(result.rewritten).toMatchObject({
        from: 10,
        to: 20,
        first: { stream: 'errand-0', revision: 4 },
      });

      await rewriteNotary(signerOfAttacker);
      const signed = await verified({ trusted: [keptCheckpoint] });
      expect(signed.holds).toBe(false);
      expect(signed.checkpoints.map(({ source, head, log }) => [source, head?.size, log])).toEqual([
        ['database', undefined, false],
        ['given', 30, false],
      ]);
      expect((await verified()).holds).toBe(false);
    });
  });

  it('finds events cut off at the end, with the notary’s tables cut off as well, by a checkpoint kept outside', async () => {
    await copy.alter('DELETE FROM log.events WHERE position > 20');
    await copy.alter('DELETE FROM notary.leaves WHERE index >= 20');
    await copy.alter('DELETE FROM notary.signed_checkpoints WHERE size > 20');
    expect((await verified()).holds).toBe(true);
    const result = await verified({ trusted: [keptCheckpoint] });
    expect(result).toMatchObject({ holds: false, rewritten: { from: 20, to: 30, first: undefined } });
  });

  it('does not hold where no signature is left', async () => {
    await copy.alter('TRUNCATE notary.signed_checkpoints');
    expect((await verified()).holds).toBe(false);
  });

  describe('after the log was moved to another store', () => {
    const worked = async (store: EventStore, clock: SettableClock): Promise<void> => {
      const all = new Runners({
        store,
        pool: copy.pool,
        clock,
        log: silent,
        projections: [],
        processes: [],
        sender: { send: () => Promise.reject(new Error('nothing is sent')) },
        roles: ['notary'],
        notary: { store, consumer: notaryConsumer(signer, clock, { signEveryMs: 0 }) },
      });
      all.start();
      await all.settled().finally(() => all.stop());
    };

    it('the notary goes on there, once it was shown that it is the same log', async () => {
      const moved = new MemoryEventStore({ epoch: 'moved' });
      await copyLog({ source: copy.log, target: moved });
      const clock = new SettableClock('2026-03-03T08:00:00.000Z');
      await write(moved, 'errand-5', 'ErrandRequested', { errand: 'later' }, start);
      // By itself it does not take one log for another.
      await expect(worked(moved, clock)).rejects.toThrow('belongs to log');
      const adopted = await adoptLog({ log: moved, pool: copy.pool, keys: [signer.key] });
      expect(adopted).toMatchObject({ holds: true, leaves: 30, unsigned: 1 });
      await worked(moved, clock);
      const after = await verifyLog({
        log: moved,
        tables: copy.tables,
        keys: [signer.key],
        trusted: [keptCheckpoint],
      });
      expect(after).toMatchObject({ holds: true, leaves: 31, unsigned: 0 });
      expect(checkProof(await consistencyProof(copy.tables, 30, 31), [signer.key])).toContain(
        'nothing in it was',
      );
    });

    it('the notary does not go on in a log that is not a continuation', async () => {
      const moved = new MemoryEventStore({ epoch: 'moved' });
      await moved.importEvents(await copy.log.readAll(undefined, 29));
      const adopted = await adoptLog({ log: moved, pool: copy.pool, keys: [signer.key] });
      expect(named(adopted)).toEqual([['removed', 'errand-0', 11, 29]]);
      await expect(worked(moved, new SettableClock(start))).rejects.toThrow('belongs to log');
    });
  });

  describe('a proof', () => {
    const eventAt = async (index: number) => (await copy.log.readAll(undefined, 100))[index]!;
    /** Printed, carried somewhere, and read again. */
    const carried = (document: ProofDocument): ProofDocument =>
      JSON.parse(JSON.stringify(document)) as ProofDocument;

    it('of inclusion is checked with the public key alone', async () => {
      const { id } = await eventAt(17);
      const document = carried(await inclusionProof(copy.tables, copy.log, id, { withEvent: true }));
      expect(checkProof(document, [signer.key])).toBe('Event 18 of the 30 that were signed is this one.');
      expect(document).toMatchObject({ kind: 'inclusion', index: 17 });
      const forged = { ...document, leaf: (document as { leaf: string }).leaf.replace('errand', 'errond') };
      expect(() => checkProof(forged, [signer.key])).toThrow('not the one whose hash is given');
      expect(() => checkProof({ ...document, index: 16 }, [signer.key])).toThrow('does not lead to the root');
      const bare = carried(await inclusionProof(copy.tables, copy.log, id, { withEvent: false }));
      expect(JSON.stringify(bare)).not.toContain('errand');
      expect(checkProof(bare, [signer.key])).toBe('Event 18 of the 30 that were signed has this hash.');
    });

    it('of consistency is checked with the public key alone, or against a checkpoint that was kept', async () => {
      const document = carried(await consistencyProof(copy.tables, 10, 30));
      expect(checkProof(document, [signer.key])).toBe(
        'The log of 30 events begins with the one of 10: nothing in it was altered.',
      );
      expect(checkProof(document, [signer.key], [keptCheckpoint])).toContain('nothing in it was altered');
      const unsigned = carried(await consistencyProof(copy.tables, 13, 30));
      expect(() => checkProof(unsigned, [signer.key])).toThrow('nobody has signed the tree of 13 events');
      await copy.alter(`UPDATE log.events SET data = '{"errand":"forged"}' WHERE position = 12`);
      await rewriteNotary();
      const forged = carried(await consistencyProof(copy.tables, 10, 30));
      expect(() => checkProof(forged, [signer.key])).toThrow('is not the one that was signed');
    });

    it('is not given for an event that is not in the log as the notary saw it, or that nobody has signed', async () => {
      const { id } = await eventAt(11);
      await copy.alter(`UPDATE log.events SET data = '{"errand":"forged"}' WHERE position = 12`);
      const ask = (event: string) => inclusionProof(copy.tables, copy.log, event, { withEvent: true });
      await expect(ask(id)).rejects.toThrow('run "verify"');
      await expect(ask('00000000-0000-4000-8000-000000000000')).rejects.toThrow('knows no event');
      await copy.alter('DELETE FROM notary.signed_checkpoints WHERE size > 20');
      await expect(ask((await eventAt(25)).id)).rejects.toThrow('no signed checkpoint covers');
      await expect(consistencyProof(copy.tables, 20, 31)).rejects.toThrow('the sizes must be from 1 to 30');
    });
  });
});
