import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  admittedCase,
  assess,
  checkCandidate,
  disclose,
  handOver,
  openCase,
  requestedCase,
  type OpenedCase,
  type OrderedCase,
} from '../../libs/application/testing/steps.js';
import { home, inventedNetwork, inventedNumber, World } from '../../libs/application/testing/world.js';
import { randomKeyMaterial } from '../../libs/personal-data/testing/key-material.js';
import { codec, erasedFileId, municipalities } from '#application';
import { derivedId, DomainError, type RecordedEvent, streamName } from '#kernel';
import { rules2026 } from '#domain/coordination';
import { holdersOf } from '#domain/disclosure';
import { type EventStore } from '#event-store';
import { openPostgresEventStore } from '#event-store/postgres';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { copyCase, eventsOf } from './copies.js';

// One race for each row of the table in libs/domain/README.md, over the real handlers: two who would break an invariant
// do their part at the same moment, in both orders, while others write. What must hold is read from the streams.

/** What an officer may open with one. */
const glass = { reason: 'DANGER_TO_LIFE', classes: ['threat-advice'], note: 'Påhittad fara' } as const;

/** Races in each order. */
const repeats = 100;
/** How many races run side by side. */
const together = 10;

interface Country {
  readonly world: World;
  stop(): Promise<void>;
}

const countries: readonly (readonly [string, () => Promise<Country>])[] = [
  [
    'in memory',
    async () => ({
      world: await World.inMemory(randomKeyMaterial()).found(),
      stop: async () => undefined,
    }),
  ],
  [
    'on PostgreSQL',
    async () => {
      const database: TestDatabase = await createTestDatabase();
      const store: EventStore = await openPostgresEventStore({
        connection: { connectionString: database.url },
        codec,
      });
      return {
        world: await (await World.inDatabase(store, database.pool, randomKeyMaterial())).found(),
        stop: async () => {
          await store.close();
          await database.close();
        },
      };
    },
  ],
];

type Both = <A, B>(one: () => Promise<A>, other: () => Promise<B>) => Promise<[A, B]>;

let copies = 0;

/** One municipality of each county, so that races do not disturb each other. */
const places = [...new Map(municipalities.map((one) => [one.county, one])).values()].filter(
  ({ county }) => county !== '12',
);

describe.each(countries)('%s', (_, found) => {
  let country: Country;
  let world: World;
  let busy = true;
  let load: Promise<unknown>;

  beforeAll(async () => {
    country = await found();
    ({ world } = country);
    // Others write all the time, to streams of their own.
    const other = async (lane: number): Promise<void> => {
      for (let n = 0; busy; n += 1) {
        const subject = derivedId('other', lane, n);
        await world.send('ClaimSubject', streamName('claim', subject), { subject, caseId: subject });
        for (let rest = 0; rest < 20; rest += 1) await turn();
      }
    };
    load = Promise.all([other(1), other(2)]);
  });
  afterAll(async () => {
    busy = false;
    await load;
    await country.stop();
  });

  /**
   * Runs the race in each order: the second one starts at once, a little later, or when the first is through, so that each
   * comes first now and then on any machine.
   */
  const race = async (
    run: (n: number, both: Both) => Promise<void>,
    times: number = 2 * repeats,
  ): Promise<void> => {
    for (let from = 0; from < times; from += together)
      await Promise.all(
        Array.from({ length: together }, (_unused, index) => {
          const n = from + index;
          const later = async <T>(work: () => Promise<T>): Promise<T> => {
            for (let turns = n % 7; turns > 0; turns -= 1) await turn();
            return work();
          };
          const both: Both = async (one, other) => {
            const through = n % 7 === 6;
            if (n % 2 === 0) {
              const first = one();
              if (through) await first;
              return Promise.all([first, later(other)]);
            }
            const first = other();
            if (through) await first;
            return Promise.all([later(one), first]);
          };
          return run(n, both);
        }),
      );
  };

  const read = (category: Parameters<typeof streamName>[0], id: string) =>
    world.facts.events(streamName(category, id));
  const types = (events: readonly RecordedEvent[]) => events.map(({ type }) => type);

  /** Plays a case to a stage once; each copy is another case at that stage. */
  const template = async <Case extends OpenedCase>(play: () => Promise<Case>) => {
    const original = await play();
    const proposal = (original as Partial<OrderedCase>).proposal;
    const events = await eventsOf(world.store, [original.caseId, ...(proposal ? [proposal.proposalId] : [])]);
    return async (place?: (typeof places)[number]) => {
      const moved =
        place && proposal
          ? {
              [proposal.area]: world.directory.area(place),
              [proposal.municipality]: world.directory.municipality(place.code),
            }
          : {};
      const as = await copyCase(world.store, events, (copies += 1), moved);
      const caseId = as(original.caseId);
      const proposalId = as(proposal?.proposalId ?? '');
      world.know(proposalId, caseId);
      return { caseId, proposalId, subject: as(original.subject), original, as };
    };
  };

  it('nothing is told on a waiver after its withdrawal', async () => {
    const next = await template(() => requestedCase(world));
    const seen = { told: 0, refused: 0 };
    await race(async (_n, both) => {
      const opened = await next();
      const { caseId } = opened;
      const [told] = await both(
        () => disclose(world, opened, derivedId('telling', caseId)),
        () => world.act('officer', 'WithdrawWaiver', { caseId, channel: 'ORAL' }),
      );
      if (told.outcome === 'accepted') {
        seen.told += 1;
        expect(types(await read('disclosure', caseId))).toEqual([
          'WaiverSigned',
          'InformationDisclosed',
          'WaiverWithdrawn',
        ]);
      } else {
        seen.refused += 1;
        expect(told.code).toBe('disclosure.waiver_lapsed');
        expect(types(await read('disclosure', caseId))).toEqual(['WaiverSigned', 'WaiverWithdrawn']);
      }
    });
    // Both came first now and then, or this would have been no race.
    expect(seen.told).toBeGreaterThan(0);
    expect(seen.refused).toBeGreaterThan(0);
  });

  describe('two persons for one area', () => {
    const entries = async (
      caseId: string,
      networks: readonly string[],
      adversaryNetworks: readonly string[],
    ) =>
      world.act('assessor', 'RecordConflictEntries', {
        caseId,
        networks,
        adversaryNetworks,
        adversaries: [],
        kin: [],
      });

    /** What a coordinator and the process do until it is settled: check, and reserve at exactly that revision. */
    const settle = async (
      by: 'coordinator' | 'deputy',
      opened: OpenedCase & { readonly proposalId: string },
      municipalityCode: string,
    ): Promise<{ readonly outcome: 'RESERVED' | 'REFERRED'; readonly checks: number }> => {
      const { caseId, subject, proposalId } = opened;
      for (let checks = 1; checks <= 20; checks += 1) {
        const { area, municipality, areaRevision, verdict } = await checkCandidate(
          world,
          caseId,
          municipalityCode,
          by,
        );
        if (verdict === 'REFER_TO_POLICE') return { outcome: 'REFERRED', checks };
        const result = await world.send('ReserveArea', streamName('area', area), {
          area,
          caseId,
          subject,
          proposalId,
          municipality,
          checkedRevision: areaRevision,
        });
        if (result.outcome === 'accepted') return { outcome: 'RESERVED', checks };
        expect(result.code).toBe('area.moved_on');
      }
      throw new Error('the area moved on twenty times');
    };

    const pairs = async (
      inConflict: boolean,
      judge: (outcomes: readonly string[], checks: number) => void,
    ) => {
      const next = await template(() => requestedCase(world));
      await race(async (n, both) => {
        const [one, other] = await Promise.all([next(), next()]);
        const place = places[n % together]!;
        const network = inventedNetwork(`pair ${one.caseId}`);
        await Promise.all([
          entries(one.caseId, [network], []),
          entries(other.caseId, [], [inConflict ? network : inventedNetwork(`other ${one.caseId}`)]),
        ]);
        const proposal = (opened: OpenedCase) => ({
          ...opened,
          proposalId: derivedId('proposal', opened.caseId),
        });
        const settled = await both(
          () => settle('coordinator', proposal(one), place.code),
          () => settle('deputy', proposal(other), place.code),
        );
        const area = world.directory.area(place);
        const { residents } = await world.facts.area(area);
        const here = residents.filter(({ caseId }) => caseId === one.caseId || caseId === other.caseId);
        const reserved = settled.filter(({ outcome }) => outcome === 'RESERVED');
        expect(here).toHaveLength(reserved.length);
        judge(
          settled.map(({ outcome }) => outcome).sort(),
          settled.reduce((sum, { checks }) => sum + checks, 0),
        );
        for (const { caseId, proposalId } of here)
          await world.send('ReleaseArea', streamName('area', area), { area, caseId, proposalId });
      });
    };

    it('who are two sides of a conflict: never both', async () => {
      let checks = 0;
      await pairs(true, (outcomes, needed) => {
        expect(outcomes).toEqual(['REFERRED', 'RESERVED']);
        checks += needed;
      });
      // More than one check each: the area moved on under somebody's feet, and the check ran again.
      expect(checks).toBeGreaterThan(2 * 2 * repeats);
    });

    it('who are strangers to each other: both', async () => {
      await pairs(false, (outcomes) => expect(outcomes).toEqual(['RESERVED', 'RESERVED']));
    });
  });

  describe('the places of a board', () => {
    const inHours = (hours: number) =>
      new Date(world.clock.now().getTime() + hours * 3_600_000).toISOString();

    /** A board with two places; each race has another one. */
    const declare = async (board: string) =>
      world.send('DeclareCapacity', streamName('destination', board), {
        board,
        municipality: world.directory.municipality('2480'),
        places: 2,
        housingForms: ['PROTECTED'],
        competences: [],
      });
    const reserve = (board: string, name: string, places: number, until: string) =>
      world.send('ReserveCapacity', streamName('destination', board), {
        board,
        caseId: derivedId('case', board, name),
        proposalId: derivedId('proposal', board, name),
        places,
        until,
      });
    const settleReserved = (type: 'ConfirmCapacity' | 'ReleaseCapacity', board: string, name: string) =>
      world.send(type, streamName('destination', board), {
        board,
        caseId: derivedId('case', board, name),
        proposalId: derivedId('proposal', board, name),
      });

    /** Counted from the stream alone: no place is given away twice at any instant. */
    const ensureNeverTooMany = (events: readonly RecordedEvent[]) => {
      const held = new Map<string, { places: number; until: string }>();
      for (const { type, data, metadata } of events) {
        const { proposalId, places, until } = data as { proposalId: string; places: number; until: string };
        if (type === 'CapacityReserved') held.set(proposalId, { places, until });
        if (type === 'CapacityConfirmed') held.set(proposalId, { ...held.get(proposalId)!, until: '9999' });
        if (type === 'CapacityReleased') held.delete(proposalId);
        const taken = [...held.values()]
          .filter((one) => one.until > metadata.occurredAt)
          .reduce((sum, one) => sum + one.places, 0);
        expect(taken).toBeLessThanOrEqual(2);
      }
    };
    const outcome = (result: Awaited<ReturnType<typeof reserve>>) =>
      result.outcome === 'accepted' ? 'held' : result.code;

    it('are never given away twice, whoever asks first', async () => {
      await race(async (n, both) => {
        const board = world.tokens.token('organisation', `invented-board-a-${n}`);
        await declare(board);
        const results = (
          await both(
            () => Promise.all([reserve(board, 'a', 1, inHours(1)), reserve(board, 'b', 2, inHours(1))]),
            () => Promise.all([reserve(board, 'c', 1, inHours(1)), reserve(board, 'd', 1, inHours(1))]),
          )
        ).flat();
        const events = await read('destination', board);
        ensureNeverTooMany(events);
        const refused = results.map(outcome).filter((one) => one !== 'held');
        expect(new Set(refused)).toEqual(new Set(['destination.full']));
        // Nobody was turned away while a place was free: either the one who wants two, or two of the others.
        expect(results[1]?.outcome === 'accepted' ? refused.length : refused.length - 1).toBe(
          results[1]?.outcome === 'accepted' ? 3 : 1,
        );
      });
    });

    it('are not given away twice when a reservation has lapsed and is confirmed all the same', async () => {
      const board = (n: number) => world.tokens.token('organisation', `invented-board-b-${n}`);
      await race(async (n) => {
        await declare(board(n));
        await reserve(board(n), 'lapsed', 2, inHours(1));
      });
      world.clock.advance(2 * 3_600_000);
      const seen = new Set<string>();
      await race(async (n, both) => {
        const results = await both(
          () => settleReserved('ConfirmCapacity', board(n), 'lapsed'),
          () => reserve(board(n), 'new', 1, inHours(1)),
        );
        ensureNeverTooMany(await read('destination', board(n)));
        const told = results.map(outcome).join();
        expect(['held,destination.full', 'destination.full,held']).toContain(told);
        seen.add(told);
      });
      expect(seen.size).toBe(2);
    });
  });

  it('a person has one open case at most, and who waits is promoted once', async () => {
    await race(async (n, both) => {
      const subject = derivedId('person', n, copies);
      const stream = streamName('claim', subject);
      const claim = (caseId: string) => world.send('ClaimSubject', stream, { subject, caseId });
      const release = (caseId: string) => world.send('ReleaseClaim', stream, { subject, caseId });
      await both(
        () => Promise.all([claim('case-a'), claim('case-b')]),
        () => claim('case-c'),
      );
      const first = (await read('claim', subject)).filter(({ type }) => type === 'SubjectClaimed');
      expect(first).toHaveLength(1);
      const { caseId: holder } = first[0]?.data as { caseId: string };
      const waiting = ['case-a', 'case-b', 'case-c'].filter((one) => one !== holder);
      await both(
        () => Promise.all([release(holder), claim('case-d')]),
        () => release(waiting[0]!),
      );
      let held: string | undefined;
      const promoted: string[] = [];
      for (const { type, data } of await read('claim', subject)) {
        const { caseId } = data as { caseId: string };
        if (type === 'SubjectClaimed') {
          // Nobody else holds it at this moment.
          expect([undefined, caseId]).toContain(held);
          held = caseId;
          promoted.push(caseId);
        }
        if (type === 'ClaimReleased' && held === caseId) held = undefined;
      }
      expect(new Set(promoted).size).toBe(promoted.length);
      // Two waited or came late and one of them left: somebody holds it in the end.
      expect([waiting[1], 'case-d']).toContain(held);
    });
  });

  /** How a command ended, in a word. */
  const ended = (work: () => Promise<unknown>) => (): Promise<string> =>
    work().then(
      () => 'done',
      (error: unknown) => {
        if (error instanceof DomainError) return error.code;
        throw error;
      },
    );

  it('an end that overtakes its telling keeps it shut', async () => {
    const next = await template(() => requestedCase(world));
    const seen = new Set<string>();
    await race(async (_n, both) => {
      const opened = await next();
      const { caseId } = opened;
      const disclosureId = derivedId('telling', caseId);
      await both(
        () => disclose(world, opened, disclosureId),
        () =>
          world.send('EndDisclosure', streamName('disclosure', caseId), {
            caseId,
            disclosureId,
            reason: 'CASE_CLOSED',
          }),
      );
      const told = types(await read('disclosure', caseId))
        .slice(1)
        .join();
      expect(['InformationDisclosed,DisclosureEnded', 'DisclosureEnded']).toContain(told);
      expect(await disclose(world, opened, disclosureId)).toMatchObject({ code: 'disclosure.already_ended' });
      seen.add(told);
    });
    expect(seen.size).toBe(2);
  });

  it('a case has one proposal at a time, whoever of the coordinators orders it', async () => {
    const next = await template(async () => {
      const opened = await requestedCase(world);
      await assess(world, opened.caseId);
      const [one, other] = [
        await checkCandidate(world, opened.caseId),
        await checkCandidate(world, opened.caseId),
      ];
      return { ...opened, candidates: [one.candidateId, other.candidateId] };
    });
    await race(async (_n, both) => {
      const { caseId, original, as } = await next();
      const order = (by: string, candidate: string) =>
        ended(() =>
          world.act(by, 'OrderProposal', { caseId, candidateId: as(candidate), startOn: '2026-04-20' }),
        );
      const outcomes = await both(
        order('coordinator', original.candidates[0]!),
        order('deputy', original.candidates[1]!),
      );
      expect([...outcomes].sort()).toEqual(['consent.proposal_open', 'done']);
      expect(types(await read('consent', caseId)).filter((type) => type === 'ProposalOrdered')).toHaveLength(
        1,
      );
    });
  });

  it('nobody is asked on a check that did not see what Police know by then', async () => {
    const network = inventedNetwork('registered while it was checked');
    // In a county where no other race is run.
    const municipalityCode = '2580';
    await world.act('receiving-police', 'RecordAdversaryPresence', {
      municipalityCode,
      networks: [network],
      persons: [],
    });
    const next = await template(async () => {
      const opened = await requestedCase(world);
      await assess(world, opened.caseId);
      return opened;
    });
    const seen = { clear: 0, referred: 0 };
    await race(async (_n, both) => {
      const { caseId } = await next();
      const [{ candidateId, verdict }] = await both(
        () => checkCandidate(world, caseId, municipalityCode),
        () =>
          world.act('assessor', 'RecordConflictEntries', {
            caseId,
            networks: [],
            adversaryNetworks: [network],
            adversaries: [],
            kin: [],
          }),
      );
      const order = (candidate: string) =>
        ended(() =>
          world.act('coordinator', 'OrderProposal', {
            caseId,
            candidateId: candidate,
            startOn: '2026-04-20',
          }),
        )();
      seen[verdict === 'CLEAR' ? 'clear' : 'referred'] += 1;
      // CLEAR: the entries came after the rings were run, whichever of the two was written first.
      expect(await order(candidateId)).toBe(
        verdict === 'CLEAR' ? 'consent.check_again' : 'consent.candidate_not_available',
      );
      const again = await checkCandidate(world, caseId, municipalityCode);
      expect(again).toMatchObject({ verdict: 'REFER_TO_POLICE', registerChanges: 1 });
      expect(types(await read('consent', caseId))).not.toContain('ProposalOrdered');
    });
    expect(seen.clear).toBeGreaterThan(0);
    expect(seen.referred).toBeGreaterThan(0);
  });

  it('a lowering is confirmed or rejected, never both', async () => {
    const next = await template(async () => {
      const opened = await requestedCase(world);
      await assess(world, opened.caseId, 'HIGH');
      await assess(world, opened.caseId, 'LOW');
      return opened;
    });
    const seen = new Set<string>();
    await race(async (_n, both) => {
      const { caseId } = await next();
      const outcomes = await both(
        ended(() => world.act('assessor-2', 'ConfirmLowering', { caseId, version: 2 })),
        ended(() => world.act('assessor', 'RejectLowering', { caseId, version: 2 })),
      );
      expect([...outcomes].sort()).toEqual(['done', 'threat_assessment.no_such_proposal']);
      expect(await read('threat-assessment', caseId)).toHaveLength(3);
      seen.add(outcomes.join());
    });
    expect(seen.size).toBe(2);
  });

  describe('the named persons of an agency', () => {
    const held = async (caseId: string) => {
      const { opened } = await world.facts.relocation(caseId);
      return holdersOf(await world.facts.people(caseId), {
        part: 'HOME_BOARD',
        organisation: opened.board,
        named: opened.officers,
      });
    };
    beforeAll(async () => {
      for (const sub of ['third', 'fourth']) await world.appoint(sub, home, 'SOCIAL_BOARD', ['HOME_OFFICER']);
    });

    it('are never more than may know: of two who are taken in at once for one place one is told no', async () => {
      const next = await template(() => openCase(world));
      const seen = new Set<string>();
      await race(async (_n, both) => {
        const { caseId } = await next();
        const takesIn = (by: string, incoming: string) =>
          ended(() => world.act(by, 'ChangeContact', { caseId, incoming, reason: 'MORE_HANDS' }));
        const outcomes = await both(takesIn('officer', 'third'), takesIn('colleague', 'fourth'));
        expect([...outcomes].sort()).toEqual(['disclosure.too_many_contacts', 'done']);
        expect(await held(caseId)).toHaveLength(3);
        seen.add(outcomes.join());
      });
      expect(seen.size).toBe(2);
    });

    it('are never nobody: of the last two who are disqualified at once one must say who takes over', async () => {
      const next = await template(() => openCase(world));
      const seen = new Set<string>();
      await race(async (_n, both) => {
        const { caseId } = await next();
        const out = (sub: string) =>
          ended(() => world.act(sub, 'DeclareDisqualified', { caseId, ground: 'FL_16_5' }));
        const outcomes = await both(out('officer'), out('colleague'));
        expect([...outcomes].sort()).toEqual(['disclosure.last_contact', 'done']);
        expect(await held(caseId)).toHaveLength(1);
        seen.add(outcomes.join());
      });
      expect(seen.size).toBe(2);
    });

    it('are those of the moment: a telling never names who has gone before it', async () => {
      const next = await template(async () => {
        const opened = await requestedCase(world);
        await assess(world, opened.caseId);
        return opened;
      });
      const advice = (events: readonly RecordedEvent[]) => {
        const { stream, id } = events.find(({ type }) => type === 'ThreatAssessed')!;
        return { stream, event: id, path: 'advice' };
      };
      const gone = world.person('colleague');
      const seen = { before: 0, after: 0 };
      await race(async (_n, both) => {
        const opened = await next();
        const { caseId } = opened;
        const { board, officers } = (await world.facts.relocation(caseId)).opened;
        const [told] = await both(
          async () =>
            world.send('DiscloseInformation', streamName('disclosure', caseId), {
              caseId,
              subject: opened.subject,
              disclosureId: derivedId('told', caseId),
              recipientKind: 'HOME_BOARD',
              recipient: board,
              persons: officers,
              purpose: 'SUPPORT',
              foot: 'WAIVER',
              legalBasis: 'OSL_10_1',
              secrecyAtHolder: 'OSL_26_1',
              refs: [advice(await read('threat-assessment', caseId))],
            }),
          ended(() =>
            world.act('officer', 'ChangeContact', {
              caseId,
              outgoing: 'colleague',
              incoming: 'third',
              reason: 'ABSENCE',
            }),
          ),
        );
        expect(told.outcome).toBe('accepted');
        const events = await read('disclosure', caseId);
        const changedAt = events.findIndex(({ type }) => type === 'ContactChanged');
        const telling = events.findIndex(({ type }) => type === 'InformationDisclosed');
        const { persons } = events[telling]!.data as { persons: readonly string[] };
        expect(persons.includes(gone)).toBe(telling < changedAt);
        expect(persons).toHaveLength(2);
        seen[telling < changedAt ? 'before' : 'after'] += 1;
      });
      expect([seen.before > 0, seen.after > 0]).toEqual([true, true]);
    });
  });

  describe('an answer that two would give', () => {
    const today = () => world.now.slice(0, 10);
    const note = 'Påhittad prövning';
    beforeAll(async () => {
      for (const sub of ['fifth', 'sixth']) await world.appoint(sub, home, 'SOCIAL_BOARD', ['HOME_OFFICER']);
    });

    it('to a request for documents is one: released or refused', async () => {
      const seen = new Set<string>();
      await race(async (n, both) => {
        const { created } = await world.act('document-registrar', 'RegisterDocumentRequest', {
          registryNumber: `SN 2026/${n}`,
          text: 'Påhittad begäran',
          kinds: ['CASE_FILE'],
          receivedAt: world.now,
        });
        const requestId = created!;
        const outcomes = await both(
          ended(() =>
            world.act('document-registrar', 'AnswerDocumentRequest', {
              requestId,
              outcome: 'REFUSE',
              kinds: [],
              findings: [
                { provision: 'OSL_26_1', harm: 'UNSURE' },
                { provision: 'OSL_21_3', harm: 'NO_HARM' },
              ],
              note,
            }),
          ),
          ended(() =>
            // In another window: what was written under the key of a colleague waits for the grants, and nothing projects here.
            world.act('document-registrar', 'AnswerDocumentRequest', {
              requestId,
              outcome: 'RELEASE',
              kinds: ['CASE_FILE'],
              findings: [
                { provision: 'OSL_26_1', harm: 'NO_HARM' },
                { provision: 'OSL_21_3', harm: 'NO_HARM' },
              ],
              note,
              pages: 1,
            }),
          ),
        );
        expect([...outcomes].sort()).toEqual(['done', 'public_access.already_answered']);
        expect(await read('public-access', requestId)).toHaveLength(2);
        seen.add(outcomes.join());
      });
      expect(seen.size).toBe(2);
    });

    it('to what others ask is one: as it was weighed, or sent back', async () => {
      const seen = new Set<string>();
      await race(async (n, both) => {
        const { created } = await world.act('officer', 'ReceiveInformationRequest', {
          personalIdentityNumber: inventedNumber(20_000 + (n % 50)),
          requester: 'POLICE',
          basis: 'OSL_10_15_A',
          purpose: 'CRIME_PREVENTION',
          asked: ['address', 'social'],
          stated: ['CONCRETE_CIRCUMSTANCES'],
          scaleToMonths: 12,
          reference: `dnr-påhittad-${n}`,
          text: 'Påhittad begäran',
          reviewers: ['fifth', 'sixth'],
        });
        const inquiryId = created!;
        await world.act('officer', 'WeighInformationRequest', {
          inquiryId,
          released: [],
          reasons: ['HARM_TO_PERSON'],
          note,
        });
        const decides = (by: string, agrees: boolean) =>
          ended(() => world.act(by, 'DecideInformationRequest', { inquiryId, agrees }));
        const outcomes = await both(decides('fifth', true), decides('sixth', false));
        const types_ = types(await read('inquiry', inquiryId));
        expect(types_.slice(2)).toHaveLength(1);
        expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
        expect(outcomes).toContain(
          outcomes[0] === 'done' ? 'inquiry.already_decided' : 'inquiry.not_weighed',
        );
        seen.add(outcomes.join());
      });
      expect(seen.size).toBe(2);
    });

    it('to a joint opening is one: approved or rejected', async () => {
      const next = await template(() => openCase(world));
      const seen = new Set<string>();
      await race(async (_n, both) => {
        const { caseId } = await next();
        const { created } = await world.act('officer', 'RequestJointOpening', {
          caseId,
          purpose: 'TRANSPORT',
        });
        const answers = (by: string, type: 'ApproveJointOpening' | 'RejectJointOpening') =>
          ended(() => world.act(by, type, { caseId, openingId: created! }));
        const outcomes = await both(
          answers('fifth', 'ApproveJointOpening'),
          answers('sixth', 'RejectJointOpening'),
        );
        expect([...outcomes].sort()).toEqual(['done', 'joint_opening.already_answered']);
        expect(await read('joint-opening', caseId)).toHaveLength(2);
        seen.add(outcomes.join());
      });
      expect(seen.size).toBe(2);
    });

    it('to a broken glass comes once, and late when its hour is over, whether or not the timer was first', async () => {
      const next = await template(async () => {
        const opened = await openCase(world);
        await world.act('officer', 'BreakGlass', { caseId: opened.caseId, ...glass });
        world.clock.advance(3_600_000);
        return opened;
      });
      const seen = new Set<string>();
      await race(async (_n, both) => {
        const { caseId } = await next();
        const [{ data }] = (await read('break-glass', caseId)) as [RecordedEvent];
        const { glassId } = data as { glassId: string };
        await both(
          () => world.act('colleague', 'ConfirmGlass', { caseId, glassId }),
          () => world.send('EndGlass', streamName('break-glass', caseId), { caseId, glassId }),
        );
        seen.add(types(await read('break-glass', caseId)).join());
      }, 60);
      expect([...seen].sort()).toEqual([
        'GlassBroken,GlassConfirmedLate',
        'GlassBroken,GlassEnded,GlassConfirmedLate',
      ]);
    });

    it('of which protection is applied for is one of a kind', async () => {
      const next = await template(() => openCase(world));
      const seen = new Set<string>();
      await race(async (_n, both) => {
        const { caseId } = await next();
        const applies = (by: string) =>
          ended(() =>
            world.act(by, 'RequestProtection', {
              caseId,
              kind: 'SECRECY_MARKING',
              appliedBy: 'SELF',
              familyIncluded: false,
              appliedOn: today(),
            }),
          );
        const outcomes = await both(applies('officer'), applies('colleague'));
        expect([...outcomes].sort()).toEqual(['done', 'protected_data.already_requested']);
        expect(await read('protected-data', caseId)).toHaveLength(1);
        seen.add(outcomes.join());
      });
      expect(seen.size).toBe(2);
    });

    it('of what is drawn from a day is one, and stays as it was drawn first', async () => {
      const organisation = world.directory.organisation(home);
      const first = new Set<string>();
      await race(async (n, both) => {
        const reviewId = derivedId('review', organisation, `race ${n}`);
        const draws = (openings: readonly number[]) => () =>
          world.send('SampleReads', streamName('review', reviewId), {
            reviewId,
            organisation,
            day: today(),
            agencyKind: 'SOCIAL_BOARD',
            samplePermille: 50,
            settleBy: world.now,
            openings,
          });
        await both(draws([1, 2, 3]), draws([4, 5, 6]));
        const events = await read('review', reviewId);
        expect(events).toHaveLength(1);
        first.add(JSON.stringify(events[0]!.data));
      });
      expect(first.size).toBeGreaterThan(1);
    });
  });

  it('nobody but a rescuer has two glasses that nobody has confirmed, not even by breaking both at once', async () => {
    const next = await template(() => openCase(world));
    const seen = new Set<string>();
    await race(async (_n, both) => {
      const { caseId } = await next();
      const breaks = (reason: 'DANGER_TO_LIFE' | 'SYSTEM_FAILURE') =>
        ended(() => world.act('officer', 'BreakGlass', { caseId, ...glass, reason }));
      const outcomes = await both(
        () => breaks('DANGER_TO_LIFE')(),
        () => breaks('SYSTEM_FAILURE')(),
      );
      expect([...outcomes].sort()).toEqual(['break_glass.unconfirmed_before', 'done']);
      expect(types(await read('break-glass', caseId))).toEqual(['GlassBroken']);
      seen.add(outcomes.join());
    }, 40);
    expect(seen.size).toBe(2);
  });

  it('a function in a unit is held once at a time', async () => {
    await race(async (n, both) => {
      const official = `newcomer-${n}`;
      const appoint = (until?: string) =>
        ended(() =>
          world.act('registrar', 'AppointOfficial', {
            official,
            organisation: 'board:1280',
            agencyKind: 'SOCIAL_BOARD',
            function: 'HOME_OFFICER',
            delegated: false,
            from: '2026-02-01T00:00:00.000Z',
            until,
          }),
        );
      const outcomes = await both(appoint(), appoint('2026-12-01T00:00:00.000Z'));
      expect([...outcomes].sort()).toEqual(['appointment.overlaps', 'done']);
    });
  });

  describe('a clearance', () => {
    const clearing = (proposalId: string) =>
      world.act('coordinator', 'ClearPlacement', { proposalId, plannedArrival: '2026-04-20' });

    it('never takes effect on a waiver that has gone: the telling is refused, and the clearance taken back', async () => {
      const next = await template(() => admittedCase(world));
      const seen = { refused: 0, takenBack: 0, told: 0 };
      await race(async (_n, both) => {
        const opened = await next();
        const { caseId, proposalId } = opened;
        // What the process does as soon as it hears of the clearance.
        const clearAndTell = async () => {
          await clearing(proposalId);
          if (!types(await read('placement', proposalId)).includes('PlacementCleared')) return 'refused';
          const told = await disclose(
            world,
            opened,
            derivedId('identity', caseId),
            'identity',
            world.directory.organisation('board:2480'),
          );
          if (told.outcome === 'accepted') return 'told';
          expect(told.code).toBe('disclosure.waiver_lapsed');
          const back = await world.send('TakeClearanceBack', streamName('placement', proposalId), {
            caseId,
            proposalId,
            reason: 'WAIVER_LAPSED',
          });
          expect(back.outcome).toBe('accepted');
          return 'takenBack';
        };
        const [end] = await both(clearAndTell, () =>
          world.act('officer', 'WithdrawWaiver', { caseId, channel: 'ORAL' }),
        );
        seen[end] += 1;
        const placement = (await read('placement', proposalId)).at(-1);
        const told = types(await read('disclosure', caseId)).join();
        switch (end) {
          case 'told':
            expect(placement?.type).toBe('PlacementCleared');
            expect(told).toMatch(/InformationDisclosed,WaiverWithdrawn$/);
            break;
          case 'takenBack':
            expect(placement?.type).toBe('ClearanceTakenBack');
            expect(told).toMatch(/WaiverSigned,WaiverWithdrawn$/);
            break;
          case 'refused':
            expect(placement).toMatchObject({ type: 'ClearanceRefused', data: { reason: 'WAIVER_LAPSED' } });
            expect(told).toMatch(/WaiverSigned,WaiverWithdrawn$/);
        }
      });
      expect(seen.refused).toBeGreaterThan(0);
      expect(seen.takenBack + seen.told).toBeGreaterThan(0);
    });

    it('rests on the level that holds when it is given, and on none that has run out', async () => {
      const next = await template(() => admittedCase(world));
      const seen = { cleared: 0, refused: 0 };
      await race(async (_n, both) => {
        const { caseId, proposalId } = await next();
        await both(
          () => clearing(proposalId),
          () => assess(world, caseId, 'HIGH', 'assessor-2'),
        );
        const decided = (await read('placement', proposalId)).at(-1);
        if (decided?.type === 'PlacementCleared') {
          seen.cleared += 1;
          expect(decided.data).toMatchObject({ level: 'MEDIUM', assessmentVersion: 1, waiverVersion: 1 });
        } else {
          seen.refused += 1;
          expect(decided).toMatchObject({ type: 'ClearanceRefused', data: { reason: 'STALE_ASSESSMENT' } });
        }
      });
      expect(seen.cleared).toBeGreaterThan(0);
      expect(seen.refused).toBeGreaterThan(0);
    });

    it('that meets a change of Police’s register is refused, or the next check of the area names it', async () => {
      const next = await template(() => admittedCase(world));
      for (const region of new Set(places.map(({ policeRegion }) => policeRegion)))
        await world.appoint(`police-${region}`, `police:${region}`, 'POLICE', ['POLICE_REGISTRAR']);
      const seen = { cleared: 0, refused: 0 };
      await race(async (n, both) => {
        const place = places[n % together]!;
        const { caseId, proposalId, subject } = await next(place);
        const network = inventedNetwork(caseId);
        await world.act('assessor', 'RecordConflictEntries', {
          caseId,
          networks: [],
          adversaryNetworks: [network],
          adversaries: [],
          kin: [],
        });
        const area = world.directory.area(place);
        const { revision } = await world.facts.area(area);
        const reserved = await world.send('ReserveArea', streamName('area', area), {
          area,
          caseId,
          subject,
          proposalId,
          municipality: world.directory.municipality(place.code),
          checkedRevision: revision,
        });
        expect(reserved.outcome).toBe('accepted');
        await both(
          () => clearing(proposalId),
          async () => {
            await world.act(`police-${place.policeRegion}`, 'RecordAdversaryPresence', {
              municipalityCode: place.code,
              networks: [network],
              persons: [],
            });
            // What the area watch sends.
            await world.send('RecheckArea', streamName('area', area), { area });
          },
        );
        const decided = (await read('placement', proposalId)).at(-1);
        const named = (await read('area', area)).some(
          ({ type, data }) =>
            type === 'AreaRechecked' &&
            (data as { conflicts: { proposalId: string }[] }).conflicts.some(
              (one) => one.proposalId === proposalId,
            ),
        );
        expect(named).toBe(true);
        if (decided?.type === 'PlacementCleared') seen.cleared += 1;
        else {
          seen.refused += 1;
          expect(decided).toMatchObject({ type: 'ClearanceRefused', data: { reason: 'NOT_AVAILABLE' } });
        }
        await world.send('ReleaseArea', streamName('area', area), { area, caseId, proposalId });
      });
      expect(seen.cleared).toBeGreaterThan(0);
      expect(seen.refused).toBeGreaterThan(0);
    });

    it('is refused from the very instant at which the assessment has run out', async () => {
      const { caseId, proposal } = await admittedCase(world);
      const assessment = await world.facts.assessment(caseId);
      world.clock.set(assessment!.validUntil);
      await clearing(proposal.proposalId);
      expect((await read('placement', proposal.proposalId)).at(-1)).toMatchObject({
        type: 'ClearanceRefused',
        data: { reason: 'STALE_ASSESSMENT' },
      });
    });
  });

  it('nothing of a person is destroyed on a decision that did not see the hold', async () => {
    const seen = new Set<string>();
    await race(async (_n, both) => {
      const { caseId, subject } = await openCase(world);
      await handOver(world, caseId);
      const file = erasedFileId(world.directory.organisation(home), subject);
      const proposed = await world.erase('officer', 'ProposeErasure', { caseId, ground: 'ASSUMED_IDENTITY' });
      const decisionId = proposed.created!;
      const outcomes = await both(
        ended(() => world.erase('colleague', 'ConfirmErasure', { caseId, decisionId })),
        ended(() => world.erase('officer', 'PlaceLegalHold', { caseId, hold: 'SUPERVISION' })),
      );
      expect(['done,erasure.already_decided', 'erasure.legal_hold,done']).toContain(outcomes.join());
      expect(types(await read('erasure', file))).toEqual([
        'ErasureProposed',
        outcomes[0] === 'done' ? 'ErasureDecided' : 'LegalHoldPlaced',
      ]);
      seen.add(outcomes.join());
    });
    expect(seen.size).toBe(2);
  });

  it('rules of one version are one set, whoever of the two coordinators enacts them', async () => {
    const seen = new Set<string>();
    let { version } = rules2026.rules;
    // One stream for the country: one race after the other.
    for (let n = 0; n < repeats / 2; n += 1) {
      const rules = { ...rules2026.rules, version: (version += 1) };
      const enacts = (by: string, maxCounterRounds: number) =>
        ended(() =>
          world.act(by, 'EnactRules', {
            rules: { ...rules, maxCounterRounds },
            inForceFrom: world.now,
          }),
        );
      const outcomes = await Promise.all(
        n % 2 === 0
          ? [enacts('coordinator', 2)(), enacts('deputy', 1)()]
          : [enacts('deputy', 1)(), enacts('coordinator', 2)()].reverse(),
      );
      expect([...outcomes].sort()).toEqual(['coordination.version_not_higher', 'done']);
      seen.add(outcomes.join());
    }
    expect(seen.size).toBe(2);
  });
});
