import type { ProjectionTransaction, RecordedEvent, Token } from '#kernel';
import { domainEvent } from './events.js';
import { replaceInbox } from './inbox.js';

/** Whether an event says that the place of a placement became known, or that nobody stands there any more. */
export const exposureIn = (
  event: RecordedEvent,
): { readonly proposalId: string; readonly known: boolean } | undefined => {
  const { type, data } = domainEvent(event);
  switch (type) {
    case 'LocationCompromised':
      return { proposalId: data.proposalId, known: true };
    case 'DepartureConfirmed':
    case 'ClearanceTakenBack':
      return { proposalId: data.proposalId, known: false };
    case 'PlacementEnded':
      return data.departurePending ? undefined : { proposalId: data.proposalId, known: false };
    default:
      return undefined;
  }
};

/** Tells an agency that the place is known, in its inbox, for as long as somebody may stand there. */
export const tellOfExposure = (
  event: RecordedEvent,
  transaction: ProjectionTransaction,
  schema: string,
  /** `about`: what the agency goes to, its case or its placement. */
  owner: { readonly about: string; readonly organisation: Token; readonly persons: readonly Token[] },
): void => {
  const exposure = exposureIn(event);
  if (!exposure) return;
  const { about, organisation, persons } = owner;
  const rowKey = `${about}/exposed/${exposure.proposalId}`;
  replaceInbox(transaction, schema, { rowKey, about, organisation, persons }, () =>
    exposure.known ? [{ kind: 'LOCATION_EXPOSED', mark: exposure.proposalId, dueAt: null, actions: [] }] : [],
  );
};
