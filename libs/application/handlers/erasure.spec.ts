import { beforeEach, describe, expect, it } from '@jest/globals';
import { addDays, parseStreamName, streamName, type Token } from '#kernel';
import { randomKeyMaterial } from '../../personal-data/testing/key-material.js';
import { admittedCase, handOver, inDays, openCase, type OpenedCase, signWaiver } from '../testing/steps.js';
import { UnknownTarget } from '../command-executor.js';
import { boardId } from '../reference/organisations.js';
import { home, inventedNumber, receiver, World } from '../testing/world.js';
import { type DecidedErasure, erasedFileId, erasureHandlings, stillDecided } from './erasure.js';

const days = 24 * 3_600_000;
/** Of somebody who is seventeen when the world begins, and of somebody who is not. */
const [child, adult] = [6_900, 12];

describe('What the schedule of retention finds', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.inMemory(randomKeyMaterial()).found();
  });

  const close = async ({ caseId, subject }: OpenedCase): Promise<void> => {
    await world.act('officer', 'CloseCase', { caseId, code: 'WITHDRAWN' });
    await world.send('ReleaseClaim', streamName('claim', subject), { caseId, subject });
  };
  const propose = (caseId: string) =>
    world.erase('officer', 'ProposeErasure', { caseId, ground: 'RETENTION' });
  const decided = async ({ caseId, subject }: OpenedCase) => {
    const { created } = await propose(caseId);
    await world.erase('colleague', 'ConfirmErasure', { caseId, decisionId: created! });
    return (await erasures(caseId, subject)).at(-1)!.data as unknown as DecidedErasure;
  };
  /** What stands of the file that the board of a case has. */
  const erasures = async (caseId: string, subject: string) => {
    const { board } = (await world.facts.relocation(caseId)).opened;
    return world.facts.events(streamName('erasure', erasedFileId(board, subject)));
  };

  const serve = (decisionType: 'LVU' | 'ONE_GUARDIAN_SHELTER') => async (caseId: string) => {
    const { created } = await world.act('officer', 'RegisterServedDecision', {
      caseId,
      decisionType,
      decidedOn: inDays(world, -1),
      registryNumber: 'dnr-påhittad-2',
      text: 'Påhittat beslut',
    });
    return created!;
  };
  const placements: readonly [string, (caseId: string) => Promise<unknown>][] = [
    [
      'in care under LVU',
      (caseId) =>
        world.act('officer', 'RegisterSupportDecision', {
          caseId,
          decisionType: 'LVU',
          decidedOn: inDays(world, -1),
          registryNumber: 'dnr-påhittad-2',
        }),
    ],
    ['by a decision under LVU that was served', serve('LVU')],
    ['in a shelter', serve('ONE_GUARDIAN_SHELTER')],
    [
      'where a decision on the place says',
      async (caseId) =>
        world.act('officer', 'RegisterPlaceDecision', {
          caseId,
          decisionId: await serve('LVU')(caseId),
          decidedOn: inDays(world, -1),
          provider: 'Påhittat hem',
          place: 'Påhittad ort',
        }),
    ],
  ];
  it.each(placements)(
    'keeps the file of a child who was placed %s (Socialtjänstförordningen 13 kap.)',
    async (_how, place) => {
      for (const [order, outcome] of [
        [child, 'erasure.placed_child'],
        [adult, undefined],
      ] as const) {
        const opened = await openCase(world, order);
        await place(opened.caseId);
        await close(opened);
        world.clock.advance(6 * 366 * days);
        if (outcome) await expect(propose(opened.caseId)).rejects.toMatchObject({ code: outcome });
        else await propose(opened.caseId);
        world = await World.inMemory(randomKeyMaterial()).found();
      }
    },
  );

  it('keeps the file of a child who was placed in the housing of a proposal, and of no other child', async () => {
    const { caseId, proposal } = await admittedCase(world, child);
    await world.act('coordinator', 'ClearPlacement', {
      proposalId: proposal.proposalId,
      plannedArrival: inDays(world, 2),
    });
    await world.act('officer', 'CloseCase', { caseId, code: 'WITHDRAWN' });
    const other = await openCase(world, child + 1);
    await close(other);
    world.clock.advance(6 * 366 * days);
    await expect(propose(caseId)).rejects.toMatchObject({ code: 'erasure.placed_child' });
    await propose(other.caseId);
  });

  it('for a new identity waits for Police’s word, and while somebody may be on the way to the place', async () => {
    const propose = (caseId: string) =>
      world.erase('officer', 'ProposeErasure', { caseId, ground: 'ASSUMED_IDENTITY' });
    const admitted = async (order: number, cleared: boolean): Promise<OpenedCase> => {
      const { caseId, subject, proposal } = await admittedCase(world, order);
      if (cleared)
        await world.act('coordinator', 'ClearPlacement', {
          proposalId: proposal.proposalId,
          plannedArrival: inDays(world, 2),
        });
      return { caseId, subject };
    };
    const onTheWay = await admitted(adult, true);
    await handOver(world, onTheWay.caseId);
    await expect(propose(onTheWay.caseId)).rejects.toMatchObject({ code: 'erasure.still_there' });
    // A code that a board writes by itself destroys nobody's name.
    const handedOver = await openCase(world);
    await world.act('officer', 'CloseCase', { caseId: handedOver.caseId, code: 'HANDED_OVER' });
    await expect(propose(handedOver.caseId)).rejects.toMatchObject({ code: 'erasure.not_handed_over' });
    world = await World.inMemory(randomKeyMaterial()).found();
    const { caseId, subject } = await admitted(adult, false);
    await handOver(world, caseId);
    await propose(caseId);
    expect((await erasures(caseId, subject)).at(-1)!.data).toMatchObject({
      classes: ['identity', 'family', 'social', 'address'],
    });
  });

  it('asks for research of everybody whose writings would go, and keeps what is of nobody in the directory', async () => {
    const { caseId } = await admittedCase(world, adult);
    await world.act('officer', 'CloseCase', { caseId, code: 'WITHDRAWN' });
    world.clock.advance(6 * 366 * days);
    const proposeWhere = (changed: Token, municipalityCode: string | undefined) => {
      const find = (token: Token) => {
        const found = world.directory.findOrganisation(token);
        if (token !== changed || !found) return found;
        return municipalityCode === undefined ? undefined : { ...found, municipalityCode };
      };
      const { ProposeErasure } = erasureHandlings({
        facts: world.facts,
        directory: { findOrganisation: find },
        sealedStreams: world.sealedStreams,
        birthdayOf: async () => '1990-01-10',
      });
      const intent = { caseId, ground: 'RETENTION' } as const;
      return world.executor.execute(
        ProposeErasure,
        intent,
        world.context('officer', 'ProposeErasure', intent),
      );
    };
    for (const [owner, code] of [
      [home, undefined],
      [receiver, undefined],
      [receiver, '0580'],
    ] as const)
      await expect(proposeWhere(world.directory.organisation(owner), code)).rejects.toMatchObject({
        code: 'erasure.kept_for_research',
      });
    await proposeWhere(world.directory.organisation(home), '1280');
  });

  it('believes the population register before the number, which may be of a nearby day (FOL 18 §)', async () => {
    const opened = await openCase(world, adult);
    await close(opened);
    world.clock.advance(6 * 366 * days);
    const { caseId } = opened;
    const ask = (registeredBirthday?: 'RESEARCH_DAY' | 'ANOTHER_DAY') =>
      world.erase('officer', 'ProposeErasure', { caseId, ground: 'RETENTION', registeredBirthday });
    world.birthday = '1990-01-16';
    await expect(ask()).rejects.toMatchObject({ code: 'erasure.birthday_unknown' });
    await expect(ask('RESEARCH_DAY')).rejects.toMatchObject({ code: 'erasure.kept_for_research' });
    const { created } = await ask('ANOTHER_DAY');
    // The second officer looks it up as well.
    const confirm = { caseId, decisionId: created! };
    await expect(world.erase('colleague', 'ConfirmErasure', confirm)).rejects.toMatchObject({
      code: 'erasure.birthday_unknown',
    });
    await world.erase('colleague', 'ConfirmErasure', { ...confirm, registeredBirthday: 'ANOTHER_DAY' });
  });

  it('tells a board nothing of another’s case, and destroys its own file alone', async () => {
    const elsewhere = boardId('1281');
    for (const sub of ['other-officer', 'other-colleague'])
      await world.appoint(sub, elsewhere, 'SOCIAL_BOARD', ['HOME_OFFICER']);
    const opened = await openCase(world, adult);
    await close(opened);
    world.clock.advance(6 * 366 * days);
    const { stream } = await world.act('other-officer', 'OpenCase', {
      personalIdentityNumber: inventedNumber(adult),
      givenName: 'Testina',
      familyName: 'Påhittad',
      environment: 'GANG',
      entryRoute: 'SOCIAL_SERVICES',
      registryNumber: 'dnr-påhittad-7',
      officers: ['other-colleague'],
    });
    const other = { caseId: parseStreamName(stream).id, subject: opened.subject };
    expect(((await world.facts.events(stream))[0]!.data as unknown as OpenedCase).subject).toBe(
      opened.subject,
    );
    await world.send('ClaimSubject', streamName('claim', opened.subject), other);
    const asked = await world.act('other-officer', 'ReceiveStayInquiry', {
      personalIdentityNumber: inventedNumber(adult),
      requester: 'KRONOFOGDEN',
      checked: 'CALLED_BACK',
      reference: 'dnr-påhittad-8',
      text: 'Påhittad begäran',
      reviewers: ['other-colleague'],
    });
    await world.erase('other-officer', 'PlaceLegalHold', { caseId: other.caseId, hold: 'COURT' });

    const order = await decided(opened);
    expect(order.cases).toEqual([opened.caseId]);
    const streams = await stillDecided(world, order);
    expect(streams).toContain(streamName('relocation', opened.caseId));
    expect(streams).not.toContain(stream);
    expect(streams).not.toContain(asked.stream);
    // What the other board is about to do it learns of its own file.
    await expect(
      world.erase('other-officer', 'ProposeErasure', { caseId: other.caseId, ground: 'RETENTION' }),
    ).rejects.toMatchObject({ code: 'erasure.legal_hold' });
  });

  const entries: readonly [string, (caseId: string) => Promise<unknown>][] = [
    [
      'on the notice that the registration is wrong',
      (caseId) =>
        world.act('officer', 'WithholdRegistrationNotice', {
          caseId,
          reason: 'PERSECUTION',
          grounds: 'Påhittade skäl',
        }),
    ],
    ['on a decision that was served', serve('LVU')],
    [
      'on what somebody asked about the person',
      () =>
        world.act('officer', 'ReceiveStayInquiry', {
          personalIdentityNumber: inventedNumber(adult),
          requester: 'KRONOFOGDEN',
          checked: 'CALLED_BACK',
          reference: 'dnr-påhittad-5',
          text: 'Påhittad begäran',
          reviewers: ['colleague'],
        }),
    ],
    ['on a waiver', (caseId) => signWaiver(world, caseId)],
    [
      'on a report on who has read',
      (caseId) => world.act('officer', 'ProduceAccessReport', { caseId, requestedOn: inDays(world, 0) }),
    ],
  ];
  it.each([['on its closing', undefined] as const, ...entries])(
    'counts the years from the last entry in the file, also %s',
    async (_what, enter) => {
      const opened = await openCase(world, adult);
      world.clock.advance(300 * days);
      await close(opened);
      if (enter) {
        world.clock.advance(300 * days);
        await enter(opened.caseId);
      }
      const last = inDays(world, 0);
      world.clock.advance(4 * 366 * days);
      await expect(propose(opened.caseId)).rejects.toMatchObject({
        code: 'erasure.too_early',
        details: { earliest: addDays(`${Number(last.slice(0, 4)) + 5}${last.slice(4)}`, 1) },
      });
      world.clock.advance(2 * 366 * days);
      await propose(opened.caseId);
    },
  );

  it('is asked for again before anything is destroyed: who has come back keeps everything', async () => {
    const opened = await openCase(world, adult);
    await close(opened);
    world.clock.advance(6 * 366 * days);
    const order = await decided(opened);
    const ask = () => stillDecided(world, order);
    await ask();
    const again = await openCase(world, adult);
    expect(again.subject).toBe(opened.subject);
    await expect(ask()).rejects.toMatchObject({
      code: 'erasure.case_open',
      details: { decisionId: order.decisionId },
    });
    await close(again);
    await expect(ask()).rejects.toMatchObject({ code: 'erasure.cases_changed' });
    // Called off, it is proposed and decided anew, when the years after the new case are full.
    const { decisionId } = order;
    await world.erase('colleague', 'RejectErasure', {
      caseId: again.caseId,
      decisionId,
      reason: 'STILL_NEEDED',
    });
    await expect(propose(again.caseId)).rejects.toMatchObject({ code: 'erasure.too_early' });
    world.clock.advance(6 * 366 * days);
    await propose(again.caseId);
  });

  it('destroys nothing that nobody decided on: what was asked since stays, and a file that has changed stays whole', async () => {
    const opened = await openCase(world, adult);
    await close(opened);
    world.clock.advance(6 * 366 * days);
    const order = await decided(opened);
    expect(order.streams.map(({ stream }) => stream)).toContain(streamName('relocation', opened.caseId));
    const { stream } = await world.act('officer', 'ReceiveStayInquiry', {
      personalIdentityNumber: inventedNumber(adult),
      requester: 'KRONOFOGDEN',
      checked: 'CALLED_BACK',
      reference: 'dnr-påhittad-5',
      text: 'Påhittad begäran',
      reviewers: ['colleague'],
    });
    const streams = await stillDecided(world, order);
    expect([streams.includes(stream), streams.length]).toEqual([false, order.streams.length]);
    await entries[0]![1](opened.caseId);
    await expect(stillDecided(world, order)).rejects.toMatchObject({ code: 'erasure.entries_changed' });
  });

  describe('of a request for official documents, which names somebody', () => {
    const registered = async (): Promise<string> => {
      const { created } = await world.act('document-registrar', 'RegisterDocumentRequest', {
        registryNumber: 'SN 2026/9',
        text: 'Allt om Testina Påhittad',
        kinds: ['CASE_FILE'],
        receivedAt: world.now,
      });
      return created!;
    };
    const refuse = (
      requestId: string,
      type: 'AnswerDocumentRequest' | 'DecideDocumentRequest' = 'AnswerDocumentRequest',
      by = 'document-registrar',
    ) =>
      world.act(by, type, {
        requestId,
        outcome: 'REFUSE',
        kinds: [],
        findings: [
          { provision: 'OSL_26_1', harm: 'HARM' },
          { provision: 'OSL_21_3', harm: 'HARM' },
        ],
        note: 'Ett ärende hittat',
      });
    const propose = (
      requestId: string,
      ground: 'RETENTION' | 'ASSUMED_IDENTITY',
      by = 'document-registrar',
    ) => world.erase(by, 'ProposeErasure', { requestId, ground });
    const decide = async (requestId: string, ground: 'RETENTION' | 'ASSUMED_IDENTITY') => {
      const { created } = await propose(requestId, ground);
      await world.erase('document-decider', 'ConfirmErasure', { requestId, decisionId: created! });
      const events = await world.facts.events(streamName('erasure', requestId));
      return events.at(-1)!.data as unknown as DecidedErasure;
    };

    it('waits for its own years, and for its answer', async () => {
      const requestId = await registered();
      await expect(propose(requestId, 'ASSUMED_IDENTITY')).rejects.toMatchObject({
        code: 'erasure.case_open',
      });
      await refuse(requestId);
      await expect(propose(requestId, 'RETENTION')).rejects.toMatchObject({ code: 'erasure.too_early' });
      world.clock.advance(6 * 366 * days);
      const order = await decide(requestId, 'RETENTION');
      expect(order).toMatchObject({ extent: 'REQUEST', cases: [requestId] });
      expect(await stillDecided(world, order)).toEqual([streamName('public-access', requestId)]);
    });

    it('waits while the decision of the authority may be appealed: served until its last day, and not served until it is', async () => {
      const requestId = await registered();
      await refuse(requestId);
      const requestedOn = inDays(world, 0);
      await world.act('document-registrar', 'RequestAuthorityDecision', { requestId, requestedOn });
      await refuse(requestId, 'DecideDocumentRequest', 'document-decider');
      const code = 'erasure.case_open';
      await expect(propose(requestId, 'ASSUMED_IDENTITY')).rejects.toMatchObject({ code });
      await world.act('document-registrar', 'RecordRefusalServed', { requestId, servedOn: requestedOn });
      await expect(propose(requestId, 'ASSUMED_IDENTITY')).rejects.toMatchObject({ code });
      world.clock.advance(60 * days);
      expect(await decide(requestId, 'ASSUMED_IDENTITY')).toMatchObject({ extent: 'REQUEST' });
    });

    it('goes at once for a new identity, words and findings, by its own authority and while nothing is asked anew', async () => {
      const requestId = await registered();
      await refuse(requestId);
      await expect(propose(requestId, 'ASSUMED_IDENTITY', 'decider')).rejects.toThrow(UnknownTarget);
      const order = await decide(requestId, 'ASSUMED_IDENTITY');
      expect(order).toMatchObject({ extent: 'REQUEST', classes: ['social'] });
      // Somebody asks for a decision of the authority meanwhile: its words are needed again.
      await world.act('document-registrar', 'RequestAuthorityDecision', {
        requestId,
        requestedOn: inDays(world, 0),
      });
      await expect(stillDecided(world, order)).rejects.toMatchObject({ code: 'erasure.entries_changed' });
    });
  });

  describe('of somebody who was only asked about', () => {
    const ask = async (): Promise<string> => {
      const { created } = await world.act('officer', 'ReceiveStayInquiry', {
        personalIdentityNumber: inventedNumber(adult),
        requester: 'KRONOFOGDEN',
        checked: 'CALLED_BACK',
        reference: 'dnr-påhittad-5',
        text: 'Påhittad begäran',
        reviewers: ['colleague'],
      });
      return created!;
    };
    const asked = async (): Promise<string> => {
      const inquiryId = await ask();
      await world.act('colleague', 'AnswerStayInquiry', {
        inquiryId,
        checked: 'KNOWN_CHANNEL',
        answer: 'NO',
        recipient: 'Påhittad mottagare',
      });
      return inquiryId;
    };
    const decide = async (inquiryId: string, ground: 'RETENTION' | 'ASSUMED_IDENTITY' = 'RETENTION') => {
      const { created } = await world.erase('officer', 'ProposeErasure', { inquiryId, ground });
      await world.erase('colleague', 'ConfirmErasure', { inquiryId, decisionId: created! });
      const events = await world.facts.events(streamName('erasure', inquiryId));
      return events.at(-1)!.data as unknown as DecidedErasure;
    };

    it('destroys what was asked when its own years are full, and nothing else of the person', async () => {
      const inquiryId = await asked();
      await expect(decide(inquiryId)).rejects.toMatchObject({ code: 'erasure.too_early' });
      world.clock.advance(6 * 366 * days);
      // Another authority asked about later, and opened a case: neither keeps this, nor is said.
      await openCase(world, adult);
      const open = await ask();
      const order = await decide(inquiryId);
      expect(await stillDecided(world, order)).toEqual([streamName('inquiry', inquiryId)]);
      await expect(decide(open, 'ASSUMED_IDENTITY')).rejects.toMatchObject({ code: 'erasure.case_open' });
    });

    it('destroys at once who it was about, when two say that the person has a new identity', async () => {
      const order = await decide(await asked(), 'ASSUMED_IDENTITY');
      expect(order).toMatchObject({ extent: 'INQUIRY', classes: ['identity'] });
    });

    it('is kept by a hold of its own when the person is erased, whether that came before the decision or after', async () => {
      const opened = await openCase(world, adult);
      const [before, after, free] = [await asked(), await asked(), await asked()];
      await close(opened);
      const hold = (inquiryId: string) =>
        world.erase('officer', 'PlaceLegalHold', { inquiryId, hold: 'SUPERVISION' });
      await hold(before);
      world.clock.advance(6 * 366 * days);
      const order = await decided(opened);
      const has = (streams: readonly string[]) =>
        [before, after, free].map((inquiryId) => streams.includes(streamName('inquiry', inquiryId)));
      expect(has(order.streams.map(({ stream }) => stream))).toEqual([false, true, true]);
      await hold(after);
      // A hold that ends later puts nothing on what two officers decided.
      await world.erase('officer', 'LiftLegalHold', { inquiryId: before, hold: 'SUPERVISION' });
      const streams = await stillDecided(world, order);
      expect(has(streams)).toEqual([false, false, true]);
      expect(streams).toContain(streamName('relocation', opened.caseId));
    });

    it('is for the authority that decided it, and keeps what a hold on the person keeps', async () => {
      const inquiryId = await asked();
      const { caseId } = await openCase(world, adult);
      world.clock.advance(6 * 366 * days);
      await expect(
        world.erase('decider', 'ProposeErasure', { inquiryId, ground: 'RETENTION' }),
      ).rejects.toThrow(UnknownTarget);
      const order = await decide(inquiryId);
      await world.erase('officer', 'PlaceLegalHold', { caseId, hold: 'COURT' });
      await expect(stillDecided(world, order)).rejects.toMatchObject({ code: 'erasure.legal_hold' });
      await world.erase('officer', 'LiftLegalHold', { caseId, hold: 'COURT' });
      await stillDecided(world, order);
    });
  });

  it('does not carry out what was decided before decisions said how far they go', async () => {
    const opened = await openCase(world, adult);
    await close(opened);
    world.clock.advance(6 * 366 * days);
    const order = { ...(await decided(opened)), streams: [] };
    await expect(stillDecided(world, order)).rejects.toMatchObject({ code: 'erasure.entries_changed' });
  });

  it('sees a case before its claim follows, and one that is being opened; not for ever one that was refused', async () => {
    const opened = await openCase(world, adult);
    await close(opened);
    world.clock.advance(6 * 366 * days);
    const order = await decided(opened);
    const sealed = (stream: string, recent: boolean) => ({
      facts: world.facts,
      sealedStreams: async () => [{ stream, recent, owners: [world.directory.organisation(home)] }],
    });
    const { stream } = await world.act('officer', 'OpenCase', {
      personalIdentityNumber: inventedNumber(adult),
      givenName: 'Testina',
      familyName: 'Påhittad',
      environment: 'GANG',
      entryRoute: 'SOCIAL_SERVICES',
      registryNumber: 'dnr-påhittad-9',
      officers: ['colleague'],
    });
    await expect(stillDecided(sealed(stream, false), order)).rejects.toMatchObject({
      code: 'erasure.case_open',
    });
    const nothingYet = streamName('relocation', order.decisionId);
    await expect(stillDecided(sealed(nothingYet, true), order)).rejects.toMatchObject({
      code: 'erasure.cases_changed',
    });
    await stillDecided(sealed(nothingYet, false), order);
  });
});
