import { describe, expect, it } from '@jest/globals';
import type { IntentType } from '#application';
import { recordedStatuses } from './refusal.interceptor.js';

// Written out here and not taken from there: who takes one out of that list has to come here, too.
const opening: readonly IntentType[] = [
  'BreakGlass',
  'BreakGlassAtPlacement',
  'ConfirmGlass',
  'RequestJointOpening',
  'ApproveJointOpening',
  'RejectJointOpening',
  'ReceiveInformationRequest',
  'WeighInformationRequest',
  'DecideInformationRequest',
  'ReceiveStayInquiry',
  'AnswerStayInquiry',
  'TellAgency',
  'ChangeContact',
  'ChangeContactOnProposal',
  'CheckCandidate',
  'OrderProposal',
  'ProduceAccessReport',
];

describe('a refusal', () => {
  it.each(opening)(
    'of %s is on record also for the state of the case, for what was said, and for what was not seen',
    (intent) => {
      expect(recordedStatuses(intent)).toEqual([403, 404, 409, 412, 422, 428]);
    },
  );

  it('of anything else is on record when it was access that was refused', () => {
    for (const intent of [undefined, 'OpenCase', 'RequestProtection', 'ConfirmArrival'] as const)
      expect(recordedStatuses(intent)).toEqual([403, 404]);
  });
});
