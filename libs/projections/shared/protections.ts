import type {
  ApplicantRole,
  PlainDate,
  ProtectionEndReason,
  ProtectionKind,
  ProtectionNews,
  RecipientKind,
} from '#kernel';
import { type ProtectedDataEvent, protectionNews } from '#domain/protected-data';
import type { DomainEvent } from './events.js';

export const protectionStatuses = ['REQUESTED', 'GRANTED', 'REFUSED', 'ENDED'] as const;

/** A protection of a person's data, as those who applied for it and those who decided on it see it. */
export interface ProtectionItem {
  readonly protectionId: string;
  readonly kind: ProtectionKind;
  readonly status: (typeof protectionStatuses)[number];
  readonly appliedBy: ApplicantRole;
  readonly familyIncluded: boolean;
  readonly appliedOn: PlainDate;
  readonly from: PlainDate | null;
  /** Last day; null until further notice. */
  readonly until: PlainDate | null;
  /** It ends in at most so many days, and the officers have been reminded. */
  readonly endsWithinDays: number | null;
  readonly endedOn: PlainDate | null;
  readonly endReason: ProtectionEndReason | null;
}

/** The list after what is told of one of them; the same list when that is not in it. */
const protectionsKnowing = (
  list: readonly ProtectionItem[],
  news: ProtectionNews,
): readonly ProtectionItem[] => {
  const change = (changes: Partial<ProtectionItem>): readonly ProtectionItem[] =>
    list.map((one) => (one.protectionId === news.protectionId ? { ...one, ...changes } : one));
  switch (news.what) {
    case 'REQUESTED': {
      const { protectionId, kind, appliedBy, familyIncluded, appliedOn } = news;
      return [
        ...list,
        {
          protectionId,
          kind,
          status: 'REQUESTED',
          appliedBy,
          familyIncluded,
          appliedOn,
          from: null,
          until: null,
          endsWithinDays: null,
          endedOn: null,
          endReason: null,
        },
      ];
    }
    case 'GRANTED':
      return change({ status: 'GRANTED', from: news.from, until: news.until ?? null });
    case 'REFUSED':
      return change({ status: 'REFUSED' });
    case 'EXPIRY_REMINDED':
      return change({ endsWithinDays: news.daysLeft });
    case 'ENDED':
      return change({
        status: 'ENDED',
        endedOn: news.endedOn,
        endReason: news.reason,
        endsWithinDays: null,
      });
  }
};

/** The list after an event that the agency itself wrote; the same list when it is about something else. */
export const protectionsAfterOwn = (
  list: readonly ProtectionItem[],
  event: DomainEvent,
): readonly ProtectionItem[] => {
  const news = protectionNews(event as Pick<ProtectedDataEvent, 'type' | 'data'>);
  return news ? protectionsKnowing(list, news) : list;
};

/** The list after what was told to a part; the same list when it was told nothing of a protection. */
export const protectionsAfterTold = (
  list: readonly ProtectionItem[],
  { type, data }: DomainEvent,
  part: RecipientKind,
): readonly ProtectionItem[] =>
  type === 'InformationDisclosed' && data.recipientKind === part && data.protection
    ? protectionsKnowing(list, data.protection)
    : list;

/** What a home board knows: what it applied for itself, and what it was told of that. */
export const protectionsOfBoard = (
  list: readonly ProtectionItem[],
  event: DomainEvent,
): readonly ProtectionItem[] =>
  event.type === 'ProtectedDataRequested'
    ? protectionsAfterOwn(list, event)
    : protectionsAfterTold(list, event, 'HOME_BOARD');
