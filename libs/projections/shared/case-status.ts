import type { CaseStatus } from './allowed-actions.js';
import type { DomainEvent } from './events.js';

/**
 * The state of a case as its home board, home Police and the coordinator see it, after one more event. That a board was
 * chosen is not shown before it was really asked; a question that comes to nothing, for whatever reason, leads back to
 * MATCHING and nothing else.
 */
export const statusAfter = (status: CaseStatus, event: DomainEvent): CaseStatus => {
  if (status === 'CLOSED') return status;
  const back: CaseStatus = status === 'SUPERVISED_CLOSING' ? status : 'MATCHING';
  switch (event.type) {
    case 'CaseOpened':
      return 'DRAFT';
    case 'RelocationRequested':
      return 'REQUESTED';
    case 'InformationDisclosed':
      return status === 'REQUESTED' && event.data.recipientKind === 'HOME_POLICE' ? 'ASSESSING' : status;
    case 'ThreatAssessed':
      return status === 'REQUESTED' || status === 'ASSESSING' ? 'MATCHING' : status;
    case 'PlacementProposed':
      return 'PROPOSED';
    case 'PlacementAccepted':
      return 'ACCEPTED';
    case 'AdmissionGranted':
    case 'ClearanceTakenBack':
      return 'CLEARANCE_PENDING';
    case 'PlacementCleared':
      return 'CLEARED';
    case 'TransferRecorded':
      return 'IN_TRANSFER';
    case 'ArrivalConfirmed':
      return 'PLACED';
    case 'FollowUpRecorded':
      return status === 'PLACED' ? 'FOLLOW_UP' : status;
    case 'PlacementDeclined':
    case 'ProposalExpired':
    case 'ProposalWithdrawn':
    case 'CounterProposalRejected':
    case 'PlacementEnded':
      return back;
    case 'SupervisedClosingStarted':
      return 'SUPERVISED_CLOSING';
    case 'CaseClosed':
      return 'CLOSED';
    default:
      return status;
  }
};
