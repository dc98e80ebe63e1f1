import { describe, expect, it } from '@jest/globals';
import { endOfDay } from '#kernel';
import type { DomainEvent } from '../shared/events.js';
import { type ProtectionItem, protectionsAfterOwn } from '../shared/protections.js';
import { exposedRegisters } from '#domain/protected-data';
import { homeCaseAfter, type HomeCaseRow, homeInbox } from './case-row.js';
import { protectionItems } from './protections.js';

const event = (type: string, protectionId: string, data: object = {}): DomainEvent =>
  ({ type, data: { caseId: 'c-1', protectionId, ...data } }) as unknown as DomainEvent;
const marking = (id = 'pr-1') => event('ProtectedDataRequested', id, { kind: 'SECRECY_MARKING' });
const registration = event('ProtectedDataRequested', 'pr-9', { kind: 'PROTECTED_REGISTRATION' });
const granted = (id = 'pr-1') =>
  event('ProtectedDataGranted', id, { from: '2026-03-02', until: '2026-04-10' });
const refused = (id: string) => event('ProtectedDataRefused', id);
const reminded = event('ProtectionExpiryReminded', 'pr-1', { daysLeft: 30 });
const ended = (reason: string, id = 'pr-1') =>
  event('ProtectedDataEnded', id, { reason, endedOn: '2026-04-10' });

const items = (...events: readonly DomainEvent[]) =>
  protectionItems(events.reduce<readonly ProtectionItem[]>(protectionsAfterOwn, []));

/** Of which kinds the officers are reminded after these events. */
const waits = (...events: readonly DomainEvent[]) =>
  items(...events).map(({ kind, mark }) => {
    expect(kind).toBe('PROTECTION_ENDS');
    return mark;
  });

const one = ['SECRECY_MARKING'];

describe('the reminder of a protection that ends', () => {
  it('waits from the reminder on, and when it has run out', () => {
    expect(waits(marking())).toEqual([]);
    expect(waits(marking(), granted())).toEqual([]);
    expect(waits(marking(), granted(), reminded)).toEqual(one);
    expect(waits(marking(), granted(), reminded, ended('EXPIRED'))).toEqual(one);
    expect(waits(marking(), granted(), reminded, ended('OWN_NOTICE'))).toEqual([]);
  });

  it('waits when the authority has ended it before its time: the address may be in the register from that day on', () => {
    expect(waits(marking(), granted(), ended('SPECIAL_REASONS'))).toEqual(one);
    expect(waits(marking(), granted(), ended('SPECIAL_REASONS'), marking('pr-2'))).toEqual([]);
  });

  it('says that the first was refused, until another is asked for', () => {
    expect(items(marking(), refused('pr-1'))).toMatchObject([
      { kind: 'PROTECTION_REFUSED', mark: 'SECRECY_MARKING' },
    ]);
    expect(items(marking(), refused('pr-1'), marking('pr-2'))).toEqual([]);
    expect(items(marking(), refused('pr-1'), marking('pr-2'), granted('pr-2'))).toEqual([]);
  });

  it('rests while a prolongation is asked for, goes when it is granted, and is back when it is refused', () => {
    const asked = [marking(), granted(), reminded, marking('pr-2')];
    expect(waits(...asked)).toEqual([]);
    expect(waits(...asked, granted('pr-2'), ended('REPLACED'))).toEqual([]);
    expect(waits(...asked, refused('pr-2'))).toEqual(one);
    expect(waits(...asked, refused('pr-2'), ended('EXPIRED'))).toEqual(one);
    const ranOut = [marking(), granted(), reminded, ended('EXPIRED'), marking('pr-2')];
    expect(waits(...ranOut)).toEqual([]);
    expect(waits(...ranOut, refused('pr-2'))).toEqual(one);
    expect(waits(...ranOut, granted('pr-2'))).toEqual([]);
  });

  it('is of one kind: what becomes of another leaves it alone', () => {
    const ends = [marking(), granted(), reminded];
    expect(waits(...ends, registration)).toEqual(one);
    expect(items(...ends, registration, refused('pr-9')).map(({ kind, mark }) => [kind, mark])).toEqual([
      ['PROTECTION_ENDS', 'SECRECY_MARKING'],
      ['PROTECTION_REFUSED', 'PROTECTED_REGISTRATION'],
    ]);
    expect(waits(...ends, registration, granted('pr-9'))).toEqual(one);
    expect(waits(...ends, registration, granted('pr-9'), ended('OWN_NOTICE', 'pr-9'))).toEqual(one);
    const both = [...ends, registration, granted('pr-9'), ended('EXPIRED', 'pr-9')];
    expect(waits(...both)).toEqual(['SECRECY_MARKING', 'PROTECTED_REGISTRATION']);
  });
});

describe('the registers that may give a new place away', () => {
  const happened = (type: string, data: object): DomainEvent =>
    ({ type, data: { caseId: 'c-1', ...data } }) as unknown as DomainEvent;
  const opened = happened('CaseOpened', { board: 'o-board', officers: ['p-officer'] });
  const cleared = happened('PlacementCleared', { proposalId: 'p-2', plannedArrival: '2026-03-12' });
  const reopened = happened('ExposedRegistersReopened', { proposalId: 'p-2', openedOn: '2026-03-03' });
  const looked = (register: string, status = 'DONE') =>
    happened('ExposedRegisterChecked', { register, status, checkedOn: '2026-03-04', checkedBy: 'p-officer' });
  const after = (...events: readonly DomainEvent[]) =>
    homeInbox(
      events.reduce<HomeCaseRow | undefined>((row, one) => homeCaseAfter(row, one), undefined)!,
    ).filter(({ kind }) => kind === 'CHECK_EXPOSED_REGISTERS');

  it('wait by the day on which the person is to be there, until each of them was looked at again', () => {
    expect(after(opened, looked('SCHOOL'), cleared)).toEqual([]);
    const again = [opened, ...exposedRegisters.map((one) => looked(one)), cleared, reopened];
    const waits = [{ kind: 'CHECK_EXPOSED_REGISTERS', dueAt: endOfDay('2026-03-12'), actions: [] }];
    expect(after(...again)).toEqual(waits);
    const [last, ...others] = exposedRegisters;
    const nearly = [...again, ...others.map((one) => looked(one, 'NOT_APPLICABLE'))];
    expect(after(...nearly)).toEqual(waits);
    expect(after(...nearly, looked(last))).toEqual([]);
    // Found open again, by whoever looked.
    expect(after(...nearly, looked(last), looked('SCHOOL', 'OPEN'))).toEqual(waits);
    // Nothing waits in a case that is closed.
    expect(after(...nearly, happened('CaseClosed', { code: 'LOST_CONTACT' }))).toEqual([]);
  });
});
