import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { confidential, dataClasses, type DataClass, type Envelope, type Token } from '#kernel';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { Blinds } from './blinds.js';
import { EnvelopeBroken } from './crypto.js';
import { KeptIssuerKeys } from './issuer-keys.js';
import { ClassKeys, EpochBehind, type KeyMaterial } from './keys.js';
import { Opener, Sealer, type OpenContext, type SealContext } from './sealing.js';
import { randomKeyMaterial } from './testing/key-material.js';
import { Tokens } from './tokens.js';
import {
  AddressFrozen,
  ClockOff,
  GrantsNotReady,
  KeptOut,
  OtherHalfOpened,
  type Pass,
  Vault,
  VaultUnavailable,
  type Listing,
  type View,
  WriteRefused,
  type VaultActor,
} from './vault.js';

const material: KeyMaterial = randomKeyMaterial();
const tokens = new Tokens(material);
const blinds = new Blinds(new ClassKeys(material));
const homeBoard = tokens.token('organisation', 'board:1280');
const otherBoard = tokens.token('organisation', 'board:2480');
const officer: VaultActor = {
  person: tokens.token('person', 'board-1280-officer-1'),
  organisation: homeBoard,
  agencyKind: 'SOCIAL_BOARD',
  unit: 'UNIT-1',
};
const receiver: VaultActor = {
  person: tokens.token('person', 'board-2480-officer-1'),
  organisation: otherBoard,
  agencyKind: 'SOCIAL_BOARD',
};

let database: TestDatabase;
let vault: Vault;
let sealer: Sealer;
let opener: Opener;
let now: () => string;

beforeAll(async () => {
  database = await createTestDatabase({ libs: ['platform', 'subscriptions', 'personal-data'] });
  vault = new Vault(database.pool);
  sealer = new Sealer(material, vault);
  opener = new Opener(material, vault);
  now = () => new Date().toISOString();
});
afterAll(() => database.close());

interface Case {
  readonly caseId: string;
  readonly subject: string;
  readonly stream: string;
}
let theCase: Case;
beforeEach(() => {
  const caseId = randomUUID();
  theCase = { caseId, subject: randomUUID(), stream: `relocation-${caseId}` };
});

const sealContext = (over: Partial<SealContext> = {}): SealContext => ({
  ...theCase,
  eventId: randomUUID(),
  owner: homeBoard,
  actor: officer,
  purpose: 'SUPPORT',
  at: now(),
  ...over,
});
const openContext = (over: Partial<OpenContext> = {}): OpenContext => ({
  caseId: theCase.caseId,
  actor: receiver,
  purpose: 'RECEPTION',
  legalBasis: 'SOLPUL_6',
  at: now(),
  disclosureRevision: 0,
  ...over,
});

const sealOne = async (
  dataClass: DataClass,
  value: unknown,
  over: Partial<SealContext> = {},
): Promise<Envelope> => {
  const data = await sealer.seal(
    { caseId: theCase.caseId, field: confidential(dataClass, value) },
    sealContext(over),
  );
  return data.field as Envelope;
};

/** Writes as the grants' projection does. */
const asGrantWriter = async (sql: string, values: readonly unknown[] = []): Promise<void> => {
  const client = await database.pool.connect();
  try {
    await client.query('BEGIN; SET LOCAL ROLE project_vault');
    await client.query(sql, [...values]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
};

interface GrantRow {
  caseId: string;
  subject: string;
  stream: string;
  class: string;
  owner: Token;
  organisation: Token;
  person: Token;
  foot: string;
  sourceRef: string;
  legalBasis: string | null;
  purposes: string[];
  validFrom: string;
  expiresAt: string | null;
  endedAt: string | null;
}
const minutes = (count: number): string => new Date(Date.now() + count * 60_000).toISOString();

const grant = async (envelope: Envelope, over: Partial<GrantRow> = {}): Promise<void> => {
  const row: GrantRow = {
    caseId: theCase.caseId,
    subject: envelope.subject,
    stream: envelope.stream,
    class: envelope.class,
    owner: envelope.owner,
    organisation: receiver.organisation,
    person: receiver.person,
    foot: 'WAIVER',
    sourceRef: randomUUID(),
    legalBasis: 'OSL_10_1',
    purposes: ['RECEPTION'],
    validFrom: minutes(-1),
    expiresAt: null,
    endedAt: null,
    ...over,
  };
  await asGrantWriter(
    `INSERT INTO vault.grants (case_id, subject, stream, class, owner, organisation, person, foot, source_ref, legal_basis,
       purposes, valid_from, expires_at, ended_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)`,
    Object.values(row),
  );
};
const progress = (revision: number, caseId = theCase.caseId): Promise<void> =>
  asGrantWriter(
    `INSERT INTO vault.grants_progress VALUES ($1, $2) ON CONFLICT (case_id) DO UPDATE SET disclosure_revision = $2`,
    [caseId, revision],
  );

const readsOf = async (caseId = theCase.caseId): Promise<Record<string, unknown>[]> =>
  (
    await database.pool.query(
      'SELECT * FROM vault.reads WHERE case_id = $1 OR $1 = ANY (listed_cases) ORDER BY read_id',
      [caseId],
    )
  ).rows;
const refusalsOf = async (caseId = theCase.caseId): Promise<string[]> =>
  (
    await database.pool.query<{ reason: string }>('SELECT reason FROM vault.refusals WHERE case_id = $1', [
      caseId,
    ])
  ).rows.map(({ reason }) => reason);

describe('an entitled read', () => {
  it('gives the value in clear, and the read was recorded with who, where, when, what, why and on which basis', async () => {
    const envelope = await sealOne('identity', { name: 'Testperson Alfa' });
    await grant(envelope);
    await progress(0);
    const at = now();
    const [opened] = await opener.open(
      [envelope],
      openContext({ at, actor: { ...receiver, unit: 'UNIT-7' } }),
    );
    expect(opened).toEqual({
      opened: true,
      value: { name: 'Testperson Alfa' },
      foot: 'WAIVER',
      legalBasis: 'OSL_10_1',
    });
    const [write, read] = await readsOf();
    expect(write).toMatchObject({
      action: 'WRITE',
      person: officer.person,
      unit: 'UNIT-1',
      class: 'identity',
    });
    expect(read).toMatchObject({
      action: 'READ',
      person: receiver.person,
      organisation: otherBoard,
      agency_kind: 'SOCIAL_BOARD',
      unit: 'UNIT-7',
      subject: theCase.subject,
      stream: theCase.stream,
      class: 'identity',
      owner: homeBoard,
      purpose: 'RECEPTION',
      foot: 'WAIVER',
      legal_basis: 'OSL_10_1',
      key_id: envelope.kid,
      at: new Date(at),
    });
  });

  it('opens several fields in one round trip: what is granted opens, the rest stays shut and is a recorded refusal', async () => {
    const data = await sealer.seal(
      {
        identity: confidential('identity', 'A'),
        family: confidential('family', 'B'),
        again: confidential('identity', 'C'),
      },
      sealContext(),
    );
    const envelopes = Object.values(data) as unknown as Envelope[];
    await grant(envelopes[0]!);
    await progress(0);
    const opened = await opener.open(envelopes, openContext());
    expect(opened.map((one) => (one.opened ? one.value : 'shut'))).toEqual(['A', 'shut', 'C']);
    expect((await readsOf()).map(({ action, class: name }) => `${String(action)} ${String(name)}`)).toEqual([
      'WRITE family',
      'WRITE identity',
      'READ identity',
    ]);
    expect(await refusalsOf()).toEqual(['NO_GRANT']);
    // The grant would have been the basis.
    const { rows } = await database.pool.query('SELECT legal_basis FROM vault.refusals WHERE case_id = $1', [
      theCase.caseId,
    ]);
    expect(rows).toEqual([{ legal_basis: 'NONE' }]);
  });

  it('the authority that wrote reads its own for any purpose, on no disclosure at all, on the basis of who reads', async () => {
    const envelope = await sealOne('social', 'own note');
    await grant(envelope, {
      organisation: homeBoard,
      person: officer.person,
      foot: 'OWN',
      purposes: [],
      // On which it was written.
      legalBasis: 'OSL_10_1',
    });
    const [opened] = await opener.open(
      [envelope],
      openContext({ actor: officer, purpose: 'SUPPORT', disclosureRevision: -1 }),
    );
    expect(opened).toEqual({ opened: true, value: 'own note', foot: 'OWN', legalBasis: 'SOLPUL_6' });
    expect((await readsOf()).at(-1)).toMatchObject({ action: 'READ', foot: 'OWN', legal_basis: 'SOLPUL_6' });
  });
});

describe('nothing opens', () => {
  const wrong: readonly [string, (envelope: Envelope) => Partial<GrantRow>, Partial<OpenContext>?][] = [
    ['for another person of the same board', () => ({ person: officer.person })],
    ['for the same person at another organisation', () => ({ organisation: homeBoard })],
    ['in another case', () => ({ caseId: randomUUID() })],
    ['of another class', () => ({ class: 'address' })],
    ['of another owner', () => ({ owner: otherBoard })],
    ['of another subject', () => ({ subject: randomUUID() })],
    ['of another stream', () => ({ stream: 'relocation-other' })],
    ['for a purpose that was not named', () => ({ purposes: ['SUPPORT'] })],
    ['for no purpose at all', () => ({ purposes: [] })],
    ['on a rescue grant with an everyday purpose', () => ({ foot: 'RESCUE', purposes: ['ALARM'] })],
    ['before the grant begins', () => ({ validFrom: minutes(1) })],
    ['after the grant has run out', () => ({ expiresAt: minutes(-0.1) })],
    ['after the grant was ended', () => ({ endedAt: minutes(-0.1) })],
  ];
  it.each(wrong)('%s', async (_, over) => {
    const envelope = await sealOne('identity', 'Testperson Alfa');
    await grant(envelope, over(envelope));
    await progress(0);
    expect(await opener.open([envelope], openContext())).toEqual([{ opened: false }]);
    expect((await readsOf()).map(({ action }) => action)).toEqual(['WRITE']);
    expect(await refusalsOf()).toEqual(['NO_GRANT']);
    // The same with the right grant beside it opens: it was that one thing that kept it shut.
    await grant(envelope);
    expect(await opener.open([envelope], openContext())).toMatchObject([{ opened: true }]);
  });

  it('when the caller does not say how far the disclosures had come', async () => {
    const envelope = await sealOne('identity', 'Testperson Alfa');
    await grant(envelope);
    await progress(0);
    const disclosureRevision = undefined as unknown as number;
    await expect(opener.open([envelope], openContext({ disclosureRevision }))).rejects.toThrow(
      'the vault answered RV003',
    );
  });

  it('when the key has been destroyed, whatever is granted', async () => {
    const envelope = await sealOne('identity', 'Testperson Alfa');
    await grant(envelope);
    await progress(0);
    await database.pool.query('DELETE FROM vault.keys WHERE subject = $1', [theCase.subject]);
    expect(await opener.open([envelope], openContext())).toEqual([{ opened: false }]);
    expect(await refusalsOf()).toEqual(['NO_KEY']);
  });

  it.each([
    ['stream', { stream: 'relocation-x' }],
    ['event', { event: randomUUID() }],
    ['field', { path: 'other' }],
    ['key id', { kid: randomUUID() }],
  ])('when an envelope was moved to another %s', async (name, moved) => {
    const envelope = await sealOne('identity', 'Testperson Alfa');
    await grant(envelope);
    await progress(0);
    const opening = opener.open([{ ...envelope, ...moved }], openContext());
    if (name === 'stream') expect(await opening).toEqual([{ opened: false }]);
    else await expect(opening).rejects.toThrow(EnvelopeBroken);
  });

  it('when an envelope is passed off as another person’s, for whose data there is a grant', async () => {
    const mine = await sealOne('identity', 'Testperson Alfa');
    const stolen = await sealOne('identity', 'Testperson Beta', { subject: randomUUID() });
    await grant(mine);
    await progress(0);
    await expect(opener.open([{ ...stolen, subject: mine.subject }], openContext())).rejects.toThrow(
      EnvelopeBroken,
    );
    await expect(
      opener.open([{ ...stolen, subject: mine.subject, kid: mine.kid }], openContext()),
    ).rejects.toThrow(EnvelopeBroken);
  });

  it('with class keys of another system, or when someone exchanges the wrapped keys in the table', async () => {
    const one = await sealOne('identity', 'Testperson Alfa');
    const two = await sealOne('identity', 'Testperson Beta', { subject: randomUUID() });
    await grant(one);
    await progress(0);
    const stranger = new Opener(randomKeyMaterial(), vault);
    await expect(stranger.open([one], openContext())).rejects.toThrow(EnvelopeBroken);
    await database.pool.query(
      'UPDATE vault.keys k SET wrapped_key = o.wrapped_key FROM vault.keys o WHERE k.subject = $1 AND o.subject = $2',
      [one.subject, two.subject],
    );
    await expect(opener.open([one], openContext())).rejects.toThrow(EnvelopeBroken);
  });
});

describe('while the grants are not up to date', () => {
  const park = (state: string, subscription = 'grants'): Promise<unknown> =>
    database.pool.query(
      `INSERT INTO subs.parked (subscription, sequence, event_id, position, stream, revision, state)
       VALUES ($1, $2, $3, 'p', 's', 0, $4)`,
      [subscription, theCase.caseId, randomUUID(), state],
    );

  it('nothing opens for anybody, not even for the owner, until they have caught up', async () => {
    const envelope = await sealOne('identity', 'Testperson Alfa');
    await grant(envelope);
    await grant(envelope, { organisation: homeBoard, person: officer.person, foot: 'OWN' });
    for (const actor of [receiver, officer])
      await expect(opener.open([envelope], openContext({ actor }))).rejects.toThrow(GrantsNotReady);
    await progress(3);
    await expect(opener.open([envelope], openContext({ disclosureRevision: 4 }))).rejects.toThrow(
      GrantsNotReady,
    );
    expect((await readsOf()).map(({ action }) => action)).toEqual(['WRITE']);
    expect(await opener.open([envelope], openContext({ disclosureRevision: 3 }))).toMatchObject([
      { opened: true },
    ]);
  });

  it.each(['parked', 'retrying', 'queued'])('a %s event of the case closes the case', async (state) => {
    const envelope = await sealOne('identity', 'Testperson Alfa');
    await grant(envelope);
    await progress(0);
    await park(state, 'home-board-cases');
    expect(await opener.open([envelope], openContext())).toMatchObject([{ opened: true }]);
    await park(state);
    await expect(opener.open([envelope], openContext())).rejects.toThrow(GrantsNotReady);
  });

  it('rescuers still get the alarm plan, also after any date, until departure ends the grant', async () => {
    const envelope = await sealOne('address', 'Testgatan 1');
    await grant(envelope, { foot: 'RESCUE', purposes: ['ALARM'], legalBasis: null, expiresAt: minutes(-5) });
    await park('parked');
    const alarm = openContext({ purpose: 'ALARM', disclosureRevision: 99 });
    expect(await opener.open([envelope], alarm)).toMatchObject([
      { opened: true, value: 'Testgatan 1', foot: 'RESCUE' },
    ]);
    expect((await readsOf()).at(-1)).toMatchObject({
      action: 'READ',
      foot: 'RESCUE',
      legal_basis: 'RESCUE',
      purpose: 'ALARM',
    });
    await asGrantWriter('UPDATE vault.grants SET ended_at = clock_timestamp() WHERE case_id = $1', [
      theCase.caseId,
    ]);
    await expect(opener.open([envelope], alarm)).rejects.toThrow(GrantsNotReady);
  });

  it('a change of grants that is not finished holds ordinary reads back, and rescuers not', async () => {
    const envelope = await sealOne('address', 'Testgatan 1');
    await grant(envelope, { sourceRef: 'waiver' });
    await grant(envelope, { foot: 'RESCUE', purposes: ['ALARM'] });
    await progress(0);
    const projection = await database.pool.connect();
    try {
      await projection.query('BEGIN; SET LOCAL ROLE project_vault');
      await projection.query(
        `UPDATE vault.grants SET ended_at = now() WHERE case_id = $1 AND source_ref = 'waiver'`,
        [theCase.caseId],
      );
      await expect(opener.open([envelope], openContext())).rejects.toThrow(GrantsNotReady);
      expect(await opener.open([envelope], openContext({ purpose: 'ALARM' }))).toMatchObject([
        { opened: true },
      ]);
      const waiting = opener.open([envelope], openContext());
      await projection.query('COMMIT');
      expect(await waiting).toEqual([{ opened: false }]);
    } finally {
      projection.release();
    }
  });

  it.each([
    ['with their own logins', undefined],
    ['through a case system', `t10-${'m'.repeat(43)}` as Token],
  ])(
    'many who wait for the grants of one case keep neither rescuers nor refusals waiting, %s',
    async (_how, machine) => {
      const through = { actor: { ...openContext().actor, ...(machine && { machine }) } };
      const envelope = await sealOne('address', 'Testgatan 1');
      await grant(envelope, { sourceRef: 'waiver' });
      await grant(envelope, { foot: 'RESCUE', purposes: ['ALARM'] });
      await progress(0);
      const projection = await database.pool.connect();
      try {
        await projection.query('BEGIN; SET LOCAL ROLE project_vault');
        await projection.query(
          `UPDATE vault.grants SET ended_at = now() WHERE case_id = $1 AND source_ref = 'waiver'`,
          [theCase.caseId],
        );
        let answered = 0;
        const ordinary = Array.from({ length: 40 }, () =>
          opener.open([envelope], openContext(through)).then(
            () => 'opened',
            (error: Error) => {
              answered += 1;
              return error.name;
            },
          ),
        );
        expect(await opener.open([envelope], openContext({ ...through, purpose: 'ALARM' }))).toMatchObject([
          { opened: true },
        ]);
        await vault.recordRefusal({ at: now(), route: 'a/{id}', reason: 'UNKNOWN', machine });
        // Forty at four sessions need ten turns; the rescuer and the refusal waited for none of the later ones.
        expect(answered).toBeLessThan(40);
        expect(new Set(await Promise.all(ordinary))).toEqual(new Set(['GrantsNotReady']));
        await projection.query('ROLLBACK');
      } finally {
        projection.release();
      }
    },
  );
});

describe('a withdrawal and a read at the same moment', () => {
  it('once the grants have ended, no read on them appears any more: 100 races', async () => {
    const envelope = await sealOne('identity', 'Testperson Alfa');
    await progress(0);
    const reads = async (): Promise<number> =>
      (await readsOf()).filter(({ action }) => action === 'READ').length;
    const outcomes = new Set<boolean>();
    for (let race = 0; race < 100; race += 1) {
      const sourceRef = `race-${race}`;
      await grant(envelope, { sourceRef });
      const ends = () =>
        asGrantWriter('UPDATE vault.grants SET ended_at = clock_timestamp() WHERE source_ref = $1', [
          sourceRef,
        ]);
      // The projection comes before the read, at the same moment, or a little later.
      const later = (race % 5) - 1;
      if (later < 0) await ends();
      const opening = opener.open([envelope], openContext());
      await new Promise((resolve) => setTimeout(resolve, Math.max(later, 0)));
      if (later >= 0) await ends();
      const whenEnded = await reads();
      const [opened] = await opening;
      outcomes.add(opened!.opened);
      expect(await reads()).toBe(whenEnded);
      expect(await opener.open([envelope], openContext())).toEqual([{ opened: false }]);
    }
    // A race that always ends the same way proves nothing.
    expect(outcomes).toEqual(new Set([true, false]));
  });
});

describe('no record, no key', () => {
  it('with the right to write read records taken away, neither reading nor writing gets a key', async () => {
    const envelope = await sealOne('identity', 'Testperson Alfa');
    await grant(envelope);
    await progress(0);
    await database.pool.query('REVOKE INSERT ON vault.reads FROM vault_keeper');
    try {
      await expect(opener.open([envelope], openContext())).rejects.toThrow(VaultUnavailable);
      await expect(sealOne('needs', 'x')).rejects.toThrow(VaultUnavailable);
      await expect(
        vault.recordNaming([otherBoard], {
          ...theCase,
          actor: officer,
          purpose: 'COORDINATION',
          at: now(),
          legalBasis: 'OSL_10_1',
        }),
      ).rejects.toThrow(VaultUnavailable);
      await expect(vault.recordView(view())).rejects.toThrow(VaultUnavailable);
      await expect(vault.recordList(list())).rejects.toThrow(VaultUnavailable);
    } finally {
      await database.pool.query('GRANT INSERT ON vault.reads TO vault_keeper');
    }
    expect(await opener.open([envelope], openContext())).toMatchObject([{ opened: true }]);
  });

  it('with the right to record refusals taken away, a refusal is an error and not an answer', async () => {
    const envelope = await sealOne('identity', 'Testperson Alfa');
    await progress(0);
    await database.pool.query('REVOKE INSERT ON vault.refusals FROM vault_keeper');
    try {
      await expect(opener.open([envelope], openContext())).rejects.toThrow(VaultUnavailable);
    } finally {
      await database.pool.query('GRANT INSERT ON vault.refusals TO vault_keeper');
    }
  });

  it('every write is recorded, also when the key exists already', async () => {
    await sealOne('social', 'one');
    await sealOne('social', 'two');
    const writes = await readsOf();
    expect(writes.map(({ action }) => action)).toEqual(['WRITE', 'WRITE']);
    expect(writes[0]!['key_id']).toBe(writes[1]!['key_id']);
  });

  it('two who write at the same moment share one key, and both values open', async () => {
    const envelopes = await Promise.all(Array.from({ length: 8 }, (_, index) => sealOne('social', index)));
    expect(new Set(envelopes.map(({ kid }) => kid)).size).toBe(1);
    await grant(envelopes[0]!);
    await progress(0);
    const opened = await opener.open(envelopes, openContext());
    expect(opened.map((one) => one.opened && one.value)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('records and refusals can be added to and nothing else, whoever tries', async () => {
    await sealOne('social', 'one');
    await vault.recordRefusal({
      at: now(),
      actor: officer.person,
      route: '/cases/{caseId}',
      reason: 'UNKNOWN',
      caseId: theCase.caseId,
    });
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    try {
      for (const table of ['vault.reads', 'vault.refusals'])
        for (const sql of [`UPDATE ${table} SET at = now()`, `DELETE FROM ${table}`, `TRUNCATE ${table}`])
          await expect(admin.query(sql)).rejects.toMatchObject({ code: 'RV004' });
    } finally {
      await admin.end();
    }
    expect(await refusalsOf()).toEqual(['UNKNOWN']);
  });
});

describe('a key for writing', () => {
  it('is not a way to read: a key that others made is given only to its owner, its maker and who may open it', async () => {
    const envelope = await sealOne('address', 'Testgatan 1');
    await expect(sealOne('address', 'probe', { actor: receiver })).rejects.toThrow(WriteRefused);
    expect(await refusalsOf()).toEqual(['NO_GRANT']);
    await grant(envelope);
    expect((await sealOne('address', 'x', { actor: receiver, purpose: 'RECEPTION' })).kid).toBe(envelope.kid);
  });

  it('is decided for each who asks at the same moment, and recorded for each: a refusal or a wrong clock of one leaves the others alone', async () => {
    const made = await sealOne('address', 'Testgatan 1');
    const before = (await readsOf(theCase.caseId)).length;
    const longAgo = new Date(Date.now() - 60_000).toISOString();
    const outcomes = await Promise.allSettled([
      sealOne('address', 'mine'),
      sealOne('address', 'probe', { actor: receiver }),
      sealOne('social', 'new'),
      sealOne('social', 'late', { at: longAgo }),
      sealOne('address', 'mine again'),
    ]);

    expect(
      outcomes.map((one) => (one.status === 'rejected' ? (one.reason as Error).name : 'sealed')),
    ).toEqual(['sealed', 'WriteRefused', 'sealed', 'ClockOff', 'sealed']);
    const [mine, , , , again] = outcomes as PromiseFulfilledResult<Envelope>[];
    expect([mine!.value.kid, again!.value.kid]).toEqual([made.kid, made.kid]);
    const records = (await readsOf(theCase.caseId)).slice(before) as { person: string; class: string }[];
    expect(records.map((record) => `${record.class} ${record.person}`).sort()).toEqual(
      ['address', 'address', 'social'].map((name) => `${name} ${officer.person}`),
    );
    expect(await refusalsOf()).toEqual(['NO_GRANT']);
  });

  it('may be made by a provider for the board that will own it; the board writes with it when the grant has followed', async () => {
    const director: VaultActor = {
      person: tokens.token('person', 'director'),
      organisation: tokens.token('organisation', 'provider:1'),
      agencyKind: 'HOUSING_PROVIDER',
    };
    const first = await sealOne('address', 'Testgatan 1', { actor: director, owner: otherBoard });
    // A key for writing is a key for reading: that it is the board's is not enough.
    await expect(sealOne('address', 'Testgatan 2', { actor: receiver, owner: otherBoard })).rejects.toThrow(
      WriteRefused,
    );
    expect(await refusalsOf()).toEqual(['GRANT_NOT_YET']);
    // A refusal to write says as much as one to read.
    const { rows } = await database.pool.query(
      'SELECT subject, agency_kind, purpose FROM vault.refusals WHERE case_id = $1',
      [theCase.caseId],
    );
    expect(rows).toEqual([
      { subject: theCase.subject, agency_kind: receiver.agencyKind, purpose: expect.any(String) },
    ]);
    await grant(first, { foot: 'OWN', purposes: [] });
    const second = await sealOne('address', 'Testgatan 2', { actor: receiver, owner: otherBoard });
    const third = await sealOne('address', 'Testgatan 3', { actor: director, owner: otherBoard });
    expect([second.kid, third.kid]).toEqual([first.kid, first.kid]);
  });

  it('differs by subject, stream, class and owner', async () => {
    const kids = [
      await sealOne('address', 1),
      await sealOne('needs', 1),
      await sealOne('address', 1, { owner: otherBoard }),
      await sealOne('address', 1, { subject: randomUUID() }),
      await sealOne('address', 1, { stream: 'placement-1' }),
    ].map(({ kid }) => kid);
    expect(new Set(kids).size).toBe(5);
  });

  it('old data still open after the class key got a new epoch, and new keys are wrapped by the new one', async () => {
    const old = await sealOne('social', 'old');
    const later = randomKeyMaterial([2]);
    const both: KeyMaterial = {
      ...later,
      classKeys: new Map(
        dataClasses.map((name) => [name, [...material.classKeys.get(name)!, ...later.classKeys.get(name)!]]),
      ),
    };
    const rotated = new Sealer(both, vault);
    const data = await rotated.seal({ field: confidential('needs', 'new') }, sealContext());
    const fresh = data.field as unknown as Envelope;
    await grant(old);
    await grant(fresh);
    await progress(0);
    const opened = await new Opener(both, vault).open([old, fresh], openContext());
    expect(opened).toMatchObject([{ value: 'old' }, { value: 'new' }]);
    const { rows } = await database.pool.query(
      'SELECT class, epoch FROM vault.keys WHERE subject = $1 ORDER BY 1',
      [theCase.subject],
    );
    expect(rows).toEqual([
      { class: 'needs', epoch: 2 },
      { class: 'social', epoch: 1 },
    ]);
  });
});

describe('the time of a read', () => {
  it('must be within five seconds of the database’s clock', async () => {
    const envelope = await sealOne('identity', 'Testperson Alfa');
    await grant(envelope, { validFrom: minutes(-60) });
    await progress(0);
    for (const at of [minutes(-0.2), minutes(0.2)]) {
      await expect(opener.open([envelope], openContext({ at }))).rejects.toThrow(ClockOff);
      await expect(sealOne('identity', 'x', { at })).rejects.toThrow(ClockOff);
    }
    expect(await opener.open([envelope], openContext({ at: minutes(-0.02) }))).toMatchObject([
      { opened: true },
    ]);
  });

  it('may be any in a database that was created as a simulated one, which a used or real one cannot become', async () => {
    await sealOne('identity', 'x');
    await expect(database.pool.query('SELECT vault.declare_instance(true)')).rejects.toMatchObject({
      code: 'RV004',
    });
    const simulated = await createTestDatabase({ libs: ['platform', 'subscriptions', 'personal-data'] });
    try {
      await simulated.pool.query('SELECT vault.declare_instance(true)');
      await simulated.pool.query('SELECT vault.declare_instance(true)');
      await expect(simulated.pool.query('SELECT vault.declare_instance(false)')).rejects.toMatchObject({
        code: 'RV004',
      });
      await expect(simulated.pool.query('UPDATE vault.instance SET simulated = false')).rejects.toMatchObject(
        { code: 'RV004' },
      );
      const elsewhere = new Sealer(material, new Vault(simulated.pool));
      const data = await elsewhere.seal(
        { field: confidential('needs', 'x') },
        sealContext({ at: '2031-01-01T00:00:00.000Z' }),
      );
      expect((data.field as unknown as Envelope).sealed).toBe(1);
    } finally {
      await simulated.close();
    }
  });
});

describe('what is nowhere in clear', () => {
  it('no table of the vault holds a value, a name or a data key', async () => {
    const envelope = await sealOne('identity', { givenName: 'Kanariefågel', number: '199001019802' });
    await grant(envelope);
    await progress(0);
    await opener.open([envelope], openContext());
    const tables = [
      'keys',
      'grants',
      'grants_progress',
      'reads',
      'refusals',
      'person_index',
      'companions',
      'instance',
    ];
    let everything = JSON.stringify(envelope);
    for (const table of tables)
      everything +=
        (
          await database.pool.query<{ t: string }>(
            `SELECT string_agg(x::text, E'\n') AS t FROM vault.${table} x`,
          )
        ).rows[0]!.t ?? '';
    expect(everything).toContain(envelope.kid);
    expect(everything).not.toContain('Kanariefågel');
    expect(everything).not.toContain('199001019802');
  });

  it('a confidential value can be neither serialised nor printed, and one that stands too deep stops the write', async () => {
    const secret = confidential('identity', 'Testperson Alfa');
    expect(() => JSON.stringify({ secret })).toThrow('about to be written in clear');
    expect(inspect({ secret }, { depth: 9, showHidden: true })).not.toContain('Alfa');
    expect(String(secret)).toBe('[identity]');
    await expect(sealer.seal({ list: [{ secret }] }, sealContext())).rejects.toThrow('below the top level');
    expect(await readsOf()).toEqual([]);
  });

  it('an error of the database reaches the log as a code, without the row that caused it', async () => {
    await expect(vault.findOrCreateSubject(blinds.of(['p11-x']), 'not a uuid Testperson')).rejects.toThrow(
      /^the vault answered 22P02$/,
    );
  });

  it('sealer and opener print no key', () => {
    for (const thing of [sealer, opener, tokens, material])
      expect(inspect(thing, { depth: 9, showHidden: true })).not.toMatch(
        /Buffer|Uint8Array|[A-Za-z0-9+/]{43}=/,
      );
  });
});

describe('the head of the log, where it is in the same database,', () => {
  it('counts, whatever the caller says: nothing opens past a withdrawal that the grants have not heard of', async () => {
    const whole = await createTestDatabase();
    try {
      const there = new Vault(whole.apiPool);
      const opened = async (disclosureRevision: number) => {
        const [one] = await there.open(
          [{ subject: theCase.subject, stream: theCase.stream, class: 'identity', owner: homeBoard }],
          openContext({ disclosureRevision }),
        );
        return one;
      };
      // There is no such stream: nobody has disclosed anything, and a grant is missing.
      expect(await opened(-1)).toBeUndefined();
      const append = (revision: number) =>
        whole.pool.query(
          `INSERT INTO log.events (position, stream, revision, id, type, schema_version, data, metadata, recorded_at)
             VALUES ($2::int + 1, $1, $2, gen_random_uuid(), 'WaiverSigned', 1, '{}', '{}', now())`,
          [`disclosure-${theCase.caseId}`, revision],
        );
      await append(0);
      for (const said of [-1, 0]) await expect(opened(said)).rejects.toThrow(GrantsNotReady);
      await whole.pool.query('INSERT INTO vault.grants_progress VALUES ($1, 0)', [theCase.caseId]);
      expect(await opened(-1)).toBeUndefined();
      await append(1);
      await expect(opened(-1)).rejects.toThrow(GrantsNotReady);
    } finally {
      await whole.close();
    }
  });
});

describe('who may do what in the vault', () => {
  const as = async (role: string, sql: string): Promise<void> => {
    const client = await database.pool.connect();
    try {
      await client.query(`BEGIN; SET LOCAL ROLE ${role}`);
      await client.query(sql);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  };
  const tables = [
    'keys',
    'grants',
    'grants_progress',
    'reads',
    'refusals',
    'person_index',
    'companions',
    'instance',
  ];

  it.each(tables)('the opener cannot look into %s', async (table) => {
    await expect(as('vault_opener', `SELECT FROM vault.${table}`)).rejects.toMatchObject({ code: '42501' });
  });

  it.each([
    ['project_vault', 'SELECT FROM vault.keys'],
    ['project_vault', 'SELECT FROM vault.reads'],
    ['project_vault', 'SELECT FROM vault.person_index'],
    ['project_vault', `SELECT vault.find_or_create_subject('x', gen_random_uuid())`],
    ['vault_opener', `SELECT vault.grants_ready(gen_random_uuid(), 0)`],
    ['vault_opener', `SELECT vault.declare_instance(true)`],
    ['vault_opener', `INSERT INTO vault.grants_progress VALUES (gen_random_uuid(), 1)`],
    ['vault_reviewer', 'SELECT FROM vault.keys'],
    ['vault_reviewer', 'DELETE FROM vault.reads'],
    ['vault_keeper', 'DELETE FROM vault.reads'],
    ['vault_keeper', 'UPDATE vault.keys SET epoch = 9'],
  ])('%s is refused: %s', async (role, sql) => {
    await expect(as(role, sql)).rejects.toMatchObject({ code: '42501' });
  });

  it('a reviewer of the log reads records and refusals', async () => {
    await as('vault_reviewer', 'SELECT FROM vault.reads, vault.refusals');
  });

  it('nobody is let in by default: PUBLIC may run none of the doors', async () => {
    const { rows } = await database.pool.query<{ doors: string }>(
      `SELECT count(*) AS doors FROM pg_proc p, LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
       WHERE p.pronamespace IN ('vault'::regnamespace, 'police_register'::regnamespace) AND p.prosecdef AND a.grantee = 0`,
    );
    expect(rows).toEqual([{ doors: '0' }]);
    const { rows: loose } = await database.pool.query(
      `SELECT p.proname FROM pg_proc p WHERE p.pronamespace IN ('vault'::regnamespace, 'police_register'::regnamespace)
       AND p.prosecdef AND NOT 'search_path=pg_catalog, pg_temp' = ANY (p.proconfig)`,
    );
    expect(loose).toEqual([]);
  });
});

describe('the index of persons', () => {
  it('gives one person one subject for ever, also after the routing key got a new epoch', async () => {
    const proposed = randomUUID();
    const [hash] = tokens.personHashes('199001019802');
    expect(await vault.findOrCreateSubject(blinds.of([hash!]), proposed)).toBe(proposed);
    expect(await vault.findOrCreateSubject(blinds.of([hash!]), randomUUID())).toBe(proposed);
    expect(await vault.findOrCreateSubject(blinds.of(['p12-new', hash!]), randomUUID())).toBe(proposed);
    expect(await vault.findOrCreateSubject(blinds.of(['p12-new']), randomUUID())).toBe(proposed);
    expect(await vault.findOrCreateSubject(blinds.of(['p12-other']), randomUUID())).not.toBe(proposed);
  });

  it('makes nobody two persons: who has not heard of the new epoch is told so, before and at the same moment', async () => {
    const fresh = await createTestDatabase({ libs: ['platform', 'subscriptions', 'personal-data'] });
    try {
      const there = new Vault(fresh.apiPool);
      const asked = await Promise.allSettled(
        Array.from({ length: 40 }, (_, n) =>
          n % 2
            ? there.findOrCreateSubject(blinds.of([`p12-of-${n >> 1}`, `p11-of-${n >> 1}`]), randomUUID())
            : there.findOrCreateSubject(blinds.of([`p11-of-${n >> 1}`]), randomUUID()),
        ),
      );
      for (const one of asked) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(EpochBehind);
      const { rows } = await fresh.pool.query<{ keyed_hash: string; subject: string }>(
        'SELECT keyed_hash, subject FROM vault.person_index',
      );
      const pairs = rows.map(({ keyed_hash, subject }) => [blinds.open(keyed_hash).slice(4), subject]);
      expect(new Set(pairs.map(String)).size).toBe(new Set(pairs.map(([person]) => person)).size);
      expect(pairs.length).toBeGreaterThanOrEqual(20);
      await expect(there.findOrCreateSubject(blinds.of(['p11-later']), randomUUID())).rejects.toThrow(
        EpochBehind,
      );
    } finally {
      await fresh.close();
    }
  });

  it('gives the same subject to all who ask at the same moment', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => vault.findOrCreateSubject(blinds.of(['p12-race']), randomUUID())),
    );
    expect(new Set(answers).size).toBe(1);
  });
});

const view = (over: Partial<View> = {}): View => ({
  ...theCase,
  actor: officer,
  purpose: 'SUPPORT',
  at: now(),
  legalBasis: 'SOLPUL_6',
  rescue: false,
  ...over,
});

describe('a look at one case', () => {
  it('is recorded with whose case it is and why, of no class, each by itself', async () => {
    await Promise.all([
      vault.recordView(view()),
      vault.recordView(view({ rescue: true, purpose: 'ALARM' })),
      vault.recordView(view({ actor: { ...officer, machine: 't11-machine' } })),
    ]);
    const told = (await readsOf()).map((read) => [read.action, read.class, read.foot, read.machine]);
    expect(told.map((one) => one.join()).sort()).toEqual(['VIEW,,,', 'VIEW,,,t11-machine', 'VIEW,,RESCUE,']);
    expect((await readsOf()).every((read) => read.subject === theCase.subject)).toBe(true);
  });

  it('is recorded of no file and of nobody by no door', async () => {
    for (const over of [{ caseId: null }, { subject: null }, { legalBasis: null }])
      await expect(vault.recordView(view(over as unknown as Partial<View>))).rejects.toThrow(
        VaultUnavailable,
      );
    await expect(vault.recordView(view({ at: '2020-01-01T00:00:00.000Z' }))).rejects.toThrow(ClockOff);
    expect(await readsOf()).toEqual([]);
  });
});

const otherFile = { caseId: randomUUID(), subject: randomUUID() };
const list = (over: Partial<Listing> = {}): Listing => ({
  as: 'LIST',
  actor: officer,
  purpose: 'SUPPORT',
  at: now(),
  legalBasis: 'SOLPUL_6',
  rescue: false,
  files: [theCase, otherFile],
  ...over,
});

describe('a list of cases', () => {
  it('is one record that names every case and person in it, also of lists that are recorded together', async () => {
    await Promise.all([
      vault.recordList(list()),
      vault.recordList(list({ files: [theCase] })),
      vault.recordList(list({ as: 'INBOX', files: [theCase] })),
      vault.recordList(list({ rescue: true, purpose: 'ALARM' })),
      vault.recordList(list({ actor: { ...officer, machine: 't11-machine' } })),
    ]);
    const told = (await readsOf()).map((read) => [
      read.action,
      read.class,
      read.case_id,
      read.foot,
      read.machine,
      (read.listed_cases as string[]).length,
    ]);
    expect(told.map((one) => one.join()).sort()).toEqual([
      'INBOX,,,,,1',
      'LIST,,,,,1',
      'LIST,,,,,2',
      'LIST,,,,t11-machine,2',
      'LIST,,,RESCUE,,2',
    ]);
    const whole = (await readsOf()).filter(({ listed_cases: cases }) => (cases as string[]).length === 2);
    for (const read of whole) {
      expect(read.listed_cases).toEqual([theCase.caseId, otherFile.caseId]);
      expect(read.listed_subjects).toEqual([theCase.subject, otherFile.subject]);
    }
  });

  it('is recorded of no file and of nobody by no door', async () => {
    for (const over of [{ files: [] }, { files: [{ ...theCase, subject: '' }] }, { legalBasis: null }])
      await expect(vault.recordList(list(over as unknown as Partial<Listing>))).rejects.toThrow(
        VaultUnavailable,
      );
    await expect(vault.recordList(list({ at: '2020-01-01T00:00:00.000Z' }))).rejects.toThrow(ClockOff);
    expect(await readsOf()).toEqual([]);
  });
});

describe('turning a token into the name of a place', () => {
  it('is recorded as an opening of the destination, one record per place', async () => {
    const places = [tokens.token('municipality', '1280'), tokens.token('municipality', '2480')];
    await vault.recordNaming(places, {
      ...theCase,
      actor: officer,
      purpose: 'COORDINATION',
      at: now(),
      legalBasis: 'OSL_10_1',
    });
    expect(await readsOf()).toMatchObject(
      places.map((named_token) => ({
        action: 'NAME',
        subject: theCase.subject,
        class: 'destination',
        named_token,
        legal_basis: 'OSL_10_1',
      })),
    );
  });
});

describe('who and where of one person, for one official', () => {
  let identity: Envelope;
  let address: Envelope;
  beforeEach(async () => {
    identity = await sealOne('identity', 'Testperson Alfa');
    address = await sealOne('address', 'Testgatan 1');
    await grant(identity);
    await grant(address);
    await progress(0);
  });
  const open = (envelopes: readonly Envelope[], over: Partial<OpenContext> = {}) =>
    opener.open(envelopes, openContext(over));
  const readsNow = async (): Promise<string[]> =>
    (await readsOf()).filter(({ action }) => action === 'READ').map((read) => String(read.class));
  const pass = (over: Partial<Pass> = {}): Pass => ({
    id: randomUUID(),
    kind: 'JOINT',
    caseId: theCase.caseId,
    subject: theCase.subject,
    classes: ['identity', 'address'],
    person: receiver.person,
    organisation: receiver.organisation,
    agencyKind: 'SOCIAL_BOARD',
    purpose: 'TRANSPORT',
    legalBasis: 'SOLPUL_6',
    at: now(),
    minutes: 15,
    ...over,
  });

  it.each(['identity first', 'address first'])(
    'the second half stays shut, unrecorded: %s',
    async (order) => {
      const [first, second] = order === 'identity first' ? [identity, address] : [address, identity];
      expect(await open([first])).toMatchObject([{ opened: true }]);
      await expect(open([second])).rejects.toThrow(OtherHalfOpened);
      // The same half again is no second half.
      expect(await open([first])).toMatchObject([{ opened: true }]);
      expect(await readsNow()).toEqual([first.class, first.class]);
    },
  );

  it('both at once stay shut, in one question and in two at the same moment', async () => {
    await expect(open([identity, address])).rejects.toThrow(OtherHalfOpened);
    expect(await readsNow()).toEqual([]);
    const both = await Promise.allSettled([open([identity]), open([address])]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('open each by itself for another official, and for the same one after a quarter of an hour', async () => {
    const colleague = { ...receiver, person: tokens.token('person', 'board-2480-officer-2') };
    await grant(address, { person: colleague.person });
    expect(await open([identity])).toMatchObject([{ opened: true }]);
    expect(await open([address], { actor: colleague })).toMatchObject([{ opened: true }]);
    const longAgo = await sealOne('identity', 'x', { subject: randomUUID(), stream: 'relocation-long-ago' });
    const there = { subject: longAgo.subject, stream: 'relocation-long-ago' };
    const where = await sealOne('address', 'y', there);
    await grant(where);
    const read = (minutesAgo: number): Promise<unknown> =>
      database.pool.query(
        `INSERT INTO vault.reads (at, action, person, organisation, subject, class, purpose, foot)
         VALUES ($1, 'READ', $2, $3, $4, 'identity', 'RECEPTION', 'WAIVER')`,
        [minutes(-minutesAgo), receiver.person, receiver.organisation, longAgo.subject],
      );
    await read(15.1);
    expect(await open([where])).toMatchObject([{ opened: true }]);
    const other = { subject: randomUUID(), stream: 'relocation-lately' };
    const whereLately = await sealOne('address', 'z', other);
    await grant(whereLately);
    await database.pool.query(
      `INSERT INTO vault.reads (at, action, person, organisation, subject, class, purpose, foot)
       VALUES ($1, 'READ', $2, $3, $4, 'identity', 'RECEPTION', 'WAIVER')`,
      [minutes(-14.9), receiver.person, receiver.organisation, other.subject],
    );
    await expect(open([whereLately])).rejects.toThrow(OtherHalfOpened);
  });

  it('open together for a rescuer in an alarm, whichever comes first', async () => {
    const alarm = await sealOne('address', 'Testgatan 2', { stream: 'placement-1' });
    await grant(alarm, { foot: 'RESCUE', purposes: ['ALARM'] });
    expect(await open([alarm], { purpose: 'ALARM' })).toMatchObject([{ opened: true }]);
    expect(await open([identity])).toMatchObject([{ opened: true }]);
    expect(await open([alarm], { purpose: 'ALARM' })).toMatchObject([{ opened: true }]);
  });

  it('open together with a pass that a second person gave, for that official, person and case alone', async () => {
    for (const wrong of [
      { person: officer.person },
      { organisation: homeBoard },
      { subject: randomUUID() },
      { caseId: randomUUID() },
      { kind: 'GLASS' as const, classes: ['identity' as const] },
    ])
      await vault.enterPass(pass(wrong));
    await expect(open([identity, address])).rejects.toThrow(OtherHalfOpened);
    const right = pass();
    const record = await vault.enterPass(right);
    expect(await vault.enterPass(right)).toBe(record);
    expect(await open([identity, address])).toMatchObject([{ opened: true }, { opened: true }]);
  });

  it('nothing opens for who is disqualified in the case, by no door: grant, standing by, pass, key for writing', async () => {
    const alarm = await sealOne('address', 'Testgatan 2', { stream: 'placement-1' });
    await grant(alarm, { foot: 'RESCUE', purposes: ['ALARM'], person: officer.person });
    // Who stands by is said by the read models, which are not here.
    const standsBy = (who: string) =>
      database.pool.query(
        `BEGIN;
         GRANT CREATE ON SCHEMA vault TO vault_keeper;
         SET LOCAL ROLE vault_keeper;
         CREATE OR REPLACE FUNCTION vault.stands_by(the_organisation text, the_person text, the_moment timestamptz)
         RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$ SELECT ${who} $$;
         RESET ROLE;
         REVOKE CREATE ON SCHEMA vault FROM vault_keeper;
         COMMIT`,
      );
    await standsBy(`the_person = '${receiver.person}'`);
    const glass = pass({ kind: 'GLASS', classes: ['address'] });
    await vault.enterPass(glass);
    const byPass = { caseId: theCase.caseId, actor: receiver, purpose: 'TRANSPORT', at: now() };
    const doors = [
      () => open([identity]),
      () => open([alarm], { purpose: 'ALARM' }),
      () => vault.openByPass(glass.id, [address], byPass),
      () => vault.enterPass(pass({ kind: 'GLASS' })),
      () => sealOne('needs', 'påhittat', { actor: receiver, owner: receiver.organisation }),
    ];
    for (const door of doors) await expect(door()).resolves.toBeDefined();
    const before = await readsOf();
    await asGrantWriter('INSERT INTO vault.disqualified VALUES ($1, $2, now())', [
      theCase.caseId,
      receiver.person,
    ]);
    for (const door of doors) await expect(door()).rejects.toThrow(KeptOut);
    // Neither a record of an opening nor a key; of another case and for a colleague nothing has changed.
    expect(await readsOf()).toEqual(before);
    const named = { ...receiver, person: officer.person };
    expect(await open([alarm], { actor: named, purpose: 'ALARM' })).toMatchObject([{ opened: true }]);
    await vault.enterPass(pass({ kind: 'GLASS', caseId: randomUUID() }));
    await standsBy('false');
  });

  it('where a decision says that a child stays is found by the person, and shut while a place of the case is known', async () => {
    const stream = `decision-${randomUUID()}`;
    const decided = await sealOne('address', 'Testgatan 3', { stream });
    await sealOne('social', 'påhittat', { stream: `decision-${randomUUID()}` });
    expect(await vault.decidedPlaces(theCase.subject)).toEqual([stream]);
    expect(await vault.decidedPlaces(randomUUID())).toEqual([]);
    const glass = pass({ kind: 'GLASS', classes: ['address'] });
    await vault.enterPass(glass);
    const opened = () =>
      vault.openByPass(glass.id, [decided], {
        caseId: theCase.caseId,
        actor: receiver,
        purpose: 'TRANSPORT',
        at: now(),
      });
    const known = (caseId: string) =>
      asGrantWriter('INSERT INTO vault.frozen VALUES ($1, $2, now(), NULL)', [
        `placement-${randomUUID()}`,
        caseId,
      ]);
    await known(randomUUID());
    expect(await opened()).toMatchObject([{ kid: decided.kid }]);
    await known(theCase.caseId);
    await expect(opened()).rejects.toThrow(AddressFrozen);
    await asGrantWriter('UPDATE vault.frozen SET ended_at = now() WHERE case_id = $1', [theCase.caseId]);
    expect(await opened()).toMatchObject([{ kid: decided.kid }]);
  });

  it('a pass that was asked for again, since the log has not the first try, opens from then on', async () => {
    const given = pass({ kind: 'GLASS', classes: ['address'], minutes: 60 });
    const first = await vault.enterPass({ ...given, id: randomUUID() });
    await database.pool.query(
      `INSERT INTO vault.passes SELECT $1, kind, case_id, subject, organisation, person, classes, purpose, legal_basis,
         valid_from - interval '2 hours', expires_at - interval '2 hours', read_id
       FROM vault.passes WHERE read_id = $2`,
      [given.id, first],
    );
    const opened = () =>
      vault.openByPass(given.id, [address], {
        caseId: theCase.caseId,
        actor: receiver,
        purpose: 'TRANSPORT',
        at: now(),
      });
    expect(await opened()).toEqual([undefined]);
    const second = await vault.enterPass(given);
    expect(second).not.toBe(first);
    expect(await opened()).toMatchObject([{ kid: address.kid }]);
    // The same try once more is the same pass, on record once.
    expect(await vault.enterPass(given)).toBe(second);
  });

  it('a pass opens what it names, for whom it names, and no pass opens what none may', async () => {
    const given = pass({ classes: ['address'] });
    await vault.enterPass(given);
    const byPass = (passId: string, envelope: Envelope, actor = receiver) =>
      vault.openByPass(passId, [envelope], {
        caseId: theCase.caseId,
        actor,
        purpose: 'TRANSPORT',
        at: now(),
      });
    expect(await byPass(given.id, address)).toMatchObject([{ kid: address.kid, foot: 'JOINT' }]);
    expect(await byPass(given.id, identity)).toEqual([undefined]);
    expect(await byPass(given.id, address, officer)).toEqual([undefined]);
    expect(await byPass(randomUUID(), address)).toEqual([undefined]);
    expect(await refusalsOf()).toEqual(['NO_PASS', 'NO_PASS', 'NO_PASS']);
    for (const never of ['threat-detail', 'family', 'health', 'social', 'offence', 'cost'] as const)
      await expect(vault.enterPass(pass({ classes: ['identity', never] }))).rejects.toThrow('RV003');
    await expect(vault.enterPass(pass({ minutes: 16 }))).rejects.toThrow('RV003');
    await expect(vault.enterPass(pass({ kind: 'GLASS', minutes: 61 }))).rejects.toThrow('RV003');
    // On record with the case system through which the person asked.
    const throughSystem = await vault.enterPass(pass({ machine: 'm-1' as Token }));
    const { rows } = await database.pool.query(
      'SELECT machine FROM vault.reads WHERE read_id = ANY ($1) ORDER BY read_id',
      [[throughSystem]],
    );
    expect(rows).toEqual([{ machine: 'm-1' }]);
  });
});

describe('The last keys of the issuer of tokens', () => {
  const issuer = 'https://issuer.example.test';
  const published = { at: '2026-03-02T08:00:00.000Z', keys: [{ kty: 'EC', kid: 'one' }] };
  const kept = () => new KeptIssuerKeys(database.pool, material, issuer);

  it('are there for an api that starts later, with the same key file', async () => {
    expect(await kept().last()).toBeUndefined();
    await kept().keep({ ...published, at: '2026-03-02T07:00:00.000Z' });
    await kept().keep(published);
    expect(await kept().last()).toEqual(published);
    expect(await new KeptIssuerKeys(database.pool, randomKeyMaterial(), issuer).last()).toBeUndefined();
    expect(await new KeptIssuerKeys(database.pool, material, `${issuer}/`).last()).toBeUndefined();
  });

  it('are none when somebody has written there who has not the key file', async () => {
    const changed = async (change: string): Promise<unknown> => {
      await kept().keep(published);
      await database.pool.query(`UPDATE vault.issuer_keys SET sealed = ${change} WHERE issuer = $1`, [
        issuer,
      ]);
      return kept().last();
    };
    expect(await changed(`replace(sealed, '"one"', '"two"')`)).toBeUndefined();
    expect(await changed(`replace(sealed, '08:00', '09:00')`)).toBeUndefined();
    expect(await changed(`'{"at":"2026-03-02T08:00:00.000Z","keys":[]}'`)).toBeUndefined();
    // Nor those of another issuer.
    await new KeptIssuerKeys(database.pool, material, 'https://other.example.test').keep(published);
    const others = `(SELECT k.sealed FROM vault.issuer_keys k WHERE k.issuer = 'https://other.example.test')`;
    expect(await changed(others)).toBeUndefined();
  });
});
