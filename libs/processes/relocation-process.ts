import { addHours, deadline, derivedId, startOfDay, streamName, threatLevels } from '#kernel';
import type {
  Instant,
  ProcessInput,
  ProcessManager,
  ProcessOutput,
  RoadKind,
  SealedRef,
  ThreatLevel,
  Token,
} from '#kernel';
import type { Rules } from '#domain/coordination';
import type { DisclosureEndReason, Foot, Purpose } from '#domain/disclosure';
import type { ClearanceRefusal, PlacementEndReason } from '#domain/placement';
import { type CloseCode, settledCodes } from '#domain/relocation';
import { legalBasisOf, secrecyAtHolder, secrecyOfAlarmPlan } from './disclosure-law.js';
import { followUpDueAt } from './follow-ups.js';
import {
  adviceOf,
  asHandled,
  type CaseState,
  evolveRelocation,
  handledTypes,
  hasActivePlacement,
  isBeforeClearance,
  keyOf,
  mayStandThere,
  type Proposal,
  proposalOf,
  type RelocationProcessState,
  type Telling,
} from './relocation-state.js';
import { type Agency, asSent, type DiscloseData, send, type Sent } from './system-commands.js';

/** What the process needs beside its input: the coordination rules in force when the input happened. */
export interface RelocationFacts {
  readonly rules: Rules;
}

type Outputs = readonly ProcessOutput[];
type EventInput = Extract<ProcessInput, { kind: 'event' }>;
const nothing: Outputs = [];

/**
 * The only place that knows all contexts: one instance per case (id = caseId). It reads coded facts and tokens, points
 * at envelopes by where they lie, and never opens one. Deadlines are named `<kind>` or `<kind>:<id>`.
 */
export const relocationProcess: ProcessManager<RelocationProcessState, RelocationFacts> = {
  name: 'relocation',
  handles: handledTypes,
  initialState: { status: 'UNKNOWN' },
  evolve: evolveRelocation,

  route(recorded) {
    const event = asHandled(recorded);
    return event.type === 'AreaRechecked'
      ? [...new Set(event.data.conflicts.map(({ caseId }) => caseId))]
      : [event.data.caseId];
  },

  react(input, state, facts) {
    if (state.status === 'ENDED') return nothing;
    if (state.status === 'UNKNOWN') {
      const event = input.kind === 'event' ? asHandled(input.event) : undefined;
      if (event?.type !== 'CaseOpened') return nothing;
      const { caseId, subject, board } = event.data;
      return [send('ClaimSubject', { caseId, subject }, { organisation: board, agencyKind: 'SOCIAL_BOARD' })];
    }
    const outputs = reactions(input, state, facts.rules);
    return [...outputs, ...endIfDone(input, outputs, state)];
  },
};

const reactions = (input: ProcessInput, state: CaseState, rules: Rules): Outputs => {
  switch (input.kind) {
    case 'event':
      return onEvent(input, state, rules);
    case 'deadline':
      return onDeadline(input, state);
    case 'refused':
      return onRefusal(asSent(input.command), input.code, state);
    case 'accepted':
      return onAccepted(asSent(input.command), state, rules);
  }
};

/**
 * Closed, and nobody awaited any more: the claim is given back, and then it is over. Not before: while somebody may be
 * standing at a place, the same person is placed nowhere else.
 */
const endIfDone = (input: ProcessInput, outputs: Outputs, before: CaseState): Outputs => {
  let after: RelocationProcessState = evolveRelocation(before, { input });
  for (const output of outputs) after = evolveRelocation(after, { output });
  if (after.status !== 'CLOSING' || after.proposals.length > 0) return nothing;
  if (after.claim === 'RELEASED') return [{ kind: 'end' }];
  if (after.claim === 'RELEASING') return nothing;
  const { caseId, subject } = after;
  return [send('ReleaseClaim', { caseId, subject }, homeBoardOf(after))];
};

// --- events ---------------------------------------------------------------------------------------------------------

const onEvent = (input: EventInput, state: CaseState, rules: Rules): Outputs => {
  const event = asHandled(input.event);
  const at = input.event.metadata.occurredAt;
  const found = 'proposalId' in event.data ? proposalOf(state, event.data.proposalId) : undefined;
  const closing = state.status === 'CLOSING';
  switch (event.type) {
    case 'CaseOpened':
    case 'SubjectClaimed':
    // The coordinator reads it from the claim stream; here it keeps proposals from being made.
    case 'SubjectClaimContested':
    case 'ClaimReleased':
    case 'LoweringProposed':
      return nothing;

    case 'CaseClosed':
      return closing ? nothing : closeCase(state, event.data.code);

    case 'WaiverSigned':
      return closing || event.data.version <= state.waiver.version ? nothing : renewTellings(input, state);

    case 'WaiverWithdrawn': {
      if (event.data.version !== state.waiver.version || state.waiver.status !== 'ACTIVE') return nothing;
      // The tellings of the waiver were ended by the withdrawal itself: only the rest is undone here.
      const rest = { ...state, tellings: state.tellings.filter(({ data }) => data.foot !== 'WAIVER') };
      return [
        // But one may be issued and not sent yet, and a new waiver signed meanwhile would carry it.
        ...state.tellings
          .filter(({ data, lapsed }) => !lapsed && data.foot === 'WAIVER')
          .map((telling) => endTelling(state, telling, 'WAIVER_WITHDRAWN')),
        ...rest.proposals.flatMap((proposal) => cancel(rest, proposal, 'WAIVER_WITHDRAWN')),
        ...(state.needs && !closing
          ? [orderReassessment(state, 'WITHDRAWAL', deadline(rules.clocks.threatAssessment, at))]
          : nothing),
      ];
    }

    case 'RelocationRequested': {
      if (closing || state.needs) return nothing;
      const needs = ofClass(input, 'needs');
      const tellings = [
        tell(input, state, homeBoardOf(state), {
          recipientKind: 'HOME_POLICE',
          recipient: state.police,
          persons: state.policeContacts,
          purpose: 'THREAT_ASSESSMENT',
          refs: state.identity,
        }),
        tell(input, state, homeBoardOf(state), {
          recipientKind: 'NATIONAL_COORDINATOR',
          recipient: state.coordinator,
          persons: state.coordinatorContacts,
          purpose: 'COORDINATION',
          refs: needs,
        }),
      ];
      if (state.assessment) return tellings;
      const dueAt = deadline(rules.clocks.threatAssessment, at);
      return [
        ...tellings,
        orderReassessment(state, 'FIRST', dueAt),
        { kind: 'set-deadline', name: 'threat-assessment', dueAt },
      ];
    }

    case 'ThreatAssessed':
    case 'LoweringConfirmed': {
      const { version, level, validUntil } = event.data;
      if (closing || version <= (state.assessment?.version ?? 0)) return nothing;
      const advice = adviceOf(state, event, input.sealed);
      return [
        ...clear(state, 'threat-assessment'),
        ...(advice.length > 0
          ? [
              tell(input, state, homePoliceOf(state), {
                recipientKind: 'HOME_BOARD',
                recipient: state.board,
                persons: state.officers,
                purpose: 'SUPPORT',
                expiresAt: validUntil,
                refs: advice,
              }),
              // Whoever acts by the alarm plan acts by the new one.
              ...state.proposals
                .filter((proposal) => mayStandThere(proposal))
                .flatMap((proposal) => [
                  ...tellAdvice(input, state, proposal, advice),
                  ...endAdvice(state, proposal),
                ]),
            ]
          : nothing),
        // The safety clock: the next assessment is ordered before this one runs out.
        {
          kind: 'set-deadline',
          name: 'reassessment',
          dueAt: addHours(validUntil, -rules.reassessmentLeadHours[level]),
        },
        { kind: 'set-deadline', name: 'assessment-expiry', dueAt: validUntil },
        // Whoever said yes said it to a lower level.
        ...state.proposals
          .filter((proposal) => isBeforeClearance(proposal) && rank(level) > rank(proposal.level))
          .flatMap((proposal) => cancel(state, proposal, 'LEVEL_CHANGED')),
      ];
    }

    case 'ConflictEntriesRecorded':
      return state.lastEntries === input.event.id
        ? nothing
        : state.proposals.map((proposal) =>
            send('RecheckArea', { area: proposal.area }, receivingPoliceOf(proposal)),
          );

    case 'CandidateChecked': {
      const { candidateId, referralDueAt } = event.data;
      return closing || state.candidates.includes(candidateId) || referralDueAt === undefined
        ? nothing
        : [{ kind: 'set-deadline', name: `referral:${candidateId}`, dueAt: referralDueAt }];
    }
    case 'ReferralAnswered':
    case 'ReferralExpired':
      return clear(state, `referral:${event.data.candidateId}`);

    case 'ProposalOrdered': {
      if (state.ordered.includes(event.data.proposalId)) return nothing;
      const { caseId, proposalId, subject, area, municipality, areaRevision, level } = event.data;
      const abandon = (reason: 'CHECK_AGAIN' | 'NOT_AVAILABLE' | 'WAIVER_LAPSED'): Outputs => [
        send('AbandonProposal', { caseId, proposalId, reason }, coordinatorOf(state)),
        // Nothing is reserved, and releasing nothing is quiet; but it is the sign that nothing is held any more.
        send('ReleaseArea', { area, caseId, proposalId }, coordinatorOf(state)),
      ];
      if (closing) return abandon('NOT_AVAILABLE');
      if (state.waiver.status !== 'ACTIVE') return abandon('WAIVER_LAPSED');
      // At most one open case per person may be placed: this one waits for another.
      if (state.claim !== 'HELD') return abandon('NOT_AVAILABLE');
      if (state.assessment && rank(state.assessment.level) > rank(level)) return abandon('CHECK_AGAIN');
      if (state.staleCandidates.includes(event.data.candidateId)) return abandon('CHECK_AGAIN');
      return [
        send(
          'ReserveArea',
          { area, caseId, subject, proposalId, municipality, checkedRevision: areaRevision },
          coordinatorOf(state),
        ),
      ];
    }

    case 'PlacementProposed': {
      if (found?.stage !== 'CONFIRMING') return nothing;
      return [
        tellNeedsToBoard(input, state, found, found.answerBy),
        { kind: 'set-deadline', name: `proposal-reminder:${found.proposalId}`, dueAt: found.remindAt },
        { kind: 'set-deadline', name: `proposal-answer:${found.proposalId}`, dueAt: found.answerBy },
      ];
    }

    case 'CounterProposed': {
      if (found?.stage !== 'ASKED') return nothing;
      const { answerBy } = event.data;
      return [
        ...clear(state, `proposal-reminder:${found.proposalId}`),
        { kind: 'set-deadline', name: `proposal-answer:${found.proposalId}`, dueAt: answerBy },
        holdCapacity(state, found, holdUntil(rules, answerBy)),
      ];
    }

    case 'CounterProposalApproved': {
      if (found?.stage !== 'COUNTERED') return nothing;
      const { answerBy } = event.data;
      return [
        { kind: 'set-deadline', name: `proposal-answer:${found.proposalId}`, dueAt: answerBy },
        holdCapacity(state, found, holdUntil(rules, answerBy)),
        tellNeedsToBoard(input, state, found, answerBy),
      ];
    }

    case 'ProposalAbandoned':
    case 'PlacementDeclined':
    case 'CounterProposalRejected':
    case 'ProposalExpired':
      return found && isBeforeClearance(found) && !hasActivePlacement(found)
        ? release(state, found, 'PROPOSAL_ENDED')
        : nothing;

    case 'ProposalWithdrawn': {
      // Its own withdrawals have already been acted upon; this is somebody else's.
      if (!found) return nothing;
      if (hasActivePlacement(found)) return [endPlacement(state, found, event.data.reason)];
      return isBeforeClearance(found) ? release(state, found, 'PROPOSAL_ENDED') : nothing;
    }

    case 'PlacementAccepted': {
      if (found?.stage !== 'ASKED') return nothing;
      const { receivers, provider, directors, housing } = event.data;
      const { caseId, subject, ageBand } = state;
      const { proposalId, board, area, municipality, level, referenceCode, startOn } = found;
      const boardAgency = receivingBoardOf(found);
      const from = startOfDay(startOn) > at ? startOfDay(startOn) : at;
      return [
        ...clear(state, `proposal-reminder:${proposalId}`),
        ...clear(state, `proposal-answer:${proposalId}`),
        send('SetAreaHousing', { area, caseId, proposalId, housing }, boardAgency),
        holdCapacity(state, found, holdUntil(rules, from)),
        send(
          'RequestAdmission',
          {
            caseId,
            subject,
            proposalId,
            provider,
            directors,
            housing,
            board,
            area,
            municipality,
            level,
            ageBand,
            referenceCode,
            startOn,
          },
          boardAgency,
        ),
        // From here on two persons of the board go on; the others have answered and need no more.
        ...endTellings(state, found.proposalId, 'PROPOSAL_ENDED'),
        tell(input, state, homeBoardOf(state), {
          recipientKind: 'RECEIVING_BOARD',
          recipient: board,
          persons: receivers,
          purpose: 'RECEPTION',
          proposalId,
          refs: state.needs ?? [],
        }),
        tell(input, state, homeBoardOf(state), {
          recipientKind: 'HOUSING_PROVIDER',
          recipient: provider,
          persons: directors,
          purpose: 'ADMISSION',
          proposalId,
          refs: state.needs ?? [],
        }),
      ];
    }

    case 'AdmissionRefused':
      return found?.stage === 'ACCEPTED' ? cancel(state, found, 'ADMISSION_REFUSED') : nothing;

    case 'AdmissionGranted': {
      if (found?.stage !== 'ACCEPTED') return nothing;
      if (event.data.verdict !== 'CLEAR') return cancel(state, found, 'NOT_AVAILABLE');
      const { clearanceDueAt: dueAt } = event.data;
      return [
        { kind: 'set-deadline', name: `clearance:${found.proposalId}`, dueAt },
        holdCapacity(state, found, dueAt),
      ];
    }

    case 'ClearanceRefused':
      return found?.stage === 'ADMITTED' ? cancel(state, found, 'NOT_AVAILABLE') : nothing;

    case 'PlacementCleared': {
      if (found?.stage !== 'ADMITTED') return nothing;
      const { receivingPolice, receivingPoliceContacts, homeDutyOfficers, plannedArrival } = event.data;
      const cleared = { ...found, receivingPolice, receivingPoliceContacts, homeDutyOfficers };
      return [
        ...clear(state, `clearance:${found.proposalId}`),
        ...confirmReservations(state, cleared),
        ...tellAtClearance(input, state, cleared),
        // A planned day without an arrival is an alarm when the clock of the rules has run from its beginning.
        {
          kind: 'set-deadline',
          name: `arrival:${found.proposalId}`,
          dueAt: deadline(rules.clocks.arrivalOverdue, startOfDay(plannedArrival)),
        },
      ];
    }

    case 'ClearanceTakenBack': {
      if (found?.stage !== 'TAKING_BACK') return nothing;
      return [
        withdraw(state, found, event.data.reason === 'WAIVER_LAPSED' ? 'WAIVER_WITHDRAWN' : 'NOT_AVAILABLE'),
        ...release(state, found, 'CLEARANCE_TAKEN_BACK'),
      ];
    }

    case 'TransferRecorded':
      return nothing;

    case 'ArrivalConfirmed': {
      if (found?.stage !== 'CLEARED' && found?.stage !== 'IN_TRANSFER') return nothing;
      return [
        ...clear(state, `arrival:${found.proposalId}`),
        ...orderFollowUp(state, found, rules, event.data.arrivedAt, 1),
      ];
    }

    case 'FollowUpRecorded':
    case 'FollowUpMissed': {
      const awaited = found?.stage === 'ARRIVED' && found.followUp === event.data.number;
      return awaited && found.arrivedAt
        ? orderFollowUp(state, found, rules, found.arrivedAt, event.data.number + 1)
        : nothing;
    }

    case 'PlacementEnded': {
      if (!found || found.stage === 'LEAVING') return nothing;
      // Ended by somebody else than this process: the receiving board's yes is over, too.
      const consent = found.stage === 'ENDING' ? nothing : [withdraw(state, found, event.data.reason)];
      if (!event.data.departurePending)
        return [...consent, ...release(state, found, closing ? 'CASE_CLOSED' : 'PLACEMENT_ENDED')];
      return [
        ...consent,
        ...clearOf(state, found.proposalId),
        // Somebody may be standing there: whoever must fetch the person has the alarm plan, or gets it now.
        ...(hasAlarmPlan(state, found) ? nothing : tellRescuers(input, state, found)),
      ];
    }

    case 'DepartureConfirmed':
      return found?.stage === 'LEAVING' ? release(state, found, 'DEPARTURE_CONFIRMED') : nothing;

    case 'AreaRechecked': {
      const named = state.proposals.filter(
        (proposal) =>
          proposal.lastConflict !== input.event.id &&
          event.data.conflicts.some(({ proposalId }) => proposalId === proposal.proposalId),
      );
      return named.flatMap((proposal) => onConflict(state, proposal, rules, at));
    }
  }
};

/** Whoever is not cleared yet gives way; whoever may be standing there is looked after first. */
const onConflict = (state: CaseState, proposal: Proposal, rules: Rules, at: Instant): Outputs => {
  switch (proposal.stage) {
    case 'RESERVING_AREA':
    case 'RESERVING_CAPACITY':
    case 'CONFIRMING':
    case 'ASKED':
    case 'COUNTERED':
    case 'ACCEPTED':
    case 'ADMITTED':
      return cancel(state, proposal, 'NOT_AVAILABLE');
    case 'CLEARED':
    case 'IN_TRANSFER':
    case 'ARRIVED':
    case 'LEAVING':
    // On its way out, but perhaps cleared: an alert for nobody is quiet.
    case 'TAKING_BACK':
    case 'ENDING':
      return [
        send(
          'AlertConflict',
          { caseId: state.caseId, proposalId: proposal.proposalId },
          receivingPoliceOf(proposal),
        ),
        // As fast as Police answer a referral: the same question, asked of somebody who is there already.
        orderReassessment(state, 'CONFLICT_NEARBY', deadline(rules.clocks.referralAnswer, at)),
      ];
  }
};

const closeCase = (state: CaseState, code: CloseCode): Outputs => {
  const early = state.proposals.filter(
    (proposal) => isBeforeClearance(proposal) && !hasActivePlacement(proposal),
  );
  // From the board's yes on, the placement stream says whether somebody may be standing there: what is held for them is
  // kept until it has spoken, and until the departure when it says so.
  const late = state.proposals.filter((proposal) => !early.includes(proposal));
  const reason = settledCodes.includes(code) ? 'SETTLED' : 'CASE_CLOSED';
  const told = state.tellings.filter(
    ({ data, lapsed }) =>
      !lapsed && data.foot !== 'RESCUE' && !early.some(({ proposalId }) => proposalId === data.proposalId),
  );
  return [
    ...early.flatMap((proposal) => [
      stop(state, proposal, 'CASE_CLOSED'),
      ...release(state, proposal, 'CASE_CLOSED'),
    ]),
    ...late.flatMap((proposal) => cancel(state, proposal, reason)),
    ...told.map((telling) => endTelling(state, telling, 'CASE_CLOSED')),
    ...Object.keys(state.deadlines)
      .filter((name) => !early.some(({ proposalId }) => name.endsWith(`:${proposalId}`)))
      .map((name): ProcessOutput => ({ kind: 'clear-deadline', name })),
  ];
};

// --- outcomes of commands -------------------------------------------------------------------------------------------

const onAccepted = (sent: Sent, state: CaseState, rules: Rules): Outputs => {
  const found = 'proposalId' in sent.data ? proposalOf(state, sent.data.proposalId ?? '') : undefined;
  if (sent.type === 'ReserveArea' && found?.stage === 'RESERVING_AREA')
    return [holdCapacity(state, found, holdUntil(rules, found.answerBy))];
  if (sent.type === 'ReserveCapacity' && found?.stage === 'RESERVING_CAPACITY')
    return [
      send('ConfirmProposal', { caseId: state.caseId, proposalId: found.proposalId }, coordinatorOf(state)),
    ];
  // What the others brought about comes in as an event.
  return nothing;
};

/**
 * Every refusal is settled here or becomes a task on the coordinator's desk. Codes beside the named ones are treated
 * like the worst that the command can meet: what was held is given back.
 */
const onRefusal = (sent: Sent, code: string, state: CaseState): Outputs => {
  const found = 'proposalId' in sent.data ? proposalOf(state, sent.data.proposalId ?? '') : undefined;
  const attention = [requestAttention(state, sent.type, code)];
  switch (sent.type) {
    case 'ClaimSubject':
      // The case was closed first.
      return code === 'claim.already_released' ? nothing : attention;

    case 'ReserveArea':
      if (found?.stage !== 'RESERVING_AREA') return nothing;
      return [
        abandon(state, found, code === 'area.moved_on' ? 'CHECK_AGAIN' : 'NOT_AVAILABLE'),
        ...release(state, found, 'PROPOSAL_ENDED'),
      ];
    case 'ReserveCapacity':
      if (found?.stage === 'RESERVING_CAPACITY')
        return [abandon(state, found, 'NOT_AVAILABLE'), ...release(state, found, 'PROPOSAL_ENDED')];
      // It could not be held any longer.
      return found && isBeforeClearance(found) ? cancel(state, found, 'NOT_AVAILABLE') : nothing;
    case 'ConfirmProposal':
      if (found?.stage !== 'CONFIRMING') return nothing;
      return [abandon(state, found, 'CHECK_AGAIN'), ...release(state, found, 'PROPOSAL_ENDED')];
    case 'AbandonProposal':
      return code === 'consent.already_asked'
        ? [
            send(
              'WithdrawProposal',
              { ...idsOf(sent.data), reason: withdrawReasonOf(sent.data.reason) },
              coordinatorOf(state),
            ),
          ]
        : attention;

    case 'SetAreaHousing':
      return found && isBeforeClearance(found) ? cancel(state, found, 'NOT_AVAILABLE') : nothing;
    case 'RequestAdmission':
      if (found?.stage !== 'ACCEPTED' && found?.stage !== 'ENDING') return nothing;
      return [
        ...attention,
        ...(found.stage === 'ACCEPTED' ? [withdraw(state, found, 'NOT_AVAILABLE')] : nothing),
        ...release(state, found, 'PLACEMENT_ENDED'),
      ];
    case 'ConfirmArea':
    case 'ConfirmCapacity':
      if (found?.stage === 'CLEARED') return [takeBack(state, found, 'NOT_AVAILABLE')];
      return found?.stage === 'IN_TRANSFER' || found?.stage === 'ARRIVED' ? attention : nothing;

    case 'DiscloseInformation':
      return onUntold(sent.data, code, state, found);

    case 'TakeClearanceBack':
      if (found?.stage !== 'TAKING_BACK') return nothing;
      // Somebody is on the road or there already: end it, and wait for the departure.
      return [
        withdraw(state, found, sent.data.reason === 'WAIVER_LAPSED' ? 'WAIVER_WITHDRAWN' : 'NOT_AVAILABLE'),
        endPlacement(
          state,
          found,
          sent.data.reason === 'WAIVER_LAPSED' ? 'WAIVER_WITHDRAWN' : 'NOT_AVAILABLE',
        ),
        ...(code === 'placement.already_moving' ? nothing : attention),
      ];
    case 'EndPlacement':
      if (found?.stage !== 'ENDING') return nothing;
      // There never was a placement: nobody can be there. Otherwise nothing is released on a guess.
      return code === 'placement.unknown' ? release(state, found, 'PLACEMENT_ENDED') : attention;

    case 'OrderFollowUp':
    case 'MissFollowUp':
    case 'AlertArrivalOverdue':
      // The placement was ended first.
      return found && hasActivePlacement(found) ? attention : nothing;

    // What it asked for is the last thing that can be asked for; an operator who skipped it knows.
    case 'RequestAttention':
      return nothing;

    // None of these can be refused by a rule in the order in which they are sent.
    case 'ReleaseClaim':
    case 'OrderReassessment':
    case 'ExpireAssessment':
    case 'ExpireReferral':
    case 'RemindProposal':
    case 'ExpireProposal':
    case 'WithdrawProposal':
    case 'ReleaseArea':
    case 'RecheckArea':
    case 'ReleaseCapacity':
    case 'EndDisclosure':
    case 'AlertConflict':
    // Sent by other processes.
    case 'AlertDocumentAnswerOverdue':
    case 'CloseCase':
    case 'RemindProtectionExpiry':
    case 'ExpireProtection':
    case 'RemindRegistrationNotice':
    case 'ReopenRegistrationNotice':
    case 'SupersedeRegistrationNotice':
    case 'ReopenExposedRegisters':
    // Sent by the watch over broken glasses, not by this process.
    case 'AlertReview':
    case 'EndGlass':
    // Sent by the one that keeps what others were told.
    case 'RecordAnswer':
      return attention;
  }
};

/** Somebody was not told. Fail closed: what rests on the telling is undone; only the rescuers' is a task at once. */
const onUntold = (
  data: DiscloseData,
  code: string,
  state: CaseState,
  found: Proposal | undefined,
): Outputs => {
  const attention = [requestAttention(state, 'DiscloseInformation', code)];
  // What was never told needs no end.
  const told = {
    ...state,
    tellings: state.tellings.filter((telling) => telling.data.disclosureId !== data.disclosureId),
  };
  if (data.foot === 'RESCUE') return attention;
  // The process was late: what it wanted to tell is over.
  if (code === 'disclosure.already_expired' || code === 'disclosure.already_ended') return nothing;
  const lapsed = code === 'disclosure.waiver_lapsed';
  // With the waiver gone the withdrawal itself is on its way, or has been dealt with.
  const task = lapsed ? nothing : attention;
  if (data.proposalId === undefined)
    return lapsed && state.waiver.status === 'WITHDRAWN' ? nothing : attention;
  switch (found?.stage) {
    case undefined:
    case 'TAKING_BACK':
    case 'ENDING':
    case 'LEAVING':
      return nothing;
    case 'RESERVING_AREA':
    case 'RESERVING_CAPACITY':
    case 'CONFIRMING':
    case 'ASKED':
    case 'COUNTERED':
    case 'ACCEPTED':
    case 'ADMITTED':
      return [...task, ...cancel(told, found, lapsed ? 'WAIVER_WITHDRAWN' : 'NOT_AVAILABLE')];
    case 'CLEARED':
      // Only what the clearance itself was to tell voids it. What is told later is told of somebody who may be on the way or
      // there, whatever has been recorded: a waiver that has run out takes no rescue away.
      return isOfClearance(data, state, found)
        ? [...task, takeBack(state, found, lapsed ? 'WAIVER_LAPSED' : 'INCOMPLETE')]
        : attention;
    case 'IN_TRANSFER':
    case 'ARRIVED':
      return attention;
  }
};

// --- deadlines ------------------------------------------------------------------------------------------------------

const onDeadline = (
  { name, dueAt }: Extract<ProcessInput, { kind: 'deadline' }>,
  state: CaseState,
): Outputs => {
  // Cleared, replaced or fired before: too late is a no-op.
  if (state.status === 'CLOSING' || state.deadlines[name] !== dueAt) return nothing;
  const { caseId, assessment } = state;
  const separator = name.indexOf(':');
  const kind = separator < 0 ? name : name.slice(0, separator);
  const id = separator < 0 ? '' : name.slice(separator + 1);
  const found = proposalOf(state, id);
  switch (kind) {
    case 'threat-assessment':
      return assessment ? nothing : [orderReassessment(state, 'OVERDUE', dueAt)];
    case 'reassessment':
      return assessment ? [orderReassessment(state, 'VALIDITY_ENDS', assessment.validUntil)] : nothing;
    case 'assessment-expiry':
      return assessment
        ? [
            send('ExpireAssessment', { caseId, version: assessment.version }, homePoliceOf(state)),
            orderReassessment(state, 'EXPIRED', assessment.validUntil),
          ]
        : nothing;
    case 'referral':
      return [send('ExpireReferral', { caseId, candidateId: id }, coordinatorOf(state))];
    case 'proposal-reminder':
      return found?.stage === 'ASKED'
        ? [send('RemindProposal', { caseId, proposalId: id }, coordinatorOf(state))]
        : nothing;
    case 'proposal-answer':
      return found?.stage === 'ASKED' || found?.stage === 'COUNTERED'
        ? [send('ExpireProposal', { caseId, proposalId: id }, coordinatorOf(state))]
        : nothing;
    case 'clearance':
      return found?.stage === 'ADMITTED'
        ? [requestAttention(state, 'ClearPlacement', 'placement.clearance_overdue')]
        : nothing;
    case 'arrival':
      return found?.stage === 'CLEARED' || found?.stage === 'IN_TRANSFER'
        ? [send('AlertArrivalOverdue', { caseId, proposalId: id }, homeBoardOf(state))]
        : nothing;
    case 'follow-up':
      return found?.stage === 'ARRIVED'
        ? [send('MissFollowUp', { caseId, proposalId: id, number: found.followUp }, homeBoardOf(state))]
        : nothing;
    default:
      throw new Error('a deadline of a kind that this process never sets');
  }
};

// --- undoing --------------------------------------------------------------------------------------------------------

/** Stops a proposal or placement at whatever stage it is. What a person may stand on is only ended, not released. */
const cancel = (state: CaseState, proposal: Proposal, reason: PlacementEndReason): Outputs => {
  switch (proposal.stage) {
    case 'RESERVING_AREA':
    case 'RESERVING_CAPACITY':
    case 'CONFIRMING':
    case 'ASKED':
    case 'COUNTERED':
      return [stop(state, proposal, reason), ...release(state, proposal, 'PROPOSAL_ENDED')];
    case 'ACCEPTED':
    case 'ADMITTED':
    case 'CLEARED':
    case 'IN_TRANSFER':
    case 'ARRIVED':
      return [withdraw(state, proposal, reason), endPlacement(state, proposal, reason)];
    case 'TAKING_BACK':
    case 'ENDING':
    case 'LEAVING':
      return nothing;
  }
};

/** Before a yes: abandoned when the board cannot have been asked yet, withdrawn when it may have been. */
const stop = (state: CaseState, proposal: Proposal, reason: PlacementEndReason): ProcessOutput =>
  proposal.stage === 'RESERVING_AREA' || proposal.stage === 'RESERVING_CAPACITY'
    ? abandon(
        state,
        proposal,
        reason === 'WAIVER_WITHDRAWN'
          ? 'WAIVER_LAPSED'
          : reason === 'LEVEL_CHANGED'
            ? 'CHECK_AGAIN'
            : 'NOT_AVAILABLE',
      )
    : withdraw(state, proposal, reason);

const abandon = (
  state: CaseState,
  { proposalId }: Proposal,
  reason: 'CHECK_AGAIN' | 'NOT_AVAILABLE' | 'WAIVER_LAPSED',
): ProcessOutput =>
  send('AbandonProposal', { caseId: state.caseId, proposalId, reason }, coordinatorOf(state));

const withdraw = (state: CaseState, { proposalId }: Proposal, reason: PlacementEndReason): ProcessOutput =>
  send(
    'WithdrawProposal',
    // Why the provider or the coordinator said no is not the receiving board's to know.
    {
      caseId: state.caseId,
      proposalId,
      reason:
        reason === 'ADMISSION_REFUSED' ? 'NOT_AVAILABLE' : reason === 'SETTLED' ? 'CASE_CLOSED' : reason,
    },
    coordinatorOf(state),
  );

const withdrawReasonOf = (reason: 'CHECK_AGAIN' | 'NOT_AVAILABLE' | 'WAIVER_LAPSED') =>
  reason === 'WAIVER_LAPSED' ? 'WAIVER_WITHDRAWN' : 'NOT_AVAILABLE';

const endPlacement = (
  state: CaseState,
  { proposalId }: Proposal,
  reason: PlacementEndReason,
): ProcessOutput => send('EndPlacement', { caseId: state.caseId, proposalId, reason }, coordinatorOf(state));

const takeBack = (state: CaseState, { proposalId }: Proposal, reason: ClearanceRefusal): ProcessOutput =>
  send('TakeClearanceBack', { caseId: state.caseId, proposalId, reason }, coordinatorOf(state));

/** Gives back all that is held for a proposal: tellings, place, area, clocks. The area comes last (relocation-state). */
const release = (state: CaseState, proposal: Proposal, reason: DisclosureEndReason): Outputs => {
  const { caseId } = state;
  const { proposalId, board, area } = proposal;
  return [
    ...clearOf(state, proposalId),
    ...endTellings(state, proposalId, reason),
    send('ReleaseCapacity', { board, caseId, proposalId }, coordinatorOf(state)),
    send('ReleaseArea', { area, caseId, proposalId }, coordinatorOf(state)),
  ];
};

const endTellings = (state: CaseState, proposalId: string, reason: DisclosureEndReason): Outputs =>
  state.tellings
    .filter(({ data, lapsed }) => !lapsed && data.proposalId === proposalId)
    .map((telling) => endTelling(state, telling, reason));

const endTelling = (state: CaseState, { data }: Telling, reason: DisclosureEndReason): ProcessOutput =>
  send(
    'EndDisclosure',
    { caseId: state.caseId, disclosureId: data.disclosureId, reason },
    coordinatorOf(state),
  );

const clear = (state: CaseState, name: string): Outputs =>
  name in state.deadlines ? [{ kind: 'clear-deadline', name }] : nothing;

const clearOf = (state: CaseState, proposalId: string): Outputs =>
  Object.keys(state.deadlines)
    .filter((name) => name.endsWith(`:${proposalId}`))
    .map((name) => ({ kind: 'clear-deadline', name }));

// --- telling --------------------------------------------------------------------------------------------------------

interface NewTelling {
  readonly recipientKind: RoadKind;
  readonly recipient: Token;
  readonly persons: readonly Token[];
  readonly purpose: Purpose;
  readonly foot?: Exclude<Foot, 'STATUTE'>;
  readonly expiresAt?: Instant;
  readonly proposalId?: string;
  readonly refs: readonly SealedRef[];
}

/** A telling, on the waiver unless said otherwise. Its id comes from what caused it, so that a repeat is the same one. */
const tell = (
  cause: EventInput,
  state: CaseState,
  teller: Agency,
  { foot = 'WAIVER', refs, ...telling }: NewTelling,
): ProcessOutput => {
  const data = {
    caseId: state.caseId,
    subject: state.subject,
    ...telling,
    foot,
    legalBasis: legalBasisOf[foot],
    secrecyAtHolder: foot === 'RESCUE' ? secrecyOfAlarmPlan : secrecyAtHolder[telling.recipientKind],
    refs: refs.map(({ stream, event, path }) => ({ stream, event, path })),
  };
  const disclosureId = toldBecauseOf(state, data, cause.event.id);
  return send('DiscloseInformation', { ...data, disclosureId }, teller);
};

const toldBecauseOf = (
  { caseId }: CaseState,
  data: Omit<DiscloseData, 'disclosureId'>,
  cause: string,
): string => derivedId('disclosure', caseId, keyOf(data), cause);

/** Whether it was told because of the clearance, and not since. */
const isOfClearance = (data: DiscloseData, state: CaseState, { clearance }: Proposal): boolean =>
  clearance !== undefined && data.disclosureId === toldBecauseOf(state, data, clearance);

/** A new waiver carries again what an earlier one carried, as far as it is still wanted: told by whoever told it then. */
const renewTellings = (cause: EventInput, state: CaseState): Outputs => {
  const latest = new Map(
    state.tellings.filter(({ data }) => data.foot === 'WAIVER').map((telling) => [telling.key, telling]),
  );
  const at = cause.event.metadata.occurredAt;
  return [...latest.values()]
    .filter(({ data }) => data.expiresAt === undefined || data.expiresAt > at)
    .map(({ key, data, teller }) =>
      send(
        'DiscloseInformation',
        { ...data, disclosureId: derivedId('disclosure', state.caseId, key, cause.event.id) },
        teller,
      ),
    );
};

const tellNeedsToBoard = (
  cause: EventInput,
  state: CaseState,
  { board, boardContacts, proposalId }: Proposal,
  answerBy: Instant,
): ProcessOutput =>
  tell(cause, state, homeBoardOf(state), {
    recipientKind: 'RECEIVING_BOARD',
    recipient: board,
    persons: boardContacts,
    purpose: 'PLACEMENT_ANSWER',
    // By time: even if nobody ends it, a board that has not answered reads no further.
    expiresAt: answerBy,
    proposalId,
    refs: state.needs ?? [],
  });

/** Who learns what when a placement is cleared. Identity and place never in one telling. */
const tellAtClearance = (cause: EventInput, state: CaseState, proposal: Proposal): Outputs => {
  const { proposalId, board, receivers, receivingPolice, receivingPoliceContacts } = proposal;
  const destination = proposal.refs.filter((ref) => ref.class === 'destination');
  const homeBoard = homeBoardOf(state);
  const receivingBoard = receivingBoardOf(proposal);
  return [
    tell(cause, state, homeBoard, {
      recipientKind: 'RECEIVING_BOARD',
      recipient: board,
      persons: receivers,
      purpose: 'RECEPTION',
      proposalId,
      // Who comes along is theirs to know now; before they knew how many.
      refs: [...state.identity, ...(state.family ?? [])],
    }),
    tell(cause, state, homeBoard, {
      recipientKind: 'RECEIVING_POLICE',
      recipient: receivingPolice,
      persons: receivingPoliceContacts,
      purpose: 'PROTECTION',
      proposalId,
      refs: state.identity,
    }),
    tell(cause, state, receivingBoard, {
      recipientKind: 'HOME_BOARD',
      recipient: state.board,
      persons: state.officers,
      purpose: 'SUPPORT',
      proposalId,
      refs: destination,
    }),
    tell(cause, state, receivingBoard, {
      recipientKind: 'HOME_POLICE',
      recipient: state.police,
      persons: state.policeContacts,
      purpose: 'PROTECTION',
      proposalId,
      refs: destination,
    }),
    ...tellAdvice(cause, state, proposal, state.advice ?? []),
    ...tellRescuers(cause, state, proposal),
  ];
};

/**
 * The alarm plan in words, which is advice of Police: what to do when something happens, for everybody who is there. Not
 * the rescuers' telling: on the waiver, and without an end in time, for it is worth more when it is old than not at all.
 */
const tellAdvice = (
  cause: EventInput,
  state: CaseState,
  { proposalId, board, receivers, provider, directors, receivingPolice, receivingPoliceContacts }: Proposal,
  refs: readonly SealedRef[],
): Outputs => {
  if (refs.length === 0) return nothing;
  const police = homePoliceOf(state);
  const told = (telling: Pick<NewTelling, 'recipientKind' | 'recipient' | 'persons' | 'purpose'>) =>
    tell(cause, state, police, { ...telling, proposalId, refs });
  return [
    told({ recipientKind: 'RECEIVING_BOARD', recipient: board, persons: receivers, purpose: 'RECEPTION' }),
    ...(provider === undefined || directors === undefined
      ? nothing
      : [
          told({
            recipientKind: 'HOUSING_PROVIDER',
            recipient: provider,
            persons: directors,
            purpose: 'ADMISSION',
          }),
        ]),
    told({
      recipientKind: 'RECEIVING_POLICE',
      recipient: receivingPolice,
      persons: receivingPoliceContacts,
      purpose: 'PROTECTION',
    }),
  ];
};

/** Ends what was told of advice for a placement so far. */
const endAdvice = (state: CaseState, { proposalId }: Proposal): Outputs => {
  const stream = streamName('threat-assessment', state.caseId);
  return state.tellings
    .filter(
      ({ data, lapsed }) =>
        !lapsed && data.proposalId === proposalId && data.refs.some((ref) => ref.stream === stream),
    )
    .map((telling) => endTelling(state, telling, 'SUPERSEDED'));
};

/** The alarm plan: stands whatever becomes of the waiver, until nobody can be there any more. */
const tellRescuers = (cause: EventInput, state: CaseState, proposal: Proposal): Outputs => {
  const { proposalId, receivingPolice, receivingPoliceContacts, homeDutyOfficers } = proposal;
  const common = {
    purpose: 'ALARM',
    foot: 'RESCUE',
    proposalId,
    refs: proposal.refs.filter((ref) => ref.class === 'address'),
  } as const;
  return [
    tell(cause, state, receivingBoardOf(proposal), {
      recipientKind: 'RECEIVING_POLICE',
      recipient: receivingPolice,
      persons: receivingPoliceContacts,
      ...common,
    }),
    tell(cause, state, receivingBoardOf(proposal), {
      recipientKind: 'HOME_BOARD',
      recipient: state.board,
      persons: homeDutyOfficers,
      ...common,
    }),
  ];
};

const hasAlarmPlan = (state: CaseState, { proposalId }: Proposal): boolean =>
  state.tellings.some(({ data }) => data.foot === 'RESCUE' && data.proposalId === proposalId);

const ofClass = (input: EventInput, name: SealedRef['class']): readonly SealedRef[] =>
  input.sealed.filter((ref) => ref.class === name);

// --- small commands -------------------------------------------------------------------------------------------------

const requestAttention = (state: CaseState, step: string, code: string): ProcessOutput =>
  send('RequestAttention', { caseId: state.caseId, step, code }, coordinatorOf(state));

const orderReassessment = (
  state: CaseState,
  reason: 'FIRST' | 'OVERDUE' | 'VALIDITY_ENDS' | 'EXPIRED' | 'WITHDRAWAL' | 'CONFLICT_NEARBY',
  dueAt: Instant,
): ProcessOutput => send('OrderReassessment', { caseId: state.caseId, reason, dueAt }, homePoliceOf(state));

const holdCapacity = (state: CaseState, proposal: Proposal, until: Instant): ProcessOutput => {
  const { board, proposalId, places } = proposal;
  return send(
    'ReserveCapacity',
    { board, caseId: state.caseId, proposalId, places, until },
    coordinatorOf(state),
  );
};

/** How long a place is held beyond the instant on which it depends: the time that a clearance may take. */
const holdUntil = (rules: Rules, instant: Instant): Instant => deadline(rules.clocks.clearance, instant);

const confirmReservations = (state: CaseState, proposal: Proposal): Outputs => {
  const { caseId } = state;
  const { proposalId, area, board } = proposal;
  return [
    send('ConfirmArea', { area, caseId, proposalId }, coordinatorOf(state)),
    send('ConfirmCapacity', { board, caseId, proposalId }, coordinatorOf(state)),
  ];
};

/** One follow-up is awaited at a time: the next is ordered when this one was held or missed. */
const orderFollowUp = (
  state: CaseState,
  { proposalId }: Proposal,
  rules: Rules,
  arrivedAt: Instant,
  number: number,
): Outputs => {
  const dueAt = followUpDueAt(rules.followUps, arrivedAt, number);
  return [
    send('OrderFollowUp', { caseId: state.caseId, proposalId, number, dueAt }, homeBoardOf(state)),
    { kind: 'set-deadline', name: `follow-up:${proposalId}`, dueAt },
  ];
};

const idsOf = ({ caseId, proposalId }: { caseId: string; proposalId: string }) => ({ caseId, proposalId });

const homeBoardOf = ({ board }: CaseState): Agency => ({
  organisation: board,
  agencyKind: 'SOCIAL_BOARD',
});
const homePoliceOf = ({ police }: CaseState): Agency => ({ organisation: police, agencyKind: 'POLICE' });
const coordinatorOf = ({ coordinator }: CaseState): Agency => ({
  organisation: coordinator,
  agencyKind: 'NATIONAL_COORDINATOR',
});
const receivingBoardOf = ({ board }: Proposal): Agency => ({
  organisation: board,
  agencyKind: 'SOCIAL_BOARD',
});
const receivingPoliceOf = ({ receivingPolice }: Proposal): Agency => ({
  organisation: receivingPolice,
  agencyKind: 'POLICE',
});

const rank = (level: ThreatLevel): number => threatLevels.indexOf(level);
