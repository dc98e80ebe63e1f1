import {
  assertNever,
  dataClasses,
  type Decider,
  ensure,
  type Instant,
  isPeriod,
  recipientKinds,
  sameFacts,
  threatLevels,
  type Token,
} from '#kernel';
import type { CoordinationCommand } from './coordination.commands.js';
import { clockNames, type CoordinationEvent, type Rules } from './coordination.events.js';

/** A set of rules and the first instant at which it is in force. */
export interface EnactedRules {
  readonly rules: Rules;
  readonly inForceFrom: Instant;
}

interface Remembered {
  /** Who took over, first to last. */
  readonly duty: readonly { readonly official: Token; readonly from: Instant }[];
}

export type CoordinationState =
  | ({ readonly status: 'NO_RULES' } & Remembered)
  /** First to last: versions rise, and none comes into force before its predecessor. */
  | ({ readonly status: 'RULES_ENACTED'; readonly enacted: readonly EnactedRules[] } & Remembered);

/** The rules in force at an instant, undefined before the first ones. History is read under the rules of its day. */
export const rulesAt = (state: CoordinationState, at: Instant): Rules | undefined =>
  state.status === 'RULES_ENACTED'
    ? state.enacted.findLast(({ inForceFrom }) => inForceFrom <= at)?.rules
    : undefined;

/** Who is on duty as coordinator at an instant, undefined before anybody was. */
export const onDutyAt = (state: CoordinationState, at: Instant): Token | undefined =>
  state.duty.findLast(({ from }) => from <= at)?.official;

export const coordinationDecider: Decider<CoordinationCommand, CoordinationEvent, CoordinationState> = {
  initialState: { status: 'NO_RULES', duty: [] },

  decide(command, state) {
    switch (command.type) {
      case 'EnactRules':
        return enact(command.data, command.at, state);
      case 'TakeDuty': {
        const { official, from } = command.data;
        ensure(command.by.agencyKind === 'NATIONAL_COORDINATOR', 'coordination.not_a_coordinator');
        // Duty is taken, not given: nobody is made responsible for a night without knowing it.
        ensure(official === command.by.person, 'coordination.not_own_duty');
        const last = state.duty.at(-1);
        if (last?.official === official) return [];
        ensure(last === undefined || from >= last.from, 'coordination.duty_before_the_last');
        return [{ type: 'DutyTaken', data: { official, from } }];
      }
      default:
        return assertNever(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'RulesEnacted': {
        const enacted = state.status === 'RULES_ENACTED' ? state.enacted : [];
        return { status: 'RULES_ENACTED', duty: state.duty, enacted: [...enacted, event.data] };
      }
      case 'DutyTaken':
        return { ...state, duty: [...state.duty, event.data] };
      default:
        return assertNever(event);
    }
  },
};

const enact = (data: EnactedRules, at: Instant, state: CoordinationState): readonly CoordinationEvent[] => {
  const enacted = state.status === 'RULES_ENACTED' ? state.enacted : [];
  if (enacted.some((one) => sameFacts(one, data))) return [];
  const field = unusableField(data.rules);
  ensure(field === undefined, 'coordination.rules_not_usable', { field: field ?? '' });
  const last = enacted.at(-1);
  if (last) {
    ensure(data.rules.version > last.rules.version, 'coordination.version_not_higher', {
      lastVersion: last.rules.version,
    });
    ensure(data.inForceFrom >= last.inForceFrom, 'coordination.in_force_before_the_last');
    // What was decided under the old rules is not read again under new ones; only the first set may look back.
    ensure(data.inForceFrom >= at, 'coordination.in_force_in_the_past');
  }
  return [{ type: 'RulesEnacted', data }];
};

/** Name of the first field with which no deadline could be computed or no case could go on; undefined when all are fine. */
const unusableField = (rules: Rules): string | undefined => {
  const { followUps } = rules;
  const checks: readonly (readonly [string, boolean])[] = [
    ['version', isWhole(rules.version) && rules.version >= 1],
    ...clockNames.map((name) => {
      const clock = rules.clocks[name];
      return [`clocks.${name}`, isPeriod(clock) && clock.source.trim() !== ''] as const;
    }),
    // These two are handed on as a number of months and of hours.
    ['clocks.supervisedClosing', rules.clocks.supervisedClosing.unit === 'MONTHS'],
    ['clocks.conflictCheckMaxAge', rules.clocks.conflictCheckMaxAge.unit === 'HOURS'],
    ...threatLevels.map((level) => [`validityHours.${level}`, rules.validityHours[level] > 0] as const),
    // A reassessment that is ordered before the assessment was made would be due at once, for ever.
    ...threatLevels.map((level) => {
      const lead = rules.reassessmentLeadHours[level];
      return [`reassessmentLeadHours.${level}`, lead > 0 && lead < rules.validityHours[level]] as const;
    }),
    ['reminderAt', rules.reminderAt > 0 && rules.reminderAt < 1],
    ['maxCounterRounds', isWhole(rules.maxCounterRounds) && rules.maxCounterRounds >= 0],
    [
      'followUps.firstHours',
      followUps.firstHours.every((hours, i) => hours > (followUps.firstHours[i - 1] ?? 0)),
    ],
    ['followUps.everyDays', isWhole(followUps.everyDays) && followUps.everyDays >= 1],
    ['followUps.afterDays', isWhole(followUps.afterDays) && followUps.afterDays >= 0],
    ['followUps.thenEveryDays', isWhole(followUps.thenEveryDays) && followUps.thenEveryDays >= 1],
    [
      'mandatoryRecipients',
      rules.mandatoryRecipients.every((kind) => recipientKinds.some((one) => one === kind)),
    ],
    ['mandatoryClasses', rules.mandatoryClasses.every((name) => dataClasses.includes(name))],
  ];
  return checks.find(([, holds]) => !holds)?.[0];
};

const isWhole = (value: number): boolean => Number.isSafeInteger(value);
