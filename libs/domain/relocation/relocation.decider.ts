import {
  assertNever,
  deadline,
  type Decider,
  DomainError,
  ensure,
  type Instant,
  plainDateOf,
  sameFacts,
  type Token,
} from '#kernel';
import type { RelocationCommand } from './relocation.commands.js';
import { type CloseCode, type RelocationEvent, settledCodes } from './relocation.events.js';

type Data<Type extends RelocationEvent['type']> = Extract<RelocationEvent, { type: Type }>['data'];
type Coded<Type extends RelocationEvent['type'], SealedFields extends string> = Omit<
  Data<Type>,
  SealedFields
>;

/** What was written when the case was opened and decided on, without the sealed fields. */
interface Frame {
  readonly opened: Coded<'CaseOpened', 'identity' | 'registryNumber'>;
  readonly supportDecision?: Coded<'SupportDecisionRegistered', 'registryNumber'>;
}

export type RelocationState =
  | { readonly status: 'NOT_OPENED' }
  | ({ readonly status: 'DRAFT' } & Frame)
  | ({ readonly status: 'REQUESTED' } & Frame & Requested)
  | ({ readonly status: 'SUPERVISED_CLOSING' } & Frame & Requested & Closing)
  | { readonly status: 'CLOSED'; readonly code: CloseCode };

interface Requested {
  readonly request: Coded<'RelocationRequested', 'needs' | 'family'>;
}
interface Closing {
  readonly closing: Data<'SupervisedClosingStarted'>;
}

/** How many officers of the home board may know of the case (domain.md 1.2). */
export const maxNamedOfficers = 3;

export const relocationDecider: Decider<RelocationCommand, RelocationEvent, RelocationState> = {
  initialState: { status: 'NOT_OPENED' },

  decide(command, state) {
    switch (command.type) {
      case 'OpenCase':
        return openCase(command.data, state);
      case 'RegisterSupportDecision':
        return registerSupportDecision(command.data, command.at, state);
      case 'RequestRelocation':
        return requestRelocation(command.data, command.at, command.by.person, state);
      case 'StartSupervisedClosing':
        return startSupervisedClosing(command.data, command.at, state);
      case 'CloseCase':
        return closeCase(command.data, command.at, state);
      default:
        return assertNever(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'CaseOpened': {
        return { status: 'DRAFT', opened: leaveOut(event.data, 'identity', 'registryNumber') };
      }
      case 'SupportDecisionRegistered': {
        if (state.status === 'NOT_OPENED' || state.status === 'CLOSED') return state;
        return { ...state, supportDecision: leaveOut(event.data, 'registryNumber') };
      }
      case 'RelocationRequested': {
        if (state.status !== 'DRAFT') return state;
        return { ...state, status: 'REQUESTED', request: leaveOut(event.data, 'needs', 'family') };
      }
      case 'SupervisedClosingStarted':
        return state.status === 'REQUESTED'
          ? { ...state, status: 'SUPERVISED_CLOSING', closing: event.data }
          : state;
      case 'CaseClosed':
        return { status: 'CLOSED', code: event.data.code };
      default:
        return assertNever(event);
    }
  },
};

const openCase = (data: Data<'CaseOpened'>, state: RelocationState): readonly RelocationEvent[] => {
  ensure(data.officers.length > 0, 'relocation.no_officer_named');
  ensure(data.officers.length <= maxNamedOfficers, 'relocation.too_many_officers', {
    most: maxNamedOfficers,
  });
  if (state.status === 'NOT_OPENED') return [{ type: 'CaseOpened', data }];
  // A repeat is recognised by what may be compared; sealed fields are opaque.
  const opened = leaveOut(data, 'identity', 'registryNumber');
  ensure(state.status !== 'CLOSED' && sameFacts(opened, state.opened), 'relocation.already_opened');
  return [];
};

const registerSupportDecision = (
  data: Data<'SupportDecisionRegistered'>,
  at: Instant,
  state: RelocationState,
): readonly RelocationEvent[] => {
  ensureOpen(state);
  if (sameFacts(leaveOut(data, 'registryNumber'), state.supportDecision)) return [];
  ensure(data.decidedOn <= plainDateOf(at), 'relocation.decision_in_the_future');
  return [{ type: 'SupportDecisionRegistered', data }];
};

const requestRelocation = (
  data: Extract<RelocationCommand, { type: 'RequestRelocation' }>['data'],
  at: Instant,
  requestedBy: Token,
  state: RelocationState,
): readonly RelocationEvent[] => {
  ensureOpen(state);
  const { waiverVersion, ...asked } = data;
  const request: Data<'RelocationRequested'> = { ...asked, requestedBy };
  if (state.status !== 'DRAFT') {
    ensure(sameFacts(leaveOut(request, 'needs', 'family'), state.request), 'relocation.already_requested');
    return [];
  }
  // Police open a case only when social services have decided, and nothing is told without a waiver.
  ensure(state.supportDecision !== undefined, 'relocation.support_decision_missing');
  ensure(waiverVersion !== undefined, 'relocation.waiver_missing');
  ensure(isCount(data.adults) && isCount(data.children), 'relocation.not_a_number_of_persons');
  ensure(data.adults + data.children > 0, 'relocation.nobody_to_place');
  ensure(data.desiredStart >= plainDateOf(at), 'relocation.start_in_the_past');
  return [{ type: 'RelocationRequested', data: request }];
};

const startSupervisedClosing = (
  data: Extract<RelocationCommand, { type: 'StartSupervisedClosing' }>['data'],
  at: Instant,
  state: RelocationState,
): readonly RelocationEvent[] => {
  ensureOpen(state);
  const { assessmentValidAt, arrived, ...contact } = data;
  if (state.status === 'SUPERVISED_CLOSING') {
    ensure(
      sameFacts({ ...contact, startedAt: state.closing.startedAt }, state.closing),
      'relocation.closing_already_started',
    );
    return [];
  }
  ensure(state.status === 'REQUESTED', 'relocation.not_requested');
  // No closing without an arrival, a contact in person and an assessment that holds now (domain.md 2.1 step 14).
  ensure(arrived, 'relocation.not_arrived');
  ensure(data.contactOn <= plainDateOf(at), 'relocation.contact_in_the_future');
  ensure(assessmentValidAt, 'relocation.assessment_not_valid');
  return [{ type: 'SupervisedClosingStarted', data: { ...contact, startedAt: at } }];
};

const closeCase = (
  data: Extract<RelocationCommand, { type: 'CloseCase' }>['data'],
  at: Instant,
  state: RelocationState,
): readonly RelocationEvent[] => {
  if (state.status === 'CLOSED') {
    ensure(state.code === data.code, 'relocation.already_closed', { code: state.code });
    return [];
  }
  ensureOpen(state);
  // As settled only after supervised closing.
  if (settledCodes.includes(data.code)) {
    ensure(state.status === 'SUPERVISED_CLOSING', 'relocation.not_supervised');
    const earliest = deadline(
      { calendar: 'SAFETY', amount: data.supervisionMonths, unit: 'MONTHS' },
      state.closing.startedAt,
    );
    ensure(at >= earliest, 'relocation.supervision_not_over', { earliest });
  } else {
    // Somebody may still be standing at the old place: rescuers keep it until the departure is confirmed.
    ensure(!data.departurePending, 'relocation.departure_pending');
  }
  return [{ type: 'CaseClosed', data: { caseId: data.caseId, code: data.code } }];
};

type OpenState = Exclude<RelocationState, { status: 'NOT_OPENED' | 'CLOSED' }>;

function ensureOpen(state: RelocationState): asserts state is OpenState {
  if (state.status === 'NOT_OPENED') throw new DomainError('relocation.not_opened');
  if (state.status === 'CLOSED') throw new DomainError('relocation.closed');
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

const leaveOut = <T extends object, Key extends keyof T>(data: T, ...keys: Key[]): Omit<T, Key> =>
  Object.fromEntries(Object.entries(data).filter(([key]) => !keys.includes(key as Key))) as Omit<T, Key>;
