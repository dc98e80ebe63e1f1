import { assertNever, type Decider, ensure } from '#kernel';
import type { ClaimCommand } from './relocation.commands.js';
import type { ClaimEvent } from './relocation.events.js';

/** `gone`: cases that held or waited and were released; a claim that comes late for one of them must not hold for ever. */
export type ClaimState =
  | { readonly status: 'FREE'; readonly gone: readonly string[] }
  | {
      readonly status: 'HELD';
      readonly heldBy: string;
      /** Cases that wait, first come first. */
      readonly waiting: readonly string[];
      readonly gone: readonly string[];
    };

/** At most one open case per person. The second waits and is promoted when the first is released; nobody is told no. */
export const claimDecider: Decider<ClaimCommand, ClaimEvent, ClaimState> = {
  initialState: { status: 'FREE', gone: [] },

  decide(command, state) {
    const { subject, caseId } = command.data;
    switch (command.type) {
      case 'ClaimSubject':
        ensure(!state.gone.includes(caseId), 'claim.already_released');
        if (state.status === 'FREE') return [{ type: 'SubjectClaimed', data: { subject, caseId } }];
        if (state.heldBy === caseId || state.waiting.includes(caseId)) return [];
        return [{ type: 'SubjectClaimContested', data: { subject, caseId, heldBy: state.heldBy } }];

      case 'ReleaseClaim': {
        if (state.gone.includes(caseId)) return [];
        const released: ClaimEvent = { type: 'ClaimReleased', data: { subject, caseId } };
        const next = state.status === 'HELD' && state.heldBy === caseId ? state.waiting[0] : undefined;
        // The release may overtake the claim: it is written all the same, so that the late claim finds it.
        return next === undefined
          ? [released]
          : [released, { type: 'SubjectClaimed', data: { subject, caseId: next } }];
      }
      default:
        return assertNever(command);
    }
  },

  evolve(state, event) {
    const { caseId } = event.data;
    switch (event.type) {
      case 'SubjectClaimed': {
        const waiting = state.status === 'HELD' ? state.waiting : [];
        return { ...state, status: 'HELD', heldBy: caseId, waiting: without(waiting, caseId) };
      }
      case 'SubjectClaimContested':
        return state.status === 'HELD'
          ? { ...state, waiting: [...without(state.waiting, caseId), caseId] }
          : state;
      case 'ClaimReleased': {
        const gone = [...state.gone, caseId];
        if (state.status === 'FREE') return { ...state, gone };
        const waiting = without(state.waiting, caseId);
        if (state.heldBy !== caseId) return { ...state, waiting, gone };
        // Between the release and the promotion, which are written together, the first who waits already holds.
        const [next, ...rest] = waiting;
        return next === undefined
          ? { status: 'FREE', gone }
          : { status: 'HELD', heldBy: next, waiting: rest, gone };
      }
      default:
        return assertNever(event);
    }
  },
};

const without = (cases: readonly string[], caseId: string): readonly string[] =>
  cases.filter((other) => other !== caseId);
