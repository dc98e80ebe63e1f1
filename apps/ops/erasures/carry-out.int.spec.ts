import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { erasedFileId, erasureHandlings } from '#application';
import { confidential, type DataClass, dataClasses, type Envelope, streamName } from '#kernel';
import {
  beginEpoch,
  Blinds,
  ClassKeys,
  ConflictRegister,
  epochInForce,
  type KeyMaterial,
  rewrapKeys,
  Sealer,
  Tombstones,
  Tokens,
  Vault,
} from '#personal-data';
import { addClassKeyEpoch, createKeyFile, type KeyFileOptions, OperatorError, readKeyFile } from '#platform';
import { openCase, type OpenedCase } from '../../../libs/application/testing/steps.js';
import { home, inventedNumber, receiver, World } from '../../../libs/application/testing/world.js';
import { randomKeyMaterial } from '../../../libs/personal-data/testing/key-material.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { keysIn, tryToOpen } from '../attacks/keys.js';
import { prepareEpoch } from '../rotate-keys.js';
import { carryOut, type Means, prepareCarryOut } from './carry-out.js';

const sixYears = 6 * 366 * 24 * 3_600_000;

describe('Carrying out an erasure', () => {
  let database: TestDatabase;
  let folder: string;
  let file: KeyFileOptions;
  let world: World;
  let means: Means;
  let said: string[];
  beforeEach(async () => {
    database = await createTestDatabase({ libs: ['platform', 'subscriptions', 'personal-data'] });
    folder = await mkdtemp(join(tmpdir(), 'carry-out-'));
    await mkdir(join(folder, 'keys'), { mode: 0o700 });
    file = { path: join(folder, 'keys', 'keys.json'), databaseFolder: join(folder, 'database'), dataClasses };
    await createKeyFile(file);
    world = await World.inMemory(randomKeyMaterial()).found();
    said = [];
    means = {
      say: (line) => said.push(line),
      store: world.store,
      pool: database.pool,
      file,
      tombstones: new Tombstones(join(folder, 'kept', 'tombstones.jsonl')),
      executor: world.executor,
      erasures: erasureHandlings({
        facts: world.facts,
        directory: world.directory,
        sealedStreams: world.sealedStreams,
        birthdayOf: async () => world.birthday,
      }),
      by: {
        person: world.person('operator'),
        organisation: world.directory.organisation(home),
        agencyKind: 'SOCIAL_BOARD',
      },
      now: () => world.now,
    };
  });
  afterEach(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });

  /** Seals something of the person of a case with the newest class keys of the file, as an api does. */
  const seal = async (
    { caseId, subject }: OpenedCase,
    dataClass: DataClass = 'identity',
    { stream = streamName('relocation', caseId), owner = home } = {},
  ): Promise<Envelope> => {
    const sealer = new Sealer((await readKeyFile(file)) as never, new Vault(database.apiPool));
    const data = await sealer.seal(
      { field: confidential(dataClass, 'a value') },
      {
        caseId,
        subject,
        stream,
        eventId: randomUUID(),
        owner: world.directory.organisation(owner),
        actor: {
          person: world.person('officer'),
          organisation: world.directory.organisation(home),
          agencyKind: 'SOCIAL_BOARD',
        },
        purpose: 'SUPPORT',
        at: new Date().toISOString(),
      },
    );
    return data.field as unknown as Envelope;
  };
  const closedCase = async (order?: number): Promise<OpenedCase> => {
    const opened = await openCase(world, order);
    await world.act('officer', 'CloseCase', { caseId: opened.caseId, code: 'WITHDRAWN' });
    await world.send('ReleaseClaim', streamName('claim', opened.subject), opened);
    return opened;
  };
  const decide = async ({ caseId }: OpenedCase): Promise<string> => {
    const { created } = await world.erase('officer', 'ProposeErasure', { caseId, ground: 'RETENTION' });
    await world.erase('colleague', 'ConfirmErasure', { caseId, decisionId: created! });
    return created!;
  };
  const completedEpochs = async ({ subject }: OpenedCase): Promise<number[]> =>
    (
      await world.facts.events(
        streamName('erasure', erasedFileId(world.directory.organisation(home), subject)),
      )
    )
      .filter(({ type }) => type === 'ErasureCompleted')
      .map(({ data }) => (data as { epoch: number }).epoch);
  /** What an old copy of the key table opens with the class keys of today. */
  const openedWith = async (
    backup: Awaited<ReturnType<typeof keysIn>>,
    envelope: Envelope,
  ): Promise<number> => tryToOpen((await readKeyFile(file)) as never, backup, [envelope]).opened.length;

  it('goes beyond the epoch of a rotation that was cut off: what it had wrapped opens in no old copy', async () => {
    const [gone, stays] = [await closedCase(9), await closedCase()];
    world.clock.advance(sixYears);
    const [lost, kept] = [await seal(gone), await seal(stays)];
    // rotate-keys, killed before the old epoch was destroyed.
    const begun = await prepareEpoch(file, database.pool, means.tombstones);
    await beginEpoch(database.pool, begun);
    await rewrapKeys(database.pool, new ClassKeys((await readKeyFile(file)) as never), begun);
    const backup = await keysIn(database.pool);
    expect(await openedWith(backup, lost)).toBe(1);

    // What others asked about the person, one with a hold on it, and what they have of the person besides.
    const { created, stream } = await world.act('officer', 'ReceiveStayInquiry', {
      personalIdentityNumber: inventedNumber(9),
      requester: 'KRONOFOGDEN',
      checked: 'CALLED_BACK',
      reference: 'dnr-påhittad-5',
      text: 'Påhittad begäran',
      reviewers: ['colleague'],
    });
    await world.erase('officer', 'PlaceLegalHold', { inquiryId: created!, hold: 'COURT' });
    await seal(gone, 'identity', { stream });
    await seal(gone, 'social', { stream });
    const decisionId = await decide(gone);
    await seal(gone, 'social', { stream: streamName('decision', randomUUID()) });
    await seal(gone, 'identity', { stream: streamName('decision', randomUUID()), owner: receiver });
    expect(await carryOut(means)).toBe(1);
    expect(await openedWith(backup, lost)).toBe(0);
    expect(await completedEpochs(gone)).toEqual([begun + 1]);
    expect(said).toEqual([
      `${decisionId}  left of the person, and why:`,
      expect.stringMatching(/^ {2}CAME_SINCE {2}1 keys \(social 1\) in 1 streams \(decision 1\): /),
      expect.stringMatching(
        /^ {2}LEGAL_HOLD {2}2 keys \(identity 1, social 1\) in 1 streams \(inquiry 1\): /,
      ),
      expect.stringMatching(/^ {2}OTHER_FILE {2}1 keys \(identity 1\) in 1 streams \(decision 1\): /),
    ]);
    expect(await openedWith(await keysIn(database.pool), kept)).toBe(1);
    // Gone beyond once: the next rotation is an ordinary one.
    expect(await prepareEpoch(file, database.pool, means.tombstones)).toBe(begun + 2);
  });

  it('goes beyond the epoch of a carry-out that was cut off, when another decision has come since', async () => {
    const [first, second] = [await closedCase(), await closedCase()];
    world.clock.advance(sixYears);
    const [one, other] = [await seal(first), await seal(second)];
    await decide(first);
    const begun = (await prepareCarryOut(means))!;
    await beginEpoch(database.pool, begun);
    await rewrapKeys(database.pool, new ClassKeys((await readKeyFile(file)) as never), begun);
    const backup = await keysIn(database.pool);
    await decide(second);
    expect(await carryOut(means)).toBe(2);
    expect([await openedWith(backup, one), await openedWith(backup, other)]).toEqual([0, 0]);
    expect([await completedEpochs(first), await completedEpochs(second)]).toEqual([[begun + 1], [begun + 1]]);
  });

  it('says which row a new epoch stumbles on, and does not say that nothing was destroyed: the rows are', async () => {
    const [gone, resident] = [await closedCase(), randomUUID()];
    world.clock.advance(sixYears);
    await seal(gone);
    await decide(gone);
    const material = (await readKeyFile(file)) as KeyMaterial;
    await new ConflictRegister(database.apiPool, new Blinds(new ClassKeys(material))).addEntries(resident, [
      { kind: 'SELF_PERSON', token: new Tokens(material).token('conflict', 'person:somebody') },
    ]);
    const { rows } = await database.pool.query<{ id: string }>(
      `UPDATE police_register.entries SET token = token || 'A' RETURNING id`,
    );
    const failed = await carryOut(means).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(OperatorError);
    expect((failed as Error).message).toBe(
      `Row ${rows[0]!.id} of police_register.entries was tampered with, and no class key was destroyed: see what it was in a copy of the database before going on.`,
    );
    expect(await keysIn(database.pool)).toEqual([]);
    expect((await readKeyFile(file)).classKeys.get('identity')!.map(({ epoch }) => epoch)).toEqual([1, 2]);
    // The row put right, it goes on to its end.
    await database.pool.query(`UPDATE police_register.entries SET token = left(token, -1)`);
    expect(await carryOut(means)).toBe(1);
  });

  it('destroys nothing of who has come back since the decision, and carries out all others', async () => {
    const [back, gone] = [await closedCase(7), await closedCase()];
    world.clock.advance(sixYears);
    await seal(back);
    const lost = await seal(gone);
    const decisionId = await decide(back);
    await decide(gone);
    const again = await openCase(world, 7);
    expect(again.subject).toBe(back.subject);
    const kept = await seal(again);
    await expect(carryOut(means)).rejects.toMatchObject({
      code: 'erasure.case_open',
      details: { decisionId },
    });
    const keys = await keysIn(database.pool);
    expect([await openedWith(keys, kept), await openedWith(keys, lost)]).toEqual([1, 0]);
    expect([await completedEpochs(back), await completedEpochs(gone)]).toEqual([[], [2]]);
    expect((await means.tombstones.read()).map(({ subject }) => subject)).toEqual([gone.subject]);
    expect(said).toEqual([
      `${decisionId}  not carried out: erasure.case_open`,
      expect.stringMatching(/ {2}nothing of the person is left\.$/),
    ]);
    // And what is written in the new case has its keys, still.
    await seal(again, 'address');
    // Called off, nothing waits any more.
    await world.erase('colleague', 'RejectErasure', {
      caseId: again.caseId,
      decisionId,
      reason: 'STILL_NEEDED',
    });
    expect(await carryOut(means)).toBe(0);
    expect(await openedWith(await keysIn(database.pool), kept)).toBe(1);
  });

  it('sees who comes back by the keys alone: a case that is being opened has no event yet', async () => {
    const gone = await closedCase();
    world.clock.advance(sixYears);
    const old = await seal(gone);
    await decide(gone);
    await seal({ caseId: randomUUID(), subject: gone.subject });
    await expect(carryOut(means)).rejects.toMatchObject({ code: 'erasure.cases_changed' });
    expect(await openedWith(await keysIn(database.pool), old)).toBe(1);
    // What was destroyed once is carried out to its end, whatever is asked for then.
    await database.pool.query("UPDATE vault.keys SET created_at = created_at - interval '2 hours'");
    await prepareCarryOut(means);
    expect(await keysIn(database.pool)).toEqual([]);
    expect(await carryOut(means)).toBe(1);
  });

  it('goes beyond an epoch that was only prepared: an api had written with it', async () => {
    const gone = await closedCase();
    world.clock.advance(sixYears);
    await addClassKeyEpoch(file, 2);
    const lost = await seal(gone);
    const backup = await keysIn(database.pool);
    await decide(gone);
    // Apis with copies of the file are given the epoch in between, and it is that one which is gone to.
    expect(await prepareCarryOut(means)).toBe(3);
    expect(await epochInForce(database.pool)).toBe(0);
    expect(await completedEpochs(gone)).toEqual([]);
    expect(await carryOut(means)).toBe(1);
    expect(await completedEpochs(gone)).toEqual([3]);
    expect(await openedWith(backup, lost)).toBe(0);
  });
});
