import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type DataClass,
  dataClasses,
  type DomainError,
  type Envelope,
  isEnvelope,
  type RecordedEvent,
  recipientKinds,
  streamName,
} from '#kernel';
import type { LegalBasisCode } from '#domain/disclosure';
import { secrecyAtHolder, toldAgencies } from '#processes';
import { randomKeyMaterial } from '../../personal-data/testing/key-material.js';
import { storedTypes } from '../catalogue.js';
import { UnknownTarget } from '../command-executor.js';
import { standingPlacesIn } from '../facts.js';
import type { Intents, IntentType } from '../intents.js';
import { municipalities } from '../reference/municipalities.js';
import {
  boardId,
  coordinatorId,
  inventedProviders,
  organisations,
  policeId,
  taxAgencyId,
} from '../reference/organisations.js';
import { CaseParts } from '../case-parts.js';
import { AppointedContacts } from '../contacts.js';
import { cameByTakeover } from '../log-review.js';
import { hunters, note, playEverything } from '../testing/every-event.js';
import {
  acceptance,
  admittedCase,
  assess,
  checkCandidate,
  inDays,
  openCase,
  orderProposal,
  proposedCase,
  requestedCase,
  sent,
  signWaiver,
  type OrderedCase,
} from '../testing/steps.js';
import {
  home,
  homePolice,
  inventedNumber,
  provider,
  receiver,
  receivingPolice,
  World,
} from '../testing/world.js';

describe('OSL 10:18 a: the age of who is asked about', () => {
  it('is that of the day, and the number is opened only where the age of the last day is not enough', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const yearsAgo = (years: number, days: number): string =>
      inDays(world, days).replace(/^\d{4}/, (year) => String(Number(year) - years));
    const weighing = async (
      birthday: string | undefined,
      basis: LegalBasisCode,
      stated = true,
    ): Promise<string> => {
      world.birthday = birthday;
      const { created } = await world.act('officer', 'ReceiveInformationRequest', {
        personalIdentityNumber: inventedNumber(1),
        requester: 'POLICE',
        basis,
        purpose: 'CRIME_PREVENTION',
        asked: ['social'],
        stated: stated ? ['CONCRETE_CIRCUMSTANCES'] : [],
        reference: 'K 17-26',
        text: note,
        reviewers: ['colleague'],
      });
      const before = world.birthdaysOpened;
      const said = await world
        .act('officer', 'WeighInformationRequest', {
          inquiryId: created!,
          released: ['social'],
          reasons: ['SERIOUS_CRIME'],
          note,
        })
        .then(
          () => 'weighed',
          (error: { details?: { rule?: string } }) => error.details?.rule ?? 'other',
        );
      return `${said} ${world.birthdaysOpened - before}`;
    };
    // Tomorrow is the 21st birthday; today is; nothing opens it any more.
    expect(await weighing(yearsAgo(21, 1), 'OSL_10_18_A')).toBe('weighed 1');
    expect(await weighing(yearsAgo(21, 0), 'OSL_10_18_A')).toBe('UNDER_21 1');
    expect(await weighing(undefined, 'OSL_10_18_A')).toBe('UNDER_21 1');
    expect(await weighing(yearsAgo(21, 1), 'OSL_10_18_A', false)).toBe('CONCRETE_CIRCUMSTANCES 1');
    expect(await weighing(yearsAgo(21, 1), 'OSL_10_15_A')).toBe('weighed 0');
    expect(await weighing(yearsAgo(21, 1), 'OSL_10_27')).toBe('OSL_26_1 0');
  });
});

describe('what others ask about somebody who goes along', () => {
  const child = inventedNumber(501);
  const ask = (world: World, personalIdentityNumber = child) =>
    world.act('officer', 'ReceiveStayInquiry', {
      personalIdentityNumber,
      requester: 'KRONOFOGDEN',
      reference: 'U 17-26',
      text: note,
      reviewers: ['colleague'],
      checked: 'CALLED_BACK',
    });
  const answer = (world: World, inquiryId: string) =>
    world.act('colleague', 'AnswerStayInquiry', {
      inquiryId,
      checked: 'KNOWN_CHANNEL',
      answer: 'YES',
      recipient: 'Testina Handläggare, Kronofogden',
    });
  const concerned = async (world: World, inquiryId: string) =>
    (await world.facts.events(streamName('inquiry', inquiryId))).map(({ data }) => {
      const { caseId, companionOf } = data as { caseId?: string; companionOf?: readonly string[] };
      return { caseId, companionOf };
    });

  it('concerns every open case in which the child goes along, at each step, and says so to no reader of an inquiry', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const asked = (await ask(world)).created!;
    // Asked before anybody had said that the child goes along; its number with a hyphen is the same number.
    const one = await requestedCase(world, 1, [`${child.slice(0, 8)}-${child.slice(8)}`]);
    await answer(world, asked);
    expect(await concerned(world, asked)).toEqual([
      { caseId: undefined, companionOf: undefined },
      { caseId: undefined, companionOf: [one.caseId] },
    ]);
    // Both parents have a case, and now the child has one as well.
    const other = await requestedCase(world, 2, [child]);
    const own = await openCase(world, 501);
    const later = (await ask(world)).created!;
    expect(await concerned(world, later)).toEqual([
      { caseId: own.caseId, companionOf: [one.caseId, other.caseId].sort() },
    ]);
    // About a parent it is the parent’s case alone, and a stranger’s is nobody’s.
    expect(await concerned(world, (await ask(world, inventedNumber(1))).created!)).toEqual([
      { caseId: one.caseId, companionOf: undefined },
    ]);
    expect(await concerned(world, (await ask(world, inventedNumber(777))).created!)).toEqual([
      { caseId: undefined, companionOf: undefined },
    ]);
    // A later case of a parent says for itself who goes along: that may be the one who is feared now.
    await world.act('officer', 'CloseCase', { caseId: one.caseId, code: 'LOST_CONTACT' });
    await sent(world, 'ReleaseClaim', streamName('claim', one.subject), one);
    const again = await openCase(world, 1);
    expect(await concerned(world, (await ask(world)).created!)).toEqual([
      { caseId: own.caseId, companionOf: [other.caseId] },
    ]);
    expect(await concerned(world, (await ask(world, inventedNumber(1))).created!)).toEqual([
      { caseId: again.caseId, companionOf: undefined },
    ]);
    // Each of these cases may say that it has seen it, and no other.
    for (const { caseId } of [own, one, other])
      await world.act('assessor', 'AcknowledgeInquiry', { caseId, inquiryId: later });
    const { caseId } = await openCase(world);
    await expect(
      world.act('assessor', 'AcknowledgeInquiry', { caseId, inquiryId: later }),
    ).rejects.toBeInstanceOf(UnknownTarget);
  });

  it('is not there for who is disqualified in one of these cases', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const { caseId } = await requestedCase(world, 1, [child]);
    const [ofChild, ofNobody] = [
      (await ask(world)).created!,
      (await ask(world, inventedNumber(777))).created!,
    ];
    await world.act('colleague', 'DeclareDisqualified', { caseId, ground: 'FL_16_1' });
    await expect(answer(world, ofChild)).rejects.toBeInstanceOf(UnknownTarget);
    await answer(world, ofNobody);
  });
});

describe('what two officers tell an authority that asked', () => {
  /** What the process makes of it. */
  const follow = async (world: World, event: RecordedEvent): Promise<void> => {
    for (const output of toldAgencies.react(
      { kind: 'event', event, sealed: [] },
      toldAgencies.initialState,
      {},
    )) {
      if (output.kind !== 'send') throw new Error('it sends a command');
      const { type, stream, data, onBehalfOf } = output.command;
      await world.send(type, stream, data, { onBehalfOf });
    }
  };
  it('SoL 15:7: that it was told whether somebody stays has its line, the same for yes and no, and in no case where there is none', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const { caseId, subject } = await openCase(world, 1);
    const lineOf = async (order: number, answer: 'YES' | 'NO') => {
      const { created } = await world.act('officer', 'ReceiveStayInquiry', {
        personalIdentityNumber: inventedNumber(order),
        requester: 'KRONOFOGDEN',
        checked: 'CALLED_BACK',
        reference: 'K 17-26',
        text: note,
        reviewers: ['colleague'],
      });
      await world.act('colleague', 'AnswerStayInquiry', {
        inquiryId: created!,
        checked: 'KNOWN_CHANNEL',
        answer,
        recipient: 'Testina Handläggare, Kronofogden',
      });
      const before = await world.facts.events(streamName('inquiry', created!));
      await follow(world, before.at(-1)!);
      const added = (await world.facts.events(streamName('inquiry', created!))).slice(before.length);
      return { answered: before.at(-1)!, added, of: before[0]!.data as { subject: string } };
    };
    const ofKnown = [await lineOf(1, 'YES'), await lineOf(1, 'NO')];
    const lines = await world.facts.events(streamName('disclosure', caseId));
    const common = {
      recipientKind: 'REQUESTER',
      foot: 'STATUTE',
      recipient: world.directory.requester('KRONOFOGDEN'),
      persons: [world.directory.letterTo('KRONOFOGDEN', 'Testina Handläggare, Kronofogden')],
      classes: [],
      matter: 'STAY',
      purpose: 'STAY_CHECK',
      legalBasis: 'SOL_15_7',
      protectedBy: ['OSL_26_1'],
      secrecyAtHolder: 'OSL_34_1',
      items: [],
    };
    const source = ({ answered }: (typeof ofKnown)[number]) => [
      { stream: answered.stream, event: answered.id, path: 'answer' },
    ];
    expect(ofKnown.map(({ added }) => added)).toEqual([[], []]);
    expect(lines).toMatchObject(
      ofKnown.map((one) => ({
        type: 'InformationDisclosed',
        data: { ...common, caseId, subject, sources: source(one) },
      })),
    );
    const ofUnknown = await lineOf(902, 'NO');
    expect(ofUnknown.added).toMatchObject([
      {
        type: 'InformationDisclosed',
        data: { ...common, subject: ofUnknown.of.subject, sources: source(ofUnknown) },
        metadata: { agencyKind: 'SOCIAL_BOARD' },
      },
    ]);
    for (const { data } of [...lines, ...ofUnknown.added])
      expect(JSON.stringify(data)).not.toContain('stays');
  });
  it('comes into the ledger of the case with the events that it was taken from, and the name is sealed', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const { caseId, subject } = await openCase(world, 1);
    const { created } = await world.act('officer', 'ReceiveInformationRequest', {
      personalIdentityNumber: inventedNumber(1),
      requester: 'KRONOFOGDEN',
      basis: 'OSL_10_15_A',
      purpose: 'WRONG_PAYMENTS',
      asked: ['identity'],
      stated: [],
      reference: 'K 17-26',
      text: note,
      reviewers: ['colleague'],
    });
    const inquiryId = created!;
    await world.act('officer', 'WeighInformationRequest', {
      inquiryId,
      released: ['identity'],
      reasons: ['SERIOUS_CRIME'],
      note,
    });
    const recipient = 'Testina Handläggare, Kronofogden';
    await world.act('colleague', 'DecideInformationRequest', { inquiryId, agrees: true, recipient });
    const decided = (await world.facts.events(streamName('inquiry', inquiryId))).at(-1)!;
    expect(JSON.stringify(decided)).not.toContain('Handläggare');
    await follow(world, decided);
    const [opened] = await world.facts.events(streamName('relocation', caseId));
    const [line, ...more] = await world.facts.events(streamName('disclosure', caseId));
    expect(more).toEqual([]);
    expect(line).toMatchObject({
      type: 'InformationDisclosed',
      data: {
        subject,
        recipientKind: 'REQUESTER',
        foot: 'STATUTE',
        recipient: world.directory.requester('KRONOFOGDEN'),
        persons: [world.directory.letterTo('KRONOFOGDEN', ' testina  handläggare, KRONOFOGDEN')],
        classes: ['identity'],
        legalBasis: 'OSL_10_15_A',
        items: [],
        sources: [{ stream: opened!.stream, event: opened!.id, path: 'identity' }],
      },
      metadata: { agencyKind: 'SOCIAL_BOARD' },
    });
  });
});

describe('a broken glass says who at Police was told', () => {
  it('nobody while Police have not been told of the case, and then whom the case names by now', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const { caseId, subject } = await requestedCase(world);
    const told = async (): Promise<unknown> => {
      await world.act('officer', 'BreakGlass', {
        caseId,
        reason: 'DANGER_TO_LIFE',
        classes: ['threat-advice'],
        note,
      });
      const glass = (await world.facts.events(streamName('break-glass', caseId))).at(-1)!.data as {
        glassId: string;
        homePoliceContacts: readonly string[];
      };
      // The coordinator was told nothing: that he or she has the case at all, by a contested claim, would show.
      await expect(
        world.act('coordinator', 'ConfirmGlass', { caseId, glassId: glass.glassId }),
      ).rejects.toThrow(UnknownTarget);
      await world.act('colleague', 'ConfirmGlass', { caseId, glassId: glass.glassId });
      return glass.homePoliceContacts;
    };
    expect(await told()).toEqual([]);
    const [opened] = await world.facts.events(streamName('relocation', caseId));
    const { homePolice, homePoliceContacts: named } = opened!.data as {
      homePolice: string;
      homePoliceContacts: readonly string[];
    };
    await world.send('DiscloseInformation', streamName('disclosure', caseId), {
      caseId,
      subject,
      disclosureId: subject,
      recipientKind: 'HOME_POLICE',
      recipient: homePolice,
      persons: named,
      purpose: 'THREAT_ASSESSMENT',
      foot: 'WAIVER',
      legalBasis: 'OSL_10_1',
      secrecyAtHolder: secrecyAtHolder.HOME_POLICE,
      refs: [{ stream: opened!.stream, event: opened!.id, path: 'identity' }],
    });
    expect(await told()).toEqual(named);
    await world.appoint('police-newcomer', policeId('syd'), 'POLICE', ['POLICE_COORDINATOR']);
    const [outgoing, ...others] = named;
    const sub = ['assessor', 'assessor-2'].find((one) => world.person(one) === outgoing)!;
    await world.act(sub, 'ChangeContact', {
      caseId,
      outgoing: sub,
      incoming: 'police-newcomer',
      reason: 'NEW_DUTIES',
    });
    expect(await told()).toEqual([...others, world.person('police-newcomer')]);
  });
});

describe('a request for official documents', () => {
  const requestFor = async (
    world: World,
    registryNumber = 'SN 2026/17',
    registrar = 'document-registrar',
  ): Promise<string> => {
    const { created } = await world.act(registrar, 'RegisterDocumentRequest', {
      registryNumber,
      text: note,
      kinds: ['CASE_FILE'],
      receivedAt: world.now,
    });
    return created!;
  };
  const refusal = {
    outcome: 'REFUSE',
    kinds: [],
    findings: [
      { provision: 'OSL_26_1', harm: 'UNSURE' },
      { provision: 'OSL_21_3', harm: 'NO_HARM' },
    ],
    note,
  } as const;
  const today = '2026-03-02';
  let world: World;
  let requestId: string;
  beforeEach(async () => {
    world = await World.inMemory(randomKeyMaterial()).found();
    requestId = await requestFor(world);
    await world.appoint('other-registrar', receiver, 'SOCIAL_BOARD', ['DOCUMENT_REGISTRAR']);
  });

  it('is not there for another authority, whatever is recorded of it', async () => {
    const attempts: { readonly [Type in IntentType]?: Intents[Type] } = {
      TakeOverDocumentRequest: { requestId },
      AnswerDocumentRequest: { requestId, ...refusal },
      RequestAuthorityDecision: { requestId, requestedOn: today },
      DecideDocumentRequest: { requestId, ...refusal },
      RecordRefusalServed: { requestId, servedOn: today },
      RecordRefusalAppealed: { requestId, receivedAt: world.now },
      RecordAppealOutcome: { requestId, outcome: 'UPHELD', decidedOn: today },
    };
    for (const [type, intent] of Object.entries(attempts))
      await expect(world.act('other-registrar', type as IntentType, intent as never)).rejects.toBeInstanceOf(
        UnknownTarget,
      );
  });

  it('is one under a number in the register of its authority, and says nothing of the register of another', async () => {
    for (const same of ['SN 2026/17', 'sn  2026/17 '])
      await expect(requestFor(world, same)).rejects.toMatchObject({
        code: 'public_access.already_registered',
      });
    const others = [
      await requestFor(world, 'SN 2026/18'),
      await requestFor(world, 'SN 2026/17', 'other-registrar'),
    ];
    expect(new Set([requestId, ...others]).size).toBe(3);
  });

  it('is decided for the authority by somebody else than who refused, though both functions are the same person’s', async () => {
    await world.act('document-registrar', 'AnswerDocumentRequest', { requestId, ...refusal });
    await world.act('document-registrar', 'RequestAuthorityDecision', { requestId, requestedOn: today });
    await expect(
      world.act('document-registrar', 'DecideDocumentRequest', { requestId, ...refusal }),
    ).rejects.toMatchObject({ code: 'public_access.four_eyes' });
    await world.act('document-decider', 'DecideDocumentRequest', { requestId, ...refusal });
  });
});

describe('after half a year of invented cases', () => {
  let world: World;
  let log: readonly RecordedEvent[];
  beforeAll(async () => {
    world = await World.inMemory(randomKeyMaterial()).found();
    await playEverything(world);
    log = await world.store.readAll(undefined, 100_000);
  });

  const all = (type: string) => log.filter((event) => event.type === type);
  const last = (type: string) => all(type).at(-1)?.data as Record<string, unknown>;

  it('every intent was asked for, and every type of event was written', () => {
    expect(Object.keys(world.handlings).filter((type) => !world.asked.has(type as IntentType))).toEqual([]);
    expect(Object.keys(storedTypes).filter((type) => all(type).length === 0)).toEqual([]);
  });

  describe('nothing that was said can be read in the log', () => {
    /** Words of closed lists, dates, instants and ids may stand there; all the rest may not. */
    const isCoded = (text: string) =>
      dataClasses.some((known) => known === text) ||
      /^[A-Z][A-Z0-9_]+$/.test(text) ||
      /^\d{4}-\d{2}-\d{2}(T.*Z)?$/.test(text) ||
      /^[0-9a-f-]{36}$/.test(text);
    const leaves = (value: unknown): string[] =>
      typeof value === 'object' && value !== null
        ? Object.values(value).flatMap(leaves)
        : typeof value === 'string'
          ? [value]
          : [];

    const canaries = () => {
      const said = [...world.asked]
        // Rules and names of steps are no person's words.
        .filter(([type]) => !['EnactRules', 'SettleAttention', 'EnactRegisterRules'].includes(type))
        .flatMap(([, intents]) => leaves(intents))
        .filter((text) => !isCoded(text));
      const own = organisations.flatMap(({ id, name, orgNumber }) => [id, name, orgNumber]);
      const places = municipalities.flatMap(({ code, name }) => [code, name]);
      return new Set([...said, ...own, ...places]);
    };

    /** What an event says in clear: without dates, ids, keyed tokens and ciphertext, in which four digits may stand by chance. */
    const clear = ({ type, stream, data, metadata }: RecordedEvent): string[] =>
      leaves([type === 'RulesEnacted' ? [] : data, metadata, stream]).map((text) =>
        text
          .replaceAll(/\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?/g, '#')
          .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '#')
          .replaceAll(/[tf]1\d*-[A-Za-z0-9_-]{43}/g, '#')
          .replaceAll(/^[A-Za-z0-9_-]{16}$|^[A-Za-z0-9_-]{22}$|^[A-Za-z0-9_-]{100,}$/g, '#'),
      );

    const found = (texts: readonly string[], words: ReadonlySet<string>): string[] => {
      const haystack = new Set(texts);
      // Most are found by the whole text; a word within one is found by its parts.
      const parts = new Set(texts.flatMap((text) => text.split(/[^\p{L}\p{N}]+/u)));
      return [...words].filter((word) => haystack.has(word) || parts.has(word));
    };

    it('while the search finds all of it where it was said', () => {
      const words = canaries();
      expect(words.size).toBeGreaterThan(1_000);
      for (const word of [
        inventedNumber(100),
        'Testina',
        '2480',
        'receiving-police',
        provider.orgNumber,
        note,
      ])
        expect(words).toContain(word);
      const said = [...world.asked].flatMap(([, intents]) => leaves(intents));
      expect(
        found(said, new Set([inventedNumber(100), 'Påhittade gatan 7', '2480', 'director', note])),
      ).toHaveLength(5);
      expect(found(['board:2480 in clear'], new Set(['2480']))).toEqual(['2480']);
    });

    it('no name, number, place, unit or official, in no event, stream name or metadata', () => {
      const texts = log.flatMap(clear);
      expect(texts.length).toBeGreaterThan(3_000);
      expect(found(texts, canaries())).toEqual([]);
    });
  });

  it('sealed fields belong to the authority that answers for them', () => {
    const owner = (type: string, path: string) => (last(type)[path] as Envelope).owner;
    const token = (id: string) => world.directory.organisation(id);
    expect(owner('CaseOpened', 'identity')).toBe(token(boardId('1280')));
    expect(owner('RelocationRequested', 'needs')).toBe(token(boardId('1280')));
    expect(owner('ThreatAssessed', 'detail')).toBe(token(policeId('syd')));
    expect(owner('ConflictEntriesRecorded', 'entries')).toBe(token(policeId('syd')));
    // Written down by the provider's director, for the receiving board.
    expect(owner('AdmissionGranted', 'destination')).toBe(token(boardId('2480')));
    expect(owner('AdmissionGranted', 'address')).toBe(token(boardId('2480')));
    expect(owner('FollowUpRecorded', 'note')).toBe(token(boardId('1280')));
  });

  it('an envelope that is carried to another agency still names the place where it was written', () => {
    const [item] = last('InformationDisclosed').items as Envelope[];
    expect(isEnvelope(item)).toBe(true);
    const origin = log.find(({ id }) => id === item?.event);
    expect((origin?.data as Record<string, unknown>)[item?.path ?? '']).toEqual(item);
    expect(origin?.type).toBe('CaseOpened');
  });

  it('facts that the handlers add are those of the streams and the directory', () => {
    const { directory } = world;
    // The coordinator first, though three assessors were there before.
    const policeThere = ['receiving-police', 'old-assessor-1', 'old-assessor-2'].map((sub) =>
      world.person(sub),
    );
    expect(all('CaseOpened')[0]?.data).toMatchObject({
      sex: 'WOMAN',
      ageBand: '35_PLUS',
      board: directory.organisation(boardId('1280')),
      officers: [world.person('officer'), world.person('colleague')],
      dutyOfficers: [world.person('duty')],
      homePolice: directory.organisation(policeId('syd')),
      homePoliceContacts: [world.person('assessor'), world.person('assessor-2')],
      coordinator: directory.organisation(coordinatorId),
      coordinatorContacts: [world.person('coordinator'), world.person('deputy')],
    });
    expect(last('CandidateChecked')).toMatchObject({
      municipality: directory.municipality('2480'),
      board: directory.organisation(boardId('2480')),
      boardContacts: [world.person('preparer'), world.person('decider')],
      receivingPolice: directory.organisation(policeId('nord')),
      receivingPoliceContacts: policeThere,
    });
    expect(last('ProposalOrdered').referenceCode).toMatch(/^R-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/);
    expect(last('PlacementAccepted')).toMatchObject({
      receivers: [world.person('preparer'), world.person('decider')],
      provider: directory.organisation(provider.id),
      directors: [world.person('director')],
    });
    expect(last('PlacementCleared')).toMatchObject({
      clearedBy: world.person('coordinator'),
      waiverVersion: 1,
      assessmentVersion: 1,
      homeDutyOfficers: [world.person('duty')],
      receivingPoliceContacts: policeThere,
    });
    expect(last('ConflictEntriesRecorded')).toMatchObject({ entryCount: 1 });
    expect(all('ConflictEntriesRecorded')[0]?.data).toMatchObject({ entryCount: 4 });
  });

  it('reference codes of different proposals differ', () => {
    const codes = all('ProposalOrdered').map(({ data }) => (data as { referenceCode: string }).referenceCode);
    expect(codes.length).toBeGreaterThan(5);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe('a decision that says where a child stays', () => {
  it('lets a glass be broken for the address, and for no more, before anybody is placed', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const { caseId } = await requestedCase(world);
    const other = await requestedCase(world);
    const breaks = (classes: readonly DataClass[], of = caseId) =>
      world.act('officer', 'BreakGlass', { caseId: of, reason: 'DANGER_TO_LIFE', classes, note });
    const stays = { code: 'break_glass.stays_shut' };
    await expect(breaks(['address'])).rejects.toMatchObject(stays);
    const decidedOn = world.now.slice(0, 10);
    const { created } = await world.act('officer', 'RegisterServedDecision', {
      caseId,
      decisionType: 'LVU',
      decidedOn,
      registryNumber: 'dnr-påhittad-8',
      text: 'Påhittat beslut',
    });
    await expect(breaks(['address'])).rejects.toMatchObject(stays);
    await world.act('officer', 'RegisterPlaceDecision', {
      caseId,
      decisionId: created!,
      decidedOn,
      provider: 'Påhittade hemmet',
      place: 'Påhittadvägen 99',
    });
    await expect(breaks(['address', 'destination'])).rejects.toMatchObject(stays);
    await expect(breaks(['address'], other.caseId)).rejects.toMatchObject(stays);
    await breaks(['address']);
  });

  it('is for whoever stands by at the home board from then on, while the case is open', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const { caseId } = await requestedCase(world);
    const parts = new CaseParts(world.facts, undefined, undefined, async ({ subject }) =>
      world.facts.decidedPlacesOf(
        caseId,
        (await world.sealedStreams(subject)).flatMap(({ stream }) =>
          stream.startsWith('decision-') ? [stream] : [],
        ),
        'LEFT_TOO',
      ),
    );
    const standsBy = async (could = true) =>
      (await parts.of({ caseId }, undefined, world.now, undefined, async () => could))?.parts.find(
        ({ relation }) => relation === 'HOME_DUTY',
      );
    const breaks = (classes: readonly DataClass[]) =>
      world.act('duty', 'BreakGlass', { caseId, reason: 'MISSING_PERSON', classes, note });
    expect(await standsBy()).toBeUndefined();
    // Nobody is there to be fetched yet.
    await expect(breaks(['address'])).rejects.toBeInstanceOf(UnknownTarget);
    const decided = await decidePlace(world, caseId);
    const part = { relation: 'HOME_DUTY', organisation: world.directory.organisation(home) };
    expect(await standsBy()).toEqual(part);
    // Who said of the last place by mistake that the child has left still takes it back.
    await world.act('duty', 'ConfirmPlaceLeft', { caseId, ...decided, departedAt: world.now });
    expect(await standsBy()).toEqual(part);
    await expect(breaks(['address'])).rejects.toBeInstanceOf(UnknownTarget);
    await world.act('duty', 'ConfirmPlaceLeft', { caseId, ...decided, there: true });
    // For who holds no such function it is not looked up.
    expect(await standsBy(false)).toBeUndefined();
    await breaks(['identity', 'address']);
    expect((await world.facts.events(streamName('break-glass', caseId))).at(-1)).toMatchObject({
      data: { relation: 'HOME_DUTY', classes: ['identity', 'address'] },
    });
    await world.act('officer', 'CloseCase', { caseId, code: 'LOST_CONTACT' });
    expect(await standsBy()).toBeUndefined();
  });

  it('is nobody’s any more from when it is said that the child has left the last of them', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const { caseId } = await requestedCase(world);
    const other = await requestedCase(world);
    const first = await decidePlace(world, caseId);
    const place = { decisionId: first.decisionId, decidedOn: world.now.slice(0, 10) };
    // Decided anew: until somebody says that the child has left the first, it may be at either.
    await world.act('officer', 'RegisterPlaceDecision', {
      caseId,
      ...place,
      provider: 'Påhittade hemmet',
      place: 'Påhittadvägen 100',
    });
    const [, second] = await placesIn(world, first.decisionId);
    expect(second).toBeDefined();
    const departedAt = world.now;
    const leaves = (placeDecisionId: string, who: 'officer' | 'duty' = 'officer', of = caseId) =>
      world.act(who, 'ConfirmPlaceLeft', { caseId: of, ...first, placeDecisionId, departedAt });
    const breaks = () =>
      world.act('duty', 'BreakGlass', { caseId, reason: 'MISSING_PERSON', classes: ['address'], note });
    for (const [id, of] of [
      [first.placeDecisionId, other.caseId],
      [second!, other.caseId],
      ['place-of-nobody', caseId],
    ] as const)
      await expect(leaves(id, 'officer', of)).rejects.toBeInstanceOf(UnknownTarget);
    // Said of the wrong one: taken back, it is opened again.
    await leaves(second!, 'duty');
    expect(await placesIn(world, first.decisionId)).toEqual([first.placeDecisionId]);
    await world.act('duty', 'ConfirmPlaceLeft', { caseId, ...first, placeDecisionId: second!, there: true });
    expect(await placesIn(world, first.decisionId)).toEqual([first.placeDecisionId, second]);
    await leaves(first.placeDecisionId);
    expect(await placesIn(world, first.decisionId)).toEqual([second]);
    await breaks();
    await leaves(second!, 'duty');
    await leaves(second!, 'duty');
    expect(await placesIn(world, first.decisionId)).toEqual([]);
    await expect(breaks()).rejects.toBeInstanceOf(UnknownTarget);
  });

  it('leaves a duty officer to the alarm plan for where somebody is placed', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const { caseId, proposal } = await admittedCase(world);
    const { proposalId } = proposal;
    await world.act('coordinator', 'ClearPlacement', { proposalId, plannedArrival: inDays(world, 20) });
    await expect(
      world.act('duty', 'BreakGlass', { caseId, reason: 'MISSING_PERSON', classes: ['address'], note }),
    ).rejects.toMatchObject({ code: 'break_glass.stays_shut' });
  });
});

/** Where the child may stay, by this decision. */
const placesIn = async (world: World, decisionId: string): Promise<readonly string[]> =>
  standingPlacesIn(await world.facts.events(streamName('decision', decisionId))).map(
    ({ data }) => (data as { placeDecisionId: string }).placeDecisionId,
  );

/** A decision of the case that says where the child stays. */
const decidePlace = async (
  world: World,
  caseId: string,
): Promise<{ readonly decisionId: string; readonly placeDecisionId: string }> => {
  const decidedOn = world.now.slice(0, 10);
  const { created } = await world.act('officer', 'RegisterServedDecision', {
    caseId,
    decisionType: 'LVU',
    decidedOn,
    registryNumber: 'dnr-påhittad-8',
    text: 'Påhittat beslut',
  });
  const place = { provider: 'Påhittade hemmet', place: 'Påhittadvägen 99' };
  await world.act('officer', 'RegisterPlaceDecision', { caseId, decisionId: created!, decidedOn, ...place });
  const [placeDecisionId] = await placesIn(world, created!);
  return { decisionId: created!, placeDecisionId: placeDecisionId! };
};

describe('a telling of a served decision', () => {
  it('never brings provider and place, which are sealed as an address, to who is told an address only jointly', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const { caseId } = await requestedCase(world);
    const decidedOn = world.now.slice(0, 10);
    const { created } = await world.act('officer', 'RegisterServedDecision', {
      caseId,
      decisionType: 'LVU',
      decidedOn,
      registryNumber: 'dnr-påhittad-8',
      text: 'Påhittat beslut',
    });
    const decisionId = created!;
    const place = { provider: 'Påhittade hemmet', place: 'Påhittadvägen 99' };
    await world.act('officer', 'RegisterPlaceDecision', { caseId, decisionId, decidedOn, ...place });
    const told = (classes: readonly DataClass[]) =>
      world.act('officer', 'TellAgency', {
        caseId,
        organisation: taxAgencyId,
        contacts: ['tax-officer'],
        classes,
        purpose: 'SUPPORT',
        foot: 'WAIVER',
        decisionId,
      });
    await expect(told(['address'])).rejects.toMatchObject({ code: 'disclosure.class_not_for_recipient' });
    await expect(told(['destination'])).rejects.toMatchObject({ code: 'disclosure.nothing_to_tell' });
  });
});

describe('a change of contact', () => {
  it('is the provider’s, Skatteverket’s and a board’s before its yes: who comes has the part, and training first', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const agencies = [
      ['director', provider.id, 'HOUSING_PROVIDER', 'FACILITY_DIRECTOR'],
      ['tax-officer', taxAgencyId, 'TAX_AGENCY', 'PROTECTION_OFFICER'],
      ['decider', receiver, 'SOCIAL_BOARD', 'RECEIVING_OFFICER'],
    ] as const;
    const asked = await proposedCase(world);
    const { caseId, proposal } = await admittedCase(world);
    const applied = {
      caseId,
      kind: 'SECRECY_MARKING',
      appliedBy: 'SELF',
      familyIncluded: false,
      appliedOn: world.now.slice(0, 10),
    } as const;
    await world.act('officer', 'RequestProtection', applied);
    // Skatteverket has two parts then: asked for protection, and told who the person is.
    await signWaiver(world, caseId, ['POPULATION_REGISTER']);
    await world.act('officer', 'TellAgency', {
      caseId,
      organisation: taxAgencyId,
      contacts: ['tax-officer'],
      classes: ['identity'],
      purpose: 'SUPPORT',
      foot: 'WAIVER',
    });
    // After the naming, so that none of them is named yet.
    for (const [sub, organisation, agencyKind, office] of agencies) {
      const untrained = {
        official: `untrained-${sub}`,
        organisation,
        agencyKind,
        function: office,
        delegated: false,
        from: world.now,
      };
      await world.act('registrar', 'AppointOfficial', untrained);
      await world.appoint(`new-${sub}`, organisation, agencyKind, [office]);
    }
    const change = (sub: string, incoming: string, outgoing: string = sub) => {
      const intent = { incoming, outgoing, reason: 'NEW_DUTIES' } as const;
      return sub === 'tax-officer'
        ? world.act(sub, 'ChangeContact', { caseId, ...intent })
        : world.act(sub, 'ChangeContactOnProposal', {
            proposalId: (sub === 'director' ? proposal : asked.proposal).proposalId,
            ...intent,
          });
    };
    const parts = new CaseParts(world.facts, () => world.directory.organisation(taxAgencyId));
    const personsOf = async (relation: string, target: object): Promise<readonly string[]> =>
      (await parts.of(target))?.parts.flatMap((part) =>
        part.relation === relation ? (part.persons ?? []) : [],
      ) ?? [];
    for (const [sub, goes] of [
      ['director', 'director'],
      ['tax-officer', 'tax-officer'],
      ['decider', 'preparer'],
    ] as const) {
      await expect(change(sub, `untrained-${sub}`, goes)).rejects.toMatchObject({
        code: 'official.not_trained',
      });
      await change(sub, `new-${sub}`, goes);
      await expect(change(sub, `new-${sub}`, `new-${sub}`)).rejects.toMatchObject({
        code: 'disclosure.already_a_contact',
      });
    }
    expect(await personsOf('HOUSING_PROVIDER', { proposalId: proposal.proposalId })).toEqual([
      world.person('new-director'),
    ]);
    expect(await personsOf('TAX_AGENCY', { caseId })).toEqual([world.person('new-tax-officer')]);
    expect(await personsOf('POPULATION_REGISTER', { caseId })).toEqual([world.person('new-tax-officer')]);
    // Another application names who has the part, and not again who handed it over.
    await world.act('officer', 'RequestProtection', { ...applied, kind: 'PROTECTED_REGISTRATION' });
    expect(await personsOf('TAX_AGENCY', { caseId })).toEqual([world.person('new-tax-officer')]);
  });
});

describe('a part that nobody can hand over any more', () => {
  it('is that of all who may there, so that a withdrawal is registered and somebody is named', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const { caseId, proposal } = await admittedCase(world);
    const { proposalId } = proposal;
    const newcomers = {
      'new-officer': [home, 'SOCIAL_BOARD', 'HOME_OFFICER'],
      'new-police': [homePolice, 'POLICE', 'POLICE_COORDINATOR'],
      'new-director': [provider.id, 'HOUSING_PROVIDER', 'FACILITY_DIRECTOR'],
    } as const;
    for (const [sub, [organisation, agencyKind, office]] of Object.entries(newcomers))
      await world.appoint(sub, organisation, agencyKind, [office]);
    const leaves = async (sub: string) => {
      for (const { appointmentId } of (await world.facts.official(world.person(sub))).appointments)
        await world.act('registrar', 'EndAppointment', { official: sub, appointmentId, endsAt: world.now });
    };
    // More than a list of them would hold have been there longer than the newcomers.
    const elders = Array.from({ length: 10 }, (_, index) => `elder-${index}`);
    for (const sub of elders) await world.appoint(sub, homePolice, 'POLICE', ['POLICE_COORDINATOR']);
    const contacts = new AppointedContacts(world.facts, async () =>
      [...elders, ...Object.keys(newcomers)].map((sub) => world.person(sub)),
    );
    const [opened] = await world.facts.events(streamName('relocation', caseId));
    await sent(world, 'DiscloseInformation', streamName('disclosure', caseId), {
      caseId,
      subject: proposal.subject,
      disclosureId: proposal.subject,
      recipientKind: 'HOME_POLICE',
      recipient: world.directory.organisation(homePolice),
      persons: [world.person('assessor')],
      purpose: 'THREAT_ASSESSMENT',
      foot: 'WAIVER',
      legalBasis: 'OSL_10_1',
      secrecyAtHolder: secrecyAtHolder.HOME_POLICE,
      refs: [{ stream: opened!.stream, event: opened!.id, path: 'identity' }],
    });
    /** Which newcomer has which part of the case or the placement. */
    const taken = async (): Promise<readonly string[]> => {
      const parts = new CaseParts(world.facts, undefined, contacts);
      const has = await Promise.all(
        Object.keys(newcomers).map(async (sub) => {
          const caller = world.person(sub);
          const found = await parts.of({ proposalId }, undefined, world.now, caller);
          return found?.parts.some(({ takers }) => takers?.includes(caller));
        }),
      );
      return Object.keys(newcomers).filter((_sub, index) => has[index]);
    };
    await leaves('officer');
    expect(await taken()).toEqual([]);
    await leaves('colleague');
    expect(await taken()).toEqual(['new-officer']);
    // An assessor is still named at Police, who can neither break the glass nor hand over.
    await leaves('assessor');
    expect(await taken()).toEqual(['new-officer', 'new-police']);
    await leaves('director');
    expect(await taken()).toEqual(['new-officer', 'new-police', 'new-director']);

    await world.act('new-director', 'ChangeContactOnProposal', {
      proposalId,
      outgoing: 'director',
      incoming: 'new-director',
      reason: 'LEAVES_THE_AGENCY',
    });
    expect((await world.facts.events(streamName('disclosure', caseId))).at(-1)).toMatchObject({
      type: 'ContactChanged',
      data: { part: 'HOUSING_PROVIDER', incoming: world.person('new-director'), takenOver: true },
      metadata: { actor: world.person('new-director') },
    });
  });
});

describe('Police who are asked about a candidate', () => {
  it('are whoever coordinates in the region when nobody who was asked does any more', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const { caseId } = await requestedCase(world);
    await world.act('assessor', 'RecordConflictEntries', {
      caseId,
      networks: [],
      adversaryNetworks: [hunters],
      adversaries: [],
      kin: [],
    });
    await world.act('receiving-police', 'RecordAdversaryPresence', {
      municipalityCode: '2480',
      networks: [hunters],
      persons: [],
    });
    await assess(world, caseId);
    const { candidateId, verdict, receivingPoliceContacts } = await checkCandidate(world, caseId);
    expect(verdict).toBe('REFER_TO_POLICE');
    await world.appoint('new-police', receivingPolice, 'POLICE', ['POLICE_COORDINATOR']);
    const caller = world.person('new-police');
    const contacts = new AppointedContacts(world.facts, async () => []);
    const has = async () =>
      (await new CaseParts(world.facts, undefined, contacts).of(
        { candidateId },
        undefined,
        world.now,
        caller,
      ))!.parts.some(
        ({ relation, persons }) => relation === 'RECEIVING_POLICE' && persons?.includes(caller) === true,
      );
    expect([receivingPoliceContacts.includes(caller), await has()]).toEqual([false, false]);
    const [appointment] = (await world.facts.official(world.person('receiving-police'))).appointments;
    await world.act('registrar', 'EndAppointment', {
      official: 'receiving-police',
      appointmentId: appointment!.appointmentId,
      endsAt: world.now,
    });
    expect(await has()).toBe(true);
  });
});

describe('a board that is asked', () => {
  it('is taken over by a decider, also for himself, when nobody whom it was asked by decides there any more', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const { caseId, proposal } = await proposedCase(world);
    const { proposalId } = proposal;
    await world.appoint('third', receiver, 'SOCIAL_BOARD', ['RECEIVING_DECIDER']);
    const comes = (outgoing: string): Promise<unknown> =>
      world.act('third', 'ChangeContactOnProposal', {
        proposalId,
        outgoing,
        incoming: 'third',
        reason: 'LEAVES_THE_AGENCY',
      });
    await expect(comes('decider')).rejects.toMatchObject({ code: 'disclosure.names_himself' });
    for (const { appointmentId } of (await world.facts.official(world.person('decider'))).appointments)
      await world.act('registrar', 'EndAppointment', {
        official: 'decider',
        appointmentId,
        endsAt: world.now,
      });
    // Not for the officer who is still there to prepare the answer.
    await expect(comes('preparer')).rejects.toMatchObject({ code: 'disclosure.names_himself' });
    await comes('decider');
    expect((await world.facts.events(streamName('disclosure', caseId))).at(-1)).toMatchObject({
      type: 'ContactChanged',
      data: { part: 'ASKED_BOARD', incoming: world.person('third'), takenOver: true },
    });
  });
});

describe('a placement that the board has named others for', () => {
  it('is not the decider’s to name himself for while they are there, and is when they have gone', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const { caseId, proposal } = await proposedCase(world);
    const { proposalId } = proposal;
    await world.act('preparer', 'PrepareAnswer', { proposalId, answer: 'ACCEPT' });
    await world.act('decider', 'DecideAnswer', { proposalId, ...acceptance, receivers: ['preparer'] });
    await world.appoint('third', receiver, 'SOCIAL_BOARD', ['RECEIVING_DECIDER']);
    await world.appoint('fourth', receiver, 'SOCIAL_BOARD', ['RECEIVING_OFFICER']);
    const comes = (sub: string, by = sub, outgoing = 'fourth'): Promise<unknown> =>
      world.act(by, 'ChangeContactOnProposal', { proposalId, outgoing, incoming: sub, reason: 'NEW_DUTIES' });
    const isTakeover = async (sub: string) =>
      cameByTakeover(await world.facts.events(streamName('disclosure', caseId)), {
        at: world.now,
        person: world.person(sub),
      });
    const leaves = async (sub: string) => {
      for (const { appointmentId } of (await world.facts.official(world.person(sub))).appointments)
        await world.act('registrar', 'EndAppointment', { official: sub, appointmentId, endsAt: world.now });
    };
    // The decider is not named there, and hands over in the ordinary way.
    await comes('fourth', 'decider', 'preparer');
    expect(await isTakeover('fourth')).toBe(false);
    await expect(comes('decider')).rejects.toMatchObject({ code: 'disclosure.names_himself' });
    await leaves('decider');
    await expect(comes('third')).rejects.toMatchObject({ code: 'disclosure.names_himself' });
    await leaves('fourth');
    await comes('third');
    expect(await isTakeover('third')).toBe(true);
  });
});

describe('a handover at an agency that was told', () => {
  it('is no takeover, though who hands over is not the one for whom somebody comes', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const { caseId } = await requestedCase(world);
    for (const sub of ['second-at-tax', 'third-at-tax'])
      await world.appoint(sub, taxAgencyId, 'TAX_AGENCY', ['PROTECTION_OFFICER']);
    await signWaiver(world, caseId, ['POPULATION_REGISTER']);
    await world.act('officer', 'TellAgency', {
      caseId,
      organisation: taxAgencyId,
      contacts: ['tax-officer', 'second-at-tax'],
      classes: ['identity'],
      purpose: 'SUPPORT',
      foot: 'WAIVER',
    });
    await world.act('tax-officer', 'ChangeContact', {
      caseId,
      outgoing: 'second-at-tax',
      incoming: 'third-at-tax',
      reason: 'NEW_DUTIES',
    });
    const events = await world.facts.events(streamName('disclosure', caseId));
    expect(events.at(-1)).toMatchObject({
      data: { part: 'POPULATION_REGISTER', office: [world.person('second-at-tax')] },
    });
    expect(cameByTakeover(events, { at: world.now, person: world.person('third-at-tax') })).toBe(false);
  });

  it('goes with the office there that is taken over, also by the only one who is left', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const { caseId } = await requestedCase(world);
    await world.act('officer', 'RequestProtection', {
      caseId,
      kind: 'SECRECY_MARKING',
      appliedBy: 'SELF',
      familyIncluded: false,
      appliedOn: world.now.slice(0, 10),
    });
    await signWaiver(world, caseId, ['POPULATION_REGISTER']);
    await world.act('officer', 'TellAgency', {
      caseId,
      organisation: taxAgencyId,
      contacts: ['tax-officer'],
      classes: ['identity'],
      purpose: 'SUPPORT',
      foot: 'WAIVER',
    });
    await world.appoint('last-at-tax', taxAgencyId, 'TAX_AGENCY', ['PROTECTION_OFFICER']);
    for (const { appointmentId } of (await world.facts.official(world.person('tax-officer'))).appointments)
      await world.act('registrar', 'EndAppointment', {
        official: 'tax-officer',
        appointmentId,
        endsAt: world.now,
      });
    await world.act('last-at-tax', 'ChangeContact', {
      caseId,
      outgoing: 'tax-officer',
      incoming: 'last-at-tax',
      reason: 'LEAVES_THE_AGENCY',
    });
    const events = await world.facts.events(streamName('disclosure', caseId));
    const changes = events.filter(({ type }) => type === 'ContactChanged').map(({ data }) => data);
    expect(changes).toMatchObject([{ part: 'TAX_AGENCY', takenOver: true }, { part: 'POPULATION_REGISTER' }]);
    expect(cameByTakeover(events, { at: world.now, person: world.person('last-at-tax') })).toBe(true);
  });
});

describe('a clearance', () => {
  it('names a coordinator of the region who is there now, and is none where the region has none', async () => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const { proposal } = await admittedCase(world);
    const { proposalId } = proposal;
    const leaves = async (sub: string) => {
      const { appointments } = await world.facts.official(world.person(sub));
      const { appointmentId } = appointments[0]!;
      await world.act('registrar', 'EndAppointment', { official: sub, appointmentId, endsAt: world.now });
    };
    const clear = () =>
      world.act('coordinator', 'ClearPlacement', { proposalId, plannedArrival: inDays(world, 20) });
    await leaves('receiving-police');
    await expect(clear()).rejects.toMatchObject({ code: 'placement.nobody_stands_by' });
    await world.appoint('police-newcomer', receivingPolice, 'POLICE', ['POLICE_COORDINATOR']);
    const named = ['police-newcomer', 'old-assessor-1', 'old-assessor-2'].map((sub) => world.person(sub));
    await clear();
    expect((await world.facts.events(streamName('placement', proposalId))).at(-1)).toMatchObject({
      type: 'PlacementCleared',
      data: { receivingPoliceContacts: named },
    });
    const parts = (await new CaseParts(world.facts).of({ proposalId }))?.parts;
    expect(parts?.find(({ relation }) => relation === 'RECEIVING_POLICE')?.persons).toEqual(named);
  });
});

describe('after its yes a board is those whom it named', () => {
  it.each([
    ['somebody of them can name others', () => Promise.resolve(), []],
    [
      'but for its deciders, when none of them is one any more',
      async (world: World) => {
        const held = await world.facts.appointmentsAt(world.person('decider'), world.now);
        for (const { appointmentId } of held)
          await world.act('registrar', 'EndAppointment', {
            official: 'decider',
            appointmentId,
            endsAt: world.now,
          });
      },
      ['late-decider'],
    ],
    [
      'so when the one who was is disqualified',
      (world: World, proposalId: string) =>
        world.act('decider', 'DeclareDisqualifiedOnProposal', { proposalId, ground: 'FL_16_1' }),
      ['late-decider'],
    ],
  ] as const)('%s', async (_what, happens, others) => {
    const world = await World.inMemory(randomKeyMaterial()).found();
    const { proposal } = await admittedCase(world);
    const { proposalId } = proposal;
    const late = ['late-decider', 'late-officer'];
    await world.appoint('late-decider', receiver, 'SOCIAL_BOARD', ['RECEIVING_DECIDER']);
    await world.appoint('late-officer', receiver, 'SOCIAL_BOARD', ['RECEIVING_OFFICER']);
    await happens(world, proposalId);
    const names = (subs: readonly string[]) => subs.map((sub) => world.person(sub));
    const contacts = new AppointedContacts(world.facts, async () => names(late));
    const board = world.directory.organisation(receiver);
    for (const caller of names(late)) {
      const { parts } = (await new CaseParts(world.facts, undefined, contacts).of(
        { proposalId },
        async () => new Set([board]),
        world.now,
        caller,
      ))!;
      const { persons = [], takers = [] } = parts.find(({ relation }) => relation === 'RECEIVING_BOARD')!;
      expect(persons).toEqual(expect.arrayContaining(names(['preparer', 'decider'])));
      expect(persons.filter((one) => names(late).includes(one))).toEqual([]);
      expect(takers).toEqual(names(others).filter((one) => one === caller));
    }
  });
});

/** With a director, in a municipality for which nobody has asked Police. */
const elsewhere = inventedProviders.find(({ municipalityCode }) => municipalityCode === '0580')!;

describe('what cannot be', () => {
  let world: World;
  let asked: OrderedCase;
  let fresh: string;
  beforeEach(async () => {
    world = await World.inMemory(randomKeyMaterial()).found();
    await world.appoint('director elsewhere', elsewhere.id, 'HOUSING_PROVIDER', ['FACILITY_DIRECTOR']);
    asked = await proposedCase(world);
    fresh = (await requestedCase(world)).caseId;
  });

  const nowhere = '00000000-0000-4000-8000-000000000000';
  const opening: Intents['OpenCase'] = {
    personalIdentityNumber: inventedNumber(900),
    givenName: 'Testina',
    familyName: 'Påhittad',
    environment: 'GANG',
    entryRoute: 'POLICE',
    registryNumber: 'dnr-9',
    officers: [],
  };
  const assessment = { level: 'HIGH', restrictions: [], detail: 'x', advice: 'x' } as const;
  const entries = { networks: [], adversaryNetworks: [], adversaries: [], kin: [] };
  const accepted = {
    answer: 'ACCEPT',
    receivers: ['preparer'],
    provider: provider.orgNumber,
    housing: 'house-1',
  } as const;

  // The types that stand below: of a union of all of them the compiler no longer finds the one that a row is of.
  type Tried =
    | 'OpenCase'
    | 'SignWaiver'
    | 'RequestRelocation'
    | 'RegisterSupportDecision'
    | 'AssessThreat'
    | 'RecordConflictEntries'
    | 'RecordAdversaryPresence'
    | 'AnswerReferral'
    | 'RecordTransfer'
    | 'CheckCandidate'
    | 'OrderProposal'
    | 'ClearPlacement'
    | 'DeclareCapacity'
    | 'PrepareAnswer'
    | 'DecideAnswer'
    | 'GrantAdmission'
    | 'RefuseAdmission'
    | 'ConfirmArrival'
    | 'RecordFollowUp'
    | 'ConfirmDeparture'
    | 'EndAppointment';
  type Row = {
    [Type in Tried]: readonly [
      title: string,
      by: string,
      type: Type,
      intent: () => Intents[Type],
      answer: DomainError['code'] | 'unknown',
    ];
  }[Tried];
  const rows: readonly Row[] = [
    [
      'a number that is none',
      'officer',
      'OpenCase',
      () => ({ ...opening, personalIdentityNumber: '199001019803' }),
      'identity.invalid_number',
    ],
    [
      'a named officer who works elsewhere',
      'officer',
      'OpenCase',
      () => ({ ...opening, officers: ['decider'] }),
      'official.not_appointed',
    ],
    [
      'a named officer whom nobody knows',
      'officer',
      'OpenCase',
      () => ({ ...opening, officers: ['nobody'] }),
      'official.not_appointed',
    ],
    [
      'a named officer who only answers the telephone',
      'officer',
      'OpenCase',
      () => ({ ...opening, officers: ['duty'] }),
      'official.not_appointed',
    ],
    ['a case of Police', 'assessor', 'OpenCase', () => opening, 'organisation.not_a_board'],
    [
      'a no-go place that does not exist',
      'officer',
      'RequestRelocation',
      () => ({
        caseId: fresh,
        adults: 1,
        children: 0,
        housingForm: 'HVB',
        competences: [],
        desiredStart: '2026-04-01',
        needSummary: 'x',
        companions: [],
        noGoMunicipalities: ['9999'],
      }),
      'municipality.unknown',
    ],
    [
      'a decision in a case that does not exist',
      'officer',
      'RegisterSupportDecision',
      () => ({ caseId: nowhere, decisionType: 'LVU', decidedOn: '2026-03-01', registryNumber: 'x' }),
      'unknown',
    ],
    [
      'a waiver for a case that does not exist',
      'officer',
      'SignWaiver',
      () => ({
        caseId: nowhere,
        signedOn: '2026-03-01',
        validUntil: '2026-12-01',
        recipientKinds: [],
        classes: [],
      }),
      'unknown',
    ],
    [
      'a waiver without a class that the rules in force demand',
      'officer',
      'SignWaiver',
      () => ({
        caseId: fresh,
        signedOn: '2026-03-01',
        validUntil: '2026-12-01',
        recipientKinds,
        classes: dataClasses.filter((name) => name !== 'threat-advice'),
      }),
      'disclosure.class_not_covered',
    ],
    [
      'a level for a case that does not exist',
      'assessor',
      'AssessThreat',
      () => ({ caseId: nowhere, ...assessment }),
      'unknown',
    ],
    [
      'a number that is none among the adversaries',
      'assessor',
      'RecordConflictEntries',
      () => ({ ...entries, caseId: fresh, adversaries: ['123'] }),
      'identity.invalid_number',
    ],
    [
      'a presence in another region',
      'assessor',
      'RecordAdversaryPresence',
      () => ({ municipalityCode: '2480', networks: ['x'], persons: [] }),
      'area.outside_region',
    ],
    [
      'a presence in no municipality',
      'assessor',
      'RecordAdversaryPresence',
      () => ({ municipalityCode: '1299', networks: ['x'], persons: [] }),
      'municipality.unknown',
    ],
    [
      'a presence of somebody without a number',
      'receiving-police',
      'RecordAdversaryPresence',
      () => ({ municipalityCode: '2480', networks: [], persons: ['19000101'] }),
      'identity.invalid_number',
    ],
    [
      'a presence that a board reports',
      'officer',
      'RecordAdversaryPresence',
      () => ({ municipalityCode: '1280', networks: ['x'], persons: [] }),
      'area.outside_region',
    ],
    [
      'a check of no municipality',
      'coordinator',
      'CheckCandidate',
      () => ({ caseId: fresh, municipalityCode: '0000' }),
      'municipality.unknown',
    ],
    [
      'a check of the own municipality',
      'coordinator',
      'CheckCandidate',
      () => ({ caseId: fresh, municipalityCode: '1280' }),
      'consent.no_go_place',
    ],
    [
      'a check of a place where the person must not be',
      'coordinator',
      'CheckCandidate',
      () => ({ caseId: fresh, municipalityCode: '0180' }),
      'consent.no_go_place',
    ],
    [
      'a check for a case that does not exist',
      'coordinator',
      'CheckCandidate',
      () => ({ caseId: nowhere, municipalityCode: '2480' }),
      'unknown',
    ],
    [
      'a proposal to a candidate that was never checked',
      'coordinator',
      'OrderProposal',
      () => ({ caseId: asked.caseId, candidateId: nowhere, startOn: '2026-04-01' }),
      'consent.proposal_open',
    ],
    [
      'a proposal before anybody has judged the danger',
      'coordinator',
      'OrderProposal',
      () => ({ caseId: fresh, candidateId: nowhere, startOn: '2026-04-01' }),
      'consent.stale_assessment',
    ],
    [
      'a referral that was never made',
      'receiving-police',
      'AnswerReferral',
      () => ({ candidateId: nowhere, answer: 'CLEAR' }),
      'unknown',
    ],
    [
      'a clearance of nothing',
      'coordinator',
      'ClearPlacement',
      () => ({ proposalId: nowhere, plannedArrival: '2026-04-01' }),
      'unknown',
    ],
    [
      'a clearance before admission was asked for',
      'coordinator',
      'ClearPlacement',
      () => ({ proposalId: asked.proposal.proposalId, plannedArrival: '2026-04-01' }),
      'unknown',
    ],
    [
      'capacity of somebody who is no board',
      'assessor',
      'DeclareCapacity',
      () => ({ places: 1, housingForms: [], competences: [] }),
      'organisation.not_a_board',
    ],
    [
      'an answer to nothing',
      'preparer',
      'PrepareAnswer',
      () => ({ proposalId: nowhere, answer: 'ACCEPT' }),
      'unknown',
    ],
    [
      'a decision on nothing',
      'decider',
      'DecideAnswer',
      () => ({ proposalId: nowhere, ...accepted }),
      'unknown',
    ],
    [
      'a no without a reason',
      'preparer',
      'PrepareAnswer',
      () => ({ proposalId: asked.proposal.proposalId, answer: 'DECLINE' }),
      'consent.reason_missing',
    ],
    [
      'a counter-proposal without terms',
      'preparer',
      'PrepareAnswer',
      () => ({ proposalId: asked.proposal.proposalId, answer: 'COUNTER' }),
      'consent.terms_missing',
    ],
    [
      'a yes without those who will know',
      'decider',
      'DecideAnswer',
      () => ({ proposalId: asked.proposal.proposalId, ...accepted, receivers: [] }),
      'consent.acceptance_incomplete',
    ],
    [
      'a yes without a housing',
      'decider',
      'DecideAnswer',
      () => ({ proposalId: asked.proposal.proposalId, ...accepted, housing: undefined }),
      'consent.acceptance_incomplete',
    ],
    [
      'a yes that names somebody of another board',
      'decider',
      'DecideAnswer',
      () => ({ proposalId: asked.proposal.proposalId, ...accepted, receivers: ['officer'] }),
      'official.not_appointed',
    ],
    [
      'a yes with a provider who has no director',
      'decider',
      'DecideAnswer',
      () => ({ proposalId: asked.proposal.proposalId, ...accepted, provider: '5599900001' }),
      'consent.provider_without_director',
    ],
    [
      'a yes with a provider in a municipality that nobody has checked',
      'decider',
      'DecideAnswer',
      () => ({ proposalId: asked.proposal.proposalId, ...accepted, provider: elsewhere.orgNumber }),
      'consent.provider_elsewhere',
    ],
    [
      'a yes of another board',
      'officer',
      'DecideAnswer',
      () => ({ proposalId: asked.proposal.proposalId, ...accepted, receivers: ['officer'] }),
      'official.not_appointed',
    ],
    [
      'an admission to nothing',
      'director',
      'GrantAdmission',
      () => ({ proposalId: nowhere, address: 'x' }),
      'unknown',
    ],
    [
      'a refused admission to nothing',
      'director',
      'RefuseAdmission',
      () => ({ proposalId: nowhere, reason: 'FULL' }),
      'unknown',
    ],
    [
      'a transfer of nobody',
      'assessor',
      'RecordTransfer',
      () => ({ proposalId: nowhere, startedAt: world.now }),
      'unknown',
    ],
    [
      'an arrival of nobody',
      'officer',
      'ConfirmArrival',
      () => ({ proposalId: nowhere, arrivedAt: world.now }),
      'unknown',
    ],
    [
      'a follow-up of nobody',
      'officer',
      'RecordFollowUp',
      () => ({ proposalId: nowhere, number: 1, heldOn: '2026-03-01', outcome: 'STABLE', note: 'x' }),
      'unknown',
    ],
    [
      'a departure of nobody',
      'officer',
      'ConfirmDeparture',
      () => ({ proposalId: nowhere, departedAt: world.now }),
      'unknown',
    ],
    [
      'an end of an appointment that was never made',
      'registrar',
      'EndAppointment',
      () => ({ official: 'officer', appointmentId: nowhere, endsAt: world.now }),
      'appointment.not_found',
    ],
  ];

  it.each(rows)('%s is refused, and nothing is written', async (_, by, type, intent, answer) => {
    const before = await world.store.head();
    const refused = await world.act(by, type, intent() as never).catch((error: unknown) => error);
    if (answer === 'unknown') expect(refused).toBeInstanceOf(UnknownTarget);
    else expect(refused).toMatchObject({ name: 'DomainError', code: answer });
    expect(await world.store.head()).toBe(before);
    expect(world.rowsOfPolice()).toBe(2);
  });

  it('a yes that names again somebody who is disqualified in the case is refused', async () => {
    const { proposal } = await proposedCase(world);
    const { proposalId } = proposal;
    await world.act('preparer', 'PrepareAnswer', { proposalId, answer: 'ACCEPT' });
    await world.act('preparer', 'DeclareDisqualifiedOnProposal', { proposalId, ground: 'FL_16_1' });
    await expect(world.act('decider', 'DecideAnswer', { proposalId, ...accepted })).rejects.toMatchObject({
      code: 'disclosure.disqualified',
    });
  });

  it('a check and a clearance name nobody who is disqualified in the case', async () => {
    // In the region of the candidate, of the board that is asked, and of the home board that stands by.
    await world.appoint('second-preparer', receiver, 'SOCIAL_BOARD', ['RECEIVING_OFFICER']);
    await world.appoint('second-police', receivingPolice, 'POLICE', ['POLICE_COORDINATOR']);
    await world.appoint('second-duty', home, 'SOCIAL_BOARD', ['HOME_DUTY_OFFICER']);
    const { caseId, proposal } = await admittedCase(world);
    const { proposalId } = proposal;
    const [preparer, police, duty] = ['second-preparer', 'second-police', 'second-duty'].map((sub) =>
      world.person(sub),
    );
    const checked = async () => {
      const { created } = await world.act('coordinator', 'CheckCandidate', {
        caseId,
        municipalityCode: receiver.replace('board:', ''),
      });
      const events = await world.facts.events(streamName('consent', caseId));
      const { boardContacts, receivingPoliceContacts } = events.find(
        ({ type, data }) =>
          type === 'CandidateChecked' && (data as { candidateId: string }).candidateId === created,
      )!.data as { boardContacts: readonly string[]; receivingPoliceContacts: readonly string[] };
      return [...boardContacts, ...receivingPoliceContacts];
    };
    expect(await checked()).toEqual(expect.arrayContaining([preparer, police]));
    const cleared = async () => {
      await world.act('coordinator', 'ClearPlacement', { proposalId, plannedArrival: inDays(world, 2) });
      const events = await world.facts.events(streamName('placement', proposalId));
      return events.find(({ type }) => type === 'PlacementCleared')!.data as {
        receivingPoliceContacts: readonly string[];
        homeDutyOfficers: readonly string[];
      };
    };
    for (const sub of ['second-preparer', 'second-police', 'second-duty'])
      await world.act(sub, 'DeclareDisqualified', { caseId, ground: 'FL_16_1' });
    const now = await checked();
    for (const one of [preparer, police]) expect(now).not.toContain(one);
    const { receivingPoliceContacts, homeDutyOfficers } = await cleared();
    expect(receivingPoliceContacts).toContain(world.person('receiving-police'));
    expect(receivingPoliceContacts).not.toContain(police);
    expect(homeDutyOfficers).toContain(world.person('duty'));
    expect(homeDutyOfficers).not.toContain(duty);
  });

  it('nor does an order, though the check before it named them; it is refused where nobody is left to ask', async () => {
    await world.appoint('second-preparer', receiver, 'SOCIAL_BOARD', ['RECEIVING_OFFICER']);
    await world.appoint('second-police', receivingPolice, 'POLICE', ['POLICE_COORDINATOR']);
    const { caseId } = await requestedCase(world);
    await assess(world, caseId);
    const { candidateId, boardContacts, receivingPoliceContacts } = await checkCandidate(world, caseId);
    const gone = ['second-preparer', 'second-police'].map((sub) => world.person(sub));
    expect([...boardContacts, ...receivingPoliceContacts]).toEqual(expect.arrayContaining(gone));
    const declares = (sub: string) => world.act(sub, 'DeclareDisqualified', { caseId, ground: 'FL_16_1' });
    for (const sub of ['second-preparer', 'second-police']) await declares(sub);
    const stillThere = (persons: readonly string[]) => persons.filter((one) => !gone.includes(one));
    expect(await orderProposal(world, caseId, candidateId)).toMatchObject({
      boardContacts: stillThere(boardContacts),
      receivingPoliceContacts: stillThere(receivingPoliceContacts),
    });
    const other = await requestedCase(world);
    await assess(world, other.caseId);
    const again = await checkCandidate(world, other.caseId);
    for (const sub of ['preparer', 'decider', 'second-preparer'])
      await world.act(sub, 'DeclareDisqualified', { caseId: other.caseId, ground: 'FL_16_1' });
    await expect(orderProposal(world, other.caseId, again.candidateId)).rejects.toMatchObject({
      code: 'consent.nobody_to_ask',
    });
  });

  it('a check without rules that tell how long Police have is refused', async () => {
    const lawless = World.inMemory(randomKeyMaterial());
    await expect(lawless.facts.rulesAt(lawless.now)).rejects.toMatchObject({ code: 'coordination.no_rules' });
  });

  it('who was never trained holds nothing, whatever he or she was appointed to', async () => {
    await world.act('registrar', 'AppointOfficial', {
      official: 'untrained',
      organisation: boardId('1280'),
      agencyKind: 'SOCIAL_BOARD',
      function: 'HOME_OFFICER',
      delegated: false,
      from: '2026-01-01T00:00:00.000Z',
    });
    await expect(
      world.act('officer', 'OpenCase', { ...opening, officers: ['untrained'] }),
    ).rejects.toMatchObject({
      code: 'official.not_trained',
    });
  });
});
