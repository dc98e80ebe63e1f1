import { confidential, streamName } from '#kernel';
import type { HandlerDependencies } from './dependencies.js';
import type { IntentHandlings } from './define.js';

/** What happens to a person who has been cleared: reported by the home board and Police. */
export const placementHandlings = ({
  facts,
}: HandlerDependencies): Pick<
  IntentHandlings,
  'RecordTransfer' | 'ConfirmArrival' | 'RecordFollowUp' | 'ConfirmDeparture'
> => {
  const stream = ({ proposalId }: { proposalId: string }) => streamName('placement', proposalId);
  const caseIdOf = async ({ proposalId }: { proposalId: string }) =>
    (await facts.placement(proposalId)).requested.caseId;
  return {
    RecordTransfer: {
      stream,
      async prepare(intent) {
        return { type: 'RecordTransfer', data: { ...intent, caseId: await caseIdOf(intent) } };
      },
    },
    ConfirmArrival: {
      stream,
      async prepare(intent) {
        return { type: 'ConfirmArrival', data: { ...intent, caseId: await caseIdOf(intent) } };
      },
    },
    RecordFollowUp: {
      stream,
      async prepare({ note, ...intent }, context) {
        const { requested } = await facts.placement(intent.proposalId);
        return {
          type: 'RecordFollowUp',
          data: { ...intent, caseId: requested.caseId, note: confidential('social', note) },
          // Each authority owns what it writes: the board's note is not Police's.
          sealing: { caseId: requested.caseId, subject: requested.subject, owner: context.by.organisation },
        };
      },
    },
    ConfirmDeparture: {
      stream,
      async prepare(intent) {
        return { type: 'ConfirmDeparture', data: { ...intent, caseId: await caseIdOf(intent) } };
      },
    },
  };
};
