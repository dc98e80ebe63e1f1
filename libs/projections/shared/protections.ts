import type { PlainDate } from '#kernel';
import type { ApplicantRole, ProtectionEndReason, ProtectionKind } from '#domain/protected-data';
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

/** The list after one more event; the same list when it is about something else. */
export const protectionsAfter = (
  list: readonly ProtectionItem[],
  { type, data }: DomainEvent,
): readonly ProtectionItem[] => {
  const change = (id: string, changes: Partial<ProtectionItem>): readonly ProtectionItem[] =>
    list.map((one) => (one.protectionId === id ? { ...one, ...changes } : one));
  switch (type) {
    case 'ProtectedDataRequested': {
      const { protectionId, kind, appliedBy, familyIncluded, appliedOn } = data;
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
    case 'ProtectedDataGranted':
      return change(data.protectionId, { status: 'GRANTED', from: data.from, until: data.until ?? null });
    case 'ProtectedDataRefused':
      return change(data.protectionId, { status: 'REFUSED' });
    case 'ProtectionExpiryReminded':
      return change(data.protectionId, { endsWithinDays: data.daysLeft });
    case 'ProtectedDataEnded':
      return change(data.protectionId, {
        status: 'ENDED',
        endedOn: data.endedOn,
        endReason: data.reason,
        endsWithinDays: null,
      });
    default:
      return list;
  }
};
