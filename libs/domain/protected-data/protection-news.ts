import { derivedId, type ProtectionNews } from '#kernel';
import type { ProtectedDataEvent } from './protected-data.events.js';

/** What an event says of one application, in codes; undefined for one that is about something else. */
export const protectionNews = ({
  type,
  data,
}: Pick<ProtectedDataEvent, 'type' | 'data'>): ProtectionNews | undefined => {
  const event = { type, data } as ProtectedDataEvent;
  switch (event.type) {
    case 'ProtectedDataRequested': {
      const { protectionId, kind, appliedBy, familyIncluded, appliedOn } = event.data;
      return { what: 'REQUESTED', protectionId, kind, appliedBy, familyIncluded, appliedOn };
    }
    case 'ProtectedDataGranted': {
      const { protectionId, from, until } = event.data;
      return { what: 'GRANTED', protectionId, from, ...(until === undefined ? {} : { until }) };
    }
    case 'ProtectedDataRefused':
      return { what: 'REFUSED', protectionId: event.data.protectionId };
    case 'ProtectionExpiryReminded': {
      const { protectionId, daysLeft } = event.data;
      return { what: 'EXPIRY_REMINDED', protectionId, daysLeft };
    }
    case 'ProtectedDataEnded': {
      const { protectionId, endedOn, reason } = event.data;
      return { what: 'ENDED', protectionId, endedOn, reason };
    }
    default:
      return undefined;
  }
};

/** Under which id news of an application is told: one telling for each, however often it is sent. */
export const protectionTelling = (news: Pick<ProtectionNews, 'protectionId' | 'what'>): string =>
  derivedId(
    'protection-telling',
    news.protectionId,
    news.what,
    'daysLeft' in news ? String(news.daysLeft) : '',
  );
