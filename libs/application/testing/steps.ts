import { addDays, plainDateOf, type RecipientKind, streamName, type Token } from '#kernel';
import type { ConsentEvent } from '#domain/consent';
import type { RelocationEvent } from '#domain/relocation';
import { inventedNumber, provider, type World } from './world.js';

// The main path of one invented case, step by step, over the real handlers. What a process would send is sent here.

type Ordered = Extract<ConsentEvent, { type: 'ProposalOrdered' }>['data'];

export interface OpenedCase {
  readonly caseId: string;
  readonly subject: string;
}
export interface OrderedCase extends OpenedCase {
  readonly proposal: Ordered;
}

export const needSummary = 'Behöver lugn och ro';

let numbers = 0;

/** @param order which invented person; somebody new by default */
export const openCase = async (world: World, order = (numbers += 1)): Promise<OpenedCase> => {
  const { stream } = await world.act('officer', 'OpenCase', {
    personalIdentityNumber: inventedNumber(order),
    givenName: 'Testina',
    familyName: 'Påhittad',
    environment: 'GANG',
    entryRoute: 'SOCIAL_SERVICES',
    registryNumber: 'dnr-påhittad-1',
    officers: ['colleague'],
  });
  const [opened] = await world.facts.events(stream);
  const { caseId, subject } = opened?.data as Extract<RelocationEvent, { type: 'CaseOpened' }>['data'];
  await world.send('ClaimSubject', streamName('claim', subject), { caseId, subject });
  return { caseId, subject };
};

/** A day so many days after the world's today. */
export const inDays = (world: World, days: number) => addDays(plainDateOf(world.now), days);

export const signWaiver = (world: World, caseId: string, others: readonly RecipientKind[] = []) =>
  world.act('officer', 'SignWaiver', {
    caseId,
    signedOn: inDays(world, -1),
    validUntil: inDays(world, 365),
    recipientKinds: [
      'HOME_BOARD',
      'RECEIVING_BOARD',
      'HOUSING_PROVIDER',
      'HOME_POLICE',
      'RECEIVING_POLICE',
      'NATIONAL_COORDINATOR',
      'PROBATION_SERVICE',
      ...others,
    ],
    classes: ['identity', 'needs', 'family', 'threat-advice', 'destination', 'address'],
  });

/** Opened, waiver signed, decided, requested. */
export const requestedCase = async (
  world: World,
  order?: number,
  companionNumbers: readonly string[] = [],
): Promise<OpenedCase> => {
  const opened = await openCase(world, order);
  const { caseId } = opened;
  await signWaiver(world, caseId);
  await world.act('officer', 'RegisterSupportDecision', {
    caseId,
    decisionType: 'ASSISTANCE',
    decidedOn: inDays(world, -1),
    registryNumber: 'dnr-påhittad-2',
  });
  await world.act('officer', 'RequestRelocation', {
    caseId,
    adults: 1,
    children: 0,
    housingForm: 'PROTECTED',
    competences: ['DEFECTOR_SUPPORT'],
    desiredStart: inDays(world, 18),
    needSummary,
    companions: [],
    companionNumbers,
    noGoMunicipalities: ['0180'],
  });
  return opened;
};

/** Police register that the person has a new identity, and the case is handed over. */
export const handOver = async (world: World, caseId: string): Promise<void> => {
  const { created } = await world.act('officer', 'RequestProtection', {
    caseId,
    kind: 'ASSUMED_IDENTITY',
    appliedBy: 'SELF',
    familyIncluded: false,
    appliedOn: inDays(world, 0),
  });
  await world.act('assessor', 'RegisterProtectionOutcome', {
    caseId,
    protectionId: created!,
    outcome: 'GRANTED',
    decidedOn: inDays(world, 0),
  });
  await world.act('officer', 'CloseCase', { caseId, code: 'HANDED_OVER' });
};

export const assess = (
  world: World,
  caseId: string,
  level: 'LOW' | 'MEDIUM' | 'HIGH' = 'MEDIUM',
  by = 'assessor',
) =>
  world.act(by, 'AssessThreat', {
    caseId,
    level,
    restrictions: ['NO_SOCIAL_MEDIA'],
    detail: 'Påhittad hotbild',
    advice: 'Påhittat råd',
  });

/** The check of one municipality; gives the id of the candidate. */
export const checkCandidate = async (
  world: World,
  caseId: string,
  municipalityCode = '2480',
  by = 'coordinator',
) => {
  const { stream } = await world.act(by, 'CheckCandidate', { caseId, municipalityCode });
  const checked = (await world.facts.events(stream)).findLast(({ type }) => type === 'CandidateChecked');
  return checked?.data as Extract<ConsentEvent, { type: 'CandidateChecked' }>['data'];
};

export const orderProposal = async (world: World, caseId: string, candidateId: string): Promise<Ordered> => {
  const { stream } = await world.act('coordinator', 'OrderProposal', {
    caseId,
    candidateId,
    startOn: inDays(world, 18),
  });
  const ordered = (await world.facts.events(stream)).findLast(({ type }) => type === 'ProposalOrdered');
  return ordered?.data as Ordered;
};

/** Requested, assessed, checked and ordered: nothing is reserved yet. */
export const orderedCase = async (world: World, order?: number): Promise<OrderedCase> => {
  const opened = await requestedCase(world, order);
  await assess(world, opened.caseId);
  const { candidateId } = await checkCandidate(world, opened.caseId);
  return { ...opened, proposal: await orderProposal(world, opened.caseId, candidateId) };
};

/** Sends a command of a process that must not be refused. */
export const sent = async (world: World, type: string, stream: string, data: object): Promise<void> => {
  const result = await world.send(type, stream, data);
  if (result.outcome === 'refused') throw new Error(`${type} was refused: ${result.code}`);
};

/** Reserved, and the receiving board is asked. */
export const proposedCase = async (world: World, order?: number): Promise<OrderedCase> => {
  const ordered = await orderedCase(world, order);
  const { caseId, subject, proposal } = ordered;
  const { proposalId, area, municipality, areaRevision, board, answerBy } = proposal;
  await sent(world, 'ReserveArea', streamName('area', area), {
    area,
    caseId,
    subject,
    proposalId,
    municipality,
    checkedRevision: areaRevision,
  });
  await sent(world, 'ReserveCapacity', streamName('destination', board), {
    board,
    caseId,
    proposalId,
    places: 1,
    until: answerBy,
  });
  await sent(world, 'ConfirmProposal', streamName('consent', caseId), { caseId, proposalId });
  return ordered;
};

export const acceptance = {
  answer: 'ACCEPT',
  receivers: ['preparer', 'decider'],
  provider: provider.orgNumber,
  housing: 'house-7',
} as const;

/** Accepted by two persons of the board, admission asked for. */
export const acceptedCase = async (world: World, order?: number): Promise<OrderedCase> => {
  const proposed = await proposedCase(world, order);
  const { caseId, subject, proposal } = proposed;
  const { proposalId, area, municipality, board, level, startOn } = proposal;
  await world.act('preparer', 'PrepareAnswer', { proposalId, answer: 'ACCEPT' });
  await world.act('decider', 'DecideAnswer', { proposalId, ...acceptance });
  const housing = world.directory.housing(acceptance.provider, acceptance.housing);
  await sent(world, 'SetAreaHousing', streamName('area', area), { area, caseId, proposalId, housing });
  await sent(world, 'RequestAdmission', streamName('placement', proposalId), {
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
    ageBand: (await world.facts.relocation(caseId)).opened.ageBand,
    referenceCode: proposal.referenceCode,
    startOn,
  });
  return proposed;
};

/** Admitted by the provider's director: ready for clearance. */
export const admittedCase = async (world: World, order?: number): Promise<OrderedCase> => {
  const accepted = await acceptedCase(world, order);
  await world.act('director', 'GrantAdmission', {
    proposalId: accepted.proposal.proposalId,
    address: 'Påhittade gatan 7',
  });
  return accepted;
};

/** A telling on the waiver, of one sealed field of a stream, as the process sends it. */
export const disclose = async (
  world: World,
  { caseId, subject }: OpenedCase,
  disclosureId: string,
  path: 'identity' | 'needs' = 'needs',
  recipient: Token = world.directory.organisation('coordinator:national'),
) => {
  const stream = streamName('relocation', caseId);
  const event = (await world.facts.events(stream)).find(({ data }) => path in data);
  return world.send('DiscloseInformation', streamName('disclosure', caseId), {
    caseId,
    subject,
    disclosureId,
    recipientKind: path === 'identity' ? 'RECEIVING_BOARD' : 'NATIONAL_COORDINATOR',
    recipient,
    persons: [world.person(path === 'identity' ? 'decider' : 'coordinator')],
    purpose: path === 'identity' ? 'RECEPTION' : 'COORDINATION',
    foot: 'WAIVER',
    legalBasis: 'OSL_10_1',
    secrecyAtHolder: path === 'identity' ? 'OSL_26_1' : 'OSL_35_1',
    refs: [{ stream, event: event?.id, path }],
  });
};
