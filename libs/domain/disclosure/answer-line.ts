import type { RecordAnswer } from './disclosure.commands.js';
import type { DisclosureEvent } from './disclosure.events.js';

/** The line of the ledger for what has left on an inquiry: the same one in the ledger of a case and without a case. */
export const answerLine = (
  answer: RecordAnswer['data'],
): Extract<DisclosureEvent, { type: 'InformationDisclosed' }> => ({
  type: 'InformationDisclosed',
  data: { ...answer, recipientKind: 'REQUESTER', foot: 'STATUTE', items: [] },
});
