import { type AgencyKind, type PoliceRegion, policeRegions } from '#kernel';
import { municipalities } from './municipalities.js';

/**
 * The organisations that may act, by the id that is tokenised: `board:<municipality code>`, `police:<region>`,
 * `coordinator:national`, `tax:national`, `provider:<organisation number>`.
 *
 * One organisation number covers many units (all boards of a municipality, all police regions), so the number in a
 * token says only which authority vouches; the unit comes from the appointment.
 */
export interface Organisation {
  readonly id: string;
  readonly name: string;
  readonly agencyKind: AgencyKind;
  /** Ten digits. */
  readonly orgNumber: string;
  readonly municipalityCode?: string;
  readonly policeRegion?: PoliceRegion;
}

/** Luhn check digit over nine digits (weights 2,1,2...): the form of Swedish organisation numbers. */
const withCheckDigit = (nine: string): string => {
  const sum = [...nine].reduce((total, digit, index) => {
    const product = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (product > 9 ? product - 9 : product);
  }, 0);
  return `${nine}${(10 - (sum % 10)) % 10}`;
};

/** Invented, check digit right, from a series that no authority holds: real ones are given when the system is set up. */
const inventedNumber = (form: '2' | '5', code: string): string => withCheckDigit(`${form}9990${code}`);

const policeOrgNumber = '2021000076';

export const boardId = (municipalityCode: string): string => `board:${municipalityCode}`;
export const policeId = (region: PoliceRegion): string => `police:${region}`;
export const coordinatorId = 'coordinator:national';
export const providerId = (orgNumber: string): string => `provider:${orgNumber}`;

export const boards: readonly Organisation[] = municipalities.map(({ code, name, policeRegion }) => ({
  id: boardId(code),
  name: `Socialnämnden, ${name}`,
  agencyKind: 'SOCIAL_BOARD',
  orgNumber: inventedNumber('2', code),
  municipalityCode: code,
  policeRegion,
}));

export const policeUnits: readonly Organisation[] = policeRegions.map((region) => ({
  id: policeId(region),
  name: `Polismyndigheten, region ${region}`,
  agencyKind: 'POLICE',
  orgNumber: policeOrgNumber,
  policeRegion: region,
}));

export const nationalCoordinator: Organisation = {
  id: coordinatorId,
  name: 'Nationella samordnaren',
  agencyKind: 'NATIONAL_COORDINATOR',
  orgNumber: inventedNumber('2', '0000'),
};

export const taxAgencyId = 'tax:national';

export const taxAgency: Organisation = {
  id: taxAgencyId,
  name: 'Skatteverket',
  agencyKind: 'TAX_AGENCY',
  orgNumber: '2021005448',
};

/** One invented provider of housing in each municipality, for the invented country. */
export const inventedProviders: readonly Organisation[] = municipalities.map(
  ({ code, name, policeRegion }) => {
    const orgNumber = inventedNumber('5', code);
    return {
      id: providerId(orgNumber),
      name: `Påhittat boende i ${name}`,
      agencyKind: 'HOUSING_PROVIDER',
      orgNumber,
      municipalityCode: code,
      policeRegion,
    };
  },
);

export const organisations: readonly Organisation[] = [
  ...boards,
  ...policeUnits,
  nationalCoordinator,
  taxAgency,
  ...inventedProviders,
];

const byId = new Map(organisations.map((organisation) => [organisation.id, organisation]));

export const findOrganisation = (id: string): Organisation | undefined => byId.get(id);
