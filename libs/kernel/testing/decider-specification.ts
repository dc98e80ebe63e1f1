import { expect } from '@jest/globals';
import type { AnyCommand } from '../command.js';
import type { Decider } from '../decider.js';
import { DomainError } from '../domain-error.js';
import type { AnyEvent } from '../event.js';
import { Confidential } from '../sealed.js';

// How a decider is told what happened, what is asked, and what must come of it:
//
//   given(claimDecider, [claimed]).when(claimAgain).then([contested]);
//
// Whatever a decider gets is frozen first, so that one that changes its state or its events in place fails here.

/** What `decide` came to: the events, or the rule that said no. */
type Outcome<Event> =
  { readonly events: readonly Event[]; readonly refusal?: never } | { readonly refusal: DomainError };

/** The three things that a spec can say after `when`. */
export interface Decided<Event extends AnyEvent> {
  /** Exactly these events, in this order. An empty list is written `thenNothing()`. */
  then(expected: readonly [Event, ...Event[]]): void;
  /** Already so: no event, no refusal. */
  thenNothing(): void;
  /** A DomainError with this code; `details`, when given, must stand in it. */
  thenRefused(code: DomainError['code'], details?: DomainError['details']): void;
}

export const given = <Command extends AnyCommand, Event extends AnyEvent, State>(
  decider: Decider<Command, Event, State>,
  events: readonly NoInfer<Event>[],
): { when(command: NoInfer<Command>): Decided<Event>; readonly state: State } => {
  const state = foldFrozen(decider, events);
  return {
    state,
    when(command) {
      const outcome = decideFrozen(decider, command, state);
      // What has happened cannot be refused: every new event must be taken in as well.
      if (!outcome.refusal) foldFrozen(decider, outcome.events, state);
      return {
        then(expected) {
          if (outcome.refusal) throw unexpected(outcome.refusal);
          expect(printable(outcome.events)).toEqual(printable(expected));
        },
        thenNothing() {
          if (outcome.refusal) throw unexpected(outcome.refusal);
          expect(printable(outcome.events)).toEqual([]);
        },
        thenRefused(code, details = {}) {
          const said = outcome.refusal
            ? { code: outcome.refusal.code, details: outcome.refusal.details }
            : { events: printable(outcome.events) };
          expect(said).toEqual({ code, details: expect.objectContaining(details) });
        },
      };
    },
  };
};

/**
 * The property of every command: when it was accepted, sending it again gives no event or a DomainError, never a
 * second fact. Answers whether it was accepted, because for a refused command the property says nothing:
 * a spec should count how often the answer was true.
 */
export const repeatChangesNothing = <Command extends AnyCommand, Event extends AnyEvent, State>(
  decider: Decider<Command, Event, State>,
  events: readonly NoInfer<Event>[],
  command: NoInfer<Command>,
): boolean => {
  const before = foldFrozen(decider, events);
  const first = decideFrozen(decider, command, before);
  if (first.refusal || first.events.length === 0) return false;
  expectQuiet(decider, command, foldFrozen(decider, first.events, before));
  return true;
};

/**
 * Sends commands one after the other, each accepted one twice, and fails when a repeat gives a fact.
 * Answers what happened, for properties over whole histories.
 */
export const playEachTwice = <Command extends AnyCommand, Event extends AnyEvent, State>(
  decider: Decider<Command, Event, State>,
  commands: readonly NoInfer<Command>[],
): { readonly events: readonly Event[]; readonly state: State } =>
  commands.reduce<{ readonly events: readonly Event[]; readonly state: State }>(
    (past, command) => {
      const outcome = decideFrozen(decider, command, past.state);
      if (outcome.refusal || outcome.events.length === 0) return past;
      const state = foldFrozen(decider, outcome.events, past.state);
      expectQuiet(decider, command, state);
      return { events: [...past.events, ...outcome.events], state };
    },
    { events: [], state: decider.initialState },
  );

const expectQuiet = <Command extends AnyCommand, Event extends AnyEvent, State>(
  decider: Decider<Command, Event, State>,
  command: Command,
  state: State,
): void => {
  const again = decideFrozen(decider, command, state);
  if (!again.refusal)
    expect({ repeated: command.type, events: printable(again.events) }).toEqual({
      repeated: command.type,
      events: [],
    });
};

const decideFrozen = <Command extends AnyCommand, Event extends AnyEvent, State>(
  decider: Decider<Command, Event, State>,
  command: Command,
  state: State,
): Outcome<Event> => {
  try {
    return { events: decider.decide(deepFreeze(command), state) };
  } catch (error) {
    // Anything but a DomainError is a programming error and fails the spec.
    if (error instanceof DomainError) return { refusal: error };
    throw error;
  }
};

const foldFrozen = <Event extends AnyEvent, State>(
  decider: { initialState: State; evolve(state: State, event: Event): State },
  events: readonly Event[],
  from: State = decider.initialState,
): State =>
  events.reduce((state, event) => deepFreeze(decider.evolve(state, deepFreeze(event))), deepFreeze(from));

/** Freezes all the way down. Maps and sets cannot be frozen, so the methods that change them are taken away. */
export const deepFreeze = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map || value instanceof Set) {
    for (const method of ['set', 'add', 'delete', 'clear'])
      if (method in value)
        Object.defineProperty(value, method, {
          value: () => {
            throw new TypeError(`${method} on a frozen collection`);
          },
        });
    for (const inner of value instanceof Map ? [...value.keys(), ...value.values()] : value)
      deepFreeze(inner);
  }
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
};

/** Confidential values refuse to be compared or printed; in a spec (invented values) they are laid open. */
const printable = (value: unknown): unknown => {
  if (value instanceof Confidential)
    return { confidential: value.dataClass, value: printable(value.reveal()) };
  if (Array.isArray(value)) return value.map(printable);
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, printable(inner)]));
  return value;
};

const unexpected = (refusal: DomainError): Error =>
  new Error(`expected events, but was refused: ${refusal.code} ${JSON.stringify(refusal.details)}`);
