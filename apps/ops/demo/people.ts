import type { Environment, EntryRoute } from '#kernel';

/** An invented person. The numbers are Skatteverket's test numbers, which belong to nobody. */
export interface Invented {
  readonly alias: string;
  readonly personalIdentityNumber: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly environment: Environment;
  readonly entryRoute: EntryRoute;
  readonly registryNumber: string;
  readonly needs: string;
  readonly companions: readonly string[];
  /** Of those who have one. */
  readonly companionNumbers: readonly string[];
  readonly threatDetail: string;
  readonly advice: string;
  readonly address: string;
  readonly note: string;
  readonly networks: readonly string[];
  readonly adversaryNetworks: readonly string[];
}

/** Everything of a person that must never be found in clear outside an entitled read. */
export const secretsOf = (person: Invented): readonly string[] => [
  person.personalIdentityNumber,
  person.personalIdentityNumber.slice(2),
  person.givenName,
  person.familyName,
  person.registryNumber,
  person.needs,
  ...person.companions,
  ...person.companionNumbers,
  person.threatDetail,
  person.advice,
  person.address,
  person.note,
  ...person.networks,
  ...person.adversaryNetworks,
];

const invented = (
  alias: string,
  personalIdentityNumber: string,
  environment: Environment,
  entryRoute: EntryRoute,
  {
    companionNumbers = [],
    ...sides
  }: Pick<Invented, 'networks' | 'adversaryNetworks'> & Partial<Pick<Invented, 'companionNumbers'>>,
): Invented => ({
  alias,
  personalIdentityNumber,
  givenName: `Testperson${alias}`,
  familyName: `Påhittadsson${alias}`,
  environment,
  entryRoute,
  registryNumber: `SN-${alias}/0417`,
  needs: `Behovsprofil ${alias}: lugnt läge, nära till arbete, stöd i vardagen.`,
  companions: companionNumbers.map(() => `Följer med ${alias}: ett påhittat barn`),
  companionNumbers,
  threatDetail: `Hotbild ${alias}: påhittade uppgifter som stannar hos Polisen.`,
  advice: `Råd till nämnden om ${alias}: undvik stora knutpunkter.`,
  address: `${alias}gränd 7, lgh 1101`,
  note: `Uppföljning ${alias}: samtal på plats.`,
  ...sides,
});

export const alfa = invented('Alfa', '200201159811', 'GANG', 'POLICE', {
  networks: ['Nordkretsen påhittad'],
  adversaryNetworks: ['Sydkretsen påhittad'],
  companionNumbers: ['201702039833'],
});
export const beta = invented('Beta', '199503209844', 'GANG', 'SOCIAL_SERVICES', {
  networks: ['Östkretsen påhittad'],
  adversaryNetworks: ['Västkretsen påhittad'],
  companionNumbers: ['201906129810'],
});
export const gamma = invented('Gamma', '199905119831', 'GANG', 'PROBATION', {
  networks: ['Röda ringen påhittad'],
  adversaryNetworks: ['Blå ringen påhittad'],
});
/** The rival side of Gamma, placed eight months before. */
export const rival = invented('Rival', '199711039850', 'GANG', 'POLICE', {
  networks: ['Blå ringen påhittad'],
  adversaryNetworks: ['Röda ringen påhittad'],
});
/** In the same situation as Gamma, but her first candidate is full. */
export const twin = invented('Tvilling', '198807079879', 'GANG', 'PROBATION', {
  networks: ['Gröna ringen påhittad'],
  adversaryNetworks: ['Gula ringen påhittad'],
});
/** Becomes somebody else: what goes is who the person was. */
export const delta = invented('Delta', '199204079819', 'GANG', 'SOCIAL_SERVICES', {
  networks: ['Svarta ringen påhittad'],
  adversaryNetworks: ['Vita ringen påhittad'],
  companionNumbers: ['202109309829'],
});
/** Kept under a legal hold. */
export const epsilon = invented('Epsilon', '199408229814', 'GANG', 'POLICE', {
  networks: ['Gråa ringen påhittad'],
  adversaryNetworks: ['Bruna ringen påhittad'],
});
/** Born on the fifteenth: kept for research. */
export const zeta = invented('Zeta', '199609159810', 'GANG', 'PROBATION', {
  networks: ['Lila ringen påhittad'],
  adversaryNetworks: ['Rosa ringen påhittad'],
});
/** Of a board in Östergötland: kept for research, whenever born. */
export const eta = invented('Eta', '199806119815', 'GANG', 'PROBATION', {
  networks: ['Silverringen påhittad'],
  adversaryNetworks: ['Guldringen påhittad'],
});
