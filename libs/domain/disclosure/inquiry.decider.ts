import {
  type Actor,
  assertNever,
  type Decider,
  DomainError,
  ensure,
  type Instant,
  plainDateOf,
  type Token,
} from '#kernel';
import { answerLine } from './answer-line.js';
import { type Declared, withDisqualified, withImpartial } from './declared.js';
import type { AgeToday, InquiryCommand } from './inquiry.commands.js';
import type { InquiryEvent } from './inquiry.events.js';
import { permits, restsOnAge } from './legal-bases.js';
import { authorityBehind } from './provisions.js';
import { weigh, type Weighing } from './weighing.js';

type Data<Type extends InquiryEvent['type']> = Extract<InquiryEvent, { type: Type }>['data'];
type CommandData<Type extends InquiryCommand['type']> = Extract<InquiryCommand, { type: Type }>['data'];

interface Alerted extends Declared {
  /** Cases whose police coordinator has seen it. */
  readonly seen: readonly string[];
  /** Its line of the ledger is on this stream: there was no case whose ledger it would have come into. */
  readonly recorded?: true;
}

export type InquiryState =
  | ({ readonly status: 'UNKNOWN' } & Alerted)
  | ({
      readonly status: 'REQUEST_RECEIVED' | 'REQUEST_WEIGHED' | 'REQUEST_DECIDED';
      readonly received: Data<'InformationRequestReceived'>;
      /** The last weighing that was not sent back. */
      readonly weighed?: Data<'InformationRequestWeighed'>;
    } & Alerted)
  | ({
      readonly status: 'STAY_RECEIVED' | 'STAY_ANSWERED';
      readonly received: Data<'StayInquiryReceived'>;
    } & Alerted);

/**
 * One request from outside, one stream. It decides the same whether or not the person is known: `caseId` and `companionOf`
 * are passed on and never looked at.
 */
export const inquiryDecider: Decider<InquiryCommand, InquiryEvent, InquiryState> = {
  initialState: { status: 'UNKNOWN', seen: [], impartial: [], disqualified: [] },

  decide(command, state) {
    const { by, at } = command;
    switch (command.type) {
      case 'ReceiveInformationRequest':
        ensure(state.status === 'UNKNOWN', 'inquiry.already_received');
        ensureReviewers(command.data);
        ensure(command.data.asked.length > 0, 'inquiry.nothing_asked');
        return [{ type: 'InformationRequestReceived', data: command.data }];
      case 'ReceiveStayInquiry':
        ensure(state.status === 'UNKNOWN', 'inquiry.already_received');
        ensureReviewers(command.data);
        // SoL 15:7 binds the board; a provider that is asked sends the caller there.
        ensure(command.data.holderKind === 'SOCIAL_BOARD', 'inquiry.not_a_board');
        return [{ type: 'StayInquiryReceived', data: command.data }];
      case 'WeighInformationRequest':
        return weighRequest(command.data, by, at, state);
      case 'DecideInformationRequest':
        return decideRequest(command.data, by, at, state);
      case 'AnswerStayInquiry':
        return answerStay(command.data, by, at, state);
      case 'DeclareImpartialInInquiry': {
        ensure(state.status !== 'UNKNOWN', 'inquiry.not_received');
        ensureNamed(state, by.person);
        if (state.impartial.includes(by.person)) return [];
        const { inquiryId } = command.data;
        const { person: official, organisation } = by;
        return [{ type: 'InquiryImpartialityDeclared', data: { inquiryId, official, organisation } }];
      }
      case 'DeclareDisqualifiedInInquiry': {
        ensure(state.status !== 'UNKNOWN', 'inquiry.not_received');
        if (state.disqualified.includes(by.person)) return [];
        ensureNamed(state, by.person);
        const { inquiryId, ground } = command.data;
        const { person: official, organisation } = by;
        return [
          { type: 'InquiryDisqualificationDeclared', data: { inquiryId, official, organisation, ground } },
        ];
      }
      case 'AcknowledgeInquiry': {
        const { inquiryId, caseId, seenBy } = command.data;
        ensure(state.status !== 'UNKNOWN', 'inquiry.not_received');
        return state.seen.includes(caseId)
          ? []
          : [{ type: 'InquiryAlertSeen', data: { inquiryId, caseId, seenBy } }];
      }
      case 'RecordAnswer':
        ensure(state.status !== 'UNKNOWN', 'inquiry.not_received');
        return state.recorded ? [] : [answerLine(command.data)];
      default:
        return assertNever(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'InformationRequestReceived':
        return { ...state, status: 'REQUEST_RECEIVED', received: event.data, weighed: undefined };
      case 'InformationRequestWeighed':
        return isRequest(state) ? { ...state, status: 'REQUEST_WEIGHED', weighed: event.data } : state;
      case 'InformationRequestSentBack':
        return isRequest(state) ? { ...state, status: 'REQUEST_RECEIVED', weighed: undefined } : state;
      case 'InformationRequestDecided':
        return isRequest(state)
          ? { ...state, status: 'REQUEST_DECIDED', seen: seenOf(state, event.data.outcome === 'DISCLOSE') }
          : state;
      case 'StayInquiryReceived':
        return { ...state, status: 'STAY_RECEIVED', received: event.data };
      case 'StayInquiryAnswered':
        return isStay(state)
          ? { ...state, status: 'STAY_ANSWERED', seen: seenOf(state, event.data.outcome === 'ANSWERED') }
          : state;
      case 'InquiryImpartialityDeclared':
        return withImpartial(state, event.data.official);
      case 'InquiryDisqualificationDeclared':
        return withDisqualified(state, event.data.official);
      case 'InquiryAlertSeen':
        return { ...state, seen: [...state.seen, event.data.caseId] };
      case 'InformationDisclosed':
        return { ...state, recorded: true };
      default:
        return assertNever(event);
    }
  },
};

type RequestState = Extract<InquiryState, { received: Data<'InformationRequestReceived'> }>;
type StayState = Extract<InquiryState, { status: 'STAY_RECEIVED' | 'STAY_ANSWERED' }>;
const isRequest = (state: InquiryState): state is RequestState => state.status.startsWith('REQUEST_');
/** Who has seen that somebody asked has not seen that something was told. */
const seenOf = ({ seen }: Alerted, told: boolean): readonly string[] => (told ? [] : seen);
const isStay = (state: InquiryState): state is StayState =>
  state.status === 'STAY_RECEIVED' || state.status === 'STAY_ANSWERED';

const ensureReviewers = ({
  holder,
  decidesAt,
  receivedBy,
  reviewers,
}: Pick<Data<'StayInquiryReceived'>, 'holder' | 'decidesAt' | 'receivedBy' | 'reviewers'>): void => {
  ensure(!reviewers.includes(receivedBy), 'inquiry.reviewer_is_receiver');
  ensure(new Set(reviewers).size === reviewers.length, 'inquiry.reviewer_named_twice');
  // Where another organisation decides, who received it is none of the two.
  ensure(reviewers.length >= (holder === decidesAt ? 1 : 2), 'inquiry.too_few_reviewers');
};

/** Who takes part: the reviewers, and who received it where the holder decides itself; nobody who is disqualified. */
const ensureNamed = ({ received, disqualified }: RequestState | StayState, person: Token): void => {
  const { holder, decidesAt, receivedBy, reviewers } = received;
  ensure(
    !disqualified.includes(person) &&
      (reviewers.includes(person) || (holder === decidesAt && person === receivedBy)),
    'inquiry.not_a_reviewer',
  );
};

const weighRequest = (
  { inquiryId, caseId, released, reasons, note, age }: CommandData<'WeighInformationRequest'>,
  by: Actor,
  at: Instant,
  state: InquiryState,
): readonly InquiryEvent[] => {
  ensure(isRequest(state), 'inquiry.not_received');
  ensureNamed(state, by.person);
  ensure(state.status !== 'REQUEST_DECIDED', 'inquiry.already_decided');
  ensure(state.status === 'REQUEST_RECEIVED', 'inquiry.already_weighed');
  const { outcome } = possible(state.received, { released, reasons }, at, age);
  return [
    {
      type: 'InformationRequestWeighed',
      data: { inquiryId, caseId, outcome, released, reasons, weighedBy: by.person, note },
    },
  ];
};

const decideRequest = (
  { inquiryId, caseId, companionOf, agrees, age, letterTo }: CommandData<'DecideInformationRequest'>,
  by: Actor,
  at: Instant,
  state: InquiryState,
): readonly InquiryEvent[] => {
  ensure(isRequest(state), 'inquiry.not_received');
  const { received, weighed } = state;
  ensureNamed(state, by.person);
  ensure(state.status !== 'REQUEST_DECIDED', 'inquiry.already_decided');
  ensure(weighed !== undefined, 'inquiry.not_weighed');
  ensure(weighed.weighedBy !== by.person, 'inquiry.four_eyes');
  if (!agrees)
    return [{ type: 'InformationRequestSentBack', data: { inquiryId, caseId, sentBackBy: by.person } }];
  // Weighed once more by what holds today: a law or an age may have run out since.
  const result = possible(received, weighed, at, age);
  ensure(result.outcome === 'REFUSE' || letterTo !== undefined, 'inquiry.no_recipient');
  return [
    {
      type: 'InformationRequestDecided',
      data: {
        inquiryId,
        caseId,
        companionOf,
        outcome: result.outcome,
        released: weighed.released,
        reasons: weighed.reasons,
        requester: received.requester,
        purpose: received.purpose,
        legalBasis: received.basis,
        ...(result.outcome === 'DISCLOSE'
          ? {
              wording: result.wording.from,
              protectedBy: result.protectedBy,
              secrecyAtHolder: result.secrecyAtHolder,
              ...letterTo,
              ...(restsOnAge(result.wording, received.grounds) ? { ageBasis: 'FROM_NUMBER' as const } : {}),
            }
          : { protectedBy: [] }),
        weighedBy: weighed.weighedBy,
        decidedBy: by.person,
        decidedAt: at,
      },
    },
  ];
};

/** @throws DomainError when the weighing cannot stand */
const possible = (
  received: RequestState['received'],
  { released, reasons }: Pick<Data<'InformationRequestWeighed'>, 'released' | 'reasons'>,
  at: Instant,
  age: AgeToday | undefined,
): Exclude<Weighing, { outcome: 'NOT_POSSIBLE' }> => {
  const { basis, holderKind, requester, purpose, asked, grounds, decideBy } = received;
  const result = weigh(
    {
      basis,
      holder: holderKind,
      requester,
      purpose,
      asked,
      grounds: { ...grounds, ...age },
      released,
      reasons,
    },
    plainDateOf(at),
  );
  if (result.outcome === 'NOT_POSSIBLE') {
    const { refusal, rule } = result;
    throw new DomainError('inquiry.not_permitted', { refusal, rule });
  }
  ensure(result.outcome === 'REFUSE' || at < decideBy, 'inquiry.too_late_to_disclose');
  return result;
};

const answerStay = (
  { inquiryId, caseId, companionOf, checked, answer, letterTo }: CommandData<'AnswerStayInquiry'>,
  by: Actor,
  at: Instant,
  state: InquiryState,
): readonly InquiryEvent[] => {
  ensure(isStay(state), 'inquiry.not_received');
  const { received } = state;
  ensureNamed(state, by.person);
  ensure(state.status === 'STAY_RECEIVED', 'inquiry.already_decided');
  // The first check stands with the request; the second is somebody else's.
  ensure(received.receivedBy !== by.person, 'inquiry.four_eyes');
  const common = {
    inquiryId,
    caseId,
    companionOf,
    requester: received.requester,
    legalBasis: 'SOL_15_7',
    checked,
    receivedBy: received.receivedBy,
    answeredBy: by.person,
    answeredAt: at,
  } as const;
  if (answer === undefined)
    return [{ type: 'StayInquiryAnswered', data: { ...common, outcome: 'NOT_ANSWERED' } }];
  const protectedBy = ['OSL_26_1'] as const;
  const permission = permits(
    {
      basis: 'SOL_15_7',
      holder: authorityBehind(received.holderKind),
      protectedBy,
      recipient: received.requester,
      purpose: 'STAY_CHECK',
      matter: 'STAY',
      ofCaseStore: true,
      grounds: { onRequest: true, fourEyes: true },
    },
    plainDateOf(at),
  );
  if (!permission.permitted) {
    const { refusal, rule } = permission;
    throw new DomainError('inquiry.not_permitted', { refusal, rule });
  }
  ensure(letterTo !== undefined, 'inquiry.no_recipient');
  return [
    {
      type: 'StayInquiryAnswered',
      data: {
        ...common,
        outcome: 'ANSWERED',
        wording: permission.wording.from,
        protectedBy,
        secrecyAtHolder: permission.protection,
        answer,
        ...letterTo,
      },
    },
  ];
};
