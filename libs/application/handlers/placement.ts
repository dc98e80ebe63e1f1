import { confidential, streamName } from '#kernel';
import type { LoadedStream } from '../command-executor.js';
import { mayStandThere, placementIn } from '../facts.js';
import type { IntentHandlings } from './define.js';
import type { HandlerDependencies } from './dependencies.js';

/** What happens to a person who has been cleared: reported by the home board and Police. */
export const placementHandlings = ({
  facts,
}: Pick<HandlerDependencies, 'facts'>): Pick<
  IntentHandlings,
  'RecordTransfer' | 'ConfirmArrival' | 'RecordFollowUp' | 'ConfirmDeparture' | 'ReportExposure'
> => {
  const stream = ({ proposalId }: { proposalId: string }) => streamName('placement', proposalId);
  const caseIdOf = (loaded: LoadedStream) => placementIn(loaded.events).caseId;
  return {
    RecordTransfer: {
      stream,
      async prepare(intent, _context, loaded) {
        return { type: 'RecordTransfer', data: { ...intent, caseId: caseIdOf(loaded) } };
      },
    },
    ConfirmArrival: {
      stream,
      async prepare(intent, _context, loaded) {
        return { type: 'ConfirmArrival', data: { ...intent, caseId: caseIdOf(loaded) } };
      },
    },
    RecordFollowUp: {
      stream,
      async prepare({ note, ...intent }, context, loaded) {
        const { caseId, subject } = placementIn(loaded.events);
        return {
          type: 'RecordFollowUp',
          data: { ...intent, caseId, note: confidential('social', note) },
          // Each authority owns what it writes: the board's note is not Police's.
          sealing: { caseId, subject, owner: context.by.organisation },
        };
      },
    },
    ConfirmDeparture: {
      stream,
      async prepare(intent, _context, loaded) {
        return { type: 'ConfirmDeparture', data: { ...intent, caseId: caseIdOf(loaded) } };
      },
    },
    // On the stream of the grants: what they have not followed opens nothing.
    ReportExposure: {
      async stream(intent) {
        const { caseId } = placementIn(await facts.events(stream(intent)));
        return streamName('disclosure', caseId);
      },
      async prepare(intent) {
        const events = await facts.events(stream(intent));
        const { caseId } = placementIn(events);
        return {
          type: 'ReportExposure',
          data: { ...intent, caseId, mayStandThere: mayStandThere(events) },
        };
      },
    },
  };
};
