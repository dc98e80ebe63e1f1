import { addHours, assertNever, DomainError, ensure, plainDateOf, threatLevels } from '#kernel';
import type { Decider, HousingForm, Instant, PlainDate, ThreatLevel, Token } from '#kernel';
import type { AssessmentFacts, ConsentCommand } from './consent.commands.js';
import type { ConsentEvent, CounterTerms, PreparedAnswer } from './consent.events.js';

type DataOf<Type extends ConsentEvent['type']> = Extract<ConsentEvent, { type: Type }>['data'];

export interface Candidate {
  /** ASKED: it carried a proposal, and a new proposal needs a new check. */
  readonly status: 'CLEAR' | 'REFERRED' | 'NOT_AVAILABLE' | 'EXPIRED' | 'ASKED' | 'CHECK_AGAIN';
  /** When the rings were run, or Police looked again. */
  readonly checkedAt: Instant;
  readonly check: DataOf<'CandidateChecked'>;
}

/** What every stage of a proposal knows. */
export interface Proposal {
  readonly id: string;
  readonly candidateId: string;
  readonly board: Token;
  readonly level: ThreatLevel;
  readonly startOn: PlainDate;
  readonly housingForm: HousingForm;
  /** Of the receiving board while it is asked, of the home board while a counter-proposal waits. */
  readonly answerBy: Instant;
  readonly counterRounds: number;
}

interface Known {
  readonly candidates: Readonly<Record<string, Candidate>>;
  /** Proposals that are over: what is repeated about them changes nothing. */
  readonly closed: readonly string[];
  /** Steps that ever asked for attention, and whether somebody has seen to them since. */
  readonly attention: Readonly<Record<string, 'OPEN' | 'SETTLED'>>;
}

export type ConsentState = Known &
  (
    | { readonly status: 'MATCHING' }
    | { readonly status: 'ORDERED'; readonly proposal: Proposal }
    | {
        readonly status: 'PROPOSED';
        readonly proposal: Proposal;
        readonly reminded: boolean;
        readonly prepared?: { readonly answer: PreparedAnswer; readonly by: Token };
      }
    | { readonly status: 'COUNTERED'; readonly proposal: Proposal; readonly terms: CounterTerms }
    | { readonly status: 'ACCEPTED'; readonly proposal: Proposal; readonly decidedBy: Token }
  );

/** How many checks of one case may be made within 24 hours, from 2026-11-26 on. */
export const checksADay = 20;

/**
 * Whether a municipality takes the person. One proposal at a time; silence is never consent, and an answer after its
 * time is refused by time, whether or not a timer has fired. `candidateId` names one check of one municipality: a new
 * check is a new id.
 */
export const consentDecider: Decider<ConsentCommand, ConsentEvent, ConsentState> = {
  initialState: { status: 'MATCHING', candidates: {}, closed: [], attention: {} },

  decide(command, state) {
    switch (command.type) {
      case 'CheckCandidate': {
        const { requested, noGoPlaces, exposedAreas, waiverActive, referralDueAt, ...rest } = command.data;
        const check = { ...rest, checkedAt: command.at };
        if (state.candidates[check.candidateId]) return [];
        ensure(requested, 'consent.not_requested');
        ensure(waiverActive, 'consent.waiver_lapsed');
        // A verdict says something of a place: who asks of every place maps the country.
        const dayAgo = addHours(command.at, -24);
        const lately = Object.values(state.candidates)
          .map(({ check: { checkedAt } }) => checkedAt)
          .filter((checkedAt) => checkedAt > dayAgo)
          .sort();
        const leaving = lately.at(-checksADay);
        if (leaving !== undefined)
          throw new DomainError('consent.too_many_checks', { max: checksADay, from: addHours(leaving, 24) });
        ensure(!noGoPlaces.includes(check.municipality), 'consent.no_go_place');
        // A place of the person became known: not there again, and nowhere near it.
        ensure(!exposedAreas.includes(check.area), 'consent.no_go_place');
        if (check.verdict === 'CLEAR') return [{ type: 'CandidateChecked', data: check }];
        ensure(
          referralDueAt !== undefined && referralDueAt > command.at,
          'consent.referral_without_deadline',
        );
        return [{ type: 'CandidateChecked', data: { ...check, referralDueAt } }];
      }

      case 'AnswerReferral': {
        const { caseId, candidateId, answer } = command.data;
        const candidate = candidateOf(state, candidateId);
        ensure(command.by.organisation === candidate.check.receivingPolice, 'consent.not_asked');
        const answered = answer === 'CLEAR' ? 'CLEAR' : 'NOT_AVAILABLE';
        if (candidate.check.verdict === 'REFER_TO_POLICE' && candidate.status === answered) return [];
        // By time: nobody needs to have dropped the candidate yet.
        ensure(
          candidate.status !== 'EXPIRED' && command.at < (candidate.check.referralDueAt ?? command.at),
          'consent.answer_too_late',
        );
        ensure(candidate.status === 'REFERRED', 'consent.already_answered');
        return [{ type: 'ReferralAnswered', data: { caseId, candidateId, answer, answeredAt: command.at } }];
      }

      case 'ExpireReferral': {
        const candidate = candidateOf(state, command.data.candidateId);
        if (candidate.status !== 'REFERRED') return [];
        ensure(command.at >= (candidate.check.referralDueAt ?? command.at), 'consent.not_due');
        return [{ type: 'ReferralExpired', data: command.data }];
      }

      case 'OrderProposal': {
        const {
          assessment,
          waiverActive,
          registerChanges,
          exposedAreas,
          disqualified,
          checkMaxAgeHours,
          ...order
        } = command.data;
        if (isKnown(state, order.proposalId)) return [];
        ensure(state.status === 'MATCHING', 'consent.proposal_open');
        ensure(waiverActive, 'consent.waiver_lapsed');
        ensureValid(assessment, command.at);
        const candidate = candidateOf(state, order.candidateId);
        ensure(candidate.status === 'CLEAR', 'consent.candidate_not_available');
        ensure(!exposedAreas.includes(candidate.check.area), 'consent.no_go_place');
        ensure(addHours(candidate.checkedAt, checkMaxAgeHours) > command.at, 'consent.check_too_old');
        // Also where Police have answered since: they were asked about what the register said at the check.
        ensure(candidate.check.registerChanges === registerChanges, 'consent.check_again');
        // Between the check and now somebody may have declared to be disqualified.
        const able = (persons: readonly string[]) => persons.filter((one) => !disqualified.includes(one));
        const boardContacts = able(candidate.check.boardContacts);
        ensure(boardContacts.length > 0, 'consent.nobody_to_ask');
        ensure(
          order.answerBy > command.at && order.remindAt <= order.answerBy,
          'consent.answer_time_invalid',
        );
        ensure(
          order.adults >= 0 && order.children >= 0 && order.adults + order.children >= 1,
          'consent.places_invalid',
        );
        const { municipality, board, area, areaRevision, receivingPolice } = candidate.check;
        return [
          {
            type: 'ProposalOrdered',
            data: {
              ...order,
              municipality,
              board,
              boardContacts,
              area,
              areaRevision,
              receivingPolice,
              receivingPoliceContacts: able(candidate.check.receivingPoliceContacts),
              level: assessment.level,
              assessmentVersion: assessment.version,
              round: state.closed.length + 1,
            },
          },
        ];
      }

      case 'ConfirmProposal': {
        const { caseId, proposalId } = command.data;
        ensureKnown(state, proposalId);
        ensure(isCurrent(state, proposalId), 'consent.proposal_closed');
        if (state.status !== 'ORDERED') return [];
        const { board, answerBy } = state.proposal;
        ensure(command.at < answerBy, 'consent.answer_time_invalid');
        return [{ type: 'PlacementProposed', data: { caseId, proposalId, board, answerBy } }];
      }

      case 'AbandonProposal': {
        ensureKnown(state, command.data.proposalId);
        if (!isCurrent(state, command.data.proposalId)) return [];
        // Once a board has been asked, the proposal is withdrawn: that board must be told.
        ensure(state.status === 'ORDERED', 'consent.already_asked');
        return [{ type: 'ProposalAbandoned', data: command.data }];
      }

      case 'RemindProposal': {
        const { caseId, proposalId } = command.data;
        ensureKnown(state, proposalId);
        const waits = isCurrent(state, proposalId) && state.status === 'PROPOSED';
        if (!waits || state.reminded || command.at >= state.proposal.answerBy) return [];
        return [{ type: 'ProposalReminded', data: { caseId, proposalId } }];
      }

      case 'PrepareAnswer': {
        const { caseId, proposalId, answer } = command.data;
        const asked = askedNow(command, state, proposalId);
        ensureSensible(answer, command.at);
        if (asked.prepared?.by === command.by.person && sameAnswer(asked.prepared.answer, answer)) return [];
        return [
          { type: 'AnswerPrepared', data: { caseId, proposalId, answer, preparedBy: command.by.person } },
        ];
      }

      case 'DecideAnswer':
        return decideAnswer(command, state);

      case 'ApproveCounterProposal': {
        const { caseId, proposalId, answerBy, assessment } = command.data;
        const { proposal, terms } = counteredNow(command.at, state, proposalId);
        ensureValid(assessment, command.at);
        // A higher level is another question to the receiving board than the one it answered.
        ensure(rank(assessment.level) <= rank(proposal.level), 'consent.level_changed');
        ensure(answerBy > command.at, 'consent.answer_time_invalid');
        const startOn = terms.kind === 'START_DATE' ? terms.startOn : proposal.startOn;
        return [
          {
            type: 'CounterProposalApproved',
            data: { caseId, proposalId, terms, startOn, answerBy, assessmentVersion: assessment.version },
          },
        ];
      }

      case 'RejectCounterProposal': {
        counteredNow(command.at, state, command.data.proposalId);
        return [{ type: 'CounterProposalRejected', data: command.data }];
      }

      case 'ExpireProposal': {
        ensureKnown(state, command.data.proposalId);
        const waits =
          isCurrent(state, command.data.proposalId) &&
          (state.status === 'PROPOSED' || state.status === 'COUNTERED');
        if (!waits) return [];
        ensure(command.at >= state.proposal.answerBy, 'consent.not_due');
        return [{ type: 'ProposalExpired', data: command.data }];
      }

      case 'WithdrawProposal':
        ensureKnown(state, command.data.proposalId);
        return isCurrent(state, command.data.proposalId)
          ? [{ type: 'ProposalWithdrawn', data: command.data }]
          : [];

      case 'RequestAttention':
        // Always a fact: the same trouble may come again after somebody has dealt with it.
        return [{ type: 'AttentionRequested', data: command.data }];

      case 'SettleAttention': {
        ensure(command.by.agencyKind === 'NATIONAL_COORDINATOR', 'consent.not_coordinator');
        const { step } = command.data;
        // Own fields only: the name of the step comes from outside.
        ensure(Object.hasOwn(state.attention, step), 'consent.nothing_to_settle');
        return state.attention[step] === 'OPEN' ? [{ type: 'AttentionSettled', data: command.data }] : [];
      }

      default:
        return assertNever(command);
    }
  },

  evolve(state, event) {
    const { candidates, closed, attention } = state;
    switch (event.type) {
      case 'CandidateChecked':
        return withCandidate(state, event.data.candidateId, {
          status: event.data.verdict === 'CLEAR' ? 'CLEAR' : 'REFERRED',
          checkedAt: event.data.checkedAt,
          check: event.data,
        });
      case 'ReferralAnswered':
        return updateCandidate(state, event.data.candidateId, {
          status: event.data.answer,
          checkedAt: event.data.answeredAt,
        });
      case 'ReferralExpired':
        return updateCandidate(state, event.data.candidateId, { status: 'EXPIRED' });
      case 'ProposalOrdered': {
        const { proposalId, candidateId, board, level, startOn, housingForm, answerBy } = event.data;
        return {
          status: 'ORDERED',
          candidates: updateCandidate(state, candidateId, { status: 'ASKED' }).candidates,
          closed,
          attention,
          proposal: {
            id: proposalId,
            candidateId,
            board,
            level,
            startOn,
            housingForm,
            answerBy,
            counterRounds: 0,
          },
        };
      }
      case 'AttentionRequested':
        return { ...state, attention: { ...attention, [event.data.step]: 'OPEN' } };
      case 'AttentionSettled':
        return { ...state, attention: { ...attention, [event.data.step]: 'SETTLED' } };
      default:
    }
    if (state.status === 'MATCHING' || state.proposal.id !== event.data.proposalId) return state;
    const { proposal } = state;
    const over = (candidate: Candidate['status']): ConsentState => ({
      status: 'MATCHING',
      candidates: updateCandidate(state, proposal.candidateId, { status: candidate }).candidates,
      closed: [...closed, proposal.id],
      attention,
    });
    switch (event.type) {
      case 'PlacementProposed':
        return { status: 'PROPOSED', candidates, closed, attention, proposal, reminded: false };
      case 'ProposalAbandoned':
        return over(event.data.reason === 'CHECK_AGAIN' ? 'CHECK_AGAIN' : 'CLEAR');
      case 'ProposalReminded':
        return state.status === 'PROPOSED' ? { ...state, reminded: true } : state;
      case 'AnswerPrepared':
        return state.status === 'PROPOSED'
          ? { ...state, prepared: { answer: event.data.answer, by: event.data.preparedBy } }
          : state;
      case 'PlacementAccepted':
        return {
          status: 'ACCEPTED',
          candidates,
          closed,
          attention,
          proposal,
          decidedBy: event.data.decidedBy,
        };
      case 'CounterProposed': {
        const { terms, round, answerBy } = event.data;
        const countered = { ...proposal, counterRounds: round, answerBy };
        return { status: 'COUNTERED', candidates, closed, attention, proposal: countered, terms };
      }
      case 'CounterProposalApproved': {
        const { terms, startOn, answerBy } = event.data;
        const housingForm = terms.kind === 'HOUSING' ? terms.housingForm : proposal.housingForm;
        const changed = { ...proposal, startOn, housingForm, answerBy };
        return { status: 'PROPOSED', candidates, closed, attention, proposal: changed, reminded: false };
      }
      case 'PlacementDeclined':
      case 'CounterProposalRejected':
      case 'ProposalExpired':
      case 'ProposalWithdrawn':
        return over('ASKED');
      default:
        return assertNever(event);
    }
  },
};

const decideAnswer = (
  command: Extract<ConsentCommand, { type: 'DecideAnswer' }>,
  state: ConsentState,
): readonly ConsentEvent[] => {
  const { caseId, proposalId, answer } = command.data;
  const decidedBy = command.by.person;
  if (
    state.status === 'ACCEPTED' &&
    state.proposal.id === proposalId &&
    state.decidedBy === decidedBy &&
    answer.kind === 'ACCEPT'
  )
    return [];
  const { proposal, prepared } = askedNow(command, state, proposalId);
  ensure(prepared !== undefined, 'consent.not_prepared');
  ensure(prepared.by !== decidedBy, 'consent.four_eyes');
  ensure(sameAnswer(prepared.answer, answer), 'consent.answer_differs');
  switch (answer.kind) {
    case 'ACCEPT': {
      const { receivers = [], provider, directors = [], housing } = command.data;
      ensure(
        receivers.length >= 1 && receivers.length <= 2 && new Set(receivers).size === receivers.length,
        'consent.receivers_invalid',
      );
      ensure(
        provider !== undefined && housing !== undefined && directors.length > 0,
        'consent.acceptance_incomplete',
      );
      return [
        {
          type: 'PlacementAccepted',
          data: { caseId, proposalId, decidedBy, receivers, provider, directors, housing },
        },
      ];
    }
    case 'DECLINE':
      return [{ type: 'PlacementDeclined', data: { caseId, proposalId, reason: answer.reason, decidedBy } }];
    case 'COUNTER': {
      ensureSensible(answer, command.at);
      const { counterAnswerBy: answerBy, maxCounterRounds } = command.data;
      const round = proposal.counterRounds + 1;
      ensure(round <= maxCounterRounds, 'consent.too_many_counter_proposals', { max: maxCounterRounds });
      ensure(answerBy > command.at, 'consent.answer_time_invalid');
      return [
        {
          type: 'CounterProposed',
          data: { caseId, proposalId, terms: answer.terms, round, decidedBy, answerBy },
        },
      ];
    }
    default:
      return assertNever(answer);
  }
};

/** The proposal that the caller's board is asked at this instant, or the reason why it is not. */
const askedNow = (
  command: Extract<ConsentCommand, { type: 'PrepareAnswer' | 'DecideAnswer' }>,
  state: ConsentState,
  proposalId: string,
) => {
  ensureKnown(state, proposalId);
  // Asked first, so that another board learns nothing about the stage.
  const own = isCurrent(state, proposalId);
  if (own) ensure(command.by.organisation === state.proposal.board, 'consent.not_asked');
  ensure(own, 'consent.proposal_closed');
  if (state.status === 'COUNTERED' || state.status === 'ACCEPTED')
    throw new DomainError('consent.already_answered');
  ensure(state.status === 'PROPOSED', 'consent.not_asked');
  ensure(command.at < state.proposal.answerBy, 'consent.answer_too_late');
  return state;
};

const counteredNow = (at: Instant, state: ConsentState, proposalId: string) => {
  ensureKnown(state, proposalId);
  ensure(isCurrent(state, proposalId), 'consent.proposal_closed');
  ensure(state.status === 'COUNTERED', 'consent.no_counter_proposal');
  ensure(at < state.proposal.answerBy, 'consent.answer_too_late');
  return state;
};

const candidateOf = (state: ConsentState, candidateId: string): Candidate => {
  const candidate = state.candidates[candidateId];
  ensure(candidate !== undefined, 'consent.unknown_candidate');
  return candidate;
};

function ensureValid(
  assessment: AssessmentFacts | undefined,
  at: Instant,
): asserts assessment is AssessmentFacts {
  ensure(assessment !== undefined && assessment.validUntil > at, 'consent.stale_assessment');
}

const ensureSensible = (answer: PreparedAnswer, at: Instant): void => {
  if (answer.kind === 'COUNTER' && answer.terms.kind === 'START_DATE')
    ensure(answer.terms.startOn >= plainDateOf(at), 'consent.start_in_the_past');
};

const isCurrent = (
  state: ConsentState,
  proposalId: string,
): state is Exclude<ConsentState, { status: 'MATCHING' }> =>
  state.status !== 'MATCHING' && state.proposal.id === proposalId;

const isKnown = (state: ConsentState, proposalId: string): boolean =>
  isCurrent(state, proposalId) || state.closed.includes(proposalId);

const ensureKnown = (state: ConsentState, proposalId: string): void =>
  ensure(isKnown(state, proposalId), 'consent.unknown_proposal');

const withCandidate = (state: ConsentState, id: string, candidate: Candidate): ConsentState => ({
  ...state,
  candidates: { ...state.candidates, [id]: candidate },
});

const updateCandidate = (state: ConsentState, id: string, change: Partial<Candidate>): ConsentState => {
  const candidate = state.candidates[id];
  return candidate ? withCandidate(state, id, { ...candidate, ...change }) : state;
};

const rank = (level: ThreatLevel): number => threatLevels.indexOf(level);

const sameAnswer = (one: PreparedAnswer, other: PreparedAnswer): boolean => {
  if (one.kind === 'DECLINE' && other.kind === 'DECLINE') return one.reason === other.reason;
  if (one.kind === 'COUNTER' && other.kind === 'COUNTER') return sameTerms(one.terms, other.terms);
  return one.kind === other.kind;
};

const sameTerms = (one: CounterTerms, other: CounterTerms): boolean =>
  one.kind === 'START_DATE'
    ? other.kind === 'START_DATE' && one.startOn === other.startOn
    : other.kind === 'HOUSING' && one.housingForm === other.housingForm;
