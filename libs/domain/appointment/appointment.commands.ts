import type { CommandOf } from '#kernel';
import type { AppointmentEvent } from './appointment.events.js';

type DataOf<Type extends AppointmentEvent['type']> = Extract<AppointmentEvent, { type: Type }>['data'];

export type AppointmentCommand =
  | CommandOf<'AppointOfficial', DataOf<'OfficialAppointed'>>
  | CommandOf<'EndAppointment', DataOf<'AppointmentEnded'>>
  | CommandOf<'RecordTraining', DataOf<'TrainingCompleted'>>;
