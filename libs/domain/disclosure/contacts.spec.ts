import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold, type Token } from '#kernel';
import { given, playEachTwice } from '#kernel/testing';
import {
  disclosureDecider,
  type DisclosureCommand,
  type DisclosureEvent,
  holdersOf,
  mostContacts,
} from './index.js';

const at = '2026-03-02T08:00:00.000Z';
const caseId = 'case-1';
const board = 'o-home';
const actor = (person: Token) => ({ person, organisation: board, agencyKind: 'SOCIAL_BOARD' }) as const;
type Of<Type extends DisclosureCommand['type']> = Extract<DisclosureCommand, { type: Type }>;
type Happened<Type extends DisclosureEvent['type']> = Extract<DisclosureEvent, { type: Type }>['data'];

const office = { part: 'HOME_BOARD', organisation: board, named: ['p-1', 'p-2'] } as const;

const impartial = (person: Token): DisclosureCommand => ({
  type: 'DeclareImpartial',
  data: { caseId },
  at,
  by: actor(person),
});
const disqualified = (
  person: Token,
  over: Partial<Of<'DeclareDisqualified'>['data']> = {},
): DisclosureCommand => ({
  type: 'DeclareDisqualified',
  data: { caseId, ground: 'FL_16_2', offices: [office], ...over },
  at,
  by: actor(person),
});
const change = (over: Partial<Of<'ChangeContact'>['data']> = {}, person = 'p-1'): DisclosureCommand => ({
  type: 'ChangeContact',
  data: { caseId, office, outgoing: 'p-2', incoming: 'p-3', reason: 'NEW_DUTIES', ...over },
  at,
  by: actor(person),
});
const declared = (official: Token): DisclosureEvent => ({
  type: 'ImpartialityDeclared',
  data: { caseId, official, organisation: board },
});
const gone = (official: Token): DisclosureEvent => ({
  type: 'DisqualificationDeclared',
  data: { caseId, official, organisation: board, ground: 'FL_16_2' },
});
const changed = (over: Partial<Happened<'ContactChanged'>> = {}): DisclosureEvent => ({
  type: 'ContactChanged',
  data: {
    caseId,
    part: 'HOME_BOARD',
    organisation: board,
    office: ['p-1', 'p-2'],
    outgoing: 'p-2',
    incoming: 'p-3',
    reason: 'NEW_DUTIES',
    ...over,
  },
});

describe('an official who looks at FL 16 §', () => {
  it('declares once for a case that nothing is against it', () => {
    given(disclosureDecider, [])
      .when(impartial('p-1'))
      .then([declared('p-1')]);
    given(disclosureDecider, [declared('p-1')])
      .when(impartial('p-1'))
      .thenNothing();
    given(disclosureDecider, [declared('p-1')])
      .when(impartial('p-2'))
      .then([declared('p-2')]);
  });
  it('or is disqualified, also after having declared otherwise', () => {
    given(disclosureDecider, [declared('p-1')])
      .when(disqualified('p-1'))
      .then([gone('p-1')]);
    given(disclosureDecider, [gone('p-1')])
      .when(disqualified('p-1'))
      .thenNothing();
  });
  it('does not take that back, and is not named again by others', () => {
    given(disclosureDecider, [gone('p-1')])
      .when(impartial('p-1'))
      .thenRefused('disclosure.disqualified');
    given(disclosureDecider, [gone('p-1')])
      .when(change({ outgoing: 'p-2', incoming: 'p-1' }, 'p-2'))
      .thenRefused('disclosure.disqualified');
  });
  it('says who takes over, where nobody else is named: a case without anybody of the board stands still', () => {
    given(disclosureDecider, [gone('p-2')])
      .when(disqualified('p-1'))
      .thenRefused('disclosure.last_contact');
    given(disclosureDecider, [gone('p-2')])
      .when(disqualified('p-1', { successor: 'p-3' }))
      .then([changed({ office: ['p-1'], outgoing: 'p-1', reason: 'DISQUALIFIED' }), gone('p-1')]);
    given(disclosureDecider, [])
      .when(disqualified('p-1', { successor: 'p-2' }))
      .then([gone('p-1')]);
  });
  it('holds up nobody who has no part that persons are named for', () => {
    given(disclosureDecider, [])
      .when(disqualified('p-9', { offices: [] }))
      .then([gone('p-9')]);
  });
});

describe('a change of contact', () => {
  it('is one decision: who goes and who comes', () => {
    given(disclosureDecider, []).when(change()).then([changed()]);
    given(disclosureDecider, [changed()]).when(change()).thenNothing();
  });
  it('takes one more in while there is room, and no more than that', () => {
    const more = { outgoing: undefined, reason: 'MORE_HANDS' } as const;
    given(disclosureDecider, [])
      .when(change(more))
      .then([changed(more)]);
    given(disclosureDecider, [changed(more)])
      .when(change({ ...more, incoming: 'p-4' }))
      .thenRefused('disclosure.too_many_contacts');
    given(disclosureDecider, [])
      .when(change({ outgoing: undefined }))
      .thenRefused('disclosure.nobody_goes');
  });
  it('lets nobody in by his or her own hand, twice, or again', () => {
    given(disclosureDecider, [])
      .when(change({ incoming: 'p-1' }, 'p-1'))
      .thenRefused('disclosure.names_himself');
    given(disclosureDecider, [])
      .when(change({ incoming: 'p-2', outgoing: 'p-1' }))
      .thenRefused('disclosure.already_a_contact');
    given(disclosureDecider, [changed()])
      .when(change({ outgoing: 'p-3', incoming: 'p-2' }))
      .thenRefused('disclosure.contact_has_left');
  });
  it('takes out only who is in', () => {
    given(disclosureDecider, [])
      .when(change({ outgoing: 'p-9' }))
      .thenRefused('disclosure.not_a_contact');
    given(disclosureDecider, [gone('p-2')])
      .when(change())
      .thenRefused('disclosure.not_a_contact');
  });
});

describe('who holds a part', () => {
  const persons = ['p-1', 'p-2', 'p-3', 'p-4', 'p-5', 'p-6'] as const;
  const person = fc.constantFrom(...persons);
  const commands = fc.oneof(
    person.map(impartial),
    fc
      .record({ who: person, successor: fc.option(person, { nil: undefined }) })
      .map(({ who, successor }) => disqualified(who, { successor })),
    fc
      .record({ by: person, outgoing: fc.option(person, { nil: undefined }), incoming: person })
      .map(({ by, outgoing, incoming }) =>
        change({ outgoing, incoming, reason: outgoing === undefined ? 'MORE_HANDS' : 'ABSENCE' }, by),
      ),
  );
  it('is never more than may know, never nobody, and never who is disqualified, whatever was asked for', () => {
    let full = 0;
    let swapped = 0;
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 20 }), (sent) => {
        const { state, events } = playEachTwice(disclosureDecider, sent);
        const held = holdersOf(state.people, office);
        expect(held.length).toBeGreaterThan(0);
        expect(held.length).toBeLessThanOrEqual(mostContacts.HOME_BOARD);
        expect(new Set(held).size).toBe(held.length);
        for (const one of state.people.disqualified) expect(held).not.toContain(one);
        full += held.length === mostContacts.HOME_BOARD ? 1 : 0;
        swapped += events.some(({ type }) => type === 'ContactChanged') ? 1 : 0;
      }),
      { numRuns: 500 },
    );
    expect([full > 20, swapped > 100]).toEqual([true, true]);
  });
  it('is about one part of one organisation, and one proposal', () => {
    const { people } = fold(disclosureDecider, [
      changed(),
      changed({ part: 'RECEIVING_BOARD', proposalId: 'r-1', incoming: 'p-9' }),
      changed({ organisation: 'o-other', incoming: 'p-8' }),
    ]);
    expect(holdersOf(people, office)).toEqual(['p-1', 'p-3']);
    expect(
      holdersOf(people, { ...office, part: 'RECEIVING_BOARD', proposalId: 'r-1', named: ['p-2'] }),
    ).toEqual(['p-9']);
    expect(holdersOf(people, { ...office, part: 'RECEIVING_BOARD', proposalId: 'r-2' })).toEqual([
      'p-1',
      'p-2',
    ]);
  });
});
