import type { CaseRelation, Policy } from '#access';
import { reviewBasis } from '#application';
import { agencyKinds, publicAuthorities } from '#kernel';
import { toldAndAsked, toldReaders } from './queries/told-readers.js';

// Who may send which command. The legal bases say why each kind of agency may handle personal data here at all; they
// are recorded with every event (domain.md section 3). Never the waiver: consent lifts secrecy and is no basis for handling,
// and what is handled before it or after its withdrawal would name a consent that is not there.

type Relations = readonly CaseRelation[] | 'NO_CASE';
type Rule = (relations: Relations, purpose: string) => Policy;

const rule =
  (who: Pick<Policy, 'agencyKind' | 'functions' | 'legalBasis' | 'delegated' | 'onDuty'>): Rule =>
  (relations, purpose) => ({ ...who, relations, purpose, login: 'LOA3' });

export const homeOfficer = rule({
  agencyKind: 'SOCIAL_BOARD',
  functions: ['HOME_OFFICER'],
  legalBasis: 'SOLPUL_6',
});
/** Under a live delegation, for what cannot wait: the legal basis is that of the alarm plan. */
export const homeDutyOfficer = rule({
  agencyKind: 'SOCIAL_BOARD',
  functions: ['HOME_DUTY_OFFICER'],
  legalBasis: 'OSL_10_2',
  delegated: true,
});
export const receivingOfficer = rule({
  agencyKind: 'SOCIAL_BOARD',
  functions: ['RECEIVING_OFFICER', 'RECEIVING_DECIDER'],
  legalBasis: 'SOLPUL_6',
});
/** The board's answer to another board is its own decision: only with its delegation. */
export const receivingDecider = rule({
  agencyKind: 'SOCIAL_BOARD',
  functions: ['RECEIVING_DECIDER'],
  legalBasis: 'SOLPUL_6',
  delegated: true,
});
export const policeCoordinator = rule({
  agencyKind: 'POLICE',
  functions: ['POLICE_COORDINATOR'],
  legalBasis: 'BRL_2_1',
});
/** Whoever of Police can be named in a case. */
export const policeContact = rule({
  agencyKind: 'POLICE',
  functions: ['POLICE_COORDINATOR', 'POLICE_ASSESSOR'],
  legalBasis: 'BRL_2_1',
});
export const policeAssessor = rule({
  agencyKind: 'POLICE',
  functions: ['POLICE_ASSESSOR'],
  legalBasis: 'BRL_2_1',
});
/** The named coordinator of a case keeps its entries too: a registrar has no part in a case by being one. */
export const policeRegistrar = rule({
  agencyKind: 'POLICE',
  functions: ['POLICE_REGISTRAR', 'POLICE_COORDINATOR'],
  legalBasis: 'BRL_2_1',
});
/** One is on duty: the deputy acts after taking over. */
export const coordinatorOnDuty = rule({
  agencyKind: 'NATIONAL_COORDINATOR',
  functions: ['NATIONAL_COORDINATOR', 'DEPUTY_COORDINATOR'],
  legalBasis: 'GDPR_6_1_E',
  onDuty: true,
});
export const coordinatorOffice = rule({
  agencyKind: 'NATIONAL_COORDINATOR',
  functions: ['NATIONAL_COORDINATOR', 'DEPUTY_COORDINATOR'],
  legalBasis: 'GDPR_6_1_E',
});
export const facilityDirector = rule({
  agencyKind: 'HOUSING_PROVIDER',
  functions: ['FACILITY_DIRECTOR'],
  legalBasis: 'SOLPUL_6',
});
/**
 * What others ask about a person is registered at every holder (OSL 5:1; lag (2025:170) 2 and 4 §§), also at a private
 * provider and by the contacts of an agency that is only told something, and weighed by two of the holder, or of the board
 * where a provider was asked. Each agency acts on the basis on which it has the data.
 */
export const inquiryOfficers = (purpose: string): readonly Policy[] =>
  [
    homeOfficer,
    receivingOfficer,
    policeRegistrar,
    coordinatorOffice,
    ...toldAndAsked.map(({ agencyKind, functions, legalBasis }) =>
      rule({ agencyKind, functions, legalBasis }),
    ),
  ].map((of) => of('NO_CASE', purpose));
/** SoL 15:7 binds the board. */
export const stayOfficers = (purpose: string): readonly Policy[] =>
  [homeOfficer, receivingOfficer].map((of) => of('NO_CASE', purpose));

/** Requests for official documents, at every authority: registered and answered by an official. */
export const documentRegistrars = (purpose: string): readonly Policy[] =>
  publicAuthorities.map((agencyKind) =>
    rule({ agencyKind, functions: ['DOCUMENT_REGISTRAR'], legalBasis: 'TF_2' })('NO_CASE', purpose),
  );
/** The authority's own decision (OSL 6:3): only with its delegation. */
export const documentDeciders = (purpose: string): readonly Policy[] =>
  publicAuthorities.map((agencyKind) =>
    rule({ agencyKind, functions: ['DOCUMENT_DECIDER'], legalBasis: 'OSL_6_3', delegated: true })(
      'NO_CASE',
      purpose,
    ),
  );
/** Skatteverket's officer for protected data (skyddshandläggare). */
export const protectionOfficer = rule({
  agencyKind: 'TAX_AGENCY',
  functions: ['PROTECTION_OFFICER'],
  legalBasis: 'FOL_16',
});
export const registrar = rule({
  agencyKind: 'NATIONAL_COORDINATOR',
  functions: ['REGISTRAR'],
  legalBasis: 'OSL_5_1',
});
/** Of each kind of agency; a reviewer sees and settles records of the own agency alone. */
export const logReviewers: readonly Policy[] = agencyKinds.map((agencyKind) =>
  rule({ agencyKind, functions: ['LOG_REVIEWER'], legalBasis: reviewBasis[agencyKind] })(
    'NO_CASE',
    'LOG_REVIEW',
  ),
);

/**
 * The complete report of who has read about a person: a reviewer at the office that keeps the register, who knows the
 * person by no name, and the case only by the numbers that the person brings.
 */
export const completeReports: Policy = {
  ...rule({ agencyKind: 'NATIONAL_COORDINATOR', functions: ['LOG_REVIEWER'], legalBasis: 'GDPR_15' })(
    'NO_CASE',
    'PERSONS_ACCESS',
  ),
  login: 'FRESH_LOA3',
};

/** Whoever has the alarm plan there, for the placement that it belongs to. */
export const whoBreaksGlassThere: Policy = policeCoordinator(['RECEIVING_POLICE'], 'EMERGENCY');

/** The named contacts of an agency outside the road, kind by kind. */
const toldContacts = (purpose: string): readonly Policy[] =>
  toldReaders.map(({ relation, ...who }) => rule(who)([relation], purpose));

/** Of what shows nothing: who takes a part over does it before being named (libs/access, `forTakers`). */
export const evenTaken = (policy: Policy): Policy => ({ ...policy, forTakers: true });

/** Who has a part in the case itself and declares whether anything disqualifies: also who is told but who and where. */
export const whoDeclaresInCase: readonly Policy[] = [
  homeOfficer(['HOME_BOARD'], 'IMPARTIALITY'),
  homeDutyOfficer(['HOME_DUTY'], 'IMPARTIALITY'),
  policeContact(['HOME_POLICE'], 'IMPARTIALITY'),
  coordinatorOffice(['NATIONAL_COORDINATOR'], 'IMPARTIALITY'),
  protectionOfficer(['TAX_AGENCY'], 'IMPARTIALITY'),
  ...toldContacts('IMPARTIALITY'),
].map(evenTaken);
/** So, for who knows the case by the proposal only. */
export const whoDeclaresOnProposal: readonly Policy[] = [
  receivingOfficer(['RECEIVING_BOARD'], 'IMPARTIALITY'),
  policeContact(['RECEIVING_POLICE'], 'IMPARTIALITY'),
  facilityDirector(['HOUSING_PROVIDER'], 'IMPARTIALITY'),
].map(evenTaken);
/** A named person hands over, or takes one more in. */
export const whoChangesContactsInCase: readonly Policy[] = [
  homeOfficer(['HOME_BOARD'], 'SUPPORT'),
  policeCoordinator(['HOME_POLICE'], 'PROTECTION'),
  protectionOfficer(['TAX_AGENCY'], 'PROTECTION'),
  ...toldContacts('SUPPORT'),
].map(evenTaken);
/** Whom a board has named, also before its yes, it changes by a decision of its own. */
export const whoChangesContactsOnProposal: readonly Policy[] = [
  receivingDecider(['RECEIVING_BOARD'], 'RECEPTION'),
  policeCoordinator(['RECEIVING_POLICE'], 'PROTECTION'),
  facilityDirector(['HOUSING_PROVIDER'], 'ADMISSION'),
].map(evenTaken);

/**
 * Who may have to know at once what no grant opens: those with a part in the case, each for what the rules let it. At home
 * Police also who takes over: at night nobody is there who could say in whose place to come, and the others there and the log
 * review see it the same moment.
 */
export const whoBreaksGlass: readonly Policy[] = [
  homeOfficer(['HOME_BOARD'], 'EMERGENCY'),
  homeDutyOfficer(['HOME_DUTY'], 'EMERGENCY'),
  evenTaken(policeCoordinator(['HOME_POLICE'], 'EMERGENCY')),
  coordinatorOffice(['NATIONAL_COORDINATOR'], 'EMERGENCY'),
];
