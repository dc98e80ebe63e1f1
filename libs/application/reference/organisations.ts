import { type AgencyKind, agencyKindOf, type PoliceRegion, policeRegions, type ToldKind } from '#kernel';
import { municipalities } from './municipalities.js';

/**
 * The organisations that may act, by the id that is tokenised: `board:<municipality code>`, `police:<region>`,
 * `coordinator:national`, `tax:national`, `provider:<organisation number>`; of those that are only told something
 * `probation:national` and the like, `school:<municipality code>`, `care:<county>`, `security:<police region>`.
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
  /** As which kind it is told something; undefined for who is not. */
  readonly toldAs?: ToldKind;
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
  toldAs: 'POPULATION_REGISTER',
};

const told = (
  toldAs: ToldKind,
  id: string,
  name: string,
  orgNumber: string,
  of: Pick<Organisation, 'municipalityCode' | 'policeRegion'> = {},
): Organisation => ({ id, name, agencyKind: agencyKindOf[toldAs], orgNumber, ...of, toldAs });

const counties = [...new Set(municipalities.map(({ county }) => county))];

/** Agencies that are told something and write nothing here. */
export const toldAgencies: readonly Organisation[] = [
  told('PROBATION_SERVICE', 'probation:national', 'Kriminalvården', '2021000225'),
  told('SIS', 'sis:national', 'Statens institutionsstyrelse', '2021004508'),
  told('SOCIAL_INSURANCE_AGENCY', 'insurance:national', 'Försäkringskassan', '2021005521'),
  told('EMPLOYMENT_SERVICE', 'employment:national', 'Arbetsförmedlingen', '2021002114'),
  told('ENFORCEMENT_AUTHORITY', 'enforcement:national', 'Kronofogdemyndigheten', inventedNumber('2', '0001')),
  told('MIGRATION_AGENCY', 'migration:national', 'Migrationsverket', '2021002163'),
  told('IVO', 'ivo:national', 'Inspektionen för vård och omsorg', inventedNumber('2', '0002')),
  ...policeRegions.flatMap((region) => [
    told(
      'PERSON_SECURITY',
      `security:${region}`,
      `Polisens personsäkerhet, region ${region}`,
      policeOrgNumber,
      {
        policeRegion: region,
      },
    ),
    told(
      'REGION_COORDINATOR',
      `regioncoordinator:${region}`,
      `Regionkoordinator, region ${region}`,
      inventedNumber('2', '0003'),
      { policeRegion: region },
    ),
  ]),
  ...counties.map((county) =>
    told('HEALTH_CARE', `care:${county}`, `Region ${county}`, inventedNumber('2', `99${county}`)),
  ),
  // Under the organisation number of their municipality.
  ...municipalities.flatMap(({ code, name, policeRegion }) => [
    told('SCHOOL', `school:${code}`, `Skolan, ${name}`, inventedNumber('2', code), {
      municipalityCode: code,
      policeRegion,
    }),
    told('LOCAL_COUNCIL', `council:${code}`, `Lokalt råd, ${name}`, inventedNumber('2', code), {
      municipalityCode: code,
      policeRegion,
    }),
  ]),
];

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
  ...toldAgencies,
  ...inventedProviders,
];

const byId = new Map(organisations.map((organisation) => [organisation.id, organisation]));

export const findOrganisation = (id: string): Organisation | undefined => byId.get(id);
