import { describe, expect, it } from '@jest/globals';
import { policeRegionOf } from '#access';
import { policeRegions } from '#kernel';
import { findMunicipality, municipalities } from './municipalities.js';
import { boards, findOrganisation, inventedProviders, organisations, policeUnits } from './organisations.js';
import { parseOrganisationNumber } from '#personal-data';

/** Rows per county as domain.md section 5 counts them. */
const perCounty = {
  '01': 26,
  '03': 8,
  '04': 9,
  '05': 13,
  '06': 13,
  '07': 8,
  '08': 12,
  '09': 1,
  '10': 5,
  '12': 33,
  '13': 6,
  '14': 49,
  '17': 16,
  '18': 12,
  '19': 10,
  '20': 15,
  '21': 10,
  '22': 7,
  '23': 8,
  '24': 15,
  '25': 14,
};

describe('the municipalities', () => {
  it('are 290 in 21 counties, as many in each as there should be', () => {
    const counted: Record<string, number> = {};
    for (const { county } of municipalities) counted[county] = (counted[county] ?? 0) + 1;
    expect(counted).toEqual(perCounty);
    expect(municipalities).toHaveLength(290);
  });

  it('have codes of four digits, each once, that begin with the county, and names, each once', () => {
    expect(new Set(municipalities.map(({ code }) => code)).size).toBe(290);
    expect(new Set(municipalities.map(({ name }) => name)).size).toBe(290);
    for (const { code, county, name } of municipalities) {
      expect(code).toMatch(/^\d{4}$/);
      expect(code.slice(0, 2)).toBe(county);
      expect(name).toMatch(/^\p{Lu}[\p{L} -]+$/u);
    }
  });

  it('lie in the police region that libs/access tells, and every region has some', () => {
    for (const { code, policeRegion } of municipalities)
      expect(policeRegion).toBe(policeRegionOf(code, '2026-11-22'));
    expect(new Set(municipalities.map(({ policeRegion }) => policeRegion))).toEqual(new Set(policeRegions));
  });

  it.each([
    ['1280', 'Malmö'],
    ['0180', 'Stockholm'],
    ['0980', 'Gotland'],
    ['2480', 'Umeå'],
    ['0114', 'Upplands Väsby'],
    ['2584', 'Kiruna'],
  ])('%s is %s', (code, name) => {
    expect(findMunicipality(code)?.name).toBe(name);
  });

  it.each(['0000', '1299', '12', '', '1280 '])('"%s" is none', (code) => {
    expect(findMunicipality(code)).toBeUndefined();
  });
});

describe('the organisations', () => {
  it('are a board and a provider per municipality, the seven regions of Police, the coordinator and Skatteverket', () => {
    expect(boards).toHaveLength(290);
    expect(inventedProviders).toHaveLength(290);
    expect(policeUnits).toHaveLength(7);
    const road = ['SOCIAL_BOARD', 'HOUSING_PROVIDER', 'POLICE', 'NATIONAL_COORDINATOR', 'TAX_AGENCY'];
    const onTheRoad = organisations.filter(
      ({ id, agencyKind }) => road.includes(agencyKind) && !id.startsWith('security:'),
    );
    expect(onTheRoad).toHaveLength(589);
    // And the agencies that are told something.
    expect(organisations.length).toBeGreaterThan(589);
    expect(new Set(organisations.map(({ id }) => id)).size).toBe(organisations.length);
    for (const organisation of organisations) expect(findOrganisation(organisation.id)).toBe(organisation);
  });

  it('have numbers whose check digit is right', () => {
    for (const { orgNumber } of organisations) expect(parseOrganisationNumber(orgNumber)).toBe(orgNumber);
  });
});
