import { addHours, derivedId, streamName } from '#kernel';
import {
  acceptedCase,
  admittedCase,
  assess,
  checkCandidate,
  disclose,
  handOver,
  inDays,
  openCase,
  orderProposal,
  proposedCase,
  requestedCase,
  sent,
} from './steps.js';
import { standingPlacesIn } from '../facts.js';
import { erasedFileId } from '../handlers/erasure.js';
import { home, inventedNetwork, inventedNumber, receiver, type World } from './world.js';

export const hunters = inventedNetwork('hunters');
export const adversary = inventedNumber(5_001);
export const kin = inventedNumber(5_002);
export const note = 'Påhittad anteckning';

/**
 * Plays enough invented cases that every intent is asked for and every type of event is written at least once, by the
 * real handlers. Time moves on by more than half a year.
 */
export const playEverything = async (world: World): Promise<void> => {
  await world.act('registrar', 'EndAppointment', {
    official: 'colleague',
    appointmentId: (await world.facts.appointmentsAt(world.person('colleague'), world.now))[0]!.appointmentId,
    endsAt: addHours(world.now, 24 * 365),
  });
  await world.act('deputy', 'TakeDuty', {});
  await candidatesAndAnswers(world);
  await levels(world);
  await refusals(world);
  await settled(world);
  await withdrawn(world);
  await inquiries(world);
  await served(world);
  await documents(world);
  await protections(world);
  await reviewed(world);
  await justInTime(world);
  await contacts(world);
  await told(world);
  // Years later.
  await erasures(world);
};

/** Kriminalvården is told who it is, and then no longer. */
const told = async (world: World): Promise<void> => {
  const { caseId } = await requestedCase(world);
  const { created } = await world.act('officer', 'TellAgency', {
    caseId,
    organisation: 'probation:national',
    contacts: ['probation'],
    classes: ['identity'],
    purpose: 'SUPPORT',
    foot: 'WAIVER',
  });
  await world.act('officer', 'EndTelling', { caseId, disclosureId: created! });
};

/** A glass that is confirmed and one that is not in time; a joint opening that is approved and one that is rejected. */
const justInTime = async (world: World): Promise<void> => {
  const { caseId } = await openCase(world);
  const glass = { caseId, reason: 'DANGER_TO_LIFE', classes: ['threat-advice'], note } as const;
  const confirmed = await world.act('officer', 'BreakGlass', glass);
  await world.act('colleague', 'ConfirmGlass', { caseId, glassId: confirmed.created! });
  const left = await world.act('officer', 'BreakGlass', glass);
  world.clock.advance(3_600_000);
  await sent(world, 'EndGlass', streamName('break-glass', caseId), { caseId, glassId: left.created! });
  await world.act('colleague', 'ConfirmGlass', { caseId, glassId: left.created! });
  for (const answer of ['ApproveJointOpening', 'RejectJointOpening'] as const) {
    const { created } = await world.act('officer', 'RequestJointOpening', { caseId, purpose: 'TRANSPORT' });
    await world.act('colleague', answer, { caseId, openingId: created! });
  }
};

/** One of the named officers has something against it, another goes, and who comes has nothing against it. */
const contacts = async (world: World): Promise<void> => {
  const { caseId } = await openCase(world);
  await world.appoint('third-officer', home, 'SOCIAL_BOARD', ['HOME_OFFICER']);
  await world.act('officer', 'DeclareImpartial', { caseId });
  await world.act('officer', 'ChangeContact', {
    caseId,
    outgoing: 'colleague',
    incoming: 'third-officer',
    reason: 'NEW_DUTIES',
  });
  await world.act('third-officer', 'DeclareDisqualified', { caseId, ground: 'FL_16_5' });
  const { proposalId } = (await acceptedCase(world)).proposal;
  await world.appoint('third-receiver', receiver, 'SOCIAL_BOARD', ['RECEIVING_OFFICER']);
  await world.act('preparer', 'DeclareImpartialOnProposal', { proposalId });
  await world.act('decider', 'ChangeContactOnProposal', {
    proposalId,
    outgoing: 'preparer',
    incoming: 'third-receiver',
    reason: 'ABSENCE',
  });
  await world.act('third-receiver', 'DeclareDisqualifiedOnProposal', { proposalId, ground: 'FL_16_1' });
};

/** A day's openings are drawn from, a pattern is seen, a reviewer settles; the person asks who has read. */
const reviewed = async (world: World): Promise<void> => {
  const { caseId } = await openCase(world);
  const organisation = world.directory.organisation(home);
  const day = inDays(world, -1);
  const sample = { reviewId: derivedId('review', organisation, day), organisation, day };
  const settleBy = addHours(world.now, 14 * 24);
  await sent(world, 'SampleReads', streamName('review', sample.reviewId), {
    ...sample,
    agencyKind: 'SOCIAL_BOARD',
    samplePermille: 50,
    settleBy,
    openings: [11, 12, 13],
  });
  const alert = derivedId('review', 'CANARY_OPENED', organisation);
  await sent(world, 'AlertReview', streamName('review', alert), {
    reviewId: alert,
    organisation,
    agencyKind: 'SOCIAL_BOARD',
    pattern: 'CANARY_OPENED',
    of: 'READS',
    record: 13,
    settleBy,
  });
  await world.act('reviewer', 'SettleReview', {
    reviewId: alert,
    record: 1,
    outcome: 'FOLLOW_UP',
    reason: 'NO_TASK_SEEN',
  });
  await world.act('officer', 'ProduceAccessReport', { caseId, requestedOn: inDays(world, 0) });
};

/** The second case of one person waits; what Police know; candidates that are referred; answers of every kind. */
const candidatesAndAnswers = async (world: World): Promise<void> => {
  const { caseId, subject } = await requestedCase(world, 100);
  const second = await openCase(world, 100);
  await world.act('assessor', 'RecordConflictEntries', {
    caseId,
    networks: [inventedNetwork('own')],
    adversaryNetworks: [hunters],
    adversaries: [adversary],
    kin: [kin],
  });
  await world.act('receiving-police', 'RecordAdversaryPresence', {
    municipalityCode: '2480',
    networks: [hunters],
    persons: [adversary],
  });
  await assess(world, caseId);
  const referred = await checkCandidate(world, caseId);
  await world.act('receiving-police', 'AnswerReferral', {
    candidateId: referred.candidateId,
    answer: 'CLEAR',
  });
  const forgotten = await checkCandidate(world, caseId);
  const { proposalId, area } = await orderProposal(world, caseId, referred.candidateId);
  const consent = streamName('consent', caseId);
  await sent(world, 'AbandonProposal', consent, { caseId, proposalId, reason: 'CHECK_AGAIN' });
  await sent(world, 'RequestAttention', consent, { caseId, step: 'ReserveArea', code: 'area.moved_on' });
  await world.act('coordinator', 'SettleAttention', { caseId, step: 'ReserveArea' });
  world.clock.set(forgotten.referralDueAt!);
  await sent(world, 'ExpireReferral', consent, { caseId, candidateId: forgotten.candidateId });
  await sent(world, 'ReleaseClaim', streamName('claim', subject), { caseId, subject });
  await sent(world, 'ReleaseClaim', streamName('claim', subject), { caseId: second.caseId, subject });
  // Somebody who is reserved where the hunters are seen: the next check of the area finds it.
  const near = await requestedCase(world, 101);
  await sent(world, 'ReserveArea', streamName('area', area), {
    area,
    caseId: near.caseId,
    subject: near.subject,
    proposalId: near.caseId,
    municipality: referred.municipality,
    checkedRevision: (await world.facts.area(area)).revision,
  });
  await world.act('assessor', 'RecordConflictEntries', {
    caseId: near.caseId,
    networks: [],
    adversaryNetworks: [hunters],
    adversaries: [],
    kin: [],
  });
  await sent(world, 'RecheckArea', streamName('area', area), { area });
  await sent(world, 'ReleaseArea', streamName('area', area), {
    area,
    caseId: near.caseId,
    proposalId: near.caseId,
  });

  for (const how of ['DECLINED', 'COUNTERED', 'EXPIRED'] as const) {
    const { caseId: asked, proposal } = await proposedCase(world);
    const ids = { caseId: asked, proposalId: proposal.proposalId };
    const stream = streamName('consent', asked);
    if (how === 'DECLINED') {
      const answer = { proposalId: proposal.proposalId, answer: 'DECLINE', reason: 'CAPACITY' } as const;
      await world.act('preparer', 'PrepareAnswer', answer);
      await world.act('decider', 'DecideAnswer', answer);
      await sent(world, 'ReleaseCapacity', streamName('destination', proposal.board), {
        board: proposal.board,
        ...ids,
      });
    } else if (how === 'COUNTERED') {
      for (const round of [1, 2]) {
        const startOn = inDays(world, 20 + round);
        const answer = { proposalId: proposal.proposalId, answer: 'COUNTER', startOn } as const;
        await world.act('preparer', 'PrepareAnswer', answer);
        await world.act('decider', 'DecideAnswer', answer);
        if (round === 1) await world.act('officer', 'ApproveCounterProposal', ids);
        else await world.act('officer', 'RejectCounterProposal', ids);
      }
    } else {
      await sent(world, 'RemindProposal', stream, ids);
      world.clock.set(proposal.answerBy);
      await sent(world, 'ExpireProposal', stream, ids);
    }
  }
};

/** Lowered by two, rejected, ordered again, run out. */
const levels = async (world: World): Promise<void> => {
  const { caseId } = await requestedCase(world);
  const stream = streamName('threat-assessment', caseId);
  await assess(world, caseId, 'HIGH');
  await assess(world, caseId, 'LOW');
  await world.act('assessor-2', 'RejectLowering', { caseId, version: 2 });
  await assess(world, caseId, 'MEDIUM');
  await world.act('assessor-2', 'ConfirmLowering', { caseId, version: 3 });
  const { validUntil } = (await world.facts.assessment(caseId))!;
  await sent(world, 'OrderReassessment', stream, { caseId, reason: 'VALIDITY_ENDS', dueAt: validUntil });
  world.clock.set(validUntil);
  await sent(world, 'ExpireAssessment', stream, { caseId, version: 3 });
};

/** The provider says no, the coordinator cannot clear, a clearance is taken back. */
const refusals = async (world: World): Promise<void> => {
  const refused = await acceptedCase(world);
  await world.act('director', 'RefuseAdmission', {
    proposalId: refused.proposal.proposalId,
    reason: 'NOT_SUITABLE',
  });
  const plannedArrival = inDays(world, 2);
  const lapsed = await admittedCase(world);
  await world.act('officer', 'WithdrawWaiver', { caseId: lapsed.caseId, channel: 'PHONE' });
  await world.act('coordinator', 'ClearPlacement', {
    proposalId: lapsed.proposal.proposalId,
    plannedArrival,
  });
  const back = await admittedCase(world);
  const { proposalId } = back.proposal;
  await world.act('coordinator', 'ClearPlacement', { proposalId, plannedArrival });
  await sent(world, 'TakeClearanceBack', streamName('placement', proposalId), {
    caseId: back.caseId,
    proposalId,
    reason: 'WAIVER_LAPSED',
  });
};

/** Cleared, moved, arrived, followed up, closed as established. */
const settled = async (world: World): Promise<void> => {
  const { caseId, proposal } = await admittedCase(world);
  const { proposalId, area, board } = proposal;
  const ids = { caseId, proposalId };
  const stream = streamName('placement', proposalId);
  await world.act('coordinator', 'ClearPlacement', {
    proposalId,
    plannedArrival: inDays(world, 1),
  });
  await sent(world, 'ConfirmArea', streamName('area', area), { area, ...ids });
  await sent(world, 'ConfirmCapacity', streamName('destination', board), { board, ...ids });
  await disclose(world, await openedBy(world, caseId), proposalId, 'identity', board);
  await sent(world, 'AlertArrivalOverdue', stream, ids);
  world.clock.advance(3_600_000);
  await world.act('assessor', 'RecordTransfer', { proposalId, startedAt: world.now });
  world.clock.advance(3_600_000);
  await world.act('officer', 'ConfirmArrival', { proposalId, arrivedAt: world.now });
  const dueAt = addHours(world.now, 24);
  await sent(world, 'OrderFollowUp', stream, { ...ids, number: 1, dueAt });
  world.clock.set(dueAt);
  await sent(world, 'MissFollowUp', stream, { ...ids, number: 1 });
  await world.act('officer', 'RecordFollowUp', {
    proposalId,
    number: 1,
    heldOn: inDays(world, 0),
    outcome: 'STABLE',
    note,
  });
  await world.act('receiving-police', 'BreakGlassAtPlacement', {
    proposalId,
    reason: 'DANGER_TO_LIFE',
    classes: ['identity'],
    note,
  });
  await sent(world, 'AlertConflict', stream, ids);
  await world.act('receiving-police', 'ReportExposure', { proposalId, source: 'COURT_DOCUMENT' });
  await assess(world, caseId);
  await world.act('officer', 'StartSupervisedClosing', { caseId, contactOn: inDays(world, 0) });
  world.clock.advance(190 * 24 * 3_600_000);
  await world.act('officer', 'CloseCase', { caseId, code: 'ESTABLISHED' });
  await sent(world, 'EndDisclosure', streamName('disclosure', caseId), {
    caseId,
    disclosureId: proposalId,
    reason: 'CASE_CLOSED',
  });
};

/** Withdrawn after arrival: the placement ends, and the departure is awaited. */
const withdrawn = async (world: World): Promise<void> => {
  const { caseId, proposal } = await admittedCase(world);
  const { proposalId } = proposal;
  await world.act('coordinator', 'ClearPlacement', {
    proposalId,
    plannedArrival: inDays(world, 1),
  });
  await world.act('officer', 'ConfirmArrival', { proposalId, arrivedAt: world.now });
  await world.act('officer', 'WithdrawWaiver', { caseId, channel: 'ORAL' });
  const ids = { caseId, proposalId, reason: 'WAIVER_WITHDRAWN' };
  await sent(world, 'WithdrawProposal', streamName('consent', caseId), ids);
  await sent(world, 'EndPlacement', streamName('placement', proposalId), ids);
  await world.act('officer', 'ConfirmDeparture', { proposalId, departedAt: world.now });
};

/** Others ask about somebody who is known here, and about somebody who is not. */
const inquiries = async (world: World): Promise<void> => {
  const known = inventedNumber(5_003);
  const { caseId } = await openCase(world, 5_003);
  const words = { reference: 'dnr-påhittad-5', text: 'Påhittad begäran' };
  for (const personalIdentityNumber of [known, inventedNumber(5_004)]) {
    const request = await world.act('officer', 'ReceiveInformationRequest', {
      personalIdentityNumber,
      requester: 'POLICE',
      basis: 'OSL_10_15_A',
      purpose: 'CRIME_PREVENTION',
      asked: ['address', 'social'],
      stated: ['CONCRETE_CIRCUMSTANCES'],
      scaleToMonths: 12,
      ...words,
      reviewers: ['colleague'],
    });
    const inquiryId = request.created!;
    const weighed = { inquiryId, note: 'Påhittad avvägning' } as const;
    await world.act('officer', 'WeighInformationRequest', {
      ...weighed,
      released: ['social'],
      reasons: ['NO_HARM'],
    });
    await world.act('colleague', 'DecideInformationRequest', { inquiryId, agrees: false });
    await world.act('officer', 'WeighInformationRequest', {
      ...weighed,
      released: ['social'],
      reasons: ['SERIOUS_CRIME'],
    });
    await world.act('colleague', 'DecideInformationRequest', {
      inquiryId,
      agrees: true,
      recipient: 'Påhittad handläggare, polisregion Öst',
    });
    const stay = await world.act('officer', 'ReceiveStayInquiry', {
      personalIdentityNumber,
      requester: 'KRONOFOGDEN',
      checked: 'CALLED_BACK',
      ...words,
      reviewers: ['colleague'],
    });
    await world.act('colleague', 'DeclareImpartialInInquiry', { inquiryId: stay.created! });
    await world.act('colleague', 'AnswerStayInquiry', {
      inquiryId: stay.created!,
      checked: 'KNOWN_CHANNEL',
      answer: 'NO',
      recipient: 'Påhittad handläggare, Kronofogden',
    });
    await world.act('officer', 'DeclareDisqualifiedInInquiry', {
      inquiryId: stay.created!,
      ground: 'FL_16_2',
    });
    if (personalIdentityNumber === known)
      await world.act('assessor', 'AcknowledgeInquiry', { caseId, inquiryId });
  }
};

/** A decision that is served, and apart from it the one on the place. */
const served = async (world: World): Promise<void> => {
  const { caseId } = await openCase(world);
  const decidedOn = inDays(world, 0);
  const { created } = await world.act('officer', 'RegisterServedDecision', {
    caseId,
    decisionType: 'LVU',
    decidedOn,
    registryNumber: 'dnr-påhittad-7',
    text: 'Påhittat beslut',
  });
  await world.act('officer', 'RegisterPlaceDecision', {
    caseId,
    decisionId: created!,
    decidedOn,
    provider: 'Påhittade hemmet',
    place: 'Påhittad ort',
  });
  const [place] = standingPlacesIn(await world.facts.events(streamName('decision', created!)));
  const { placeDecisionId } = place!.data as { placeDecisionId: string };
  await world.act('officer', 'ReportDecidedPlaceExposure', {
    caseId,
    decisionId: created!,
    placeDecisionId,
    source: 'STAFF',
  });
  await world.act('officer', 'ConfirmPlaceLeft', {
    caseId,
    decisionId: created!,
    placeDecisionId,
    departedAt: world.now,
  });
  await world.act('officer', 'ConfirmPlaceLeft', {
    caseId,
    decisionId: created!,
    placeDecisionId,
    there: true,
  });
};

/** Requests for official documents: released, refused in two steps and appealed, late. */
const documents = async (world: World): Promise<void> => {
  await world.act('registrar', 'EnactRegisterRules', {
    authority: home,
    rules: {
      version: 1,
      pattern: 'SN {YYYY}/{N}',
      copyFees: { freePages: 9, firstPages: 10, firstPagesOre: 5_000, furtherPageOre: 200 },
      source: 'Council decision 4',
    },
    inForceFrom: world.now,
  });
  const request = async (kind: 'POLICY' | 'CASE_FILE'): Promise<string> => {
    const { created } = await world.act('document-registrar', 'RegisterDocumentRequest', {
      registryNumber: kind === 'POLICY' ? 'SN 2026/17' : 'SN 2026/18',
      text: 'Påhittad begäran om handlingar',
      contact: 'Påhittad postbox',
      kinds: [kind],
      receivedAt: world.now,
    });
    return created!;
  };
  const policy = await request('POLICY');
  await world.act('document-registrar', 'AnswerDocumentRequest', {
    requestId: policy,
    outcome: 'RELEASE',
    kinds: ['POLICY'],
    findings: [],
    note: 'Påhittad prövning',
    pages: 25,
  });
  const requestId = await request('CASE_FILE');
  await world.appoint('late-registrar', home, 'SOCIAL_BOARD', ['DOCUMENT_REGISTRAR']);
  await world.act('late-registrar', 'TakeOverDocumentRequest', { requestId });
  const refusal = {
    requestId,
    outcome: 'REFUSE',
    kinds: [],
    findings: [
      { provision: 'OSL_26_1', harm: 'UNSURE' },
      { provision: 'OSL_21_3', harm: 'NO_HARM' },
    ],
    note: 'Påhittad prövning',
  } as const;
  world.clock.advance(4 * 24 * 3_600_000);
  await sent(world, 'AlertDocumentAnswerOverdue', streamName('public-access', requestId), {
    requestId,
    step: 'OFFICIAL',
    dueAt: world.now,
  });
  await world.act('document-registrar', 'AnswerDocumentRequest', refusal);
  await world.act('document-registrar', 'RequestAuthorityDecision', {
    requestId,
    requestedOn: inDays(world, 0),
  });
  await world.act('document-decider', 'DecideDocumentRequest', refusal);
  await world.act('document-registrar', 'RecordRefusalServed', { requestId, servedOn: inDays(world, 0) });
  await world.act('document-registrar', 'RecordRefusalAppealed', { requestId, receivedAt: world.now });
  await world.act('document-registrar', 'RecordAppealOutcome', {
    requestId,
    outcome: 'REMITTED',
    decidedOn: inDays(world, 0),
  });
};

/** Protections granted, prolonged, refused and ended; the notice; a register; somebody who becomes somebody else. */
const protections = async (world: World): Promise<void> => {
  const { caseId } = await openCase(world);
  const stream = streamName('protected-data', caseId);
  const request = async (kind: 'PROTECTED_REGISTRATION' | 'SECRECY_MARKING' | 'ASSUMED_IDENTITY') => {
    const { created } = await world.act('officer', 'RequestProtection', {
      caseId,
      kind,
      appliedBy: 'SELF',
      familyIncluded: kind === 'PROTECTED_REGISTRATION',
      appliedOn: inDays(world, 0),
    });
    return created!;
  };
  const protectionId = await request('PROTECTED_REGISTRATION');
  await world.act('tax-officer', 'RegisterProtectionOutcome', {
    caseId,
    protectionId,
    outcome: 'GRANTED',
    decidedOn: inDays(world, 0),
    until: inDays(world, 365),
    registeredMunicipalityCode: '0180',
  });
  await sent(world, 'RemindProtectionExpiry', stream, { caseId, protectionId, daysLeft: 90 });
  await world.act('tax-officer', 'EndProtection', {
    caseId,
    protectionId,
    reason: 'OWN_NOTICE',
    endedOn: inDays(world, 0),
  });
  await world.act('tax-officer', 'RegisterProtectionOutcome', {
    caseId,
    protectionId: await request('SECRECY_MARKING'),
    outcome: 'REFUSED',
    decidedOn: inDays(world, 0),
  });
  await sent(world, 'RemindRegistrationNotice', stream, { caseId, number: 1 });
  await world.act('officer', 'WithholdRegistrationNotice', {
    caseId,
    reason: 'TEMPORARY_STAY',
    grounds: 'Påhittade skäl',
  });
  await sent(world, 'ReopenRegistrationNotice', stream, { caseId });
  await world.act('officer', 'WithholdRegistrationNotice', {
    caseId,
    reason: 'PERSECUTION',
    grounds: 'Påhittade skäl',
  });
  await world.act('officer', 'SendRegistrationNotice', { caseId, sentOn: inDays(world, 0) });
  await sent(world, 'SupersedeRegistrationNotice', stream, {
    caseId,
    proposalId: derivedId('proposal', caseId),
  });
  await sent(world, 'ReopenExposedRegisters', stream, {
    caseId,
    proposalId: derivedId('proposal', caseId),
  });
  await world.act('officer', 'CheckExposedRegister', {
    caseId,
    register: 'COMPANY_REGISTER',
    status: 'DONE',
    checkedOn: inDays(world, 0),
  });
  await world.act('assessor', 'RegisterProtectionOutcome', {
    caseId,
    protectionId: await request('ASSUMED_IDENTITY'),
    outcome: 'GRANTED',
    decidedOn: inDays(world, 0),
  });
};

const openedBy = async (world: World, caseId: string) => {
  const { opened } = await world.facts.relocation(caseId);
  return { caseId, subject: opened.subject };
};

/** Held, proposed and rejected, proposed and decided, carried out: of somebody who closed long ago. */
const erasures = async (world: World): Promise<void> => {
  const { caseId, subject } = await requestedCase(world);
  await handOver(world, caseId);
  world.clock.advance(6 * 366 * 24 * 3_600_000);
  await world.erase('officer', 'PlaceLegalHold', { caseId, hold: 'SUPERVISION' });
  await world.erase('colleague', 'LiftLegalHold', { caseId, hold: 'SUPERVISION' });
  const first = await world.erase('officer', 'ProposeErasure', { caseId, ground: 'ASSUMED_IDENTITY' });
  await world.erase('colleague', 'RejectErasure', {
    caseId,
    decisionId: first.created!,
    reason: 'NOT_EXAMINED',
  });
  const proposed = await world.erase('officer', 'ProposeErasure', { caseId, ground: 'RETENTION' });
  const decisionId = proposed.created!;
  await world.erase('colleague', 'ConfirmErasure', { caseId, decisionId });
  await world.erase('officer', 'CompleteErasure', {
    of: erasedFileId((await world.facts.relocation(caseId)).opened.board, subject),
    decisionId,
    destroyedKeys: 3,
    epoch: 2,
    highestEpoch: 1,
    keysLeft: 0,
    earlierEpochsLeft: 0,
  });
};
