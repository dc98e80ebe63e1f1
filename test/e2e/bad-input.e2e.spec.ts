import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { knownCodes } from '../../apps/api/http/problem-catalogue.js';
import { rules2026 } from '../../libs/domain/coordination/index.js';
import { badBodies, type BadBody, type BodySchema, type Schemas } from '../support/bad-bodies.js';
import {
  assess,
  assessor,
  colleague,
  coordinator,
  decider,
  director,
  inventedNumber,
  officer,
  preparer,
  said,
  secondAssessor,
  Story,
} from '../support/story.js';
import {
  type Answer,
  basePath,
  type Desk,
  type Done,
  otherReceiver,
  receiver,
  type Sending,
  startTestSystem,
  type TestSystem,
} from '../support/system.js';

// Every command route of the compiled build, in the order in which one case goes through them. At each route the bad
// input comes first, and must leave nothing behind; then the valid example must go through, so that nothing was refused
// for the wrong reason.

/** A valid example of one command route, at the moment when the story has come to it. */
interface Example {
  /** Path of the description, after the base path. */
  readonly route: string;
  readonly who: string;
  path(): string;
  /** What must be sent along, where the route requires a precondition. */
  headers?(): Record<string, string>;
  /** Undefined for a command that has no body. */
  body?(): object;
  /** Another valid body: under the same key it must not pass for a repeat. */
  otherBody?(): object;
  /** Bodies that break a rule between two fields, which the description cannot say; `field` is named in the answer. */
  readonly alsoBad?: readonly { readonly what: string; readonly body: object; readonly field: string }[];
  /** Somebody of the same agency who holds another function, and what that gives: 403 where the part is known. */
  readonly wrongFunction?: { readonly sub: string; readonly status: 403 | 404 };
  /** Somebody of another agency, or of the same kind, who has no part in the case. None where no case is named. */
  readonly stranger?: string;
  before?(): Promise<unknown>;
  after?(done: Done): void;
}

let system: TestSystem;
let story: Story;
let referred = '';
let appointmentId = '';
let requestId = '';
let decisionId = '';
let placeDecisionId = '';
let stayId = '';
let documentsId = '';
let protectionId = '';
let review = { reviewId: '', record: 0 };
let glassId = '';
let openingId = '';
/** A case that nobody clears in time: that is a task for the coordinator. */
let unsettled: Story;

const as = (sub: string): Desk => system.official(sub);

const stranger = `board-${otherReceiver}-officer-1`;
/** The duty officer of the home board has a part from clearance on, when the alarm plan has been handed over. */
/** Who stands by has a part from the decision that says where a child stays, or from the clearance. */
const untoldDuty = { sub: 'board-1280-duty', status: 404 } as const;
const homeDuty = { sub: 'board-1280-duty', status: 403 } as const;
const thirdReceiver = `board-${receiver}-officer-2`;
const placement = () => `/placements/${story.proposalId}`;
const network = 'Påhittat nätverk';
const servedDecision = {
  decisionType: 'LVU',
  decidedOn: '2026-03-01',
  registryNumber: 'SN 2026-17',
  text: 'Påhittat beslut',
};
const informationRequest = {
  // Of the person whose case this is: nobody who asks is to notice.
  personalIdentityNumber: inventedNumber(1),
  requester: 'POLICE',
  reference: 'K 17-26',
  text: 'Påhittad begäran',
  reviewers: [colleague],
  basis: 'OSL_10_15_A',
  purpose: 'CRIME_PREVENTION',
  asked: ['address'],
  stated: ['CONCRETE_CIRCUMSTANCES'],
  scaleFromMonths: 0,
  scaleToMonths: 24,
};
const stayInquiry = {
  personalIdentityNumber: inventedNumber(1),
  requester: 'KRONOFOGDEN',
  reference: 'U 17-26',
  text: 'Påhittad fråga',
  reviewers: [colleague],
  checked: 'CALLED_BACK',
};
const protection = {
  kind: 'PROTECTED_REGISTRATION',
  appliedBy: 'SELF',
  familyIncluded: false,
  appliedOn: '2026-03-02',
};
const documentRequest = {
  registryNumber: 'SN 2026/17',
  text: 'Påhittad begäran om handlingar',
  contact: 'Påhittad postbox 17',
  kinds: ['CASE_FILE'],
  receivedAt: '2026-03-02T08:00:00Z',
};
const refusalOfDocuments = {
  outcome: 'REFUSE',
  kinds: [],
  findings: [
    { provision: 'OSL_26_1', harm: 'UNSURE' },
    { provision: 'OSL_21_3', harm: 'NO_HARM' },
  ],
  note: 'Påhittad prövning',
};
/** Nobody has judged before. */
const firstJudgement = { 'if-none-match': '*' };

const registrarOfDocuments = 'board-1280-registrar';
const decidesOnDocuments = 'board-1280-decider';
const today = (): string => system.clock.now().toISOString().slice(0, 10);
const registerRules = (version: number) => ({
  authority: 'board:1280',
  rules: {
    version,
    pattern: 'SN {YYYY}/{N}',
    copyFees: { freePages: 9, firstPages: 10, firstPagesOre: 5_000, furtherPageOre: 200 },
    source: 'Council decision 4/2026',
  },
  inForceFrom: '2026-03-01T00:00:00Z',
});

const examples: readonly Example[] = [
  {
    route: '/cases',
    who: officer,
    path: () => '/cases',
    body: () => ({ ...said.case(1), sex: 'WOMAN' }),
    otherBody: () => said.case(2),
    wrongFunction: homeDuty,
    after: ({ id }) => (story.caseId = id),
  },
  {
    route: '/cases/{caseId}/waivers',
    who: officer,
    path: () => `/cases/${story.caseId}/waivers`,
    body: () => said.waiver,
    otherBody: () => ({ ...said.waiver, validUntil: '2027-04-01' }),
    wrongFunction: untoldDuty,
    stranger,
  },
  {
    route: '/cases/{caseId}/support-decisions',
    who: officer,
    path: () => `/cases/${story.caseId}/support-decisions`,
    body: () => said.supportDecision,
    otherBody: () => ({ ...said.supportDecision, decisionType: 'LVU' }),
    wrongFunction: untoldDuty,
    stranger,
  },
  {
    route: '/cases/{caseId}/served-decisions',
    who: officer,
    path: () => `/cases/${story.caseId}/served-decisions`,
    body: () => servedDecision,
    otherBody: () => ({ ...servedDecision, decisionType: 'ONE_GUARDIAN_SHELTER' }),
    alsoBad: [
      // OSL 26:7: what is served has no field for the place.
      { what: 'a place in it', body: { ...servedDecision, place: 'Kanarieort' }, field: '' },
      { what: 'a provider in it', body: { ...servedDecision, provider: 'Kanariehem' }, field: '' },
    ],
    wrongFunction: untoldDuty,
    stranger,
    after: ({ id }) => (decisionId = id),
  },
  {
    route: '/cases/{caseId}/served-decisions/{decisionId}/places',
    who: officer,
    path: () => `/cases/${story.caseId}/served-decisions/${decisionId}/places`,
    body: () => ({ decidedOn: '2026-03-01', provider: 'Påhittade hemmet', place: 'Påhittad ort' }),
    otherBody: () => ({ decidedOn: '2026-03-01', provider: 'Påhittade hemmet', place: 'Annan ort' }),
    wrongFunction: untoldDuty,
    stranger,
  },
  {
    route: '/cases/{caseId}/relocation-requests',
    who: officer,
    path: () => `/cases/${story.caseId}/relocation-requests`,
    body: () => said.request,
    otherBody: () => ({ ...said.request, adults: 2 }),
    wrongFunction: homeDuty,
    stranger,
  },
  {
    route: '/information-requests',
    who: officer,
    path: () => '/information-requests',
    body: () => informationRequest,
    otherBody: () => ({ ...informationRequest, asked: ['identity'] }),
    wrongFunction: homeDuty,
    after: ({ id }) => (requestId = id),
  },
  {
    route: '/information-requests/{inquiryId}/weighings',
    who: officer,
    path: () => `/information-requests/${requestId}/weighings`,
    body: () => ({ released: [], reasons: ['LIFE_AND_HEALTH'], note: 'Påhittad avvägning' }),
    otherBody: () => ({ released: [], reasons: ['NOT_NEEDED'], note: 'Påhittad avvägning' }),
    wrongFunction: homeDuty,
    after: ({ id }) => expect(id).toBe(requestId),
  },
  {
    route: '/information-requests/{inquiryId}/decisions',
    who: colleague,
    path: () => `/information-requests/${requestId}/decisions`,
    body: () => ({ agrees: true, recipient: 'Påhittad mottagare' }),
    otherBody: () => ({ agrees: false }),
    wrongFunction: homeDuty,
  },
  {
    route: '/stay-inquiries',
    who: officer,
    path: () => '/stay-inquiries',
    body: () => stayInquiry,
    otherBody: () => ({ ...stayInquiry, requester: 'SKATTEVERKET' }),
    wrongFunction: homeDuty,
    after: ({ id }) => (stayId = id),
  },
  {
    route: '/stay-inquiries/{inquiryId}/answers',
    who: colleague,
    path: () => `/stay-inquiries/${stayId}/answers`,
    body: () => ({ checked: 'KNOWN_CHANNEL', answer: 'NO', recipient: 'Påhittad mottagare' }),
    otherBody: () => ({ checked: 'KNOWN_CHANNEL', answer: 'YES', recipient: 'Påhittad mottagare' }),
    wrongFunction: homeDuty,
  },
  {
    route: '/inquiries/{inquiryId}/impartiality-declarations',
    who: colleague,
    path: () => `/inquiries/${requestId}/impartiality-declarations`,
    wrongFunction: homeDuty,
  },
  {
    route: '/inquiries/{inquiryId}/disqualifications',
    who: officer,
    path: () => `/inquiries/${stayId}/disqualifications`,
    body: () => ({ ground: 'FL_16_2' }),
    otherBody: () => ({ ground: 'FL_16_5' }),
    wrongFunction: homeDuty,
  },
  {
    route: '/cases/{caseId}/inquiries/{inquiryId}/acknowledgements',
    who: secondAssessor,
    path: () => `/cases/${story.caseId}/inquiries/${stayId}/acknowledgements`,
    wrongFunction: { sub: assessor, status: 403 },
    stranger: 'police-nord-coordinator',
  },
  {
    route: '/cases/{caseId}/conflict-entries',
    who: secondAssessor,
    path: () => `/cases/${story.caseId}/conflict-entries`,
    body: () => ({
      networks: ['Påhittad grupp'],
      adversaryNetworks: [network],
      adversaries: [inventedNumber(101)],
      kin: [inventedNumber(102)],
    }),
    otherBody: () => ({ networks: [], adversaryNetworks: [network], adversaries: [], kin: [] }),
    wrongFunction: { sub: assessor, status: 403 },
    stranger: 'police-nord-coordinator',
  },
  {
    route: '/cases/{caseId}/threat-assessments',
    who: assessor,
    path: () => `/cases/${story.caseId}/threat-assessments`,
    headers: () => firstJudgement,
    body: () => said.assessment('HIGH'),
    otherBody: () => said.assessment('EXTREME'),
    wrongFunction: { sub: 'police-syd-registrar', status: 404 },
    stranger: 'police-nord-assessor',
  },
  {
    route: '/cases/{caseId}/threat-assessments/{version}/confirmations',
    who: secondAssessor,
    before: () => assess(as(assessor), story.caseId, 'MEDIUM'),
    path: () => `/cases/${story.caseId}/threat-assessments/2/confirmations`,
    wrongFunction: { sub: 'police-syd-registrar', status: 404 },
    stranger: 'police-nord-assessor',
  },
  {
    route: '/cases/{caseId}/threat-assessments/{version}/rejections',
    who: secondAssessor,
    before: () => assess(as(assessor), story.caseId, 'LOW'),
    path: () => `/cases/${story.caseId}/threat-assessments/3/rejections`,
    wrongFunction: { sub: 'police-syd-registrar', status: 404 },
    stranger: 'police-nord-assessor',
  },
  {
    route: '/adversary-presences',
    who: 'police-nord-registrar',
    path: () => '/adversary-presences',
    body: () => ({ municipalityCode: otherReceiver, networks: [network], persons: [inventedNumber(103)] }),
    otherBody: () => ({ municipalityCode: otherReceiver, networks: [network], persons: [] }),
    wrongFunction: { sub: 'police-nord-assessor', status: 403 },
  },
  {
    route: '/cases/{caseId}/candidates',
    who: coordinator,
    path: () => `/cases/${story.caseId}/candidates`,
    body: () => ({ municipalityCode: otherReceiver }),
    otherBody: () => ({ municipalityCode: receiver }),
    wrongFunction: { sub: 'coordinator-2', status: 403 },
    stranger,
    after: ({ id }) => (referred = id),
  },
  {
    route: '/referrals/{candidateId}/answers',
    who: 'police-nord-coordinator',
    path: () => `/referrals/${referred}/answers`,
    body: () => ({ answer: 'NOT_AVAILABLE' }),
    otherBody: () => ({ answer: 'CLEAR' }),
    wrongFunction: { sub: 'police-nord-assessor', status: 403 },
    stranger,
    // Never the id of the case.
    after: ({ id }) => expect(id).toBe(referred),
  },
  {
    route: '/cases/{caseId}/candidates/{candidateId}/proposals',
    who: coordinator,
    before: () => story.check(),
    path: () => `/cases/${story.caseId}/candidates/${story.candidateId}/proposals`,
    body: () => ({ startOn: '2026-03-20' }),
    otherBody: () => ({ startOn: '2026-03-21' }),
    wrongFunction: { sub: 'coordinator-2', status: 403 },
    stranger,
    after: ({ id }) => (story.proposalId = id),
  },
  {
    route: '/proposals/{proposalId}/prepared-answers',
    who: preparer,
    path: () => `/proposals/${story.proposalId}/prepared-answers`,
    body: () => said.counter,
    otherBody: () => ({ answer: 'DECLINE', reason: 'CAPACITY' }),
    alsoBad: [
      { what: 'no reason for a no', body: { answer: 'DECLINE' }, field: 'reason' },
      { what: 'a reason for a yes', body: { answer: 'ACCEPT', reason: 'OTHER' }, field: 'reason' },
      {
        what: 'two counter-proposals at once',
        body: { ...said.counter, housingForm: 'APARTMENT' },
        field: 'startOn',
      },
    ],
    wrongFunction: { sub: 'board-2480-duty', status: 404 },
    stranger,
    after: ({ id }) => expect(id).toBe(story.proposalId),
  },
  {
    route: '/cases/{caseId}/proposals/{proposalId}/counter-rejections',
    who: officer,
    before: () => as(decider).does(`/proposals/${story.proposalId}/answers`, said.counter),
    path: () => `/cases/${story.caseId}/proposals/${story.proposalId}/counter-rejections`,
    wrongFunction: homeDuty,
    stranger,
  },
  {
    route: '/cases/{caseId}/proposals/{proposalId}/counter-approvals',
    who: officer,
    before: async () => {
      await story.propose();
      await story.counter();
    },
    path: () => `/cases/${story.caseId}/proposals/${story.proposalId}/counter-approvals`,
    wrongFunction: homeDuty,
    stranger,
  },
  {
    route: '/proposals/{proposalId}/answers',
    who: decider,
    before: () => as(preparer).does(`/proposals/${story.proposalId}/prepared-answers`, { answer: 'ACCEPT' }),
    path: () => `/proposals/${story.proposalId}/answers`,
    body: () => said.acceptance,
    otherBody: () => ({ answer: 'DECLINE', reason: 'OTHER' }),
    alsoBad: [
      {
        what: 'a yes without receivers',
        body: { ...said.acceptance, receivers: undefined },
        field: 'receivers',
      },
      { what: 'a yes without housing', body: { ...said.acceptance, housing: undefined }, field: 'housing' },
      { what: 'a yes that receives nobody', body: { ...said.acceptance, receivers: [] }, field: 'receivers' },
      {
        what: 'a no with receivers',
        body: { answer: 'DECLINE', reason: 'OTHER', receivers: [decider] },
        field: 'receivers',
      },
    ],
    wrongFunction: { sub: preparer, status: 403 },
    stranger,
  },
  {
    route: '/placements/{proposalId}/admission-refusals',
    who: director,
    path: () => `${placement()}/admission-refusals`,
    body: () => ({ reason: 'FULL' }),
    otherBody: () => ({ reason: 'NO_PERMIT' }),
    stranger: `provider-${otherReceiver}-director`,
  },
  {
    route: '/placements/{proposalId}/admissions',
    who: director,
    before: async () => {
      await story.propose();
      await story.accept();
    },
    path: () => `${placement()}/admissions`,
    body: () => ({ address: 'Påhittadvägen 7' }),
    otherBody: () => ({ address: 'Påhittadvägen 8' }),
    stranger: `provider-${otherReceiver}-director`,
  },
  {
    route: '/placements/{proposalId}/clearances',
    who: coordinator,
    path: () => `${placement()}/clearances`,
    body: () => ({ plannedArrival: '2026-03-20' }),
    otherBody: () => ({ plannedArrival: '2026-03-21' }),
    wrongFunction: { sub: 'coordinator-2', status: 403 },
    stranger,
  },
  {
    route: '/placements/{proposalId}/transfers',
    who: secondAssessor,
    path: () => `${placement()}/transfers`,
    body: () => ({ startedAt: '2026-03-02T08:00:00Z' }),
    otherBody: () => ({ startedAt: '2026-03-02T08:00:00.001Z' }),
    wrongFunction: { sub: assessor, status: 403 },
    stranger,
  },
  {
    route: '/placements/{proposalId}/arrivals',
    who: officer,
    path: () => `${placement()}/arrivals`,
    body: () => ({ arrivedAt: '2026-03-02T08:00:00Z' }),
    otherBody: () => ({ arrivedAt: '2026-03-02T08:00:00.001Z' }),
    wrongFunction: homeDuty,
    stranger,
  },
  {
    route: '/placements/{proposalId}/follow-ups',
    who: officer,
    before: () => system.until('2026-03-03T08:00:00.000Z'),
    path: () => `${placement()}/follow-ups`,
    body: () => ({ number: 1, heldOn: '2026-03-03', outcome: 'STABLE', note: 'Allt väl' }),
    otherBody: () => ({ number: 1, heldOn: '2026-03-03', outcome: 'CONCERN', note: 'Allt väl' }),
    wrongFunction: homeDuty,
    stranger,
  },
  {
    route: '/cases/{caseId}/supervised-closings',
    who: officer,
    path: () => `/cases/${story.caseId}/supervised-closings`,
    body: () => ({ contactOn: '2026-03-03' }),
    otherBody: () => ({ contactOn: '2026-03-02' }),
    wrongFunction: homeDuty,
    stranger,
  },
  {
    route: '/cases/{caseId}/waiver-withdrawals',
    who: officer,
    path: () => `/cases/${story.caseId}/waiver-withdrawals`,
    body: () => ({ channel: 'PHONE' }),
    otherBody: () => ({ channel: 'ORAL' }),
    wrongFunction: homeDuty,
    stranger,
  },
  {
    route: '/placements/{proposalId}/exposures',
    who: officer,
    path: () => `${placement()}/exposures`,
    body: () => ({ source: 'COURT_DOCUMENT' }),
    otherBody: () => ({ source: 'REGISTER' }),
    wrongFunction: { sub: 'police-nord-assessor', status: 403 },
    stranger,
  },
  {
    route: '/cases/{caseId}/served-decisions/{decisionId}/places/{placeDecisionId}/exposures',
    who: officer,
    path: () => `/cases/${story.caseId}/served-decisions/${decisionId}/places/${placeDecisionId}/exposures`,
    body: () => ({ source: 'STAFF' }),
    otherBody: () => ({ source: 'REGISTER' }),
    wrongFunction: { sub: 'board-1280-registrar', status: 404 },
    stranger,
    before: async () => {
      const shown = await as(officer).looks<{ decidedPlaces: { placeDecisionId: string }[] }>(
        `/cases/${story.caseId}`,
      );
      placeDecisionId = shown.body.decidedPlaces[0]!.placeDecisionId;
    },
  },
  {
    route: '/cases/{caseId}/served-decisions/{decisionId}/places/{placeDecisionId}/departures',
    who: officer,
    path: () => `/cases/${story.caseId}/served-decisions/${decisionId}/places/${placeDecisionId}/departures`,
    body: () => ({ departedAt: '2026-03-02T08:00:00.000Z' }),
    otherBody: () => ({ departedAt: '2026-03-02T07:00:00.000Z' }),
    wrongFunction: { sub: 'board-1280-registrar', status: 404 },
    stranger,
  },
  {
    route: '/placements/{proposalId}/broken-glasses',
    who: 'police-nord-coordinator',
    path: () => `${placement()}/broken-glasses`,
    body: () => ({ reason: 'DANGER_TO_LIFE', classes: ['identity'], note: 'Påhittad fara' }),
    otherBody: () => ({ reason: 'ACUTE_CARE', classes: ['identity'], note: 'Påhittad fara' }),
    wrongFunction: { sub: 'police-nord-assessor', status: 403 },
    stranger,
  },
  {
    route: '/placements/{proposalId}/departures',
    who: officer,
    path: () => `${placement()}/departures`,
    body: () => ({ departedAt: '2026-03-03T08:00:00Z' }),
    otherBody: () => ({ departedAt: '2026-03-03T07:00:00Z' }),
    wrongFunction: { sub: assessor, status: 403 },
    stranger,
  },
  {
    route: '/cases/{caseId}/closures',
    who: officer,
    path: () => `/cases/${story.caseId}/closures`,
    body: () => ({ code: 'WITHDRAWN' }),
    otherBody: () => ({ code: 'NO_THREAT' }),
    wrongFunction: homeDuty,
    stranger,
  },
  {
    route: '/cases/{caseId}/settled-attention',
    who: coordinator,
    before: async () => {
      await unsettled.admitted();
      // Two working days have passed, and nobody has cleared.
      await system.until('2026-03-06T08:00:00.000Z');
    },
    path: () => `/cases/${unsettled.caseId}/settled-attention`,
    body: () => ({ step: 'ClearPlacement' }),
    otherBody: () => ({ step: 'AlertConflict' }),
    wrongFunction: { sub: 'coordinator-2', status: 403 },
    stranger,
  },
  {
    route: '/capacity-declarations',
    who: preparer,
    path: () => '/capacity-declarations',
    body: () => ({ places: 7, housingForms: ['PROTECTED'], competences: ['DEFECTOR_SUPPORT'] }),
    otherBody: () => ({ places: 8, housingForms: ['PROTECTED'], competences: [] }),
    wrongFunction: { sub: 'board-2480-duty', status: 403 },
  },
  {
    route: '/rules',
    who: coordinator,
    path: () => '/rules',
    body: () => ({ rules: { ...rules2026.rules, version: 2 }, inForceFrom: '2027-01-01T00:00:00Z' }),
    otherBody: () => ({ rules: { ...rules2026.rules, version: 3 }, inForceFrom: '2027-01-01T00:00:00Z' }),
    wrongFunction: { sub: 'coordinator-2', status: 403 },
  },
  {
    route: '/duties',
    who: 'coordinator-2',
    path: () => '/duties',
    wrongFunction: { sub: 'registrar-1', status: 403 },
  },
  {
    route: '/appointments',
    who: 'registrar-1',
    path: () => '/appointments',
    body: () => ({
      official: 'board-1280-officer-3',
      organisation: 'board:1280',
      agencyKind: 'SOCIAL_BOARD',
      function: 'HOME_OFFICER',
      delegated: false,
      from: '2026-04-01T00:00:00Z',
      until: '2027-04-01T00:00:00Z',
    }),
    otherBody: () => ({
      official: 'board-1280-officer-3',
      organisation: 'board:1280',
      agencyKind: 'SOCIAL_BOARD',
      function: 'HOME_OFFICER',
      delegated: false,
      from: '2026-05-01T00:00:00Z',
    }),
    wrongFunction: { sub: coordinator, status: 403 },
    after: ({ id }) => (appointmentId = id),
  },
  {
    route: '/appointment-endings',
    who: 'registrar-1',
    path: () => '/appointment-endings',
    body: () => ({ official: 'board-1280-officer-3', appointmentId, endsAt: '2026-06-01T00:00:00Z' }),
    otherBody: () => ({ official: 'board-1280-officer-3', appointmentId, endsAt: '2026-07-01T00:00:00Z' }),
    wrongFunction: { sub: coordinator, status: 403 },
  },
  {
    route: '/trainings',
    who: 'registrar-1',
    path: () => '/trainings',
    body: () => ({ official: 'board-1280-officer-3', completedAt: '2026-03-01T00:00:00Z' }),
    otherBody: () => ({ official: 'board-1280-officer-3', completedAt: '2026-02-01T00:00:00Z' }),
    wrongFunction: { sub: coordinator, status: 403 },
  },
  {
    route: '/cases/{caseId}/protections',
    who: officer,
    path: () => `/cases/${unsettled.caseId}/protections`,
    body: () => protection,
    otherBody: () => ({ ...protection, familyIncluded: true }),
    wrongFunction: untoldDuty,
    stranger,
    after: ({ id }) => (protectionId = id),
  },
  {
    route: '/cases/{caseId}/protections/{protectionId}/outcomes',
    who: 'tax-officer-1',
    path: () => `/cases/${unsettled.caseId}/protections/${protectionId}/outcomes`,
    body: () => ({
      outcome: 'GRANTED',
      decidedOn: '2026-03-02',
      until: '2027-03-01',
      registeredMunicipalityCode: '0180',
    }),
    otherBody: () => ({ outcome: 'GRANTED', decidedOn: '2026-03-02' }),
    alsoBad: [
      {
        what: 'a last day of a refusal',
        body: { outcome: 'REFUSED', decidedOn: '2026-03-02', until: '2027-03-01' },
        field: 'until',
      },
    ],
    stranger: 'police-nord-coordinator',
  },
  {
    route: '/cases/{caseId}/protections/{protectionId}/endings',
    who: 'tax-officer-1',
    path: () => `/cases/${unsettled.caseId}/protections/${protectionId}/endings`,
    body: () => ({ reason: 'OWN_NOTICE', endedOn: '2026-03-02' }),
    otherBody: () => ({ reason: 'SPECIAL_REASONS', endedOn: '2026-03-02' }),
    stranger: 'police-nord-coordinator',
  },
  {
    route: '/cases/{caseId}/registration-notice-withholdings',
    who: officer,
    path: () => `/cases/${unsettled.caseId}/registration-notice-withholdings`,
    body: () => ({ reason: 'PERSECUTION', grounds: 'Påhittade skäl' }),
    otherBody: () => ({ reason: 'TEMPORARY_STAY', grounds: 'Påhittade skäl' }),
    wrongFunction: untoldDuty,
    stranger,
  },
  {
    route: '/cases/{caseId}/registration-notices',
    who: officer,
    path: () => `/cases/${unsettled.caseId}/registration-notices`,
    body: () => ({ sentOn: '2026-03-02' }),
    otherBody: () => ({ sentOn: '2026-03-01' }),
    wrongFunction: untoldDuty,
    stranger,
  },
  {
    route: '/cases/{caseId}/exposed-registers',
    who: officer,
    path: () => `/cases/${unsettled.caseId}/exposed-registers`,
    body: () => ({ register: 'COMPANY_REGISTER', status: 'DONE', checkedOn: '2026-03-02' }),
    otherBody: () => ({ register: 'VEHICLE_REGISTER', status: 'DONE', checkedOn: '2026-03-02' }),
    wrongFunction: untoldDuty,
    stranger,
  },
  {
    route: '/register-rules',
    who: 'registrar-1',
    path: () => '/register-rules',
    body: () => registerRules(2),
    otherBody: () => registerRules(3),
    wrongFunction: { sub: coordinator, status: 403 },
  },
  {
    route: '/document-requests',
    who: registrarOfDocuments,
    path: () => '/document-requests',
    body: () => documentRequest,
    otherBody: () => ({ ...documentRequest, kinds: ['CASE_LIST'] }),
    wrongFunction: { sub: decidesOnDocuments, status: 403 },
    after: ({ id }) => (documentsId = id),
  },
  {
    route: '/document-requests/{requestId}/answers',
    who: registrarOfDocuments,
    path: () => `/document-requests/${documentsId}/answers`,
    body: () => refusalOfDocuments,
    otherBody: () => ({ ...refusalOfDocuments, note: 'Påhittad annan prövning' }),
    alsoBad: [
      { what: 'pages of a refusal', body: { ...refusalOfDocuments, pages: 7 }, field: 'pages' },
      {
        what: 'a rest of a refusal',
        body: { ...refusalOfDocuments, restFindings: [] },
        field: 'restFindings',
      },
    ],
    wrongFunction: { sub: decidesOnDocuments, status: 403 },
    after: ({ id }) => expect(id).toBe(documentsId),
  },
  {
    route: '/document-requests/{requestId}/decision-requests',
    who: registrarOfDocuments,
    path: () => `/document-requests/${documentsId}/decision-requests`,
    body: () => ({ requestedOn: today() }),
    otherBody: () => ({ requestedOn: '2026-03-01' }),
    wrongFunction: { sub: decidesOnDocuments, status: 403 },
  },
  {
    route: '/document-requests/{requestId}/decisions',
    who: decidesOnDocuments,
    path: () => `/document-requests/${documentsId}/decisions`,
    body: () => refusalOfDocuments,
    otherBody: () => ({ ...refusalOfDocuments, note: 'Påhittad annan prövning' }),
    wrongFunction: { sub: registrarOfDocuments, status: 403 },
  },
  {
    route: '/document-requests/{requestId}/take-overs',
    who: registrarOfDocuments,
    path: () => `/document-requests/${documentsId}/take-overs`,
    wrongFunction: { sub: officer, status: 403 },
  },
  {
    route: '/document-requests/{requestId}/servings',
    who: registrarOfDocuments,
    path: () => `/document-requests/${documentsId}/servings`,
    body: () => ({ servedOn: today() }),
    otherBody: () => ({ servedOn: '2026-03-01' }),
    wrongFunction: { sub: decidesOnDocuments, status: 403 },
  },
  {
    route: '/document-requests/{requestId}/appeals',
    who: registrarOfDocuments,
    path: () => `/document-requests/${documentsId}/appeals`,
    body: () => ({ receivedAt: system.clock.now().toISOString() }),
    otherBody: () => ({ receivedAt: '2026-03-01T00:00:00Z' }),
    wrongFunction: { sub: decidesOnDocuments, status: 403 },
  },
  {
    route: '/document-requests/{requestId}/appeal-outcomes',
    who: registrarOfDocuments,
    path: () => `/document-requests/${documentsId}/appeal-outcomes`,
    body: () => ({ outcome: 'UPHELD', decidedOn: today() }),
    otherBody: () => ({ outcome: 'DISMISSED', decidedOn: today() }),
    wrongFunction: { sub: decidesOnDocuments, status: 403 },
  },
  {
    route: '/cases/{caseId}/access-reports',
    who: officer,
    path: () => `/cases/${story.caseId}/access-reports`,
    body: () => ({ requestedOn: '2026-03-05' }),
    otherBody: () => ({ requestedOn: '2026-03-04' }),
    wrongFunction: homeDuty,
    stranger,
  },
  {
    route: '/cases/{caseId}/broken-glasses',
    who: officer,
    path: () => `/cases/${unsettled.caseId}/broken-glasses`,
    body: () => ({ reason: 'DANGER_TO_LIFE', classes: ['threat-advice'], note: 'Påhittad fara' }),
    otherBody: () => ({ reason: 'ACUTE_CARE', classes: ['threat-advice'], note: 'Påhittad fara' }),
    wrongFunction: { sub: assessor, status: 403 },
    stranger,
    after: ({ id }) => (glassId = id),
  },
  {
    route: '/cases/{caseId}/broken-glasses/{glassId}/confirmations',
    who: secondAssessor,
    path: () => `/cases/${unsettled.caseId}/broken-glasses/${glassId}/confirmations`,
    wrongFunction: { sub: assessor, status: 403 },
    stranger,
  },
  {
    route: '/cases/{caseId}/joint-openings',
    who: officer,
    path: () => `/cases/${unsettled.caseId}/joint-openings`,
    body: () => ({ purpose: 'TRANSPORT' }),
    otherBody: () => ({ purpose: 'CARE' }),
    stranger,
    after: ({ id }) => (openingId = id),
  },
  {
    route: '/cases/{caseId}/joint-openings/{openingId}/approvals',
    who: colleague,
    path: () => `/cases/${unsettled.caseId}/joint-openings/${openingId}/approvals`,
    stranger,
  },
  {
    route: '/cases/{caseId}/joint-openings/{openingId}/rejections',
    who: colleague,
    before: async () => {
      const asked = { purpose: 'CARE' };
      openingId = (await as(officer).does(`/cases/${unsettled.caseId}/joint-openings`, asked)).id;
    },
    path: () => `/cases/${unsettled.caseId}/joint-openings/${openingId}/rejections`,
    stranger,
  },
  {
    route: '/cases/{caseId}/impartiality-declarations',
    who: colleague,
    path: () => `/cases/${unsettled.caseId}/impartiality-declarations`,
    wrongFunction: untoldDuty,
    stranger,
  },
  {
    route: '/cases/{caseId}/contact-changes',
    who: officer,
    before: () =>
      as('registrar-1').does('/appointments', {
        official: 'board-1280-registrar',
        organisation: 'board:1280',
        agencyKind: 'SOCIAL_BOARD',
        function: 'HOME_OFFICER',
        delegated: false,
        from: '2026-01-01T00:00:00.000Z',
      }),
    path: () => `/cases/${unsettled.caseId}/contact-changes`,
    body: () => ({ outgoing: colleague, incoming: 'board-1280-registrar', reason: 'NEW_DUTIES' }),
    otherBody: () => ({ outgoing: colleague, incoming: 'board-1280-registrar', reason: 'ABSENCE' }),
    wrongFunction: untoldDuty,
    stranger,
  },
  {
    route: '/cases/{caseId}/disqualifications',
    who: secondAssessor,
    path: () => `/cases/${unsettled.caseId}/disqualifications`,
    body: () => ({ ground: 'FL_16_2' }),
    otherBody: () => ({ ground: 'FL_16_5' }),
    wrongFunction: untoldDuty,
    stranger,
  },
  {
    route: '/proposals/{proposalId}/impartiality-declarations',
    who: thirdReceiver,
    path: () => `/proposals/${unsettled.proposalId}/impartiality-declarations`,
    stranger,
  },
  {
    route: '/proposals/{proposalId}/contact-changes',
    who: decider,
    path: () => `/proposals/${unsettled.proposalId}/contact-changes`,
    body: () => ({ outgoing: preparer, incoming: thirdReceiver, reason: 'ABSENCE' }),
    otherBody: () => ({ outgoing: preparer, incoming: thirdReceiver, reason: 'NEW_DUTIES' }),
    wrongFunction: { sub: preparer, status: 403 },
    stranger,
  },
  {
    route: '/proposals/{proposalId}/disqualifications',
    who: thirdReceiver,
    path: () => `/proposals/${unsettled.proposalId}/disqualifications`,
    body: () => ({ ground: 'FL_16_1' }),
    otherBody: () => ({ ground: 'FL_16_3' }),
    stranger,
  },
  {
    route: '/log-reviews/{reviewId}/settlements',
    who: 'board-1280-reviewer',
    before: async () => {
      await as(officer).looks(`/cases/${unsettled.caseId}/contents/identity`);
      await system.until('2026-03-09T08:00:00.000Z');
      await system.review();
      const { body } = await as('board-1280-reviewer').looks<{
        items: { reviewId: string; record: number }[];
      }>('/log-reviews');
      review = body.items[0]!;
    },
    path: () => `/log-reviews/${review.reviewId}/settlements`,
    body: () => ({ record: review.record, outcome: 'FINE', reason: 'TASK_SEEN' }),
    otherBody: () => ({ record: review.record, outcome: 'FOLLOW_UP', reason: 'NO_TASK_SEEN' }),
    wrongFunction: { sub: officer, status: 403 },
  },
];

interface Described {
  readonly paths: Record<
    string,
    Record<string, { readonly requestBody?: { readonly content: Record<string, { schema: BodySchema }> } }>
  >;
  readonly components: { readonly schemas: Schemas };
}

/** How much there is of everything that a command could write. */
const footprint = async (): Promise<string> => {
  const { rows } = await system.pool.query<{ is: string }>(
    `SELECT concat_ws(' ', (SELECT count(*) FROM log.events), (SELECT count(*) FROM vault.keys),
       (SELECT count(*) FROM vault.reads), (SELECT count(*) FROM vault.person_index),
       (SELECT count(*) FROM vault.companions),
       (SELECT count(*) FROM police_register.entries), (SELECT count(*) FROM police_register.presence)) AS is`,
  );
  return rows[0]!.is;
};
const refusalsFrom = async (route: string): Promise<string[]> => {
  const { rows } = await system.pool.query<{ reason: string }>(
    'SELECT reason FROM vault.refusals WHERE route = $1 ORDER BY refusal_id',
    [`POST ${basePath}${route.replace(/\{(\w+)\}/g, ':$1')}`],
  );
  return rows.map(({ reason }) => reason);
};

/** What answers 201 and says where the new thing is. */
const making: readonly string[] = [
  '/cases',
  '/information-requests',
  '/stay-inquiries',
  '/document-requests',
];

/** Of those that tell their revision: written out here, and not taken from the api. */
const asksForSealed: readonly string[] = [
  '/cases/{caseId}/candidates',
  '/cases/{caseId}/candidates/{candidateId}/proposals',
  '/cases/{caseId}/access-reports',
  '/cases/{caseId}/joint-openings',
  '/cases/{caseId}/joint-openings/{openingId}/approvals',
  '/cases/{caseId}/joint-openings/{openingId}/rejections',
];

/**
 * Where an answer must not tell how much has been written: a receiving board would count what was tried before, a home
 * board who said yes and no, Police and board the reservations.
 */
const withoutRevision: readonly string[] = [
  '/cases/{caseId}/waivers',
  '/cases/{caseId}/waiver-withdrawals',
  '/adversary-presences',
  '/referrals/{candidateId}/answers',
  '/proposals/{proposalId}/prepared-answers',
  '/proposals/{proposalId}/answers',
  '/cases/{caseId}/proposals/{proposalId}/counter-rejections',
  '/cases/{caseId}/proposals/{proposalId}/counter-approvals',
  '/placements/{proposalId}/transfers',
  '/placements/{proposalId}/arrivals',
  '/placements/{proposalId}/follow-ups',
  '/placements/{proposalId}/departures',
  '/capacity-declarations',
  // The same for all that is written apart from the frame of the case.
  '/cases/{caseId}/served-decisions',
  '/cases/{caseId}/served-decisions/{decisionId}/places',
  '/cases/{caseId}/served-decisions/{decisionId}/places/{placeDecisionId}/departures',
  '/cases/{caseId}/served-decisions/{decisionId}/places/{placeDecisionId}/exposures',
  // Police acknowledge on the same stream, when the person has a case.
  '/information-requests',
  '/information-requests/{inquiryId}/weighings',
  '/information-requests/{inquiryId}/decisions',
  '/stay-inquiries',
  '/stay-inquiries/{inquiryId}/answers',
  '/inquiries/{inquiryId}/impartiality-declarations',
  '/inquiries/{inquiryId}/disqualifications',
  '/cases/{caseId}/inquiries/{inquiryId}/acknowledgements',
  // The board, Skatteverket, Police and a clock write to one stream.
  '/cases/{caseId}/protections',
  '/cases/{caseId}/protections/{protectionId}/outcomes',
  '/cases/{caseId}/protections/{protectionId}/endings',
  '/cases/{caseId}/registration-notices',
  '/cases/{caseId}/registration-notice-withholdings',
  '/cases/{caseId}/exposed-registers',
  '/log-reviews/{reviewId}/settlements',
  '/placements/{proposalId}/broken-glasses',
  '/placements/{proposalId}/exposures',
  '/cases/{caseId}/broken-glasses',
  '/cases/{caseId}/broken-glasses/{glassId}/confirmations',
  '/cases/{caseId}/impartiality-declarations',
  '/cases/{caseId}/disqualifications',
  '/cases/{caseId}/contact-changes',
  '/proposals/{proposalId}/impartiality-declarations',
  '/proposals/{proposalId}/disqualifications',
  '/proposals/{proposalId}/contact-changes',
];

const members = [
  'type',
  'title',
  'status',
  'detail',
  'instance',
  'code',
  'violations',
  'facts',
  'allowedActions',
];

/** Everything that is wrong with an answer that should be a problem document; empty when it is as it should be. */
const complaintsAbout = (
  { status, headers, body, text }: Answer,
  expected: { readonly status: number; readonly code: string; readonly language: 'sv' | 'en' },
  secret?: string,
): string[] => {
  const complaints: string[] = [];
  const must = (holds: boolean, what: string): void => void (holds || complaints.push(what));
  const known = knownCodes[expected.code]!;
  must(status === expected.status, `is ${status} and not ${expected.status}`);
  must(body['code'] === expected.code, `says ${String(body['code'])} and not ${expected.code}`);
  must(headers['content-type'] === 'application/problem+json; charset=utf-8', 'is no problem document');
  must(body['type'] === `/problems/${expected.code}`, 'has another type');
  must(body['status'] === expected.status, 'has another status inside');
  must(body['instance'] === `urn:request:${headers['x-request-id']}`, 'does not name the request');
  must(headers['content-language'] === expected.language, 'names another language');
  must(body['title'] === known.title[expected.language], 'has a title in another language');
  must(body['detail'] === known.detail[expected.language], 'has a detail in another language');
  must(
    Object.keys(body).every((name) => members.includes(name)),
    'says more than a problem document',
  );
  must(!/\n|\.[jt]s:\d|\bat [\w.<]+ \(/.test(text), 'shows where in the code it happened');
  const told = `${text}\n${JSON.stringify(headers)}`;
  must(secret === undefined || !told.includes(secret), 'gives back what was sent');
  return complaints;
};

const withoutPrecondition = { 'if-none-match': undefined };

const uuid = /[0-9a-f]{8}-[0-9a-f-]{27}/g;

describe('Bad input', () => {
  let description: Described;
  beforeAll(async () => {
    // The description of the compiled build: the transpiler of the tests does not run the plugin that writes it.
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['dist/apps/ops/main.js', 'openapi', '--print'],
      { maxBuffer: 32 * 1024 * 1024 },
    );
    description = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Described;
    system = await startTestSystem();
    story = new Story(system, 1);
    unsettled = new Story(system, 3);
  });
  afterAll(() => system?.close());

  it('is tried at every command route of the compiled build', () => {
    const described = Object.entries(description.paths)
      .filter(([, methods]) => methods['post'])
      .map(([path]) => path.slice(basePath.length));
    // Tellings to agencies outside the road need contacts of theirs: told-agencies.e2e.spec.ts refuses them one by one.
    const elsewhere = ['', '/{disclosureId}/endings'].map((rest) => `/cases/{caseId}/agency-tellings${rest}`);
    expect([...examples.map(({ route }) => route), ...elsewhere].sort()).toEqual(described.sort());
  });

  describe.each(examples)('at $route', (example) => {
    const { route, who } = example;
    const sends = (sending: Sending & { readonly query?: string }): Promise<Answer> =>
      as(who).posts(`${example.path()}${sending.query ?? ''}`, {
        body: example.body?.() ?? {},
        ...sending,
        headers: { ...example.headers?.(), ...sending.headers },
      });
    let asked = 0;
    /** Sends something that must be refused, and collects what is wrong with the refusal. */
    const refused = async (
      what: string,
      sending: Sending & { readonly query?: string },
      status: number,
      code: string,
      secret?: string,
      more: (answer: Answer) => string[] = () => [],
    ): Promise<string[]> => {
      const logged = system.logged.length;
      const language = (asked += 1) % 2 === 0 ? 'sv' : 'en';
      const answer = await sends({
        ...sending,
        headers: { 'accept-language': language, ...sending.headers },
      });
      const complaints = [
        ...complaintsAbout(answer, { status, code, language }, secret),
        ...more(answer),
        ...(secret !== undefined && system.logged.slice(logged).join('').includes(secret)
          ? ['stands in the log']
          : []),
      ];
      return complaints.map((complaint) => `${what}: ${complaint}`);
    };
    /** Tries them all, several at a time; nothing may have been written when they are through. */
    const allRefused = async (attempts: readonly (() => Promise<string[]>)[]): Promise<void> => {
      const before = await footprint();
      const complaints: string[] = [];
      const waiting = attempts.values();
      await Promise.all(
        Array.from({ length: 6 }, async () => {
          for (const attempt of waiting) complaints.push(...(await attempt()));
        }),
      );
      expect(complaints).toEqual([]);
      expect(await footprint()).toBe(before);
    };

    beforeAll(async () => {
      await example.before?.();
      await system.settled();
    });

    it('is refused where the body does not follow the description, and nothing is written or told', async () => {
      const schema =
        description.paths[`${basePath}${route}`]!['post']!.requestBody?.content['application/json'];
      const unknown: BadBody = {
        what: 'an unknown field',
        body: { Kanarie: 'Kanarie' },
        canary: 'Kanarie',
        code: 'request.invalid',
        fields: [''],
      };
      expect(schema !== undefined).toBe(example.body !== undefined);
      const bad: readonly BadBody[] =
        schema && example.body
          ? [
              ...badBodies(schema.schema, example.body(), description.components.schemas),
              ...(example.alsoBad ?? []).map(({ what, body, field }): BadBody => ({
                what,
                body,
                code: 'request.invalid',
                fields: [field],
              })),
            ]
          : [unknown];
      const noObjects: readonly BadBody[] = ['"Kanarie"', '["Kanarie"]', '7', 'null'].map((body) => ({
        what: `a body that is ${body}`,
        body,
        canary: body.includes('Kanarie') ? 'Kanarie' : undefined,
        code: 'request.invalid',
      }));
      await allRefused(
        [...bad, ...noObjects].map(
          ({ what, body, canary, code, fields }) =>
            () =>
              refused(what, { body }, 400, code, canary, (answer) => {
                if (answer.text.includes('undefined')) return ['tells of something undefined'];
                if (code !== 'request.invalid' || !fields) return [];
                const named = ((answer.body['violations'] ?? []) as { field: string }[]).map(
                  ({ field }) => field,
                );
                return fields.some((field) => named.includes(field)) ? [] : [`names ${named.join(', ')}`];
              }),
        ),
      );
      expect(await refusalsFrom(route)).toEqual([]);
    });

    /** What lets somebody see sealed content, or try for it, is on record also where what was read is no longer so. */
    const stale = asksForSealed.includes(route) ? ['revision.stale'] : [];

    it('is refused where the request itself is broken, and nothing is written or told', async () => {
      const bytes = Buffer.concat([Buffer.from('{"Kanarie":"K'), Buffer.from([0xe5]), Buffer.from('m"}')]);
      const secret = 'Kanarie';
      const type = (value?: string): Sending['headers'] => ({ 'content-type': value });
      const notTaken = 'request.if_match_not_taken';
      const hidden = withoutRevision.includes(route);
      await allRefused([
        () => refused('broken UTF-8', { body: bytes }, 400, 'request.not_utf8', secret),
        () => refused('broken JSON', { body: '{"Kanarie": "Kan' }, 400, 'request.not_json', secret),
        () => refused('an empty body', { body: '' }, 400, 'request.not_json'),
        () =>
          refused(
            'more than 256 KiB',
            { body: `{"Kanarie":"${'x'.repeat(256 * 1024)}"}` },
            413,
            'request.too_large',
            secret,
          ),
        () =>
          refused(
            'a member twice',
            { body: '{"Kanarie":"one","Kanarie":"other"}' },
            400,
            'request.not_json',
            secret,
          ),
        () => refused('packed', { headers: { 'content-encoding': 'gzip' } }, 415, 'request.wrong_media_type'),
        () =>
          refused(
            'another character set',
            { headers: type('application/json; charset=iso-8859-1') },
            415,
            'request.wrong_media_type',
          ),
        () => refused('a query', { query: '?Kanarie=1' }, 400, 'request.invalid', secret),
        () => refused('text', { headers: type('text/plain') }, 415, 'request.wrong_media_type'),
        () =>
          refused(
            'a form',
            { body: 'Kanarie=1', headers: type('application/x-www-form-urlencoded') },
            415,
            'request.wrong_media_type',
            secret,
          ),
        () =>
          refused(
            'no key',
            { headers: { 'idempotency-key': undefined } },
            400,
            'request.idempotency_key_missing',
          ),
        () => refused('a short key', { key: 'Kanarie' }, 400, 'request.idempotency_key_malformed', secret),
        () =>
          refused(
            'an ETag that is none',
            { headers: { ...withoutPrecondition, 'if-match': 'Kanarie' } },
            400,
            hidden ? notTaken : 'request.if_match_malformed',
            secret,
          ),
        () =>
          hidden
            ? refused('an ETag', { headers: { 'if-match': '"9876543210"' } }, 400, notTaken, '9876543210')
            : refused(
                'a stale ETag',
                { headers: { ...withoutPrecondition, 'if-match': '"9876543210"' } },
                412,
                'revision.stale',
                '9876543210',
              ),
        ...(example.headers
          ? [() => refused('no precondition', { headers: withoutPrecondition }, 428, 'revision.required')]
          : []),
        ...(hidden
          ? [() => refused('nothing written yet', { headers: { 'if-none-match': '*' } }, 400, notTaken)]
          : []),
      ]);
      expect(await refusalsFrom(route)).toEqual(stale);
    });

    it('is refused to who is not logged in well enough, and each attempt is recorded', async () => {
      const expired = await system.tokenFor(who, { expiresInSeconds: -3600 });
      const elsewhere = await system.tokenFor(who, { audience: 'another-service' });
      const weak = await system.tokenFor(who, { acr: 'http://id.elegnamnden.se/loa/1.0/loa2' });
      await allRefused([
        () => refused('no token', { token: null }, 401, 'auth.token_missing'),
        () => refused('an expired token', { token: expired }, 401, 'auth.token_invalid', expired),
        () => refused('a token for others', { token: elsewhere }, 401, 'auth.token_invalid', elsewhere),
        () => refused('a token that is none', { token: 'Kanarie' }, 401, 'auth.token_invalid', 'Kanarie'),
        () => refused('a weak login', { token: weak }, 403, 'auth.assurance_too_low', weak),
      ]);
      expect([...(await refusalsFrom(route))].sort()).toEqual([
        'LOGIN_TOO_WEAK',
        'TOKEN_AUDIENCE',
        'TOKEN_EXPIRED',
        'TOKEN_MALFORMED',
        'TOKEN_MISSING',
        ...stale,
      ]);
    });

    it('is refused to who has no part in it, as if there were nothing; the attempt is recorded', async () => {
      const before = await footprint();
      const recorded = (await refusalsFrom(route)).length;
      const attempts: { readonly sub: string; readonly path: string; readonly reason: string }[] = [];
      const path = example.path();
      if (example.stranger) {
        attempts.push({ sub: example.stranger, path, reason: 'NO_PART' });
        for (const id of path.match(uuid) ?? []) {
          // An inquiry is no part of the case, and an application for protection is looked for inside.
          const inside = [stayId, decisionId, placeDecisionId, protectionId, glassId, openingId];
          const reason = inside.includes(id) ? 'thing.not_found' : 'NO_SUCH_CASE';
          attempts.push({ sub: who, path: path.replace(id, randomUUID()), reason });
          attempts.push({ sub: who, path: path.replace(id, 'Kanarie'), reason });
        }
      }
      const { sub, status } = example.wrongFunction ?? { sub: '', status: 404 };
      if (sub && status === 404) attempts.push({ sub, path, reason: 'NO_PART' });

      const answers: object[] = [];
      for (const attempt of attempts) {
        const answer = await as(attempt.sub).posts(attempt.path, {
          body: example.body?.() ?? {},
          headers: { ...example.headers?.(), 'x-request-id': '4bf92f35-77b3-4da6-a3ce-929d0e0e4736' },
        });
        expect(
          complaintsAbout(answer, { status: 404, code: 'thing.not_found', language: 'en' }, 'Kanarie'),
        ).toEqual([]);
        const headers = Object.entries(answer.headers).filter(
          ([name]) => name !== 'date' && name !== 'traceparent',
        );
        answers.push({ text: answer.text, headers });
      }
      // What is not there and what is not the caller's: the same to the byte.
      for (const answer of answers) expect(answer).toEqual(answers[0]);

      if (sub && status === 403) {
        const answer = await as(sub).posts(path, {
          body: example.body?.() ?? {},
          headers: example.headers?.(),
        });
        expect(complaintsAbout(answer, { status: 403, code: 'access.refused', language: 'en' })).toEqual([]);
      }
      const reasons = (await refusalsFrom(route)).slice(recorded);
      expect(reasons.slice(0, attempts.length)).toEqual(attempts.map(({ reason }) => reason));
      expect(reasons).toHaveLength(attempts.length + (sub && status === 403 ? 1 : 0));
      expect(await footprint()).toBe(before);
    });

    it('goes through as it should, once: a repeat gives the same answer, another body under its key is refused', async () => {
      const key = randomUUID();
      const body = example.body?.() ?? {};
      // Pressed three times at once: had more than one been carried out, their revisions would differ.
      const [first, ...twins] = await Promise.all([1, 2, 3].map(() => sends({ key, body })));
      if (!first) throw new Error('nothing was sent');
      expect([first.status, first.body['code']]).toEqual([making.includes(route) ? 201 : 200, undefined]);
      const { revision } = first.body;
      if (withoutRevision.includes(route))
        expect([revision, first.headers['etag']]).toEqual([null, undefined]);
      else expect([typeof revision, first.headers['etag']]).toEqual(['number', `"${String(revision)}"`]);
      for (const twin of twins) expect([twin.status, twin.text]).toEqual([first.status, first.text]);
      await system.settled();
      const before = await footprint();
      const again = await sends({ key, body });
      expect([again.status, again.text]).toEqual([first.status, first.text]);
      expect([again.headers['etag'], again.headers['x-position']]).toEqual([
        first.headers['etag'],
        first.headers['x-position'],
      ]);
      if (example.otherBody)
        expect(
          await refused('another body', { key, body: example.otherBody() }, 422, 'command.other_content'),
        ).toEqual([]);
      await system.settled();
      expect(await footprint()).toBe(before);
      example.after?.(first.body as unknown as Done);
    });
  });

  it('has left nothing of what was sent, good or bad, in the logs of api and worker', () => {
    const logged = system.logged.join('');
    for (const { route } of examples)
      expect(logged).toContain(`"${basePath}${route.replace(/\{(\w+)\}/g, ':$1')}"`);
    for (const secret of ['Kanarie', 'Testina', 'Påhittad', network, 'SN 2026-17', officer, 'H-17'])
      expect([secret, logged.includes(secret)]).toEqual([secret, false]);
    for (const order of [1, 2, 3, 101, 102, 103]) expect(logged).not.toContain(inventedNumber(order));
  });
});
