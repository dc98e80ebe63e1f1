import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { confidential, dataClasses, type Envelope } from '#kernel';
import { assertCatalogued, fieldCatalogue, UncataloguedField } from './field-catalogue.js';
import { Tokens } from './tokens.js';

const key = createSecretKey(Buffer.alloc(32, 3));
const tokens = new Tokens({ routingKeys: [{ epoch: 1, key }] });
const official = tokens.token('person', 'invented-1');

const event = (type: string, data: object) => ({ id: 'e1', stream: 'placement-1', type, data });
const envelope = (over: Partial<Envelope> = {}): Envelope => ({
  sealed: 1,
  class: 'social',
  subject: 'b7f0e0f2-6a52-4f9e-8d43-0d4c1f9a2f11',
  owner: official,
  stream: 'placement-1',
  event: 'e1',
  path: 'note',
  kid: 'k',
  iv: 'aaaa',
  ct: 'bbbb',
  tag: 'cccc',
  ...over,
});
const followUp = {
  caseId: 'b7f0e0f2-6a52-4f9e-8d43-0d4c1f9a2f11',
  proposalId: '0d4c1f9a-6a52-4f9e-8d43-b7f0e0f22f11',
  number: 1,
  heldOn: '2026-11-22',
  outcome: 'STABLE',
  note: envelope(),
};
const reasonOf = (type: string, data: object): string => {
  try {
    assertCatalogued(event(type, data));
  } catch (error) {
    expect(error).toBeInstanceOf(UncataloguedField);
    return `${(error as UncataloguedField).field} ${(error as UncataloguedField).reason}`;
  }
  return 'accepted';
};

describe('before an event is appended', () => {
  it('one that is as the catalogue says passes', () => {
    expect(reasonOf('FollowUpRecorded', followUp)).toBe('accepted');
    expect(reasonOf('ThreatAssessed', { level: 'HIGH', confirmedBy: undefined, assessedBy: official })).toBe(
      'accepted',
    );
  });

  it.each([
    ['a field that nobody marked', { ...followUp, name: 'x' }, 'name UNMARKED'],
    ['a field that every object has', { ...followUp, toString: 'x' }, 'toString UNMARKED'],
    ['a note in clear', { ...followUp, note: 'met at the library' }, 'note NOT_SEALED'],
    ['a note that was not sealed yet', { ...followUp, note: confidential('social', 'x') }, 'note NOT_SEALED'],
    ['half an envelope', { ...followUp, note: { ...envelope(), tag: '' } }, 'note NOT_SEALED'],
    [
      'an envelope with something beside',
      { ...followUp, note: { ...envelope(), hint: 'x' } },
      'note NOT_SEALED',
    ],
    [
      'an envelope of another class',
      { ...followUp, note: envelope({ class: 'address' }) },
      'note WRONG_CLASS',
    ],
    ['an envelope of another event', { ...followUp, note: envelope({ event: 'e2' }) }, 'note WRONG_PLACE'],
    ['an envelope of another stream', { ...followUp, note: envelope({ stream: 'x-1' }) }, 'note WRONG_PLACE'],
    ['an envelope of another field', { ...followUp, note: envelope({ path: 'other' }) }, 'note WRONG_PLACE'],
    ['free text in a code', { ...followUp, outcome: 'she was calm' }, 'outcome NOT_CODED'],
    ['a letter that no code has', { ...followUp, outcome: 'Åsa' }, 'outcome NOT_CODED'],
    ['a personal identity number in a code', { ...followUp, outcome: '19900101-9802' }, 'outcome NOT_CODED'],
    ['a municipality code in a code', { ...followUp, outcome: '1280' }, 'outcome NOT_CODED'],
    ['an envelope in a code', { ...followUp, outcome: envelope() }, 'outcome NOT_CODED'],
    [
      'a confidential value deep in a code',
      { ...followUp, outcome: [{ a: confidential('social', 1) }] },
      'outcome NOT_CODED',
    ],
    ['a number that is none', { ...followUp, number: Number.NaN }, 'number NOT_CODED'],
  ])('refuses %s', (_, data, reason) => {
    expect(reasonOf('FollowUpRecorded', data)).toBe(reason);
  });

  it('refuses an organisation in clear where a token belongs, alone or in a list', () => {
    expect(reasonOf('DutyTaken', { official: 'coordinator-1', from: '2026-11-22T08:00:00.000Z' })).toBe(
      'official NOT_A_TOKEN',
    );
    expect(reasonOf('RelocationRequested', { noGoPlaces: [official, '1280'] })).toBe(
      'noGoPlaces NOT_A_TOKEN',
    );
  });

  it('takes carried envelopes as they are, and nothing else in their place', () => {
    const elsewhere = envelope({ stream: 'relocation-9', event: 'e9', path: 'identity', class: 'identity' });
    expect(reasonOf('InformationDisclosed', { items: [elsewhere] })).toBe('accepted');
    expect(reasonOf('InformationDisclosed', { items: [elsewhere, { name: 'x' }] })).toBe('items NOT_CARRIED');
    expect(reasonOf('InformationDisclosed', { items: elsewhere })).toBe('items NOT_CARRIED');
  });

  it('refuses an event that the catalogue does not know', () => {
    expect(reasonOf('SomethingHappened', {})).toBe('* UNKNOWN_EVENT');
    expect(reasonOf('constructor', {})).toBe('* UNKNOWN_EVENT');
  });

  it('the refusal names type and field, never the value', () => {
    expect(() =>
      assertCatalogued(event('FollowUpRecorded', { ...followUp, note: 'Testperson Alfa' })),
    ).toThrow(/^FollowUpRecorded\.note: NOT_SEALED$/);
  });
});

describe('the catalogue', () => {
  it('never puts identity beside destination or address in one event', () => {
    for (const [type, marks] of Object.entries(fieldCatalogue)) {
      const classes: string[] = Object.values(marks);
      const together =
        classes.includes('SEALED:identity') &&
        (classes.includes('SEALED:destination') || classes.includes('SEALED:address'));
      expect([type, together]).toEqual([type, false]);
    }
  });

  it('uses only classes of data that exist', () => {
    for (const marks of Object.values(fieldCatalogue))
      for (const mark of Object.values(marks) as string[])
        expect([...dataClasses.map((name) => `SEALED:${name}`), 'CODED', 'TOKEN', 'CARRIED']).toContain(mark);
  });
});
