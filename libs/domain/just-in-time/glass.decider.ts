import {
  assertNever,
  type DataClass,
  type Decider,
  ensure,
  type Instant,
  plainDateOf,
  type Token,
} from '#kernel';
import type { GlassCommand } from './just-in-time.commands.js';
import type { GlassEvent, GlassRelation } from './just-in-time.events.js';
import { ensureGlassOpens, justInTimeRulesOn, rescuers } from './just-in-time-rules.js';

export interface Glass {
  readonly subject: string;
  readonly relation: GlassRelation;
  readonly organisation: Token;
  readonly brokenBy: Token;
  readonly homePolice: Token;
  readonly homePoliceContacts: readonly Token[];
  readonly classes: readonly DataClass[];
  readonly record: number;
  readonly expiresAt: Instant;
  readonly confirmBy: Instant;
  readonly confirmedBy?: Token;
  /** A second person has looked at it after its hour: it opens nothing more, and it is no longer unconfirmed. */
  readonly confirmedLate?: true;
  readonly ended?: true;
}

export type GlassState =
  | { readonly status: 'WHOLE' }
  | { readonly status: 'BROKEN'; readonly glasses: Readonly<Record<string, Glass>> };

/** A glass that opens at an instant: not run out, not ended, confirmed or not yet due to be. By time, not by a timer. */
export const openGlassAt = (state: GlassState, glassId: string, at: Instant): Glass | undefined => {
  const glass = glassesIn(state)[glassId];
  if (!glass || glass.ended || at >= glass.expiresAt) return undefined;
  return glass.confirmedBy === undefined && at >= glass.confirmBy ? undefined : glass;
};

/** Glasses of a person that nobody else has confirmed, not even late. One that is asked about anew is not an earlier one. */
const unconfirmedOf = (state: GlassState, person: Token, glassId: string): number =>
  Object.entries(glassesIn(state)).filter(
    ([id, { brokenBy, confirmedBy, confirmedLate }]) =>
      id !== glassId && brokenBy === person && confirmedBy === undefined && !confirmedLate,
  ).length;

/**
 * Nobody goes from one glass to the next alone, but rescuers, whose further ones say how many nobody has confirmed.
 * @returns how many earlier ones of the person are unconfirmed
 * @throws DomainError break_glass.unconfirmed_before
 */
export const ensureMayBreakAnother = (
  state: GlassState,
  {
    person,
    relation,
    glassId,
  }: { readonly person: Token; readonly relation: GlassRelation; readonly glassId: string },
): number => {
  const unconfirmed = unconfirmedOf(state, person, glassId);
  ensure(unconfirmed === 0 || rescuers.includes(relation), 'break_glass.unconfirmed_before');
  return unconfirmed;
};

const glassesIn = (state: GlassState): Readonly<Record<string, Glass>> =>
  state.status === 'BROKEN' ? state.glasses : {};

export const glassDecider: Decider<GlassCommand, GlassEvent, GlassState> = {
  initialState: { status: 'WHOLE' },

  decide(command, state) {
    const { at, by } = command;
    const glass = glassesIn(state)[command.data.glassId];
    switch (command.type) {
      case 'BreakGlass': {
        if (glass) return [];
        const rules = justInTimeRulesOn(plainDateOf(at));
        ensureGlassOpens(command.data, rules);
        const unconfirmedBefore = ensureMayBreakAnother(state, { ...command.data, person: by.person });
        return [
          {
            type: 'GlassBroken',
            data: {
              ...command.data,
              organisation: by.organisation,
              brokenBy: by.person,
              expiresAt: minutesAfter(at, rules.glassMinutes),
              confirmBy: minutesAfter(at, rules.confirmMinutes),
              ...(unconfirmedBefore > 0 ? { unconfirmedBefore } : {}),
            },
          },
        ];
      }
      case 'ConfirmGlass': {
        ensure(glass !== undefined, 'break_glass.unknown');
        ensure(glass.brokenBy !== by.person, 'break_glass.same_person');
        if (glass.confirmedBy !== undefined || glass.confirmedLate) return [];
        const type = at < glass.confirmBy && !glass.ended ? 'GlassConfirmed' : 'GlassConfirmedLate';
        const { brokenBy, organisation: brokenAt, relation, record } = glass;
        const whose = { brokenBy, brokenAt, relation, record };
        return [{ type, data: { ...told(command.data, glass), ...whose, confirmedBy: by.person } }];
      }
      case 'EndGlass': {
        ensure(glass !== undefined, 'break_glass.unknown');
        if (glass.confirmedBy !== undefined || glass.confirmedLate || glass.ended) return [];
        ensure(at >= glass.confirmBy, 'break_glass.not_due');
        return [{ type: 'GlassEnded', data: { ...told(command.data, glass), reason: 'NOT_CONFIRMED' } }];
      }
      default:
        return assertNever(command);
    }
  },

  evolve(state, event) {
    const glasses = glassesIn(state);
    const { glassId } = event.data;
    const change = (over: Partial<Glass>): GlassState => {
      const known = glasses[glassId];
      return known ? { status: 'BROKEN', glasses: { ...glasses, [glassId]: { ...known, ...over } } } : state;
    };
    switch (event.type) {
      case 'GlassBroken': {
        const { subject, relation, organisation, brokenBy, classes, expiresAt, confirmBy } = event.data;
        const { homePolice, homePoliceContacts, record } = event.data;
        const glass = {
          subject,
          relation,
          organisation,
          brokenBy,
          classes,
          record,
          expiresAt,
          confirmBy,
          homePolice,
          homePoliceContacts,
        };
        return { status: 'BROKEN', glasses: { ...glasses, [glassId]: glass } };
      }
      case 'GlassConfirmed':
        return change({ confirmedBy: event.data.confirmedBy });
      case 'GlassConfirmedLate':
        return change({ confirmedLate: true });
      case 'GlassEnded':
        return change({ ended: true });
      default:
        return assertNever(event);
    }
  },
};

const told = (
  { caseId, glassId }: { readonly caseId: string; readonly glassId: string },
  { homePolice, homePoliceContacts }: Glass,
) => ({ caseId, glassId, homePolice, homePoliceContacts });

const minutesAfter = (at: Instant, minutes: number): Instant =>
  new Date(Date.parse(at) + minutes * 60_000).toISOString();
