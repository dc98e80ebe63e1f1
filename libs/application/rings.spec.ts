import { beforeEach, describe, expect, it } from '@jest/globals';
import { type RecordedEvent, streamName } from '#kernel';
import { randomKeyMaterial } from '../personal-data/testing/key-material.js';
import { CaseParts, type CaseTarget } from './case-parts.js';
import { verdictAfterAnswer } from './rings.js';
import {
  acceptance,
  assess,
  checkCandidate,
  orderProposal,
  type OpenedCase,
  requestedCase,
} from './testing/steps.js';
import { inventedNetwork, provider, World } from './testing/world.js';

// --- the pure answer ------------------------------------------------------------------------------------------------

/** An event as far as the rule looks at it; positions are places in one log. */
const recorded = (position: number, type: string, data: object, revision = 0) =>
  ({
    position: `e1-${String(position).padStart(16, '0')}`,
    type,
    data,
    revision,
  }) as unknown as RecordedEvent;

const me = { caseId: 'case-1', proposalId: 'proposal-1' };
const checked = recorded(10, 'CandidateChecked', { candidateId: 'candidate-1', areaRevision: 3 });
const answered = (answer: string) => recorded(12, 'ReferralAnswered', { candidateId: 'candidate-1', answer });
const ordered = recorded(13, 'ProposalOrdered', { ...me, candidateId: 'candidate-1' });
const other = { caseId: 'case-2', proposalId: 'proposal-2' };

const cleared = {
  consent: [checked, answered('CLEAR'), ordered],
  area: [
    recorded(4, 'AreaReserved', other, 2),
    recorded(5, 'AdversaryPresenceChanged', {}, 3),
    recorded(14, 'AreaReserved', me, 4),
    recorded(15, 'AreaHousingSet', me, 5),
  ],
  entries: [recorded(6, 'ConflictEntriesRecorded', me)],
  housing: 'house-1',
  otherHousings: ['house-2'],
};

describe("Police's answer about a candidate, when the rings are run again", () => {
  it('stands while nothing has changed in the area since the check that it answered', () => {
    expect(verdictAfterAnswer('REFER_TO_POLICE', me, cleared)).toBe('CLEAR');
  });

  it('is not needed where the rings find nothing', () => {
    expect(verdictAfterAnswer('CLEAR', me, { ...cleared, consent: [] })).toBe('CLEAR');
  });

  const after = (...events: RecordedEvent[]) => ({ ...cleared, area: [...cleared.area, ...events] });
  it.each([
    ['somebody left', after(recorded(20, 'AreaReleased', other, 6))],
    ['a check found somebody else', after(recorded(20, 'AreaRechecked', { conflicts: [other] }, 6))],
    ['the own place was confirmed', after(recorded(20, 'AreaConfirmed', me, 6))],
  ])('still stands when %s', (_what, facts) => {
    expect(verdictAfterAnswer('REFER_TO_POLICE', me, facts)).toBe('CLEAR');
  });

  it.each([
    ['another case reserved a place', after(recorded(20, 'AreaReserved', other, 6))],
    ['another case got its housing', after(recorded(20, 'AreaHousingSet', other, 6))],
    ['another case was confirmed', after(recorded(20, 'AreaConfirmed', other, 6))],
    ['Police noted a presence there', after(recorded(20, 'AdversaryPresenceChanged', {}, 6))],
    ['something happened that the rule does not know', after(recorded(20, 'SomethingNew', me, 6))],
    [
      "the register's entries of the person or of somebody there changed",
      { ...cleared, entries: [...cleared.entries, recorded(20, 'ConflictEntriesRecorded', other)] },
    ],
    [
      'they changed between the check and the answer',
      { ...cleared, entries: [recorded(11, 'ConflictEntriesRecorded', me)] },
    ],
    ['somebody else lives in the same housing', { ...cleared, otherHousings: ['house-1'] }],
    ['Police have not answered', { ...cleared, consent: [checked, ordered] }],
    ['Police said no', { ...cleared, consent: [checked, answered('NOT_AVAILABLE'), ordered] }],
    [
      'Police answered about another candidate',
      {
        ...cleared,
        consent: [
          checked,
          recorded(12, 'ReferralAnswered', { candidateId: 'candidate-2', answer: 'CLEAR' }),
          ordered,
        ],
      },
    ],
    ['nobody knows of such a proposal', { ...cleared, consent: [checked, answered('CLEAR')] }],
  ])('does not stand when %s', (_what, facts) => {
    expect(verdictAfterAnswer('REFER_TO_POLICE', me, facts)).toBe('REFER_TO_POLICE');
  });
});

// --- the three handlers that run the rings again ---------------------------------------------------------------------

describe('a candidate whom Police were asked about and cleared', () => {
  const network = inventedNetwork('rings');
  let world: World;
  let opened: OpenedCase;
  let area: string;
  let candidateId: string;
  let proposalId: string;

  const eventsOf = (type: string, stream: string) =>
    world.facts.events(stream).then((events) => events.filter((event) => event.type === type));
  const present = (municipalityCode = '2480') =>
    world.act('receiving-police', 'RecordAdversaryPresence', {
      municipalityCode,
      networks: [network],
      persons: [],
    });
  const threatenedBy = (caseId: string) =>
    world.act('assessor', 'RecordConflictEntries', {
      caseId,
      networks: [],
      adversaryNetworks: [network],
      adversaries: [],
      kin: [],
    });
  const recheck = () => world.send('RecheckArea', streamName('area', area), { area });
  const grant = () => world.act('director', 'GrantAdmission', { proposalId, address: 'Påhittade gatan 7' });
  const clear = () =>
    world.act('coordinator', 'ClearPlacement', { proposalId, plannedArrival: '2026-03-20' });

  beforeEach(async () => {
    world = await World.inMemory(randomKeyMaterial()).found();
    opened = await requestedCase(world);
    const { caseId, subject } = opened;
    await assess(world, caseId);
    await threatenedBy(caseId);
    await present();
    const candidate = await checkCandidate(world, caseId);
    expect(candidate.verdict).toBe('REFER_TO_POLICE');
    ({ candidateId } = candidate);
    await world.act('receiving-police', 'AnswerReferral', { candidateId, answer: 'CLEAR' });
    const proposal = await orderProposal(world, caseId, candidate.candidateId);
    ({ area, proposalId } = proposal);
    const { municipality, areaRevision, board, answerBy, level, startOn } = proposal;
    const place = { area, caseId, subject, proposalId, municipality };
    await world.send('ReserveArea', streamName('area', area), { ...place, checkedRevision: areaRevision });
    await world.send('ReserveCapacity', streamName('destination', board), {
      board,
      caseId,
      proposalId,
      places: 1,
      until: answerBy,
    });
    await world.send('ConfirmProposal', streamName('consent', caseId), { caseId, proposalId });
    await world.act('preparer', 'PrepareAnswer', { proposalId, answer: 'ACCEPT' });
    await world.act('decider', 'DecideAnswer', { proposalId, ...acceptance });
    const housing = world.directory.housing(acceptance.provider, acceptance.housing);
    await world.send('SetAreaHousing', streamName('area', area), { area, caseId, proposalId, housing });
    await world.send('RequestAdmission', streamName('placement', proposalId), {
      caseId,
      subject,
      proposalId,
      provider: world.directory.organisation(provider.id),
      directors: [world.person('director')],
      housing,
      board,
      area,
      municipality,
      level,
      ageBand: '35_PLUS',
      referenceCode: proposal.referenceCode,
      startOn,
    });
  });

  it('is admitted, cleared and not found in conflict again', async () => {
    await recheck();
    expect(await eventsOf('AreaRechecked', streamName('area', area))).toEqual([]);
    await grant();
    const placement = streamName('placement', proposalId);
    expect((await eventsOf('AdmissionGranted', placement))[0]?.data).toMatchObject({ verdict: 'CLEAR' });
    await clear();
    expect(await eventsOf('PlacementCleared', placement)).toHaveLength(1);
  });

  it('is theirs to answer until somebody has been cleared in the case, and is then not there for them', async () => {
    const parts = new CaseParts(world.facts);
    const relations = async (target: CaseTarget) =>
      (await parts.of(target))?.parts.map(({ relation }) => relation);
    await grant();
    expect(await relations({ candidateId })).toContain('RECEIVING_POLICE');
    await clear();
    expect(await relations({ candidateId })).not.toContain('RECEIVING_POLICE');
    // What they are asked afterwards, for another move, is there again.
    const next = await checkCandidate(world, opened.caseId);
    expect(await relations({ candidateId: next.candidateId })).toContain('RECEIVING_POLICE');
  });

  it('is looked at again when Police note another presence before the admission', async () => {
    await present();
    await recheck();
    expect((await eventsOf('AreaRechecked', streamName('area', area))).at(-1)?.data).toMatchObject({
      conflicts: [{ caseId: opened.caseId, proposalId }],
    });
    await grant();
    expect((await eventsOf('AdmissionGranted', streamName('placement', proposalId)))[0]?.data).toMatchObject({
      verdict: 'REFER_TO_POLICE',
    });
  });

  it('is not cleared when their own entries changed after the admission', async () => {
    await grant();
    await threatenedBy(opened.caseId);
    await clear();
    expect((await eventsOf('ClearanceRefused', streamName('placement', proposalId)))[0]?.data).toMatchObject({
      reason: 'NOT_AVAILABLE',
    });
  });
});
