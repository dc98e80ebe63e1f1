import type { Token } from '#kernel';

/** Who of those who take part in a case or an inquiry has declared what (FL 16 §). */
export interface Declared {
  /** Officials who have declared that nothing is against them. */
  readonly impartial: readonly Token[];
  readonly disqualified: readonly Token[];
}

export const withImpartial = <State extends Declared>(state: State, official: Token): State => ({
  ...state,
  impartial: [...state.impartial, official],
});

/** Whoever is disqualified has not declared the contrary any more. */
export const withDisqualified = <State extends Declared>(state: State, official: Token): State => ({
  ...state,
  impartial: state.impartial.filter((one) => one !== official),
  disqualified: [...state.disqualified, official],
});
