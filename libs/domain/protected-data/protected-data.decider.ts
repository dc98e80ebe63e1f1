import {
  addDays,
  type AgeBand,
  type AgencyKind,
  assertNever,
  type Decider,
  endOfDay,
  ensure,
  type Instant,
  type PlainDate,
  plainDateOf,
  sameFacts,
  type Token,
} from '#kernel';
import { type ExposedRegister, registersOn } from './exposed-registers.js';
import type { ProtectedDataCommand } from './protected-data.commands.js';
import {
  type ApplicantRole,
  passingReasons,
  type ProtectedDataEvent,
  type ProtectionKind,
  type RegisterStatus,
  type WithholdingReason,
} from './protected-data.events.js';
import { temporaryStayDays } from './protection-clocks.js';

type Data<Type extends ProtectedDataEvent['type']> = Extract<ProtectedDataEvent, { type: Type }>['data'];
type CommandData<Type extends ProtectedDataCommand['type']> = Extract<
  ProtectedDataCommand,
  { type: Type }
>['data'];

type Requested = Data<'ProtectedDataRequested'>;

export type Protection = Requested &
  (
    | { readonly status: 'REQUESTED' }
    | { readonly status: 'REFUSED'; readonly decidedOn: PlainDate }
    | {
        readonly status: 'GRANTED';
        readonly from: PlainDate;
        readonly until?: PlainDate;
        /** Days before the end of which was reminded. */
        readonly reminded: readonly number[];
      }
    | { readonly status: 'ENDED'; readonly endedOn: PlainDate }
  );

export type Notice =
  | { readonly status: 'NONE'; readonly reminders: number }
  | { readonly status: 'SENT'; readonly sentOn: PlainDate }
  | { readonly status: 'WITHHELD'; readonly reason: WithholdingReason; readonly decidedOn: PlainDate };

interface RegisterCheck {
  readonly status: RegisterStatus;
  readonly checkedOn: PlainDate;
}

export interface ProtectedDataState {
  readonly status: 'KEPT';
  /** By protection id. */
  readonly protections: Readonly<Record<string, Protection>>;
  readonly notice: Notice;
  /** The placements at which somebody arrived after an earlier notice. */
  readonly superseded: readonly string[];
  /** What was last seen in each, and on which day. */
  readonly registers: Readonly<Partial<Record<ExposedRegister, RegisterCheck>>>;
  /** The places for which the checklist was opened anew. */
  readonly reopened: readonly { readonly proposalId: string; readonly openedOn: PlainDate }[];
}

/** Who decides on which protection: it registers the outcome and the end. */
export const decidingAgency: Readonly<Record<ProtectionKind, AgencyKind>> = {
  SECRECY_MARKING: 'TAX_AGENCY',
  PROTECTED_REGISTRATION: 'TAX_AGENCY',
  ASSUMED_IDENTITY: 'POLICE',
};

/** Under 18. */
export const minors: readonly AgeBand[] = ['UNDER_15', '15_17'];

export const protectedDataDecider: Decider<ProtectedDataCommand, ProtectedDataEvent, ProtectedDataState> = {
  initialState: {
    status: 'KEPT',
    protections: {},
    notice: { status: 'NONE', reminders: 0 },
    superseded: [],
    registers: {},
    reopened: [],
  },

  decide(command, state) {
    switch (command.type) {
      case 'RequestProtection':
        return request(command.data, command.at, state);
      case 'RegisterProtectionOutcome':
        return outcome(command.data, command.at, command.by, state);
      case 'EndProtection':
        return end(command.data, command.at, command.by.agencyKind, state);
      case 'SendRegistrationNotice': {
        const { notice } = state;
        if (notice.status === 'SENT' && notice.sentOn === command.data.sentOn) return [];
        ensure(notice.status !== 'SENT', 'protected_data.notice_already_sent');
        ensureNotAhead(command.data.sentOn, command.at);
        return [{ type: 'RegistrationNoticeSent', data: { ...command.data, decidedBy: command.by.person } }];
      }
      case 'WithholdRegistrationNotice': {
        const { notice } = state;
        // What has been told cannot be untold.
        ensure(notice.status !== 'SENT', 'protected_data.notice_already_sent');
        if (notice.status === 'WITHHELD' && notice.reason === command.data.reason) return [];
        ensure(
          command.data.reason !== 'PROTECTION_APPLIED_FOR' || somethingStands(state),
          'protected_data.nothing_applied_for',
        );
        ensureNotAhead(command.data.decidedOn, command.at);
        return [
          { type: 'RegistrationNoticeWithheld', data: { ...command.data, decidedBy: command.by.person } },
        ];
      }
      case 'CheckExposedRegister': {
        const { register, status, checkedOn } = command.data;
        ensure(
          registersOn(checkedOn).some((one) => one.register === register),
          'protected_data.register_not_listed',
        );
        ensureNotAhead(checkedOn, command.at);
        // What was seen before the place was cleared says nothing of its address.
        const { openedOn } = state.reopened.at(-1) ?? {};
        ensure(openedOn === undefined || checkedOn >= openedOn, 'protected_data.checked_before_this_place');
        const last = state.registers[register];
        if (last?.status === status && last.checkedOn === checkedOn) return [];
        // What was seen earlier says nothing of how it is now.
        ensure(last === undefined || checkedOn >= last.checkedOn, 'protected_data.checked_since');
        return [{ type: 'ExposedRegisterChecked', data: { ...command.data, checkedBy: command.by.person } }];
      }
      case 'ReopenExposedRegisters': {
        const { proposalId } = command.data;
        // A place is one, however often it is told.
        return state.reopened.some((one) => one.proposalId === proposalId)
          ? []
          : [
              {
                type: 'ExposedRegistersReopened',
                data: { ...command.data, openedOn: plainDateOf(command.at) },
              },
            ];
      }
      case 'RemindProtectionExpiry': {
        const { protectionId, daysLeft } = command.data;
        const known = state.protections[protectionId];
        // A clock that comes too late is no news.
        return known?.status === 'GRANTED' && !known.reminded.includes(daysLeft)
          ? [{ type: 'ProtectionExpiryReminded', data: command.data }]
          : [];
      }
      case 'ExpireProtection': {
        const { caseId, protectionId } = command.data;
        const known = state.protections[protectionId];
        if (known?.status !== 'GRANTED' || known.until === undefined) return [];
        if (command.at < endOfDay(known.until)) return [];
        return [
          {
            type: 'ProtectedDataEnded',
            data: { caseId, protectionId, kind: known.kind, reason: 'EXPIRED', endedOn: known.until },
          },
        ];
      }
      case 'RemindRegistrationNotice':
        return state.notice.status === 'NONE' && command.data.number > state.notice.reminders
          ? [{ type: 'RegistrationNoticeReminded', data: command.data }]
          : [];
      case 'ReopenRegistrationNotice': {
        const { notice } = state;
        return notice.status === 'WITHHELD' && hasPassed(notice, command.at, state)
          ? [
              {
                type: 'RegistrationNoticeReopened',
                data: { caseId: command.data.caseId, reason: notice.reason },
              },
            ]
          : [];
      }
      case 'SupersedeRegistrationNotice': {
        const { caseId, proposalId } = command.data;
        // A move is one, however often it is told.
        return state.superseded.includes(proposalId)
          ? []
          : [
              {
                type: 'RegistrationNoticeSuperseded',
                data: { caseId, proposalId, before: state.notice.status },
              },
            ];
      }
      default:
        return assertNever(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'ProtectedDataRequested':
        return keep(state, event.data.protectionId, { ...event.data, status: 'REQUESTED' });
      case 'ProtectedDataGranted': {
        const { protectionId, from, until } = event.data;
        return changed(state, protectionId, (known) => ({
          ...requestOf(known),
          status: 'GRANTED',
          from,
          ...(until === undefined ? {} : { until }),
          reminded: [],
        }));
      }
      case 'ProtectedDataRefused':
        return changed(state, event.data.protectionId, (known) => ({
          ...requestOf(known),
          status: 'REFUSED',
          decidedOn: event.data.decidedOn,
        }));
      case 'ProtectedDataEnded':
        return changed(state, event.data.protectionId, (known) => ({
          ...requestOf(known),
          status: 'ENDED',
          endedOn: event.data.endedOn,
        }));
      case 'ProtectionExpiryReminded':
        return changed(state, event.data.protectionId, (known) =>
          known.status === 'GRANTED'
            ? { ...known, reminded: [...known.reminded, event.data.daysLeft] }
            : known,
        );
      case 'IdentityAssumed':
        return state;
      case 'RegistrationNoticeReminded':
        return state.notice.status === 'NONE'
          ? { ...state, notice: { status: 'NONE', reminders: event.data.number } }
          : state;
      case 'RegistrationNoticeSent':
        return { ...state, notice: { status: 'SENT', sentOn: event.data.sentOn } };
      case 'RegistrationNoticeWithheld':
        return {
          ...state,
          notice: { status: 'WITHHELD', reason: event.data.reason, decidedOn: event.data.decidedOn },
        };
      case 'RegistrationNoticeReopened':
        return { ...state, notice: { status: 'NONE', reminders: 0 } };
      case 'RegistrationNoticeSuperseded':
        return {
          ...state,
          notice: { status: 'NONE', reminders: 0 },
          superseded: [...state.superseded, event.data.proposalId],
        };
      case 'ExposedRegisterChecked': {
        const { register, status, checkedOn } = event.data;
        return { ...state, registers: { ...state.registers, [register]: { status, checkedOn } } };
      }
      case 'ExposedRegistersReopened': {
        const { proposalId, openedOn } = event.data;
        return { ...state, registers: {}, reopened: [...state.reopened, { proposalId, openedOn }] };
      }
      default:
        return assertNever(event);
    }
  },
};

/**
 * Whether anything is applied for or protects the person. What becomes of an assumed identity is told to nobody: it
 * stands as the board applied for it.
 */
const somethingStands = ({ protections }: ProtectedDataState): boolean =>
  Object.values(protections).some(
    ({ kind, status }) => kind === 'ASSUMED_IDENTITY' || status === 'REQUESTED' || status === 'GRANTED',
  );

/** Whether the reason to withhold the notice holds no longer. */
const hasPassed = (
  { reason, decidedOn }: Extract<Notice, { status: 'WITHHELD' }>,
  at: Instant,
  state: ProtectedDataState,
): boolean =>
  passingReasons.includes(reason) &&
  (!somethingStands(state) ||
    (reason === 'TEMPORARY_STAY' && plainDateOf(at) >= addDays(decidedOn, temporaryStayDays(decidedOn))));

const keep = (state: ProtectedDataState, id: string, protection: Protection): ProtectedDataState => ({
  ...state,
  protections: { ...state.protections, [id]: protection },
});

const changed = (
  state: ProtectedDataState,
  id: string,
  change: (known: Protection) => Protection,
): ProtectedDataState => {
  const known = state.protections[id];
  return known ? keep(state, id, change(known)) : state;
};

const requestOf = ({
  caseId,
  subject,
  protectionId,
  kind,
  appliedBy,
  familyIncluded,
  appliedOn,
  requestedBy,
  taxAgency,
  protectionOfficers,
}: Protection): Requested => ({
  caseId,
  subject,
  protectionId,
  kind,
  appliedBy,
  familyIncluded,
  appliedOn,
  requestedBy,
  taxAgency,
  protectionOfficers,
});

const ensureNotAhead = (day: PlainDate, at: Instant): void =>
  ensure(day <= plainDateOf(at), 'protected_data.in_the_future');

/** FOL 16 and 30 §§: an adult's own application; for a child the guardians, one of them, or the board under LVU. */
const mayApply = (role: ApplicantRole, ageBand: AgeBand, inCare: boolean): boolean => {
  const minor = minors.includes(ageBand);
  switch (role) {
    case 'SELF':
      // From fifteen on a child speaks for itself beside its guardians; alone it does not apply.
      return !minor;
    case 'GUARDIANS':
    case 'ONE_GUARDIAN':
      return minor;
    case 'BOARD':
      return minor && inCare;
    default:
      return assertNever(role);
  }
};

const request = (
  { ageBand, inCare, ...requested }: CommandData<'RequestProtection'>,
  at: Instant,
  state: ProtectedDataState,
): readonly ProtectedDataEvent[] => {
  const known = state.protections[requested.protectionId];
  if (known) {
    const facts = ({ kind, appliedBy, familyIncluded, appliedOn }: Requested) => ({
      kind,
      appliedBy,
      familyIncluded,
      appliedOn,
    });
    ensure(sameFacts(facts(known), facts(requested)), 'protected_data.id_used_for_something_else');
    return [];
  }
  // A secrecy marking is of one person, and the identity of each is assumed by a decision of its own (1991:483).
  ensure(
    !requested.familyIncluded || requested.kind === 'PROTECTED_REGISTRATION',
    'protected_data.family_not_included',
  );
  ensure(mayApply(requested.appliedBy, ageBand, inCare), 'protected_data.not_the_applicant');
  ensureNotAhead(requested.appliedOn, at);
  const open = Object.values(state.protections).some(
    ({ kind, status }) => kind === requested.kind && (status === 'REQUESTED' || status === 'GRANTED'),
  );
  // A prolongation is applied for while the protection still holds: an open application is enough.
  const asked = Object.values(state.protections).some(
    ({ kind, status }) => kind === requested.kind && status === 'REQUESTED',
  );
  ensure(!asked, 'protected_data.already_requested');
  ensure(requested.kind !== 'ASSUMED_IDENTITY' || !open, 'protected_data.already_requested');
  return [{ type: 'ProtectedDataRequested', data: requested }];
};

/** @throws DomainError unless there is such a protection, and it is for this agency to decide on */
const decidedBy = (state: ProtectedDataState, protectionId: string, agency: AgencyKind): Protection => {
  const known = state.protections[protectionId];
  // What another agency decides on is not there.
  ensure(known !== undefined && decidingAgency[known.kind] === agency, 'protected_data.no_such_protection');
  return known;
};

const outcome = (
  data: CommandData<'RegisterProtectionOutcome'>,
  at: Instant,
  by: { readonly person: Token; readonly agencyKind: AgencyKind },
  state: ProtectedDataState,
): readonly ProtectedDataEvent[] => {
  const { caseId, protectionId, decidedOn, until, registeredMunicipality, subject, board } = data;
  const known = decidedBy(state, protectionId, by.agencyKind);
  const { kind } = known;
  const registeredBy = by.person;
  if (data.outcome === 'REFUSED') {
    if (known.status === 'REFUSED' && known.decidedOn === decidedOn) return [];
    ensure(known.status === 'REQUESTED', 'protected_data.already_decided');
    ensure(
      until === undefined && registeredMunicipality === undefined,
      'protected_data.refused_has_no_terms',
    );
    ensureNotAhead(decidedOn, at);
    ensure(decidedOn >= known.appliedOn, 'protected_data.decided_before_it_was_applied_for');
    return [{ type: 'ProtectedDataRefused', data: { caseId, protectionId, kind, decidedOn, registeredBy } }];
  }
  if (known.status === 'GRANTED' && known.from === decidedOn && known.until === until) return [];
  ensure(known.status === 'REQUESTED', 'protected_data.already_decided');
  ensureNotAhead(decidedOn, at);
  ensure(decidedOn >= known.appliedOn, 'protected_data.decided_before_it_was_applied_for');
  ensure(until === undefined || until > decidedOn, 'protected_data.ends_before_it_begins');
  // Only a protected registration is registered somewhere else than at home.
  ensure(
    registeredMunicipality === undefined || kind === 'PROTECTED_REGISTRATION',
    'protected_data.no_other_registration',
  );
  ensure(kind !== 'ASSUMED_IDENTITY' || until === undefined, 'protected_data.identity_does_not_end');
  // One of a kind: a newer one takes the place of the one before.
  const replaced = Object.values(state.protections).filter(
    (one) => one.kind === kind && one.status === 'GRANTED',
  );
  return [
    {
      type: 'ProtectedDataGranted',
      data: {
        caseId,
        protectionId,
        kind,
        from: decidedOn,
        ...(until === undefined ? {} : { until }),
        registeredBy,
        ...(registeredMunicipality === undefined ? {} : { registeredMunicipality }),
      },
    },
    ...replaced.map((one): ProtectedDataEvent => ({
      type: 'ProtectedDataEnded',
      data: { caseId, protectionId: one.protectionId, kind, reason: 'REPLACED', endedOn: decidedOn },
    })),
    ...(kind === 'ASSUMED_IDENTITY'
      ? [{ type: 'IdentityAssumed' as const, data: { caseId, subject, board } }]
      : []),
  ];
};

const end = (
  { caseId, protectionId, reason, endedOn }: CommandData<'EndProtection'>,
  at: Instant,
  agency: AgencyKind,
  state: ProtectedDataState,
): readonly ProtectedDataEvent[] => {
  const known = decidedBy(state, protectionId, agency);
  if (known.status === 'ENDED') return [];
  ensure(known.status === 'GRANTED', 'protected_data.not_granted');
  ensure(known.kind !== 'ASSUMED_IDENTITY', 'protected_data.identity_does_not_end');
  // The calendar ends it, or a newer one does: nobody says so.
  ensure(reason === 'OWN_NOTICE' || reason === 'SPECIAL_REASONS', 'protected_data.ends_by_itself');
  ensureNotAhead(endedOn, at);
  ensure(endedOn >= known.from, 'protected_data.ends_before_it_begins');
  return [{ type: 'ProtectedDataEnded', data: { caseId, protectionId, kind: known.kind, reason, endedOn } }];
};
