import { describe, expect, it } from '@jest/globals';
import type { DomainEvent } from '../shared/events.js';
import { inquiryNoticeAfter, type InquiryNoticeRow, type PoliceHomeCaseRow } from './rows.js';

const at = '2026-03-02T08:00:00.000Z';
const home = {
  caseId: 'case-1',
  organisation: 'o-police',
  persons: ['p-coordinator'],
  visible: true,
} as unknown as PoliceHomeCaseRow;
const happened = (type: DomainEvent['type'], data: object = {}): DomainEvent =>
  ({ type, data: { inquiryId: 'inquiry-1', caseId: 'case-1', requester: 'POLICE', ...data } }) as DomainEvent;
const after = (...events: DomainEvent[]): InquiryNoticeRow | undefined =>
  events.reduce<InquiryNoticeRow | undefined>(
    (row, event) => inquiryNoticeAfter(row, home, event, at),
    undefined,
  );
const decided = (released: readonly string[]): DomainEvent =>
  happened('InformationRequestDecided', { outcome: released.length > 0 ? 'DISCLOSE' : 'REFUSE', released });
const seen = happened('InquiryAlertSeen');

describe('the notice that somebody asked about the person of a case', () => {
  const asked = [happened('InformationRequestReceived'), seen];
  it('says which classes were told, and is unseen again: whoever protects the person must know what has left', () => {
    expect(after(...asked)).toMatchObject({ seen: true, told: [], closedAt: null });
    expect(after(...asked, decided(['address']))).toMatchObject({
      seen: false,
      told: ['address'],
      closedAt: at,
    });
    expect(after(...asked, decided(['address']), seen)).toMatchObject({ seen: true, told: ['address'] });
  });
  it('says no more than before of a refusal, and of what was asked before there was a case', () => {
    expect(after(...asked, decided([]))).toMatchObject({ seen: true, told: [], closedAt: at });
    expect(after(decided(['family']))).toMatchObject({ seen: false, told: ['family'], closedAt: at });
  });
  it('of a stay inquiry: that it was answered, and not what', () => {
    const stay = happened('StayInquiryReceived');
    expect(after(stay, happened('StayInquiryAnswered', { outcome: 'ANSWERED' }))?.told).toEqual(['STAY']);
    expect(after(stay, happened('StayInquiryAnswered', { outcome: 'NOT_ANSWERED' }))?.told).toEqual([]);
  });
});
