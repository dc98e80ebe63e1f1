import type { AgencyKind, Instant } from './event.js';
import type { Token } from './token.js';

/** Who asks. For a system command `person` is `process:<name>` and the rest is that of the agency that owns the step. */
export interface Actor {
  readonly person: Token;
  readonly organisation: Token;
  readonly agencyKind: AgencyKind;
  /** The authority's own case system, where the official asks through it and not by a login here. */
  readonly machine?: Token;
  /** For the record of reads and writes: a code of the unit, or of the function under which the person acts. */
  readonly unit?: string;
}

/**
 * A command is a wish, imperative. Time and facts come in with it: a decider never looks anything up.
 * `at` is the instant of the decision in UTC.
 */
export type CommandOf<Type extends string, Data extends object> = Readonly<{
  type: Type;
  data: Readonly<Data>;
  at: Instant;
  by: Actor;
}>;

export type AnyCommand = CommandOf<string, object>;
