import { describe, expect, it } from '@jest/globals';
import type { Decision } from '#access';
import { dueFile, type DueFile } from '#application';
import { parseStreamName, streamName } from '#kernel';
import { openCase, type OpenedCase } from '../../../libs/application/testing/steps.js';
import { home, inventedNumber, receiver, World } from '../../../libs/application/testing/world.js';
import { randomKeyMaterial } from '../../../libs/personal-data/testing/key-material.js';
import { dueFilesOf, type MayOrder } from './due.js';

const day = 24 * 3_600_000;

describe('The files that are due', () => {
  it('are those of which the years are full, of those that one may order to be erased, with what keeps each', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    await world.appoint('other-officer', receiver, 'SOCIAL_BOARD', ['HOME_OFFICER']);
    const boards = new Set([world.directory.organisation(home)]);
    const closed = async (order: number): Promise<OpenedCase> => {
      const opened = await openCase(world, order);
      await world.act('officer', 'CloseCase', { caseId: opened.caseId, code: 'WITHDRAWN' });
      await world.send('ReleaseClaim', streamName('claim', opened.subject), opened);
      return opened;
    };
    let opened: string[] = [];
    let shut: readonly string[] = [];
    const due = async (): Promise<readonly DueFile[]> => {
      const mayOrder = async (caseId: string): Promise<Decision> =>
        shut.includes(caseId)
          ? { ok: false, refused: 'UNKNOWN', reason: 'NO_PART' }
          : ({ ok: true, organisation: [...boards][0]! } as MayOrder);
      opened = [];
      const dependencies = {
        facts: world.facts,
        directory: world.directory,
        sealedStreams: world.sealedStreams,
        birthdayOf: async (caseId: string) => {
          opened.push(caseId);
          return world.birthday;
        },
      };
      let recorded: readonly DueFile[] = [];
      const found = await dueFilesOf(
        world.store,
        boards,
        mayOrder,
        (caseId) => dueFile(dependencies, caseId, world.context('officer', 'due', { caseId })),
        async (_by, files) => void (recorded = files),
      );
      // Everything that is told is on record first.
      expect(recorded.map(({ caseId }) => caseId)).toEqual(found.map(({ caseId }) => caseId));
      return found;
    };

    const first = await closed(1);
    const { stream } = await world.act('other-officer', 'OpenCase', {
      personalIdentityNumber: inventedNumber(2),
      givenName: 'Testina',
      familyName: 'Påhittad',
      environment: 'GANG',
      entryRoute: 'SOCIAL_SERVICES',
      registryNumber: 'dnr-påhittad-7',
      officers: [],
    });
    const elsewhere = parseStreamName(stream).id;
    world.clock.advance(30 * day);
    const held = await closed(3);
    expect(await due()).toEqual([]);
    // On 2 March 2031, the last day of the five years; and on the next, of one of the two.
    world.clock.advance((5 * 365 + 1 - 30) * day);
    expect(await due()).toEqual([]);
    world.clock.advance(day);
    expect((await due()).map(({ caseId, keptBy }) => [caseId, keptBy])).toEqual([[first.caseId, undefined]]);
    world.clock.advance(60 * day);
    const open = await openCase(world, 4);
    await world.erase('officer', 'PlaceLegalHold', { caseId: held.caseId, hold: 'COURT' });
    expect((await due())[0]).toEqual({
      caseId: first.caseId,
      subject: first.subject,
      earliest: '2031-03-03',
    });
    const codes = async () => (await due()).map(({ caseId, keptBy }) => [caseId, keptBy]);
    expect(await codes()).toEqual([
      [first.caseId, undefined],
      [held.caseId, 'erasure.legal_hold'],
    ]);
    // Who it is is opened only where nothing else keeps the file, and never for an open case or another board's.
    expect(opened).toEqual([first.caseId]);
    world.birthday = '1990-01-15';
    expect((await codes())[0]).toEqual([first.caseId, 'erasure.kept_for_research']);
    world.birthday = undefined;
    expect((await codes())[0]).toEqual([first.caseId, 'erasure.birthday_unknown']);
    world.birthday = '1990-01-10';
    const { created } = await world.erase('officer', 'ProposeErasure', {
      caseId: first.caseId,
      ground: 'RETENTION',
    });
    expect((await codes())[0]).toEqual([first.caseId, 'erasure.already_proposed']);
    // What one may not order is as if there were nothing.
    shut = [held.caseId];
    expect(await codes()).toEqual([[first.caseId, 'erasure.already_proposed']]);
    // And what was erased is due no more.
    await world.erase('colleague', 'ConfirmErasure', { caseId: first.caseId, decisionId: created! });
    await world.erase('officer', 'CompleteErasure', {
      of: parseStreamName((await erasureStreamOf(world, first))!).id,
      decisionId: created!,
      destroyedKeys: 1,
      epoch: 2,
      highestEpoch: 1,
      keysLeft: 0,
      earlierEpochsLeft: 0,
    });
    expect(await due()).toEqual([]);
    expect(opened).not.toContain(open.caseId);
    expect(opened).not.toContain(elsewhere);
  });
});

const erasureStreamOf = async (world: World, { subject }: OpenedCase): Promise<string | undefined> =>
  (await world.store.readAll(undefined, 10_000)).find(
    ({ type, data }) => type === 'ErasureProposed' && (data as { subject: string }).subject === subject,
  )?.stream;
