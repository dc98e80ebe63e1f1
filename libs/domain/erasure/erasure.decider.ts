import { assertNever, dataClasses, type Decider, DomainError, ensure } from '#kernel';
import { type ErasureCommand, type ErasureFacts, linkClasses } from './erasure.commands.js';
import type { ErasureEvent, ErasureGround, LegalHold } from './erasure.events.js';
import { mayBeDestroyedFrom } from './retention-rules.js';

type DataOf<Type extends ErasureEvent['type']> = Extract<ErasureEvent, { type: Type }>['data'];

interface Remembered {
  readonly holds: readonly LegalHold[];
  /** Decisions that were carried out. */
  readonly completed: readonly string[];
  /** As it was found when the number could still be opened. */
  readonly keptForResearch: boolean | undefined;
}

export type ErasureState = Remembered &
  (
    | { readonly status: 'NONE' }
    | { readonly status: 'PROPOSED'; readonly proposal: DataOf<'ErasureProposed'> }
    | { readonly status: 'DECIDED'; readonly decision: DataOf<'ErasureDecided'> }
  );

/**
 * What of a person is destroyed, by whose decision: two persons, by the rules of the day, and never while somebody has a
 * lawful hold on it.
 */
export const erasureDecider: Decider<ErasureCommand, ErasureEvent, ErasureState> = {
  initialState: { status: 'NONE', holds: [], completed: [], keptForResearch: undefined },

  decide(command, state) {
    switch (command.type) {
      case 'ProposeErasure': {
        const { decisionId, subject, ground, facts } = command.data;
        if (state.status === 'PROPOSED' && state.proposal.decisionId === decisionId) return [];
        ensure(state.status === 'NONE', 'erasure.already_proposed');
        const keptForResearch = assertAllowed(ground, facts, state);
        return [
          {
            type: 'ErasureProposed',
            data: {
              decisionId,
              subject,
              ground,
              extent: facts.extent,
              cases: facts.cases,
              streams: facts.streams,
              classes: ground === 'RETENTION' ? dataClasses : linkClasses(facts),
              rulesVersion: facts.rules.version,
              lastEntryOn: facts.lastEntryOn,
              proposedBy: command.by.person,
              keptForResearch,
            },
          },
        ];
      }

      case 'ConfirmErasure': {
        const { decisionId, facts } = command.data;
        if (state.status === 'DECIDED' && state.decision.decisionId === decisionId) return [];
        ensure(
          state.status === 'PROPOSED' && state.proposal.decisionId === decisionId,
          'erasure.not_proposed',
        );
        const { subject, ground, extent, cases, streams, classes, rulesVersion, proposedBy } = state.proposal;
        ensure(proposedBy !== command.by.person, 'erasure.same_person');
        // Judged again by the second person's facts: something may have been written since.
        assertAllowed(ground, facts, state);
        ensure(sameCases(cases, facts.cases), 'erasure.cases_changed');
        return [
          {
            type: 'ErasureDecided',
            data: {
              decisionId,
              subject,
              ground,
              extent,
              cases,
              streams,
              classes,
              rulesVersion,
              proposedBy,
              lastEntryOn: facts.lastEntryOn,
              decidedBy: command.by.person,
              decidedAt: command.at,
            },
          },
        ];
      }

      case 'RejectErasure': {
        const { decisionId, reason } = command.data;
        // Also what was decided: the person may have come back before it is carried out.
        const asked =
          state.status === 'PROPOSED'
            ? state.proposal
            : state.status === 'DECIDED'
              ? state.decision
              : undefined;
        if (asked?.decisionId !== decisionId) throw new DomainError('erasure.not_proposed');
        return [
          {
            type: 'ErasureRejected',
            data: { decisionId, subject: asked.subject, reason, rejectedBy: command.by.person },
          },
        ];
      }

      case 'CompleteErasure': {
        const { decisionId, destroyedKeys, epoch, highestEpoch, keysLeft, earlierEpochsLeft } = command.data;
        if (state.completed.includes(decisionId)) return [];
        ensure(state.status === 'DECIDED' && state.decision.decisionId === decisionId, 'erasure.not_decided');
        ensure(keysLeft === 0, 'erasure.keys_left');
        ensure(earlierEpochsLeft === 0 && epoch > highestEpoch, 'erasure.old_epoch_left');
        const { subject, ground, classes, cases } = state.decision;
        return cases.map((caseId) => ({
          type: 'ErasureCompleted',
          data: { decisionId, subject, caseId, ground, classes, destroyedKeys, epoch },
        }));
      }

      case 'RepeatErasure': {
        const { cases, ...done } = command.data;
        if (state.completed.includes(done.decisionId)) return [];
        return cases.map((caseId) => ({ type: 'ErasureCompleted', data: { ...done, caseId } }));
      }

      case 'PlaceLegalHold': {
        const { subject, hold } = command.data;
        if (state.holds.includes(hold)) return [];
        // What has been decided is being destroyed: nobody may rely on a hold that comes too late.
        ensure(state.status !== 'DECIDED', 'erasure.already_decided');
        return [{ type: 'LegalHoldPlaced', data: { subject, hold, placedBy: command.by.person } }];
      }

      case 'LiftLegalHold': {
        const { subject, hold } = command.data;
        if (!state.holds.includes(hold)) return [];
        return [{ type: 'LegalHoldLifted', data: { subject, hold, liftedBy: command.by.person } }];
      }
      default:
        return assertNever(command);
    }
  },

  evolve(state, event) {
    const { holds, completed, keptForResearch } = state;
    const remembered: Remembered = { holds, completed, keptForResearch };
    switch (event.type) {
      case 'ErasureProposed':
        return {
          ...remembered,
          status: 'PROPOSED',
          proposal: event.data,
          keptForResearch: event.data.keptForResearch,
        };
      case 'ErasureRejected':
        return { ...remembered, status: 'NONE' };
      case 'ErasureDecided':
        return { ...remembered, status: 'DECIDED', decision: event.data };
      case 'ErasureCompleted':
        return {
          ...remembered,
          status: 'NONE',
          completed: [...new Set([...completed, event.data.decisionId])],
        };
      case 'LegalHoldPlaced':
        return { ...state, holds: [...holds, event.data.hold] };
      case 'LegalHoldLifted':
        return { ...state, holds: holds.filter((one) => one !== event.data.hold) };
      default:
        return assertNever(event);
    }
  },
};

/** @returns whether the file is kept for research. @throws DomainError with the rule that keeps it */
const assertAllowed = (ground: ErasureGround, facts: ErasureFacts, state: ErasureState): boolean => {
  ensure(state.holds.length === 0, 'erasure.legal_hold');
  ensure(facts.openCases === 0, 'erasure.case_open');
  const { rules, lastEntryOn, today, placedAsChild, identityAssumed, mayBeThere } = facts;
  if (ground === 'ASSUMED_IDENTITY') {
    ensure(identityAssumed, 'erasure.not_handed_over');
    // Those who fetch need to know whom.
    ensure(!mayBeThere, 'erasure.still_there');
  } else ensure(!(rules.placedChildrenAreKept && placedAsChild), 'erasure.placed_child');
  // Unsure destroys nothing; and once the number is gone nobody can be sure any more.
  const keptForResearch = facts.keptForResearch ?? state.keptForResearch;
  ensure(keptForResearch !== undefined && keptForResearch !== 'UNSURE', 'erasure.birthday_unknown');
  if (ground === 'ASSUMED_IDENTITY') return keptForResearch;
  ensure(!keptForResearch, 'erasure.kept_for_research');
  const earliest = mayBeDestroyedFrom(rules, lastEntryOn);
  ensure(today >= earliest, 'erasure.too_early', { earliest });
  return keptForResearch;
};

const sameCases = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((one) => others.includes(one));
