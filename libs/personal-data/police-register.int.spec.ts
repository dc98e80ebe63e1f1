import { createSecretKey } from 'node:crypto';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { Blinds } from './blinds.js';
import { ClassKeys } from './keys.js';
import {
  ConflictCheck,
  ConflictRegister,
  type AdversaryPresence,
  type ConflictEntry,
  type ConflictKind,
  type Resident,
} from './police-register.js';
import { randomKeyMaterial } from './testing/key-material.js';
import { Tokens } from './tokens.js';
import { VaultUnavailable } from './vault.js';

const key = createSecretKey(Buffer.alloc(32, 5));
const tokens = new Tokens({ routingKeys: [{ epoch: 1, key }] });
const blinds = new Blinds(new ClassKeys(randomKeyMaterial()));
const conflict = (name: string) => tokens.token('conflict', name);
const area = tokens.token('area', 'county:14');
const otherArea = tokens.token('area', 'county:12');
const town = tokens.token('municipality', '1480');
const otherTown = tokens.token('municipality', '1482');
const house = tokens.token('housing', 'provider-1\nhouse-1');
const otherHouse = tokens.token('housing', 'provider-1\nhouse-2');

let database: TestDatabase;
let check: ConflictCheck;
let register: ConflictRegister;
beforeAll(async () => {
  database = await createTestDatabase({ libs: ['platform', 'subscriptions', 'personal-data'] });
  check = new ConflictCheck(database.pool);
  register = new ConflictRegister(database.pool, blinds);
});
afterAll(() => database.close());

let mover: string;
let resident: string;
beforeEach(async () => {
  await database.pool.query('DELETE FROM police_register.entries; DELETE FROM police_register.presence');
  mover = randomUUID();
  resident = randomUUID();
});

const entry = (kind: ConflictKind, name: string): ConflictEntry => ({ kind, token: conflict(name) });
const verdict = (residents: readonly Partial<Resident>[], over: object = {}) =>
  check.verdict({
    subject: mover,
    residents: residents.map((one) => ({ subject: resident, ...one })),
    area,
    municipality: town,
    housing: house,
    ...over,
  });

describe('two persons in one area', () => {
  const pairs: readonly [string, ConflictKind, ConflictKind, 'CLEAR' | 'REFER_TO_POLICE'][] = [
    ['one belongs to a network that threatens the other', 'NETWORK', 'ADVERSARY_NETWORK', 'REFER_TO_POLICE'],
    ['one is an adversary of the other', 'SELF_PERSON', 'ADVERSARY_PERSON', 'REFER_TO_POLICE'],
    ['one is kin of an adversary of the other', 'KIN', 'ADVERSARY_PERSON', 'REFER_TO_POLICE'],
    ['one is kin of the other', 'KIN', 'SELF_PERSON', 'REFER_TO_POLICE'],
    ['both have the same kin', 'KIN', 'KIN', 'REFER_TO_POLICE'],
    ['both left the same network', 'NETWORK', 'NETWORK', 'CLEAR'],
    ['both are threatened by the same network', 'ADVERSARY_NETWORK', 'ADVERSARY_NETWORK', 'CLEAR'],
    ['both are threatened by the same person', 'ADVERSARY_PERSON', 'ADVERSARY_PERSON', 'CLEAR'],
    ['the words are equal, but one is a network and one a person', 'NETWORK', 'ADVERSARY_PERSON', 'CLEAR'],
  ];
  it.each(pairs)('%s: whoever came first, the answer is the same', async (_, one, other, expected) => {
    await register.addEntries(mover, [entry(one, 'A'), entry('NETWORK', 'mine')]);
    await register.addEntries(resident, [entry(other, 'A'), entry('NETWORK', 'theirs')]);
    expect(await verdict([{}])).toBe(expected);
    [mover, resident] = [resident, mover];
    expect(await verdict([{}])).toBe(expected);
  });

  it('strangers to each other are clear, and so is an empty area', async () => {
    await register.addEntries(mover, [entry('NETWORK', 'A'), entry('ADVERSARY_NETWORK', 'B')]);
    await register.addEntries(resident, [entry('NETWORK', 'C'), entry('ADVERSARY_NETWORK', 'D')]);
    expect(await verdict([{}])).toBe('CLEAR');
    expect(await verdict([])).toBe('CLEAR');
  });

  it('nobody conflicts with herself', async () => {
    await register.addEntries(mover, [
      entry('NETWORK', 'A'),
      entry('ADVERSARY_NETWORK', 'A'),
      entry('KIN', 'B'),
    ]);
    expect(await verdict([{ subject: mover }])).toBe('CLEAR');
  });

  it('one in conflict among many who are not is enough', async () => {
    await register.addEntries(mover, [entry('NETWORK', 'A')]);
    await register.addEntries(resident, [entry('ADVERSARY_NETWORK', 'A')]);
    const many = Array.from({ length: 50 }, () => ({ subject: randomUUID() }));
    expect(await verdict(many)).toBe('CLEAR');
    expect(await verdict([...many, {}])).toBe('REFER_TO_POLICE');
  });
});

describe('the three rings around a place', () => {
  const rings: readonly [string, Partial<Resident>, 'CLEAR' | 'REFER_TO_POLICE'][] = [
    ['in the same housing', { area: otherArea, municipality: otherTown, housing: house }, 'REFER_TO_POLICE'],
    [
      'in the same municipality',
      { area: otherArea, municipality: town, housing: otherHouse },
      'REFER_TO_POLICE',
    ],
    ['in the same police area', { area, municipality: otherTown, housing: otherHouse }, 'REFER_TO_POLICE'],
    ['in the area, and nobody says where', {}, 'REFER_TO_POLICE'],
    ['nowhere near', { area: otherArea, municipality: otherTown, housing: otherHouse }, 'CLEAR'],
  ];
  it.each(rings)('the other side lives %s', async (_, where, expected) => {
    await register.addEntries(mover, [entry('NETWORK', 'A')]);
    await register.addEntries(resident, [entry('ADVERSARY_NETWORK', 'A')]);
    expect(await verdict([where])).toBe(expected);
  });

  it('before the housing is known, the other two rings are asked', async () => {
    await register.addEntries(mover, [entry('NETWORK', 'A')]);
    await register.addEntries(resident, [entry('ADVERSARY_NETWORK', 'A')]);
    const none = { housing: undefined };
    expect(await verdict([{ area: otherArea, municipality: town }], none)).toBe('REFER_TO_POLICE');
    expect(await verdict([{ area: otherArea, municipality: otherTown }], none)).toBe('CLEAR');
  });

  const sightings: readonly [string, Omit<AdversaryPresence, 'conflict'>, 'CLEAR' | 'REFER_TO_POLICE'][] = [
    ['in the area', { area }, 'REFER_TO_POLICE'],
    ['in another municipality of the area', { area, municipality: otherTown }, 'REFER_TO_POLICE'],
    [
      'in the municipality, booked under another area',
      { area: otherArea, municipality: town },
      'REFER_TO_POLICE',
    ],
    [
      'in the house, booked under another area',
      { area: otherArea, municipality: otherTown, housing: house },
      'REFER_TO_POLICE',
    ],
    ['in another area', { area: otherArea, municipality: otherTown }, 'CLEAR'],
  ];
  it.each(sightings)('an adversary is known to be %s', async (_, where, expected) => {
    await register.addEntries(mover, [entry('ADVERSARY_NETWORK', 'A'), entry('ADVERSARY_PERSON', 'P')]);
    for (const name of ['A', 'P']) {
      await register.addPresence({ conflict: conflict(name), ...where });
      expect(await verdict([])).toBe(expected);
      await database.pool.query('DELETE FROM police_register.presence');
      expect(await verdict([])).toBe('CLEAR');
    }
  });

  it('somebody else’s adversary, or the own old network, in the area does not matter to this person', async () => {
    await register.addEntries(mover, [entry('NETWORK', 'A'), entry('KIN', 'K')]);
    await register.addEntries(resident, [entry('ADVERSARY_NETWORK', 'B')]);
    for (const name of ['A', 'B', 'K']) await register.addPresence({ conflict: conflict(name), area });
    expect(await verdict([{}])).toBe('CLEAR');
  });

  it('a network that hunts every defector refers wherever it is', async () => {
    await register.addEntries(undefined, [entry('ADVERSARY_NETWORK', 'H')]);
    expect(await verdict([])).toBe('CLEAR');
    await register.addPresence({ conflict: conflict('H'), area });
    expect(await verdict([])).toBe('REFER_TO_POLICE');
    expect(await verdict([], { area: otherArea, municipality: otherTown })).toBe('CLEAR');
  });
});

describe('the register', () => {
  it('takes the same row twice without a word', async () => {
    const both = [entry('NETWORK', 'A'), entry('KIN', 'K')];
    await register.addEntries(mover, both);
    await register.addEntries(mover, both);
    await register.addPresence({ conflict: conflict('A'), area });
    await register.addPresence({ conflict: conflict('A'), area });
    const count = async (): Promise<unknown> =>
      (
        await database.pool.query(
          'SELECT (SELECT count(*)::int FROM police_register.entries) e, (SELECT count(*)::int FROM police_register.presence) p',
        )
      ).rows[0];
    expect(await count()).toEqual({ e: 2, p: 1 });
  });

  it('a person of whom everything was deleted conflicts with nobody any more', async () => {
    await register.addEntries(mover, [entry('NETWORK', 'A')]);
    await register.addEntries(resident, [entry('ADVERSARY_NETWORK', 'A')]);
    expect(await verdict([{}])).toBe('REFER_TO_POLICE');
    await database.pool.query('DELETE FROM police_register.entries WHERE subject = $1', [resident]);
    expect(await verdict([{}])).toBe('CLEAR');
  });

  it('answers half a question with an error and never with CLEAR', async () => {
    await expect(verdict([], { subject: undefined })).rejects.toThrow(VaultUnavailable);
    await expect(verdict([], { area: undefined })).rejects.toThrow(VaultUnavailable);
    await expect(verdict([{ subject: undefined }])).rejects.toThrow(VaultUnavailable);
    await expect(
      check.verdict({ subject: mover, area, residents: undefined as unknown as readonly Resident[] }),
    ).rejects.toThrow(VaultUnavailable);
  });

  it.each([
    ['police_verdict', 'SELECT FROM police_register.entries'],
    ['police_verdict', 'SELECT FROM police_register.presence'],
    ['police_verdict', 'DELETE FROM police_register.entries'],
    ['police_registrar', `SELECT police_register.verdict(gen_random_uuid(), '[]', NULL, NULL, 'x')`],
    ['police_registrar', 'UPDATE police_register.entries SET kind = kind'],
    // What is said of a person goes with an erasure that two have decided, through vault.destroy, and in no other way.
    ['police_registrar', 'DELETE FROM police_register.entries'],
    ['police_registrar', 'DELETE FROM police_register.presence'],
    ['vault_opener', 'SELECT FROM police_register.entries'],
    ['project_vault', `SELECT police_register.verdict(gen_random_uuid(), '[]', NULL, NULL, 'x')`],
  ])('%s is refused: %s', async (role, sql) => {
    const client = await database.pool.connect();
    try {
      await client.query(`BEGIN; SET LOCAL ROLE ${role}`);
      await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});
