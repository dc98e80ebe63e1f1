import {
  type Actor,
  type AgencyKind,
  assertNever,
  type Decider,
  ensure,
  type Instant,
  type PlainDate,
  plainDateOf,
  sameFacts,
  type Token,
} from '#kernel';
import type { AnswerOutcome, PublicAccessCommand } from './public-access.commands.js';
import type {
  AnswerStep,
  AppealOutcome,
  HarmFinding,
  PublicAccessEvent,
  RefusalReason,
} from './public-access.events.js';
import { type LetterReason, writeLetter, type WrittenLetter } from './refusal-text.js';
import {
  type DocumentKind,
  openKinds,
  type ProvisionTest,
  provisionsFor,
  smallestReleased,
} from './secrecy.js';

type CommandData<Type extends PublicAccessCommand['type']> = Extract<
  PublicAccessCommand,
  { type: Type }
>['data'];

interface Asked {
  readonly requestId: string;
  readonly authority: Token;
  readonly authorityKind: AgencyKind;
  readonly registeredBy: Token;
  readonly kinds: readonly DocumentKind[];
  readonly anonymous: boolean;
  readonly receivedAt: Instant;
  /** Who may open the words of the request and what was found. */
  readonly readers: readonly Token[];
  /** Steps that were called overdue, each once. */
  readonly overdue: readonly AnswerStep[];
  /** The official who refused first, in whole or in part: somebody else decides for the authority. */
  readonly refusedBy?: Token;
  /** What was released stays released: a refusal after it is of the rest. */
  readonly partReleased?: boolean;
}

export type PublicAccessState =
  | { readonly status: 'UNKNOWN' }
  | (Asked &
      (
        | { readonly status: 'REGISTERED' }
        /** Redacted by an official, it is a refusal of the rest: a decision of the authority may be asked for. */
        | {
            readonly status: 'RELEASED';
            readonly redacted: boolean;
            readonly released: readonly DocumentKind[];
            readonly step: AnswerStep;
            readonly decidedBy: Token;
            readonly decidedAt: Instant;
          }
        /** By an official; the requester may ask for a decision of the authority. */
        | { readonly status: 'REFUSED'; readonly reason: RefusalReason }
        /** By the requester, or again by the court; `ordered`: what the court has said is to be released, if anything. */
        | {
            readonly status: 'DECISION_REQUESTED';
            readonly requestedOn: PlainDate;
            readonly ordered: readonly DocumentKind[];
          }
        | { readonly status: 'REFUSAL_DECIDED'; readonly reason: RefusalReason; readonly decidedAt: Instant }
        | {
            readonly status: 'REFUSAL_SERVED';
            readonly servedOn: PlainDate;
            readonly appealBy: Instant;
            readonly decidedAt: Instant | undefined;
          }
        | { readonly status: 'APPEALED'; readonly inTime: boolean; readonly receivedAt: Instant }
        | {
            readonly status: 'APPEAL_DECIDED';
            readonly outcome: AppealOutcome;
            readonly decidedOn: PlainDate;
          }
      ));

/** A request for official documents of one authority, from its registration to the court. */
export const publicAccessDecider: Decider<PublicAccessCommand, PublicAccessEvent, PublicAccessState> = {
  initialState: { status: 'UNKNOWN' },

  decide(command, state) {
    switch (command.type) {
      case 'RegisterDocumentRequest':
        return register(command.data, command.at, state);
      case 'TakeOverDocumentRequest':
        return takeOver(command.by, state);
      case 'AnswerDocumentRequest':
        return answerOfOfficial(command.data, command.at, command.by, state);
      case 'RequestAuthorityDecision':
        return requestDecision(command.data, command.at, state);
      case 'DecideDocumentRequest':
        return decisionOfAuthority(command.data, command.at, command.by, state);
      case 'RecordRefusalServed':
        return served(command.data, command.at, state);
      case 'RecordRefusalAppealed':
        return appealed(command.data, command.at, state);
      case 'RecordAppealOutcome':
        return appealDecided(command.data, command.at, state);
      case 'AlertDocumentAnswerOverdue':
        return overdue(command.data, command.at, state);
      default:
        return assertNever(command);
    }
  },

  evolve(state, event) {
    if (event.type === 'DocumentsRequested') {
      const { authority, authorityKind, registeredBy, kinds, anonymous, receivedAt, readers, requestId } =
        event.data;
      return {
        status: 'REGISTERED',
        requestId,
        readers,
        authority,
        authorityKind,
        registeredBy,
        kinds,
        anonymous,
        receivedAt,
        overdue: [],
      };
    }
    if (state.status === 'UNKNOWN') return state;
    const asked = askedOf(state);
    switch (event.type) {
      case 'DocumentRequestTakenOver':
        return { ...state, readers: [...state.readers, event.data.official] };
      case 'DocumentsReleased':
        return {
          ...asked,
          ...(event.data.redacted && event.data.step === 'OFFICIAL'
            ? { refusedBy: event.data.decidedBy }
            : {}),
          partReleased: true,
          status: 'RELEASED',
          redacted: event.data.redacted,
          released: event.data.kinds,
          step: event.data.step,
          decidedBy: event.data.decidedBy,
          decidedAt: event.data.decidedAt,
        };
      case 'DocumentsRefused':
        return { ...asked, status: 'REFUSED', reason: event.data.reason, refusedBy: event.data.decidedBy };
      case 'AuthorityDecisionRequested':
        return {
          ...asked,
          status: 'DECISION_REQUESTED',
          requestedOn: event.data.requestedOn,
          ordered: [],
        };
      case 'RefusalDecided':
        return {
          ...asked,
          status: 'REFUSAL_DECIDED',
          reason: event.data.reason,
          decidedAt: event.data.decidedAt,
        };
      case 'RefusalServed':
        return {
          ...asked,
          status: 'REFUSAL_SERVED',
          servedOn: event.data.servedOn,
          appealBy: event.data.appealBy,
          decidedAt: refusedAt(state),
        };
      case 'RefusalAppealed':
        return {
          ...asked,
          status: 'APPEALED',
          inTime: event.data.inTime,
          receivedAt: event.data.receivedAt,
        };
      case 'AppealDecided': {
        const { outcome, decidedOn, orderedKinds } = event.data;
        return leftToDecide(outcome)
          ? {
              ...asked,
              status: 'DECISION_REQUESTED',
              requestedOn: decidedOn,
              // Of before 2026-11-26 none are named: all that was asked for.
              ordered: outcome === 'CHANGED' ? (orderedKinds ?? asked.kinds) : [],
              // The clock begins anew, and so does what may be said of it.
              overdue: asked.overdue.filter((step) => step !== 'AUTHORITY'),
            }
          : { ...asked, status: 'APPEAL_DECIDED', outcome, decidedOn };
      }
      case 'DocumentAnswerOverdue':
        return { ...state, overdue: [...state.overdue, event.data.step] };
      default:
        return assertNever(event);
    }
  },
};

/** Whether an answer, a decision or a court is waited for, or an appeal may still come: until then its words are needed. */
export const isUnderWay = (state: PublicAccessState, at: Instant): boolean => {
  switch (state.status) {
    case 'REGISTERED':
    case 'DECISION_REQUESTED':
    case 'APPEALED':
      return true;
    case 'REFUSAL_SERVED':
      return at < state.appealBy;
    default:
      // Who was not served yet may appeal on any day.
      return refusedAt(state) !== undefined;
  }
};

const askedOf = ({
  requestId,
  authority,
  authorityKind,
  registeredBy,
  kinds,
  anonymous,
  receivedAt,
  readers,
  overdue,
  refusedBy,
  partReleased,
}: Asked): Asked => ({
  requestId,
  authority,
  authorityKind,
  registeredBy,
  kinds,
  anonymous,
  receivedAt,
  readers,
  overdue,
  ...(refusedBy === undefined ? {} : { refusedBy }),
  ...(partReleased === undefined ? {} : { partReleased }),
});

/** An official refused, in whole or in part, and nobody else has looked yet: the authority itself may be asked. */
const refusedByOfficial = (state: PublicAccessState): boolean =>
  state.status === 'REFUSED' || (state.status === 'RELEASED' && state.redacted && state.step === 'OFFICIAL');

/** What the court leaves the authority to do. */
const leftToDecide = (outcome: AppealOutcome): boolean => outcome === 'CHANGED' || outcome === 'REMITTED';

/** When the authority refused, in whole or in part: that is served and may be appealed. */
const refusedAt = (state: PublicAccessState): Instant | undefined => {
  if (state.status === 'REFUSAL_DECIDED' || state.status === 'REFUSAL_SERVED') return state.decidedAt;
  return state.status === 'RELEASED' && state.redacted && state.step === 'AUTHORITY'
    ? state.decidedAt
    : undefined;
};

const register = (
  { registryNumberFits, ...request }: CommandData<'RegisterDocumentRequest'>,
  at: Instant,
  state: PublicAccessState,
): readonly PublicAccessEvent[] => {
  // Its words are sealed and cannot be compared: whoever registers another under the number is told, and nothing is lost.
  ensure(state.status === 'UNKNOWN', 'public_access.already_registered');
  // A private provider is no authority: what it holds for a board is asked of the board.
  ensure(request.authorityKind !== 'HOUSING_PROVIDER', 'public_access.not_an_authority');
  ensure(request.kinds.length > 0, 'public_access.nothing_asked_for');
  // What nobody may withhold is answered by itself: asked for together, it would be refused on what protects the others.
  const open = request.kinds.filter((kind) => openKinds.includes(kind));
  ensure(open.length === 0 || open.length === request.kinds.length, 'public_access.asked_for_apart', {
    field: 'kinds',
  });
  ensure(request.receivedAt <= at, 'public_access.received_in_the_future');
  ensure(registryNumberFits, 'public_access.registry_number_not_of_this_authority');
  return [{ type: 'DocumentsRequested', data: request }];
};

const takeOver = (by: Actor, state: PublicAccessState): readonly PublicAccessEvent[] => {
  ensure(state.status !== 'UNKNOWN', 'public_access.not_registered');
  const { requestId, authority, readers: office } = state;
  if (office.includes(by.person)) return [];
  return [{ type: 'DocumentRequestTakenOver', data: { requestId, authority, official: by.person, office } }];
};

const answerOfOfficial = (
  answer: CommandData<'AnswerDocumentRequest'>,
  at: Instant,
  by: Actor,
  state: PublicAccessState,
): readonly PublicAccessEvent[] => {
  ensure(state.status !== 'UNKNOWN', 'public_access.not_registered');
  if (isRepeat(answer, state, 'OFFICIAL')) return [];
  ensure(state.status === 'REGISTERED', 'public_access.already_answered');
  return answered(answer, at, by, state, 'OFFICIAL');
};

const decisionOfAuthority = (
  answer: CommandData<'DecideDocumentRequest'>,
  at: Instant,
  by: Actor,
  state: PublicAccessState,
): readonly PublicAccessEvent[] => {
  ensure(state.status !== 'UNKNOWN', 'public_access.not_registered');
  if (isRepeat(answer, state, 'AUTHORITY')) return [];
  const waits = state.status === 'REGISTERED' || refusedByOfficial(state);
  ensure(!waits, 'public_access.no_decision_requested');
  ensure(state.status === 'DECISION_REQUESTED', 'public_access.already_answered');
  // A second look is worth something only when somebody else takes it.
  ensure(by.person !== state.refusedBy, 'public_access.four_eyes');
  // What the court has ordered is not refused again (förvaltningsprocesslagen: the decision is to be followed).
  // Part of it may be left out only of what was not ordered.
  const { ordered, kinds } = state;
  const follows =
    ordered.every((kind) => answer.kinds.includes(kind)) &&
    (answer.outcome === 'RELEASE' || (answer.outcome === 'REDACT' && without(kinds, ordered).length > 0));
  ensure(ordered.length === 0 || follows, 'public_access.court_ordered_release', { field: 'kinds' });
  return answered(answer, at, by, state, 'AUTHORITY', state.ordered);
};

/** Said already, by whoever: what is sealed cannot be compared, what is released can. */
const isRepeat = (
  { outcome, kinds }: CommandData<'AnswerDocumentRequest'>,
  state: PublicAccessState,
  step: AnswerStep,
): boolean => {
  switch (state.status) {
    case 'RELEASED':
      return (
        state.step === step &&
        outcome === (state.redacted ? 'REDACT' : 'RELEASE') &&
        sameFacts([...kinds].sort(), [...state.released].sort())
      );
    case 'REFUSED':
      return step === 'OFFICIAL' && outcome === outcomeOf(state.reason);
    case 'REFUSAL_DECIDED':
      return step === 'AUTHORITY' && outcome === outcomeOf(state.reason);
    default:
      return false;
  }
};

const without = (kinds: readonly DocumentKind[], others: readonly DocumentKind[]): readonly DocumentKind[] =>
  kinds.filter((kind) => !others.includes(kind));

const outcomeOf = (reason: RefusalReason): AnswerOutcome => (reason === 'SECRECY' ? 'REFUSE' : 'NOT_HELD');

const answered = (
  answer: CommandData<'AnswerDocumentRequest'>,
  at: Instant,
  by: Actor,
  { kinds, authorityKind, partReleased }: Asked,
  step: AnswerStep,
  ordered: readonly DocumentKind[] = [],
): readonly PublicAccessEvent[] => {
  const { requestId, outcome, findings, restFindings, assessment, copies } = answer;
  const releases = outcome === 'RELEASE' || outcome === 'REDACT';
  ensure(releases === (copies !== undefined), 'public_access.copies_go_with_a_release');
  ensure(releases === answer.kinds.length > 0, 'public_access.kinds_go_with_a_release');
  ensure(
    (releases && answer.kinds.includes('STATISTICS')) === (answer.smallestFigure !== undefined),
    'public_access.small_figures_not_looked_at',
  );
  ensure(outcome === 'REDACT' || restFindings === undefined, 'public_access.rest_goes_with_a_part', {
    field: 'restFindings',
  });
  const on = plainDateOf(at);
  const decided = { requestId, decidedBy: by.person, decidedAt: at, assessment };
  /** Of what something may be withheld: not of what the court has ordered. */
  const withheld = without(kinds, ordered);
  const letterFor = (reason: LetterReason): WrittenLetter =>
    writeLetter({ authorityKind, step, reason, kinds, decidedOn: on }, withheld).written;
  // Secrecy needs a provision and a test of each that the letter names. Where nothing is there it is tested as if it were:
  // that makes no difference here, nor to who asks.
  const ensureSecret = (found: readonly HarmFinding[], field: 'findings' | 'restFindings'): void => {
    const provisions = provisionsFor(withheld, authorityKind, on);
    ensure(provisions.length > 0, 'public_access.nothing_to_refuse_on', { field: 'outcome' });
    const stands = provisions.filter((rule) => standsInTheWay(rule, found, { field }));
    ensure(stands.length > 0, 'public_access.nothing_stands_in_the_way', { field });
  };
  const refusal = (reason: RefusalReason): PublicAccessEvent => ({
    type: step === 'OFFICIAL' ? 'DocumentsRefused' : 'RefusalDecided',
    data: { ...decided, reason, letter: letterFor(partReleased ? 'REST' : reason) },
  });
  switch (outcome) {
    case 'NOT_HELD':
      // "We have none" is an answer about somebody as soon as what was asked for could be about somebody.
      ensure(
        kinds.every((kind) => openKinds.includes(kind)),
        'public_access.would_confirm_or_deny',
      );
      // Some of it was held. Who finds nothing more has released all that there is, and says so with RELEASE.
      ensure(!partReleased, 'public_access.part_was_released', { field: 'outcome' });
      return [refusal('NOT_HELD')];
    case 'REFUSE':
      ensureSecret(findings, 'findings');
      return [refusal('SECRECY')];
    case 'RELEASE':
    case 'REDACT': {
      // What is left out is refused: said plainly, so that the requester may have it tried.
      ensure(
        answer.kinds.every((kind) => kinds.includes(kind)) &&
          (outcome === 'REDACT' || kinds.every((kind) => answer.kinds.includes(kind))),
        'public_access.released_other_than_asked',
      );
      if (outcome === 'REDACT') ensureSecret(restFindings ?? [], 'restFindings');
      ensure(
        ordered.includes('STATISTICS') || (answer.smallestFigure ?? smallestReleased) >= smallestReleased,
        'public_access.small_figures',
      );
      // The court has tested what it orders.
      ensureHarmless(without(answer.kinds, ordered), authorityKind, on, findings);
      return [
        {
          type: 'DocumentsReleased',
          data: {
            ...decided,
            step,
            kinds: answer.kinds,
            redacted: outcome === 'REDACT',
            ...(outcome === 'REDACT' ? { letter: letterFor('IN_PART') } : {}),
            tested: provisionsFor(answer.kinds, authorityKind, on).map(({ provision }) => provision),
            copies: copies!,
          },
        },
      ];
    }
    default:
      return assertNever(outcome);
  }
};

/**
 * Whether what was found under a provision keeps it secret: under a straight test harm alone, under a reverse one doubt, too.
 * @throws DomainError unless it was tested, and said once
 */
const standsInTheWay = (
  { provision, test }: ProvisionTest,
  findings: readonly HarmFinding[],
  where: { readonly field?: string } = {},
): boolean => {
  const [found, again] = findings.filter((one) => one.provision === provision);
  ensure(found !== undefined && again === undefined, 'public_access.not_tested', { provision, ...where });
  return test === 'STRAIGHT' ? found.harm === 'HARM' : found.harm !== 'NO_HARM';
};

/** None of the provisions that must be tested stands in the way. */
const ensureHarmless = (
  kinds: readonly DocumentKind[],
  authority: AgencyKind,
  on: PlainDate,
  findings: readonly HarmFinding[],
): void =>
  provisionsFor(kinds, authority, on).forEach((rule) =>
    ensure(!standsInTheWay(rule, findings), 'public_access.secret', {
      provision: rule.provision,
      test: rule.test,
    }),
  );

const requestDecision = (
  data: CommandData<'RequestAuthorityDecision'>,
  at: Instant,
  state: PublicAccessState,
): readonly PublicAccessEvent[] => {
  ensure(state.status !== 'UNKNOWN', 'public_access.not_registered');
  if (state.status === 'DECISION_REQUESTED' && state.requestedOn === data.requestedOn) return [];
  ensure(refusedByOfficial(state), 'public_access.nothing_was_refused');
  ensure(data.requestedOn <= plainDateOf(at), 'public_access.received_in_the_future');
  ensure(data.requestedOn >= plainDateOf(state.receivedAt), 'public_access.before_what_it_is_about');
  return [{ type: 'AuthorityDecisionRequested', data }];
};

const served = (
  data: CommandData<'RecordRefusalServed'>,
  at: Instant,
  state: PublicAccessState,
): readonly PublicAccessEvent[] => {
  ensure(state.status !== 'UNKNOWN', 'public_access.not_registered');
  if (state.status === 'REFUSAL_SERVED' && state.servedOn === data.servedOn) return [];
  const decidedAt = refusedAt(state);
  ensure(decidedAt !== undefined, 'public_access.no_decision_to_serve');
  ensure(
    data.servedOn <= plainDateOf(at) && data.servedOn >= plainDateOf(decidedAt),
    'public_access.served_at_another_time',
  );
  return [{ type: 'RefusalServed', data }];
};

const appealed = (
  { requestId, receivedAt }: CommandData<'RecordRefusalAppealed'>,
  at: Instant,
  state: PublicAccessState,
): readonly PublicAccessEvent[] => {
  ensure(state.status !== 'UNKNOWN', 'public_access.not_registered');
  if (state.status === 'APPEALED' || state.status === 'APPEAL_DECIDED') return [];
  const decidedAt = refusedAt(state);
  ensure(decidedAt !== undefined, 'public_access.nothing_to_appeal');
  ensure(receivedAt <= at, 'public_access.received_in_the_future');
  ensure(receivedAt >= decidedAt, 'public_access.before_what_it_is_about');
  // Who was never served is not late. Whether a late one is dismissed is said in a decision of its own.
  const inTime = state.status !== 'REFUSAL_SERVED' || receivedAt < state.appealBy;
  return [{ type: 'RefusalAppealed', data: { requestId, receivedAt, inTime } }];
};

/** What the court said, from its decision as it reached the authority. */
const appealDecided = (
  { decideBy, orderedKinds, ...decision }: CommandData<'RecordAppealOutcome'>,
  at: Instant,
  state: PublicAccessState,
): readonly PublicAccessEvent[] => {
  ensure(state.status !== 'UNKNOWN', 'public_access.not_registered');
  const { outcome, decidedOn } = decision;
  if (state.status === 'APPEAL_DECIDED') {
    ensure(
      state.outcome === outcome && state.decidedOn === decidedOn,
      'public_access.appeal_already_decided',
    );
    return [];
  }
  ensure(state.status === 'APPEALED', 'public_access.no_appeal_to_decide');
  ensure(
    decidedOn <= plainDateOf(at) && decidedOn >= plainDateOf(state.receivedAt),
    'public_access.decided_at_another_time',
  );
  const { kinds } = state;
  const ordered = outcome === 'CHANGED' ? (orderedKinds ?? kinds) : undefined;
  ensure(
    orderedKinds === undefined ||
      (outcome === 'CHANGED' && orderedKinds.length > 0 && without(orderedKinds, kinds).length === 0),
    'public_access.ordered_other_than_asked',
    { field: 'orderedKinds' },
  );
  return [
    {
      type: 'AppealDecided',
      data: {
        ...decision,
        ...(ordered && { orderedKinds: ordered }),
        ...(leftToDecide(outcome) ? { decideBy } : {}),
      },
    },
  ];
};

const overdue = (
  { requestId, step, dueAt }: CommandData<'AlertDocumentAnswerOverdue'>,
  at: Instant,
  state: PublicAccessState,
): readonly PublicAccessEvent[] => {
  // A clock that comes too late is no news.
  const waits =
    (step === 'OFFICIAL' && state.status === 'REGISTERED') ||
    (step === 'AUTHORITY' && state.status === 'DECISION_REQUESTED');
  if (!waits || state.overdue.includes(step) || at < dueAt) return [];
  return [{ type: 'DocumentAnswerOverdue', data: { requestId, step, dueAt } }];
};
