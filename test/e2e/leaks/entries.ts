import { inventedOfficials } from '../../../libs/application/index.js';
import {
  assessor,
  colleague,
  coordinator,
  decider,
  director,
  officer,
  preparer,
  secondAssessor,
} from '../../support/story.js';
import { dutyOfficer, policeThere, referredPolice, secondReceiver, taxOfficer, told } from './played.js';

// What each route answers to whom, and which canaries stand in it: the need-to-know matrix (domain.md 1.2) once more, by
// hand and apart from policies, read models and grants, so that a mistake in one of them is seen.

/** Of these the test system has officials with appointments, one for every function of every organisation. */
export const organisations: readonly RegExp[] = [
  /^board-(1280|2480|2580)-/,
  /^provider-(2480|2580)-/,
  /^police-(syd|nord|ost)-/,
  /^coordinator-|^registrar-1$/,
  /^tax-/,
  // Of agencies outside the road of a case one contact each, and of one of them everybody.
  /^(sis|insurance|employment|enforcement|migration|ivo|security-syd|regioncoordinator-syd)-contact-1$/,
  /^(care-12|school-1280|council-1280)-contact-1$/,
  /^probation-/,
];
/** Holds an appointment in the invented country and none in this system. */
export const unappointed = 'police-vast-coordinator';
/** Nobody: no token is sent. */
export const nobody = 'nobody';
export const machineAlone = 'case-system-1280';
export const strangeMachine = 'case-system-2480';
/** The officer of the case, through the case system of the board: sees what the officer sees. */
export const throughMachine = `${officer} through case-system-1280`;

export const officials: readonly string[] = inventedOfficials
  .map(({ sub }) => sub)
  .filter((sub) => organisations.some((pattern) => pattern.test(sub)));
export const everyone: readonly string[] = [
  ...officials,
  unappointed,
  nobody,
  machineAlone,
  strangeMachine,
  throughMachine,
];

/** Whoever has come near the cases: to these, the stage of the case makes a difference. */
export const near: readonly string[] = everyone.filter((sub) =>
  /^board-(1280|2480)-|^provider-2480-|^police-(syd|nord|ost)-(coordinator|assessor)|^coordinator-[12]$|^tax-officer/.test(
    sub,
  ),
);

const by = (pattern: RegExp): readonly string[] => officials.filter((sub) => pattern.test(sub));
const officers = [officer, colleague, throughMachine];
const homePolice = [secondAssessor, assessor];
const policeOfPlace = [policeThere, 'police-nord-assessor'];
const policeAsked = [referredPolice, 'police-ost-assessor'];
const desk = [coordinator, 'coordinator-2'];
const breakers = [...officers, secondAssessor, ...desk];
const receivers = [preparer, secondReceiver];
const contacts = [...receivers, decider];
const inCase = [...officers, ...homePolice, ...desk];
const tax = [taxOfficer, 'tax-officer-2'];
const documents = ['board-1280-registrar', 'board-1280-decider'];
const ofAnyBoard = [...by(/^board-\d+-officer/), throughMachine];
const ofAnyReceiver = [...ofAnyBoard, ...by(/^board-\d+-decider/)];
const ofAnyPolice = by(/^police-\w+-(coordinator|assessor)$/);
const registrarsOfDocuments = by(/^(board-\d+|tax)-registrar$|^police-\w+-documents$|^registrar-1$/);
const decidersOnDocuments = by(/^(board-\d+|tax|police-\w+|coordinator)-decider$/);
const reviewers = by(/-reviewer$/);
const directors = by(/^provider-\d+-director$/);
const { probation, sis, ivo, security } = told;
const toldOfPlaced = [probation, sis, ivo, security];
const contactsElsewhere = [...by(/-contact-\d$/), ...tax];
const inquiryOfficers = [
  ...ofAnyReceiver,
  ...by(/^police-\w+-(coordinator|registrar)$/),
  ...desk,
  ...contactsElsewhere.filter((one) => !/^(security|council|regioncoordinator)-/.test(one)),
];

const identity = ['personalIdentityNumber', 'givenName', 'familyName'];

/** Of a case: PLACED and ASKED are the two that were played. LIST: the route names no id. */
type Stage = 'PLACED' | 'ASKED' | 'LIST';
export interface Line {
  readonly stage: Stage;
  readonly who: readonly string[];
  /** Names of canaries: of the case that is asked for, or `placed.x` and `asked.x` in a list. */
  readonly finds: readonly string[];
}
const line =
  (...stages: Stage[]) =>
  (who: readonly string[], ...finds: string[]): Line[] =>
    stages.map((stage) => ({ stage, who, finds }));
const both = line('PLACED', 'ASKED');
const placed = line('PLACED');
const asked = line('ASKED');
const list = line('LIST');
const forAll = list(everyone);

/** By method and path. Who stands in no line is answered 401, 403 or 404. */
export const entries: Readonly<Record<string, readonly Line[]>> = {
  'GET /health/live': forAll,
  'GET /health/ready': forAll,
  'GET /api-info': forAll,
  'GET /problems': forAll,
  'GET /problems/{code}': both(everyone),

  // The home board: its named officers. The address is not among its routes.
  'GET /cases': [...list(ofAnyBoard), ...list(officers, 'placed.caseId', 'asked.caseId')],
  'GET /cases/{caseId}': both(officers, 'caseId'),
  'GET /cases/{caseId}/contents/identity': both(officers, ...identity),
  'GET /cases/{caseId}/contents/social': [
    ...both(officers, 'registryNumber', 'supportRegistryNumber'),
    ...placed(officers, 'servedRegistryNumber', 'servedText', 'followUpNote'),
  ],
  'GET /cases/{caseId}/contents/needs': both(officers, 'needSummary'),
  'GET /cases/{caseId}/contents/family': both(officers, 'companion'),
  'GET /cases/{caseId}/contents/threat-advice': both(officers, 'advice'),
  'GET /cases/{caseId}/contents/destination': placed(officers, 'destination'),
  'GET /cases/{caseId}/protected-data': both(officers, 'caseId'),
  'GET /cases/{caseId}/protected-data/contents/social': placed(officers, 'grounds'),
  'GET /cases/{caseId}/access-reports/{reportId}': placed(officers),
  // For the person, at the office that keeps the register: it finds nothing of what was planted.
  'GET /cases/{caseId}/access-reports/{reportId}/complete': placed(['coordinator-reviewer']),
  'GET /cases/{caseId}/protected-data/registration-notice': [],
  // What was broken and asked for, by whom it may be confirmed; the words of it, too.
  'GET /cases/{caseId}/broken-glasses': [...both(breakers), ...placed([dutyOfficer])],
  'GET /cases/{caseId}/broken-glasses/{passId}/note': placed([...breakers, dutyOfficer], 'glassNote'),
  'GET /cases/{caseId}/joint-openings': both(officers),
  // Opened for minutes, for the one who broke the glass or was given the opening.
  'GET /cases/{caseId}/broken-glasses/{passId}/contents/{dataClass}': placed([dutyOfficer], ...identity),
  'GET /cases/{caseId}/joint-openings/{passId}/contents/{dataClass}': placed(
    [officer, throughMachine],
    ...identity,
  ),

  // Police there by the placement that they know: nobody of them has broken this one.
  'GET /placements/{proposalId}/broken-glasses/{passId}/contents/{dataClass}': [],

  // Its duty officer: the alarm plan.
  'GET /alarms': [...list(by(/^board-\d+-duty$/)), ...list([dutyOfficer], 'placed.caseId')],
  // And in which case a decision says where a child stays, not where.
  'GET /decided-places': [...list(by(/^board-\d+-duty$/)), ...list([dutyOfficer], 'placed.caseId')],
  'GET /alarms/{proposalId}': placed([dutyOfficer], 'caseId'),
  'GET /alarms/{proposalId}/contents/address': placed([dutyOfficer], 'address'),

  // Police of the home region: neither social file nor address.
  'GET /police-cases': [...list(ofAnyPolice), ...list(homePolice, 'placed.caseId', 'asked.caseId')],
  'GET /police-cases/{caseId}': both(homePolice, 'caseId'),
  'GET /police-cases/{caseId}/contents/identity': both(homePolice, ...identity),
  'GET /police-cases/{caseId}/contents/threat-detail': both(homePolice, 'detail'),
  'GET /police-cases/{caseId}/contents/threat-advice': both(homePolice, 'advice'),
  'GET /police-cases/{caseId}/contents/destination': placed(homePolice, 'destination'),

  // Police that are asked about a candidate: their own municipality, and not the case; no more when somebody is placed.
  'GET /referrals': list(ofAnyPolice),
  'GET /referrals/{candidateId}': asked(policeAsked, 'referred'),

  // Police of the receiving region: from clearance on.
  'GET /police-placements': list(ofAnyPolice),
  'GET /police-placements/{proposalId}': placed(policeOfPlace),
  'GET /police-placements/{proposalId}/contents/identity': placed(policeOfPlace, ...identity),
  'GET /police-placements/{proposalId}/contents/destination': [],
  'GET /police-placements/{proposalId}/contents/address': placed(policeOfPlace, 'address'),
  'GET /police-placements/{proposalId}/contents/threat-advice': placed(policeOfPlace, 'advice'),

  // The coordinator and the deputy: references, needs, places; neither name nor address.
  'GET /coordination-cases': list(desk, 'placed.caseId', 'asked.caseId'),
  'GET /coordination-cases/{caseId}': both(desk, 'caseId', 'destination', 'referred'),
  // Where the person comes from is no more among the places than any other where he or she must not be.
  'GET /coordination-cases/{caseId}/destinations': both(desk, 'destination', 'referred'),
  'GET /coordination-cases/{caseId}/contents/needs': both(desk, 'needSummary'),
  'GET /coordination-cases/{caseId}/contents/destination': [],

  // The receiving board: needs when it is asked; from clearance on, who comes, for the two who receive.
  'GET /proposals': list(ofAnyReceiver),
  'GET /proposals/{proposalId}': [...asked(contacts), ...placed(receivers)],
  'GET /proposals/{proposalId}/contents/needs': [
    ...asked(contacts, 'needSummary'),
    ...placed(receivers, 'needSummary'),
  ],
  'GET /proposals/{proposalId}/contents/identity': placed(receivers, ...identity),
  'GET /proposals/{proposalId}/contents/family': placed(receivers, 'companion'),
  'GET /proposals/{proposalId}/contents/threat-advice': placed(receivers, 'advice'),
  'GET /proposals/{proposalId}/contents/destination': placed(receivers, 'destination'),
  // Only where the board runs the housing itself.
  'GET /proposals/{proposalId}/contents/address': [],
  'GET /own-capacity': list(ofAnyReceiver),

  // The provider: its own house, an alias and a need.
  'GET /admissions': list(directors),
  'GET /admissions/{proposalId}': placed([director]),
  'GET /admissions/{proposalId}/contents/needs': placed([director], 'needSummary'),
  'GET /admissions/{proposalId}/contents/threat-advice': placed([director], 'advice'),
  'GET /admissions/{proposalId}/contents/destination': placed([director], 'destination'),
  'GET /admissions/{proposalId}/contents/address': placed([director], 'address'),

  // Inquiries and requests for documents: those who are named in them, whoever the person is.
  'GET /inquiries': list([...inquiryOfficers, ...directors]),
  'GET /inquiries/{inquiryId}': placed(officers),
  'GET /inquiries/{inquiryId}/contents/identity': placed(officers, 'personalIdentityNumber'),
  'GET /inquiries/{inquiryId}/contents/social': placed(
    officers,
    'inquiryReference',
    'inquiryText',
    'weighingNote',
    'inquiryRecipient',
  ),
  'GET /document-requests': list([...registrarsOfDocuments, ...decidersOnDocuments]),
  'GET /document-requests/{requestId}': placed(documents),
  'GET /document-requests/{requestId}/refusal': placed(documents),
  'GET /document-requests/{requestId}/contents/social': placed(
    documents,
    'documentText',
    'documentContact',
    'documentRegistryNumber',
    'documentNote',
    'decisionNote',
  ),
  'GET /document-requests/{requestId}/contents/cost': [],

  // Skatteverket: that it is asked, and what its own register says.
  'GET /protection-cases': list(tax, 'placed.caseId'),
  'GET /protection-cases/{caseId}': placed(tax, 'caseId'),
  'GET /protection-cases/{caseId}/contents/identity': placed(tax, 'registered'),

  // Agencies outside the road of a case: what each was told, and to whom there it was told.
  'GET /told-cases': [...list(contactsElsewhere), ...list([...toldOfPlaced, taxOfficer], 'placed.caseId')],
  'GET /told-cases/{caseId}': placed([...toldOfPlaced, taxOfficer], 'caseId'),
  'GET /told-cases/{caseId}/contents/identity': placed([probation], ...identity),
  'GET /told-cases/{caseId}/contents/threat-advice': placed([probation], 'advice'),
  'GET /told-cases/{caseId}/contents/needs': placed([sis], 'needSummary'),
  'GET /told-cases/{caseId}/contents/social': placed(
    [ivo],
    'registryNumber',
    'supportRegistryNumber',
    'servedRegistryNumber',
    'servedText',
  ),
  'GET /told-cases/{caseId}/contents/family': placed([ivo, security, taxOfficer], 'companion'),
  'GET /told-cases/{caseId}/contents/destination': [],
  'GET /told-cases/{caseId}/contents/offence': [],

  // Asked as a home board; the other inboxes are asked for in a test beside this one.
  'GET /inbox': [...list(ofAnyBoard), ...list(officers, 'placed.caseId')],
  'GET /inbox/stream': list(ofAnyBoard),
  'GET /notices': list([machineAlone, strangeMachine]),
  'GET /log-reviews': list(reviewers),
  // This one is a sample, and not of a glass.
  'GET /log-reviews/{reviewId}/note': [],

  // Commands: who is heard at all. Nothing of anybody stands in any answer.
  'POST /cases': list(ofAnyBoard),
  'POST /cases/{caseId}/support-decisions': both(officers),
  'POST /cases/{caseId}/relocation-requests': both(officers),
  'POST /cases/{caseId}/supervised-closings': both(officers),
  'POST /cases/{caseId}/closures': both(officers),
  'POST /cases/{caseId}/waivers': both(officers),
  'POST /cases/{caseId}/waiver-withdrawals': both(officers),
  'POST /cases/{caseId}/impartiality-declarations': [
    ...both(inCase),
    ...placed([dutyOfficer, ...tax, ...toldOfPlaced]),
  ],
  'POST /cases/{caseId}/disqualifications': [
    ...both(inCase),
    ...placed([dutyOfficer, ...tax, ...toldOfPlaced]),
  ],
  'POST /cases/{caseId}/contact-changes': [
    ...both([...officers, secondAssessor]),
    ...placed([...toldOfPlaced, ...tax]),
  ],
  'POST /proposals/{proposalId}/impartiality-declarations': [
    ...both(contacts),
    ...placed([...policeOfPlace, director]),
  ],
  'POST /proposals/{proposalId}/disqualifications': [
    ...both(contacts),
    ...placed([...policeOfPlace, director]),
  ],
  'POST /proposals/{proposalId}/contact-changes': [...both([decider]), ...placed([policeThere, director])],
  'POST /cases/{caseId}/agency-tellings': both([...officers, secondAssessor]),
  'POST /cases/{caseId}/agency-tellings/{disclosureId}/endings': placed([...officers, secondAssessor]),
  'POST /cases/{caseId}/served-decisions': both(officers),
  'POST /cases/{caseId}/served-decisions/{decisionId}/places': placed(officers),
  'POST /cases/{caseId}/served-decisions/{decisionId}/places/{placeDecisionId}/departures': placed([
    ...officers,
    dutyOfficer,
  ]),
  'POST /cases/{caseId}/served-decisions/{decisionId}/places/{placeDecisionId}/exposures': placed([
    ...officers,
    dutyOfficer,
  ]),
  'POST /cases/{caseId}/protections': both(officers),
  'POST /cases/{caseId}/protections/{protectionId}/outcomes': placed([...tax, secondAssessor]),
  'POST /cases/{caseId}/protections/{protectionId}/endings': placed([...tax, secondAssessor]),
  'POST /cases/{caseId}/registration-notices': both(officers),
  'POST /cases/{caseId}/registration-notice-withholdings': both(officers),
  'POST /cases/{caseId}/exposed-registers': both(officers),
  'POST /cases/{caseId}/access-reports': both(officers),
  'POST /cases/{caseId}/broken-glasses': [...both(breakers), ...placed([dutyOfficer])],
  'POST /placements/{proposalId}/broken-glasses': placed([policeThere]),
  'POST /cases/{caseId}/broken-glasses/{glassId}/confirmations': placed([...breakers, dutyOfficer]),
  'POST /cases/{caseId}/joint-openings': both(officers),
  'POST /cases/{caseId}/joint-openings/{openingId}/approvals': placed(officers),
  'POST /cases/{caseId}/joint-openings/{openingId}/rejections': placed(officers),
  'POST /cases/{caseId}/threat-assessments': both(homePolice),
  'POST /cases/{caseId}/threat-assessments/{version}/confirmations': both(homePolice),
  'POST /cases/{caseId}/threat-assessments/{version}/rejections': both(homePolice),
  'POST /cases/{caseId}/conflict-entries': both([secondAssessor]),
  'POST /cases/{caseId}/inquiries/{inquiryId}/acknowledgements': placed([secondAssessor]),
  'POST /cases/{caseId}/candidates': both([coordinator]),
  'POST /cases/{caseId}/candidates/{candidateId}/proposals': both([coordinator]),
  'POST /cases/{caseId}/settled-attention': both([coordinator]),
  'POST /cases/{caseId}/proposals/{proposalId}/counter-approvals': both(officers),
  'POST /cases/{caseId}/proposals/{proposalId}/counter-rejections': both(officers),
  'POST /referrals/{candidateId}/answers': asked([referredPolice]),
  'POST /proposals/{proposalId}/prepared-answers': both(contacts),
  'POST /proposals/{proposalId}/answers': both([decider]),
  'POST /placements/{proposalId}/admissions': placed([director]),
  'POST /placements/{proposalId}/admission-refusals': placed([director]),
  'POST /placements/{proposalId}/clearances': both([coordinator]),
  'POST /placements/{proposalId}/transfers': both([secondAssessor]),
  'POST /placements/{proposalId}/arrivals': both(officers),
  'POST /placements/{proposalId}/follow-ups': both([...officers, secondAssessor]),
  'POST /placements/{proposalId}/departures': [...both(officers), ...placed([dutyOfficer, policeThere])],
  'POST /placements/{proposalId}/exposures': [
    ...both([...officers, secondAssessor]),
    ...placed([dutyOfficer, policeThere]),
  ],
  'POST /capacity-declarations': list(ofAnyReceiver),
  'POST /adversary-presences': list(by(/^police-\w+-(coordinator|registrar)$/)),
  'POST /duties': list(desk),
  'POST /rules': list([coordinator]),
  'POST /register-rules': list(['registrar-1']),
  'POST /appointments': list(['registrar-1']),
  'POST /appointment-endings': list(['registrar-1']),
  'POST /trainings': list(['registrar-1']),
  // No case is named: the function opens the door, and what is not the caller's is not there behind it.
  'POST /information-requests': list([...inquiryOfficers, ...directors]),
  'POST /information-requests/{inquiryId}/weighings': placed(inquiryOfficers),
  'POST /information-requests/{inquiryId}/decisions': placed(inquiryOfficers),
  'POST /inquiries/{inquiryId}/impartiality-declarations': placed(inquiryOfficers),
  'POST /inquiries/{inquiryId}/disqualifications': placed(inquiryOfficers),
  'POST /stay-inquiries': list(ofAnyReceiver),
  'POST /stay-inquiries/{inquiryId}/answers': placed(ofAnyReceiver),
  'POST /document-requests': list(registrarsOfDocuments),
  'POST /document-requests/{requestId}/take-overs': placed([
    ...registrarsOfDocuments,
    ...decidersOnDocuments,
  ]),
  'POST /document-requests/{requestId}/answers': placed(registrarsOfDocuments),
  'POST /document-requests/{requestId}/decision-requests': placed(registrarsOfDocuments),
  'POST /document-requests/{requestId}/servings': placed(registrarsOfDocuments),
  'POST /document-requests/{requestId}/appeals': placed(registrarsOfDocuments),
  'POST /document-requests/{requestId}/appeal-outcomes': placed(registrarsOfDocuments),
  'POST /document-requests/{requestId}/decisions': placed(decidersOnDocuments),
  'POST /log-reviews/{reviewId}/settlements': placed(reviewers),
};

/** Fields of bodies with text of any kind that say nothing of a person whom the system protects. */
export const notPersonal: readonly RegExp[] = [
  // Officials, by what their issuer calls them.
  / (outgoing|incoming|successor)$/,
  // Officials, their organisations and appointments.
  / (officers|reviewers|receivers)\[\]$/,
  / (official|organisation|appointmentId|authority)$/,
  // Rules, and the name of a step.
  /^\/(rules|register-rules) /,
  / step$/,
];
