import {
  assertNever,
  type Decider,
  DomainError,
  ensure,
  type Instant,
  plainDateOf,
  sameFacts,
} from '#kernel';
import { permits } from './legal-bases.js';
import { protectedAt } from './provisions.js';
import type { ServedDecisionCommand } from './served-decision.commands.js';
import type { ServedDecisionEvent } from './served-decision.events.js';

type Data<Type extends ServedDecisionEvent['type']> = Extract<ServedDecisionEvent, { type: Type }>['data'];
type CommandData<Type extends ServedDecisionCommand['type']> = Extract<
  ServedDecisionCommand,
  { type: Type }
>['data'];
type Coded = Omit<Data<'ServedDecisionRegistered'>, 'decision' | 'legalBasis' | 'wording'>;

export type ServedDecisionState =
  | { readonly status: 'NONE' }
  | {
      readonly status: 'REGISTERED';
      readonly decision: Coded;
      /** Ids of the decisions on the place, in order. */
      readonly places: readonly string[];
      /** Those of them that the child has left. */
      readonly left: readonly string[];
    };

/** One decision that is served, one stream; where the child stays is never in the event that is served. */
export const servedDecisionDecider: Decider<ServedDecisionCommand, ServedDecisionEvent, ServedDecisionState> =
  {
    initialState: { status: 'NONE' },

    decide(command, state) {
      switch (command.type) {
        case 'RegisterServedDecision':
          return registerDecision(command.data, command.at, state);
        case 'RegisterPlaceDecision':
          return registerPlace(command.data, command.at, state);
        case 'ConfirmPlaceLeft':
          return confirmLeft(command.data, command.at, state);
        default:
          return assertNever(command);
      }
    },

    evolve(state, event) {
      switch (event.type) {
        case 'ServedDecisionRegistered':
          return { status: 'REGISTERED', decision: codedOf(event.data), places: [], left: [] };
        case 'PlaceDecisionRegistered':
          return state.status === 'REGISTERED'
            ? { ...state, places: [...state.places, event.data.placeDecisionId] }
            : state;
        case 'DecidedPlaceLeft':
          return state.status === 'REGISTERED'
            ? { ...state, left: leftAfter(state.left, event.data) }
            : state;
        default:
          return assertNever(event);
      }
    },
  };

const registerDecision = (
  { place, ...data }: CommandData<'RegisterServedDecision'>,
  at: Instant,
  state: ServedDecisionState,
): readonly ServedDecisionEvent[] => {
  // What protects each thing that would be served: a place brings 21:3 with it, which nothing lifts for a party.
  const protectedBy = [
    ...protectedAt('SOCIAL_BOARD', 'social'),
    ...(place === undefined ? [] : protectedAt('SOCIAL_BOARD', 'address')),
  ];
  const answer = permits(
    {
      basis: 'OSL_26_7',
      holder: 'SOCIAL_BOARD',
      protectedBy,
      recipient: 'PARTY',
      purpose: 'SERVED_DECISION',
      matter: 'DECISION',
      ofCaseStore: true,
      grounds: {},
    },
    plainDateOf(at),
  );
  if (!answer.permitted) {
    const { refusal, rule } = answer;
    throw new DomainError('served_decision.place_in_decision', { refusal, rule });
  }
  if (state.status === 'REGISTERED') {
    ensure(sameFacts(codedOf(data), state.decision), 'served_decision.already_registered');
    return [];
  }
  ensure(data.decidedOn <= plainDateOf(at), 'served_decision.decided_in_the_future');
  return [
    {
      type: 'ServedDecisionRegistered',
      data: { ...data, legalBasis: 'OSL_26_7', wording: answer.wording.from },
    },
  ];
};

const registerPlace = (
  data: CommandData<'RegisterPlaceDecision'>,
  at: Instant,
  state: ServedDecisionState,
): readonly ServedDecisionEvent[] => {
  ensure(state.status === 'REGISTERED', 'served_decision.not_registered');
  ensure(state.decision.subject === data.subject, 'served_decision.another_persons_data');
  if (state.places.includes(data.placeDecisionId)) return [];
  ensure(data.decidedOn <= plainDateOf(at), 'served_decision.decided_in_the_future');
  return [{ type: 'PlaceDecisionRegistered', data }];
};

/**
 * Said once of each place: a child who comes back does so by another decision. Who said it of the wrong place takes it
 * back, since a place that is left is opened to nobody.
 */
const confirmLeft = (
  data: CommandData<'ConfirmPlaceLeft'>,
  at: Instant,
  state: ServedDecisionState,
): readonly ServedDecisionEvent[] => {
  ensure(
    state.status === 'REGISTERED' && state.places.includes(data.placeDecisionId),
    'served_decision.not_registered',
  );
  const { placeDecisionId, departedAt } = data;
  ensure(departedAt === null || departedAt <= at, 'served_decision.left_in_the_future');
  const isSaid = state.left.includes(placeDecisionId) === (departedAt !== null);
  return isSaid ? [] : [{ type: 'DecidedPlaceLeft', data }];
};

const leftAfter = (
  left: readonly string[],
  { placeDecisionId, departedAt }: Data<'DecidedPlaceLeft'>,
): readonly string[] =>
  departedAt === null ? left.filter((one) => one !== placeDecisionId) : [...left, placeDecisionId];

const codedOf = ({ caseId, subject, decisionId, decidedOn, decisionType }: Coded): Coded => ({
  caseId,
  subject,
  decisionId,
  decidedOn,
  decisionType,
});
