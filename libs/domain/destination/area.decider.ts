import { assertNever, ensure } from '#kernel';
import type { Decider } from '#kernel';
import type { AreaCommand } from './destination.commands.js';
import type { AreaEvent } from './destination.events.js';

/** Who is held a place in an area, under which proposal. */
export interface Occupant {
  readonly status: 'RESERVED' | 'CONFIRMED';
  readonly caseId: string;
  readonly housing?: string;
}

export type AreaState =
  | { readonly status: 'EMPTY' }
  | {
      readonly status: 'IN_USE';
      /** By proposal id. */
      readonly occupants: Readonly<Record<string, Occupant>>;
      /** Proposal ids that the last check found in conflict. */
      readonly conflicts: readonly string[];
    };

/**
 * One area, one stream: two sides of a conflict cannot be cleared into it, because a reservation is taken only at the
 * very revision at which its rings were run. `area.moved_on` = run the check again.
 */
export const areaDecider: Decider<AreaCommand, AreaEvent, AreaState> = {
  initialState: { status: 'EMPTY' },

  decide(command, state) {
    const occupants = occupantsOf(state);
    switch (command.type) {
      case 'ReserveArea': {
        const { currentRevision, ...reservation } = command.data;
        if (occupants[reservation.proposalId]) return [];
        ensure(currentRevision === reservation.checkedRevision, 'area.moved_on');
        return [{ type: 'AreaReserved', data: reservation }];
      }
      case 'SetAreaHousing': {
        const occupant = occupants[command.data.proposalId];
        ensure(occupant !== undefined, 'area.not_reserved');
        return occupant.housing === command.data.housing
          ? []
          : [{ type: 'AreaHousingSet', data: command.data }];
      }
      case 'ConfirmArea': {
        const occupant = occupants[command.data.proposalId];
        ensure(occupant !== undefined, 'area.not_reserved');
        return occupant.status === 'CONFIRMED' ? [] : [{ type: 'AreaConfirmed', data: command.data }];
      }
      case 'ReleaseArea':
        return occupants[command.data.proposalId] ? [{ type: 'AreaReleased', data: command.data }] : [];
      case 'NoteAdversaryPresence':
        // Always a new fact: it moves the revision, so that every verdict computed before it is stale.
        return [{ type: 'AdversaryPresenceChanged', data: command.data }];
      case 'RecheckArea': {
        // Only a change is a fact: an area where nothing was found does not move on, or a check would void checks.
        const found = command.data.conflicts.filter(({ proposalId }) => occupants[proposalId]);
        const before = state.status === 'IN_USE' ? state.conflicts : [];
        const same =
          found.length === before.length && found.every(({ proposalId }) => before.includes(proposalId));
        return same ? [] : [{ type: 'AreaRechecked', data: { area: command.data.area, conflicts: found } }];
      }
      default:
        return assertNever(command);
    }
  },

  evolve(state, event) {
    const occupants = occupantsOf(state);
    const conflicts = state.status === 'IN_USE' ? state.conflicts : [];
    switch (event.type) {
      case 'AreaReserved': {
        const { caseId, proposalId } = event.data;
        return inUse({ ...occupants, [proposalId]: { status: 'RESERVED', caseId } }, conflicts);
      }
      case 'AreaHousingSet': {
        const { proposalId, housing } = event.data;
        const occupant = occupants[proposalId];
        return occupant ? inUse({ ...occupants, [proposalId]: { ...occupant, housing } }, conflicts) : state;
      }
      case 'AreaConfirmed': {
        const { proposalId } = event.data;
        const occupant = occupants[proposalId];
        return occupant
          ? inUse({ ...occupants, [proposalId]: { ...occupant, status: 'CONFIRMED' } }, conflicts)
          : state;
      }
      case 'AreaReleased': {
        const { proposalId } = event.data;
        const rest = Object.fromEntries(Object.entries(occupants).filter(([id]) => id !== proposalId));
        return inUse(
          rest,
          conflicts.filter((id) => id !== proposalId),
        );
      }
      case 'AdversaryPresenceChanged':
        // What was found before may be found again, and must then be told again.
        return inUse(occupants, []);
      case 'AreaRechecked':
        return inUse(
          occupants,
          event.data.conflicts.map(({ proposalId }) => proposalId),
        );
      default:
        return assertNever(event);
    }
  },
};

const occupantsOf = (state: AreaState): Readonly<Record<string, Occupant>> =>
  state.status === 'IN_USE' ? state.occupants : {};

const inUse = (occupants: Readonly<Record<string, Occupant>>, conflicts: readonly string[]): AreaState =>
  Object.keys(occupants).length === 0 ? { status: 'EMPTY' } : { status: 'IN_USE', occupants, conflicts };
