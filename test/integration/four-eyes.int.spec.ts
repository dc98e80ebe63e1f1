import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { codec, UnknownTarget } from '#application';
import type { OfficialFunction } from '#domain/appointment';
import type { InquiryEvent } from '#domain/disclosure';
import type { EventStore } from '#event-store';
import { openPostgresEventStore } from '#event-store/postgres';
import { type AgencyKind, streamName } from '#kernel';
import {
  admittedCase,
  assess,
  checkCandidate,
  orderProposal,
  proposedCase,
  requestedCase,
} from '../../libs/application/testing/steps.js';
import {
  coordinator,
  home,
  homePolice,
  inventedNumber,
  World,
} from '../../libs/application/testing/world.js';
import { randomKeyMaterial } from '../../libs/personal-data/testing/key-material.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

// On one case the requester, the assessor (and who confirms a lowering) and the one who clears are different persons,
// wherever they are employed by then. Each test has a country of its own, since people move.

let database: TestDatabase;
let store: EventStore;
let world: World;

beforeEach(async () => {
  await close();
  database = await createTestDatabase();
  store = await openPostgresEventStore({ connection: { connectionString: database.url }, codec });
  world = await (await World.inDatabase(store, database.pool, randomKeyMaterial())).found();
});
const close = async () => {
  await store?.close();
  await database?.close();
};
afterAll(close);

/** One appointment ends now, another begins; the login stays the same. */
const moves = async (
  sub: string,
  to: { organisation: string; agencyKind: AgencyKind; functions: readonly OfficialFunction[] },
): Promise<void> => {
  const before = world.person(sub);
  for (const { appointmentId } of await world.facts.appointmentsAt(before, world.now))
    await world.act('registrar', 'EndAppointment', { official: sub, appointmentId, endsAt: world.now });
  await world.appoint(sub, to.organisation, to.agencyKind, to.functions, world.now);
  const held = await world.facts.appointmentsAt(before, world.now);
  expect(held.map(({ function: name }) => name)).toEqual(to.functions);
};
/** What the projection of grants would do, which does not run here: colleagues may open what Police have written. */
const grantsFollow = async (caseId: string, sub: string): Promise<void> => {
  await database.pool.query(
    `INSERT INTO vault.grants (case_id, subject, stream, class, owner, organisation, person, foot, source_ref, valid_from)
       SELECT $1, subject, stream, class, owner, owner, $2, 'OWN', 'followed', '2020-01-01' FROM vault.keys WHERE owner = $3`,
    [caseId, world.person(sub), world.directory.organisation(homePolice)],
  );
};
const toPolice = {
  organisation: homePolice,
  agencyKind: 'POLICE',
  functions: ['POLICE_ASSESSOR'],
} as const;
const toCoordinator = {
  organisation: coordinator,
  agencyKind: 'NATIONAL_COORDINATOR',
  functions: ['DEPUTY_COORDINATOR'],
} as const;
const toBoard = { organisation: home, agencyKind: 'SOCIAL_BOARD', functions: ['HOME_OFFICER'] } as const;

const clear = (by: string, proposalId: string) =>
  world.act(by, 'ClearPlacement', { proposalId, plannedArrival: '2026-03-20' });
const placementOf = async (proposalId: string) =>
  (await world.facts.events(streamName('placement', proposalId))).map(({ type }) => type);

describe('who asked for the relocation', () => {
  it('does not judge the danger, also when he or she works for Police by now', async () => {
    const { caseId } = await requestedCase(world);
    await moves('officer', toPolice);
    await expect(assess(world, caseId, 'HIGH', 'officer')).rejects.toMatchObject({
      code: 'threat_assessment.assessor_is_requester',
    });
    expect(await world.facts.assessment(caseId)).toBeUndefined();
  });

  it('does not confirm that the level may be lowered', async () => {
    const { caseId } = await requestedCase(world);
    await assess(world, caseId, 'HIGH');
    await assess(world, caseId, 'LOW');
    await moves('officer', toPolice);
    await expect(world.act('officer', 'ConfirmLowering', { caseId, version: 2 })).rejects.toMatchObject({
      code: 'threat_assessment.assessor_is_requester',
    });
  });

  it('does not clear, also when he or she is a coordinator by now', async () => {
    const { proposal } = await admittedCase(world);
    await moves('officer', toCoordinator);
    await expect(clear('officer', proposal.proposalId)).rejects.toMatchObject({
      code: 'placement.four_eyes',
    });
    expect(await placementOf(proposal.proposalId)).not.toContain('PlacementCleared');
  });
});

describe('who judged the danger', () => {
  it('does not clear, also when he or she is a coordinator by now', async () => {
    const { proposal } = await admittedCase(world);
    await moves('assessor', toCoordinator);
    await expect(clear('assessor', proposal.proposalId)).rejects.toMatchObject({
      code: 'placement.four_eyes',
    });
    // Moving on to yet another post does not help either.
    await moves('assessor', toBoard);
    await moves('assessor', toCoordinator);
    await expect(clear('assessor', proposal.proposalId)).rejects.toMatchObject({
      code: 'placement.four_eyes',
    });
    expect(await placementOf(proposal.proposalId)).not.toContain('PlacementCleared');
  });

  it('does not confirm the own lowering', async () => {
    const { caseId } = await requestedCase(world);
    await assess(world, caseId, 'HIGH');
    await assess(world, caseId, 'LOW');
    await expect(world.act('assessor', 'ConfirmLowering', { caseId, version: 2 })).rejects.toMatchObject({
      code: 'threat_assessment.same_assessor',
    });
  });

  it.each(['assessor', 'assessor-2'])('and who confirmed it: neither of the two clears (%s)', async (one) => {
    const { caseId, proposal } = await admittedCase(world);
    await assess(world, caseId, 'LOW');
    await world.act('assessor-2', 'ConfirmLowering', { caseId, version: 2 });
    await moves(one, toCoordinator);
    await expect(clear(one, proposal.proposalId)).rejects.toMatchObject({ code: 'placement.four_eyes' });
  });
});

describe('who clears', () => {
  it('is a coordinator, and neither of the others', async () => {
    const { proposal } = await admittedCase(world);
    await clear('coordinator', proposal.proposalId);
    expect(await placementOf(proposal.proposalId)).toContain('PlacementCleared');
  });

  it('cannot have judged the danger for a while as somebody of Police', async () => {
    const { caseId, proposal } = await admittedCase(world);
    await moves('deputy', toPolice);
    await grantsFollow(caseId, 'deputy');
    await assess(world, caseId, 'MEDIUM', 'deputy');
    await moves('deputy', toCoordinator);
    await expect(clear('deputy', proposal.proposalId)).rejects.toMatchObject({ code: 'placement.four_eyes' });
    await clear('coordinator', proposal.proposalId);
    expect(await placementOf(proposal.proposalId)).toContain('PlacementCleared');
  });

  it('does not judge the danger afterwards, also when he or she works for Police by then', async () => {
    const { caseId, proposal } = await admittedCase(world);
    await clear('coordinator', proposal.proposalId);
    await moves('coordinator', toPolice);
    for (const level of ['HIGH', 'LOW'] as const)
      await expect(assess(world, caseId, level, 'coordinator')).rejects.toMatchObject({
        code: 'threat_assessment.assessor_is_clearer',
      });
    expect(await world.facts.assessment(caseId)).toMatchObject({ version: 1, level: 'MEDIUM' });
  });

  it('does not confirm a lowering afterwards, also when the clearance was taken back', async () => {
    const { caseId, proposal } = await admittedCase(world);
    const { proposalId } = proposal;
    await clear('coordinator', proposalId);
    await world.send('TakeClearanceBack', streamName('placement', proposalId), {
      caseId,
      proposalId,
      reason: 'WAIVER_LAPSED',
    });
    expect(await placementOf(proposalId)).toContain('ClearanceTakenBack');
    await assess(world, caseId, 'LOW');
    await moves('coordinator', toPolice);
    await expect(world.act('coordinator', 'ConfirmLowering', { caseId, version: 2 })).rejects.toMatchObject({
      code: 'threat_assessment.assessor_is_clearer',
    });
    // Somebody who had no part in the case agrees instead.
    await world.act('assessor-2', 'ConfirmLowering', { caseId, version: 2 });
    expect(await world.facts.assessment(caseId)).toMatchObject({ version: 2, level: 'LOW' });
  });

  it.each(['officer', 'assessor', 'decider'])('is never of another agency (%s)', async (one) => {
    const { proposal } = await admittedCase(world);
    await expect(clear(one, proposal.proposalId)).rejects.toMatchObject({
      code: 'placement.not_coordinator',
    });
  });
});

describe('a request for information from outside', () => {
  it('is weighed by one and decided by another, once, whoever presses first and how often', async () => {
    let byColleague = 0;
    for (let round = 0; round < 20; round += 1) {
      const { created } = await world.act('officer', 'ReceiveInformationRequest', {
        personalIdentityNumber: inventedNumber(6_000 + round),
        requester: 'POLICE',
        basis: 'OSL_10_15_A',
        purpose: 'CRIME_PREVENTION',
        asked: ['social'],
        stated: [],
        reference: 'K 17-26',
        text: 'Påhittad begäran',
        reviewers: ['colleague'],
      });
      const inquiryId = created!;
      const both = round % 2 === 0 ? ['officer', 'colleague'] : ['colleague', 'officer'];
      const weighings = await Promise.allSettled(
        both.map((by) =>
          world.act(by, 'WeighInformationRequest', {
            inquiryId,
            released: [],
            reasons: ['NOT_NEEDED'],
            note: 'Påhittad avvägning',
          }),
        ),
      );
      expect(weighings.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const decisions = await Promise.allSettled(
        [...both, ...both].map((by) =>
          world.act(by, 'DecideInformationRequest', { inquiryId, agrees: true }),
        ),
      );
      expect(decisions.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const events = (await world.facts.events(
        streamName('inquiry', inquiryId),
      )) as unknown as readonly InquiryEvent[];
      expect(events.map(({ type }) => type)).toEqual([
        'InformationRequestReceived',
        'InformationRequestWeighed',
        'InformationRequestDecided',
      ]);
      const { weighedBy, decidedBy } = (
        events[2] as Extract<InquiryEvent, { type: 'InformationRequestDecided' }>
      ).data;
      expect([weighedBy, decidedBy].sort()).toEqual(both.map((one) => world.person(one)).sort());
      byColleague += decidedBy === world.person('colleague') ? 1 : 0;
    }
    expect(byColleague).toBeGreaterThan(0);
  });

  it('is not there for who has left the board since, named or not', async () => {
    const { created } = await world.act('officer', 'ReceiveInformationRequest', {
      personalIdentityNumber: inventedNumber(6_100),
      requester: 'POLICE',
      basis: 'OSL_10_15_A',
      purpose: 'CRIME_PREVENTION',
      asked: ['social'],
      stated: [],
      reference: 'K 17-26',
      text: 'Påhittad begäran',
      reviewers: ['colleague'],
    });
    await moves('colleague', toPolice);
    await expect(
      world.act('colleague', 'WeighInformationRequest', {
        inquiryId: created!,
        released: [],
        reasons: ['NOT_NEEDED'],
        note: 'Påhittad avvägning',
      }),
    ).rejects.toThrow(UnknownTarget);
  });
});

describe('the other pairs', () => {
  it('the danger is judged by Police only', async () => {
    const { caseId } = await requestedCase(world);
    for (const one of ['colleague', 'coordinator'])
      await expect(assess(world, caseId, 'LOW', one)).rejects.toMatchObject({
        code: 'threat_assessment.not_police',
      });
  });

  it('a receiving board’s answer is prepared by one and decided by another', async () => {
    const { proposal } = await proposedCase(world);
    const { proposalId } = proposal;
    await world.act('decider', 'PrepareAnswer', { proposalId, answer: 'DECLINE', reason: 'CAPACITY' });
    await expect(
      world.act('decider', 'DecideAnswer', { proposalId, answer: 'DECLINE', reason: 'CAPACITY' }),
    ).rejects.toMatchObject({ code: 'consent.four_eyes' });
  });

  it('nobody clears a case that nobody has judged', async () => {
    const { caseId } = await requestedCase(world);
    const { candidateId } = await checkCandidate(world, caseId);
    await expect(orderProposal(world, caseId, candidateId)).rejects.toMatchObject({
      code: 'consent.stale_assessment',
    });
  });
});
