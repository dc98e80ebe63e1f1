import type { ProjectionTransaction, RecordedEvent, Token } from '#kernel';
import { domainEvent, type EventType } from '../shared/events.js';
import { type InboxItem, replaceInbox } from '../shared/inbox.js';

/** What makes the officers look after the protections of the person's data, or lets them rest. */
export const ofProtections = [
  'ProtectedDataRequested',
  'ProtectedDataGranted',
  'ProtectionExpiryReminded',
  'ProtectedDataEnded',
  'RegistrationNoticeReminded',
  'RegistrationNoticeReopened',
  'RegistrationNoticeSent',
  'RegistrationNoticeWithheld',
] as const satisfies readonly EventType[];

export const isOfProtections = ({ type }: RecordedEvent): boolean =>
  (ofProtections as readonly string[]).includes(type);

const waits = (kind: InboxItem['kind']): readonly InboxItem[] => [{ kind, dueAt: null, actions: [] }];

/** What an event changes of what waits; undefined for one that has nothing to do with it. */
const itemsAfter = (
  event: RecordedEvent,
): { readonly of: 'protection' | 'notice'; readonly items: readonly InboxItem[] } | undefined => {
  const { type, data } = domainEvent(event);
  switch (type) {
    case 'ProtectionExpiryReminded':
      return { of: 'protection', items: waits('PROTECTION_ENDS') };
    case 'ProtectedDataEnded':
      // One that has run out is missing until somebody has applied anew.
      return { of: 'protection', items: data.reason === 'EXPIRED' ? waits('PROTECTION_ENDS') : [] };
    case 'ProtectedDataRequested':
    case 'ProtectedDataGranted':
      return { of: 'protection', items: [] };
    case 'RegistrationNoticeReminded':
    case 'RegistrationNoticeReopened':
      return { of: 'notice', items: waits('DECIDE_REGISTRATION_NOTICE') };
    case 'RegistrationNoticeSent':
    case 'RegistrationNoticeWithheld':
      return { of: 'notice', items: [] };
    default:
      return undefined;
  }
};

/** Reminds the named officers in their inbox: of a protection that ends, and of a notice that nobody has decided on. */
export const tellOfProtections = (
  event: RecordedEvent,
  transaction: ProjectionTransaction,
  schema: string,
  owner: { readonly about: string; readonly organisation: Token; readonly persons: readonly Token[] },
): void => {
  const after = itemsAfter(event);
  if (!after) return;
  const { about, organisation, persons } = owner;
  const rowKey = `${about}/protected-data/${after.of}`;
  replaceInbox(transaction, schema, { rowKey, about, organisation, persons }, () => after.items);
};
