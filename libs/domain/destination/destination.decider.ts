import { assertNever, ensure } from '#kernel';
import type { Decider, Instant } from '#kernel';
import type { DestinationCommand } from './destination.commands.js';
import type { DestinationEvent } from './destination.events.js';

export type Reservation =
  | { readonly status: 'HELD'; readonly places: number; readonly until: Instant }
  | { readonly status: 'CONFIRMED'; readonly places: number };

type Reservations = Readonly<Record<string, Reservation>>;

export type DestinationState =
  | { readonly status: 'UNDECLARED' }
  | {
      readonly status: 'DECLARED';
      readonly places: number;
      readonly housingForms: readonly string[];
      readonly competences: readonly string[];
      /** By proposal id. */
      readonly reservations: Reservations;
    };

/**
 * What one receiving board can take. A reservation lapses by time alone: from `until` on it holds no place, whether
 * or not anybody released it. Places reserved and confirmed are never more than declared, but a board may declare
 * fewer than it has already taken: then nobody new is reserved, and nobody is turned out.
 */
export const destinationDecider: Decider<DestinationCommand, DestinationEvent, DestinationState> = {
  initialState: { status: 'UNDECLARED' },

  decide(command, state) {
    switch (command.type) {
      case 'DeclareCapacity': {
        const { places, housingForms, competences } = command.data;
        ensure(Number.isSafeInteger(places) && places >= 0, 'destination.places_invalid');
        const same =
          state.status === 'DECLARED' &&
          state.places === places &&
          sameSet(state.housingForms, housingForms) &&
          sameSet(state.competences, competences);
        return same ? [] : [{ type: 'CapacityDeclared', data: command.data }];
      }
      case 'ReserveCapacity': {
        const { proposalId, places, until } = command.data;
        ensure(Number.isSafeInteger(places) && places >= 1, 'destination.places_invalid');
        ensure(until > command.at, 'destination.until_passed');
        ensure(state.status === 'DECLARED', 'destination.undeclared');
        const held = state.reservations[proposalId];
        // A later `until` for the same proposal is the same reservation, held longer.
        if (held?.status === 'CONFIRMED' || (held && held.until >= until)) return [];
        ensure(
          taken(state.reservations, command.at, proposalId) + places <= state.places,
          'destination.full',
        );
        return [{ type: 'CapacityReserved', data: command.data }];
      }
      case 'ConfirmCapacity': {
        const { proposalId } = command.data;
        const held = state.status === 'DECLARED' ? state.reservations[proposalId] : undefined;
        ensure(state.status === 'DECLARED' && held !== undefined, 'destination.not_reserved');
        if (held.status === 'CONFIRMED') return [];
        // Lapsed, but nobody took the place meanwhile: it may still be confirmed.
        const lapsed = held.until <= command.at;
        const others = taken(state.reservations, command.at, proposalId);
        ensure(!lapsed || others + held.places <= state.places, 'destination.full');
        return [{ type: 'CapacityConfirmed', data: command.data }];
      }
      case 'ReleaseCapacity':
        return state.status === 'DECLARED' && state.reservations[command.data.proposalId]
          ? [{ type: 'CapacityReleased', data: command.data }]
          : [];
      default:
        return assertNever(command);
    }
  },

  evolve(state, event) {
    if (event.type === 'CapacityDeclared') {
      const { places, housingForms, competences } = event.data;
      const reservations = state.status === 'DECLARED' ? state.reservations : {};
      return { status: 'DECLARED', places, housingForms, competences, reservations };
    }
    if (state.status === 'UNDECLARED') return state;
    const { proposalId } = event.data;
    switch (event.type) {
      case 'CapacityReserved': {
        const { places, until } = event.data;
        return withReservations(state, {
          ...state.reservations,
          [proposalId]: { status: 'HELD', places, until },
        });
      }
      case 'CapacityConfirmed': {
        const places = state.reservations[proposalId]?.places ?? 1;
        return withReservations(state, {
          ...state.reservations,
          [proposalId]: { status: 'CONFIRMED', places },
        });
      }
      case 'CapacityReleased': {
        const rest = Object.fromEntries(
          Object.entries(state.reservations).filter(([id]) => id !== proposalId),
        );
        return withReservations(state, rest);
      }
      default:
        return assertNever(event);
    }
  },
};

/** Places that are not free at an instant; what `except` holds is not counted. For ranking candidates, too. */
export const takenPlaces = (state: DestinationState, at: Instant): number =>
  state.status === 'DECLARED' ? taken(state.reservations, at) : 0;

const taken = (reservations: Reservations, at: Instant, except?: string): number =>
  Object.entries(reservations)
    .filter(([proposalId, held]) => proposalId !== except && (held.status === 'CONFIRMED' || held.until > at))
    .reduce((sum, [, held]) => sum + held.places, 0);

const withReservations = (
  state: Extract<DestinationState, { status: 'DECLARED' }>,
  reservations: Reservations,
): DestinationState => ({ ...state, reservations });

const sameSet = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((value) => other.includes(value));
