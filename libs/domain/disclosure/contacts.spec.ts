import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold, type Token, toldKinds } from '#kernel';
import { given, playEachTwice } from '#kernel/testing';
import {
  contactParts,
  disclosureDecider,
  type DisclosureCommand,
  type DisclosureEvent,
  holdersOf,
  mostContacts,
  toldOfficesAt,
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
  data: { caseId, offices: [office], outgoing: 'p-2', incoming: 'p-3', reason: 'NEW_DUTIES', ...over },
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
  it('lets no more in than may know for each part (domain.md 1.2), written here once more', () => {
    const most = {
      HOME_BOARD: 3,
      HOME_POLICE: 3,
      RECEIVING_BOARD: 2,
      RECEIVING_POLICE: 3,
      ASKED_BOARD: 4,
      HOUSING_PROVIDER: 2,
      TAX_AGENCY: 2,
    } as const;
    expect(contactParts.filter((part) => !(part in most))).toEqual([...toldKinds]);
    for (const part of contactParts) {
      const room = part in most ? most[part as keyof typeof most] : 3;
      const named = Array.from({ length: room }, (_, n) => `p-${n}`);
      const more = { outgoing: undefined, incoming: 'p-new', reason: 'MORE_HANDS' } as const;
      given(disclosureDecider, [])
        .when(change({ ...more, offices: [{ part, organisation: board, named }] }, 'p-0'))
        .thenRefused('disclosure.too_many_contacts', { most: room });
      const { events } = playEachTwice(disclosureDecider, [
        change({ ...more, offices: [{ part, organisation: board, named: named.slice(1) }] }, 'p-1'),
      ]);
      expect([part, events.length]).toEqual([part, 1]);
    }
  });
  it('lets who has left one office come to another of the same organisation', () => {
    const there = {
      part: 'RECEIVING_POLICE',
      organisation: board,
      proposalId: 'r-1',
      named: ['p-1'],
    } as const;
    given(disclosureDecider, [changed()])
      .when(change({ offices: [there], outgoing: 'p-1', incoming: 'p-2' }, 'p-9'))
      .then([
        changed({
          part: there.part,
          proposalId: there.proposalId,
          office: ['p-1'],
          outgoing: 'p-1',
          incoming: 'p-2',
        }),
      ]);
  });
  it('is of every office of the agency that names who goes, and of those of who asks where one more comes', () => {
    const register = { part: 'POPULATION_REGISTER', organisation: board, named: ['p-2'] } as const;
    const both = { offices: [office, register] } as const;
    const inRegister = { part: register.part, office: ['p-2'] } as const;
    given(disclosureDecider, [])
      .when(change(both))
      .then([changed(), changed(inRegister)]);
    given(disclosureDecider, [changed(), changed(inRegister)])
      .when(change(both))
      .thenNothing();
    // Only one of the two names who goes.
    given(disclosureDecider, [changed()])
      .when(change(both))
      .then([changed(inRegister)]);
    const more = { outgoing: undefined, reason: 'MORE_HANDS' } as const;
    given(disclosureDecider, [])
      .when(change({ ...both, ...more }))
      .then([changed(more)]);
    given(disclosureDecider, [])
      .when(change({ ...both, ...more }, 'p-2'))
      .then([changed(more), changed({ ...more, ...inRegister })]);
    // The first is full: what is told beside it can have one more.
    const full = { ...office, named: ['p-1', 'p-2', 'p-5'] };
    given(disclosureDecider, [])
      .when(change({ ...more, offices: [full, register] }, 'p-2'))
      .then([changed({ ...more, ...inRegister })]);
    // Who comes is in one already: nobody is let go by half.
    given(disclosureDecider, [])
      .when(change({ ...both, offices: [{ ...office, named: ['p-2', 'p-3'] }, register] }))
      .thenRefused('disclosure.already_a_contact');
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
  it('lets who takes over name himself for somebody who has gone: there may be nobody else', () => {
    const own = { outgoing: 'p-2', incoming: 'p-9' } as const;
    given(disclosureDecider, [])
      .when(change({ ...own, takenOver: true }, 'p-9'))
      .then([changed(own)]);
    // Of which part nobody could name others says the event, also where who takes over may not name himself.
    const left = [{ ...office, takenOver: true as const }];
    given(disclosureDecider, [])
      .when(change({ offices: left, takenOver: false }, 'p-9'))
      .then([changed({ takenOver: true })]);
    given(disclosureDecider, [])
      .when(change({ ...own, takenOver: false }, 'p-9'))
      .thenRefused('disclosure.names_himself');
    given(disclosureDecider, [])
      .when(change({ ...own, outgoing: undefined, reason: 'MORE_HANDS', takenOver: true }, 'p-9'))
      .thenRefused('disclosure.names_himself');
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

describe('an agency outside the road', () => {
  const agency = 'o-probation';
  const telling = (disclosureId: string, persons: readonly Token[], over: object = {}): DisclosureEvent => ({
    type: 'InformationDisclosed',
    data: {
      caseId,
      subject: 's-1',
      disclosureId,
      recipientKind: 'PROBATION_SERVICE',
      recipient: agency,
      persons,
      classes: [],
      purpose: 'SUPPORT',
      foot: 'STATUTE',
      legalBasis: 'OSL_10_17',
      protectedBy: [],
      secrecyAtHolder: 'OSL_35_15',
      items: [],
      ...over,
    },
  });
  const told = [telling('t-1', ['k-1', 'k-2']), telling('t-2', ['k-1'])];
  const officeNow = (events: readonly DisclosureEvent[]) =>
    toldOfficesAt(fold(disclosureDecider, events), agency, at)[0]!;
  const by = (person: Token) => ({ person, organisation: agency, agencyKind: 'PROBATION_SERVICE' }) as const;
  const handsOver = (
    over: Partial<Of<'ChangeContact'>['data']>,
    person: Token,
    events: readonly DisclosureEvent[] = told,
  ): DisclosureCommand => ({
    ...change({ offices: [officeNow(events)], reason: 'ABSENCE', ...over }, person),
    by: by(person),
  });
  const became = (outgoing: Token | undefined, incoming: Token, over: Partial<Happened<'ContactChanged'>>) =>
    changed({ part: 'PROBATION_SERVICE', organisation: agency, outgoing, incoming, ...over });

  it('changes a contact by the same event, which hands over what that one was told and nothing else', () => {
    given(disclosureDecider, told)
      .when(handsOver({ outgoing: 'k-2', incoming: 'k-3' }, 'k-1'))
      .then([became('k-2', 'k-3', { office: ['k-2'], reason: 'ABSENCE' })]);
    given(disclosureDecider, told)
      .when(handsOver({ outgoing: undefined, incoming: 'k-3', reason: 'MORE_HANDS' }, 'k-1'))
      .then([became(undefined, 'k-3', { office: ['k-1'], reason: 'MORE_HANDS' })]);
    // Of two tellings to different persons the one who comes gets that of the one who goes.
    const { people } = fold(disclosureDecider, [...told, became('k-2', 'k-3', { office: ['k-2'] })]);
    expect(
      holdersOf(people, { part: 'PROBATION_SERVICE', organisation: agency, named: ['k-1', 'k-2'] }),
    ).toEqual(['k-1', 'k-3']);
    expect(holdersOf(people, { part: 'PROBATION_SERVICE', organisation: agency, named: ['k-1'] })).toEqual([
      'k-1',
    ]);
  });

  it('has three contacts at most, over all that is told to it at once', () => {
    const full = [...told, became(undefined, 'k-3', { office: ['k-1'], reason: 'MORE_HANDS' })];
    given(disclosureDecider, full)
      .when(handsOver({ outgoing: undefined, incoming: 'k-4', reason: 'MORE_HANDS' }, 'k-1', full))
      .thenRefused('disclosure.too_many_contacts');
    const more = (persons: readonly Token[]): DisclosureCommand => {
      const { data } = telling('t-3', persons, {
        recipientKind: 'REGION_COORDINATOR',
        secrecyAtHolder: 'OSL_26_1',
      });
      return {
        type: 'DiscloseInformation',
        data: {
          ...(data as Happened<'InformationDisclosed'>),
          recipientKind: 'REGION_COORDINATOR',
          refs: [],
        },
        at,
        by: actor('p-1'),
      };
    };
    const region = [telling('t-4', ['k-1', 'k-2', 'k-3'], { recipientKind: 'REGION_COORDINATOR' })];
    given(disclosureDecider, region)
      .when(more(['k-4']))
      .thenRefused('disclosure.too_many_contacts');
    // One that has ended counts for nothing: what is asked next is whether the basis carries it.
    const ended = { caseId, disclosureId: 't-4', reason: 'NO_LONGER_NEEDED' } as const;
    given(disclosureDecider, [...region, { type: 'DisclosureEnded', data: ended }])
      .when(more(['k-4']))
      .thenRefused('disclosure.not_permitted');
  });

  it('loses who is disqualified; the last must say who takes over', () => {
    const declares = (person: Token, over: object = {}): DisclosureCommand => ({
      ...disqualified(person, { offices: [officeNow(told)], ...over }),
      by: by(person),
    });
    const goes = (official: Token): DisclosureEvent => ({
      type: 'DisqualificationDeclared',
      data: { caseId, official, organisation: agency, ground: 'FL_16_2' },
    });
    given(disclosureDecider, told)
      .when(declares('k-2'))
      .then([goes('k-2')]);
    given(disclosureDecider, [...told, goes('k-2')])
      .when(declares('k-1'))
      .thenRefused('disclosure.last_contact');
    given(disclosureDecider, [...told, goes('k-2')])
      .when(declares('k-1', { successor: 'k-3' }))
      .then([became('k-1', 'k-3', { office: ['k-1'], reason: 'DISQUALIFIED' }), goes('k-1')]);
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
    // About 35 and 190, as chance brings.
    expect([full > 0, swapped > 20]).toEqual([true, true]);
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
