import type { AgencyKind } from '#kernel';
import type { OfficialFunction } from '#domain/appointment';
import {
  boards,
  inventedProviders,
  nationalCoordinator,
  type Organisation,
  policeUnits,
  taxAgency,
  toldAgencies,
} from '../reference/organisations.js';

/** An invented official of the invented country. `sub` is what the issuer says; no human names are needed. */
export interface InventedOfficial {
  readonly sub: string;
  readonly name: string;
  readonly orgNumber: string;
  readonly orgName: string;
  readonly organisation: string;
  readonly agencyKind: AgencyKind;
  readonly functions: readonly { readonly function: OfficialFunction; readonly delegated: boolean }[];
}

const official = (
  organisation: Organisation,
  sub: string,
  role: string,
  functions: readonly OfficialFunction[],
  delegated = false,
): InventedOfficial => ({
  sub,
  name: `${role}, ${organisation.name}`,
  orgNumber: organisation.orgNumber,
  orgName: organisation.name,
  organisation: organisation.id,
  agencyKind: organisation.agencyKind,
  functions: functions.map((name) => ({ function: name, delegated })),
});

const ofBoard = (board: Organisation): readonly InventedOfficial[] => {
  const code = board.municipalityCode ?? '';
  return [
    official(board, `board-${code}-officer-1`, 'Officer 1', ['HOME_OFFICER', 'RECEIVING_OFFICER']),
    official(board, `board-${code}-officer-2`, 'Officer 2', ['HOME_OFFICER', 'RECEIVING_OFFICER']),
    official(board, `board-${code}-decider`, 'Decider', ['RECEIVING_DECIDER', 'DOCUMENT_DECIDER'], true),
    official(board, `board-${code}-duty`, 'Duty officer', ['HOME_DUTY_OFFICER'], true),
    official(board, `board-${code}-registrar`, 'Registrar', ['DOCUMENT_REGISTRAR']),
    official(board, `board-${code}-reviewer`, 'Log reviewer', ['LOG_REVIEWER']),
  ];
};

const ofPolice = (unit: Organisation): readonly InventedOfficial[] => {
  const region = unit.policeRegion ?? '';
  return [
    official(unit, `police-${region}-coordinator`, 'Coordinator', ['POLICE_COORDINATOR', 'POLICE_ASSESSOR']),
    official(unit, `police-${region}-assessor`, 'Assessor', ['POLICE_ASSESSOR']),
    official(unit, `police-${region}-registrar`, 'Registrar', ['POLICE_REGISTRAR']),
    official(unit, `police-${region}-documents`, 'Registrar of documents', ['DOCUMENT_REGISTRAR']),
    official(unit, `police-${region}-decider`, 'Decider', ['DOCUMENT_DECIDER'], true),
    official(unit, `police-${region}-reviewer`, 'Log reviewer', ['LOG_REVIEWER']),
  ];
};

/** Of an agency that is told something: two contacts and a reviewer of its log. Of schools and councils in one place only. */
const ofTold = (agency: Organisation): readonly InventedOfficial[] => {
  if (agency.municipalityCode !== undefined && agency.municipalityCode !== '1280') return [];
  const sub = agency.id.replace(':national', '').replace(':', '-');
  const contact = (n: number) => official(agency, `${sub}-contact-${n}`, `Contact ${n}`, ['AGENCY_CONTACT']);
  return [contact(1), contact(2), official(agency, `${sub}-reviewer`, 'Log reviewer', ['LOG_REVIEWER'])];
};

const ofProvider = (provider: Organisation): readonly InventedOfficial[] => {
  const sub = `provider-${provider.municipalityCode}`;
  return [
    official(provider, `${sub}-director`, 'Director', ['FACILITY_DIRECTOR'], true),
    official(provider, `${sub}-reviewer`, 'Log reviewer', ['LOG_REVIEWER']),
  ];
};

/** Who may be logged in as in the invented country, in a fixed order. */
export const inventedOfficials: readonly InventedOfficial[] = [
  official(nationalCoordinator, 'coordinator-1', 'Coordinator', ['NATIONAL_COORDINATOR']),
  official(nationalCoordinator, 'coordinator-2', 'Deputy', ['DEPUTY_COORDINATOR']),
  official(nationalCoordinator, 'registrar-1', 'Registrar', ['REGISTRAR', 'DOCUMENT_REGISTRAR']),
  official(nationalCoordinator, 'coordinator-decider', 'Decider', ['DOCUMENT_DECIDER'], true),
  official(taxAgency, 'tax-officer-1', 'Protection officer 1', ['PROTECTION_OFFICER']),
  official(taxAgency, 'tax-officer-2', 'Protection officer 2', ['PROTECTION_OFFICER']),
  official(taxAgency, 'tax-registrar', 'Registrar', ['DOCUMENT_REGISTRAR']),
  official(taxAgency, 'tax-decider', 'Decider', ['DOCUMENT_DECIDER'], true),
  official(taxAgency, 'tax-reviewer', 'Log reviewer', ['LOG_REVIEWER']),
  official(nationalCoordinator, 'coordinator-reviewer', 'Log reviewer', ['LOG_REVIEWER']),
  ...toldAgencies.flatMap(ofTold),
  ...policeUnits.flatMap(ofPolice),
  ...boards.flatMap(ofBoard),
  ...inventedProviders.flatMap(ofProvider),
];
