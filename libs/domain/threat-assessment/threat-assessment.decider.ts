import {
  addHours,
  assertNever,
  type Decider,
  DomainError,
  ensure,
  type Instant,
  sameFacts,
  type ThreatLevel,
  threatLevels,
  type Token,
} from '#kernel';
import type { ThreatAssessmentCommand, ValidityHours } from './threat-assessment.commands.js';
import type { ReassessmentReason, Restriction, ThreatAssessmentEvent } from './threat-assessment.events.js';

type CommandData<Type extends ThreatAssessmentCommand['type']> = Extract<
  ThreatAssessmentCommand,
  { type: Type }
>['data'];

/** The assessment that holds, or held last. */
export interface Assessment {
  readonly version: number;
  readonly level: ThreatLevel;
  readonly restrictions: readonly Restriction[];
  readonly assessedAt: Instant;
  /** The first instant at which it may no longer be relied on. */
  readonly validUntil: Instant;
  readonly assessedBy: Token;
  /** The second person, when the level was lowered. */
  readonly confirmedBy?: Token;
}

interface Proposal {
  readonly version: number;
  readonly level: ThreatLevel;
  readonly restrictions: readonly Restriction[];
  readonly assessedAt: Instant;
  readonly proposedBy: Token;
}

interface Remembered {
  /** Version of the last assessment or proposal; each gets a new one. */
  readonly lastVersion: number;
  /** Reasons for which a new assessment has been ordered since the current one. */
  readonly ordered: readonly ReassessmentReason[];
  /** How many entries Police's conflict register holds for this person. */
  readonly conflictEntries: number;
  /** The last proposal that was rejected, so that a repeat is recognised. */
  readonly rejectedVersion?: number;
}

export type ThreatAssessmentState =
  | ({ readonly status: 'UNASSESSED' } & Remembered)
  | ({ readonly status: 'ASSESSED'; readonly current: Assessment; readonly expired: boolean } & Remembered)
  | ({
      readonly status: 'LOWERING_PROPOSED';
      /** Holds until a second person agrees. */
      readonly current: Assessment;
      readonly expired: boolean;
      readonly proposal: Proposal;
    } & Remembered);

/** Stable this long in one place, an assessment holds twice as long, EXTREME never (domain.md 4). */
export const stableAfterDays = 90;
export const stableFactor = 2;

/** How the person is treated as long as Police have said nothing (domain.md 4). */
export const levelWhenUnassessed: ThreatLevel = 'HIGH';

/** The assessment that may be relied on at an instant; by time, whether or not its end has been recorded. */
export const assessmentAt = (state: ThreatAssessmentState, at: Instant): Assessment | undefined =>
  state.status !== 'UNASSESSED' && state.current.assessedAt <= at && at < state.current.validUntil
    ? state.current
    : undefined;

/** The first instant at which an assessment of `level`, made at `assessedAt`, may no longer be relied on. */
export const validUntil = (
  level: ThreatLevel,
  assessedAt: Instant,
  validityHours: ValidityHours,
  placedSince?: Instant,
): Instant => {
  const stable = placedSince !== undefined && addHours(placedSince, stableAfterDays * 24) <= assessedAt;
  const factor = stable && level !== 'EXTREME' ? stableFactor : 1;
  return addHours(assessedAt, validityHours[level] * factor);
};

export const threatAssessmentDecider: Decider<
  ThreatAssessmentCommand,
  ThreatAssessmentEvent,
  ThreatAssessmentState
> = {
  initialState: { status: 'UNASSESSED', lastVersion: 0, ordered: [], conflictEntries: 0 },

  decide(command, state) {
    switch (command.type) {
      case 'AssessThreat':
        return assess(command, state);
      case 'ConfirmLowering':
        return confirmLowering(command, state);
      case 'RejectLowering':
        return rejectLowering(command, state);
      case 'OrderReassessment': {
        // One order per reason and version: a second trigger of the same kind finds the task already there.
        if (state.ordered.includes(command.data.reason)) return [];
        const { caseId, reason, dueAt } = command.data;
        return [{ type: 'ReassessmentOrdered', data: { caseId, reason, dueAt } }];
      }
      case 'ExpireAssessment': {
        const { caseId, version } = command.data;
        ensure(state.status !== 'UNASSESSED', 'threat_assessment.not_assessed');
        // A timer that comes too late: there is a newer assessment, or the end is known already.
        if (version < state.current.version || state.expired) return [];
        ensure(version === state.current.version, 'threat_assessment.no_such_version');
        ensure(command.at >= state.current.validUntil, 'threat_assessment.still_valid');
        return [{ type: 'AssessmentExpired', data: { caseId, version } }];
      }
      case 'RecordConflictEntries': {
        ensurePolice(command);
        const { entryCount } = command.data;
        ensure(Number.isSafeInteger(entryCount) && entryCount >= 0, 'threat_assessment.not_a_count');
        // What lies in the entries is sealed and cannot be compared; only "none" can be seen to be a repeat.
        if (entryCount === 0 && state.conflictEntries === 0) return [];
        return [{ type: 'ConflictEntriesRecorded', data: command.data }];
      }
      default:
        return assertNever(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'ThreatAssessed': {
        const { version, level, restrictions, assessedAt, validUntil, assessedBy, confirmedBy } = event.data;
        return {
          ...remembered(state, version),
          status: 'ASSESSED',
          current: { version, level, restrictions, assessedAt, validUntil, assessedBy, confirmedBy },
          expired: false,
          ordered: [],
        };
      }
      case 'LoweringProposed': {
        if (state.status === 'UNASSESSED') return state;
        const { version, level, restrictions, assessedAt, proposedBy } = event.data;
        return {
          ...remembered(state, version),
          status: 'LOWERING_PROPOSED',
          current: state.current,
          expired: state.expired,
          proposal: { version, level, restrictions, assessedAt, proposedBy },
        };
      }
      case 'LoweringConfirmed': {
        const { version, level, restrictions, assessedAt, validUntil, proposedBy, confirmedBy } = event.data;
        return {
          ...remembered(state, version),
          status: 'ASSESSED',
          current: {
            version,
            level,
            restrictions,
            assessedAt,
            validUntil,
            assessedBy: proposedBy,
            confirmedBy,
          },
          expired: false,
          ordered: [],
        };
      }
      case 'LoweringRejected':
        return state.status === 'LOWERING_PROPOSED'
          ? {
              ...remembered(state, event.data.version),
              status: 'ASSESSED',
              current: state.current,
              expired: state.expired,
              rejectedVersion: event.data.version,
            }
          : state;
      case 'ReassessmentOrdered':
        return { ...state, ordered: [...state.ordered, event.data.reason] };
      case 'AssessmentExpired':
        return state.status === 'UNASSESSED' ? state : { ...state, expired: true };
      case 'ConflictEntriesRecorded':
        return { ...state, conflictEntries: event.data.entryCount };
      default:
        return assertNever(event);
    }
  },
};

const assess = (
  { data, at, by }: Extract<ThreatAssessmentCommand, { type: 'AssessThreat' }>,
  state: ThreatAssessmentState,
): readonly ThreatAssessmentEvent[] => {
  ensurePolice({ by });
  ensureNoOtherPart(by.person, data);
  const { caseId, level, restrictions, detail, advice } = data;
  const version = state.lastVersion + 1;
  if (state.status !== 'UNASSESSED') {
    ensure(at >= state.current.assessedAt, 'threat_assessment.older_than_current');
    if (isRepeat(data, at, by.person, state)) return [];
    if (isLower(level, state.current.level))
      return [
        {
          type: 'LoweringProposed',
          data: {
            caseId,
            version,
            level,
            restrictions,
            assessedAt: at,
            proposedBy: by.person,
            detail,
            advice,
          },
        },
      ];
  }
  // The first, the same or a higher level holds at once: one person is enough to see a danger.
  return [
    {
      type: 'ThreatAssessed',
      data: {
        caseId,
        version,
        level,
        assessedAt: at,
        validUntil: validUntil(level, at, data.validityHours, data.placedSince),
        restrictions,
        assessedBy: by.person,
        detail,
        advice,
      },
    },
  ];
};

const confirmLowering = (
  { data, at, by }: Extract<ThreatAssessmentCommand, { type: 'ConfirmLowering' }>,
  state: ThreatAssessmentState,
): readonly ThreatAssessmentEvent[] => {
  ensurePolice({ by });
  ensureNoOtherPart(by.person, data);
  if (
    state.status === 'ASSESSED' &&
    state.current.version === data.version &&
    state.current.confirmedBy !== undefined
  )
    return [];
  const proposal = ensureProposal(state, data.version);
  ensure(by.person !== proposal.proposedBy, 'threat_assessment.same_assessor');
  // Confirmed, it would be the assessment of somebody who has cleared since.
  ensure(!data.clearedBy.includes(proposal.proposedBy), 'threat_assessment.assessor_is_clearer');
  const { level, restrictions, assessedAt, proposedBy, version } = proposal;
  const ends = validUntil(level, assessedAt, data.validityHours, data.placedSince);
  // Its time counts from the day on which somebody looked, not from the day on which somebody agreed.
  ensure(at < ends, 'threat_assessment.proposal_run_out');
  return [
    {
      type: 'LoweringConfirmed',
      data: {
        caseId: data.caseId,
        version,
        level,
        restrictions,
        assessedAt,
        validUntil: ends,
        proposedBy,
        confirmedBy: by.person,
      },
    },
  ];
};

const rejectLowering = (
  { data, by }: Extract<ThreatAssessmentCommand, { type: 'RejectLowering' }>,
  state: ThreatAssessmentState,
): readonly ThreatAssessmentEvent[] => {
  ensurePolice({ by });
  if (state.rejectedVersion === data.version) return [];
  const { version } = ensureProposal(state, data.version);
  return [{ type: 'LoweringRejected', data: { caseId: data.caseId, version, rejectedBy: by.person } }];
};

/** The same person, at the same instant, with the same answer: sent again. */
const isRepeat = (
  { level, restrictions }: CommandData<'AssessThreat'>,
  at: Instant,
  person: Token,
  state: Exclude<ThreatAssessmentState, { status: 'UNASSESSED' }>,
): boolean => {
  const { current } = state;
  const said = [
    {
      by: current.assessedBy,
      at: current.assessedAt,
      level: current.level,
      restrictions: current.restrictions,
    },
    ...(state.status === 'LOWERING_PROPOSED'
      ? [
          {
            by: state.proposal.proposedBy,
            at: state.proposal.assessedAt,
            level: state.proposal.level,
            restrictions: state.proposal.restrictions,
          },
        ]
      : []),
  ];
  return said.some((one) => sameFacts(one, { by: person, at, level, restrictions }));
};

const ensureProposal = (state: ThreatAssessmentState, version: number): Proposal => {
  if (state.status !== 'LOWERING_PROPOSED' || state.proposal.version !== version)
    throw new DomainError('threat_assessment.no_such_proposal');
  return state.proposal;
};

const ensurePolice = ({ by }: Pick<ThreatAssessmentCommand, 'by'>): void =>
  ensure(by.agencyKind === 'POLICE', 'threat_assessment.not_police');

/**
 * Four eyes over agencies: whoever asked for the relocation or cleared a placement of the case does not judge the danger,
 * wherever he or she works now.
 */
const ensureNoOtherPart = (
  person: Token,
  { requestedBy, clearedBy }: Pick<CommandData<'ConfirmLowering'>, 'requestedBy' | 'clearedBy'>,
): void => {
  ensure(requestedBy !== undefined, 'threat_assessment.not_requested');
  ensure(person !== requestedBy, 'threat_assessment.assessor_is_requester');
  ensure(!clearedBy.includes(person), 'threat_assessment.assessor_is_clearer');
};

const isLower = (one: ThreatLevel, other: ThreatLevel): boolean =>
  threatLevels.indexOf(one) < threatLevels.indexOf(other);

const remembered = (state: Remembered, version: number): Remembered => ({
  lastVersion: Math.max(state.lastVersion, version),
  ordered: state.ordered,
  conflictEntries: state.conflictEntries,
  rejectedVersion: state.rejectedVersion,
});
