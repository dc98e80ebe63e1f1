import {
  assessor,
  colleague,
  coordinator,
  decider,
  director,
  officer,
  preparer,
  said as usual,
  secondAssessor,
} from '../../support/story.js';
import { providerNumber, receiver, type Desk, type TestSystem } from '../../support/system.js';
import { type Said, saidOf } from './canaries.js';

// A case of an invented person with a canary in every personal field, played over HTTP with real tokens.

/** A municipality of another police region than home and receiver: its Police are asked, and say nothing yet. */
export const referredTo = '0580';
export const referredPolice = 'police-ost-coordinator';
export const policeThere = 'police-nord-coordinator';
export const taxOfficer = 'tax-officer-1';
export const dutyOfficer = 'board-1280-duty';
export const secondReceiver = 'board-2480-officer-2';
/** Where the register says that the person lives. */
export const registeredAt = { code: '0114', name: 'Upplands Väsby' };

/** Organisations that the story needs beside those of every test system. */
export const alsoThere: readonly string[] = [
  'police:ost',
  `board:${referredTo}`,
  ...['probation', 'sis', 'insurance', 'employment', 'enforcement', 'migration', 'ivo'].map(
    (agency) => `${agency}:national`,
  ),
  'security:syd',
  'regioncoordinator:syd',
  'care:12',
  'school:1280',
  'council:1280',
];

/** Of agencies outside the road of a case, who were told something. */
export const told = {
  probation: 'probation-contact-1',
  sis: 'sis-contact-1',
  ivo: 'ivo-contact-1',
  security: 'security-syd-contact-1',
} as const;

/** Ids by the name that they have in the paths of the description. */
export type Ids = Readonly<Record<string, string>>;

export interface Played {
  readonly said: Said;
  readonly ids: Ids;
  /** Fields of bodies that were sent, as `path field`. */
  readonly sent: ReadonlySet<string>;
}

/** Names of all fields with text in a body; those of a list end in []. */
const fieldsOf = (value: unknown, name = ''): readonly string[] => {
  if (typeof value === 'string') return [name];
  if (Array.isArray(value)) return value.flatMap((one) => fieldsOf(one, `${name}[]`));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, one]) => fieldsOf(one, name ? `${name}.${key}` : key));
};

/** Officials whose bodies are remembered, by the path with every id as {}. */
const remembering =
  (system: TestSystem, sent: Set<string>) =>
  (sub: string): Desk => {
    const desk = system.official(sub);
    return {
      ...desk,
      does: (path, body, headers) => {
        const route = path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{}');
        for (const field of fieldsOf(body)) sent.add(`${route} ${field}`);
        return desk.does(path, body, headers);
      },
    };
  };
type As = (sub: string) => Desk;

/** From the opening until the receiving board is asked; Police of a third region have been asked before. */
const untilAsked = async (system: TestSystem, as: As, said: Said): Promise<Record<string, string>> => {
  // What the invented country declares depends on its keys, and may be a single place.
  await as(preparer).does('/capacity-declarations', {
    places: 7,
    housingForms: ['PROTECTED'],
    competences: ['DEFECTOR_SUPPORT'],
  });
  const { id: caseId } = await as(officer).does('/cases', {
    ...usual.case(0),
    personalIdentityNumber: said.personalIdentityNumber,
    givenName: said.givenName,
    familyName: said.familyName,
    registryNumber: said.registryNumber,
  });
  await as(officer).does(`/cases/${caseId}/waivers`, usual.waiver);
  await as(officer).does(`/cases/${caseId}/support-decisions`, {
    ...usual.supportDecision,
    registryNumber: said.supportRegistryNumber,
  });
  await as(officer).does(`/cases/${caseId}/relocation-requests`, {
    ...usual.request,
    needSummary: said.needSummary,
    companions: [said.companion],
    companionNumbers: [said.companionNumber],
  });
  await system.settled();
  const declare = async (thing: string, ...all: readonly string[]): Promise<void> => {
    for (const sub of all) await as(sub).does(`${thing}/impartiality-declarations`);
  };
  await declare(`/cases/${caseId}`, officer, colleague, assessor, secondAssessor);
  await as(secondAssessor).does(`/cases/${caseId}/conflict-entries`, {
    networks: [said.network],
    adversaryNetworks: [said.adversaryNetwork],
    adversaries: [said.adversary],
    kin: [said.kin],
  });
  await as(assessor).does(
    `/cases/${caseId}/threat-assessments`,
    { ...usual.assessment('MEDIUM'), detail: said.detail, advice: said.advice },
    { 'if-none-match': '*' },
  );
  await as('police-ost-registrar').does('/adversary-presences', {
    municipalityCode: referredTo,
    networks: [said.adversaryNetwork],
    persons: [said.adversary],
  });
  await system.settled();
  const check = async (municipalityCode: string): Promise<string> => {
    const { id } = await as(coordinator).does(`/cases/${caseId}/candidates`, { municipalityCode });
    await system.settled();
    return id;
  };
  const candidateId = await check(referredTo);
  const clear = await check(receiver);
  const path = `/cases/${caseId}/candidates/${clear}/proposals`;
  const { id: proposalId } = await as(coordinator).does(path, { startOn: '2026-03-20' });
  await system.settled();
  await declare(`/proposals/${proposalId}`, preparer, secondReceiver, decider);
  return { caseId, candidateId, proposalId, version: '1' };
};

/** A case whose receiving board has been asked and has not answered. */
export const playAsked = async (system: TestSystem, order: number): Promise<Played> => {
  const said = saidOf(order);
  const sent = new Set<string>();
  return { said, ids: await untilAsked(system, remembering(system, sent), said), sent };
};

/**
 * A case in which everything has happened that puts somebody's data somewhere: placed, followed up, asked about from
 * outside, protected by Skatteverket, with a glass that is broken, an opening that two approved, and a report.
 */
export const playPlaced = async (system: TestSystem, order: number): Promise<Played> => {
  const said = saidOf(order);
  const sent = new Set<string>();
  const as = remembering(system, sent);
  const ids = await untilAsked(system, as, said);
  const { caseId, proposalId } = ids;
  const [ofCase, ofPlacement] = [`/cases/${caseId}`, `/placements/${proposalId}`];
  const settled = () => system.settled();

  ids['decisionId'] = (
    await as(officer).does(`${ofCase}/served-decisions`, {
      decisionType: 'LVU',
      decidedOn: '2026-03-01',
      registryNumber: said.servedRegistryNumber,
      text: said.servedText,
    })
  ).id;
  await as(officer).does(`${ofCase}/served-decisions/${ids['decisionId']}/places`, {
    decidedOn: '2026-03-01',
    provider: said.shelterProvider,
    place: said.shelterPlace,
  });
  const shown = await as(officer).looks<{ decidedPlaces: { placeDecisionId: string }[] }>(ofCase);
  ids['placeDecisionId'] = shown.body.decidedPlaces[0]!.placeDecisionId;

  await as(preparer).does(`/proposals/${proposalId}/prepared-answers`, { answer: 'ACCEPT' });
  await as(decider).does(`/proposals/${proposalId}/answers`, {
    answer: 'ACCEPT',
    receivers: [preparer, secondReceiver],
    provider: providerNumber(receiver),
    housing: said.housing,
  });
  await settled();
  await as(director).does(`${ofPlacement}/admissions`, { address: said.address });
  await settled();
  await as(coordinator).does(`${ofPlacement}/clearances`, { plannedArrival: '2026-03-20' });
  await settled();
  for (const sub of [policeThere, 'police-nord-assessor'])
    await as(sub).does(`/proposals/${proposalId}/impartiality-declarations`);
  await as(secondAssessor).does(`${ofPlacement}/transfers`, { startedAt: '2026-03-02T08:00:00Z' });
  await as(officer).does(`${ofPlacement}/arrivals`, { arrivedAt: '2026-03-02T08:00:00Z' });
  await system.until('2026-03-03T08:00:00.000Z');
  await as(officer).does(`${ofPlacement}/follow-ups`, {
    number: 1,
    heldOn: '2026-03-03',
    outcome: 'STABLE',
    note: said.followUpNote,
  });

  ids['protectionId'] = (
    await as(officer).does(`${ofCase}/protections`, {
      kind: 'PROTECTED_REGISTRATION',
      appliedBy: 'SELF',
      familyIncluded: false,
      appliedOn: '2026-03-02',
    })
  ).id;
  await settled();
  for (const sub of [taxOfficer, 'tax-officer-2']) await as(sub).does(`${ofCase}/impartiality-declarations`);
  await as(taxOfficer).does(`${ofCase}/protections/${ids['protectionId']}/outcomes`, {
    outcome: 'GRANTED',
    decidedOn: '2026-03-02',
    registeredMunicipalityCode: registeredAt.code,
  });
  await as(officer).does(`${ofCase}/registration-notice-withholdings`, {
    reason: 'PERSECUTION',
    grounds: said.grounds,
  });

  ids['inquiryId'] = (
    await as(officer).does('/information-requests', {
      personalIdentityNumber: said.personalIdentityNumber,
      requester: 'POLICE',
      reference: said.inquiryReference,
      text: said.inquiryText,
      reviewers: [colleague],
      basis: 'LAG_2025_170_2',
      purpose: 'CRIME_INVESTIGATION',
      asked: ['address'],
      stated: ['COMMITTED_CRIME'],
    })
  ).id;
  for (const sub of [officer, colleague])
    await as(sub).does(`/inquiries/${ids['inquiryId']}/impartiality-declarations`);
  await as(officer).does(`/information-requests/${ids['inquiryId']}/weighings`, {
    released: ['address'],
    reasons: ['NO_EXCEPTIONAL_REASON'],
    note: said.weighingNote,
  });
  await as(colleague).does(`/information-requests/${ids['inquiryId']}/decisions`, {
    agrees: true,
    recipient: said.inquiryRecipient,
  });
  ids['requestId'] = (
    await as('board-1280-registrar').does('/document-requests', {
      registryNumber: said.documentRegistryNumber,
      text: said.documentText,
      contact: said.documentContact,
      kinds: ['CASE_FILE'],
      receivedAt: '2026-03-02T08:00:00Z',
    })
  ).id;
  await as('board-1280-registrar').does(`/document-requests/${ids['requestId']}/answers`, {
    outcome: 'REFUSE',
    kinds: [],
    findings: [
      { provision: 'OSL_26_1', harm: 'UNSURE' },
      { provision: 'OSL_21_3', harm: 'NO_HARM' },
    ],
    note: said.documentNote,
  });
  const documents = `/document-requests/${ids['requestId']}`;
  await as('board-1280-registrar').does(`${documents}/decision-requests`, { requestedOn: '2026-03-03' });
  await as('board-1280-decider').does(`${documents}/decisions`, {
    outcome: 'REFUSE',
    kinds: [],
    findings: [
      { provision: 'OSL_26_1', harm: 'UNSURE' },
      { provision: 'OSL_21_3', harm: 'NO_HARM' },
    ],
    note: said.decisionNote,
  });
  const { id: stayId } = await as(officer).does('/stay-inquiries', {
    personalIdentityNumber: said.personalIdentityNumber,
    requester: 'KRONOFOGDEN',
    reference: said.stayReference,
    text: said.stayText,
    reviewers: [colleague],
    checked: 'CALLED_BACK',
  });
  await as(colleague).does(`/stay-inquiries/${stayId}/answers`, {
    checked: 'KNOWN_CHANNEL',
    answer: 'NO',
    recipient: said.stayRecipient,
  });
  ids['reportId'] = (await as(officer).does(`${ofCase}/access-reports`, { requestedOn: '2026-03-03' })).id;
  // Reviewers have something to look at: the reads of yesterday.
  await as(officer).looks(`${ofCase}/contents/identity`);
  await system.until('2026-03-05T08:00:00.000Z');
  await system.review();
  const reviews = await as('board-1280-reviewer').looks<{ items: readonly { reviewId: string }[] }>(
    '/log-reviews',
  );
  ids['reviewId'] = reviews.body.items[0]?.reviewId ?? '';

  ids['glassId'] = (
    await as(dutyOfficer).does(`${ofCase}/broken-glasses`, {
      reason: 'DANGER_TO_LIFE',
      classes: ['identity'],
      note: said.glassNote,
    })
  ).id;
  await as(policeThere).does(`${ofPlacement}/broken-glasses`, {
    reason: 'DANGER_TO_LIFE',
    classes: ['threat-advice'],
    note: said.glassNoteThere,
  });
  const tell = async (sub: string, organisation: string, contact: string, what: object): Promise<string> =>
    (
      await as(sub).does(`${ofCase}/agency-tellings`, {
        organisation,
        contacts: [contact],
        purpose: 'PROTECTION',
        foot: 'WAIVER',
        ...what,
      })
    ).id;
  ids['disclosureId'] = await tell(officer, 'probation:national', told.probation, { classes: ['identity'] });
  await tell(secondAssessor, 'probation:national', told.probation, { classes: ['threat-advice'] });
  await tell(officer, 'sis:national', told.sis, { classes: ['needs'] });
  await tell(officer, 'ivo:national', told.ivo, { classes: ['social', 'family'] });
  // Where it is served is an address, whatever it is sealed as: only what was decided can be told.
  await tell(officer, 'ivo:national', told.ivo, {
    classes: ['social'],
    decisionId: ids['decisionId'],
    purpose: 'SUPERVISION',
    foot: 'STATUTE',
    legalBasis: 'OSL_10_17',
    requested: true,
  });
  await tell(officer, 'security:syd', told.security, { classes: ['family'] });
  await tell(officer, 'tax:national', taxOfficer, {
    classes: ['family'],
    foot: 'STATUTE',
    legalBasis: 'FOL_16',
    requested: true,
  });

  for (const contact of [...Object.values(told), taxOfficer])
    await as(contact).does(`${ofCase}/impartiality-declarations`);

  ids['openingId'] = (await as(officer).does(`${ofCase}/joint-openings`, { purpose: 'TRANSPORT' })).id;
  await as(colleague).does(`${ofCase}/joint-openings/${ids['openingId']}/approvals`);
  await settled();
  return { said, ids, sent };
};

/** One more case of the same officers, with something of each kind that has an id of its own inside a case. */
export const playOther = async (system: TestSystem, order: number): Promise<Ids> => {
  const as = (sub: string): Desk => system.official(sub);
  const { id: caseId } = await as(officer).does('/cases', usual.case(order * 20));
  const ofCase = `/cases/${caseId}`;
  await system.settled();
  await as(officer).does(`${ofCase}/waivers`, usual.waiver);
  const made = async (path: string, body: object): Promise<string> =>
    (await as(officer).does(`${ofCase}/${path}`, body)).id;
  const ids = {
    caseId,
    decisionId: await made('served-decisions', {
      decisionType: 'LVU',
      decidedOn: '2026-03-01',
      registryNumber: 'SN 2026-18',
      text: 'Påhittat beslut',
    }),
    protectionId: await made('protections', {
      kind: 'PROTECTED_REGISTRATION',
      appliedBy: 'SELF',
      familyIncluded: false,
      appliedOn: '2026-03-02',
    }),
    glassId: await made('broken-glasses', {
      reason: 'DANGER_TO_LIFE',
      classes: ['threat-advice'],
      note: 'En påhittad fara',
    }),
    openingId: await made('joint-openings', { purpose: 'TRANSPORT' }),
    disclosureId: await made('agency-tellings', {
      organisation: 'sis:national',
      contacts: [told.sis],
      classes: ['identity'],
      purpose: 'SUPPORT',
      foot: 'WAIVER',
    }),
    reportId: await made('access-reports', { requestedOn: '2026-03-03' }),
  };
  await system.settled();
  return ids;
};
