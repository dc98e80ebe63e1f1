import type { ProjectionTransaction, RecordedEvent } from '#kernel';
import { protectionKinds } from '#domain/protected-data';
import { domainEvent, type EventType } from '../shared/events.js';
import { type InboxItem, replaceInbox } from '../shared/inbox.js';
import type { ProtectionItem } from '../shared/protections.js';
import type { HomeCaseRow } from './case-row.js';

/** What makes the officers look after the protections of the person's data, or lets them rest. */
export const ofProtections = [
  'ProtectedDataRequested',
  'RegistrationNoticeReminded',
  'RegistrationNoticeReopened',
  'RegistrationNoticeSuperseded',
  'RegistrationNoticeSent',
  'RegistrationNoticeWithheld',
] as const satisfies readonly EventType[];

/** Also what the board is told of what it has applied for. */
export const isOfProtections = (event: RecordedEvent): boolean => {
  const { type, data } = domainEvent(event);
  return (
    (ofProtections as readonly string[]).includes(type) ||
    (type === 'InformationDisclosed' && data.recipientKind === 'HOME_BOARD' && data.protection !== undefined)
  );
};

/**
 * What of one kind makes the officers apply: the one in force ends and they were reminded; it has ended otherwise than by the
 * person's own notice, so that the register may show the address from that day on; or the first was refused. Not while an
 * application is open; one that was refused leaves what was in force before it as it was.
 */
const missed = (ofKind: readonly ProtectionItem[]): InboxItem['kind'] | undefined => {
  if (ofKind.some(({ status }) => status === 'REQUESTED')) return undefined;
  const last = ofKind.findLast(({ status }) => status !== 'REFUSED');
  if (last === undefined) return ofKind.length > 0 ? 'PROTECTION_REFUSED' : undefined;
  const ends =
    last.status === 'ENDED' ? last.endReason !== 'OWN_NOTICE' : (last.endsWithinDays ?? null) !== null;
  return ends ? 'PROTECTION_ENDS' : undefined;
};

/** One item for each kind: what becomes of one says nothing about another. */
export const protectionItems = (protections: readonly ProtectionItem[]): readonly InboxItem[] =>
  protectionKinds.flatMap((mark) => {
    const kind = missed(protections.filter((one) => one.kind === mark));
    return kind ? [{ kind, mark, dueAt: null, actions: [] }] : [];
  });

/** What waits of the notice after an event; undefined for one that has nothing to do with it. */
const noticeItems = ({ type }: RecordedEvent): readonly InboxItem[] | undefined => {
  switch (type) {
    case 'RegistrationNoticeReminded':
    case 'RegistrationNoticeReopened':
    case 'RegistrationNoticeSuperseded':
      return [{ kind: 'DECIDE_REGISTRATION_NOTICE', dueAt: null, actions: [] }];
    case 'RegistrationNoticeSent':
    case 'RegistrationNoticeWithheld':
      return [];
    default:
      return undefined;
  }
};

/** What waits after an event, and of what: the items of one thing leave those of the others alone. */
const itemsAfter = (event: RecordedEvent, row: HomeCaseRow): readonly [of: string, readonly InboxItem[]] => {
  const notice = noticeItems(event);
  return notice ? ['notice', notice] : ['protection', protectionItems(row.protections)];
};

/** Reminds the named officers in their inbox: of a protection that ends, and of a notice that nobody has decided on. */
export const tellOfProtections = (
  event: RecordedEvent,
  transaction: ProjectionTransaction,
  schema: string,
  row: HomeCaseRow,
): void => {
  const { caseId: about, organisation, persons } = row;
  const [of, items] = itemsAfter(event, row);
  const rowKey = `${about}/protected-data/${of}`;
  replaceInbox(transaction, schema, { rowKey, about, organisation, persons }, () => items);
};
