import { DomainError, type PlainDate, type PoliceRegion } from '#kernel';

/**
 * Counties by police region, from when to when: the seven regions since the Police became one authority (domain.md
 * section 5). A change is a new row, never an edit: old decisions were made under the old one.
 */
const regions: readonly {
  readonly region: PoliceRegion;
  readonly counties: readonly string[];
  readonly from: PlainDate;
  /** Not included. */
  readonly until?: PlainDate;
}[] = [
  { region: 'nord', counties: ['22', '23', '24', '25'], from: '2015-01-01' },
  { region: 'mitt', counties: ['03', '19', '21'], from: '2015-01-01' },
  { region: 'stockholm', counties: ['01', '09'], from: '2015-01-01' },
  { region: 'ost', counties: ['04', '05', '06'], from: '2015-01-01' },
  { region: 'vast', counties: ['13', '14'], from: '2015-01-01' },
  { region: 'syd', counties: ['07', '08', '10', '12'], from: '2015-01-01' },
  { region: 'bergslagen', counties: ['17', '18', '20'], from: '2015-01-01' },
];

/**
 * The police region in which a municipality lies on a day.
 * @param municipality code of four digits, the first two of which are the county
 * @param on YYYY-MM-DD in Europe/Stockholm
 * @throws DomainError jurisdiction.unknown_municipality; the code is not repeated
 */
export const policeRegionOf = (municipality: string, on: PlainDate): PoliceRegion => {
  const county = /^(\d{2})\d{2}$/.exec(municipality)?.[1];
  const row = regions.find(
    ({ counties, from, until }) =>
      county !== undefined && counties.includes(county) && from <= on && (until === undefined || on < until),
  );
  if (!row) throw new DomainError('jurisdiction.unknown_municipality');
  return row.region;
};

/** Whether a police unit of this region may act in a municipality: each region in its own. @throws as policeRegionOf */
export const isInJurisdiction = (region: PoliceRegion, municipality: string, on: PlainDate): boolean =>
  policeRegionOf(municipality, on) === region;
