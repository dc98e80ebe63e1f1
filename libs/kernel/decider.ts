import type { AnyCommand } from './command.js';
import type { AnyEvent } from './event.js';

/**
 * What a stream is: how it says yes or no, and how it remembers.
 * `decide` throws DomainError for a "no" to the caller alone; a "no" that others must know of is an event.
 * An empty list means "already so". `evolve` must not fail: what has happened cannot be refused.
 */
export interface Decider<Command extends AnyCommand, Event extends AnyEvent, State> {
  readonly initialState: State;
  decide(command: Command, state: State): readonly Event[];
  evolve(state: State, event: Event): State;
}

export const fold = <Event extends AnyEvent, State>(
  decider: { initialState: State; evolve(state: State, event: Event): State },
  events: readonly Event[],
  from: State = decider.initialState,
): State => events.reduce((state, event) => decider.evolve(state, event), from);

/** Ends an exhaustive switch: a new case that nobody handles does not compile. */
export const assertNever = (value: never): never => {
  throw new Error(`not handled: ${JSON.stringify((value as { type?: unknown })?.type ?? typeof value)}`);
};
