import { addHours, assertNever, DomainError, ensure, plainDateOf, startOfDay, threatLevels } from '#kernel';
import type { Decider, Instant, PlainDate, ThreatLevel, Verdict } from '#kernel';
import type { PlacementCommand } from './placement.commands.js';
import type { ClearanceRefusal, PlacementEvent } from './placement.events.js';

type DataOf<Type extends PlacementEvent['type']> = Extract<PlacementEvent, { type: Type }>['data'];

export interface FollowUp {
  readonly status: 'ORDERED' | 'RECORDED' | 'MISSED';
  readonly dueAt: Instant;
}

interface Requested {
  readonly request: DataOf<'AdmissionRequested'>;
}
interface Cleared extends Requested {
  readonly clearedAt: Instant;
}

export type PlacementState =
  | { readonly status: 'NONE' }
  | (Requested & { readonly status: 'REQUESTED' })
  | (Requested & { readonly status: 'ADMISSION_REFUSED' })
  | (Requested & { readonly status: 'ADMITTED'; readonly verdict: Verdict })
  | (Requested & { readonly status: 'CLEARANCE_REFUSED'; readonly reason: ClearanceRefusal })
  | (Cleared & {
      readonly status: 'CLEARED';
      readonly plannedArrival: PlainDate;
      readonly overdue: boolean;
    })
  | (Cleared & { readonly status: 'TAKEN_BACK' })
  | (Cleared & { readonly status: 'IN_TRANSFER'; readonly startedAt: Instant; readonly overdue: boolean })
  | (Cleared & {
      readonly status: 'ARRIVED';
      readonly arrivedAt: Instant;
      /** In order: the first has number 1. */
      readonly followUps: readonly FollowUp[];
    })
  | (Requested & { readonly status: 'ENDED'; readonly departurePending: boolean })
  | (Requested & { readonly status: 'DEPARTED' });

/**
 * One placement, from the provider's admission to the day the person has left. Clearance is the hard point: every fact
 * that it rests on must hold at `command.at`. A fact that does not hold is an event (the process and the desk must
 * know); a breach of four eyes is a "no" to the caller alone.
 */
export const placementDecider: Decider<PlacementCommand, PlacementEvent, PlacementState> = {
  initialState: { status: 'NONE' },

  decide(command, state) {
    switch (command.type) {
      case 'RequestAdmission':
        if (state.status !== 'NONE') return [];
        ensure(command.data.directors.length > 0, 'placement.nobody_to_ask');
        return [{ type: 'AdmissionRequested', data: command.data }];

      case 'GrantAdmission': {
        const request = known(state).request;
        ensure(request.directors.includes(command.by.person), 'placement.not_director');
        if (state.status === 'ADMITTED') return [];
        ensure(state.status === 'REQUESTED', 'placement.not_open');
        return [
          {
            type: 'AdmissionGranted',
            data: {
              ...command.data,
              provider: request.provider,
              decidedBy: command.by.person,
              checkedAt: command.at,
            },
          },
        ];
      }

      case 'RefuseAdmission': {
        const request = known(state).request;
        ensure(request.directors.includes(command.by.person), 'placement.not_director');
        if (state.status === 'ADMISSION_REFUSED') return [];
        ensure(state.status === 'REQUESTED', 'placement.not_open');
        return [{ type: 'AdmissionRefused', data: { ...command.data, decidedBy: command.by.person } }];
      }

      case 'ClearPlacement':
        return clear(command, known(state));

      case 'TakeClearanceBack': {
        const placement = known(state);
        const { status } = placement;
        // Somebody may be on the road or there already: then the placement is ended, and a departure awaited.
        ensure(status !== 'IN_TRANSFER' && status !== 'ARRIVED', 'placement.already_moving');
        if (placement.status !== 'CLEARED') return [];
        // Also where nobody has recorded it: what was planned for is happening, whatever the records say.
        ensure(command.at < takenBackBefore(placement), 'placement.already_moving');
        return [{ type: 'ClearanceTakenBack', data: command.data }];
      }

      case 'RecordTransfer': {
        const placement = known(state);
        ensure(command.data.startedAt <= command.at, 'placement.in_the_future');
        if (placement.status === 'IN_TRANSFER' || placement.status === 'ARRIVED') return [];
        ensure(placement.status === 'CLEARED', 'placement.not_cleared');
        ensure(command.data.startedAt >= placement.clearedAt, 'placement.before_clearance');
        return [{ type: 'TransferRecorded', data: command.data }];
      }

      case 'ConfirmArrival': {
        const placement = known(state);
        const { arrivedAt } = command.data;
        ensure(arrivedAt <= command.at, 'placement.in_the_future');
        if (placement.status === 'ARRIVED') return [];
        // Nobody may have recorded the transfer yet: who has arrived has arrived.
        ensure(placement.status === 'IN_TRANSFER' || placement.status === 'CLEARED', 'placement.not_cleared');
        ensure(arrivedAt >= placement.clearedAt, 'placement.before_clearance');
        ensure(
          placement.status === 'CLEARED' || arrivedAt >= placement.startedAt,
          'placement.before_transfer',
        );
        return [{ type: 'ArrivalConfirmed', data: command.data }];
      }

      case 'AlertArrivalOverdue': {
        const placement = known(state);
        const awaited = placement.status === 'CLEARED' || placement.status === 'IN_TRANSFER';
        return awaited && !placement.overdue ? [{ type: 'ArrivalOverdue', data: command.data }] : [];
      }

      case 'OrderFollowUp': {
        const { followUps } = arrived(state);
        const { number } = command.data;
        if (number <= followUps.length) return [];
        ensure(number === followUps.length + 1, 'placement.no_such_follow_up');
        ensure(followUps.at(-1)?.status !== 'ORDERED', 'placement.follow_up_open');
        return [{ type: 'FollowUpOrdered', data: command.data }];
      }

      case 'RecordFollowUp': {
        const { followUps, arrivedAt } = arrived(state);
        const followUp = followUps[command.data.number - 1];
        ensure(followUp !== undefined, 'placement.no_such_follow_up');
        // A missed one may still be held: late is better than never, and the miss stays on record.
        ensure(followUp.status !== 'RECORDED', 'placement.follow_up_recorded');
        ensure(command.data.heldOn <= plainDateOf(command.at), 'placement.in_the_future');
        ensure(command.data.heldOn >= plainDateOf(arrivedAt), 'placement.before_arrival');
        return [{ type: 'FollowUpRecorded', data: command.data }];
      }

      case 'MissFollowUp': {
        if (state.status !== 'ARRIVED') {
          known(state);
          return [];
        }
        const followUp = state.followUps[command.data.number - 1];
        ensure(followUp !== undefined, 'placement.no_such_follow_up');
        if (followUp.status !== 'ORDERED') return [];
        ensure(command.at >= followUp.dueAt, 'placement.not_due');
        return [{ type: 'FollowUpMissed', data: command.data }];
      }

      case 'AlertConflict': {
        const placement = known(state);
        // Every time: a second adversary is a second reason to look.
        return someoneMayBeThere(placement) ? [{ type: 'ConflictAlerted', data: command.data }] : [];
      }

      case 'EndPlacement': {
        const placement = known(state);
        if (placement.status === 'ENDED' || placement.status === 'DEPARTED') return [];
        // Whoever has settled stays, and nobody is awaited. A case closed for any other reason says nothing of where
        // the person is: rescuers keep the place until somebody knows.
        const departurePending = someoneMayBeThere(placement) && command.data.reason !== 'SETTLED';
        return [{ type: 'PlacementEnded', data: { ...command.data, departurePending } }];
      }

      case 'ConfirmDeparture': {
        const placement = known(state);
        if (placement.status === 'DEPARTED') return [];
        ensure(placement.status === 'ENDED' && placement.departurePending, 'placement.no_departure_pending');
        ensure(command.data.departedAt <= command.at, 'placement.in_the_future');
        return [{ type: 'DepartureConfirmed', data: command.data }];
      }

      default:
        return assertNever(command);
    }
  },

  evolve(state, event) {
    if (event.type === 'AdmissionRequested') return { status: 'REQUESTED', request: event.data };
    if (state.status === 'NONE') return state;
    const { request } = state;
    switch (event.type) {
      case 'AdmissionGranted':
        return { status: 'ADMITTED', request, verdict: event.data.verdict };
      case 'AdmissionRefused':
        return { status: 'ADMISSION_REFUSED', request };
      case 'PlacementCleared':
        return {
          status: 'CLEARED',
          request,
          clearedAt: event.data.verdictAt,
          plannedArrival: event.data.plannedArrival,
          overdue: false,
        };
      case 'ClearanceRefused':
        return { status: 'CLEARANCE_REFUSED', request, reason: event.data.reason };
      case 'ClearanceTakenBack':
        return state.status === 'CLEARED'
          ? { status: 'TAKEN_BACK', request, clearedAt: state.clearedAt }
          : state;
      case 'TransferRecorded':
        return state.status === 'CLEARED'
          ? { ...state, status: 'IN_TRANSFER', startedAt: event.data.startedAt }
          : state;
      case 'ArrivalConfirmed':
        return state.status === 'CLEARED' || state.status === 'IN_TRANSFER'
          ? {
              status: 'ARRIVED',
              request,
              clearedAt: state.clearedAt,
              arrivedAt: event.data.arrivedAt,
              followUps: [],
            }
          : state;
      case 'ArrivalOverdue':
        return state.status === 'CLEARED' || state.status === 'IN_TRANSFER'
          ? { ...state, overdue: true }
          : state;
      case 'FollowUpOrdered':
        return state.status === 'ARRIVED'
          ? {
              ...state,
              followUps: [...state.followUps, { status: 'ORDERED', dueAt: event.data.dueAt }],
            }
          : state;
      case 'FollowUpRecorded':
        return settleFollowUp(state, event.data.number, 'RECORDED');
      case 'FollowUpMissed':
        return settleFollowUp(state, event.data.number, 'MISSED');
      case 'ConflictAlerted':
        return state;
      case 'PlacementEnded':
        return { status: 'ENDED', request, departurePending: event.data.departurePending };
      case 'DepartureConfirmed':
        return { status: 'DEPARTED', request };
      default:
        return assertNever(event);
    }
  },
};

/** Clearance: who may, then whether every fact holds at this instant. */
const clear = (
  command: Extract<PlacementCommand, { type: 'ClearPlacement' }>,
  placement: Exclude<PlacementState, { status: 'NONE' }>,
): readonly PlacementEvent[] => {
  const { caseId, proposalId, plannedArrival, assessment, waiverVersion, verdict, areaRevision } =
    command.data;
  const { requestedBy, board, receivingPolice, receivingPoliceContacts, homeDutyOfficers } = command.data;
  ensure(command.by.agencyKind === 'NATIONAL_COORDINATOR', 'placement.not_coordinator');
  // Persons, not posts: the keyed reference stays the same when somebody has changed employer.
  const eyes = [
    requestedBy,
    command.by.person,
    ...(assessment ? [assessment.assessedBy] : []),
    ...(assessment?.confirmedBy ? [assessment.confirmedBy] : []),
  ];
  ensure(new Set(eyes).size === eyes.length, 'placement.four_eyes');
  ensure(!command.data.assessors.includes(command.by.person), 'placement.four_eyes');
  if (placement.status === 'CLEARED') return [];
  ensure(placement.status === 'ADMITTED', 'placement.not_admitted');
  ensure(plannedArrival >= plainDateOf(command.at), 'placement.in_the_past');

  const refused = (reason: ClearanceRefusal): readonly PlacementEvent[] => [
    { type: 'ClearanceRefused', data: { caseId, proposalId, reason } },
  ];
  if (waiverVersion === undefined) return refused('WAIVER_LAPSED');
  if (!assessment || assessment.validUntil <= command.at) return refused('STALE_ASSESSMENT');
  // The board and the provider said yes to a lower level than the one that holds now.
  if (rank(assessment.level) > rank(placement.request.level)) return refused('STALE_ASSESSMENT');
  if (verdict !== 'CLEAR' || placement.verdict !== 'CLEAR') return refused('NOT_AVAILABLE');
  // Without somebody who can be given the alarm plan, nobody could fetch the person. That is mended by an appointment: the
  // place is kept meanwhile, and not sought anew.
  ensure(receivingPoliceContacts.length > 0 && homeDutyOfficers.length > 0, 'placement.nobody_stands_by');
  return [
    {
      type: 'PlacementCleared',
      data: {
        caseId,
        subject: placement.request.subject,
        proposalId,
        clearedBy: command.by.person,
        level: assessment.level,
        assessmentVersion: assessment.version,
        assessmentValidUntil: assessment.validUntil,
        waiverVersion,
        verdictAt: command.at,
        areaRevision,
        board,
        receivingPolice,
        receivingPoliceContacts,
        homeDutyOfficers,
        plannedArrival,
      },
    },
  ];
};

const known = (state: PlacementState): Exclude<PlacementState, { status: 'NONE' }> => {
  ensure(state.status !== 'NONE', 'placement.unknown');
  return state;
};

const arrived = (state: PlacementState): Extract<PlacementState, { status: 'ARRIVED' }> => {
  const placement = known(state);
  if (placement.status === 'ENDED' || placement.status === 'DEPARTED')
    throw new DomainError('placement.ended');
  ensure(placement.status === 'ARRIVED', 'placement.not_arrived');
  return placement;
};

/**
 * A clearance that has not taken effect may be void: within the hour in which it was given, and before the planned day. From
 * then on people act by it, and only an end and a confirmed departure are safe.
 */
const takenBackBefore = ({
  clearedAt,
  plannedArrival,
}: Extract<PlacementState, { status: 'CLEARED' }>): Instant => {
  const [effect, day] = [addHours(clearedAt, 1), startOfDay(plannedArrival)];
  return effect < day ? effect : day;
};

/** From clearance on the person may be on the way, whatever has been recorded. */
const someoneMayBeThere = (state: PlacementState): boolean => {
  switch (state.status) {
    case 'CLEARED':
    case 'IN_TRANSFER':
    case 'ARRIVED':
      return true;
    case 'ENDED':
      return state.departurePending;
    case 'NONE':
    case 'REQUESTED':
    case 'ADMISSION_REFUSED':
    case 'ADMITTED':
    case 'CLEARANCE_REFUSED':
    case 'TAKEN_BACK':
    case 'DEPARTED':
      return false;
    default:
      return assertNever(state);
  }
};

const settleFollowUp = (
  state: PlacementState,
  number: number,
  status: 'RECORDED' | 'MISSED',
): PlacementState =>
  state.status === 'ARRIVED'
    ? {
        ...state,
        followUps: state.followUps.map((followUp, index) =>
          index === number - 1 ? { ...followUp, status } : followUp,
        ),
      }
    : state;

const rank = (level: ThreatLevel): number => threatLevels.indexOf(level);
