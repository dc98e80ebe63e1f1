import { assertNever, type Decider, ensure, type Instant, sameFacts } from '#kernel';
import type { RegisterCommand } from './public-access.commands.js';
import type { RegisterEvent } from './public-access.events.js';
import {
  areCopyFees,
  type EnactedRegisterRules,
  type RegisterRules,
  stateAgencies,
} from './register-rules.js';
import { isPattern } from './registry-number.js';

export type RegisterState =
  | { readonly status: 'NO_RULES' }
  /** First to last: versions rise, and none comes into force before its predecessor. */
  | { readonly status: 'RULES_ENACTED'; readonly enacted: readonly EnactedRegisterRules[] };

/** The rules of a register in force at an instant; undefined before the first. */
export const registerRulesAt = (state: RegisterState, at: Instant): RegisterRules | undefined =>
  state.status === 'RULES_ENACTED'
    ? state.enacted.findLast(({ inForceFrom }) => inForceFrom <= at)?.rules
    : undefined;

export const registerDecider: Decider<RegisterCommand, RegisterEvent, RegisterState> = {
  initialState: { status: 'NO_RULES' },

  decide(command, state) {
    switch (command.type) {
      case 'EnactRegisterRules': {
        const { authorityKind, ...data } = command.data;
        const { rules, inForceFrom } = data;
        const enacted = state.status === 'RULES_ENACTED' ? state.enacted : [];
        if (enacted.some((one) => sameFacts(one, { rules, inForceFrom }))) return [];
        ensure(rules.source.trim() !== '', 'public_access.rules_without_source');
        ensure(rules.pattern === undefined || isPattern(rules.pattern), 'public_access.not_a_pattern');
        if (rules.copyFees !== undefined) {
          ensure(!stateAgencies.includes(authorityKind), 'public_access.fees_of_the_ordinance');
          ensure(areCopyFees(rules.copyFees), 'public_access.not_fees');
        }
        const last = enacted.at(-1);
        if (last) {
          ensure(rules.version > last.rules.version, 'public_access.version_not_higher', {
            lastVersion: last.rules.version,
          });
          ensure(inForceFrom >= last.inForceFrom, 'public_access.in_force_before_the_last');
        }
        return [{ type: 'RegisterRulesEnacted', data }];
      }
      default:
        return assertNever(command.type);
    }
  },

  evolve(state, { data: { rules, inForceFrom } }) {
    const enacted = state.status === 'RULES_ENACTED' ? state.enacted : [];
    return { status: 'RULES_ENACTED', enacted: [...enacted, { rules, inForceFrom }] };
  },
};
