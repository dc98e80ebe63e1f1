import { derivedId, streamName } from '#kernel';
import type { HandlerDependencies } from './dependencies.js';
import type { IntentHandlings } from './define.js';

const appointmentIdOf = ({ commandId }: { readonly commandId: string }): string =>
  derivedId('appointment', commandId);

/** What a registrar of appointments asks for. */
export const appointmentHandlings = ({
  directory,
}: HandlerDependencies): Pick<IntentHandlings, 'AppointOfficial' | 'EndAppointment' | 'RecordTraining'> => {
  const stream = async ({ official }: { official: string }) =>
    streamName('appointment', await directory.official(official));
  return {
    AppointOfficial: {
      stream,
      creates: appointmentIdOf,
      async prepare({ official, organisation, ...intent }, context) {
        return {
          type: 'AppointOfficial',
          data: {
            ...intent,
            appointmentId: appointmentIdOf(context),
            official: await directory.official(official),
            organisation: directory.organisation(organisation),
          },
        };
      },
    },
    EndAppointment: {
      stream,
      async prepare({ official, ...intent }) {
        return { type: 'EndAppointment', data: { ...intent, official: await directory.official(official) } };
      },
    },
    RecordTraining: {
      stream,
      async prepare({ official, completedAt }) {
        return {
          type: 'RecordTraining',
          data: { official: await directory.official(official), completedAt },
        };
      },
    },
  };
};
