import {
  type AgencyKind,
  agencyKinds,
  assertNever,
  type Decider,
  ensure,
  type Instant,
  publicAuthorities,
  readingAgencyKinds,
  sameFacts,
  type Token,
} from '#kernel';
import type { AppointmentCommand } from './appointment.commands.js';
import type { AppointmentEvent, OfficialFunction } from './appointment.events.js';

type Data<Type extends AppointmentEvent['type']> = Extract<AppointmentEvent, { type: Type }>['data'];

/** As it was made; `until` is moved when it is ended. */
export type Appointment = Data<'OfficialAppointed'>;

export type AppointmentState =
  | { readonly status: 'UNKNOWN' }
  | {
      readonly status: 'KNOWN';
      readonly official: Token;
      readonly appointments: readonly Appointment[];
      /** The last training in protected personal data, if there was one. */
      readonly trainedAt?: Instant;
    };

/** The appointments that hold at an instant: `from` counts, `until` does not. */
export const appointmentsAt = (state: AppointmentState, at: Instant): readonly Appointment[] =>
  state.status === 'KNOWN'
    ? state.appointments.filter(({ from, until }) => from <= at && (until === undefined || at < until))
    : [];

/** Whether the official had been trained by an instant: a condition of access. */
export const isTrainedAt = (state: AppointmentState, at: Instant): boolean =>
  state.status === 'KNOWN' && state.trainedAt !== undefined && state.trainedAt <= at;

/** Which agencies have which functions. */
export const agenciesOf: Readonly<Record<OfficialFunction, readonly AgencyKind[]>> = {
  HOME_OFFICER: ['SOCIAL_BOARD'],
  HOME_DUTY_OFFICER: ['SOCIAL_BOARD'],
  RECEIVING_OFFICER: ['SOCIAL_BOARD'],
  RECEIVING_DECIDER: ['SOCIAL_BOARD'],
  POLICE_COORDINATOR: ['POLICE'],
  POLICE_ASSESSOR: ['POLICE'],
  POLICE_REGISTRAR: ['POLICE'],
  NATIONAL_COORDINATOR: ['NATIONAL_COORDINATOR'],
  DEPUTY_COORDINATOR: ['NATIONAL_COORDINATOR'],
  FACILITY_DIRECTOR: ['HOUSING_PROVIDER'],
  REGISTRAR: ['NATIONAL_COORDINATOR'],
  DOCUMENT_REGISTRAR: publicAuthorities,
  DOCUMENT_DECIDER: publicAuthorities,
  PROTECTION_OFFICER: ['TAX_AGENCY'],
  // Every agency has somebody who looks at its records of reads.
  LOG_REVIEWER: agencyKinds,
  // Of an agency that is told something; Police have one for personal security, Skatteverket its protection officers.
  AGENCY_CONTACT: ['POLICE', ...readingAgencyKinds],
};

/** Functions that are nothing without the board's delegation: no route serves who has none. */
const onlyDelegated: readonly OfficialFunction[] = ['HOME_DUTY_OFFICER'];

/** Whether its function can be exercised under it at all. One of before 2026-11-26 may lack the delegation that it needs. */
export const isUsable = (held: Pick<Appointment, 'function' | 'delegated'>): boolean =>
  held.delegated || !onlyDelegated.includes(held.function);

export const appointmentDecider: Decider<AppointmentCommand, AppointmentEvent, AppointmentState> = {
  initialState: { status: 'UNKNOWN' },

  decide(command, state) {
    ensure(
      state.status === 'UNKNOWN' || state.official === command.data.official,
      'appointment.other_official',
    );
    switch (command.type) {
      case 'AppointOfficial':
        ensureAboutSomebodyElse(command);
        return appoint(command.data, state);
      case 'EndAppointment':
        return end(command.data, state);
      case 'RecordTraining': {
        ensureAboutSomebodyElse(command);
        ensure(command.data.completedAt <= command.at, 'appointment.training_in_the_future');
        // A training that is older than the one known changes nothing.
        if (isTrainedAt(state, command.at) && trainedAtOf(state) >= command.data.completedAt) return [];
        return [{ type: 'TrainingCompleted', data: command.data }];
      }
      default:
        return assertNever(command);
    }
  },

  evolve(state, event) {
    const known = {
      status: 'KNOWN' as const,
      official: event.data.official,
      appointments: state.status === 'KNOWN' ? state.appointments : [],
      trainedAt: state.status === 'KNOWN' ? state.trainedAt : undefined,
    };
    switch (event.type) {
      case 'OfficialAppointed':
        return { ...known, appointments: [...known.appointments, event.data] };
      case 'AppointmentEnded':
        return {
          ...known,
          appointments: known.appointments.map((one) =>
            one.appointmentId === event.data.appointmentId ? { ...one, until: event.data.endsAt } : one,
          ),
        };
      case 'TrainingCompleted':
        return { ...known, trainedAt: event.data.completedAt };
      default:
        return assertNever(event);
    }
  },
};

/** Nobody opens doors to himself: a registrar who became coordinator by his own hand would read every case. */
const ensureAboutSomebodyElse = ({ by, data }: AppointmentCommand): void =>
  ensure(data.official !== by.person, 'appointment.own');

const appoint = (data: Appointment, state: AppointmentState): readonly AppointmentEvent[] => {
  const held = state.status === 'KNOWN' ? state.appointments : [];
  const known = held.find(({ appointmentId }) => appointmentId === data.appointmentId);
  if (known) {
    // Its end may have been moved since; what was appointed is the rest.
    ensure(
      sameFacts({ ...known, until: undefined }, { ...data, until: undefined }),
      'appointment.id_used_for_something_else',
    );
    return [];
  }
  ensure(agenciesOf[data.function].includes(data.agencyKind), 'appointment.function_of_another_agency');
  // Whoever counted on such a duty officer would count on somebody who cannot open the alarm plan.
  ensure(isUsable(data), 'appointment.needs_delegation');
  ensure(data.until === undefined || data.from < data.until, 'appointment.ends_before_it_begins');
  // Twice the same function in the same unit at the same time: it could be ended once and still hold.
  const overlaps = held.some(
    (one) =>
      one.organisation === data.organisation &&
      one.function === data.function &&
      (one.until === undefined || data.from < one.until) &&
      (data.until === undefined || one.from < data.until),
  );
  ensure(!overlaps, 'appointment.overlaps');
  return [{ type: 'OfficialAppointed', data }];
};

const end = (data: Data<'AppointmentEnded'>, state: AppointmentState): readonly AppointmentEvent[] => {
  const held = state.status === 'KNOWN' ? state.appointments : [];
  const known = held.find(({ appointmentId }) => appointmentId === data.appointmentId);
  ensure(known !== undefined, 'appointment.not_found');
  if (known.until === data.endsAt) return [];
  ensure(data.endsAt >= known.from, 'appointment.ends_before_it_begins');
  // An end may come sooner than planned, never later: to go on is a new appointment.
  ensure(known.until === undefined || data.endsAt < known.until, 'appointment.already_ended');
  return [{ type: 'AppointmentEnded', data }];
};

const trainedAtOf = (state: AppointmentState): Instant =>
  state.status === 'KNOWN' ? (state.trainedAt ?? '') : '';
