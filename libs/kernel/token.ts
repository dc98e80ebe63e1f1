declare const tokenBrand: unique symbol;

/**
 * A keyed hash of something that must not be read from the log: an organisation, an official, a municipality, an area.
 * Made only where the routing key is (the api); everyone else compares tokens and passes them on.
 */
export type Token = string & { readonly [tokenBrand]?: true };

/** What a token stands for; the kind goes into the hash, so that equal ids of two kinds give different tokens. */
export type TokenKind =
  | 'person'
  | 'machine'
  | 'organisation'
  | 'municipality'
  | 'area'
  | 'housing'
  | 'conflict'
  | 'companion'
  | 'register'
  | 'registry-number'
  | 'requester';
