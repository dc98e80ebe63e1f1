import type { Competence, HousingForm, Token } from '#kernel';

/** What the request asks for; places and boards are tokens. */
export interface RankingRequest {
  readonly persons: number;
  readonly housingForm: HousingForm;
  readonly competences: readonly Competence[];
  readonly noGoPlaces: readonly Token[];
  /** Places of the person that became known: nothing in their areas is safe. */
  readonly exposedPlaces: readonly Token[];
  /** Boards that were checked or asked in this case and could not. */
  readonly askedBefore: readonly Token[];
}

export interface RankingDestination {
  readonly board: Token;
  readonly municipality: Token;
  /** Declared less what is reserved or taken; never shown beside another case. */
  readonly free: number;
  readonly housingForms: readonly HousingForm[];
  readonly competences: readonly Competence[];
}

/** How many persons' placements are reserved or running, by municipality and by area. */
export interface Spread {
  readonly byMunicipality: Readonly<Record<Token, number>>;
  readonly byArea: Readonly<Record<Token, number>>;
  /** Areas of municipalities, as far as they are known. */
  readonly areaOf: Readonly<Record<Token, Token>>;
}

export const rankingCriteria = ['NOT_ASKED_BEFORE', 'HOUSING_FORM', 'COMPETENCES', 'SPREAD', 'ROOM'] as const;
export type RankingCriterion = (typeof rankingCriteria)[number];

/** Which criterion weighs more than which: the first that differs decides. */
export interface RankingRules {
  readonly order: readonly RankingCriterion[];
}
export const defaultRankingRules: RankingRules = { order: rankingCriteria };

export const rankingReasons = [
  'ASKED_BEFORE',
  'HOUSING_FORM_OFFERED',
  'HOUSING_FORM_MISSING',
  'ALL_COMPETENCES',
  'SOME_COMPETENCES',
  'NO_COMPETENCE',
  'NOBODY_PLACED_THERE',
  'SOMEBODY_PLACED_IN_AREA',
  'SOMEBODY_PLACED_THERE',
] as const;
export type RankingReason = (typeof rankingReasons)[number];

export interface RankedCandidate {
  readonly board: Token;
  readonly municipality: Token;
  readonly reasons: readonly RankingReason[];
}

/**
 * Orders the places that may be checked for a request, best first, each with its reasons. Places where the person must
 * not be, places in the area of one that became known (as far as areas are known here) and places without room are not in
 * the list, so that nobody can ask why one of them was left out. Equal places are ordered by their municipality's token: the same facts give the same list, and no alphabet favours anybody.
 */
export const rankCandidates = (
  request: RankingRequest,
  destinations: readonly RankingDestination[],
  spread: Spread,
  rules: RankingRules = defaultRankingRules,
): readonly RankedCandidate[] =>
  destinations
    .filter(
      ({ municipality, free }) =>
        !request.noGoPlaces.includes(municipality) &&
        !isExposed(municipality, request, spread) &&
        free >= request.persons,
    )
    .map((destination) => ({ destination, scores: scoresOf(request, destination, spread) }))
    .sort(
      (a, b) =>
        rules.order.map((one) => a.scores[one] - b.scores[one]).find((difference) => difference !== 0) ??
        (a.destination.municipality < b.destination.municipality ? -1 : 1),
    )
    .map(({ destination }) => ({
      board: destination.board,
      municipality: destination.municipality,
      reasons: reasonsOf(request, destination, spread),
    }));

const isExposed = (municipality: Token, { exposedPlaces }: RankingRequest, { areaOf }: Spread): boolean =>
  exposedPlaces.some(
    (place) =>
      place === municipality || (areaOf[place] !== undefined && areaOf[place] === areaOf[municipality]),
  );

/** Less is better. */
const scoresOf = (
  request: RankingRequest,
  destination: RankingDestination,
  spread: Spread,
): Record<RankingCriterion, number> => {
  const { inArea, inMunicipality } = placed(destination, spread);
  return {
    NOT_ASKED_BEFORE: request.askedBefore.includes(destination.board) ? 1 : 0,
    HOUSING_FORM: destination.housingForms.includes(request.housingForm) ? 0 : 1,
    COMPETENCES: missing(request, destination).length,
    // The same municipality counts as the same area, and once more.
    SPREAD: inArea + inMunicipality,
    ROOM: -destination.free,
  };
};

const missing = (request: RankingRequest, destination: RankingDestination): readonly Competence[] =>
  request.competences.filter((competence) => !destination.competences.includes(competence));

const placed = (
  { municipality }: RankingDestination,
  spread: Spread,
): { inArea: number; inMunicipality: number } => {
  const inMunicipality = spread.byMunicipality[municipality] ?? 0;
  const area = spread.areaOf[municipality];
  return { inMunicipality, inArea: area === undefined ? inMunicipality : (spread.byArea[area] ?? 0) };
};

const reasonsOf = (
  request: RankingRequest,
  destination: RankingDestination,
  spread: Spread,
): readonly RankingReason[] => {
  const lacking = missing(request, destination).length;
  const { inArea, inMunicipality } = placed(destination, spread);
  return [
    ...(request.askedBefore.includes(destination.board) ? (['ASKED_BEFORE'] as const) : []),
    destination.housingForms.includes(request.housingForm) ? 'HOUSING_FORM_OFFERED' : 'HOUSING_FORM_MISSING',
    lacking === 0
      ? 'ALL_COMPETENCES'
      : lacking < request.competences.length
        ? 'SOME_COMPETENCES'
        : 'NO_COMPETENCE',
    inMunicipality > 0
      ? 'SOMEBODY_PLACED_THERE'
      : inArea > 0
        ? 'SOMEBODY_PLACED_IN_AREA'
        : 'NOBODY_PLACED_THERE',
  ];
};
