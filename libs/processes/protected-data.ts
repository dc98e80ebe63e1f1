import {
  addDays,
  addHours,
  endOfDay,
  type Instant,
  type PlainDate,
  plainDateOf,
  type ProcessInput,
  type ProcessManager,
  type ProcessOutput,
  type ProtectionNews,
  type RecordedEvent,
  startOfDay,
} from '#kernel';
import type { PlacementEvent } from '#domain/placement';
import {
  decidingAgency,
  expiryReminderDays,
  noticeReminderDays,
  passingReasons,
  type ProtectedDataEvent,
  protectionNews,
  protectionTelling,
  temporaryStayDays,
} from '#domain/protected-data';
import type { RelocationEvent } from '#domain/relocation';
import { basisOfProtection, secrecyOfProtection } from './disclosure-law.js';
import { type Agency, type DiscloseData, send } from './system-commands.js';

export interface ProtectedDataProcessState {
  /** Undefined before anything of the case was heard. */
  readonly caseId?: string;
  /** In whose name each protection is watched: the agency that decided on it. */
  readonly watched: Readonly<Record<string, Agency>>;
  /** By whom each protection was applied for that Skatteverket decides on, and about whom. */
  readonly applied: Readonly<Record<string, { readonly subject: string; readonly board: Agency }>>;
  /** A placement was cleared: the checklist of registers was, or is, gone through for that place. */
  readonly cleared?: true;
  /** Who confirmed the arrival, and must say whether the register is told. */
  readonly arrivedBy?: Agency;
  readonly reminders: number;
  readonly notice: 'OPEN' | 'DECIDED';
  /** The notice is withheld for a reason that may pass; by whom, and whether it passes by time. */
  readonly passing?: Agency & { readonly byTime: boolean };
  /** The board whose case has to end because the person is somebody else now. */
  readonly assumedAt?: Agency;
  readonly closed: boolean;
}

const handled = [
  'ProtectedDataRequested',
  'ProtectedDataGranted',
  'ProtectedDataRefused',
  'ProtectionExpiryReminded',
  'ProtectedDataEnded',
  'IdentityAssumed',
  'RegistrationNoticeSent',
  'RegistrationNoticeWithheld',
  'RegistrationNoticeReopened',
  'RegistrationNoticeSuperseded',
  'PlacementCleared',
  'ArrivalConfirmed',
  'DepartureConfirmed',
  'CaseClosed',
] as const;
type Watched = Extract<
  ProtectedDataEvent | PlacementEvent | RelocationEvent,
  { type: (typeof handled)[number] }
>;
type Outputs = readonly ProcessOutput[];

/**
 * One instance per case in which data is protected or somebody has arrived: tells Skatteverket of each application, and
 * the board what became of it; reminds before a protection ends and ends it
 * when its day is over; reminds that the register is wrong until that was told or withheld, and has the board decide anew
 * at every further arrival, and when what it was withheld for has passed; opens the checklist of registers anew for every
 * further place; closes the case of a person who has become somebody else.
 */
export const protectedDataProcess: ProcessManager<ProtectedDataProcessState, object> = {
  name: 'protected-data',
  handles: handled,
  route: (event) => [(event.data as Watched['data']).caseId],
  initialState: { watched: {}, applied: {}, reminders: 0, notice: 'OPEN', closed: false },

  react(input, state) {
    switch (input.kind) {
      case 'event':
        return onEvent(
          watchedEvent(input.event),
          input.event.metadata.occurredAt,
          agencyOf(input.event),
          state,
        ).concat(tellingsOf(input.event, state));
      case 'deadline':
        return onDeadline(input, state);
      case 'refused':
        return onRefusal(input, state);
      case 'accepted':
        return [];
    }
  },

  evolve(state, step) {
    if ('output' in step) {
      const { output } = step;
      return output.kind === 'send' && output.command.type === 'RemindRegistrationNotice'
        ? { ...state, reminders: state.reminders + 1 }
        : state;
    }
    if (step.input.kind !== 'event') return state;
    const by = agencyOf(step.input.event);
    const event = watchedEvent(step.input.event);
    const known = { ...state, caseId: event.data.caseId };
    switch (event.type) {
      case 'ProtectedDataRequested': {
        const { protectionId, kind, subject } = event.data;
        return decidingAgency[kind] === 'TAX_AGENCY'
          ? { ...known, applied: { ...known.applied, [protectionId]: { subject, board: by } } }
          : known;
      }
      case 'ProtectionExpiryReminded':
        return known;
      case 'ProtectedDataGranted':
        return { ...known, watched: { ...known.watched, [event.data.protectionId]: by } };
      case 'ProtectedDataEnded': {
        const rest = Object.entries(known.watched).filter(([id]) => id !== event.data.protectionId);
        return { ...known, watched: Object.fromEntries(rest) };
      }
      case 'IdentityAssumed':
        return { ...known, assumedAt: { organisation: event.data.board, agencyKind: 'SOCIAL_BOARD' } };
      case 'ProtectedDataRefused':
        return known;
      case 'RegistrationNoticeSent':
        return { ...decided(known), notice: 'DECIDED' };
      case 'RegistrationNoticeWithheld': {
        const { reason } = event.data;
        return {
          ...decided(known),
          notice: 'DECIDED',
          ...(passingReasons.includes(reason)
            ? { passing: { ...by, byTime: reason === 'TEMPORARY_STAY' } }
            : {}),
        };
      }
      case 'RegistrationNoticeReopened':
      case 'RegistrationNoticeSuperseded':
        return { ...decided(known), notice: 'OPEN' };
      case 'PlacementCleared':
        return { ...known, cleared: true };
      case 'ArrivalConfirmed':
        return { ...known, arrivedBy: by };
      case 'CaseClosed':
        return { ...known, closed: true };
      case 'DepartureConfirmed':
        return known;
    }
  },
};

/**
 * When the officers are reminded of a last day. A reminder whose day has passed already is left out, but for the last: a
 * protection shorter than that is called to mind at once, since nothing else would before it ends.
 */
const remindersOf = (
  until: PlainDate,
  at: Instant,
): readonly { readonly days: number; readonly dueAt: Instant }[] => {
  const today = plainDateOf(at);
  return expiryReminderDays(today).flatMap((days, index, all) => {
    const day = addDays(until, -days);
    if (day > today) return [{ days, dueAt: startOfDay(day) }];
    return index === all.length - 1 ? [{ days, dueAt: at }] : [];
  });
};

/** What was decided about the notice before no longer says why it is withheld. */
const decided = ({ passing: _before, ...state }: ProtectedDataProcessState): ProtectedDataProcessState =>
  state;

const onEvent = (event: Watched, at: Instant, by: Agency, state: ProtectedDataProcessState): Outputs => {
  switch (event.type) {
    case 'ProtectedDataGranted': {
      const { protectionId, until } = event.data;
      if (until === undefined) return [];
      return [
        ...remindersOf(until, at).map(({ days, dueAt }) => set(`reminder:${days}:${protectionId}`, dueAt)),
        set(`expiry:${protectionId}`, endOfDay(until)),
      ];
    }
    case 'ProtectedDataEnded': {
      const { protectionId } = event.data;
      return [
        ...expiryReminderDays(plainDateOf(at)).map((days) => clear(`reminder:${days}:${protectionId}`)),
        clear(`expiry:${protectionId}`),
        // A newer one has taken its place.
        ...(event.data.reason === 'REPLACED' ? [] : reopened(event.data.caseId, state)),
      ];
    }
    case 'ProtectedDataRequested':
    case 'ProtectionExpiryReminded':
      return [];
    case 'ProtectedDataRefused':
      return reopened(event.data.caseId, state);
    case 'IdentityAssumed':
      return state.closed
        ? []
        : [close(event.data.caseId, { organisation: event.data.board, agencyKind: 'SOCIAL_BOARD' })];
    case 'PlacementCleared':
      return onClearance(event.data, by, state);
    case 'ArrivalConfirmed':
      return state.closed ? [] : onArrival(event.data, by, at, state);
    case 'RegistrationNoticeReopened':
    case 'RegistrationNoticeSuperseded':
      return [
        ...clearStay(state),
        ...(state.arrivedBy && !state.closed ? [set('notice', nextReminder(at))] : []),
      ];
    case 'RegistrationNoticeSent':
      return [clear('notice'), ...clearStay(state)];
    case 'RegistrationNoticeWithheld': {
      const { reason, decidedOn } = event.data;
      return [clear('notice'), ...(reason === 'TEMPORARY_STAY' ? [stayOver(decidedOn)] : clearStay(state))];
    }
    // The departure that the closing had to wait for.
    case 'DepartureConfirmed':
      return state.assumedAt && !state.closed ? [close(event.data.caseId, state.assumedAt)] : [];
    case 'CaseClosed':
      return [clear('notice'), ...clearStay(state)];
  }
};

/**
 * What each agency is told of an application that Skatteverket decides on: that it is made, and what becomes of it. What
 * Skatteverket was told ends when nothing is left to decide on or to end; it stands on no waiver, and outlives the case, as
 * the protection does. What it decided is a paper of the board and stays there. An assumed identity is told to nobody.
 */
const tellingsOf = (event: RecordedEvent, { applied }: ProtectedDataProcessState): Outputs => {
  const watched = watchedEvent(event);
  const news = protectionNews(watched as Pick<ProtectedDataEvent, 'type' | 'data'>);
  if (!news) return [];
  const { caseId } = watched.data;
  const by = agencyOf(event);
  if (watched.type === 'ProtectedDataRequested') {
    const { kind, subject, taxAgency, protectionOfficers } = watched.data;
    return decidingAgency[kind] === 'TAX_AGENCY'
      ? [
          tell(
            { caseId, subject, recipientKind: 'TAX_AGENCY', recipient: taxAgency },
            protectionOfficers,
            news,
            by,
          ),
        ]
      : [];
  }
  const application = applied[news.protectionId];
  if (!application) return [];
  const { subject, board } = application;
  const told = tell(
    { caseId, subject, recipientKind: 'HOME_BOARD', recipient: board.organisation },
    [],
    news,
    by,
  );
  if (news.what !== 'REFUSED' && news.what !== 'ENDED') return [told];
  const disclosureId = protectionTelling({ protectionId: news.protectionId, what: 'REQUESTED' });
  return [told, send('EndDisclosure', { caseId, disclosureId, reason: 'NO_LONGER_NEEDED' }, board)];
};

const tell = (
  to: Pick<DiscloseData, 'caseId' | 'subject' | 'recipient'> & {
    readonly recipientKind: keyof typeof secrecyOfProtection;
  },
  persons: DiscloseData['persons'],
  protection: ProtectionNews,
  teller: Agency,
): ProcessOutput =>
  send(
    'DiscloseInformation',
    {
      ...to,
      disclosureId: protectionTelling(protection),
      persons,
      purpose: 'PROTECTION',
      foot: 'STATUTE',
      legalBasis: basisOfProtection,
      secrecyAtHolder: secrecyOfProtection[to.recipientKind],
      refs: [],
      protection,
    },
    teller,
  );

const onDeadline = (
  { name, dueAt }: Extract<ProcessInput, { kind: 'deadline' }>,
  state: ProtectedDataProcessState,
): Outputs => {
  const { caseId, watched, arrivedBy, reminders, notice, closed } = state;
  if (caseId === undefined) return [];
  const [kind, ...rest] = name.split(':');
  const protectionId = rest.at(-1) ?? '';
  const owner = watched[protectionId];
  switch (kind) {
    case 'reminder':
      return owner
        ? [send('RemindProtectionExpiry', { caseId, protectionId, daysLeft: Number(rest[0]) }, owner)]
        : [];
    case 'expiry':
      return owner ? [send('ExpireProtection', { caseId, protectionId }, owner)] : [];
    case 'notice':
      return notice === 'DECIDED' || closed || !arrivedBy
        ? []
        : [
            send('RemindRegistrationNotice', { caseId, number: reminders + 1 }, arrivedBy),
            set('notice', nextReminder(dueAt)),
          ];
    case 'stay':
      return reopened(caseId, state);
    default:
      throw new Error('a deadline of a kind that this process never sets');
  }
};

/** The notice is of one move: what was decided before an arrival, or is still open of an earlier one, was of another. */
const onArrival = (
  { caseId, proposalId }: Extract<Watched, { type: 'ArrivalConfirmed' }>['data'],
  by: Agency,
  at: Instant,
  { arrivedBy, notice }: ProtectedDataProcessState,
): Outputs =>
  arrivedBy || notice === 'DECIDED'
    ? [send('SupersedeRegistrationNotice', { caseId, proposalId }, by)]
    : [set('notice', nextReminder(at))];

/**
 * The checklist is of one place. Not the arrival opens it anew: a person may leave for a second place without ever having
 * come to the first, and what is seen to before the move counts for it.
 */
const onClearance = (
  { caseId, proposalId }: Extract<Watched, { type: 'PlacementCleared' }>['data'],
  by: Agency,
  { cleared, arrivedBy, closed }: ProtectedDataProcessState,
): Outputs =>
  (cleared || arrivedBy) && !closed ? [send('ReopenExposedRegisters', { caseId, proposalId }, by)] : [];

/** A closing that has to wait is tried again at the departure; anything else that is refused becomes a task. */
const onRefusal = (
  { command, code }: Extract<ProcessInput, { kind: 'refused' }>,
  { caseId }: ProtectedDataProcessState,
): Outputs => {
  // It is the last thing that can be asked for.
  if (command.type === 'RequestAttention' || caseId === undefined) return [];
  if (code === 'relocation.departure_pending' || code === 'relocation.already_closed') return [];
  return [send('RequestAttention', { caseId, step: command.type, code }, command.onBehalfOf)];
};

/** The stream says whether the reason still holds: several protections may stand. */
const reopened = (caseId: string, { passing, closed }: ProtectedDataProcessState): Outputs => {
  if (!passing || closed) return [];
  const { organisation, agencyKind } = passing;
  return [send('ReopenRegistrationNotice', { caseId }, { organisation, agencyKind })];
};

const stayOver = (decidedOn: PlainDate): ProcessOutput =>
  set('stay', startOfDay(addDays(decidedOn, temporaryStayDays(decidedOn))));

const clearStay = ({ passing }: ProtectedDataProcessState): Outputs =>
  passing?.byTime ? [clear('stay')] : [];

const nextReminder = (from: Instant): Instant => addHours(from, 24 * noticeReminderDays(plainDateOf(from)));

const set = (name: string, dueAt: Instant): ProcessOutput => ({ kind: 'set-deadline', name, dueAt });
const clear = (name: string): ProcessOutput => ({ kind: 'clear-deadline', name });

/** A code that the handover to Police's own protection has, too. */
const close = (caseId: string, board: Agency): ProcessOutput =>
  send('CloseCase', { caseId, code: 'HANDED_OVER' }, board);

const agencyOf = ({ metadata: { organisation, agencyKind } }: RecordedEvent): Agency => ({
  organisation,
  agencyKind,
});

const watchedEvent = (event: RecordedEvent): Watched =>
  ({ type: event.type, data: event.data }) as unknown as Watched;
